"""What stands around a map: neat line and degrees, scale bar, north arrow, headings and marks. All in millimetres."""

from collections.abc import Sequence

import shapely

from exporting.fonts import ASCENT, MM_PER_POINT, shortened, text_width_mm, wrapped
from exporting.map_view import MapView, crossings, degrees_text
from exporting.page import GREY, INK, Box, Page
from exporting.sheet_layout import BAND_MM, Layout, Theme, Wording
from layers.definition.text import Text
from layers.drawing.print_map import outline_of

MARK_RED = "#a3161a"
ILLUSTRATIVE = Text("示意图 · 仅供演示", "ILLUSTRATIVE · DEMONSTRATION ONLY")
INTERNAL = Text("内部使用", "INTERNAL USE ONLY")
PUBLIC = Text("公开使用", "FOR PUBLIC USE")
BAR_LENGTHS_M = tuple(first * 10**power for power in range(0, 6) for first in (1, 2, 4, 5))
TICK_MM = 1.3
CROSS_MM = 1.4


def draw_frame(page: Page, view: MapView, size_pt: float, covered: Sequence[Box] = (), band: float = BAND_MM) -> None:
    """Neat line, outer frame, and between them the degrees, each at its tick; crosses where the graticule meets, but not on `covered`."""
    x0, y0, x1, y1 = view.frame
    large = band / BAND_MM
    page.box(view.frame, edge=INK, width_pt=0.5 * large, z=30)
    page.box((x0 - band, y0 - band, x1 + band, y1 + band), edge=INK, width_pt=1.3 * large, z=30)
    ends, inside = crossings(view)
    em, cross = size_pt * MM_PER_POINT, CROSS_MM * large
    for end in ends:
        text = degrees_text(end.degrees, end.is_longitude)
        half = text_width_mm(text, size_pt) / 2 + 1.2
        low, high = (x0, x1) if end.is_longitude else (y0, y1)
        outward = 1 if end.side in ("top", "right") else -1
        edge = {"top": y1, "bottom": y0, "right": x1, "left": x0}[end.side]
        tick = [(end.place_mm, edge), (end.place_mm, edge + outward * TICK_MM * large)]
        page.line(tick if end.is_longitude else [(y, x) for x, y in tick], INK, 0.5 * large, 31)
        if not low + half < end.place_mm < high - half:
            continue
        middle = edge + outward * (band + TICK_MM * large) / 2
        drop = (ASCENT - 0.12) / 2 * em
        if end.is_longitude:
            page.text(end.place_mm, middle - drop, text, size_pt, align="center", z=31)
        else:
            page.text(middle + drop, end.place_mm, text, size_pt, align="center", angle_deg=90, z=31)
    for x, y in inside:
        if any(box[0] - cross < x < box[2] + cross and box[1] - cross < y < box[3] + cross for box in covered):
            continue
        page.line([(x - cross, y), (x + cross, y)], "#444444", 0.25 * large, 7.8)
        page.line([(x, y - cross), (x, y + cross)], "#444444", 0.25 * large, 7.8)


def bar_length_m(scale: int, longest_mm: float) -> int:
    """The longest round length that fits so many mm at 1:`scale`."""
    fitting = [length for length in BAR_LENGTHS_M if length * 1000 / scale <= longest_mm]
    return fitting[-1] if fitting else BAR_LENGTHS_M[0]


