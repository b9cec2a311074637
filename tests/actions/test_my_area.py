"""An officer's own area."""

from dataclasses import replace
from datetime import date

import pytest

from actions.caller import Caller
from actions.my_area import MonthCount, area_of, officers
from analysis.incident_filter import same_part_of_month
from layers.definition.refusal import Refusal
from layers.definition.text import Text


def test_the_areas_of_all_officers_share_out_the_town(planner: Caller) -> None:
    areas = [area_of(planner, code) for code in officers(planner)]
    led = [area for area in areas if area.beats]
    assert sum(area.persons for area in led) == 97_656 and sum(area.dwellings for area in led) == 45_570
    assert sum(area.area_km2 for area in led) == pytest.approx(374.43, abs=0.01)
    cells = [cell for area in led for cell in area.cells]
    assert len(cells) == len(set(cells)) == planner.store.count("grid_cells")


def test_an_area_tells_units_team_neighbours_places_and_months(planner: Caller) -> None:
    area = area_of(planner, "民警03")
    assert area.name == Text("民警03", "Officer 03") and area.units and area.team
    assert all(neighbour.lead for neighbour in area.neighbours) and not {n.beat.code for n in area.neighbours} & {
        b.code for b in area.beats
    }
    assert (area.this_month.first, area.last_month.last) == (date(2025, 12, 1), date(2025, 11, 30))
    assert area.months[0].this_month == sum(month.this_month for month in area.months[1:])


def test_an_officer_without_beat_or_unit_has_an_empty_area(planner: Caller) -> None:
    empty = [area_of(planner, code) for code in officers(planner) if not area_of(planner, code).beats]
    assert empty and all(area.persons == 0 and not area.cells and not area.places for area in empty)


@pytest.mark.parametrize("asked", ["", "nobody", "民警00", "<script>"])
def test_an_unknown_officer_is_refused_with_those_there_are(planner: Caller, asked: str) -> None:
    with pytest.raises(Refusal, match="Officer 01"):
        area_of(planner, asked)


def test_looking_at_an_area_is_put_on_record_once_per_session(planner: Caller) -> None:
    lines = len(planner.store.audit_lines(500, action="see_area"))
    for session in ("first", "first", "second"):
        area_of(replace(planner, session=session), "民警05")
    assert len(planner.store.audit_lines(500, action="see_area")) == lines + 2


@pytest.mark.parametrize(
    ("as_of", "this", "last"),
    [
        (date(2025, 12, 31), (date(2025, 12, 1), date(2025, 12, 31)), (date(2025, 11, 1), date(2025, 11, 30))),
        (date(2025, 12, 10), (date(2025, 12, 1), date(2025, 12, 10)), (date(2025, 11, 1), date(2025, 11, 10))),
        (date(2025, 3, 30), (date(2025, 3, 1), date(2025, 3, 30)), (date(2025, 2, 1), date(2025, 2, 28))),
        (date(2025, 2, 28), (date(2025, 2, 1), date(2025, 2, 28)), (date(2025, 1, 1), date(2025, 1, 31))),
    ],
)
def test_a_month_is_compared_with_the_same_part_of_the_month_before(as_of: date, this: tuple[date, date], last: tuple[date, date]) -> None:
    now, before = same_part_of_month(as_of)
    assert (now.first, now.last) == this and (before.first, before.last) == last


def test_a_change_is_no_percentage_where_the_base_is_under_five() -> None:
    assert MonthCount(Text("甲", "a"), 3, 4).change is None and MonthCount(Text("甲", "a"), 3, 6).change == -0.5
