"""What stands on each page of a map book, gathered with the permitted fields only: figures, neighbours, places, staff, live address."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

import numpy as np
import pandas as pd
import shapely

from actions.caller import Caller
from actions.measure_plan import measured
from actions.my_area import KEY_PLACES, NAMED_PLACES, as_of
from actions.sheet_wish import INTERNAL_LAYERS
from actions.staff_names import staff_name
from analysis.disclosure import CAUTION, suppress_table
from analysis.incident_filter import IncidentFilter, year_up_to
from layers import LAYERS
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from layers.incidents import CLASS_OF, CLASSES
from planning.beat_outlines import beat_neighbours
from planning.plan import Beat, Plan
from planning.staffing import on_day

if TYPE_CHECKING:  # matplotlib and typst come with it: needed only by those who print
    from exporting.map_book import BookPage, CellRow, Contact, Figures, Near, Places

NOTHING = Text("", "")
BY: dict[str, Text] = {"beat": Text("警务区", "beat"), "officer": Text("民警", "officer"), "unit": Text("社区和村", "unit")}
"""What the pages can be about."""
MOST_NAMES = 14  # of one kind of place on a page; the count tells the rest
KINDS: dict[str, Text] = {
    "officer": Text("民警", "Officers"),
    "auxiliary": Text("辅警", "Auxiliaries"),
    "village_auxiliary": Text("村辅警", "Village auxiliaries"),
    "grid_worker": Text("网格员", "Grid workers"),
}


@dataclass(frozen=True)
class BookWish:
    """What to print: plan (None: the one in force), a page per beat | officer | unit, names zh | en | both.

    `staff`: names of staff on it. `public`: for the public with its `review_number`; staff, incidents, workload and internal layers
    are then left out. `exact`: incident counts of 1 to 4 as they are, for those who may see them. `address`: where the app is
    reached, for the QR codes; empty for none.
    """

    plan_id: str | None = None
    by: str = "beat"
    names: str = "both"
    staff: bool = True
    public: bool = False
    review_number: str = ""
    exact: bool = False
    watermark: bool = False
    purpose: str = ""
    address: str = ""


@dataclass(frozen=True)
class Part:
    """One page before it is worded: code, number, name, its beats or unit, its cells."""

    code: str
    number: str
    title: Text
    beats: tuple[Beat, ...]
    unit: str
    cells: tuple[str, ...]


def parts_of(caller: Caller, plan: Plan, wish: BookWish) -> tuple[Part, ...]:
    if wish.by not in BY:
        raise no_such("分页方式", "way to make pages", wish.by, tuple(BY))
    model = caller.model
    if wish.by == "beat":
        parts = [Part(b.code, b.code, b.title, (b,), "", plan.cells_of(b.code)) for b in plan.beats]
    elif wish.by == "unit":
        parts = [
            Part(str(row.code), str(at), Text(row.name, row.name_en or row.name), (), str(row.code), ())
            for at, row in enumerate(model.units.itertuples(index=False, name="Row"), 1)
        ]
        of_unit = {str(unit): tuple(codes) for unit, codes in model.cells.groupby("unit_code", sort=False)["code"]}
        parts = [replace(part, cells=of_unit.get(part.code, ())) for part in parts]
    elif wish.public:
        raise Refusal(
            Text("公开的地图册不能按民警分页。", "A public book can't have a page per officer."),
            Text("请按警务区或社区分页。", "Make a page per beat or unit."),
        )
    else:
        leads = [code for code in model.staff.index if plan.beats_led_by(code)]
        led = {code: plan.beats_led_by(code) for code in leads}
        parts = [
            Part(code, "、".join(b.code for b in led[code]), staff_name(model.staff, code), led[code], "", _cells_of(plan, led[code]))
            for code in leads
        ]
    return tuple(part for part in parts if part.cells)


def _cells_of(plan: Plan, beats: Iterable[Beat]) -> tuple[str, ...]:
    codes = {beat.code for beat in beats}
    return tuple(cell for cell, owner in plan.beat_of.items() if owner in codes)


class Pages:
    """The pages of one book while they are worded."""

    def __init__(self, caller: Caller, plan: Plan, wish: BookWish, parts: tuple[Part, ...]) -> None:
        self.caller, self.plan, self.wish, self.parts, self.model = caller, plan, wish, parts, caller.model
        self.named = wish.staff and not wish.public
        self.day = as_of(caller)
        self.year = IncidentFilter(year_up_to(self.day), self.day)
        self.measured = None if wish.public else measured(self.model, caller.store, plan)
        self.shown = None if wish.public else self._incidents()
        self.pairs = beat_neighbours(self.model.graph, plan.beat_of)
        self.touching = self._touching_units() if wish.by == "unit" else {}
        self.places = {key: self.model.layers[key] for key in KEY_PLACES if key not in (INTERNAL_LAYERS if wish.public else ())}
        self.spots = {key: shapely.point_on_surface(table.geometry.to_numpy()) for key, table in self.places.items()}

    def all(self) -> "tuple[BookPage, ...]":
        """Every page in order."""
        return tuple(self._page(part) for part in self.parts)

    def total(self) -> "Figures":
        """Sums over all cells of the pages, each once."""
        cells = tuple(dict.fromkeys(cell for part in self.parts for cell in part.cells))
        return self._figures(cells, "total")

    @property
    def incidents_about(self) -> Text:
        """Period and rule of the incident counts."""
        if self.shown is None:
            return NOTHING
        period = Text(
            "警情为 {first} 至 {last} 的起数，按网格所在统计。", "Incidents of {first} to {last}, counted by the cell they lie in."
        )
        said = period.fill(first=self.year.first, last=self.year.last)
        return said if self.wish.exact else Text(f"{said.zh}{CAUTION.zh}", f"{said.en} {CAUTION.en}")

    @property
    def about(self) -> tuple[Text, ...]:
        """What a reader must know of the rest."""
        fixed = Text(
            "颜色只区分相邻区；红线围出本页区域。编号和名称可点击跳转。人口、房屋为统计数，不含个人信息。",
            "Colours only tell neighbours apart; the red line is the area of the page. Numbers and names lead to their pages. "
            "Persons and dwellings are counts; no resident is named.",
        )
        return (fixed, *(self.measured.about if self.measured is not None else ()))

    def _page(self, part: Part) -> "BookPage":
        from exporting.book_pages import Area
        from exporting.map_book import BookPage

        rows = self.model.cells.loc[list(part.cells)]
        units = [code for code in dict.fromkeys(rows["unit_code"]) if code in self.model.units.index]
        owners = dict.fromkeys(owner for owner in map(self.plan.beat_of.get, part.cells) if owner is not None)
        beats = tuple(self.plan.beat(code) for code in owners)
        return BookPage(
            code=part.code,
            number=part.number,
            title=part.title,
            area=Area(unit=part.unit) if part.unit else Area(tuple(beat.code for beat in part.beats)),
            figures=self._figures(part.cells, part.code),
            lead=self._lead(part.beats[0]) if self.wish.by == "beat" else NOTHING,
            units=() if self.wish.by == "unit" else tuple(self._unit(code) for code in units),
            beats=() if self.wish.by == "beat" else tuple(self._beat(beat) for beat in beats),
            neighbours=self._neighbours(part),
            contacts=self._contacts(units),
            places=self._places(part.cells),
            cells=() if self.wish.public else self._cells(rows),
            link=self._link(part, beats),
        )

    def _figures(self, cells: tuple[str, ...], row: str) -> "Figures":
        from exporting.map_book import Figures

        rows = self.model.cells.loc[list(cells)]
        hours = None
        if self.measured is not None:
            hours = float(self.measured.workload.minutes_week.reindex(list(cells)).sum()) / 60
        counts: tuple[tuple[Text, str], ...] = ()
        if self.shown is not None:
            titles = {**CLASSES, "total": Text("合计", "all")}
            counts = tuple((title, str(self.shown.at[row, key])) for key, title in titles.items())
        keys = ("dwellings", "persons", "organisations")
        sums = {key: None if self.wish.public else int(rows[key].fillna(0).sum()) for key in keys}
        return Figures(len(rows), area_km2=float(rows["area_km2"].sum()), workload_h_week=hours, incidents=counts, **sums)

    def _cells(self, rows: pd.DataFrame) -> "tuple[CellRow, ...]":
        from exporting.map_book import CellRow

        shown = rows.sort_index(kind="stable").fillna({"dwellings": 0, "persons": 0})
        named = [Text(name, english or name) for name, english in zip(shown["name"], shown["name_en"], strict=True)]
        counts = zip(shown["dwellings"].astype(int), shown["persons"].astype(int), strict=True)
        return tuple(CellRow(title, *each) for title, each in zip(named, counts, strict=True))

    def _incidents(self) -> pd.DataFrame:
        """Incidents of twelve months by page and class with totals, as they may be shown: 1 to 4 hidden unless exact."""
        part_of = {cell: part.code for part in self.parts for cell in part.cells}
        incidents = self.model.incidents
        kept = incidents[self.year.keeps(incidents) & incidents["cell_code"].isin(list(part_of)).to_numpy()]
        kinds = kept["category"].map(CLASS_OF).fillna("other")
        counts = pd.crosstab(kept["cell_code"].map(part_of), kinds)
        counts = counts.reindex(index=[p.code for p in self.parts], columns=list(CLASSES), fill_value=0).astype(np.int64)
        if self.wish.exact:
            counts.loc["total"] = counts.sum()
            return counts.assign(total=counts.sum(axis=1)).map(lambda n: f"{n:,}")
        return suppress_table(counts).table.map(lambda mark: f"{int(mark):,}" if str(mark).isdigit() else str(mark))

    def _lead(self, beat: Beat) -> Text:
        if not self.named or beat.lead is None or beat.lead not in self.model.staff.index:
            return NOTHING
        return staff_name(self.model.staff, beat.lead)

    def _lead_of_unit(self, code: str) -> Text:
        """The lead of the beat that holds most of the unit's cells."""
        cells = self.model.cells["code"][self.model.cells["unit_code"] == code]
        owners = cells.map(self.plan.beat_of).dropna().value_counts(sort=True)
        return self._lead(self.plan.beat(str(owners.index[0]))) if len(owners) else NOTHING

    def _unit(self, code: str) -> Text:
        row = self.model.units.loc[code]
        return Text(row["name"], row["name_en"] or row["name"])

    def _beat(self, beat: Beat) -> Text:
        return Text(f"{beat.code} {beat.title.zh}", f"{beat.code} {beat.title.en}" if self.wish.names == "en" else beat.title.en)

    def _neighbours(self, part: Part) -> "tuple[Near, ...]":
        from exporting.map_book import Near

        if part.unit:
            number = {p.code: p.number for p in self.parts}
            near = [code for code in self.touching.get(part.code, ()) if code in self.model.units.index]
            return tuple(Near(number.get(code, ""), self._unit(code), self._lead_of_unit(code), code) for code in near)
        own = {beat.code for beat in part.beats}
        around = sorted({b for pair in self.pairs for b in pair if own & set(pair)} - own)
        page_of = {beat.code: p.code for p in self.parts for beat in p.beats}
        beats = [self.plan.beat(code) for code in around]
        return tuple(Near(b.code, b.title, self._lead(b), page_of.get(b.code, "")) for b in beats)

    def _touching_units(self) -> dict[str, tuple[str, ...]]:
        """Unit -> the units that share a border with it, by the borders of their cells."""
        graph = self.model.graph
        owners = graph.owners(self.model.cells["unit_code"].to_dict())
        pairs = {(str(a), str(b)) for a, b in owners[graph.edges[graph.border_m > 0]] if a is not None and b is not None and a != b}
        found: dict[str, set[str]] = {}
        for a, b in pairs:
            found.setdefault(a, set()).add(b)
            found.setdefault(b, set()).add(a)
        return {code: tuple(sorted(near)) for code, near in found.items()}

    def _contacts(self, units: list[str]) -> "tuple[Contact, ...]":
        """Staff that is assigned to the units today, by role; names alone, no number of any telephone exists."""
        from exporting.map_book import Contact

        if not self.named:
            return ()
        held = on_day(self.model.assignments, date.today())
        mine = held[(held["target_kind"] == "unit") & held["target_code"].isin(units)]
        staff = self.model.staff
        kinds: dict[str, dict[str, None]] = {}
        for code in dict.fromkeys(mine["staff_code"]):
            if code in staff.index:
                kinds.setdefault(str(staff.at[code, "kind"]), {})[code] = None
        return tuple(
            Contact(KINDS.get(kind, Text(kind, kind)), tuple(staff_name(staff, code) for code in codes))
            for kind, codes in sorted(kinds.items(), key=lambda item: list(KINDS).index(item[0]) if item[0] in KINDS else len(KINDS))
        )

    def _places(self, cells: tuple[str, ...]) -> "tuple[Places, ...]":
        from exporting.map_book import Places

        outline = shapely.coverage_union_all(self.model.cells.loc[list(cells)].geometry.to_numpy())
        shapely.prepare(outline)
        found = []
        for key, table in self.places.items():
            if not self.caller.may_see(LAYERS[key]) or not len(table):
                continue
            inside = table[shapely.intersects(outline, self.spots[key])]
            if len(inside):
                names = [Text(row.name, row.name_en or row.name) for row in inside[["name", "name_en"]].itertuples(index=False, name="Row")]
                listed = tuple(names[:MOST_NAMES]) if key in NAMED_PLACES else ()
                found.append(Places(LAYERS[key].title, len(inside), listed))
        return tuple(found)

    def _link(self, part: Part, beats: tuple[Beat, ...]) -> str:
        """The live page: an officer's area where staff may be named, else the plan on the map."""
        base = self.wish.address.strip().rstrip("/")
        if not base:
            return ""
        lead = part.code if self.wish.by == "officer" else next((b.lead for b in beats if b.lead), None)
        asked = {"officer": lead} if self.named and lead else {}
        return f"{quote(base, safe=':/@[]%')}/?{urlencode({**asked, 'plan': self.plan.header.id})}"


def no_such(zh: str, en: str, asked: str, known: tuple[str, ...]) -> Refusal:
    return Refusal(
        Text("没有{what}“{asked}”。", "There is no {what} '{asked}'.").fill(what=Text(zh, en), asked=asked[:30]),
        Text("可选：{known}。", "Choose one of: {known}.").fill(known=", ".join(known)),
    )
