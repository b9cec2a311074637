"""Makes hostile archives and shapefiles."""

import io
import stat
import struct
import zipfile
from collections.abc import Callable
from pathlib import Path

from tests.importing import good_files
from tests.importing.hostile_files import Bait, Hostile, zipped


def archive(**members: bytes) -> Callable[[Bait, str], Path]:
    return lambda bait, name: bait.write(name, zipped({key: value for key, value in members.items()}))


def shapefile_with(extra: dict[str, bytes]) -> Callable[[Bait, str], Path]:
    return lambda bait, name: bait.write(name, zipped({**good_files.shapefile_parts(), **extra}))


def zip_bomb(bait: Bait, name: str) -> Path:
    return bait.write(name, zipped({**good_files.shapefile_parts(), "big.dbf": bytes(300_000_000)}))


def lying_zip(bait: Bait, name: str) -> Path:
    """Says 1,000 bytes in its list and unpacks to 30 MB."""
    packed = bytearray(zipped({"a.shp": bytes(30_000_000), "a.dbf": b"x"}))
    real = struct.pack("<L", 30_000_000)
    return bait.write(name, bytes(packed.replace(real, struct.pack("<L", 1_000))))


def symbolic_link(bait: Bait, name: str) -> Path:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for member, content in good_files.shapefile_parts(cpg=False).items():
            packed.writestr(member, content)
        link = zipfile.ZipInfo("cells.cpg")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        packed.writestr(link, str(bait.secret))
    return bait.write(name, out.getvalue())


def encrypted(bait: Bait, name: str) -> Path:
    packed = bytearray(zipped(good_files.shapefile_parts()))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = packed.find(signature)
        while at >= 0:
            packed[at + offset] |= 1
            at = packed.find(signature, at + 1)
    return bait.write(name, bytes(packed))


def nested(bait: Bait, name: str) -> Path:
    return bait.write(name, zipped({"inner.zip": zipped(good_files.shapefile_parts())}))


def nested_in_disguise(bait: Bait, name: str) -> Path:
    return bait.write(name, zipped({**good_files.shapefile_parts(), "cells.dbf": zipped({"a": b"a"})}))


def many_members(bait: Bait, name: str) -> Path:
    return bait.write(name, zipped({**good_files.shapefile_parts(), **{f"{i}.txt": b"" for i in range(1_500)}}))


def cut_zip(bait: Bait, name: str) -> Path:
    packed = zipped(good_files.shapefile_parts())
    return bait.write(name, packed[: len(packed) // 2])


def damaged_member(bait: Bait, name: str) -> Path:
    packed = bytearray(zipped(good_files.shapefile_parts()))
    at = packed.index(b"cells.shp") + 20  # in the middle of what is packed
    packed[at] ^= 0xFF
    return bait.write(name, bytes(packed))


def shapefile(change: Callable[[dict[str, bytes]], None]) -> Callable[[Bait, str], Path]:
    def make(bait: Bait, name: str) -> Path:
        parts = good_files.shapefile_parts()
        change(parts)
        return bait.write(name, zipped(parts))

    return make


def _cut(ending: str, share: float) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        parts[f"cells{ending}"] = parts[f"cells{ending}"][: int(len(parts[f"cells{ending}"]) * share)]

    return change


def _without(*endings: str) -> Callable[[dict[str, bytes]], None]:
    def change(parts: dict[str, bytes]) -> None:
        for ending in endings:
            del parts[f"cells{ending}"]

    return change


def null_shapes(count: int) -> Callable[[Bait, str], Path]:
    """A shapefile of `count` shapes that are none: 12 bytes each, which pack 900 to 1."""

    def make(bait: Bait, name: str) -> Path:
        record = struct.pack(">ii", 1, 2) + struct.pack("<i", 0)
        header = good_files.shapefile_parts()["cells.shp"][:100]
        table = (
            struct.pack("<B3BLHH20x", 3, 124, 1, 1, 0, 65, 2) + b"A".ljust(11, b"\0") + b"C" + bytes(4) + b"\x01\x00" + bytes(14) + b"\r"
        )
        return bait.write(name, zipped({"a.shp": header + record * count, "a.dbf": table}))

    return make


def other_count(parts: dict[str, bytes]) -> None:
    parts["cells.dbf"] = parts["cells.dbf"][:4] + struct.pack("<L", 1) + parts["cells.dbf"][8:]


def endless_record(parts: dict[str, bytes]) -> None:
    parts["cells.shx"] = parts["cells.shx"][:100] + struct.pack(">ii", 50, 2**30) + parts["cells.shx"][108:]


def two_shapefiles(parts: dict[str, bytes]) -> None:
    parts |= {member.replace("cells", "other/units"): content for member, content in list(parts.items())}


HOSTILE = (
    Hostile("zip bomb", zip_bomb, "times its size", "a.zip"),
    Hostile("zip that lies", lying_zip, "can't be opened", "a.zip"),
    Hostile("climbing path", shapefile_with({"../../evil.cpg": b"UTF-8"}), "out of its folder", "a.zip"),
    Hostile("absolute path", shapefile_with({"/etc/evil": b"x"}), "out of its folder", "a.zip"),
    Hostile("path of windows", shapefile_with({"..\\evil.txt": b"x"}), "out of its folder", "a.zip"),
    Hostile("drive of windows", shapefile_with({"C:/evil.txt": b"x"}), "out of its folder", "a.zip"),
    Hostile("symbolic link", symbolic_link, "symbolic link", "a.zip", True),
    Hostile("encrypted", encrypted, "encrypted", "a.zip"),
    Hostile("nested zip", nested, "archive inside", "a.zip"),
    Hostile("nested zip in disguise", nested_in_disguise, "archive inside", "a.zip"),
    Hostile("many members", many_members, "members", "a.zip"),
    Hostile("two members of one name", shapefile_with({"CELLS.DBF": b"x"}), "same name", "a.zip"),
    Hostile("zip cut short", cut_zip, "can't be opened", "a.zip"),
    Hostile("damaged member", damaged_member, "can't be opened", "a.zip"),
    Hostile("empty zip", archive(), "empty archive", "a.zip"),
    Hostile("zip without shapefile", archive(readme=b"x"), "without a shapefile", "a.zip"),
    Hostile("20 million null shapes", null_shapes(20_000_000), "times its size", "a.zip"),
    Hostile("null shapes beyond the rows", null_shapes(50_000), "50,000 shapes but 0 rows", "a.zip"),
    Hostile("shp without dbf", shapefile(_without(".dbf")), "no .dbf", "a.zip"),
    Hostile("dbf without shp", shapefile(_without(".shp", ".shx")), "no .shp", "a.zip"),
    Hostile("shp cut short", shapefile(_cut(".shp", 0.7)), "inside the file", "a.zip"),
    Hostile("dbf cut short", shapefile(_cut(".dbf", 0.8)), "rows and has", "a.zip"),
    Hostile("table and shapes do not pair", shapefile(other_count), "1 row", "a.zip"),
    Hostile("record past all", shapefile(endless_record), "inside the file", "a.zip"),
    Hostile("two shapefiles", shapefile(two_shapefiles), "cells, other/units", "a.zip"),
    Hostile("lone shp", lambda bait, name: bait.write(name, good_files.shapefile_parts()["cells.shp"]), "a lone .shp", "a.shp"),
    Hostile("geopackage as zip", lambda bait, name: good_files.geopackage(bait.folder / name), "wrong extension", "a.zip"),
)
