"""A new workspace: from names and a boundary file alone, never over one that exists, its names changed later.

Zones by hand: the middle of 109.60 to 109.70 E lies between 109.5 and 112.5, so CM 111 E, EPSG:4546. A town from 109.10 to
109.70 E reaches into both zones; its middle 109.40 lies nearer to 108 E: EPSG:4545.
"""

from pathlib import Path

import geopandas as gpd
import pytest
from click.testing import CliRunner
from shapely import box

from actions.caller import Caller
from actions.import_layer import ImportWish, accept_import, preview_import, undo_import
from actions.make_workspace import SAMPLE, NewTown, is_missing, make_empty, metric_system, place_of_new, zone_of_file
from actions.open_workspace import as_caller, open_workspace
from actions.see_info import town_info
from actions.town_settings import change_town_names, has_areas, town_names
from commands import workspace as commands_of_workspace
from commands.command import cli
from layers.definition.refusal import Refusal

assert commands_of_workspace.new is not None  # registers the command


def boundaries(path: Path, west: float, east: float, crs: int = 4490) -> Path:
    table = gpd.GeoDataFrame({"编码": ["433125100001"], "名称": ["甲村"]}, geometry=[box(west, 28.60, east, 28.80)], crs=4490)
    table.to_crs(crs).to_file(path, driver="GeoJSON" if path.suffix == ".geojson" else "GPKG")
    return path


@pytest.fixture
def planner(tmp_path: Path) -> Caller:
    make_empty(tmp_path / "own.gpkg", NewTown("测试镇", metric_crs="EPSG:4546"), user="tests").close()
    return as_caller(open_workspace(tmp_path / "own.gpkg"), user="tests", role="planner")


# the zone


@pytest.mark.parametrize(("west", "east", "zone"), [(109.60, 109.70, "EPSG:4546"), (107.1, 107.2, "EPSG:4545")])
def test_the_zone_is_chosen_from_a_boundary_file(tmp_path: Path, west: float, east: float, zone: str) -> None:
    choice = zone_of_file(boundaries(tmp_path / "b.geojson", west, east), "b.geojson")
    assert choice.metric_crs == zone
    assert [finding.key for finding in choice.findings] == ["zone_chosen"]


def test_a_town_across_two_zones_gets_the_nearer_one_and_is_told(tmp_path: Path) -> None:
    choice = zone_of_file(boundaries(tmp_path / "b.geojson", 109.10, 109.70), "b.geojson")
    assert choice.metric_crs == "EPSG:4545"
    assert [finding.key for finding in choice.findings] == ["zone_border"]


def test_a_file_in_metres_chooses_its_zone_by_what_it_declares(tmp_path: Path) -> None:
    assert zone_of_file(boundaries(tmp_path / "b.gpkg", 109.60, 109.70, crs=4546), "b.gpkg").metric_crs == "EPSG:4546"


def test_a_file_that_is_no_data_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "b.geojson"
    path.write_text("a letter")
    with pytest.raises(Refusal):
        zone_of_file(path, "b.geojson")


@pytest.mark.parametrize("asked", ["4546", "EPSG:4546", " epsg:4546 "])
def test_a_system_is_known_by_its_number(asked: str) -> None:
    assert metric_system(asked) == "EPSG:4546"


@pytest.mark.parametrize("asked", ["", "here", "EPSG:4490", "EPSG:99999999", "4326"])
def test_a_system_that_is_unknown_or_in_degrees_is_refused(asked: str) -> None:
    with pytest.raises(Refusal):
        metric_system(asked)


# the place


def test_a_place_that_is_taken_is_refused_and_what_is_there_stays(tmp_path: Path) -> None:
    make_empty(place_of_new(tmp_path, "own"), NewTown("甲镇", metric_crs="EPSG:4546"), user="tests").close()
    before = (tmp_path / "own.gpkg").read_bytes()
    with pytest.raises(Refusal, match="already"):
        place_of_new(tmp_path, "own.gpkg")
    with pytest.raises(Refusal):
        make_empty(tmp_path / "own.gpkg", NewTown("乙镇", metric_crs="EPSG:4546"), user="tests")
    assert (tmp_path / "own.gpkg").read_bytes() == before


@pytest.mark.parametrize("name", ["", " ", "../else", "/etc/else", "a/b", ".hidden", "a\\b", "x" * 81, "a\x00b"])
def test_a_name_that_leads_elsewhere_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(Refusal):
        place_of_new(tmp_path, name)


def test_only_a_file_that_is_not_there_is_missing(tmp_path: Path) -> None:
    (tmp_path / "there.gpkg").write_bytes(b"")
    assert is_missing(str(tmp_path / "none.gpkg"))
    assert not is_missing(str(tmp_path / "there.gpkg"))
    assert not is_missing("postgresql://somewhere/else")


