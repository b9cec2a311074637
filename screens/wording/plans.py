"""Wordings of the screens of plans: the list, the life of a plan, and the comparison of two."""

from layers.definition.text import Text

TITLE = Text("方案管理", "Plans")
SECTIONS = {
    "plans": Text("方案", "Plans"),
    "compare": Text("比较", "Compare"),
    "import": Text("导入", "Import"),
    "rules": Text("规则", "Rules"),
}
NO_PLANS = Text("还没有方案。请导入，或在编辑器中新建。", "There is no plan yet. Import one, or draw one in the editor.")
DRAW_FIRST = Text("到编辑器新建", "Draw one in the editor")
STATUS = Text("状态", "Status")
BEATS = Text("警务区", "Beats")
REVISION = Text("版本", "Revision")
BRANCH = Text("分支", "Branch")
AUTHOR = Text("编制", "Author")
SINCE = Text("生效日", "In force from")
REASON = Text("理由", "Reason")
REASON_NEEDED = Text("必填；会一直留在记录中", "needed; it stays on record")
REASON_HINT = Text("有“应当”的检查不符合时必填；会一直留在记录中", "needed where a check that should hold is broken; it stays on record")
REASON_FREE = Text("可不填；会一直留在记录中", "may stay empty; it stays on record")
FIRST_DAY = Text("生效日", "First day in force")
DO_IT = Text("确认：{step}", "Confirm: {step}")
DONE = Text("已完成：{step}", "Done: {step}")
SUBMITTED_BY = Text("提交人", "Submitted by")
APPROVED_BY = Text("批准人", "Approved by")
DRAW = {True: Text("在编辑器中修改", "Draw on it"), False: Text("在编辑器中查看", "Look at it in the editor")}
COMPARE = Text("与现行方案比较", "Compare with the plan in force")
NO_STEPS = Text("以您的角色，目前没有可以进行的步骤。", "There is no step that your role can take now.")
RENAME = Text("改名", "Rename")
NEW_DRAFT = Text("以此新建草案", "New draft from this")
NAME = Text("名称", "Name")
NAME_EN = Text("英文名称", "English name")
SAVE = Text("保存", "Save")
CREATE = Text("新建", "Create")
DRAFT_NAME = Text("{name} 副本", "{name} copy")
PARTS = {
    "checks": Text("检查", "Checks"),
    "figures": Text("指标", "Measures"),
    "history": Text("历史", "History"),
    "export": Text("导出", "Export"),
}
MUST = Text("必须", "must")
SHOULD = Text("应当", "should")
READY = Text("所有必须的检查都符合。", "Every check that must hold does.")
NOT_READY = Text("有 {n} 项必须的检查不符合，不能提交或批准。", "{n} checks that must hold are broken; it can't be submitted or approved.")
GO_TO = Text("查看位置（{n} 处）", "Go to ({n} places)")
WHEN = Text("时间", "When")
WHO = Text("谁", "Who")
WHY = Text("为何", "Why")
CELLS_CHANGED = Text("变动网格", "Cells changed")
RESTORE = Text("把某一版另存为新草案", "Any version as a new draft")
WHICH_REVISION = Text("第几版", "Which revision")
EXPORT_NOTE = Text("导出会记录在案；表格中的内容都是文本，不含公式。", "Exports are put on record; tables hold text only, no formulas.")
BEFORE = Text("原方案", "First plan")
AFTER = Text("新方案", "Second plan")
VERSION = Text("版本", "Revision")
NEEDS_TWO = Text("比较需要一个方案的两个版本，或两个方案。", "A comparison takes two plans, or two versions of one.")
MOVED = Text("换区网格", "Cells that move")
MOVED_COUNT = Text("{n} 个", "{n}")
KEEP_OFFICER = Text("房屋保留原责任民警", "Homes that keep their officer")
KEEP_BEAT = Text("房屋保留原警务区", "Homes that keep their beat")
DIFFERENCE_MAP = Text("差异图：换区网格按新警务区着色，标“原→新”", "What changes: cells in the colour of the new beat, marked before→after")
SIDE_BY_SIDE = Text("并排查看两个方案", "Both plans side by side")
MEASURE = Text("指标", "Measure")
CHANGE = Text("评价与变化", "Verdict and change")
LATEST = Text("当前", "as it is now")
OLD = Text("原", "First")
NEW = Text("新", "Second")
ALL_MEASURES = Text("全部指标", "All measures")
BY_BEAT = Text("各警务区", "By beat")
BY_OFFICER = Text("各民警", "By officer")
CELL = Text("网格", "Cell")
FROM = Text("原警务区", "From")
TO = Text("新警务区", "To")
OLD_OFFICER = Text("原责任民警", "Officer before")
NEW_OFFICER = Text("新责任民警", "New officer")
GAINED = Text("{what}增", "{what} +")
LOST = Text("{what}减", "{what} −")
NOW = Text("{what}（新）", "{what}, after")
RESPONSE = Text("预计响应（排队模型）", "Expected response (queueing model)")
SPEED = Text("时速（公里）", "Speed (km/h)")
WAY = Text("路途", "Travel")
RESPONSE_MIN = Text("平均响应（分钟）", "Mean response (min)")
CROSS_SHARE = Text("跨警务区出警", "Cross-beat dispatch")
CALLS_A_DAY = Text("每日报警（起）", "Calls a day")
POST = Text("驻点", "Post")
BUSY = Text("忙碌占比", "Busy share")
SHEET = Text("变更表（PDF，A3）", "Change sheet (PDF, A3)")
FILE = Text(
    "文件：网格→警务区表（CSV、XLSX），或边界文件（GeoJSON、GPKG、SHP）",
    "File: a table cell -> beat (CSV, XLSX), or boundaries (GeoJSON, GPKG, SHP)",
)
FILE_NOTE = Text(
    "总是成为新草案，现有方案不会改变；可作为一步撤销。",
    "It always becomes a new draft; no plan is changed, and it can be undone as one step.",
)
LAYER = Text("图层或工作表（可空）", "Layer or sheet (may stay empty)")
READ = Text("读取", "Read")
TAKE = Text("作为新草案导入", "Take it as a new draft")
ACCEPT = Text("已阅提醒", "I have read the warnings")
FOUND = Text("{beats} 个警务区，{cells} 个网格", "{beats} beats, {cells} cells")
TAKEN = Text("已导入为新草案。", "It is a new draft now.")
