"""Wordings of the rules that plans are held to."""

from layers.definition.text import Text

ABOUT = Text(
    "所有方案都按这些规则检查。每次更改都要写明理由，并记入日志。",
    "Every plan is checked by these rules. Each change takes a reason and goes on record.",
)
READ_ONLY = Text(
    "容许偏差、距离上限、值守时段、分片和批准方式由所领导更改。",
    "Tolerance, distance, duty hours, pieces and who approves are changed by a chief.",
)
TOLERANCE = Text("工作量容许偏差（%）", "Tolerance of workload (%)")
TOLERANCE_NOW = Text("工作量容许偏差：±{p}%", "Tolerance of workload: ±{p}%")
LIMIT = Text("网格到警务室的距离上限（公里，0 为不检查）", "Limit of distance from a cell to its post (km, 0: not checked)")
LIMIT_NOW = Text("距离上限：{km} 公里", "Limit of distance to the post: {km} km")
NO_LIMIT = Text("距离上限：未设定，不检查", "Limit of distance to the post: none, not checked")
HOURS = Text("值守时段", "Duty hours")
HOURS_NOW = Text("值守时段：工作日 {a}–{b} 时，周末 {c}–{d} 时", "Duty hours: {a} to {b} on weekdays, {c} to {d} at weekends")
NO_HOURS = Text("值守时段：未设定，不计算无人值守时段的工作量", "Duty hours: not set, so demand outside them is not known")
HOURS_ABOUT = Text(
    "全镇有人值守的整点；用于指标“无人值守时段的工作量”。",
    "Full hours with somebody on duty in the town, for the measure of demand in no duty hours.",
)
HOURS_KNOWN = Text("已设定", "Set")
WEEKDAYS = Text("工作日（时）", "Weekdays (hours)")
WEEKEND = Text("周末（时）", "Weekend (hours)")
ONE_PERSON = Text("一人所：编制人可以批准自己的方案", "Station of one: whoever drew a plan may approve it")
SECOND_PERSON = Text("批准：须由第二人批准", "Approval: by a second person")
SPLITS = Text("已说明理由的社区/村分割", "Divided communities and villages, as stated")
NO_SPLITS = Text("没有", "none")
STATE = Text("说明为何分割", "State why units are divided")
STATE_ABOUT = Text(
    "选中的社区/村可分属多个警务区，检查视为符合；理由随方案一起可查。",
    "The chosen units may lie in several beats and count as kept; the reason stays on record.",
)
UNITS = Text("社区/村", "Communities and villages")
WITHDRAW = Text("撤回说明", "Take back")
PIECES = Text("允许分片的警务区", "Beats that may be in pieces")
BEAT = Text("警务区", "Beat")
HOW_MANY = Text("最多几片（1 为不允许）", "Pieces at most (1: no exception)")
PIECES_OF = Text("{beat}：{n} 片，{why}", "{beat}: {n} pieces, {why}")
REASON = Text("理由（记入日志）", "Reason (goes on record)")
SAVE = Text("保存", "Save")
SAVED = Text("规则已更改并记入日志。", "The rule is changed and on record.")
