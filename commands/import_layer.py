"""Bring own data in, and undo it."""

import shlex
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click

from actions import import_layer
from commands.command import caller_at, command, show
from layers.definition.refusal import Refusal
from layers.definition.text import Language, Text
from settings import load_settings

BAR = 30  # letters
OPTIONS = {
    "other_layers": "--layer NAME",
    "crs_contradicted": "--crs EPSG",
    "crs_unknown": "--crs EPSG",
    "crs_needs_word": "--crs EPSG",
    "datum_unknown": "--datum gcj02|bd09",
    "datum_first_points": "--datum wgs84|gcj02|bd09",
    "datum_needs_word": "--datum wgs84|gcj02|bd09",
    "required_field": "--map COL=FIELD, --given FIELD=VALUE; codes: --number-rows",
    "doubtful_match": "--map COL=FIELD",
    "personal_identity": "--map COL=-",
    "personal_phone": "--map COL=-",
    "personal_name": "--map COL=-",
    "unknown_choice": "--value FIELD:TEXT=CHOICE",
    "units_parted": "--one-kind",
    "default_point": "--leave-point LON LAT",
    "invalid_ring": "--repair",
    "overlap": "--repair",
    "gap": "--repair",
    "unmatched": "--repair",
    "unit_border": "--repair",
}
"""Key of a finding -> the options that answer it."""
HOW_TO_UNDO = Text(
    "以上只是列表，没有撤销任何导入。撤销最近一次：geo_cli.py undo-import {id} --workspace {workspace}",
    "This is only a list; nothing was undone. To undo the latest: geo_cli.py undo-import {id} --workspace {workspace}",
)
NONE_TO_UNDO = Text("没有可撤销的导入。", "There is no import to undo.")


@command
@click.argument("target", metavar="LAYER")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@click.option("--map", "columns", multiple=True, metavar="COL=FIELD", help="Take a column for a field; COL=- leaves it out.")
@click.option("--given", multiple=True, metavar="FIELD=VALUE", help="One value for all rows, for a field that the file lacks.")
@click.option("--value", "values", multiple=True, metavar="FIELD:TEXT=CHOICE", help="What a wording of the file means.")
@click.option("--layer", help="Layer or sheet, where the file has several.")
@click.option("--crs", metavar="EPSG", help="Coordinate system of the file, e.g. 4546; wins over what the file says.")
@click.option("--datum", type=click.Choice(["auto", "wgs84", "gcj02", "bd09"]), default="auto", show_default=True)
@click.option("--encoding", help="Encoding of the file's text, e.g. gb18030.")
@click.option("--leave-point", "points", multiple=True, type=(float, float), metavar="LON LAT", help="Incidents just there have no place.")
@click.option("--number-rows", is_flag=True, help="Make the codes that the file lacks; what is there keeps its code by its name.")
@click.option("--one-kind", is_flag=True, help="Take all rows as LAYER, also communities among villages or the other way round.")
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
    given: tuple[str, ...],
    values: tuple[str, ...],
    layer: str | None,
    crs: str | None,
    datum: str,
    encoding: str | None,
    points: tuple[tuple[float, float], ...],
    number_rows: bool,
    one_kind: bool,
    repair: bool,
    dry_run: bool,
    accept_warnings: bool,
) -> None:
    """Bring the rows of FILE into LAYER (or staff, assignments): read, place, match, check, then take over."""
    settings = load_settings()
    wish = import_layer.ImportWish(
        target,
        Path(file),
        Path(file).name,
        layer,
        encoding,
        f"EPSG:{crs}" if crs and crs.isdigit() else crs,
        datum,
        _pairs(columns, "--map", "COL=FIELD"),
        _pairs(given, "--given", "FIELD=VALUE"),
        repair,
        number_rows,
        one_kind,
        points,
        _meanings(values),
        import_layer.ReadLimits.of(settings.max_upload_mb, settings.max_csv_mb, settings.reader_memory_mb, settings.reader_seconds),
    )
    caller = caller_at(workspace)
    if target not in (known := import_layer.importable(caller)):
        raise click.BadParameter(", ".join(known), param_hint="LAYER")
    with _stopped_by_ctrl_c() as stop:
        try:
            preview = import_layer.preview_import(caller, wish, progress=_told_on_terminal(lang), stop=stop)
        except Refusal as refusal:
            if as_json:
                show(import_layer.refused_at_once(wish, refusal), as_json, [])
            raise
        lines = [_line(finding, lang) for finding in preview.report.findings]
        lines += [f"{name}: {count:,}" for name, count in preview.counts.items()]
        show(preview.as_json(), as_json, lines)
        if not dry_run:
            import_layer.accept_import(caller, preview, accept_warnings, progress=_told_on_terminal(lang), stop=stop)
        elif preview.report.refused:
            sys.exit(1)


