"""The editor's model in a real browser beside planning/gestures.py: the same plan and the same figures after every message.

The town worked by hand: three rows of three cells of 100 m, beat 1 the first row, beat 2 the second, the third unassigned;
workload 1 to 9. Beat 1 has 6 of 45, border 2 x (300 + 100) m = 8000 dm, 4 pi 30000 / 800² = 0.5890.
"""

import json
import math
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from playwright.sync_api import Page

from planning.balance import gini, variation
from planning.gestures import read_message, replayed
from planning.plan import Plan
from tests.browser.editor_core import figures, grid_base, plan_of, served

RUN = "async (cases) => { const probe = await import('/probe.js'); return cases.map((one) => probe.run(one)); }"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    """Where the modules are served."""
    with served() as found:
        yield found


@pytest.fixture
def core(page: Page, address: str) -> Page:
    """A page that can import the modules."""
    page.goto(address)
    return page


def hand_base() -> dict[str, Any]:
    """The town of the heading."""
    base = grid_base(3, 3, 2, 0)
    m = len(base["border"])
    amounts = {"workload": list(range(1, 10)), "dwellings": [10] * 9, "persons": [20] * 9, "incidents": [0] * 9, "area": [10_000] * 9}
    beats = [{**beat, "locked": False, "lead": "P1"} for beat in base["beats"]]
    return base | {
        "beats": beats,
        "beatOf": [0, 0, 0, 1, 1, 1, -1, -1, -1],
        "connected": [1] * m,
        "border": [1000] * m,
        "outline": [4000] * 9,
        "unit": [0, 0, 0, 0, 1, 1, 1, 1, 1],
        "lockedCells": [0] * 9,
        "measures": [{"key": key, "step": 1, "values": values} for key, values in amounts.items()],
        "inForce": None,
    }


def ask(core: Page, script: str, base: dict[str, Any], argument: Any = None) -> Any:
    """What a few lines say that have `core`, `base` and `argument`."""
    return core.evaluate(
        """async ([plain, argument, script]) => {
            const [{ Core }, { baseOf }] = await Promise.all([import('/core/core.js'), import('/probe.js')]);
            const base = baseOf(plain);
            return new Function('Core', 'core', 'base', 'argument', script)(Core, new Core(base), base, argument);
        }""",
        [base, argument, script],
    )


# by hand


def test_a_stroke_is_one_step_and_one_message(core):
    script = """core.begin('brush', 0); const first = core.add([3, 0]); const again = core.add([3, 4]); core.commit();
                return [first, again, core.pending().gestures, core.canUndo, core.undo() !== null, core.canUndo, core.totals.row(0)];"""
    first, again, gestures, kind, undone, left, row = ask(core, script, hand_base())
    assert (first, again, kind, undone, left) == ([3], [4], "brush", True, None)
    assert gestures == [{"n": 1, "kind": "brush", "cells": [3, 4], "to": "01"}]
    assert (row["cells"], row["workload"], row["perimeter"]) == (3, 6, 8000)
    assert row["polsbyPopper"] == 4 * math.pi * 30_000 / 800**2


def test_a_gesture_that_changes_nothing_vanishes(core):
    script = """core.begin('brush', 0); core.add([0, 1]); const done = core.commit();
                return [done, core.pending(), core.canUndo, core.newBeat({code: '01'}), core.edit(0, {}), core.assign('erase', [7], -1)];"""
    assert ask(core, script, hand_base()) == [None, None, None, {"refused": "taken"}, {"refused": "nothing"}, None]


def test_limits_keep_a_brush_to_what_was_asked(core):
    script = """const painted = (limits) => { core.limit({unassigned: false, unit: -1, beats: null, ...limits}); core.begin('brush', 0);
                  const cells = core.add([3, 4, 5, 6, 7, 8]); core.cancel(); return cells; };
                return [painted({}), painted({unassigned: true}), painted({unit: 0}), painted({beats: [0, 1]}), painted({beats: [1]})];"""
    assert ask(core, script, hand_base()) == [[3, 4, 5, 6, 7, 8], [6, 7, 8], [3], [3, 4, 5], []]


