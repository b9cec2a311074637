"""Who sees which hotspots: officers those of the own area, the public map for those without incidents, bad data in clear words.

The demo town's officer P014 answers for one beat of the plan in force; its cells hold a part of the 3,193 incidents of 2025.
"""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

import numpy as np
import pandas as pd
import pytest

from actions.caller import Caller, Scope
from actions.cell_workload import town_workload
from actions.hotspot_change import change_view, displacement_of, may_tell, rows_of, usual_before
from actions.hotspot_data import HotspotData, beats_to_choose, chosen_rows, hotspot_data, within_beat
from actions.hotspot_evaluate import beat_workload
from actions.hotspot_maps import base_of_hotspots, beats_of_hotspots, hexagons_patch_of
from actions.hotspot_public import base_of_public, public_map
from actions.hotspot_significance import cluster_view, moran_view, road_view, significance_view
from actions.hotspot_when import holiday_table, read_school_hours, when_view
from actions.hotspots import density_view, risk_view
from actions.own_area import own_cells, own_incidents
from actions.permissions import PERMISSIONS, ROLES, RoleKey
from actions.see_map import IncidentFilter, shown_plan
from actions.sheet_themes import themed_content
from actions.sheet_wish import SheetWish
from analysis.disclosure import Sum, Suppression, possible_values
from layers.definition.refusal import Refusal

YEAR = IncidentFilter(date(2025, 1, 1), date(2025, 12, 31))


@pytest.fixture(scope="module")
def officer(planner: Caller) -> Caller:
    """An officer who leads a beat of the plan in force."""
    plan = planner.store.plan_in_force()
    assert plan is not None
    lead = next(beat.lead for beat in plan.beats if beat.lead)
    return replace(planner, role="officer", scope=Scope(staff=lead))


# own area


def test_an_officers_hotspots_rest_on_the_own_area_alone(planner: Caller, officer: Caller) -> None:
    mine = chosen_rows(officer, YEAR).table
    assert 0 < len(mine) < len(chosen_rows(planner, YEAR).table)
    assert set(mine["cell_code"]) <= (own_cells(officer) or set())
    assert len(mine) == int(YEAR.keeps(own_incidents(officer)).sum())


def test_the_map_of_an_officer_ends_at_the_own_area(officer: Caller) -> None:
    basis = density_view(officer, YEAR, 100, 300).basis
    cells = officer.model.cells
    assert basis.mask_km2 == pytest.approx(cells.loc[sorted(own_cells(officer) or ()), "area_km2"].sum(), rel=1e-3)
    assert any("own area" in text.en for text in basis.cautions)


def test_an_officers_tables_hold_the_own_rows_alone(officer: Caller) -> None:
    before, _ = usual_before(YEAR, date(2024, 1, 1))
    plan = officer.store.plan_in_force()
    assert plan is not None
    mine = {plan.beat_of[cell] for cell in own_cells(officer) or ()}
    assert set(change_view(officer, YEAR, before, "beat").shown.index) == mine
    assert set(beat_workload(officer).table.index) == mine


def test_a_sheet_of_workload_shows_an_officer_the_own_cells_alone(officer: Caller, planner: Caller) -> None:
    def drawn(caller: Caller, theme: str) -> int:
        classes = themed_content(caller, SheetWish(None, "A4", "landscape", "zh", "pdf", theme=theme)).classes
        return len(classes.areas) if classes is not None else 0

    cells = own_cells(officer) or frozenset()
    assert drawn(officer, "workload") == len(cells) < drawn(planner, "workload")
    assert drawn(officer, "workload_beats") == 1 < drawn(planner, "workload_beats")
    assert int(town_workload(officer).incidents.sum()) < int(town_workload(planner).incidents.sum())


def test_an_officer_without_cells_is_told_so(planner: Caller) -> None:
    with pytest.raises(Refusal, match="No cell is yours"):
        hotspot_data(replace(planner, role="officer", scope=Scope()))


def test_fewer_than_five_are_not_drawn_for_an_officer(planner: Caller) -> None:
    day = YEAR
    table = hotspot_data(planner).table
    per_day = table["occurred_at"].dt.date.value_counts()
    few = per_day[per_day < 5].index[0]
    day = IncidentFilter(few, few)
    assert density_view(planner, day, 200, 500).basis.n < 5
    with pytest.raises(Refusal, match="Fewer than 5"):
        density_view(replace(planner, role="officer"), day, 200, 500)


