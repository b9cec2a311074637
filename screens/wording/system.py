"""Wordings of the administrator's screen about the program itself."""

from layers.definition.text import Text

TITLE = Text("系统与备份", "System and backup")
BACKUPS = Text("备份", "Backups")
BACK_UP = Text("立即备份", "Back up now")
MADE = Text("已备份：{name}（{mb:.1f} MB）", "Backed up: {name} ({mb:.1f} MB)")
NO_BACKUP = Text("此文件夹中还没有备份。", "There is no backup in this folder yet.")
OLD_BACKUP = Text("最近的备份是 {day}。", "The latest backup is of {day}.")
COLUMNS = (Text("文件", "File"), Text("时间", "Time"), Text("MB", "MB"))
WHERE = Text("服务器上的文件夹：{folder}", "Folder on the server: {folder}")
KEEP = Text(
    "备份含警情和口令散列，因此只存在服务器上，不提供下载。离开本机时请加密；每晚自动备份和恢复步骤见 docs/operating.zh.md。",
    "A backup holds incidents and password hashes, so it stays on the server and can't be downloaded. Encrypt it where it leaves "
    "the machine; docs/operating.md says how to make one every night, and how to restore it.",
)
ACCOUNTS = Text("账号状况", "State of the accounts")
OPEN_ACCOUNTS = Text("可登录的账号", "accounts that can log in")
NEVER_CHANGED = Text("从未更改首个口令", "never changed the first password")
NO_FACTOR = Text("未启用两步验证", "without a second factor")
NO_END = Text("角色没有终止日期", "with a role without end")
NO_ROLE = Text("没有任何角色", "without any role")
MONTHLY = Text("每月核对一次；在“账号”界面处理。", "Go through them each month, on the screen “People”.")
SETTINGS = Text("当前设置", "Settings in force")
SETTINGS_ABOUT = Text(
    "设置来自环境变量，由服务器管理者更改后重启生效；密钥和口令不显示。",
    "They come from environment variables: whoever keeps the server changes them and starts the app again. Secrets are not shown.",
)
SETTING_COLUMNS = (Text("环境变量", "Environment variable"), Text("值", "Value"), Text("状态", "State"), Text("含义", "Meaning"))
CHANGED = Text("已更改", "changed")
