// What the map itself says, in Chinese and English side by side.
const WORDS = {
  layers: ["图层", "Layers"],
  legend: ["图例", "Legend"],
  zoomIn: ["放大", "Zoom in"],
  zoomOut: ["缩小", "Zoom out"],
  home: ["全图", "Whole town"],
  fullScreen: ["全屏", "Full screen"],
  measure: ["测量", "Measure"],
  printView: ["打印当前视图", "Print this view"],
  measureHint: ["点击添加点，双击结束，Esc 取消", "Click to add points, double-click to end, Esc to cancel"],
  distance: ["距离", "Distance"],
  area: ["面积", "Area"],
  finish: ["完成", "Finish"],
  clear: ["清除", "Clear"],
  close: ["关闭", "Close"],
  opacity: ["不透明度", "Opacity"],
  illustrative: ["示意数据 · 仅供演示", "Illustrative data"],
  coordinates: ["坐标", "Coordinates"],
  map: ["地图", "Map"],
  reported: ["群众报警", "Reported"],
  found: ["主动发现", "Found by police"],
  shown: ["显示 {n} 起，共 {all} 起", "{n} of {all} shown"],
  basis: ["依据 {n} 起 · 半径 {r} 米 · 格 {c} 米", "n = {n} · radius {r} m · cell {c} m"],
  basisOfCells: ["依据 {n} 起 · 格 {c} 米", "n = {n} · cell {c} m"],
  selected: ["选中", "Selected"],
  neighbour: ["相邻警务区", "Neighbouring beat"],
  toolbar: ["地图工具", "Map tools"],
  nothingOn: ["没有打开的图层", "No layer is on"],
  above: ["{a} 以上", "{a} and more"],
  reviewNumber: ["审图号：{n}", "Map review no. {n}"],
  km: ["公里", "km"],
  m: ["米", "m"],
  km2: ["平方公里", "km²"],
  m2: ["平方米", "m²"],
};

/** A wording of the map's own in a language, its {places} filled. */
export function word(language, key, values = {}) {
  return said(language, WORDS[key]).replace(/\{(\w+)\}/g, (_, name) => values[name]);
}

/** One side of a [zh, en] pair; a plain text is the same in both; nothing is "". */
export function said(language, pair) {
  if (pair == null) return "";
  return typeof pair === "string" ? pair : String(pair[language === "en" ? 1 : 0] ?? pair[0] ?? "");
}

/** The name of a feature, Chinese where there is no English. */
export function nameOf(language, properties) {
  return (language === "en" && properties.name_en) || properties.name || properties.code || "";
}
