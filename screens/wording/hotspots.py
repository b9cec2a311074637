"""Wordings of the hotspot screen."""

from layers.definition.text import Text

TITLE = Text("警情热点", "Hotspots")
VIEW = Text("视图", "View")
VIEWS = {
    "density": Text("密度", "Density"),
    "significance": Text("显著性", "Significance"),
    "areas": Text("热点区", "Areas"),
    "further": Text("更多方法", "Further"),
    "when": Text("时间", "When"),
    "change": Text("变化", "Change"),
    "repeat": Text("重复发生", "Repeats"),
    "holds": Text("是否可靠", "Does it hold?"),
    "workload": Text("工作量", "Workload"),
}
SOURCE = Text("来源", "Source")
SOURCE_CHOICES = {
    "both": Text("两者 ({r} + {f})", "Both ({r} + {f})"),
    "reported": Text("群众报警 ({r})", "Reported ({r})"),
    "found": Text("主动发现 ({f})", "Found by police ({f})"),
}
CELL = Text("分析格边长（米）", "Cell size (m)")
SHAPE = Text("分析格形状", "Shape of cells")
SHAPES = {"square": Text("方格", "squares"), "hexagon": Text("六边形", "hexagons")}
WITHIN = Text("范围", "Within")
WHOLE_TOWN = Text("全辖区", "the whole town")
OWN_AREA = Text("本人责任区", "the own area")
CELL_BELOW = Text("半径不小于格边长。", "The radius is never below the cell.")
DENSITY_CELL = Text("格边长 {c} 米", "cells of {c} m")
PER = Text("密度", "Density")
PER_CHOICES = {
    "area": Text("每平方公里", "per km²"),
    "work": Text("工时每平方公里", "hours per km²"),
    "persons": Text("每千人", "per 1,000 persons"),
    "dwellings": Text("每户", "per dwelling"),
}
WEIGHTS = Text("工作量权重", "Weights")
EVIDENCE = Text("与其后的警情核对", "Check against what came next")
HOT_MEANS = Text(
    "热点：该格及其周围的警情，多于把同样的警情随机撒到各格时 {s:.0%} 的图上任何一处。",
    "Hot: more incidents in and around the cell than anywhere on {s:.0%} of the maps with the same counts thrown into random cells.",
)
HOT_MEANS_BH = Text(
    "热点：在判为热点的格中，预计至多 {a:.0%} 是偶然。", "Hot: of the cells called so, at most {a:.0%} are expected to be chance."
)
REPEAT_MEANS = Text(
    "比值大于 1 且 p 小：该距离和间隔内的警情对多于日期打乱后，即附近短期内重复发生。",
    "A ratio above 1 with a small p: more pairs that near and soon than with shuffled dates, so incidents come back.",
)
FLOOR = Text("底数下限（每平方公里）", "Floor of the base (per km²)")
HIGHEST = Text("最高值", "Highest")
TEST = Text("检验", "Test")
ALPHA = Text("显著性水平 alpha", "Level alpha")
SHUFFLES = Text("随机置换次数", "Shuffles")
SEED = Text("随机种子", "Seed")
THRESHOLD = Text("阈值 z", "Threshold z")
CLAIMED = Text("通过检验的格", "Cells that pass")
RULE = Text("热点区依据", "Areas from")
RULES = {"test": Text("显著性检验", "the test"), "densest": Text("最密的面积", "the densest area")}
SHARE_OF_AREA = Text("占辖区面积（%）", "Share of the area (%)")
RANK = Text("名次", "Rank")
COUNT = Text("警情（起）", "Incidents")
AREA = Text("平方公里", "km²")
PER_KM2_YEAR = Text("起/平方公里·年", "Incidents per km² and year")
SHARE_INCIDENTS = Text("警情 %", "Incidents %")
PER_KM_YEAR = Text("起/公里·年", "incidents per km and year")
AREA_PERCENT = Text("面积 %", "Area %")
MORAN_ABOUT = Text(
    "高-高：件数多的格成片；高-低：孤立的高值；低-高：被高值包围的低值。",
    "High among high: cells with many side by side; high among low: alone; low among high: few amid many.",
)
CELLS_OF_KIND = Text("{k}（格）", "{k} (cells)")
SHARE_AREA = Text("面积占比（%）", "Share of area (%)")
CLICK_ROW = Text("点击一行，地图移到该处。", "Click a row to go there on the map.")
METHOD = Text("方法", "Method")
METHODS = {
    "moran": Text("Local Moran", "Local Moran"),
    "dbscan": Text("DBSCAN", "DBSCAN"),
    "hdbscan": Text("HDBSCAN", "HDBSCAN"),
    "roads": Text("沿路密度", "Along roads"),
}
REACH = Text("距离（米）", "Distance (m)")
FEWEST = Text("每簇至少（起）", "At least (incidents)")
CLICK_HOUR = Text("点击表中一格，地图只显示该时段。", "Click a cell of the table: the map shows that hour alone.")
GREY_HOURS = Text("灰色 {n} 格：1 至 4 起，或为防推算而隐藏。", "{n} cells in grey: 1 to 4 incidents, or hidden to protect them.")
ONLY_HOUR = Text("地图仅显示：{d} {h} 至 {k} 时", "On the map: {d} {h}:00 to {k}:00 only")
ALL_HOURS = Text("显示全部时段", "Show all hours")
HOUR = Text("时", "Hour")
WEEKDAY = Text("星期", "Weekday")
MONTH = Text("月份", "Month")
PER_30_DAYS = Text("每 30 天（起）", "Incidents per 30 days")
SPANS = Text("按时间段分摊（aoristic）", "Share spans out (aoristic)")
KINDS = Text("日期类型", "Kinds of day")
HOLIDAYS = Text("节假日与调休", "Holidays and days worked in exchange")
HOLIDAYS_HINT = Text("2025-10-01..2025-10-07 !2025-10-11", "2025-10-01..2025-10-07 !2025-10-11")
WORKED = Text("调休上班", "worked in exchange")
DAY_OFF = Text("放假", "day off")
DAY = Text("日期", "Day")
DAY_KIND = Text("类型", "Kind")
SCHOOL_HOURS = Text("上下学时段", "School hours")
TERMS = Text("学期（留空为全年）", "Terms (empty: all year)")
TREND = Text(
    "趋势：{w}，每月 {s:+.1f} 起（{a:+.1f} 至 {b:+.1f}，95%），p = {p:.3f}（{m}）",
    "Trend: {w}, {s:+.1f} incidents per month ({a:+.1f} to {b:+.1f}, 95 %), p = {p:.3f} ({m})",
)
SCHOOL = Text("上下学时段（上学日）{n} 起", "{n} incidents in school hours of school days")
ON_KIND = Text("{k} {n} 起（{d} 天）", "{k}: {n} incidents ({d} days)")
ROWS = Text("按", "By")
COMPARED = Text("与{how}比较：{p}", "Compared with {how}: {p}")
AGAINST = Text("对比时段", "Compare with")
AGAINST_CHOICES = {"usual": Text("上年同期或前一时段", "a year earlier, or just before"), "own": Text("自选日期", "days of my own")}
OWN_DAYS = Text("自选的对比日期", "days of my own")
SHOW = Text("地图显示", "On the map")
SHOW_CHOICES = {
    "rows": Text("逐行结论", "verdict per row"),
    "difference": Text("密度差", "difference of densities"),
    "persistence": Text("新出现/持续/减弱", "emerging, persistent, fading"),
}
CLASS_RULE = Text("{c}（{r}），格", "{c} ({r}), cells")
CLASSES_BY_ROW = Text("各处的分析格数", "Cells of each class in each row")
NAME = Text("名称", "Name")
BEFORE = Text("前期（起）", "Before (n)")
AFTER = Text("后期（起）", "After (n)")
PERCENT = Text("变化", "Change")
PERCENT_RULE = Text("前期不足 5 起不显示百分比。", "No percent where there were fewer than 5 before.")
P_VALUE = Text("p（校正后）", "p (corrected)")
VERDICT = Text("结论", "Verdict")
DISPLACED = Text(
    "{name}：与按“{c}”的走势推算相比 {e:+.1f} 起（{a:+.1f} 至 {b:+.1f}，90%；加权移位差 WDD，对照按其规模折算）",
    "{name}: {e:+.1f} incidents against what the trend of “{c}” leads to expect ({a:+.1f} to {b:+.1f}, 90 %; weighted displacement "
    "difference, the control at this row's size)",
)
DISPLACED_HIDDEN = Text("数目过小，不显示差异。", "The counts are too small to tell the difference.")
CONTROL = Text("对照区", "Control area")
REST = Text("其余各处", "all the rest")
FAIR_MONTHS = Text("仅比较两期共有的整月", "Only months whole in both periods")
FAIR_HELP = Text(
    "避免季节不同：仅计两期都完整的月份。",
    "Season against the same season: only months that are whole in both periods count.",
)
DISTANCE = Text("距离算法", "Distance")
PLACE_BAND = Text("距离（米）", "Distance (m)")
TIME_BAND = Text("相隔（天）", "Apart (days)")
OBSERVED = Text("警情对", "Pairs")
EXPECTED = Text("偶然预期", "By chance")
RATIO = Text("比值", "Ratio")
TRAIN = Text("学习（天）", "Learn from (days)")
TEST_DAYS = Text("检验（天）", "Scored on (days)")
AT_SHARE = Text("取面积（%）", "At share of area (%)")
HIT = Text("命中率（%）", "Hit rate (%)")
HITS = Text("命中 %", "Hits %")
BEAT = Text("警务区", "Beat")
MINUTES = Text("分钟/周", "Minutes a week")
LOW = Text("90% 下限", "90 % low")
HIGH = Text("90% 上限", "90 % high")
CELLS = Text("网格", "Cells")
BY_CELL = Text("按网格（仅警情，不含日常勤务）", "By cell (incidents only, no duties)")
BASIS = Text("依据", "Basis")
EXPORT = Text("导出", "Export")
EXPORT_KIND = Text("内容", "Content")
EXPORT_KINDS = {
    "areas": Text("热点区", "areas"),
    "grid": Text("密度格网", "density grid"),
    "public": Text("可公开：200 米格，小数隐藏", "for the public: 200 m squares, small counts hidden"),
}
PREPARE = Text("生成文件", "Make the file")
DOWNLOAD = Text("下载 {f}", "Download {f}")
PUBLIC_ABOUT = Text(
    "可公开的警情图：最近十二个月，200 米方格，小数目隐藏。",
    "What may be made public: the last twelve months on squares of 200 m, small counts hidden.",
)
HIDDEN_NOTE = Text(
    "1 至 4 起显示为“<5”，“–”为防止推算而隐藏。", "1 to 4 are shown as <5; – is hidden so that no small one can be worked out."
)
