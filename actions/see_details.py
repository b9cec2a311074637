"""What the panel says about one thing on the map: its fields in words, and what lies in it."""

from dataclasses import dataclass
from datetime import datetime

import pandas as pd

from actions.caller import Caller
from actions.permissions import may
from actions.see_map import PlanOnMap, incident_counts
from analysis.incident_filter import IncidentFilter
from layers import LAYERS
from layers.definition.layer import Field, Sensitivity
from layers.definition.refusal import Refusal
from layers.definition.text import Text

PERSONS = Text("{n:,} 人", "{n:,} persons")
DWELLINGS = Text("{n:,} 户", "{n:,} dwellings")


@dataclass(frozen=True)
class Details:
    """One thing on the map in words: title, the layer's name, and rows of (what, value)."""

    layer: str
    code: str
    title: Text
    kind: Text
    rows: tuple[tuple[Text, Text], ...]


def see_details(caller: Caller, layer: str, code: str, on_map: PlanOnMap | None, chosen: IncidentFilter | None) -> Details:
    """Details of a feature. Refused: an unknown layer or code, or a layer above the caller's level."""
    caller.must("see_map")
    if layer == "incidents":
        return _incident(caller, code)
    row = _row(caller, layer, code, on_map)
    shown = caller.permitted(layer, pd.DataFrame([row])).iloc[0]
    rows = [
        (field.title, _worded(field, shown))
        for field in LAYERS[layer].fields
        if field.name in shown and field.name not in ("name", "name_en", "unit_code") and _has_value(shown[field.name])
    ]
    rows += _where(caller, row, on_map)
    cells = _cells(caller, layer, code, on_map)
    if cells:
        rows += _sums(caller, layer, cells)
        if chosen is not None and may("see_density", caller.role):
            n = incident_counts(caller, chosen, cells)
            rows.append((Text("警情（按当前筛选）", "incidents (as filtered)"), Text(f"{n:,} 起", f"{n:,} incidents")))
    return Details(layer, code, Text(row["name"], row["name_en"] or row["name"]), LAYERS[layer].title, tuple(rows))


def _incident(caller: Caller, number: str) -> Details:
    """An incident by its row, which is how the map names it."""
    caller.must("see_incidents")
    table = caller.model.incidents
    if not (number.isdigit() and int(number) < len(table)):
        raise Refusal(Text("地图上没有这起警情。", "There is no such incident on the map."))
    row = table.iloc[int(number)]
    layer = LAYERS["incidents"]
    rows = [(field.title, _worded(field, row)) for field in layer.fields if field.name != "code" and _has_value(row[field.name])]
    caller.note("see_incidents", str(row["code"]))
    return Details("incidents", number, Text(f"警情 {row['code']}", f"Incident {row['code']}"), layer.title, tuple(rows))


def _row(caller: Caller, layer: str, code: str, on_map: PlanOnMap | None) -> pd.Series:
    tables = dict(caller.model.layers)
    if on_map is not None:
        tables["beats"] = on_map.beats
        if on_map.officers is not None:
            tables["officers"] = on_map.officers
    table = tables.get(layer)
    rows = None if table is None else table[table["code"] == code]
    if rows is None or rows.empty:
        raise Refusal(
            Text("地图上没有 {layer} {code}。", "There is no {layer} {code} on the map.").fill(layer=str(layer)[:40], code=str(code)[:40])
        )
    return rows.iloc[0]


def _where(caller: Caller, row: pd.Series, on_map: PlanOnMap | None) -> list[tuple[Text, Text]]:
    """The unit a place or cell lies in, and the beat of a cell's plan."""
    units = caller.model.units
    unit = row.get("unit_code")
    if unit not in units.index:
        return []
    found = units.loc[unit]
    return [(Text("所属社区/村", "unit"), Text(found["name"], found["name_en"] or found["name"]))]


def _cells(caller: Caller, layer: str, code: str, on_map: PlanOnMap | None) -> tuple[str, ...]:
    cells = caller.model.cells
    if layer in ("communities", "villages"):
        return tuple(cells.loc[cells["unit_code"] == code, "code"])
    if layer == "beats" and on_map is not None:
        plan = caller.store.plan(on_map.header.id)
        return plan.cells_of(code)
    return (code,) if layer == "grid_cells" else ()


def _sums(caller: Caller, layer: str, cells: tuple[str, ...]) -> list[tuple[Text, Text]]:
    rows = caller.model.cells.loc[[cell for cell in cells if cell in caller.model.cells.index]]
    area = float(rows["area_km2"].sum())
    shown = []
    if layer in ("communities", "villages") and caller.level >= Sensitivity.INTERNAL:
        n = len(rows)
        shown = [
            (Text("网格", "cells"), Text(f"{n} 个", f"{n} cells")),
            (Text("房屋", "dwellings"), DWELLINGS.fill(n=int(rows["dwellings"].sum()))),
            (Text("人口", "persons"), PERSONS.fill(n=int(rows["persons"].sum()))),
        ]
        if caller.level >= Sensitivity.STAFF:
            shown += _staff_of(caller, str(rows["unit_code"].iloc[0]) if n else "")
    if layer != "beats":
        shown.append((Text("面积", "area"), Text(f"{area:,.2f} 平方公里", f"{area:,.2f} km²")))
    return shown


def _staff_of(caller: Caller, unit: str) -> list[tuple[Text, Text]]:
    model = caller.model
    mine = model.assignments[(model.assignments["target_kind"] == "unit") & (model.assignments["target_code"] == unit)]
    kinds = {
        "officer": Text("社区民警", "officer"),
        "auxiliary": Text("辅警", "auxiliaries"),
        "village_auxiliary": Text("村辅警", "village auxiliary"),
    }
    shown = []
    for kind, title in kinds.items():
        people = [
            model.staff.loc[code] for code in mine["staff_code"] if code in model.staff.index and model.staff.at[code, "kind"] == kind
        ]
        if people:
            shown.append((title, Text("、".join(p["name"] for p in people), ", ".join(p["name_en"] or p["name"] for p in people))))
    return shown


def _worded(field: Field, row: pd.Series) -> Text:
    """A value in words; a row may carry its own English wording beside a field."""
    value = _plain(row[field.name])
    text = field.shown(f"{value:%Y-%m-%d %H:%M}" if isinstance(value, datetime) else value)
    english = row.get(f"{field.name}_en")
    return Text(text.zh, str(english)) if _has_value(english) else text


def _plain(value: object) -> object:
    return value.item() if hasattr(value, "item") else value


def _has_value(value: object) -> bool:
    return not (value is None or value == "" or pd.isna(value))
