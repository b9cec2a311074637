"""Who gets each small face of ground that several areas claim or none does, so that no border moves farther than allowed."""

from dataclasses import dataclass

import numpy as np
import shapely

from importing.border_faces import NOBODY, Faces, Flags, Floats, Integers, Shapes, summed

LONG_BORDER_SHARE = 0.3  # a neighbour with that much of the longest border may take a gap; one that only touches its end may not
PRECISION_M = 0.02
ROUNDS = 50  # each gives at least one face away; a guard, not a limit that is met


@dataclass(frozen=True, eq=False)
class Owners:
    """Who got what: NOBODY where a gap or hole stays; `moved_m` (n,) is how far the border of each area moved."""

    faces: Faces
    """(g,) faces, a few of them cut further than they were given."""
    origin: Integers
    """(g,) position of the given face that each came from."""
    owner: Integers
    """(g,) position of the area that has the face now."""
    moved_m: Floats
    stuck: Integers
    """Faces that can't be taken from all but one of the areas over them without moving a border too far."""


def decide_owners(
    faces: Faces, areas: Shapes, tolerance_m: float, place_of_area: Integers | None = None, place_of_face: Integers | None = None
) -> Owners:
    """Give each disputed face to one of the areas (n,) over it and each narrow gap to a neighbour, all in metres.

    Between two areas the common border becomes the line of the later one throughout, not a mix of both: the later
    keeps what both claim, the earlier takes what neither does. An area may take or lose a face only if no point of
    the face's border is farther than `tolerance_m` from the area's own border, and the face is nowhere wider than
    twice that. With places (say, units) an area is only given faces of its own place; faces of place NOBODY go to none.
    """
    inside = None if place_of_face is None else place_of_face != NOBODY
    place_of_area = np.zeros(len(areas), dtype=np.int64) if place_of_area is None else place_of_area
    place_of_face = np.zeros(len(faces.shapes), dtype=np.int64) if place_of_face is None else place_of_face
    table = _Table(faces, areas, tolerance_m, place_of_area, place_of_face)
    table.settle_claims()
    given_up = (faces.times_covered > 0) & (table.owner == NOBODY) & (place_of_face != NOBODY)
    free = given_up | faces.gaps(2 * tolerance_m, inside)
    table.fill_gaps(np.flatnonzero(free))
    table.fill_in_pieces(np.flatnonzero(free & (table.owner == NOBODY)))
    table.join_strays()
    return Owners(table.faces, table.origin, table.owner, table.moved_m(), table.stuck)


