"""An import beside what is there: what is new, changed, the same or gone, and what depends on what would go."""

from collections.abc import Collection, Mapping, Sequence

import geopandas as gpd
import pandas as pd

from actions.caller import Caller
from actions.import_town import rows_there
from importing.import_report import Finding, ImportReport, Severity
from importing.kinds import Kind
from importing.new_version import DEPENDENTS, compare_versions, what_depends_on, with_kept_values
from layers.definition.crs import STORED_CRS
from layers.definition.text import Text
from planning.carry_over import carry_over
from planning.plan import Plan

PARTS = {"other_places": "kind", "assignments": "role"}
"""Layers of which an import replaces a part: the rows with a value that the file has, too."""
SHOWN = 10  # vanished rows that are named before the rest is only counted
NAMED = 3  # the same of each sort of what depends on them
COUNTS = {
    "read": Text("读入行", "rows read"),
    "new": Text("新增", "new"),
    "changed": Text("变更", "changed"),
    "unchanged": Text("未变", "unchanged"),
    "vanished": Text("消失", "vanished"),
    "outside": Text("辖区外", "outside the town"),
    "known": Text("已有（跳过）", "there already (left out)"),
    "cells": Text("已分配网格", "cells assigned"),
    "beats": Text("警务区", "beats"),
}
"""What the numbers of a preview are called."""


def compared(caller: Caller, kind: Kind, frame: pd.DataFrame, said: Collection[str]) -> tuple[pd.DataFrame, dict[str, int], ImportReport]:
    """The rows to take, how many are new, changed, unchanged or vanish, and what depends on those that would vanish.

    said: the fields that the file has a column for, or the person a value; of the others rows keep what is there.

    Incidents are added to those that are there; a code that is there already is left out. Other places replace those of the
    kinds that the file has, tasks those of the roles. All else replaces what is there.
    """
    if kind.kept == "points":
        known = frame["code"].isin(caller.model.incidents["code"])
        return frame[~known].reset_index(drop=True), {"new": int((~known).sum()), "known": int(known.sum())}, ImportReport()
    present, others = rows_there(caller.model, kind), None
    if (part := PARTS.get(kind.key)) is not None:
        others = present[~present[part].isin(frame[part])]
        present = present[present[part].isin(frame[part])].reset_index(drop=True)
    if kind.key_field is None:
        return _tasks_compared(caller, kind, present, others, frame)
    if others is not None:
        taken = frame["code"].isin(others["code"])
        if taken.any():
            return frame, {"new": 0}, ImportReport((_codes_of_other_kinds(frame[taken]),))
    silent = [field.name for field in kind.fields if field.name not in (*said, kind.key_field)]
    frame, kept, rows = with_kept_values(present, frame, silent, kind.key_field) if len(present) else (frame, [], 0)
    told = [_kept(kind, kept, rows)] if kept else []
    changes = compare_versions(present, frame, kind.key_field, caller.model.town.metric_crs)
    if others is not None and len(others):
        frame = gpd.GeoDataFrame(pd.concat([others, frame], ignore_index=True), crs=STORED_CRS)
    counts = {
        "new": len(changes.new),
        "changed": len(changes.changed),
        "unchanged": len(changes.unchanged),
        "vanished": len(changes.vanished),
    }
    return frame, counts, ImportReport((*told, *vanished_rows(caller, kind.key, changes.vanished)))


def _tasks_compared(
    caller: Caller, kind: Kind, present: pd.DataFrame, others: pd.DataFrame | None, frame: pd.DataFrame
) -> tuple[pd.DataFrame, dict[str, int], ImportReport]:
    """Tasks have no code: a row is the same where all of it is."""
    there, coming = (table[list(kind.field_names)].fillna("").astype(str).agg("\t".join, axis=1) for table in (present, frame))
    same, gone = coming.isin(there), present[~there.isin(coming)]
    counts = {"new": int((~same).sum()), "unchanged": int(same.sum()), "vanished": len(gone)}
    findings = []
    if len(gone):
        names = caller.model.staff["name"]
        first = "、".join(f"{names.get(row.staff_code, row.staff_code)} → {row.target_code}" for row in gone.head(SHOWN).itertuples())
        what = Text("{n} 项现有任务将消失（{first}）。", "{n} tasks that are there would vanish ({first}).").fill(n=len(gone), first=first)
        then = Text(
            "导入会替换文件中各职责的全部任务；其他职责不变。",
            "The tasks of each role in the file are replaced; those of other roles stay.",
        )
        findings = [Finding("check", "warning", "rows_vanish", what, then, len(gone))]
    return pd.concat([others, frame], ignore_index=True) if others is not None else frame, counts, ImportReport(tuple(findings))


