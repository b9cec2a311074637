"""What every plan of the workspace is held to: tolerance, distance, stated exceptions, the second person; each change goes on record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

from actions.caller import Caller
from actions.measure_plan import ALLOWED_PIECES, DUTY_HOURS, RESPONSE_LIMIT, STATED_SPLITS, TOLERANCE
from actions.publish_plan import is_one_person_station
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.reach import hours_on_duty
from planning.rules import BALANCE_TOLERANCE_SHARE

TOLERANCES_SHARE = (0.01, 0.50)  # below, single cells of a village outweigh it; above, "balanced" says nothing
LONGEST_LIMIT_M = 500_000.0
MOST_PIECES = 20


@dataclass(frozen=True)
class PlanRules:
    """The rules as they are. `stated_splits` is unit code -> reason, `allowed_pieces` beat code -> (how many, reason);
    `duty_hours` are first and last hour of weekdays and of the weekend."""

    tolerance_share: float
    response_limit_m: float | None
    duty_hours: tuple[tuple[int, int], tuple[int, int]] | None
    one_person_station: bool
    stated_splits: Mapping[str, str]
    allowed_pieces: Mapping[str, tuple[int, str]]


def plan_rules(caller: Caller) -> PlanRules:
    """The rules as they are now."""
    caller.must("see_plans")
    store = caller.store
    limit, pieces, hours = store.setting(RESPONSE_LIMIT), dict(store.setting(ALLOWED_PIECES, {})), store.setting(DUTY_HOURS)
    return PlanRules(
        float(store.setting(TOLERANCE, BALANCE_TOLERANCE_SHARE)),
        None if limit is None else float(limit),
        None if hours is None else (tuple(hours["weekdays"]), tuple(hours["weekend"])),
        is_one_person_station(caller),
        {code: str(reason) for code, reason in dict(store.setting(STATED_SPLITS, {})).items()},
        {code: (int(stated["pieces"]), str(stated.get("reason", ""))) for code, stated in pieces.items()},
    )


def set_tolerance(caller: Caller, share: float, reason: str) -> None:
    """How far a beat's work may be off an equal part, 0.01 to 0.50. Refused: beyond; no reason."""
    caller.must("approve_plan")
    least, most = TOLERANCES_SHARE
    if not least <= share <= most:
        raise Refusal(
            Text("允许偏差应为 {least}% 到 {most}%，收到 {share}%。", "The tolerance is {least}% to {most}%, not {share}%.").fill(
                least=f"{least * 100:g}", most=f"{most * 100:g}", share=f"{share * 100:g}"
            ),
            Text("通常取 10%。", "Usual is 10%."),
        )
    _set(caller, TOLERANCE, share, reason)


def set_response_limit(caller: Caller, limit_m: float | None, reason: str) -> None:
    """How far a cell may be from its post, in metres; None: no limit, the check is not made. Refused: not above 0; no reason."""
    caller.must("approve_plan")
    if limit_m is not None and not (isfinite(limit_m) and 0 < limit_m <= LONGEST_LIMIT_M):
        raise Refusal(
            Text("距离上限应大于 0、不超过 {most} 公里。", "A limit of distance is above 0 and at most {most} km.").fill(
                most=f"{LONGEST_LIMIT_M / 1000:g}"
            ),
            Text("请以公里填写，或留空不检查。", "Give it in km, or leave it out."),
        )
    _set(caller, RESPONSE_LIMIT, limit_m, reason)


def set_duty_hours(caller: Caller, weekdays: tuple[int, int] | None, weekend: tuple[int, int] | None, reason: str) -> None:
    """When somebody is on duty, by full hours from 0 to 24; None for both: not known. Refused: as `hours_on_duty`; no reason."""
    caller.must("approve_plan")
    if weekdays is None or weekend is None:
        return _set(caller, DUTY_HOURS, None, reason)
    hours_on_duty(weekdays, weekend)
    return _set(caller, DUTY_HOURS, {"weekdays": list(weekdays), "weekend": list(weekend)}, reason)


def state_splits(caller: Caller, units: Sequence[str], reason: str) -> None:
    """Say why communities or villages are divided among beats; the check counts them as stated. Refused: none, unknown; no reason."""
    caller.must("draw_plan")
    unknown = sorted(set(units) - set(unit_names(caller)))
    if not units or unknown:
        raise Refusal(
            Text("没有选择社区/村，或其中有未知的（{n} 个）。", "No community or village is chosen, or {n} of them are unknown.").fill(
                n=len(unknown)
            ),
            Text("请从列表中选择。", "Choose from the list."),
        )
    now = dict(caller.store.setting(STATED_SPLITS, {}))
    _set(caller, STATED_SPLITS, now | dict.fromkeys(units, _stated(reason)), reason)


def withdraw_splits(caller: Caller, units: Sequence[str], reason: str) -> None:
    """These units are to be kept whole again. Refused: no reason."""
    caller.must("draw_plan")
    now = dict(caller.store.setting(STATED_SPLITS, {}))
    _set(caller, STATED_SPLITS, {code: why for code, why in now.items() if code not in set(units)}, reason)


def allow_pieces(caller: Caller, beat: str, pieces: int, reason: str) -> None:
    """Let a beat lie in so many pieces, 1 to 20; 1 takes the exception back. Refused: a beat of no plan; no reason.

    The check that this loosens must hold, so only who approves plans may.
    """
    caller.must("approve_plan")
    if beat not in beat_names(caller) or not 1 <= pieces <= MOST_PIECES:
        raise Refusal(
            Text("没有警务区“{beat}”，或片数不在 1 到 {most} 之间。", "There is no beat '{beat}', or the pieces are not 1 to {most}.").fill(
                beat=beat, most=MOST_PIECES
            ),
            Text("请从列表中选择。", "Choose from the list."),
        )
    now = {code: stated for code, stated in dict(caller.store.setting(ALLOWED_PIECES, {})).items() if code != beat}
    if pieces > 1:
        now[beat] = {"pieces": pieces, "reason": _stated(reason)}
    _set(caller, ALLOWED_PIECES, now, reason)


def unit_names(caller: Caller) -> dict[str, Text]:
    """Code -> name of every community and village."""
    caller.must("see_plans")
    return {row.code: Text(row.name, row.name_en or row.name) for row in caller.model.units.itertuples(index=False, name="Row")}


def beat_names(caller: Caller) -> dict[str, Text]:
    """Code -> name of every beat of the plans that are not archived; of two plans the later one's."""
    caller.must("see_plans")
    headers = [header for header in caller.store.plan_headers() if header.status != "archived"]
    return {beat.code: beat.title for header in headers for beat in caller.store.plan(header.id).beats}


def _set(caller: Caller, key: str, value: Any, reason: str) -> None:
    caller.store.set_setting(key, value, by=caller.user, reason=_stated(reason))


def _stated(reason: str) -> str:
    if not reason.strip():
        raise Refusal(
            Text("更改规则需要说明理由。", "A change of the rules takes a reason."), Text("请写一句理由。", "Write one sentence.")
        )
    return reason.strip()[:500]
