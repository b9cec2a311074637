"""Wordings of the export screen."""

from layers.definition.text import Text

TITLE = Text("导出", "Export")
WHAT = Text("导出什么", "What")
WHATS = {
    "data": Text("数据文件", "Data files"),
    "page": Text("网页（单个文件）", "Web page (one file)"),
    "all": Text("整套打包", "Everything in one zip"),
}
ABOUT = {
    "data": Text("图层打成一个 zip，附双语说明。", "Layers in one zip, with a read-me in both languages."),
    "page": Text("一个 HTML 文件，不联网，可用 U 盘打开、打印。", "One HTML file: no network, opens from a stick, prints."),
    "all": Text("图、方案表、变更图、数据、网页和说明。", "Sheets, plan tables, change sheet, data, page and read-me."),
}
LAYERS = Text("图层", "Layers")
FORMATS = Text("格式", "Formats")
FIELDS = Text("字段范围", "Fields")
SYSTEM = Text("坐标系（EPSG 代码）", "Coordinate system (EPSG code)")
DATUM = Text("基准", "Datum")
SHIFTED = Text(
    "坐标将偏移数百米，文件名会注明。仅用于高德、腾讯或百度底图。",
    "Coordinates will be shifted by hundreds of metres; the file name says so. For AMap, Tencent or Baidu maps only.",
)
ENCODING = Text("Shapefile 编码", "Encoding of Shapefiles")
PURPOSE = Text("用途（记入审计记录）", "Purpose (goes into the record)")
HOTSPOTS = Text("含警情密度分级", "With incident density in classes")
MAKE = Text("生成文件", "Make the file")
READY = Text("{name}，{size:,.0f} kB", "{name}, {size:,.0f} kB")
SECOND = Text("逐条警情的文件须另一人同意。", "A file of single incidents needs another person's consent.")
ASK = Text("申请同意", "Ask for consent")
ASKED = Text("已申请，等待另一人同意。", "Asked; waiting for another person.")
WAITING = Text("等待同意的申请", "Requests waiting")
AGREE = Text("同意：{who}，{purpose}", "Agree: {who}, {purpose}")
