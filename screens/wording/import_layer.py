"""Wordings of the import screen."""

from layers.definition.text import Text

WHAT = Text("导入到", "Import into")
FILE = Text("文件", "File")
FORMATS = Text(
    "压缩的 Shapefile、GeoPackage、GeoJSON、KML/KMZ、FlatGeobuf、GeoParquet、CSV、XLSX；道路可用 .osm、.osm.pbf",
    "Zipped Shapefile, GeoPackage, GeoJSON, KML/KMZ, FlatGeobuf, GeoParquet, CSV, XLSX; roads as .osm, .osm.pbf",
)
HINT = Text(
    "选择要导入的内容和文件。程序先读取、定位、匹配、检查并全部说明，您确认之后才写入。",
    "Choose what to import and a file. It is read, placed, matched and checked, and all is told, before anything is written.",
)
STILL_EMPTY = Text("还没有，可接着导入：", "Not there yet, to import next:")
TO_MAP = Text("看地图", "See the map")
NO_FORM = Text(
    "没有现成文件？下载模板，用 Excel 填写后再导入：",
    "No file yet? Download a template, fill it in with Excel, and import it:",
)
TEMPLATE = Text("{format} 模板", "{format} template")
READING = Text("正在读取和检查", "Reading and checking")
WRITING = Text("正在写入", "Writing")
STOPPED = Text("已停止，没有写入任何内容。", "Stopped; nothing was written.")
AGAIN = Text("重新读取", "Read it again")

STEPS = {
    "read": Text("读取", "Read"),
    "place": Text("定位", "Place"),
    "match": Text("匹配", "Match"),
    "check": Text("检查", "Check"),
}
STEPS_ABOUT = {
    "read": Text(
        "认出格式、图层和文字编码，并给出几个解码后的词供核对。",
        "Finds the format, the layer and the encoding, with some decoded words to judge by.",
    ),
    "place": Text(
        "认出坐标系；高德、百度坐标会指出来，由您决定是否换算。",
        "Finds the coordinate system; AMap and Baidu coordinates are pointed out, and you decide on the shift.",
    ),
    "match": Text(
        "按列名对应字段，可改；缺的必填项可统一填一个值。",
        "Columns are matched to fields by name, yours to change; a missing field can be given one value.",
    ),
    "check": Text(
        "查出边界缝隙、重叠、重复编码、不认识的写法，可逐处查看和修补。",
        "Finds gaps, overlaps, double codes and unknown wordings, to look at one by one and to mend.",
    ),
}
STATES = {
    "error": Text("{n} 项须处理", "{n} to put right"),
    "warning": Text("{n} 条提醒", "{n} warnings"),
    "one_warning": Text("1 条提醒", "1 warning"),
    "good": Text("通过", "passed"),
    "waiting": Text("等待上一步", "waits for the step before"),
}
ROWS_READ = Text("{n:,} 行", "{n:,} rows")
COLUMNS_TAKEN = Text("{n} 列对应，{left} 列不导入", "{n} columns taken, {left} left out")
COLUMNS_OPEN = Text("，{n} 列待确认", ", {n} waiting for your word")
FOUND_OUT = Text("自动判断", "find out")

