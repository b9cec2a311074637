"""Step **place**: where the rows lie. System, order of the axes and datum are found, reported, and applied; degrees come out.

The system is found by trying every reading of the numbers against the town. The datum is only guessed: a shift needs the
person's word. What was decided on the first rows of a file can be applied to all its chunks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Literal, get_args

import numpy as np
import shapely
from numpy.typing import NDArray

from importing.coordinate_columns import CoordinateColumns, bare_name, find_coordinate_columns, numbers_of
from importing.crs_guess import (
    BD09MC,
    CHINA,
    NEAR_M,
    Fit,
    Reading,
    candidates,
    crs_title,
    datum_unsettled,
    distance_m,
    fits,
    known_crs,
)
from importing.datum_by_units import guess_by_units
from importing.datum_guess import NO_NAMESAKE, SURE, DatumGuess, guess_datum
from importing.finding_tally import FindingTally, Rows
from importing.import_report import Finding, ImportReport
from importing.place_wording import PLACE, place_finding
from importing.source_table import SourceTable
from layers.definition.crs import DATUMS, DISPLAY_CRS, STORED_CRS, Datum, metric_zone, to_wgs84
from layers.definition.refusal import Refusal
from layers.definition.text import Text

DatumAsked = Literal["auto", "wgs84", "gcj02", "bd09"]
Numbers = NDArray[np.float64]

_NAMES = ("名称", "名字", "name", "全称", "简称")
_CLEAR = 0.1  # of the two points a reading can score: readings nearer than this are equally good


@dataclass(frozen=True, eq=False)
class TownFrame:
    """What is known of the town before the import; all of it is empty for a new town.

    outline: polygon of the town, lon-lat in EPSG:4490; metric_crs: its system in metres; control_points: name -> lon, lat of
    schools, stations, police rooms and the like. units: code or name -> polygon, for rows that lie in them. first_points: they
    are points, and no place is known by name yet, so the person is to say which maps they come from.
    """

    outline: Any = None
    metric_crs: str | None = None
    control_points: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    units: Mapping[str, Any] = field(default_factory=dict)
    first_points: bool = False


@dataclass(frozen=True)
class Placement:
    """How a file's numbers become degrees: decided once, applied to every chunk. columns: None for a file with geometries."""

    columns: CoordinateColumns | None
    reading: Reading
    datum: Datum


@dataclass(frozen=True, eq=False)
class Placed:
    """Rows in EPSG:4490 degrees, in the file's order: geometries (None where a row has none), or lon and lat (NaN where none)."""

    shapes: NDArray[np.object_] | None = None
    lon: Numbers | None = None
    lat: Numbers | None = None
    columns: tuple[str, ...] = ()
    """The columns that the coordinates were in; no field is taken from them."""


def row_numbers(source: SourceTable) -> Rows:
    """Numbers of the rows as the person counts them: the table's index plus one, so that chunks count on."""
    return np.asarray(source.columns.index, np.int64) + 1


def placed(
    source: SourceTable,
    town: TownFrame,
    *,
    crs: str | int | None = None,
    datum: DatumAsked = "auto",
    columns: Mapping[str, str] | None = None,
) -> tuple[Placed, ImportReport]:
    """The rows in EPSG:4490 degrees, and what was found and decided: `choose_placement`, then `place_rows`.

    Without a placement (its report is then refused) nothing is placed.
    """
    placement, report = choose_placement(source, town, crs=crs, datum=datum, columns=columns)
    if placement is None:
        return Placed(), report
    tally = FindingTally(PLACE)
    rows = place_rows(source, placement, town, tally)
    if town.metric_crs is None:
        metric_crs, told = town_zone(_middles(rows))
        report = report.with_(*told, metric_crs=metric_crs)
    return rows, report.with_(*tally.findings())


def choose_placement(
    source: SourceTable,
    town: TownFrame,
    *,
    crs: str | int | None = None,
    datum: DatumAsked = "auto",
    columns: Mapping[str, str] | None = None,
) -> tuple[Placement | None, ImportReport]:
    """How the numbers of a file, or of its first chunk, are to be read.

    crs: the person's word, 'EPSG:…' or 'BD09MC'; it wins over the file's. datum: likewise; 'auto' never shifts anything: it
    is an error finding 'datum_needs_word' when the rows seem to be in GCJ-02 or BD-09. columns: column -> 'lon', 'lat' or
    'lonlat' as the person maps them. Refused: systems, datums or columns that do not exist.
    """
    if datum not in ("auto", *get_args(Datum)):
        raise Refusal(
            Text("不认识坐标基准“{datum}”。", "The datum {datum} is not known.").fill(datum=datum),
            Text("可用：auto、wgs84、gcj02、bd09。", "Known are auto, wgs84, gcj02, bd09."),
        )
    asked = None if crs is None else known_crs(crs)
    at = None if source.shapes is not None else find_coordinate_columns(source.columns.columns, columns)
    report = ImportReport(choices={"crs_declared": source.declared_crs, "crs_asked": asked, "datum_asked": datum})
    if at is not None:
        report = report.with_(coordinate_columns=list(at.names))
    elif source.shapes is None:
        names = ", ".join(map(str, source.columns.columns[:20]))
        return None, report.with_(place_finding("no_coordinates", names=names))
    xy = _numbers(source, at)
    if not len(xy):
        return None, report.with_(place_finding("no_place_at_all"))
    reading, report = _reading(xy, asked, _declared(source), town, report)
    if reading is None:
        return None, report
    shift, report = _datum(source, at, reading, datum, town, report)
    return Placement(at, reading, shift), report