def test_a_flood_keeps_to_its_owner_and_area(core):
    script = "return [core.flood(7), core.flood(4, 20000), core.flood(4, 9999), core.flood(99)].map((cells) => Array.from(cells));"
    everything, two, none, nowhere = ask(core, script, hand_base())
    assert (sorted(everything), len(two), two[0], none, nowhere) == ([6, 7, 8], 2, 4, [], [])


def test_a_flood_and_the_pieces_stop_at_a_border_that_nobody_crosses(core):
    script = "return [Array.from(core.flood(6)), core.pieces(-1).map((cells) => Array.from(cells)), core.summary().pieces.get(-1)];"
    base = hand_base()
    pairs = list(zip(base["edges"][::2], base["edges"][1::2], strict=True))
    base["connected"][pairs.index((7, 8))] = 0
    assert ask(core, script, base) == [[6, 7], [[6, 7], [8]], 2]


def test_bad_words_are_refused_before_they_are_sent(core):
    fields = [{"name": "a\u0007"}, {"name": "长" * 101}, {"colour": "red"}, {"lead": "x\u202e"}, {"code": ""}, {"code": " 1"}]
    script = "return argument.map((fields) => core.newBeat(fields).refused);"
    assert ask(core, script, hand_base(), fields) == ["badName", "badName", "badColour", "badLead", "badCode", "badCode"]


def test_three_thousand_steps_keep_the_last_two_thousand(core):
    script = """for (let i = 0; i < 3000; i += 1) core.assign('click', [4], i % 2);
                let steps = 0; while (core.undo()) steps += 1; return steps;"""
    assert ask(core, script, hand_base()) == 2000


# the cells change under the history


def test_a_history_goes_over_to_the_children_of_a_split_cell(core):
    script = """core.assign('brush', [3, 4], 0); core.assign('brush', [0], 1); core.acknowledge(2, 4);
                const wide = (array) => Array.from(array).concat([argument.owner]);
                const measures = base.measures.map((m) => ({...m, values: Int32Array.from([...m.values, 1])}));
                const told = core.rebase({...base, digest: 'e', plan: {...base.plan, revision: 4}, codes: [...base.codes, 'new'],
                  unit: [...base.unit, 0], outline: [...base.outline, 1], lockedCells: [...base.lockedCells, 0], measures,
                  beatOf: [...core.beatOf, argument.owner]}, {parents: {c004: ['c004', 'new']}});
                core.undo(); core.undo(); return [told, Array.from(core.beatOf), core.pending()?.gestures];"""
    told, owner, gestures = ask(core, script, hand_base(), {"owner": 0})
    assert told == {"undo": {"kept": 2, "cut": 0}, "redo": {"kept": 0, "cut": 0}, "pending": {"kept": 0, "cut": 0}}
    assert owner == [0, 0, 0, 1, 1, 1, -1, -1, -1, 1]
    assert gestures[1] == {"n": 4, "kind": "undo", "cells": [3, 4, 9], "to": "02"}
    told, owner, gestures = ask(core, script, hand_base(), {"owner": -1})
    assert told["undo"] == {"kept": 1, "cut": 1}
    assert owner == [0, 0, 0, 0, 0, 1, -1, -1, -1, -1]


def test_cells_made_one_keep_only_the_steps_they_made_together(core):
    script = """for (const cells of argument) core.assign('brush', cells, core.beatOf[cells[0]] ? 0 : 1); core.acknowledge(9, 4);
                const kept = [0, 1, 2, 3, 5, 6, 7, 8], of = (array) => kept.map((i) => array[i]);
                const at = new Map(kept.map((old, i) => [old, i]));
                const edges = [], border = [], connected = [];
                base.border.forEach((b, i) => { const [x, y] = [base.edges[2 * i], base.edges[2 * i + 1]].map((c) => at.get(c));
                  if (x !== undefined && y !== undefined) { edges.push(x, y); border.push(b); connected.push(1); } });
                return core.rebase({...base, digest: 'e', codes: of(base.codes), unit: of(base.unit), outline: of(base.outline),
                  edges, border, connected, lockedCells: of(base.lockedCells), beatOf: of(core.beatOf),
                  measures: base.measures.map((m) => ({...m, values: Int32Array.from(of(m.values))}))}, {parents: {c004: ['c003']}});"""
    assert ask(core, script, hand_base(), [[3, 4], [0]])["undo"] == {"kept": 2, "cut": 0}
    assert ask(core, script, hand_base(), [[3], [4], [0]])["undo"] == {"kept": 1, "cut": 2}


