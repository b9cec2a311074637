"""Split, merge and part cells anew: shown first, then saved with every plan carried over, and undone as one step."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import shapely
from pyproj import Transformer

from actions.caller import Caller
from actions.town_model import TownModel
from layers.definition.crs import STORED_CRS
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.cell_changes import CellChange, merge_cells, move_border, split_cell
from planning.count_shares import ShareBy
from planning.dividing_lines import middle_line, roads_through
from planning.plan import Plan
from storage import cell_changes as kept
from storage.import_lines import ImportLine

SHARE_BY: dict[str, Text] = {
    "area": Text("面积", "area"),
    "incidents": Text("警情", "incidents"),
    "dwellings": Text("户数（自行清点）", "dwellings (you count)"),
}
"""By what the counts of a cell are shared out among its parts. No dwelling is stored by place: who splits says how many lie in each."""
MOST_TRIED = 8  # lines of a layer, longest first
LONGEST_LINE = 2_000  # corners of a line; a hand draws some hundred
LINE_LAYERS = ("roads", "water")
"""Layers along whose lines or shores a cell may be split."""


@dataclass(frozen=True, eq=False)
class ChangePreview:
    """What a change of cells would do. `rows` are the new and changed cells in EPSG:4490; nothing has been written."""

    change: CellChange
    rows: gpd.GeoDataFrame
    plans: tuple[Plan, ...]
    cells_revision: str
    plans_revision: str

    @property
    def children(self) -> gpd.GeoDataFrame:
        """The cells that come, with their counts."""
        return self.rows[self.rows["code"].isin(self.change.parents)]


def preview_split(
    caller: Caller,
    cell: str,
    line: Sequence[tuple[float, float]] | None,
    along: str | None = None,
    share_by: str = "area",
    dwellings: Sequence[int] = (),
) -> ChangePreview:
    """A cell cut along a drawn line (lon, lat in EPSG:4490), or along what a layer of roads or water has in it.

    `dwellings`: with `share_by` "dwellings" the number in each part, from west to east. Refused: neither or both; a line
    that is none; what `planning.cell_changes.split_cell` refuses.
    """
    caller.must("change_cells")
    model = caller.model
    lines = [_line_m(model, line)] if line is not None else _layer_lines(model, cell, along or "")
    how, incidents = _shares(model, share_by, dwellings)
    taken = _retired(caller)

    def make(cells: gpd.GeoDataFrame) -> CellChange:
        return _split_along(cell, lines, lambda cut: split_cell(cells, cell, cut, how, incidents, taken))

    return _preview(caller, make)


def preview_merge(caller: Caller, cells: Sequence[str], into: str | None = None, plan_id: str | None = None) -> ChangePreview:
    """Cells of one unit made one. Where they lie in different beats of `plan_id`, `into` is the beat that gets it; in other
    plans it is the beat with most of them."""
    caller.must("change_cells")
    return _preview(caller, lambda table: merge_cells(table, list(cells)), into, plan_id)


def preview_border(
    caller: Caller, a: str, b: str, line: Sequence[tuple[float, float]], share_by: str = "area", dwellings: Sequence[int] = ()
) -> ChangePreview:
    """Two neighbouring cells of one unit parted along another line (lon, lat in EPSG:4490)."""
    caller.must("change_cells")
    model = caller.model
    how, incidents = _shares(model, share_by, dwellings)
    return _preview(caller, lambda cells: move_border(cells, a, b, _line_m(model, line), how, incidents))


def take_change(caller: Caller, preview: ChangePreview, reason: str = "") -> ImportLine:
    """Save what was previewed with all plans carried over, whole or not at all. Refused: somebody changed cells or plans since."""
    caller.must("change_cells")
    change = preview.change
    gone = tuple(code for code in change.children if code not in set(preview.rows["code"]))
    return caller.store.change_cells(
        kept.CellChange(
            by=caller.user,
            kind=change.kind,
            rows=preview.rows,
            gone=gone,
            plans=preview.plans,
            reason=reason,
            detail={"children": {old: list(new) for old, new in change.children.items()}},
            expected_revision=preview.cells_revision,
            expected_plans=preview.plans_revision,
        )
    )


def cell_changes(caller: Caller) -> tuple[ImportLine, ...]:
    """The changes of cells so far, newest first."""
    caller.must("see_map")
    return caller.store.cell_changes()


def undo_cell_change(caller: Caller, change_id: str) -> ImportLine:
    """Undo a change of cells as one step. Refused, and nothing changed: see `Store.undo_cell_change`."""
    caller.must("change_cells")
    return caller.store.undo_cell_change(change_id, by=caller.user)


def children_of_cells(lines: Sequence[ImportLine]) -> dict[str, tuple[str, ...]]:
    """Cells that are no more -> the cells of today that came of them, over all changes that stand."""
    found: dict[str, tuple[str, ...]] = {}
    for line in reversed([line for line in lines if line.undone_at is None]):
        step = {old: tuple(new) for old, new in dict(line.choices.get("children", {})).items() if tuple(new) != (old,)}
        found = {old: tuple(dict.fromkeys(c for code in new for c in step.get(code, (code,)))) for old, new in found.items()}
        found |= step
    return found


def _preview(
    caller: Caller, make: Callable[[gpd.GeoDataFrame], CellChange], into: str | None = None, plan_id: str | None = None
) -> ChangePreview:
    model, store = caller.model, caller.store
    cells_revision, plans_revision = store.revision("grid_cells"), store.revision("plans")
    cells_m = model.layers["grid_cells"].to_crs(model.town.metric_crs)
    change = make(cells_m)
    changed = set(change.parents) | set(change.changed)
    rows_m = change.cells[change.cells["code"].isin(changed)].reset_index(drop=True)
    rows = rows_m.set_geometry(gpd.GeoSeries(_degrees(model, cells_m, rows_m), crs=STORED_CRS))
    plans = [store.plan(header.id) for header in store.plan_headers() if header.status != "archived"]
    there = set(change.children)
    carried = tuple(
        change.carried(plan, into if plan.header.id == plan_id else _most(plan, change)) for plan in plans if there <= plan.beat_of.keys()
    )
    return ChangePreview(change, rows, carried, cells_revision, plans_revision)


def _most(plan: Plan, change: CellChange) -> str | None:
    """The beat that most of the cells of a merge lie in, in a plan that nobody asked about."""
    beats = [beat for cell in change.children if (beat := plan.beat_of[cell]) is not None]
    return max(sorted(set(beats)), key=beats.count) if beats else None


def _degrees(model: TownModel, old_m: gpd.GeoDataFrame, rows_m: gpd.GeoDataFrame) -> list[shapely.Geometry]:
    """Changed cells in degrees. A corner that was there before keeps its stored degrees to the last bit, so that cells still meet."""
    stored = shapely.get_coordinates(model.layers["grid_cells"].geometry.to_numpy())
    known = dict(zip(map(tuple, shapely.get_coordinates(old_m.geometry.to_numpy())), map(tuple, stored), strict=True))
    back = Transformer.from_crs(model.town.metric_crs, STORED_CRS, always_xy=True)

    def to_degrees(xy: np.ndarray) -> np.ndarray:
        made = np.column_stack(back.transform(xy[:, 0], xy[:, 1]))
        return np.array([known.get((x, y), tuple(new)) for (x, y), new in zip(xy, made, strict=True)])

    return list(shapely.transform(rows_m.geometry.to_numpy(), to_degrees))


def _line_m(model: TownModel, line: Sequence[tuple[float, float]]) -> shapely.LineString:
    try:
        points = np.array([(float(lon), float(lat)) for lon, lat in line])
    except (TypeError, ValueError):
        points = np.empty((0, 2))
    if not 2 <= len(points) <= LONGEST_LINE or not np.isfinite(points).all():
        raise Refusal(
            Text("画的线无效（{n} 个点）。", "The line that was drawn is not valid ({n} points).").fill(n=len(points)),
            Text("请从网格一侧画到另一侧。", "Draw it from one side of the cell to the other."),
        )
    x, y = Transformer.from_crs(STORED_CRS, model.town.metric_crs, always_xy=True).transform(points[:, 0], points[:, 1])
    return shapely.LineString(np.column_stack([x, y]))


def _layer_lines(model: TownModel, cell: str, along: str) -> list[shapely.Geometry]:
    """What a layer has to divide a cell by, best first: roads through it, or the middle of the water in it."""
    if along not in LINE_LAYERS or cell not in model.cells_m.index:
        raise Refusal(
            Text("不能沿“{layer}”拆分网格 {cell}。", "Cell {cell} can't be split along '{layer}'.").fill(layer=along[:40], cell=cell[:40]),
            Text("请画一条线，或选择道路或水系。", "Draw a line, or choose roads or water."),
        )
    shape = model.cells_m.geometry.loc[cell]
    table = model.layers[along].to_crs(model.town.metric_crs).geometry
    near = table[table.intersects(shape)].to_numpy()
    if along == "roads":
        return roads_through(shape, near)
    return [line for line in (middle_line(shape, water) for water in near) if not line.is_empty]


def _split_along(cell: str, lines: list[shapely.Geometry], split: Callable[[shapely.Geometry], CellChange]) -> CellChange:
    """The first of the lines that divides the cell. Refused: none does."""
    if len(lines) == 1:
        return split(lines[0])
    why: Text | None = None
    for line in lines[:MOST_TRIED]:
        try:
            return split(line)
        except Refusal as refusal:
            why = why or refusal.message
    raise Refusal(
        Text("没有一条线从一侧到另一侧穿过网格 {cell}。{why}", "No such line crosses cell {cell} from one side to the other. {why}").fill(
            cell=cell, why=why or Text("", "")
        ),
        Text("请画一条线。", "Draw a line."),
    )


def _shares(model: TownModel, share_by: str, dwellings: Sequence[int]) -> tuple[ShareBy, gpd.GeoSeries | None]:
    """How counts are shared out. Refused: another way than those of `SHARE_BY`."""
    if share_by not in SHARE_BY:
        raise Refusal(
            Text("不能按“{by}”分摊。", "Counts can't be shared out by '{by}'.").fill(by=share_by[:40]),
            Text("可选：{ways}。", "Choose one of: {ways}.").fill(ways=", ".join(SHARE_BY)),
        )
    if share_by == "area":
        return "area", None
    if share_by == "dwellings":
        return tuple(int(number) for number in dwellings), None
    table = model.incidents
    return "incidents", gpd.GeoSeries(gpd.points_from_xy(table["x_m"], table["y_m"]), crs=model.town.metric_crs)


def _retired(caller: Caller) -> set[str]:
    """Codes that cells had before and that no cell may get again."""
    return set(children_of_cells(caller.store.cell_changes()))
