// What a person set on a map: place, zoom, layers, strengths. Kept while the tab lives, also over a reload.
const NAME = "jingge.map.";

/** The kept view of a map, or an empty one. */
export function loadView(key) {
  const empty = { centre: null, zoom: null, on: {}, share: {}, open: {}, focus: null, shown: null };
  try {
    return { ...empty, ...JSON.parse(sessionStorage.getItem(NAME + key) ?? "{}") };
  } catch {
    return empty;
  }
}

/** Keep a view; a browser that keeps nothing loses only that. */
export function saveView(key, view) {
  try {
    sessionStorage.setItem(NAME + key, JSON.stringify(view));
  } catch {
    // private windows may refuse
  }
}
