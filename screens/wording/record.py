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
    "export_all": Text("一次导出全部", "exported all of a plan"),
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
    "make_book": Text("制作地图册", "made a map book"),
    "make_workspace": Text("新建工作区", "made the workspace"),
    "open_session": Text("登录", "logged in"),
    "password_too_old": Text("口令到期", "password too old"),
    "record_duty": Text("记勤务", "ticked a duty"),
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
    "undo_duty": Text("撤销勤务", "took a duty back"),
    "undo_import": Text("撤销导入", "undid an import"),
    "update_tables": Text("升级工作区", "updated the workspace's tables"),
    "verify_record": Text("校验审计记录", "checked the record"),
    "write_assignments": Text("指派人员", "assigned staff"),
    "write_layer": Text("写入图层", "wrote a layer"),
    "write_staff": Text("写入人员表", "wrote the staff list"),
}
"""What the record calls an action -> words for it; one that is not listed is shown as it is written."""
DETAILS = {
    "about": Text("说明", "about"),
    "added": Text("新增", "added"),
    "asked_by": Text("申请人", "asked for by"),
    "beats": Text("警务区", "beats"),
    "by": Text("经由", "by"),
    "bytes": Text("字节", "bytes"),
    "cells": Text("网格改动", "cells changed"),
    "changed": Text("改动", "changed"),
    "choices": Text("选择", "choices"),
    "codes": Text("编码", "codes"),
    "compared_with": Text("对照", "compared with"),
    "count": Text("次数", "count"),
    "counts": Text("计数", "counts"),
    "day": Text("日期", "day"),
    "display_name": Text("显示名", "display name"),
    "file": Text("文件", "file"),
    "file_name": Text("文件", "file"),
    "files": Text("文件数", "files"),
    "format": Text("格式", "format"),
    "formats": Text("格式", "formats"),
    "from": Text("原", "from"),
    "gone": Text("去除", "gone"),
    "header": Text("方案", "plan"),
    "hits": Text("找到", "found"),
    "hotspots": Text("含热点", "with hotspots"),
    "import": Text("导入编号", "import no."),
    "issuer": Text("认证服务", "issuer"),
    "kind": Text("种类", "kind"),
    "layers": Text("图层", "layers"),
    "level": Text("密级", "level"),
    "lines": Text("行数", "lines"),
    "locked": Text("锁定", "locked"),
    "mode": Text("方式", "mode"),
    "must_change": Text("须改口令", "must be changed"),
    "n": Text("警情数", "incidents"),
    "name": Text("名称", "name"),
    "name_en": Text("英文名", "English name"),
    "of_action": Text("操作", "action"),
    "ok": Text("完好", "whole"),
    "on": Text("启用", "on"),
    "pages": Text("页数", "pages"),
    "paper": Text("纸张", "paper"),
    "person": Text("人员", "person"),
    "place": Text("地点", "place"),
    "public": Text("公开", "public"),
    "purpose": Text("用途", "purpose"),
    "reason": Text("原因", "reason"),
    "revision": Text("修订", "revision"),
    "rows": Text("行数", "rows"),
    "second": Text("同意人", "second person"),
    "session": Text("会话", "session"),
    "sessions": Text("会话数", "sessions"),
    "sha256": Text("SHA-256", "SHA-256"),
    "staff": Text("含人员", "with staff"),
    "staff_code": Text("人员编码", "staff code"),
    "subject": Text("账号标识", "subject"),
    "system": Text("坐标系", "CRS"),
    "theme": Text("专题", "theme"),
    "to": Text("现", "to"),
    "undoes": Text("撤销的记录", "takes back"),
    "unlocked": Text("解锁", "unlocked"),
    "what": Text("内容", "what"),
    "why": Text("原因", "why"),
}
"""What the detail of a line calls a thing -> words for it; one that is not listed is shown as it is written."""
ITEMS = Text("{n} 项", "{n} items")
YES, NO = Text("是", "yes"), Text("否", "no")
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
