"""Reads a zipped shapefile: the table by ourselves, the shapes by GDAL, both record for record, so that no row can slip."""

import struct
from pathlib import Path, PurePosixPath

import numpy as np
import pyarrow as pa

from importing.dbf_table import DbfTable, read_dbf
from importing.import_report import Finding
from importing.raw_table import Ask, RawTable, note, warning
from importing.read_columnar import gdal_table
from importing.read_refusals import choose_layer, damaged, shown, too_many
from importing.read_shapes import BROKEN
from importing.unpacking import Archive, open_archive
from layers.definition.refusal import Refusal
from layers.definition.text import Text

_TYPES = {0, 1, 3, 5, 8, 11, 13, 15, 18, 21, 23, 25, 28}  # ESRI Shapefile Technical Description 1998; 31 is MultiPatch
_HEADER_BYTES = 100
_LARGEST_VERTEX_BYTES = 40  # x, y, z, m as doubles, and a part of its own
_PARTS = (".shp", ".shx", ".dbf", ".prj", ".cpg")


def read_shapefile(path: Path, ask: Ask) -> RawTable:
    """The one shapefile of a zip, or the one that `layer` names; deleted records left out.

    Refused: none or several without a choice, no .dbf, cut short, records of table and shapes that do not pair up,
    more vertices in a shape than allowed, MultiPatch. A missing .shx is made anew.
    """
    with open_archive(path, ask.name, ask.limits) as archive:
        parts = _parts(archive)
        chosen = _chosen(parts, ask)
        folder = Path("unpacked")
        folder.mkdir()
        for ending, member in parts[chosen].items():
            archive.extract(member, folder / f"layer{ending}")
    types = _record_types(folder, ask)
    table = read_dbf(folder / "layer.dbf", ask, _text_of(folder / "layer.cpg"))
    if len(types) != len(table.deleted):
        raise damaged(
            ask.name,
            Text("图形 {n:,} 个而表格 {m:,} 行", "it has {n:,} shapes but {m:,} rows").fill(n=len(types), m=len(table.deleted)),
        )
    wkb = _shapes(folder, types, ask)
    written = _text_of(folder / "layer.prj")
    crs = _crs(written) if written else None
    findings = _findings(table, index_made=".shx" not in parts[chosen], crs_unreadable=written is not None and crs is None)
    return _without_deleted(PurePosixPath(chosen).name, table, wkb, crs, findings)


def _parts(archive: Archive) -> dict[str, dict[str, str]]:
    """Folder and stem of every shapefile -> ending -> member."""
    found: dict[str, dict[str, str]] = {}
    by_lower: dict[str, str] = {}
    for member in archive.members:
        path = PurePosixPath(member)
        if path.suffix.lower() in _PARTS:
            stem = by_lower.setdefault(str(path.with_suffix("")).lower(), str(path.with_suffix("")))
            found.setdefault(stem, {})[path.suffix.lower()] = member
    return {stem: parts for stem, parts in found.items() if ".shp" in parts}


def _chosen(parts: dict[str, dict[str, str]], ask: Ask) -> str:
    wanted = [stem for stem in parts if ask.layer is None or ask.layer in (stem, PurePosixPath(stem).name)]
    if len(wanted) != 1:
        raise choose_layer(ask.name, list(parts), ask.layer)
    if ".dbf" not in parts[wanted[0]]:
        raise damaged(
            ask.name,
            Text("{stem}.shp 没有同名的 .dbf", "{stem}.shp has no .dbf of the same name").fill(stem=shown(wanted[0])),
            Text("请把 .shp、.shx、.dbf、.prj、.cpg 一起压缩。", "Zip the .shp, .shx, .dbf, .prj and .cpg together."),
        )
    return wanted[0]


