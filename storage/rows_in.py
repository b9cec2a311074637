"""DataFrames on their way into the store: checked against the layer's declaration, turned into rows."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import shapely

from layers.definition.crs import STORED_CRS
from layers.definition.layer import Field, Geometry, Layer
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from storage.geopackage import Bounds, as_bounds
from storage.schema import GEOMETRY_NAME, POINT_COLUMNS

_KINDS: dict[Geometry, tuple[str, ...]] = {
    "polygon": ("Polygon", "MultiPolygon"),
    "line": ("LineString", "MultiLineString"),
    "point": ("Point", "MultiPoint"),
}
_NO_GEOMETRY = -1  # shapely's type of None


@dataclass(frozen=True)
class LayerRows:
    """The checked rows of a layer as columns of plain values, with their extent in degrees (None without geometry)."""

    columns: Mapping[str, list[Any]]
    count: int
    bounds: Bounds | None

    def batches(self, size: int = 50_000) -> Iterator[list[dict[str, Any]]]:
        """The rows as dictionaries, so many at a time: a million at once would take half a gigabyte."""
        for start in range(0, self.count, size):
            parts = [values[start : start + size] for values in self.columns.values()]
            yield [dict(zip(self.columns, row, strict=True)) for row in zip(*parts, strict=True)]


def layer_rows(layer: Layer, frame: pd.DataFrame) -> LayerRows:
    """The rows of a layer's table. Columns that are not required may be left out.

    Refused: a required column missing, or one too many; required values missing; codes twice; values of another type
    than declared; features not in EPSG:4490 or of another geometry; points whose lon or lat is missing or not finite.
    """
    points = layer.kept == "points"
    if not points:
        _check_crs(layer, frame)
        frame = frame.rename_geometry("geometry") if frame.geometry.name != "geometry" else frame
    place = POINT_COLUMNS if points else ("geometry",)
    _check_columns(layer, frame, place)
    columns = {field.name: _values(_Checked(layer, field.title, frame.get(field.name)), field, len(frame)) for field in layer.fields}
    if points:
        return LayerRows(columns | {name: _degrees(_Checked(layer, Text(name, name), frame[name])) for name in place}, len(frame), None)
    bounds = frame.total_bounds
    columns[GEOMETRY_NAME] = _geometries(_Checked(layer, Text("图形", "geometry"), frame.geometry), layer.geometry)
    return LayerRows(columns, len(frame), as_bounds(bounds))


def plain_rows(table: Text, names: Sequence[str], needed: Sequence[str], frame: pd.DataFrame) -> list[dict[str, str | None]]:
    """A table of text as rows. Columns that it lacks come out empty. Refused: values missing in the columns that are needed."""
    full = frame.reindex(columns=list(names)).astype(object)
    full = full.where(full.notna(), None)
    for name in needed:
        gaps = full[name].isna().to_numpy()
        if gaps.any():
            raise Refusal(
                Text("{table}：{n} 行没有 {name}（首个：第 {row} 行）。", "{table}: {n} rows have no {name} (first: row {row}).").fill(
                    table=table, n=int(gaps.sum()), name=name, row=int(np.flatnonzero(gaps)[0]) + 1
                ),
                Text("请补全后再试。", "Fill it in, then try again."),
            )
    return [{name: None if row[name] is None else str(row[name]) for name in names} for row in full.to_dict("records")]


@dataclass(frozen=True)
class _Checked:
    """One column under check: whose it is and how it is called in a refusal. `values` is None when the table lacks it."""

    layer: Layer
    title: Text
    values: Any

    def refuse(self, wrong: Any, why: Text, show: bool = True) -> None:
        """Refused: any row that is marked wrong, naming how many and the first."""
        if not wrong.any():
            return
        first = int(np.flatnonzero(wrong)[0])
        raise Refusal(
            Text(
                "{layer}：{total} 行中有 {n} 行的“{title}”{why}（首个：第 {row} 行{value}）。",
                "{layer}: in {n} of {total} rows {title} {why} (first: row {row}{value}).",
            ).fill(
                layer=self.layer.title,
                n=int(wrong.sum()),
                total=len(wrong),
                title=self.title,
                why=why,
                row=first + 1,
                value=f": {str(self.values.iloc[first])[:60]}" if show else "",
            ),
            Text("请更正后再试。", "Put it right, then try again."),
        )


def _check_crs(layer: Layer, frame: pd.DataFrame) -> None:
    crs = getattr(frame, "crs", None)  # a table without geometry has none
    if crs != STORED_CRS:
        raise Refusal(
            Text("{layer}的坐标系是{crs}，存储只用 EPSG:4490。", "{layer}: it is in {crs}; the store keeps EPSG:4490.").fill(
                layer=layer.title, crs=crs.name if crs else Text("未知", "no known system")
            ),
            Text("请先用 to_crs 转换。", "Convert it first with to_crs."),
        )


def _check_columns(layer: Layer, frame: pd.DataFrame, place: tuple[str, ...]) -> None:
    needed = {field.name for field in layer.fields if field.required} | set(place)
    known = {field.name for field in layer.fields} | set(place)
    if lacking := sorted(needed - set(frame.columns)):
        raise Refusal(
            Text("{layer}缺少列：{names}。", "{layer}: the columns {names} are missing.").fill(layer=layer.title, names=", ".join(lacking)),
            Text("请补全后再试。", "Add them, then try again."),
        )
    if strange := sorted(map(str, set(frame.columns) - known)):
        raise Refusal(
            Text("{layer}没有这些列：{names}。", "{layer}: it has no columns {names}.").fill(layer=layer.title, names=", ".join(strange)),
            Text("请去掉它们，或在图层文件中声明。", "Drop them, or declare them in the layer's file."),
        )


def _values(column: _Checked, field: Field, count: int) -> list[Any]:
    if column.values is None:
        return [None] * count
    missing = column.values.isna().to_numpy()
    if field.required:
        column.refuse(missing, Text("没有填写", "is empty"), show=False)
    if field.name == "code":
        column.refuse(column.values.duplicated().to_numpy() & ~missing, Text("与前面的重复", "stands before already"))
    if field.type == "text":
        return _texts(column, missing)
    return _times(column, missing) if field.type == "time" else _numbers(column, missing, whole=field.type == "integer")


def _texts(column: _Checked, missing: Any) -> list[str | None]:
    values = [None if gap else value for value, gap in zip(column.values.tolist(), missing, strict=True)]
    column.refuse(np.array([value is not None and not isinstance(value, str) for value in values], bool), Text("不是文字", "is no text"))
    return values


def _numbers(column: _Checked, missing: Any, whole: bool) -> list[int | float | None]:
    numbers = pd.to_numeric(column.values, errors="coerce")
    plain = numbers.to_numpy(float, na_value=np.nan)
    column.refuse(~np.isfinite(plain) & ~missing, Text("不是数字", "is no number"))
    if whole:
        column.refuse(np.nan_to_num(plain) % 1 != 0, Text("不是整数", "is no whole number"))
    kind = int if whole else float
    return [None if gap else kind(value) for value, gap in zip(numbers.tolist(), missing, strict=True)]


def _times(column: _Checked, missing: Any) -> list[str | None]:
    try:
        times = pd.to_datetime(column.values, errors="coerce", format="ISO8601")
    except ValueError:  # local and zoned times in one column
        times = pd.Series(pd.NaT, index=column.values.index)
    column.refuse(times.isna().to_numpy() & ~missing, Text("不是 YYYY-MM-DDTHH:MM 的当地时间", "is no local time like YYYY-MM-DDTHH:MM"))
    if times.dt.tz is not None:
        column.refuse(~missing, Text("带有时区，应为当地时间", "carries a time zone; local wall clock is kept"))
    texts = np.datetime_as_string(times.to_numpy().astype("datetime64[s]"))
    return [None if gap else str(text) for text, gap in zip(texts, missing, strict=True)]


def _degrees(column: _Checked) -> list[float]:
    values = pd.to_numeric(column.values, errors="coerce").to_numpy(float, na_value=np.nan)
    column.refuse(~np.isfinite(values), Text("不是坐标", "is no coordinate"))
    return list(values.tolist())


def _geometries(column: _Checked, geometry: Geometry) -> list[Any]:
    shapes = column.values.to_numpy()
    allowed = [_NO_GEOMETRY, *(shapely.GeometryType[kind.upper()].value for kind in _KINDS[geometry])]
    wrong = ~np.isin(shapely.get_type_id(shapes), allowed) & ~shapely.is_empty(shapes)
    column.refuse(wrong, Text("不是{kinds}", "is no {kinds}").fill(kinds=" / ".join(_KINDS[geometry])), show=False)
    return list(shapes)
