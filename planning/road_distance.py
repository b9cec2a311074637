"""How far each cell is from a post along the roads, which a river or a hill can make much more than the straight line."""

from collections.abc import Iterable
from dataclasses import dataclass

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import dijkstra

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.cell_graph import check_metres

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

JOIN_M = 1.0  # an end that near to another road is meant to meet it; narrower than any lane
GRID_M = 0.001  # fine enough for any map, coarse enough that a foot point lies on its road
FAR_M = 1000.0  # a straight walk beyond that says more about missing roads than about the distance


@dataclass(frozen=True, eq=False)
class RoadDistances:
    """Metres from posts to cells. A cell that the roads do not reach from a post has NaN, and is in `unreachable`."""

    distance_m: pd.DataFrame
    """Index cell code, one column per post: straight to the road, along it, and straight from it to the cell's inner point."""
    access_m: pd.Series
    """Index cell code: the straight part at the cell's end."""
    post_access_m: pd.Series
    """Index post: the straight part at the post's end."""
    unreachable: tuple[tuple[str, str], ...]
    """Pairs of cell and post on parts of the road net that do not hang together."""

    @property
    def lines(self) -> tuple[Text, ...]:
        """What a reader should know of the figures."""
        return tuple(_lines(self))


def road_distances(cells: gpd.GeoDataFrame, posts: gpd.GeoSeries, roads: gpd.GeoSeries, join_m: float = JOIN_M) -> RoadDistances:
    """Shortest way from each post to an inner point of each cell along the roads, in metres.

    `cells` has `code` and polygons, `posts` are points indexed by their keys, `roads` are lines; all in one metric CRS.
    Roads that cross meet there, also at a bridge over another road; ends within `join_m` of a road are joined to it.
    Every road may be used both ways. Post and cell go straight to the nearest road. Refused: degrees, two CRS,
    no posts, no roads, geometry missing.
    """
    _check(cells, posts, roads)
    start, end, xy = _segments(roads.to_numpy(), join_m)
    inner = shapely.point_on_surface(cells.geometry.to_numpy())
    places = np.concatenate([inner, posts.to_numpy()])
    segment, along, access_m = _on_road(places, xy[start], xy[end])
    length_m = np.hypot(*(xy[end] - xy[start]).T)
    n = len(inner)
    along_m = _along_roads(start, end, length_m, len(xy), segment, along, n)
    distance_m = access_m[:n, None] + along_m.T + access_m[None, n:]
    codes, keys = pd.Index(cells["code"], name="cell"), posts.index
    cut_off = [(str(codes[i]), str(keys[j])) for i, j in np.argwhere(~np.isfinite(distance_m))]
    return RoadDistances(
        pd.DataFrame(np.where(np.isfinite(distance_m), distance_m, np.nan), index=codes, columns=keys),
        pd.Series(access_m[:n], index=codes, name="access_m"),
        pd.Series(access_m[n:], index=keys, name="access_m"),
        tuple(cut_off),
    )


def _segments(roads: NDArray[np.object_], join_m: float) -> tuple[Integers, Integers, Floats]:
    """Road net as straight pieces between nodes: start (s,), end (s,) and the nodes' coordinates (v, 2)."""
    lines = shapely.get_parts(shapely.force_2d(roads))
    ends = np.concatenate([shapely.get_point(lines, 0), shapely.get_point(lines, -1)])
    end, line = shapely.STRtree(lines).query(ends, predicate="dwithin", distance=join_m)
    joins = shapely.shortest_line(ends[end], lines[line])
    joins = joins[(end % len(lines) != line) & (shapely.length(joins) > 0)]
    net = shapely.get_parts(shapely.union_all(np.concatenate([lines, joins]), grid_size=GRID_M))
    xy, line = shapely.get_coordinates(net, return_index=True)
    nodes, place = np.unique(xy, axis=0, return_inverse=True)
    place = place.ravel()
    joined = (line[1:] == line[:-1]) & (place[1:] != place[:-1])
    return place[:-1][joined], place[1:][joined], nodes


def _on_road(places: NDArray[np.object_], a: Floats, b: Floats) -> tuple[Integers, Floats, Floats]:
    """Nearest piece of road for each place (p,), how far along it from its start as a share, and how far away in metres."""
    tree = shapely.STRtree(shapely.linestrings(np.stack([a, b], axis=1)))
    place, found = tree.query_nearest(places, all_matches=False)
    segment = np.empty(len(places), dtype=np.int64)
    segment[place] = found
    point = shapely.get_coordinates(places)
    way = b[segment] - a[segment]
    share = np.clip(((point - a[segment]) * way).sum(axis=1) / (way**2).sum(axis=1), 0, 1)
    return segment, share, np.hypot(*(point - a[segment] - share[:, None] * way).T)


