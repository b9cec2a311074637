"""Who answers for what on a day, and where staff lack, are doubled or carry more people than the standard.

Pure functions. Assignments have staff_code, target_kind, target_code, role, valid_from, valid_to (YYYY-MM-DD, both included, empty:
open). Leave is an assignment of target_kind `staff`: role `leave` with the absent one as target, and role `substitute`, whose
staff_code stands in for the target_code.
"""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pandas as pd

from layers.definition.text import Text
from planning.circumstances import UnitKind
from planning.plan import Plan
from planning.staffing_rules import STAFF_OF_UNIT, STAFF_TITLES

PEOPLE_PER_OFFICER = 3_000
LEAVE, SUBSTITUTE = "leave", "substitute"
SCHOOL_TARGETS = ("place", "school")
VICE_PRINCIPAL, SCHOOL_POST, SCHOOL_TEAM = "vice_principal", "school_post", "school_safety"
ROLES_AT: dict[str, tuple[str, ...]] = {
    "unit": ("community_officer", "community_auxiliary", "village_auxiliary"),
    "beat": ("assistant",),
    "cell": ("grid_worker",),
    "school": (VICE_PRINCIPAL, SCHOOL_POST),
}
"""What somebody can be assigned to, and as what; who leads a beat stands in its plan."""
TARGET_TITLES: dict[str, Text] = {
    "unit": Text("社区/村", "unit"),
    "beat": Text("警务区", "beat"),
    "cell": Text("网格", "cell"),
    "place": Text("学校", "school"),
    "school": Text("学校", "school"),
    "team": Text("护学队", "school-safety team"),
    "staff": Text("人员", "staff"),
}
ROLE_TITLES: dict[str, Text] = {
    "community_officer": Text("社区民警", "community officer"),
    "community_auxiliary": Text("社区辅警", "community auxiliary"),
    "village_auxiliary": Text("村辅警", "village auxiliary"),
    "vice_principal": Text("法治副校长", "vice-principal for law"),
    "school_post": Text("护学岗", "school post"),
    "school_safety": Text("护学队员", "school-safety team"),
    "assistant": Text("协助民警", "assisting officer"),
    "grid_worker": Text("网格员", "grid worker"),
    "leave": Text("请假", "on leave"),
    "substitute": Text("替班", "substitute for"),
}


@dataclass(frozen=True)
class Gap:
    """Somewhere too few or too many stand: what, where (a unit, beat or school), how many are due and there, and who."""

    kind: str
    target_kind: str
    target_code: str
    due: int
    there: int
    staff: tuple[str, ...] = ()

    @property
    def missing(self) -> int:
        """How many lack; negative: too many."""
        return self.due - self.there


@dataclass(frozen=True)
class Load:
    """Residents that an officer answers for as lead, those of whom he stands in for included, against the standard."""

    officer: str
    persons: int
    for_others: int
    standard: int
    on_leave: bool = False

    @property
    def share(self) -> float:
        """persons / standard; above 1.0 is over the load."""
        return self.persons / self.standard


@dataclass(frozen=True)
class Absence:
    """Somebody on leave, from and to which day (None: open), and who stands in (None: nobody)."""

    staff: str
    first: str | None
    last: str | None
    substitute: str | None


@dataclass(frozen=True)
class Staffing:
    """The state of one day. `missing` and `doubled` by target; `loads` heaviest first."""

    day: date
    missing: tuple[Gap, ...]
    doubled: tuple[Gap, ...]
    loads: tuple[Load, ...]
    absences: tuple[Absence, ...]

    @property
    def over(self) -> tuple[Load, ...]:
        """Officers with more people than the standard."""
        return tuple(load for load in self.loads if load.persons > load.standard)


GAP_TITLES: dict[str, Text] = {
    "lead": Text("责任民警", "lead officer"),
    "vice_principal": Text("法治副校长", "vice-principal for law"),
    "school_post": Text("护学岗", "school post"),
    "substitute": Text("替班人员", "substitute"),
    **STAFF_TITLES,
}


def on_day(assignments: pd.DataFrame, day: date) -> pd.DataFrame:
    """The assignments that hold on a day, same index; valid_from and valid_to are both included, open where empty."""
    today = day.isoformat()
    begun = assignments["valid_from"].fillna("").astype(str) <= today
    lasting = assignments["valid_to"].isna() | (assignments["valid_to"].fillna("").astype(str) >= today)
    return assignments[begun & lasting]


def absences(assignments: pd.DataFrame, day: date) -> tuple[Absence, ...]:
    """Who is on leave on a day, by code, with the substitute of that day."""
    held = on_day(assignments, day)
    held = held[held["target_kind"] == "staff"]
    stands_in = {row.target_code: row.staff_code for row in held[held["role"] == SUBSTITUTE].itertuples(index=False)}
    away = {row.staff_code: row for row in held[held["role"] == LEAVE].itertuples(index=False)}
    return tuple(Absence(code, _known(row.valid_from), _known(row.valid_to), stands_in.get(code)) for code, row in sorted(away.items()))


def acting(assignments: pd.DataFrame, day: date) -> dict[str, str | None]:
    """Everybody who is on leave on a day -> who acts instead: the substitute, or that one's where he is away too; None: nobody."""
    away = {absence.staff: absence.substitute for absence in absences(assignments, day)}
    found: dict[str, str | None] = {}
    for code in away:
        stand_in, seen = away[code], {code}
        while stand_in in away and stand_in not in seen:
            seen.add(stand_in)
            stand_in = away[stand_in]
        found[code] = None if stand_in in seen else stand_in
    return found


