"""Which unit a face of ground lies in, and which unit a cell belongs to."""

import geopandas as gpd
import numpy as np
import shapely

from importing.border_faces import NOBODY, Faces, Integers, Shapes


def home_units(cells: gpd.GeoDataFrame, faces: Faces, units: gpd.GeoDataFrame, unit_of_face: Integers) -> Integers:
    """Position of each cell's unit (n,): the one its `unit_code` names, else the one with most of its ground, else NOBODY."""
    face, cell = faces.covering.T
    inside = unit_of_face[face] != NOBODY
    ground = np.zeros((len(cells), len(units)))
    np.add.at(ground, (cell[inside], unit_of_face[face[inside]]), faces.area_m2[face[inside]])
    home = np.where(ground.any(axis=1), ground.argmax(axis=1), NOBODY)
    if "unit_code" in cells and "code" in units:
        position = {code: i for i, code in enumerate(units["code"])}
        named = np.array([position.get(code, NOBODY) for code in cells["unit_code"]], dtype=np.int64)
        home = np.where(named == NOBODY, home, named)
    return home.astype(np.int64)


def unit_of_faces(faces: Faces, units: Shapes) -> Integers:
    """Position of the unit that each face (f,) lies in, the first where units overlap; NOBODY outside all."""
    face, unit = shapely.STRtree(units).query(shapely.point_on_surface(faces.shapes), predicate="within")
    found = np.full(len(faces.shapes), len(units), dtype=np.int64)
    np.minimum.at(found, face, unit)
    return np.where(found == len(units), NOBODY, found)