def place_rows(source: SourceTable, placement: Placement, town: TownFrame, tally: FindingTally) -> Placed:
    """The rows of a file or chunk in EPSG:4490 degrees; what is wrong with single rows goes into the tally (of `PLACE`)."""
    rows = row_numbers(source)
    if source.shapes is None:
        assert placement.columns is not None
        xy, _, unreadable = numbers_of(source.columns, placement.columns)
        tally.add("coordinate_unreadable", rows[unreadable])
        lon_lat = _shifted(xy, placement)
        out = Placed(lon=lon_lat[:, 0], lat=lon_lat[:, 1], columns=placement.columns.names)
    else:
        shapes = shapely.force_2d(source.shapes)
        infinite = ~np.isfinite(shapely.bounds(shapes)).all(axis=1) & ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
        infinite |= _not_finite(shapes)
        tally.add("coordinate_not_finite", rows[infinite])
        shapes = np.where(infinite | shapely.is_empty(shapes), None, shapes)
        out = Placed(shapes=shapely.transform(shapes, lambda xy: _shifted(xy, placement)))
    _look_around(out, rows, town, tally)
    return out


def town_zone(lon_lat: Numbers) -> tuple[str | None, tuple[Finding, ...]]:
    """The metric system for a new town from its places (n, 2): the CGCS2000 3-degree zone whose meridian lies nearest to its middle.

    A town that reaches into a second zone is told, with the greatest error of scale, (d_lon cos lat)^2 / 2 from the meridian.
    """
    lon, lat = lon_lat[np.isfinite(lon_lat).all(axis=1)].T
    if not len(lon) or lon.min() < 73.5 or lon.max() > 136.5:
        return None, ()
    west, east = float(lon.min()), float(lon.max())
    crs = metric_zone((west + east) / 2)
    meridian = 75 + 3 * (int(crs.removeprefix("EPSG:")) - 4534)
    off = max(abs(west - meridian), abs(east - meridian))
    ppm = (np.radians(off) * np.cos(np.radians(float(np.mean(lat))))) ** 2 / 2 * 1e6
    words = {"crs": crs_title(crs), "meridian": meridian, "west": west, "east": east, "cm": ppm / 10}
    key = "zone_chosen" if metric_zone(west) == metric_zone(east) else "zone_border"
    return crs, (place_finding(key, **words),)


def _reading(
    xy: Numbers, asked: str | None, declared: str | None, town: TownFrame, report: ImportReport
) -> tuple[Reading | None, ImportReport]:
    """The reading that fits best; on equal terms the earlier one, so the person's word, then the file's, comes first."""
    if asked is not None:
        said = Text("按您的指定", "as you said")
        tried = [Reading(asked, swapped, said) for swapped in (False, True)]
    else:
        tried = candidates(xy, declared, town.outline, town.metric_crs)
    scored = fits(xy, tried, town.outline)
    best = max((fit.score for fit in scored), default=0.0)
    if asked is None and best == 0:  # degrees of another place are shown there; metres that fit nowhere are of no known system
        scored = [Fit(f.reading, 0.0, 0.0) for f in fits(xy, tried, None) if f.reading.crs == STORED_CRS and f.near_share > 0.5]
    good = [fit for fit in scored if fit.score >= best - _CLEAR]
    report = report.with_(crs_tried=[{"crs": f.reading.crs, "swapped": f.reading.swapped, "score": round(f.score, 3)} for f in scored[:12]])
    if not good:
        return None, report.with_(place_finding("crs_unknown", sample=_sample(xy), declared=_named(declared)))
    if asked is None and _ambiguous(good, declared, town):
        several = [fit.reading.crs for fit in good]
        return None, report.with_(
            place_finding("crs_needs_word", sample=_sample(xy), several=", ".join(several[:6])), crs_candidates=several
        )
    fit = good[0]
    found = (*_said_of(fit, asked, declared), *_old_datum(fit.reading.crs))
    if fit.near_share < 0.5 and town.outline is not None:
        severity: Literal["error", "warning"] = "error" if asked is None else "warning"
        found = (*found, place_finding("far_from_town", severity=severity, share=1 - fit.near_share, crs=crs_title(fit.reading.crs)))
    rival = max((f.score for f in scored if f is not fit), default=0.0)
    return fit.reading, report.with_(
        *found,
        crs=fit.reading.crs,
        axes_swapped=fit.reading.swapped,
        crs_why=fit.reading.why.en,
        crs_sure=1.0 if asked else round(max(0.0, min(1.0, fit.score - rival)), 2),
    )