def carried(caller: Caller, kind: Kind, frame: pd.DataFrame) -> tuple[tuple[Plan, ...], ImportReport]:
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
        done = carry_over(plan, old_m, new_m)
        if done.plan.beat_of != plan.beat_of:
            plans.append(done.plan)
        severity: Severity = "warning" if done.not_carried else "note"
        findings += [
            Finding("check", severity, "plan_carried", Text(f"{header.title.zh}：{line.zh}", f"{header.title.en}: {line.en}"))
            for line in done.lines
        ]
    return tuple(plans), ImportReport(tuple(findings))


def _kept(kind: Kind, fields: list[str], rows: int) -> Finding:
    titles = [kind.field(name).title for name in fields]
    what = Text("文件没有{fields}的列，{n} 行沿用已有的值。", "The file says nothing of {fields}; {n} rows keep what is there.").fill(
        fields=Text("、".join(f"“{title.zh}”" for title in titles), ", ".join(title.en for title in titles)), n=f"{rows:,}"
    )
    return Finding("check", "note", "values_kept", what, None, rows)


def _codes_of_other_kinds(rows: pd.DataFrame) -> Finding:
    what = Text(
        "{n} 行的编码已用于其他类型的场所（首个：{code}）。", "{n} rows have a code that a place of another kind has (first: {code})."
    ).fill(n=len(rows), code=rows["code"].iloc[0])
    return Finding("check", "error", "code_of_other_kind", what, Text("请换用不重复的编码。", "Give them codes of their own."), len(rows))


def vanished_rows(caller: Caller, key: str, vanished: Sequence[str]) -> list[Finding]:
    """Warnings: rows of a layer, or of the staff, that would vanish, and what depends on them."""
    if not vanished:
        return []
    model = caller.model
    what = {"communities": "unit", "villages": "unit", "grid_cells": "cell", "staff": "officer"}.get(key, "place")
    plans = [caller.store.plan(header.id) for header in caller.store.plan_headers()]
    heads = pd.DataFrame(
        [{"id": p.header.id, "name": p.header.name, "name_en": p.header.name_en} for p in plans], columns=["id", "name", "name_en"]
    )
    beats = [{"plan_id": p.header.id, "code": b.code, "name": b.name, "name_en": b.name_en, "lead": b.lead} for p in plans for b in p.beats]
    cells = [{"plan_id": p.header.id, "cell_code": c, "beat": b} for p in plans for c, b in p.beat_of.items()]
    lines = what_depends_on(
        vanished,
        what,
        model.assignments,
        pd.DataFrame(heads, columns=["id", "name", "name_en"]),
        pd.DataFrame(beats, columns=["plan_id", "code", "name", "name_en", "lead"]),
        pd.DataFrame(cells, columns=["plan_id", "cell_code", "beat"]),
        model.cells.reset_index(drop=True),
    )
    some = ", ".join(vanished[:SHOWN])
    gone = Text("{n} 行将消失（{some}）。", "{n} rows would vanish ({some}).").fill(n=len(vanished), some=some)
    findings = [Finding("check", "warning", "rows_vanish", gone, count=len(vanished))]
    return [*findings, _dependents(lines)] if lines else findings


def _dependents(found: Mapping[str, list[Text]]) -> Finding:
    """All that depends on vanished rows as one warning, counted by what it is; of many the first are named."""
    counted = [DEPENDENTS[key].fill(n=len(of)) for key, of in found.items()]
    lines = [line for of in found.values() for line in of]
    first = [line for of in found.values() for line in of[:NAMED]]
    more = len(lines) > len(first)
    what = Text(
        "有内容依赖将消失的行（{counted}）：{first}{more}",
        "Rows that would vanish are depended on ({counted}): {first}{more}",
    ).fill(
        counted=Text("，".join(each.zh for each in counted), ", ".join(each.en for each in counted)),
        first=Text("".join(line.zh for line in first), " ".join(line.en for line in first)),
        more=Text("……", " …") if more else "",
    )
    return Finding("check", "warning", "depends_on_vanished", what, count=len(lines))