def draw_scale_bar(page: Page, x: float, y: float, scale: int, longest_mm: float, size_pt: float, z: float = 50) -> float:
    """A bar in four parts with lengths in km (below 1 km in m) above it, its lower left corner at (x, y); returns its length in mm."""
    length_m = bar_length_m(scale, longest_mm)
    length_mm = length_m * 1000 / scale
    thick, parts = 0.19 * size_pt, 4
    step = length_mm / parts
    for part in range(parts):
        box = (x + part * step, y, x + (part + 1) * step, y + thick)
        page.box(box, fill=INK if part % 2 == 0 else "white", edge=INK, width_pt=0.4, z=z)
    unit, per_unit = ("km", 1000) if length_m >= 1000 else ("m", 1)
    for part in (0, 2, 4):
        number = f"{length_m * part / parts / per_unit:g}"
        page.text(x + part * step, y + thick + 0.25 * size_pt * MM_PER_POINT + 0.3, number, size_pt, align="center", z=z)
    page.text(
        x + length_mm + text_width_mm(f"{length_m / per_unit:g}", size_pt) / 2 + 0.6,
        y + thick + 0.25 * size_pt * MM_PER_POINT + 0.3,
        unit,
        size_pt,
        z=z,
    )
    return length_mm


def draw_north_arrow(page: Page, x: float, y: float, height_mm: float, size_pt: float) -> None:
    """An arrow to grid north, its foot at (x, y), half of it dark."""
    em = size_pt * MM_PER_POINT
    tip, wide = y + height_mm - em, 0.19 * height_mm
    left = shapely.Polygon([(x, tip), (x - wide, y), (x, y + 0.22 * height_mm)])
    right = shapely.Polygon([(x, tip), (x + wide, y), (x, y + 0.22 * height_mm)])
    for half, fill in ((left, INK), (right, "white")):
        outline = outline_of(half)
        assert outline is not None
        page.shape(outline, fill=fill, edge=INK, width_pt=0.5, z=50)
    page.text(x, tip + 0.25 * em, "N", size_pt, align="center", bold=True)


def ratio_text(scale: int) -> str:
    """A scale as written on a sheet, e.g. 1:50 000, with thin gaps between the thousands."""
    return f"1:{scale:,}".replace(",", " ")


def draw_foot(page: Page, at: Layout, view: MapView, wording: Wording) -> None:
    """Under the map: north arrow, scale bar and ratio, coordinate system and convergence."""
    t, (x0, y0, x1, y1) = at.theme, at.foot
    high = y1 - y0 - 1.5
    draw_north_arrow(page, x0 + 0.22 * high + 1, y0, high, t.heading)
    left = x0 + 0.55 * high + 7
    em = t.body * MM_PER_POINT
    draw_scale_bar(page, left, y0 + 0.52 * high, view.scale, min(0.26 * (x1 - x0), 7 * high), t.body)
    paper = Text(
        f"{ratio_text(view.scale)}（{at.paper.name}，按 100% 打印）", f"{ratio_text(view.scale)} ({at.paper.name}, print at 100 %)"
    )
    lines = wording.lines(paper)
    if len(lines) == 2:
        lines = [f"{ratio_text(view.scale)}（{at.paper.name}）按 100% 打印 · print at 100 %"]
    page.text(left, y0 + 0.52 * high - 1.35 * em, lines[0], t.body, bold=True)
    angle = view.convergence_deg()
    sign = "+" if angle > 0 else "−" if angle < 0 else ""
    code = view.crs.removeprefix("EPSG:")
    words = [
        Text(
            f"CGCS2000 三度带高斯-克吕格投影（EPSG:{code}）；经纬度为 EPSG:4490",
            f"CGCS2000 3-degree Gauss-Krüger (EPSG:{code}); degrees EPSG:4490",
        ),
        Text(
            f"箭头指坐标北；图幅中心子午线收敛角 {sign}{abs(angle):.2f}°",
            f"Arrow: grid north; convergence at the sheet's centre {sign}{abs(angle):.2f}°",
        ),
    ]
    right = x1
    width = right - left - min(0.26 * (x1 - x0), 7 * high) - 12
    y = y1 - 1.5
    size = t.small
    for text in words:
        for line in wording.lines(text):
            y -= size * MM_PER_POINT * 1.2
            page.text(right, y, shortened(line, width, size), size, align="right", colour=GREY)


