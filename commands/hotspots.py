"""Hotspots: density, areas, hours, change, repeats, and whether it holds."""

from datetime import date
from pathlib import Path
from typing import Any

import click
import pandas as pd

from actions import hotspot_change, hotspot_evaluate, hotspot_files, hotspot_folder, hotspot_significance, hotspot_when
from actions import hotspots as actions
from actions.caller import Caller
from actions.hotspot_basis import CAUTION, Basis
from actions.hotspot_data import radius_by_rule, span, within_beat
from actions.see_map import IncidentFilter, usual_periods
from commands.command import caller_at, cli, command, show
from layers.definition.refusal import Refusal
from layers.definition.text import Language, Text
from layers.incidents import CATEGORIES
from settings import load_settings


@cli.group()
def hotspots() -> None:
    """Where incidents are dense, how sure that is, when, since when, and whether it holds."""


def _by(function: Any) -> Any:
    """The options that choose incidents and say where to write."""
    for option in (
        click.option(
            "--out", type=click.Path(dir_okay=False), help="File to write: .gpkg, .geojson or .csv; parameters and caution are inside."
        ),
        click.option("--source", type=click.Choice(["reported", "found"]), help="Only reported, or only found by police.  [default: both]"),
        click.option("--category", multiple=True, type=click.Choice(list(CATEGORIES)), help="Only this category; may be repeated."),
        click.option("--last", metavar="DAY", help="Last day, YYYY-MM-DD.  [default: last day of the data]"),
        click.option("--first", metavar="DAY", help="First day, YYYY-MM-DD.  [default: twelve months before]"),
        click.option("--beat", metavar="CODE", help="Only this beat of the plan shown, cut and tested at its border.  [default: the town]"),
    ):
        function = option(function)
    return function


@_by
@click.option("--cell", default=100, show_default=True, help="Cell size in metres.")
@click.option("--radius", type=float, help="Kernel radius in metres.  [default: Scott's rule]")
@click.option("--per", type=click.Choice(["area", "work", "persons", "dwellings"]), default="area", show_default=True)
@click.option("--weights", metavar="NAME", help="With --per work: the workload profile of that name.  [default: the default weights]")
@click.option(
    "--folder", type=click.Path(exists=True, file_okay=False), help="Count the .parquet and .csv files of a folder, however large."
)
@click.option("--points", default="lon,lat", show_default=True, help="With --folder: columns of the coordinates, or 'geometry'.")
@click.option("--crs", default="EPSG:4490", show_default=True, help="With --folder: the coordinates' system.")
@click.option("--scheduler", help="With --folder: address of a dask cluster.  [default: the setting dask_scheduler, else this machine]")
@click.option("--public", is_flag=True, help="What may be published: counts on squares of 200 m or more, small ones hidden.")
def density(
    workspace: str,
    lang: Language,
    as_json: bool,
    cell: int,
    radius: float | None,
    per: str,
    weights: str | None,
    public: bool,
    out: str | None,
    folder: str | None,
    points: str,
    crs: str,
    scheduler: str | None,
    **by: Any,
) -> None:
    """Density in incidents, or hours of work, per km² and year, or risk per 1,000 persons or per dwelling."""
    if folder is not None:
        who, address = caller_at(workspace), scheduler or load_settings().dask_scheduler
        counted = hotspot_folder.folder_density(
            who, Path(folder), _day(by["first"]), _day(by["last"]), cell, radius or 3.0 * cell, points, crs, address
        )
        if out:
            hotspot_folder.save_folder_counts(who, counted, Path(out))
        notes = [text.in_(lang) for text in (counted.caution, CAUTION)]
        show(counted.as_json() | ({"file": out} if out else {}), as_json, [counted.line.in_(lang), *notes])
        return
    who, chosen = _asked(workspace, **by)
    if public:
        table, basis = hotspot_files.public_grid(who, chosen, max(cell, 200))
        _end(who, table, basis, out, as_json, lang, {"cells": len(table)}, [])
        return
    metres = radius or radius_by_rule(who, cell)
    view = actions.density_view(who, chosen, cell, metres, of_work=per == "work", profile=weights)
    top = float(pd.Series(view.density.values.ravel()).max())
    values: dict[str, Any] = {"highest_per_km2_year": round(top, 2), "unit": view.unit.en, "mass_ratio": round(view.density.mass_ratio, 4)}
    lines = [Text("最高 {v:,.1f} {u}", "highest {v:,.1f} {u}").fill(v=top, u=view.unit).in_(lang)]
    basis = view.basis
    if per in ("persons", "dwellings"):
        risk = actions.risk_view(who, chosen, cell, metres, "persons" if per == "persons" else "dwellings")
        highest = pd.Series(risk.risk.values.ravel()).max()
        values["highest_risk"], values["risk_unit"], basis = round(float(highest), 4), risk.unit.en, risk.basis
        lines.append(f"{highest:,.2f} {risk.unit.in_(lang)}")
    _end(who, hotspot_files.grid_to_save(who, view) if out else None, basis, out, as_json, lang, values, lines)


