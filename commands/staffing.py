"""Who is missing, doubled or over the load on a day."""

from datetime import date

import click

from actions.staffing import StaffingReport, see_staffing
from commands.command import caller_at, command, show
from layers.definition.text import Language, Text


@command
@click.option("--day", type=click.DateTime(["%Y-%m-%d"]), help="Day, YYYY-MM-DD.  [default: today]")
@click.option("--plan", help="Plan id.  [default: the plan in force that day]")
def staffing(workspace: str, lang: Language, as_json: bool, day: object, plan: str | None) -> None:
    """Staff that lack, double assignments, people per officer against the standard, leave and substitutes."""
    on = day.date() if hasattr(day, "date") else date.today()
    report = see_staffing(caller_at(workspace), on, plan)
    show(report.as_json(), as_json, _lines(report, lang))


def _lines(report: StaffingReport, lang: Language) -> list[str]:
    found = report.found
    head = Text(
        "{day}：缺员 {a} 处，重复 {b} 处，超负荷 {c} 人，请假 {d} 人（标准每人 {s:,} 人）",
        "{day}: {a} missing, {b} doubled, {c} over the load, {d} on leave (standard: {s:,} people per officer)",
    ).fill(day=found.day, a=len(found.missing), b=len(found.doubled), c=len(found.over), d=len(found.absences), s=report.standard)
    load = Text("{who}：{n:,} 人，{share:.0%}", "{who}: {n:,} people, {share:.0%}")
    return [
        head.in_(lang),
        *(f"  {report.said(gap).in_(lang)}" for gap in (*found.missing, *found.doubled)),
        *("  " + load.fill(who=report.name(one.officer), n=one.persons, share=one.share).in_(lang) for one in found.loads),
    ]
