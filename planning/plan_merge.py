"""Two people's changes to one draft put together cell by cell; where both changed the same thing, a person chooses."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from types import MappingProxyType
from typing import Literal, TypeVar

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.plan import Beat, Plan

T = TypeVar("T")
Side = Literal["base", "mine", "theirs"]
SIDES: tuple[Side, ...] = ("base", "mine", "theirs")
HEADER_FIELDS = ("name", "name_en", "reason", "effective_from")
"""What a person writes in a header; all else, the revision before all, comes from theirs, which is the saved one."""


@dataclass(frozen=True)
class Merged:
    """The merge, and what is still open. Each conflict holds base, mine, theirs, in this order."""

    plan: Plan
    """Both sides' changes; where they conflict it shows mine until `resolved`. Its revision is that of theirs."""
    conflicts: MappingProxyType[str, tuple[str | None, str | None, str | None]]
    """Cell -> its three beats."""
    beat_conflicts: MappingProxyType[str, tuple[Beat | None, Beat | None, Beat | None]]
    """Beat code -> its three versions; None is a plan without the beat."""
    header_conflicts: MappingProxyType[str, tuple[str | None, str | None, str | None]]
    """Field of the header -> its three wordings."""
    taken_from_mine: tuple[str, ...]
    """Cells that only I changed."""
    taken_from_theirs: tuple[str, ...]
    """Cells that only they changed."""

    @property
    def open(self) -> int:
        """Number of conflicts of any kind."""
        return len(self.conflicts) + len(self.beat_conflicts) + len(self.header_conflicts)

    @property
    def lines(self) -> tuple[Text, ...]:
        """The merge in words."""
        counts = (
            (len(self.taken_from_mine), Text("采用我的改动：{n} 个网格。", "My changes taken: {n} cells.")),
            (len(self.taken_from_theirs), Text("采用对方改动：{n} 个网格。", "Their changes taken: {n} cells.")),
            (len(self.conflicts), Text("双方都改了 {n} 个网格，请选择。", "{n} cells were changed by both; choose.")),
            (len(self.beat_conflicts), Text("双方都改了 {n} 个警务区，请选择。", "{n} beats were changed by both; choose.")),
            (
                len(self.header_conflicts),
                Text("双方都改了 {n} 项方案说明，请选择。", "{n} words about the plan were changed by both; choose."),
            ),
        )
        return tuple(what.fill(n=n) for n, what in counts if n)

    def resolved(
        self, choices: Mapping[str, Side], beats: Mapping[str, Side] | None = None, header: Mapping[str, Side] | None = None
    ) -> Plan:
        """The plan with every conflict decided: cell, beat code, header field -> whose version stands.

        Refused: conflicts left open, choices about what is no conflict, a beat removed that cells of the result name.
        """
        cell_of = _chosen(self.conflicts, choices, Text("网格", "cells"))
        beat_of = _chosen(self.beat_conflicts, beats or {}, Text("警务区", "beats"))
        words = _chosen(self.header_conflicts, header or {}, Text("方案说明", "words about the plan"))
        cells = {**self.plan.beat_of, **cell_of}
        decided = (beat_of.get(beat.code, beat) for beat in self.plan.beats)
        kept = tuple(beat for beat in decided if beat is not None)
        codes = {beat.code for beat in kept}
        homeless = [cell for cell, beat in cells.items() if beat is not None and beat not in codes]
        if homeless:
            raise Refusal(
                Text(
                    "警务区 {beat} 已删去，但仍有 {n} 个网格（首个：{cell}）。",
                    "Beat {beat} is removed, but has {n} cells (first: {cell}).",
                ).fill(beat=cells[homeless[0]], n=len([c for c in homeless if cells[c] == cells[homeless[0]]]), cell=homeless[0]),
                Text("请保留该警务区，或为这些网格另选。", "Keep the beat, or choose another one for these cells."),
            )
        header_of = self.plan.header
        for name, value in words.items():
            header_of = replace(header_of, **{name: value})  # type: ignore[arg-type]
        return replace(self.plan, header=header_of, beats=kept, beat_of=cells)


