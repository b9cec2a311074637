"""Ticking duties: one line each, by place, kind and number; taken back by another line."""

from datetime import date, datetime

import pytest

from actions.caller import Caller, Scope
from actions.duties import duty_list, duty_places, record_duty, school_peaks, undo_last_duty
from actions.duty_rhythm import duty_rhythm, set_duty_rhythm, set_school_peaks, written_peaks
from actions.my_area import area_of
from layers.definition.refusal import Refusal
from storage.store import DutyLine

TUESDAY = datetime(2026, 3, 3, 8, 0)


def officer(drafter: Caller, code: str = "P03") -> Caller:
    return Caller(drafter.workspace, f"login of {code}", "officer", Scope(staff=code), staff_code=code)


def risk_place(who: Caller) -> tuple[str, str]:
    return next((p.layer, p.code) for p in duty_places(who, area_of(who, "P03")) if p.layer == "risk_places")


def test_a_tick_is_one_line_with_time_place_and_count_and_an_audit_line(drafter: Caller) -> None:
    who, place = officer(drafter), risk_place(drafter)
    before = duty_list(who, area_of(who, "P03"), TUESDAY.date())
    assert ("check", place[1]) in {(d.due.kind, d.due.target_code) for d in before.now}
    record_duty(who, "P03", "check", *place, at=TUESDAY)
    row = drafter.store.duty_records().iloc[0]
    assert (row["at"], row["staff_code"], row["kind"], row["target_code"], row["count"], row["by"]) == (
        ("2026-03-03T08:00:00", "P03", "check", place[1], 1, "login of P03")
    )
    after = duty_list(who, area_of(who, "P03"), TUESDAY.date())
    assert ("check", place[1]) not in {(d.due.kind, d.due.target_code) for d in after.now} and after.risks[0].last == date(2026, 3, 3)
    assert "record_duty" in {line.action for line in drafter.store.audit_lines(9)} and drafter.store.verify_audit().ok


def test_only_the_own_last_tick_is_taken_back_and_no_line_goes(drafter: Caller) -> None:
    who, place = officer(drafter), risk_place(drafter)
    record_duty(who, "P03", "patrol", *place)
    record_duty(drafter, "P03", "check", *place)
    assert undo_last_duty(who, "P03") == 1  # the second line was written by the planner
    assert len(drafter.store.duty_records()) == 3
    assert [line.undone for line in duty_list(who, area_of(who, "P03")).lines] == [False, True]
    with pytest.raises(Refusal, match="nothing to take back"):
        undo_last_duty(who, "P03")


@pytest.mark.parametrize("count", [0, -1, 1000])
def test_a_count_beyond_its_bounds_is_refused(drafter: Caller, count: int) -> None:
    with pytest.raises(Refusal, match="1 to 999"):
        record_duty(drafter, "P03", "check", *risk_place(drafter), count=count)
    assert drafter.store.duty_records().empty


def test_a_place_outside_the_area_anothers_area_and_words_for_a_place_are_refused(drafter: Caller) -> None:
    who = officer(drafter)
    elsewhere = next(p for p in duty_places(drafter, area_of(drafter, "P04")) if p.layer == "villages")
    for refused in (
        lambda: record_duty(who, "P03", "visit", "villages", elsewhere.code),
        lambda: record_duty(who, "P04", "visit", "villages", elsewhere.code),
        lambda: record_duty(who, "P03", "visit", "communities", "张三 13812345678"),
        lambda: undo_last_duty(who, "P04"),
    ):
        with pytest.raises(Refusal):
            refused()
    assert drafter.store.duty_records().empty


@pytest.mark.parametrize("role", ["administrator", "auditor", "grid_worker", "viewer"])
def test_who_does_not_answer_for_an_area_ticks_nothing(drafter: Caller, role: str) -> None:
    with pytest.raises(Refusal):
        record_duty(Caller(drafter.workspace, "tests", role), "P03", "check", "risk_places", "K1")


def test_the_store_takes_no_line_back_twice_nor_anothers(drafter: Caller) -> None:
    line = DutyLine("P03", "check", "risk_places", "K1", 1, "tests")
    number = drafter.store.add_duty(line)
    for wrong in (
        DutyLine("P04", *["check", "risk_places", "K1", 1, "tests"], number),
        DutyLine("P03", "check", "risk_places", "K1", 1, "t", 99),
    ):
        with pytest.raises(Refusal, match="can't be taken back"):
            drafter.store.add_duty(wrong)
    drafter.store.add_duty(DutyLine("P03", "check", "risk_places", "K1", 1, "tests", number))
    with pytest.raises(Refusal, match="taken back already"):
        drafter.store.add_duty(DutyLine("P03", "check", "risk_places", "K1", 1, "tests", number))
    with pytest.raises(Refusal, match="staff list"):
        drafter.store.add_duty(DutyLine("nobody", "check", "risk_places", "K1", 1, "tests"))


def test_a_station_sets_its_own_rhythm_and_the_rest_stays(drafter: Caller) -> None:
    before = duty_rhythm(drafter)
    assert before["visit", "villages"] == 14 and before["visit", "schools"] is None
    set_duty_rhythm(drafter, {("visit", "villages"): 30, ("check", "risk_places"): None, ("visit", "schools"): 10})
    after = duty_rhythm(drafter)
    assert after == before | {("visit", "villages"): 30, ("check", "risk_places"): None, ("visit", "schools"): 10}
    due = {(d.due.kind, d.place.layer) for d in duty_list(drafter, area_of(drafter, "P03"), TUESDAY.date()).due}
    assert ("check", "risk_places") not in due and ("patrol", "risk_places") in due and ("visit", "schools") in due
    for wrong in ({("visit", "villages"): 0}, {("visit", "villages"): 400}, {("visit", "river"): 3}, {("sing", "villages"): 3}):
        with pytest.raises(Refusal):
            set_duty_rhythm(drafter, wrong)
    assert duty_rhythm(drafter) == after and len(drafter.store.audit_lines(9, action="set_setting")) == 1


def test_school_hours_are_read_as_people_write_them(drafter: Caller) -> None:
    assert set_school_peaks(drafter, "16:40–17:40、7：15至8:00") == (("07:15", "08:00"), ("16:40", "17:40"))
    assert duty_list(drafter, area_of(drafter, "P04")).schools[0].peaks == school_peaks(drafter) == (("07:15", "08:00"), ("16:40", "17:40"))
    assert set_school_peaks(drafter, written_peaks(school_peaks(drafter))) == school_peaks(drafter)
    for wrong in ("", "seven", "8:00-7:00", "25:00-26:00", ",".join(["7:00-8:00"] * 5)):
        with pytest.raises(Refusal, match="07:20-08:10"):
            set_school_peaks(drafter, wrong)
