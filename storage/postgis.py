"""The workspace on PostGIS: what differs from the embedded file. Needs the package psycopg 3."""

from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import URL, ExceptionContext, make_url

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from storage.schema import Schema

_WRITE_LOCK = 0x4A474745  # any number nobody else uses for an advisory lock in this database
_LOCKED, _DUPLICATE_TABLE, _READ_ONLY, _NO_RIGHT = "55P03", "42P07", "25006", "42501"


def is_address(location: str | Path) -> bool:
    """Is that the address of a PostgreSQL database rather than a file?"""
    return isinstance(location, str) and location.startswith(("postgresql:", "postgresql+psycopg:", "postgres:"))


def postgis_engine(location: str, busy_timeout_s: float, read_only: bool = False) -> Engine:
    """An engine on a database. Reading transactions see one moment; those with the option `writing` go one after the other.

    The audit is one chain, so writers must queue anyway; a lock at their start spares them conflicts at their end.
    Refused, when used: no answer, locked for longer than the timeout, no right to write, a table of another application.
    """
    url = make_url(location).set(drivername="postgresql+psycopg")
    options = f"-c lock_timeout={int(busy_timeout_s * 1000)}"
    try:
        engine = create_engine(
            url, pool_pre_ping=True, pool_size=10, max_overflow=40, connect_args={"options": options, "connect_timeout": 10}
        )
    except ModuleNotFoundError as error:
        raise Refusal(
            Text("缺少 Python 包 psycopg。", "The Python package psycopg is missing."),
            Text("请安装 requirements-postgis.txt。", "Install requirements-postgis.txt."),
        ) from error

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        if not connection.get_execution_options().get("writing", False):
            connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
            return
        if read_only:
            raise _read_only(url)
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITE_LOCK})")

    @event.listens_for(engine, "handle_error")
    def worded(context: ExceptionContext) -> None:
        refusal = _worded(context, url)
        if refusal is not None:
            raise refusal from context.original_exception

    return engine


def has_workspace(connection: Connection) -> bool:
    """Is there a workspace in the database?"""
    return {"workspace", "audit", "plans"} <= set(inspect(connection).get_table_names())


def check_workspace(engine: Engine) -> None:
    """Refused: a database without a workspace."""
    with engine.begin() as connection:
        if not has_workspace(connection):
            raise Refusal(
                Text("数据库 {name} 中没有警格工作区。", "The database {name} holds no Jingge workspace.").fill(name=shown(engine.url)),
                Text("请检查地址，或新建一个：geo_cli.py demo。", "Check the address, or make one: geo_cli.py demo."),
            )


def make_room(connection: Connection, schema: Schema, replace: bool) -> None:
    """Bring in PostGIS and clear away the former workspace, in the caller's write transaction.

    Refused: a workspace is there and `replace` is not set; no PostGIS and no right to bring it in.
    """
    if has_workspace(connection):
        if not replace:
            raise Refusal(
                Text("数据库 {name} 中已有工作区，未作改动。", "The database {name} holds a workspace already; it was not touched.").fill(
                    name=shown(connection.engine.url)
                ),
                Text("请换一个数据库，或明确要求替换。", "Choose another database, or ask for it to be replaced."),
            )
        schema.metadata.drop_all(connection)
    if connection.scalar(text("SELECT 1 FROM pg_extension WHERE extname = 'postgis'")) is None:
        _bring_in_postgis(connection)


def shown(url: URL) -> str:
    """The address without its password."""
    return url.set(password=None, drivername="postgresql").render_as_string()


def _bring_in_postgis(connection: Connection) -> None:
    try:
        connection.exec_driver_sql("CREATE EXTENSION postgis")
    except Exception as error:
        raise Refusal(
            Text("数据库 {name} 没有 PostGIS，且无权安装。", "The database {name} has no PostGIS, nor may we add it.").fill(
                name=shown(connection.engine.url)
            ),
            Text("请数据库管理员执行：CREATE EXTENSION postgis。", "Ask the database's administrator to run CREATE EXTENSION postgis."),
        ) from error


def _worded(context: ExceptionContext, url: URL) -> Refusal | None:
    state = getattr(context.original_exception, "sqlstate", None)
    if state == _LOCKED:
        return Refusal(
            Text("他人正在写入 {name}，未作改动。", "Somebody else is writing to {name}; nothing was changed.").fill(name=shown(url)),
            Text("请稍后再试。", "Try again shortly."),
        )
    if state in (_READ_ONLY, _NO_RIGHT):
        return _read_only(url)
    if state == _DUPLICATE_TABLE:
        return Refusal(
            Text("数据库 {name} 中已有其他程序的同名表。", "Another program has a table of our name in {name}.").fill(name=shown(url)),
            Text("请使用单独的数据库。", "Use a database of its own."),
        )
    # a connection that never came to be has no state
    if context.is_disconnect or (state is None and type(context.original_exception).__name__ == "OperationalError"):
        return Refusal(
            Text("无法连接数据库 {name}。", "The database {name} does not answer.").fill(name=shown(url)),
            Text("请检查地址、网络，以及服务是否启动。", "Check the address, the network, and whether the server runs."),
        )
    return None


def _read_only(url: URL) -> Refusal:
    return Refusal(
        Text("没有写入数据库 {name} 的权限，未作改动。", "{name} may not be written; nothing was changed.").fill(name=shown(url)),
        Text("请用有写权限的账号打开。", "Open it with an account that may write."),
    )
