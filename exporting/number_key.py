"""Letters on the map for what its names found no room for, and the list beside the map that explains them."""

from dataclasses import dataclass

import shapely

from exporting.fonts import ASCENT, MM_PER_POINT, wrapped
from exporting.label_placing import APART_MM, Label, Line, Placed, place_beside, place_in_area, place_on_leader
from exporting.map_names import Missing, Namer
from exporting.page import INK, Page
from exporting.sheet_layout import SMALLEST_PT, Theme, Wording
from layers.definition.text import Text

KEY_TITLE = Text("图上字母", "Letters on the map")
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # without I and O, which read as 1 and 0; beats alone have numbers
REACHES_MM, SHORT_MM = (32.0, 70.0), (12.0,)
"""How far a leader may lead, the nearest first: a long leader is better than a name that nobody finds."""
FEW = 60  # with more than that all but short leaders would be a tangle


def letters(at: int) -> str:
    """The mark of entry `at`, counted from 0: A to Z, then AA, AB and so on."""
    mark = LETTERS[at % len(LETTERS)]
    return mark if at < len(LETTERS) else letters(at // len(LETTERS) - 1) + mark


def is_mark(entry: str) -> bool:
    """Whether an entry of the key stands on the map, and not only its beat in brackets."""
    return not entry.startswith("(")


def number_key(namer: Namer, missing: tuple[Missing, ...], first: int = 0) -> list[tuple[str, Text]]:
    """Letters on the map for areas and places whose names found no room, with the list that explains them.

    Where a letter has no room in its area it stands outside on a leader; where even that finds none the list says the beat
    instead, in brackets: nothing goes unnamed. `first`: how many letters are given away already.
    """
    key: list[tuple[str, Text]] = []
    for item in missing:
        if item.kind == "beat":
            key.append((f"({item.code})", item.name))
            continue
        mark = letters(sum(is_mark(entry) for entry, _ in key) + first)
        placed = _placed(namer, item, _forms(mark, namer.theme), len(missing) <= FEW)
        if placed is not None:
            namer.placed.append(placed)
            key.append((mark, item.name))
        else:
            key.append((f"({namer.beat_at(item.area)})", item.name))
    return sorted(key, key=lambda entry: not is_mark(entry[0]))


def _forms(mark: str, theme: Theme) -> list[Label]:
    """A letter as large as a unit's name, and smaller for where that does not fit."""
    sizes = dict.fromkeys(max(size, SMALLEST_PT) for size in (theme.unit, theme.place))
    return [Label((Line(mark, size, bold=True, colour=INK),)) for size in sizes]


def _placed(namer: Namer, item: Missing, labels: list[Label], few: bool) -> Placed | None:
    """The letter in its area or beside its point, else on the shortest leader that there is room for."""
    taken, frame = namer.taken, namer.view.frame
    if item.area.geom_type == "Point":
        placed = place_beside("key", item.code, item.area.x, item.area.y, 1.6 * namer.theme.factor, labels, taken, frame)
    else:
        placed = place_in_area("key", item.code, namer.clear_of_parks(item.area), labels, taken)
    for reach_mm in REACHES_MM if few else SHORT_MM:
        placed = placed or place_on_leader("key", item.code, item.area, labels, taken, frame, reach_mm=reach_mm)
    return placed or _where_a_beat_gives_way(namer, item, labels)


def _where_a_beat_gives_way(namer: Namer, item: Missing, labels: list[Label]) -> Placed | None:
    """The letter in an area that the label of its beat hides, if that label finds another place or form."""
    taken = namer.taken
    for hiding in [p for p in namer.placed if p.kind == "beat" and not p.leader and shapely.box(*p.box).intersects(item.area)]:
        before = taken.boxes
        taken.remove(hiding.covers, APART_MM)
        placed = place_in_area("key", item.code, item.area, labels, taken) if item.area.geom_type == "Polygon" else None
        moved = namer.beat_again(hiding.code) if placed is not None else None
        if moved is not None:
            namer.placed[namer.placed.index(hiding)] = moved
            return placed
        taken.boxes = before
    return None


@dataclass(frozen=True)
class NumberKey:
    """The names of areas that carry only a letter on the map."""

    entries: tuple[tuple[str, Text], ...]
    wording: Wording
    theme: Theme
    title: Text = KEY_TITLE

    def _lines(self, width: float) -> list[str]:
        words = [f"{mark} {self.wording.one(name)}" for mark, name in self.entries]
        if self.title is KEY_TITLE and any(not is_mark(mark) for mark, _ in self.entries):
            words.append(self.wording.one(Text("（括号内为所在警务区）", "(in brackets: the beat it lies in)")))
        return wrapped(("，" if self.wording.names == "zh" else ", ").join(words), width, self.theme.small, is_list=True)

    def height(self, width: float) -> float:
        """Height in mm."""
        return 1.5 * self.theme.heading * MM_PER_POINT + len(self._lines(width)) * self.theme.small * MM_PER_POINT * 1.25

    def draw(self, page: Page, x: float, top: float, width: float) -> float:
        """Draw it down from `top`; returns where it ends."""
        t = self.theme
        page.text(x, top - ASCENT * t.heading * MM_PER_POINT, self.wording.one(self.title, "  "), t.heading, bold=True)
        y = top - 1.5 * t.heading * MM_PER_POINT
        for line in self._lines(width):
            page.text(x, y - ASCENT * t.small * MM_PER_POINT, line, t.small)
            y -= t.small * MM_PER_POINT * 1.25
        return y
