"""A planner's whole way on the demo draft: redraw, split a village cell at the river, all checks green, submit, approve, in force.

The draft has 14 beats of which 9 are more than 10% off an equal part, and 8 divided units. Twelve cells, each from a beat with too
much to a neighbour with too little, bring every beat within 10%.
"""

import json

import pytest

from actions.caller import Caller
from actions.change_cells import preview_split, take_change
from actions.compare_plans import PlanVersion, compare_plans
from actions.draw_plan import open_drawing, take_gestures
from actions.measure_plan import MeasuredPlan, measure_plan
from actions.open_workspace import as_caller
from actions.plan_rules import set_response_limit, state_splits
from actions.publish_plan import approve, submit
from layers.definition.refusal import Refusal
from planning.cell_graph import CellGraph

DRAFT, IN_FORCE = "plan-2026-draft", "plan-2025"
BY_THE_RIVER = "433125109213002"
FURTHEST_M = 21_000.0  # the furthest cell lies 20.5 km from the station
TOLERANCE_SHARE = 0.10


def states(found: MeasuredPlan) -> dict[str, str]:
    return {finding.check: finding.state for finding in found.findings}


def next_move(found: MeasuredPlan, graph: CellGraph) -> tuple[str, str] | None:
    """The cell and the neighbouring beat that do most for the balance and leave both in one piece; None once all are within."""
    work, plan = found.workload.minutes_week.to_dict(), found.plan
    load = {beat.code: sum(work[cell] for cell in plan.cells_of(beat.code)) for beat in plan.beats}
    ideal = sum(load.values()) / len(load)
    if all(abs(minutes / ideal - 1) <= TOLERANCE_SHARE for minutes in load.values()):
        return None
    links = [(graph.codes[a], graph.codes[b]) for (a, b), passable in zip(graph.edges, graph.connected, strict=True) if passable]
    moves = {(one, plan.beat_of[other]) for a, b in links for one, other in ((a, b), (b, a)) if plan.beat_of[one] != plan.beat_of[other]}

    def worse_by(move: tuple[str, str]) -> float:
        """Growth of the sum of squared distances from the ideal."""
        cell, to = move
        less, more = load[plan.beat_of[cell]], load[to]
        return (less - work[cell] - ideal) ** 2 + (more + work[cell] - ideal) ** 2 - (less - ideal) ** 2 - (more - ideal) ** 2

    for cell, to in sorted(moves, key=lambda move: (worse_by(move), move)):
        if len(graph.pieces(set(plan.cells_of(plan.beat_of[cell])) - {cell})) == 1:
            return cell, to
    raise AssertionError("no cell can be moved any more")


def redraw(planner: Caller) -> int:
    """Gestures as the browser sends them, one cell at a time, until the workload is balanced; how many it took."""
    drawing, taken, n = open_drawing(planner, DRAFT), None, 0
    while move := next_move(measure_plan(planner, DRAFT), planner.model.graph):
        cell, to = move
        n += 1
        message = {
            "plan": DRAFT,
            "digest": drawing.base.cells_digest,
            "revision": (taken.plan if taken else drawing.plan).header.revision,
            "gestures": [{"n": n, "kind": "click", "cells": [drawing.codes.index(cell)], "to": to}],
        }
        taken = take_gestures(planner, drawing, json.dumps(message), taken)
        assert taken.merge is None and taken.n == n < 40
    return n


def test_a_planner_redraws_splits_at_the_river_gets_every_check_green_and_a_chief_puts_it_in_force(drafter: Caller) -> None:
    chief = as_caller(drafter.workspace, "所长", "chief")
    before = states(measure_plan(drafter, DRAFT))
    assert {key for key, state in before.items() if state != "ok"} == {"balanced", "whole_units", "response_distance"}
    with pytest.raises(Refusal, match="state a reason"):
        submit(drafter, DRAFT)

    split = preview_split(drafter, BY_THE_RIVER, None, along="water", share_by="incidents")
    take_change(drafter, split, "以河为界")
    assert redraw(drafter) >= 4
    found = measure_plan(drafter, DRAFT)
    assert states(found)["balanced"] == states(found)["in_one_piece"] == "ok"

    divided = next(finding.where for finding in found.findings if finding.check == "whole_units")
    state_splits(drafter, divided, "河两岸由各自一侧的警务区管")
    set_response_limit(chief, FURTHEST_M, "乡镇全域 40 分钟车程")
    green = measure_plan(drafter, DRAFT)
    assert set(states(green).values()) == {"ok"}

    submit(drafter, DRAFT)  # nothing is broken, so no reason is asked for
    with pytest.raises(Refusal, match="may not do this"):
        approve(drafter, DRAFT)
    header = approve(chief, DRAFT).header
    assert (header.status, header.submitted_by, header.approved_by) == ("in_force", drafter.user, "所长")
    assert drafter.store.plan(IN_FORCE).header.status == "archived"
    with pytest.raises(Refusal, match="can't be drawn on"):
        redrawn = open_drawing(drafter, DRAFT)
        message = {"plan": DRAFT, "digest": redrawn.base.cells_digest, "revision": header.revision}
        take_gestures(drafter, redrawn, json.dumps(message | {"gestures": [{"n": 1, "kind": "click", "cells": [0], "to": "01"}]}))

    comparison = compare_plans(drafter, PlanVersion(IN_FORCE), PlanVersion(DRAFT))
    assert set(split.change.children[BY_THE_RIVER]) <= set(green.plan.beat_of)
    assert len(comparison.difference.moved) > 10
    assert drafter.store.verify_audit().ok
