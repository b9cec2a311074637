"""Step one of an import: reads a file that may be hostile or broken into a table, in a process that is shut in, or refuses.

Nothing of the file is parsed in this process but the answer, which is Arrow and plain JSON.
"""

import dataclasses
import hashlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import shapely

from importing.import_report import Finding, ImportReport
from importing.jailed_reader import ANSWER, SOURCE, TABLE
from importing.read_limits import DEFAULT_LIMITS, ReadLimits
from importing.read_refusals import empty, listed, missing, reader_broke, too_big, too_long, too_much_memory
from importing.sniffing import FORMATS
from importing.source_table import SourceTable
from layers.definition.refusal import Refusal
from layers.definition.text import Text

_ROOT = Path(__file__).resolve().parents[1]
_COMMAND = (sys.executable, "-P", "-m", "importing.jailed_reader")
_ANSWER_BYTES = 4_000_000
_TEXT_LENGTH = 4_000
_START_SECONDS = 20  # a loaded machine takes this long to start Python; the limit on reading comes on top
_BLOCK = 1 << 20
_NULLABLE = {pa.int64(): pd.Int64Dtype(), pa.bool_(): pd.BooleanDtype()}
_FORMULA = r"^\s*[=@＝＠].|^\s*[+\-＋－]"
_HARMLESS = r"^[+\-＋－–—\d\s.,:%()/]*([eE][+\-]?\d+)?$"
"""Numbers, telephone numbers and dashes, which no spreadsheet runs."""


def read_file(
    path: Path, name: str, *, layer: str | None = None, encoding: str | None = None, limits: ReadLimits = DEFAULT_LIMITS
) -> tuple[SourceTable, ImportReport]:
    """The table in the file at `path`, which its sender called `name`, and what was found while reading.

    Coordinates are the file's own. Text columns are pandas `str` with missing values, whole numbers `Int64`, others
    float64 or `boolean`; shapes are None where a row has none or a broken one, which the report names. Names of columns
    are trimmed, made half-width, and unique. `layer` chooses among several; `encoding` overrides what is found.

    Refused: everything that is not one of `sniffing.FORMATS` under a fitting extension, traps of any kind, damage,
    several shapefiles without a choice, text in no known encoding, and whatever passes a limit.
    """
    with tempfile.TemporaryDirectory(prefix="jingge-read-", ignore_cleanup_errors=True) as made:
        jail = Path(made).resolve()
        sha256 = _copied(path, jail / SOURCE, name, limits)
        request = {"name": name, "layer": layer, "encoding": encoding, "limits": dataclasses.asdict(limits)}
        try:
            answer = _asked(jail, request, name, limits)
            table = _table(jail / TABLE, len(answer["names"]) + answer["has_shapes"], name)
            return _source(table, answer, PurePosixPath(name.replace("\\", "/")).name, sha256)
        except (KeyError, TypeError, ValueError) as error:  # an answer that no honest reader gives
            raise reader_broke(name) from error


def _copied(path: Path, to: Path, name: str, limits: ReadLimits) -> str:
    """Copies the file into the jail and gives its SHA-256; what is read later can't change any more."""
    if not path.is_file():
        raise missing(name)
    size = path.stat().st_size
    if size == 0:
        raise empty(name)
    if size > limits.max_file_bytes:
        raise too_big(name, size, limits.max_file_bytes)
    digest = hashlib.sha256()
    with path.open("rb") as source, to.open("wb") as copy:
        while block := source.read(_BLOCK):
            digest.update(block)
            copy.write(block)
    return digest.hexdigest()


