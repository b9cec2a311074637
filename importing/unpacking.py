"""Opens zip archives that may be bombs or traps: looks at every member before any is unpacked, and unpacks under our own names."""

import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import IO

from importing.read_limits import ReadLimits
from importing.read_refusals import damaged, shown, too_big, too_many, unsafe
from layers.definition.refusal import Refusal
from layers.definition.text import Text

ARCHIVES = (".zip", ".kmz", ".7z", ".rar", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst", ".shz")
_ARCHIVE_STARTS = (b"PK\x03\x04", b"7z\xbc\xaf\x27\x1c", b"Rar!", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")
_END_RECORD = struct.Struct("<4s4H2LH")
_END_SIGNATURE = b"PK\x05\x06"
_MAX_DIRECTORY_BYTES = 4_000_000
_SMALL_BYTES = 10_000_000  # below this a high ratio is harmless: a short list of blanks packs 500 to 1
_BLOCK = 1 << 18
_DAMAGE = (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError, OSError, struct.error, RuntimeError, ValueError)


@contextmanager
def open_archive(path: Path, name: str, limits: ReadLimits) -> Iterator["Archive"]:
    """A zip whose member list has been checked.

    Refused: damaged or cut short, too many members, encrypted, absolute or climbing paths, symbolic links, archives in
    the archive, two members of one name, more than the allowed size or ratio unpacked.
    """
    _check_directory(path, name)
    try:
        opened = zipfile.ZipFile(path)
    except _DAMAGE as error:
        raise _broken(name) from error
    with opened:
        archive = Archive(opened, name, limits)
        archive.check()
        yield archive


class Archive:
    """A checked zip. Members are known by the name a person sees, never used as a path."""

    def __init__(self, opened: zipfile.ZipFile, name: str, limits: ReadLimits) -> None:
        self._zip = opened
        self._name = name
        self._limits = limits
        self._members = {_readable(info): info for info in opened.infolist() if not info.is_dir()}
        self._left = limits.max_unpacked_bytes

    @property
    def members(self) -> tuple[str, ...]:
        """Names of the members in the archive's order, without folders and the hidden files that macOS adds."""
        return tuple(m for m in self._members if not m.startswith("__MACOSX/") and not PurePosixPath(m).name.startswith("."))

    def check(self) -> None:
        """Raise the refusal for the first thing wrong with the list of members."""
        infos, limits = self._zip.infolist(), self._limits
        if len(infos) > limits.max_members:
            raise too_many(self._name, Text("压缩包成员", "members of the archive"), len(infos), limits.max_members)
        for info in infos:
            _check_member(info, self._name)
        if len({_readable(info).lower() for info in infos}) < len(infos):
            raise unsafe(self._name, Text("压缩包内有重名文件", "two members of the archive have the same name"))
        unpacked = sum(info.file_size for info in infos)
        packed = max(1, sum(info.compress_size for info in infos))
        if unpacked > limits.max_unpacked_bytes:
            raise too_big(self._name, unpacked, limits.max_unpacked_bytes)
        if unpacked > _SMALL_BYTES and unpacked / packed > limits.max_ratio:
            raise unsafe(
                self._name,
                Text(
                    "解压后为原大小的 {ratio:.0f} 倍，疑为压缩炸弹（上限 {limit} 倍）",
                    "it unpacks to {ratio:.0f} times its size, as bombs do (limit {limit})",
                ).fill(ratio=unpacked / packed, limit=limits.max_ratio),
            )

    def blocks(self, member: str) -> Iterator[bytes]:
        """The member's bytes in pieces; stops with a refusal when more comes out than was announced or is allowed."""
        try:
            with self._zip.open(self._members[member]) as stream:
                yield from self._counted(stream)
        except _DAMAGE as error:
            raise _broken(self._name) from error

    def read(self, member: str, max_bytes: int = 4_000_000) -> bytes:
        """A small member as a whole."""
        if self._members[member].file_size > max_bytes:
            raise too_big(f"{self._name}: {member}", self._members[member].file_size, max_bytes)
        return b"".join(self.blocks(member))

    def extract(self, member: str, to: Path) -> Path:
        """Write the member to a path of our choosing. Refused: a member that is itself an archive, whatever its name."""
        with to.open("wb") as out:
            for number, block in enumerate(self.blocks(member)):
                if number == 0 and block.startswith(_ARCHIVE_STARTS):
                    raise _nested(self._name, member)
                out.write(block)
        return to

    def _counted(self, stream: IO[bytes]) -> Iterator[bytes]:
        while block := stream.read(_BLOCK):
            self._left -= len(block)
            if self._left < 0:
                raise too_big(self._name, self._limits.max_unpacked_bytes - self._left, self._limits.max_unpacked_bytes)
            yield block


def _check_directory(path: Path, name: str) -> None:
    """The list of members must be small before zipfile loads it: a list of millions would fill the memory."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _END_RECORD.size - 65_535))
        tail = file.read()
    at = tail.rfind(_END_SIGNATURE)
    if at < 0 or len(tail) - at < _END_RECORD.size:
        raise _broken(name)
    members, directory_bytes = _END_RECORD.unpack_from(tail, at)[4:6]
    if directory_bytes > _MAX_DIRECTORY_BYTES:
        raise too_many(name, Text("压缩包成员", "members of the archive"), members, ReadLimits.max_members)


def _check_member(info: zipfile.ZipInfo, name: str) -> None:
    member = _readable(info)
    mode = info.external_attr >> 16
    if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise unsafe(
            name, Text("压缩包内有符号链接或特殊文件：{m}", "the archive holds a symbolic link or special file: {m}").fill(m=shown(member))
        )
    # zipfile turns the separator of Windows into a slash only there
    parts = member.replace("\\", "/").split("/")
    if member.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in info.orig_filename:
        raise unsafe(
            name, Text("压缩包内有越出文件夹的路径：{m}", "a path in the archive leads out of its folder: {m}").fill(m=shown(member))
        )
    if info.flag_bits & 0x1:
        raise Refusal(
            Text("{name} 已加密。", "{name} is encrypted.").fill(name=shown(name)),
            Text("请解压后不带密码重新压缩。", "Unpack it and pack it again without a password."),
        )
    if member.lower().endswith(ARCHIVES):
        raise _nested(name, member)


def _nested(name: str, member: str) -> Refusal:
    return unsafe(
        name,
        Text("压缩包内还有压缩包：{m}", "there is an archive inside the archive: {m}").fill(m=shown(member)),
        Text("请先解压，再分别导入。", "Unpack it first, then import each."),
    )


def _broken(name: str) -> Refusal:
    return damaged(name, Text("压缩包无法打开", "the archive can't be opened"))


def _readable(info: zipfile.ZipInfo) -> str:
    """The member's name; Windows packs Chinese names in GBK without saying so, which zipfile shows as cp437."""
    if info.flag_bits & 0x800:
        return info.filename
    try:
        raw = info.filename.encode("cp437")
    except UnicodeEncodeError:
        return info.filename
    for codec in ("utf-8", "gb18030"):
        try:
            return raw.decode(codec)
        except UnicodeDecodeError:
            continue
    return info.filename
