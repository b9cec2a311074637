"""The cells of a plan for the beat editor in the browser: outlines, neighbours and measures in one small packet of bytes."""

import hashlib
import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from numpy.typing import ArrayLike, NDArray

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from layers.drawing.web_map import coverage

MICRO = 1e6  # outlines travel in millionths of a degree, about a tenth of a metre
DECIMETRE = 10.0
TOP, EXACT = 2**31 - 1, 2**53
TOLERANCE_M = 3.0  # finer than on the map to look at: a planner zooms in on borders


@dataclass(frozen=True)
class EditorBase:
    """What the editor needs once for a plan and its cells, compressed."""

    packed: bytes
    digest: str
    """Changes with the content."""
    cells_digest: str
    """Changes with the cells, their neighbours and measures, not with the plan: gestures kept in a browser fit while it stands."""


@dataclass(frozen=True)
class Measure:
    """One figure of every cell that beats are judged by: `values` (n,) in `unit`, sent as whole multiples of `step`.

    Sums of whole numbers are exact in every order, so the browser and Python agree to the last digit. Known keys: workload
    (what is balanced), dwellings, persons, incidents, area (in m2, step 1); others, such as places, are only summed.
    People are shown `value * scale` in `unit` with `decimals`.
    """

    key: str
    title: Text
    unit: Text
    values: ArrayLike
    step: float = 1.0
    scale: float = 1.0
    decimals: int = 0


@dataclass(frozen=True)
class EditorCells:
    """The cells in the order of the graph: polygons (n,) in degrees (EPSG:4490 or 4326) that tile the town, their codes,
    names, the place of their unit in `units` [(code, Text)], and the lengths of their outlines in metres (n,)."""

    shapes: NDArray[np.object_]
    codes: Sequence[str]
    names: Sequence[str]
    names_en: Sequence[str]
    unit: ArrayLike
    units: Sequence[tuple[str, Text]]
    outline_m: ArrayLike


@dataclass(frozen=True)
class EditorGraph:
    """Which cells touch: pairs (m, 2) of places, the common border in metres (m,), and whether one can cross it (m,)."""

    edges: ArrayLike
    border_m: ArrayLike
    connected: ArrayLike


def editor_base(
    cells: EditorCells,
    graph: EditorGraph,
    measures: Sequence[Measure],
    plan: Mapping[str, Any],
    *,
    in_force: Mapping[str, Any] | None = None,
    parents: Mapping[str, Sequence[str]] | None = None,
    tolerance_share: float = 0.1,
    simplify_m: float = TOLERANCE_M,
) -> EditorBase:
    """All that the editor needs before the first gesture.

    `plan` has id, revision, status, title (Text), beats ({code, name, name_en, lead, colour, locked} in the plan's order),
    beat_of (cell code -> beat code or None), locked_cells (codes), and optionally acknowledged, the number of the last
    gesture stored. `in_force` has beats (codes), leads (per beat), beat_of. A cell that a plan lacks is unassigned.
    `parents` gives, for cells that are no more, the codes that came of them, so that undo and redo outlive a split.
    Common borders stay common below `simplify_m`. Refused: tables of different length, an amount that is missing,
    negative or too large to add up exactly.
    """
    codes = list(cells.codes)
    _check(codes, cells, graph, measures)
    places = {code: place for place, code in enumerate(codes)}
    shapes = coverage(np.asarray(cells.shapes, dtype=object), simplify_m)
    arrays: dict[str, NDArray[Any]] = {
        **_rings(shapes),
        "unit": np.asarray(cells.unit, "<i4"),
        "edges": np.asarray(graph.edges, "<u4").ravel(),
        "border": np.round(np.asarray(graph.border_m, float) * DECIMETRE).astype("<i4"),
        "outline": np.round(np.asarray(cells.outline_m, float) * DECIMETRE).astype("<i4"),
        "beat_of": _owners(codes, plan),
        **{f"measure {m.key}": _steps(m) for m in measures},
        "connected": np.asarray(graph.connected, "u1"),
        "locked_cells": np.zeros(len(codes), "u1"),
    }
    for code in plan.get("locked_cells", ()):
        if code in places:
            arrays["locked_cells"][places[code]] = 1
    if in_force is not None:
        arrays["in_force"] = _owners(codes, in_force)
    ground = [array.tobytes() for name, array in sorted(arrays.items()) if name not in ("beat_of", "locked_cells", "in_force")]
    cells_digest = hashlib.sha256(b"".join([json.dumps(codes).encode(), *ground])).hexdigest()[:16]
    arrays = dict(sorted(arrays.items(), key=lambda item: -item[1].itemsize))  # so that each starts where its kind may start
    header = {
        "digest": cells_digest,
        "plan": {"id": plan["id"], "revision": plan["revision"], "status": plan["status"], "title": list(plan["title"])},
        "codes": codes,
        "names": list(cells.names),
        "names_en": list(cells.names_en),
        "units": [[code, *title] for code, title in cells.units],
        "beats": [dict(beat) for beat in plan["beats"]],
        "measures": [
            {"key": m.key, "title": list(m.title), "unit": list(m.unit), "step": m.step, "scale": m.scale, "decimals": m.decimals}
            for m in measures
        ],
        "in_force": None if in_force is None else {"beats": list(in_force["beats"]), "leads": list(in_force["leads"])},
        "acknowledged": plan.get("acknowledged"),
        "parents": {old: list(new) for old, new in (parents or {}).items()},
        "tolerance": tolerance_share,
        "arrays": [[name, array.dtype.str[1:], len(array)] for name, array in arrays.items()],
    }
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":")).encode()
    text += b" " * (-(len(text) + 4) % 4)  # the numbers behind it start at a multiple of four
    content = len(text).to_bytes(4, "little") + text + b"".join(array.tobytes() for array in arrays.values())
    packed = zlib.compress(content, 9)
    return EditorBase(packed, hashlib.sha256(packed).hexdigest()[:16], cells_digest)


