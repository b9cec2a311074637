"""Handing an area over: the leaving officer's list with open matters, and the change of people on a day."""

import csv
import io
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd

from actions.audit_record import once_per_session
from actions.caller import Caller
from actions.draw_plan import unsaved_draft
from actions.duties import DutyList, duty_list
from actions.my_area import Area, area_of, officer_code
from actions.staff_names import staff_name
from actions.staffing import staffing_of
from exporting.spreadsheet_text import without_formula
from layers.definition.refusal import Refusal
from layers.definition.text import Language, Text
from planning.duties import DUTY_KINDS
from planning.plan import Plan
from planning.staffing import ROLE_TITLES, SCHOOL_TARGETS, TARGET_TITLES, on_day


@dataclass(frozen=True)
class Matter:
    """One line of the list: under which heading, what, and what the successor must know (None: nothing)."""

    heading: Text
    what: Text
    state: Text | None = None


@dataclass(frozen=True)
class HandoverList:
    """All that a successor takes over from an officer, as it is on a day."""

    area: Area
    duties: DutyList
    day: date
    matters: tuple[Matter, ...]


@dataclass(frozen=True)
class HandedOver:
    """What was done, or would be: assignments that end, the draft in which the successor leads the beats (None: none was led)."""

    assignments: int
    beats: int
    draft: str | None
    said: Text
    caused: tuple[Text, ...]
    """What would lack or be doubled on that day and is not now, by the draft if there is one."""


def handover_list(caller: Caller, officer: str, day: date | None = None) -> HandoverList:
    """Beats led, assignments, schools, risk places with the last visit, open disputes and duties that are due."""
    caller.must("see_area")
    day = day or date.today()
    area = area_of(caller, officer, day=day)
    duties = duty_list(caller, area, day)
    once_per_session(caller, ("see_handover", area.officer, str(day)), lambda: caller.note("see_handover", area.officer))
    return HandoverList(area, duties, day, tuple([*_beats(area), *_assigned(caller, area.officer, day), *_places(duties), *_open(duties)]))


def handover_csv(caller: Caller, officer: str, lang: Language, purpose: str, day: date | None = None) -> bytes:
    """The list as CSV (UTF-8 with a mark for Excel), its purpose, author and time above; formulas harmless. Refused: no purpose."""
    if not purpose.strip():
        raise Refusal(Text("没有填写用途。", "No purpose is given."), Text("请写明导出用途。", "Say what the file is for."))
    found = handover_list(caller, officer, day)
    caller.note("export_handover", found.area.officer, purpose=purpose.strip()[:200])
    out = io.StringIO()
    write = csv.writer(out)
    write.writerow([without_formula(f"{found.area.name.in_(lang)} {found.day}"), without_formula(purpose.strip()[:200])])
    write.writerow([without_formula(caller.user), datetime.now().isoformat(" ", "minutes")])
    write.writerow(title.in_(lang) for title in (Text("类别", "matter"), Text("内容", "what"), Text("情况", "state")))
    for matter in found.matters:
        texts = (matter.heading, matter.what, matter.state or Text("", ""))
        write.writerow(without_formula(text.in_(lang)) for text in texts)
    return out.getvalue().encode("utf-8-sig")


def hand_over(caller: Caller, leaving: str, successor: str, day: date) -> HandedOver:
    """From `day` on the successor has what the leaving officer had: assignments end the day before and begin anew.

    A plan in force is frozen, so the beats change their lead in a new draft, to be submitted and approved with that day.
    Refused: one and the same person; a day that is past; nothing to hand over.
    """
    caller.must("hand_over")
    caller.must("assign_staff")
    done, moved, draft = _prepared(caller, leaving, successor, day)
    old, new = officer_code(caller, leaving), officer_code(caller, successor)
    caller.store.hand_over(moved, draft, by=caller.user, reason=f"hand over {old} to {new} from {day}")
    return done


def what_handover_does(caller: Caller, leaving: str, successor: str, day: date) -> HandedOver:
    """What `hand_over` would do; nothing is written. Refused: as there."""
    caller.must("hand_over")
    caller.must("assign_staff")
    return _prepared(caller, leaving, successor, day)[0]


def _prepared(caller: Caller, leaving: str, successor: str, day: date) -> tuple[HandedOver, pd.DataFrame | None, Plan | None]:
    """What a handover does, the assignments after it (None: as they are), and the new draft."""
    old, new = officer_code(caller, leaving), officer_code(caller, successor)
    if old == new:
        raise Refusal(
            Text("移交人与接任人相同。", "They are the same person."), Text("请选择另一位接任民警。", "Choose another successor.")
        )
    if day < date.today():
        raise Refusal(
            Text("交接日期 {day} 已过。", "The day {day} is past.").fill(day=day),
            Text("请选择今天或以后。", "Choose today or a later day."),
        )
    table = caller.store.assignments()
    moving = (
        (table["staff_code"] == old)
        & (table["target_kind"] != "staff")
        & (table["valid_to"].isna() | (table["valid_to"] >= day.isoformat()))
    )
    plan = caller.store.plan_in_force()
    led = plan.beats_led_by(old) if plan is not None else ()
    if not moving.any() and not led:
        raise Refusal(Text("没有可移交的任务。", "There is nothing to hand over."), Text("请核对移交人。", "Check who is leaving."))
    draft = _draft(caller, plan.header.id, old, new, day) if plan is not None and led else None
    moved = _moved(table, moving, new, day) if moving.any() else None
    caused: tuple[Text, ...] = ()
    if plan is not None:
        caused = staffing_of(caller, draft or plan, day, moved).worse_than(staffing_of(caller, plan, day))
    said = Text("已移交 {n} 项任务，自 {day} 起。", "{n} assignments handed over from {day}.").fill(n=int(moving.sum()), day=day)
    if draft is not None:
        more = Text(
            "警务区责任民警已写入新草案，请提交并批准；警务区内的场所和勤务届时移交。",
            "The beats' new lead stands in a new draft: submit and approve it; their places and duties pass over then.",
        )
        said = Text(said.zh + more.zh, f"{said.en} {more.en}")
    done = HandedOver(int(moving.sum()), len(led), draft.header.id if draft is not None else None, said, caused)
    return done, moved, draft


