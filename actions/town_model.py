"""What follows from the stored tables and many actions need: metric shapes, neighbours, which cell an incident lies in.

Derived once per state of the store and shared by all sessions; it holds every field, so it never leaves actions/.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from functools import cached_property
from threading import Lock
from typing import Any, TypeVar, cast

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray
from pyproj import Transformer

from layers import LAYERS
from layers.definition.crs import STORED_CRS
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.cell_graph import CellGraph, cell_graph
from storage.store import Store
from storage.town import Town

T = TypeVar("T")
UNIT_LAYERS = ("communities", "villages")
UNPLACED_CRS = "EPSG:4546"
"""Stands in while a town has no boundaries and so no system of its own: there is nothing yet that could be measured in it."""
MODEL_SUBJECTS = ("town", "staff", "assignments", *(key for key, layer in LAYERS.items() if layer.kept != "computed"))
PLACE_LAYERS = tuple(
    key
    for key, layer in LAYERS.items()
    if layer.kept == "features" and key != "grid_cells" and any(field.name == "unit_code" for field in layer.fields)
)
"""What lies within units and is no ground itself."""


class TownModel:
    """One state of a town. Tables are in EPSG:4490 degrees unless named `_m`, which are metres in the town's system."""

    def __init__(self, store: Store, metric_crs: str = "") -> None:
        """metric_crs: the system in metres of a town that has none yet."""
        town = store.town()
        self.placed = bool(town.metric_crs or metric_crs)
        """Whether the town has a system in metres; until then it has no boundaries and no places."""
        self.town: Town = replace(town, metric_crs=town.metric_crs or metric_crs or UNPLACED_CRS)
        self.layers = {key: store.read_layer(key) for key, layer in LAYERS.items() if layer.kept == "features"}
        self._incidents = store.read_layer("incidents")
        self.staff: pd.DataFrame = store.staff().set_index("code", drop=False)
        self.assignments: pd.DataFrame = store.assignments()
        self._derived: dict[Hashable, Any] = {}

    def derived(self, key: Hashable, make: Callable[[], T]) -> T:
        """What an action works out from this state of the town and will want again."""
        if key not in self._derived:
            self._derived[key] = make()
        return cast(T, self._derived[key])

    @cached_property
    def units(self) -> gpd.GeoDataFrame:
        """Communities and villages together, indexed by code, with the key of their layer in `kind`."""
        tables = [self.layers[key].assign(kind=key) for key in UNIT_LAYERS]
        return gpd.GeoDataFrame(pd.concat(tables, ignore_index=True), crs=STORED_CRS).set_index("code", drop=False)

    @cached_property
    def cells(self) -> gpd.GeoDataFrame:
        """Grid cells indexed by code, with area_km2 measured in the metric system."""
        cells = self.layers["grid_cells"].set_index("code", drop=False)
        return cells.assign(area_km2=cells.to_crs(self.town.metric_crs).area / 1e6)

    @cached_property
    def places_in_cells(self) -> pd.DataFrame:
        """How many places of each kind lie in each cell: one row per cell code, one column per layer of places."""
        counts = {key: self._cells_at(shapely.point_on_surface(self.layers[key].geometry.to_numpy())) for key in PLACE_LAYERS}
        codes = self.cells["code"].to_numpy()
        return pd.DataFrame(
            {key: pd.Series(found, dtype=object).value_counts().reindex(codes, fill_value=0).to_numpy() for key, found in counts.items()},
            index=codes,
        )

    @cached_property
    def cells_m(self) -> gpd.GeoDataFrame:
        """Grid cells in metres, indexed by code."""
        return self.cells.to_crs(self.town.metric_crs)

    @cached_property
    def graph(self) -> CellGraph:
        """Which cells are neighbours; the river parts them except at bridges."""
        water, bridges = (self.layers[key].to_crs(self.town.metric_crs).geometry for key in ("water", "bridges"))
        return cell_graph(self.cells_m.reset_index(drop=True), water=water, bridges=bridges)

    @cached_property
    def outline_m(self) -> shapely.Geometry:
        """Outline of the town in metres. Refused: a workspace without communities, villages or cells."""
        shapes = self.units if len(self.units) else self.cells
        if not len(shapes):
            raise Refusal(
                Text("工作区中还没有社区、行政村或网格。", "The workspace has no communities, villages or grid cells yet."),
                Text("请先导入辖区边界。", "Import the boundaries first."),
            )
        return shapely.coverage_union_all(shapes.to_crs(self.town.metric_crs).geometry.to_numpy())

    @cached_property
    def incidents(self) -> pd.DataFrame:
        """Incidents with x_m, y_m and the code of the cell they lie in (None outside the town)."""
        table = self._incidents.copy()
        lon, lat = table["lon"].to_numpy(float), table["lat"].to_numpy(float)
        table["x_m"], table["y_m"] = Transformer.from_crs(STORED_CRS, self.town.metric_crs, always_xy=True).transform(lon, lat)
        return table.assign(cell_code=self._cells_at(shapely.points(lon, lat)))

    def _cells_at(self, points: NDArray[np.object_]) -> NDArray[np.object_]:
        """Code of the cell that each point lies in, None outside the town. Degrees."""
        codes = np.full(len(points), None, dtype=object)
        point, cell = shapely.STRtree(self.cells.geometry.to_numpy()).query(points, predicate="intersects")
        codes[point[::-1]] = self.cells["code"].to_numpy()[cell[::-1]]  # on a border the first cell wins
        return codes


@dataclass
class Workspace:
    """A store with what follows from its tables, kept until these change; a saved plan changes none. Safe for threads."""

    store: Store

    def __post_init__(self) -> None:
        self._lock = Lock()
        self._kept: tuple[object, TownModel] | None = None

    def model(self) -> TownModel:
        """The model of the store's present content."""
        with self._lock:
            revision = self.store.revision(*MODEL_SUBJECTS)
            if self._kept is None or self._kept[0] != revision:
                self._kept = (revision, TownModel(self.store))
            return self._kept[1]
