"""Staffing for the chief: who answers for what on a day, what lacks, what is doubled, who is over the load, leave and substitutes."""

from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd

from actions.audit_record import once_per_session
from actions.caller import Caller
from actions.see_map import shown_plan
from actions.staff_names import staff_name
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.plan import Plan, PlanHeader
from planning.staffing import GAP_TITLES, LEAVE, PEOPLE_PER_OFFICER, SUBSTITUTE, Gap, Load, Staffing, staffing

STANDARD = "people_per_officer"


@dataclass(frozen=True)
class StaffingReport:
    """The staffing of a day in a plan, with names in place of codes where people read it."""

    plan: PlanHeader
    found: Staffing
    standard: int
    staff: dict[str, Text]
    targets: dict[tuple[str, str], Text]

    def name(self, code: str) -> Text:
        """Name of somebody on the staff."""
        return self.staff.get(code, Text(code, code))

    def where(self, gap: Gap) -> Text:
        """What a gap is about: a unit, beat, school or member of staff by name."""
        if gap.target_kind == "staff":
            return self.name(gap.target_code)
        return self.targets.get((gap.target_kind, gap.target_code), Text(gap.target_code, gap.target_code))

    def said(self, gap: Gap) -> Text:
        """A gap in one line."""
        if gap.kind == "unit":
            places = [self.targets.get(("unit", code), Text(code, code)) for code in gap.staff]
            return Text("{who} 同时负责 {n} 个社区/村：{places}", "{who} has {n} units at once: {places}").fill(
                who=self.where(gap), n=gap.there, places=Text("、".join(p.zh for p in places), ", ".join(p.en for p in places))
            )
        if gap.kind == "substitute":
            return Text("{who} 请假，无人替班", "{who} is on leave, nobody stands in").fill(who=self.where(gap))
        title = GAP_TITLES.get(gap.kind, Text(gap.kind, gap.kind))
        wording = (
            Text("{where}：缺{what} {n} 名", "{where}: {n} {what} missing")
            if gap.missing > 0
            else Text("{where}：{what}多 {n} 名", "{where}: {n} {what} too many")
        )
        return wording.fill(where=self.where(gap), what=title, n=abs(gap.missing))

    def worse_than(self, before: "StaffingReport") -> tuple[Text, ...]:
        """What lacks or is doubled here and was not before, or by more; a line each."""
        sizes = {_place(gap): abs(gap.missing) for gap in (*before.found.missing, *before.found.doubled)}
        now = (*self.found.missing, *self.found.doubled)
        return tuple(self.said(gap) for gap in now if abs(gap.missing) > sizes.get(_place(gap), 0))

    def as_json(self) -> dict[str, Any]:
        """Plain values, as `geo_cli.py staffing --json` prints them."""
        return {
            "day": self.found.day.isoformat(),
            "plan": self.plan.id,
            "people_per_officer": self.standard,
            "missing": [self._gap_json(gap) for gap in self.found.missing],
            "doubled": [self._gap_json(gap) for gap in self.found.doubled],
            "loads": [self._load_json(load) for load in self.found.loads],
            "absences": [{"staff": a.staff, "from": a.first, "to": a.last, "substitute": a.substitute} for a in self.found.absences],
        }

    def _gap_json(self, gap: Gap) -> dict[str, Any]:
        return {
            "kind": gap.kind,
            "target_kind": gap.target_kind,
            "target": gap.target_code,
            "due": gap.due,
            "there": gap.there,
            "staff": list(gap.staff),
            "said": self.said(gap).zh,
        }

    def _load_json(self, load: Load) -> dict[str, Any]:
        return {
            "officer": load.officer,
            "name": self.name(load.officer).zh,
            "persons": load.persons,
            "for_others": load.for_others,
            "share": round(load.share, 3),
            "over": load.persons > load.standard,
            "on_leave": load.on_leave,
        }


def see_staffing(caller: Caller, day: date | None = None, plan_id: str | None = None) -> StaffingReport:
    """The staffing on a day (today if none is named), in the plan that acts then or the one named."""
    caller.must("see_staffing")
    day = day or date.today()
    report = staffing_of(caller, _plan_on(caller, plan_id, day), day)
    once_per_session(caller, ("see_staffing", day.isoformat()), lambda: caller.note("see_staffing", day.isoformat()))
    return report