def _along_roads(start: Integers, end: Integers, length_m: Floats, nodes: int, segment: Integers, share: Floats, n: int) -> Floats:
    """Metres along the net from each post (places from n on) to each cell (places before n): (posts, n), inf where cut off."""
    a_m, b_m = share * length_m[segment], (1 - share) * length_m[segment]
    posts = np.arange(n, len(segment))
    own = nodes + np.arange(len(posts))  # each post is a node of its own, joined to both ends of its piece of road
    tail = np.concatenate([start, own, own])
    head = np.concatenate([end, start[segment[n:]], end[segment[n:]]])
    # a stored length of 0 would be no edge at all
    weight = np.maximum(np.concatenate([length_m, a_m[n:], b_m[n:]]), 1e-9)
    size = nodes + len(posts)
    # pieces between the same two nodes would be added up: only the shortest counts
    order = np.lexsort((weight, np.maximum(tail, head), np.minimum(tail, head)))
    pair = np.column_stack([np.minimum(tail, head), np.maximum(tail, head)])[order]
    first = np.r_[True, (pair[1:] != pair[:-1]).any(axis=1)]
    graph = csr_array((weight[order][first], tuple(pair[first].T)), shape=(size, size))
    reach_m = dijkstra(graph, directed=False, indices=own)
    cell = segment[:n]
    by_ends = np.minimum(reach_m[:, start[cell]] + a_m[:n], reach_m[:, end[cell]] + b_m[:n])
    same = segment[posts][:, None] == cell
    direct = np.abs(share[posts][:, None] - share[:n]) * length_m[cell]
    return np.where(same, np.minimum(by_ends, direct), by_ends)


def _check(cells: gpd.GeoDataFrame, posts: gpd.GeoSeries, roads: gpd.GeoSeries) -> None:
    check_metres(cells)
    for name, other in ((Text("驻点", "posts"), posts), (Text("道路", "roads"), roads)):
        if len(other) == 0:
            raise Refusal(Text("没有{name}。", "There are no {name}.").fill(name=name), Text("请先导入。", "Import them first."))
        if other.crs != cells.crs:
            raise Refusal(
                Text("{name}的坐标系与网格不同。", "The {name} are not in the coordinate system of the cells.").fill(name=name),
                Text("请转换到 {crs}。", "Convert them to {crs}.").fill(crs=cells.crs.to_string()),
            )
    for name, geometry, kinds in (
        (Text("网格", "cells"), cells.geometry, (3, 6)),
        (Text("驻点", "posts"), posts, (0,)),
        (Text("道路", "roads"), roads, (1, 5)),
    ):
        shapes = geometry.to_numpy()
        wrong = np.flatnonzero(~np.isin(shapely.get_type_id(shapes), kinds) | shapely.is_empty(shapes))
        if len(wrong):
            raise Refusal(
                Text(
                    "{n} 个{name}的图形缺失或类型不对（首个：第 {row} 行）。",
                    "{n} {name} have no geometry or the wrong kind (first: row {row}).",
                ).fill(n=len(wrong), name=name, row=wrong[0] + 1),
                Text("请更正后重新导入。", "Correct them and import again."),
            )


def _lines(found: RoadDistances) -> Iterable[Text]:
    yield Text(
        "网格到道路的直线距离：中位 {mid:.0f} 米，最远 {far:.0f} 米（{cell}）。",
        "Cells are {mid:.0f} m from a road in the middle, {far:.0f} m at most ({cell}).",
    ).fill(mid=found.access_m.median(), far=found.access_m.max(), cell=found.access_m.idxmax())
    far = found.access_m[found.access_m > FAR_M]
    if len(far):
        yield Text(
            "{n} 个网格离道路超过 {m:.0f} 米，道路图层可能不全。", "{n} cells are over {m:.0f} m from a road; roads may be missing."
        ).fill(n=len(far), m=FAR_M)
    if found.unreachable:
        cell, post = found.unreachable[0]
        yield Text(
            "{n} 组网格与驻点之间没有相连的道路（首个：{cell}，{post}）。",
            "{n} pairs of cell and post have no roads that join them (first: {cell}, {post}).",
        ).fill(n=len(found.unreachable), cell=cell, post=post)
