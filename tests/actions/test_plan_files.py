"""A plan goes out as a file and comes back as the same cells; each export is on record."""

from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from actions.caller import Caller
from actions.compare_plans import PlanVersion, compare_plans
from actions.open_workspace import as_caller
from actions.plan_files import FORMATS, change_sheet_content, export_plan, import_plan, preview_plan
from layers.definition.refusal import Refusal

DRAFT, IN_FORCE = "plan-2026-draft", "plan-2025"


@pytest.mark.parametrize("format", FORMATS)
def test_what_goes_out_comes_back_as_a_new_draft_with_the_same_cells(drafter: Caller, tmp_path: Path, format: str) -> None:
    made = export_plan(drafter, DRAFT, format)
    path = tmp_path / made.name
    path.write_bytes(made.content)
    preview = preview_plan(drafter, path, path.name, **({"layer": "beats"} if format == "gpkg" else {}))
    new = drafter.store.plan(import_plan(drafter, preview, accept_warnings=True))
    old = drafter.store.plan(DRAFT)
    assert (new.header.status, dict(new.beat_of)) == ("draft", dict(old.beat_of))
    assert [(beat.code, beat.name, beat.lead) for beat in new.beats] == [(beat.code, beat.name, beat.lead) for beat in old.beats]


def test_each_export_is_on_record_and_names_no_person(drafter: Caller) -> None:
    made = export_plan(drafter, IN_FORCE, "csv")
    line = next(line for line in drafter.store.audit_lines() if line.action == "export_plan")
    assert (line.subject, line.detail["format"], line.detail["bytes"]) == (IN_FORCE, "csv", made.size)
    assert made.name == "jingge_433125109_plan-2025_r1.csv"


def test_beats_of_any_boundary_file_become_cells_by_overlap(drafter: Caller, tmp_path: Path) -> None:
    west, south, east, north = drafter.model.cells.total_bounds
    middle = (west + east) / 2
    halves = [shapely.box(west, south, middle, north), shapely.box(middle, south, east, north)]
    path = tmp_path / "两半.geojson"
    gpd.GeoDataFrame({"code": ["W", "E"], "name": ["西区", "东区"]}, geometry=halves, crs="EPSG:4326").to_file(path, driver="GeoJSON")
    plan = drafter.store.plan(import_plan(drafter, preview_plan(drafter, path, path.name), accept_warnings=True))
    inner = drafter.model.cells.geometry.representative_point().x
    agree = sum((plan.beat_of[code] == "W") == (x < middle) for code, x in inner.items())
    assert {beat.code for beat in plan.beats} == {"W", "E"} and agree / len(inner) > 0.95


def test_an_unknown_format_and_a_role_that_takes_no_files_are_refused(drafter: Caller) -> None:
    with pytest.raises(Refusal, match="no format 'dwg'"):
        export_plan(drafter, IN_FORCE, "dwg")
    with pytest.raises(Refusal, match="may not do this"):
        export_plan(as_caller(drafter.workspace, "民警", "officer"), IN_FORCE, "csv")


def test_the_change_sheet_is_a_pdf_on_record(drafter: Caller) -> None:
    made = change_sheet_content(drafter, compare_plans(drafter, PlanVersion(IN_FORCE), PlanVersion(DRAFT)))
    assert made.content[:5] == b"%PDF-" and made.name.endswith("_changes.pdf")
    line = next(line for line in drafter.store.audit_lines() if line.action == "take_snapshot")
    assert line.detail["compared_with"] == IN_FORCE
