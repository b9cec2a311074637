"""Results worth keeping between reruns and sessions. The only caches of the screens; each is keyed by what it depends on."""

from collections.abc import Callable
from contextlib import suppress
from datetime import date
from typing import Any, TypeVar, cast

import streamlit as st

from actions.audit_record import incidents_shown
from actions.caller import Caller
from actions.hotspot_maps import base_of_hotspots
from actions.open_workspace import as_caller, open_workspace
from actions.permissions import RoleKey
from actions.see_map import (
    DensityMaker,
    IncidentFilter,
    MapBase,
    PlanOnMap,
    base_of_editor,
    base_of_map,
    density_for_map,
    plan_for_map,
    plan_on_map,
    shown_plan,
)
from actions.sheet_wish import SheetWish
from actions.take_snapshot import SheetFile, make_sheet
from actions.town_model import MODEL_SUBJECTS, Workspace
from layers.definition.refusal import Refusal
from screens.served import served

T = TypeVar("T")


@st.cache_resource(show_spinner=False)
def _workspace(location: str, lock_wait_s: float) -> Workspace:
    return open_workspace(location, lock_wait_s)


def workspace() -> Workspace:
    """The served workspace, opened once. Refused when it can't be opened; tried again at the next run."""
    settings = served().settings
    return _workspace(settings.workspace, settings.lock_wait_s)


def _data(caller: Caller) -> object:
    """What changes with the town's data; with any plan too, for those whose sight a plan decides."""
    return caller.store.revision() if caller.scope is not None else caller.store.revision(*MODEL_SUBJECTS)


@st.cache_resource(show_spinner=False, max_entries=4)
def _density_maker(revision: object, sight: str, cell_m: int, _caller: Caller) -> DensityMaker:
    return DensityMaker(_caller, cell_m)


def density_maker(caller: Caller) -> DensityMaker:
    """The maker of densities for the store's present content."""
    return _density_maker(_data(caller), caller.sight, served().settings.density_cell_m, caller)


@st.cache_resource(show_spinner=False, max_entries=32)
def _plan_on_map(revision: object, sight: str, plan_id: str, day: date | None, _caller: Caller) -> PlanOnMap:
    return plan_on_map(_caller, plan_id, day)


def kept_plan(caller: Caller, plan_id: str, day: date | None = None) -> PlanOnMap:
    """A plan as it is drawn, dissolved once per state of the store; with the people of a day where one is named."""
    return _plan_on_map(caller.store.revision(), caller.sight, plan_id, day, caller)


@st.cache_resource(show_spinner=False, max_entries=32)
def _plan_patch(revision: object, sight: str, plan_id: str, day: date | None, _caller: Caller, _on_map: PlanOnMap) -> dict[str, Any]:
    return plan_for_map(_caller, _on_map)


def kept_plan_patch(caller: Caller, on_map: PlanOnMap) -> dict[str, Any]:
    """A plan as the map takes it, put into words and numbers once per state of the store."""
    return _plan_patch(caller.store.revision(), caller.sight, on_map.header.id, on_map.day, caller, on_map)


@st.cache_resource(show_spinner=False, max_entries=4)
def _base(revision: object, sight: str, _caller: Caller) -> MapBase:
    return base_of_map(_caller)


def kept_base(caller: Caller) -> MapBase:
    """What the browser gets once; the same bytes for all sessions of a role."""
    incidents_shown(caller)
    return _base(_data(caller), caller.sight, caller)


@st.cache_resource(show_spinner=False, max_entries=4)
def _editor_base(revision: object, sight: str, _caller: Caller) -> MapBase:
    return base_of_editor(_caller)


def kept_editor_base(caller: Caller) -> MapBase:
    """What lies around the cells in the beat editor; the same bytes for all sessions of a role, whatever plan is saved."""
    return _editor_base(_data(caller), caller.sight, caller)


@st.cache_resource(show_spinner=False, max_entries=256)
def _density(
    revision: object, sight: str, cell_m: float, chosen: IncidentFilter, radius_m: float, _caller: Caller, _maker: DensityMaker
) -> dict[str, Any]:
    return density_for_map(_caller, _maker.density(chosen, radius_m), chosen)


def kept_density(caller: Caller, maker: DensityMaker, chosen: IncidentFilter, radius_m: float) -> dict[str, Any]:
    """The density of a choice as the map takes it. Refused: a choice that leaves nothing."""
    return _density(_data(caller), caller.sight, maker.grid.size_m, chosen, radius_m, caller, maker)


@st.cache_resource(show_spinner=False, max_entries=24)
def _sheet(revision: object, sight: str, wish: SheetWish, dpi: int, _caller: Caller) -> SheetFile:
    return make_sheet(_caller, wish, dpi)


def kept_sheet(caller: Caller, wish: SheetWish, dpi: int) -> SheetFile:
    """The preview of a sheet."""
    return _sheet(caller.store.revision(), caller.sight, wish, dpi, caller)


@st.cache_resource(show_spinner=False, max_entries=2)
def _hotspot_base(revision: object, sight: str, _caller: Caller) -> MapBase:
    return base_of_hotspots(_caller)


def kept_hotspot_base(caller: Caller) -> MapBase:
    """What lies around hotspots; the same bytes for all sessions of a role, whatever plan is saved."""
    return _hotspot_base(_data(caller), caller.sight, caller)


@st.cache_resource(show_spinner=False, max_entries=96)
def _hotspots(revision: object, sight: str, wish: tuple[object, ...], _make: Callable[[], Any]) -> Any:
    return _make()


def kept_hotspots(caller: Caller, wish: tuple[object, ...], make: Callable[[], T]) -> T:
    """What a view of hotspots works out for a wish (its name and all that it was asked with). Refused: as `make`."""
    return cast(T, _hotspots(caller.store.revision(), caller.sight, wish, make))


def warm_up() -> None:
    """Make what all sessions share before the first one asks. What can't be made is worded when a screen asks for it."""
    settings = served().settings
    with suppress(Refusal):
        caller = as_caller(workspace(), user="start", role=cast(RoleKey, settings.role))
        on_map = kept_plan(caller, shown_plan(caller).header.id, date.today())
        kept_plan_patch(caller, on_map)
        _base(_data(caller), caller.sight, caller)  # nobody sees it yet, so it leaves no line on record
        density_maker(caller)