def as_json(found: HandoverList) -> dict[str, Any]:
    """Plain values."""
    rows = [{"heading": m.heading.zh, "what": m.what.zh, "state": m.state.zh if m.state else None} for m in found.matters]
    return {"officer": found.area.officer, "day": found.day.isoformat(), "matters": rows}


def _moved(table: pd.DataFrame, moving: pd.Series, successor: str, day: date) -> pd.DataFrame:
    """The table after the change: what began before ends the day before, what begins later goes over as it is."""
    later = moving & (table["valid_from"].fillna("").astype(str) >= day.isoformat())
    taken = table[moving].astype(object).assign(staff_code=successor)
    taken.loc[~later[moving], "valid_from"] = day.isoformat()
    kept = table[~later].astype(object)
    kept.loc[moving & ~later, "valid_to"] = (day - timedelta(days=1)).isoformat()
    has = {
        tuple(row) for row in kept[["staff_code", "target_kind", "target_code", "role"]][kept["valid_to"].isna()].itertuples(index=False)
    }
    twice = [tuple(row) in has for row in taken[["staff_code", "target_kind", "target_code", "role"]].itertuples(index=False)]
    return pd.concat([kept, taken[[not one for one in twice]]], ignore_index=True)


def _draft(caller: Caller, plan_id: str, old: str, new: str, day: date) -> Plan:
    """The plan in force with its beats handed over, not saved yet."""
    names = {code: staff_name(caller.model.staff, code) for code in (old, new)}
    title = Text("交接 {old}→{new} {day}", "Handover {old} to {new} {day}").fill(old=names[old], new=names[new], day=day)
    taken = {header.name for header in caller.store.plan_headers()}
    name = next(n for i in range(1, 100) if (n := title.zh if i == 1 else f"{title.zh} ({i})") not in taken)
    plan = unsaved_draft(caller, name, title.en, start_from=plan_id)
    return replace(plan, beats=tuple(replace(beat, lead=new) if beat.lead == old else beat for beat in plan.beats))


def _beats(area: Area) -> list[Matter]:
    heading = Text("责任警务区", "beats led")
    people = Text("{n:,} 户 {p:,} 人", "{n:,} dwellings, {p:,} persons").fill(n=area.dwellings, p=area.persons)
    units = [Matter(Text("社区/村", "units"), name, Text(code, code)) for code, name in area.units]
    return [*(Matter(heading, Text(f"{b.code} {b.name}", f"{b.code} {b.name_en or b.name}"), people) for b in area.beats), *units]


def _assigned(caller: Caller, officer: str, day: date) -> list[Matter]:
    held = on_day(caller.model.assignments, day)
    mine = held[held["staff_code"] == officer]
    found = []
    for row in mine.itertuples(index=False):
        role = ROLE_TITLES.get(row.role, Text(str(row.role), str(row.role)))
        since = Text("自 {day}", "since {day}").fill(day=row.valid_from) if row.valid_from and not pd.isna(row.valid_from) else None
        found.append(Matter(role, _target(caller, str(row.target_kind), str(row.target_code)), since))
    return found


def _target(caller: Caller, kind: str, code: str) -> Text:
    model = caller.model
    tables: dict[str, Any] = {"unit": model.units, "staff": model.staff}
    for school in SCHOOL_TARGETS:
        tables[school] = model.layers["schools"].set_index("code", drop=False)
    row = tables[kind].loc[code] if kind in tables and code in tables[kind].index else None
    if row is not None:
        return Text(row["name"], row["name_en"] or row["name"])
    return Text("{kind} {code}", "{kind} {code}").fill(kind=TARGET_TITLES.get(kind, Text(kind, kind)), code=code)


def _places(duties: DutyList) -> list[Matter]:
    visited = Text("最近到访 {day}", "last visit {day}")
    never = Text("记录中无到访", "no visit on record")
    return [Matter(Text("风险点位", "risk places"), r.name, visited.fill(day=r.last) if r.last else never) for r in duties.risks] + [
        Matter(Text("学校", "schools"), s.name, Text("护学 {t}", "posts {t}").fill(t=", ".join("–".join(p) for p in s.peaks)))
        for s in duties.schools
    ]


def _open(duties: DutyList) -> list[Matter]:
    disputes = [Matter(Text("未结纠纷", "open disputes"), name, Text("{n} 件", "{n} cases").fill(n=n)) for name, n in duties.disputes]
    late = Text("逾期 {n} 天", "{n} days late")
    due = [
        Matter(
            Text("到期勤务", "duties due"),
            duty.title,
            Text("从未记录", "never on record") if duty.due.last is None else late.fill(n=duty.due.late_days),
        )
        for duty in duties.now
        if duty.due.kind in DUTY_KINDS
    ]
    return [*disputes, *due]
