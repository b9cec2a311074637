"""The record of who did what: check it, list it, take it out."""

import sys
from collections.abc import Callable
from pathlib import Path

import click

from actions import audit_record as action
from actions.caller import Caller
from commands.command import caller_at, cli, command, show
from layers.definition.refusal import Refusal
from layers.definition.text import Language, Text


@cli.group(name="audit")
def audit() -> None:
    """The record: verify, list, export."""


def _of_audit(function: Callable[..., None]) -> Callable[..., None]:
    return command(function, audit)


@_of_audit
def _verify(workspace: str, lang: Language, as_json: bool) -> None:
    """Check the chain of the whole record and that all plans are what it says; status 1 if not."""
    check = action.check_record(_auditor(workspace))
    values = {"ok": check.ok, "lines": check.lines, "last_hash": check.last_hash, "broken_at": check.broken_at}
    show(values | {"strayed_plans": list(check.strayed_plans)}, as_json, [check.text.in_(lang), check.last_hash])
    if not check.ok:
        sys.exit(1)


@_of_audit
@click.option("--who", "person", default="", help="Of one person.")
@click.option("--action", "of_action", default="", help="Of one action.")
@click.option("--day", default="", help="Of one day, YYYY-MM-DD.")
@click.option("--limit", default=50, show_default=True, help="How many at most.")
def _list(workspace: str, lang: Language, as_json: bool, person: str, of_action: str, day: str, limit: int) -> None:
    """The latest lines, newest first."""
    lines = action.record_lines(_auditor(workspace), person, of_action, day, limit=limit)
    rows = [{"id": n.id, "at": n.at, "who": n.who, "action": n.action, "subject": n.subject, "result": n.result} for n in lines]
    show(rows, as_json, [f"{n.id}  {n.at}  {n.who}  {n.action}  {n.subject}  {n.result}" for n in lines])


@_of_audit
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--purpose", required=True, help="What it is for; goes on record.")
def _export(workspace: str, lang: Language, as_json: bool, out: Path, purpose: str) -> None:
    """Write the whole record as CSV to OUT, with the purpose you state. Never over a file that is there."""
    if out.exists():
        raise Refusal(
            Text("{name} 已存在。", "{name} is there already.").fill(name=out.name), Text("请换一个文件名。", "Choose another name.")
        )
    written = action.record_csv(_auditor(workspace), purpose)
    out.write_bytes(written)
    out.chmod(0o600)  # for whoever exported it, not for everybody on the machine
    show({"file": out.name, "bytes": len(written)}, as_json, [f"{out.name}  {len(written):,} B"])


def _auditor(workspace: str) -> Caller:
    return caller_at(workspace, "auditor")
