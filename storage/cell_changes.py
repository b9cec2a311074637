"""A change of the cells themselves: split, merged, a border moved. Taken and undone by the ledger of imports, in mode cells."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd
from sqlalchemy import Connection, select

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.plan import Plan
from storage.import_lines import TakenImport
from storage.schema import Schema

CELLS = "grid_cells"
_MOST = 5_000  # more than a town has; a change of all is an import


@dataclass(frozen=True, eq=False)
class CellChange:
    """What a change of cells does, as one step.

    `rows`: new and changed rows of grid_cells as `Store.write_layer` takes them, EPSG:4490. `gone`: codes of cells that are no
    more. `plans`: all plans carried over, read at their revision. `kind`, `reason`, `detail` are told in the audit.
    `expected_revision`, `expected_plans`: what `Store.revision("grid_cells")` and `("plans")` gave when it was prepared.
    """

    by: str
    kind: str
    rows: pd.DataFrame
    gone: tuple[str, ...] = ()
    plans: tuple[Plan, ...] = ()
    reason: str = ""
    detail: Mapping[str, Any] = field(default_factory=dict)
    at: str | None = None
    expected_revision: str | None = None
    expected_plans: str | None = None


def as_import(change: CellChange) -> TakenImport:
    """The change as the ledger takes it. Refused: nothing to change; too much; a code that goes and comes."""
    codes = change.rows["code"].tolist()
    both = [code for code in change.gone if code in set(codes)]
    if not codes and not change.gone:
        raise Refusal(Text("没有要改变的网格。", "There is no cell to change."), Text("请先选择网格。", "Choose cells first."))
    if both:
        raise Refusal(
            Text("{n} 个网格既消失又出现（首个：{cell}）。", "{n} cells both go and come (first: {cell}).").fill(n=len(both), cell=both[0]),
            Text("改变的网格只列在 rows 中。", "A cell that changes stands in the rows alone."),
        )
    if len(codes) + len(change.gone) > _MOST:
        raise Refusal(
            Text("一次最多改变 {most} 个网格。", "At most {most} cells change at once.").fill(most=f"{_MOST:,}"),
            Text("请用导入整体替换。", "Replace them all by an import."),
        )
    return TakenImport(
        target=CELLS,
        by=change.by,
        file_name="",
        sha256="",
        mode="cells",
        rows=change.rows,
        plans=change.plans,
        choices={"kind": change.kind, "reason": change.reason, "gone": list(change.gone), "codes": codes, **change.detail},
        counts={"rows": len(codes), "gone": len(change.gone), "plans": len(change.plans)},
        at=change.at,
        expected_revision=change.expected_revision,
        expected_plans=change.expected_plans,
        gone=change.gone,
    )


def check_there(connection: Connection, schema: Schema, change: CellChange) -> None:
    """Refused: a cell that goes is not there."""
    codes = schema.layer_table(CELLS).c.code
    there = set(connection.scalars(select(codes).where(codes.in_(change.gone))))
    strangers = [code for code in change.gone if code not in there]
    if strangers:
        raise Refusal(
            Text("{n} 个网格不存在（首个：{cell}）。", "{n} cells are not there (first: {cell}).").fill(
                n=len(strangers), cell=strangers[0]
            ),
            Text("请重新读取网格。", "Read the cells again."),
        )


def check_plans(connection: Connection, schema: Schema, change: CellChange) -> None:
    """After the change. Refused: a plan handed over lacks a cell that came; one not archived still has a cell that went."""
    for plan in change.plans:
        lacking = [code for code in change.rows["code"] if code not in plan.beat_of]
        if lacking:
            raise _not_carried(plan.header.title, lacking)
    plans, cells = schema.table("plans"), schema.table("plan_cells")
    stale = connection.execute(
        select(plans.c.name, plans.c.name_en, cells.c.cell_code)
        .where(cells.c.plan_id == plans.c.id, plans.c.status != "archived", cells.c.cell_code.in_(change.gone))
        .order_by(plans.c.id, cells.c.cell_code)
    ).all()
    if stale:
        name, name_en, _ = stale[0]
        raise _not_carried(Text(name, name_en or name), [row.cell_code for row in stale if row.name == name])


def _not_carried(plan: Text, codes: list[str]) -> Refusal:
    return Refusal(
        Text(
            "方案“{plan}”未随网格改变：{n} 个网格不符（首个：{cell}）；未作改动。",
            "The plan '{plan}' was not carried over: {n} cells don't fit (first: {cell}); nothing was changed.",
        ).fill(plan=plan, n=len(codes), cell=codes[0]),
        Text("请把所有未归档方案一并交来。", "Hand over every plan that is not archived."),
    )
