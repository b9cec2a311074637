"""The wordings of all that can stop an import or its undoing. Nothing has been changed when one is raised."""

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from storage.import_lines import PLAN
from storage.schema import Schema

_TITLES = {"staff": Text("人员", "staff"), "assignments": Text("任务", "assignments"), PLAN: Text("方案", "plans")}


def title(schema: Schema, target: str) -> Text:
    """What an import is into, in words."""
    return _TITLES[target] if target in _TITLES else schema.layers[target].title


def moved_on(what: Text, by: str, at: str) -> Refusal:
    return Refusal(
        Text(
            "预览之后，{by} 于 {at} 改动了“{what}”；未导入任何内容。",
            "{by} changed {what} at {at}, after your preview; nothing was imported.",
        ).fill(what=what, by=by, at=at),
        Text("请重新预览，核对后再导入。", "Look at the preview again, then import."),
    )


def stopped(rows: int) -> Refusal:
    return Refusal(
        Text("导入已在 {n} 行时停止，未作任何改动。", "The import was stopped at {n} rows; nothing was changed.").fill(n=f"{rows:,}"),
        Text("可随时重新导入。", "It can be started again at any time."),
    )


def in_part(refusal: Refusal, before: int) -> Refusal:
    """A refusal of one of several tables, with the rows that came before it."""
    if before == 0:
        return refusal
    where = Text("自第 {row} 行起计：", "Counted from row {row} of the file: ").fill(row=f"{before + 1:,}")
    return Refusal(Text(where.zh + refusal.message.zh, where.en + refusal.message.en), refusal.what_next)


def codes_taken(what: Text, codes: int, rows: int, first: str, row: int) -> Refusal:
    return Refusal(
        Text(
            "{what}：{rows} 行中有 {n} 行的编号已存在（首个：第 {row} 行，{first}）。",
            "{what}: {n} of {rows} rows have a code that is there already (first: row {row}, {first}).",
        ).fill(what=what, n=f"{codes:,}", rows=f"{rows:,}", first=first, row=f"{row:,}"),
        Text("请更正编号，或改为整体替换。", "Put the codes right, or replace the whole layer instead."),
    )


def unknown(import_id: str) -> Refusal:
    return Refusal(
        Text("没有编号为 {id} 的导入。", "There is no import {id}.").fill(id=import_id),
        Text("请从导入记录中选择。", "Choose one from the list of imports."),
    )


def undone_already(file_name: str, by: str, at: str) -> Refusal:
    return Refusal(
        Text("“{file}”的导入已由 {by} 于 {at} 撤销。", "The import of {file} was undone already, by {by} at {at}.").fill(
            file=file_name, by=by, at=at
        ),
        Text("无需再撤销。", "There is nothing left to undo."),
    )


def written_since(what: Text, by: str, at: str) -> Refusal:
    return Refusal(
        Text(
            "导入之后，{by} 于 {at} 改动了“{what}”；撤销会丢失这些改动，因此未作改动。",
            "{by} changed {what} at {at}, after this import; undoing it would lose that, so nothing was changed.",
        ).fill(what=what, by=by, at=at),
        Text(
            "若那是一次导入，请先撤销它；否则请重新导入所需文件。",
            "If that was an import, undo it first; else import the file you want again.",
        ),
    )