def _ambiguous(good: list[Fit], declared: str | None, town: TownFrame) -> bool:
    """Several systems fit, and neither the file nor a town says which."""
    systems = {fit.reading.crs for fit in good}
    return len(systems) > 1 and good[0].reading.crs != declared and (town.outline is None or good[0].close_share == 0)


def _said_of(fit: Fit, asked: str | None, declared: str | None) -> tuple[Finding, ...]:
    """What to tell about a reading: chosen, as declared, guessed, against the file's word; and the swapped axes."""
    reading = fit.reading
    words: dict[str, Any] = {"crs": crs_title(reading.crs), "why": reading.why, "share": fit.near_share}
    if asked is not None:
        found = [place_finding("crs_as_asked", **words)]
    elif declared is not None and reading.crs != declared:
        found = [place_finding("crs_contradicted", declared=_named(declared), **words)]
    elif declared is not None:
        found = [place_finding("crs_as_declared", **words)]
    else:
        found = [place_finding("crs_degrees" if reading.crs == STORED_CRS else "crs_guessed", **words)]
    return (*found, place_finding("axes_swapped")) if reading.swapped else tuple(found)


def _old_datum(crs: str) -> tuple[Finding, ...]:
    return (place_finding("datum_old", crs=crs_title(crs)),) if datum_unsettled(crs) else ()


def _datum(
    source: SourceTable, at: CoordinateColumns | None, reading: Reading, asked: DatumAsked, town: TownFrame, report: ImportReport
) -> tuple[Datum, ImportReport]:
    """The datum that rows are shifted from, which is never another than WGS-84 without the person's word."""
    guess = _guess(source, at, reading, town)
    report = report.with_(datum_guess=guess.as_json())
    words: dict[str, Any] = {
        "guess": DATUMS[guess.datum] if guess.datum else Text("未知", "unknown"),
        "sure": SURE[guess.sure],
        "why": _all(guess.evidence),
    }
    if asked != "auto":
        found = [place_finding("datum_as_asked", datum=DATUMS[asked])]
        if guess.datum not in (None, asked) and guess.sure != "unsure":
            found.append(place_finding("datum_contradicted", datum=DATUMS[asked], **words))
        return asked, report.with_(*found, datum=asked)
    if guess.datum is not None and guess.datum != "wgs84":
        return "wgs84", report.with_(place_finding("datum_needs_word", **words), datum="wgs84")
    surveyed = reading.crs not in (STORED_CRS, DISPLAY_CRS, "EPSG:3857")
    if surveyed:
        key = "datum_surveyed" if guess.datum is None or guess.sure == "unsure" else "datum_wgs84"
    elif town.first_points:
        key, words["why"] = "datum_first_points", _all(tuple(text for text in guess.evidence if text != NO_NAMESAKE))
    else:
        key = "datum_wgs84" if guess.datum == "wgs84" and guess.sure != "unsure" else "datum_unknown"
    return "wgs84", report.with_(place_finding(key, crs=crs_title(reading.crs), **words), datum="wgs84")


def _guess(source: SourceTable, at: CoordinateColumns | None, reading: Reading, town: TownFrame) -> DatumGuess:
    if reading.crs == BD09MC:
        why = Text("百度墨卡托米只用于 BD-09。", "Baidu Mercator metres are always BD-09.")
        return DatumGuess("bd09", "certain", {}, 0, (why,))
    if source.shapes is None:
        assert at is not None
        lon_lat = reading.degrees(numbers_of(source.columns, at)[0])
    else:
        lon_lat = reading.degrees(shapely.get_coordinates(shapely.centroid(_whole(source.shapes))))
    hints = [source.file_name, source.layer, *(at.names if at else ())]
    names = _name_column(source, town.control_points)
    guess = guess_datum(names, lon_lat[:, 0], lon_lat[:, 1], town.control_points, hints, row_numbers(source))
    by_units = guess_by_units(source.columns, lon_lat[:, 0], lon_lat[:, 1], town.outline, town.units) if town.units else None
    if guess.matched or by_units is None:
        return guess
    told = replace(by_units, evidence=(*guess.evidence, *by_units.evidence))
    return told if by_units.datum is not None else replace(told, datum=guess.datum, sure=guess.sure)


