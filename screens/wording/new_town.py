"""Wordings of the screen of a new town, and of a town that has no data yet."""

from layers.definition.text import Text

TITLE = Text("新建辖区", "New town")
ABOUT = Text(
    "为您的辖区建一个新的工作区：一个文件，不含任何示意数据。已有的工作区不会被改动。",
    "Makes a new workspace for your own town: one file, without a trace of the demo. No workspace that exists is touched.",
)
MISSING = Text(
    "这里还没有工作区（{place}）。请在下面新建辖区；如果文件只是被移走，放回后点“重试”。",
    "There is no workspace here yet ({place}). Make your town below; if the file was only moved away, put it back and try again.",
)

NAMES = Text("1. 名称", "1. Names")
NAME = Text("辖区名称（必填）", "Name in Chinese (required)")
NAME_HINT = Text("例如：东河镇", "e.g. 东河镇")
NAME_EN = Text("英文名或拼音", "Name in English or pinyin")
NAME_EN_HINT = Text("例如：Donghe Town", "e.g. Donghe Town")
CODE = Text("统计代码", "Statistical code")
CODE_HINT = Text("12 位，例如 430100001000", "12 digits, e.g. 430100001000")
COUNTY = Text("所属县（市、区）", "County")
COUNTY_EN = Text("县的英文名", "County in English")
STATION = Text("派出所", "Police station")
STATION_EN = Text("派出所英文名", "Station in English")
OPENS_IN = Text("打开时的语言", "Language when it opens")

PROJECTION = Text("2. 投影", "2. Projection")
PROJECTION_WHY = Text(
    "面积和距离按 CGCS2000 三度带以米计算，带号由辖区的经度决定。",
    "Areas and distances are measured in metres in a CGCS2000 3-degree zone, which the town's longitude decides.",
)
WAYS = {
    "later": Text("导入边界时自动选定（推荐）", "chosen when boundaries are imported (best)"),
    "file": Text("由边界文件判断", "from a boundary file"),
    "longitude": Text("输入经度", "by longitude"),
    "epsg": Text("输入 EPSG 编号", "by EPSG number"),
}
WAY = Text("如何选择", "How to choose")
FILE = Text("社区、村或镇的边界文件", "File of the communities', villages' or the town's borders")
FILE_HINT = Text(
    "任何可导入的格式；这里只用来判断投影，不写入数据。",
    "Any format that can be imported; it only chooses the zone here, nothing is taken.",
)
FILE_CRS = Text("文件的坐标系（看不出时填写）", "The file's coordinate system (where it does not tell)")
LONGITUDE = Text("辖区中部的经度（东经，度）", "Longitude of the middle of the town (degrees east)")
EPSG = Text("坐标系", "Coordinate system")
EPSG_HINT = Text("例如 EPSG:4546", "e.g. EPSG:4546")
ZONE = Text("将使用 {crs}。", "{crs} will be used.")
LATER = Text("首次导入社区、村或网格的边界时选定，并告知。", "The first borders that are imported choose it, and it is told.")
LATER_SHORT = Text("导入边界时选定", "chosen by the first borders")
READING = Text("正在读取边界文件", "Reading the boundary file")

PLACE = Text("3. 存放", "3. Where it is kept")
FILE_NAME = Text("文件名", "File name")
FOLDER = Text("放在文件夹 {folder}", "In the folder {folder}")
MAKE = Text("新建", "Make the town")
LACKING = Text("还需要：{what}。", "Still needed: {what}.")
LACKING_NAME = Text("辖区名称", "the name")
LACKING_ZONE = Text("投影", "the projection")

MADE = Text("已新建“{name}”，投影 {crs}。", "{name} was made, measured in {crs}.")
SWITCHED = Text(
    "本辖区是刚才在这里新建的。下次启动也要打开它，请用：",
    "This town was made here just now. To start with it next time too, use:",
)
START_IT = Text(
    "本程序正在使用另一个工作区。要打开新辖区，请用下面的命令启动：",
    "This app serves another workspace. To open the new town, start it with:",
)
ANOTHER = Text("再建一个", "Make another")

EMPTY = Text("“{name}”还没有地图数据", "{name} has no map data yet")
EMPTY_ABOUT = Text(
    "先导入社区或行政村的边界，地图就会出现；其余数据随后逐项导入。每次导入都先检查、可撤销。",
    "Import the borders of the communities or villages first, and the map appears; the rest follows, one by one. "
    "Every import is checked before it is written, and can be undone.",
)
EMPTY_OTHERS = Text(
    "导入由规划员或所领导进行，不由您当前的角色进行。只有一人时，也请另建一个规划员账号，再用它登录。",
    "Planners and chiefs import, not the role you act in. Even who works alone makes a planner's account and logs in with it.",
)
TO_PEOPLE = Text("下一步：建立规划员账号", "Next: make a planner's account")
STEPS = (
    Text("社区和行政村的边界", "Borders of communities and villages"),
    Text("网格", "Grid cells"),
    Text("场所、人员、警情", "Places, staff, incidents"),
)
STEPS_ABOUT = (
    Text(
        "面数据：压缩的 Shapefile、GeoPackage、GeoJSON、KML 等，含编码和名称。社区和村在同一个文件里时，任选一个导入即可。",
        "Areas with codes and names: zipped Shapefile, GeoPackage, GeoJSON, KML and others. One file with both can go into either.",
    ),
    Text("面数据：每个网格属于一个社区或村。警务区由网格组成。", "Areas, each within one community or village. Beats are made of them."),
    Text("Excel 或 CSV 即可；导入页提供模板。", "Excel or CSV will do; the import screen has templates."),
)
STEP_BUTTONS = {
    "communities": Text("导入社区", "Import communities"),
    "villages": Text("导入行政村", "Import villages"),
    "grid_cells": Text("导入网格", "Import grid cells"),
    "schools": Text("导入学校", "Import schools"),
    "staff": Text("导入人员", "Import staff"),
    "incidents": Text("导入警情", "Import incidents"),
}

SETTINGS = Text("修改本辖区的名称", "Change the names of this town")
SAVE = Text("保存", "Save")
SAVED = Text("已保存。", "Saved.")
