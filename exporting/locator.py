"""The locator: where the mapped ground lies in its county, or in its town. No border above the county is ever drawn."""

from dataclasses import dataclass
from typing import Any

import shapely

from exporting.fonts import MM_PER_POINT, shortened, text_width_mm
from exporting.map_body import TOWN_BAND, TOWN_LINE
from exporting.page import GREY, INK, Page
from exporting.sheet_content import SheetData
from exporting.sheet_furniture import MARK_RED
from exporting.sheet_layout import Theme, Wording
from layers.definition.text import Text
from layers.drawing.print_map import outline_of


@dataclass(frozen=True)
class Locator:
    """County, town and subject or part in a small box; empty where the sheet shows the whole of all that is known."""

    data: SheetData
    wording: Wording
    theme: Theme

    @property
    def _around(self) -> list[Any]:
        county, whole = self.data.table("county"), self.data.subject is self.data.town and self.data.part is None
        return [*county.geometry, self.data.town] if len(county) else [] if whole else [self.data.town]

    @property
    def size_mm(self) -> tuple[float, float]:
        """Width and height of the box without its caption; 0, 0 for none."""
        if not self._around:
            return 0.0, 0.0
        x0, y0, x1, y1 = shapely.total_bounds(self._around)
        high = 40.0 * self.theme.factor
        wide = max(high * (x1 - x0) / (y1 - y0), 0.6 * high)
        return (wide, high) if wide <= 1.25 * high else (1.25 * high, max(1.25 * high * (y1 - y0) / (x1 - x0), 0.5 * high))

    @property
    def height_mm(self) -> float:
        """Height with the caption."""
        high = self.size_mm[1]
        return high + 1.5 * self.theme.small * MM_PER_POINT if high else 0.0

    def draw(self, page: Page, x: float, top: float) -> None:
        """Draw it with its upper left corner there."""
        (wide, high), around = self.size_mm, self._around
        if not around:
            return
        x0, y0, x1, y1 = shapely.total_bounds(around)
        factor = min((wide - 2) / (x1 - x0), (high - 2) / (y1 - y0))
        middle = ((x0 + x1) / 2, (y0 + y1) / 2)

        def moved(geometry: Any) -> Any:
            shape = shapely.transform(geometry, lambda xy: (xy - middle) * factor + (x + wide / 2, top - high / 2))
            return outline_of(shapely.simplify(shape, 0.05))

        page.box((x, top - high, x + wide, top), edge=INK, fill="#fbfbf9", width_pt=0.5, z=40)
        for geometry in self.data.table("county").geometry:
            if (outline := moved(geometry)) is not None:
                page.shape(outline, fill="#e9e7df", edge="#6f6f6f", width_pt=0.6, z=41)
        about = self.data.subject is not self.data.town or self.data.part is not None
        town, subject = moved(self.data.town), moved(self.data.subject)
        if town is not None:
            page.shape(town, fill=TOWN_BAND if about else TOWN_LINE, edge=TOWN_LINE, width_pt=0.4, z=42, alpha=0.85)
        if self.data.subject is not self.data.town and subject is not None:
            page.shape(subject, fill=MARK_RED, edge=MARK_RED, width_pt=0.8, z=43)
        if self.data.part is not None and (part := moved(self.data.part)) is not None:
            page.shape(part, edge=MARK_RED, width_pt=0.9, z=43)
        small, room = self.theme.small, max(wide, 24 * self.theme.factor)
        caption = next(
            (each for each in self._captions() if text_width_mm(each, small) <= room), shortened(self._captions()[-1], room, small)
        )
        page.text(x, top - high - 1.2 * small * MM_PER_POINT, caption, small, colour=GREY)

    def _captions(self) -> tuple[str, ...]:
        """What it is called, in all languages of the sheet and in the leading one."""
        county, said = self.data.table("county"), Text("位置图", "Locator")
        if len(county):
            chinese = str(county["name"].iloc[0])
            english = str(county["name_en"].iloc[0]) if "name_en" in county and county["name_en"].iloc[0] else chinese
            said = Text(f"位置图：{chinese}", f"Locator: {english}")
        return self.wording.one(said, " "), said.in_(self.wording.language)
