"""How long calls would wait under a plan, and how often a unit would leave its beat: the queueing model on stated rates."""

from dataclasses import dataclass, replace
from typing import Any, Literal

import geopandas as gpd
import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from actions.caller import Caller
from actions.cell_workload import Period
from actions.measure_plan import profile_named
from actions.permissions import may
from actions.town_model import TownModel
from analysis.disclosure import SMALL
from analysis.incident_filter import IncidentFilter, year_up_to
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.beat_outlines import beat_outlines
from planning.plan import Plan
from planning.queueing import Line, Queueing, hypercube
from planning.road_distance import road_distances
from planning.workload import WorkloadProfile, incident_minutes

Floats = NDArray[np.float64]
Way = Literal["straight", "roads"]
WAYS: dict[Way, Text] = {"straight": Text("直线", "straight lines"), "roads": Text("沿道路", "along roads")}
SPEED_KMH = 40.0
"""Town-wide, streets and village roads together; an assumption to start from, not measured."""
REPORTED = "reported"  # what the police find themselves is no call that anybody waits for


@dataclass(frozen=True)
class ResponseWish:
    """What to reckon with: km/h of all travel, straight or along roads, what happens when all are busy, and the days of the calls.

    `period` None: the last twelve months of incidents.
    """

    speed_kmh: float = SPEED_KMH
    way: Way = "straight"
    line: Line = "infinite"
    period: Period | None = None


USUAL_WISH = ResponseWish()


@dataclass(frozen=True, eq=False)
class ExpectedResponse:
    """What the model gives for a plan. `beats`: index beat; calls_per_day, post, utilisation (share), response_min, cross_share.

    `cross_share` is the share of the beat's calls that another beat's unit answers; None in a beat without calls.
    """

    queueing: Queueing
    beats: pd.DataFrame
    about: tuple[Text, ...]
    few_calls: bool = False
    """Whether some beat had 1 to 4 calls."""

    @property
    def response_min(self) -> float:
        """Mean minutes from call to arrival over all calls."""
        return self.queueing.response_min

    def as_json(self) -> dict[str, Any]:
        """Plain values."""
        told = self.queueing
        rows = self.beats.astype(object).where(self.beats.notna(), None)
        return {
            "form": told.form,
            "response_min": told.response_min,
            "wait_min": told.wait_min,
            "travel_min": told.travel_min,
            "cross_beat_share": told.cross_beat_share,
            "all_busy_share": told.all_busy,
            "beats": rows.to_dict("index"),
            "about": [line.en for line in self.about],
            "about_zh": [line.zh for line in self.about],
        }


def expected_response(caller: Caller, plan_id: str, wish: ResponseWish = USUAL_WISH) -> ExpectedResponse:
    """The expected response under a kept plan. Refused: as `response_of`; an unknown id."""
    caller.must("estimate_response")
    plan = caller.store.plan(plan_id)
    return as_told(caller, response_of(caller.model, plan, profile_named(caller.store, plan.header.profile), wish))


def as_told(caller: Caller, found: ExpectedResponse) -> ExpectedResponse:
    """The response without rates of calls, for a reader who may not see counts of 1 to 4 where some beat has so few."""
    if not found.few_calls or may("see_small_counts", caller.role):
        return found
    return replace(found, beats=found.beats.assign(calls_per_day=np.nan, utilisation=np.nan))