def test_a_share_that_gives_a_small_count_away_is_hidden(planner: Caller) -> None:
    basis = density_view(replace(planner, role="officer"), YEAR, 200, 500).basis
    tight = replace(basis, stacked_share=2 / basis.n)
    assert "– share a coordinate" in tight.line.en and tight.as_json()["stacked_share"] is None
    assert "– share" not in replace(tight, exact=True).line.en


# roles


@pytest.mark.parametrize("role", ROLES)
def test_each_role_gets_the_public_map_or_is_refused(planner: Caller, role: RoleKey) -> None:
    who = replace(planner, role=role)
    if role not in PERMISSIONS["see_public_hotspots"].roles:
        with pytest.raises(Refusal):
            public_map(who)
        with pytest.raises(Refusal):
            base_of_public(who)
        return
    found = public_map(who)
    assert found.basis.n == 3193 and not found.basis.exact and found.basis.cell_m == 200
    assert found.shapes["classes"][0]["title"][1].startswith("1 to 4")
    assert base_of_public(who).packed


@pytest.mark.parametrize("role", ROLES)
def test_only_the_station_sees_hotspots(planner: Caller, role: RoleKey) -> None:
    who = replace(planner, role=role)
    if role in ("chief", "planner", "officer"):
        assert density_view(who, YEAR, 200, 500).basis.n == 3193
        return
    for ask in (lambda: density_view(who, YEAR, 200, 500), lambda: base_of_hotspots(who), lambda: when_view(who, YEAR)):
        with pytest.raises(Refusal):
            ask()


def test_the_beats_of_the_map_are_the_plans(planner: Caller) -> None:
    assert beats_of_hotspots(planner)["title"]


# change


def test_a_control_may_be_one_other_beat(planner: Caller) -> None:
    before, _ = usual_before(YEAR, date(2024, 1, 1))
    view = change_view(planner, YEAR, before, "beat")
    one, other = view.shown.index[:2]
    table = view.change.table
    by_hand = table.at[one, "after"] - table.at[one, "before"] * table.at[other, "after"] / table.at[other, "before"]
    assert displacement_of(view, one, other).estimate == pytest.approx(by_hand) and may_tell(view, one, other)
    with pytest.raises(Refusal, match="own control"):
        displacement_of(view, one, one)


@pytest.mark.parametrize("seed", range(3))
def test_tables_of_cells_units_and_beats_together_give_no_small_count_away(planner: Caller, officer: Caller, seed: int) -> None:
    """A reader who holds all three tables works out no count of 1 to 4."""
    by = replace(YEAR, categories=frozenset(np.random.default_rng(seed).choice(["fraud", "injury", "noise", "traffic"], 2, replace=False)))
    before, _ = usual_before(by, date(2024, 1, 1))
    shown = {rows: change_view(officer, by, before, rows).shown["after"] for rows in ("cell", "unit", "beat")}
    exact = {rows: change_view(officer, by, before, rows).change.table["after"].astype(int) for rows in shown}
    values = [*exact["cell"], *exact["unit"], *exact["beat"], exact["cell"].sum()]
    marks = [*shown["cell"], *shown["unit"], *shown["beat"], str(exact["cell"].sum())]
    cells, n = list(exact["cell"].index), len(exact["cell"])
    sums = [Sum(len(values) - 1, tuple(range(n)))]
    for rows, start in (("unit", n), ("beat", n + len(exact["unit"]))):
        of = rows_of(officer, rows)[1]
        sums += [Sum(start + i, tuple(c for c, cell in enumerate(cells) if of.get(cell) == row)) for i, row in enumerate(exact[rows].index)]
    hidden = np.array([not mark.isdigit() for mark in marks])
    veiled = np.array([mark == "–" and 0 < value < 5 for mark, value in zip(marks, values, strict=True)])
    small = np.array([0 < value < 5 for value in values]) & hidden
    seen = Suppression(tuple(marks), small, hidden & ~small, veiled, True)
    least, most = possible_values(values, seen, sums)
    assert hidden.any() and (least[hidden] < most[hidden]).all()


