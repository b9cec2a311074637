"""Which cells are neighbours, how long their common border is, and whether a river parts them."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

import geopandas as gpd
import networkx as nx
import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

from layers.definition.refusal import Refusal
from layers.definition.text import Text

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

PARTING_SHARE = 0.5  # a border that is mostly water parts; a brook that only touches it does not
BRIDGE_REACH_M = 60.0  # a bridge is kept as one point; half the length of the town's longer ones
SLIVER_WIDTH_M = 0.5  # narrower than any lane on the source maps, so such a gap is a flaw and would hide a border
BANK_M = 5.0  # borders are often drawn along the bank instead of midstream


@dataclass(frozen=True, eq=False)
class CellGraph:
    """Cells as nodes, common borders as edges. Arrays have one row per edge and are not writable."""

    codes: tuple[str, ...]
    edges: Integers
    """(m, 2) positions in `codes`, the lower first; sorted, none twice."""
    border_m: Floats
    """Length of the common border; 0 for a link between cells that do not touch."""
    crosses_water: Flags
    """More than half of the border lies in water."""
    connected: Flags
    """One can cross: the border is not water, or a bridge or a given link joins the two."""

    def __post_init__(self) -> None:
        for array in (self.edges, self.border_m, self.crosses_water, self.connected):
            array.setflags(write=False)

    def neighbours(self, code: str) -> tuple[str, ...]:
        """The cells that can be reached directly. Refused: a cell the graph does not have."""
        here = self._positions([code])[0]
        reached = self._reachable.indices[self._reachable.indptr[here] : self._reachable.indptr[here + 1]]
        return tuple(self.codes[position] for position in sorted(reached))

    def pieces(self, codes: Iterable[str]) -> list[tuple[str, ...]]:
        """The connected pieces that these cells form, most cells first, each in the graph's order. Refused: unknown cells."""
        chosen = np.unique(self._positions(codes))
        if len(chosen) == 0:
            return []
        _, label = connected_components(self._reachable[chosen][:, chosen], directed=False)
        order = np.argsort(label, kind="stable")
        groups = np.split(chosen[order], np.flatnonzero(np.diff(label[order])) + 1)
        return [tuple(self.codes[position] for position in group) for group in sorted(groups, key=lambda group: (-len(group), group[0]))]

    def to_networkx(self, only_connected: bool = True) -> nx.Graph:
        """The same graph for networkx: nodes are codes, edges carry `border_m`, `crosses_water` and `connected`."""
        graph = nx.Graph()
        graph.add_nodes_from(self.codes)
        for (a, b), border_m, crosses, connected in zip(self.edges, self.border_m, self.crosses_water, self.connected, strict=True):
            if connected or not only_connected:
                facts = {"border_m": float(border_m), "crosses_water": bool(crosses), "connected": bool(connected)}
                graph.add_edge(self.codes[a], self.codes[b], **facts)
        return graph

    def owners(self, beat_of: Mapping[str, str | None]) -> NDArray[np.object_]:
        """Beat of each cell (n,) in the graph's order; None for the unassigned and for cells that `beat_of` lacks."""
        found = np.empty(len(self.codes), dtype=object)
        found[:] = [beat_of.get(code) for code in self.codes]
        return found

    @cached_property
    def position(self) -> dict[str, int]:
        """Where each code stands in `codes`."""
        return {code: position for position, code in enumerate(self.codes)}

    @cached_property
    def _reachable(self) -> csr_array:
        a, b = self.edges[self.connected].T
        ones = np.ones(2 * len(a), dtype=np.int8)
        return csr_array((ones, (np.concatenate([a, b]), np.concatenate([b, a]))), shape=(len(self.codes), len(self.codes)))

    def _positions(self, codes: Iterable[str]) -> Integers:
        codes = list(codes)
        strangers = [code for code in codes if code not in self.position]
        if strangers:
            raise Refusal(
                Text("网格图中没有 {n} 个网格（首个：{cell}）。", "{n} cells are not in the cell graph (first: {cell}).").fill(
                    n=len(strangers), cell=strangers[0]
                ),
                Text("请重新载入网格图层。", "Load the cells again."),
            )
        return np.array([self.position[code] for code in codes], dtype=np.int64)


def cell_graph(
    cells: gpd.GeoDataFrame,
    water: gpd.GeoSeries | None = None,
    bridges: gpd.GeoSeries | None = None,
    links: Iterable[tuple[str, str]] = (),
    bridge_reach_m: float = BRIDGE_REACH_M,
) -> CellGraph:
    """Cells that share a border line (a common corner is not enough), with its length in metres.

    `cells` has `code` and polygons in a metric CRS that meet vertex to vertex; `water` (areas) and `bridges` (points)
    are in the same CRS. A border with more than half of its length in water, or within 5 m of it, is not connected
    unless a bridge lies within `bridge_reach_m` of it. `links` are pairs of codes that are joined all the same, such
    as by a ferry. Refused: degrees, another CRS for water or bridges, codes twice, cells that overlap or do not meet
    exactly, links that name unknown cells.
    """
    check_metres(cells)
    for name, other in ((Text("水系", "water"), water), (Text("桥梁", "bridges"), bridges)):
        _check_same_crs(cells, other, name)
    shapes = cells.geometry.to_numpy()
    codes = tuple(cells["code"])
    _check_codes(codes)
    _check_coverage(codes, shapes)
    edges, segments, owner = _shared_segments(shapes)
    border_m = np.bincount(owner, np.hypot(*(segments[:, 2:] - segments[:, :2]).T), len(edges)).astype(np.float64)
    crosses = np.zeros(len(edges), dtype=bool)
    bridged = crosses.copy()
    if water is not None and len(water) and len(edges):
        borders = shapely.multilinestrings(shapely.linestrings(segments.reshape(-1, 2, 2)), indices=owner)
        crosses = _length_in(borders, water.to_numpy()) > PARTING_SHARE * border_m
        bridged = _near_any(borders, bridges, bridge_reach_m)
    graph = CellGraph(codes, edges, border_m, crosses, ~crosses | bridged)
    return _with_links(graph, list(links))