def staffing(
    plan: Plan,
    persons: Mapping[str, int],
    unit_kinds: Mapping[str, UnitKind],
    schools: Mapping[str, bool],
    staff: pd.DataFrame,
    assignments: pd.DataFrame,
    day: date,
    standard: int = PEOPLE_PER_OFFICER,
) -> Staffing:
    """One officer and two auxiliaries per community, one auxiliary per village, one lead per beat, one vice-principal and one
    post per school; what lacks, what is doubled, who is over the load.

    `persons`: cell -> residents; `schools`: code -> needs a post at the peak hours. Somebody on leave counts where a substitute
    of the same kind stands in, otherwise not. School posts without somebody of their own are taken by the school-safety teams,
    one member each, in order of the schools' codes; what is left over lacks.
    """
    kind_of = dict(zip(staff["code"].astype(str), staff["kind"].astype(str), strict=True))
    away, held = acting(assignments, day), on_day(assignments, day)

    def there(codes: pd.Series) -> list[str]:
        return list(dict.fromkeys(who for code in codes if (who := away.get(str(code), str(code))) is not None))

    missing: list[Gap] = []
    doubled: list[Gap] = []
    for gap in (
        *_leads(plan, away),
        *_units(held, unit_kinds, kind_of, there),
        *_vice_principals(held, schools, there),
        *_posts(held, schools, there),
        *(Gap("substitute", "staff", who, 1, 0, (who,)) for who, stand_in in away.items() if stand_in is None),
    ):
        (missing if gap.missing > 0 else doubled).append(gap)
    doubled += _twice(held)
    return Staffing(day, tuple(missing), tuple(doubled), loads(plan, persons, away, standard), absences(assignments, day))


def loads(plan: Plan, persons: Mapping[str, int], away: Mapping[str, str | None], standard: int) -> tuple[Load, ...]:
    """Residents by lead officer, the heaviest first: own cells, and those of officers who are away and stood in for."""
    own: dict[str, int] = defaultdict(int)
    lead_of = {beat.code: beat.lead for beat in plan.beats}
    for cell, beat in plan.beat_of.items():
        lead = lead_of.get(beat) if beat is not None else None
        if lead is not None:
            own[lead] += int(persons.get(cell, 0))
    extra: dict[str, int] = defaultdict(int)
    for code, n in own.items():
        stand_in = away.get(code, code)
        if stand_in is not None and stand_in != code:
            extra[stand_in] += n
    everybody = sorted({*own, *extra})
    found = [Load(c, (0 if c in away else own[c]) + extra[c], extra[c], standard, c in away) for c in everybody]
    return tuple(sorted(found, key=lambda load: (-load.persons, load.officer)))


def _leads(plan: Plan, away: Mapping[str, str | None]) -> list[Gap]:
    """Beats that nobody leads on that day."""
    return [
        Gap("lead", "beat", beat.code, 1, 0, (beat.lead,) if beat.lead else ())
        for beat in plan.beats
        if beat.lead is None or away.get(beat.lead, beat.lead) is None
    ]


def _units(held: pd.DataFrame, unit_kinds: Mapping[str, UnitKind], kind_of: Mapping[str, str], there) -> list[Gap]:  # type: ignore[no-untyped-def]
    rows = held[held["target_kind"] == "unit"]
    found = []
    for unit, unit_kind in unit_kinds.items():
        for role, (kind, due) in STAFF_OF_UNIT[unit_kind].items():
            who = there(rows.loc[(rows["target_code"] == unit) & (rows["role"] == role), "staff_code"])
            right = tuple(code for code in who if kind_of.get(code) == kind)
            if len(right) < due or (kind == "officer" and len(right) > due):  # more auxiliaries than due is no fault
                found.append(Gap(kind, "unit", unit, due, len(right), right))
    return found


def _vice_principals(held: pd.DataFrame, schools: Mapping[str, bool], there) -> list[Gap]:  # type: ignore[no-untyped-def]
    rows = held[held["target_kind"].isin(SCHOOL_TARGETS) & (held["role"] == VICE_PRINCIPAL)]
    found = []
    for school in schools:
        who = tuple(there(rows.loc[rows["target_code"] == school, "staff_code"]))
        if len(who) != 1:
            found.append(Gap(VICE_PRINCIPAL, "school", school, 1, len(who), who))
    return found


def _posts(held: pd.DataFrame, schools: Mapping[str, bool], there) -> list[Gap]:  # type: ignore[no-untyped-def]
    own = held[held["target_kind"].isin(SCHOOL_TARGETS) & (held["role"] == SCHOOL_POST)]
    team = there(held.loc[held["role"] == SCHOOL_TEAM, "staff_code"])
    with_own = {str(code): tuple(there(rows["staff_code"])) for code, rows in own.groupby("target_code")}
    taken = {who for people in with_own.values() for who in people}
    free = len([who for who in team if who not in taken])
    without = [school for school, needed in sorted(schools.items()) if needed and not with_own.get(school)]
    return [Gap(SCHOOL_POST, "school", school, 1, 0) for school in without[free:]]


def _twice(held: pd.DataFrame) -> list[Gap]:
    """Officers and auxiliaries who are the standing staff of several units at once, and the same assignment written twice."""
    rows = held[(held["target_kind"] == "unit") & held["role"].isin({role for roles in STAFF_OF_UNIT.values() for role in roles})]
    found = []
    for who, mine in rows.groupby("staff_code"):
        if len(mine) > 1:
            found.append(Gap("unit", "staff", str(who), 1, len(mine), tuple(map(str, mine["target_code"]))))
    return found


def _known(value: object) -> str | None:
    return None if value is None or pd.isna(value) or value == "" else str(value)