def test_fair_months_leave_out_the_months_that_are_not_whole(planner: Caller) -> None:
    by = IncidentFilter(date(2025, 3, 10), date(2025, 6, 30))
    before, _ = usual_before(by, date(2024, 1, 1))
    fair = change_view(planner, by, before, "unit", fair_months=True)
    assert fair.change.after.months == {4, 5, 6} and fair.change.after.days == 91 == fair.change.before.days


# holidays and school


def test_the_holiday_table_is_used_and_named(planner: Caller) -> None:
    table = holiday_table()
    assert table["date"].is_unique and set(table["kind"]) == {"holiday", "workday"}
    days = dict(zip(table["date"], table["kind"], strict=True))
    assert days["2025-01-28"] == days["2025-10-08"] == "holiday" and days["2025-02-08"] == days["2024-04-07"] == "workday"
    assert (pd.to_datetime(table.loc[table["kind"] == "workday", "date"]).dt.day_of_week >= 5).all()
    view = when_view(planner, YEAR)
    assert view.on_kinds["holiday"][1] == 28 and any("holidays_cn.csv" in text.en for text in view.basis.cautions)


def test_school_hours_and_terms_can_be_set(planner: Caller) -> None:
    school = read_school_hours("07:00-08:30，16:00–18:00", "2025-09-01..2026-01-20")
    assert len(school.spans) == 2 and school.terms[0].first == date(2025, 9, 1)
    short, usual = when_view(planner, YEAR, school=school), when_view(planner, YEAR)
    assert int(short.in_school_hours) < int(usual.in_school_hours)
    for bad in ("8 to 9", "09:00-08:00"):
        with pytest.raises(Refusal, match=bad.split()[0]):
            read_school_hours(bad, "")


# bad input


def with_points(
    planner: Caller, monkeypatch: pytest.MonkeyPatch, x: np.ndarray, y: np.ndarray, at: datetime = datetime(2025, 5, 5)
) -> Caller:
    """The planner at a town whose incidents lie at these metres."""
    n = len(x)
    rows = {"category": ["theft"] * n, "source": ["reported"] * n, "cell_code": [None] * n, "occurred_until": pd.NaT, "x_m": x, "y_m": y}
    table = pd.DataFrame(rows).assign(occurred_at=pd.Timestamp(at)).astype({"category": "category", "source": "category"})
    made = HotspotData(planner.model, table, planner.model.outline_m)
    monkeypatch.setitem(planner.model._derived, ("hotspots", None), made)
    return planner


MIDDLE = (463_000.0, 3_176_000.0)
VIEWS: dict[str, Callable[[Caller], object]] = {
    "density": lambda who: density_view(who, YEAR, 200, 500),
    "significance": lambda who: significance_view(who, YEAR, 200, shuffles=19),
    "clusters": lambda who: cluster_view(who, YEAR, 200),
}


def middle_of(planner: Caller) -> tuple[float, float]:
    point = planner.model.outline_m.representative_point()
    return point.x, point.y


