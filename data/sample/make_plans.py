"""The plan in force, made of whole units, and a draft that moves a few border cells to even out the dwellings."""

from collections import defaultdict

import numpy as np
import shapely
from make_coverage import COMMUNITIES
from make_town import Town

IN_FORCE, DRAFT = "plan-2025", "plan-2026-draft"
RURAL_BEATS = 3
MOVES = 10
ROOK_M = 20.0  # cells that share less border than this only touch at a corner
Graph = dict[int, set[int]]


def make_plans(town: Town, dwellings: np.ndarray) -> tuple[list[dict], list[dict], list[dict]]:
    """Rows of plans.csv, plan_beats.csv and plan_cells.csv."""
    near = cell_neighbours(town)
    beat_of_unit = _base_plan(town, near, dwellings)
    base = [beat_of_unit[cell.unit] for cell in town.cells]
    draft = _draft_plan(near, base, dwellings)
    plans = [
        dict(id=IN_FORCE, name="现行方案", name_en="Plan in force", status="in_force", parent_id="", author="P12",
             reason="演示：整社区、整村划分", created_at="2024-12-16T09:00", effective_from="2025-01-01"),
        dict(id=DRAFT, name="2026年调整草案", name_en="2026 draft", status="draft", parent_id=IN_FORCE, author="P12",
             reason="演示：平衡各警务区房屋数", created_at="2025-12-15T09:00", effective_from=""),
    ]  # fmt: skip
    beats, cells = [], []
    for plan, owner in ((IN_FORCE, base), (DRAFT, draft)):
        for beat in range(COMMUNITIES + RURAL_BEATS):
            unit = beat if beat < COMMUNITIES else next(u for u in sorted(beat_of_unit) if beat_of_unit[u] == beat)
            row = town.units[unit]
            names = dict(name=f"{row['short']}警务区", name_en=f"{row['pinyin']} Beat")
            beats.append(dict(plan_id=plan, code=f"{beat + 1:02d}", **names, lead=f"P{beat + 1:02d}"))
        cells += [dict(plan_id=plan, cell_code=cell.code, beat=f"{beat + 1:02d}") for cell, beat in zip(town.cells, owner, strict=True)]
    return plans, beats, cells


def cell_neighbours(town: Town) -> Graph:
    """Cells that share a border on land, or face each other at a bridge."""
    shapes = [cell.local for cell in town.cells]
    river = town.water["river"]
    near: Graph = defaultdict(set)
    tree = shapely.STRtree(shapes)
    for a, b in zip(*tree.query(shapes, predicate="intersects"), strict=True):
        if a < b:
            border = shapes[a].intersection(shapes[b])
            if border.length > ROOK_M and border.difference(river).length > ROOK_M:
                near[int(a)].add(int(b))
                near[int(b)].add(int(a))
    for span in town.bridges:
        one, other = (int(row) for row in town.cell_at(np.array(span.coords)))
        near[one].add(other)
        near[other].add(one)
    return near


def _base_plan(town: Town, near: Graph, dwellings: np.ndarray) -> dict[int, int]:
    """Beat of every unit: one per community and three rural ones; the lightest beat takes its nearest free village."""
    unit_near: Graph = defaultdict(set)
    for a, others in near.items():
        for b in others:
            unit_near[town.cells[a].unit].add(town.cells[b].unit)
    load = np.zeros(len(town.units))
    for cell, count in zip(town.cells, dwellings, strict=True):
        load[cell.unit] += count
    heart = np.array([area.centroid.coords[0] for area in town.unit_local])
    beat_of = {unit: unit for unit in range(COMMUNITIES)}
    for beat in range(COMMUNITIES, COMMUNITIES + RURAL_BEATS):  # far from the seat and from each other
        gap = [min(np.hypot(*(heart[u] - heart[v])) * (1.0 if v >= COMMUNITIES else 1.6) for v in beat_of) for u in range(len(heart))]
        beat_of[int(np.argmax(gap))] = beat
    while len(beat_of) < len(town.units):
        held = {beat: [u for u in beat_of if beat_of[u] == beat] for beat in set(beat_of.values())}
        reach = {beat: {v for u in own for v in unit_near[u] if v not in beat_of} for beat, own in held.items()}
        beat = min((b for b in held if reach[b]), key=lambda b: (load[held[b]].sum(), b))
        middle = heart[held[beat]].mean(axis=0)
        beat_of[min(reach[beat], key=lambda u: (np.hypot(*(heart[u] - middle)), u))] = beat
    rural = sorted(set(range(COMMUNITIES, COMMUNITIES + RURAL_BEATS)), key=lambda beat: min(u for u in beat_of if beat_of[u] == beat))
    order = {beat: COMMUNITIES + n for n, beat in enumerate(rural)}
    return {unit: order.get(beat, beat) for unit, beat in beat_of.items()}


def _draft_plan(near: Graph, base: list[int], dwellings: np.ndarray) -> list[int]:
    """The same beats after a few moves, each the one that evens out the dwellings most and keeps both beats in one piece."""
    owner, moved = list(base), set()
    load = np.bincount(base, weights=dwellings)
    for _ in range(MOVES):
        best = None
        for cell in sorted(set(range(len(owner))) - moved):
            for beat in sorted({owner[other] for other in near[cell]} - {owner[cell]}):
                gain = dwellings[cell] * (load[owner[cell]] - load[beat] - dwellings[cell])
                left = [c for c in range(len(owner)) if owner[c] == owner[cell] and c != cell]
                if left and (best is None or gain > best[0]) and connected(near, left):
                    best = (gain, cell, beat)
        _, cell, beat = best
        load[owner[cell]] -= dwellings[cell]
        load[beat] += dwellings[cell]
        owner[cell] = beat
        moved.add(cell)
    return owner


def connected(near: Graph, members: list[int]) -> bool:
    """Whether one can walk from any of the members to all others without leaving them."""
    inside, seen, ahead = set(members), {members[0]}, [members[0]]
    while ahead:
        for other in near[ahead.pop()] & inside - seen:
            seen.add(other)
            ahead.append(other)
    return seen == inside