def merge_plans(base: Plan, mine: Plan, theirs: Plan) -> Merged:
    """Three-way merge: what only one side changed is taken; what both changed alike is taken once; the rest conflicts.

    The unit is a cell, a lock on a cell, a field of a beat (name, lead, colour, lock), a wording of the header. A beat
    that one side removed stays where the other side changed it or still puts cells in it, and is a conflict. Beats come
    in the order of theirs, then mine. Refused: plans that do not have the same cells.
    """
    _check_same_cells(base, mine, theirs)
    cells: dict[str, str | None] = {}
    conflicts: dict[str, tuple[str | None, str | None, str | None]] = {}
    for cell, was in base.beat_of.items():
        three = (was, mine.beat_of[cell], theirs.beat_of[cell])
        cells[cell], clash = _three_way(*three)
        if clash:
            conflicts[cell] = three
    needed = {beat for beat in cells.values() if beat} | {beat for three in conflicts.values() for beat in three[1:] if beat}
    beats, beat_conflicts = _beats(base, mine, theirs, needed)
    header = theirs.header
    header_conflicts: dict[str, tuple[str | None, str | None, str | None]] = {}
    for name in HEADER_FIELDS:
        words = (getattr(base.header, name), getattr(mine.header, name), getattr(theirs.header, name))
        value, clash = _three_way(*words)
        header = replace(header, **{name: value})
        if clash:
            header_conflicts[name] = words
    locked = {cell for cell in cells if _three_way(*(cell in plan.locked_cells for plan in (base, mine, theirs)))[0]}
    return Merged(
        Plan(header, beats, cells, frozenset(locked)),
        MappingProxyType(conflicts),
        MappingProxyType(beat_conflicts),
        MappingProxyType(header_conflicts),
        tuple(cell for cell, was in base.beat_of.items() if mine.beat_of[cell] != was == theirs.beat_of[cell]),
        tuple(cell for cell, was in base.beat_of.items() if theirs.beat_of[cell] != was == mine.beat_of[cell]),
    )


def _three_way(base: T, mine: T, theirs: T) -> tuple[T, bool]:
    """The value that stands, mine for the time being where both changed it, and whether that is a conflict."""
    if mine in (base, theirs):
        return theirs, False
    return mine, theirs != base


def _beats(
    base: Plan, mine: Plan, theirs: Plan, needed: set[str]
) -> tuple[tuple[Beat, ...], dict[str, tuple[Beat | None, Beat | None, Beat | None]]]:
    versions = [{beat.code: beat for beat in plan.beats} for plan in (base, mine, theirs)]
    merged: list[Beat] = []
    conflicts: dict[str, tuple[Beat | None, Beat | None, Beat | None]] = {}
    for code in dict.fromkeys([*versions[2], *versions[1], *versions[0]]):
        was, my, their = (version.get(code) for version in versions)
        beat, clash = _one_beat(was, my, their)
        if beat is None and code in needed:
            beat, clash = my or their or was, True
        if beat is not None:
            merged.append(beat)
        if clash:
            conflicts[code] = (was, my, their)
    return tuple(merged), conflicts


def _one_beat(was: Beat | None, my: Beat | None, their: Beat | None) -> tuple[Beat | None, bool]:
    """The beat put together field by field where both sides have it; one that either side changed is never dropped."""
    if my is None or their is None or was is None:
        beat, clash = _three_way(was, my, their)
        return (beat if beat is not None or not clash else their), clash
    found = {field.name: _three_way(*(getattr(beat, field.name) for beat in (was, my, their))) for field in fields(Beat)}
    return Beat(**{name: value for name, (value, _) in found.items()}), any(clash for _, clash in found.values())


def _chosen(conflicts: Mapping[str, tuple[T, T, T]], choices: Mapping[str, Side], what: Text) -> dict[str, T]:
    left = [key for key in conflicts if key not in choices]
    wrong = [key for key, side in choices.items() if key not in conflicts or side not in SIDES]
    for keys, message in (
        (left, Text("还有 {n} 处冲突未选择：{what}（首个：{key}）。", "{n} conflicts are undecided: {what} (first: {key}).")),
        (wrong, Text("{n} 个选择不对应任何冲突：{what}（首个：{key}）。", "{n} choices fit no conflict: {what} (first: {key}).")),
    ):
        if keys:
            raise Refusal(
                message.fill(n=len(keys), what=what, key=keys[0]),
                Text("请为每处选择原来、我的或对方的。", "Choose base, mine or theirs for each."),
            )
    return {key: three[SIDES.index(choices[key])] for key, three in conflicts.items()}


def _check_same_cells(base: Plan, mine: Plan, theirs: Plan) -> None:
    for other in (mine, theirs):
        strangers = sorted(base.beat_of.keys() ^ other.beat_of.keys())
        if strangers:
            raise Refusal(
                Text("{n} 个网格不在全部三个方案中（首个：{cell}）。", "{n} cells are not in all three plans (first: {cell}).").fill(
                    n=len(strangers), cell=strangers[0]
                ),
                Text("网格版本不同，请先沿用到新网格。", "The plans are over different cells; carry them over first."),
            )
