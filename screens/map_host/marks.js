// Outlines above all layers: under the pointer, selected, beside what is selected, and where the map has gone. Never a wash of colour.
export const HOVERED = [{ color: "#0f2747", weight: 2.2, opacity: 0.75 }];
export const SELECTED = [{ color: "#ffffff", weight: 8 }, { color: "#0b4fd6", weight: 4 }];
export const NEIGHBOUR = [{ color: "#ffffff", weight: 4.5, opacity: 0.9 }, { color: "#8a1c1c", weight: 2.4, dashArray: "1 5" }];
export const FLASH = [{ color: "#f59e0b", weight: 6, className: "flash" }];

/** A copy of a feature's outline, one path per look. */
export function marked(L, renderer, child, looks) {
  const paths = looks.map((look) => {
    const style = { renderer, interactive: false, fill: false, lineJoin: "round", ...look };
    if (child instanceof L.CircleMarker) return L.circleMarker(child.getLatLng(), { ...style, radius: child.getRadius() + 5 });
    return child instanceof L.Polygon ? L.polygon(child.getLatLngs(), style) : L.polyline(child.getLatLngs(), style);
  });
  return L.layerGroup(paths);
}
