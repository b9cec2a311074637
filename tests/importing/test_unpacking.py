"""An archive is looked at before it is unpacked, and unpacked under our own names."""

import dataclasses
import io
import struct
import zipfile
from pathlib import Path

import pytest

from importing.read_limits import DEFAULT_LIMITS
from importing.unpacking import open_archive
from layers.definition.refusal import Refusal
from tests.importing.hostile_files import zipped


def at(tmp_path: Path, content: bytes) -> Path:
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    return path


def test_a_good_archive_lists_and_gives_its_members(tmp_path: Path) -> None:
    path = at(tmp_path, zipped({"a/b.shp": b"one", "c.dbf": b"two", "__MACOSX/c.dbf": b"x", ".DS_Store": b"x"}))
    with open_archive(path, "a.zip", DEFAULT_LIMITS) as archive:
        assert archive.members == ("a/b.shp", "c.dbf")
        assert archive.read("a/b.shp") == b"one"
        assert archive.extract("c.dbf", tmp_path / "ours").read_bytes() == b"two"


def test_names_packed_by_windows_in_gbk_are_readable(tmp_path: Path) -> None:
    name = "社区.shp"
    content = zipped({"x" * len(name.encode("gbk")): b"one"}).replace(b"x" * len(name.encode("gbk")), name.encode("gbk"))
    with open_archive(at(tmp_path, content), "a.zip", DEFAULT_LIMITS) as archive:
        assert archive.members == (name,) and archive.read(name) == b"one"


def test_what_unpacks_past_the_limit_is_refused(tmp_path: Path) -> None:
    path = at(tmp_path, zipped({"a.shp": bytes(2_000_000)}))
    limits = dataclasses.replace(DEFAULT_LIMITS, max_unpacked_bytes=1_000_000)
    with pytest.raises(Refusal, match="the limit is 1 MB"), open_archive(path, "a.zip", limits):
        pass


def test_a_list_of_millions_is_refused_before_it_is_loaded(tmp_path: Path) -> None:
    packed = zipped({"a.shp": b""})
    end = packed.rindex(b"PK\x05\x06")
    path = at(tmp_path, packed[: end + 12] + struct.pack("<L", 500_000_000) + packed[end + 16 :])
    with pytest.raises(Refusal, match="members"), open_archive(path, "a.zip", DEFAULT_LIMITS):
        pass


def test_overlapping_members_can_not_give_more_than_the_limit(tmp_path: Path) -> None:
    """Many entries of the list that point at the same packed bytes, each of which unpacks to 1 MB."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("00.shp", bytes(1_000_000))
        first = packed.infolist()[0]
        for number in range(1, 50):
            again = zipfile.ZipInfo(f"{number:02}.shp")
            again.compress_type, again.flag_bits = first.compress_type, first.flag_bits
            again.CRC, again.file_size, again.compress_size = first.CRC, first.file_size, first.compress_size
            again.header_offset = first.header_offset
            packed.filelist.append(again)
    limits = dataclasses.replace(DEFAULT_LIMITS, max_unpacked_bytes=10_000_000)
    with pytest.raises(Refusal), open_archive(at(tmp_path, out.getvalue()), "a.zip", limits) as archive:
        for member in archive.members:
            archive.extract(member, tmp_path / "ours")


def test_a_refusal_names_the_file_as_it_was_sent_on_one_line(tmp_path: Path) -> None:
    with pytest.raises(Refusal) as refusal, open_archive(at(tmp_path, b"PK\x05\x06"), "a\n\x1b[31m.zip", DEFAULT_LIMITS):
        pass
    assert "\n" not in refusal.value.text.en and "\x1b" not in refusal.value.text.en