def _rings(shapes: NDArray[np.object_]) -> dict[str, NDArray[Any]]:
    """Rings of all cells, one after the other, each without its closing point: how many points (`ring_size`), whose
    (`ring_cell`), and the steps in longitude and latitude from the point before, of the ring before for the first."""
    parts, cell_of_part = shapely.get_parts(shapes, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    whole = np.round(xy * MICRO).astype(np.int64)
    closing = np.append(ring[1:] != ring[:-1], True)
    whole, ring = whole[~closing], ring[~closing]
    steps = np.diff(whole, axis=0, prepend=0)
    return {
        "ring_size": np.bincount(ring, minlength=len(rings)).astype("<u4"),
        "ring_cell": cell_of_part[part_of_ring].astype("<u4"),
        "lon": steps[:, 0].astype("<i4"),
        "lat": steps[:, 1].astype("<i4"),
    }


def _owners(codes: Sequence[str], plan: Mapping[str, Any]) -> NDArray[np.int32]:
    beats = [beat["code"] if isinstance(beat, Mapping) else beat for beat in plan["beats"]]
    place = {code: at for at, code in enumerate(beats)}
    return np.array([place.get(plan["beat_of"].get(code), -1) for code in codes], "<i4")


def _steps(measure: Measure) -> NDArray[np.int32]:
    values = np.asarray(measure.values, float)
    whole = np.round(values / measure.step)
    wrong = ~((whole >= 0) & (whole <= TOP))
    if wrong.any() or whole.sum() > EXACT:
        raise Refusal(
            Text(
                "{n} 个网格的{what}缺失或为负，或总和过大。", "{n} cells have {what} missing or negative, or their sum is too large."
            ).fill(n=int(wrong.sum()), what=measure.title),
            Text("请更正网格表。", "Correct the table of cells."),
        )
    return whole.astype("<i4")


def _check(codes: list[str], cells: EditorCells, graph: EditorGraph, measures: Sequence[Measure]) -> None:
    n, m = len(codes), len(np.asarray(graph.border_m))
    per_cell = [cells.shapes, cells.names, cells.names_en, np.asarray(cells.unit), np.asarray(cells.outline_m)]
    per_cell += [np.asarray(measure.values) for measure in measures]
    if any(len(column) != n for column in per_cell) or np.shape(graph.edges) != (m, 2) or np.shape(graph.connected) != (m,):
        raise Refusal(Text("网格、邻接与指标的行数不一致。", "Cells, neighbours and measures have different numbers of rows."))
