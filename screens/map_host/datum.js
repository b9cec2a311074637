// GCJ-02, the datum of AMap's and Tencent's tiles; the same formulas as layers/definition/crs.py.
const A = 6378245.0;
const EE = 0.00669342162296594323;
const { sin, cos, sqrt, abs, PI } = Math;

/** GCJ-02 degrees of WGS-84 degrees: [lon, lat] of (lon, lat). */
export function toGcj(lon, lat) {
  const x = lon - 105, y = lat - 35;
  const wave = ((20 * sin(6 * x * PI) + 20 * sin(2 * x * PI)) * 2) / 3;
  let dLat = -100 + 2 * x + 3 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * sqrt(abs(x)) + wave;
  dLat += ((20 * sin(y * PI) + 40 * sin((y / 3) * PI)) * 2) / 3;
  dLat += ((160 * sin((y / 12) * PI) + 320 * sin((y * PI) / 30)) * 2) / 3;
  let dLon = 300 + x + 2 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * sqrt(abs(x)) + wave;
  dLon += ((20 * sin(x * PI) + 40 * sin((x / 3) * PI)) * 2) / 3;
  dLon += ((150 * sin((x / 12) * PI) + 300 * sin((x / 30) * PI)) * 2) / 3;
  const phi = (lat * PI) / 180;
  const magic = 1 - EE * sin(phi) ** 2;
  dLat = (dLat * 180) / (((A * (1 - EE)) / (magic * sqrt(magic))) * PI);
  dLon = (dLon * 180) / ((A / sqrt(magic)) * cos(phi) * PI);
  return [lon + dLon, lat + dLat];
}

/** The exact inverse, by fixed point. */
export function toWgs(lon, lat) {
  let wLon = lon, wLat = lat;
  for (let i = 0; i < 10; i++) {
    const [gLon, gLat] = toGcj(wLon, wLat);
    wLon -= gLon - lon;
    wLat -= gLat - lat;
    if (Math.max(abs(gLon - lon), abs(gLat - lat)) < 1e-11) break;
  }
  return [wLon, wLat];
}

/** A Leaflet CRS for tiles in GCJ-02: whoever gives it WGS-84 gets the place on the tiles. */
export function gcjCrs(L) {
  const mercator = L.Projection.SphericalMercator;
  const projection = {
    ...mercator,
    project: (at) => {
      const [lon, lat] = toGcj(at.lng, at.lat);
      return mercator.project(L.latLng(lat, lon));
    },
    unproject: (point) => {
      const at = mercator.unproject(point);
      const [lon, lat] = toWgs(at.lng, at.lat);
      return L.latLng(lat, lon);
    },
  };
  return L.Util.extend({}, L.CRS.EPSG3857, { code: "GCJ02", projection });
}
