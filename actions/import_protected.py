"""Incidents that are only counted: what the store keeps of them, and the counts as a person may see them, the small ones hidden."""

from typing import Any

import pandas as pd

from actions.caller import Caller
from actions.town_model import TownModel
from analysis.disclosure import TOTAL, suppress_table
from importing.import_report import Finding
from importing.protected_categories import PROTECTED
from layers.definition.text import Text
from storage.protected_counts import COLUMNS

TITLES = {group.key: group.title for group in PROTECTED}
NO_UNIT = Text("社区、村不明", "unit not known")
ALL = Text("合计", "total")
Months = tuple[str, str]


def protected_rows(counts: pd.DataFrame, months: Months | None) -> pd.DataFrame:
    """Counts (unit_code, group, incidents) as the store keeps them, with the months that all of them lie in."""
    first, last = months or (None, None)
    return counts.rename(columns={"group": "category"}).assign(first_month=first, last_month=last)[list(COLUMNS)]


def protected_to_keep(
    caller: Caller, counts: pd.DataFrame, months: Months | None, sha256: str
) -> tuple[pd.DataFrame | None, tuple[Finding, ...]]:
    """What an import would keep of its counts, and what to tell: counts have no codes by which a second time would be noticed.

    None for a file that is in the ledger already; a warning where the months of another import overlap.
    """
    if not len(counts):
        return None, ()
    there = {line.id: line for line in caller.store.imports() if line.undone_at is None and line.target == "incidents"}
    kept = caller.store.protected_counts()
    if any(there[each].sha256 == sha256 for each in kept["import_id"].unique() if each in there):
        what = Text(
            "该文件已导入过，受保护类别不再重复计数。", "This file was imported before; its protected incidents are not counted again."
        )
        return None, (Finding("check", "note", "protected_known", what),)
    rows = protected_rows(counts, months)
    same = kept[kept["first_month"].notna()]
    if months is None or not ((same["first_month"] <= months[1]) & (same["last_month"] >= months[0])).any():
        return rows, ()
    what = Text(
        "受保护类别中，{first} 至 {last} 已有先前导入的计数，本次计数将与其相加。",
        "Protected incidents of {first} to {last} were counted in an earlier import; these are added to them.",
    ).fill(first=months[0], last=months[1])
    then = Text("若两个文件含相同警情，请先撤销先前的导入。", "If both files hold the same incidents, undo the earlier import first.")
    return rows, (Finding("check", "warning", "protected_overlap", what, then),)


def shown_protected(model: TownModel, counts: pd.DataFrame) -> list[dict[str, Any]]:
    """The counts by unit and group as they may be shown: 1 to 4 as '<5', '–' where a number would give another away.

    counts: unit_code, group (or category), incidents. Rows: unit_code, unit, unit_en, group, incidents; the last ones are totals.
    """
    if not len(counts):
        return []
    table = counts.rename(columns={"category": "group"})
    wide = table.assign(unit_code=table["unit_code"].fillna("")).pivot_table(
        index="unit_code", columns="group", values="incidents", aggfunc="sum", fill_value=0
    )
    shown = suppress_table(wide.astype(int)).table
    names = dict(zip(model.units["code"], model.units["name"], strict=True)) if len(model.units) else {}
    english = dict(zip(model.units["code"], model.units["name_en"], strict=True)) if len(model.units) else {}
    rows = []
    for code in shown.index:
        unit = ALL if code == TOTAL else NO_UNIT if not code else Text(names.get(code, code), english.get(code) or names.get(code, code))
        about = {"unit_code": code if code != TOTAL else "", "unit": unit.zh, "unit_en": unit.en}
        rows += [{**about, "group": group, "incidents": shown.loc[code, group]} for group in wide.columns if shown.loc[code, group] != "0"]
    return rows


def protected_choices(model: TownModel, counts: pd.DataFrame) -> dict[str, Any]:
    """The shown counts as they go into the report and the ledger; nothing where there are none."""
    rows = shown_protected(model, counts)
    return {"protected_counts": rows} if rows else {}


def protected_of_import(caller: Caller, import_id: str) -> list[dict[str, Any]]:
    """What an import of the ledger only counted, as `shown_protected` shows it; without any, nothing."""
    caller.must("import_layer")
    return shown_protected(caller.model, caller.store.protected_counts(import_id))