class _Table:
    """The state while faces are given away."""

    def __init__(self, faces: Faces, areas: Shapes, tolerance_m: float, place_of_area: Integers, place_of_face: Integers) -> None:
        self.faces, self.tolerance_m = faces, tolerance_m
        self.place_of_area, self.place_of_face = place_of_area, place_of_face
        self.borders = shapely.boundary(areas)
        shapely.prepare(self.borders)
        self.parts = shapely.get_num_geometries(areas)
        self.owner = np.full(len(faces.shapes), NOBODY, dtype=np.int64)
        self.stuck = np.array([], dtype=np.int64)
        face, area = faces.covering.T
        self.at_home = place_of_area[area] == place_of_face[face]
        single = (faces.times_covered[face] == 1) & self.at_home
        self.owner[face[single]] = area[single]
        self.narrow = faces.narrow(self.owner == NOBODY, 2 * tolerance_m)
        self.origin = np.arange(len(faces.shapes))
        self._look_around()

    def _look_around(self) -> None:
        """Each border of two faces from either side."""
        self.side, self.other_side = np.concatenate([self.faces.neighbours, self.faces.neighbours[:, ::-1]]).T
        self.length_m = np.tile(self.faces.border_m, 2)

    def can_change(self, face: Integers, area: Integers) -> Flags:
        """May these areas take or lose these faces (p,), each for itself?"""
        allowed = self.narrow[face]
        far = farthest_m(self.faces.shapes[face[allowed]], self.borders[area[allowed]], self.tolerance_m)
        allowed[allowed] = far <= self.tolerance_m
        return allowed

    def settle_claims(self) -> None:
        """Faces over which areas dispute, or where an area lies outside its place: keep one of its own at most."""
        face, area = self.faces.covering.T
        disputed = self.owner[face] == NOBODY
        face, area, at_home = face[disputed], area[disputed], self.at_home[disputed]
        held = ~self.can_change(face, area)
        holders = np.bincount(face[held], minlength=len(self.owner))
        others_let_go = holders[face] - held == 0
        keeps = at_home & others_let_go
        order = np.argsort(area[keeps], kind="stable")
        self.owner[face[keeps][order]] = area[keeps][order]  # the last one written stays: the later area
        self.stuck = np.setdiff1d(face[(holders > 0)[face]], np.flatnonzero(self.owner != NOBODY))

    def fill_gaps(self, free: Integers) -> None:
        """Give free faces to neighbours with long borders, the nearest first, until nobody can take any more."""
        waiting = np.zeros(len(self.owner), dtype=bool)
        waiting[np.setdiff1d(free, self.stuck)] = True
        refused: Integers = np.array([], dtype=np.int64)
        areas = len(self.borders)
        for _ in range(ROUNDS):
            offer, border_m = self._offers(waiting)
            open_ = ~np.isin(offer, refused)
            offer, border_m = offer[open_], border_m[open_]
            if len(offer) == 0:
                return
            offer = _best_offers(offer, border_m, areas)
            face, area = offer // areas, offer % areas
            taken = self.can_change(face, area)
            refused = np.union1d(refused, offer[~taken])
            self.owner[face[taken]] = area[taken]
            waiting[face[taken]] = False

    def fill_in_pieces(self, left: Integers) -> None:
        """Cut gaps that no neighbour can take whole, such as bends around a corner, into triangles and give these away."""
        left = np.setdiff1d(left, self.stuck)
        if len(left) == 0:
            return
        self.faces, self.origin = self.faces.split(left)
        self.owner, self.place_of_face = self.owner[self.origin], self.place_of_face[self.origin]
        self.narrow = self.narrow[self.origin]
        self.stuck = np.flatnonzero(np.isin(self.origin, self.stuck))
        self._look_around()
        self.fill_gaps(np.flatnonzero(np.isin(self.origin, left)))

    def _offers(self, waiting: Flags) -> tuple[Integers, Floats]:
        """Keys face * areas + area of the areas at home next to waiting faces, and the length of their common border."""
        owner = self.owner[self.other_side]
        fits = waiting[self.side] & (owner != NOBODY) & ~waiting[self.other_side]
        fits[fits] = self.place_of_area[owner[fits]] == self.place_of_face[self.side[fits]]
        offer, which = np.unique(self.side[fits] * len(self.borders) + owner[fits], return_inverse=True)
        return offer, summed(which.ravel(), self.length_m[fits], len(offer))

    def join_strays(self) -> None:
        """Pieces that were cut off from their area go to a neighbour, where that moves no border too far."""
        for _ in range(3):  # a piece given away may cut off another, seldom twice
            stray = self._strays()
            face, area = np.flatnonzero(stray), self.owner[stray]
            face = face[self._may_lose(face, area)]
            if len(face) == 0:
                return
            before = self.owner[face]
            self.owner[face] = NOBODY
            self.fill_gaps(face)
            left = self.owner[face] == NOBODY
            self.owner[face[left]] = before[left]

    def _may_lose(self, face: Integers, area: Integers) -> Flags:
        asked = np.zeros(len(self.owner), dtype=bool)
        asked[face] = True
        self.narrow |= self.faces.narrow(asked & ~self.narrow, 2 * self.tolerance_m)
        return self.can_change(face, area)

    def _strays(self) -> Flags:
        """Faces in pieces beyond the number of parts that their area came with, the smallest pieces."""
        owned = self.owner != NOBODY
        numbers, piece = np.unique(self.faces.pieces(self.owner), return_inverse=True)
        count, piece = len(numbers), piece.ravel()
        size = summed(piece, self.faces.area_m2, count)
        owner = np.full(count, NOBODY, dtype=np.int64)
        owner[piece] = self.owner
        order = np.lexsort((-size, owner))
        rank = np.empty(count, dtype=np.int64)
        first = np.r_[True, owner[order][1:] != owner[order][:-1]]
        rank[order] = np.arange(count) - np.maximum.accumulate(np.where(first, np.arange(count), 0))
        return owned & (rank >= self.parts[owner])[piece]

    def moved_m(self) -> Floats:
        """How far the border of each area (n,) moved: at least that, and for the one that moved most exactly that."""
        face, area = self.faces.covering.T
        lost = (self.owner[face] != area) & ~np.isin(face, self.stuck)
        areas = len(self.borders)
        owned = np.flatnonzero(self.owner != NOBODY)
        gained = np.setdiff1d(owned * areas + self.owner[owned], face * areas + area)
        face, area = np.concatenate([face[lost], gained // areas]), np.concatenate([area[lost], gained % areas])
        farthest = np.zeros(areas)
        np.maximum.at(farthest, area, farthest_m(self.faces.shapes[face], self.borders[area], None))
        return farthest


def _best_offers(offer: Integers, border_m: Floats, areas: int) -> Integers:
    """One offer per face: the earliest area among those with a long border."""
    face = offer // areas
    starts = np.flatnonzero(np.r_[True, face[1:] != face[:-1]])
    longest = np.repeat(np.maximum.reduceat(border_m, starts), np.diff(np.r_[starts, len(face)]))
    offer = offer[border_m >= LONG_BORDER_SHARE * longest]  # sorted by face, then area
    return offer[np.r_[True, (offer // areas)[1:] != (offer // areas)[:-1]]]


def farthest_m(shapes: Shapes, borders: Shapes, limit_m: float | None) -> Floats:
    """How far the outline of each shape (p,) gets from the border (p,) beside it, in metres.

    With a limit, each is over it or not, to 2 cm, and the figure is a lower bound. Without, the largest of all is
    exact to 2 cm. A segment of length L with distances a and b at its ends stays within (a + b + L) / 2, and is
    halved until that is settled.
    """
    rings, pair_of_ring = shapely.get_rings(shapes, return_index=True)
    xy, ring = shapely.get_coordinates(rings, return_index=True)
    pair = pair_of_ring[ring]
    distance = shapely.distance(borders[pair], shapely.points(xy))
    far = np.zeros(len(shapes))
    np.maximum.at(far, pair, distance)
    inner = ring[1:] == ring[:-1]
    ends = np.stack([xy[:-1][inner], xy[1:][inner]], axis=1)
    gaps = np.stack([distance[:-1][inner], distance[1:][inner]], axis=1)
    pair = pair[:-1][inner]
    while len(ends):
        bound = (gaps.sum(axis=1) + np.hypot(*(ends[:, 1] - ends[:, 0]).T)) / 2
        open_ = bound > far.max() + PRECISION_M if limit_m is None else (bound > limit_m + PRECISION_M) & (far[pair] <= limit_m)
        ends, gaps, pair = ends[open_], gaps[open_], pair[open_]
        middle = ends.mean(axis=1)
        distance = shapely.distance(borders[pair], shapely.points(middle))
        np.maximum.at(far, pair, distance)
        ends = np.concatenate([np.stack([ends[:, 0], middle], axis=1), np.stack([middle, ends[:, 1]], axis=1)])
        gaps = np.concatenate([np.stack([gaps[:, 0], distance], axis=1), np.stack([distance, gaps[:, 1]], axis=1)])
        pair = np.tile(pair, 2)
    return far
