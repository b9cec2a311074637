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

from actions import import_layer, make_workspace, my_area, open_workspace, see_info, take_snapshot
from actions.caller import Caller
from layers import LAYERS
from layers.definition.refusal import Refusal
from layers.definition.text import Language, Text
from settings import SETTINGS, load_settings


def command(function: Callable[..., None]) -> Callable[..., None]:
    """What every command takes: --workspace, --json, --lang; and how a refusal ends: reason on stderr, status 1."""

    @cli.command(name=function.__name__.strip("_").replace("_", "-"), help=function.__doc__)
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
@click.option("--name", help="Name of the town, in Chinese.")
@click.option("--name-en", default="", help="Name in English or pinyin.")
@click.option("--code", default="", help="Statistical code of the town.")
@click.option("--metric-crs", default="", metavar="EPSG", help="System in metres, e.g. EPSG:4546.  [default: by --longitude]")
@click.option("--longitude", type=float, help="Longitude of the town in degrees, which chooses the 3-degree zone.")
@click.option("--station", default="", help="Name of the police station.")
@click.option("--from", "folder", type=click.Path(exists=True, file_okay=False), help="Folder of the town's files; see data/README.md.")
@click.option("--replace", is_flag=True, help="Replace a workspace that is there already.")
def new(
    workspace: str,
    lang: Language,
    as_json: bool,
    name: str | None,
    name_en: str,
    code: str,
    metric_crs: str,
    longitude: float | None,
    station: str,
    folder: str | None,
    replace: bool,
) -> None:
    """Make a workspace for your own town, empty or from a folder of plain files."""
    user = getpass.getuser()
    if folder is not None:
        store = make_workspace.make_workspace(workspace, Path(folder), user=user, replace=replace)
    elif name:
        town = make_workspace.NewTown(name, name_en, code, metric_crs, longitude, station)
        store = make_workspace.make_empty(workspace, town, user=user, replace=replace)
    else:
        raise click.UsageError("--name or --from is needed")
    store.close()
    _show({"workspace": workspace}, as_json, [workspace])


@command
def info(workspace: str, lang: Language, as_json: bool) -> None:
    """The town in numbers."""
    found = see_info.town_info(_caller(workspace))
    town = found["town"]
    lines = [f"{town['name']} {town['name_en']}  {town['code']}  {town['area_km2']} km²  {town['crs']}"]
    lines += [f"{key:20}{value:>9,}" for key, value in found["counts"].items()]
    lines += [f"plan {p['id']:18}{p['beats']:>5} beats  {p['status']}  {p['name']}" for p in found["plans"]]
    lines += [Text("示意数据，仅供演示", "Illustrative data, for demonstration only").in_(lang)] if found["illustrative"] else []
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
    _show(area.as_json(), as_json, _area_lines(area, lang))