LAYER = Text("图层或工作表", "Layer or sheet")
LAYER_HELP = Text(
    "文件里有几个图层或工作表时，选一个或输入名称。", "Where the file has several layers or sheets, choose one or type its name."
)
ENCODING = Text("文字编码", "Encoding of the text")
ENCODING_IS = Text("编码 {codec}：{why}", "Encoding {codec}: {why}")
SAMPLES = Text("解码示例（应是看得懂的文字）：{samples}", "Decoded examples (they should read as words): {samples}")
CRS = Text("坐标系", "Coordinate system")
CRS_HELP = Text(
    "可输入任何 EPSG 编号，例如 EPSG:4546；百度墨卡托填 BD09MC。", "Any EPSG number can be typed, e.g. EPSG:4546; BD09MC for Baidu metres."
)
SYSTEMS = {
    "EPSG:4490": Text("EPSG:4490 经纬度 CGCS2000", "EPSG:4490 degrees, CGCS2000"),
    "EPSG:4326": Text("EPSG:4326 经纬度 WGS-84", "EPSG:4326 degrees, WGS-84"),
    "EPSG:4545": Text("EPSG:4545 三度带 108°E（米）", "EPSG:4545 3-degree zone 108°E (m)"),
    "EPSG:4546": Text("EPSG:4546 三度带 111°E（米）", "EPSG:4546 3-degree zone 111°E (m)"),
    "EPSG:4547": Text("EPSG:4547 三度带 114°E（米）", "EPSG:4547 3-degree zone 114°E (m)"),
    "EPSG:4524": Text("EPSG:4524 三度带 36 带号（米）", "EPSG:4524 3-degree zone 36 with prefix (m)"),
    "EPSG:4525": Text("EPSG:4525 三度带 37 带号（米）", "EPSG:4525 3-degree zone 37 with prefix (m)"),
    "EPSG:3857": Text("EPSG:3857 网络墨卡托（米）", "EPSG:3857 Web Mercator (m)"),
    "BD09MC": Text("BD09MC 百度墨卡托（米）", "BD09MC Baidu Mercator (m)"),
}
DATUM = Text("坐标来自哪种地图", "Which maps the coordinates come from")
DATUMS = {
    "auto": Text("自动判断（不擅自平移）", "find out (never shifted unasked)"),
    "wgs84": Text("WGS-84 / CGCS2000：GPS、天地图、测绘", "WGS-84 / CGCS2000: GPS, Tianditu, survey"),
    "gcj02": Text("GCJ-02：高德、腾讯", "GCJ-02: AMap, Tencent"),
    "bd09": Text("BD-09：百度", "BD-09: Baidu"),
}
SWAPPED = Text("横纵坐标已对调", "axes put in order")
DATUM_PLACES = Text(
    "同名地点的三种位置：▲按文件原样，■换算后，★辖区中已有的位置。■与★重合，就选该基准；▲与★重合，就选 WGS-84。",
    "Places of the same name, three times: ▲ as read, ■ as shifted, ★ as the town has them. "
    "Where ■ meets ★ choose that datum; where ▲ meets ★ choose WGS-84.",
)
PLACE = Text("地点", "place")
AS_READ_OFF = Text("按原样偏差（米）", "as read, off by (m)")
SHIFTED_OFF = Text("换算后偏差（米）", "as shifted, off by (m)")

DATUM_ASKED = Text("这批坐标来自哪里？", "Where do these coordinates come from?")
DATUM_READINGS = Text(
    "同一批点位（面取中心）的三种位置：▲按 GPS、测绘读取，■若来自高德、腾讯，◆若来自百度。看哪一种落在该在的地方。",
    "The same points (middles of areas) three times: ▲ read as GPS or survey, ■ if from AMap or Tencent, ◆ if from Baidu. "
    "See which lie where they belong.",
)
DATUM_OF = Text("若坐标来自", "if they come from")
OUTSIDE = Text("落在辖区外（行）", "outside the town (rows)")
OUTSIDE_UNIT = Text("不在所写社区、村（行）", "outside the unit they name (rows)")
NOT_NAMED = "–"  # no row names one
SO_MANY_OUTSIDE = Text("{n:,} 行在辖区外", "{n:,} rows outside the town")

MATCH_HINT = Text(
    "上面是文件的列名，下面选它对应的字段。已按列名建议，可以改。",
    "Each column of the file, with the field it is taken for: suggested by name, yours to change.",
)
TO_DECIDE = Text("（待确认）", "(to be decided)")
NOT_TAKEN = Text("（不导入）", "(not taken)")
PLACES = {
    "lon": Text("经度（或东坐标）", "longitude (or easting)"),
    "lat": Text("纬度（或北坐标）", "latitude (or northing)"),
    "lonlat": Text("经纬度在同一列", "both in one column"),
}
GIVEN_HINT = Text("这些必填字段没有对应的列，可在这里补上：", "These required fields have no column. They can be filled in here:")
GIVEN = Text("{field}（所有行）", "{field} (all rows)")
NUMBER_ROWS = Text("文件没有编码，由程序编号", "The file has no codes; number the rows")
LEAVE_COLUMN = Text("不导入“{column}”列", "Leave out the column {column}")
LEAVE_POINT = Text("不导入默认点上的行", "Leave out the rows on the default point")
KEEP_POINT = Text("仍导入默认点上的行", "Take the rows on the default point after all")
LEAVE_EMPTY = Text("留空", "leave it empty")
NO_VALUE = Text("（未填）", "(none)")
UNKNOWN_HINT = Text("文件里的这些写法不认识，请逐一选择含义：", "These wordings of the file are not known. Say what each means:")
USUAL_HINT = Text("这些写法按通常的含义理解，可以改：", "These wordings were read by their usual meaning, yours to change:")
MEANT = Text("{field}：“{wording}”", "{field}: '{wording}'")
UNKNOWN = Text("{field}：“{wording}”（{n:,} 行）", "{field}: '{wording}' ({n:,} rows)")

