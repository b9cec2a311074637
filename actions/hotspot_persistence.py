"""Which cells stay hot: emerging, persistent, fading and former ones over the last months, on the map and per unit, beat or cell."""

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
import shapely
from numpy.typing import NDArray

from actions.caller import Caller
from actions.hotspot_basis import Basis
from actions.hotspot_change import Rows, rows_of
from actions.hotspot_data import chosen_rows, hotspot_data
from actions.hotspots import Progress, basis_of, go_on
from analysis.incident_filter import IncidentFilter
from analysis.persistence import CLASSES, RULES, Persistence, months_back, persistence
from analysis.significance import FEWEST_INCIDENTS, hot_cells
from layers.definition.refusal import Refusal
from layers.definition.text import Text

__all__ = ["CLASSES", "RULES"]
MONTHS, RECENT = 12, 3
MONTH_SHUFFLES = 199
MONTHS_WORD = Text("逐月检验：第 {n} 个月，共 {of} 个月", "Month by month: {n} of {of}")
NONE_FOR_VERDICT = Text(
    "{m} 个月中没有一个月的警情足以作出判断（每月至少 {f} 起）。", "None of the {m} months has enough for a verdict ({f} incidents each)."
)
FEW_FOR_VERDICT = Text(
    "{m} 个月中有 {k} 个月数据不足以判断（多为不足 {f} 起），按非热点计。",
    "{k} of the {m} months have too little for a verdict (mostly fewer than {f} incidents) and count as not hot.",
)


@dataclass(frozen=True, eq=False)
class PersistenceView:
    """Classes of the grid's cells (rows, cols of `mask` order) over the last months."""

    result: Persistence
    row: NDArray[np.int64]
    col: NDArray[np.int64]
    cell_m: int
    basis: Basis


def persistence_view(
    caller: Caller, by: IncidentFilter, cell_m: int, months: int = MONTHS, recent: int = RECENT, progress: Progress | None = None
) -> PersistenceView:
    """Emerging, persistent, fading and former cells: hot in a month is to pass the largest Gi* by chance (199 shuffles).

    Refused: fewer months of data than asked for, no month with enough for a verdict; whoever stops it.
    """
    data = hotspot_data(caller)
    grid = data.grid(cell_m)
    periods = months_back(by.last, months)
    first = data.span[0]
    if periods[0].first < first:
        raise Refusal(
            Text("需要 {m} 个整月的数据，最早只到 {f}。", "{m} whole months of data are needed; they begin on {f}.").fill(
                m=months, f=first
            ),
            Text("请选择较晚的末日。", "Choose a later last day."),
        )
    chosen = chosen_rows(caller, replace(by, first=periods[0].first, last=periods[-1].last))
    row, col = np.nonzero(grid.mask)
    hot, undecided = np.zeros((months, len(row)), bool), 0
    at, in_town = chosen.table["occurred_at"].to_numpy("datetime64[s]"), data.within(grid)[chosen.rows]
    x, y = chosen.points_m
    for number, period in enumerate(periods):
        go_on(progress, number / months, MONTHS_WORD.fill(n=number + 1, of=months))
        held = period.holds(at) & in_town
        found = hot_cells(grid, x[held], y[held], shuffles=MONTH_SHUFFLES, days=period.days) if held.any() else None
        if found is None or found.z is None:
            undecided += 1
        else:
            hot[number] = found.hot[row, col]
    if undecided == months:
        raise Refusal(
            NONE_FOR_VERDICT.fill(m=months, f=FEWEST_INCIDENTS), Text("请放宽类别或来源。", "Widen the categories or the source.")
        )
    result = persistence(hot, periods, recent)
    words = Text(
        "近 {m} 个月逐月 Gi*（置换最大值，199 次），近期为最后 {r} 个月",
        "Gi* of each of the last {m} months (largest by chance, 199 shuffles); recent: the last {r}",
    )
    plain = basis_of(caller, chosen, grid)
    few = FEW_FOR_VERDICT.fill(k=undecided, m=months, f=FEWEST_INCIDENTS)
    cautions = (*plain.cautions, *([few] if undecided else []))
    basis = replace(plain, test=words.fill(m=months, r=recent), seed=0, shuffles=MONTH_SHUFFLES, cautions=cautions)
    return PersistenceView(result, row, col, cell_m, basis)


def classes_by(caller: Caller, view: PersistenceView, rows: Rows) -> pd.DataFrame:
    """How many cells of each class a unit, beat or neighbourhood cell holds, by the cells' centres: index code; name, name_en, the
    classes. Rows with none are left out."""
    names, row_of = rows_of(caller, rows)
    grid, cells = hotspot_data(caller).grid(view.cell_m), caller.model.cells_m
    x, y = grid.centres_m()
    classed = np.flatnonzero(view.result.classes != "none")
    at, cell = shapely.STRtree(cells.geometry.to_numpy()).query(
        shapely.points(x[view.col[classed]], y[view.row[classed]]), predicate="within"
    )
    of = pd.Series(cells.index[cell]).map(row_of)
    counted = pd.crosstab(of, view.result.classes[classed][at]).reindex(columns=[name for name in CLASSES if name != "none"], fill_value=0)
    counted = counted.reindex([code for code in names if code in counted.index])
    titles = {"name": [names[code].zh for code in counted.index], "name_en": [names[code].en for code in counted.index]}
    return pd.DataFrame(titles, index=counted.index).join(counted)
