"""What a person wants on paper, and what that means where something was left open."""

from dataclasses import dataclass, replace

from actions.caller import Caller
from actions.see_map import plans, shown_plan
from analysis.incident_filter import IncidentFilter
from layers.definition.refusal import Refusal
from layers.definition.text import Text

INTERNAL_LAYERS = ("risk_places", "fire_hazards", "officers", "police_rooms", "incidents", "venues")
"""On no public sheet or book."""


@dataclass(frozen=True)
class MapState:
    """What the screen shows: west, south, east, north in degrees (EPSG:4490), the layers that are on, and the incident filter."""

    bounds: tuple[float, float, float, float]
    layers: tuple[str, ...] | None = None
    """None: all that the theme draws."""
    chosen: IncidentFilter | None = None
    radius_m: float | None = None


@dataclass(frozen=True)
class SheetWish:
    """What to print: plan (None: the one in force), paper, orientation, names zh | en | both, format, and whose area (None: the town).

    `theme`, `variant`: keys of `themes()` and `variants()`. `against`: what theme "change" compares with (None: see `settled`).
    `beat`: only this beat. `view`: the screen's present view. `purpose`: what for, in the margin and on record.
    `public`: marked for the public, with its `review_number`; persons, incidents and internal fields are then left out.
    """

    plan_id: str | None
    paper: str
    orientation: str
    names: str
    format: str
    officer: str | None = None
    theme: str = "beats"
    variant: str = "colour"
    against: str | None = None
    beat: str | None = None
    view: MapState | None = None
    purpose: str = ""
    public: bool = False
    review_number: str = ""
    watermark: bool = False

    def as_(self, format: str) -> "SheetWish":
        """The same wish in another format."""
        return replace(self, format=format)


def settled(caller: Caller, wish: SheetWish) -> SheetWish:
    """The wish with both sides of theme "change" named, so that the sheet leads from what is in force to what is to come.

    Without another side the plan is compared with the one in force, and that one with the newest draft or submitted plan.
    Refused: there is no such plan.
    """
    caller.must("take_snapshot")
    if wish.theme != "change":
        return wish
    in_force = shown_plan(caller).header.id
    printed, against = shown_plan(caller, wish.plan_id).header.id, wish.against
    coming = [header.id for header in plans(caller) if header.status in ("draft", "submitted") and header.id != in_force]
    if printed == in_force and against is None:
        if not coming:
            raise Refusal(
                Text("没有可与现行方案比较的草案。", "There is no draft to compare with the plan in force."),
                Text("请先绘制一个方案，或另选要比较的方案。", "Draw a plan first, or choose the plan to compare with."),
            )
        printed, against = coming[-1], in_force
    elif printed == in_force and against in coming:
        printed, against = against, in_force
    return replace(wish, plan_id=printed, against=against if against is not None else in_force)
