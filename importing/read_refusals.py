"""The wordings of all that can be wrong with a file as such. Nothing of the file has been taken over when one is raised."""

from collections.abc import Sequence

from layers.definition.refusal import Refusal
from layers.definition.text import Text

FORMATS_TAKEN = Text(
    "可导入：压缩的 Shapefile（.zip）、GeoPackage、GeoJSON、KML/KMZ、FlatGeobuf、GeoParquet、CSV、XLSX；道路还可用 .osm、.osm.pbf。",
    "Taken are: zipped Shapefile, GeoPackage, GeoJSON, KML/KMZ, FlatGeobuf, GeoParquet, CSV, XLSX; roads as .osm and .osm.pbf too.",
)
_SAVE_AGAIN = Text("请从原程序重新导出后再试。", "Export it again from the program it came from, then try again.")
_SHOWN = 80  # a name longer than this is not read by anybody
_LISTED = 10


def shown(text: object) -> str:
    """A name out of a file or of its sender, fit for one line: no control characters, cut to 80."""
    line = "".join(c if c.isprintable() else "?" for c in str(text))
    return line if len(line) <= _SHOWN else line[: _SHOWN - 1] + "…"


def listed(names: Sequence[str], separator: str = ", ") -> str:
    """The first ten names."""
    more = separator + "…" if len(names) > _LISTED else ""
    return separator.join(shown(name) for name in names[:_LISTED]) + more


def missing(name: str) -> Refusal:
    return Refusal(
        Text("找不到文件 {name}。", "There is no file {name}.").fill(name=shown(name)),
        Text("请检查位置和文件名。", "Check the place and the name."),
    )


def empty(name: str) -> Refusal:
    return Refusal(Text("{name} 是空文件（0 字节）。", "{name} is empty (0 bytes).").fill(name=shown(name)), _SAVE_AGAIN)


def too_big(name: str, size: int, limit: int) -> Refusal:
    return Refusal(
        Text("{name} 有 {size:.1f} MB，超过上限 {limit:.0f} MB。", "{name} has {size:.1f} MB; the limit is {limit:.0f} MB.").fill(
            name=shown(name), size=size / 1e6, limit=limit / 1e6
        ),
        Text("请分成几个文件，或由管理员提高上限。", "Split it into several files, or have the limit raised."),
    )


def too_many(name: str, what: Text, count: int, limit: int) -> Refusal:
    """Too many of something countable, e.g. rows."""
    return Refusal(
        Text("{name}：{what} {count:,}，超过上限 {limit:,}。", "{name}: {count:,} {what}; the limit is {limit:,}.").fill(
            name=shown(name), what=what, count=count, limit=limit
        ),
        Text("请分成几个文件，或由管理员提高上限。", "Split it into several files, or have the limit raised."),
    )


def damaged(name: str, why: Text, what_next: Text = _SAVE_AGAIN) -> Refusal:
    """The file breaks the rules of its own format."""
    return Refusal(
        Text("{name} 已损坏或不完整：{why}。", "{name} is damaged or cut short: {why}.").fill(name=shown(name), why=why), what_next
    )


def unsafe(name: str, why: Text, what_next: Text = _SAVE_AGAIN) -> Refusal:
    """The file holds something that no honest data needs."""
    return Refusal(Text("{name} 不予读取：{why}。", "{name} is not read: {why}.").fill(name=shown(name), why=why), what_next)


def not_taken(name: str, it_is: Text, what_next: Text = FORMATS_TAKEN) -> Refusal:
    """The file is of a kind that is not on the list."""
    return Refusal(
        Text("{name} 是{what}，不在可导入之列。", "{name} is {what}, which is not taken.").fill(name=shown(name), what=it_is), what_next
    )


def choose_layer(name: str, layers: Sequence[str], asked: str | None) -> Refusal:
    """Several layers and no choice, or a choice that is none of them."""
    what_next = Text("请指明图层，可选：{zh}。", "Say which layer. There are: {en}.").fill(zh=listed(layers, "、"), en=listed(layers))
    if asked is None:
        return Refusal(Text("{name} 中有 {n} 个图层。", "{name} holds {n} layers.").fill(name=shown(name), n=len(layers)), what_next)
    return Refusal(
        Text("{name} 中没有图层“{asked}”。", "{name} has no layer '{asked}'.").fill(name=shown(name), asked=shown(asked)), what_next
    )


def too_long(name: str, seconds: int) -> Refusal:
    return Refusal(
        Text("读取 {name} 超过 {s} 秒，已中止。", "Reading {name} took more than {s} seconds and was stopped.").fill(
            name=shown(name), s=seconds
        ),
        Text("文件可能已损坏；否则请分成几个文件。", "The file may be damaged; if not, split it into several."),
    )


def too_much_memory(name: str, limit: int) -> Refusal:
    return Refusal(
        Text(
            "读取 {name} 所需内存超过 {mb:.0f} MB，已中止。", "Reading {name} needs more than {mb:.0f} MB of memory and was stopped."
        ).fill(name=shown(name), mb=limit / 1e6),
        Text("文件可能已损坏；否则请分成几个文件。", "The file may be damaged; if not, split it into several."),
    )


def reader_broke(name: str) -> Refusal:
    return damaged(name, Text("读取程序无法处理其内容", "the reader could not cope with what is in it"))
