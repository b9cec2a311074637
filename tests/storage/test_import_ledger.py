"""Imports: taken whole, kept in the ledger, undone as one step, in a file and in PostGIS alike.

The drawn plan p1: A has c1 to c3, B has c4 to c6, c7 to c9 are unassigned. Incidents i0 to i3.
"""

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import pytest
import shapely
from sqlalchemy import inspect, text

from layers import LAYERS
from layers.definition.refusal import Refusal
from planning.plan import Plan
from storage import row_parts
from storage.open_store import open_store
from storage.schema_changes import SCHEMA_VERSION
from storage.store import ImportLine, Overtaken, Store, TakenImport
from tests.storage.drawn_town import AT, cells, incidents, plan, put_in_force
from tests.storage.older_workspaces import take_back_to_version_2

STAFF = pd.DataFrame({"code": ["S1", "S3"], "name": ["民警一", "民警三"], "kind": ["officer", "officer"]})
TASKS = pd.DataFrame({"staff_code": ["S2"], "target_kind": ["unit"], "target_code": ["u2"], "role": ["auxiliary"]})
SHOPS = gpd.GeoDataFrame({"code": ["m1"], "name": ["店"]}, geometry=[shapely.Point(109.61, 28.71)], crs="EPSG:4490")
COUNTED = pd.DataFrame(
    {
        "unit_code": pd.Series(["u1", None], dtype=object),
        "category": ["juvenile", "sexual"],
        "first_month": "2025-11",
        "last_month": "2026-01",
        "incidents": [7, 2],
    }
)
SPLIT = ("c1a", "c1b")  # what c1 becomes


def new_incidents(start: int, stop: int) -> pd.DataFrame:
    return incidents(2 * stop).iloc[start:stop].assign(code=[f"n{i}" for i in range(start, stop)])


def new_cells() -> Any:
    """Cell c1 in two halves, the rest as drawn, and one without a shape."""
    frame = cells((5, 5, 20, 30, 40, 50, 60, 70, 80)).iloc[[0, *range(9)]].reset_index(drop=True)
    west, south, east, north = frame.geometry.iloc[0].bounds
    middle = (west + east) / 2
    frame["code"] = [*SPLIT, *frame["code"].iloc[2:]]
    frame["persons"] = pd.array([None, *range(9)], "Int64")
    frame["geometry"] = [shapely.box(west, south, middle, north), shapely.box(middle, south, east, north), *frame.geometry.iloc[2:9], None]
    return frame


def carried(kept: Plan) -> Plan:
    """The plan with both halves of c1 where c1 was."""
    return replace(
        kept, beat_of={code: beat for code, beat in kept.beat_of.items() if code != "c1"} | dict.fromkeys(SPLIT, kept.beat_of["c1"])
    )


def taken(target: str, rows: Any = (), **other: Any) -> TakenImport:
    return TakenImport(target, "Li", "警情 2026.csv", "ab" * 32, rows=rows, at=AT, **other)


CASES: dict[str, Callable[[Store], TakenImport]] = {
    "cells in one table": lambda store: taken("grid_cells", new_cells()),
    "cells added": lambda store: taken("grid_cells", new_cells().head(2), mode="append"),
    "cells and the plan": lambda store: taken("grid_cells", new_cells(), plans=(carried(store.plan("p1")),)),
    "points in one table": lambda store: taken("incidents", new_incidents(0, 30)),
    "points in three": lambda store: taken("incidents", (new_incidents(i, i + 50) for i in (0, 50, 100))),
    "points added in three": lambda store: taken("incidents", (new_incidents(i, i + 50) for i in (0, 50, 100)), mode="append"),
    "no points at all": lambda store: taken("incidents", new_incidents(0, 0)),
    "no points added": lambda store: taken("incidents", iter(()), mode="append"),
    "staff": lambda store: taken("staff", STAFF),
    "staff added": lambda store: taken("staff", STAFF.tail(1), mode="append"),
    "assignments": lambda store: taken("assignments", TASKS),
    "assignments added": lambda store: taken("assignments", TASKS, mode="append"),
    "a new plan": lambda store: taken("plan", plans=(plan("p22"),)),
    "points and cells": lambda store: taken("incidents", new_incidents(0, 30), mode="append", also={"grid_cells": new_cells()}),
    "cells and two layers": lambda store: taken("grid_cells", new_cells(), also={"incidents": new_incidents(0, 9), "shops": SHOPS}),
    "points counted": lambda store: taken("incidents", new_incidents(0, 30), protected=COUNTED),
    "a plan again": lambda store: taken("plan", plans=(store.plan("p1").with_cells(["c7"], "B"),)),
}


