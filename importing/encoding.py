"""Which encoding the text of a DBF or CSV is in, and why: .cpg, DBF language byte, strict UTF-8, strict GB18030, else ask."""

import codecs
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from importing.read_refusals import shown
from layers.definition.refusal import Refusal
from layers.definition.text import Text

CODECS = {
    "utf-8": ("utf8", "65001", "utf-8-sig"),
    # GB18030 contains GBK and GB2312, so it reads all three
    "gb18030": ("gbk", "gb2312", "cp936", "936", "ansi 936", "54936", "ms936", "windows-936"),
    "big5": ("950", "cp950", "ansi 950", "big-5", "ms950"),
    "utf-16": ("utf16", "utf-16le", "utf-16be", "unicode"),
    "shift_jis": ("932", "cp932", "sjis"),
    "cp949": ("949", "euc-kr"),
    "cp1252": ("1252", "ansi 1252", "windows-1252"),
    "iso-8859-1": ("latin1", "latin-1", "88591", "8859-1", "8859_1", "iso8859-1"),
}
"""The encodings that may be named, each with the other names it goes by in .cpg files."""
LANGUAGE_BYTES = {
    0x4D: "gb18030",
    0x7A: "gb18030",
    0x4F: "big5",
    0x78: "big5",
    0x7B: "shift_jis",
    0x13: "shift_jis",
    0x4E: "cp949",
    0x79: "cp949",
}
"""DBF header byte 29. Western values are no evidence: programs write them as a default, and any bytes pass as such."""
_WESTERN = ("cp1252", "iso-8859-1")
_ALIASES = {alias: codec for codec, aliases in CODECS.items() for alias in (codec, *aliases)}
_BLOCK = 1 << 20
_SAMPLES = 3
_SAMPLE_LENGTH = 40


@dataclass(frozen=True)
class EncodingChoice:
    """An encoding that decodes everything, why it was chosen, and three decoded values for the person to judge by."""

    codec: str
    reason: Text
    samples: tuple[str, ...] = ()
    overruled: Text | None = None
    """What the file said about its encoding, if that turned out wrong or doubtful."""


@dataclass(frozen=True)
class Piece:
    """The bytes of one name or value. One that fills its field may have lost the end of its last character."""

    raw: bytes
    may_be_cut: bool = False

    def decoded(self, codec: str) -> str:
        """Strictly decoded; half a character at the end of a full field is dropped. UnicodeDecodeError otherwise."""
        try:
            return self.raw.decode(codec)
        except UnicodeDecodeError as error:
            if self.may_be_cut and error.end == len(self.raw) and ("unexpected end" in error.reason or "incomplete" in error.reason):
                return self.raw[: error.start].decode(codec)
            raise


def known_codec(asked: str) -> str | None:
    """The codec of a name that people or .cpg files use; None for one not on the list."""
    return _ALIASES.get(asked.strip().lower())


def asked_codec(asked: str) -> str:
    """The codec that the person named. Refused: a name not on the list."""
    codec = known_codec(asked)
    if codec is None:
        raise Refusal(
            Text("不认识编码“{asked}”。", "'{asked}' is not an encoding known here.").fill(asked=shown(asked)),
            Text("可选：{names}。", "Choose one of: {names}.").fill(names=", ".join(CODECS)),
        )
    return codec


def choose_encoding(
    pieces: Sequence[Piece], name: str, *, asked: str | None = None, cpg: str | None = None, language_byte: int = 0
) -> EncodingChoice:
    """The encoding of a DBF from all its names and values.

    Refused: an encoding the person asked for that does not decode everything, and text that no candidate decodes.
    """
    if asked is not None:
        return _as_asked(asked_codec(asked), pieces, name)
    doubts: list[Text] = []
    for codec, reason in _declared(cpg, language_byte, doubts):
        if _decodes(pieces, codec):
            if codec in _WESTERN and any(not piece.raw.isascii() for piece in pieces):
                doubts.append(
                    Text(
                        "{why}，为西文编码；若名称是乱码，请指明编码", "{why}, a Western encoding; if names are garbled, say which it is"
                    ).fill(why=reason)
                )
            return EncodingChoice(codec, reason, samples_of(pieces, codec), doubts[0] if doubts else None)
        doubts.append(Text("{why}，但部分文字不符", "{why}, but some of the text is not").fill(why=reason))
    for codec, reason in _undeclared(all(piece.raw.isascii() for piece in pieces)):
        if _decodes(pieces, codec):
            return EncodingChoice(codec, reason, samples_of(pieces, codec), doubts[0] if doubts else None)
    raise _ask(name)


