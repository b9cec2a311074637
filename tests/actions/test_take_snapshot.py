"""What a sheet holds is what its reader may see: public sheets name nobody, each role prints what it may, the view is what was seen.

Read from the files and from the layers that are handed to the drawing.
"""

import subprocess
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from actions.caller import Caller
from actions.cell_workload import town_workload
from actions.open_workspace import as_caller, open_workspace
from actions.permissions import PERMISSIONS, ROLES
from actions.publish_plan import abandon
from actions.see_map import IncidentFilter
from actions.sheet_themes import themed_content
from actions.sheet_wish import INTERNAL_LAYERS, MapState, SheetWish
from actions.take_snapshot import take_sheet, themes
from layers import LAYERS
from layers.definition.layer import Sensitivity
from layers.definition.refusal import Refusal

WISH = SheetWish(None, "A3", "landscape", "both", "pdf")
YEAR = IncidentFilter(date(2025, 1, 1), date(2025, 12, 31))
MIDDLE = (109.60, 28.60, 109.72, 28.70)
PUBLIC_THEMES = ("beats", "units", "places", "change")


def text_of(caller: Caller, wish: SheetWish, folder: Path) -> str:
    path = folder / "sheet.pdf"
    path.write_bytes(take_sheet(caller, wish).content)
    return subprocess.run(["pdftotext", str(path), "-"], check=True, capture_output=True, text=True).stdout


# public


@pytest.mark.parametrize("theme", [theme for theme in PUBLIC_THEMES if theme != "change"])
def test_a_public_sheet_is_handed_no_staff_no_incident_and_no_internal_layer(planner: Caller, theme: str) -> None:
    view = MapState(MIDDLE, ("beats", *INTERNAL_LAYERS, "schools"), YEAR)
    plain = replace(WISH, theme=theme, public=True)
    for wish in (plain, replace(plain, view=view)):
        content = themed_content(planner, wish)
        assert not set(content.layers) & set(INTERNAL_LAYERS)
        assert not {"lead", "lead_en", "incidents_year"} & set(content.layers["beats"].columns)
        for key, table in content.layers.items():
            assert {field.name for field in LAYERS[key].fields if field.sensitivity > Sensitivity.PUBLIC} & set(table.columns) == set(), key


def test_the_text_of_a_public_sheet_names_nobody(planner: Caller, tmp_path: Path) -> None:
    """The internal sheet shows that the words would be found."""
    staff = planner.model.staff
    names = {*staff["name"], *staff["name_en"].dropna()}
    small = replace(WISH, paper="A4", names="zh")
    risks = set(planner.model.layers["risk_places"]["name"])
    internal = text_of(planner, small, tmp_path)
    assert any(name in internal for name in names) and "年警情" in internal and "内部使用" in internal
    public = text_of(planner, replace(small, public=True, review_number="湘S(2026)001号", watermark=True, purpose="上墙"), tmp_path)
    assert [name for name in {*names, *risks} if name in public] == []
    assert "年警情" not in public and "内部使用" not in public and planner.user not in public
    assert "审图号：湘S(2026)001号" in public and "用途：上墙" in public


@pytest.mark.parametrize("theme", [theme for theme in themes() if theme not in PUBLIC_THEMES])
def test_a_theme_of_internal_facts_is_refused_for_the_public(planner: Caller, theme: str) -> None:
    with pytest.raises(Refusal, match="can't be a public map"):
        themed_content(planner, replace(WISH, theme=theme, public=True))


def test_the_sheet_of_one_officer_is_refused_for_the_public(planner: Caller) -> None:
    with pytest.raises(Refusal, match="names a person"):
        themed_content(planner, replace(WISH, officer="民警03", public=True))


# roles


@pytest.mark.parametrize("role", list(ROLES))
def test_each_role_gets_what_it_may_see_of_each_theme_or_is_refused(role: str, demo_file: Path) -> None:
    workspace = open_workspace(demo_file)
    caller = as_caller(workspace, "tests", role)
    for theme in themes():
        wish = replace(WISH, theme=theme)
        if role not in PERMISSIONS["take_snapshot"].roles:
            with pytest.raises(Refusal, match=r"\(take_snapshot\)"):
                take_sheet(caller, wish)
            continue
        try:
            content = themed_content(caller, wish)
        except Refusal as refusal:
            assert theme in ("hotspots", "workload", "workload_beats", "change") and role not in ("planner", "chief"), refusal
            continue
        assert all(caller.may_see(LAYERS[key]) for key in content.layers)
        assert "incidents" not in content.layers
        assert ("incidents_year" in content.layers["beats"]) == (caller.level >= Sensitivity.INCIDENT)
    workspace.store.close()


