"""Bring a station's own data in: read, place, match, check, all told before anything is written; then take it over, or leave it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import pandas as pd
import shapely

from actions.caller import Caller
from actions.town_model import TownModel
from importing.crs_check import Placed, TownFrame, placed
from importing.field_match import matched
from importing.import_report import STEPS, Finding, ImportReport, Severity
from importing.kinds import KINDS, Kind, kind_named
from importing.new_version import VersionChanges, compare_versions, what_depends_on
from importing.read_file import read_file
from importing.table_check import checked
from importing.templates import drop_template_rows, template
from importing.topology_check import check_topology
from importing.topology_repair import repair_topology
from importing.town_tables import TownTables
from layers import LAYERS
from layers.definition.crs import STORED_CRS
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from layers.drawing.web_map import MapBase, map_base
from planning.carry_over import carry_over
from planning.plan import Plan
from storage.import_lines import ImportLine, TakenImport

CONTROL_LAYERS = ("industrial_parks", "rural_parks", "schools", "police_rooms", "risk_places", "stations")
"""Layers whose named places tell in which datum a file is."""
COVERAGES = ("communities", "villages", "grid_cells")
SHOWN = 10  # lines of what depends on vanished rows before the rest is only counted
PLANS = ("plan_cells", "plan_beats")
COUNTS = {
    "read": Text("读入行", "rows read"),
    "new": Text("新增", "new"),
    "changed": Text("变更", "changed"),
    "unchanged": Text("未变", "unchanged"),
    "vanished": Text("消失", "vanished"),
    "known": Text("已有（跳过）", "there already (left out)"),
}
"""What the numbers of a preview are called."""


NOTHING_TO_TAKE = Finding(
    "read",
    "error",
    "no_rows_to_take",
    Text("文件中没有要导入的行。", "The file has no row to take."),
    Text("请在模板的说明行和示例行之后填写。", "Fill in rows below the template's explaining and example rows."),
)


@dataclass(frozen=True)
class ImportWish:
    """What to import and what the person said about it. Empty values are found out, shown, and may then be overruled.

    columns: column -> field; '-' leaves a column out. given: field -> one value for all rows. datum: auto, wgs84, gcj02, bd09.
    """

    target: str
    path: Path
    file_name: str
    layer: str | None = None
    encoding: str | None = None
    crs: str | None = None
    datum: str = "auto"
    columns: Mapping[str, str] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    repair: bool = False


@dataclass(frozen=True, eq=False)
class ImportPreview:
    """What an import would do. `rows` is None when the report refuses; nothing has been written."""

    wish: ImportWish
    kind: Kind
    report: ImportReport
    rows: pd.DataFrame | None
    counts: dict[str, int]
    revision: str
    sha256: str
    plans: tuple[Plan, ...] = ()
    """Plans carried over to new cells, saved with them."""
    plans_revision: str | None = None

    @property
    def may_be_taken(self) -> bool:
        """No error was found and there is something to take."""
        return self.rows is not None and not self.report.refused

    def as_json(self) -> dict[str, Any]:
        """Plain values, as `geo_cli.py import --json` prints them."""
        return {"target": self.kind.key, "file": self.wish.file_name, "counts": self.counts, **self.report.as_json()}


def importable(caller: Caller) -> dict[str, Kind]:
    """What can be imported, by key: every kept layer, staff and assignments."""
    caller.must("import_layer")
    return {key: kind for key, kind in KINDS.items() if key not in PLANS}


def steps(report: ImportReport) -> list[tuple[str, Text, tuple[Finding, ...]]]:
    """The four steps in order: key, title, and what was found in each."""
    return [(step, title, tuple(f for f in report.findings if f.step == step)) for step, title in STEPS.items()]


def import_template(caller: Caller, target: str, format: str) -> bytes:
    """An empty table to fill in, with Chinese headers, an explaining row and one example. Format csv or xlsx."""
    caller.must("import_layer")
    return template(kind_named(target).key, format)  # type: ignore[arg-type]


def preview_import(caller: Caller, wish: ImportWish) -> ImportPreview:
    """Read, place, match and check a file, and compare it with what is there. Nothing is written.

    Refused at once: a file that can't be read safely, an unknown kind, system, datum, column or field. All else is in the report.
    """
    caller.must("import_layer")
    kind = importable(caller).get(wish.target) or kind_named(wish.target)
    model = caller.model
    revision, plans_revision = caller.store.revision(kind.key), caller.store.revision("plans")
    source, report = read_file(wish.path, wish.file_name, layer=wish.layer, encoding=wish.encoding)
    source = _without_template_rows(source)
    report = report.with_(**source.about(), encoding_samples=list(source.encoding_samples), target=kind.key)

    def stopped() -> ImportPreview:
        return ImportPreview(wish, kind, report, None, {"read": len(source)}, revision, source.sha256)

    if not len(source):
        report = report.with_(NOTHING_TO_TAKE)
        return stopped()
    rows: Placed | None = None
    if kind.kept != "table":
        rows, told = placed(source, _frame(model, kind), crs=wish.crs, datum=wish.datum, columns=_places(wish))  # type: ignore[arg-type]
        report = _joined(report, told)
        if told.refused:
            return stopped()
    columns, told = matched(
        list(source.columns.columns), kind, wish.columns, taken=rows.columns if rows is not None else (), given=tuple(wish.given)
    )
    report = _joined(report, told)
    if told.refused:
        return stopped()
    found = checked(source, rows, kind, columns, _tables(caller, model, kind), given=wish.given)
    report = _joined(report, found.report)
    if len(found.protected_counts):
        report = report.with_(protected_counts=found.protected_counts.to_dict("records"))
    if report.refused:
        return stopped()
    frame = found.frame.reset_index(drop=True)
    if kind.key in COVERAGES:
        frame, report = _as_coverage(model, kind.key, frame, report, wish.repair)
        if report.refused:
            return stopped()
    frame, counts, told = _compared(caller, kind, frame)
    plans, carried = _carried(caller, kind, frame)
    report = _joined(_joined(report, told), carried)
    counts = {"read": len(source), **counts}
    return ImportPreview(wish, kind, report, None if report.refused else frame, counts, revision, source.sha256, plans, plans_revision)


def accept_import(caller: Caller, preview: ImportPreview, accept_warnings: bool = False) -> ImportLine:
    """Take over what was previewed, whole or not at all; one line in the ledger, one step to undo.

    Refused, and nothing changed: errors in the report; warnings that nobody accepted; somebody changed the target since.
    """
    caller.must("import_layer")
    if not preview.may_be_taken or preview.rows is None:
        errors = [finding for finding in preview.report.findings if finding.severity == "error"]
        first = errors[0].what if errors else Text("没有可导入的行", "there are no rows to take")
        raise Refusal(
            Text("未导入：有 {n} 类错误（首个：{first}）", "Not imported: {n} kinds of errors (first: {first})").fill(
                n=len(errors), first=first
            ),
            errors[0].what_next if errors else None,
        )
    if preview.report.warnings and not accept_warnings:
        raise Refusal(
            Text("未导入：有 {n} 条提醒尚未确认（首条：{first}）", "Not imported: {n} warnings are not accepted (first: {first})").fill(
                n=len(preview.report.warnings), first=preview.report.warnings[0].what
            ),
            Text("确认后加 --accept-warnings 或勾选“已阅”。", "Accept them with --accept-warnings, or tick the box."),
        )
    taken = TakenImport(
        target=preview.kind.key,
        by=caller.user,
        file_name=preview.wish.file_name,
        sha256=preview.sha256,
        mode="append" if preview.kind.kept == "points" else "replace",
        rows=preview.rows,
        choices=preview.report.choices,
        counts=preview.counts,
        expected_revision=preview.revision,
        plans=preview.plans,
        expected_plans=preview.plans_revision if preview.plans else None,
    )
    return caller.store.take_import(taken)


def imports(caller: Caller) -> tuple[ImportLine, ...]:
    """The ledger of imports, newest first."""
    caller.must("import_layer")
    return caller.store.imports()


def undo_import(caller: Caller, import_id: str) -> ImportLine:
    """Undo an import as one step. Refused, and nothing changed: see `Store.undo_import`."""
    caller.must("import_layer")
    return caller.store.undo_import(import_id, by=caller.user)


def maps_of_import(caller: Caller, preview: ImportPreview) -> tuple[MapBase | None, MapBase | None]:
    """The layer on the map as it is now and as it would be, among the units of the town; None where there is nothing to draw."""
    caller.must("import_layer")
    if preview.kind.kept == "table" or preview.rows is None:
        return None, None
    key, model = preview.kind.key, caller.model
    around = {name: model.layers[name] for name in ("water", "communities", "villages") if name != key and len(model.layers[name])}

    shown_as = model.town.illustrative

    def drawn(rows: pd.DataFrame) -> MapBase | None:
        if key == "incidents":
            return map_base(LAYERS, around, rows, illustrative=shown_as) if around or len(rows) else None
        tables = around | ({key: rows} if len(rows) else {})
        return map_base(LAYERS, tables, illustrative=shown_as) if tables else None

    return drawn(model.layers[key] if key != "incidents" else model.incidents), drawn(preview.rows)


def _joined(report: ImportReport, more: ImportReport) -> ImportReport:
    return report.with_(*more.findings, **more.choices)


def _without_template_rows(source: Any) -> Any:
    kept = drop_template_rows(source.columns)
    if len(kept) == len(source.columns):
        return source
    positions = source.columns.index.get_indexer(kept.index)
    return replace(source, columns=kept, shapes=None if source.shapes is None else source.shapes[positions])


def _places(wish: ImportWish) -> dict[str, str]:
    return {column: target for column, target in wish.columns.items() if target in ("lon", "lat", "lonlat")}


def _frame(model: TownModel, kind: Kind) -> TownFrame:
    """What the town tells about where things lie: outline, system, and places by name.

    Units and cells are places only for files of their own kind: elsewhere their names say in what a row lies, not where.
    """
    has_outline = len(model.units) or len(model.cells)
    outline = gpd.GeoSeries([model.outline_m], crs=model.town.metric_crs).to_crs(STORED_CRS).iloc[0] if has_outline else None
    points: dict[str, tuple[float, float]] = {}
    for key in (*CONTROL_LAYERS, *(kind.key,) * (kind.key in COVERAGES)):
        table = model.layers[key]
        if len(table):
            at = shapely.get_coordinates(shapely.point_on_surface(table.geometry.to_numpy()))
            points |= {name: (float(lon), float(lat)) for name, (lon, lat) in zip(table["name"], at, strict=True)}
    return TownFrame(outline, model.town.metric_crs, points)


def _tables(caller: Caller, model: TownModel, kind: Kind) -> TownTables:
    """What rows may refer to; while a town has no units or staff yet, references to them are not checked."""
    staff, units, cells = model.staff, model.units, model.cells
    own_units = kind.key in ("communities", "villages")
    plan = caller.store.plan_in_force()
    return TownTables(
        units=None if own_units or not len(units) else dict(zip(units["code"], units["name"], strict=True)),
        unit_shapes=units if len(units) else None,
        officers=None if kind.key == "staff" or not len(staff) else dict(zip(staff["code"], staff["name"], strict=True)),
        cells=None if kind.key == "grid_cells" or not len(cells) else dict(zip(cells["code"], cells["name"], strict=True)),
        beats={beat.code: beat.name for beat in plan.beats} if plan else None,
        time_zone=model.town.time_zone or "Asia/Shanghai",
    )


def _as_coverage(
    model: TownModel, key: str, frame: gpd.GeoDataFrame, report: ImportReport, repair: bool
) -> tuple[gpd.GeoDataFrame, ImportReport]:
    """The areas checked as a coverage against what is there; mended first where the person asked for it."""
    is_cells = key == "grid_cells"
    units = model.units.reset_index(drop=True) if is_cells and len(model.units) else None
    if not is_cells:
        other = model.layers["villages" if key == "communities" else "communities"]
        units = gpd.GeoDataFrame(pd.concat([frame, other], ignore_index=True), crs=STORED_CRS)
    if repair:
        mended = repair_topology(None if is_cells else frame, frame if is_cells else None, model.town.metric_crs)
        frame = mended.cells if is_cells else mended.units
        report = report.with_(*mended.findings, repair_moved_m=round(mended.moved_m, 3))
        if not is_cells:
            units = gpd.GeoDataFrame(pd.concat([frame, other], ignore_index=True), crs=STORED_CRS)
    found = check_topology(units if not is_cells or units is not None else None, frame if is_cells else None, model.town.metric_crs)
    return frame, report.with_(*found.findings)


def _compared(caller: Caller, kind: Kind, frame: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int], ImportReport]:
    """The rows to take, how many are new, changed, unchanged or vanish, and what depends on those that would vanish.

    Incidents are added to those that are there; a code that is there already is left out. All else replaces what is there.
    """
    if kind.kept == "points":
        known = frame["code"].isin(caller.model.incidents["code"])
        return frame[~known].reset_index(drop=True), {"new": int((~known).sum()), "known": int(known.sum())}, ImportReport()
    if kind.key_field is None:
        return frame, {"new": len(frame)}, ImportReport()
    changes = compare_versions(_present(caller.model, kind), frame, kind.key_field, caller.model.town.metric_crs)
    counts = {
        "new": len(changes.new),
        "changed": len(changes.changed),
        "unchanged": len(changes.unchanged),
        "vanished": len(changes.vanished),
    }
    return frame, counts, ImportReport(tuple(_vanished(caller, kind, changes)))


def _present(model: TownModel, kind: Kind) -> pd.DataFrame:
    return model.staff.reset_index(drop=True) if kind.key == "staff" else model.layers[kind.key]


def _vanished(caller: Caller, kind: Kind, changes: VersionChanges) -> list[Finding]:
    """Warnings: rows that would vanish, and each thing that depends on one."""
    if not changes.vanished:
        return []
    model = caller.model
    what = {"communities": "unit", "villages": "unit", "grid_cells": "cell", "staff": "officer"}.get(kind.key, "place")
    plans = [caller.store.plan(header.id) for header in caller.store.plan_headers()]
    heads = pd.DataFrame(
        [{"id": p.header.id, "name": p.header.name, "name_en": p.header.name_en} for p in plans], columns=["id", "name", "name_en"]
    )
    beats = [{"plan_id": p.header.id, "code": b.code, "name": b.name, "name_en": b.name_en, "lead": b.lead} for p in plans for b in p.beats]
    cells = [{"plan_id": p.header.id, "cell_code": c, "beat": b} for p in plans for c, b in p.beat_of.items()]
    lines = what_depends_on(
        changes.vanished,
        what,
        model.assignments,
        pd.DataFrame(heads, columns=["id", "name", "name_en"]),
        pd.DataFrame(beats, columns=["plan_id", "code", "name", "name_en", "lead"]),
        pd.DataFrame(cells, columns=["plan_id", "cell_code", "beat"]),
        model.cells.reset_index(drop=True),
    )
    some = ", ".join(changes.vanished[:SHOWN])
    gone = Text("{n} 行将消失（{some}）。", "{n} rows would vanish ({some}).").fill(n=len(changes.vanished), some=some)
    findings = [Finding("check", "warning", "rows_vanish", gone, count=len(changes.vanished))]
    findings += [Finding("check", "warning", "depends_on_vanished", line) for line in lines[:SHOWN]]
    if len(lines) > SHOWN:
        more = Text("另有 {n} 项依赖将消失的行。", "{n} more things depend on rows that would vanish.").fill(n=len(lines) - SHOWN)
        findings.append(Finding("check", "warning", "depends_on_vanished", more, count=len(lines) - SHOWN))
    return findings


def _carried(caller: Caller, kind: Kind, frame: pd.DataFrame) -> tuple[tuple[Plan, ...], ImportReport]:
    """The plans for new cells, by overlap with the old ones, and what could not be carried."""
    model = caller.model
    if kind.key != "grid_cells" or not len(model.cells):
        return (), ImportReport()
    new_m = gpd.GeoDataFrame(frame, crs=STORED_CRS).to_crs(model.town.metric_crs)
    old_m = model.cells_m.reset_index(drop=True)
    plans, findings = [], []
    for header in caller.store.plan_headers():
        plan = caller.store.plan(header.id)
        if header.status == "archived" or set(plan.beat_of) != set(old_m["code"]):
            continue  # an archived plan keeps the cells of its time
        carried = carry_over(plan, old_m, new_m)
        if carried.plan.beat_of != plan.beat_of:
            plans.append(carried.plan)
        severity: Severity = "warning" if carried.not_carried else "note"
        findings += [
            Finding("check", severity, "plan_carried", Text(f"{header.title.zh}：{line.zh}", f"{header.title.en}: {line.en}"))
            for line in carried.lines
        ]
    return tuple(plans), ImportReport(tuple(findings))
