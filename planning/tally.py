"""The sums that all measures of a plan come from, and the same after some cells have moved, without starting again."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.cell_graph import CellGraph
from planning.cell_measures import AMOUNTS, DM_PER_M, CellMeasures, borders_dm, wholes
from planning.circumstances import Circumstances
from planning.compactness import enclosures
from planning.continuity import Past, kept_share, past
from planning.plan import Beat, Plan
from planning.reach import unserved_by_cell

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

UNKNOWN_DM = -1
NOT_KNOWN = float("nan")


@dataclass(frozen=True, eq=False)
class BeatTotals:
    """Whole numbers per beat, (k,) in the plan's order; `wholes` by the keys of `AMOUNTS`, None where not known."""

    cells: Integers
    wholes: Mapping[str, Integers | None]
    border_dm: Integers | None
    """The outline of each beat: the cells' outlines without the borders inside, each counted from both sides."""
    cut_border_dm: int | None
    """Border between different beats, counted once; towards unassigned cells there is none."""
    unassigned_cells: int


@dataclass(frozen=True, eq=False)
class Ground:
    """What stays while cells move, for n cells and k beats. Arrays by cell and beat have k + 1 columns, the first for "in no beat"."""

    beats: tuple[Beat, ...]
    lead: Integers
    """(k,) number of each beat's lead, -1 for none."""
    measures: CellMeasures
    edges: Integers | None
    """(m, 2) positions of the cells on either side of each border."""
    border_dm: Integers | None
    past: Past | None
    unit: Integers | None
    """(n,) number of each cell's unit, -1 for a cell that names none."""
    distance_dm: Integers | None
    unserved: Integers | None
    """Demand in no duty hours, in 0.01 minutes a week."""
    demand: int | None


