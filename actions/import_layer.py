"""Bring a station's own data in: read, place, match, check, all told before anything is written; then take it over, or leave it."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd

from actions.caller import Caller
from actions.import_compare import COUNTS, carried, compared
from actions.import_coverage import checked_coverage
from actions.import_plan import PLAN_KINDS, beats_on_map, imported_plan
from actions.import_points import WritingWatch, is_streamed, joined, outside_town, preview_points, rows_again, some_places
from actions.import_preview import ImportPreview, RepairPicture
from actions.import_protected import TITLES as PROTECTED_TITLES
from actions.import_protected import protected_choices, protected_of_import, protected_to_keep
from actions.import_town import COVERAGES, first_zone, given_fields, made_codes, town_frame, town_tables
from actions.import_undo import ImportUndo, imports, rows_taken, undo_import, what_undo_changes
from actions.import_wish import (
    CHECKING,
    COMPARING,
    PLACING,
    READING,
    REPAIRING,
    ImportWish,
    Progress,
    Watch,
    never,
)
from actions.town_model import UNIT_LAYERS, TownModel
from importing.crs_check import Placed, placed
from importing.field_match import matched, with_open_columns
from importing.finding_tally import SHOWN_ROWS
from importing.import_report import STEPS, Finding, ImportReport
from importing.kinds import KINDS, Kind, kind_named
from importing.made_codes import may_be_made
from importing.read_file import read_file
from importing.read_limits import ReadLimits
from importing.several_named import one_named_each
from importing.source_table import SourceTable
from importing.table_check import checked
from importing.templates import drop_template_rows, template
from importing.unit_kinds import parted
from importing.wordings import known_wordings
from layers import LAYERS
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from layers.drawing.web_map import MapBase, map_base
from storage.import_lines import PLAN, ImportLine, TakenImport

__all__ = [
    "COUNTS",
    "COVERAGES",
    "PLAN_KINDS",
    "PROTECTED_TITLES",
    "ImportLine",
    "ImportPreview",
    "ImportUndo",
    "ImportWish",
    "Progress",
    "ReadLimits",
    "RepairPicture",
    "accept_import",
    "import_template",
    "importable",
    "imports",
    "maps_of_import",
    "may_be_made",
    "preview_import",
    "protected_of_import",
    "refused_at_once",
    "rows_taken",
    "steps",
    "still_empty",
    "undo_import",
    "what_undo_changes",
]

NOT_BY_ITSELF = ("plan_beats",)
"""Beats come with their cells or as areas; a list of them alone says nothing of who covers what."""

SEEN_ONLY = ("encoding_samples",)
"""What a person is shown to judge by and the ledger does not keep: it may be out of a column that is not taken."""
BEGUN_WITH = ("communities", "villages", "grid_cells", "staff", "schools", "incidents")

NOTHING_TO_TAKE = Finding(
    "read",
    "error",
    "no_rows_to_take",
    Text("文件中没有要导入的行。", "The file has no row to take."),
    Text("请在模板的说明行和示例行之后填写。", "Fill in rows below the template's explaining and example rows."),
)


def importable(caller: Caller) -> dict[str, Kind]:
    """What can be imported, by key: every kept layer, staff, assignments, and plans as cells or as areas."""
    caller.must("import_layer")
    return {key: kind for key, kind in KINDS.items() if key not in NOT_BY_ITSELF}


def still_empty(caller: Caller) -> tuple[str, ...]:
    """What a town is made of and has none of yet, in the order in which to import it; of communities and villages one will do."""
    caller.must("import_layer")
    store = caller.store
    rows = {key: len(store.staff()) if key == "staff" else store.count(key) for key in BEGUN_WITH}
    units = sum(rows[key] for key in UNIT_LAYERS)
    return tuple(key for key in BEGUN_WITH if not (units if key in UNIT_LAYERS else rows[key]))


def steps(report: ImportReport) -> list[tuple[str, Text, tuple[Finding, ...]]]:
    """The four steps in order: key, title, and what was found in each."""
    return [(step, title, tuple(f for f in report.findings if f.step == step)) for step, title in STEPS.items()]


def import_template(caller: Caller, target: str, format: str) -> bytes:
    """An empty table to fill in, with Chinese headers, an explaining row and one example. Format csv or xlsx."""
    caller.must("import_layer")
    return template(kind_named(target).key, format)  # type: ignore[arg-type]


def preview_import(
    caller: Caller, wish: ImportWish, *, progress: Progress | None = None, stop: Callable[[], bool] = never
) -> ImportPreview:
    """Read, place, match and check a file, and compare it with what is there. Nothing is written.

    A CSV of incidents past `wish.limits.max_csv_at_once_bytes` is read in chunks, all of it checked; see `preview_points`.
    progress: told the share of the work done (0 to 1) and what is being done; False, or True from `stop`, ends it.
    Refused at once: a file that can't be read safely, an unknown kind, system, datum, column, field or choice; stopped. All else
    is in the report.
    """
    caller.must("import_layer")
    watch = Watch(progress, stop)
    kind = importable(caller).get(wish.target) or kind_named(wish.target)
    values = known_wordings(kind, wish.values)
    if is_streamed(wish, kind):
        return preview_points(caller, wish, kind, values, watch)
    return _preview_at_once(caller, wish, kind, values, watch)


def _preview_at_once(caller: Caller, wish: ImportWish, kind: Kind, values: Mapping[str, Mapping[str, str]], watch: Watch) -> ImportPreview:
    """The preview of a file that is held in memory."""
    plans_revision = caller.store.revision("plans")
    revisions = {each: caller.store.revision(each) for each in COVERAGES}  # before the tables are read, so that no write is missed
    revision = plans_revision if kind.key in PLAN_KINDS else caller.store.revision(kind.key)
    model = caller.model
    watch.at(0.0, READING)
    source, report = read_file(wish.path, wish.file_name, layer=wish.layer, encoding=wish.encoding, limits=wish.limits)
    source, blank = _without_blank_rows(_without_template_rows(source))
    report = report.with_(*blank, **source.about(), encoding_samples=list(source.encoding_samples), target=kind.key)

    counts: dict[str, int] = {"read": len(source)}
    about: dict[str, Any] = {}

    def refused() -> ImportPreview:
        return ImportPreview(wish, kind, report, None, counts, revision, source.sha256, **about)

    if not len(source):
        report = report.with_(NOTHING_TO_TAKE)
        return refused()
    watch.at(0.3, PLACING)
    rows: Placed | None = None
    if kind.kept != "table":
        rows, told = placed(source, town_frame(model, kind), crs=wish.crs, datum=wish.datum, columns=_places(wish))  # type: ignore[arg-type]
        report = joined(report, told)
        about["places"] = some_places(rows, wish.datum)
        counts |= outside_town(report)
        if told.refused:
            return refused()
        if not model.placed:
            metric_crs, found_zone = first_zone(kind, rows)
            report = report.with_(*found_zone, **({"metric_crs": metric_crs} if metric_crs else {}))
            if metric_crs is None:
                return refused()
            model = TownModel(caller.store, metric_crs)
    columns, told = matched(
        list(source.columns.columns), kind, wish.columns, taken=rows.columns if rows is not None else (), given=given_fields(wish, kind)
    )
    report = joined(report, told)
    if told.refused:
        return refused()
    source, several = one_named_each(source, kind, columns)
    report = report.with_(*several)
    watch.at(0.5, CHECKING)
    found = checked(
        source,
        rows,
        kind,
        columns,
        town_tables(caller, model, kind),
        given=wish.given,
        wordings=values,
        left=wish.left_out,
        nowhere=wish.leave_points,
        made=made_codes(wish, kind, model),
    )
    report = joined(with_open_columns(report, found.report.choices.get("personal_columns", ())), found.report)
    protected, told_counts = protected_to_keep(caller, found.protected_counts, found.protected_months, source.sha256)
    report = report.with_(*told_counts, **protected_choices(model, found.protected_counts))
    about |= {"unknown_choices": found.unknown_choices, "usual_choices": found.usual_choices, "protected": protected}
    about["default_point"] = found.default_point
    if report.refused:
        return refused()
    frame = found.frame.reset_index(drop=True)
    beside: Mapping[str, gpd.GeoDataFrame] = {}
    if kind.key in UNIT_LAYERS and not wish.one_kind:
        frame, beside, told_units = parted(kind.key, frame)
        report = report.with_(*told_units, **({"units_parted": {each: len(beside[each]) for each in sorted(beside)}} if beside else {}))
    if kind.key in COVERAGES:
        watch.at(0.7, REPAIRING if wish.repair else CHECKING)
        coverage = checked_coverage(model, kind.key, frame, beside, wish.repair)
        frame, report = coverage.frame, joined(report, coverage.report)
        about |= {"drawn": frame, "flaws": coverage.flaws, "repair": coverage.repair, "also": coverage.also}
        about["also_revisions"] = {each: revisions[each] for each in coverage.also}
        if report.refused:
            return refused()
    watch.at(0.8, COMPARING)
    if kind.key in PLAN_KINDS:
        made = imported_plan(caller, kind, frame, wish.file_name)
        counts |= made.counts
        return ImportPreview(
            wish, kind, joined(report, made.report), made.rows, counts, revision, source.sha256, (made.plan,), plans_revision, **about
        )
    said = (*columns, *wish.given)
    frame, changes, told = compared(caller, kind, frame, said)
    report = joined(report, told)
    for each in beside:
        kept, more, told = compared(caller, kind_named(each), about["also"][each], said)
        about["also"] = {**about["also"], each: kept}
        changes, report = {name: n + more[name] for name, n in changes.items()}, joined(report, told)
    counts |= changes
    plans, carried_over = carried(caller, kind, frame)
    report = joined(report, carried_over)
    watch.at(1.0, COMPARING)
    taken = None if report.refused else frame
    return ImportPreview(wish, kind, report, taken, counts, revision, source.sha256, plans, plans_revision, **about)


def refused_at_once(wish: ImportWish, refusal: Refusal) -> dict[str, Any]:
    """The report of a file that `preview_import` refused at once, in the form of `ImportPreview.as_json`."""
    report = ImportReport((Finding("read", "error", "refused", refusal.message, refusal.what_next),))
    return {"target": wish.target, "file": wish.file_name, "counts": {}, "unknown_choices": {}, **report.as_json()}


def accept_import(
    caller: Caller,
    preview: ImportPreview,
    accept_warnings: bool = False,
    *,
    progress: Progress | None = None,
    stop: Callable[[], bool] = never,
) -> ImportLine:
    """Take over what was previewed, whole or not at all; one line in the ledger, one step to undo.

    A file that was read in chunks is read again, so it must lie where it was. progress, stop: as for `preview_import`.
    Refused, and nothing changed: errors in the report; warnings that nobody accepted; somebody changed the target since; the
    file is gone or another; stopped.
    """
    caller.must("import_layer")
    rows = _accepted_rows(preview, accept_warnings)
    watch = Watch(progress, stop)
    points = preview.streamed
    is_plan = preview.kind.key in PLAN_KINDS
    taken = TakenImport(
        target=PLAN if is_plan else preview.kind.key,
        by=caller.user,
        file_name=preview.wish.file_name,
        sha256=preview.sha256,
        mode="append" if preview.kind.kept == "points" else "replace",
        rows=() if is_plan else rows if points is None else rows_again(caller, points, watch),
        choices={name: choice for name, choice in preview.report.choices.items() if name not in SEEN_ONLY},
        counts=preview.counts,
        expected_revision=preview.revision,
        plans=preview.plans,
        expected_plans=preview.plans_revision if preview.plans else None,
        also=preview.also,
        protected=preview.protected,
        metric_crs=str(preview.report.choices.get("metric_crs", "")),
        expected_also=preview.also_revisions,
        progress=WritingWatch(watch, preview.counts["new"] if points else len(rows), read=points is not None),
    )
    return caller.store.take_import(taken)


def maps_of_import(caller: Caller, preview: ImportPreview) -> tuple[MapBase | None, MapBase | None]:
    """The layer on the map as it is now and as it would be, among the units of the town; None where there is nothing to draw.

    What is imported is switched on. Of a file that is read in chunks the second map shows the sample in `preview.rows`.
    """
    caller.must("import_layer")
    key, model = preview.kind.key, caller.model
    is_plan = key in PLAN_KINDS
    if (preview.kind.kept == "table" and not is_plan) or preview.rows is None:
        return None, None
    around = {name: model.layers[name] for name in ("water", "communities", "villages") if name != key and len(model.layers[name])}

    shown_as = model.town.illustrative
    now = caller.store.plan_in_force() if is_plan else None
    key = "beats" if is_plan else key
    layers = {**LAYERS, key: replace(LAYERS[key], on_at_start=True)}  # what is imported is seen at once

    def drawn(rows: pd.DataFrame, around: dict[str, Any] = around) -> MapBase | None:
        if key == "incidents":
            return map_base(layers, around, rows, illustrative=shown_as) if around or len(rows) else None
        tables = around | ({key: rows} if len(rows) else {})
        return map_base(layers, tables, illustrative=shown_as) if tables else None

    if is_plan:
        return None if now is None else drawn(beats_on_map(caller, now)), drawn(beats_on_map(caller, preview.plans[0]))
    if key == "incidents":  # these are added to those that are there
        both = pd.concat([part for part in (model.incidents, preview.rows) if len(part)], ignore_index=True)
        return drawn(model.incidents), drawn(both)
    return drawn(model.layers[key]), drawn(
        preview.rows, around | {name: preview.also[name] for name in UNIT_LAYERS if name in preview.also}
    )


def _accepted_rows(preview: ImportPreview, accept_warnings: bool) -> pd.DataFrame:
    if not preview.may_be_taken or preview.rows is None:
        errors = [finding for finding in preview.report.findings if finding.severity == "error"]
        first = errors[0].what if errors else Text("没有可导入的行", "there are no rows to take")
        raise Refusal(
            Text("未导入：有 {n} 类错误（首个：{first}）", "Not imported; kinds of errors: {n} (the first: {first})").fill(
                n=len(errors), first=first
            ),
            errors[0].what_next if errors else None,
        )
    if preview.report.warnings and not accept_warnings:
        raise Refusal(
            Text(
                "未导入：有 {n} 条提醒尚未确认（首条：{first}）", "Not imported; warnings that are not accepted: {n} (the first: {first})"
            ).fill(n=len(preview.report.warnings), first=preview.report.warnings[0].what),
            Text("看过后请确认（命令行：--accept-warnings）。", "Look at them and accept them (in a terminal: --accept-warnings)."),
        )
    return preview.rows


def _without_template_rows(source: SourceTable) -> SourceTable:
    kept = drop_template_rows(source.columns)
    if len(kept) == len(source.columns):
        return source
    positions = source.columns.index.get_indexer(kept.index)
    return replace(source, columns=kept, shapes=None if source.shapes is None else source.shapes[positions])


def _without_blank_rows(source: SourceTable) -> tuple[SourceTable, tuple[Finding, ...]]:
    """A table without the rows in which nothing stands, as workbooks have between blocks; numbers of the others stay."""
    if source.shapes is not None or not len(source):
        return source, ()
    filled = np.zeros(len(source), bool)
    for place in range(source.columns.shape[1]):
        values = source.columns.iloc[:, place]
        filled |= (values.notna() & (values.astype(str).str.strip() != "")).to_numpy(bool)
    n = int((~filled).sum())
    if not n:
        return source, ()
    rows = tuple((np.asarray(source.columns.index)[~filled][:SHOWN_ROWS] + 1).tolist())
    what = Text("跳过 {n} 个空行（首个：第 {row} 行）。", "{n} blank rows are left out (first: row {row}).").fill(n=f"{n:,}", row=rows[0])
    return replace(source, columns=source.columns[filled]), (Finding("read", "note", "blank_rows", what, count=n, rows=rows),)


def _places(wish: ImportWish) -> dict[str, str]:
    return {column: target for column, target in wish.columns.items() if target in ("lon", "lat", "lonlat")}
