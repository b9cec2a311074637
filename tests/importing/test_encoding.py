"""The encoding of a table: what the file says, then what its bytes allow, else the person is asked.

网格编码 in UTF-8 is also valid GBK (缃戞牸缂栫爜), so UTF-8 is tried before GB18030.
"""

from pathlib import Path

import pytest

from importing.encoding import LANGUAGE_BYTES, Piece, choose_encoding, choose_file_encoding, known_codec
from layers.definition.refusal import Refusal

NAMES = ("网格编码", "杨家村", "沙河口社区")


def pieces(codec: str, names: tuple[str, ...] = NAMES) -> list[Piece]:
    return [Piece(name.encode(codec)) for name in names]


@pytest.mark.parametrize(
    ("written", "cpg", "language_byte", "codec", "reason"),
    [
        ("gbk", "GBK", 0, "gb18030", ".cpg"),
        ("gbk", "936", 0x57, "gb18030", ".cpg"),
        ("utf-8", "UTF-8\r\n", 0, "utf-8", ".cpg"),
        ("gbk", None, 0x4D, "gb18030", "0x4D"),
        ("big5", None, 0x4F, "big5", "0x4F"),
        ("utf-8", None, 0, "utf-8", "valid UTF-8"),
        ("gbk", None, 0x57, "gb18030", "valid GB18030"),
        ("big5", "Big5", 0x4D, "big5", ".cpg"),
    ],
)
def test_the_first_evidence_that_fits_decides(written: str, cpg: str | None, language_byte: int, codec: str, reason: str) -> None:
    names = NAMES if written != "big5" else ("網格編碼", "楊家村", "沙河口社區")
    choice = choose_encoding(pieces(written, names), "a.zip", cpg=cpg, language_byte=language_byte)
    assert (choice.codec, choice.samples, choice.overruled) == (codec, names, None)
    assert reason in choice.reason.en


@pytest.mark.parametrize(("cpg", "language_byte"), [("UTF-8", 0), ("UTF-8", 0x4D), ("klingon", 0)])
def test_a_wrong_cpg_is_overruled_and_told(cpg: str, language_byte: int) -> None:
    choice = choose_encoding(pieces("gbk"), "a.zip", cpg=cpg, language_byte=language_byte)
    assert choice.codec == "gb18030" and choice.samples == NAMES
    assert choice.overruled is not None and cpg in choice.overruled.en


def test_a_western_cpg_on_other_text_is_doubted() -> None:
    choice = choose_encoding(pieces("gbk"), "a.zip", cpg="ISO-8859-1")
    assert choice.codec == "iso-8859-1" and choice.overruled is not None


def test_plain_ascii_is_utf8() -> None:
    choice = choose_encoding([Piece(b"code"), Piece(b"A1")], "a.zip", language_byte=0x03)
    assert choice.codec == "utf-8" and "ASCII" in choice.reason.en


def test_half_a_character_at_the_end_of_a_full_field_is_dropped() -> None:
    cut = "社区民警".encode()[:10]  # three letters of three bytes, and one byte of the fourth
    assert choose_encoding([Piece(cut, may_be_cut=True)], "a.zip").codec == "utf-8"
    assert Piece(cut, may_be_cut=True).decoded("utf-8") == "社区民"
    assert Piece("民警".encode("gbk")[:3], may_be_cut=True).decoded("gb18030") == "民"
    with pytest.raises(UnicodeDecodeError):
        Piece(cut).decoded("utf-8")


def test_the_persons_word_goes_before_everything() -> None:
    assert choose_encoding(pieces("utf-8", NAMES[:1]), "a.zip", asked="gbk", cpg="UTF-8").samples == ("缃戞牸缂栫爜",)


@pytest.mark.parametrize("asked", ["zip", "base64", "../../x", "utf-7", "punycode"])
def test_only_listed_encodings_may_be_asked_for(asked: str) -> None:
    with pytest.raises(Refusal, match="not an encoding known here"):
        choose_encoding(pieces("gbk"), "a.zip", asked=asked)


def test_an_asked_encoding_that_does_not_fit_is_refused() -> None:
    with pytest.raises(Refusal, match="Not all text"):
        choose_encoding(pieces("gbk"), "a.zip", asked="utf-8")


def test_text_that_nothing_decodes_asks_the_person() -> None:
    with pytest.raises(Refusal, match="Say which encoding") as refusal:
        choose_encoding([Piece(b"\xff\xff")], "a.zip")
    assert "gb18030" in refusal.value.text.zh


def test_every_language_byte_names_a_known_codec() -> None:
    assert {known_codec(codec) for codec in LANGUAGE_BYTES.values()} == set(LANGUAGE_BYTES.values())


@pytest.mark.parametrize(
    ("content", "codec"),
    [
        ("编码,名称\n".encode(), "utf-8"),
        ("编码,名称\n".encode("utf-8-sig"), "utf-8"),
        ("编码,名称\n".encode("gbk"), "gb18030"),
        ("编码,名称\n".encode("utf-16"), "utf-16"),
    ],
)
def test_a_text_file_is_looked_at_as_a_whole(content: bytes, codec: str, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    assert choose_file_encoding(path, "a.csv").codec == codec


def test_a_late_wrong_byte_and_a_letter_across_two_blocks_are_noticed(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"a" * ((1 << 20) - 1) + "村".encode() + b"b" * 100)
    assert choose_file_encoding(path, "a.csv").codec == "utf-8"
    path.write_bytes(b"a" * (2 << 20) + "村".encode("gbk"))
    assert choose_file_encoding(path, "a.csv").codec == "gb18030"
    path.write_bytes(b"a,b\n" + "村".encode()[:2])  # ends in the middle of a letter
    with pytest.raises(Refusal):
        choose_file_encoding(path, "a.csv", asked="utf-8")
