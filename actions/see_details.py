"""What the panel says about one thing on the map: its fields in words, and what lies in it."""

from dataclasses import dataclass
from datetime import date, datetime

import pandas as pd
import shapely

from actions.caller import Caller
from actions.own_area import own_cells, own_incidents, own_rows
from actions.permissions import may
from actions.see_map import PlanOnMap, incident_counts
from actions.staff_names import acting_names
from analysis.incident_filter import IncidentFilter
from layers import LAYERS
from layers.definition.layer import Field, Sensitivity
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.staffing import on_day

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
    officer: Text | None = None
    """Who answers for it in the shown plan, for those who may see staff."""


def see_details(caller: Caller, layer: str, code: str, on_map: PlanOnMap | None, chosen: IncidentFilter | None) -> Details:
    """Details of a feature. Refused: an unknown layer or code, or a layer above the caller's level."""
    caller.must("see_map")
    if layer == "incidents":
        return _incident(caller, code, on_map)
    row = _row(caller, layer, code, on_map)
    shown = caller.permitted(layer, pd.DataFrame([row])).iloc[0]
    rows = [
        (field.title, _worded(field, shown))
        for field in LAYERS[layer].fields
        if field.name in shown and field.name not in ("name", "name_en", "unit_code") and _has_value(shown[field.name])
    ]
    rows += _where(caller, row)
    cells = _cells(caller, layer, code, on_map)
    beats = _beats(caller, layer, code, row, cells, on_map)
    rows += _beat_rows(layer, beats, on_map)
    if cells:
        rows += _sums(caller, layer, cells, (on_map.day if on_map is not None else None) or date.today())
        if chosen is not None and may("see_density", caller.role):
            n = incident_counts(caller, chosen, cells)
            rows.append((Text("警情（按当前筛选）", "incidents (as filtered)"), Text(f"{n:,} 起", f"{n:,} incidents")))
    title = Text(row["name"], row["name_en"] or row["name"])
    return Details(layer, code, title, LAYERS[layer].title, tuple(rows), _officer(caller, beats, on_map))


def _incident(caller: Caller, number: str, on_map: PlanOnMap | None) -> Details:
    """An incident by its row, which is how the map names it."""
    caller.must("see_incidents")
    table = own_incidents(caller)
    if not (number.isdigit() and int(number) < len(table)):
        raise Refusal(Text("地图上没有这起警情。", "There is no such incident on the map."))
    row = table.iloc[int(number)]
    layer = LAYERS["incidents"]
    rows = [(field.title, _worded(field, row)) for field in layer.fields if field.name != "code" and _has_value(row[field.name])]
    caller.note("see_incidents", str(row["code"]))
    plan = caller.store.plan(on_map.header.id) if on_map is not None else None
    beat = plan.beat_of.get(row["cell_code"]) if plan is not None and row["cell_code"] is not None else None
    beats = [beat] if beat is not None else []
    rows += _beat_rows("incidents", beats, on_map)
    title = Text(f"警情 {row['code']}", f"Incident {row['code']}")
    return Details("incidents", number, title, layer.title, tuple(rows), _officer(caller, beats, on_map))


def _row(caller: Caller, layer: str, code: str, on_map: PlanOnMap | None) -> pd.Series:
    tables = dict(caller.model.layers)
    if on_map is not None:
        tables["beats"] = on_map.beats
        if on_map.officers is not None:
            tables["officers"] = on_map.officers
    table = tables.get(layer)
    rows = None if table is None else table[table["code"] == code]
    if rows is not None:
        rows = own_rows(caller, layer, rows)
    if rows is None or rows.empty:
        raise Refusal(
            Text("地图上没有 {layer} {code}。", "There is no {layer} {code} on the map.").fill(layer=str(layer)[:40], code=str(code)[:40])
        )
    return rows.iloc[0]


def _where(caller: Caller, row: pd.Series) -> list[tuple[Text, Text]]:
    """The unit a place or cell lies in."""
    units = caller.model.units
    unit = row.get("unit_code")
    if unit not in units.index:
        return []
    found = units.loc[unit]
    return [(Text("所属社区/村", "unit"), Text(found["name"], found["name_en"] or found["name"]))]


