"""Take a map to paper: the sheet of a plan, of the whole town, of one officer's area or of the screen's view. Each is put on record."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from actions.caller import Caller
from actions.my_area import officer_code, officers
from actions.see_map import shown_plan
from actions.sheet_wish import SheetWish, settled
from exporting.steady_zip import named
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.plan import STATUSES

if TYPE_CHECKING:  # matplotlib comes with them: half a second at every start, needed only by those who print
    from exporting.drawn_sheet import Sheet
    from exporting.sheet_content import SheetContent

MIME = {"pdf": "application/pdf", "png": "image/png", "svg": "image/svg+xml"}
PRINT_DPI = 300
DPI_CHOICES = (150, 200, 300, 400, 600)
LARGEST_PIXELS = 200_000_000  # A0 at 300 dpi is 139 million: about as much as a print shop takes and a station's machine holds
PREVIEW_DPI = 110  # sharp on a screen, a ninth of the work of a print
PREVIEW_MM = 420  # larger paper is previewed as small as A3 would be
LONGEST_PURPOSE = 60

Progress = Callable[[float, Text], bool]


def _unwatched(share: float, what: Text) -> bool:
    return True


@dataclass(frozen=True)
class SheetFile:
    """A sheet as a file: name, bytes, scale denominator, paper in mm, and what the person should know."""

    name: str
    content: bytes
    scale: int
    width_mm: int
    height_mm: int
    notes: tuple[Text, ...]

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return len(self.content)


def papers() -> tuple[str, ...]:
    """The papers a sheet can be drawn on."""
    from exporting.map_sheet import PAPERS

    return tuple(PAPERS)


def themes() -> dict[str, Text]:
    """What a sheet can be about."""
    from exporting.sheet_themes import THEMES

    return {key: theme.title for key, theme in THEMES.items()}


def variants() -> dict[str, Text]:
    """How a sheet can be coloured."""
    from exporting.sheet_themes import VARIANTS

    return {key: variant.title for key, variant in VARIANTS.items()}


def make_sheet(caller: Caller, wish: SheetWish, dpi: int = PRINT_DPI, progress: Progress = _unwatched) -> SheetFile:
    """The sheet as a file in memory. Refused: an unknown plan, paper, theme, format or officer; a role that may not print."""
    wish = settled(caller, wish)
    sheet = _drawn(caller, wish, progress)
    return _file(caller, wish, sheet, _bytes(sheet, wish, dpi, progress))


def preview_sheet(caller: Caller, wish: SheetWish, progress: Progress = _unwatched) -> SheetFile:
    """The sheet as a picture for the screen; nothing leaves, so nothing is recorded and no time is printed. Refused: as `make_sheet`."""
    wish = settled(caller, wish)
    sheet = _drawn(caller, replace(wish, format="png"), progress)
    dpi = max(round(PREVIEW_DPI * min(PREVIEW_MM / max(sheet.width_mm, sheet.height_mm), 1.0)), 36)
    return _file(caller, wish.as_("png"), sheet, _bytes(sheet, wish.as_("png"), dpi, progress))


def take_sheet(caller: Caller, wish: SheetWish, dpi: int = PRINT_DPI, progress: Progress = _unwatched) -> SheetFile:
    """The sheet to be taken away: with name, time and purpose in its margin, and put on record. Refused: as `make_sheet`."""
    wish = settled(caller, wish)
    sheet = _drawn(caller, wish, progress, _printed(caller, wish))
    made = _file(caller, wish, sheet, _bytes(sheet, wish, dpi, progress))
    _record(caller, wish, made)
    return made


def sheet_content(caller: Caller, wish: SheetWish) -> bytes:
    """The bytes of `take_sheet`, for a download."""
    return take_sheet(caller, wish).content


def save_sheet(caller: Caller, wish: SheetWish, out: str | Path, dpi: int = PRINT_DPI) -> SheetFile:
    """Write the sheet to a file, whole or not at all. Refused also: a folder that is missing or can't be written."""
    from exporting.drawn_sheet import write_whole

    out, wish = Path(out), settled(caller, wish)
    sheet = _drawn(caller, wish, _unwatched, _printed(caller, wish))
    made = replace(_file(caller, wish, sheet, _bytes(sheet, wish, dpi, _unwatched)), name=out.name)
    write_whole(out, made.content)
    _record(caller, wish, made)
    return made


def file_name(caller: Caller, wish: SheetWish) -> str:
    """A name that tells what is in the file; made of codes and ids only."""
    plan = shown_plan(caller, wish.plan_id).header.id
    theme = wish.theme if wish.theme != "beats" else ""
    variant = wish.variant if wish.variant != "colour" else ""
    view = "view" if wish.view else ""
    name = named("jingge", caller.model.town.code, plan, wish.officer or "", wish.beat or "", theme, variant, view, wish.paper)
    return f"{name}.{wish.format}"