def test_a_saved_history_of_another_revision_or_spoilt_is_left(core):
    script = """core.assign('brush', [3], 0); const saved = core.saved();
                const later = new Core({...base, plan: {...base.plan, revision: 9}});
                const known = new Core({...base, plan: {...base.plan, revision: 9}, beatOf: core.beatOf, acknowledged: 1});
                return [later.restore(saved).undo, new Core(base).restore({...saved, undo: 7}).undo, new Core(base).restore(null).undo,
                  known.restore(saved)];"""
    other, spoilt, none, known = ask(core, script, hand_base())
    assert other == spoilt == none == {"kept": 0, "cut": 0}
    assert (known["undo"], known["pending"]) == ({"kept": 1, "cut": 0}, {"kept": 0, "cut": 0})


# which cells a shape hits


def test_shapes_hit_by_inner_point_and_the_brush_by_touch(core):
    found = core.evaluate(
        """async () => {
            const { Shapes } = await import('/core/shapes.js');
            const xy = [], ringStart = [0], cellStart = [0], inner = [];
            for (let r = 0; r < 3; r += 1) for (let c = 0; c < 3; c += 1) {
                xy.push(c, r, c + 1, r, c + 1, r + 1, c, r + 1);
                ringStart.push(ringStart.at(-1) + 4); cellStart.push(cellStart.at(-1) + 1); inner.push(c + 0.5, r + 0.5);
            }
            const s = new Shapes({xy: Float64Array.from(xy), ringStart, cellStart, inner: Float64Array.from(inner)});
            return [s.inRectangle(1.6, 1.6, 0, 0), s.inCircle(1.5, 1.5, 1), s.inLasso([0, 0, 3, 0, 0, 3]), s.inLasso([0, 0, 1, 1]),
                s.underBrush(0.5, 0.5, 0.5, 0.5, 0.4), s.underBrush(0.5, 0.5, 0.5, 0.5, 0.6), s.underBrush(0.1, 0.5, 2.9, 0.5, 0.1),
                s.underBrush(-5, 0.5, 9, 2.5, 0.01)].map((cells) => Array.from(cells)).concat([s.at(2.5, 0.5), s.at(-1, 0)]);
        }"""
    )
    rectangle, circle, lasso, line, small, wide, swept, across, at, off = found
    assert rectangle == [0, 1, 3, 4] and circle == [1, 3, 4, 5, 7]
    assert set(lasso) <= {0, 1, 2, 3, 4, 6} and {0, 1, 3} <= set(lasso) and line == []
    assert (small, wide, swept) == ([0], [0, 1, 3], [0, 1, 2])
    assert across == [3, 4, 5]  # from y = 1.21 at the west side to 1.64 at the east
    assert (at, off) == (2, -1)


