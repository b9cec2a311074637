"""The ground cut along every border: small faces, each covered by no area (a gap), one, or several (an overlap)."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import shapely
from numpy.typing import NDArray
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components

Flags = NDArray[np.bool_]
Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Shapes = NDArray[np.object_]

NOBODY = -1
TOLERANCE_M = 5.0  # about what a handheld receiver or a traced image gives
REAL_HOLE_WIDTH_M = 20.0  # wider than the town's roads: nobody leaves that out by mistake
SAMPLE_STEP_M = 50.0  # long straight borders are looked at this often; corners, where it matters, have vertices of their own
NOTCH_SHARE = 0.25  # a gap that is open along more of its outline is a bend of the town's edge; a slit is deeper than wide
OVERSHOOT_M = 0.005  # a cut ends this far behind the border it meets, so that the crossing is found in floating point


@dataclass(frozen=True, eq=False)
class Faces:
    """A planar partition: `shapes` (f,) polygons that meet vertex to vertex and are each covered evenly by the areas."""

    shapes: Shapes
    covering: Integers
    """(p, 2) pairs face, area; sorted by face. A face that is in no pair is a gap, or a hole that is meant."""
    neighbours: Integers
    """(m, 2) pairs of faces that share a line, the lower first."""
    border_m: Floats
    """(m,) length that they share."""

    @cached_property
    def times_covered(self) -> Integers:
        """Number of areas over each face (f,)."""
        return np.bincount(self.covering[:, 0], minlength=len(self.shapes))

    @cached_property
    def area_m2(self) -> Floats:
        """Size of each face (f,)."""
        return np.asarray(shapely.area(self.shapes))

    def pieces(self, mark: Integers) -> Integers:
        """Numbers of the connected pieces (f,) that neighbouring faces with the same mark form; NOBODY where the mark is NOBODY."""
        a, b = self.neighbours.T
        same = (mark[a] == mark[b]) & (mark[a] != NOBODY)
        count = len(self.shapes)
        graph = csr_array((np.ones(same.sum(), dtype=np.int8), (a[same], b[same])), shape=(count, count))
        piece = connected_components(graph, directed=False)[1]
        return np.where(mark == NOBODY, NOBODY, piece)

    def narrow(self, asked: Flags, width_m: float) -> Flags:
        """Which of the faces asked for are nowhere wider than that (f,)."""
        narrow = asked.copy()
        large = np.flatnonzero(asked & (self.area_m2 > np.pi * width_m**2 / 4))
        narrow[large] = shapely.is_empty(shapely.buffer(self.shapes[large], -width_m / 2, quad_segs=4))
        return narrow

    def gaps(self, width_m: float, inside: Flags | None = None) -> Flags:
        """Uncovered faces (f,) that are gaps: nowhere wider than that, and not just bends of the town's edge or of a hole's.

        `inside`, where the ground that must be covered is known: only these faces can be gaps, and the edge is no opening.
        """
        uncovered = self.times_covered == 0
        if inside is not None:
            uncovered &= inside
        narrow = self.narrow(uncovered, width_m)
        open_m = np.zeros(len(self.shapes)) if inside is not None else self._outer_m()
        for a, b in (self.neighbours.T, self.neighbours.T[::-1]):
            to_hole = uncovered[b] & ~narrow[b]
            np.add.at(open_m, a[to_hole], self.border_m[to_hole])
        piece = self.pieces(np.where(narrow, 0, NOBODY))[narrow]
        rim_m = np.asarray(shapely.length(self.shapes)) - self._within_m(narrow)
        open_share = np.bincount(piece, open_m[narrow]) / np.maximum(np.bincount(piece, rim_m[narrow]), 1e-9)
        narrow[narrow] = open_share[piece] <= NOTCH_SHARE
        return narrow

    def split(self, which: Integers) -> tuple["Faces", Integers]:
        """These faces cut into triangles between their own vertices, and the position (g,) that each new face came from."""
        kept = np.delete(np.arange(len(self.shapes)), which)
        triangles, piece_of = shapely.get_parts(shapely.constrained_delaunay_triangles(self.shapes[which]), return_index=True)
        origin = np.concatenate([kept, which[piece_of]])
        shapes = np.concatenate([self.shapes[kept], triangles])
        first, last = np.searchsorted(self.covering[:, 0], [origin, origin + 1])
        face = np.repeat(np.arange(len(origin)), last - first)
        pair = np.arange(len(face)) - np.repeat(np.cumsum(last - first) - (last - first), last - first) + np.repeat(first, last - first)
        return Faces(shapes, np.column_stack([face, self.covering[pair, 1]]), *shared_borders(shapes)), origin

    def _outer_m(self) -> Floats:
        """Length of each face's border beyond which there is no face (f,)."""
        shared_m = summed(self.neighbours.ravel(), np.repeat(self.border_m, 2), len(self.shapes))
        outer_m = np.asarray(shapely.length(self.shapes)) - shared_m
        return np.where(outer_m > 1e-6, outer_m, 0.0)

    def _within_m(self, chosen: Flags) -> Floats:
        """Length of each face's border with chosen faces (f,)."""
        both = chosen[self.neighbours].all(axis=1)
        return summed(self.neighbours[both].ravel(), np.repeat(self.border_m[both], 2), len(self.shapes))