def choose_file_encoding(path: Path, name: str, *, asked: str | None = None, stop: Callable[[], bool] = lambda: False) -> EncodingChoice:
    """The encoding of a whole text file, read once in blocks: the mark at its start, strict UTF-8, strict GB18030.

    Refused: as `choose_encoding`; also a NUL byte, which no text has. `stop` ends the reading early with the answer so far.
    """
    with path.open("rb") as file:
        start = file.read(4)
    if asked is not None:
        codec = asked_codec(asked)
        if not _file_decodes(path, name, codec, stop):
            raise _not_as_asked(name, codec)
        return EncodingChoice(codec, _BY_PERSON)
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) and _file_decodes(path, name, "utf-16", stop):
        return EncodingChoice("utf-16", Text("文件以 UTF-16 标记开头", "the file starts with the mark of UTF-16"))
    marked = start.startswith(codecs.BOM_UTF8)
    for codec, reason in _undeclared(False):
        if _file_decodes(path, name, codec, stop):
            return EncodingChoice(codec, Text("文件以 UTF-8 标记开头", "the file starts with the mark of UTF-8") if marked else reason)
    raise _ask(name)


def samples_of(pieces: Iterable[Piece], codec: str) -> tuple[str, ...]:
    """Three different decoded values, those with other than ASCII letters first."""
    found: dict[str, None] = {}
    plain: dict[str, None] = {}
    for piece in pieces:
        kept = plain if piece.raw.isascii() else found
        if piece.raw and len(kept) < _SAMPLES:
            kept[piece.decoded(codec)[:_SAMPLE_LENGTH]] = None
        if len(found) == _SAMPLES:
            break
    return tuple([*found, *plain][:_SAMPLES])


_BY_PERSON = Text("由您指定", "you named it")


def _declared(cpg: str | None, language_byte: int, doubts: list[Text]) -> Iterator[tuple[str, Text]]:
    if cpg:
        codec = known_codec(cpg)
        if codec is None:
            doubts.append(Text(".cpg 写的是“{cpg}”，不认识", "the .cpg says '{cpg}', which is not known here").fill(cpg=shown(cpg.strip())))
        else:
            yield codec, Text(".cpg 文件写明 {cpg}", "the .cpg file says {cpg}").fill(cpg=shown(cpg.strip()))
    if language_byte in LANGUAGE_BYTES:
        codec = LANGUAGE_BYTES[language_byte]
        yield codec, Text("DBF 语言字节 0x{b:02X} 表示 {c}", "the DBF language byte 0x{b:02X} means {c}").fill(b=language_byte, c=codec)


def _undeclared(ascii_only: bool) -> Iterator[tuple[str, Text]]:
    if ascii_only:
        yield "utf-8", Text("只有 ASCII 字符", "there are only ASCII letters")
    yield "utf-8", Text("全部文字均为合法的 UTF-8", "all of the text is valid UTF-8")
    yield "gb18030", Text("不是 UTF-8，而全部文字均为合法的 GB18030", "it is not UTF-8, and all of the text is valid GB18030")


def _decodes(pieces: Iterable[Piece], codec: str) -> bool:
    try:
        for piece in pieces:
            piece.decoded(codec)
    except UnicodeDecodeError:
        return False
    return True


def _as_asked(codec: str, pieces: Sequence[Piece], name: str) -> EncodingChoice:
    if not _decodes(pieces, codec):
        raise _not_as_asked(name, codec)
    return EncodingChoice(codec, _BY_PERSON, samples_of(pieces, codec))


def _file_decodes(path: Path, name: str, codec: str, stop: Callable[[], bool]) -> bool:
    decoder = codecs.getincrementaldecoder(codec)("strict")
    with path.open("rb") as file:
        while (block := file.read(_BLOCK)) and not stop():
            if codec != "utf-16" and b"\0" in block:
                raise Refusal(
                    Text("{name} 中有空字节，不是文本文件。", "{name} holds NUL bytes; it is not a text file.").fill(name=shown(name)),
                    Text("请从原程序另存为 CSV UTF-8。", "Save it again as CSV UTF-8 from the program it came from."),
                )
            try:
                decoder.decode(block)
            except UnicodeDecodeError:
                return False
    try:
        decoder.decode(b"", final=not stop())
    except UnicodeDecodeError:
        return False
    return True


def _not_as_asked(name: str, codec: str) -> Refusal:
    return Refusal(
        Text("{name} 的文字不全是 {codec}。", "Not all text of {name} is {codec}.").fill(name=shown(name), codec=codec),
        Text("请改选其他编码，或不指定而由程序判断。", "Choose another encoding, or none to have it found."),
    )


def _ask(name: str) -> Refusal:
    return Refusal(
        Text("{name} 的文字既不是 UTF-8 也不是 GB18030。", "The text of {name} is neither UTF-8 nor GB18030.").fill(name=shown(name)),
        Text("请指明编码，可选：{names}。", "Say which encoding it is, one of: {names}.").fill(names=", ".join(CODECS)),
    )
