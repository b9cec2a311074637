"""Plans: list, show, validate, compare, import, export, and the steps of their life."""

import sys
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from actions import compare_plans, measure_plan, plan_files, publish_plan
from actions import response as response_action
from actions.caller import Caller
from commands.command import caller_at, cli, command, show
from layers.definition.refusal import Refusal
from layers.definition.text import Language, Text

RESPONSES = {
    "response_min": Text("预计平均响应 (分钟)", "expected mean response (min)"),
    "wait_min": Text("其中等待 (分钟)", "of it waiting (min)"),
    "travel_min": Text("其中路途 (分钟)", "of it travel (min)"),
    "cross_beat_share": Text("跨警务区出警 (占比，0–1)", "cross-beat dispatch (share, 0 to 1)"),
}
"""What the queueing model gives for a plan, as `ExpectedResponse.as_json` calls it."""


@cli.group()
def plan() -> None:
    """Plans of beats: what there is, whether it can be in force, and its way from draft to archive."""


def _named(name: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """A command of this group by another name than its function's, which Python or a list keeps for itself."""

    def made(function: Callable[..., None]) -> Callable[..., None]:
        function.__name__ = name
        return command(function, plan)

    return made


@_named("list")
def _list(workspace: str, lang: Language, as_json: bool) -> None:
    """All plans, newest first, with what can be done with each now."""
    found = publish_plan.plan_list(caller_at(workspace))
    values = [
        {
            "id": line.header.id,
            "name": line.header.name,
            "name_en": line.header.name_en,
            "status": line.header.status,
            "revision": line.header.revision,
            "branch": line.header.branch,
            "author": line.header.author,
            "effective_from": line.header.effective_from,
            "beats": line.beats,
            "cells": line.cells,
            "steps": list(line.steps),
        }
        for line in found
    ]
    show(
        values,
        as_json,
        [f"{n.header.id:34}{n.status.in_(lang):24}{n.beats:>4} r{n.header.revision:<5}{n.header.title.in_(lang)}" for n in found],
    )


@_named("show")
@click.argument("plan_id", metavar="PLAN")
@click.option("--response", is_flag=True, help="Also the expected response by the queueing model.")
@click.option("--speed", type=float, default=response_action.SPEED_KMH, show_default=True, help="Speed of all travel, km/h.")
@click.option("--way", type=click.Choice(list(response_action.WAYS)), default="straight", show_default=True, help="How travel is measured.")
def _show(workspace: str, lang: Language, as_json: bool, plan_id: str, response: bool, speed: float, way: response_action.Way) -> None:
    """Every measure of PLAN, per beat and for the whole, and on request its expected response."""
    caller = caller_at(workspace)
    found = measure_plan.measure_plan(caller, plan_id)
    values = found.as_json()
    lines = [found.plan.header.title.in_(lang), *_measures(found, lang)]
    if response:
        told = response_action.expected_response(caller, plan_id, response_action.ResponseWish(speed, way))
        values["response"] = told.as_json()
        lines += [line.in_(lang) for line in told.about]
    show(values, as_json, [*lines, *(line.in_(lang) for line in found.about)])


@_named("validate")
@click.argument("plan_id", metavar="PLAN")
def _validate(workspace: str, lang: Language, as_json: bool, plan_id: str) -> None:
    """Every check and every measure of PLAN, the expected response by the queueing model among them; status 1 when a check
    that must hold is broken."""
    caller = caller_at(workspace)
    found = measure_plan.measure_plan(caller, plan_id)
    lines = [
        f"{check.shown_state.in_(lang):14}{'!' if check.must else ' '} {check.title.in_(lang)}: {check.message.in_(lang)}"
        for check in publish_plan.check_lines(caller, found)
    ]
    values = found.as_json() | {"response": _response(caller, plan_id)}
    show(values, as_json, [*lines, *_measures(found, lang), *_responses(values["response"], lang)])
    if found.broken_musts:
        sys.exit(1)


@_named("compare")
@click.argument("before", metavar="BEFORE")
@click.argument("after", metavar="AFTER")
@click.option("--response", is_flag=True, help="Also the expected response of both, by the queueing model.")
@click.option("--speed", type=float, default=response_action.SPEED_KMH, show_default=True, help="Speed of all travel, km/h.")
@click.option("--sheet", type=click.Path(dir_okay=False), help="Write the printable change sheet (PDF) to this file.")
def _compare(
    workspace: str, lang: Language, as_json: bool, before: str, after: str, response: bool, speed: float, sheet: str | None
) -> None:
    """What AFTER changes against BEFORE. Either is a plan's id, or id@revision for the plan as it was."""
    caller = caller_at(workspace)
    found = compare_plans.compare_plans(caller, _version(before), _version(after))
    values = found.as_json()
    lines = [f"{found.titles[0].in_(lang)} → {found.titles[1].in_(lang)}", *(line.in_(lang) for line in found.difference.lines)]
    for row in found.metrics:
        verdict = compare_plans.VERDICTS[row.verdict].in_(lang)
        lines.append(f"{row.shown(row.before):>12}{row.shown(row.after):>12}  {verdict:10} {_titled(row, lang)}")
    if response:
        both = compare_plans.compared_response(caller, found, response_action.ResponseWish(speed))
        values["response"] = {side: told.as_json() for side, told in zip(("before", "after"), both, strict=True)}
        lines += [line.in_(lang) for told in both for line in told.about]
    if sheet is not None:
        values["sheet"] = _written(sheet, plan_files.change_sheet_content(caller, found).content)
        lines.append(sheet)
    show(values, as_json, lines)


@_named("export")
@click.argument("plan_id", metavar="PLAN")
@click.option("--out", required=True, type=click.Path(dir_okay=False), help="File to write: .csv, .xlsx, .gpkg or .geojson.")
def _export(workspace: str, lang: Language, as_json: bool, plan_id: str, out: str) -> None:
    """Write PLAN to a file: cell -> beat as a table, or beats and cells as shapes."""
    made = plan_files.export_plan(caller_at(workspace), plan_id, Path(out).suffix.lstrip("."))
    show({"file": _written(out, made.content), "bytes": made.size}, as_json, [f"{out}  {made.size:,} bytes"])


@_named("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--layer", help="Layer or sheet, where the file has several.")
@click.option("--crs", metavar="EPSG", help="Coordinate system of the file, e.g. 4546.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be taken.")
@click.option("--accept-warnings", is_flag=True, help="Take it over in spite of warnings.")
def _import(
    workspace: str, lang: Language, as_json: bool, file: str, layer: str | None, crs: str | None, dry_run: bool, accept_warnings: bool
) -> None:
    """A new draft from FILE: a table cell -> beat, or any file of boundaries, taken apart by overlap."""
    caller = caller_at(workspace)
    path = Path(file)
    choices: dict[str, Any] = {"layer": layer, "crs": f"EPSG:{crs}" if crs and crs.isdigit() else crs}
    preview = plan_files.preview_plan(caller, path, path.name, **{key: value for key, value in choices.items() if value is not None})
    plan_id = None if dry_run else plan_files.import_plan(caller, preview, accept_warnings)
    lines = [f"{finding.severity:8} {finding.what.in_(lang)}" for finding in preview.report.findings]
    lines += [f"{name}: {count:,}" for name, count in preview.counts.items()]
    show({"plan": plan_id, **preview.as_json()}, as_json, [*lines, *([plan_id] if plan_id else [])])
    if dry_run and preview.report.refused:
        sys.exit(1)


@_named("history")
@click.argument("plan_id", metavar="PLAN")
def _history(workspace: str, lang: Language, as_json: bool, plan_id: str) -> None:
    """All saves of PLAN, newest first: who, when, why, how many cells."""
    saves = publish_plan.history(caller_at(workspace), plan_id)
    values = [
        {"revision": s.revision, "at": s.at, "who": s.who, "reason": s.reason, "status": s.status, "cells_changed": s.n_cells_changed}
        for s in saves
    ]
    show(values, as_json, [f"r{v['revision']:<5}{v['at']}  {v['who']:20}{v['cells_changed']:>6}  {v['reason']}" for v in values])


@_named("restore")
@click.argument("plan_id", metavar="PLAN")
@click.argument("name", metavar="NAME")
@click.option("--revision", type=int, help="Revision of PLAN.  [default: the latest]")
@click.option("--branch", default="", help="Name of the line of work the draft belongs to.")
def _restore(workspace: str, lang: Language, as_json: bool, plan_id: str, name: str, revision: int | None, branch: str) -> None:
    """A new draft called NAME with the cells of PLAN as it is, or as it was at a revision."""
    _told(publish_plan.draft_from(caller_at(workspace), plan_id, name, revision, branch), as_json, lang)


@_named("submit")
@click.argument("plan_id", metavar="PLAN")
@click.option("--reason", default="", help="Needed where a check that should hold is broken.")
def _submit(workspace: str, lang: Language, as_json: bool, plan_id: str, reason: str) -> None:
    """Hand PLAN in for approval."""
    _told(publish_plan.submit(caller_at(workspace), plan_id, reason), as_json, lang)


@_named("give-back")
@click.argument("plan_id", metavar="PLAN")
@click.option("--reason", required=True, help="Why; it is kept.")
def _give_back(workspace: str, lang: Language, as_json: bool, plan_id: str, reason: str) -> None:
    """Make the submitted PLAN a draft again."""
    _told(publish_plan.give_back(caller_at(workspace), plan_id, reason), as_json, lang)


@_named("approve")
@click.argument("plan_id", metavar="PLAN")
@click.option("--from", "first_day", type=click.DateTime(["%Y-%m-%d"]), help="Day from which it is in force.  [default: today]")
@click.option("--reason", default="", help="Needed where a check that should hold is broken and submission stated none.")
def _approve(workspace: str, lang: Language, as_json: bool, plan_id: str, first_day: datetime | None, reason: str) -> None:
    """Approve the submitted PLAN as a second person; one-person stations have a setting."""
    first = None if first_day is None else first_day.date()
    _told(publish_plan.approve(_chief_at(workspace), plan_id, first, reason), as_json, lang)


@_named("start-due")
def _start_due(workspace: str, lang: Language, as_json: bool) -> None:
    """Put the approved plans whose day has come in force; for a nightly job."""
    started = publish_plan.start_due_plans(caller_at(workspace))
    show([header.id for header in started], as_json, [f"{header.id}  {header.title.in_(lang)}" for header in started])


def _chief_at(workspace: str) -> Caller:
    """Whoever may write the file could approve in it; that another person approves than drew is checked by the name all the same."""
    caller = caller_at(workspace)
    return Caller(caller.workspace, caller.user, "chief")


def _version(asked: str) -> compare_plans.PlanVersion:
    plan_id, at, revision = asked.rpartition("@")
    return compare_plans.PlanVersion(plan_id, int(revision)) if at and revision.isdigit() else compare_plans.PlanVersion(asked)


def _measures(found: measure_plan.MeasuredPlan, lang: Language) -> list[str]:
    return [f"{row.shown(row.after):>12}  {_titled(row, lang)}" for row in compare_plans.metrics_of(found)]


def _titled(row: compare_plans.MetricRow, lang: Language) -> str:
    """A measure with its unit in brackets."""
    title, unit = row.metric.title.in_(lang), row.metric.shown_unit.in_(lang).strip("（）")
    return f"{title} ({unit})" if unit else title


def _response(caller: Caller, plan_id: str) -> dict[str, Any]:
    """The expected response with the usual wish, or why it can't be known."""
    try:
        return response_action.expected_response(caller, plan_id).as_json()
    except Refusal as refusal:
        return {"refused": refusal.text.en, "refused_zh": refusal.text.zh}


def _responses(told: dict[str, Any], lang: Language) -> list[str]:
    return [f"{told[key]:>12.3f}  {title.in_(lang)}" for key, title in RESPONSES.items() if key in told]


def _told(plan: Any, as_json: bool, lang: Language) -> None:
    header = plan.header
    values = {"id": header.id, "name": header.name, "status": header.status, "revision": header.revision, "reason": header.reason}
    show(values, as_json, [f"{header.id}  {publish_plan.status_of(header).in_(lang)}  r{header.revision}  {header.title.in_(lang)}"])


def _written(out: str, content: bytes) -> str:
    """Write a file whole or not at all. Refused: a folder that is missing or can't be written."""
    path = Path(out)
    part = path.with_name(f".{path.name}.part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise Refusal(
            Text("无法写入 {file}：{why}。", "{file} can't be written: {why}.").fill(file=path.name, why=error.strerror),
            Text("请检查文件夹是否存在、可写。", "Check that the folder is there and can be written."),
        ) from error
    return path.name
