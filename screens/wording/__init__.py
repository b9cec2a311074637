"""Every wording of the screens, in both languages: here what several screens say, beside it one file per screen."""

from layers.definition.text import Text

APP = Text("警格", "Jingge")
TAGLINE = Text("网格与警务区一张图", "Grids and police beats on one map")
LANGUAGE = Text("语言", "Language")
SECTION_MAPS = Text("看图", "Maps")
SECTION_PLANNING = Text("规划", "Planning")
SECTION_OUTPUT = Text("输出", "Output")
SECTION_DATA = Text("数据", "Data")
SECTION_OFFICE = Text("管理", "Administration")
MAP = Text("地图", "Map")
AREA = Text("民警责任区", "Officer's area")
PRINT = Text("打印地图", "Print")
COLON = Text("：", ": ")
ILLUSTRATIVE = Text("示意数据 · 仅供演示", "Illustrative data · demo only")

PLAN = Text("方案", "Plan")
MAP_DAY = Text("人员日期", "People as of")
OTHER_DAY = Text("看其他日期的人员", "People of another day")
MAP_DAY_ABOUT = Text(
    "显示当天生效的方案和当天的人员，含请假替班。", "Shows the plan that acts on that day and its people, with those who stand in."
)
SEARCH = Text("查找", "Search")
SEARCH_HINT = Text("名称、编码或民警", "name, code or officer")
NOTHING_FOUND = Text("没有找到“{asked}”。请换个名称或编码。", "Nothing found for '{asked}'. Try another name or code.")
FILTERS = Text("警情筛选", "Incident filter")
DATES = Text("日期", "Dates")
PERIODS = {
    "year": Text("近12月", "12 months"),
    "quarter": Text("近3月", "3 months"),
    "month": Text("近1月", "1 month"),
    "all": Text("全部", "All"),
    "own": Text("自定", "Custom"),
}
HOURS = Text("时段（小时）", "Hours of the day")
WEEKDAYS = Text("星期", "Weekdays")
WEEKDAY_NAMES = (
    Text("一", "Mon"),
    Text("二", "Tue"),
    Text("三", "Wed"),
    Text("四", "Thu"),
    Text("五", "Fri"),
    Text("六", "Sat"),
    Text("日", "Sun"),
)
CATEGORIES = Text("类别", "Categories")
SOURCES = Text("来源", "Source")
RADIUS = Text("密度搜索半径（米）", "Density radius (m)")
RADIUS_BY_RULE = Text("按规则建议 {radius} 米：{rule}", "The rule suggests {radius} m: {rule}")
RESET = Text("重置筛选", "Reset filter")
CAUTION = Text(
    "警情反映的是报警与发现，不等于实际发案；仅用于规划地点与工作量，不用于评判个人。",
    "Reports measure reporting, not crime itself; they serve to plan places and workload, never to judge persons.",
)

DETAILS_HINT = Text("点击地图上的任一要素查看详情。", "Click anything on the map to see its details.")
SEARCH_HITS = Text("找到 {n} 处", "{n} found")
ALSO_HERE = Text("此处还有", "Also here")
BACK_TO_PLAN = Text("返回方案总览", "Back to the plan")
OPEN_AREA = Text("查看责任区", "Open this area")

OFFICER = Text("民警", "Officer")
NO_AREA = Text(
    "{name}在该方案中没有责任警务区，也没有负责的社区或村。",
    "{name} leads no beat in this plan and is assigned to no community or village.",
)
UNITS = Text("社区/村", "Communities and villages")
TEAM = Text("辅警力量", "Auxiliaries")
BEAT = Text("警务区", "Beat")
LEAD = Text("责任民警", "Lead")
NO_LEAD = Text("无责任民警", "no lead")
NEIGHBOURS = Text("相邻警务区", "Neighbouring beats")
DWELLINGS = Text("房屋（户）", "Dwellings")
PERSONS = Text("人口（人）", "Persons")
ORGANISATIONS = Text("单位（家）", "Organisations")
AREA_KM2 = Text("面积（平方公里）", "Area (km²)")
KEY_PLACES = Text("重点场所", "Key places")
INCIDENTS_MONTHS = Text("本月与上月警情（起）", "Incidents, this month and last")
KIND = Text("类别", "Kind")
CHANGE = Text("变化", "Change")
WITH_LEAD = Text("{beat}（{lead}）", "{beat} ({lead})")
NO_CHANGE = Text("持平", "same")
DATA_UP_TO = Text("数据截至 {day}。", "Data up to {day}.")
COPY_LINK = Text("本页链接", "Link to this page")
CHANGE_NOTE = Text("上月不足 5 起时不显示百分比。", "No percentage where last month has fewer than 5.")

PRINT_A4 = Text("打印责任区（A4）", "Print this area (A4)")
PAPER = Text("纸张", "Paper")
ORIENTATION = Text("方向", "Orientation")
ORIENTATIONS = {"landscape": Text("横向", "landscape"), "portrait": Text("纵向", "portrait")}
NAMES = Text("图上文字", "Names on the sheet")
NAMES_CHOICES = {"both": Text("中英文", "Chinese and English"), "zh": Text("中文", "Chinese"), "en": Text("英文", "English")}
SHEET_SCOPE = Text("范围", "Extent")
WHOLE_TOWN = Text("全镇", "whole town")
DOWNLOAD = Text("下载 {format}", "Download {format}")
DRAWING = Text("正在制图……", "Drawing the sheet …")
SCALE = Text("比例尺 1:{scale:,} · {width} × {height} 毫米 · 请按 100% 打印", "Scale 1:{scale:,} · {width} × {height} mm · print at 100 %")

SHUT = Text("角色“{role}”不能打开“{page}”。", "The role '{role}' may not open '{page}'.")
OPEN_INSTEAD = Text("打开“{page}”", "Open {page}")
SHUT_NEXT = Text(
    "请从上方菜单选择别的界面；有其他角色时，可在侧栏换用。",
    "Choose another screen in the menu, or another of your roles in the sidebar.",
)
WHAT_NEXT = Text("处理办法", "What to do")
WENT_WRONG = Text(
    "出现意外错误，没有改动任何数据。请重试，或将服务器日志交给管理员。",
    "Something went wrong; no data were changed. Try again, or give the server's log to the administrator.",
)
TRY_AGAIN = Text("重试", "Try again")

IMPORT = Text("导入数据", "Import")

CHOOSE_FILE = Text("选择文件", "Choose a file")
MOST_MB = Text("或拖到这里，最大 {mb:,} MB", "or drop it here, at most {mb:,} MB")
