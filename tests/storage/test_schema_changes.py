"""A workspace meets a program with other layers, and an older one a newer program."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, inspect, text

from layers import LAYERS
from layers.definition.fields import CODE, NAME
from layers.definition.layer import Field, Layer, Style
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from storage import schema_changes
from storage.open_store import open_store
from storage.schema import Schema, build_schema
from storage.store import Store
from tests.storage.drawn_town import cells
from tests.storage.older_workspaces import NEW_COLUMNS, NEW_TABLES, take_back_to_version_2, version_2_file

NOW = schema_changes.SCHEMA_VERSION
TREES = Layer(Text("古树", "Old trees"), "Old trees worth a visit.", "places", "point", (CODE, NAME), Style())
WIDER = replace(
    LAYERS["grid_cells"],
    fields=(*LAYERS["grid_cells"].fields, Field("dogs", Text("犬只", "dogs"), "Dogs registered.", "integer", required=True)),
)


def test_a_new_layer_gets_its_table_empty_and_the_rest_stays(location: str | Path, tmp_path: Path) -> None:
    store = open_store(location, {**LAYERS, "old_trees": TREES})
    assert store.count("old_trees") == 0 and list(store.read_layer("old_trees").columns) == ["code", "name", "geometry"]
    assert store.count("grid_cells") == 9 and store.audit_lines(1)[0].detail == {"from": NOW, "to": NOW, "added": ["old_trees"]}
    store.snapshot(tmp_path / "copy.gpkg")
    store.close()
    again = open_store(tmp_path / "copy.gpkg", {**LAYERS, "old_trees": TREES})
    assert again.count("old_trees") == 0 and again.verify_audit().ok and len(again.audit_lines()) == 3
    again.close()


def test_a_new_field_gets_its_column_empty(location: str | Path) -> None:
    store = open_store(location, {**LAYERS, "grid_cells": WIDER})
    frame = store.read_layer("grid_cells")
    assert frame["dogs"].isna().all() and frame["dogs"].dtype == "Int64" and len(frame) == 9
    with pytest.raises(Refusal, match="the columns dogs are missing"):
        store.write_layer("grid_cells", cells(), "tests")
    store.write_layer("grid_cells", cells().assign(dogs=2), "tests")
    assert store.read_layer("grid_cells")["dogs"].sum() == 18
    store.close()


def test_a_layer_that_is_gone_is_left_in_peace(location: str | Path) -> None:
    fewer = {key: layer for key, layer in LAYERS.items() if key != "incidents"}
    store = open_store(location, fewer)
    with pytest.raises(Refusal, match="no layer 'incidents'"):
        store.count("incidents")
    store.close()
    again = open_store(location, LAYERS)
    assert again.count("incidents") == 4 and len(again.audit_lines()) == 2
    again.close()


def test_nothing_is_changed_for_a_reader(location: str | Path) -> None:
    with pytest.raises(Refusal, match="Open it once with the right to write"):
        open_store(location, {**LAYERS, "old_trees": TREES}, read_only=True)


def test_older_workspaces_are_led_up_step_by_step_or_not_at_all(location: str | Path, monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[int] = []

    def first(connection: Connection, schema: Schema) -> None:
        taken.append(1)
        connection.execute(text("ALTER TABLE staff ADD COLUMN post TEXT"))

    def second(connection: Connection, schema: Schema) -> None:
        taken.append(2)
        if len(taken) == 2:
            raise OSError("the disk is gone")

    monkeypatch.setattr(schema_changes, "SCHEMA_VERSION", NOW + 2)
    monkeypatch.setattr(schema_changes, "STEPS", {NOW: first, NOW + 1: second})
    with pytest.raises(OSError, match="gone"):
        open_store(location, LAYERS)
    store = open_store(location, LAYERS)  # the first step left no column behind, or it would fail now
    assert taken == [1, 2, 1, 2] and store.audit_lines(1)[0].detail == {"from": NOW, "to": NOW + 2, "added": []}
    store.close()


def _shape(store: Store) -> dict[str, Any]:
    with store._reading.begin() as connection:
        found = inspect(connection)
        return {
            name: (
                [(column["name"], str(column["type"]), column["nullable"]) for column in found.get_columns(name)],
                found.get_pk_constraint(name)["constrained_columns"],
                [(key["constrained_columns"], key["referred_table"]) for key in found.get_foreign_keys(name)],
                [key["column_names"] for key in found.get_unique_constraints(name)],
                sorted((str(index["name"]), tuple(index["column_names"])) for index in found.get_indexes(name)),
            )
            for name in (*NEW_COLUMNS, *NEW_TABLES)
        }


def test_a_workspace_of_version_2_gets_the_same_tables_as_a_new_one(location: str | Path) -> None:
    new = open_store(location, LAYERS)
    expected, before = _shape(new), new.plan("p1")
    with new._writing.begin() as connection:
        take_back_to_version_2(connection)
    new.close()
    with pytest.raises(Refusal, match="Open it once with the right to write"):
        open_store(location, LAYERS, read_only=True)
    old = open_store(location, LAYERS)
    assert _shape(old) == expected and old.plan("p1") == before and old.users() == () and old.workload_profiles() == ()
    assert old.audit_lines(1)[0].detail == {"from": 2, "to": NOW, "added": []} and old.verify_audit().ok
    user = old.add_user("li", "Li", by="chief")
    old.note_attempt("li", "::1", succeeded=False)
    locked = replace(
        before, locked_cells=frozenset({"c1"}), beats=(replace(before.beats[0], colour="#112233", locked=True), before.beats[1])
    )
    assert old.plan("p1") != old.save_plan(locked, "Li") == old.plan("p1") and old.users() == (user,) and old.verify_audit().ok
    old.close()


def test_a_real_file_of_version_2_opens_with_its_plans_history_ledger_and_audit(tmp_path: Path) -> None:
    store = open_store(version_2_file(tmp_path / "old.gpkg"), LAYERS)
    assert store.verify_audit().ok and store.town().name == "小镇" and store.count("incidents") == 8
    kept = store.plan("p1")
    assert kept.header.revision == 2 and kept.beat_of["c7"] == "A" and not kept.locked_cells
    assert [beat.colour for beat in kept.beats] == [None, None] and not any(beat.locked for beat in kept.beats)
    assert store.plan_at("p1", 1).beat_of["c7"] is None and store.plan_history("p1")[1].reason == "even out"
    in_force = store.plan_in_force()
    assert in_force is not None and in_force.header.id == "p22"
    store.undo_import(store.imports()[0].id, "Li")
    assert store.count("incidents") == 4 and store.verify_audit().ok
    store.close()


@pytest.mark.parametrize("name", ["plans", "audit", "gpkg_mine", "spatial_ref_sys"])
def test_a_layer_can_not_have_a_name_that_the_store_needs(name: str) -> None:
    with pytest.raises(Refusal, match=f"A layer can't be called '{name}'"):
        build_schema({name: TREES})


@pytest.mark.parametrize("name", ["fid", "geom", "lon"])
def test_a_field_can_not_have_a_name_that_the_store_needs(name: str) -> None:
    with pytest.raises(Refusal, match=f"the store needs for itself: {name}"):
        build_schema({"old_trees": replace(TREES, fields=(CODE, Field(name, NAME.title, NAME.about)))})
