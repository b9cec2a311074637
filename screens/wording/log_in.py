"""Wordings of the log-in pages and of the line that says who is signed in."""

from layers.definition.text import Text

LOG_IN = Text("登录", "Log in")
LOG_OUT = Text("退出登录", "Log out")
LOG_OUT_SURE = Text("确定退出登录吗？", "Log out now?")
NAME = Text("登录名", "Login name")
PASSWORD = Text("口令", "Password")
OLD_PASSWORD = Text("原口令", "Old password")
NEW_PASSWORD = Text("新口令（至少 10 个字符）", "New password (10 characters or more)")
AGAIN = Text("再输一次新口令", "The new password again")
CODE = Text("动态码（如已启用）", "Authenticator code (if in use)")
CODE_NOW = Text("应用现在显示的动态码", "Code that the app shows now")
CHANGE_PASSWORD = Text("更改口令", "Change the password")
MUST_CHANGE = Text(
    "首次登录，或口令使用已久，须先更改口令。", "The password must be changed first: at the first log-in, or when it is too old."
)
SECOND_FACTOR = Text("两步验证", "Second factor")
SECOND_FACTOR_HOW = Text(
    "用身份验证器应用扫描二维码，或手动输入密钥（基于时间，6 位），再填写应用显示的动态码并启用。",
    "Scan the code with an authenticator app, or type the key below into it (time based, 6 digits); then give the code it shows and "
    "switch it on.",
)
FACTOR_IS_OFF = Text("两步验证未启用。", "No second factor is in use.")
FACTOR_IS_ON = Text(
    "两步验证已启用。更换密钥或停用时，填写现用密钥的动态码。",
    "A second factor is in use. To change the key or to switch it off, give the code of the key in use.",
)
FACTOR_ON = Text("启用此密钥", "Switch on with this key")
FACTOR_OFF = Text("停用两步验证", "Switch the second factor off")
BACK = Text("返回", "Back")
SAVE = Text("保存", "Save")
MAKE_FIRST = Text("建立首个管理员", "Make the first administrator")
NO_ACCOUNTS = Text(
    "此工作区还没有管理员。请打开启动程序的终端里显示的一次性链接，或运行 geo_cli.py people add。",
    "This workspace has no administrator yet. Open the one-time link in the terminal of the app, or run geo_cli.py people add.",
)
FIRST_LINK = Text("建立首个管理员的一次性链接，1 小时内有效：", "One-time link to make the first administrator, good for 1 hour:")
TOWN_NEEDS_ACCOUNT = Text(
    "新工作区已建立。它不是演示，须先设立管理员才能继续使用。",
    "The new workspace is made. It is no demo, so it needs an administrator first.",
)
RELOAD_FIRST = Text(
    "本页即将转到设立首个管理员的页面；如未转到，请重新载入。",
    "This page is about to lead to where the first one is made; if it does not, reload it.",
)
MADE_HERE = Text(
    "您刚在本机建立了此工作区。请设立首个管理员，然后登录并继续。",
    "You made this workspace on this machine just now. Make its first administrator, then go on.",
)
FIRST_OLD = Text("此链接无效、已用过或已过期。", "This link is wrong, used or too old.")
FIRST_AGAIN = Text(
    "重新启动程序，或重新载入登录页，终端会显示新的链接。", "Start the app again, or reload the log-in page: the terminal shows another."
)
FORM_OLD = Text("此页已过期，请再填一次。", "This page was too old; fill it in again.")
BUSY = Text("正在登录的人过多，请稍候再试。", "Too many are logging in; try again in a moment.")
NOT_SAME = Text("两次输入的新口令不同。", "The two new passwords differ.")
NOT_ENCRYPTED = Text(
    "此连接未加密，口令可能被同一网络的人看到。请管理员配置 TLS。",
    "This connection is not encrypted: others on the network could read the password. Ask for TLS.",
)
OPENID = Text("单位统一登录", "Sign in with your organisation")
OPENID_OLD = Text("此次统一登录无效、已用过或已过期。", "This sign-in is not valid, was used already or is too old.")
OPENID_NOT_CONFIRMED = Text("统一登录没有确认您的身份。", "Your organisation did not confirm who you are.")
OPENID_OFF = Text("没有配置单位统一登录。", "No sign-in by the organisation is set up.")
OPENID_ELSEWHERE = Text(
    "您由单位统一登录，口令和两步验证请在单位的系统中更改。",
    "You sign in with your organisation: change the password and the second factor there.",
)
ABOUT = Text("仅限获授权人员使用，操作会被记录。", "For authorised staff only; what is done is put on record.")

SIGNED_IN = Text("{user} · {role}", "{user} · {role}")
ACT_AS = Text("以何种角色操作", "Act in the role")
DEMO = Text(
    "演示：未设口令，仅限本机访问，当前角色“{role}”。",
    "Demo without a password, from this machine alone. You act as {role}.",
)
