"""Data, web page and everything of a plan, as files."""

from typing import Any

import click

from actions import export_all, export_data, export_page, export_release
from commands.command import caller_at, command, show
from layers.definition.layer import Sensitivity
from layers.definition.text import Language

LEVELS = {level.name.lower(): level for level in Sensitivity}


@command
@click.option("--plan", help="Plan id.  [default: the plan in force]")
@click.option("--layer", "layers", multiple=True, help="Layer by key; may be given several times.  [default: all but incidents]")
@click.option(
    "--format", "formats", multiple=True, default=("gpkg",), show_default=True, help="gpkg, geojson, shp, kml, csv, xlsx, parquet."
)
@click.option("--crs", "epsg", default="4490", show_default=True, metavar="EPSG", help="Coordinate system of the files.")
@click.option(
    "--datum", default="wgs84", show_default=True, type=click.Choice(["wgs84", "gcj02", "bd09"]), help="Shifted degrees, on wish."
)
@click.option("--encoding", default="UTF-8", show_default=True, type=click.Choice(["UTF-8", "GBK"]), help="Of Shapefiles.")
@click.option("--fields", default="internal", show_default=True, type=click.Choice(list(LEVELS)), help="Most sensitive field to hand out.")
@click.option("--purpose", default="", help="What for; needed with single incidents, and on record.")
@click.option("--out", required=True, type=click.Path(dir_okay=False), help="File to write, .zip.")
def data(workspace: str, lang: Language, as_json: bool, out: str, **chosen: Any) -> None:
    """Layers as files for other programs, in a zip with a read-me."""
    wish = export_data.DataWish(
        chosen["plan"],
        chosen["layers"] or None,
        chosen["formats"],
        LEVELS[chosen["fields"]],
        chosen["epsg"],
        chosen["datum"],
        chosen["encoding"],
        lang,
        chosen["purpose"],
    )
    _told(export_data.save_data(caller_at(workspace), wish, out), as_json, lang)


@command
@click.option("--plan", help="Plan id.  [default: the plan in force]")
@click.option(
    "--fields", default="internal", show_default=True, type=click.Choice(["public", "internal", "staff"]), help="staff: with names."
)
@click.option("--hotspots/--no-hotspots", default=True, show_default=True, help="Density of incidents in classes.")
@click.option("--purpose", default="", help="What for; on the page and on record.")
@click.option("--out", required=True, type=click.Path(dir_okay=False), help="File to write, .html.")
def page(workspace: str, lang: Language, as_json: bool, plan: str | None, fields: str, hotspots: bool, purpose: str, out: str) -> None:
    """The map as one web page that asks nothing of any network."""
    wish = export_page.PageWish(plan, LEVELS[fields], hotspots=hotspots, language=lang, purpose=purpose)
    _told(export_page.save_page(caller_at(workspace), wish, out), as_json, lang)


@command
@click.option("--plan", help="Plan id.  [default: the plan in force]")
@click.option("--fields", default="staff", show_default=True, type=click.Choice(["public", "internal", "staff"]), help="staff: with names.")
@click.option("--purpose", default="", help="What for; on record.")
@click.option("--out", required=True, type=click.Path(dir_okay=False), help="File to write, .zip.")
def _all(workspace: str, lang: Language, as_json: bool, plan: str | None, fields: str, purpose: str, out: str) -> None:
    """Everything of a plan in one zip: sheets, tables, change, data, page."""
    wish = export_all.AllWish(plan, LEVELS[fields], lang, purpose)
    _told(export_all.save_all(caller_at(workspace), wish, out), as_json, lang)


@command
@click.argument("request", required=False)
@click.option("--ask", "purpose", metavar="PURPOSE", help="Ask for a file of single incidents with this purpose.")
def release(workspace: str, lang: Language, as_json: bool, request: str | None, purpose: str | None) -> None:
    """List the requests for files of single incidents; ask with --ask; agree to somebody else's REQUEST."""
    caller = caller_at(workspace)
    if purpose:
        export_release.ask_for_release(caller, purpose)
    if request:
        export_release.agree(caller, request)
    rows = export_release.releases(caller)
    values = [vars(row) for row in rows]
    show(values, as_json, [f"{r.id}  {r.asked_at}  {r.who:16}{r.agreed_by or '–':16}{'used' if r.used else ''}  {r.purpose}" for r in rows])


def _told(made: export_data.DataFile, as_json: bool, lang: Language) -> None:
    values = {"file": made.name, "bytes": made.size, "notes": [note.en for note in made.notes]}
    show(values, as_json, [f"{made.name}  {made.size:,} bytes", *(note.in_(lang) for note in made.notes)])