@_by
@click.option("--cell", default=200, show_default=True, help="Cell size in metres.")
@click.option("--shuffles", default=999, show_default=True)
@click.option("--seed", default=0, show_default=True)
@click.option("--alpha", default=0.05, show_default=True)
@click.option("--bh", is_flag=True, help="Benjamini-Hochberg instead of the largest by chance.")
@click.option("--hexagons", is_flag=True, help="Hexagons of that width instead of squares.")
def areas(
    workspace: str,
    lang: Language,
    as_json: bool,
    cell: int,
    shuffles: int,
    seed: int,
    alpha: float,
    bh: bool,
    hexagons: bool,
    out: str | None,
    **by: Any,
) -> None:
    """Areas of cells that pass the test, with counts, density, rank and share of incidents in what share of the area."""
    who, chosen = _asked(workspace, **by)
    correction: Any = "benjamini_hochberg" if bh else "max_statistic"
    view = hotspot_significance.significance_view(who, chosen, cell, correction, alpha, shuffles, seed, hexagons)
    table = hotspot_files.areas_to_save(who, view.claimed)
    summary = view.claimed.reason or view.claimed.summary
    values = {"summary": summary.en, "areas": _plain(pd.DataFrame(table.drop(columns=["geometry", "code"])))}
    rows = [
        Text(
            "  {r}. {n} 起，{a:.2f} 平方公里，{d:,.0f} 起/平方公里·年", "  {r}. {n} incidents, {a:.2f} km², {d:,.0f} per km² and year"
        ).fill(r=row["rank"], n=row["count"], a=row["area_km2"], d=row["per_km2_year"])
        for row in table.to_dict("records")
    ]
    _end(who, table, view.basis, out, as_json, lang, values, [summary.in_(lang), *(row.in_(lang) for row in rows)])


