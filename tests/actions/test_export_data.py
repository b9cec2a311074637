"""Data, page and bundle by the rights of a role: permitted fields, hidden counts, a purpose, a second person, the record."""

import io
import json
import re
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from actions.caller import Caller
from actions.export_all import AllWish, make_all, save_all
from actions.export_data import DataWish, about_data, data_tables, layers_offered, levels, make_data, save_data
from actions.export_page import PageWish, make_page, save_page
from actions.export_release import agree, ask_for_release, released, releases, set_second_person, use_up
from actions.see_map import shown_plan
from layers.definition.layer import Sensitivity
from layers.definition.refusal import Refusal

DAY = date(2026, 1, 1)


def _read_me(content: bytes) -> str:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read("README.txt").decode("utf-8-sig")


@pytest.mark.parametrize("role", ["auditor", "administrator", "officer", "grid_worker", "viewer"])
def test_only_those_who_plan_take_files(planner: Caller, role: str) -> None:
    other = Caller(planner.workspace, "other", role)
    for take in (lambda: make_data(other, DataWish()), lambda: make_page(other, PageWish()), lambda: make_all(other, AllWish())):
        with pytest.raises(Refusal):
            take()


@pytest.mark.parametrize("level", list(Sensitivity))
def test_no_field_above_the_chosen_level_leaves(planner: Caller, level: Sensitivity) -> None:
    tables = data_tables(planner, DataWish(level=level))
    assert all(f.sensitivity <= level for table in tables for f in table.fields)
    assert ("officers" in {t.key for t in tables}) == (level >= Sensitivity.STAFF)
    assert "incidents" not in {t.key for t in tables} and level in levels(planner)
    assert ("incidents" in layers_offered(planner, level)) == (level == Sensitivity.INCIDENT)


def test_a_layer_above_the_level_is_refused(planner: Caller) -> None:
    with pytest.raises(Refusal, match="no layer incidents"):
        make_data(planner, DataWish(layers=("incidents",), level=Sensitivity.STAFF))


def test_incident_counts_of_beats_are_exact_only_at_the_planners_own_level(planner: Caller) -> None:
    inside = next(iter(data_tables(planner, DataWish(layers=("beats",), level=Sensitivity.INCIDENT))))
    outside = next(iter(data_tables(planner, DataWish(layers=("beats",)))))
    assert {f.name: f.type for f in inside.fields}["incidents_year"] == "integer"
    assert {f.name: f.type for f in outside.fields}["incidents_year"] == "text"
    assert inside.rows["incidents_year"].sum() == 3193


def test_incident_files_need_a_purpose_and_go_on_record(drafter: Caller) -> None:
    wish = DataWish(layers=("incidents",), formats=("csv",), level=Sensitivity.INCIDENT)
    with pytest.raises(Refusal, match="what the export is for"):
        make_data(drafter, wish)
    made = make_data(drafter, DataWish(**{**vars(wish), "purpose": "patrol plan"}))
    assert "patrol plan" in _read_me(made.content) and "single incidents" in _read_me(made.content)
    line = drafter.store.audit_lines(1)[0]
    detail = line.detail if isinstance(line.detail, dict) else json.loads(line.detail)
    assert line.action == "export_data" and detail["purpose"] == "patrol plan" and detail["level"] == "INCIDENT"


def test_a_second_person_agrees_once_and_never_to_the_own_request(drafter: Caller) -> None:
    chief = Caller(drafter.workspace, "chief", "chief")
    set_second_person(chief, True, "rule of the station")
    wish = DataWish(layers=("incidents",), formats=("csv",), level=Sensitivity.INCIDENT, purpose="patrol plan")
    with pytest.raises(Refusal, match="second person"):
        make_data(drafter, wish)
    asked = ask_for_release(drafter, "patrol plan")
    with pytest.raises(Refusal, match="their own"):
        agree(drafter, asked.id)
    agree(chief, asked.id)
    assert "chief" in _read_me(make_data(drafter, wish).content) and releases(drafter)[0].used
    with pytest.raises(Refusal, match="second person"):
        make_data(drafter, wish)