def response_of(model: TownModel, plan: Plan, profile: WorkloadProfile, wish: ResponseWish) -> ExpectedResponse:
    """One unit per beat, waiting at its post: of the police rooms in the beat (of all, where it has none) the one
    with the least mean straight distance to its calls; the station where no police rooms are known.

    Calls per hour of a beat: its reported incidents of the period / hours of the period. Minutes per call: the profile's
    mean over these. Travel from post i to beat j: mean over the calls of j of the distance to their cell's inner point
    (over all its cells where it has none) / speed, for which no direction is one-way. Exact for up to 12 beats with cells.
    Refused: a speed of 0 or less; no calls; no cells in beats; roads asked for and not loaded; what `hypercube` refuses.
    """
    _check(model, wish)
    held = {cell: beat for cell, beat in plan.beat_of.items() if beat is not None and cell in model.cells.index}
    codes = [beat.code for beat in plan.beats if beat.code in set(held.values())]
    if not codes:
        raise Refusal(Text("方案中没有有网格的警务区。", "No beat of the plan has cells."), Text("请先划分警务区。", "Draw beats first."))
    period = wish.period or _last_year(model)
    calls = _calls(model, period)
    owner = calls["cell_code"].map(held)
    counts = owner.value_counts().reindex(codes, fill_value=0).to_numpy(float)
    hours = IncidentFilter(*period).exposure_days * 24
    if not counts.sum() > 0:
        raise _no_calls(period)
    service_min = float(np.mean(incident_minutes(calls[owner.notna().to_numpy()], profile)))
    posts, post_names = _posts(model, held, codes, calls)
    distance_m = _distances(model, posts, wish.way)
    travel_min = _travel_m(held, codes, calls, distance_m) / 1000 / wish.speed_kmh * 60
    told = hypercube(counts / hours, service_min, travel_min, wish.line)
    beats = _beats(told, counts, hours, codes, post_names)
    few = bool(((counts > 0) & (counts < SMALL)).any())
    return ExpectedResponse(told, beats, _about(told, wish, period, int(counts.sum()), service_min, profile), few)


def _beats(told: Queueing, counts: Floats, hours: float, codes: list[str], posts: list[str]) -> pd.DataFrame:
    answered = told.dispatches.sum(axis=0)
    own = np.divide(told.dispatches.diagonal(), answered, out=np.full(len(codes), np.nan), where=answered > 0)
    return pd.DataFrame(
        {
            "calls_per_day": counts / hours * 24,
            "post": posts,
            "utilisation": told.utilisation,
            "response_min": told.response_min_of_beat,
            "cross_share": 1 - own,
        },
        index=pd.Index(codes, name="beat", dtype=object),
    )


def _calls(model: TownModel, period: Period) -> pd.DataFrame:
    chosen = IncidentFilter(*period, sources=frozenset({REPORTED})).keeps(model.incidents)
    return model.incidents[chosen & model.incidents["cell_code"].notna().to_numpy()]


def _posts(model: TownModel, held: dict[str, str], codes: list[str], calls: pd.DataFrame) -> tuple[gpd.GeoSeries, list[str]]:
    """The post of each beat as a point in metres, and its name; beats may share one."""
    crs = model.town.metric_crs
    rooms = model.layers["police_rooms"].to_crs(crs)
    stations = model.layers["stations"].to_crs(crs)
    known = rooms if len(rooms) else stations[stations["role"] == "own"]
    if not len(known):
        raise Refusal(
            Text("没有警务室，也没有本所位置。", "Neither police rooms nor the town's own station are known."),
            Text("请导入警务室或派出所。", "Import police rooms or the station."),
        )
    points = known.geometry.to_numpy()
    outlines = beat_outlines(model.cells_m.reset_index(drop=True), held)
    far_m = _straight(model.cells_m.reset_index(drop=True), gpd.GeoSeries(points, index=range(len(points)), crs=crs))
    chosen = []
    for code in codes:
        cells, weight = _where_calls_are(held, code, calls)
        mean_m = weight @ far_m.loc[cells].to_numpy(float)
        inside = shapely.intersects(outlines[code], points)
        chosen.append(int(np.argmin(np.where(inside, mean_m, np.inf) if inside.any() else mean_m)))
    return gpd.GeoSeries(points[chosen], index=codes, crs=crs), [str(known["name"].iloc[place]) for place in chosen]


def _where_calls_are(held: dict[str, str], beat: str, calls: pd.DataFrame) -> tuple[list[str], Floats]:
    """The cells of a beat and their weights by calls, adding up to 1; equal weights in a beat without calls."""
    cells = [cell for cell, owner in held.items() if owner == beat]
    weight = calls["cell_code"].value_counts().reindex(cells, fill_value=0).to_numpy(float)
    weight = weight if weight.sum() > 0 else np.ones(len(cells))
    return cells, weight / weight.sum()


