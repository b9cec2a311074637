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
    "role": Text("角色", "Role"),
    "address": Text("来源地址", "From where"),
    "action": Text("操作", "Action"),
    "subject": Text("对象", "Subject"),
    "result": Text("结果", "Result"),
    "detail": Text("详情", "Detail"),
}
ANY = Text("全部", "All")
ACTIONS = {
    "act_as": Text("换用角色", "switched the role"),
    "add_user": Text("新建账号", "made an account"),
    "agree_to_export": Text("同意导出警情", "agreed to an incident file"),
    "ask_for_release": Text("申请导出警情", "asked for an incident file"),
    "back_up": Text("备份", "backup"),
    "change_cells": Text("调整网格", "changed cells"),
    "change_town": Text("修改辖区信息", "changed the town"),
    "change_user": Text("修改账号", "changed an account"),
    "disable_user": Text("停用账号", "shut an account"),
    "enable_user": Text("恢复账号", "opened an account again"),
    "end_session": Text("结束登录", "ended a log-in"),
    "end_sessions": Text("结束全部登录", "ended all log-ins"),
    "export_data": Text("导出数据", "exported data"),
    "export_handover": Text("导出交接清单", "exported a handover"),
    "export_hotspots": Text("导出热点", "exported hotspots"),
    "export_page": Text("导出网页", "exported a page"),
    "export_plan": Text("导出方案", "exported a plan"),
    "export_record": Text("导出审计记录", "exported the record"),
    "find": Text("搜索", "search"),
    "give_one_time_password": Text("发一次性口令", "gave a one-time password"),
    "link_user": Text("关联单位账号", "linked an account of the organisation"),
    "log_in": Text("登录尝试", "attempt to log in"),
    "make_workspace": Text("新建工作区", "made the workspace"),
    "open_session": Text("登录", "logged in"),
    "password_too_old": Text("口令到期", "password too old"),
    "remove_plan": Text("删除方案", "removed a plan"),
    "save_plan": Text("保存方案", "saved a plan"),
    "save_workload_profile": Text("保存权重", "saved weights"),
    "see_area": Text("查看责任区", "opened an area"),
    "see_handover": Text("查看交接清单", "opened a handover"),
    "see_incidents": Text("查看警情", "saw incidents"),
    "see_people": Text("查看账号", "opened the accounts"),
    "see_record": Text("查看审计记录", "opened the record"),
    "see_staffing": Text("查看人员配置", "opened the staffing"),
    "set_password": Text("设置口令", "set a password"),
    "set_roles": Text("设置角色", "set roles"),
    "set_setting": Text("修改设置", "changed a setting"),
    "set_totp": Text("两步验证", "second factor"),
    "take_import": Text("导入", "imported"),
    "take_snapshot": Text("打印", "printed"),
    "undo_cell_change": Text("撤销网格调整", "undid a change of cells"),
    "undo_import": Text("撤销导入", "undid an import"),
    "verify_record": Text("校验审计记录", "checked the record"),
    "write_assignments": Text("指派人员", "assigned staff"),
    "write_layer": Text("写入图层", "wrote a layer"),
    "write_staff": Text("写入人员表", "wrote the staff list"),
}
"""What the record calls an action -> words for it; one that is not listed is shown as it is written."""
RESULTS = {"done": Text("完成", "done"), "saved": Text("已保存", "saved"), "refused": Text("拒绝", "refused")}
SUBJECTS = {"audit": Text("审计记录", "the record"), "accounts": Text("账号", "accounts"), "assignments": Text("人员分工", "assignments")}
"""What lines are about, beside layers, plans and people."""
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