def test_no_incidents_are_told(planner: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    who = with_points(planner, monkeypatch, np.empty(0), np.empty(0))
    with pytest.raises(Refusal, match="has no incidents"):
        density_view(who, YEAR, 200, 500)


def test_all_in_one_place_gives_a_caution_and_no_verdict(planner: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = middle_of(planner)
    who = with_points(planner, monkeypatch, np.full(100, x), np.full(100, y))
    view = density_view(who, YEAR, 200, 500)
    assert any("share one coordinate" in text.en for text in view.basis.cautions) and np.nanmax(view.density.values) > 0
    assert significance_view(who, YEAR, 200, shuffles=19).result.reason is not None


@pytest.mark.parametrize("name", VIEWS)
def test_all_outside_is_told(planner: Caller, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    x, y = middle_of(planner)
    who = with_points(planner, monkeypatch, np.arange(50) + x + 1e6, np.full(50, y))
    with pytest.raises(Refusal, match="outside the town"):
        VIEWS[name](who)


@pytest.mark.parametrize("name", VIEWS)
def test_degrees_are_told(planner: Caller, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    who = with_points(planner, monkeypatch, np.linspace(109.5, 109.7, 50), np.linspace(28.6, 28.8, 50))
    with pytest.raises(Refusal, match="in degrees"):
        VIEWS[name](who)


def test_cells_finer_than_the_rounding_are_refused(planner: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    x, y = middle_of(planner)
    steps = np.random.default_rng(0).integers(-20, 20, (400, 2)) * 500.0
    who = with_points(planner, monkeypatch, np.round(x, -3) + steps[:, 0], np.round(y, -3) + steps[:, 1])
    with pytest.raises(Refusal, match="rounded to about 500 m"):
        density_view(who, YEAR, 200, 500)


def test_a_constant_layer_gives_no_verdict(planner: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    grid = hotspot_data(planner).grid(400)
    row, col = np.nonzero(grid.mask)
    x, y = grid.centres_m()
    jitter = np.random.default_rng(0).uniform(-150, 150, (2, len(row)))
    who = with_points(planner, monkeypatch, x[col] + jitter[0], y[row] + jitter[1])
    for reason in (significance_view(who, YEAR, 400, shuffles=19).result.reason, moran_view(who, YEAR, 400, shuffles=19).result.reason):
        assert reason is not None and reason.zh


# stop


@pytest.mark.parametrize("view", [moran_view, cluster_view, road_view])
def test_long_views_stop_between_two_steps(planner: Caller, view: Callable[..., object]) -> None:
    with pytest.raises(Refusal, match="Stopped"):
        view(planner, YEAR, 400, progress=lambda share, what: False)


# one beat


def test_a_beat_has_its_own_incidents_area_and_edge(planner: Caller) -> None:
    beats = beats_to_choose(planner)
    beat = within_beat(planner, next(iter(beats)))
    whole, part = density_view(planner, YEAR, 200, 500), density_view(beat, YEAR, 200, 500)
    assert 0 < part.basis.mask_km2 < whole.basis.mask_km2 / 3 and 0 < part.basis.n < whole.basis.n
    assert any("inside beat" in text.en for text in part.basis.cautions)
    n = sum(density_view(within_beat(planner, code), YEAR, 200, 500).basis.n for code in beats)
    assert n == whole.basis.n  # the beats share out the town's incidents
    with pytest.raises(Refusal, match="no beat XX to choose"):
        within_beat(planner, "XX")


def test_an_officer_may_choose_an_own_beat_alone(officer: Caller, planner: Caller) -> None:
    own = beats_to_choose(officer)
    assert own and set(own) < set(beats_to_choose(planner))
    for code in beats_to_choose(planner):
        if code not in own:
            with pytest.raises(Refusal, match="to choose"):
                within_beat(officer, code)
    n = density_view(officer, YEAR, 200, 500).basis.n
    assert density_view(within_beat(officer, next(iter(own))), YEAR, 200, 500).basis.n <= n


def test_people_of_a_beat_stay_inside_it(planner: Caller) -> None:
    """A neighbour cell of which few analysis cells lie inside would put all its people onto the border."""
    code = next(iter(beats_to_choose(planner)))
    beat = within_beat(planner, code)
    base = risk_view(beat, YEAR, 200, 500).risk.base
    cells = shown_plan(planner).beat_of
    persons = planner.model.cells["persons"].fillna(0)
    inside = sum(float(persons[cell]) for cell, owner in cells.items() if owner == code)
    spread = np.nansum(base.values * base.grid.inside_share) * base.grid.cell_km2
    assert spread == pytest.approx(inside, rel=0.1)


def test_hexagons_hold_the_same_incidents(planner: Caller) -> None:
    square, hexagon = (significance_view(planner, YEAR, 400, shuffles=199, hexagons=wish) for wish in (False, True))
    assert hexagon.result.counts.sum() == square.result.counts.sum() == square.basis.n == hexagon.basis.n
    assert hexagon.basis.hexagons and "hexagons 400 m wide" in hexagon.basis.line.en and "cell 400 m" in square.basis.line.en
    patch = hexagons_patch_of(planner, hexagon)
    assert patch["named"] == [len(patch["classes"]) - 1] and patch["classes"][-1]["title"][1] == "hotspot area, by rank"