def staffing_of(caller: Caller, plan: Plan, day: date, assignments: pd.DataFrame | None = None) -> StaffingReport:
    """The staffing on a day in a plan; under other assignments than those that are kept, if they are given."""
    caller.must("see_staffing")
    model = caller.model
    standard = people_per_officer(caller)
    schools = model.layers["schools"]
    found = staffing(
        plan,
        model.cells["persons"].fillna(0).astype(int).to_dict(),
        dict(zip(model.units["code"], model.units["kind"], strict=True)),
        dict.fromkeys(schools["code"], True),
        model.staff,
        model.assignments if assignments is None else assignments,
        day,
        standard,
    )
    names = {("unit", row.code): Text(row.name, row.name_en or row.name) for row in model.units.itertuples(index=False, name="Row")}
    names |= {("school", row.code): Text(row.name, row.name_en or row.name) for row in schools.itertuples(index=False, name="Row")}
    names |= {("beat", beat.code): Text(f"{beat.code} {beat.name}", f"{beat.code} {beat.title.en}") for beat in plan.beats}
    return StaffingReport(plan.header, found, standard, {code: staff_name(model.staff, code) for code in model.staff.index}, names)


def people_per_officer(caller: Caller) -> int:
    """The standard that loads are held against: the setting of this workspace, or 3,000."""
    return int(caller.store.setting(STANDARD, PEOPLE_PER_OFFICER))


def set_people_per_officer(caller: Caller, standard: int) -> None:
    """Set the standard. Refused: below 100 or above 100,000."""
    caller.must("assign_staff")
    if not 100 <= standard <= 100_000:
        raise Refusal(Text("标准须在 100 到 100,000 人之间。", "The standard must be 100 to 100,000 people."))
    caller.store.set_setting(STANDARD, int(standard), by=caller.user)


def set_leave(caller: Caller, staff: str, first: date, last: date | None, substitute: str | None) -> None:
    """Leave from a day to a day (both included, None: open) and who stands in; another leave of that time is replaced.

    No reason is kept: it is nobody's business here. Refused: unknown staff; an end before the beginning; oneself as substitute.
    """
    caller.must("assign_staff")
    known = set(caller.store.staff()["code"])
    for code in (staff, *([substitute] if substitute else [])):
        if code not in known:
            raise Refusal(
                Text("人员表中没有 {code}。", "There is no {code} in the staff list.").fill(code=code[:40]),
                Text("请更正编号。", "Correct the code."),
            )
    if last is not None and last < first:
        raise Refusal(Text("结束日期早于开始日期。", "It ends before it begins."), Text("请更正日期。", "Put the dates right."))
    if substitute == staff:
        raise Refusal(Text("不能替自己的班。", "Nobody stands in for oneself."), Text("请另选一位。", "Choose another."))
    table = caller.store.assignments().astype(object)
    span = {"plan_id": None, "valid_from": first.isoformat(), "valid_to": last.isoformat() if last else None}
    rows = [{"staff_code": staff, "target_kind": "staff", "target_code": staff, "role": LEAVE, **span}]
    if substitute:
        rows.append({"staff_code": substitute, "target_kind": "staff", "target_code": staff, "role": SUBSTITUTE, **span})
    new = pd.concat([table[~_leave_rows(table, staff, first, last)], pd.DataFrame(rows, dtype=object)], ignore_index=True)
    caller.store.write_assignments(new, by=caller.user, reason=f"leave {staff} {first} {last or ''}".strip())


def end_leave(caller: Caller, staff: str, day: date) -> None:
    """Take back the leave that holds on a day. Refused: there is none."""
    caller.must("assign_staff")
    table = caller.store.assignments().astype(object)
    gone = _leave_rows(table, staff, day, day)
    if not gone.any():
        raise Refusal(
            Text("当天没有该人员的请假。", "Nobody of that code is on leave that day."), Text("请核对人员与日期。", "Check both.")
        )
    caller.store.write_assignments(table[~gone].reset_index(drop=True), by=caller.user, reason=f"end leave {staff} {day}")


def _place(gap: Gap) -> tuple[str, str, str, bool]:
    """What a gap is about, and whether it lacks there."""
    return gap.kind, gap.target_kind, gap.target_code, gap.missing > 0


def _leave_rows(table: pd.DataFrame, staff: str, first: date, last: date | None) -> pd.Series:
    """Rows of leave of somebody, and of who stands in, that share a day with the span."""
    begins, ends = table["valid_from"].fillna("").astype(str), table["valid_to"].fillna("9999-12-31").astype(str)
    mine = (table["target_kind"] == "staff") & (table["target_code"] == staff) & table["role"].isin((LEAVE, SUBSTITUTE))
    return mine & (begins <= (last.isoformat() if last else "9999-12-31")) & (ends >= first.isoformat())


def _plan_on(caller: Caller, plan_id: str | None, day: date) -> Plan:
    then = caller.store.plan_in_force(day) if plan_id is None else None
    return then or shown_plan(caller, plan_id)