def border_faces(
    areas: Shapes,
    reach_m: float,
    mouth_m: float = 0.0,
    guides: Shapes | None = None,
    grid_m: float | None = None,
    cut_along: Flags | None = None,
) -> Faces:
    """Cut the ground along the borders of valid polygons `areas` (n,), in metres, and along short cuts between them.

    Gaps between many areas hang together like streets, and often lie open to the outside; as one face they could only
    be told or given away whole. So wherever the set of other borders within `reach_m` of a border changes (a junction,
    the mouth of a slit), a cut is made to each of them. Where none is within reach, those within `mouth_m` count, so
    that a slit is cut off at its mouth and not wherever it gets wide. `guides` are further borders to cut along and
    towards. `grid_m` rounds all to a grid: slower, but no two vertices come out closer than that. `cut_along` leaves
    out the borders of the other areas (n,): a face may then lie in several of these, and is counted to one.
    """
    drawn = areas if cut_along is None else areas[cut_along]
    borders = shapely.boundary(drawn if guides is None else np.concatenate([drawn, guides]))
    borders = borders[~shapely.is_empty(borders)]
    cuts = _each_once(_cuts(borders, reach_m, mouth_m))
    if guides is None:  # ground that an area covers may still have to go to another where guides say so
        covered, _ = shapely.STRtree(areas).query(shapely.points(cuts.mean(axis=1)), predicate="within")
        cuts = np.delete(cuts, covered, axis=0)
    noded = shapely.union_all(np.concatenate([borders, _overshot(cuts, shapely.get_coordinates(borders))]), grid_size=grid_m)
    shapes = shapely.get_parts(shapely.polygonize([noded]))
    with ThreadPoolExecutor(max_workers=1) as beside:  # either takes about as long, mostly outside the interpreter
        borders = beside.submit(shared_borders, shapes)
        face, area = shapely.STRtree(areas).query(shapely.point_on_surface(shapes), predicate="within")
        order = np.lexsort((area, face))
        return Faces(shapes, np.column_stack([face, area])[order].astype(np.int64), *borders.result())


def summed(group: Integers, value: Floats, groups: int) -> Floats:
    """Sum of the values of each group (groups,)."""
    return np.bincount(group, value, groups).astype(np.float64)


def largest_of(group: Integers, value: Floats, groups: int) -> Integers:
    """Position of the largest value of each group (groups,); 0 for a group without any."""
    largest = np.zeros(groups, dtype=np.int64)
    order = np.argsort(value, kind="stable")
    largest[group[order]] = order  # the last one written is the largest
    return largest


