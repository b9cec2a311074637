"""Who may do what: everything is refused that the table does not list."""

from collections.abc import Callable
from pathlib import Path

import pytest

from actions import audit_record, manage_people
from actions.audit_record import incidents_shown
from actions.back_up import back_up
from actions.caller import Caller
from actions.find import find
from actions.import_layer import imports
from actions.my_area import area_of
from actions.permissions import PERMISSIONS, ROLES, SCREENS, may, require, screens_for
from actions.see_info import layer_list, town_info
from actions.see_map import incident_points, incident_span, plan_on_map, static_tables
from actions.take_snapshot import SheetWish, make_sheet
from layers import LAYERS
from layers.definition.layer import Sensitivity
from layers.definition.refusal import Refusal


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", PERMISSIONS)
def test_a_role_may_do_what_the_table_lists_and_nothing_else(role: str, action: str) -> None:
    if role in PERMISSIONS[action].roles:
        require(action, role)
    else:
        with pytest.raises(Refusal, match=action):
            require(action, role)
    assert may(action, role) == (role in PERMISSIONS[action].roles)


WALLS: dict[str, Callable[[Caller], object]] = {
    "see_info": town_info,
    "see_layers": layer_list,
    "see_map": plan_on_map,
    "see_incidents": incident_points,
    "see_density": incident_span,
    "find": lambda caller: find(caller, "x", None),
    "see_area": lambda caller: area_of(caller, "P03"),
    "take_snapshot": lambda caller: make_sheet(caller, SheetWish(None, "A4", "landscape", "zh", "pdf")),
    "import_layer": imports,
    "see_people": manage_people.people,
    "manage_people": lambda caller: manage_people.add_person(caller, "x"),
    "assign_staff": lambda caller: manage_people.assign(caller, "P01", "unit", "x", "x"),
    "see_record": audit_record.record_lines,
    "export_record": lambda caller: audit_record.record_csv(caller, "a test"),
    "back_up": lambda caller: back_up(caller, Path("nowhere") / "x.gpkg"),
}
"""Actions by the permission that they ask for."""


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("action", WALLS)
def test_the_action_itself_refuses_every_role_that_is_not_listed(planner: Caller, action: str, role: str) -> None:
    if role not in PERMISSIONS[action].roles:
        with pytest.raises(Refusal, match=action):
            WALLS[action](as_role(planner, role))


@pytest.mark.parametrize("role", ROLES)
def test_a_role_is_offered_the_screens_whose_action_it_may_do(role: str) -> None:
    assert set(screens_for(role)) == {screen for screen, action in SCREENS.items() if role in PERMISSIONS[action].roles}
    assert screens_for("auditor") == ("record",)


def test_what_cannot_be_put_on_record_is_not_done(planner: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(planner.store, "record", full)
    for action in (lambda: incident_points(planner), lambda: area_of(planner, "P03"), lambda: incidents_shown(planner)):
        with pytest.raises(OSError, match="disk full"):
            action()


def test_an_action_that_is_not_in_the_table_is_refused_to_all() -> None:
    for role in ROLES:
        with pytest.raises(Refusal):
            require("burn_it_down", role)


def as_role(planner: Caller, role: str) -> Caller:
    return Caller(planner.workspace, "tests", role)


@pytest.mark.parametrize("role", ["viewer", "grid_worker", "officer", "planner", "chief", "administrator"])
def test_no_table_holds_a_field_above_the_role(planner: Caller, role: str) -> None:
    caller = as_role(planner, role)
    for key, table in static_tables(caller).items():
        hidden = {field.name for field in LAYERS[key].fields if field.sensitivity > caller.level}
        assert not hidden & set(table.columns) and LAYERS[key].sensitivity <= caller.level
    on_map = plan_on_map(caller)
    assert ("lead" in on_map.beats) == (caller.level >= Sensitivity.STAFF) == (on_map.officers is not None)
    assert ("lead_en" in on_map.beats) == ("lead" in on_map.beats)


@pytest.mark.parametrize("role", ["viewer", "grid_worker", "administrator", "auditor"])
def test_single_incidents_and_areas_are_for_those_who_answer_for_them(planner: Caller, role: str) -> None:
    caller = as_role(planner, role)
    for action in (lambda: incident_points(caller), lambda: area_of(caller, "民警03")):
        with pytest.raises(Refusal):
            action()


def test_a_viewer_may_not_print_and_an_auditor_sees_no_data(planner: Caller) -> None:
    with pytest.raises(Refusal):
        make_sheet(as_role(planner, "viewer"), SheetWish(None, "A4", "landscape", "zh", "pdf"))
    with pytest.raises(Refusal):
        town_info(as_role(planner, "auditor"))


def test_the_list_of_layers_and_counts_ends_at_the_level(planner: Caller) -> None:
    viewer = as_role(planner, "viewer")
    assert {layer["key"] for layer in layer_list(viewer)} == {
        key for key, layer in LAYERS.items() if layer.sensitivity == Sensitivity.PUBLIC
    }
    assert "risk_places" not in town_info(viewer)["counts"]
