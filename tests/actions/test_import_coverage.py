"""Borders on their way in: flaws as points on the map, a repair that fits cells to their units, its picture, what it leaves."""

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import pytest
import shapely

from actions.caller import Caller
from actions.import_layer import ImportWish, accept_import, preview_import
from actions.open_workspace import as_caller, open_workspace
from importing.topology_check import check_topology
from importing.topology_flaws import FLAW_TITLES, FLAWS

SHRUNK_M = 1.0  # a cell drawn that much too small leaves a gap of that width all around
METRIC = "EPSG:4546"


@pytest.fixture
def me(demo_copy: Path) -> Iterator[Caller]:
    workspace = open_workspace(demo_copy)
    yield as_caller(workspace, "tests", "planner")
    workspace.store.close()


def shrunk(me: Caller, folder: Path, layer: str = "grid_cells", row: int = 10) -> Path:
    """The layer with one area drawn a metre too small."""
    table = me.model.layers[layer].to_crs(METRIC)
    shapes = table.geometry.to_numpy().copy()
    shapes[row] = shapely.buffer(shapes[row], -SHRUNK_M, join_style="mitre")
    path = folder / f"{layer}.gpkg"
    table.set_geometry(gpd.GeoSeries(shapes, index=table.index, crs=METRIC)).to_file(path, layer=layer)
    return path


def wish(path: Path, target: str, repair: bool = False) -> ImportWish:
    return ImportWish(target, path, path.name, datum="wgs84", repair=repair)


def test_flaws_are_points_worst_first_with_names_in_both_languages(me: Caller, tmp_path: Path) -> None:
    preview = preview_import(me, wish(shrunk(me, tmp_path), "grid_cells"))
    assert not preview.may_be_taken and preview.flaws is not None and preview.flaws.crs == "EPSG:4490"
    assert set(preview.flaws.geometry.geom_type) == {"Point"} and 0 < len(preview.flaws) <= 200
    severity = preview.flaws["severity"].tolist()
    assert severity == sorted(severity) and severity[0] == "error"
    first = preview.flaws.iloc[0]
    assert first["title_zh"] == FLAW_TITLES[first["kind"]].zh and first["title_en"] == FLAW_TITLES[first["kind"]].en
    assert first["size"].endswith("m²") and preview.repair is None


def test_every_kind_of_flaw_has_a_title() -> None:
    assert set(FLAW_TITLES) == set(FLAWS)


def test_a_repair_fits_cells_to_the_units_and_shows_before_and_after(me: Caller, tmp_path: Path) -> None:
    preview = preview_import(me, wish(shrunk(me, tmp_path), "grid_cells", repair=True))
    assert preview.may_be_taken, preview.report.as_json()["findings"]
    picture = preview.repair
    assert picture is not None and len(picture.before) == len(picture.after) >= 1
    assert SHRUNK_M * 0.99 <= picture.moved_m <= 5 and picture.areas >= 1
    worst = me.model.layers["grid_cells"]["code"].iloc[10]
    assert worst in picture.after["code"].tolist() and picture.before.crs == picture.after.crs == "EPSG:4490"
    assert (picture.before["moved_m"].to_numpy()[:-1] >= picture.before["moved_m"].to_numpy()[1:]).all()
    assert preview.report.choices["repair_moved_m"] == round(picture.moved_m, 3)
    accept_import(me, preview, accept_warnings=True)
    after = check_topology(me.model.units.reset_index(drop=True), me.model.layers["grid_cells"], METRIC)
    assert not [f for f in after.findings if f.severity == "error"]


def test_repairing_one_kind_of_units_beside_the_other_never_saves_half_of_it(me: Caller, tmp_path: Path) -> None:
    preview = preview_import(me, wish(shrunk(me, tmp_path, "villages", row=0), "villages", repair=True))
    assert not preview.may_be_taken and preview.flaws is not None and len(preview.flaws)


def test_a_repair_of_units_tells_which_cells_it_leaves_behind(me: Caller, tmp_path: Path) -> None:
    me.store.write_layer("communities", me.store.read_layer("communities").iloc[:0], by="tests")
    path = shrunk(me, tmp_path, "villages", row=0)
    code = me.model.layers["villages"]["code"].iloc[0]
    cells = int((me.model.cells["unit_code"] == code).sum())
    preview = preview_import(me, wish(path, "villages", repair=True))
    assert preview.rows is not None, preview.report.as_json()["findings"]
    behind = {f.key: f for f in preview.report.warnings}
    assert "cells_left_behind" in behind and behind["cells_left_behind"].count >= cells
    assert len(preview.rows) == len(me.model.layers["villages"]) and preview.rows["code"].tolist()[0] == code


def test_an_unbroken_layer_has_no_flaws_and_an_empty_picture(me: Caller, tmp_path: Path) -> None:
    path = tmp_path / "cells.gpkg"
    me.model.layers["grid_cells"].to_file(path, layer="cells")
    preview = preview_import(me, wish(path, "grid_cells", repair=True))
    assert preview.may_be_taken and preview.flaws is not None and len(preview.flaws) == 0
    assert preview.repair is not None and preview.repair.areas == 0 and len(preview.repair.after) == 0
    assert preview.counts["unchanged"] == len(me.model.cells)


def test_the_places_of_a_datum_guess_come_as_rows(me: Caller, tmp_path: Path) -> None:
    from layers.definition.crs import wgs84_to_gcj02

    schools = me.model.layers["schools"]
    lon, lat = wgs84_to_gcj02(schools.geometry.x.to_numpy(), schools.geometry.y.to_numpy())
    path = tmp_path / "schools.geojson"
    schools.set_geometry(gpd.points_from_xy(lon, lat, crs="EPSG:4326")).to_file(path, driver="GeoJSON")
    preview = preview_import(me, ImportWish("schools", path, path.name))
    pairs = preview.datum_pairs
    assert len(pairs) >= 3 and preview.report.choices["datum_guess"]["datum"] == "gcj02"
    first = pairs.iloc[0]
    assert abs(first["shifted_lon"] - first["town_lon"]) < 1e-6 < abs(first["read_lon"] - first["town_lon"])
    staff = tmp_path / "staff.csv"
    staff.write_text("编码,姓名,类别\nA1,甲,民警\n", encoding="utf-8")
    assert len(preview_import(me, ImportWish("staff", staff, staff.name)).datum_pairs) == 0
