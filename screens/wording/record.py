"""Wordings of the auditor's screen."""

from layers.definition.text import Text

TITLE = Text("审计记录", "Record")
ABOUT = Text(
    "谁在何时从何处做了什么。只增不改，每行含前一行的校验值；至少保存 6 个月。",
    "Who did what, when and from where. Lines are only added, each sealed with the one before; kept 6 months at the least.",
)
PERSON = Text("人员（登录名）", "Person (login name)")
ACTION = Text("操作", "Action")
DAY = Text("日期", "Day")
COLUMNS = {
    "id": Text("序号", "No."),
    "at": Text("时间", "Time"),
    "who": Text("人员", "Who"),
    "address": Text("来源地址", "From where"),
    "action": Text("操作", "Action"),
    "subject": Text("对象", "Subject"),
    "result": Text("结果", "Result"),
    "detail": Text("详情", "Detail"),
}
NONE = Text("没有符合条件的记录。", "No line fits.")
OLDER = Text("更早的记录", "Older lines")
NEWEST = Text("回到最新", "Back to the newest")
CHECK = Text("校验", "Check the chain")
HASH = Text(
    "末行校验值，请抄存别处，以便日后发现尾部被删：{hash}", "Last seal; write it down elsewhere, so that a cut-off end shows later: {hash}"
)
PURPOSE = Text("导出用途（必填，会记入审计记录）", "Purpose of the export (needed, goes on record)")
PREPARE = Text("准备 CSV", "Prepare the CSV")
DOWNLOAD = Text("下载 CSV", "Download CSV")
