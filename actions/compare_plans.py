"""Two plans, or two versions of one, side by side: what moves, who gains and loses, and what every measure says of both."""

from dataclasses import dataclass, replace
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd

from actions.caller import Caller
from actions.measure_plan import MeasuredPlan, measured
from actions.own_area import beats_with_leads
from actions.permissions import may
from actions.response import USUAL_WISH, WAYS, ExpectedResponse, ResponseWish, as_told, response_of
from layers import LAYERS
from layers.definition.crs import STORED_CRS
from layers.definition.layer import Sensitivity
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from layers.drawing.colour_classes import beat_colours
from layers.drawing.plan_difference_map import PlanPicture, difference_picture, plan_picture
from planning.beat_outlines import beat_neighbours, beat_outlines
from planning.metric import HOUR_DIGITS, HOURS, MINUTES_PER_HOUR, Metric
from planning.metrics import METRICS
from planning.plan import Plan
from planning.plan_difference import MEASURE_NAMES, MEASURES, PlanDifference, plan_difference
from planning.plan_life import status_of
from planning.workload import WORKLOAD

__all__ = [
    "MEASURES",
    "MEASURE_NAMES",
    "READ_IN",
    "VERDICTS",
    "WAYS",
    "ExpectedResponse",
    "MetricRow",
    "PlanComparison",
    "PlanVersion",
    "ResponseWish",
    "compare_plans",
    "compared_response",
    "maps_of",
    "metrics_of",
]

READ_IN: dict[str, tuple[float, Text, int]] = {WORKLOAD: (1 / MINUTES_PER_HOUR, HOURS, HOUR_DIGITS)}
"""Measure -> factor, unit and decimals in which people read it; the others are counted in themselves."""

Verdict = Literal["better", "worse", "same", "neither"]
VERDICTS: dict[Verdict, Text] = {
    "better": Text("▲ 更好", "▲ better"),
    "worse": Text("▼ 更差", "▼ worse"),
    "same": Text("＝ 相同", "= same"),
    "neither": Text("—", "—"),
}
NOBODY = Text("无", "none")
UNTOLD = "…"
"""Stands for an officer of whom a limited caller is not told."""


@dataclass(frozen=True)
class PlanVersion:
    """A plan as it is now, or as it was at a revision."""

    plan_id: str
    revision: int | None = None


@dataclass(frozen=True)
class MetricRow:
    """One measure of both plans; None where it can't be known. `verdict` says whether the second is better by it."""

    metric: Metric
    before: float | None
    after: float | None
    verdict: Verdict

    @property
    def difference(self) -> float | None:
        """The second less the first."""
        return None if self.before is None or self.after is None else self.after - self.before

    def shown(self, value: float | None) -> str:
        """A value with the measure's decimals; – where it is not known."""
        return self.metric.shown(value)


@dataclass(frozen=True, eq=False)
class PlanComparison:
    """Both plans measured by the same checks and measures, each with its own workload profile, and what the second changes."""

    before: MeasuredPlan
    after: MeasuredPlan
    difference: PlanDifference
    metrics: tuple[MetricRow, ...]
    names: dict[str, Text]
    """Names of cells, and of staff for those who may see them, by code."""
    about: tuple[Text, ...]
    titles: tuple[Text, Text]
    illustrative: bool

    def name(self, code: object) -> Text:
        """The name behind a code of a cell or of staff; the code itself where it has none."""
        return NOBODY if code is None or pd.isna(code) else self.names.get(str(code), Text(str(code), str(code)))

    def as_json(self) -> dict[str, Any]:
        """Plain values, as `geo_cli.py plan compare --json` prints them."""
        difference = self.difference
        return {
            "before": {"id": self.before.plan.header.id, "revision": self.before.plan.header.revision},
            "after": {"id": self.after.plan.header.id, "revision": self.after.plan.header.revision},
            "moved": [{"cell": cell, **_plain(row)} for cell, row in difference.moved.to_dict("index").items()],
            "beats": {code: _plain(row) for code, row in difference.beats.to_dict("index").items()},
            "officers": {code: _plain(row) for code, row in difference.officers.to_dict("index").items()},
            "same_beat": dict(difference.same_beat),
            "keep_beat_share": dict(difference.keep_beat_share),
            "keep_officer_share": dict(difference.keep_officer_share),
            "only_before": list(difference.only_before),
            "only_after": list(difference.only_after),
            "metrics": {
                row.metric.key: {"before": row.before, "after": row.after, "unit": row.metric.unit.en, "verdict": row.verdict}
                for row in self.metrics
            },
            "about": [line.en for line in self.about],
            "illustrative": self.illustrative,
        }


