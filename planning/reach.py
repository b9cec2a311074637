"""How the police reach the cells: straight distance to the post, and demand that falls outside duty hours."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from layers.definition.refusal import Refusal
from layers.definition.text import Text

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

HOURS_OF_WEEK = 168  # hour 0 is Monday 00:00 to 01:00


def straight_distance_m(inner_xy_m: Floats, post_xy_m: ArrayLike) -> Floats:
    """Straight distance in metres from each cell's inner point (n, 2) to the post, all in one metric CRS.

    One post (2,) gives (n,); the posts of k beats (k, 2) give (n, k). A post of NaN, NaN isn't known: NaN.
    """
    post = np.asarray(post_xy_m, dtype=np.float64)
    across = inner_xy_m - post if post.ndim == 1 else inner_xy_m[:, None, :] - post[None, :, :]
    return np.hypot(across[..., 0], across[..., 1])


def hours_on_duty(weekdays: tuple[int, int], weekend: tuple[int, int]) -> Flags:
    """(168,) whether somebody is on duty in each hour of the week: from the first hour to before the last, 0 to 24.

    (8, 18) is from 8:00 to 18:00; (0, 0) is nobody. Refused: hours beyond 0 to 24, an end before its start.
    """
    wrong = [pair for pair in (weekdays, weekend) if not 0 <= pair[0] <= pair[1] <= 24]
    if wrong:
        raise Refusal(
            Text("值守时段 {first} 至 {last} 时无效。", "Duty hours from {first} to {last} are not possible.").fill(
                first=wrong[0][0], last=wrong[0][1]
            ),
            Text("请填 0 到 24 之间、先后有序的整点。", "Give hours from 0 to 24, the first one first."),
        )
    hours = np.arange(24)
    days = [(hours >= first) & (hours < last) for first, last in (weekdays,) * 5 + (weekend,) * 2]
    return np.concatenate(days)


def unserved_by_cell(demand_min_week: Floats, on_duty: ArrayLike) -> Floats:
    """Demand of each cell in the hours when nobody is on duty, in minutes a week.

    `demand_min_week` (n, 168) by hour of the week; hours on duty (168,) give (n,), those of k beats (k, 168) give (n, k).
    Refused: other than 168 hours, demand that is negative or missing.
    """
    duty = np.asarray(on_duty, dtype=bool)
    for hours in (demand_min_week.shape[-1], duty.shape[-1]):
        if hours != HOURS_OF_WEEK:
            raise Refusal(Text("一周应有 168 小时，实为 {n}。", "A week has 168 hours, not {n}.").fill(n=hours))
    wrong = int((~(demand_min_week >= 0)).any(axis=1).sum())
    if wrong:
        raise Refusal(
            Text("{n} 个网格的分时工作量为负或缺失。", "{n} cells have a negative or missing demand by hour.").fill(n=wrong),
            Text("没有工作量的时段请填 0。", "Give 0 for hours without work."),
        )
    return demand_min_week @ (~duty).T.astype(np.float64)


def unserved_share(demand_min_week: Floats, on_duty: ArrayLike) -> float:
    """Share of the demand (n, 168) that falls in no duty hours (168,), from 0 to 1; NaN without demand. Refused: as above."""
    unserved, total = float(unserved_by_cell(demand_min_week, on_duty).sum()), float(demand_min_week.sum())
    return unserved / total if total > 0 else float("nan")
