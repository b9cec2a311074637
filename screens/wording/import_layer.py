"""Wordings of the import screen."""

from layers.definition.text import Text

WHAT = Text("导入到", "Import into")
FILE = Text("文件", "File")
FORMATS = Text(
    "压缩的 Shapefile、GeoPackage、GeoJSON、KML/KMZ、FlatGeobuf、GeoParquet、CSV、XLSX",
    "Zipped Shapefile, GeoPackage, GeoJSON, KML/KMZ, FlatGeobuf, GeoParquet, CSV, XLSX",
)
HINT = Text(
    "选择要导入的内容和文件。程序先读取、定位、匹配、检查并全部说明，您确认之后才写入。",
    "Choose what to import and a file. It is read, placed, matched and checked, and all is told, before anything is written.",
)
TEMPLATE = Text("{format} 模板", "{format} template")
CHOICES = Text("读取方式", "How to read it")
FOUND_OUT = Text("自动判断", "found out")
ENCODING = Text("编码", "Encoding")
CRS = Text("坐标系（留空则自动判断）", "Coordinate system (empty: found out)")
DATUM = Text("坐标基准", "Datum")
DATUMS = {
    "auto": Text("自动判断，不擅自平移", "found out, never shifted unasked"),
    "wgs84": Text("WGS-84 / CGCS2000", "WGS-84 / CGCS2000"),
    "gcj02": Text("GCJ-02（高德、腾讯）", "GCJ-02 (AMap, Tencent)"),
    "bd09": Text("BD-09（百度）", "BD-09 (Baidu)"),
}
LAYER = Text("文件中的图层或工作表（多个时填写）", "Layer or sheet in the file (where there are several)")
REPAIR = Text("修补边界缝隙和重叠（移动不超过 5 米）", "Mend gaps and overlaps (no border moves by more than 5 m)")
READING = Text("正在读取和检查……", "Reading and checking …")
ROWS = Text("行 {rows}", "rows {rows}")
NOT_TAKEN = Text("（不导入）", "(not taken)")
NOW = Text("现有", "now")
THEN = Text("导入后", "after the import")
ACCEPT_WARNINGS = Text("已阅 {n} 条提醒，仍要导入", "I have read the {n} warnings and import all the same")
TAKE = Text("导入", "Take over")
LEAVE = Text("放弃", "Leave")
LEDGER = Text("导入记录", "Imports so far")
UNDO = Text("撤销", "Undo")
UNDONE = Text("已撤销", "undone")
