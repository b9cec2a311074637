"""Two planners changed the same places of one draft: what each side says, both on a map, and the one that is kept."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal
from uuid import uuid4

import geopandas as gpd

from actions.caller import Caller
from actions.compare_plans import outlines_of
from actions.draw_plan import free_name, must_be_draft
from layers import LAYERS
from layers.definition.text import LANGUAGES, Text
from layers.drawing.colour_classes import NO_BEAT_COLOUR
from layers.drawing.plan_difference_map import PlanPicture, difference_picture
from planning.plan import Beat, Plan, PlanHeader
from planning.plan_merge import Merged
from storage.overtaken import Overtaken

__all__ = ["Conflict", "Overtaken", "Side", "conflict_maps", "conflicts", "decide_merge", "keep_as_branch"]

Side = Literal["base", "mine", "theirs"]
NOBODY = Text("未分配", "unassigned")
GONE = Text("（没有）", "(not there)")
FIELDS: dict[str, Text] = {
    "name": Text("名称", "name"),
    "name_en": Text("英文名称", "English name"),
    "lead": Text("责任民警", "lead officer"),
    "colour": Text("颜色", "colour"),
    "locked": Text("锁定", "lock"),
}
"""What can differ about a beat; a code is no field, as a beat of another code is another beat."""
HEADER_FIELDS: dict[str, Text] = {
    "name": Text("方案名称", "name of the plan"),
    "name_en": Text("方案英文名称", "English name of the plan"),
    "reason": Text("理由", "reason"),
    "effective_from": Text("生效日", "first day in force"),
}
YES_NO = {True: Text("是", "yes"), False: Text("否", "no")}


@dataclass(frozen=True)
class Conflict:
    """One place that both changed: a cell, a beat, or a wording of the plan's header, by `key`; and what each side says."""

    kind: Literal["cell", "beat", "header"]
    key: str
    what: Text
    base: Text
    mine: Text
    theirs: Text


def conflicts(caller: Caller, merge: Merged) -> tuple[Conflict, ...]:
    """Every open place in words, cells first."""
    caller.must("draw_plan")
    cells = caller.model.cells
    named = {row.code: Text(row.name, row.name_en or row.name) for row in cells.itertuples(index=False, name="Row")}
    beats = {beat.code: Text(f"{beat.code} {beat.name}", f"{beat.code} {beat.name_en or beat.name}") for beat in merge.plan.beats}

    def beat_text(code: str | None) -> Text:
        return NOBODY if code is None else beats.get(code, Text(code, code))

    found = [
        Conflict("cell", cell, named.get(cell, Text(cell, cell)), *(beat_text(code) for code in three))
        for cell, three in merge.conflicts.items()
    ]
    found += [Conflict("beat", code, beat_text(code), *_said_of(three)) for code, three in merge.beat_conflicts.items()]
    for name, three in merge.header_conflicts.items():
        found.append(Conflict("header", name, HEADER_FIELDS[name], *(Text(value or "—", value or "—") for value in three)))
    return tuple(found)


@dataclass(frozen=True)
class ConflictMaps:
    """Both answers as maps, and where the open cells lie: west, south, east, north in degrees."""

    mine: PlanPicture
    theirs: PlanPicture
    bounds: tuple[float, float, float, float]


def conflict_maps(caller: Caller, merge: Merged) -> ConflictMaps | None:
    """My answer and theirs, each on a map: the cells that both changed in the colour of the side's beat, labelled
    before → after, over the borders before (dashed) and after. None where no cell is open."""
    caller.must("draw_plan")
    if not merge.conflicts:
        return None
    before, mine, theirs = (
        replace(merge.plan, beat_of={**merge.plan.beat_of, **{cell: three[side] for cell, three in merge.conflicts.items()}})
        for side in range(3)
    )
    old, water = outlines_of(caller, before), gpd.GeoDataFrame(caller.permitted("water", caller.model.layers["water"]))
    n = Text("{n} 个网格双方都改了", "{n} cells changed by both").fill(n=len(merge.conflicts))

    def picture(plan: Plan, side: int) -> PlanPicture:
        new = outlines_of(caller, plan)
        moved = _moved(caller, merge, side, new.set_index("code")["colour"].to_dict())
        return difference_picture(LAYERS, water, moved, old, new, plan.header.title, n, bool(caller.model.town.illustrative))

    west, south, east, north = (float(degrees) for degrees in caller.model.cells.loc[list(merge.conflicts)].total_bounds)
    return ConflictMaps(picture(mine, 1), picture(theirs, 2), (west, south, east, north))


def decide_merge(
    caller: Caller, plan_id: str, merge: Merged, cells: Mapping[str, Side], beats: Mapping[str, Side], header: Mapping[str, Side]
) -> Plan:
    """Save a merge with every conflict decided. Refused: a conflict left open; `Overtaken` when it was saved again meanwhile."""
    caller.must("draw_plan")
    plan = merge.resolved(cells, beats, header)
    must_be_draft(caller.store.plan(plan_id).header)
    return caller.store.save_plan(plan, by=caller.user, reason=" / ".join(Text("合并双方修改", "both sides merged")))


def keep_as_branch(caller: Caller, plan_id: str, mine: Plan, name: str) -> Plan:
    """Save one's own side as a new draft beside the other's, so that nothing has to be decided now."""
    caller.must("draw_plan")
    header = PlanHeader(
        uuid4().hex, free_name(caller, name), "", "draft", parent_id=plan_id, author=caller.user, profile=mine.header.profile
    )
    return caller.store.save_plan(
        replace(mine, header=header), by=caller.user, reason=" / ".join(Text("另存为分支", "kept as a branch of its own"))
    )


def _moved(caller: Caller, merge: Merged, side: int, colours: Mapping[str, str]) -> gpd.GeoDataFrame:
    """The open cells as `difference_picture` takes them."""
    codes = list(merge.conflicts)
    cells = caller.model.cells.loc[codes]
    threes = [merge.conflicts[code] for code in codes]
    before, after = [three[0] for three in threes], [three[side] for three in threes]
    return gpd.GeoDataFrame(
        {
            "cell": codes,
            "name": cells["name"].to_numpy(),
            "name_en": [en or zh for en, zh in zip(cells["name_en"], cells["name"], strict=True)],
            "before": [code or NOBODY.zh for code in before],
            "before_en": [code or NOBODY.en for code in before],
            "after": [code or NOBODY.zh for code in after],
            "after_en": [code or NOBODY.en for code in after],
            "dwellings": cells["dwellings"].to_numpy(float),
            "colour": [colours.get(code or "", NO_BEAT_COLOUR) for code in after],
        },
        geometry=cells.geometry.to_numpy(),
        crs=cells.crs,
    )


def _said_of(three: tuple[Beat | None, Beat | None, Beat | None]) -> tuple[Text, Text, Text]:
    """What differs among three versions of a beat, in words, for each."""
    known = [beat for beat in three if beat is not None]
    differing = [name for name in FIELDS if len({getattr(beat, name) for beat in known}) > 1] or ["name"]

    def said(beat: Beat | None) -> Text:
        if beat is None:
            return GONE
        pairs = [(FIELDS[name], getattr(beat, name)) for name in differing]
        words = [(title, YES_NO[value] if isinstance(value, bool) else Text(value or "—", value or "—")) for title, value in pairs]
        zh, en = ([f"{title.in_(to)} {value.in_(to)}" for title, value in words] for to in LANGUAGES)
        return Text("；".join(zh), "; ".join(en))

    return said(three[0]), said(three[1]), said(three[2])
