"""Checks of who answers for what: a lead for each beat who is an officer, and the staff that each community and village is due."""

from collections import Counter

import pandas as pd

from layers.definition.text import Text
from planning.check import Case, Check, Finding, broken, not_checked, ok
from planning.circumstances import UnitKind

LEAD_KIND = "officer"
STAFF_OF_UNIT: dict[UnitKind, dict[str, tuple[str, int]]] = {
    # role in the assignment    kind of staff, how many at least
    "communities": {"community_officer": ("officer", 1), "community_auxiliary": ("auxiliary", 2)},  # 一区一警两辅
    "villages": {"village_auxiliary": ("village_auxiliary", 1)},  # 一村一辅警
}
STAFF_TITLES: dict[str, Text] = {
    "officer": Text("民警", "officers"),
    "auxiliary": Text("辅警", "auxiliaries"),
    "village_auxiliary": Text("村辅警", "village auxiliaries"),
}
UNIT_TITLES: dict[UnitKind, Text] = {"communities": Text("社区", "communities"), "villages": Text("行政村", "villages")}


def _has_lead(case: Case) -> Finding:
    without = tuple(beat.code for beat in case.plan.beats if not beat.lead)
    if not without:
        return ok("has_lead", Text("每个警务区都有责任民警。", "Every beat has a lead officer."))
    message = Text("{n} 个警务区没有责任民警（首个：{beat}）。", "{n} beats have no lead officer (first: {beat}).")
    return broken("has_lead", message.fill(n=len(without), beat=case.beat_title(without[0])), without)


def _leads_are_officers(case: Case) -> Finding:
    """Beats without a lead are the business of the check before."""
    staff = case.circumstances.staff
    if staff is None:
        return not_checked("leads_are_officers", Text("没有人员名册。", "The staff is not known."))
    kind = dict(zip(staff["code"], staff["kind"], strict=True))
    wrong = [beat for beat in case.plan.beats if beat.lead and kind.get(beat.lead) != LEAD_KIND]
    if not wrong:
        return ok("leads_are_officers", Text("所有责任人都是在册民警。", "Every lead is an officer on the staff."))
    message = Text(
        "{n} 个警务区的责任人不是在册民警（首个：{beat}，{lead}）。",
        "{n} beats are led by no officer of the staff (first: {beat}, by {lead}).",
    )
    filled = message.fill(n=len(wrong), beat=case.beat_title(wrong[0].code), lead=wrong[0].lead)
    return broken("leads_are_officers", filled, [beat.code for beat in wrong])


def _community_staff(case: Case) -> Finding:
    return _unit_staff(case, "community_staff", "communities")


def _village_staff(case: Case) -> Finding:
    return _unit_staff(case, "village_staff", "villages")


def _unit_staff(case: Case, check: str, unit_kind: UnitKind) -> Finding:
    """Where: units that lack staff, those that lack most first. Only staff of the right kind in the right role count."""
    around, title = case.circumstances, UNIT_TITLES[unit_kind]
    units = [unit for unit, kind in (around.unit_kinds or {}).items() if kind == unit_kind]
    if around.staff is None or around.assignments is None or not units:
        return not_checked(check, Text("缺少人员、分工或{units}。", "Staff, assignments or {units} are not known.").fill(units=title))
    there = _assigned(around.staff, around.assignments)
    lacks = {unit: _lacking(there, unit, unit_kind) for unit in units}
    short = sorted((unit for unit in units if lacks[unit]), key=lambda unit: (-sum(lacks[unit].values()), unit))
    if not short:
        return ok(check, Text("{n} 个{units}人员齐备。", "All {n} {units} have their staff.").fill(n=len(units), units=title))
    filled = {"n": len(short), "all": len(units), "units": title, "unit": short[0], "lack": _listed(lacks[short[0]])}
    message = Text(
        "{all} 个{units}中有 {n} 个缺员（最缺：{unit}，缺{lack}）。", "{n} of {all} {units} lack staff (most: {unit}, which lacks {lack})."
    )
    return broken(check, message.fill(**filled), short, "unit")


def _assigned(staff: pd.DataFrame, assignments: pd.DataFrame) -> Counter[tuple[str, str, str]]:
    """How many people there are by unit, role and kind; the same person twice counts once."""
    kind = dict(zip(staff["code"], staff["kind"], strict=True))
    rows = assignments.loc[assignments["target_kind"] == "unit", ["target_code", "role", "staff_code"]].drop_duplicates()
    return Counter((str(unit), str(role), kind.get(who, "")) for unit, role, who in rows.itertuples(index=False))


def _lacking(there: Counter[tuple[str, str, str]], unit: str, unit_kind: UnitKind) -> dict[str, int]:
    """How many a unit lacks by kind of staff; empty when none."""
    due = STAFF_OF_UNIT[unit_kind]
    lacks = {kind: least - there[unit, role, kind] for role, (kind, least) in due.items()}
    return {kind: n for kind, n in lacks.items() if n > 0}


def _listed(lacks: dict[str, int]) -> Text:
    return Text(
        "、".join(f"{STAFF_TITLES[kind].zh} {n} 名" for kind, n in lacks.items()),
        " and ".join(f"{n} {STAFF_TITLES[kind].en}" for kind, n in lacks.items()),
    )


STAFFING_CHECKS: tuple[Check, ...] = (
    Check(
        "has_lead",
        Text("有责任民警", "Has a lead"),
        Text("每个警务区有一名责任民警；一名民警可负责多个。", "Every beat has one lead officer; an officer may lead several."),
        "must",
        _has_lead,
    ),
    Check(
        "leads_are_officers",
        Text("责任人是在册民警", "Leads are officers"),
        Text("责任民警须在人员名册中，且身份为民警。", "Each lead is on the staff, and an officer."),
        "must",
        _leads_are_officers,
    ),
    Check(
        "community_staff",
        Text("社区一警两辅", "Community staff"),
        Text("每个社区至少有一名民警、两名辅警。", "Every community has at least one officer and two auxiliaries."),
        "should",
        _community_staff,
    ),
    Check(
        "village_staff",
        Text("一村一辅警", "Village staff"),
        Text("每个行政村至少有一名村辅警。", "Every village has at least one auxiliary."),
        "should",
        _village_staff,
    ),
)