def draw_title(
    page: Page, box: Box, title: Text, subtitle: Text, right: list[Text], marks: list[Text], wording: Wording, theme: Theme
) -> None:
    """Title and subtitle on the left; station, plan and date on the right; the marks between them where nobody misses them."""
    x0, y0, x1, y1 = box
    mark_left = _draw_marks(page, x1, y1, marks, wording, theme)
    info_left = _draw_info(page, x1, y0, right, wording, theme)
    first, *rest = wording.lines(title) or [""]
    room = min(mark_left, info_left) - x0 - 6
    size = theme.title
    while text_width_mm(first, size) > room and size > 0.55 * theme.title:
        size *= 0.96
    em = size * MM_PER_POINT
    baseline = y1 - ASCENT * em
    lines = wrapped(first, room, size)[:2]
    if len(lines) > 1:
        size, em = 0.62 * size, 0.62 * em
        lines = wrapped(first, room, size)[:2]
        baseline = y1 - ASCENT * em
    for line in lines:
        page.text(x0, baseline, shortened(line, room, size), size, bold=True, colour="#14284b")
        baseline -= 1.15 * em
    baseline += 1.15 * em
    y = baseline - 0.16 * em - theme.title_en * MM_PER_POINT * 1.02
    for line in rest:
        page.text(x0, y, shortened(line, room, theme.title_en), theme.title_en, colour="#14284b")
        y -= theme.heading * MM_PER_POINT * 1.45
    under = wording.one(subtitle, "  ·  ")
    if under and y > y0 - 0.5:
        page.text(x0, y, shortened(under, room, theme.heading), theme.heading, colour=GREY)


def _draw_marks(page: Page, right: float, top: float, marks: list[Text], wording: Wording, theme: Theme) -> float:
    """Red boxed marks from the right; returns how far left they reach."""
    size = theme.heading * 1.12
    em = size * MM_PER_POINT
    for mark in marks:
        text = wording.one(mark, "  ")
        width = text_width_mm(text, size) + 1.6 * em
        page.box((right - width, top - 1.75 * em, right, top), edge=MARK_RED, fill="#fff5f4", width_pt=1.1, z=45)
        page.text(right - width / 2, top - 1.22 * em, text, size, align="center", bold=True, colour=MARK_RED)
        right -= width + 0.8 * em
    return right


def _draw_info(page: Page, right: float, bottom: float, texts: list[Text], wording: Wording, theme: Theme) -> float:
    """Lines of small print, right-aligned, the last one at the bottom; returns how far left they reach."""
    size = theme.body
    em = size * MM_PER_POINT
    lines = [wording.one(text, "  ") for text in texts if text.zh or text.en]
    y = bottom + 0.75 * em + 1.28 * em * (len(lines) - 1)
    reach = right
    for line in lines:
        line = shortened(line, 150 * theme.factor, size)
        page.text(right, y, line, size, align="right")
        reach = min(reach, right - text_width_mm(line, size))
        y -= 1.28 * em
    return reach


def draw_printed(page: Page, at: Layout, printed: Text, wording: Wording) -> None:
    """Who printed the sheet, when and for what: in the lower margin, where no copy loses it."""
    size, margin = at.theme.small, at.paper.margin_mm
    line = shortened(wording.one(printed, "  ·  "), at.width_mm - 2 * margin, size)
    baseline = max(0.5 * margin - 0.3 * size * MM_PER_POINT, 3.2 + 0.12 * size * MM_PER_POINT)
    page.text(at.width_mm - margin, baseline, line, size, align="right", colour=GREY)


def draw_watermark(page: Page, frame: Box, words: str) -> None:
    """Name and time across the map, pale enough to read everything through it, too often to be cut away."""
    x0, y0, x1, y1 = frame
    size = 0.36 * (x1 - x0) / max(text_width_mm(words, 1.0), 1e-6)
    size = min(size, 0.09 * (y1 - y0) / MM_PER_POINT)
    for row in (1, 3, 5):
        for column in (1, 3):
            page.faint(x0 + column / 4 * (x1 - x0), y0 + row / 6 * (y1 - y0), words, size, angle_deg=20.0)
