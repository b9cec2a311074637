"""The backup of a workspace."""

from pathlib import Path

import click

from actions.back_up import back_up
from commands.command import caller_at, command, show
from layers.definition.text import Language


@command
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
def backup(workspace: str, lang: Language, as_json: bool, out: Path) -> None:
    """Write the workspace of this moment to OUT, a .gpkg file that is not there yet; others may go on working."""
    size = back_up(caller_at(workspace, "administrator"), out)
    show({"file": out.name, "bytes": size}, as_json, [f"{out.name}  {size:,} B"])
