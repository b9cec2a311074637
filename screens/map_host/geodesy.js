// Lengths and areas on the CGCS2000 ellipsoid, for what a person measures within a town.
const A = 6378137.0;
const F = 1 / 298.257222101;
const E2 = F * (2 - F);
const RAD = Math.PI / 180;

/** Metres between two points {lat, lng}, by the ellipsoid's two radii at their middle; within 1 in 100,000 up to 50 km. */
export function metres(a, b) {
  const s2 = Math.sin(((a.lat + b.lat) / 2) * RAD) ** 2;
  const w = Math.sqrt(1 - E2 * s2);
  const north = ((A * (1 - E2)) / w ** 3) * (b.lat - a.lat) * RAD;
  const east = (A / w) * Math.cos(((a.lat + b.lat) / 2) * RAD) * (b.lng - a.lng) * RAD;
  return Math.hypot(north, east);
}

/** Metres along a line of points. */
export function lengthOf(points) {
  return points.slice(1).reduce((sum, point, i) => sum + metres(points[i], point), 0);
}

/** Square metres inside a ring of points, in the ellipsoid's equal-area cylinder (Snyder 1987, 3-12); sides as the map draws them. */
export function areaOf(points) {
  const e = Math.sqrt(E2);
  const height = (lat) => {
    const s = Math.sin(lat * RAD);
    return (1 - E2) * (s / (1 - E2 * s * s) - Math.log((1 - e * s) / (1 + e * s)) / (2 * e));
  };
  const xy = points.map((p) => [(p.lng - points[0].lng) * RAD, height(p.lat) - height(points[0].lat)]);
  const twice = xy.reduce((sum, [x, y], i) => {
    const [nextX, nextY] = xy[(i + 1) % xy.length];
    return sum + x * nextY - nextX * y;
  }, 0);
  return Math.abs(twice / 2) * A * A * 0.5;
}
