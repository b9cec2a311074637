"""Step **check** for tables: matched and placed rows become exactly the kind's fields, and what is wrong is counted.

Files larger than memory go through in chunks: `TableCheck.add` takes each and gives back the rows to keep, `report` comes last.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from importing.check_wording import CHECK
from importing.column import Column, Mask, plain, text_of
from importing.crs_check import Placed, row_numbers
from importing.field_check import column_of
from importing.finding_tally import FindingTally, Rows
from importing.import_report import Finding, ImportReport
from importing.kinds import Kind, Reference
from importing.made_codes import KEY_FIELD, MadeCodes, codes_told
from importing.personal_data import personal_findings
from importing.protected_categories import PROTECTED, counts_by_unit, protected_groups
from importing.seen_rows import Hashes, SeenHashes, column_hashes, joined, shape_hashes
from importing.source_table import SourceTable
from importing.stacked_points import StackedPoints, at_points
from importing.town_tables import TownTables
from importing.usual_wordings import counted, usual_told, usual_wordings
from layers.definition.crs import STORED_CRS
from layers.definition.layer import Field, Geometry
from layers.definition.text import Text

LONG_SPAN = np.timedelta64(7 * 24 * 3600, "s")  # a longer one spreads over every hour of the week
SMALL_COUNT = 5  # protected incidents: fewer are told as <5, as everywhere else
SHOWN_CHOICES = 200  # a column of free text taken for a choice has no end of them

_GEOMETRIES: dict[Geometry, tuple[tuple[str, ...], Text]] = {
    "polygon": (("Polygon", "MultiPolygon"), Text("面", "polygons")),
    "line": (("LineString", "MultiLineString"), Text("线", "lines")),
    "point": (("Point", "MultiPoint"), Text("点", "points")),
}
_TARGETS: dict[str, Reference] = {"unit": "unit", "cell": "cell", "beat": "beat"}


@dataclass(frozen=True, eq=False)
class Checked:
    """A checked table: the rows to keep, what is only counted, and the report.

    frame: the kind's fields and geometry (EPSG:4490), or lon and lat; its index holds the row numbers of the file.
    protected_counts: unit_code, group, incidents for what must not become points (see `protected_categories`), all of it
    in `protected_months`, first and last.
    unknown_choices, usual_choices: see `TableCheck`.
    """

    frame: pd.DataFrame
    protected_counts: pd.DataFrame
    report: ImportReport
    unknown_choices: Mapping[str, Mapping[str, int]]
    usual_choices: Mapping[str, Mapping[str, str]]
    protected_months: tuple[str, str] | None = None
    default_point: tuple[float, float] | None = None


@dataclass(frozen=True, eq=False)
class _Chunk:
    """The rows of a chunk that stay: raw columns, numbers, one lon, lat each (NaN without place), shapes where there are any."""

    columns: pd.DataFrame
    rows: Rows
    lon_lat: NDArray[np.float64]
    shapes: NDArray[np.object_] | None

    def kept(self, keep: Mask) -> "_Chunk":
        return _Chunk(self.columns[keep], self.rows[keep], self.lon_lat[keep], None if self.shapes is None else self.shapes[keep])


def checked(
    source: SourceTable,
    rows: Placed | None,
    kind: Kind,
    columns: Mapping[str, str],
    town: TownTables,
    *,
    given: Mapping[str, str] | None = None,
    wordings: Mapping[str, Mapping[str, str]] | None = None,
    staff_columns: Collection[str] = (),
    left: Collection[str] = (),
    nowhere: Collection[tuple[float, float]] = (),
    made: MadeCodes | None = None,
) -> Checked:
    """A whole table at once; the arguments are those of `TableCheck`, `rows` is what the step place gave (None: no place)."""
    check = TableCheck(
        kind, columns, town, given=given, wordings=wordings, staff_columns=staff_columns, left=left, nowhere=nowhere, made=made
    )
    frame = check.add(source, rows)
    counts, months, point = check.protected_counts(), check.protected_months(), check.default_point()
    return Checked(frame, counts, check.report(), check.unknown_choices(), check.usual_choices(), months, point)


class TableCheck:
    """The check of one file, chunk by chunk.

    columns: field -> column as the step match has it; given: field -> one value for all rows; wordings: field -> wording ->
    key of a choice, as the person says what unknown values mean; staff_columns: columns that hold the station's own staff;
    left: columns that the person left out, which may hold anything; nowhere: points (lon, lat) that say nothing of where a row
    lies; made: makes the codes, where the file has none.
    """

    def __init__(
        self,
        kind: Kind,
        columns: Mapping[str, str],
        town: TownTables,
        *,
        given: Mapping[str, str] | None = None,
        wordings: Mapping[str, Mapping[str, str]] | None = None,
        staff_columns: Collection[str] = (),
        left: Collection[str] = (),
        nowhere: Collection[tuple[float, float]] = (),
        made: MadeCodes | None = None,
    ) -> None:
        self._kind, self._columns, self._town, self._made = kind, dict(columns), town, made
        self._given, self._wordings = dict(given or {}), dict(wordings or {})
        self._staff = {*staff_columns, *(columns[field] for field in kind.staff_fields if field in columns)} if kind.staff_fields else set()
        self._about_staff = kind.kept == "table" and bool(kind.staff_fields)
        self._codes = {reference: town.codes(reference) for reference in ("unit", "officer", "cell", "beat")}
        self._left, self._nowhere = list(left), tuple(nowhere)
        self._tally = FindingTally(CHECK)
        self._personal: dict[tuple[str, str], Finding] = {}
        self._seen = {name: SeenHashes() for name in ("row", "key", "body")}
        self._points = StackedPoints()
        self._counts: list[pd.DataFrame] = []
        self._protected_days: list[np.datetime64] = []
        self._unknown: dict[str, Counter[str]] = {}
        self._usual: dict[str, Counter[tuple[str, str]]] = {}
        self._read = self._taken = 0

    def add(self, source: SourceTable, placed: Placed | None = None) -> pd.DataFrame:
        """The rows of a chunk that can be kept, as the kind's fields and geometry, or lon and lat; empty where unreadable."""
        chunk = self._chunk(source, placed)
        self._read += len(chunk.rows)
        for column, finding in personal_findings(source.columns.drop(columns=self._left), self._staff, self._about_staff).items():
            self._personal.setdefault((finding.key, column), finding)
        chunk = self._without_protected(chunk, () if placed is None else placed.columns)
        chunk = self._with_place(chunk)
        values = {field.name: self._field(field, chunk) for field in self._kind.fields}
        self._references(values, chunk)
        self._spans(values, chunk)
        if self._made is not None:
            names, units = (values[name].values if name in values else [None] * len(chunk.rows) for name in ("name", "unit_code"))
            codes = self._made.codes(names, units, chunk.lon_lat, self._bodies(values, chunk))
            values[KEY_FIELD] = Column(codes, np.zeros(len(codes), bool))
        for field in self._kind.fields:
            if field.required:
                self._tally.add(
                    "required_empty", chunk.rows[values[field.name].missing], field.title, self._at(chunk, values[field.name].missing)
                )
        keep = self._repeats(values, chunk)
        frame = self._frame({name: column.values for name, column in values.items()}, chunk)[keep]
        self._taken += len(frame)
        return frame

    def protected_counts(self) -> pd.DataFrame:
        """What was not kept as points so far: unit_code (None where unknown), group, incidents."""
        if not self._counts:
            return counts_by_unit(np.empty(0, object), np.empty(0, object))
        table = pd.concat(self._counts).groupby(["unit_code", "group"], dropna=False, sort=True)["incidents"].sum().reset_index()
        return table.assign(unit_code=table["unit_code"].astype(object).where(table["unit_code"].notna(), None))

    def protected_months(self) -> tuple[str, str] | None:
        """First and last month, as 2025-03, of all that was counted so far; None where no time was readable."""
        if not self._protected_days:
            return None
        first, last = (str(day)[:7] for day in (min(self._protected_days), max(self._protected_days)))
        return first, last

    def unknown_choices(self) -> dict[str, dict[str, int]]:
        """Field -> wording that stands for none of its choices -> rows, the most frequent first; at most 200 a field."""
        return {name: dict(words.most_common(SHOWN_CHOICES)) for name, words in self._unknown.items()}

    def default_point(self) -> tuple[float, float] | None:
        """Where so many rows stand that it is no place but a geocoder's default; None where they don't."""
        return self._points.default_point() if self._kind.kept == "points" else None

    def usual_choices(self) -> dict[str, dict[str, str]]:
        """Field -> wording that was read as a choice since it usually means it -> that choice, the most frequent first."""
        return {name: {word: key for (word, key), _ in words.most_common(SHOWN_CHOICES)} for name, words in self._usual.items() if words}

    def report(self) -> ImportReport:
        """All that was found so far, and the number of rows read and taken."""
        whole = FindingTally(CHECK)
        self._points.tell(whole)
        self._protected(whole)
        choices: dict[str, Any] = {"rows_read": self._read, "rows_taken": self._taken}
        if any(field.type == "time" for field in self._kind.fields):
            choices["time_zone"] = self._town.time_zone
        if personal := [column for (_, column), finding in self._personal.items() if finding.severity == "error"]:
            choices["personal_columns"] = personal
        if self._given:
            choices["given"] = dict(self._given)
        if self._wordings:
            choices["wordings"] = {field: dict(words) for field, words in self._wordings.items()}
        if self._counts:
            choices["protected"] = sorted(set(self.protected_counts()["group"]))  # how many, only where small numbers are hidden
        if usual_choices := self.usual_choices():
            choices["usual_wordings"] = usual_choices
        codes = () if self._made is None else (codes_told(self._kind, self._taken),)
        usual = (usual_told(self._kind.field(name), self._usual[name]) for name in usual_choices)
        return ImportReport((*self._personal.values(), *self._tally.findings(), *codes, *usual, *whole.findings()), choices)

    def _chunk(self, source: SourceTable, placed: Placed | None) -> _Chunk:
        rows = row_numbers(source)
        nowhere = np.full((len(rows), 2), np.nan)
        if placed is None:
            return _Chunk(source.columns, rows, nowhere, None)
        if placed.shapes is not None:
            inner = np.where(shapely.is_valid(placed.shapes), shapely.point_on_surface(placed.shapes), shapely.centroid(placed.shapes))
            missing = shapely.is_missing(inner) | shapely.is_empty(inner)
            nowhere[~missing] = shapely.get_coordinates(inner[~missing])
            return _Chunk(source.columns, rows, nowhere, placed.shapes)
        lon_lat = np.column_stack([np.asarray(placed.lon), np.asarray(placed.lat)])
        somewhere = at_points(lon_lat, self._nowhere)
        self._tally.add("default_point_left", rows[somewhere])
        return _Chunk(source.columns, rows, np.where(somewhere[:, None], np.nan, lon_lat), None)

    def _without_protected(self, chunk: _Chunk, coordinates: tuple[str, ...]) -> _Chunk:
        """Take out and count what must not become points; nothing else of those rows is ever listed."""
        if self._kind.kept != "points":
            return chunk
        without = {*coordinates, *(column for field, column in self._columns.items() if field in ("code", "occurred_at", "occurred_until"))}
        groups = protected_groups(chunk.columns, self._columns.get("category"), without)
        found = _filled(groups)
        if not found.any():
            return chunk
        self._counts.append(counts_by_unit(groups[found], self._town.unit_at(chunk.lon_lat[found])))
        if (time := self._columns.get("occurred_at")) is not None:
            days = column_of(self._kind.field("occurred_at"), chunk.columns[time][found], self._town.time_zone).values
            known = days[~np.isnat(days)]
            self._protected_days += [known.min(), known.max()] if len(known) else []
        return chunk.kept(~found)

    def _with_place(self, chunk: _Chunk) -> _Chunk:
        """Rows without a place: left out of points, an error for features; shapes of another kind than declared."""
        if self._kind.kept == "table" or self._kind.geometry is None:
            return chunk
        nowhere = np.asarray(np.isnan(chunk.lon_lat).any(axis=1), bool)
        if chunk.shapes is not None:
            kinds, wanted = _GEOMETRIES[self._kind.geometry]
            names = np.array([None if shape is None else shape.geom_type for shape in chunk.shapes], object)
            wrong = ~np.isin(names.astype(str), kinds) & ~nowhere
            self._tally.add("wrong_geometry", chunk.rows[wrong], None, chunk.lon_lat[wrong], names[wrong], wanted=wanted)
        points = self._kind.kept == "points"
        self._tally.add("left_out_without_place" if points else "no_place", chunk.rows[nowhere])
        return chunk.kept(~nowhere) if points else chunk

    def _field(self, field: Field, chunk: _Chunk) -> Column:
        """One field's values; unreadable ones are reported and come out empty."""
        column_name = self._columns.get(field.name)
        if field.name in self._given:
            raw: Any = pd.Series([self._given[field.name]] * len(chunk.rows), dtype=object)
        elif column_name is None:  # the step match has told of it
            nothing = column_of(field, pd.Series([None], dtype=object), self._town.time_zone).values
            return Column(nothing[np.zeros(len(chunk.rows), np.int64)], np.zeros(len(chunk.rows), bool))
        else:
            raw = chunk.columns[column_name]
        is_code = field.name == self._kind.key_field or field.name in self._kind.references or field.name.endswith(("code", "_id"))
        usual = usual_wordings(self._kind.key, field.name)
        column = column_of(field, raw, self._town.time_zone, is_code, self._wordings.get(field.name), usual)
        known = Text("、".join(text.zh for text in field.choices.values()), ", ".join(text.en for text in field.choices.values()))
        shown = np.asarray(raw, object)
        private = column_name in self._staff
        for key, mask in column.problems.items():
            if key == "time_without_clock" and self._kind.kept == "table":  # there days are meant
                continue
            values = None if private or not mask.any() else shown[mask]
            if key == "usual_choice":
                self._usual.setdefault(field.name, Counter()).update(counted(shown[mask], column.values[mask]))
                continue
            if key == "unknown_choice" and values is not None:
                self._unknown.setdefault(field.name, Counter()).update(map(text_of, values))
            self._tally.add(key, chunk.rows[mask], field.title, self._at(chunk, mask), values, known=known, zone=self._town.time_zone)
        return column

    def _references(self, values: dict[str, Column], chunk: _Chunk) -> None:
        """Codes for what is named by code or name; a unit that is not given comes from the place."""
        for name, reference in self._kind.references.items():
            values[name] = self._resolved(values[name], reference, self._kind.field(name), chunk, np.ones(len(chunk.rows), bool))
        if "target_kind" in values:
            for target, reference in _TARGETS.items():
                mask = np.asarray(values["target_kind"].values == target, bool)
                values["target_code"] = self._resolved(values["target_code"], reference, self._kind.field("target_code"), chunk, mask)
        if "unit_code" in values and self._town.unit_shapes is not None:
            values["unit_code"] = self._unit_by_place(values["unit_code"], chunk)

    def _resolved(self, column: Column, reference: Reference, field: Field, chunk: _Chunk, mask: Mask) -> Column:
        codes = self._codes[reference]
        if codes is None:
            return column
        where, words = pd.factorize(column.values, use_na_sentinel=True)
        known = np.array([*(codes.get(plain(word)) for word in words), None], object)[where]
        strange = mask & (where >= 0) & ~_filled(known)
        self._tally.add(f"unknown_{reference}", chunk.rows[strange], field.title, self._at(chunk, strange), column.values[strange])
        return Column(np.where(mask, known, column.values), column.missing)

    def _unit_by_place(self, column: Column, chunk: _Chunk) -> Column:
        title = self._kind.field("unit_code").title
        there = self._town.unit_at(chunk.lon_lat)
        somewhere = _filled(there)
        named = _filled(column.values)
        empty = ~named & somewhere & (column.missing | ("unit_code" not in self._columns))
        elsewhere = named & somewhere & np.asarray(there != column.values, bool) & (self._kind.geometry == "point")
        self._tally.add("unit_from_place", chunk.rows[empty], title)
        self._tally.add("unit_elsewhere", chunk.rows[elsewhere], title, self._at(chunk, elsewhere))
        return Column(np.where(empty, there, column.values), column.missing & ~empty)

    def _spans(self, values: dict[str, Column], chunk: _Chunk) -> None:
        if "occurred_until" not in values:
            return
        span = values["occurred_until"].values - values["occurred_at"].values
        for key, mask in (("span_backwards", span < np.timedelta64(0, "s")), ("span_long", span > LONG_SPAN)):
            self._tally.add(key, chunk.rows[mask], places=self._at(chunk, mask))

    def _bodies(self, values: dict[str, Column], chunk: _Chunk) -> Hashes:
        """A hash of each row but for its key."""
        body = [column_hashes(column.values) for name, column in values.items() if name != self._kind.key_field]
        if chunk.shapes is not None:
            body.append(shape_hashes(chunk.shapes))
        elif self._kind.kept != "table":
            body += [column_hashes(chunk.lon_lat[:, 0].copy()), column_hashes(chunk.lon_lat[:, 1].copy())]
        return joined(body, len(chunk.rows))

    def _repeats(self, values: dict[str, Column], chunk: _Chunk) -> Mask:
        """Which rows to keep: exact duplicates are taken once, the same code on different rows is an error, both stay to be seen."""
        count, key = len(chunk.rows), self._kind.key_field
        if chunk.shapes is None and self._kind.geometry == "point":
            self._points.add(chunk.lon_lat)
        body_hash = self._bodies(values, chunk)
        key_hash = column_hashes(values[key].values) if key is not None else np.zeros(count, np.uint64)
        twice = self._seen["row"].seen_before(joined([body_hash, key_hash], count))
        self._tally.add("exact_duplicate", chunk.rows[twice], places=self._at(chunk, twice))
        if key is not None:
            unique = ~twice & ~values[key].missing
            clash = np.zeros(count, bool)
            clash[unique] = self._seen["key"].seen_before(key_hash[unique])
            self._tally.add(
                "duplicate_key", chunk.rows[clash], self._kind.field(key).title, self._at(chunk, clash), values[key].values[clash]
            )
            if self._kind.kept == "points":
                alike = np.zeros(count, bool)
                alike[~twice] = self._seen["body"].seen_before(body_hash[~twice])
                self._tally.add("same_but_code", chunk.rows[alike & ~clash], places=self._at(chunk, alike & ~clash))
        return ~twice

    def _frame(self, values: dict[str, Any], chunk: _Chunk) -> pd.DataFrame:
        index = pd.Index(chunk.rows, name="row")
        table = pd.DataFrame({name: pd.Series(column, index=index, dtype=_dtype(column)) for name, column in values.items()}, index=index)
        if self._kind.kept == "table":
            days = [field.name for field in self._kind.fields if field.type == "time"]
            return table.assign(**{name: _days(table[name]) for name in days})
        if self._kind.kept == "points":
            return table.assign(lon=chunk.lon_lat[:, 0], lat=chunk.lon_lat[:, 1])
        there = np.isfinite(chunk.lon_lat).all(axis=1)
        points: Any = shapely.points(np.nan_to_num(chunk.lon_lat)) if chunk.shapes is None else chunk.shapes
        return gpd.GeoDataFrame(table, geometry=np.where(there, points, None), crs=STORED_CRS)

    def _at(self, chunk: _Chunk, mask: Mask) -> NDArray[np.float64] | None:
        """Places for a finding's rows; none for tables."""
        return None if self._kind.kept == "table" else chunk.lon_lat[mask]

    def _protected(self, tally: FindingTally) -> None:
        counts = self.protected_counts()
        titles = [group.title for group in PROTECTED if group.key in set(counts["group"])]
        if titles:
            words = Text("、".join(title.zh for title in titles), ", ".join(title.en for title in titles))
            total = int(counts["incidents"].sum())
            shown, told = (f"{total:,}", total) if total >= SMALL_COUNT else (f"<{SMALL_COUNT}", 0)
            tally.add_count("protected_counted", told, groups=words, n=shown)


def _filled(values: Any) -> Mask:
    return ~np.asarray(pd.isna(values), bool)


def _dtype(values: Any) -> Any:
    return object if isinstance(values, np.ndarray) and values.dtype == object else None


def _days(times: Any) -> Any:
    """Days as text YYYY-MM-DD, None where empty, as the tables keep them."""
    return times.dt.strftime("%Y-%m-%d").astype(object).where(times.notna(), None)
