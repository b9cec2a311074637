"""What the beat editor gets: two squares of 0.01 degrees side by side, the first in beat 01, the second unassigned.

Steps in millionths of a degree, ring by ring, each without its closing point; 12.34 minutes are 123 steps of 0.1."""

import json
import zlib
from typing import Any

import numpy as np
import pytest
import shapely

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from layers.drawing.editor_cells import EditorBase, EditorCells, EditorGraph, Measure, editor_base

SQUARES = np.array([shapely.box(109.0, 28.0, 109.01, 28.01), shapely.box(109.01, 28.0, 109.02, 28.01)])
CELLS = EditorCells(SQUARES, ["a", "b"], ["甲", "乙"], ["A", "B"], [0, 0], [("u", Text("村", "Village"))], [4000.04, 4000.0])
GRAPH = EditorGraph([[0, 1]], [1000.0], [True])
KINDS = {"i4": "<i4", "u4": "<u4", "u1": "u1"}


def plan(**changes: Any) -> dict[str, Any]:
    beats = [{"code": "01", "name": "一", "name_en": "One", "lead": None, "colour": None, "locked": False}]
    return {"id": "p", "revision": 3, "status": "draft", "title": Text("草案", "Draft"), "beats": beats, "beat_of": {"a": "01"}, **changes}


def minutes(values: list[float]) -> Measure:
    return Measure("workload", Text("工作量", "Workload"), Text("分钟/周", "min/week"), values, step=0.1)


def opened(base: EditorBase) -> tuple[dict[str, Any], dict[str, Any]]:
    content = zlib.decompress(base.packed)
    size = int.from_bytes(content[:4], "little")
    header, at, arrays = json.loads(content[4 : 4 + size]), 4 + size, {}
    for name, kind, length in header["arrays"]:
        array = np.frombuffer(content, KINDS[kind], length, at)
        assert at % array.itemsize == 0, name
        arrays[name], at = array, at + array.nbytes
    assert at == len(content)
    return header, arrays


def test_outlines_measures_owners_and_locks_come_back_as_they_were():
    header, arrays = opened(editor_base(CELLS, GRAPH, [minutes([12.34, 0.0])], plan(locked_cells=["b"])))
    assert arrays["ring_size"].tolist() == [4, 4]
    corners = list(zip(arrays["lon"].cumsum(), arrays["lat"].cumsum(), strict=True))
    assert set(corners[:4]) == {(109_000_000, 28_000_000), (109_010_000, 28_000_000), (109_010_000, 28_010_000), (109_000_000, 28_010_000)}
    assert len(set(corners)) == 6, "the common corners are the same"
    assert arrays["measure workload"].tolist() == [123, 0]
    assert arrays["outline"].tolist() == [40_000, 40_000]
    assert arrays["border"].tolist() == [10_000]
    assert arrays["beat_of"].tolist() == [0, -1]
    assert arrays["locked_cells"].tolist() == [0, 1]
    assert header["plan"] == {"id": "p", "revision": 3, "status": "draft", "title": ["草案", "Draft"]}


def test_the_digest_of_the_cells_stands_while_only_the_plan_changes():
    first = editor_base(CELLS, GRAPH, [minutes([1, 2])], plan())
    assert editor_base(CELLS, GRAPH, [minutes([1, 2])], plan()) == first
    later = editor_base(CELLS, GRAPH, [minutes([1, 2])], plan(revision=4, beat_of={"b": "01"}))
    assert later.digest != first.digest
    assert later.cells_digest == first.cells_digest
    assert editor_base(CELLS, GRAPH, [minutes([1, 3])], plan()).cells_digest != first.cells_digest


@pytest.mark.parametrize("values", [[1.0, float("nan")], [-1.0, 2.0], [1.0, 3e9]])
def test_refuses_an_amount_that_cannot_be_added_up(values: list[float]):
    with pytest.raises(Refusal, match="missing or negative"):
        editor_base(CELLS, GRAPH, [minutes(values)], plan())


def test_refuses_tables_of_different_length():
    with pytest.raises(Refusal, match="different numbers of rows"):
        editor_base(CELLS, GRAPH, [minutes([1.0])], plan())
