"""The wordings of all that can go wrong with a workspace file. Nothing has been changed when one is raised."""

import sqlite3
from pathlib import Path

from layers.definition.refusal import Refusal
from layers.definition.text import Text


def worded(error: sqlite3.Error, path: Path) -> Refusal | None:
    """The refusal for an error of SQLite; None for one that is a fault of this program."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    if code in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        return locked(path)
    if code == sqlite3.SQLITE_READONLY:
        return read_only(path)
    if code == sqlite3.SQLITE_NOTADB:
        return not_a_workspace(path)
    if code == sqlite3.SQLITE_CORRUPT:
        return damaged(path)
    if code == sqlite3.SQLITE_FULL:
        return Refusal(
            Text("磁盘已满，{name} 未作改动。", "The disk is full; {name} was not changed.").fill(name=path.name),
            Text("请腾出空间后再试。", "Free some space, then try again."),
        )
    if code in (sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_PERM):
        return Refusal(
            Text("无法读写 {name}：{error}。", "{name} can't be read or written: {error}.").fill(name=path.name, error=error),
            Text("请检查磁盘、文件夹和权限。", "Check the disk, the folder and the rights."),
        )
    return None


def missing(path: Path) -> Refusal:
    return Refusal(
        Text("找不到工作区 {name}。", "There is no workspace {name}.").fill(name=path.name),
        Text("请检查位置，或新建一个：geo_cli.py demo。", "Check the place, or make one: geo_cli.py demo."),
    )


def not_a_workspace(path: Path, geopackage: bool = False) -> Refusal:
    next_step = (
        Text("它是 GeoPackage 图层文件：请打开工作区后导入它。", "It is a GeoPackage of layers: open a workspace, then import it.")
        if geopackage
        else Text("请选择由本程序建立的 .gpkg 文件。", "Choose a .gpkg file that this program made.")
    )
    return Refusal(Text("{name} 不是警格工作区。", "{name} is not a Jingge workspace.").fill(name=path.name), next_step)


def damaged(path: Path) -> Refusal:
    return Refusal(
        Text("工作区 {name} 已损坏或不完整。", "The workspace {name} is damaged or cut short.").fill(name=path.name),
        Text("请保留此文件，并恢复最近的备份。", "Keep the file, and restore the latest backup."),
    )


def locked(path: Path) -> Refusal:
    return Refusal(
        Text("工作区 {name} 正被其他程序占用，未作改动。", "Somebody else is writing to the workspace {name}; nothing was changed.").fill(
            name=path.name
        ),
        Text(
            "请稍后再试；若一直如此，请关闭打开它的其他程序。",
            "Try again shortly; close other programs that have it open.",
        ),
    )


def read_only(path: Path) -> Refusal:
    return Refusal(
        Text("工作区 {name} 是只读的，未作改动。", "The workspace {name} is read-only; nothing was changed.").fill(name=path.name),
        Text(
            "如需保存，请取得该文件及其文件夹的写权限，然后重新打开。",
            "To save, get the right to write the file and its folder, then open it again.",
        ),
    )


def replaced(path: Path) -> Refusal:
    return Refusal(
        Text("工作区 {name} 在打开后已被替换。", "The workspace {name} was replaced after it was opened.").fill(name=path.name),
        Text("请重新打开。", "Open it again."),
    )


def on_network_drive(path: Path) -> Refusal:
    return Refusal(
        Text(
            "{name} 在网络驱动器上，保存可能丢失。",
            "{name} is on a network drive, where saves get lost.",
        ).fill(name=path.name),
        Text("请放在本机磁盘上，或改用 PostGIS 供多人共用。", "Keep it on a disk of this machine, or use PostGIS for several machines."),
    )


def taken(path: Path) -> Refusal:
    return Refusal(
        Text("{name} 已存在，未作改动。", "{name} is there already; it was not touched.").fill(name=path.name),
        Text("请换个名字，或明确要求替换。", "Choose another name, or ask for it to be replaced."),
    )


def no_folder(path: Path) -> Refusal:
    return Refusal(
        Text("文件夹 {name} 不存在。", "There is no folder {name}.").fill(name=path.parent.name),
        Text("请先建立它。", "Make it first."),
    )


def cannot_read(path: Path, error: OSError) -> Refusal:
    return Refusal(
        Text("无法读取 {name}：{why}。", "{name} can't be read: {why}.").fill(name=path.name, why=error.strerror or error),
        Text("请检查文件夹权限。", "Check the folder's rights."),
    )


def cannot_write(path: Path, error: OSError) -> Refusal:
    return Refusal(
        Text("无法写入 {name}：{why}。", "{name} can't be written: {why}.").fill(name=path.name, why=error.strerror or error),
        Text("请检查磁盘空间和文件夹权限。", "Check the disk's space and the folder's rights."),
    )
