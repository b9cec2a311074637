"""The book read back: every name, every link, bookmarks, tags, fonts, hostile names, same bytes.

The square town: one beat, one community, one cell of exactly 1 km²; five pages would be wrong, it has four (cover, index, the
beat, how to read). The random town has at most 11 beats.
"""

import subprocess
import threading
from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest

from exporting.book_pages import Area
from exporting.map_book import BookContent, BookFile, BookPage, Contact, Figures, Near, Places, draw_book
from exporting.qr_code import LONGEST_BYTES, check_bytes, qr_code, qr_svg
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from tests.exporting.towns import random_town, square_town

FIGURES = Figures(3, 1_234, 5_678, 12, 4.5, 33.4, ((Text("刑事", "criminal"), "<5"), (Text("合计", "all"), "123")))
LIVE = "https://jingge.example/?officer=P01&plan=plan-2025"


def book_of(sheet: Any, **changes: Any) -> BookContent:
    """A page per beat of a town; every beat is told to border the first one."""
    beats = sheet.layers["beats"]
    first = beats.iloc[0]
    near = Near(first["code"], Text(first["name"], first.get("name_en") or first["name"]), Text("民警01", "Officer 01"), first["code"])
    pages = tuple(
        BookPage(
            row["code"],
            row["code"],
            Text(row["name"], row.get("name_en") or row["name"]),
            Area((row["code"],)),
            FIGURES,
            lead=Text("民警01", "Officer 01"),
            units=(Text("河口社区", "Hekou Community"),),
            neighbours=(near,),
            contacts=(Contact(Text("辅警", "Auxiliaries"), (Text("辅警07", "Auxiliary 07"),)),),
            places=(Places(Text("学校", "Schools"), 1, (Text("第一小学", "First School"),)),),
            link=LIVE,
        )
        for _, row in beats.iterrows()
    )
    return BookContent(sheet, **{"by": Text("按警务区分页", "a page per beat"), "pages": pages, "total": FIGURES, **changes})


def text_of(pdf: bytes, tmp_path: Path) -> str:
    """What pdftotext reads, pages parted by form feeds."""
    path = tmp_path / "read.pdf"
    path.write_bytes(pdf)
    return subprocess.run(["pdftotext", "-raw", str(path), "-"], check=True, capture_output=True, text=True).stdout


def squeezed(text: str) -> str:
    """Without spaces and breaks: where a line ends says nothing."""
    return "".join(text.split())


@pytest.fixture(scope="module")
def town() -> Any:
    return random_town(7)


@pytest.fixture(scope="module")
def content(town: Any) -> BookContent:
    return book_of(town)


@pytest.fixture(scope="module")
def made(content: BookContent) -> BookFile:
    return draw_book(content)


@pytest.fixture(scope="module")
def opened(made: BookFile) -> Iterator[pikepdf.Pdf]:
    with pikepdf.open(BytesIO(made.content)) as pdf:
        yield pdf


def test_a_square_town_gives_cover_index_its_page_and_how_to_read_it(tmp_path: Path) -> None:
    made = draw_book(book_of(square_town()))
    pages = text_of(made.content, tmp_path).split("\f")[:-1]
    assert made.pages == len(pages) == 4
    assert "河口警务区" in squeezed(pages[2]) and "HekouBeat" in squeezed(pages[2]) and "1,234" in pages[2] and "<5" in pages[2]


def test_every_beat_has_its_page_and_its_line_in_the_index(content: BookContent, made: BookFile, tmp_path: Path) -> None:
    pages = [squeezed(page) for page in text_of(made.content, tmp_path).split("\f")]
    for at, page in enumerate(content.pages):
        assert page.title.zh in pages[1] and squeezed(page.title.en) in pages[1]
        assert page.title.zh in pages[2 + at] and "辅警07" in pages[2 + at] and "第一小学" in pages[2 + at]
    assert made.pages == 2 + len(content.pages) + 1


def test_a_name_on_a_map_is_read_once_though_it_has_a_halo(content: BookContent, made: BookFile, tmp_path: Path) -> None:
    page = squeezed(text_of(made.content, tmp_path).split("\f")[2])
    assert 1 <= page.count(content.pages[0].title.zh) <= 4  # heading, map, itself as neighbour


