"""What goes into a layer comes out again, of the declared types; what does not fit is refused whole."""

import numpy as np
import pandas as pd
import pytest
import shapely

from layers import LAYERS
from layers.definition.refusal import Refusal
from storage.store import Store
from tests.storage.drawn_town import AT, cells, incidents

STORED = [key for key, layer in LAYERS.items() if layer.kept != "computed"]


def test_features_come_back_with_their_fields_in_order_and_the_geometry(steady_store: Store) -> None:
    frame = steady_store.read_layer("grid_cells")
    assert list(frame.columns) == [field.name for field in LAYERS["grid_cells"].fields] + ["geometry"]
    assert frame.crs == "EPSG:4490" and list(frame["name"]) == [f"第{i}网格" for i in range(1, 10)]
    assert shapely.equals(frame.geometry.to_numpy(), cells().geometry.to_numpy()).all()
    assert frame["persons"].dtype == np.int64 and frame["persons"].sum() == 450
    assert frame["unit_code"].tolist() == [None] * 9


def test_whole_numbers_with_gaps_stay_whole(store: Store) -> None:
    store.write_layer("grid_cells", cells((1, None, 3, 4, 5, 6, 7, 8, 2**40)), "tests")
    persons = store.read_layer("grid_cells")["persons"]
    assert persons.dtype == "Int64" and persons.isna().sum() == 1 and persons.iloc[8] == 2**40


def test_points_come_back_with_naive_times_and_degrees(steady_store: Store) -> None:
    frame = steady_store.read_layer("incidents")
    assert list(frame.columns) == ["code", "occurred_at", "occurred_until", "category", "source", "lon", "lat"]
    assert frame["occurred_at"].dtype == "datetime64[s]" and frame["occurred_until"].dtype == "datetime64[s]"
    pd.testing.assert_frame_equal(frame, incidents().astype({name: object for name in ("code", "category", "source")}))


@pytest.mark.parametrize("key", STORED)
def test_every_kept_layer_of_this_program_takes_no_rows_and_gives_its_columns(store_of_nothing: Store, key: str) -> None:
    frame = store_of_nothing.read_layer(key)
    place = ["lon", "lat"] if LAYERS[key].kept == "points" else ["geometry"]
    assert len(frame) == store_of_nothing.count(key) == 0
    assert list(frame.columns) == [field.name for field in LAYERS[key].fields] + place
    store_of_nothing.write_layer(key, frame, "tests")
    assert frame.dtypes.equals(store_of_nothing.read_layer(key).dtypes)


def test_writing_replaces_all_rows_and_leaves_an_audit_line(store: Store) -> None:
    store.write_layer("grid_cells", cells().head(2), "Li", AT, "cleaned")
    assert store.read_layer("grid_cells")["code"].tolist() == ["c1", "c2"]
    line = store.audit_lines(1)[0]
    assert (line.who, line.at, line.action, line.subject, line.detail) == (
        "Li",
        AT,
        "write_layer",
        "grid_cells",
        {"rows": 2, "reason": "cleaned"},
    )


def test_geometry_may_be_missing_or_empty(store: Store) -> None:
    frame = cells()
    frame.loc[0, "geometry"], frame.loc[1, "geometry"] = None, shapely.Polygon()
    store.write_layer("grid_cells", frame, "tests")
    shapes = store.read_layer("grid_cells").geometry
    assert shapes[0] is None and shapes[1].is_empty and shapes[2].equals(frame.geometry[2])


def test_texts_of_any_letters_come_back_unchanged(store: Store) -> None:
    frame = cells()
    frame["name"] = ["'; DROP TABLE plans; --", "𠮷野家", "a\nb\t\\", '"', "%s %(x)s :x ?", "{x}", "", "é", "🚓"]
    store.write_layer("grid_cells", frame, "tests")
    assert store.read_layer("grid_cells")["name"].tolist() == frame["name"].tolist()


def _with(column: str, row: int, value: object) -> object:
    frame = cells() if column in ("code", "name", "persons", "geometry") else incidents()
    frame[column] = frame[column].astype(object) if column != "geometry" else frame[column]
    frame.loc[row, column] = value
    return frame


