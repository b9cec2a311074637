"""Results worth keeping between reruns and sessions. The only caches of the screens; each is keyed by what it depends on."""

import streamlit as st

from actions.caller import Caller
from actions.open_workspace import open_workspace
from actions.see_map import DensityMaker, PlanOnMap, plan_on_map
from actions.town_model import Workspace
from screens.served import served


@st.cache_resource(show_spinner=False)
def _workspace(location: str) -> Workspace:
    return open_workspace(location)


def workspace() -> Workspace:
    """The served workspace, opened once. Refused when it can't be opened; tried again at the next run."""
    return _workspace(served().settings.workspace)


@st.cache_resource(show_spinner=False, max_entries=4)
def _density_maker(revision: object, role: str, cell_m: int, _caller: Caller) -> DensityMaker:
    return DensityMaker(_caller, cell_m)


def density_maker(caller: Caller) -> DensityMaker:
    """The maker of densities for the store's present content."""
    return _density_maker(caller.store.revision(), caller.role, served().settings.density_cell_m, caller)


@st.cache_resource(show_spinner=False, max_entries=32)
def _plan_on_map(revision: object, role: str, plan_id: str, _caller: Caller) -> PlanOnMap:
    return plan_on_map(_caller, plan_id)


def kept_plan(caller: Caller, plan_id: str) -> PlanOnMap:
    """A plan as it is drawn, dissolved once per state of the store."""
    return _plan_on_map(caller.store.revision(), caller.role, plan_id, caller)
