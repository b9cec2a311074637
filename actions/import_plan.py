"""Beats from elsewhere become a new draft: from a table cell -> beat, or from any boundary file taken apart into cells."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePath
from typing import Any
from uuid import uuid4

import geopandas as gpd
import pandas as pd

from actions.caller import Caller
from importing.area_shapes import mended
from importing.column import plain
from importing.import_report import Finding, ImportReport
from importing.kinds import Kind
from importing.town_tables import TownTables
from layers.definition.crs import STORED_CRS
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.beat_outlines import beat_outlines
from planning.plan import Beat, Plan, PlanHeader
from planning.plan_from_areas import plan_from_areas
from storage import audit

PLAN_KINDS = ("plan_cells", "beats")
"""What becomes a plan rather than rows of a layer."""
SHOWN = 5
SHOWN_LINES = 10


@dataclass(frozen=True, eq=False)
class ImportedPlan:
    """A new draft, its rows cell -> beat, how many there are of what, and what a person should know."""

    plan: Plan
    rows: pd.DataFrame
    counts: dict[str, int]
    report: ImportReport


def imported_plan(caller: Caller, kind: Kind, frame: pd.DataFrame, file_name: str) -> ImportedPlan:
    """A draft from checked rows of `PLAN_KINDS`; the labels of the beats stay as the file has them.

    Of a table, cells that the town does not have are left out; cells that the file does not name are unassigned. Areas
    (EPSG:4490) give each cell to the one that covers most of it, see `plan_from_areas`. All of it is told as warnings.
    Refused: a town without cells; what `plan_from_areas` refuses.
    """
    model = caller.model
    if not len(model.cells):
        raise Refusal(
            Text("工作区中还没有网格，警务区由网格组成。", "The workspace has no grid cells yet, and beats are made of cells."),
            Text("请先导入网格。", "Import the grid cells first."),
        )
    beats, beat_of, findings = _by_area(caller, frame) if kind.key == "beats" else _by_cell(caller, frame)
    unassigned = [cell for cell, beat in beat_of.items() if beat is None]
    if unassigned:
        findings.append(_some("cells_unassigned", Text("{n} 个网格未分配", "{n} cells are unassigned"), unassigned))
    name = PurePath(file_name).stem[:60]
    reason = Text("导入自 {file}", "imported from {file}").fill(file=file_name)
    header = PlanHeader(
        uuid4().hex, name, name, "draft", author=caller.user, reason=" / ".join((reason.zh, reason.en)), created_at=audit.now()
    )
    plan = Plan(header, beats, beat_of)
    rows = pd.DataFrame({"cell_code": list(beat_of), "beat": list(beat_of.values())}, dtype=object)
    counts = {"cells": len(beat_of) - len(unassigned), "beats": len(beats)}
    return ImportedPlan(plan, rows, counts, ImportReport(tuple(findings), {"plan": header.id, "plan_name": name}))


def beats_on_map(caller: Caller, plan: Plan) -> gpd.GeoDataFrame:
    """The outlines of a plan's beats in EPSG:4490: code, name, name_en."""
    here = {cell: beat for cell, beat in plan.beat_of.items() if cell in caller.model.cells.index}
    cells = caller.model.cells.loc[list(here)].reset_index(drop=True)
    outlines = beat_outlines(cells, here)
    shown = [beat for beat in plan.beats if beat.code in outlines.index]
    return gpd.GeoDataFrame(
        {name: [getattr(beat, name) for beat in shown] for name in ("code", "name", "name_en")},
        geometry=[outlines[beat.code] for beat in shown],
        crs=STORED_CRS,
    )


def _by_cell(caller: Caller, frame: pd.DataFrame) -> tuple[tuple[Beat, ...], dict[str, str | None], list[Finding]]:
    cells = caller.model.cells
    codes = TownTables(cells=dict(zip(cells["code"], cells["name"], strict=True))).codes("cell") or {}
    found = frame.assign(code=[codes.get(plain(str(word))) for word in frame["cell_code"]])
    strange = found.loc[found["code"].isna(), "cell_code"].astype(str).tolist()
    known = found[found["code"].notna()]
    twice = known.loc[known["code"].duplicated(), "cell_code"].astype(str).tolist()
    known = known.drop_duplicates("code")
    labels = dict(zip(known["code"], [None if pd.isna(beat) else str(beat) for beat in known["beat"]], strict=True))
    beat_of = {code: labels.get(code) for code in sorted(cells["code"])}
    findings = []
    for key, what, which in (
        ("unknown_cells", Text("{n} 个网格不在辖区中，已跳过", "{n} cells are not among the town's and are left out"), strange),
        ("cells_twice", Text("{n} 个网格出现两次，取首次", "{n} cells stand twice, the first is taken"), twice),
    ):
        if which:
            findings.append(_some(key, what, which))
    return tuple(_beats(known)), beat_of, findings


def _beats(known: pd.DataFrame) -> list[Beat]:
    """One beat per label, in the order of the labels; the first names and lead that the file gives it."""
    beats = []
    for label, rows in known[known["beat"].notna()].groupby("beat", sort=True):
        first: Mapping[str, Any] = {column: next(iter(rows[column].dropna()), None) for column in ("beat_name", "beat_name_en", "lead")}
        name = str(first["beat_name"] or label)
        beats.append(Beat(str(label), name, str(first["beat_name_en"] or name), first["lead"]))
    return beats


def _by_area(caller: Caller, frame: pd.DataFrame) -> tuple[tuple[Beat, ...], dict[str, str | None], list[Finding]]:
    model = caller.model
    areas = gpd.GeoDataFrame(frame, crs=STORED_CRS).to_crs(model.town.metric_crs)
    areas = areas.set_geometry(gpd.GeoSeries(mended(areas.geometry.to_numpy()), index=areas.index, crs=areas.crs))
    found = plan_from_areas(model.cells_m.reset_index(drop=True), areas)
    first, *others = found.lines
    findings = [Finding("check", "note", "cells_by_overlap", first)]
    findings += [Finding("check", "warning", "cells_by_overlap", line) for line in others[:SHOWN_LINES]]
    if len(others) > SHOWN_LINES:
        more = Text("另有 {n} 处需要核对。", "{n} more need a look.").fill(n=len(others) - SHOWN_LINES)
        findings.append(Finding("check", "warning", "cells_by_overlap", more, count=len(others) - SHOWN_LINES))
    leads = {str(code): lead for code, lead in zip(frame["code"], frame["lead"], strict=True) if pd.notna(lead)}
    beats = tuple(Beat(beat.code, beat.name, beat.name_en, leads.get(beat.code)) for beat in found.beats)
    return beats, dict(found.beat_of), findings


def _some(key: str, what: Text, codes: list[str]) -> Finding:
    """A warning that lists the first five."""
    more = ("…" if len(codes) > SHOWN else "", " …" if len(codes) > SHOWN else "")
    listed = Text(f"{what.zh}：{'、'.join(codes[:SHOWN])}{more[0]}", f"{what.en}: {', '.join(codes[:SHOWN])}{more[1]}")
    return Finding("check", "warning", key, listed.fill(n=f"{len(codes):,}"), count=len(codes))