def _asked(jail: Path, request: dict[str, Any], name: str, limits: ReadLimits) -> dict[str, Any]:
    """Runs the reader in the jail and gives its answer; its death, whatever the cause, is a refusal."""
    try:
        ended = subprocess.run(
            _COMMAND,
            input=json.dumps(request).encode(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=jail,
            env=_environment(jail),
            timeout=limits.max_seconds + _START_SECONDS,
            close_fds=True,
        )
    except subprocess.TimeoutExpired as error:
        raise too_long(name, limits.max_seconds) from error
    written = jail / ANSWER
    if not written.is_file() or written.is_symlink() or written.stat().st_size > _ANSWER_BYTES:
        if ended.returncode in (-9, -24):  # killed for its use of the processor
            raise too_long(name, limits.max_seconds)
        raise reader_broke(name)
    answer = json.loads(written.read_bytes())
    if not isinstance(answer, dict):
        raise reader_broke(name)
    if answer.get("memory"):
        raise too_much_memory(name, limits.max_memory_bytes)
    if "refusal" in answer:
        raise Refusal(_text(answer["refusal"]), _text(answer["next"]) if answer["next"] else None)
    return answer


def _environment(jail: Path) -> dict[str, str]:
    """Nothing of ours but what Python needs; GDAL is told of its drivers here because it obeys only before it starts."""
    import pyogrio

    from importing.read_columnar import DRIVERS

    kept = {key: os.environ[key] for key in ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT") if key in os.environ}
    dead = "127.0.0.1:9"  # the discard port: where a request would end that no other wall had stopped
    return {
        **kept,
        "PYTHONPATH": str(_ROOT),
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUTF8": "1",
        "HOME": str(jail),
        "TMPDIR": str(jail),
        "GDAL_SKIP": ",".join(driver for driver in pyogrio.list_drivers() if driver not in DRIVERS),
        "GDAL_DRIVER_PATH": "disable",
        "GDAL_HTTP_PROXY": dead,
        "GDAL_HTTPS_PROXY": dead,
        "http_proxy": f"http://{dead}",
        "https_proxy": f"http://{dead}",
        "CPL_VSIL_CURL_ALLOWED_EXTENSIONS": ".nothing",
        "CPL_VSIL_CURL_USE_HEAD": "NO",
        "GDAL_DISABLE_READDIR_ON_OPEN": "EMPTY_DIR",
        "PROJ_NETWORK": "OFF",
        # one thread: each more would take address space, which is limited
        "OPENBLAS_NUM_THREADS": "1",
        "OMP_NUM_THREADS": "1",
        "ARROW_DEFAULT_MEMORY_POOL": "system",
    }


def _table(path: Path, columns: int, name: str) -> pa.Table:
    """The worker's table, mistrusted: every buffer checked, no type but the plain ones."""
    try:
        with pa.OSFile(str(path), "rb") as file:
            table = pa.ipc.open_file(file).read_all()
        table.validate(full=True)
    except (pa.ArrowException, OSError) as error:
        raise reader_broke(name) from error
    if table.num_columns != columns:
        raise reader_broke(name)
    return table


def _source(table: pa.Table, answer: dict[str, Any], file_name: str, sha256: str) -> tuple[SourceTable, ImportReport]:
    shapes = None
    if answer["has_shapes"]:
        shapes = shapely.from_wkb(table.column(table.num_columns - 1).to_numpy())
        table = table.select(range(table.num_columns - 1))
    columns = table.rename_columns(answer["names"]).to_pandas(types_mapper=_NULLABLE.get)
    if shapes is not None and table.num_columns == 0:
        columns = pd.DataFrame(index=pd.RangeIndex(len(shapes)))
    kind = FORMATS[answer["format"]]
    source = SourceTable(
        file_name=file_name,
        sha256=sha256,
        driver=kind.title,
        layer=answer["layer"],
        encoding=answer["encoding"],
        encoding_reason=_text(answer["encoding_reason"]),
        encoding_samples=tuple(answer["samples"]),
        declared_crs=answer["declared_crs"],
        columns=columns,
        shapes=shapes,
        other_layers=tuple(answer["other_layers"]),
    )
    findings = [_finding(plain) for plain in answer["findings"]]
    if len(source) == 0:
        findings.append(_NO_ROWS)
    if answer["format"] in ("csv", "xlsx"):
        findings += formula_like(table.rename_columns(answer["names"]))
    report = ImportReport(choices=source.about())
    return source, report.with_(*findings, encoding_samples=list(source.encoding_samples))


def formula_like(table: pa.Table) -> tuple[Finding, ...]:
    """A warning about text that a spreadsheet would run as a formula: it begins with = @, or with + - and is no number."""
    counts = {}
    for name, column in zip(table.column_names, table.columns, strict=True):
        risky = pc.and_not(pc.match_substring_regex(column, _FORMULA), pc.match_substring_regex(column, _HARMLESS))
        count = pc.sum(risky).as_py() or 0
        if count:
            counts[name] = count
    return formulas_told(counts)


def formulas_told(counts: Mapping[str, int]) -> tuple[Finding, ...]:
    """The warning about so many values per column; none without any."""
    if not counts:
        return ()
    what = Text(
        "{n:,} 个值形如公式（列：{columns}），按普通文字保留。",
        "{n:,} values look like formulas (columns: {columns}); they are kept as plain text.",
    )
    filled = what.fill(n=sum(counts.values()), columns=listed(list(counts)))
    what_next = Text("请确认它们是文字；导出到表格时会加引号。", "Make sure they are meant as text; exports to spreadsheets quote them.")
    return (Finding("read", "warning", "formula_like", filled, what_next, sum(counts.values())),)


_NO_ROWS = Finding(
    "read",
    "error",
    "no_rows",
    Text("表中没有数据行。", "The table has no rows of data."),
    Text("请检查是否选对了图层或工作表。", "Check whether it is the right layer or sheet."),
    count=0,
)


def _text(pair: list[str]) -> Text:
    return Text(str(pair[0])[:_TEXT_LENGTH], str(pair[1])[:_TEXT_LENGTH])


def _finding(plain: dict[str, Any]) -> Finding:
    return Finding(
        "read",
        plain["severity"],
        plain["key"],
        _text(plain["what"]),
        _text(plain["next"]) if plain["next"] else None,
        plain["count"],
        tuple(plain["rows"]),
    )