@_by
@click.option(
    "--holidays",
    default="",
    help="Days that go before the holiday table: '2025-10-01..2025-10-07 !2025-10-11' (! a day worked in exchange).",
)
@click.option("--spans", is_flag=True, help="Share incidents known as from-until out over their hours.")
def when(workspace: str, lang: Language, as_json: bool, holidays: str, spans: bool, out: str | None, **by: Any) -> None:
    """Hours of the week, months with their trend, school hours and holidays."""
    who, chosen = _asked(workspace, **by)
    view = hotspot_when.when_view(who, chosen, own_days=hotspot_when.read_holidays(holidays), spans=spans)
    trend = view.months.trend
    values = {
        "hours": view.shown.to_numpy().tolist(),
        "months": _plain(view.months.table),
        "trend_per_month": None if trend is None else round(trend.slope, 3),
        "trend": (view.months.reason or Text("", "")).en if trend is None else trend.words.en,
        "trend_p": None if trend is None else round(trend.p, 6),
        "trend_method": None if trend is None else trend.method.en,
        "school_hours": view.in_school_hours,
        "kinds_of_day": {kind: {"incidents": n, "days": days} for kind, (n, days) in view.on_kinds.items()},
    }
    busiest = int(view.hours.counts.argmax())
    words = Text("最忙：{d} {h} 至 {k} 时", "busiest: {d} {h}:00 to {k}:00")
    lines = [
        words.fill(d=hotspot_when.weekday_name(busiest // 24), h=busiest % 24, k=busiest % 24 + 1).in_(lang),
        (view.months.reason if trend is None else trend.words or Text("", "")).in_(lang),  # type: ignore[union-attr]
    ]
    _end(who, view.hours.table().set_index("weekday"), view.basis, out, as_json, lang, values, lines)


@_by
@click.option("--rows", type=click.Choice(["unit", "beat", "cell"]), default="unit", show_default=True)
@click.option("--before-first", metavar="DAY", help="First day of the period to compare with.  [default: as told in the output]")
@click.option("--before-last", metavar="DAY", help="Its last day.")
@click.option("--treated", multiple=True, metavar="CODE", help="Weighted displacement difference of this row; may be repeated.")
@click.option("--control", multiple=True, metavar="CODE", help="Against this row, like the treated in size; may be repeated.")
@click.option("--around", multiple=True, metavar="CODE", help="With this row, to which incidents may have moved; may be repeated.")
def change(
    workspace: str,
    lang: Language,
    as_json: bool,
    rows: Any,
    before_first: str | None,
    before_last: str | None,
    treated: tuple[str, ...],
    control: tuple[str, ...],
    around: tuple[str, ...],
    out: str | None,
    **by: Any,
) -> None:
    """The period against the same days a year earlier (or as many days just before, or days named): E-test per unit, beat or cell."""
    who, chosen = _asked(workspace, **by)
    before, how = hotspot_change.before(chosen, span(who)[0], _day(before_first), _day(before_last))
    view = hotspot_change.change_view(who, chosen, before, rows)
    named = view.shown.assign(name=[view.names[code].in_(lang) for code in view.shown.index])
    lines = [
        f"{how.in_(lang)}: {before.title.in_(lang)}",
        *(
            f"  {code} {row['name']}: {row['before']} → {row['after']} {row['percent']} {_verdict(row, lang)}"
            for code, row in named.iterrows()
        ),
    ]
    values: dict[str, Any] = {"before": before.title.en, "rows": _plain(named.reset_index())}
    if treated or control or around:
        found = hotspot_change.published_displacement(view, treated, control, around)
        values["displacement"] = {name: round(v, 6) for name, v in vars(found).items()}
        words = Text("加权移位差 {e:+.1f} 起（{a:+.1f} 至 {b:+.1f}，90%）", "displacement difference {e:+.1f} ({a:+.1f} to {b:+.1f}, 90 %)")
        lines.append(words.fill(e=found.estimate, a=found.lower, b=found.upper).in_(lang))
    _end(who, named, view.basis, out, as_json, lang, values, lines)


@_by
@click.option("--method", type=click.Choice(["dbscan", "hdbscan"]), default="dbscan", show_default=True)
@click.option("--reach", default=150.0, show_default=True, help="Metres within which incidents count as close (dbscan).")
@click.option("--fewest", default=20, show_default=True, help="Incidents that make a cluster.")
def clusters(workspace: str, lang: Language, as_json: bool, method: Any, reach: float, fewest: int, out: str | None, **by: Any) -> None:
    """Groups of incidents close together as areas; not a test."""
    who, chosen = _asked(workspace, **by)
    view = hotspot_significance.cluster_view(who, chosen, 200, method, reach, fewest)
    table = view.result.areas
    plain = pd.DataFrame(table.drop(columns="geometry"))
    lines = [view.result.reason.in_(lang)] if view.result.reason else [plain.round(3).to_string(index=False)]
    _end(who, table, view.basis, out, as_json, lang, {"clusters": _plain(plain)}, lines)


@_by
@click.option("--radius", default=300.0, show_default=True, help="Kernel radius in metres along the roads.")
def roads(workspace: str, lang: Language, as_json: bool, radius: float, out: str | None, **by: Any) -> None:
    """Density along the roads, in incidents per km and year; the pieces of road come with --out."""
    who, chosen = _asked(workspace, **by)
    view = hotspot_significance.road_view(who, chosen, 200, radius)
    found = view.result
    top = float(found.lixels["per_km_year"].max())
    values = {"highest_per_km_year": round(top, 2), "road_km": round(found.road_km, 3), "pieces": len(found.lixels)}
    words = Text("最高 {v:,.1f} 起/公里·年", "highest {v:,.1f} incidents per km and year")
    _end(who, found.lixels, view.basis, out, as_json, lang, values, [words.fill(v=top).in_(lang)])


@_by
@click.option("--shuffles", default=999, show_default=True)
@click.option("--seed", default=0, show_default=True)
def repeat(workspace: str, lang: Language, as_json: bool, shuffles: int, seed: int, out: str | None, **by: Any) -> None:
    """Repeats near in place and time (Knox) against shuffled dates; bands are [from, to)."""
    who, chosen = _asked(workspace, **by)
    view = hotspot_evaluate.repeat_view(who, chosen, shuffles=shuffles, seed=seed)
    _end(
        who,
        view.table.set_index("place_m"),
        view.basis,
        out,
        as_json,
        lang,
        {"table": _plain(view.table)},
        [view.table.to_string(index=False)],
    )


@_by
@click.option("--cell", default=200, show_default=True, help="Cell size in metres.")
@click.option("--radius", type=float, help="Kernel radius in metres.  [default: Scott's rule]")
@click.option("--share", default=0.05, show_default=True, help="Share of the area that is taken, 0 to 1.")
@click.option("--train", default=365, show_default=True, help="Days to learn from.")
@click.option("--test", default=28, show_default=True, help="Days to be scored on.")
def evaluate(
    workspace: str,
    lang: Language,
    as_json: bool,
    cell: int,
    radius: float | None,
    share: float,
    train: int,
    test: int,
    out: str | None,
    **by: Any,
) -> None:
    """Does it hold: PAI, PEI and RRI of density and counts on the next period, by rolling origin."""
    who, chosen = _asked(workspace, **by)
    view = hotspot_evaluate.evaluation_view(who, chosen, cell, radius or radius_by_rule(who, cell), train, test, share)
    table = view.result.table.set_index("method")
    best = hotspot_evaluate.best_method(view)
    values = {"best": best.en, "methods": _plain(view.result.table)}
    lines = [best.in_(lang), table[["origins", "hit_share", "pai", "pei", "rri"]].astype({"hit_share": float}).round(3).to_string()]
    _end(who, table, view.basis, out, as_json, lang, values, lines)


for _function in (density, areas, clusters, roads, when, change, repeat, evaluate):
    command(_function, hotspots)


def _asked(
    workspace: str, beat: str | None, first: str | None, last: str | None, category: tuple[str, ...], source: str | None
) -> tuple[Caller, IncidentFilter]:
    """Who asks, within the beat named, and about which incidents."""
    who = caller_at(workspace)
    who = who if beat is None else within_beat(who, beat)
    begin, end = span(who)
    end = _day(last) or end
    begin = _day(first) or max(begin, usual_periods(end)["year"])
    return who, IncidentFilter(begin, end, categories=frozenset(category), sources=frozenset({source} if source else ()))


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise Refusal(
            Text("“{t}”不是日期。", "'{t}' is not a date.").fill(t=text[:40] if text else ""),
            Text("请写作 2025-12-31。", "Write 2025-12-31."),
        ) from error


def _plain(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Rows as plain values; what is blank is null."""
    rounded = table.map(lambda v: None if v is None or v is pd.NA or v != v else v.item() if hasattr(v, "item") else v)
    return [
        {
            str(name): (round(v, 6) if isinstance(v, float) else v)
            for name, v in row.items()
            if v is None or isinstance(v, str | int | float)
        }
        for row in rounded.astype(object).where(rounded.notna(), None).to_dict("records")
    ]


def _end(
    caller: Caller,
    table: pd.DataFrame | None,
    basis: Basis,
    out: str | None,
    as_json: bool,
    lang: Language,
    values: dict[str, Any],
    lines: list[str],
) -> None:
    """Write the file where one is asked for, and print the values with their basis and the caution."""
    if out and table is not None:
        saved = hotspot_files.save(caller, table, basis, Path(out))
        values, lines = (
            {**values, "file": str(saved.path), "bytes": saved.bytes},
            [*lines, f"{saved.path}  {saved.rows:,}  {saved.bytes:,} B"],
        )
    notes = [text.in_(lang) for text in (*basis.cautions, CAUTION)]
    show({**values, "basis": basis.as_json()}, as_json, [*lines, basis.line.in_(lang), *notes])


def _verdict(row: Any, lang: Language) -> str:
    return hotspot_change.verdict_words(str(row["verdict"])).in_(lang)