def test_shapes_hit_what_shapely_hits(core):
    rng = np.random.default_rng(5)
    frame, isle = shapely.box(0, 0, 100, 100), shapely.Point(50, 50).buffer(9, quad_segs=4)
    voronoi = shapely.get_parts(shapely.voronoi_polygons(shapely.multipoints(rng.uniform(0, 100, (80, 2))), extend_to=frame))
    cells = shapely.difference(shapely.intersection(voronoi, frame), isle)
    cells = np.append(cells[~shapely.is_empty(cells)], isle)
    strokes = np.column_stack([rng.uniform(-10, 110, (300, 4)), rng.uniform(0.1, 20, 300)])
    strokes[::3, 2:4] = strokes[::3, :2]
    lassos = [rng.uniform(-10, 110, (7, 2)) for _ in range(100)]
    inner = shapely.get_coordinates(shapely.point_on_surface(cells))
    found = core.evaluate(
        """async ([shapes, strokes, lassos]) => {
            const { Shapes } = await import('/core/shapes.js'), s = new Shapes(shapes);
            const plain = (all) => all.map((cells) => Array.from(cells));
            return [plain(strokes.map((stroke) => s.underBrush(...stroke))), plain(lassos.map((ring) => s.inLasso(ring))),
                strokes.map(([x, y]) => s.at(x, y)), plain(strokes.map((stroke) => s.inRectangle(...stroke)))];
        }""",
        [outlines(cells, inner), strokes.tolist(), [ring.ravel().tolist() for ring in lassos]],
    )
    for (x0, y0, x1, y1, radius), brushed, at, boxed in zip(strokes.tolist(), found[0], found[2], found[3], strict=True):
        way = shapely.linestrings([[x0, y0], [x1, y1]]) if (x0, y0) != (x1, y1) else shapely.points(x0, y0)
        assert brushed == np.flatnonzero(shapely.distance(cells, way) <= radius).tolist()
        assert [at] == (np.flatnonzero(shapely.contains_xy(cells, x0, y0)).tolist() or [-1])
        assert (
            boxed == np.flatnonzero(shapely.intersects_xy(shapely.box(min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)), inner)).tolist()
        )
    for ring, caught in zip(lassos, found[1], strict=True):
        assert caught == np.flatnonzero(odd_crossings(ring, inner)).tolist()


def outlines(cells: np.ndarray, inner: np.ndarray) -> dict[str, Any]:
    """Polygons as the index takes them."""
    parts, of_cell = shapely.get_parts(cells, return_index=True)
    rings, of_part = shapely.get_rings(parts, return_index=True)
    points = [shapely.get_coordinates(ring)[:-1] for ring in rings]
    return {
        "xy": np.concatenate(points).ravel().tolist(),
        "ringStart": np.cumsum([0, *map(len, points)]).tolist(),
        "cellStart": np.searchsorted(of_cell[of_part], np.arange(len(cells) + 1)).tolist(),
        "inner": inner.ravel().tolist(),
    }


def odd_crossings(ring: np.ndarray, points: np.ndarray) -> np.ndarray:
    """Points (n,) from which a ray to the east crosses the ring an odd number of times."""
    (ax, ay), (bx, by) = ring.T, np.roll(ring, 1, axis=0).T
    x, y = points[:, :1], points[:, 1:]
    return (((ay > y) != (by > y)) & (x < (bx - ax) * (y - ay) / (by - ay) + ax)).sum(axis=1) % 2 == 1


# beside Python


def test_sums_and_shares_have_the_digits_of_numpy_for_any_number_of_beats(core):
    rng = np.random.default_rng(3)
    works = [rng.integers(0, 10**8, k) for k in (0, 1, 2, 7, 8, 9, 100, 128, 129, 136, 257, 1000)]
    script = (
        "async (all) => { const m = await import('/core/measures.js'); return all.map((w) => [m.added(w), m.variation(w), m.gini(w)]); }"
    )
    for each, (summed, varied, uneven) in zip(works, core.evaluate(script, [w.tolist() for w in works]), strict=True):
        assert summed == each.sum()
        assert (varied, uneven) == ((variation(each), gini(each)) if len(each) else (None, None))
    shares = [rng.random(k) for k in (3, 20, 128, 300)]
    assert [found[0] for found in core.evaluate(script, [s.tolist() for s in shares])] == [float(s.sum()) for s in shares]