@pytest.fixture
def small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of three rows, so that a few rows make several."""
    for name in ("row_parts", "kept_rows", "import_ledger"):
        monkeypatch.setattr(f"storage.{name}.PART_ROWS", 3)


def state(store: Store) -> dict[str, Any]:
    """All content, byte by byte: types, values, geometry, the keys of the rows; plans without their revision."""
    content: dict[str, Any] = {}
    for key in ("grid_cells", "incidents"):
        frame = store.read_layer(key)
        content[key] = (
            [str(kind) for kind in frame.dtypes],
            {
                name: shapely.to_wkb(frame[name].to_numpy()).tolist() if name == "geometry" else list(map(repr, frame[name]))
                for name in frame
            },
        )
    content |= {"staff": store.staff().to_dict("list"), "assignments": store.assignments().to_dict("list")}
    for name in ("grid_cells", "incidents", "staff", "assignments"):
        with store._reading.begin() as connection:
            content[f"{name} fid"] = connection.scalars(text(f"SELECT fid FROM {name} ORDER BY fid")).all()  # noqa: S608
    content["plans"] = [replace(store.plan(header.id), header=replace(header, revision=0)) for header in store.plan_headers()]
    return content


def rows_of(store: Store) -> dict[str, int]:
    """How many rows each table has that the cases write."""
    layers = {key: store.count(key) for key in ("grid_cells", "incidents", "shops")}
    return layers | {"staff": len(store.staff()), "assignments": len(store.assignments())}


def test_before_an_undo_the_codes_that_go_and_come_back_are_told(store: Store) -> None:
    line = store.take_import(taken("grid_cells", new_cells()))
    (layer,) = store.import_undone(line.id).layers
    assert (layer.gone, layer.back, layer.now, layer.then) == (SPLIT, ("c1",), store.count("grid_cells"), 9)
    store.write_layer("grid_cells", cells(), "Wang")
    with pytest.raises(Refusal, match="Wang"):
        store.import_undone(line.id)


def extents(store: Store) -> list[Any]:
    if store._reading.dialect.name != "sqlite":
        return []
    with store._reading.begin() as connection:
        return connection.execute(text("SELECT table_name, min_x, min_y, max_x, max_y FROM gpkg_contents ORDER BY 1")).all()  # type: ignore[return-value]


@pytest.fixture
def rich_store(store: Store) -> Store:
    """The drawn town with all that is easily lost: missing whole numbers, missing and empty shapes, odd letters and numbers."""
    frame = cells((1, None, 3, 4, 5, 6, 7, 8, 2**40))
    frame["name"] = ["'", "𠮷", "a\nb\t\\", '"', "%s", "{x}", "", "é", "🚓"]
    frame.loc[0, "geometry"], frame.loc[1, "geometry"] = None, shapely.Polygon()
    store.write_layer("grid_cells", frame, "Wang")
    points = incidents(8).assign(lon=np.nextafter(np.linspace(109.6, 109.63, 8), 200))
    store.write_layer("incidents", points, "Wang")
    return store


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize("case", CASES)
def test_undoing_gives_every_byte_back_with_its_type(rich_store: Store, case: str) -> None:
    store, before, lines = rich_store, state(rich_store), len(rich_store.audit_lines())
    places = extents(store)
    line = store.take_import(CASES[case](store))
    assert case.startswith("no points added") or state(store) != before
    assert store.verify_audit().ok and store.imports() == (line,) and line.undone_at is None
    told, sizes = store.import_undone(line.id), rows_of(store)
    undone = store.undo_import(line.id, "Wang", "2026-01-06T10:00:00")
    assert {each.target: (each.now, each.then) for each in told.layers} == {
        target: (sizes[target], rows_of(store)[target]) for target in (line.target, *line.also) if target != "plan"
    }
    assert {*told.plans_gone, *told.plans_back} == set(line.plans)
    assert state(store) == before and extents(store) == places
    assert undone == replace(line, undone_at="2026-01-06T10:00:00", undone_by="Wang") and store.imports() == (undone,)
    assert store.verify_audit().ok and len(store.audit_lines()) == lines + 2 + 2 * len(line.plans) + 2 * len(line.also)
    assert store.count("shops") == len(store.protected_counts()) == 0
    with store._reading.begin() as connection:
        assert connection.scalar(text("SELECT count(*) FROM import_before")) == 0
    again = store.take_import(CASES[case](store))  # and the same file may come again
    assert store.imports() == (again, undone) and store.verify_audit().ok


def test_the_ledger_tells_file_checksum_who_when_choices_and_counts(store: Store) -> None:
    choices, counts = {"encoding": "GB18030", "columns": {"时间": "occurred_at"}}, {"new": 30, "vanished": 4}
    line = store.take_import(taken("incidents", new_incidents(0, 30), choices=choices, counts=counts))
    expected = ImportLine(line.id, AT, "Li", "incidents", "警情 2026.csv", "ab" * 32, "replace", 30, choices, counts, (), None, None)
    assert store.imports() == (line,) == (expected,)
    told = store.audit_lines(1)[0]
    assert (told.who, told.action, told.subject, told.detail["import"]) == ("Li", "take_import", "incidents", line.id)
    assert told.detail["rows"] == 30 and told.detail["choices"] == choices and told.detail["sha256"] == "ab" * 32


def test_what_was_imported_is_there_and_counts_made_while_reading_are_kept(store: Store) -> None:
    counts: dict[str, int] = {}

    def tables() -> Iterator[pd.DataFrame]:
        for start in (0, 50):
            counts["read"] = start + 50
            yield new_incidents(start, start + 50)

    line = store.take_import(taken("incidents", tables(), mode="append", counts=counts))
    frame = store.read_layer("incidents")
    assert frame["code"].tolist() == [f"i{i}" for i in range(4)] + [f"n{i}" for i in range(100)]
    assert line.counts == {"read": 100} and line.rows == 100
    store.take_import(taken("grid_cells", new_cells()))
    assert store.read_layer("grid_cells")["code"].tolist() == [*SPLIT, *(f"c{i}" for i in range(2, 10))]


def test_further_layers_are_replaced_in_the_same_step_or_nothing_is(store: Store) -> None:
    tokens = {"shops": store.revision("shops")}
    line = store.take_import(taken("grid_cells", new_cells(), also={"shops": SHOPS}, expected_also=tokens))
    assert line.also == ("shops",) and store.read_layer("shops")["code"].tolist() == ["m1"]
    told = store.audit_lines(1, action="take_import_also")[0]
    assert (told.subject, told.detail["import"], told.detail["rows"]) == ("shops", line.id, 1)
    before = state(store)
    with pytest.raises(Refusal, match=f"Li changed .* at {AT}, after your preview"):
        store.take_import(taken("grid_cells", cells(), also={"shops": SHOPS.iloc[:0]}, expected_also=tokens))
    with pytest.raises(Refusal, match="twice in one import"):
        store.take_import(taken("shops", SHOPS, also={"shops": SHOPS}))
    with pytest.raises(Refusal, match="no layer 'ponds'"):
        store.take_import(taken("grid_cells", cells(), also={"ponds": SHOPS}))
    assert state(store) == before and store.imports() == (line,)


def test_imports_that_share_a_further_layer_are_undone_from_the_latest_backwards(store: Store) -> None:
    first = store.take_import(taken("grid_cells", new_cells(), also={"shops": SHOPS}))
    second = store.take_import(taken("shops", SHOPS.assign(code="m2")))
    third = store.take_import(taken("incidents", new_incidents(0, 9), also={"shops": SHOPS.iloc[:0]}))
    with pytest.raises(Refusal, match="after this import"):
        store.undo_import(second.id, "Li")
    with pytest.raises(Refusal, match="after this import"):
        store.undo_import(first.id, "Li")
    store.undo_import(third.id, "Li")
    assert store.read_layer("shops")["code"].tolist() == ["m2"] and store.count("incidents") == 4
    store.undo_import(second.id, "Li")
    assert store.read_layer("shops")["code"].tolist() == ["m1"]
    store.undo_import(first.id, "Li")
    assert store.count("shops") == 0 and store.read_layer("grid_cells")["code"].tolist()[0] == "c1" and store.verify_audit().ok


def test_what_is_only_counted_stays_with_its_import_and_goes_with_it(store: Store) -> None:
    line = store.take_import(taken("incidents", new_incidents(0, 30), protected=COUNTED))
    again = store.take_import(taken("incidents", new_incidents(30, 60), mode="append", protected=COUNTED.head(1)))
    kept = store.protected_counts()
    assert kept["import_id"].tolist() == [line.id, line.id, again.id]
    assert kept.drop(columns="import_id").head(2).to_dict("list") == COUNTED.to_dict("list")
    store.undo_import(again.id, "Li")
    assert store.protected_counts()["incidents"].tolist() == [7, 2] and len(store.protected_counts(again.id)) == 0
    with pytest.raises(Refusal, match="incomplete"):
        store.take_import(taken("incidents", new_incidents(0, 9), protected=COUNTED.drop(columns="category")))


def test_imports_are_undone_from_the_latest_backwards(store: Store) -> None:
    start = state(store)
    first = store.take_import(taken("grid_cells", new_cells(), plans=(carried(store.plan("p1")),)))
    middle = state(store)
    second = store.take_import(taken("grid_cells", cells().head(3), plans=(store.plan("p1").with_cells(SPLIT, "B"),)))
    with pytest.raises(Refusal, match=f"Li changed .* at {AT}, after this import"):
        store.undo_import(first.id, "Li")
    store.undo_import(second.id, "Li")
    assert state(store) == middle
    store.undo_import(first.id, "Li")
    assert state(store) == start and store.plan("p1").header.revision == 5 and store.verify_audit().ok
    assert [line.undone_by for line in store.imports()] == ["Li", "Li"]


def test_a_plan_in_force_is_carried_over_and_its_audit_line_names_the_import(store: Store) -> None:
    kept = put_in_force(store, store.plan("p1"))
    with pytest.raises(Refusal, match="can't be changed"):
        store.save_plan(carried(kept), "Li")
    line = store.take_import(taken("grid_cells", new_cells(), plans=(carried(kept),)))
    now = store.plan_in_force()
    assert now == carried(replace(kept, header=replace(kept.header, revision=4))) and line.plans == ("p1",)
    told = store.audit_lines(1)[0]
    assert (told.plan_id, told.revision, told.detail["import"]) == ("p1", 4, line.id)
    assert told.detail["added"] == [["c1a", "A"], ["c1b", "A"]] and told.detail["gone"] == ["c1"]
    store.undo_import(line.id, "Wang")
    assert store.plan_in_force() == replace(kept, header=replace(kept.header, revision=5)) and store.verify_audit().ok
    assert store.audit_lines(1)[0].detail["undone_import"] == line.id


def _renamed(kept: Plan) -> Plan:
    return replace(kept, header=replace(kept.header, name="新名"))


def _without_beat(kept: Plan) -> Plan:
    return replace(kept.with_cells(["c1", "c2", "c3"], None), beats=kept.beats[:1])


def _archived(kept: Plan) -> Plan:
    return replace(kept, header=replace(kept.header, status="archived"))


@pytest.mark.parametrize(
    ("status", "change"),
    [
        ("in_force", _renamed),
        ("in_force", _without_beat),
        ("in_force", _archived),
        ("submitted", _renamed),
        ("archived", carried),
        ("draft", _archived),
        ("new", lambda kept: plan("p22", "in_force")),
    ],
)
def test_an_import_changes_of_a_plan_in_force_the_cells_alone(store: Store, status: Any, change: Callable[[Plan], Plan]) -> None:
    kept = store.plan("p1")
    if status == "in_force":
        kept = put_in_force(store, kept)
    elif status == "submitted":
        kept = store.save_plan(replace(kept, header=replace(kept.header, status=status)), "Li")
    elif status == "archived":
        kept = store.save_plan(replace(kept, header=replace(kept.header, status=status)), "chief")
    before = state(store)
    with pytest.raises(Refusal, match="New plans come in as drafts; of a plan in force only the cells may change"):
        store.take_import(taken("grid_cells", new_cells(), plans=(change(kept),)))
    assert state(store) == before and store.imports() == ()


def test_whoever_wrote_since_the_preview_is_named_and_nothing_is_taken(store: Store) -> None:
    token, plans = store.revision("incidents"), store.revision("plans")
    store.record("Zhao", "see_map", "incidents")  # looking is no change
    store.write_layer("incidents", incidents(2), "Wang", "2026-01-05T11:00:00")
    store.record("Zhao", "see_map", "incidents")
    before = state(store)
    with pytest.raises(Refusal, match="Wang changed Incidents at 2026-01-05T11:00:00, after your preview; nothing was imported"):
        store.take_import(taken("incidents", new_incidents(0, 30), expected_revision=token))
    store.save_plan(store.plan("p1").with_cells(["c7"], "A"), "Sun", "2026-01-05T12:00:00")
    with pytest.raises(Refusal, match="Sun changed plans at 2026-01-05T12:00:00"):
        store.take_import(taken("grid_cells", new_cells(), expected_plans=plans))
    with pytest.raises(Refusal, match="Sun changed plans"):
        store.take_import(taken("plan", plans=(plan("p22"),), expected_revision=plans))
    assert {**state(store), "plans": 0} == {**before, "plans": 0} and store.imports() == ()
    line = store.take_import(taken("incidents", new_incidents(0, 30), expected_revision=store.revision("incidents")))
    assert line.rows == 30


def test_a_write_between_check_and_lock_is_seen_too(store: Store) -> None:
    def tables() -> Iterator[pd.DataFrame]:
        yield new_incidents(0, 30)
        store.write_layer("incidents", incidents(2), "Wang", AT)  # others are not kept from working while a file is read

    with pytest.raises(Refusal, match="Wang changed Incidents"):
        store.take_import(taken("incidents", tables(), expected_revision=store.revision("incidents")))
    assert store.count("incidents") == 2 and store.imports() == ()


def test_a_plan_saved_by_somebody_since_stops_the_whole_import(store: Store) -> None:
    stale = carried(store.plan("p1"))
    store.save_plan(store.plan("p1").with_cells(["c7"], "A"), "Wang", AT)
    before = state(store)
    with pytest.raises(Overtaken, match="Wang saved this plan"):
        store.take_import(taken("grid_cells", new_cells(), plans=(stale,)))
    assert state(store) == before and store.imports() == () and store.verify_audit().ok


def test_undoing_what_was_written_since_is_refused_naming_by_whom_and_when(store: Store) -> None:
    points = store.take_import(taken("incidents", new_incidents(0, 30)))
    shapes = store.take_import(taken("grid_cells", new_cells(), plans=(carried(store.plan("p1")),)))
    store.write_layer("incidents", incidents(2), "Wang", "2026-01-05T11:00:00")
    store.save_plan(store.plan("p1").with_cells(["c7"], "A"), "Sun", "2026-01-05T12:00:00")
    before = state(store)
    with pytest.raises(Refusal, match="Wang changed Incidents at 2026-01-05T11:00:00, after this import; undoing it would lose that"):
        store.undo_import(points.id, "Li")
    with pytest.raises(Refusal, match="Sun changed plan p1 at 2026-01-05T12:00:00"):
        store.undo_import(shapes.id, "Li")
    assert state(store) == before and not any(line.undone_at for line in store.imports())


def test_an_import_is_undone_once_and_only_if_it_is_there(store: Store) -> None:
    line = store.take_import(taken("incidents", new_incidents(0, 30)))
    store.undo_import(line.id, "Wang", AT)
    with pytest.raises(Refusal, match=f"The import of 警情 2026.csv was undone already, by Wang at {AT}"):
        store.undo_import(line.id, "Li")
    with pytest.raises(Refusal, match="There is no import nonsense"):
        store.undo_import("nonsense", "Li")


def test_undoing_never_takes_away_what_others_stand_on(store: Store) -> None:
    staff = store.take_import(taken("staff", STAFF.tail(1), mode="append"))
    store.write_assignments(TASKS.assign(staff_code="S3"), "Wang")
    with pytest.raises(Refusal, match=r"1 members of staff still have assignments .first: S3"):
        store.undo_import(staff.id, "Li")
    made = store.take_import(taken("plan", plans=(plan("p22"),)))
    child = plan("p333")
    store.save_plan(replace(child, header=replace(child.header, parent_id="p22")), "Wang")
    with pytest.raises(Refusal, match="1 plans were made from 'Plan one'"):
        store.undo_import(made.id, "Li")
    assert store.plan("p22").header.revision == 1 and store.staff()["code"].tolist() == ["S1", "S2", "S3"]


@pytest.mark.usefixtures("small_parts")
@pytest.mark.parametrize(
    ("rows", "mode", "said"),
    [
        (
            lambda: new_incidents(0, 8).assign(code=[*"abcdef", "i3", "i2"]),
            "append",
            "2 of 2 rows have a code that is there already (first: row 7, i3)",
        ),
        (
            lambda: (new_incidents(i, i + 4).assign(code=[*"abcd"]) for i in (0, 4)),
            "replace",
            "3 of 3 rows have a code that is there already (first: row 5, a)",
        ),
        (
            lambda: (new_incidents(i, i + 4).assign(source=[None if i else "found", *["found"] * 3]) for i in (0, 4)),
            "replace",
            "Counted from row 5 of the file",
        ),
        (lambda: [new_incidents(0, 4), new_incidents(4, 8).drop(columns="lon")], "append", "the columns lon are missing"),
    ],
)
def test_rows_that_do_not_fit_refuse_the_whole_import(store: Store, rows: Callable[[], Any], mode: Any, said: str) -> None:
    before, lines = state(store), store.audit_lines()
    with pytest.raises(Refusal) as refusal:
        store.take_import(taken("incidents", rows(), mode=mode))
    assert said in refusal.value.message.en and refusal.value.message.zh and refusal.value.what_next
    assert state(store) == before and store.audit_lines() == lines and store.imports() == ()


@pytest.mark.parametrize(("target", "said"), [("beats", "computed"), ("castles", "no layer 'castles'")])
def test_a_target_that_is_not_kept_is_refused(store: Store, target: str, said: str) -> None:
    for rows in (new_incidents(0, 4), iter([new_incidents(0, 4)])):
        with pytest.raises(Refusal, match=said):
            store.take_import(taken(target, rows))


@pytest.mark.usefixtures("small_parts")
def test_progress_counts_the_rows_and_may_stop_at_any_call(store: Store) -> None:
    told: list[int] = []

    def attempt(stop_at: int) -> None:
        told.clear()
        tables = (new_incidents(i, i + 5) for i in (0, 5))
        store.take_import(taken("incidents", tables, progress=lambda rows: told.append(rows) or len(told) != stop_at))

    before = state(store)
    for stop_at in range(1, 9):  # 2 tables read, 2 parts of old rows kept, 4 of new rows written
        with pytest.raises(Refusal, match="The import was stopped at"):
            attempt(stop_at)
        assert state(store) == before and store.imports() == ()
    attempt(99)
    assert told == [5, 10, 10, 10, 10, 10, 10, 10] and store.count("incidents") == 10


def test_packed_rows_hold_nothing_of_one_database(store: Store, tmp_path: Path) -> None:
    line = store.take_import(taken("grid_cells", new_cells()))
    with store._reading.begin() as connection:
        rows = row_parts.unpack(connection.scalar(text("SELECT packed FROM import_before")))
    assert [row["code"] for row in rows] == [f"c{i}" for i in range(1, 10)] and rows[0]["geom"].equals(cells().geometry[0])
    store.snapshot(tmp_path / "copy.gpkg")
    copy = open_store(tmp_path / "copy.gpkg", LAYERS)  # out of PostGIS into a file, and undone there
    copy.undo_import(line.id, "Li")
    assert state(copy)["grid_cells"] == _without_the_import(store, line.id) and copy.verify_audit().ok
    copy.close()


def _without_the_import(store: Store, import_id: str) -> Any:
    store.undo_import(import_id, "Li")
    return state(store)["grid_cells"]


def test_a_removed_plan_is_told_from_one_that_vanished(store: Store) -> None:
    line = store.take_import(taken("plan", plans=(plan("p22"),)))
    with store._writing.begin() as connection:
        for name in ("plan_cells", "plan_beats"):
            connection.execute(text(f"DELETE FROM {name} WHERE plan_id = 'p22'"))  # noqa: S608
        connection.execute(text("DELETE FROM plans WHERE id = 'p22'"))
    assert store.verify_audit().strayed_plans == ("p22",) and line.plans == ("p22",)


TABLES = ("import_before", "import_plans", "imports")


def _columns(store: Store) -> dict[str, Any]:
    with store._reading.begin() as connection:
        found = inspect(connection)
        return {
            name: (
                [(column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(name)],
                found.get_pk_constraint(name)["constrained_columns"],
                [(key["constrained_columns"], key["referred_table"]) for key in found.get_foreign_keys(name)],
                [key["column_names"] for key in found.get_unique_constraints(name)],
            )
            for name in TABLES
        }


def test_a_workspace_of_version_1_opens_and_gets_the_same_tables_as_a_new_one(location: str | Path) -> None:
    new = open_store(location, LAYERS)
    expected = _columns(new)
    with new._writing.begin() as connection:
        take_back_to_version_2(connection)
        for name in TABLES:
            connection.execute(text(f"DROP TABLE {name}"))
        connection.execute(text("UPDATE workspace SET schema_version = 1"))
    new.close()
    with pytest.raises(Refusal, match="Open it once with the right to write"):
        open_store(location, LAYERS, read_only=True)
    old = open_store(location, LAYERS)
    assert _columns(old) == expected and old.imports() == () and old.count("grid_cells") == 9
    assert json.loads(json.dumps(old.audit_lines(1)[0].detail)) == {"from": 1, "to": SCHEMA_VERSION, "added": []}
    before = state(old)
    old.undo_import(old.take_import(taken("incidents", new_incidents(0, 30))).id, "Li")
    assert state(old) == before and old.verify_audit().ok
    old.close()


@pytest.mark.usefixtures("small_parts")
def test_others_read_what_was_there_while_an_import_is_written(store: Store, location: str | Path) -> None:
    second, seen = open_store(location, LAYERS), []

    def look(_: int) -> bool:
        seen.append((second.count("incidents"), len(second.imports())))
        return True

    store.take_import(taken("incidents", new_incidents(0, 9), progress=look))
    assert set(seen) == {(4, 0)} and len(seen) == 5  # 2 parts of old rows, 3 of new ones
    assert (second.count("incidents"), len(second.imports())) == (9, 1)
    second.close()
