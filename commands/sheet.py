"""Map sheets."""

from pathlib import Path

import click

from actions import take_snapshot
from commands.command import caller_at, command, show
from layers.definition.text import Language


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
    made = take_snapshot.save_sheet(caller_at(workspace), wanted, out)
    values = {"file": made.name, "bytes": made.size, "scale": made.scale, "notes": [note.en for note in made.notes]}
    show(
        values,
        as_json,
        [f"{made.name}  1:{made.scale:,}  {made.size:,} bytes", *(note.in_(lang) for note in made.notes)],
    )
