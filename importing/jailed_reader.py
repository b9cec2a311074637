"""The process that looks at a file from outside: started by read_file for one file, shut in, then gone. Run with -m.

Takes a JSON request on its standard input; leaves answer.json and table.arrow in its folder, or only a refusal.
"""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from importing.jail_walls import raise_walls
from importing.read_limits import ReadLimits

if TYPE_CHECKING:
    from importing.raw_table import Ask, RawTable
    from layers.definition.text import Text

ANSWER, TABLE, SOURCE = "answer.json", "table.arrow", "source"
_WRITTEN_PER_BYTE = 2  # the answer repeats what was unpacked, in other words


class _WithoutPandas:
    """pyarrow and pyogrio load pandas and geopandas if they can, which takes most of a second and is not needed here."""

    def find_spec(self, name: str, *_: object) -> None:
        if name in ("pandas", "geopandas"):
            raise ModuleNotFoundError(name)


def main() -> None:
    """Read the request, put up the walls, read the file, answer."""
    sys.meta_path.insert(0, _WithoutPandas())
    request = json.load(sys.stdin)
    limits = ReadLimits(**request["limits"])
    walls = raise_walls(Path.cwd(), limits.max_memory_bytes, limits.max_seconds, limits.max_unpacked_bytes * _WRITTEN_PER_BYTE)
    try:
        answer = _answer(request, limits)
    except MemoryError:
        answer = {"memory": True}
    Path(ANSWER).write_text(json.dumps({**answer, "walls": walls}, ensure_ascii=False), encoding="utf-8")


def _answer(request: dict[str, Any], limits: ReadLimits) -> dict[str, Any]:
    from importing.sniffing import sniff
    from layers.definition.refusal import Refusal

    try:
        found = sniff(Path(SOURCE), request["name"], limits)
        from importing.raw_table import Ask

        # the reader's own name, since some drivers go by the ending
        source = Path(SOURCE).rename(f"{SOURCE}.{found}")
        ask = Ask(request["name"], request["layer"], request["encoding"], limits)
        return {"format": found, **_written(_reader(found)(source, ask), ask)}
    except Refusal as refusal:
        return {"refusal": list(refusal.message), "next": list(refusal.what_next) if refusal.what_next else None}


def _reader(found: str) -> "Callable[[Path, Ask], RawTable]":
    """The reader of a format; each is imported only when it is needed, for the imports are most of the time."""
    if found == "csv":
        from importing.read_csv import read_csv_table

        return read_csv_table
    if found == "xlsx":
        from importing.read_xlsx import read_xlsx

        return read_xlsx
    if found in ("kml", "kmz"):
        from importing.read_kml import read_kml, read_kmz

        return read_kml if found == "kml" else read_kmz
    if found == "osm":
        from importing.read_osm import read_osm

        return read_osm
    if found == "osm_pbf":
        from importing.read_osm_pbf import read_osm_pbf

        return read_osm_pbf
    if found == "geojson":
        from importing.read_geojson import read_geojson

        return read_geojson
    if found == "geopackage":
        from importing.read_geopackage import read_geopackage

        return read_geopackage
    return _gdal_reader(found)


def _gdal_reader(found: str) -> "Callable[[Path, Ask], RawTable]":
    if found == "shapefile":
        from importing.read_shapefile import read_shapefile

        return read_shapefile
    from importing.read_columnar import read_flatgeobuf, read_geoparquet

    return read_flatgeobuf if found == "flatgeobuf" else read_geoparquet


def _written(raw: "RawTable", ask: "Ask") -> dict[str, Any]:
    """Writes the table as Arrow, shapes last, and gives what goes with it as plain values."""
    import pyarrow as pa

    findings, arrays = raw.findings, [array for _, array in raw.columns]
    if raw.wkb is not None:
        from importing.read_shapes import checked_shapes

        wkb, about_shapes = checked_shapes(raw.wkb, ask.name, ask.limits)
        findings, arrays = findings + about_shapes, [*arrays, wkb]
    table = pa.table(arrays, names=[str(i) for i in range(len(arrays))])
    with pa.OSFile(TABLE, "wb") as out, pa.ipc.new_file(out, table.schema) as writer:
        writer.write_table(table)
    return {
        "layer": raw.layer,
        "names": [name for name, _ in raw.columns],
        "has_shapes": raw.wkb is not None,
        "encoding": raw.encoding.codec,
        "encoding_reason": list(raw.encoding.reason),
        "samples": list(raw.encoding.samples),
        "declared_crs": raw.declared_crs,
        "other_layers": list(raw.other_layers),
        "findings": [
            {"severity": f.severity, "key": f.key, "what": list(f.what), "next": _pair(f.what_next), "count": f.count, "rows": list(f.rows)}
            for f in findings
        ],
    }


def _pair(text: "Text | None") -> list[str] | None:
    return list(text) if text is not None else None


if __name__ == "__main__":
    main()