def _beats(caller: Caller, layer: str, code: str, row: pd.Series, cells: tuple[str, ...], on_map: PlanOnMap | None) -> list[str]:
    """The beats of the shown plan that a thing lies in."""
    if on_map is None or layer in ("water", "roads", "county", "bridges"):
        return []
    if layer == "beats":
        return [code]
    if layer == "officers":
        return on_map.beats_of(code)
    plan = caller.store.plan(on_map.header.id)
    if not cells:
        shapes = caller.model.cells.geometry
        inside = shapes.index[shapes.intersects(shapely.point_on_surface(row["geometry"]))]
        cells = tuple(inside[:1])
    return sorted({beat for cell in cells if (beat := plan.beat_of.get(cell)) is not None})


def _beat_rows(layer: str, beats: list[str], on_map: PlanOnMap | None) -> list[tuple[Text, Text]]:
    """Beats with their leads, or for a beat the units it is made of."""
    if on_map is None or not beats or layer == "officers":
        return []
    found = on_map.beats[on_map.beats["code"].isin(beats)].to_dict("records")
    if layer == "beats":
        return [(Text("社区/村", "communities and villages"), Text(beat["units_zh"], beat["units_en"])) for beat in found]
    named = [Text(f"{b['code']} {b['name']}", f"{b['code']} {b['name_en']}") for b in found]
    rows = [(LAYERS["beats"].title, Text("、".join(n.zh for n in named), ", ".join(n.en for n in named)))]
    leads = [Text(b["lead"], b.get("lead_en") or b["lead"]) for b in found if b.get("lead")]
    if leads:
        rows.append((LAYERS["beats"].field("lead").title, Text("、".join(n.zh for n in leads), ", ".join(n.en for n in leads))))
    return rows


def _officer(caller: Caller, beats: list[str], on_map: PlanOnMap | None) -> Text | None:
    leads = {on_map.leads[beat] for beat in beats if beat in on_map.leads} if on_map is not None else set()
    if len(leads) != 1:
        return None
    staff = caller.model.staff
    code = leads.pop()
    return Text(staff.at[code, "name"], staff.at[code, "name_en"] or staff.at[code, "name"]) if code in staff.index else None


def _cells(caller: Caller, layer: str, code: str, on_map: PlanOnMap | None) -> tuple[str, ...]:
    cells = caller.model.cells
    if layer in ("communities", "villages"):
        return tuple(cells.loc[cells["unit_code"] == code, "code"])
    if layer == "beats" and on_map is not None:
        plan = caller.store.plan(on_map.header.id)
        return plan.cells_of(code)
    return (code,) if layer == "grid_cells" else ()


def _sums(caller: Caller, layer: str, cells: tuple[str, ...], day: date) -> list[tuple[Text, Text]]:
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
            shown += _staff_of(caller, str(rows["unit_code"].iloc[0]) if n else "", day)
    if layer != "beats":
        shown.append((Text("面积", "area"), Text(f"{area:,.2f} 平方公里", f"{area:,.2f} km²")))
    return shown


def _staff_of(caller: Caller, unit: str, day: date) -> list[tuple[Text, Text]]:
    """Who is assigned to a unit on a day; told to a limited caller of the units in the own area alone."""
    model, own = caller.model, own_cells(caller)
    if own is not None and not (model.cells["unit_code"] == unit)[sorted(own)].any():
        return []
    held = on_day(model.assignments, day)
    mine = held[(held["target_kind"] == "unit") & (held["target_code"] == unit)]
    names = acting_names(model.staff, model.assignments, day)
    kinds = {
        "officer": Text("社区民警", "officer"),
        "auxiliary": Text("辅警", "auxiliaries"),
        "village_auxiliary": Text("村辅警", "village auxiliary"),
    }
    shown = []
    for kind, title in kinds.items():
        people = [names[code] for code in mine["staff_code"] if code in names and model.staff.at[code, "kind"] == kind]
        if people:
            shown.append((title, Text("、".join(p.zh for p in people), ", ".join(p.en for p in people))))
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
