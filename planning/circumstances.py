"""What is known around a plan, all of it optional: the plan in force, posts, duty hours, staff, and stated exceptions."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from planning.plan import Plan

UnitKind = Literal["communities", "villages"]


@dataclass(frozen=True, eq=False)
class Circumstances:
    """Arrays follow the n cells of the measures and the k beats of the plan. What is None is answered with "not checked"."""

    before: Plan | None = None
    """The plan in force, for continuity."""
    post_distance_m: NDArray[np.float64] | None = None
    """Metres from each cell to the post, straight or along roads: (n,) to the town's one post, (n, k) to each beat's.
    NaN or infinite: not known, or no way there."""
    response_limit_m: float | None = None
    """How far a cell may be from its post, measured like `post_distance_m`."""
    demand_min_week: NDArray[np.float64] | None = None
    """(n, 168) minutes of work by hour of the week, hour 0 from Monday 00:00."""
    on_duty: NDArray[np.bool_] | None = None
    """Hours with somebody on duty: (168,) for the town, (k, 168) by beat."""
    staff: pd.DataFrame | None = None
    """`code` and `kind` of each member of staff."""
    assignments: pd.DataFrame | None = None
    """staff_code, target_kind, target_code and role, only those that hold at the time of the plan."""
    unit_kinds: Mapping[str, UnitKind] | None = None
    """Whether each unit code is one of the communities or of the villages."""
    allowed_pieces: Mapping[str, int] = field(default_factory=dict)
    """Beats that may be in so many pieces, with a reason stated elsewhere; all others in one."""
    stated_splits: frozenset[str] = frozenset()
    """Units that are divided among beats on purpose."""
