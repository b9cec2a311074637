"""Jingge without a screen: the same actions from the command line, for scripts and nightly jobs.

Exit status: 0 done, 1 refused with the reason on stderr, 2 wrong usage.
"""

import getpass
import json
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from actions import make_workspace, my_area, open_workspace, see_info, take_snapshot
from actions.caller import Caller
from layers.definition.refusal import Refusal
from layers.definition.text import Language
from settings import SETTINGS, load_settings


def command(function: Callable[..., None]) -> Callable[..., None]:
    """What every command takes: --workspace, --json, --lang; and how a refusal ends: reason on stderr, status 1."""

    @cli.command(name=function.__name__.replace("_", "-"), help=function.__doc__)
    @click.option("--workspace", metavar="PATH", help="Workspace: a .gpkg file or a postgresql:// address.  [default: the setting]")
    @click.option("--json", "as_json", is_flag=True, help="Print plain values as JSON.")
    @click.option("--lang", type=click.Choice(["zh", "en"]), help="Language of what is printed.  [default: the setting]")
    @wraps(function)
    def run(workspace: str | None, lang: str | None, **options: Any) -> None:
        try:
            settings = load_settings()
            function(workspace=workspace or settings.workspace, lang="en" if (lang or settings.language) == "en" else "zh", **options)
        except Refusal as refusal:
            click.echo(refusal.text.in_("en" if lang == "en" else "zh"), err=True)
            if lang is None:
                click.echo(refusal.text.en, err=True)
            sys.exit(1)

    return run


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """警格 Jingge: neighbourhood grids and police beats on one map, from the command line."""


def _caller(workspace: str) -> Caller:
    """Whoever may read the file is its planner: the command line grants nothing that the file system does not."""
    return open_workspace.as_caller(
        open_workspace.open_workspace(workspace, load_settings().lock_wait_s), user=getpass.getuser(), role="planner"
    )


def _show(values: Any, as_json: bool, lines: list[str]) -> None:
    click.echo(json.dumps(values, ensure_ascii=False, indent=1) if as_json else "\n".join(lines))


@command
@click.option("--replace", is_flag=True, help="Replace a workspace that is there already.")
def demo(workspace: str, lang: Language, as_json: bool, replace: bool) -> None:
    """Make a workspace with the demo town (illustrative data)."""
    make_workspace.make_demo(workspace, user=getpass.getuser(), replace=replace).close()
    _show({"workspace": workspace, "illustrative": True}, as_json, [f"示意数据 illustrative data: {workspace}"])


@command
@click.option(
    "--from", "folder", required=True, type=click.Path(exists=True, file_okay=False), help="Folder of the town's files; see data/README.md."
)
@click.option("--replace", is_flag=True, help="Replace a workspace that is there already.")
def new(workspace: str, lang: Language, as_json: bool, folder: str, replace: bool) -> None:
    """Make a workspace with your own town from a folder of plain files."""
    make_workspace.make_workspace(workspace, Path(folder), user=getpass.getuser(), replace=replace).close()
    _show({"workspace": workspace}, as_json, [workspace])


@command
def info(workspace: str, lang: Language, as_json: bool) -> None:
    """The town in numbers."""
    found = see_info.town_info(_caller(workspace))
    town = found["town"]
    lines = [f"{town['name']} {town['name_en']}  {town['code']}  {town['area_km2']} km²  {town['crs']}"]
    lines += [f"{key:20}{value:>9,}" for key, value in found["counts"].items()]
    lines += [f"plan {p['id']}  {p['name']}  {p['status']}  {p['beats']} beats" for p in found["plans"]]
    lines += ["示意数据 illustrative data"] if found["illustrative"] else []
    _show(found, as_json, lines)


@command
def layers(workspace: str, lang: Language, as_json: bool) -> None:
    """The layers, their fields and how many rows they have."""
    found = see_info.layer_list(_caller(workspace))
    name = "title_en" if lang == "en" else "title"
    _show(found, as_json, [f"{layer['key']:18}{layer['rows'] if layer['rows'] is not None else '-':>7}  {layer[name]}" for layer in found])


@command
@click.argument("officer")
@click.option("--plan", help="Plan id.  [default: the plan in force]")
def area_of(workspace: str, lang: Language, as_json: bool, officer: str, plan: str | None) -> None:
    """The area of OFFICER (code or name): beats, units, neighbours, people, places, this month's incidents."""
    area = my_area.area_of(_caller(workspace), officer, plan)
    total = area.months[0]
    lines = [
        f"{area.name.in_(lang)}  {area.plan.title.in_(lang)}",
        *(f"  {beat.code}  {beat.name if lang == 'zh' else beat.name_en}" for beat in area.beats),
        "  " + " ".join(name.in_(lang) for _, name in area.units),
        f"  {area.dwellings:,} 户 dwellings, {area.persons:,} 人 persons, {area.area_km2:.2f} km²",
        f"  {area.this_month.first} .. {area.this_month.last}: {total.this_month} 起 incidents; "
        f"{area.last_month.first} .. {area.last_month.last}: {total.last_month}",
    ]
    _show(area.as_json(), as_json, lines)


@command
@click.option("--plan", help="Plan id.  [default: the plan in force]")
@click.option("--paper", default="A3", show_default=True, help="Paper: A3 or A4.")
@click.option("--orientation", default="landscape", show_default=True, type=click.Choice(["landscape", "portrait"]))
@click.option("--names", default="both", show_default=True, type=click.Choice(["zh", "en", "both"]), help="Language of names on the sheet.")
@click.option("--officer", help="Only the area of this officer (code or name).")
@click.option("--out", required=True, type=click.Path(dir_okay=False), help="File to write; its ending, .pdf or .png, is its format.")
def sheet(
    workspace: str, lang: Language, as_json: bool, plan: str | None, paper: str, orientation: str, names: str, officer: str | None, out: str
) -> None:
    """One map sheet of a plan, as PDF or as PNG of 300 dpi."""
    wanted = take_snapshot.SheetWish(plan, paper, orientation, names, Path(out).suffix.lstrip(".").lower(), officer)
    made = take_snapshot.save_sheet(_caller(workspace), wanted, out)
    values = {"file": made.name, "bytes": made.size, "scale": made.scale, "notes": [note.en for note in made.notes]}
    _show(
        values,
        as_json,
        [f"{made.name}  1:{made.scale:,}  {made.size:,} bytes", *(note.in_(lang) for note in made.notes)],
    )


@command
def settings(workspace: str, lang: Language, as_json: bool) -> None:
    """The settings: environment variable, value in force, meaning."""
    now = load_settings()
    values = [
        {"name": s.name, "variable": s.variable, "value": getattr(now, s.name), "about": s.about.en, "about_zh": s.about.zh}
        for s in SETTINGS
    ]
    _show(values, as_json, [f"{v['variable']:30}{v['value']!s:32}{v['about'] if lang == 'en' else v['about_zh']}" for v in values])


if __name__ == "__main__":
    cli()