@dataclass(frozen=True, eq=False)
class Tally:
    """A plan in numbers: `owner` (n,) is the position of each cell's beat among the plan's beats, -1 for none."""

    ground: Ground
    owner: Integers
    kept: Floats | None = None
    """Enclosures (k, 2) of the tally this one came from; those of the `stale` beats are worked out again."""
    stale: Integers | None = None

    @property
    def codes(self) -> tuple[str, ...]:
        """The beats, in the plan's order."""
        return tuple(beat.code for beat in self.ground.beats)

    @property
    def measures(self) -> CellMeasures:
        """The cells' amounts."""
        return self.ground.measures

    def moved(self, cells: Iterable[str], to: str | None) -> "Tally":
        """The tally after these cells went to that beat, or to none. Refused: unknown cells, an unknown beat."""
        at = self.measures.positions(list(cells))
        if to is not None and to not in self.codes:
            raise Refusal(Text("方案中没有警务区 {code}。", "The plan has no beat {code}.").fill(code=to))
        target = -1 if to is None else self.codes.index(to)
        owner = self.owner.copy()
        owner[at] = target
        touched = np.unique(np.append(self.owner[at], target))
        return replace(self, owner=owner, kept=self.enclosures, stale=touched[touched >= 0])

    @cached_property
    def totals(self) -> BeatTotals:
        """The sums of each beat."""
        border, cut = self._borders()
        return BeatTotals(
            cells=self.summed(np.ones(len(self.owner), dtype=np.int64)),
            wholes={key: None if column is None else self.summed(column) for key, column in self.measures.columns.items()},
            border_dm=border,
            cut_border_dm=cut,
            unassigned_cells=int((self.owner < 0).sum()),
        )

    @cached_property
    def enclosures(self) -> Floats:
        """Area of the hull in m² and radius of the enclosing circle in m of each beat, (k, 2)."""
        if self.kept is None or self.stale is None:
            return enclosures(self.measures, self.owner, np.arange(len(self.ground.beats)))
        found = self.kept.copy()
        found[self.stale] = enclosures(self.measures, self.owner, self.stale)
        return found

    def summed(self, values: Integers) -> Integers:
        """Sum of whole numbers (n,) over each beat (k,). Exact: `cell_measures` keeps all sums below 2^53."""
        return np.bincount(self.owner + 1, values, len(self.ground.beats) + 1)[1:].astype(np.int64)

    def amount(self, key: str) -> Floats:
        """An amount of `AMOUNTS` per beat (k,) in its unit; NaN where it isn't known."""
        found = self.totals.wholes[key]
        return np.full(len(self.ground.beats), np.nan) if found is None else found / AMOUNTS[key].per_unit

    def amount_of_all(self, key: str) -> float:
        """The same of all cells together, those in no beat included."""
        total = self.measures.total(key)
        return NOT_KNOWN if total is None else total / AMOUNTS[key].per_unit

    @property
    def border_m(self) -> Floats:
        """Outline of each beat (k,); NaN without a cell graph."""
        found = self.totals.border_dm
        return np.full(len(self.ground.beats), np.nan) if found is None else found / DM_PER_M

    @cached_property
    def distance_dm(self) -> Integers | None:
        """Distance of each cell (n,) to the post of its beat, `UNKNOWN_DM` where not known; of no meaning for one in no beat."""
        return self._by_owner(self.ground.distance_dm)

    def mean_distance_m(self, weight: Integers) -> tuple[Floats, float]:
        """Mean distance to the post, each cell counted so often (n,), by beat (k,) and of all; NaN if one isn't known."""
        if self.distance_dm is None:
            return np.full(len(self.ground.beats), np.nan), NOT_KNOWN
        way, weights = self.summed(weight * self.distance_dm), self.summed(weight)
        lost = self.summed(((self.distance_dm < 0) & (weight > 0)).astype(np.int64)) > 0
        mean = _ratio(np.where(lost, np.nan, way), weights)
        return mean / DM_PER_M, NOT_KNOWN if lost.any() or not weights.any() else int(way.sum()) / int(weights.sum()) / DM_PER_M

    def largest_distance_m(self) -> Floats:
        """Largest distance of a cell to the post of its beat (k,); NaN for an empty beat, or if one isn't known."""
        if self.distance_dm is None:
            return np.full(len(self.ground.beats), np.nan)
        furthest = np.full(len(self.ground.beats) + 1, UNKNOWN_DM)
        np.maximum.at(furthest, self.owner + 1, self.distance_dm)
        lost = self.summed((self.distance_dm < 0).astype(np.int64)) > 0
        return np.where(lost | (furthest[1:] < 0), np.nan, furthest[1:] / DM_PER_M)

    def per_officer(self, key: str) -> Floats:
        """An amount in all beats of each beat's lead, (k,); NaN for a beat without a lead."""
        lead = self.ground.lead
        each = np.bincount(lead + 1, self.amount(key), len(lead) + 1)[lead + 1]
        return np.where(lead < 0, np.nan, each)

    def split_units(self) -> float:
        """Number of units with cells in more than one beat; NaN if the cells do not name their unit."""
        unit = self.ground.unit
        if unit is None:
            return NOT_KNOWN
        held = np.zeros((int(unit.max(initial=-1)) + 1, len(self.ground.beats) + 1), dtype=bool)
        named = unit >= 0
        held[unit[named], self.owner[named] + 1] = True
        return float((held[:, 1:].sum(axis=1) > 1).sum())

    def kept_beat_share(self, key: str | None) -> float:
        """Share of an amount (None: of cells) whose cells keep their beat; NaN without a plan in force."""
        known = self.ground.past
        return NOT_KNOWN if known is None else self._kept(known.beat, self.owner, key)

    def kept_lead_share(self, key: str | None) -> float:
        """Share of an amount (None: of cells) whose cells keep their lead officer; NaN without a plan in force."""
        known = self.ground.past
        return NOT_KNOWN if known is None else self._kept(known.lead, np.append(known.lead_of_beat, -1)[self.owner], key)

    def unserved_share(self) -> float:
        """Share of the demand in hours when nobody is on duty in its beat; NaN if demand or duty hours aren't known."""
        unserved = self._by_owner(self.ground.unserved)
        return int(unserved.sum()) / self.ground.demand if unserved is not None and self.ground.demand else NOT_KNOWN

    def _by_owner(self, table: Integers | None) -> Integers | None:
        """Of a table (n, k + 1), the column of each cell's beat (n,)."""
        return None if table is None else table[np.arange(len(self.owner)), self.owner + 1]

    def _kept(self, before: Integers, now: Integers, key: str | None) -> float:
        amount = np.ones(len(self.owner), dtype=np.int64) if key is None else self.measures.columns[key]
        return NOT_KNOWN if amount is None else kept_share(before, now, amount)

    def _borders(self) -> tuple[Integers | None, int | None]:
        edges, border_dm, outline = self.ground.edges, self.ground.border_dm, self.measures.columns["outline"]
        if edges is None or border_dm is None or outline is None:
            return None, None
        here, there = self.owner[edges[:, 0]], self.owner[edges[:, 1]]
        within, cut = here == there, (here != there) & (here >= 0) & (there >= 0)
        inner = np.bincount(here[within] + 1, border_dm[within], len(self.ground.beats) + 1)[1:].astype(np.int64)
        return self.summed(outline) - 2 * inner, int(border_dm[cut].sum())


