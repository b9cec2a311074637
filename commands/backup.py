"""The backup of a workspace."""

import getpass
from pathlib import Path

import click

from actions.back_up import back_up
from actions.open_workspace import as_caller, open_workspace
from commands.command import command, show
from layers.definition.text import Language
from settings import load_settings


@command
@click.argument("out", type=click.Path(path_type=Path, dir_okay=False))
def backup(workspace: str, lang: Language, as_json: bool, out: Path) -> None:
    """Write the workspace of this moment to OUT, a .gpkg file that is not there yet; others may go on working."""
    place = open_workspace(workspace, load_settings().lock_wait_s)
    size = back_up(as_caller(place, user=f"command line {getpass.getuser()}", role="administrator"), out)
    show({"file": out.name, "bytes": size}, as_json, [f"{out.name}  {size:,} B"])
