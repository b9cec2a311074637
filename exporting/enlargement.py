"""The enlargement of the crowded centre: which part of the map needs it, and where on the sheet there is room for it."""

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely

from exporting.map_names import Missing
from exporting.map_view import SCALES, MapView
from exporting.page import Box

LEAST_GAIN = 1.6  # below this an enlargement shows hardly more than the map itself
LARGE = 3.0  # times the median: a large area without room for its name is named by a number, not by an enlargement
TOGETHER_MM = 14.0
PAD_MM = 0.9
PARTS = (1.0, 0.85, 0.7, 0.55, 0.4)  # of the crowded areas, those nearest to their middle
LARGEST_SHARE = 0.4  # of the frame: more than that is no crowded part but a sheet too small
AWAY_MM = 2.0
CLEAR_OF_TOWN_MM = 2.4
SHARES = sorted(((x, y) for x in np.linspace(0, 1, 9) for y in np.linspace(0, 1, 9)), key=lambda share: (share[0] + share[1], share))
"""How much of the free space the town is moved by, across and along: the least first."""


@dataclass(frozen=True)
class Enlargement:
    """The main view, moved aside if need be, the enlargement's own view, and its box on the page with the heading."""

    main: MapView
    view: MapView
    box: Box

    def outline_on(self, view: MapView) -> Any:
        """What the enlargement shows, as a box on the page of another view."""
        return shapely.box(*view.on_page(shapely.box(*self.view.ground(self.view.frame))).bounds)


def crowded_regions(crowded: tuple[Missing, ...], view: MapView) -> list[Box]:
    """The part of the ground (metres) where most names found no room, and ever smaller parts of it around its densest spot.

    Empty where fewer than three areas lie together. The smaller ones are for a sheet that has no room for the whole.
    """
    if len(crowded) < 3:
        return []
    areas = np.asarray([item.area for item in crowded], dtype=object)
    areas = areas[shapely.area(areas) <= LARGE * np.median(shapely.area(areas))]
    groups = shapely.get_parts(shapely.union_all(shapely.buffer(areas, TOGETHER_MM / 2)))
    members = [areas[shapely.intersects(areas, group)] for group in groups]
    most = max(members, key=lambda group: (len(group), shapely.union_all(group).area))
    if len({id(area) for area in most}) < 3:
        return []
    middles = shapely.get_coordinates(shapely.centroid(most))
    nearest_first = most[np.argsort(np.linalg.norm(middles - np.median(middles, axis=0), axis=1), kind="stable")]
    counts = [count for count in (round(share * len(most)) for share in PARTS) if count >= 3]
    regions = [np.add(shapely.total_bounds(nearest_first[:count]), (-PAD_MM, -PAD_MM, PAD_MM, PAD_MM)) for count in counts]
    frame = view.frame
    most_mm2 = LARGEST_SHARE * (frame[2] - frame[0]) * (frame[3] - frame[1])
    return [view.ground((x0, y0, x1, y1)) for x0, y0, x1, y1 in regions if (x1 - x0) * (y1 - y0) <= most_mm2]


def find_room(region_m: Box, main: MapView, town_m: Any, heading_mm: float) -> Enlargement | None:
    """The largest enlargement of the region that a corner of the frame holds beside the town, which may be moved within the frame."""
    wide, high = region_m[2] - region_m[0], region_m[3] - region_m[1]
    x0, y0, x1, y1 = main.frame
    shape = shapely.buffer(shapely.simplify(main.on_page(town_m), 0.3), CLEAR_OF_TOWN_MM)
    tx0, ty0, tx1, ty1 = shape.bounds
    slack = {"left": max(tx0 - x0 - 1, 0), "right": max(x1 - tx1 - 1, 0), "bottom": max(ty0 - y0 - 1, 0), "top": max(y1 - ty1 - 1, 0)}
    for scale in SCALES:
        width, height = wide * 1000 / scale, high * 1000 / scale + heading_mm
        if scale * LEAST_GAIN > main.scale:
            return None
        if width > 0.62 * (x1 - x0) or height > 0.62 * (y1 - y0):
            continue
        for across, along in SHARES:  # the town stays as near to the middle as it can
            for side, level in (("left", "bottom"), ("left", "top"), ("right", "bottom"), ("right", "top")):
                left = x0 + AWAY_MM if side == "left" else x1 - AWAY_MM - width
                bottom = y0 + AWAY_MM if level == "bottom" else y1 - AWAY_MM - height
                dx = across * (slack["right"] if side == "left" else -slack["left"])
                dy = along * (slack["top"] if level == "bottom" else -slack["bottom"])
                box = (left, bottom, left + width, bottom + height)
                if not shapely.box(*box).intersects(shapely.transform(shape, lambda xy, d=(dx, dy): xy + d)):
                    moved = replace(main, centre_m=(main.centre_m[0] - dx / main.mm_per_m, main.centre_m[1] - dy / main.mm_per_m))
                    middle = ((region_m[0] + region_m[2]) / 2, (region_m[1] + region_m[3]) / 2)
                    frame = (left, bottom, left + width, bottom + height - heading_mm)
                    return Enlargement(moved, MapView(main.crs, scale, frame, middle), box)
    return None