def compare_plans(caller: Caller, before: PlanVersion, after: PlanVersion) -> PlanComparison:
    """Compare any two plans, or two versions of one. Workload moved is weighed by the second plan's profile.

    Refused: an unknown id or revision; one version with itself; what `measured` and `plan_difference` refuse.
    """
    caller.must("compare_plans")
    first, second = _version(caller, before), _version(caller, after)
    if (first.header.id, first.header.revision) == (second.header.id, second.header.revision):
        raise Refusal(
            Text("两边是同一方案的同一版本。", "Both sides are the same version of one plan."),
            Text("请另选一个方案或版本。", "Choose another plan or version."),
        )
    model = caller.model
    old, new = (_without_gone(caller, plan) for plan in (first, second))
    exact = may("see_small_counts", caller.role)
    measured_old, measured_new = (replace(measured(model, caller.store, plan), small_counts=exact) for plan in (old, new))
    cells = pd.DataFrame(model.cells.drop(columns="geometry")).reset_index(drop=True)
    cells[WORKLOAD] = measured_new.workload.minutes_week.reindex(cells["code"]).to_numpy(float)
    about = dict.fromkeys((*measured_old.about, *measured_new.about, *_gone(caller, first), *_gone(caller, second)))
    return PlanComparison(
        measured_old,
        measured_new,
        _as_told(plan_difference(old, new, cells), _told(caller, old, new)),
        tuple(_metric_rows(measured_old, measured_new)),
        _names(caller, old, new),
        tuple(about),
        (_title(first), _title(second)),
        bool(model.town.illustrative),
    )


def compared_response(
    caller: Caller, comparison: PlanComparison, wish: ResponseWish = USUAL_WISH
) -> tuple[ExpectedResponse, ExpectedResponse]:
    """The expected response under both plans, with the same wish. Refused: as `actions.response.response_of`."""
    caller.must("estimate_response")
    old, new = (response_of(caller.model, m.plan, m.workload.profile, wish) for m in (comparison.before, comparison.after))
    return as_told(caller, old), as_told(caller, new)


def maps_of(caller: Caller, comparison: PlanComparison) -> tuple[PlanPicture, PlanPicture, PlanPicture]:
    """The first plan, the second, and the map of the cells that move, each as the browser takes it."""
    caller.must("compare_plans")
    old, new = outlines_of(caller, comparison.before.plan), outlines_of(caller, comparison.after.plan)
    water = gpd.GeoDataFrame(caller.permitted("water", caller.model.layers["water"]))
    mark, headers = comparison.illustrative, (comparison.before.plan.header, comparison.after.plan.header)
    first, second = (
        plan_picture(LAYERS, water, beats, header.title, status_of(header), mark) for beats, header in zip((old, new), headers, strict=True)
    )
    moved = moved_cells(caller, comparison)
    n = Text("{n} 个网格换区", "{n} cells move").fill(n=len(moved))
    changes = Text(f"{headers[0].title.zh} → {headers[1].title.zh}", f"{headers[0].title.en} → {headers[1].title.en}")
    return first, second, difference_picture(LAYERS, water, moved, old, new, changes, n, mark)


def outlines_of(caller: Caller, plan: Plan) -> gpd.GeoDataFrame:
    """The beats of a plan in EPSG:4490: code, name, name_en, colour, and lead, lead_en for those who may see staff."""
    cells = caller.model.cells.reset_index(drop=True)
    outlines = beat_outlines(cells, plan.beat_of)
    sizes = caller.model.cells["area_km2"].groupby(caller.model.cells["code"].map(plan.beat_of)).sum().to_dict()
    colours = beat_colours(beat_neighbours(caller.model.graph, plan.beat_of), [beat.code for beat in plan.beats], sizes)
    names = _staff_names(caller, plan)
    rows = [
        {
            "code": beat.code,
            "name": beat.name,
            "name_en": beat.name_en or beat.name,
            "lead": names[beat.lead].zh if beat.lead in names else None,
            "lead_en": names[beat.lead].en if beat.lead in names else None,
            "colour": beat.colour or colours[beat.code],
            "geometry": outlines[beat.code],
        }
        for beat in plan.beats
        if beat.code in outlines.index
    ]
    table = gpd.GeoDataFrame(rows, columns=["code", "name", "name_en", "lead", "lead_en", "colour", "geometry"], crs=STORED_CRS)
    return gpd.GeoDataFrame(table if caller.level >= Sensitivity.STAFF else table.drop(columns=["lead", "lead_en"]))


