"""Map sheets."""

from pathlib import Path

import click

from actions import take_snapshot
from actions.sheet_wish import MapState
from actions.take_snapshot import DPI_CHOICES, PRINT_DPI
from commands.command import caller_at, command, show
from layers.definition.refusal import Refusal
from layers.definition.text import Language, Text


def _view(bounds: str | None) -> MapState | None:
    """West, south, east, north in degrees out of one option. Refused: anything but four numbers."""
    if bounds is None:
        return None
    try:
        west, south, east, north = (float(part) for part in bounds.split(","))
    except ValueError as error:
        raise Refusal(
            Text("范围“{bounds}”不是四个数。", "The part '{bounds}' is not four numbers.").fill(bounds=bounds[:60]),
            Text("请写成：西,南,东,北（度）。", "Write it as west,south,east,north in degrees."),
        ) from error
    return MapState((west, south, east, north))


@command
@click.option("--plan", help="Plan id.  [default: the plan in force]")
@click.option("--paper", default="A3", show_default=True, help="Paper: A4, A3, A2, A1 or A0.")
@click.option("--orientation", default="landscape", show_default=True, type=click.Choice(["landscape", "portrait"]))
@click.option("--names", default="both", show_default=True, type=click.Choice(["zh", "en", "both"]), help="Language of names on the sheet.")
@click.option("--officer", help="Only the area of this officer (code or name).")
@click.option("--beat", help="Only this beat.")
@click.option(
    "--theme",
    default="beats",
    show_default=True,
    help="What the sheet is about: beats, officers, units, places, hotspots, workload, workload_beats, change or risks.",
)
@click.option("--against", help="Theme change: the plan to compare with.  [default: the plan in force; for that one the newest draft]")
@click.option(
    "--colours", default="colour", show_default=True, help="Colouring: colour, bw (hatched), safe (colour-blind) or dark (screens)."
)
@click.option("--bounds", help="Only this part: west,south,east,north in degrees of EPSG:4490.")
@click.option(
    "--dpi", default=PRINT_DPI, show_default=True, type=click.IntRange(min(DPI_CHOICES), max(DPI_CHOICES)), help="Resolution of a PNG."
)
@click.option("--purpose", default="", help="What the sheet is for: printed in its margin and put on record.")
@click.option("--public", is_flag=True, help="For the public: without staff, incidents and other internal facts.")
@click.option("--review-number", default="", help="审图号, the number under which a public map was approved.")
@click.option("--watermark", is_flag=True, help="Name and time pale across the map.")
@click.option("--out", required=True, type=click.Path(dir_okay=False), help="File to write; its ending .pdf, .png or .svg is its format.")
def sheet(
    workspace: str,
    lang: Language,
    as_json: bool,
    plan: str | None,
    paper: str,
    orientation: str,
    names: str,
    officer: str | None,
    beat: str | None,
    theme: str,
    against: str | None,
    colours: str,
    bounds: str | None,
    dpi: int,
    purpose: str,
    public: bool,
    review_number: str,
    watermark: bool,
    out: str,
) -> None:
    """One map sheet of a plan, as PDF (searchable, georeferenced), SVG or PNG."""
    wanted = take_snapshot.SheetWish(
        plan,
        paper,
        orientation,
        names,
        Path(out).suffix.lstrip(".").lower(),
        officer,
        theme=theme,
        variant=colours,
        against=against,
        beat=beat,
        view=_view(bounds),
        purpose=purpose,
        public=public,
        review_number=review_number,
        watermark=watermark,
    )
    made = take_snapshot.save_sheet(caller_at(workspace), wanted, out, dpi)
    values = {"file": made.name, "bytes": made.size, "scale": made.scale, "notes": [note.en for note in made.notes]}
    show(
        values,
        as_json,
        [f"{made.name}  1:{made.scale:,}  {made.size:,} bytes", *(note.in_(lang) for note in made.notes)],
    )