def _line(finding: import_layer.Finding, lang: Language) -> str:
    """What was found, what to do, and the option that does it."""
    told = [finding.what.in_(lang), finding.what_next.in_(lang) if finding.what_next else "", OPTIONS.get(finding.key, "")]
    return f"{finding.step:6}{finding.severity:8} {' '.join(filter(None, told))}"


def _pairs(written: tuple[str, ...], option: str, form: str) -> dict[str, str]:
    """What stands before and after the sign: the last one for columns, which may hold one. Wrong usage: no sign."""
    pairs = [pair.rpartition("=") if option == "--map" else pair.partition("=") for pair in written]
    if any(not equals or not name for name, equals, _ in pairs):
        raise click.BadParameter(form, param_hint=option)
    return {name: value for name, _, value in pairs}


def _meanings(written: tuple[str, ...]) -> dict[str, dict[str, str]]:
    """Field -> wording -> choice. Wrong usage: no colon, no sign."""
    found: dict[str, dict[str, str]] = {}
    for each in written:
        field, colon, rest = each.partition(":")
        wording, equals, choice = rest.rpartition("=")
        if not (field and colon and wording and equals and choice):
            raise click.BadParameter("FIELD:TEXT=CHOICE", param_hint="--value")
        found.setdefault(field, {})[wording] = choice
    return found


def _told_on_terminal(lang: Language) -> import_layer.Progress | None:
    """A bar on stderr for a person who watches; nothing where the output goes into a file or a pipe."""
    if not sys.stderr.isatty():
        return None

    def tell(share: float, doing: Text) -> bool:
        done = round(share * BAR)
        click.echo(f"\r\033[K[{'#' * done}{'.' * (BAR - done)}] {share:4.0%} {doing.in_(lang)}", err=True, nl=share >= 1)
        return True

    return tell


@contextmanager
def _stopped_by_ctrl_c() -> Iterator[Callable[[], bool]]:
    """Whether Ctrl-C was pressed: the import ends at its next step, with nothing written. A second time ends it at once."""
    pressed = False

    def press(number: int, frame: object) -> None:
        nonlocal pressed
        pressed = True
        signal.signal(signal.SIGINT, signal.default_int_handler)

    before = signal.signal(signal.SIGINT, press)
    try:
        yield lambda: pressed
    finally:
        signal.signal(signal.SIGINT, before)


@command
@click.argument("import_id", required=False)
def undo_import(workspace: str, lang: Language, as_json: bool, import_id: str | None) -> None:
    """Undo an import as one step; without an id, list the imports and say what to type."""
    caller = caller_at(workspace)
    done = None
    if import_id is not None:
        done = import_layer.what_undo_changes(caller, import_id).done
        import_layer.undo_import(caller, import_id)
    ledger = import_layer.imports(caller)
    values = [
        {"id": n.id, "at": n.at, "who": n.who, "target": n.target, "file": n.file_name, "rows": n.rows, "undone_at": n.undone_at}
        | {"also": n.also, "sha256": n.sha256, "counts": n.counts, "choices": n.choices}
        for n in ledger
    ]
    lines = [f"{v['id']}  {v['at']}  {_taken(n):30}  {v['file']}  {v['undone_at'] or ''}" for v, n in zip(values, ledger, strict=True)]
    latest = next((line.id for line in ledger if line.undone_at is None), None)
    last = done or (NONE_TO_UNDO if latest is None else HOW_TO_UNDO.fill(id=latest, workspace=shlex.quote(workspace)))
    show(values, as_json, [*lines, last.in_(lang)])


def _taken(line: import_layer.ImportLine) -> str:
    return ", ".join(f"{key} {rows:,}" for key, rows in import_layer.rows_taken(line).items())
