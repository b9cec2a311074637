"""The tables beside a map: its beats or units, what changes hands, and on the sheet of one beat or officer its cells and places."""

from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from exporting.fonts import MM_PER_POINT, text_width_mm
from exporting.index_table import Column, IndexTable, Row, number_text
from exporting.sheet_content import SheetData, lead_of, name_of, word
from exporting.sheet_layout import Theme, Wording
from layers import LAYERS
from layers.definition.text import Text

NUMBERS = (
    ("dwellings", Text("户数", "Homes"), 0),
    ("persons", Text("人口", "Persons"), 0),
    ("area_km2", Text("面积 km²", "Area km²"), 2),
    ("incidents_year", Text("年警情", "Incid./yr"), 0),
    ("workload_h_week", Text("工时/周", "Hours/wk"), 1),
)
CELL_NUMBERS = (*NUMBERS[:2], ("organisations", Text("单位", "Orgs."), 0), NUMBERS[2])
KEY_PLACES = ("police_rooms", "schools", "industrial_parks", "rural_parks", "risk_places", "fire_hazards")


def beat_table(data: SheetData, wording: Wording, theme: Theme, detail: int) -> IndexTable:
    """The beats by number. `detail` 2 names their units, or the places that the theme lists, in both languages, 1 in one, 0 not at all."""
    beats = data.beats
    shown = beats[[data.subject.intersects(g.representative_point()) for g in beats.geometry]]
    numbers = [item for item in NUMBERS if item[0] in shown and shown[item[0]].notna().any()]
    leads = {str(row.code): wording.lines(lead_of(row)) for row in shown.itertuples()}
    has_lead = any(leads.values())
    lists = _lists(data, shown, wording, detail)
    columns = [Column(Text("编号", "No."), swatch=True), Column(Text("警务区", "Beat"), share=1.0)]
    if has_lead:
        columns.append(Column(Text("责任民警", "Lead"), share=0.0 if _short(leads.values()) else 0.7))
    if lists:
        columns.append(Column(data.theme.listed_as, share=1.5, is_list=True))
    columns += [Column(heading, number=True) for _, heading, _ in numbers]
    rows = []
    for row in shown.itertuples():
        cells: list[tuple[str, ...]] = [(str(row.code),), tuple(wording.lines(name_of(row)))]
        if has_lead:
            cells.append(tuple(leads[str(row.code)]) or ("",))
        if lists:
            cells.append(lists[str(row.code)])
        cells += [(number_text(getattr(row, key), digits),) for key, _, digits in numbers]
        rows.append(Row(tuple(cells), data.colours[row.code], hatch=data.variant.hatch_of(data.colours[row.code])))
    if len(shown) > 1:
        totals = [(number_text(shown[key].sum(), digits),) for key, _, digits in numbers]
        label = tuple(wording.lines(Text("合计", "Total")))
        empty: list[tuple[str, ...]] = [("",)] * (len(columns) - len(numbers) - 2)
        rows.append(Row((("",), (" ".join(label),), *empty, *totals), bold=True))
    return IndexTable(Text("警务区一览表", "Index of beats"), tuple(columns), tuple(rows), wording, theme)


def _lists(data: SheetData, shown: Any, wording: Wording, detail: int) -> dict[str, tuple[str, ...]]:
    """By beat the names of its units, or of the places that the theme lists, a line per language; empty where nothing is known."""
    if not detail:
        return {}
    units = {str(row.code): (word(getattr(row, "units_zh", "")), word(getattr(row, "units_en", ""))) for row in shown.itertuples()}
    known = {code: Text(chinese or english, english or chinese) for code, (chinese, english) in units.items()}
    if data.theme.listed:
        places = [data.table(key) for key in data.theme.listed]
        named = {row.code: [name for table in places for name in _names_in(table, row.geometry)] for row in shown.itertuples()}
        known = {str(code): _joined(names) for code, names in named.items()}
    lines = {code: tuple(wording.lines(text)) or ("",) for code, text in known.items()}
    return {code: each[:detail] for code, each in lines.items()} if any(each != ("",) for each in lines.values()) else {}


def _names_in(table: Any, area: Any) -> list[Text]:
    """The names of a layer's places in an area."""
    inside = table[table.representative_point().within(area)] if len(table) else table
    return [name_of(row) for row in inside.itertuples() if name_of(row).zh]


def unit_table(data: SheetData, wording: Wording, theme: Theme) -> IndexTable | None:
    """The communities and villages with their counts summed over cells, for a sheet without a plan; None without units."""
    units = data.units
    if not len(units):
        return None
    cells = data.table("grid_cells")
    numbers = [item for item in NUMBERS[:2] if item[0] in cells and "unit_code" in cells]
    sums = cells.groupby("unit_code")[[item[0] for item in numbers]].sum() if numbers else pd.DataFrame()
    columns = [Column(Text("序号", "No.")), Column(Text("社区、村", "Community, village"), share=1.0)]
    columns += [Column(heading, number=True) for _, heading, _ in (*numbers, NUMBERS[2])]
    rows = []
    for at, row in enumerate(units.sort_values("code", kind="stable").itertuples(), 1):
        counts = [(number_text(sums[key].get(row.code), digits),) for key, _, digits in numbers]
        area = (number_text(row.geometry.area / 1e6, 2),)
        rows.append(Row(((str(at),), (wording.one(name_of(row)),), *counts, area)))
    return IndexTable(Text("社区、村一览表", "Index of communities and villages"), tuple(columns), tuple(rows), wording, theme, tight=0.5)


