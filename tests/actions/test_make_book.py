"""The book of the demo town against the actions it gathers from: same names, same sums, same incidents, and who may have what."""

import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

import pikepdf
import pytest
from click.testing import CliRunner

from actions.caller import Caller
from actions.make_book import BookWish, book_content, book_size, file_name, make_book, save_book
from actions.measure_plan import measure_plan
from actions.my_area import area_of
from actions.see_map import plan_on_map, shown_plan
from analysis.incident_filter import IncidentFilter, year_up_to
from commands.command import cli
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from tests.conftest import REPOSITORY

DEMO_BEATS = 14


@pytest.fixture
def one_cell(drafter: Caller) -> Caller:
    """A planner at a workspace with a plan "one" of one cell in one beat."""
    plan = shown_plan(drafter)
    cell, beat = next(iter(plan.beat_of)), plan.beats[0].code
    header = replace(plan.header, id="one", status="draft", revision=0, parent_id=None)
    beat_of = {code: beat if code == cell else None for code in plan.beat_of}
    drafter.store.save_plan(replace(plan, header=header, beat_of=beat_of), by="tests", reason="one cell")
    return drafter


def test_a_page_per_beat_has_the_beats_figures(planner: Caller) -> None:
    content, on_map = book_content(planner, BookWish()), plan_on_map(planner)
    assert [page.code for page in content.pages] == list(on_map.beats["code"]) and len(content.pages) == DEMO_BEATS
    for page, (_, row) in zip(content.pages, on_map.beats.iterrows(), strict=True):
        assert (page.figures.cells, page.figures.dwellings, page.figures.persons) == (row["cells"], row["dwellings"], row["persons"])
        assert page.figures.area_km2 == pytest.approx(row["area_km2"]) and page.lead.zh == row["lead"]
        assert sum(cell.persons for cell in page.cells) == row["persons"] and len(page.cells) == row["cells"]
    assert content.total.persons == 97_656 and content.total.dwellings == 45_570


def test_workload_is_that_of_the_measured_plan(planner: Caller) -> None:
    measured = measure_plan(planner)
    hours = measured.workload.minutes_week.groupby(measured.workload.minutes_week.index.map(dict(measured.plan.beat_of))).sum() / 60
    for page in book_content(planner, BookWish()).pages:
        assert page.figures.workload_h_week == pytest.approx(hours[page.code])


def test_a_page_per_officer_is_the_officers_own_area(planner: Caller) -> None:
    for page in book_content(planner, BookWish(by="officer")).pages:
        area = area_of(planner, page.code)
        assert page.title == area.name and page.figures.persons == area.persons and page.figures.cells == len(area.cells)
        assert [near.code for near in page.neighbours] == [near.beat.code for near in area.neighbours]
        assert [near.lead for near in page.neighbours] == [near.lead or Text("", "") for near in area.neighbours]
        assert {places.title: places.count for places in page.places} == {
            title: len(names) for title, names in zip([p.title for p in page.places], area.places.values(), strict=True)
        }


def test_a_page_per_unit_shares_out_the_town(planner: Caller) -> None:
    content = book_content(planner, BookWish(by="unit"))
    assert len(content.pages) == planner.store.count("communities") + planner.store.count("villages")
    assert sum(page.figures.persons for page in content.pages) == 97_656
    assert all(page.beats and page.neighbours for page in content.pages)


def test_exact_incidents_are_those_of_twelve_months(planner: Caller) -> None:
    plan, incidents = shown_plan(planner), planner.model.incidents
    last = date(2025, 12, 31)
    kept = incidents[IncidentFilter(year_up_to(last), last).keeps(incidents)]
    for page in book_content(planner, BookWish(exact=True)).pages:
        inside = int(kept["cell_code"].isin(plan.cells_of(page.code)).sum())
        assert page.figures.incidents[-1] == (Text("合计", "all"), f"{inside:,}")


def test_small_counts_are_hidden_and_can_not_be_worked_out(planner: Caller) -> None:
    content = book_content(planner, BookWish(by="unit"))
    exact = book_content(planner, BookWish(by="unit", exact=True))
    hidden = 0
    for page, true in zip(content.pages, exact.pages, strict=True):
        marks = [shown for _, shown in page.figures.incidents]
        hidden += sum(not mark.replace(",", "").isdigit() for mark in marks)
        for mark, (_, n) in zip(marks, true.figures.incidents, strict=True):
            small = 0 < int(n.replace(",", "")) < 5
            assert mark in ("<5", "–") if small else mark in (n, "–")
        assert sum(not mark.replace(",", "").isdigit() for mark in marks) != 1  # one alone follows from the total
    assert hidden


def test_only_those_who_plan_make_books_and_it_is_on_record(planner: Caller) -> None:
    for role in ("officer", "viewer", "grid_worker", "administrator", "auditor"):
        with pytest.raises(Refusal):
            make_book(replace(planner, role=role), BookWish())


def test_a_public_book_names_nobody_and_counts_no_incident(planner: Caller) -> None:
    content = book_content(planner, BookWish(public=True, review_number="GS(2025)0001"))
    assert not {"risk_places", "fire_hazards", "police_rooms", "venues"} & content.sheet.layers.keys()
    assert not {"lead", "lead_en", "incidents_year"} & set(content.sheet.layers["beats"].columns)
    for page in content.pages:
        assert not page.lead.zh and not page.contacts and not page.figures.incidents and page.figures.workload_h_week is None
        assert page.figures.persons is None and page.figures.dwellings is None and not page.cells and page.figures.area_km2 > 0
        assert not any(near.lead.zh for near in page.neighbours)
    with pytest.raises(Refusal, match="officer"):
        book_content(planner, BookWish(public=True, by="officer"))