# the town


def test_a_new_town_is_empty_and_without_a_trace_of_the_demo(planner: Caller) -> None:
    town = planner.store.town()
    assert (town.name, town.metric_crs, town.illustrative, town.county, town.station) == ("测试镇", "EPSG:4546", False, "", "")
    assert not has_areas(planner)
    assert not planner.store.plan_headers() and not len(planner.store.staff())


@pytest.mark.parametrize(
    "town",
    [
        NewTown(" ", metric_crs="EPSG:4546"),
        NewTown("甲镇", longitude=28.7),
        NewTown("甲镇", metric_crs="EPSG:4326"),
        NewTown("甲镇", code="../away"),
        NewTown("甲镇", code="４３３１２５"),
        NewTown("甲镇", code="1" * 21),
    ],
)
def test_a_town_without_name_or_projection_or_with_a_wild_code_is_refused_and_nothing_is_made(tmp_path: Path, town: NewTown) -> None:
    with pytest.raises(Refusal):
        make_empty(tmp_path / "none.gpkg", town, user="tests")
    assert not (tmp_path / "none.gpkg").exists()


def test_a_town_without_a_place_gets_its_projection_from_the_first_boundaries_and_is_told(tmp_path: Path) -> None:
    make_empty(tmp_path / "open.gpkg", NewTown("甲镇", languages=("en", "zh")), user="tests").close()
    me = as_caller(open_workspace(tmp_path / "open.gpkg"), user="tests", role="planner")
    assert me.store.town().metric_crs == "" and me.store.setting("languages") == ["en", "zh"] and town_info(me)["town"]["crs"] == ""
    schools = preview_import(me, ImportWish("schools", SAMPLE / "schools.geojson", "schools.geojson", datum="wgs84"))
    assert not schools.may_be_taken and "no_projection" in {f.key for f in schools.report.findings}
    wish = ImportWish("communities", SAMPLE / "communities.geojson", "communities.geojson", datum="wgs84")
    preview = preview_import(me, wish)
    assert preview.may_be_taken and preview.report.choices["metric_crs"] == "EPSG:4546"
    assert {"zone_chosen", "zone_border"} & {f.key for f in preview.report.findings}
    assert me.store.town().metric_crs == ""
    line = accept_import(me, preview, accept_warnings=True)
    assert me.store.town().metric_crs == "EPSG:4546" and me.model.placed and me.store.verify_audit().ok
    undo_import(me, line.id)
    assert me.store.count("communities") == 0 and me.store.town().metric_crs == "EPSG:4546"
    me.store.close()


def test_the_names_of_a_town_can_be_changed_later_and_the_audit_says_so(planner: Caller) -> None:
    change_town_names(planner, {"name": "新名镇", "station": "新名派出所", "code": ""})
    assert town_names(planner)["name"] == "新名镇" and town_names(planner)["code"] == ""
    line = planner.store.audit_lines()[0]
    assert line.action == "change_town" and line.who == "tests"


@pytest.mark.parametrize("names", [{"name": " "}, {"metric_crs": "EPSG:4545"}, {"illustrative": "1"}, {"code": "../a"}])
def test_a_town_without_a_name_a_field_that_is_no_name_and_a_wild_code_are_refused(planner: Caller, names: dict[str, str]) -> None:
    with pytest.raises(Refusal):
        change_town_names(planner, names)
    assert planner.store.town().name == "测试镇"


def test_a_viewer_changes_no_names(planner: Caller) -> None:
    with pytest.raises(Refusal):
        change_town_names(as_caller(planner.workspace, user="somebody", role="viewer"), {"name": "别名镇"})


# the command


def test_the_command_needs_no_longitude_where_a_boundary_file_tells(tmp_path: Path) -> None:
    place, file = tmp_path / "new.gpkg", boundaries(tmp_path / "units.geojson", 109.60, 109.70)
    done = CliRunner().invoke(cli, ["new", "--workspace", str(place), "--name", "测试镇", "--from-file", str(file), "--lang", "en"])
    assert done.exit_code == 0, done.output
    assert "EPSG:4546" in done.output
    assert open_workspace(place).store.town().name == "测试镇"


def test_the_command_without_anything_about_the_place_says_what_will_choose_it(tmp_path: Path) -> None:
    done = CliRunner().invoke(cli, ["new", "--workspace", str(tmp_path / "new.gpkg"), "--name", "测试镇", "--lang", "en"])
    assert done.exit_code == 0 and "The first boundaries" in done.output and "--from-file" in done.output
    again = CliRunner().invoke(cli, ["new", "--workspace", str(tmp_path / "b.gpkg"), "--name", "甲", "--languages", "zh,tlh"])
    assert again.exit_code == 2 and not (tmp_path / "b.gpkg").exists()