def _area_lines(area: my_area.Area, lang: Language) -> list[str]:
    def line(title: Text, values: list[str]) -> list[str]:
        return [f"  {title.in_(lang)}: {('、' if lang == 'zh' else ', ').join(values)}"] if values else []

    mark = [Text("示意数据，仅供演示", "Illustrative data, for demonstration only").in_(lang)] if area.illustrative else []
    head = f"{area.name.in_(lang)}  {area.plan.title.in_(lang)}"
    if not area.cells:
        return [head, "  " + Text("没有责任警务区，也没有负责的社区或村。", "Leads no beat and is assigned to no unit.").in_(lang), *mark]
    total = area.months[0]
    sums = Text("{d:,} 户，{p:,} 人，{a:.2f} 平方公里", "{d:,} dwellings, {p:,} persons, {a:.2f} km²")
    months = Text("警情 {b} 至 {c}：{n} 起；{d} 至 {e}：{m} 起", "incidents {b} to {c}: {n}; {d} to {e}: {m}")
    spans = {"b": area.this_month.first, "c": area.this_month.last, "d": area.last_month.first, "e": area.last_month.last}
    beats = [f"{beat.code} {beat.name if lang == 'zh' else beat.name_en}" for beat in area.beats]
    around = [
        f"{n.beat.code} {n.beat.name if lang == 'zh' else n.beat.name_en} ({n.lead.in_(lang) if n.lead else '—'})" for n in area.neighbours
    ]
    places = [f"{LAYERS[key].title.in_(lang)} {len(names):,}" for key, names in area.places.items()]
    return [
        head,
        *line(LAYERS["beats"].title, beats),
        *line(Text("社区/村", "units"), [name.in_(lang) for _, name in area.units]),
        "  " + sums.fill(d=area.dwellings, p=area.persons, a=area.area_km2).in_(lang),
        *line(Text("辅警", "auxiliaries"), [name.in_(lang) for name in area.team]),
        *line(Text("相邻警务区", "neighbours"), around),
        *line(Text("场所", "places"), places),
        "  " + months.fill(n=total.this_month, m=total.last_month, **spans).in_(lang),
        *mark,
    ]


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
@click.argument("target", metavar="LAYER")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--map", "columns", multiple=True, metavar="COL=FIELD", help="Take a column for a field; COL=- leaves it out.")
@click.option("--layer", help="Layer or sheet, where the file has several.")
@click.option("--crs", metavar="EPSG", help="Coordinate system of the file, e.g. 4546; wins over what the file says.")
@click.option("--datum", type=click.Choice(["auto", "wgs84", "gcj02", "bd09"]), default="auto", show_default=True)
@click.option("--encoding", help="Encoding of the file's text, e.g. gb18030.")
@click.option("--repair", is_flag=True, help="Mend gaps and overlaps of areas; no border moves by more than 5 m.")
@click.option("--dry-run", is_flag=True, help="Only tell what would be taken.")
@click.option("--accept-warnings", is_flag=True, help="Take it over in spite of warnings.")
def import_(
    workspace: str,
    lang: Language,
    as_json: bool,
    target: str,
    file: str,
    columns: tuple[str, ...],
    layer: str | None,
    crs: str | None,
    datum: str,
    encoding: str | None,
    repair: bool,
    dry_run: bool,
    accept_warnings: bool,
) -> None:
    """Bring the rows of FILE into LAYER (or staff, assignments): read, place, match, check, then take over."""
    pairs = [pair.rpartition("=") for pair in columns]
    if any(not equals for _, equals, _ in pairs):
        raise click.BadParameter("COL=FIELD", param_hint="--map")
    system = f"EPSG:{crs}" if crs and crs.isdigit() else crs
    wish = import_layer.ImportWish(
        target, Path(file), Path(file).name, layer, encoding, system, datum, {c: f for c, _, f in pairs}, {}, repair
    )
    caller = _caller(workspace)
    preview = import_layer.preview_import(caller, wish)
    lines = [f"{f.step:6}{f.severity:8} {f.what.in_(lang)} {f.what_next.in_(lang) if f.what_next else ''}" for f in preview.report.findings]
    lines += [f"{name}: {count:,}" for name, count in preview.counts.items()]
    _show(preview.as_json(), as_json, lines)
    if not dry_run:
        import_layer.accept_import(caller, preview, accept_warnings)
    elif preview.report.refused:
        sys.exit(1)


@command
@click.argument("import_id", required=False)
def undo_import(workspace: str, lang: Language, as_json: bool, import_id: str | None) -> None:
    """Undo an import as one step; without an id, list the imports."""
    caller = _caller(workspace)
    if import_id is not None:
        import_layer.undo_import(caller, import_id)
    ledger = import_layer.imports(caller)
    values = [
        {"id": n.id, "at": n.at, "who": n.who, "target": n.target, "file": n.file_name, "rows": n.rows, "undone_at": n.undone_at}
        for n in ledger
    ]
    _show(values, as_json, [f"{v['id']}  {v['at']}  {v['target']:18}{v['rows']:>9,}  {v['file']}  {v['undone_at'] or ''}" for v in values])


@command
def settings(workspace: str, lang: Language, as_json: bool) -> None:
    """The settings: environment variable, value in force, meaning."""
    now = load_settings()
    values = [
        {"name": s.name, "variable": s.variable, "value": getattr(now, s.name), "about": s.about.en, "about_zh": s.about.zh}
        for s in SETTINGS
    ]
    _show(values, as_json, [f"{v['variable']:30}{v['value']!s:32}  {v['about'] if lang == 'en' else v['about_zh']}" for v in values])


if __name__ == "__main__":
    cli()