def test_every_link_leads_to_a_page_and_the_code_to_the_live_page(content: BookContent, opened: pikepdf.Pdf) -> None:
    pages = {page.objgen: number for number, page in enumerate(opened.pages)}
    index, live = set(), 0
    for number, page in enumerate(opened.pages):
        for note in page.get("/Annots", []):
            if note.get("/Subtype") != "/Link":
                continue
            action: Any = note.get("/A", {})
            if action.get("/S") == "/URI":
                assert str(action["/URI"]) == LIVE
                live += 1
                continue
            target = note.get("/Dest", action.get("/D"))
            target = resolved(opened, target)
            assert target.objgen in pages
            if number == 1:
                index.add(pages[target.objgen])
    assert index == set(range(2, 2 + len(content.pages))) and live >= len(content.pages)


def resolved(pdf: pikepdf.Pdf, target: Any) -> Any:
    """The page of a destination, by array or by name."""
    if isinstance(target, pikepdf.Array):
        return target[0]
    tree = pikepdf.NameTree(pdf.Root.Names.Dests)
    found = tree[str(target)]
    return (found["/D"] if isinstance(found, pikepdf.Dictionary) else found)[0]


def test_bookmarks_name_every_page(content: BookContent, opened: pikepdf.Pdf) -> None:
    with opened.open_outline() as outline:
        titles = [item.title for top in outline.root for item in (top, *top.children)]
    for page in content.pages:
        assert any(page.title.zh in title for title in titles)


def test_the_book_is_tagged_in_its_language_with_a_title(opened: pikepdf.Pdf) -> None:
    assert opened.Root.MarkInfo.Marked and "/StructTreeRoot" in opened.Root and str(opened.Root.Lang).startswith("zh")
    assert "地图册" in str(opened.docinfo["/Title"])


def test_only_our_font_is_in_it_and_it_is_embedded(made: BookFile, tmp_path: Path) -> None:
    path = tmp_path / "book.pdf"
    path.write_bytes(made.content)
    fonts = subprocess.run(["pdffonts", str(path)], check=True, capture_output=True, text=True).stdout.splitlines()[2:]
    assert fonts and all("NotoSansSC" in line and " yes yes yes " in line for line in fonts)


def test_a_page_weighs_little(content: BookContent, made: BookFile) -> None:
    assert len(made.content) < 5_000_000 * len(content.pages) / 40 + 400_000


