"""A small picture of the parts that a cell is cut into, numbered from west to east. Made of numbers only, so nothing needs escaping."""

from collections.abc import Sequence
from math import cos, radians

import numpy as np
import shapely

WIDTH, HEIGHT, MARGIN = 240.0, 200.0, 12.0  # px
FILLS = ("#e8f0f5", "#f6ead8")
"""Taken by turns; the number in each part is what tells them apart."""


def parts_sketch(shapes: Sequence[shapely.Geometry]) -> str:
    """SVG of polygons in degrees (EPSG:4490), each with its number (from 1) at a point well inside, north up."""
    whole = shapely.MultiPolygon([part for shape in shapes for part in shapely.get_parts(shape)])
    west, south, east, north = whole.bounds
    narrower = cos(radians((south + north) / 2))
    scale = min((WIDTH - 2 * MARGIN) / ((east - west) * narrower), (HEIGHT - 2 * MARGIN) / (north - south))

    def to_px(lonlat: np.ndarray) -> np.ndarray:
        x = (lonlat[:, 0] - (west + east) / 2) * narrower * scale + WIDTH / 2
        y = ((south + north) / 2 - lonlat[:, 1]) * scale + HEIGHT / 2
        return np.column_stack([x, y])

    drawn = [_part(shapely.transform(shape, to_px), i) for i, shape in enumerate(shapes)]
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {HEIGHT:.0f}">{"".join(drawn)}</svg>'


def _part(shape: shapely.Geometry, i: int) -> str:
    rings = [ring for part in shapely.get_parts(shape) for ring in (part.exterior, *part.interiors)]
    path = "".join("M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in shapely.get_coordinates(ring)) + "Z" for ring in rings)
    at = shapely.maximum_inscribed_circle(shape).coords[0]
    number = f'<text x="{at[0]:.1f}" y="{at[1] + 6:.1f}" font-family="sans-serif" font-size="18" text-anchor="middle">{i + 1}</text>'
    return f'<path d="{path}" fill="{FILLS[i % 2]}" stroke="#15324a" stroke-width="1.5" fill-rule="evenodd"/>{number}'
