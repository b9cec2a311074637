// What the cards on a map take, what they leave free, and where in the free part a name can stand.
const EDGE = 8; // pixels kept free at the map's edges
const LEAST_SHARE = 0.45; // of the width: where open cards leave less, they are not gone round
const STEPS = 20; // raster over a polygon's visible part, per side
const SPOTS = 60;

export class Room {
  constructor(host) {
    this.host = host;
  }

  /** Boxes [left, top, right, bottom] of everything that stands on the map, in layer pixels. */
  boxes() {
    const { root, map, tools, list, legend, badge, foot } = this.host;
    if (!foot) return [];
    const corner = root.getBoundingClientRect();
    const shift = map.containerPointToLayerPoint([0, 0]);
    const x = shift.x - corner.left, y = shift.y - corner.top;
    const nodes = [...tools.node.children, tools.measure.card, list.node, legend.node, badge, foot].filter((node) => node.offsetWidth);
    return nodes.map((node) => {
      const { left, top, right, bottom } = node.getBoundingClientRect();
      return [left + x, top + y, right + x, bottom + y];
    });
  }

  /** Pixels to leave at each side so that open cards cover nothing of what is fitted. */
  padding() {
    const { root, tools, list, legend, badge, foot } = this.host;
    const wide = root.clientWidth, high = root.clientHeight;
    const bar = tools.node.offsetWidth + 2 * EDGE;
    let left = legend.open ? legend.node.offsetWidth + 2 * EDGE + 2 : bar;
    let right = list.open ? list.node.offsetWidth + 2 * EDGE + 2 : EDGE;
    if (wide - left - right < LEAST_SHARE * wide) [left, right] = wide < 3 * EDGE + 10 * bar ? [EDGE, EDGE] : [bar, EDGE];
    const above = badge.offsetHeight && badge.offsetTop < high / 2;
    const top = above ? badge.offsetTop + badge.offsetHeight + 4 : EDGE;
    const below = badge.offsetHeight && !above ? high - badge.offsetTop : foot.offsetHeight;
    return { left, top, right, bottom: below + 4 };
  }

  /** Fit lon-lat bounds [west, south, east, north] into the free part; `margin` is a share of it to leave at each side. */
  fit([west, south, east, north], margin, options) {
    const { root, map } = this.host;
    const { left, top, right, bottom } = this.padding();
    const x = margin * (root.clientWidth - left - right), y = margin * (root.clientHeight - top - bottom);
    const padding = { paddingTopLeft: [left + x, top + y], paddingBottomRight: [right + x, bottom + y] };
    map.fitBounds([[south, west], [north, east]], { ...padding, animate: false, ...options });
  }

  /** The mark of illustrative data in the middle between the buttons and the list of layers, if that has the room. */
  placeBadge() {
    const { root, tools, list, badge } = this.host;
    const from = tools.node.offsetWidth + 2 * EDGE, to = root.clientWidth - list.node.offsetWidth - 2 * EDGE;
    const whole = root.clientWidth / 2, half = badge.offsetWidth / 2 + EDGE;
    const middle = whole + half <= to && whole - half >= from ? whole : (from + to) / 2;
    badge.style.setProperty("--middle", `${Math.round(middle)}px`);
  }
}

/** Points [x, y] in a polygon's part inside `view`, farthest from every edge first. `rings` are its rings in pixels, holes too. */
export function spotsInside(L, rings, view) {
  const parts = rings.map((ring) => L.PolyUtil.clipPolygon(ring, view)).filter((part) => part.length > 2);
  if (!parts.length) return [];
  const box = L.bounds(parts.flat());
  const { x: wide, y: high } = box.getSize();
  const spots = [];
  for (let i = 0.5; i < STEPS; i++) {
    for (let j = 0.5; j < STEPS; j++) {
      const x = box.min.x + (i * wide) / STEPS, y = box.min.y + (j * high) / STEPS;
      const clearance = clearanceAt(x, y, parts);
      if (clearance > 0) spots.push({ x, y, clearance });
    }
  }
  return spots.sort((a, b) => b.clearance - a.clearance).slice(0, SPOTS);
}

/** Distance to the nearest edge inside the rings (even-odd), 0 outside. */
export function clearanceAt(x, y, rings) {
  let inside = false, least = Infinity;
  for (const ring of rings) {
    for (let k = 0, last = ring.length - 1; k < ring.length; last = k++) {
      const a = ring[last], b = ring[k];
      if (a.y > y !== b.y > y && x < a.x + ((y - a.y) * (b.x - a.x)) / (b.y - a.y)) inside = !inside;
      const dx = b.x - a.x, dy = b.y - a.y;
      const t = Math.max(0, Math.min(1, ((x - a.x) * dx + (y - a.y) * dy) / (dx * dx + dy * dy || 1)));
      least = Math.min(least, (a.x + t * dx - x) ** 2 + (a.y + t * dy - y) ** 2);
    }
  }
  return inside ? Math.sqrt(least) : 0;
}