def moved_cells(caller: Caller, comparison: PlanComparison) -> gpd.GeoDataFrame:
    """The cells that move, in EPSG:4490: cell (its code), name, name_en, before, after, leads, dwellings, colour of the new beat."""
    moved = comparison.difference.moved
    cells = caller.model.cells.loc[list(moved.index)]
    colours = outlines_of(caller, comparison.after.plan).set_index("code")["colour"].to_dict()

    def words(column: str, language: str) -> list[str | None]:
        return [comparison.name(code).in_("en" if language == "en" else "zh") for code in moved[column]]

    table = gpd.GeoDataFrame(
        {
            "cell": list(moved.index),
            "name": cells["name"].to_numpy(),
            "name_en": [en or zh for en, zh in zip(cells["name_en"], cells["name"], strict=True)],
            "before": [code or NOBODY.zh for code in moved["from"]],
            "before_en": [code or NOBODY.en for code in moved["from"]],
            "after": [code or NOBODY.zh for code in moved["to"]],
            "after_en": [code or NOBODY.en for code in moved["to"]],
            "from_lead": words("from_lead", "zh"),
            "from_lead_en": words("from_lead", "en"),
            "to_lead": words("to_lead", "zh"),
            "to_lead_en": words("to_lead", "en"),
            "dwellings": moved["dwellings"].to_numpy(float) if "dwellings" in moved else np.zeros(len(moved)),
            "colour": [colours.get(code, "#efefef") for code in moved["to"]],
        },
        geometry=cells.geometry.to_numpy(),
        crs=STORED_CRS,
    )
    hidden = [] if caller.level >= Sensitivity.STAFF else ["from_lead", "from_lead_en", "to_lead", "to_lead_en"]
    return gpd.GeoDataFrame(table.drop(columns=hidden))


def metrics_of(found: MeasuredPlan) -> tuple[MetricRow, ...]:
    """The measures of one plan for the whole of it, as rows without a first plan."""
    return tuple(MetricRow(METRICS[key], None, value, "neither") for key, value in found.summary.items())


def _version(caller: Caller, version: PlanVersion) -> Plan:
    if version.revision is None:
        return caller.store.plan(version.plan_id)
    return caller.store.plan_at(version.plan_id, version.revision)


def _without_gone(caller: Caller, plan: Plan) -> Plan:
    """The plan on the cells that there are now; an old version may name cells that were split or merged since."""
    here = set(caller.model.cells["code"])
    kept = {cell: beat for cell, beat in plan.beat_of.items() if cell in here}
    return plan if len(kept) == len(plan.beat_of) else Plan(plan.header, plan.beats, kept)


def _gone(caller: Caller, plan: Plan) -> tuple[Text, ...]:
    here = set(caller.model.cells["code"])
    gone = [cell for cell in plan.beat_of if cell not in here]
    if not gone:
        return ()
    words = Text(
        "{title}有 {n} 个网格已不存在，未参与比较（首个：{cell}）。", "{title}: {n} cells no longer exist and are left out (first: {cell})."
    )
    return (words.fill(title=_title(plan), n=len(gone), cell=gone[0]),)


def _metric_rows(old: MeasuredPlan, new: MeasuredPlan) -> list[MetricRow]:
    before, after = old.summary, new.summary
    return [MetricRow(METRICS[key], before[key], after[key], _verdict(METRICS[key], before[key], after[key])) for key in after]


def _verdict(metric: Metric, before: float | None, after: float | None) -> Verdict:
    """By the digits that are shown: what reads the same is the same."""
    if before is None or after is None:
        return "neither"
    if metric.shown(before) == metric.shown(after):
        return "same"
    if metric.better is None:
        return "neither"
    return "better" if (after < before) == (metric.better == "lower") else "worse"


def _names(caller: Caller, *plans: Plan) -> dict[str, Text]:
    cells = caller.model.cells
    named = {code: Text(name, en or name) for code, name, en in zip(cells["code"], cells["name"], cells["name_en"], strict=True)}
    return named | _staff_names(caller, *plans)


def _as_told(difference: PlanDifference, told: frozenset[str] | None) -> PlanDifference:
    """The difference without officers whom the caller may not be told of."""
    if told is None:
        return difference
    moved = difference.moved.copy()
    for column in ("from_lead", "to_lead"):
        moved[column] = [lead if lead is None or lead in told else UNTOLD for lead in moved[column]]
    officers = difference.officers
    return replace(difference, moved=moved, officers=officers[officers.index.isin(told)])


def _told(caller: Caller, *plans: Plan) -> frozenset[str] | None:
    """Staff whom a limited caller is told of, as on the map: who leads an own beat or one beside it in these plans. None: all."""
    if caller.scope is None:
        return None
    of_plan = [(beats_with_leads(caller, plan), plan.beats) for plan in plans]
    return frozenset(beat.lead for told, beats in of_plan for beat in beats if beat.code in told and beat.lead is not None)


def _staff_names(caller: Caller, *plans: Plan) -> dict[str, Text]:
    """Names of staff by code, for those who may see them; for a limited caller of those told of in these plans."""
    if caller.level < Sensitivity.STAFF:
        return {}
    told = _told(caller, *plans)
    named = caller.model.staff[["code", "name", "name_en"]].itertuples(index=False, name="Row")
    return {row.code: Text(row.name, row.name_en or row.name) for row in named if told is None or row.code in told}


def _title(plan: Plan) -> Text:
    header, status = plan.header, status_of(plan.header)
    return Text(
        f"{header.title.zh}（{status.zh}，第 {header.revision} 版）", f"{header.title.en} ({status.en}, revision {header.revision})"
    )


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    return {key: None if value is None or pd.isna(value) else value for key, value in row.items()}
