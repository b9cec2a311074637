"""Every setting in one table: name, default, meaning, environment variable. Nothing else decides how the app runs."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from layers.definition.refusal import Refusal
from layers.definition.text import Text

HERE = Path(__file__).resolve().parent


@dataclass(frozen=True)
class Setting:
    """One setting; its type is the type of its default. Environment variable: JINGGE_ and the name in capitals."""

    name: str
    default: str | int | float
    about: Text
    choices: tuple[str, ...] = ()
    secret: bool = False
    """Never shown, not even by the command that lists the settings."""

    @property
    def variable(self) -> str:
        """The environment variable that sets it."""
        return f"JINGGE_{self.name.upper()}"


SETTINGS = (
    Setting(
        "workspace",
        str(HERE / "data" / "local" / "demo.gpkg"),
        Text("工作区：一个 .gpkg 文件，或 postgresql:// 地址。", "The workspace: a .gpkg file, or a postgresql:// address."),
    ),
    Setting(
        "workspaces_folder",
        "",
        Text(
            "新工作区存放的文件夹；留空则放在当前工作区旁。", "Folder where new workspaces are made; empty: beside the one that is served."
        ),
    ),
    Setting(
        "backups_folder",
        "",
        Text(
            "管理员在界面上备份时存放的文件夹；留空则放在工作区旁的 jingge-backups。",
            "Folder for the backups that an administrator makes on the screen; empty: jingge-backups beside the workspace.",
        ),
    ),
    Setting(
        "address", "127.0.0.1", Text("网页服务监听的地址；默认只限本机。", "Address the app listens on; this machine only by default.")
    ),
    Setting("port", 8501, Text("网页服务的端口。", "Port the app listens on.")),
    Setting(
        "public_address",
        "",
        Text(
            "民警在浏览器中打开本程序的网址，用于地图册上的二维码；留空则不印。",
            "Address at which officers open the app, for the map book's QR codes; empty: none are printed.",
        ),
    ),
    Setting("language", "zh", Text("打开时的语言。", "Language when the app opens."), ("zh", "en")),
    Setting(
        "role",
        "planner",
        Text("演示时以何种角色打开。", "Role in which the demo opens."),
        ("chief", "planner", "officer", "grid_worker", "viewer", "administrator", "auditor"),
    ),
    Setting(
        "lock_wait_s",
        5.0,
        Text("工作区被他人锁定时等待的秒数。", "Seconds to wait for a workspace that somebody else has locked."),
    ),
    Setting(
        "density_cell_m",
        200,
        Text("密度分析格网的边长（米）。", "Side of a cell of the density grid, in metres."),
    ),
    Setting(
        "density_radius_m",
        400,
        Text(
            "密度核半径（米），约合步行五分钟；0 表示按规则由数据选取。",
            "Kernel radius in metres, about five minutes on foot; 0 takes it from the data by the stated rule.",
        ),
    ),
    Setting(
        "dask_scheduler",
        "",
        Text(
            "计算超出内存的文件夹时所用 dask 集群的地址；留空则用本机线程。",
            "Address of the dask cluster that counts folders larger than memory; empty: threads of this machine.",
        ),
    ),
    Setting(
        "max_upload_mb",
        200,
        Text("导入文件的最大大小（兆字节），CSV 警情除外。", "Largest file to import, in megabytes; a CSV of incidents may be longer."),
    ),
    Setting(
        "max_csv_mb",
        4000,
        Text("分块读取的警情 CSV 的最大大小（兆字节）。", "Largest CSV of incidents, which is read in chunks, in megabytes."),
    ),
    Setting(
        "reader_memory_mb",
        3000,
        Text("读取导入文件的进程最多使用的内存（兆字节）。", "Memory that the process reading an imported file may take, in megabytes."),
    ),
    Setting(
        "reader_seconds",
        120,
        Text("读取一个导入文件最多用时（秒）。", "Seconds that reading an imported file may take."),
    ),
    Setting("session_idle_min", 30, Text("多少分钟无操作后须重新登录。", "Minutes without any use after which a login ends.")),
    Setting("session_hours", 10, Text("一次登录最长的小时数。", "Hours after which a login ends, whatever is done in it.")),
    Setting(
        "password_days",
        90,
        Text("口令多少天后须更换；0 表示不要求。", "Days after which another password must be chosen; 0: never."),
    ),
    Setting(
        "one_login",
        "no",
        Text("每个账号同时只能有一处登录，新登录会结束原有登录。", "Whether a new log-in ends the others of that account."),
        ("no", "yes"),
    ),
    Setting(
        "hosts",
        "",
        Text(
            "浏览器访问时可用的主机名，以逗号分隔；留空时，监听本机地址则只限本机名称。",
            "Host names by which browsers may ask, with commas; empty: any, or on a loopback address this machine's names alone.",
        ),
    ),
    Setting(
        "proxy",
        "",
        Text(
            "前置代理（如 nginx）的 IP 地址，只有来自它的来访地址和 TLS 标记才可信；留空则无代理。",
            "IP address of the proxy in front, such as nginx, whose word on the visitor's address and TLS is taken; empty for none.",
        ),
    ),
    Setting(
        "openid_issuer",
        "",
        Text(
            "单位统一登录（OpenID Connect）的签发者地址；留空则不用。",
            "Issuer of the organisation's own sign-in (OpenID Connect); empty: there is none.",
        ),
    ),
    Setting("openid_client", "", Text("本程序在统一登录处的客户端编号。", "Client id of this app at the provider.")),
    Setting(
        "openid_secret",
        "",
        Text("统一登录的客户端密钥；也可写在文件中。", "Client secret at the provider; it may stand in a file instead."),
        secret=True,
    ),
    Setting(
        "openid_secret_file",
        "",
        Text("存放客户端密钥的文件，权限 600。", "File that holds the client secret, of mode 600."),
    ),
    Setting("openid_scope", "openid profile", Text("向统一登录申请的范围。", "Scopes that the provider is asked for, with blanks.")),
    Setting(
        "openid_claim",
        "groups",
        Text("凭证中列出用户组的字段；嵌套的以点连接。", "Claim of the id_token that lists a person's groups; dots lead into nested ones."),
    ),
    Setting(
        "openid_roles",
        "",
        Text(
            "用户组与角色的对应，写作“组=角色; 组=角色”；没有对应角色的人不能登录。",
            "Which group has which role: group=role; group=role. Who has none of them is not let in.",
        ),
    ),
    Setting(
        "openid_ca_file",
        "",
        Text(
            "签发统一登录服务证书的机构证书文件；留空则用公共机构。", "Certificates that vouch for the provider's; empty: the public ones."
        ),
    ),
    Setting(
        "tiles_url",
        "",
        Text("底图瓦片地址（XYZ，含 {z}/{x}/{y}）；留空则无底图。", "Base map tiles (XYZ with {z}/{x}/{y}); empty for none."),
    ),
    Setting(
        "tiles_file",
        "",
        Text("本地 MBTiles 底图文件，由本程序提供；优先于瓦片地址。", "Local MBTiles base map, served by the app; goes before tiles_url."),
    ),
    Setting("tiles_attribution", "", Text("底图的来源署名。", "Attribution of the base map.")),
    Setting("tiles_review_number", "", Text("底图的审图号。", "Review number (审图号) of the base map.")),
    Setting(
        "tiles_datum",
        "wgs84",
        Text("底图的基准：高德、腾讯为 gcj02，天地图为 wgs84。", "Datum of the base map: gcj02 for AMap and Tencent, wgs84 for Tianditu."),
        ("wgs84", "gcj02"),
    ),
)


@dataclass(frozen=True)
class Settings:
    """The settings in force. Fields are those of `SETTINGS`, in its order."""

    workspace: str
    workspaces_folder: str
    backups_folder: str
    address: str
    port: int
    public_address: str
    language: str
    role: str
    lock_wait_s: float
    density_cell_m: int
    density_radius_m: int
    dask_scheduler: str
    max_upload_mb: int
    max_csv_mb: int
    reader_memory_mb: int
    reader_seconds: int
    session_idle_min: int
    session_hours: int
    password_days: int
    one_login: str
    hosts: str
    proxy: str
    openid_issuer: str
    openid_client: str
    openid_secret: str = field(repr=False)
    openid_secret_file: str
    openid_scope: str
    openid_claim: str
    openid_roles: str
    openid_ca_file: str
    tiles_url: str
    tiles_file: str
    tiles_attribution: str
    tiles_review_number: str
    tiles_datum: str


def load_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """The settings from the environment, defaults for the rest. Refused: a value of the wrong type or not among the choices."""
    return Settings(**{setting.name: _value(setting, environment.get(setting.variable, "")) for setting in SETTINGS})  # type: ignore[arg-type]


def shown(settings: Settings, setting: Setting) -> str:
    """The value of a setting as it may be read by others: no secret, and no password within an address."""
    value = str(getattr(settings, setting.name))
    return "***" if setting.secret and value else re.sub(r"(://[^:/@\s]*):[^@\s]*@", r"\1:***@", value)


def _value(setting: Setting, written: str) -> str | int | float:
    if written == "":
        return setting.default
    try:
        value = type(setting.default)(written)
    except ValueError:
        value = None
    if value is None or (setting.choices and value not in setting.choices):
        kind = Text("整数", "a whole number") if isinstance(setting.default, int) else Text("数字", "a number")
        wanted = Text(*[" / ".join(setting.choices)] * 2) if setting.choices else kind
        raise Refusal(
            Text("环境变量 {name} 的值“{written}”无效。", "{name} is set to '{written}'.").fill(name=setting.variable, written=written),
            Text("应为{wanted}：{about}", "It takes {wanted}: {about}").fill(wanted=wanted, about=setting.about),
        )
    return value
