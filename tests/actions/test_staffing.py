"""Staffing of the demo town, leave, and handing an area over.

The demo: 32 schools, 30 people in the school-safety teams, so 2 schools lack a post.
"""

from datetime import date, timedelta

import pytest

from actions.area_news import changes, periods
from actions.caller import Caller, Scope
from actions.duties import duty_places, record_duty
from actions.handover import hand_over, handover_csv, handover_list, what_handover_does
from actions.my_area import area_of, officers
from actions.own_area import own_cells, own_incidents
from actions.see_details import see_details
from actions.see_map import plan_on_map
from actions.staffing import end_leave, see_staffing, set_leave, set_people_per_officer
from layers.definition.refusal import Refusal

TODAY = date.today()
LATER = TODAY + timedelta(days=7)


def test_the_demo_lacks_two_school_posts_and_loads_add_up_to_the_town(drafter: Caller) -> None:
    report = see_staffing(drafter)
    assert [gap.kind for gap in report.found.missing] == ["school_post"] * 2 and not report.found.doubled
    assert sum(load.persons for load in report.found.loads) == 97_656
    set_people_per_officer(drafter, 9_000)
    assert [load.officer for load in see_staffing(drafter).found.over] == [
        load.officer for load in report.found.loads if load.persons > 9_000
    ]
    with pytest.raises(Refusal, match="100"):
        set_people_per_officer(drafter, 0)


def test_leave_has_its_days_and_its_substitute_and_can_be_taken_back(drafter: Caller) -> None:
    set_leave(drafter, "P03", TODAY, LATER, "P16")
    led = [beat.code for beat in drafter.store.plan_in_force().beats if beat.lead == "P03"]

    def leads(day: date | None) -> set[str]:
        beats = plan_on_map(drafter, None, day).beats
        return set(beats.loc[beats["code"].isin(led), "lead_en"])

    assert led and leads(LATER) == {"Officer 16 (for Officer 03)"}
    assert leads(LATER + timedelta(days=1)) == leads(None) == {"Officer 03"}
    set_leave(drafter, "P03", TODAY, LATER, "P15")  # replaces, does not double
    assert [a.substitute for a in see_staffing(drafter).found.absences] == ["P15"]
    end_leave(drafter, "P03", TODAY)
    assert not see_staffing(drafter).found.absences and len(drafter.store.assignments()) == 124


def test_who_stands_in_works_in_both_areas_until_the_leave_ends(drafter: Caller) -> None:
    officer = Caller(drafter.workspace, "p16", "officer", Scope(staff="P16"), staff_code="P16")
    neighbour = Caller(drafter.workspace, "p04", "officer", Scope(staff="P04"), staff_code="P04")
    cells = set(area_of(drafter, "P03").cells)
    assert [*officers(officer)] == ["P16"] and not cells & own_cells(officer)
    set_leave(drafter, "P03", TODAY, LATER, "P16")
    assert [*officers(officer)] == ["P03", "P16"] and cells <= own_cells(officer)
    kind, place = "visit", next(p for p in duty_places(officer, area_of(officer, "P03")) if p.layer in ("communities", "villages"))
    assert record_duty(officer, "P03", kind, place.layer, place.code) and len(own_incidents(officer))
    beside = area_of(drafter, "P03").neighbours[0].beat.lead
    assert "Officer 16 (for Officer 03)" in {n.lead.en for n in area_of(drafter, beside).neighbours if n.lead}
    with pytest.raises(Refusal):
        area_of(neighbour, "P03")
    end_leave(drafter, "P03", TODAY)
    with pytest.raises(Refusal):
        area_of(officer, "P03")
    assert not cells & own_cells(officer)


@pytest.mark.parametrize(
    ("staff", "last", "substitute"), [("nobody", None, None), ("P03", TODAY - timedelta(days=1), None), ("P03", None, "P03")]
)
def test_leave_that_makes_no_sense_is_refused(drafter: Caller, staff: str, last: date | None, substitute: str | None) -> None:
    with pytest.raises(Refusal):
        set_leave(drafter, staff, TODAY, last, substitute)
    assert len(drafter.store.assignments()) == 124


def test_a_handover_changes_people_on_its_day_and_the_lead_in_a_new_draft(drafter: Caller) -> None:
    team_before = drafter.store.assignments()
    done = hand_over(drafter, "P03", "P16", LATER)
    table = drafter.store.assignments()
    ended = table[(table["staff_code"] == "P03") & table["valid_to"].notna()]
    begun = table[(table["staff_code"] == "P16") & (table["valid_from"] == LATER.isoformat())]
    assert done.assignments == len(ended) == len(begun) > 0
    assert set(ended["valid_to"]) == {(LATER - timedelta(days=1)).isoformat()} and len(table) == len(team_before) + len(begun)
    draft = drafter.store.plan(done.draft)
    assert draft.header.status == "draft" and draft.beats_led_by("P16") and not draft.beats_led_by("P03")
    assert drafter.store.plan_in_force().beats_led_by("P03")  # frozen until the draft is approved
    gained = changes(drafter, area_of(drafter, "P16", done.draft)).gained
    assert {moved.cell for moved in gained} == set(area_of(drafter, "P03").cells)