def shared_borders(shapes: Shapes) -> tuple[Integers, Floats]:
    """Pairs of polygons (m, 2) that share segments vertex for vertex, lower position first, and the length shared (m,)."""
    segments, owner, mark = _segments(shapes)
    twin = np.flatnonzero((mark[1:] == mark[:-1]) & (owner[1:] != owner[:-1]))
    a, b = segments[twin], segments[twin + 1]
    twin = twin[(a == b).all(axis=1) | (a == b[:, [2, 3, 0, 1]]).all(axis=1)]
    ends = np.sort(np.column_stack([owner[twin], owner[twin + 1]]), axis=1)
    key, which = np.unique(ends[:, 0] * len(shapes) + ends[:, 1], return_inverse=True)
    pairs = np.column_stack([key // max(len(shapes), 1), key % max(len(shapes), 1)])
    length = np.hypot(*(segments[twin, 2:] - segments[twin, :2]).T)
    return pairs.astype(np.int64), summed(which.ravel(), length, len(pairs))


def with_open_borders(shapes: Shapes) -> Flags:
    """Polygons (n,) with a segment that is not once in one and once, the other way round, in another: at the edge, or at a flaw."""
    segments, owner, mark = _segments(shapely.orient_polygons(shapes))
    start = np.flatnonzero(np.r_[True, mark[1:] != mark[:-1]])
    times = np.diff(np.r_[start, len(mark)])
    forward = (segments[:, 0] < segments[:, 2]) | ((segments[:, 0] == segments[:, 2]) & (segments[:, 1] < segments[:, 3]))
    fits = (times == 2) & (np.add.reduceat(forward.astype(np.int64), start) == 1)
    found = np.zeros(len(shapes), dtype=bool)
    found[owner[~np.repeat(fits, times)]] = True
    return found


def _segments(shapes: Shapes) -> tuple[Floats, Integers, NDArray[np.uint64]]:
    """Segments (s, 4) of all rings, the polygon that each is of, and a mark that is the same from either end; sorted by mark."""
    parts, shape_of_part = shapely.get_parts(shapes, return_index=True)
    rings, part_of_ring = shapely.get_rings(parts, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    real = (ring[1:] == ring[:-1]) & (xy[1:] != xy[:-1]).any(axis=1)
    segments, owner = np.hstack([xy[:-1][real], xy[1:][real]]), shape_of_part[part_of_ring[ring[:-1][real]]]
    mark = _marks(segments[:, :2]) + _marks(segments[:, 2:])
    order = np.argsort(mark)  # in whatever order among those with the same mark: twice as fast
    return segments[order], owner[order], mark[order]


def _cuts(borders: Shapes, reach_m: float, mouth_m: float) -> Floats:
    """Short lines (k, 2, 2) from borders to other borders nearby, where the set of those changes along the border."""
    lines, owner_of_line = shapely.get_parts(borders, return_index=True)
    xy, line = shapely.get_coordinates(shapely.segmentize(lines, SAMPLE_STEP_M), return_index=True)
    points, owner, tree = shapely.points(xy), owner_of_line[line], shapely.STRtree(borders)
    sample, other = _near(points, owner, tree, reach_m)
    if mouth_m > reach_m:
        alone = np.ones(len(points), dtype=bool)
        alone[sample] = False
        lonely = np.flatnonzero(alone)
        far_sample, far_other = _near(points[lonely], owner[lonely], tree, mouth_m)
        sample, other = np.concatenate([sample, lonely[far_sample]]), np.concatenate([other, far_other])
    chosen = _where_sets_change(sample, other, line, len(borders))[sample]
    cuts = shapely.get_coordinates(shapely.shortest_line(points[sample[chosen]], borders[other[chosen]])).reshape(-1, 2, 2)
    return np.asarray(cuts[(cuts[:, 0] != cuts[:, 1]).any(axis=1)])


def _each_once(cuts: Floats) -> Floats:
    """The cuts (k, 2, 2) without those that are drawn again, from the same side or the other one."""
    forward = (cuts[:, 0, 0] < cuts[:, 1, 0]) | ((cuts[:, 0, 0] == cuts[:, 1, 0]) & (cuts[:, 0, 1] <= cuts[:, 1, 1]))
    ends = _as_keys(np.where(forward[:, None, None], cuts, cuts[:, ::-1]).reshape(-1, 2)).reshape(-1, 2)
    order = np.lexsort((ends[:, 1], ends[:, 0]))
    again = (ends[order[1:]] == ends[order[:-1]]).all(axis=1)
    return np.delete(cuts, order[1:][again], axis=0)


def _near(points: Shapes, owner: Integers, tree: shapely.STRtree, reach_m: float) -> tuple[Integers, Integers]:
    sample, other = tree.query(points, predicate="dwithin", distance=reach_m)
    foreign = other != owner[sample]
    return sample[foreign], other[foreign]


def _where_sets_change(sample: Integers, other: Integers, line: Integers, borders: int) -> NDArray[np.bool_]:
    """Samples next to a change of the set of near borders along the line: of two neighbours the one with the larger set.

    That is where several borders are near at once, so a cut there parts a junction from the slits that lead to it.
    Sets are told apart by the sums of random marks.
    """
    mark_of = np.random.default_rng(0).integers(1, 2**63, borders, dtype=np.uint64)
    marks, size = np.zeros(len(line), dtype=np.uint64), np.bincount(sample, minlength=len(line))
    np.add.at(marks, sample, mark_of[other])
    first = np.flatnonzero((marks[1:] != marks[:-1]) & (line[1:] == line[:-1]))  # rings are closed, so no pair is missed
    a, b = size[first], size[first + 1]
    chosen = np.zeros(len(line), dtype=bool)
    chosen[first[a >= b]] = True
    chosen[first[b >= a] + 1] = True
    return chosen


def _overshot(cuts: Floats, vertices: Floats) -> Shapes:
    """The cuts (k, 2, 2) as lines that surely meet the borders: exactly at a vertex, elsewhere they cross."""
    marks, ends = np.sort(_marks(vertices)), _marks(cuts.reshape(-1, 2))
    known = (marks[np.minimum(np.searchsorted(marks, ends), len(marks) - 1)] == ends).reshape(-1, 2)
    beyond = (cuts[:, 1] - cuts[:, 0]) * (OVERSHOOT_M / np.hypot(*(cuts[:, 1] - cuts[:, 0]).T))[:, None]
    for end, sign in ((0, -1), (1, 1)):
        between = ~known[:, end]
        cuts[between, end] += sign * beyond[between]
    return np.asarray(shapely.linestrings(cuts))


def _as_keys(xy: Floats) -> NDArray[np.complex128]:
    return xy[:, 0] + 1j * xy[:, 1]


def _marks(xy: Floats) -> NDArray[np.uint64]:
    """A number for each point that tells it apart from practically all others."""
    bits = np.ascontiguousarray(xy + 0.0).view(np.uint64)  # + 0.0 makes one zero of the two
    return (bits[:, 0] * np.uint64(0x9E3779B97F4A7C15)) ^ (bits[:, 1] * np.uint64(0xC2B2AE3D27D4EB4F))