def _distances(model: TownModel, posts: gpd.GeoSeries, way: Way) -> pd.DataFrame:
    """Metres from every post to an inner point of every cell: index cell code, columns beats."""
    cells = model.cells_m.reset_index(drop=True)
    if way == "roads":
        roads = model.layers["roads"].to_crs(model.town.metric_crs).geometry
        found = road_distances(cells, posts, roads).distance_m
        straight = _straight(cells, posts)
        return found.where(found.notna(), straight)  # a cell that no road reaches is reached across country
    return _straight(cells, posts)


def _straight(cells: gpd.GeoDataFrame, posts: gpd.GeoSeries) -> pd.DataFrame:
    inner = cells.geometry.representative_point()
    columns = {code: inner.distance(point).to_numpy(float) for code, point in posts.items()}
    return pd.DataFrame(columns, index=pd.Index(cells["code"], dtype=object))


def _travel_m(held: dict[str, str], codes: list[str], calls: pd.DataFrame, distance_m: pd.DataFrame) -> Floats:
    """(n, n) metres from the post of unit i to the mean call of beat j."""
    travel = np.empty((len(codes), len(codes)))
    for j, code in enumerate(codes):
        cells, weight = _where_calls_are(held, code, calls)
        travel[:, j] = weight @ distance_m.loc[cells, codes].to_numpy(float)
    return travel


def _about(told: Queueing, wish: ResponseWish, period: Period, n: int, service_min: float, profile: WorkloadProfile) -> tuple[Text, ...]:
    basis = Text(
        "依据 {first} 至 {last} 群众报警 {n:,} 起；每起处置 {service:.0f} 分钟（“{profile}”均值）。",
        "From {n:,} reported incidents of {first} to {last}; {service:.0f} min of work each (mean of '{profile}').",
    ).fill(first=period[0], last=period[1], n=n, service=service_min, profile=profile.name)
    travel = Text(
        "每个警务区一组警力，驻在区内离报警最近的警务室（区内没有则取最近的，都没有则为派出所）；路途按{way}、时速 {speed:g} 公里计。",
        "One unit per beat, at its police room nearest to its calls (else the nearest room, else the station); {way} at {speed:g} km/h.",
    ).fill(way=WAYS[wish.way], speed=wish.speed_kmh)
    warning = Text(
        "这是长期平均的估计，未经实测校准，宜用于比较方案。", "Long-run averages, not calibrated by measured times: for comparing plans."
    )
    return (basis, travel, *told.lines, warning)


def _check(model: TownModel, wish: ResponseWish) -> None:
    if not (np.isfinite(wish.speed_kmh) and 0 < wish.speed_kmh <= 200) or wish.way not in WAYS:
        raise Refusal(
            Text(
                "时速应大于 0、不超过 200 公里；路途为直线或沿道路。",
                "The speed is above 0 and at most 200 km/h; travel is straight or by roads.",
            ),
            Text("请改正后再算。", "Put it right and try again."),
        )
    if wish.way == "roads" and not len(model.layers["roads"]):
        raise Refusal(
            Text("没有道路图层，不能沿道路计算。", "No roads are loaded, so travel along roads can't be reckoned."),
            Text("请导入道路，或改用直线。", "Import roads, or use straight lines."),
        )
    if not len(model.incidents):
        raise _no_calls(wish.period)


def _last_year(model: TownModel) -> Period:
    last = model.incidents["occurred_at"].max().date()
    return year_up_to(last), last


def _no_calls(period: Period | None) -> Refusal:
    when = Text("", "") if period is None else Text(f"（{period[0]} 至 {period[1]}）", f" ({period[0]} to {period[1]})")
    return Refusal(
        Text("没有群众报警的警情{when}，无法估计响应。", "There are no reported incidents{when}, so no response can be estimated.").fill(
            when=when
        ),
        Text("请导入警情或选择更长的时间段。", "Import incidents, or choose a longer period."),
    )
