"""Bring own data in, and undo it."""

import sys
from pathlib import Path

import click

from actions import import_layer
from commands.command import caller_at, command, show
from layers.definition.text import Language


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
    caller = caller_at(workspace)
    preview = import_layer.preview_import(caller, wish)
    lines = [f"{f.step:6}{f.severity:8} {f.what.in_(lang)} {f.what_next.in_(lang) if f.what_next else ''}" for f in preview.report.findings]
    lines += [f"{name}: {count:,}" for name, count in preview.counts.items()]
    show(preview.as_json(), as_json, lines)
    if not dry_run:
        import_layer.accept_import(caller, preview, accept_warnings)
    elif preview.report.refused:
        sys.exit(1)


@command
@click.argument("import_id", required=False)
def undo_import(workspace: str, lang: Language, as_json: bool, import_id: str | None) -> None:
    """Undo an import as one step; without an id, list the imports."""
    caller = caller_at(workspace)
    if import_id is not None:
        import_layer.undo_import(caller, import_id)
    ledger = import_layer.imports(caller)
    values = [
        {"id": n.id, "at": n.at, "who": n.who, "target": n.target, "file": n.file_name, "rows": n.rows, "undone_at": n.undone_at}
        for n in ledger
    ]
    show(values, as_json, [f"{v['id']}  {v['at']}  {v['target']:18}{v['rows']:>9,}  {v['file']}  {v['undone_at'] or ''}" for v in values])
