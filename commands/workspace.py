"""Make a workspace, and tell what is in it."""

from pathlib import Path

import click

from actions import make_workspace, see_info
from commands.command import caller_at, command, operator, show
from layers.definition.refusal import Refusal
from layers.definition.text import LANGUAGES, Language, Text
from settings import SETTINGS, Setting, Settings, load_settings, shown

LATER = Text(
    "投影由首次导入的边界选定；也可用 --from-file、--longitude 或 --metric-crs 指定。",
    "The first boundaries that are imported choose the projection; --from-file, --longitude or --metric-crs say it now.",
)


@command
@click.option("--replace", is_flag=True, help="Replace a workspace that is there already.")
def demo(workspace: str, lang: Language, as_json: bool, replace: bool) -> None:
    """Make a workspace with the demo town (illustrative data)."""
    make_workspace.make_demo(workspace, user=operator(), replace=replace).close()
    show({"workspace": workspace, "illustrative": True}, as_json, [f"示意数据 illustrative data: {workspace}"])


@command
@click.option("--name", help="Name of the town, in Chinese.")
@click.option("--name-en", default="", help="Name in English or pinyin.")
@click.option("--code", default="", help="Statistical code of the town.")
@click.option("--county", default="", help="Name of the county.")
@click.option("--from-file", "boundary", type=click.Path(exists=True, dir_okay=False), help="File of boundaries, which chooses the zone.")
@click.option("--crs", metavar="EPSG", help="Coordinate system of --from-file, where the file does not tell.")
@click.option("--metric-crs", default="", metavar="EPSG", help="System in metres, e.g. EPSG:4546.  [default: by the first boundaries]")
@click.option("--longitude", type=float, help="Longitude of the town in degrees, which chooses the 3-degree zone.")
@click.option("--station", default="", help="Name of the police station.")
@click.option("--languages", default="", metavar="zh,en", help="Languages of the town, the one it opens in first.")
@click.option("--from", "folder", type=click.Path(exists=True, file_okay=False), help="Folder of the town's files; see data/README.md.")
@click.option("--replace", is_flag=True, help="Replace a workspace that is there already.")
def new(
    workspace: str,
    lang: Language,
    as_json: bool,
    name: str | None,
    name_en: str,
    code: str,
    county: str,
    boundary: str | None,
    crs: str | None,
    metric_crs: str,
    longitude: float | None,
    station: str,
    languages: str,
    folder: str | None,
    replace: bool,
) -> None:
    """Make a workspace for your own town, empty or from a folder of plain files."""
    user = operator()
    told: tuple[Text, ...] = ()
    if folder is not None:
        store = make_workspace.make_workspace(workspace, Path(folder), user=user, replace=replace)
    elif name:
        if boundary is not None and not metric_crs and longitude is None:
            zone = make_workspace.zone_of_file(Path(boundary), Path(boundary).name, crs=crs)
            metric_crs, told = zone.metric_crs or "", tuple(finding.what for finding in zone.findings)
            if not metric_crs:
                raise _unplaced(zone)
        spoken = _languages(languages)
        town = make_workspace.NewTown(name, name_en, code, metric_crs, longitude, station, county=county, languages=spoken)
        if not metric_crs and longitude is None:
            told = (LATER,)
        store = make_workspace.make_empty(workspace, town, user=user, replace=replace)
    else:
        raise click.UsageError("--name or --from is needed")
    metric_crs = store.town().metric_crs
    store.close()
    values = {"workspace": workspace, "metric_crs": metric_crs, "told": [text.en for text in told], "told_zh": [text.zh for text in told]}
    show(values, as_json, [f"{workspace}  {metric_crs}", *(text.in_(lang) for text in told)])


def _languages(written: str) -> tuple[str, ...]:
    """Languages in order. Wrong usage: one that there is not."""
    chosen = tuple(dict.fromkeys(part.strip() for part in written.split(",") if part.strip()))
    if not set(chosen) <= set(LANGUAGES):
        raise click.BadParameter(", ".join(LANGUAGES), param_hint="--languages")
    return chosen


def _unplaced(zone: make_workspace.ZoneChoice) -> Refusal:
    """Why a boundary file chooses no zone, and what to do."""
    first = zone.findings[0] if zone.findings else None
    what = first.what if first else Text("该文件看不出辖区在哪里。", "The file does not tell where the town lies.")
    return Refusal(what, Text("请加 --crs 说明文件的坐标系，或用 --longitude。", "Add --crs to say the file's system, or use --longitude."))


@command
def info(workspace: str, lang: Language, as_json: bool) -> None:
    """The town in numbers."""
    found = see_info.town_info(caller_at(workspace))
    town = found["town"]
    lines = [f"{town['name']} {town['name_en']}  {town['code']}  {town['area_km2']} km²  {town['crs']}"]
    lines += [f"{key:20}{value:>9,}" for key, value in found["counts"].items()]
    lines += [f"plan {p['id']:18}{p['beats']:>5} beats  {p['status']}  {p['name']}" for p in found["plans"]]
    lines += [Text("示意数据，仅供演示", "Illustrative data, for demonstration only").in_(lang)] if found["illustrative"] else []
    show(found, as_json, lines)


@command
def layers(workspace: str, lang: Language, as_json: bool) -> None:
    """The layers, their fields and how many rows they have."""
    found = see_info.layer_list(caller_at(workspace))
    name = "title_en" if lang == "en" else "title"
    show(found, as_json, [f"{layer['key']:18}{layer['rows'] if layer['rows'] is not None else '-':>7}  {layer[name]}" for layer in found])


@command
def settings(workspace: str, lang: Language, as_json: bool) -> None:
    """The settings: environment variable, value in force, meaning."""
    now = load_settings()
    values = [
        {"name": s.name, "variable": s.variable, "value": _shown(now, s), "about": s.about.en, "about_zh": s.about.zh} for s in SETTINGS
    ]
    show(values, as_json, [f"{v['variable']:30}{v['value']!s:32}  {v['about'] if lang == 'en' else v['about_zh']}" for v in values])


def _shown(now: Settings, setting: Setting) -> str | int | float:
    value: str | int | float = getattr(now, setting.name)
    return shown(now, setting) if isinstance(value, str) else value