def test_one_agreement_is_good_for_one_file_even_where_two_are_made_at_once(drafter: Caller) -> None:
    chief = Caller(drafter.workspace, "chief", "chief")
    set_second_person(chief, True, "rule of the station")
    agree(chief, ask_for_release(drafter, "patrol plan").id)
    first, second = released(drafter, "patrol plan"), released(drafter, "patrol plan")  # both are being made
    use_up(drafter, first)
    with pytest.raises(Refusal, match="it was used"):
        use_up(drafter, second)
    with pytest.raises(Refusal, match="it was used"):
        agree(chief, first.id)


def test_a_file_is_written_whole_or_not_at_all(planner: Caller, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match=r"\.zip"):
        save_data(planner, DataWish(), tmp_path / "a.gpkg")
    with pytest.raises(Refusal, match="can't be written"):
        save_data(planner, DataWish(layers=("schools",), formats=("csv",)), tmp_path / "no" / "a.zip")
    save_data(planner, DataWish(layers=("schools",), formats=("csv",)), tmp_path / "a.zip")
    assert [p.name for p in tmp_path.iterdir()] == ["a.zip"]


def test_a_page_holds_no_names_below_staff_and_never_incidents(planner: Caller) -> None:
    public, staff = (
        make_page(planner, PageWish(level=level, day=DAY)).content.decode() for level in (Sensitivity.PUBLIC, Sensitivity.STAFF)
    )
    assert "民警01" in staff and "民警01" not in public and "occurred_at" not in staff and '"key":"incidents"' not in staff
    assert '"hotspots":null' in public and "n = 3,193" in staff and len(staff.encode()) < 1_500_000
    with pytest.raises(Refusal, match="no single incidents"):
        make_page(planner, PageWish(level=Sensitivity.INCIDENT))


def test_what_leaves_says_who_took_it_when_and_what_for_but_not_to_the_public(planner: Caller) -> None:
    who = replace(planner, user="who-took-it <b>")
    staff, public = (
        make_page(who, PageWish(level=level, purpose="=briefing </script>")).content.decode()
        for level in (Sensitivity.STAFF, Sensitivity.PUBLIC)
    )
    assert '"by":"who-took-it \\u003cb\\u003e","purpose":"=briefing \\u003c/script\\u003e"' in staff and "who-took-it" not in public
    assert re.search(r'"day":"\d{4}-\d\d-\d\d \d\d:\d\d"', staff)
    assert planner.store.audit_lines(1)[0].detail["purpose"] == "=briefing </script>"
    assert about_data(who, DataWish(day=DAY)).day == DAY.isoformat()


def test_the_page_is_the_same_twice_and_is_written(planner: Caller, tmp_path: Path) -> None:
    made = [make_page(planner, PageWish(day=DAY)).content for _ in range(2)]
    assert made[0] == made[1]
    assert save_page(planner, PageWish(day=DAY), tmp_path / "map.html").size == len((tmp_path / "map.html").read_bytes())


def test_the_bundle_holds_sheets_book_tables_data_page_and_read_me(drafter: Caller, tmp_path: Path) -> None:
    """Of a plan with one beat of one cell, which holds the same files as a large one."""
    plan, seen = shown_plan(drafter), list[float]()
    cell, beat = next(iter(plan.beat_of.items()))
    header = replace(plan.header, id="one", status="draft", revision=0, parent_id=None)
    small = replace(plan, header=header, beat_of={code: beat if code == cell else None for code in plan.beat_of})
    drafter.store.save_plan(small, by="tests", reason="one cell")
    made = save_all(drafter, AllWish("one", day=DAY), tmp_path / "plan.zip", lambda share, what: not seen.append(share))
    with zipfile.ZipFile(tmp_path / "plan.zip") as archive:
        names = set(archive.namelist())
        assert all(archive.read(name).startswith(b"%PDF") for name in names if name.endswith(".pdf"))
    assert {"README.txt", "plan/plan.xlsx", "data/gpkg.zip", "page/map.html", "sheets/A4_portrait.pdf", "book/by_beat.pdf"} <= names
    assert "sheets/change.pdf" in names and not made.notes
    assert seen == sorted(seen) and len(seen) == 11


def test_a_bundle_that_is_stopped_leaves_no_file(planner: Caller, tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="stopped"):
        save_all(planner, AllWish(), tmp_path / "plan.zip", lambda share, what: share < 0.0)
    assert list(tmp_path.iterdir()) == []
