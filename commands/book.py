"""The map book."""

import sys
from typing import Any

import click

from actions import make_book
from commands.command import caller_at, command, show
from layers.definition.text import Language, Text
from settings import load_settings


@command
@click.option("--out", required=True, type=click.Path(dir_okay=False), help="PDF file to write.")
@click.option("--plan", help="Plan id.  [default: the plan in force]")
@click.option("--by", default="beat", show_default=True, type=click.Choice(list(make_book.BY)), help="A page per beat, officer or unit.")
@click.option("--names", default="both", show_default=True, type=click.Choice(list(make_book.NAMES)), help="Language of the book.")
@click.option("--no-staff", is_flag=True, help="Leave out the names of staff.")
@click.option("--public", is_flag=True, help="For the public: no staff, incidents, workload or internal places.")
@click.option("--review-number", default="", help="Review number (审图号) of a public book.")
@click.option("--exact", is_flag=True, help="Incident counts of 1 to 4 as they are, not as <5.")
@click.option("--watermark", is_flag=True, help="Name and time across every page.")
@click.option("--purpose", default="", help="What for; printed in the foot and put on record.")
@click.option("--address", help="Where the app is reached, for the QR codes.  [default: the setting public_address]")
def book(
    workspace: str,
    lang: Language,
    as_json: bool,
    out: str,
    plan: str | None,
    no_staff: bool,
    address: str | None,
    **chosen: Any,
) -> None:
    """A map book of a plan as one PDF: cover, index, a page per beat, officer or unit."""
    base = address if address is not None else load_settings().public_address
    wish = make_book.BookWish(plan, staff=not no_staff, address=base, **chosen)
    made = make_book.save_book(caller_at(workspace), wish, out, _bar("en" if as_json else lang))
    values = {"file": made.name, "bytes": made.size, "pages": made.pages, "notes": [note.en for note in made.notes]}
    pages = Text("{n} 页", "{n} pages").fill(n=made.pages).in_(lang)
    show(values, as_json, [f"{made.name}  {pages}  {made.size:,} bytes", *(note.in_(lang) for note in made.notes)])


def _bar(lang: Language) -> make_book.Progress:
    """Tells on stderr how far it is, where somebody looks."""

    def tell(share: float, what: Text) -> bool:
        if sys.stderr.isatty():
            click.echo(f"\r{share:4.0%} {what.in_(lang)}\033[K", err=True, nl=share >= 1.0)
        return True

    return tell
