"""The embedded workspace: one SQLite file that is a GeoPackage. How it is opened, locked, refused and put in place.

The file is never opened but through sqlite3: closing any other handle on it would drop this process's locks.
"""

import os
import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path, PurePosixPath
from uuid import uuid4

from sqlalchemy import Connection, Engine, QueuePool, create_engine, event
from sqlalchemy.engine import ExceptionContext

from storage import file_refusals as refusals
from storage.geopackage import APPLICATION_ID

NETWORK_FILE_SYSTEMS = {"afs", "beegfs", "ceph", "cifs", "davfs", "glusterfs", "gpfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3", "smbfs"}
_NETWORK_FUSE = {"fuse.sshfs", "fuse.davfs2", "fuse.rclone", "fuse.glusterfs", "fuse.s3fs", "fuse.gvfsd-fuse", "fuse.ceph"}
_WINDOWS_REMOTE = 4  # DRIVE_REMOTE of GetDriveTypeW
_SIDE_FILES = ("-journal", "-wal", "-shm")
BUSY_TIMEOUT_S = 5.0
_LARGE_CACHE_KB = 256 * 1024  # a million incidents with those they replace
_USUAL_CACHE_KB = 2000  # SQLite's own
_ABANDONED_AFTER_S = 3600  # no workspace takes an hour to make


def wal_is_safe(version: tuple[int, int, int] = sqlite3.sqlite_version_info) -> bool:
    """Does this SQLite have the fix of the WAL-reset bug, which can lose committed rows? Source: sqlite.org/wal.html."""
    return version >= (3, 51, 3) or (3, 50, 7) <= version < (3, 51, 0) or (3, 44, 6) <= version < (3, 45, 0)


def network_drive(path: str, mounts: str) -> bool:
    """Is that absolute path on a network drive, by a table of mounts as in /proc/mounts?"""
    kinds = {}
    for line in mounts.splitlines():
        _, place, kind, *_ = line.split(" ")
        kinds[place.replace("\\040", " ")] = kind
    places = map(str, (PurePosixPath(path), *PurePosixPath(path).parents))
    return next((kinds[place] for place in places if place in kinds), "") in NETWORK_FILE_SYSTEMS | _NETWORK_FUSE


def refuse_network_drive(path: Path) -> None:
    """Refused: a place on a network drive, where locks don't hold. Linux and Windows; elsewhere nothing is known, so nothing is refused."""
    if _on_network_drive(path.resolve()):
        raise refusals.on_network_drive(path)


def _on_network_drive(path: Path) -> bool:
    if sys.platform == "win32":
        import ctypes

        return path.drive.startswith("\\\\") or ctypes.windll.kernel32.GetDriveTypeW(f"{path.drive}\\") == _WINDOWS_REMOTE
    with suppress(OSError):
        return network_drive(str(path), Path("/proc/mounts").read_text(encoding="utf-8", errors="replace"))
    return False


def file_engine(path: Path, busy_timeout_s: float, read_only: bool = False) -> Engine:
    """An engine on a workspace file that exists. Transactions are BEGIN; with the execution option `writing` BEGIN IMMEDIATE.

    Refused, when used: locked for longer than the timeout, damaged, read-only, disk full, or no longer the same file.
    """
    path = path.resolve()
    identity = _identity(path)

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            f"{path.as_uri()}?mode={'ro' if read_only else 'rw'}",
            uri=True,
            timeout=busy_timeout_s,
            isolation_level=None,  # BEGIN is ours: a plain BEGIN lost 1,400 of 1,600 saves to "database is locked"
            check_same_thread=False,
        )
        for pragma in ("foreign_keys = ON", "synchronous = FULL", "trusted_schema = OFF"):
            connection.execute(f"PRAGMA {pragma}")
        return connection

    engine = create_engine("sqlite://", creator=connect, poolclass=QueuePool, pool_size=10, max_overflow=40)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writing = connection.get_execution_options().get("writing", False)
        if writing and read_only:
            raise refusals.read_only(path)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
        if _identity(path) != identity:  # looked at while the lock is held, so no save can go into a file that was put away
            raise refusals.replaced(path)

    @event.listens_for(engine, "handle_error")
    def worded(context: ExceptionContext) -> None:
        if isinstance(context.original_exception, sqlite3.Error):
            refusal = refusals.worded(context.original_exception, path)
            if refusal is not None:
                raise refusal from context.original_exception

    return engine


def choose_journal(engine: Engine) -> None:
    """WAL where it is safe, else the rollback journal. What another program holds the file in is left as it is."""
    with suppress(sqlite3.Error), closing(engine.raw_connection()) as connection:
        connection.cursor().execute(f"PRAGMA journal_mode = {'WAL' if wal_is_safe() else 'DELETE'}")


