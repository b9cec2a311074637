"""What stays as it is under the plan in force: which cells keep their beat, and which keep their lead officer."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from planning.plan import Beat, Plan

Integers = NDArray[np.int64]

NONE, GONE = -1, -2  # had none before; had one that the new plan no longer has


@dataclass(frozen=True, eq=False)
class Past:
    """Beat and lead of each cell (n,) in the plan in force, as positions among the new plan's beats and leads, or NONE or GONE."""

    beat: Integers
    lead: Integers
    lead_of_beat: Integers
    """(k,) lead of each beat of the new plan, NONE for a beat without."""


def past(before: Plan, beats: Sequence[Beat], codes: Sequence[str]) -> Past:
    """The plan in force, seen from a new plan with these beats and cells; beats are the same if their codes are."""
    beat_at = {beat.code: i for i, beat in enumerate(beats)}
    lead_at = {lead: i for i, lead in enumerate(dict.fromkeys(beat.lead for beat in beats if beat.lead))}
    lead_before = {beat.code: beat.lead for beat in before.beats}
    was = [before.beat_of.get(code) for code in codes]
    led = [lead_before[beat] if beat is not None else None for beat in was]
    return Past(
        beat=np.array([NONE if beat is None else beat_at.get(beat, GONE) for beat in was], dtype=np.int64),
        lead=np.array([lead_at.get(lead, GONE) if lead else NONE for lead in led], dtype=np.int64),
        lead_of_beat=np.array([lead_at[beat.lead] if beat.lead else NONE for beat in beats], dtype=np.int64),
    )


def kept_share(before: Integers, now: Integers, amount: Integers) -> float:
    """Share of an amount (n,) in cells that have now what they had before, both (n,).

    Counted among the cells that had one before; NaN if that amount is 0. A cell that is unassigned now keeps nothing.
    """
    had = before != NONE
    whole = int(amount[had].sum())
    return int(amount[had & (before == now)].sum()) / whole if whole else float("nan")
