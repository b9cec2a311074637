"""Who may do what: everything is refused that the table does not list."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, event

from actions.audit_record import incidents_shown
from actions.caller import Caller
from actions.draw_plan import new_draft
from actions.find import find
from actions.my_area import area_of
from actions.open_workspace import open_workspace
from actions.permissions import PERMISSIONS, ROLES, may, require
from actions.see_info import layer_list, town_info
from actions.see_map import incident_points, plan_on_map, plans, static_tables, where_on_map
from actions.sheet_wish import SheetWish
from actions.sign_in import demo_caller
from actions.take_snapshot import make_sheet
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


def test_what_cannot_be_put_on_record_is_not_done(demo_copy: Path) -> None:
    """The file may grow no more, as on a full disk: a real one, by SQLite's own limit."""
    workspace = open_workspace(demo_copy)
    caller = Caller(workspace, "tests", "planner")
    engine = workspace.store._reading

    @event.listens_for(engine, "begin")
    def full(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")

    def fill() -> None:
        for _ in range(500):  # until what is left of the last page is used up
            workspace.store.record("tests", "fill", "x" * 200, {}, "done")

    with pytest.raises(Refusal, match="full"):
        fill()
    lines = workspace.store.audit_lines(1)
    for action in (lambda: incident_points(caller), lambda: area_of(caller, "P03"), lambda: incidents_shown(caller)):
        with pytest.raises(Refusal, match="full"):
            action()
    with pytest.raises(Refusal, match="full"):
        find(caller, "清水河")
    assert workspace.store.audit_lines(1) == lines and workspace.store.verify_audit().ok
    workspace.store.close()


def test_every_line_of_the_record_says_role_and_address_and_the_plain_name(demo_copy: Path) -> None:
    workspace = open_workspace(demo_copy)
    chief = Caller(workspace, "boss", "chief", address="10.0.0.7")
    new_draft(chief, chief.store.plan_in_force().header.id, "a draft")
    area_of(chief, "P03")
    find(chief, "P03")
    find(chief, "P03")
    lines = workspace.store.audit_lines(20, who="boss")
    assert {"save_plan", "find"} <= {line.action for line in lines} and sum(line.action == "find" for line in lines) == 1
    assert all((line.detail["role"], line.detail["address"]) == ("chief", "10.0.0.7") for line in lines)
    assert chief.store.plan_headers()[-1].author == "boss", "the rule of the second person compares names"
    workspace.store.close()


def test_an_officer_is_told_of_the_own_beats_and_those_beside_them_alone(demo_copy: Path) -> None:
    workspace = open_workspace(demo_copy)
    officer, chief = demo_caller(workspace, "officer"), demo_caller(workspace, "chief")
    mine, all_of_it = plan_on_map(officer), plan_on_map(chief)
    assert set(mine.leads) < set(all_of_it.leads) and officer.staff_code in mine.leads.values()
    unknown = set(all_of_it.leads.values()) - set(mine.leads.values())
    names = workspace.store.staff().set_index("code").loc[sorted(unknown), "name"]
    told = f"{mine.beats.drop(columns='geometry').to_dict()} {mine.officers.drop(columns='geometry').to_dict()}"
    assert unknown and not any(name in told for name in names)
    assert all(lead is None for beat, lead in zip(mine.beats["code"], mine.beats["lead"], strict=True) if beat not in mine.leads)
    risk = chief.model.layers["risk_places"]
    inside = set(static_tables(officer)["risk_places"]["code"])
    for code in risk["code"]:
        assert (
            (code in inside)
            == any(hit.code == code for hit in find(officer, code))
            == bool(where_on_map(officer, "risk_places", code, None))
        )
    workspace.store.close()


@pytest.mark.parametrize("role", ["viewer", "grid_worker", "administrator"])
def test_those_who_may_not_see_how_plans_stand_receive_published_plans_alone(planner: Caller, role: str) -> None:
    caller = as_role(planner, role)
    draft = next(header.id for header in planner.store.plan_headers() if header.status == "draft")
    assert draft not in {header.id for header in plans(caller)} and plans(caller)
    with pytest.raises(Refusal):
        plan_on_map(caller, draft)


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