@contextmanager
def much_to_write(connection: Connection) -> Iterator[None]:
    """Hold more changed pages in memory during a long write transaction; nothing on other databases than SQLite.

    Others can read until the first page goes into the file before the commit, and an index is written in any order.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    connection.exec_driver_sql(f"PRAGMA cache_size = -{_LARGE_CACHE_KB}")
    try:
        yield
    finally:
        connection.exec_driver_sql(f"PRAGMA cache_size = -{_USUAL_CACHE_KB}")


def may_write(path: Path) -> bool:
    """May this process write the file, and the journal beside it?"""
    return os.access(path, os.W_OK) and os.access(path.resolve().parent, os.W_OK)


def check_workspace_file(path: Path, busy_timeout_s: float) -> None:
    """Refused: missing, not a workspace, of another application, damaged, locked, on a network drive. Looks without writing."""
    _identity(path)
    if not path.is_file():
        raise refusals.not_a_workspace(path)
    refuse_network_drive(path)
    try:
        try:
            _look(path, "ro", busy_timeout_s)
        except sqlite3.OperationalError as error:
            # an interrupted save waits to be undone, which takes the right to write
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN) or not may_write(path):
                raise
            _look(path, "rw", busy_timeout_s)
    except sqlite3.Error as error:
        raise refusals.worded(error, path) or refusals.damaged(path) from error


def _look(path: Path, mode: str, busy_timeout_s: float) -> None:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode={mode}", uri=True, timeout=busy_timeout_s)) as connection:
        application = connection.execute("PRAGMA application_id").fetchone()[0]
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if application != APPLICATION_ID or not {"workspace", "audit", "plans"} <= tables:
            raise refusals.not_a_workspace(path, geopackage="gpkg_contents" in tables)
        if connection.execute("PRAGMA quick_check(1)").fetchone()[0] != "ok":
            raise refusals.damaged(path)


@contextmanager
def made_beside(path: Path, replace: bool, busy_timeout_s: float) -> Iterator[Path]:
    """Make a whole new file: yields an empty file beside `path`, which takes its place when the block ends without error.

    Until then, and if the block fails or the process is killed, the old state stays. Refused: the place is taken and
    `replace` is not set, the folder is missing or can't be written, a file in use, a network drive.
    """
    if path.exists() and (not replace or not path.is_file()):
        raise refusals.taken(path)
    if not path.resolve().parent.is_dir():
        raise refusals.no_folder(path)
    refuse_network_drive(path)
    _clear_abandoned(path)
    part = path.resolve().with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        part.touch(mode=0o600, exist_ok=False)
        yield part
        _to_disk(part)
        _put_in_place(part, path.resolve(), replace, busy_timeout_s)
    except OSError as error:
        raise refusals.cannot_write(path, error) from error
    finally:
        for leftover in (part, *_side_files(part)):
            leftover.unlink(missing_ok=True)


def _put_in_place(part: Path, path: Path, replace: bool, busy_timeout_s: float) -> None:
    with _nobody_writes(path, busy_timeout_s):
        if path.exists() and not replace:  # somebody was faster
            raise refusals.taken(path)
        for leftover in _side_files(path):  # a journal of the old file would be played into the new one
            leftover.unlink(missing_ok=True)
        os.replace(part, path)  # noqa: PTH105  # the name under which everyone knows the atomic replacement
    if sys.platform != "win32":
        _to_disk(path.parent)


@contextmanager
def _nobody_writes(path: Path, busy_timeout_s: float) -> Iterator[None]:
    """Hold the old file's lock, its journal played back and gone. A damaged file has no lock worth holding."""
    if not path.exists():
        yield
        return
    with closing(sqlite3.connect(f"{path.as_uri()}?mode=rw", uri=True, timeout=busy_timeout_s, isolation_level=None)) as connection:
        try:
            connection.execute("PRAGMA journal_mode = DELETE")
            connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.Error as error:
            if error.sqlite_errorcode & 0xFF not in (sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT):
                raise refusals.worded(error, path) or refusals.locked(path) from error
        if sys.platform == "win32":
            connection.close()  # Windows replaces no file that is open
        yield


def _identity(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except FileNotFoundError as error:
        raise refusals.missing(path) from error
    except OSError as error:
        raise refusals.cannot_read(path, error) from error
    return found.st_dev, found.st_ino


def _side_files(path: Path) -> list[Path]:
    return [path.with_name(path.name + end) for end in _SIDE_FILES]


def _clear_abandoned(path: Path) -> None:
    """Remove what a killed process left of a file it was making."""
    for part in path.resolve().parent.glob(f".{path.name}.*.part*"):
        with suppress(OSError):
            if time.time() - part.stat().st_mtime > _ABANDONED_AFTER_S:
                part.unlink()


def _to_disk(path: Path) -> None:
    handle = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