def cell_table(data: SheetData, wording: Wording, theme: Theme) -> IndexTable | None:
    """The cells of the beats that the sheet is about, with their counts; None on a sheet of the whole town."""
    cells = data.table("grid_cells")
    if data.subject is data.town or not len(cells):
        return None
    cells = cells[cells.representative_point().within(data.subject)].sort_values("code", kind="stable")
    cells = cells.assign(area_km2=cells.geometry.area / 1e6)
    numbers = [item for item in CELL_NUMBERS if item[0] in cells and cells[item[0]].notna().any()]
    columns = [Column(Text("网格", "Cell"), share=1.0), *(Column(heading, number=True) for _, heading, _ in numbers)]
    rows = [
        Row(((wording.one(name_of(row), "  "),), *((number_text(row[key], digits),) for key, _, digits in numbers)))
        for _, row in cells.iterrows()
    ]
    return IndexTable(Text("网格一览表", "Index of cells"), tuple(columns), tuple(rows), wording, theme, tight=0.6)


def place_table(data: SheetData, wording: Wording, theme: Theme) -> IndexTable | None:
    """Key places of the beats that the sheet is about, by kind; None on a sheet of the whole town and where there are none."""
    if data.subject is data.town:
        return None
    found = {key: _names_in(data.table(key), data.subject) for key in KEY_PLACES}
    columns = (
        Column(Text("类别", "Kind"), share=0.5),
        Column(Text("数量", "Count"), number=True),
        Column(Text("名称", "Names"), share=1.5, is_list=True),
    )
    rows = [
        Row((tuple(wording.lines(LAYERS[key].title)), (str(len(each)),), tuple(wording.lines(_joined(each)))))
        for key, each in found.items()
        if each
    ]
    return IndexTable(Text("重点场所", "Key places"), columns, tuple(rows), wording, theme, tight=0.8) if rows else None


def _joined(names: Sequence[Text]) -> Text:
    return Text("、".join(name.zh for name in names), ", ".join(name.en for name in names))


def moved_table(data: SheetData, wording: Wording, theme: Theme) -> IndexTable | None:
    """The cells that change hands, with the beat before and after; None where none does."""
    if data.change is None or not len(data.change.moved):
        return None
    homes = "dwellings" in data.change.moved
    from_to = (Text("原警务区", "From"), Text("新警务区", "To"))
    columns = [Column(Text("网格", "Cell"), share=1.0), *(Column(heading, number=True) for heading in from_to)]
    columns += [Column(NUMBERS[0][1], number=True)] if homes else []
    rows = []
    for _, row in data.change.moved.sort_values("cell", kind="stable").iterrows():
        homes_text = [(number_text(row["dwellings"]),)] if homes else []
        rows.append(Row((tuple(wording.lines(name_of(row))), (word(row["before"]),), (word(row["after"]),), *homes_text)))
    return IndexTable(Text("换区网格", "Cells that move"), tuple(columns), tuple(rows), wording, theme, tight=0.6)


def balance_table(data: SheetData, wording: Wording, theme: Theme) -> IndexTable | None:
    """Homes of every beat that gives or takes cells, before and after; None where homes are not known or nothing moves."""
    change, beats = data.change, data.beats
    if data.theme.fill != "moved" or change is None or not len(change.moved) or "dwellings" not in change.moved or "dwellings" not in beats:
        return None
    taken, given = (change.moved.groupby(side)["dwellings"].sum() for side in ("after", "before"))
    columns = [Column(Text("编号", "No."), swatch=True), Column(Text("警务区", "Beat"), share=1.0)]
    heads = (Text("调整前户数", "Homes before"), Text("调整后", "after"), Text("增减", "change"))
    columns += [Column(heading, number=True) for heading in heads]
    rows = []
    for row in beats.sort_values("code", kind="stable").itertuples():
        if row.code in taken.index or row.code in given.index:
            more = float(taken.get(row.code, 0) - given.get(row.code, 0))
            sign = "+" if more > 0 else "−" if more < 0 else "±"
            counts = ((number_text(row.dwellings - more),), (number_text(row.dwellings),), (f"{sign}{number_text(abs(more))}",))
            rows.append(Row(((str(row.code),), (wording.one(name_of(row), "  "),), *counts)))
    return IndexTable(Text("警务区户数变化", "Homes of beats, before and after"), tuple(columns), tuple(rows), wording, theme, tight=0.8)


def _short(leads: Iterable[Sequence[str]]) -> bool:
    """Whether no lead is longer than nine Chinese characters."""
    return max((text_width_mm(line, 1) for lines in leads for line in lines), default=0.0) <= 9 * MM_PER_POINT
