"""Accounts and assignments: who may change what, what is refused, and that the record says it."""

import csv
import io
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from actions import audit_record, sign_in
from actions import manage_people as action
from actions.assign_staff import assign, assignments_on, end_assignment, fills, targets
from actions.caller import Caller
from actions.manage_people import UserRole
from actions.open_workspace import as_caller, open_workspace
from actions.staffing import see_staffing
from actions.town_model import Workspace
from geo_cli import cli
from layers.definition.refusal import Refusal


@pytest.fixture
def place(demo_copy: Path) -> Iterator[Workspace]:
    workspace = open_workspace(demo_copy)
    yield workspace
    workspace.store.close()


@pytest.fixture
def admin(place: Workspace) -> Caller:
    action.add_person(as_caller(place, "setup", "administrator"), "admin", roles=[UserRole("administrator")])
    return as_caller(place, "admin", "administrator")


def test_a_new_account_logs_in_with_its_one_time_password_which_is_written_nowhere(admin: Caller, place: Workspace) -> None:
    made = action.add_person(admin, "Wang", "王", "P01", [UserRole("officer")])
    token, signed = sign_in.sign_in(place, "wang", made.password, "", "10.0.0.1", "tests", 100)
    assert signed.user.must_change and token and made.link.startswith("/signin#")
    assert made.password not in "".join(cell for row in place.store.audit_csv_rows() for cell in row)


@pytest.mark.parametrize(
    ("roles", "staff"),
    [
        ([UserRole("king")], None),
        ([UserRole("auditor"), UserRole("chief")], None),
        ([UserRole("officer", "unit", "999")], None),
        ([UserRole("officer")], "nobody"),
    ],
)
def test_unknown_roles_units_and_staff_and_an_auditor_with_other_work_are_refused(admin: Caller, roles: list[UserRole], staff: str) -> None:
    with pytest.raises(Refusal):
        action.add_person(admin, "x", roles=roles, staff_code=staff)
    assert len(action.people(admin)) == 1


def test_nobody_changes_the_own_account_nor_takes_away_the_last_administrator(admin: Caller, place: Workspace) -> None:
    mine = action.find_person(admin, "admin").id
    other = as_caller(place, "setup", "administrator")
    for change in (
        lambda: action.disable(admin, mine),
        lambda: action.set_roles(admin, mine, [UserRole("chief")]),
        lambda: action.disable(other, mine),
        lambda: action.set_roles(other, mine, []),
    ):
        with pytest.raises(Refusal):
            change()
    second = action.add_person(admin, "second", roles=[UserRole("administrator")]).user
    action.disable(other, mine)
    assert action.find_person(other, "admin").disabled and not second.disabled


def test_other_roles_and_a_shut_account_end_the_open_sessions(admin: Caller, place: Workspace) -> None:
    made = action.add_person(admin, "wang", roles=[UserRole("officer")])
    for change in (lambda: action.set_roles(admin, made.user.id, [UserRole("viewer")]), lambda: action.disable(admin, made.user.id)):
        token, _ = sign_in.sign_in(place, "wang", made.password, "", "10.0.0.1", "tests", 100)
        assert sign_in.who_is(place, token, 100) and len(action.sessions(admin, made.user.id)) == 1
        change()
        assert sign_in.who_is(place, token, 100) is None
    assert place.store.audit_lines(action="disable_user")[0].who == "admin"


def test_an_assignment_ends_the_one_before_and_keeps_last_month(planner: Caller, drafter: Caller) -> None:
    unit = drafter.model.units.index[0]
    table = assign(drafter, "P09", "unit", unit, "community_officer", "2026-03-01")
    table = assign(drafter, "P09", "unit", unit, "community_officer", "2026-05-01", "2026-06-30")
    mine = table[(table["staff_code"] == "P09") & (table["target_code"] == unit)]
    assert list(zip(mine["valid_from"], mine["valid_to"], strict=True)) == [("2026-03-01", "2026-04-30"), ("2026-05-01", "2026-06-30")]
    assert len(table) == len(planner.store.assignments()) + 2
    for wrong in (("P09", "unit", "999"), ("nobody", "unit", unit), ("P09", "river", unit)):
        with pytest.raises(Refusal):
            assign(drafter, *wrong, "community_officer")


def test_an_assignment_ends_with_a_day_and_one_to_come_is_taken_back(drafter: Caller) -> None:
    unit, other = drafter.model.units.index[:2]
    before = len(drafter.store.assignments())
    assign(drafter, "P09", "unit", unit, "community_officer", "2026-03-01")
    assign(drafter, "P09", "unit", other, "community_officer", "2026-05-01")
    now = next(one for one in assignments_on(drafter, date(2026, 4, 1)) if (one.staff, one.target) == ("P09", unit))
    assert now.what.en == "community officer" and now.who.en == "Officer 09" and now.first == "2026-03-01"
    end_assignment(drafter, now, date(2026, 4, 30))
    assert not [one for one in assignments_on(drafter, date(2026, 5, 1)) if (one.staff, one.target) == ("P09", unit)]
    to_come = next(one for one in assignments_on(drafter, date(2026, 5, 1)) if (one.staff, one.target) == ("P09", other))
    end_assignment(drafter, to_come, date(2026, 4, 30))
    assert len(drafter.store.assignments()) == before + 1
    for gone in (now, to_come):
        with pytest.raises(Refusal, match="no such assignment"):
            end_assignment(drafter, gone, date(2026, 4, 30))


def test_what_lacks_says_which_assignment_would_fill_it(drafter: Caller) -> None:
    gap = see_staffing(drafter).found.missing[0]
    kind, code, role = fills(gap)
    assert (kind, role) == ("school", "school_post") and code in targets(drafter)[kind]
    assign(drafter, "P09", kind, code, role)  # who stands in no school-safety team already
    assert len(see_staffing(drafter).found.missing) == 1
    with pytest.raises(Refusal, match="vice_principal, school_post"):
        assign(drafter, "P09", kind, code, "community_officer")


def test_the_record_goes_out_with_a_purpose_and_without_formulas(admin: Caller, place: Workspace) -> None:
    place.store.record("=cmd|' /C calc'!A0", "import", "＝1+1", {})
    auditor = as_caller(place, "auditor", "auditor")
    with pytest.raises(Refusal):
        audit_record.record_csv(auditor, " ")
    rows = list(csv.reader(io.StringIO(audit_record.record_csv(auditor, "=quarterly check").decode("utf-8-sig"))))
    assert rows[0][1] == "auditor" and rows[0][3] == "'=quarterly check"
    assert not any(cell.lstrip(" ")[:1] in tuple("=+-@＝＋－＠") for row in rows for cell in row if cell)
    assert audit_record.record_lines(auditor, action="export_record")[0].detail["purpose"] == "=quarterly check"
    assert audit_record.check_record(auditor).ok


def test_the_commands_list_add_and_disable_and_verify(demo_copy: Path) -> None:
    def run(*words: str) -> str:
        done = CliRunner().invoke(cli, [*words, "--workspace", str(demo_copy), "--lang", "en"])
        assert done.exit_code == 0, done.output
        return done.output

    assert "once-" in run("people", "add", "wang", "--role", "officer:unit:433125109001@2026-01-01/2026-12-31", "--staff", "P01")
    assert '"scope_code": "433125109001"' in run("people", "list", "--json")
    assert "viewer" in run("people", "role", "wang", "--role", "viewer")
    assert "disabled" in run("people", "disable", "wang")
    assert "whole" in run("audit", "verify") and "disable_user" in run("audit", "list")
    assert "P02" in run("assign", "P02", "unit", "433125109001", "--from", "2026-02-01")
