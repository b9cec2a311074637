"""The group of all commands, and what every command takes and how it ends."""

import getpass
import json
import os
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

import click

from actions import open_workspace
from actions.caller import Caller
from actions.permissions import RoleKey
from layers.definition.refusal import Refusal
from settings import load_settings


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
def cli() -> None:
    """警格 Jingge: neighbourhood grids and police beats on one map, from the command line."""


def command(function: Callable[..., None], group: click.Group = cli) -> Callable[..., None]:
    """What every command takes: --workspace, --json, --lang; and how a refusal ends: reason on stderr, status 1."""

    @group.command(name=function.__name__.strip("_").replace("_", "-"), help=function.__doc__)
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


def caller_at(workspace: str, role: RoleKey = "planner") -> Caller:
    """Whoever may read the file is its planner, and for accounts, backups and the record its administrator or auditor.

    The command line grants nothing that the file system does not.
    """
    place = open_workspace.open_workspace(workspace, load_settings().lock_wait_s)
    user = operator() if role == "planner" else f"command line {operator()}"
    return open_workspace.as_caller(place, user=user, role=role)


def operator() -> str:
    """Who works at this terminal, by the account that the system knows: the environment says whatever one likes."""
    with suppress(ImportError, KeyError):  # Windows has no such table, and a container may lack the entry
        import pwd

        return pwd.getpwuid(os.getuid()).pw_name
    return getpass.getuser()


def show(values: Any, as_json: bool, lines: list[str]) -> None:
    """Print plain values as JSON, or the lines that a person reads."""
    click.echo(json.dumps(values, ensure_ascii=False, indent=1) if as_json else "\n".join(lines))