ONE_KIND = Text("全部作为{kind}导入", "Take all rows as one kind: {kind}")
REPAIR = Text("修补边界缝隙和重叠（移动不超过 5 米）", "Mend gaps and overlaps (no border moves by more than 5 m)")
FLAWS = Text("边界问题 {n} 处", "{n} flaws of borders")
WORST_FLAWS = Text("边界问题 {all:,} 处，下面是最大的 {n} 处", "{all:,} flaws of borders; the {n} largest are shown")
FLAW = Text("第 {number} 处，共 {n} 处：{what}　{size}", "{number} of {n}: {what}　{size}")
BEFORE = Text("上一处", "Previous")
NEXT = Text("下一处", "Next")
NUMBER = Text("序号", "no.")
MENDED = Text("修补前（橙色实线）与修补后（蓝色虚线）", "Before the repair (orange, solid) and after it (blue, dashed)")
MENDED_MOST = Text("改动 {n} 个面，最大移动 {metres:.2f} 米。", "{n} areas changed; the largest move is {metres:.2f} m.")
MENDED_SHOWN = Text("下面是改动最大的 {n} 个。", "The {n} that changed most are shown.")
MENDED_ONE = Text("第 {number} 个，共 {n} 个：{name}　最大移动 {metres:.2f} 米", "{number} of {n}: {name}　moved by up to {metres:.2f} m")
FLAW_KIND = Text("问题", "flaw")
FLAW_SIZE = Text("大小", "size")

ROWS = Text("行 {rows}", "rows {rows}")
ONE_ROW = Text("行 {rows}", "row {rows}")
MORE_ROWS = Text("等 {n:,} 行", "… {n:,} rows in all")
PAGE = Text("第 {first}–{last} 条，共 {n} 条", "{first}–{last} of {n}")
NOTHING_FOUND = Text("没有发现问题。", "Nothing to remark.")

RESULT = Text("导入后的样子", "What the import would do")
NOW = Text("现有", "Now")
THEN = Text("导入后", "After the import")
NOTHING_NOW = Text("地图上还没有内容。", "Nothing on the map yet.")
FIRST_ROWS = Text("前 {n} 行", "The first {n} rows")
NEEDS_WORK = Text("还不能导入：请先处理上面标红的问题。", "It can't be taken over yet: put right what is marked red above.")
ACCEPT_WARNINGS = Text("已阅 {n} 条提醒，仍要导入", "I have read the {n} warnings and import all the same")
ACCEPT_ONE = Text("已阅 1 条提醒，仍要导入", "I have read the 1 warning and import all the same")
TAKE = Text("导入", "Take over")
LEAVE = Text("放弃", "Leave")
DONE_PARTED = Text("已导入 {n:,} 行到{kinds}。可在导入记录中撤销。", "{n:,} rows taken into {kinds}. The ledger below can undo it.")
DONE = Text("已导入 {n:,} 行到“{kind}”。可在导入记录中撤销。", "{n:,} rows taken into {kind}. The ledger below can undo it.")

LEDGER = Text("导入记录", "Imports so far")
LEDGER_LINE = Text("{rows} · {file}", "{rows} · {file}")
PLAN = Text("方案", "Plan")
LEDGER_ROWS = Text("{kind} {rows:,} 行", "{kind} {rows:,} rows")
LEDGER_ABOUT = Text("{at} · {who} · 校验 {sha}", "{at} · {who} · checksum {sha}")
UNDO = Text("撤销", "Undo")
UNDO_SURE = Text("撤销这次导入？一步恢复到导入之前：", "Undo this import? In one step it goes back to what was before:")
UNDO_YES = Text("确认撤销", "Undo it")
UNDO_NO = Text("保留", "Keep it")
UNDONE = Text("已撤销", "undone")

LEDGER_MORE = Text("选择与计数", "Choices and counts")
LEDGER_COUNTS = Text("计数", "Counts")
LEDGER_READ = Text("读取", "Read as")
LEDGER_COLUMNS = Text("列", "Columns")
LEDGER_GIVEN = Text("统一填写", "One value for all rows")
LEDGER_MEANT = Text("写法的含义", "What wordings mean")
LEDGER_MOVED = Text("修补边界最多移动", "A repair moved borders by up to")
LEDGER_SHA = Text("校验（SHA-256）", "Checksum (SHA-256)")
LEDGER_ALSO = Text("共用边界一并保存：{layers}", "Saved along for the borders they share: {layers}")
LEDGER_PARTED = Text("同一文件中一并导入：{layers}", "From the same file: {layers}")
PROTECTED = Text("只计数、不存点位的警情", "Incidents that are only counted, not kept as points")
PROTECTED_ABOUT = Text(
    "涉未成年人、性侵害、家庭暴力类只按社区、村计数。1 至 4 起显示为“<5”，“–”为防止推算而隐藏。",
    "Minors, sexual offences and violence at home are counted by unit alone. 1 to 4 are shown as <5; – hides what would tell them.",
)
UNIT = Text("社区/村", "Unit")
GROUP = Text("类别", "Group")
INCIDENTS = Text("起数", "Incidents")
