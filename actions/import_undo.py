"""The ledger of imports, and undoing one: what that changes is told before."""

from collections.abc import Mapping
from dataclasses import dataclass

from actions.caller import Caller
from actions.import_compare import vanished_rows
from actions.town_model import UNIT_LAYERS
from importing.kinds import KINDS
from layers.definition.text import Text
from storage.import_lines import ImportLine, ImportUndone

ROWS = Text("{layer}：现有 {now:,} 行，撤销后 {then:,} 行", "{layer}: rows now {now:,}, after the undo {then:,}")
PLAN_GONE = Text("方案“{plan}”将删除", "The plan '{plan}' goes")
PLAN_BACK = Text("方案“{plan}”恢复到导入之前", "The plan '{plan}' goes back to what it was before")
DONE = Text("{layer} {then:,} 行（撤销前 {now:,} 行）", "{layer} {then:,} rows (before the undo {now:,})")
DONE_PLAN_GONE = Text("方案“{plan}”已删除", "the plan '{plan}' is gone")
DONE_PLAN_BACK = Text("方案“{plan}”已恢复", "the plan '{plan}' is as before")
UNDONE = Text("已撤销“{file}”的导入：{changes}。", "The import of {file} is undone: {changes}.")


@dataclass(frozen=True)
class ImportUndo:
    """What undoing an import does, in words."""

    changes: tuple[Text, ...]
    """A line for each layer and plan that changes."""
    warnings: tuple[Text, ...]
    """Rows that vanish, and what depends on them."""
    done: Text
    """What to say when it is done."""


def imports(caller: Caller) -> tuple[ImportLine, ...]:
    """The ledger of imports, newest first."""
    caller.must("import_layer")
    return caller.store.imports()


def rows_taken(line: ImportLine) -> dict[str, int]:
    """Target -> rows that an import took into it: communities and villages of one file apart."""
    parted = line.choices.get("units_parted")
    return {line.target: line.rows} | (dict(parted) if isinstance(parted, Mapping) else {})


def what_undo_changes(caller: Caller, import_id: str) -> ImportUndo:
    """All that undoing an import changes. Nothing is written. Refused: see `Store.import_undone`."""
    caller.must("import_layer")
    found = caller.store.import_undone(import_id)
    line = next(each for each in caller.store.imports() if each.id == import_id)
    plans = {header.id: header.title for header in caller.store.plan_headers()}

    def said(rows: Text, gone: Text, back: Text) -> tuple[Text, ...]:
        named = ((gone, found.plans_gone), (back, found.plans_back))
        layers = (rows.fill(layer=KINDS[each.target].title, now=each.now, then=each.then) for each in found.layers)
        return (*layers, *(text.fill(plan=plans.get(plan, plan)) for text, ids in named for plan in ids))

    done = said(DONE, DONE_PLAN_GONE, DONE_PLAN_BACK)
    changes = Text("；".join(each.zh for each in done), "; ".join(each.en for each in done))
    return ImportUndo(said(ROWS, PLAN_GONE, PLAN_BACK), _warned(caller, found), UNDONE.fill(file=line.file_name, changes=changes))


def undo_import(caller: Caller, import_id: str) -> ImportLine:
    """Undo an import as one step. Refused, and nothing changed: see `Store.undo_import`."""
    caller.must("import_layer")
    return caller.store.undo_import(import_id, by=caller.user)


def _warned(caller: Caller, found: ImportUndone) -> tuple[Text, ...]:
    """What vanishes and what depends on it; a unit that only changes its kind does not vanish."""
    back = {code for each in found.layers if each.target in UNIT_LAYERS for code in each.back}
    told: list[Text] = []
    for each in found.layers:
        codes = [code for code in each.gone if each.target not in UNIT_LAYERS or code not in back]
        title = KINDS[each.target].title
        told += [Text(f"{title.zh}：{f.what.zh}", f"{title.en}: {f.what.en}") for f in vanished_rows(caller, each.target, codes)]
    return tuple(told)
