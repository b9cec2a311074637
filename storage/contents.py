"""All that a new workspace starts with, and how it is written."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from uuid import uuid4

import pandas as pd
from sqlalchemy import Connection

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.plan import Plan
from storage import audit, geopackage, layer_tables, plan_tables
from storage.schema import Schema
from storage.schema_changes import SCHEMA_VERSION
from storage.town import town_of


@dataclass(frozen=True)
class WorkspaceContents:
    """What a new workspace holds. Layers that are not given are empty; features are in EPSG:4490, points have lon and lat."""

    town: Mapping[str, Any]
    layers: Mapping[str, pd.DataFrame]
    staff: pd.DataFrame
    assignments: pd.DataFrame
    plans: tuple[Plan, ...] = ()


def write_contents(connection: Connection, schema: Schema, contents: WorkspaceContents, by: str, at: str) -> None:
    """Make the tables and fill them, in the caller's write transaction. Plans start at revision 1.

    Refused: whatever `layer_rows`, `write_staff`, `write_assignments` refuse; two plans in force.
    """
    in_force = [plan.header.id for plan in contents.plans if plan.header.status == "in_force"]
    if len(in_force) > 1:
        raise Refusal(
            Text("有 {n} 个现行方案：{ids}。", "{n} plans are in force: {ids}.").fill(n=len(in_force), ids=", ".join(in_force)),
            Text("只能有一个。", "There can be one."),
        )
    layers = {key: layer_tables.checked_rows(schema, key, frame) for key, frame in contents.layers.items()}
    schema.metadata.create_all(connection, checkfirst=False)
    geopackage.prepare(connection, schema)
    workspace_id = uuid4().hex
    workspace = {"id": workspace_id, "schema_version": SCHEMA_VERSION, "created_at": at}
    connection.execute(schema.table("workspace").insert(), workspace)
    layer_tables.write_town(connection, schema, town_of(contents.town))
    rows = {key: layer_tables.replace_layer(connection, schema, key, part) for key, part in layers.items()}
    rows["staff"] = layer_tables.write_staff(connection, schema, contents.staff)
    rows["assignments"] = layer_tables.write_assignments(connection, schema, contents.assignments)
    audit.append(connection, schema, at, by, "make_workspace", workspace_id, {"rows": rows})
    for plan in contents.plans:
        new = replace(plan, header=replace(plan.header, revision=0))
        plan_tables.save_plan(connection, schema, new, by, at, plan.header.reason)
