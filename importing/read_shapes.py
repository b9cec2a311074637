"""Checks shapes out of a file before anything computes with them: broken, endless, not finite, missing, mixed."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from importing.import_report import Finding
from importing.raw_table import error, note, warning
from importing.read_limits import ReadLimits
from importing.read_refusals import shown
from layers.definition.refusal import Refusal
from layers.definition.text import Text

BROKEN = b""
"""Stands for a shape that its reader could not build."""
_FARTHEST = 1e9  # no unit and no projection on Earth needs a larger coordinate
_FAMILIES = {0: "point", 4: "point", 1: "line", 2: "line", 5: "line", 3: "polygon", 6: "polygon"}
_FAMILY_TEXT = {
    "point": Text("点", "points"),
    "line": Text("线", "lines"),
    "polygon": Text("面", "polygons"),
    "other": Text("其他", "others"),
}
_FIRST_ROWS = 20
_LOOK = Text("请在原程序中改正或删除这些行。", "Mend or delete these rows in the program they came from.")


def checked_shapes(wkb: pa.Array, name: str, limits: ReadLimits) -> tuple[pa.Array, tuple[Finding, ...]]:
    """The shapes as plain two-dimensional WKB, None where there is none or it can't be used, and what was found.

    Refused: a shape with more vertices than allowed, curves and surfaces. Broken and non-finite shapes are errors with
    their rows; rows without a shape and mixed kinds are warnings.
    """
    raw = wkb.to_numpy(zero_copy_only=False)
    shapes, found = _built(raw)
    _check_sizes(shapes, name, limits)
    shapes, not_finite = _without_wild(shapes)
    found += not_finite
    if shapely.has_z(shapes).any():
        found.append(note("heights_dropped", Text("高程已舍去，只用平面坐标。", "Heights were left out; only plane coordinates are used.")))
        shapes = shapely.force_2d(shapes)
    shapes = _without(shapes, shapely.is_empty(shapes))
    found += [*_missing(raw, shapes), *_mixed(shapes)]
    return pa.array(shapely.to_wkb(shapes, byte_order=1), pa.binary()), tuple(found)


def _built(raw: NDArray[Any]) -> tuple[NDArray[Any], list[Finding]]:
    there = np.array([value is not None for value in raw], bool)
    shapes = shapely.from_wkb(raw, on_invalid="ignore")
    bad = there & (shapes == np.array(None))
    found: list[Finding] = []
    if bad.any():
        mended = shapely.from_wkb(_without(raw, ~bad), on_invalid="fix")
        closed = bad & (mended != np.array(None))
        shapes = np.where(closed, mended, shapes)
        bad &= ~closed
        if closed.any():
            found.append(
                note(
                    "rings_closed",
                    Text("{n} 个未闭合的环已闭合。", "{n} open rings were closed."),
                    count=int(closed.sum()),
                    rows=first_rows(closed),
                )
            )
    if bad.any():
        found.append(
            error(
                "broken_shape",
                Text("{n} 行的图形无法读取。", "{n} rows have a shape that can't be read."),
                count=int(bad.sum()),
                rows=first_rows(bad),
                what_next=_LOOK,
            )
        )
    return shapes, [_counted(finding) for finding in found]


def _check_sizes(shapes: NDArray[Any], name: str, limits: ReadLimits) -> None:
    kinds = shapely.get_type_id(shapes)
    odd = kinds > 7
    if odd.any():
        raise Refusal(
            Text("{name}：{n} 行是曲线或曲面（首见第 {row} 行）。", "{name}: {n} rows are curves or surfaces (first: row {row}).").fill(
                name=shown(name), n=int(odd.sum()), row=int(np.argmax(odd)) + 1
            ),
            Text("请先转换为普通的点、线、面。", "Turn them into plain points, lines and polygons first."),
        )
    vertices = shapely.get_num_coordinates(shapes)
    big = vertices > limits.max_vertices
    if big.any():
        raise Refusal(
            Text(
                "{name}：{n} 个图形的顶点超过 {limit:,}（首见第 {row} 行，{v:,} 个）。",
                "{name}: {n} shapes have more than {limit:,} vertices (first: row {row} with {v:,}).",
            ).fill(
                name=shown(name), n=int(big.sum()), limit=limits.max_vertices, row=int(np.argmax(big)) + 1, v=int(vertices[np.argmax(big)])
            ),
            Text("请先简化图形。", "Simplify the shapes first."),
        )


def _without_wild(shapes: NDArray[Any]) -> tuple[NDArray[Any], list[Finding]]:
    coordinates, owner = shapely.get_coordinates(shapes, return_index=True)
    wild = ~(np.abs(coordinates) <= _FARTHEST).all(axis=1)
    if not wild.any():
        return shapes, []
    bad = np.zeros(len(shapes), bool)
    bad[owner[wild]] = True
    what = Text("{n} 行的坐标不是数或大得离谱。", "{n} rows have coordinates that are no number or absurdly large.")
    return _without(shapes, bad), [_counted(error("wild_coordinates", what, count=int(bad.sum()), rows=first_rows(bad), what_next=_LOOK))]


def _missing(raw: NDArray[Any], shapes: NDArray[Any]) -> list[Finding]:
    """Rows that never had a shape; the broken ones are told already."""
    none = (shapes == np.array(None)) & np.array([value is None or _is_empty(value) for value in raw], bool)
    if not none.any():
        return []
    rows, count = first_rows(none), int(none.sum())
    if none.all():
        return [
            _counted(
                error(
                    "no_shapes",
                    Text("全部 {n} 行都没有图形。", "None of the {n} rows has a shape."),
                    count=count,
                    rows=rows,
                    what_next=_LOOK,
                )
            )
        ]
    return [
        _counted(warning("missing_shape", Text("{n} 行没有图形。", "{n} rows have no shape."), count=count, rows=rows, what_next=_LOOK))
    ]


def _is_empty(value: bytes) -> bool:
    return bool(value) and bool(shapely.is_empty(shapely.from_wkb(value, on_invalid="ignore")))


def _mixed(shapes: NDArray[Any]) -> list[Finding]:
    families = np.array([_FAMILIES.get(kind, "other") for kind in shapely.get_type_id(shapes) if kind >= 0])
    kinds, counts = np.unique(families, return_counts=True)
    if len(kinds) < 2:
        return []
    parts = [(_FAMILY_TEXT[str(kind)], int(count)) for kind, count in zip(kinds, counts, strict=True)]
    zh = "、".join(f"{text.zh} {count:,}" for text, count in parts)
    en = ", ".join(f"{count:,} {text.en}" for text, count in parts)
    what = Text("图形类型混杂：{zh}。", "Shapes of several kinds: {en}.").fill(zh=zh, en=en)
    return [warning("mixed_shapes", what, count=len(families))]


def _counted(finding: Finding) -> Finding:
    return replace(finding, what=finding.what.fill(n=f"{finding.count:,}"))


def _without(shapes: NDArray[Any], which: NDArray[np.bool_]) -> NDArray[Any]:
    kept = shapes.copy()
    kept[which] = None
    return kept


def first_rows(which: NDArray[np.bool_] | Sequence[bool]) -> tuple[int, ...]:
    """Numbers, from 1, of the first rows where `which` holds."""
    return tuple(int(row) + 1 for row in np.flatnonzero(which)[:_FIRST_ROWS])
