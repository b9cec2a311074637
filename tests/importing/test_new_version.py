"""The same layer imported again.

code   name   dwellings   shape                        in the new version
a      甲     10          box 0..100                   as before, with one vertex more on its edge
b      乙     20          box 100..200                 21 dwellings
c      丙     30          box 200..300                 its eastern border moved by 7 m
d      丁     40          box 300..400                 gone
e      戊     50          box 400..500                 new
"""

import geopandas as gpd
import pandas as pd
import pytest
import shapely

from importing.new_version import DEPENDENTS, compare_versions, what_depends_on, with_kept_values
from layers.definition.refusal import Refusal

METRIC = "EPSG:4546"


def table(codes: str, dwellings: list[float | None], shapes: list[shapely.Polygon | None]) -> gpd.GeoDataFrame:
    names = dict(zip("abcde", "甲乙丙丁戊", strict=True))
    columns = {"code": list(codes), "name": [names[code] for code in codes], "dwellings": dwellings}
    return gpd.GeoDataFrame(columns, geometry=shapes, crs=METRIC)


def box(west: float, east: float) -> shapely.Polygon:
    return shapely.box(500_000 + west, 3_170_000, 500_000 + east, 3_170_100)


A_WITH_A_VERTEX = shapely.segmentize(box(0, 100), 50)
OLD = table("abcd", [10, 20, 30, 40], [box(0, 100), box(100, 200), box(200, 300), box(300, 400)])
NEW = table("ecba", [50.0, 30.0, 21.0, 10.0], [box(400, 500), box(200, 307), box(100, 200), A_WITH_A_VERTEX])


def test_rows_are_new_changed_vanished_or_the_same() -> None:
    found = compare_versions(OLD, NEW)
    assert (found.new, found.vanished, found.unchanged) == (("e",), ("d",), ("a",))
    c, b = found.changed
    assert (c.code, dict(c.fields), c.moved_m) == ("c", {}, pytest.approx(7))
    assert (b.code, dict(b.fields), b.moved_m) == ("b", {"dwellings": (20, 21.0)}, 0)
    assert found.text.en == "1 row is new, 2 changed, 1 vanished, 1 are as before."
    assert c.text.en == "c (geometry moved by 7.0 m)" and b.text.zh == "b（dwellings：20 → 21.0）"


def test_the_same_version_in_degrees_changes_nothing() -> None:
    degrees = OLD.to_crs("EPSG:4490")
    degrees = degrees.set_geometry(shapely.set_precision(degrees.geometry.to_numpy(), 1e-7), crs=degrees.crs)
    assert compare_versions(OLD, degrees, metric_crs=METRIC).none and compare_versions(degrees, OLD, metric_crs=METRIC).none


def test_nothing_and_an_empty_text_are_the_same() -> None:
    plain = pd.DataFrame({"code": ["1", "2"], "phone": [None, ""], "post": ["", "所长"]})
    assert compare_versions(plain, plain.assign(phone=["", float("nan")])).none
    assert dict(compare_versions(plain, plain.assign(post=["教导员", None])).changed[0].fields) == {"post": (None, "教导员")}


def test_a_number_that_comes_or_goes_is_a_change_whatever_kind_of_nothing_it_was() -> None:
    some = pd.DataFrame({"code": ["1", "2"], "n": pd.array([3, None], dtype="Int64")})
    for nothing in (pd.array([None, None], dtype="Int64"), [None, None], [float("nan")] * 2):
        assert [dict(c.fields) for c in compare_versions(some, some.assign(n=nothing)).changed] == [{"n": (3, None)}]
        assert [dict(c.fields) for c in compare_versions(some.assign(n=nothing), some).changed] == [{"n": (None, 3)}]