def test_without_staff_no_name_of_staff_is_in_it(planner: Caller) -> None:
    said = repr(book_content(planner, BookWish(staff=False, address="https://jingge.example")).pages)
    assert "民警" not in said and "辅警" not in said and "officer=" not in said


def test_the_code_leads_to_the_officers_live_page(planner: Caller) -> None:
    page = book_content(planner, BookWish(address="https://jingge.example/")).pages[0]
    lead = shown_plan(planner).beat(page.code).lead
    assert page.link == f"https://jingge.example/?officer={lead}&plan={shown_plan(planner).header.id}"


def test_a_saved_book_is_whole_read_back_and_on_record(planner: Caller, tmp_path: Path) -> None:
    out = tmp_path / "book.pdf"
    made = save_book(planner, BookWish(names="zh", purpose="墙上"), out)
    with pikepdf.open(out) as book:
        assert len(book.pages) == made.pages >= DEMO_BEATS + 3
    assert out.stat().st_size == made.size < 5_000_000
    pages = subprocess.run(["pdftotext", "-raw", str(out), "-"], check=True, capture_output=True, text=True).stdout.split("\f")
    for at, beat in enumerate(shown_plan(planner).beats):
        assert beat.name in "".join(pages[2 + at].split())
    assert "用途：墙上" in pages[0] and planner.store.audit_lines(1)[0].action == "make_book"


@pytest.mark.parametrize("name", ["book.docx", "book", "missing/book.pdf"])
def test_another_ending_and_a_missing_folder_are_refused_before_anything_is_drawn(planner: Caller, tmp_path: Path, name: str) -> None:
    with pytest.raises(Refusal):
        save_book(planner, BookWish(), tmp_path / name, lambda share, what: pytest.fail("it began"))
    assert not list(tmp_path.rglob("*"))


def test_a_folder_that_can_not_be_written_is_refused_and_holds_no_half_file(one_cell: Caller) -> None:
    with pytest.raises(Refusal, match="can't be written"):
        save_book(one_cell, BookWish("one", names="en"), Path("/proc/book.pdf"))
    assert not Path("/proc/book.pdf").exists()


def test_stopping_leaves_no_file_and_no_line(planner: Caller, tmp_path: Path) -> None:
    before = planner.store.audit_lines(1)[0]
    with pytest.raises(Refusal, match="stopped"):
        save_book(planner, BookWish(), tmp_path / "book.pdf", lambda share, what: share < 0.3)
    assert not list(tmp_path.iterdir()) and planner.store.audit_lines(1)[0] == before


def test_a_plan_without_cells_in_beats_and_one_without_leads_are_refused_in_words(drafter: Caller) -> None:
    plan = shown_plan(drafter)
    header = replace(plan.header, id="empty", status="draft", revision=0, parent_id=None)
    empty = replace(plan, header=header, beat_of=dict.fromkeys(plan.beat_of))
    drafter.store.save_plan(empty, by="tests", reason="empty")
    with pytest.raises(Refusal, match="no beat"):
        book_content(drafter, BookWish("empty"))
    nobody = replace(plan, header=replace(header, id="nobody"), beats=tuple(replace(beat, lead=None) for beat in plan.beats))
    drafter.store.save_plan(nobody, by="tests", reason="no leads")
    with pytest.raises(Refusal, match="no officer"):
        book_content(drafter, BookWish("nobody", by="officer"))
    assert all(not page.lead.zh for page in book_content(drafter, BookWish("nobody")).pages)


def test_a_beat_of_one_cell_gives_a_page(one_cell: Caller) -> None:
    made = make_book(one_cell, BookWish("one", names="zh"))
    (page,) = book_content(one_cell, BookWish("one")).pages
    assert made.pages == 4 and page.figures.cells == 1


@pytest.mark.parametrize("wish", [BookWish("no such plan"), BookWish(by="street"), BookWish(names="fr"), BookWish(purpose="x" * 61)])
def test_bad_choices_are_refused_in_words(planner: Caller, wish: BookWish) -> None:
    with pytest.raises(Refusal):
        book_content(planner, wish)


def test_how_long_it_takes_is_told_beforehand(planner: Caller) -> None:
    size = book_size(planner, BookWish())
    assert size.pages == DEMO_BEATS and size.seconds > 0
    assert file_name(planner, BookWish()).endswith("_beat_both.pdf")


def test_the_command_writes_the_book(one_cell: Caller, demo_copy: Path, tmp_path: Path) -> None:
    out = tmp_path / "book.pdf"
    call = ["book", "--workspace", str(demo_copy), "--plan", "one", "--names", "en", "--json", "--out"]
    done = subprocess.run([sys.executable, "geo_cli.py", *call, str(out)], cwd=REPOSITORY, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    values = json.loads(done.stdout)
    assert values["pages"] == 4 and out.stat().st_size == values["bytes"]
    again = CliRunner().invoke(cli, [*call, str(out.with_suffix(".txt"))])
    assert again.exit_code in (1, 2) and not out.with_suffix(".txt").exists()