def check_metres(cells: gpd.GeoDataFrame) -> None:
    """Refuses cells without a CRS, or in one that is not projected: lengths and areas need metres."""
    if cells.crs is None or not cells.crs.is_projected:
        known = "?" if cells.crs is None else cells.crs.to_string()
        raise Refusal(
            Text("网格的坐标系为 {crs}，不是以米为单位。", "The cells are in {crs}, which has no metres.").fill(crs=known),
            Text("请先转换到以米为单位的分带，例如 EPSG:4546。", "Convert them to a zone in metres first, for example EPSG:4546."),
        )


def _check_same_crs(cells: gpd.GeoDataFrame, other: gpd.GeoSeries | None, name: Text) -> None:
    if other is not None and len(other) and other.crs != cells.crs:
        raise Refusal(
            Text("{name}图层的坐标系与网格不同。", "The {name} layer is not in the coordinate system of the cells.").fill(name=name),
            Text("请转换到 {crs}。", "Convert it to {crs}.").fill(crs=cells.crs.to_string()),
        )


def _check_codes(codes: tuple[str, ...]) -> None:
    known: set[str] = set()
    twice = [code for code in codes if code in known or known.add(code)]  # type: ignore[func-returns-value]
    if twice:
        raise Refusal(
            Text("{n} 个网格编码重复（首个：{cell}）。", "{n} cell codes occur twice (first: {cell}).").fill(n=len(twice), cell=twice[0]),
            Text("请更正编码后重新导入。", "Correct the codes and import again."),
        )


def _check_coverage(codes: tuple[str, ...], shapes: NDArray[np.object_]) -> None:
    if shapely.coverage_is_valid(shapes, gap_width=SLIVER_WIDTH_M):
        return
    wrong = np.flatnonzero(~shapely.is_empty(shapely.coverage_invalid_edges(shapes, gap_width=SLIVER_WIDTH_M)))
    raise Refusal(
        Text(
            "{n} 个网格与相邻网格重叠或未严格衔接（首个：{cell}）。",
            "{n} cells overlap a neighbour or do not meet it exactly (first: {cell}).",
        ).fill(n=len(wrong), cell=codes[wrong[0]]),
        Text("请在导入时清理网格边界。", "Clean the cell borders when importing."),
    )


def _shared_segments(shapes: NDArray[np.object_]) -> tuple[Integers, Floats, Integers]:
    """Edges (m, 2) between cells, and the segments (s, 4) of their borders with the edge that each belongs to, sorted by it.

    Cells that meet exactly have every piece of a common border twice: once from either side.
    """
    parts, cell_of_part = shapely.get_parts(shapes, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    cell = cell_of_part[part_of_ring[ring]]
    real = (ring[1:] == ring[:-1]) & (xy[1:] != xy[:-1]).any(axis=1)
    start, end, cell = xy[:-1][real], xy[1:][real], cell[:-1][real]
    turned = (start[:, 0] > end[:, 0]) | ((start[:, 0] == end[:, 0]) & (start[:, 1] > end[:, 1]))
    segments = np.where(turned[:, None], np.hstack([end, start]), np.hstack([start, end]))
    order = np.lexsort((cell, *segments.T[::-1]))
    segments, cell = segments[order], cell[order]
    twin = np.flatnonzero((segments[1:] == segments[:-1]).all(axis=1) & (cell[1:] != cell[:-1]))
    pairs = np.column_stack([cell[twin], cell[twin + 1]]).astype(np.int64)
    edges, owner = np.unique(pairs, axis=0, return_inverse=True)
    by_edge = np.argsort(owner.ravel(), kind="stable")
    return edges.reshape(-1, 2), segments[twin][by_edge], owner.ravel()[by_edge].astype(np.int64)


def _length_in(borders: NDArray[np.object_], water: NDArray[np.object_]) -> Floats:
    """Length in metres of each border that lies in water or on its bank."""
    area = shapely.union_all(shapely.buffer(water, BANK_M))
    shapely.prepare(area)
    wet = shapely.intersects(area, borders)
    length = np.zeros(len(borders))
    length[wet] = shapely.length(shapely.intersection(borders[wet], area))
    return length


def _near_any(borders: NDArray[np.object_], points: gpd.GeoSeries | None, reach_m: float) -> Flags:
    near = np.zeros(len(borders), dtype=bool)
    if points is not None and len(points):
        found, _ = shapely.STRtree(points.to_numpy()).query(borders, predicate="dwithin", distance=reach_m)
        near[found] = True
    return near


def _with_links(graph: CellGraph, links: list[tuple[str, str]]) -> CellGraph:
    """The graph with these pairs joined, whether they touch or not."""
    if not links:
        return graph
    ends = np.sort(graph._positions(code for pair in links for code in pair).reshape(-1, 2), axis=1)
    edges, place = np.unique(np.vstack([graph.edges, ends]), axis=0, return_inverse=True)
    place = place.ravel()
    old, linked = place[: len(graph.edges)], place[len(graph.edges) :]
    border_m, crosses, connected = np.zeros(len(edges)), np.zeros(len(edges), dtype=bool), np.zeros(len(edges), dtype=bool)
    border_m[old], crosses[old], connected[old] = graph.border_m, graph.crosses_water, graph.connected
    connected[linked] = True
    return CellGraph(graph.codes, edges, border_m, crosses, connected)