def _drawn(caller: Caller, wish: SheetWish, progress: Progress, printed: Text | None = None) -> "Sheet":
    from exporting.map_sheet import draw_sheet

    caller.must("take_snapshot")
    if wish.format not in MIME:
        raise Refusal(
            Text("不支持的格式“{format}”。", "There is no format '{format}'.").fill(format=wish.format[:20])
            if wish.format
            else Text("文件名没有后缀，无法确定格式。", "The file name has no ending that tells its format."),
            Text("文件名须以 .pdf、.png 或 .svg 结尾。", "The file name must end in .pdf, .png or .svg."),
        )
    if len(wish.purpose) > LONGEST_PURPOSE:
        raise Refusal(
            Text("用途有 {n} 个字，最多 {most} 个。", "The purpose has {n} characters; at most {most} fit.").fill(
                n=len(wish.purpose), most=LONGEST_PURPOSE
            )
        )
    from actions.sheet_themes import themed_content

    content = _titled(caller, wish, themed_content(caller, wish))
    if printed is not None:
        content = replace(content, printed=printed, watermark=_stamp(caller, wish.public) if wish.watermark else content.watermark)
    return draw_sheet(content, wish.paper, wish.orientation, wish.names, lambda share, what: progress(0.1 + 0.6 * share, what))


def _titled(caller: Caller, wish: SheetWish, content: "SheetContent") -> "SheetContent":
    """Title and marks for that wish."""
    town, plan = caller.model.town, shown_plan(caller, wish.plan_id)
    header, title, what = plan.header, town.title, themes().get(wish.theme, Text("", ""))
    if wish.beat is not None:
        title = plan.beat(wish.beat).title
        what = Text("网格图", "beat and its cells") if wish.theme == "beats" else what
    if wish.officer is not None:
        title = officers(caller)[officer_code(caller, wish.officer)]
        what = Text("责任区图", "area of duty") if wish.theme == "beats" else what
    status = STATUSES[header.status]
    subtitle = Text(f"{header.title.zh}（{status.zh}）", f"{header.title.en} ({status.en})")
    if content.change is not None:
        old = content.change.title
        subtitle = Text(f"{old.zh} → {header.title.zh}", f"{old.en} → {header.title.en}")
    return replace(
        content,
        title=Text(f"{title.zh}{what.zh}", f"{title.en}: {what.en}"),
        subtitle=subtitle,
        public=wish.public,
        internal=content.internal and not wish.public,
        review_number=wish.review_number.strip(),
    )


def _bytes(sheet: "Sheet", wish: SheetWish, dpi: int, progress: Progress) -> bytes:
    pixels = sheet.width_mm * sheet.height_mm * (dpi / 25.4) ** 2
    if wish.format == "png" and pixels > LARGEST_PIXELS:
        most = int((LARGEST_PIXELS / (sheet.width_mm * sheet.height_mm)) ** 0.5 * 25.4 // 10 * 10)
        raise Refusal(
            Text("{paper} 在 {dpi} dpi 下有 {n:.0f} 百万像素，太大。", "{paper} at {dpi} dpi is {n:.0f} million pixels: too large.").fill(
                paper=wish.paper, dpi=dpi, n=pixels / 1e6
            ),
            Text("请选 {most} dpi 以下，或下载 PDF。", "Choose at most {most} dpi, or take the PDF.").fill(most=most),
        )
    if not progress(0.75, Text("生成文件", "Writing the file")):
        raise Refusal(Text("已停止制图。", "The drawing was stopped."))
    return sheet.to_bytes(wish.format, dpi=dpi)


def _file(caller: Caller, wish: SheetWish, sheet: "Sheet", content: bytes) -> SheetFile:
    size = (round(sheet.width_mm), round(sheet.height_mm))
    return SheetFile(file_name(caller, wish), content, sheet.scale, *size, tuple(sheet.notes))


def _stamp(caller: Caller, public: bool) -> Text:
    """Who and when; a public sheet names nobody, the record knows."""
    words = f"{'' if public else caller.user} {datetime.now():%Y-%m-%d %H:%M}".strip()
    return Text(words, words)


def _printed(caller: Caller, wish: SheetWish) -> Text:
    stamp, purpose = _stamp(caller, wish.public), wish.purpose.strip()
    return Text(
        f"{stamp.zh} 打印" + (f"，用途：{purpose}" if purpose else ""), f"Printed by {stamp.en}" + (f", for: {purpose}" if purpose else "")
    )


def _record(caller: Caller, wish: SheetWish, made: SheetFile) -> None:
    caller.note(
        "take_snapshot",
        wish.plan_id or "",
        paper=wish.paper,
        format=wish.format,
        bytes=made.size,
        theme=wish.theme,
        purpose=wish.purpose.strip(),
        public=wish.public,
    )