def test_the_same_content_gives_the_same_bytes_four_at_once() -> None:
    content = book_of(square_town())
    found: list[bytes] = []
    threads = [threading.Thread(target=lambda: found.append(draw_book(content).content)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4 and set(found) == {draw_book(content).content}


@pytest.mark.parametrize(
    "name",
    [
        '#set page(fill: red) $x^2$ "quoted" \\ *bold* _it_ @ref <label> `raw` //x',
        "长" * 60,
        "𪚥䶮㐀龘彧昇",
        "שלום عالم",
        "a\u202egnp.exe\u0000\n\tb",
        "] }) #panic() [",
    ],
)
def test_hostile_names_are_printed_as_they_are(name: str, tmp_path: Path) -> None:
    sheet = square_town(maker=Text(name, name), source=Text(name, name))
    sheet.layers["beats"]["name"] = sheet.layers["beats"]["name_en"] = name
    made = draw_book(book_of(sheet))
    text = squeezed(text_of(made.content, tmp_path))
    plain = squeezed("".join(c for c in name if c.isprintable()))
    lacking = any("缺" in note.zh for note in made.notes)
    assert lacking or plain in text


def test_characters_that_the_font_lacks_are_named() -> None:
    sheet = square_town()
    sheet.layers["beats"]["name"] = "شارع"
    (note,) = draw_book(book_of(sheet)).notes
    assert "ش" in note.zh and "lacks" in note.en


@pytest.mark.parametrize(("language", "there", "not_there"), [("zh", "河口警务区", "Hekou"), ("en", "Hekou Beat", "河口")])
def test_a_book_in_one_language_has_none_of_the_other(language: str, there: str, not_there: str, tmp_path: Path) -> None:
    text = text_of(draw_book(book_of(square_town()), language).content, tmp_path)
    assert squeezed(there) in squeezed(text) and not_there not in text


def test_without_an_address_there_is_no_code_and_it_is_told() -> None:
    content = book_of(square_town())
    made = draw_book(replace(content, pages=tuple(replace(page, link="") for page in content.pages)))
    assert any("no QR code" in note.en for note in made.notes)


def test_a_book_is_given_up_when_told_to_stop() -> None:
    seen: list[float] = []

    def stop(share: float, what: Text) -> bool:
        seen.append(share)
        assert what.zh and what.en
        return len(seen) < 3

    with pytest.raises(Refusal, match="stopped"):
        draw_book(book_of(square_town()), progress=stop)
    assert len(seen) == 3


@pytest.mark.parametrize("pages", [0, 501])
def test_no_page_and_too_many_are_refused(pages: int) -> None:
    content = book_of(square_town())
    with pytest.raises(Refusal):
        draw_book(replace(content, pages=content.pages * pages))


def test_marks_watermark_and_review_number_stand_on_it(tmp_path: Path) -> None:
    sheet = square_town(public=True, review_number="GS(2025)0001", watermark=Text("testers 2025", "testers 2025"), illustrative=True)
    text = text_of(draw_book(book_of(sheet)).content, tmp_path)
    assert "GS(2025)0001" in text and "testers 2025" in text and "示意图" in text and "公开使用" in text


def test_check_bytes_are_those_of_the_standards_worked_example() -> None:
    """HELLO WORLD, version 1 level M, as worked in the widely used tutorial of the standard's annex."""
    data = [32, 91, 11, 120, 209, 114, 220, 77, 67, 64, 236, 17, 236, 17, 236, 17]
    assert check_bytes(data, 10) == [196, 35, 39, 119, 235, 215, 231, 226, 93, 23]


@pytest.mark.parametrize("length", [1, 14, 15, 60, 62, 63, 106, 122, 180, 181, LONGEST_BYTES])
def test_a_code_holds_its_address(length: int) -> None:
    address = ("https://jingge.example/?plan=" + "p" * 300)[:length]
    assert read_back(qr_code(address)) == address


def test_an_address_that_is_too_long_for_a_code_is_refused() -> None:
    with pytest.raises(Refusal, match="public_address"):
        qr_code("x" * (LONGEST_BYTES + 1))


def test_a_drawn_code_has_its_quiet_zone() -> None:
    assert 'viewBox="0 0 29 29"' in qr_svg(qr_code("a"))


def read_back(modules: Any) -> str:
    """A plain reader: format by its mask, data in zigzag, blocks apart, bytes as text. No correction of errors."""
    from exporting.qr_code import _BLOCKS, _FREE, _masked, _patterns

    size = len(modules)
    version = (size - 17) // 4
    free = _patterns(version) == _FREE
    beside = [(8, i) for i in range(6)] + [(8, 7), (8, 8), (7, 8)] + [(5 - i, 8) for i in range(6)]
    code = int("".join(str(modules[at]) for at in beside), 2) ^ 0x5412
    assert code >> 13 == 0  # level M
    plain = _masked(modules, free, code >> 10)
    bits = []
    for turn, right in enumerate([x for x in range(size - 1, 0, -2) if x > 6] + [5, 3, 1]):
        for y in range(size - 1, -1, -1) if turn % 2 == 0 else range(size):
            bits += [str(plain[y, x]) for x in (right, right - 1) if free[y, x]]
    found = [int("".join(bits[i : i + 8]), 2) for i in range(0, len(bits) - 7, 8)]
    sizes = _BLOCKS[version][1]
    blocks: list[list[int]] = [[] for _ in sizes]
    order = [b for i in range(max(sizes)) for b in range(len(sizes)) if i < sizes[b]]
    for block, byte in zip(order, found, strict=False):
        blocks[block].append(byte)
    line = "".join(f"{byte:08b}" for block in blocks for byte in block)
    width = 8 if version < 10 else 16
    count = int(line[4 : 4 + width], 2)
    start = 4 + width
    return bytes(int(line[start + 8 * i : start + 8 * i + 8], 2) for i in range(count)).decode()


def test_a_book_of_one_unit_stresses_it(tmp_path: Path) -> None:
    content = book_of(square_town())
    page = replace(content.pages[0], code="u1", area=Area(unit="u1"))
    assert "河口社区" in squeezed(text_of(draw_book(replace(content, pages=(page,))).content, tmp_path))