def test_what_a_new_version_says_nothing_of_is_kept() -> None:
    old = pd.DataFrame({"code": ["1", "2", "3"], "n": [3, 4, None], "note": ["a", "b", "c"]}, dtype=object).astype({"n": "Int64"})
    new = pd.DataFrame({"code": ["3", "2", "9"], "n": [None] * 3, "note": [None, "new", None]}, dtype=object).astype({"n": "Int64"})
    kept, fields, rows = with_kept_values(old, new, ["n", "note"])
    assert (fields, rows) == (["n", "note"], 2) and kept["note"].tolist() == ["c", "new", None]
    assert kept["n"].dtype == "Int64" and kept["n"].fillna(-1).tolist() == [-1, 4, -1]
    assert with_kept_values(old, new, [])[1:] == ([], 0) and with_kept_values(old, old, ["n"])[1:] == ([], 0)


def test_a_geometry_that_comes_or_goes_has_moved_without_end() -> None:
    changed = compare_versions(OLD, OLD.set_geometry([None, *OLD.geometry[1:]], crs=METRIC)).changed
    assert [(change.code, change.moved_m) for change in changed] == [("a", float("inf"))]


def test_columns_that_come_or_go_are_told() -> None:
    found = compare_versions(OLD, NEW.rename(columns={"dwellings": "homes"}))
    assert found.fields_gone == ("dwellings",) and found.fields_new == ("homes",) and not found.none


@pytest.mark.parametrize(
    ("codes", "said"),
    [(["a", None, "c", "d"], r"1 row has no code \(first: row 2\)"), (["a", "b", "a", "a"], r"2 rows repeat a code \(first: row 3, a\)")],
)
def test_refuses_rows_that_no_code_tells_apart(codes: list[str | None], said: str) -> None:
    with pytest.raises(Refusal, match=said):
        compare_versions(OLD, OLD.assign(code=codes))
    with pytest.raises(Refusal, match="no column number"):
        compare_versions(OLD, NEW, key="number")


def test_refuses_to_measure_moves_in_degrees() -> None:
    with pytest.raises(Refusal, match="no metres"):
        compare_versions(OLD.to_crs("EPSG:4490"), NEW)


PLANS = pd.DataFrame({"id": ["p", "q"], "name": ["现行方案", "草案"], "name_en": ["Plan in force", None]})
BEATS = pd.DataFrame(
    {
        "plan_id": ["p", "p", "q"],
        "code": ["1", "2", "1"],
        "name": ["东", "西", "全"],
        "name_en": ["East", "West", ""],
        "lead": ["P1", "P2", "P1"],
    }
)
CELLS = pd.DataFrame({"plan_id": list("pppq"), "cell_code": list("abca"), "beat": ["1", "1", "2", None]})
ASSIGNMENTS = pd.DataFrame(
    {
        "staff_code": ["P1", "P2"],
        "target_kind": ["unit", "cell"],
        "target_code": ["U1", "c"],
        "role": ["community_officer", "grid_worker"],
        "plan_id": None,
    }
)


def lines(vanished: list[str], kind: str) -> list[str]:
    cells = pd.DataFrame({"code": ["a", "b"], "unit_code": ["U1", "U2"]})
    found = what_depends_on(vanished, kind, ASSIGNMENTS, PLANS, BEATS, CELLS, cells)
    assert set(found) <= set(DEPENDENTS) and all(found.values())
    return [line.en for lines in found.values() for line in lines]


def test_what_depends_on_a_cell() -> None:
    assert lines(["a"], "cell") == ["The plan 'Plan in force' has cell a in beat 1 East."]
    assert lines(["c"], "cell") == [
        "Assignment: P2 is grid_worker of c.",
        "The plan 'Plan in force' has cell c in beat 2 West.",
        "Beat 2 West of the plan 'Plan in force' would be left without cells.",
    ]


def test_what_depends_on_an_officer_or_a_unit() -> None:
    assert lines(["P1"], "officer") == [
        "Assignment: P1 is community officer of U1.",
        "In the plan 'Plan in force', P1 leads beat 1 East.",
        "In the plan '草案', P1 leads beat 1 全.",
    ]
    assert lines(["U1"], "unit") == ["Assignment: P1 is community officer of U1.", "Cell a belongs to unit U1."]


def test_nothing_depends_on_a_row_that_nobody_names() -> None:
    assert lines(["z"], "cell") == lines([], "officer") == []