SEEDS = st.integers(0, 2**31)
PICK = st.integers(0, 10**6)
PICKS = st.lists(PICK, min_size=1, max_size=12)
OWNER = st.integers(-1, 40)
WORDS = st.text(
    st.characters(exclude_categories=("Cc", "Cs"), exclude_characters="\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"),
    max_size=12,
)
FIELDS = st.fixed_dictionaries(
    {},
    optional={"name": WORDS, "name_en": WORDS, "colour": st.sampled_from(["#00ff7f", None]), "lead": st.sampled_from(["P1", "P2", None])},
)
OPERATION = st.one_of(
    st.tuples(st.just("paint"), PICK, OWNER, PICKS, PICKS),
    st.tuples(st.just("paint"), PICK, OWNER, PICKS, PICKS),
    st.tuples(st.just("cancelled"), OWNER, PICKS),
    st.tuples(st.just("flood"), PICK, PICK, st.integers(0, 10**7)),
    st.tuples(st.just("unit"), PICK, PICK),
    st.tuples(st.just("proposal"), PICKS),
    st.tuples(st.just("limit"), st.booleans(), st.integers(-1, 3), st.none() | st.lists(PICK, min_size=1, max_size=3)),
    st.tuples(st.just("limit"), st.just(False), st.just(-1), st.none()),
    st.tuples(st.just("newBeat"), FIELDS),
    st.tuples(st.just("edit"), PICK, FIELDS),
    st.tuples(st.just("remove"), PICK),
    st.tuples(st.just("merge"), st.lists(PICK, min_size=1, max_size=3), PICK),
    st.tuples(st.just("swap"), PICK, PICK),
    st.tuples(st.just("lockBeat"), PICK, st.booleans()),
    st.tuples(st.just("lockAll"), st.booleans()),
    st.tuples(st.just("lockCells"), PICKS, st.booleans()),
    st.tuples(st.just("undo"), st.integers(1, 6)),
    st.tuples(st.just("redo"), st.integers(1, 6)),
    st.tuples(st.just("acknowledge")),
    st.tuples(st.just("reload")),
)
CASE = st.fixed_dictionaries(
    {
        "base": st.builds(grid_base, st.integers(1, 6), st.integers(1, 6), st.integers(0, 20), SEEDS),
        "operations": st.lists(OPERATION, min_size=1, max_size=25),
    }
)


@settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
@given(cases=st.lists(CASE, min_size=15, max_size=25))
def test_browser_and_python_agree_after_every_message(core, cases):
    for case, result in zip(cases, core.evaluate(RUN, cases), strict=True):
        _same_all_along(case, result)


def _same_all_along(case: dict[str, Any], result: dict[str, Any]) -> None:
    base, plan = case["base"], plan_of(case["base"])
    for operation, report in zip(case["operations"], result["reports"], strict=True):
        before = plan
        plan = _after(plan, report, base)
        _locks_held(before, plan, operation[0])
        if operation[0] in ("cancelled", "reload"):
            assert report["told"] is True
    assert _after(plan, result["final"], base) == plan_of(base)  # all taken back
    assert result["end"] == result["start"]


def _after(plan: Plan, report: dict[str, Any], base: dict[str, Any]) -> Plan:
    if report["message"]:
        plan = replayed(plan, read_message(json.dumps(report["message"]), base["codes"], base["digest"]))
    assert report["owner"] == [plan.beat_of[cell] for cell in base["codes"]]
    assert report["beats"] == [vars(beat) for beat in plan.beats]
    assert [cell for cell, flag in zip(base["codes"], report["lockedCells"], strict=True) if flag] == sorted(plan.locked_cells)
    expected = figures(plan, base)
    assert report["rows"] == expected["rows"]
    assert report["pieces"] == expected["pieces"]
    assert report["summary"] == expected["summary"]
    return plan


def _locks_held(before: Plan, after: Plan, operation: str) -> None:
    """A locked cell, and all of a locked beat, stay; numbers may change, and steps back and forth may unlock first."""
    if operation in ("undo", "redo", "swap"):
        return
    shut = {beat.code for beat in before.beats if beat.locked}
    assert all(after.beat_of[cell] == before.beat_of[cell] for cell in before.locked_cells)
    assert all(before.cells_of(code) == after.cells_of(code) for code in shut)
