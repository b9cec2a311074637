"""Reads the roads of an OpenStreetMap extract (.osm): ways with a class of road, as lines with code, name and class.

Everything else of the extract is passed over. The parser is our own, as that of `read_osm_pbf`: GDAL's driver opens other files.
"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers.expat import ExpatError

import numpy as np
import pyarrow as pa
import shapely
from numpy.typing import NDArray

from importing.import_report import Finding
from importing.raw_table import Ask, RawTable, utf8_by_norm, warning
from importing.read_refusals import choose_layer, damaged, shown, too_many
from importing.sniffing import FORMATS, safe_xml_parser
from layers.definition.refusal import Refusal
from layers.definition.text import Text

Integers = NDArray[np.int64]
Floats = NDArray[np.float64]

CLASSES = {
    **dict.fromkeys(("motorway", "trunk", "primary", "motorway_link", "trunk_link", "primary_link"), "national"),
    **dict.fromkeys(("secondary", "tertiary", "secondary_link", "tertiary_link"), "county"),
    **dict.fromkeys(("unclassified", "residential", "living_street", "service", "pedestrian", "road"), "street"),
}
"""OpenStreetMap's `highway` -> our road_class. Paths, tracks and steps are no streets that a car patrols."""
NAMELESS = {"national": "国省道", "county": "县乡道", "street": "街道"}


@dataclass
class Extract:
    """Nodes with their degrees, and the ways that are roads: id, tags, nodes."""

    ids: list[Integers] = field(default_factory=list)
    lon: list[Floats] = field(default_factory=list)
    lat: list[Floats] = field(default_factory=list)
    ways: list[tuple[int, dict[str, str], Integers]] = field(default_factory=list)
    passed_over: Counter[str] = field(default_factory=Counter)

    def way(self, number: int, tags: dict[str, str], nodes: Integers) -> None:
        """Keep a way that is a road; count one that is another kind of way."""
        if "highway" not in tags:
            return
        if tags["highway"] in CLASSES:
            self.ways.append((number, tags, nodes))
        else:
            self.passed_over[tags["highway"]] += 1


def read_osm(path: Path, ask: Ask) -> RawTable:
    """Roads of an .osm file."""
    found = Extract()
    ids: list[int] = []
    degrees: list[tuple[float, float]] = []
    way: tuple[int, dict[str, str], list[int]] | None = None

    def start(tag: str, given: dict[str, str]) -> None:
        nonlocal way
        if tag == "node" and "lon" in given:  # one that was deleted has no place
            ids.append(int(given["id"]))
            degrees.append((float(given["lon"]), float(given["lat"])))
        elif tag == "way":
            way = (int(given["id"]), {}, [])
        elif way is not None and tag == "nd":
            way[2].append(int(given["ref"]))
        elif way is not None and tag == "tag":
            way[1][given["k"]] = given["v"]

    def end(tag: str) -> None:
        nonlocal way
        if tag == "way" and way is not None:
            found.way(way[0], way[1], np.array(way[2], np.int64))
            way = None

    parser = safe_xml_parser(ask.name)
    parser.StartElementHandler, parser.EndElementHandler = start, end
    try:
        with path.open("rb") as file:
            parser.ParseFile(file)
    except ExpatError as error:
        raise damaged(ask.name, Text("XML 第 {line} 行有错", "its XML is wrong at line {line}").fill(line=error.lineno)) from error
    except (KeyError, ValueError, OverflowError) as error:
        raise damaged(ask.name, Text("节点或道路缺少编号、坐标", "a node or way lacks its number or place")) from error
    found.ids, places = [np.array(ids, np.int64)], np.array(degrees, float).reshape(-1, 2)
    found.lon, found.lat = [places[:, 0]], [places[:, 1]]
    return table_of_roads(found, ask, FORMATS["osm"].title)


def table_of_roads(found: Extract, ask: Ask, title: str) -> RawTable:
    """The roads as lines in WGS-84 degrees. Refused: none, too many."""
    if ask.layer not in (None, title):
        raise choose_layer(ask.name, [title], ask.layer)
    if not found.ways:
        raise Refusal(
            Text("{name} 中没有道路。", "There is no road in {name}.").fill(name=shown(ask.name)),
            Text("请导出含 highway 的范围。", "Export an extract with ways tagged highway."),
        )
    if len(found.ways) > ask.limits.max_rows_at_once:
        raise too_many(ask.name, Text("道路", "roads"), len(found.ways), ask.limits.max_rows_at_once)
    ids, lon, lat = (np.concatenate(parts) if parts else np.empty(0) for parts in (found.ids, found.lon, found.lat))
    order = np.argsort(ids, kind="stable")
    ids, lon, lat = ids[order], lon[order], lat[order]
    rows: list[tuple[str, str, str | None, str]] = []
    wkb, cut = [], 0
    for number, tags, nodes in found.ways:
        at = np.minimum(np.searchsorted(ids, nodes), max(len(ids) - 1, 0))
        held = ids[at] == nodes if len(ids) else np.zeros(len(nodes), bool)
        cut += not held.all()
        lines = [shapely.linestrings(lon[run], lat[run]) for run in _runs(at, held)]
        if not lines:
            continue
        kind = CLASSES[tags["highway"]]
        rows.append((f"osm-{number}", tags.get("name") or tags.get("ref") or NAMELESS[kind], tags.get("name:en"), kind))
        wkb.append(bytes(shapely.to_wkb(lines[0] if len(lines) == 1 else shapely.multilinestrings(lines))))
    columns = [(name, pa.array([row[i] for row in rows], pa.string())) for i, name in enumerate(("code", "name", "name_en", "road_class"))]
    findings = tuple(_findings(found.passed_over, cut))
    return RawTable(title, columns, pa.array(wkb, pa.binary()), utf8_by_norm(columns, title), "EPSG:4326", findings=findings)


def _runs(at: Integers, held: NDArray[np.bool_]) -> Iterator[Integers]:
    """Stretches of at least two nodes that the extract holds: a way that leaves it is cut at its border."""
    for run in np.split(np.arange(len(at)), np.flatnonzero(np.diff(held.astype(np.int8))) + 1):
        if len(run) > 1 and held[run[0]]:
            yield at[run]


def _findings(passed_over: Counter[str], cut: int) -> Iterator[Finding]:
    if passed_over:
        kinds = ", ".join(f"{shown(kind)} {n}" for kind, n in passed_over.most_common(10))
        what = Text("未读的道路种类：{kinds}。", "Kinds of way that were not read: {kinds}.").fill(kinds=kinds)
        yield warning("not_read", what, count=sum(passed_over.values()))
    if cut:
        what = Text("{n} 条道路伸出这份数据之外，在边缘处截断。", "{n} roads leave the extract and are cut at its border.").fill(n=cut)
        yield warning("cut_at_border", what, count=cut)
