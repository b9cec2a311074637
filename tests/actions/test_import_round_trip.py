"""What is written out to plain files and imported into an empty town gives the same workspace, whatever the format."""

from pathlib import Path

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from actions.caller import Caller
from actions.import_layer import ImportWish, accept_import, preview_import
from actions.make_workspace import NewTown, make_empty
from actions.open_workspace import as_caller, open_workspace

LAYERS_IN_ORDER = ("communities", "villages", "grid_cells", "schools", "shops", "stations", "roads", "water")
DEGREES = 1e-7  # a centimetre, what GeoJSON keeps


def written(table: gpd.GeoDataFrame, folder: Path, key: str, ending: str) -> Path:
    path = folder / f"{key}.{ending}"
    if ending == "csv":
        places = shapely.get_coordinates(table.geometry.to_numpy())
        flat = pd.DataFrame(table.drop(columns="geometry")).assign(lon=places[:, 0], lat=places[:, 1])
        flat.to_csv(path, index=False, encoding="gb18030")
    else:
        table.to_file(path, driver={"gpkg": "GPKG", "geojson": "GeoJSON", "fgb": "FlatGeobuf"}[ending])
    return path


def same_empties(table: pd.DataFrame) -> pd.DataFrame:
    """An empty text and no text are one and the same in a file."""
    plain = pd.DataFrame(table).astype(object)
    return plain.where(plain.notna() & (plain != ""), None)


def taken(me: Caller, target: str, path: Path) -> None:
    preview = preview_import(me, ImportWish(target, path, path.name, datum="wgs84"))
    assert preview.may_be_taken, (target, preview.report.as_json()["findings"])
    accept_import(me, preview, accept_warnings=True)


@pytest.mark.parametrize(("areas", "points"), [("gpkg", "csv"), ("geojson", "geojson")])
def test_export_and_import_give_the_same_workspace(planner: Caller, tmp_path: Path, areas: str, points: str) -> None:
    make_empty(tmp_path / "own.gpkg", NewTown("测试镇", metric_crs=planner.model.town.metric_crs), user="tests").close()
    workspace = open_workspace(tmp_path / "own.gpkg")
    me = as_caller(workspace, "tests", "planner")
    for key in LAYERS_IN_ORDER:
        table = planner.store.read_layer(key)
        taken(me, key, written(table, tmp_path, key, points if table.geometry.geom_type.iloc[0] == "Point" else areas))
    staff, incidents = tmp_path / "staff.csv", tmp_path / "incidents.csv"
    planner.store.staff().to_csv(staff, index=False)
    planner.store.read_layer("incidents").to_csv(incidents, index=False)
    taken(me, "staff", staff)
    taken(me, "incidents", incidents)
    for key in LAYERS_IN_ORDER:
        old, new = (store.read_layer(key) for store in (planner.store, me.store))
        attributes = [name for name in old.columns if name != "geometry"]
        pd.testing.assert_frame_equal(same_empties(old[attributes]), same_empties(new[attributes]), check_dtype=False)
        assert shapely.equals_exact(old.geometry.to_numpy(), new.geometry.to_numpy(), tolerance=DEGREES, normalize=True).all(), key
    pd.testing.assert_frame_equal(planner.store.staff(), me.store.staff(), check_dtype=False)
    pd.testing.assert_frame_equal(planner.store.read_layer("incidents"), me.store.read_layer("incidents"), check_dtype=False)
    workspace.store.close()
