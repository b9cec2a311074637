"""Wordings of the screen where beats are drawn."""

from layers.definition.text import Text

TITLE = Text("划分警务区", "Draw beats")
NEW = Text("新建草案", "New draft")
NEW_NAME = Text("草案名称", "Name of the draft")
NEW_FROM = Text("从哪个方案开始", "Start from")
NEW_EMPTY = Text("空白（全部网格未分配）", "nothing (all cells unassigned)")
NEW_BEATS = Text("警务区个数（个）", "Number of beats")
NEW_MAKE = Text("建立草案", "Make the draft")
NAME_TODAY = Text("{day} 草案", "Draft of {day}")
FROZEN = Text(
    "“{name}”是{status}，只能查看。要修改，请以它为起点新建草案。",
    "'{name}' is {status} and can only be looked at. To change it, start a new draft from it.",
)
SUBMITTED = Text(
    "“{name}”已提交，等待第二人批准（“方案管理”）。要继续修改，请先在那里退回为草案。",
    "'{name}' is submitted and waits for a second person to approve it under Plans. To go on with it, give it back there first.",
)
SUBMIT_TITLE = Text("提交审批", "Submit for approval")
SUBMIT_OPEN = Text(
    "{n} 项应当符合的检查不符合；请写明为何仍要采用：",
    "{n} checks that should hold are broken; state why the plan is taken all the same:",
)
SUBMIT_WHY = Text("理由（随方案保存）", "Reason (kept with the plan)")
SUBMIT_DONE = Text("已提交，等待批准。", "Submitted; it waits for approval.")
REOPENED = Text(
    "{by} 也保存了此草案（改了 {n} 个网格）；双方的修改都已保留。",
    "{by} saved this draft too (cells: {n}); the changes of both are kept.",
)
CELLS_CHANGED = Text("网格已变更，草案已按新网格打开。", "The cells have changed; the draft is open on the new ones.")
SPLIT_TITLE = Text("拆分网格", "Split a cell")
BORDER_TITLE = Text("移动两个网格之间的边界", "Move the border between two cells")
MERGE_TITLE = Text("合并网格", "Merge cells")
CHANGE_ABOUT = Text(
    "所有未归档方案都会随网格一起改变；可以整步撤销。尚未写入任何内容。",
    "All plans that are not archived go along with the cells; it can be undone as one step. Nothing has been written yet.",
)
CHANGE_REASON = Text("理由（记入日志）", "Reason (goes into the record)")
SHARE_BY = Text("数量分摊依据", "Counts are shared out by")
DWELLINGS_IN = Text("第 {n} 部分的户数（户）", "Dwellings in part {n}")
PART = Text("部分", "Part")
INTO = Text("并入哪个警务区", "Beat that gets it")
DO_IT = Text("确认", "Do it")
LEAVE = Text("放弃", "Leave it")
CELL = Text("网格", "Cell")
CONFLICT_TITLE = Text("两人改了同一处", "Two people changed the same place")
CONFLICT_ABOUT = Text(
    "{by} 于 {at} 保存了此草案。只有一方改过的地方都已合并，下面 {n} 处双方都改了：请选择，或另存为分支以后再定。",
    "{by} saved this draft at {at}. What one side changed is merged; {n} places were changed by both: choose, or keep yours as a branch.",
)
MINE = Text("我的", "mine")
THEIRS = Text("{by}的", "{by}'s")
BEFORE = Text("原先", "before")
PLACE = Text("位置", "Place")
CHOICE = Text("采用哪个", "Keep which")
ALL_MINE = Text("全部用我的", "All mine")
ALL_THEIRS = Text("全部用{by}的", "All of {by}'s")
SAVE_MERGE = Text("按选择保存", "Save as chosen")
BRANCH = Text("另存为分支", "Keep mine as a branch")
BRANCH_NAME = Text("{name}（{who} 的分支）", "{name} (branch of {who})")
ALL_FIGURES = Text("全部指标与说明", "All figures, and what they rest on")
FIGURE = Text("指标", "Measure")
VALUE = Text("数值", "Value")
POINTS = Text("个百分点", "points")
MEANING = Text("含义", "Meaning")
CELL_CHANGES = Text("网格变更记录", "Changes of cells")
UNDO_CHANGE = Text("撤销此变更", "Undo this change")
