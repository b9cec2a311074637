"""Numbers on the map for what its names found no room for, and the list beside the map that explains them."""

from dataclasses import dataclass

from exporting.fonts import ASCENT, MM_PER_POINT, wrapped
from exporting.label_placing import Label, Line, place_beside, place_in_area, place_on_leader
from exporting.map_names import UNIT_INK, Missing, Namer
from exporting.page import Page
from exporting.sheet_layout import SMALLEST_PT, Theme, Wording
from layers.definition.text import Text

KEY_TITLE = Text("图上编号", "Numbers on the map")


def number_key(namer: Namer, missing: tuple[Missing, ...], first: int = 1) -> list[tuple[str, Text]]:
    """Numbers on the map for areas and places whose names found no room, with the list that explains them.

    Where not even a number finds room the list says the beat instead, in brackets: nothing goes unnamed.
    """
    key: list[tuple[str, Text]] = []
    for item in missing:
        number = str(sum(entry[0].isdigit() for entry in key) + first)
        label = Label((Line(number, max(namer.theme.unit, SMALLEST_PT), bold=True, colour=UNIT_INK),))
        if item.kind == "beat":
            key.append((f"({item.code})", item.name))
            continue
        if item.area.geom_type == "Point":
            placed = place_beside(
                "key", item.code, item.area.x, item.area.y, 1.6 * namer.theme.factor, [label], namer.taken, namer.view.frame
            )
        else:
            placed = place_in_area("key", item.code, item.area, [label], namer.taken)
        placed = placed or place_on_leader("key", item.code, item.area, [label], namer.taken, namer.view.frame)
        if placed is not None:
            namer.placed.append(placed)
            key.append((number, item.name))
        else:
            key.append((f"({namer.beat_at(item.area)})", item.name))
    return sorted(key, key=lambda entry: not entry[0].isdigit())


@dataclass(frozen=True)
class NumberKey:
    """The names of areas that carry only a number on the map."""

    entries: tuple[tuple[str, Text], ...]
    wording: Wording
    theme: Theme
    title: Text = KEY_TITLE

    def _lines(self, width: float) -> list[str]:
        words = [f"{number} {self.wording.one(name)}" for number, name in self.entries]
        if any(not number.isdigit() for number, _ in self.entries):
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
