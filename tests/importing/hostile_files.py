"""What the hostile files have in common: where they are made, what they reach for, and how a file is described."""

import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

SECRET = "the secret of the planted file"

LAUGHS = "<!DOCTYPE a [<!ENTITY a0 'ha'>" + "".join(f"<!ENTITY a{i} '{f'&a{i - 1};' * 10}'>" for i in range(1, 10)) + "]>"
"""An entity of an entity of an entity …: ten bytes that become ten thousand million."""


@dataclass(frozen=True)
class Bait:
    """Where the files are made, and what they reach for: an address that must hear nothing, a file that must not leak."""

    folder: Path
    address: str
    secret: Path

    def write(self, name: str, content: bytes | str) -> Path:
        path = self.folder / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path


@dataclass(frozen=True)
class Hostile:
    """A file, the name it is sent under, and a word of the refusal; None where it must be read without harm."""

    key: str
    make: Callable[[Bait, str], Path]
    refused: str | None
    sent_as: str
    reaches_out: bool = False
    max_memory_bytes: int | None = None


def zipped(members: dict[str, bytes]) -> bytes:
    """A zip of these members."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for member, content in members.items():
            packed.writestr(member, content)
    return out.getvalue()
