"""A backup: the workspace of one moment as a file of its own, made while people work."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from actions.caller import Caller
from exporting.steady_zip import safe_name
from layers.definition.refusal import Refusal
from layers.definition.text import Text

FOLDER = "jingge-backups"
"""Where backups go unless the settings name a folder: beside the workspace."""
_NAME = re.compile(r".+-\d{4}-\d\d-\d\d-\d{6}\.gpkg")


@dataclass(frozen=True)
class Backup:
    """A backup that lies in the folder."""

    name: str
    bytes: int
    at: datetime


def back_up(caller: Caller, path: Path) -> int:
    """Write a backup that its owner alone may read; its size in bytes. Accounts come along, open log-ins don't.

    Refused: the place is taken; a role that keeps no backups.
    """
    caller.must("back_up")
    caller.note("back_up", path.name)
    caller.store.snapshot(path)
    path.chmod(0o600)
    return path.stat().st_size


def back_up_now(caller: Caller, folder: str) -> Backup:
    """Write a backup into the folder of backups, named after town and time; made if it is not there, for its owner alone.

    Refused: a folder that can't be made or written; as `back_up`.
    """
    caller.must("back_up")
    where = backups_folder(caller, folder)
    try:
        where.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise Refusal(
            Text("无法建立文件夹 {folder}（{why}）。", "The folder {folder} can't be made ({why}).").fill(folder=where, why=error.strerror),
            Text("请在 JINGGE_BACKUPS_FOLDER 中另设一个。", "Set another in JINGGE_BACKUPS_FOLDER."),
        ) from error
    at = datetime.now()
    path = where / f"{safe_name(caller.store.town().code)}-{at:%Y-%m-%d-%H%M%S}.gpkg"
    return Backup(path.name, back_up(caller, path), at)


def backups(caller: Caller, folder: str) -> tuple[Backup, ...]:
    """The backups that lie in the folder of backups, newest first."""
    caller.must("back_up")
    found = [path for path in backups_folder(caller, folder).glob("*.gpkg") if _NAME.fullmatch(path.name)]
    kept = [Backup(path.name, path.stat().st_size, datetime.fromtimestamp(path.stat().st_mtime)) for path in found]
    return tuple(sorted(kept, key=lambda backup: backup.at, reverse=True))


def backups_folder(caller: Caller, folder: str) -> Path:
    """The folder that the settings name, or the usual one. Refused: a database without such a setting, which lies beside nothing."""
    caller.must("back_up")
    if folder:
        return Path(folder)
    if "://" in caller.store.location:
        raise Refusal(
            Text("工作区在数据库中，没有默认的备份文件夹。", "The workspace is a database, so there is no usual folder for backups."),
            Text("请设置 JINGGE_BACKUPS_FOLDER，或用 pg_dump。", "Set JINGGE_BACKUPS_FOLDER, or use pg_dump."),
        )
    return Path(caller.store.location).resolve().parent / FOLDER