def _name_column(source: SourceTable, known: Mapping[str, Any]) -> list[Any] | None:
    """The values of the column that names the places: by its own name, else the one with most names that the town knows."""
    if not known:
        return None
    columns = source.columns
    named = [name for name in columns.columns if bare_name(str(name)).endswith(_NAMES) and not bare_name(str(name)).endswith("english")]
    met = {name: int(columns[name].isin(list(known)).sum()) for name in columns.columns}
    best = max(met, key=lambda name: met[name], default=None)
    if best is not None and met[best]:
        return list(columns[best])
    return list(columns[named[0]]) if named else None


def _declared(source: SourceTable) -> str | None:
    try:
        return None if source.declared_crs is None else known_crs(source.declared_crs)
    except Refusal:
        return None


def _numbers(source: SourceTable, at: CoordinateColumns | None) -> Numbers:
    """All finite coordinates (m, 2), as the file has them."""
    if source.shapes is not None:
        xy = shapely.get_coordinates(source.shapes)
    else:
        assert at is not None
        xy = numbers_of(source.columns, at)[0]
    return xy[np.isfinite(xy).all(axis=1)]


def _shifted(xy: Numbers, placement: Placement) -> Numbers:
    lon_lat = placement.reading.degrees(xy)
    return np.column_stack(to_wgs84(placement.datum, lon_lat[:, 0], lon_lat[:, 1]))


def _not_finite(shapes: NDArray[np.object_]) -> NDArray[np.bool_]:
    """Rows with a vertex that is NaN or infinite, which bounds alone do not show."""
    xy, row = shapely.get_coordinates(shapes, return_index=True)
    bad = np.zeros(len(shapes), bool)
    bad[row[~np.isfinite(xy).all(axis=1)]] = True
    return bad


def _whole(shapes: NDArray[np.object_]) -> NDArray[np.object_]:
    """Shapes with a point of NaN where a row has none that can be used, so that rows stay in step."""
    return np.where(shapely.is_missing(shapes) | shapely.is_empty(shapes) | _not_finite(shapes), shapely.Point(np.nan, np.nan), shapes)


def _middles(rows: Placed) -> Numbers:
    """One lon, lat (n, 2) per row; NaN where there is none."""
    if rows.shapes is None:
        return np.column_stack([np.asarray(rows.lon), np.asarray(rows.lat)])
    west, south, east, north = shapely.bounds(rows.shapes).T
    return np.column_stack([(west + east) / 2, (south + north) / 2])


def _look_around(out: Placed, rows: Rows, town: TownFrame, tally: FindingTally) -> None:
    """Rows that lie outside China, with swapped axes apart, and rows outside the town."""
    middles = _middles(out)
    lon, lat = middles.T
    there = np.isfinite(middles).all(axis=1)
    inside = (lon >= CHINA[0]) & (lon <= CHINA[2]) & (lat >= CHINA[1]) & (lat <= CHINA[3])
    turned = there & ~inside & (lat >= CHINA[0]) & (lat <= CHINA[2]) & (lon >= CHINA[1]) & (lon <= CHINA[3])
    tally.add("rows_swapped", rows[turned], places=middles[turned][:, ::-1])
    tally.add("not_in_china", rows[there & ~inside & ~turned], places=middles[there & ~inside & ~turned])
    if town.outline is None:
        return
    metres = _away_m(out, middles, town.outline)
    outside = there & inside & (metres > 0)
    if outside.any():
        by_distance = np.flatnonzero(outside)[np.argsort(-metres[outside], kind="stable")]
        tally.add(
            "outside_town",
            rows[by_distance],
            places=middles[by_distance],
            severity="warning",
            most={"farthest_km": float(metres[outside].max()) / 1000, "far": float((metres[outside] > NEAR_M).sum())},
        )


def _away_m(out: Placed, middles: Numbers, outline: Any) -> Numbers:
    """Metres from the town: of the points, or of the nearest part of a shape."""
    metres = distance_m(middles, outline)
    if out.shapes is not None:
        metres[shapely.intersects(outline, out.shapes)] = 0.0
    return metres


def _sample(xy: Numbers) -> str:
    return f"{xy[0, 0]:.6g}, {xy[0, 1]:.6g}" if np.abs(xy[0]).max() <= 180 else f"{xy[0, 0]:.1f}, {xy[0, 1]:.1f}"


def _named(crs: str | None) -> Text:
    return Text("无", "none") if crs is None else crs_title(crs)


def _all(texts: tuple[Text, ...]) -> Text:
    return Text("".join(text.zh for text in texts), " ".join(text.en for text in texts))