def test_a_small_count_of_a_beat_takes_the_counts_of_all_from_whom_it_must_be_hidden(drafter: Caller) -> None:
    incidents = drafter.model.incidents
    counts = incidents.loc[YEAR.keeps(incidents), "cell_code"].value_counts()
    quiet = counts[counts.between(1, 4)].index[0]
    draft = drafter.store.plan("plan-2026-draft")
    beat = draft.beats[0].code
    others = {cell: draft.beats[1].code if of == beat else of for cell, of in draft.beat_of.items()}
    drafter.store.save_plan(replace(draft, beat_of=others | {quiet: beat}), "tests")
    wish = replace(WISH, plan_id="plan-2026-draft")
    assert "incidents_year" in themed_content(drafter, wish).layers["beats"]
    officer = replace(drafter, role="officer")
    assert "incidents_year" not in themed_content(officer, wish).layers["beats"]


@pytest.mark.parametrize(("plan_id", "against"), [(None, None), ("plan-2025", "plan-2026-draft"), ("plan-2026-draft", None)])
def test_a_change_sheet_leads_from_the_plan_in_force_to_the_newest_draft(planner: Caller, plan_id: str | None, against: str | None) -> None:
    content = themed_content(planner, replace(WISH, theme="change", plan_id=plan_id, against=against))
    assert content.change is not None and len(content.change.moved)
    assert content.change.title.en.startswith("Plan in force") and content.plan.en.startswith("2026 draft")


def test_where_there_is_no_draft_a_change_sheet_of_the_plan_in_force_is_refused(drafter: Caller) -> None:
    abandon(drafter, "plan-2026-draft")
    with pytest.raises(Refusal, match="no draft to compare"):
        themed_content(drafter, replace(WISH, theme="change"))


def test_workload_of_beats_is_the_sum_of_their_cells(planner: Caller) -> None:
    content = themed_content(planner, replace(WISH, theme="workload_beats"))
    assert content.classes is not None and len(content.classes.areas) == len(content.layers["beats"]) == 14
    lowest, highest = (float(content.classes.spans[at].replace("≥", "").split("–")[0]) for at in (0, -1))
    minutes = town_workload(planner).minutes_week
    assert lowest < minutes.sum() / 60 / 14 < float(content.classes.spans[-1].split("–")[-1]) and highest > lowest


# what you see


def test_the_view_brings_its_layers_its_filter_and_its_bounds(planner: Caller) -> None:
    state = MapState(MIDDLE, ("beats", "incidents", "schools"), replace(YEAR, hours=frozenset({0, 6})))
    content = themed_content(planner, replace(WISH, view=state))
    assert content.extent == MIDDLE
    assert {"schools", "incidents"} <= set(content.layers) and "stations" not in content.layers
    assert state.chosen is not None
    assert len(content.layers["incidents"]) == int(state.chosen.keeps(planner.model.incidents).sum())
    assert list(content.layers["incidents"].columns) == ["code", "geometry"]


def test_one_beat_can_be_printed_alone(planner: Caller) -> None:
    assert themed_content(planner, replace(WISH, beat="07")).focus == ("07",)


def test_the_sheet_of_one_beat_is_called_after_it_and_shows_its_fire_hazards(planner: Caller, tmp_path: Path) -> None:
    wish = replace(WISH, beat="07", names="zh")
    assert "fire_hazards" in themed_content(planner, wish).layers and "fire_hazards" not in themed_content(planner, WISH).layers
    text = text_of(planner, wish, tmp_path)
    assert text.startswith("竹子坪警务区网格图") and "竹子坪第三网格" in text and "网格一览表" in text


def test_the_index_of_a_workload_sheet_has_the_hours_of_each_beat(planner: Caller) -> None:
    beats = themed_content(planner, replace(WISH, theme="workload")).layers["beats"]
    assert beats["workload_h_week"].sum() == pytest.approx(town_workload(planner).minutes_week.sum() / 60)
    assert "workload_h_week" not in themed_content(planner, WISH).layers["beats"]