def _record_types(folder: Path, ask: Ask) -> np.ndarray:
    """Type of every record's shape (0 for none), after checking that each lies inside the file. Big-endian offsets in 16-bit words."""
    shp = np.fromfile(folder / "layer.shp", np.uint8)
    if len(shp) < _HEADER_BYTES or shp[:4].tobytes() != b"\x00\x00\x27\x0a":
        raise damaged(ask.name, Text(".shp 的文件头有错", "the header of the .shp is wrong"))
    shx = folder / "layer.shx"
    made = not shx.is_file()
    starts, lengths = _walked(shp, ask) if made else _index(np.fromfile(shx, np.uint8))
    if len(starts) > ask.limits.max_rows_at_once:
        raise too_many(ask.name, Text("图形", "shapes"), len(starts), ask.limits.max_rows_at_once)
    ends = starts + 8 + lengths
    outside = (starts < _HEADER_BYTES) | (ends > len(shp)) | (lengths < 4)
    if outside.any():
        raise damaged(
            ask.name,
            Text(
                "{n:,} 个图形中有 {m:,} 个不在文件之内（首见第 {row} 行）",
                "{m:,} of {n:,} shapes do not lie inside the file (first: row {row})",
            ).fill(n=len(starts), m=int(outside.sum()), row=int(np.argmax(outside)) + 1),
        )
    if lengths.sum() > len(shp):
        raise damaged(ask.name, Text("多个图形共用同一段内容", "several shapes share the same bytes"))
    longest = int(lengths.max(initial=0))
    if longest > ask.limits.max_vertices * _LARGEST_VERTEX_BYTES:
        raise too_many(ask.name, Text("单个图形的顶点", "vertices in one shape"), longest // _LARGEST_VERTEX_BYTES, ask.limits.max_vertices)
    types = shp[starts[:, None] + 8 + np.arange(4)].copy().view("<i4").ravel() if len(starts) else np.array([], "<i4")
    odd = [int(kind) for kind in np.unique(types) if int(kind) not in _TYPES]
    if odd:
        raise damaged(ask.name, Text("图形类型 {t} 不能读取", "shapes of type {t} can't be read").fill(t=odd[0]))
    if made:
        shx.write_bytes(_index_of(shp, starts, lengths))
    return types


def _index(shx: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    entries = shx[_HEADER_BYTES:]
    pairs = entries[: len(entries) // 8 * 8].copy().view(">i4").reshape(-1, 2).astype(np.int64) * 2
    return pairs[:, 0], pairs[:, 1]


def _index_of(shp: np.ndarray, starts: np.ndarray, lengths: np.ndarray) -> bytes:
    """The .shx of these records: the header of the .shp with its own length, then start and length of each in 16-bit words."""
    head = shp[:24].tobytes() + struct.pack(">i", (_HEADER_BYTES + 8 * len(starts)) // 2) + shp[28:_HEADER_BYTES].tobytes()
    return head + np.column_stack([starts // 2, lengths // 2]).astype(">i4").tobytes()


def _walked(shp: np.ndarray, ask: Ask) -> tuple[np.ndarray, np.ndarray]:
    """Starts and lengths from the records themselves, for a shapefile without .shx."""
    starts: list[int] = []
    lengths: list[int] = []
    at = _HEADER_BYTES
    while at + 12 <= len(shp) and len(starts) <= ask.limits.max_rows_at_once:
        length = int.from_bytes(shp[at + 4 : at + 8].tobytes(), "big", signed=True) * 2
        starts.append(at)
        lengths.append(length)
        at += 8 + max(4, length)
    return np.array(starts, np.int64), np.array(lengths, np.int64)


def _shapes(folder: Path, types: np.ndarray, ask: Ask) -> pa.Array:
    """WKB per record. GDAL sees nothing but .shp and .shx: with the .dbf it would leave out deleted records."""
    alone = folder / "alone"
    alone.mkdir()
    for ending in (".shp", ".shx"):
        (folder / f"layer{ending}").rename(alone / f"layer{ending}")
    _, _, wkb = gdal_table(alone / "layer.shp", "ESRI Shapefile", ask.name)
    if wkb is None or len(wkb) != len(types):
        raise damaged(ask.name, Text("图形的数目对不上", "the number of shapes does not fit"))
    lost = np.array([shape is None for shape in wkb.to_pylist()], bool) & (types != 0)
    return pa.array([BROKEN if gone else shape for gone, shape in zip(lost, wkb.to_pylist(), strict=True)], pa.binary())


def _crs(written: str) -> str | None:
    """'EPSG:n' if the .prj is one that PROJ knows, else its WKT; None if it is no WKT."""
    import pyproj

    try:
        crs = pyproj.CRS.from_wkt(written)
    except pyproj.exceptions.CRSError:
        return None
    known = crs.to_authority()
    return f"EPSG:{known[1]}" if known is not None and known[0] == "EPSG" else written


def _findings(table: DbfTable, index_made: bool, crs_unreadable: bool) -> list[Finding]:
    found = list(table.findings)
    if index_made:
        found.append(note("shx_made", Text("缺少 .shx，已由 .shp 重建。", "There is no .shx; it was made anew from the .shp.")))
    if crs_unreadable:
        what = Text(".prj 无法识别，视为没有坐标系。", "The .prj can't be understood; the file counts as without one.")
        found.append(warning("prj_unreadable", what))
    deleted = int(table.deleted.sum())
    if deleted:
        found.append(
            note(
                "deleted_rows",
                Text("{n} 行已在来源处标为删除，未读。", "{n} rows are marked as deleted and were not read.").fill(n=deleted),
                count=deleted,
            )
        )
    return found


def _without_deleted(layer: str, table: DbfTable, wkb: pa.Array, crs: str | None, findings: list[Finding]) -> RawTable:
    keep = pa.array(~table.deleted)
    if len(keep) and not any(~table.deleted):
        raise Refusal(
            Text("全部 {n} 行都标为删除。", "All {n} rows are marked as deleted.").fill(n=len(keep)),
            Text("请从原程序重新导出后再试。", "Export it again from the program it came from, then try again."),
        )
    columns = [(name, array.filter(keep)) for name, array in table.columns]
    return RawTable(layer, columns, wkb.filter(keep), table.encoding, crs, findings=tuple(findings))


def _text_of(path: Path) -> str | None:
    return path.read_bytes()[:4096].decode("latin-1").strip() or None if path.is_file() else None