def tally(plan: Plan, measures: CellMeasures, graph: CellGraph | None = None, circumstances: Circumstances | None = None) -> Tally:
    """A plan in numbers. Without the graph of the same cells no outline is known; without circumstances, what rests on them.

    A cell that the plan lacks is in no beat. Refused: a graph of other cells, distances or demand of another shape.
    """
    around = circumstances or Circumstances()
    n, k = len(measures.codes), len(plan.beats)
    at = {beat.code: i for i, beat in enumerate(plan.beats)}
    owners = (plan.beat_of.get(code) for code in measures.codes)
    ground = Ground(
        beats=plan.beats,
        lead=_leads(plan),
        measures=measures,
        edges=None if graph is None else _edges(graph, measures),
        border_dm=None if graph is None else borders_dm(graph),
        past=None if around.before is None else past(around.before, plan.beats, measures.codes),
        unit=None if measures.unit_code is None else pd.factorize(measures.unit_code)[0].astype(np.int64),
        distance_dm=None if around.post_distance_m is None else _by_beat(_distance_dm(around.post_distance_m), n, k, UNKNOWN_DM),
        unserved=None,
        demand=None,
    )
    if around.demand_min_week is not None and around.on_duty is not None:
        _check_rows(len(around.demand_min_week), n)
        step = AMOUNTS["workload"].per_unit
        missed = wholes(unserved_by_cell(around.demand_min_week, around.on_duty), step)
        demand = wholes(around.demand_min_week.sum(axis=1), step)
        # cells in no beat have nobody's duty hours, unless the town has one roster
        ground = replace(ground, unserved=_by_beat(missed, n, k, demand), demand=int(demand.sum()))
    return Tally(ground, np.array([-1 if beat is None else at[beat] for beat in owners], dtype=np.int64))


def _leads(plan: Plan) -> Integers:
    number = {lead: i for i, lead in enumerate(dict.fromkeys(beat.lead for beat in plan.beats if beat.lead))}
    return np.array([number[beat.lead] if beat.lead else -1 for beat in plan.beats], dtype=np.int64)


def _edges(graph: CellGraph, measures: CellMeasures) -> Integers:
    if set(graph.codes) != set(measures.codes):
        raise Refusal(
            Text("网格图与网格表的网格不同。", "The cell graph is not of the same cells as the measures."),
            Text("请用当前网格重新计算。", "Work both out again from the present cells."),
        )
    return measures.positions(list(graph.codes))[graph.edges].reshape(-1, 2)


def _distance_dm(distance_m: Floats) -> Integers:
    known = np.isfinite(distance_m)
    return np.where(known, wholes(np.where(known, distance_m, 0), DM_PER_M), UNKNOWN_DM)


def _by_beat(values: Integers, n: int, k: int, in_no_beat: Integers | int) -> Integers:
    """(n, k + 1) out of (n, k) with a first column for the cells in no beat, or out of (n,), the same for all."""
    _check_rows(len(values), n)
    if values.ndim == 1:
        return np.broadcast_to(values[:, None], (n, k + 1))
    if values.shape[1] != k:
        raise Refusal(
            Text("数据有 {m} 个警务区，方案有 {k} 个。", "The figures are of {m} beats, the plan has {k}.").fill(m=values.shape[1], k=k)
        )
    return np.column_stack([np.broadcast_to(in_no_beat, (n,)), values])


def _check_rows(rows: int, n: int) -> None:
    if rows != n:
        raise Refusal(Text("数据有 {m} 个网格，应为 {n} 个。", "The figures are of {m} cells, not of the {n} there are.").fill(m=rows, n=n))


def _ratio(above: Floats, below: Integers) -> Floats:
    return np.divide(above, below, out=np.full(len(above), np.nan), where=below > 0)