@pytest.mark.parametrize(
    ("key", "frame", "said"),
    [
        ("grid_cells", cells().to_crs("EPSG:4546"), "it is in CGCS2000 / 3-degree Gauss-Kruger CM 111E"),
        ("grid_cells", cells().set_crs(None, allow_override=True), "it is in no known system"),
        ("grid_cells", pd.DataFrame(cells()), "it is in no known system"),
        ("grid_cells", cells().drop(columns="geometry"), "it is in no known system"),
        ("grid_cells", cells().drop(columns="name"), "the columns name are missing"),
        ("grid_cells", cells().assign(colour="red"), "it has no columns colour"),
        ("grid_cells", _with("code", 4, "c1"), "in 1 of 9 rows code stands before already (first: row 5: c1)"),
        ("grid_cells", _with("code", 4, 5), "in 1 of 9 rows code is no text (first: row 5: 5)"),
        ("grid_cells", _with("name", 8, None), "in 1 of 9 rows name is empty (first: row 9)"),
        ("grid_cells", _with("persons", 2, 2.5), "in 1 of 9 rows persons is no whole number (first: row 3: 2.5)"),
        ("grid_cells", _with("persons", 2, "many"), "in 1 of 9 rows persons is no number (first: row 3: many)"),
        ("grid_cells", _with("geometry", 1, shapely.Point(109, 28)), "in 1 of 9 rows geometry is no Polygon / MultiPolygon (first: row 2)"),
        ("incidents", _with("lon", 3, None), "in 1 of 4 rows lon is no coordinate (first: row 4: None)"),
        ("incidents", _with("lat", 0, np.inf), "in 1 of 4 rows lat is no coordinate (first: row 1: inf)"),
        (
            "incidents",
            _with("occurred_at", 1, "yesterday"),
            "in 1 of 4 rows time is no local time like YYYY-MM-DDTHH:MM (first: row 2: yesterday)",
        ),
        ("incidents", incidents().assign(occurred_at=pd.Timestamp("2026-01-01", tz="UTC")), "in 4 of 4 rows time carries a time zone"),
    ],
)
def test_what_does_not_fit_is_refused_with_count_and_first_row_and_nothing_changes(
    steady_store: Store, key: str, frame: pd.DataFrame, said: str
) -> None:
    before = steady_store.revision(), steady_store.count(key), len(steady_store.audit_lines())
    with pytest.raises(Refusal) as refusal:
        steady_store.write_layer(key, frame, "tests")
    assert said in refusal.value.message.en and refusal.value.message.zh and refusal.value.what_next
    assert (steady_store.revision(), steady_store.count(key), len(steady_store.audit_lines())) == before


@pytest.mark.parametrize(("key", "said"), [("beats", "computed"), ("castles", "no layer 'castles'")])
def test_a_layer_that_is_not_kept_is_refused_naming_those_that_are(steady_store: Store, key: str, said: str) -> None:
    for use in (steady_store.read_layer, steady_store.count, lambda k: steady_store.write_layer(k, cells(), "tests")):
        with pytest.raises(Refusal, match=said) as refusal:
            use(key)
        assert "grid_cells" in str(refusal.value)


def test_town_staff_and_assignments_come_back(steady_store: Store) -> None:
    town = steady_store.town()
    assert (town.title, town.illustrative, town.source, town.county) == (("小镇", "Small Town"), True, ("虚构", "invented"), "")
    assert steady_store.staff().to_dict("list") == {
        "code": ["S1", "S2"],
        "name": ["民警一", "辅警二"],
        "name_en": ["Officer 1", None],
        "kind": ["officer", "auxiliary"],
    }
    assert steady_store.assignments()["target_code"].tolist() == ["u1"] and steady_store.assignments()["valid_to"].tolist() == [None]


def test_staff_with_assignments_and_assignments_without_staff_are_refused(store: Store) -> None:
    with pytest.raises(Refusal, match=r"1 members of staff still have assignments .first: S1"):
        store.write_staff(store.staff().tail(1), "tests")
    with pytest.raises(Refusal, match=r"1 assignments name staff that are not there .first: X"):
        store.write_assignments(store.assignments().assign(staff_code="X"), "tests")
    with pytest.raises(Refusal, match=r"staff: 1 row has no kind .first: row 2"):
        store.write_staff(store.staff().assign(kind=["officer", None]), "tests")
    store.write_assignments(store.assignments().head(0), "tests")
    store.write_staff(store.staff().tail(1), "tests")
    assert store.staff()["code"].tolist() == ["S2"]


def test_the_token_changes_with_content_and_with_nothing_else(store: Store) -> None:
    whole, layer = store.revision(), store.revision("grid_cells")
    store.record("tests", "see_map", "grid_cells")
    assert (store.revision(), store.revision("grid_cells")) == (whole, layer)
    store.write_layer("incidents", incidents(2), "tests")
    assert store.revision() != whole and store.revision("grid_cells") == layer
    store.write_layer("grid_cells", cells(), "tests")
    assert store.revision("grid_cells") != layer