def test_before_a_handover_its_gaps_and_doubles_are_told_and_nothing_is_written(drafter: Caller) -> None:
    before, plans = drafter.store.assignments(), drafter.store.plan_headers()
    assert not what_handover_does(drafter, "P03", "P16", LATER).caused  # who has nothing else to do
    would = what_handover_does(drafter, "P03", "P04", LATER)
    assert drafter.store.assignments().equals(before) and drafter.store.plan_headers() == plans
    on_the_day = see_staffing(drafter, LATER)
    done = hand_over(drafter, "P03", "P04", LATER)
    after = see_staffing(drafter, LATER, done.draft)
    assert would.assignments == done.assignments and would.beats == 1 and would.caused == done.caused == after.worse_than(on_the_day)
    assert any("Officer 04" in gap.en and "units at once" in gap.en for gap in done.caused) and not on_the_day.worse_than(on_the_day)


def test_a_handover_is_whole_or_none_at_all(drafter: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    store = drafter.store
    before, plans, lines = store.assignments(), store.plan_headers(), len(store.audit_lines(1000))

    def full(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("storage.plan_tables.save_plan", full)  # the last of its writes
    with pytest.raises(OSError, match="full"):
        hand_over(drafter, "P03", "P16", LATER)
    assert store.assignments().equals(before) and store.plan_headers() == plans and len(store.audit_lines(1000)) == lines


def test_handovers_that_make_no_sense_are_refused(drafter: Caller) -> None:
    for leaving, successor, day in (("P03", "P03", LATER), ("P03", "P16", TODAY - timedelta(days=1)), ("P03", "nobody", LATER)):
        with pytest.raises(Refusal):
            hand_over(drafter, leaving, successor, day)
    officer = Caller(drafter.workspace, "p03", "officer", Scope(staff="P03"), staff_code="P03")
    with pytest.raises(Refusal, match="hand_over"):
        hand_over(officer, "P03", "P16", LATER)


def test_the_list_has_beats_units_risks_schools_and_duties_and_its_file_a_purpose(drafter: Caller) -> None:
    officer = Caller(drafter.workspace, "=p03", "officer", Scope(staff="P03"), staff_code="P03")
    found = handover_list(officer, "P03")
    assert {"beats led", "units", "community officer", "risk places", "schools", "duties due"} <= {m.heading.en for m in found.matters}
    written = handover_csv(officer, "P03", "zh", "=交接").decode("utf-8-sig")
    assert "'=交接" in written and "'=p03" in written and written.count("\n") == len(found.matters) + 3
    with pytest.raises(Refusal, match="purpose"):
        handover_csv(officer, "P03", "zh", " ")
    with pytest.raises(Refusal):
        handover_list(officer, "P04")


def test_incidents_of_week_and_month_add_up_by_kind_hour_and_place(planner: Caller) -> None:
    area = area_of(planner, "P04")
    week, month = periods(planner, area)
    assert (week.span.first, week.span.last) == (date(2025, 12, 25), date(2025, 12, 31)) and month.n == area.months[0].this_month
    for period in (week, month):
        assert {sum(c.n for c in counts) for counts in (period.kinds, period.hours, period.places)} == {period.n}


def test_a_first_plan_has_nothing_to_compare_with(planner: Caller) -> None:
    assert changes(planner, area_of(planner, "P04")).before is None


def test_the_panel_of_a_unit_names_who_is_assigned_today_and_nobody_of_before(drafter: Caller) -> None:
    table = drafter.store.assignments()
    mine = table[(table["target_kind"] == "unit") & (table["valid_to"].isna())].iloc[0]
    unit, code = mine["target_code"], mine["staff_code"]
    name = drafter.model.staff.at[code, "name"]
    layer = {"community": "communities", "village": "villages"}.get(str(drafter.model.units.at[unit, "kind"]), "communities")

    def shown() -> str:
        return " ".join(value.zh for _, value in see_details(drafter, layer, unit, None, None).rows)

    assert name in shown()
    yesterday = date.today() - timedelta(days=1)
    ended = table.assign(valid_to=yesterday.isoformat())
    drafter.store.write_assignments(ended, by="tests")
    assert name not in shown()
    then = see_details(drafter, layer, unit, plan_on_map(drafter, None, yesterday), None)
    assert name in " ".join(value.zh for _, value in then.rows), "the map of a past day shows its people"
