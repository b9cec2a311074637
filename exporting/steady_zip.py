"""Zip files whose bytes depend on their content alone, and files written whole or not at all."""

import io
import zipfile
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path, PurePosixPath

from layers.definition.refusal import Refusal
from layers.definition.text import Text

LONGEST_NAME = 80
_RESERVED = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10))}


def steady_zip(files: Mapping[str, bytes]) -> bytes:
    """Names (folders with /) and bytes as a zip, in the order given, dated 1980-01-01. Refused: a name that leads out of the folder."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            if PurePosixPath(name).is_absolute() or ".." in PurePosixPath(name).parts or "\\" in name or ":" in name:
                raise Refusal(Text("文件名“{name}”不可用。", "{name} can't be the name of a file.").fill(name=name))
            entry = zipfile.ZipInfo(name)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content, compresslevel=6)
    return out.getvalue()


def safe_name(words: str) -> str:
    """A file name on every system out of any words: letters, digits, - and _, at most 80; never a device of Windows, never empty."""
    kept = "".join(c if c.isalnum() or c in "-_" else "-" for c in words).strip("-")[:LONGEST_NAME]
    return f"_{kept}" if kept.lower() in _RESERVED or not kept else kept


def named(*parts: str) -> str:
    """Codes and ids as the name of a file, without its ending; what is empty is left out."""
    return safe_name("_".join(part for part in parts if part))


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all. Refused: a folder that is missing or can't be written, a disk that is full."""
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        with suppress(OSError):  # where the folder itself is gone
            part.unlink(missing_ok=True)
        raise Refusal(
            Text("无法写入 {file}：{why}。", "{file} can't be written: {why}.").fill(file=path.name, why=error.strerror),
            Text("请检查文件夹是否存在、可写、有空间。", "Check that the folder is there, can be written, and has room."),
        ) from error
