"""Make the map book of a plan: a page per beat, officer or unit with map, neighbours, figures, places and staff. Each is put on record."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from actions.book_pages import BY, NOTHING, BookWish, Pages, no_such, parts_of
from actions.caller import Caller
from actions.see_map import shown_plan
from actions.sheet_wish import SheetWish
from actions.take_snapshot import LONGEST_PURPOSE
from exporting.steady_zip import named
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.plan import STATUSES

__all__ = ["BY", "BookSize", "BookWish", "MadeBook", "book_content", "book_size", "file_name", "make_book", "plain_book", "save_book"]

if TYPE_CHECKING:  # matplotlib and typst come with it: needed only by those who print
    from exporting.map_book import BookContent, BookFile

MIME = "application/pdf"
NAMES = ("both", "zh", "en")
NO_FOCUS = ("venues", "shops", "incidents", "officers", "hotspots")

Progress = Callable[[float, Text], bool]


def _unwatched(share: float, what: Text) -> bool:
    return True


@dataclass(frozen=True)
class MadeBook:
    """A book as a file: name, bytes, pages of paper, and what the person should know."""

    name: str
    content: bytes
    pages: int
    notes: tuple[Text, ...]

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return len(self.content)


@dataclass(frozen=True)
class BookSize:
    """How large a book will be: its area pages, and about how many seconds it takes."""

    pages: int
    seconds: float


def book_size(caller: Caller, wish: BookWish) -> BookSize:
    """How many area pages the book has and about how long it takes, for telling beforehand. Refused: an unknown plan or choice."""
    from exporting.map_book import S_PER_PAGE

    caller.must("make_book")
    n = len(parts_of(caller, shown_plan(caller, wish.plan_id), wish))
    return BookSize(n, 4.0 + n * S_PER_PAGE)


def make_book(caller: Caller, wish: BookWish, progress: Progress = _unwatched) -> MadeBook:
    """The book in memory, to be taken away: with name, time and purpose in its foot, and put on record.

    Refused: a role that may not; an unknown plan or choice; a plan without a beat (officer, unit) that has cells; too many pages.
    """
    made = _drawn(caller, wish, _printed(caller, wish), progress)
    _record(caller, wish, made)
    return made


def plain_book(caller: Caller, wish: BookWish) -> MadeBook:
    """The book without who made it and when, for what puts itself on record: the same bytes each time. Refused: as `make_book`."""
    return _drawn(caller, wish, NOTHING, _unwatched)


def save_book(caller: Caller, wish: BookWish, out: str | Path, progress: Progress = _unwatched) -> MadeBook:
    """Write the book to a file, whole or not at all. Refused also: a folder that is missing or can't be written, a full disk."""
    from exporting.drawn_sheet import write_whole

    out = Path(out)
    if out.suffix.lower() != ".pdf":
        raise Refusal(
            Text("地图册只能存为 PDF：“{name}”。", "A book is a PDF: '{name}'.").fill(name=out.name),
            Text("文件名须以 .pdf 结尾。", "The file name must end in .pdf."),
        )
    if not out.parent.is_dir():
        raise Refusal(
            Text("没有文件夹 {folder}。", "There is no folder {folder}.").fill(folder=out.parent),
            Text("请先建立，或选择另一个文件夹。", "Make it first, or choose another."),
        )
    made = replace(_drawn(caller, wish, _printed(caller, wish), progress), name=out.name)
    write_whole(out, made.content)
    _record(caller, wish, made)
    return made


def book_content(caller: Caller, wish: BookWish, printed: Text = NOTHING) -> "BookContent":
    """What the book prints, with the permitted fields only; the same for the same state of the workspace. Refused: as `make_book`."""
    from exporting.map_book import BookContent

    caller.must("make_book")
    if wish.names not in NAMES:
        raise no_such("语言", "language", wish.names, NAMES)
    if len(wish.purpose) > LONGEST_PURPOSE:
        raise Refusal(
            Text("用途有 {n} 个字，最多 {most} 个。", "The purpose has {n} characters; at most {most} fit.").fill(
                n=len(wish.purpose), most=LONGEST_PURPOSE
            )
        )
    if wish.exact:
        caller.must("see_small_counts")
    plan = shown_plan(caller, wish.plan_id)
    parts = parts_of(caller, plan, wish)
    if not parts:
        raise Refusal(
            Text("方案中没有可以成页的{by}。", "The plan has no {by} to make a page of.").fill(by=BY[wish.by]),
            Text("请先把网格划入警务区，并指定责任民警。", "Give the beats cells, and leads for a book by officer."),
        )
    from actions.sheet_themes import themed_content

    sheet = themed_content(caller, SheetWish(plan.header.id, "A4", "portrait", wish.names, "pdf", public=wish.public))
    hidden = NO_FOCUS if wish.staff and not wish.public else (*NO_FOCUS, "police_rooms" if wish.public else "officers")
    layers = {key: table for key, table in sheet.layers.items() if key not in hidden}
    if not wish.staff:
        layers["beats"] = layers["beats"].drop(columns=["lead", "lead_en"], errors="ignore")
    status = STATUSES[plan.header.status]
    sheet = replace(
        sheet,
        layers=layers,
        plan=Text(f"{sheet.plan.zh}（{status.zh}）", f"{sheet.plan.en} ({status.en})"),
        internal=not wish.public,
        public=wish.public,
        review_number=wish.review_number.strip(),
        printed=printed,
        watermark=_stamp(caller) if wish.watermark else NOTHING,
    )
    pages = Pages(caller, plan, wish, parts)
    return BookContent(
        sheet=sheet,
        by=Text(f"按{BY[wish.by].zh}分页", f"a page per {BY[wish.by].en}"),
        pages=pages.all(),
        total=pages.total(),
        incidents_about=pages.incidents_about,
        about=pages.about,
    )


def file_name(caller: Caller, wish: BookWish) -> str:
    """A name that tells what is in the file; made of codes and ids only."""
    return named("jingge", "book", caller.model.town.code, shown_plan(caller, wish.plan_id).header.id, wish.by, wish.names) + ".pdf"


def _drawn(caller: Caller, wish: BookWish, printed: Text, progress: Progress) -> MadeBook:
    from exporting.map_book import draw_book

    if not progress(0.0, Text("收集数据", "Gathering the data")):
        raise Refusal(Text("已停止制作地图册。", "The book was stopped."))
    content = book_content(caller, wish, printed)
    made: BookFile = draw_book(content, wish.names, lambda share, what: progress(0.05 + 0.95 * share, what))
    return MadeBook(file_name(caller, wish), made.content, made.pages, made.notes)


def _stamp(caller: Caller) -> Text:
    words = f"{caller.user} {datetime.now():%Y-%m-%d %H:%M}"
    return Text(words, words)


def _printed(caller: Caller, wish: BookWish) -> Text:
    stamp, purpose = _stamp(caller), wish.purpose.strip()
    return Text(
        f"{stamp.zh} 制作" + (f"，用途：{purpose}" if purpose else ""), f"Made by {stamp.en}" + (f", for: {purpose}" if purpose else "")
    )


def _record(caller: Caller, wish: BookWish, made: MadeBook) -> None:
    caller.note(
        "make_book",
        wish.plan_id or "",
        by=wish.by,
        pages=made.pages,
        bytes=made.size,
        purpose=wish.purpose.strip(),
        public=wish.public,
        staff=wish.staff and not wish.public,
    )
