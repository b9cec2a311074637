"""How often duties are due and when posts stand at schools, where a station has its own; each change is on record."""

import re
from collections.abc import Mapping, Sequence

from actions.caller import Caller
from actions.duties import DUTY_DAYS, PEAKS
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.duties import DUTY_KINDS

__all__ = ["DUTY_KINDS"]

LONGEST_DAYS = 366
MOST_PEAKS = 4
_PEAK = re.compile(r"([01]?\d|2[0-3])[:：]([0-5]\d)\s*[-–—~至]\s*([01]?\d|2[0-3])[:：]([0-5]\d)")

Rhythm = Mapping[tuple[str, str], int | None]
"""(kind of duty, layer of the place) -> days until it is due again; None: not by the calendar."""


def duty_rhythm(caller: Caller) -> dict[tuple[str, str], int | None]:
    """The rhythm in force, for every kind of duty and every layer at whose places it is done."""
    caller.must("see_staffing")
    own: Mapping[str, Mapping[str, int]] = caller.store.setting(DUTY_DAYS) or {}
    return {(key, layer): own.get(key, kind.every_days).get(layer) for key, kind in DUTY_KINDS.items() for layer in kind.at}


def set_duty_rhythm(caller: Caller, rhythm: Rhythm) -> None:
    """Set the rhythm; what it does not name stays as it is. Refused: an unknown duty or place; days below 1 or above 366."""
    caller.must("assign_staff")
    whole = duty_rhythm(caller) | dict(rhythm)
    for (kind, layer), days in whole.items():
        if kind not in DUTY_KINDS or layer not in DUTY_KINDS[kind].at:
            raise Refusal(
                Text("没有这项勤务：{kind} {layer}。", "There is no such duty: {kind} {layer}.").fill(kind=kind[:40], layer=layer[:40])
            )
        if days is not None and not 1 <= days <= LONGEST_DAYS:
            raise Refusal(
                Text("周期须为 1 到 {most} 天。", "A duty is due after 1 to {most} days.").fill(most=LONGEST_DAYS),
                Text("不按日程的留空。", "Leave empty what is not done by the calendar."),
            )
    kept = {kind: {layer: days for (k, layer), days in whole.items() if k == kind and days is not None} for kind in DUTY_KINDS}
    caller.store.set_setting(DUTY_DAYS, kept, by=caller.user)


def set_school_peaks(caller: Caller, written: str) -> tuple[tuple[str, str], ...]:
    """Set when posts stand at schools on school days, written as 07:20-08:10, 16:30-17:30; the same as spans, in order of the day.

    Refused: none or more than four; a span that ends before it begins; words that are no times.
    """
    caller.must("assign_staff")
    parts = [part.strip() for part in re.split(r"[,，;；、]", written) if part.strip()]
    found = [match for part in parts if (match := _PEAK.fullmatch(part))]
    peaks = sorted((f"{int(m[1]):02d}:{m[2]}", f"{int(m[3]):02d}:{m[4]}") for m in found)
    if len(found) != len(parts) or not 1 <= len(peaks) <= MOST_PEAKS or any(begins >= ends for begins, ends in peaks):
        raise Refusal(
            Text("看不懂护学时间“{written}”。", "The times '{written}' are not understood.").fill(written=written[:60]),
            Text("写作 07:20-08:10, 16:30-17:30，最多 4 段。", "Write 07:20-08:10, 16:30-17:30; at most four."),
        )
    caller.store.set_setting(PEAKS, [list(peak) for peak in peaks], by=caller.user)
    return tuple(peaks)


def written_peaks(peaks: Sequence[tuple[str, str]]) -> str:
    """Spans as `set_school_peaks` reads them."""
    return ", ".join(f"{begins}-{ends}" for begins, ends in peaks)
