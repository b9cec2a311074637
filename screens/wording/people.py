"""Wordings of the screen on which the administrator keeps accounts."""

from layers.definition.text import Text

TITLE = Text("账号", "People")
ABOUT = Text("账号、角色与登录。每次更改都会记入审计记录。", "Accounts, roles and log-ins. Every change goes on record.")
NEW = Text("新建账号", "New account")
NAME = Text("登录名", "Login name")
DISPLAY = Text("姓名", "Name")
STAFF = Text("对应人员（可空）", "Who of the staff (may be empty)")
NOBODY = Text("无", "nobody")
PERSON = Text("本人信息", "The person")
SAVE = Text("保存", "Save")
FACTOR = Text("两步验证", "second factor")
ROLES = Text("角色", "Roles")
ROLE = Text("角色", "Role")
MANAGE = Text("管理", "Manage")
YOURSELF = Text("您本人；由另一位管理员更改", "You; another administrator changes it")
SCOPE = Text("范围", "Limited to")
SCOPES = {
    "none": Text("全镇或本人责任区", "whole town or own area"),
    "unit": Text("社区/村", "community or village"),
    "beat": Text("警务区", "beat"),
    "cell": Text("网格", "grid cell"),
}
CODE = Text("所限范围", "To which")
FROM = Text("自（可空）", "From (may be empty)")
TO = Text("至（可空）", "To (may be empty)")
ADD = Text("建立", "Make")
ADD_ROLE = Text("加此角色", "Add this role")
DROP_ROLE = Text("撤销", "Take away")
DISABLE = Text("停用", "Disable")
ENABLE = Text("恢复", "Enable")
NEW_PASSWORD = Text("发一次性口令", "One-time password")
DROP_FACTOR = Text("停用两步验证", "Drop second factor")
SESSIONS = Text("登录中：{n}", "Open log-ins: {n}")
SESSION = Text("{address}，上次使用 {seen}", "{address}, last used {seen}")
END = Text("结束", "End")
DISABLED = Text("已停用", "disabled")
MUST_CHANGE = Text("待更改口令", "must change password")
NO_ROLE = Text("无角色", "no role")
ONCE = Text(
    "{name} 的一次性口令（3 天内有效，只显示这一次，请当面或以电话告知）：",
    "One-time password of {name} (good for 3 days, shown this once; tell it in person or by telephone):",
)
ONCE_LINK = Text("或把此链接交给本人（打开后口令已填好）：", "Or hand over this link (the password is filled in):")
SEEN = Text("已记下", "Noted")
