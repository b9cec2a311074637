"""Borders on their way in: flaws as points on the map, a repair that fits cells to their units, its picture, what it leaves."""

from collections.abc import Iterator
from pathlib import Path

import geopandas as gpd
import numpy as np
import pytest
import shapely
from shapely import affinity

from actions.caller import Caller
from actions.import_layer import COVERAGES, ImportWish, accept_import, preview_import, undo_import
from actions.open_workspace import as_caller, open_workspace
from importing.topology_check import check_topology
from importing.topology_flaws import FLAW_TITLES, FLAWS
from layers.definition.refusal import Refusal

SHRUNK_M = 1.0  # a cell drawn that much too small leaves a gap of that width all around
METRIC = "EPSG:4546"


@pytest.fixture
def me(demo_copy: Path) -> Iterator[Caller]:
    workspace = open_workspace(demo_copy)
    yield as_caller(workspace, "tests", "planner")
    workspace.store.close()


def shrunk(me: Caller, folder: Path, layer: str = "grid_cells", row: int = 10, by_m: float = SHRUNK_M) -> Path:
    """The layer with one area drawn too small, by a metre if nothing is said."""
    table = me.model.layers[layer].to_crs(METRIC)
    shapes = table.geometry.to_numpy().copy()
    shapes[row] = shapely.buffer(shapes[row], -by_m, join_style="mitre")
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


def clean(me: Caller) -> list[str]:
    """What a check of units and cells as they are stored finds."""
    return [f.key for f in check_topology(me.model.units.reset_index(drop=True), me.model.layers["grid_cells"], METRIC).findings]


def moved(me: Caller, folder: Path, count: int = 30, most_m: float = 2.0) -> Path:
    """The demo's cells, some of them moved whole, each by up to that far."""
    table, chance = me.model.layers["grid_cells"].to_crs(METRIC), np.random.default_rng(3)
    shapes = table.geometry.to_numpy().copy()
    for row in chance.choice(len(shapes), count, replace=False):
        angle, far = chance.uniform(0, 2 * np.pi), chance.uniform(0, most_m)
        shapes[row] = affinity.translate(shapes[row], far * np.cos(angle), far * np.sin(angle))
    path = folder / "moved.gpkg"
    table.set_geometry(gpd.GeoSeries(shapes, index=table.index, crs=METRIC)).to_file(path, layer="cells")
    return path


def test_thirty_cells_moved_by_up_to_two_metres_come_in_clean_and_go_again_in_one_step(me: Caller, tmp_path: Path) -> None:
    tables = {key: me.model.layers[key] for key in COVERAGES}
    path = moved(me, tmp_path)
    assert preview_import(me, wish(path, "grid_cells")).report.refused
    preview = preview_import(me, wish(path, "grid_cells", repair=True))
    told = preview.report.as_json()["findings"]
    assert preview.may_be_taken and preview.flaws is not None and len(preview.flaws) == 0, told
    assert set(preview.also) <= {"communities", "villages"} and preview.also
    assert {f["key"] for f in told if f["severity"] == "warning"} <= {"moved_along"}
    assert preview.repair is not None and 0 < preview.repair.moved_m <= 5
    line = accept_import(me, preview, accept_warnings=True)
    assert line.also == tuple(sorted(preview.also)) and clean(me) == []
    undo_import(me, line.id)
    for key, table in tables.items():
        assert shapely.equals_identical(me.model.layers[key].geometry.to_numpy(), table.geometry.to_numpy()).all()


@pytest.mark.parametrize("layer", ["villages", "communities"])
def test_villages_and_cells_move_along_when_units_are_mended(me: Caller, tmp_path: Path, layer: str) -> None:
    table = me.model.layers[layer].to_crs(METRIC)
    shapes = table.geometry.to_numpy().copy()
    shapes[0] = affinity.translate(shapes[0], 1.2, -0.9)
    path = tmp_path / "units.gpkg"
    table.set_geometry(gpd.GeoSeries(shapes, index=table.index, crs=METRIC)).to_file(path, layer="units")
    preview = preview_import(me, wish(path, layer, repair=True))
    assert preview.may_be_taken, preview.report.as_json()["findings"]
    assert "grid_cells" in preview.also and layer not in preview.also
    assert "moved_along" in {f.key for f in preview.report.warnings}
    line = accept_import(me, preview, accept_warnings=True)
    assert clean(me) == [] and line.also == tuple(sorted(preview.also))
    assert me.model.layers["grid_cells"].drop(columns="geometry").equals(me.store.read_layer("grid_cells").drop(columns="geometry"))


def test_somebody_who_wrote_a_layer_that_moves_along_is_not_overwritten(me: Caller, tmp_path: Path) -> None:
    preview = preview_import(me, wish(moved(me, tmp_path), "grid_cells", repair=True))
    other = sorted(preview.also)[0]
    me.store.write_layer(other, me.store.read_layer(other), by="Wang")
    with pytest.raises(Refusal, match="Wang changed"):
        accept_import(me, preview, accept_warnings=True)


def test_cells_outside_all_units_stay_where_they_are_when_units_are_mended(me: Caller, tmp_path: Path) -> None:
    ground_m2 = me.model.cells_m.area.sum()
    me.store.write_layer("communities", me.store.read_layer("communities").iloc[:0], by="tests")
    preview = preview_import(me, wish(shrunk(me, tmp_path, "villages", row=0), "villages", repair=True))
    assert preview.may_be_taken, preview.report.as_json()["findings"]
    after = preview.also["grid_cells"].to_crs(METRIC)
    assert len(after) == len(me.model.cells) and after.area.sum() > 0.9999 * ground_m2 and not after.geometry.is_empty.any()


def test_cells_too_far_off_new_units_stay_and_it_is_told(me: Caller, tmp_path: Path) -> None:
    preview = preview_import(me, wish(shrunk(me, tmp_path, "villages", row=0, by_m=30.0), "villages", repair=True))
    assert preview.rows is not None, preview.report.as_json()["findings"]
    behind = {f.key: f for f in preview.report.warnings}
    assert behind["cells_left_behind"].count == len(me.model.cells) and "grid_cells" not in preview.also


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
