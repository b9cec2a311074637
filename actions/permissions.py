"""Who may do what: one table of roles and one of actions, each row with its reason. What is not listed is refused."""

from dataclasses import dataclass
from typing import Literal

from layers.definition.layer import Sensitivity
from layers.definition.refusal import Refusal
from layers.definition.text import Text

RoleKey = Literal["administrator", "auditor", "chief", "planner", "officer", "grid_worker", "viewer"]


@dataclass(frozen=True)
class Role:
    """A role: what it is called, the most sensitive field it may receive (None: no data at all), and why."""

    title: Text
    level: Sensitivity | None
    reason: str
    own_area: bool = False
    """Limited to what the person answers for, even where the account names no unit, beat or cell."""


ROLES: dict[RoleKey, Role] = {
    "administrator": Role(
        Text("管理员", "administrator"), Sensitivity.STAFF, "Keeps accounts and backups; has no business with incidents."
    ),
    "auditor": Role(Text("审计员", "auditor"), None, "Reads the record only, so that nobody audits the work they share."),
    "chief": Role(Text("所领导", "chief"), Sensitivity.INCIDENT, "Approves plans and must see what they rest on."),
    "planner": Role(Text("规划员", "planner"), Sensitivity.INCIDENT, "Draws beats from cells, workload and incidents."),
    "officer": Role(
        Text("社区民警", "officer"), Sensitivity.INCIDENT, "Works in the own area and must know what happens there.", own_area=True
    ),
    "grid_worker": Role(
        Text("网格员", "grid worker"), Sensitivity.INTERNAL, "Looks after cells; needs counts, not incidents or staff.", own_area=True
    ),
    "viewer": Role(Text("访客", "viewer"), Sensitivity.PUBLIC, "Sees the published plan without names of staff."),
}


@dataclass(frozen=True)
class Permission:
    """One action: the roles that may do it, and why these."""

    roles: frozenset[RoleKey]
    reason: str
    whole: bool = False
    """It shows or changes the whole town, so a role that is limited to units, beats or cells may not do it."""


_EVERYBODY_WITH_A_MAP: frozenset[RoleKey] = frozenset({"administrator", "chief", "planner", "officer", "grid_worker", "viewer"})
_STATION: frozenset[RoleKey] = frozenset({"chief", "planner", "officer"})

PERMISSIONS: dict[str, Permission] = {
    "see_info": Permission(_EVERYBODY_WITH_A_MAP, "Totals of the town name nobody."),
    "see_layers": Permission(_EVERYBODY_WITH_A_MAP, "The list of layers describes data, it holds none."),
    "see_map": Permission(
        _EVERYBODY_WITH_A_MAP,
        "The map drops each field above the role's level. A limited caller is told the leads of the own beats and of those beside "
        "them, whom work is shared with; sums of dwellings and persons by beat or unit name nobody and stay for all inside.",
    ),
    "see_incidents": Permission(
        _STATION, "Single incidents are for those who answer for them; an officer receives those in the own area alone."
    ),
    "see_density": Permission(
        _STATION, "A density filtered down to one incident shows it, so an officer's rests on the own area's incidents."
    ),
    "see_workload": Permission(_STATION, "Workload rests on incident counts by cell; those who plan and carry it must see it."),
    "measure_plan": Permission(_STATION, "Figures and checks of a plan rest on workload and staff."),
    "draw_plan": Permission(frozenset({"planner", "chief"}), "Drawing beats is the planner's work; a chief may lend a hand."),
    "change_cells": Permission(frozenset({"planner", "chief"}), "Every plan stands on the cells; a change is logged and can be undone."),
    "see_plans": Permission(_STATION, "Whoever works by a plan may see its status, checks and saves."),
    "submit_plan": Permission(frozenset({"planner", "chief"}), "Whoever draws a plan hands it in, or gives it up."),
    "give_back_plan": Permission(frozenset({"planner", "chief"}), "A chief sends a plan back; a planner takes it back to go on with it."),
    "approve_plan": Permission(frozenset({"chief"}), "Only a chief puts a plan in force or ends it."),
    "start_plans": Permission(frozenset({"planner", "chief"}), "The plan was approved before; only its day had to come."),
    "compare_plans": Permission(_STATION, "Those who carry a change must see what moves to whom."),
    "export_plan": Permission(frozenset({"planner", "chief"}), "Files leave the tool; those who plan answer for them.", whole=True),
    "see_profiles": Permission(_STATION, "Whoever reads workloads may read the weights behind them."),
    "change_profiles": Permission(frozenset({"planner", "chief"}), "Weights change every plan's figures; each save is on record."),
    "estimate_response": Permission(_STATION, "Expected times rest on incident counts, as the workload does."),
    "see_hotspots": Permission(_STATION, "Hotspots come from single incidents; counts of 1 to 4 are hidden from all but those who plan."),
    "see_small_counts": Permission(
        frozenset({"planner", "chief"}), "Those who plan must see the exact number; to all others 1 to 4 is <5."
    ),
    "see_public_hotspots": Permission(
        _STATION | {"grid_worker"}, "Counts on squares of 200 m or more, small ones hidden: what may hang in the street."
    ),
    "export_hotspots": Permission(frozenset({"planner", "chief"}), "Files leave the tool; those who plan answer for them."),
    "record_duty": Permission(_STATION, "An officer ticks the own duties; chief and planner write down what is told by radio."),
    "hand_over": Permission(frozenset({"planner", "chief"}), "Who takes over an area is decided by those who assign staff.", whole=True),
    "export_data": Permission(frozenset({"planner", "chief"}), "Files leave the tool; those who plan answer for them, each on record."),
    "export_incidents": Permission(frozenset({"planner", "chief"}), "Single incidents leave with a stated purpose, by those who plan."),
    "agree_to_export": Permission(
        frozenset({"planner", "chief"}), "Where the station asks for a second person, it is one of those who plan."
    ),
    "export_page": Permission(frozenset({"planner", "chief"}), "A page on a stick can be copied by anybody; those who plan answer for it."),
    "make_book": Permission(
        frozenset({"planner", "chief"}),
        "A book gathers the whole station's figures and names staff; those who plan answer for it.",
        whole=True,
    ),
    "find": Permission(_EVERYBODY_WITH_A_MAP, "Search finds only what the role's map shows."),
    "see_area": Permission(
        _STATION, "An officer's area names staff and counts incidents; an officer opens the own one, chief and planner any."
    ),
    "take_snapshot": Permission(
        _EVERYBODY_WITH_A_MAP - {"viewer", "grid_worker"}, "A sheet leaves the screen; those who print answer for it."
    ),
    "import_layer": Permission(
        frozenset({"planner", "chief"}), "Who brings data in answers for where they come from; each import can be undone.", whole=True
    ),
    "see_people": Permission(frozenset({"administrator"}), "Who has an account concerns whoever keeps the accounts."),
    "manage_people": Permission(frozenset({"administrator"}), "Accounts, roles and sessions are one person's duty, each change on record."),
    "back_up": Permission(
        frozenset({"administrator"}), "A backup holds everything, so one role answers for it; each is on record.", whole=True
    ),
    "see_staffing": Permission(
        frozenset({"administrator", "planner", "chief"}), "Whoever assigns staff must see who is assigned.", whole=True
    ),
    "assign_staff": Permission(
        frozenset({"planner", "chief"}), "Who answers for which unit is decided with the plan; each change is on record.", whole=True
    ),
    "see_record": Permission(frozenset({"auditor"}), "Only who shares none of the work reads who did what."),
    "export_record": Permission(frozenset({"auditor"}), "The record leaves the tool with a purpose, by the auditor's hand."),
    "make_workspace": Permission(frozenset({"administrator", "planner", "chief"}), "Makes a new workspace; never touches one that exists."),
}


def require(action: str, role: RoleKey) -> None:
    """Refused unless the table lets that role do that action. An action that is not in the table is refused to all."""
    permission = PERMISSIONS.get(action)
    if permission is None or role not in permission.roles:
        raise Refusal(
            Text("角色“{role}”无权执行此操作（{action}）。", "The role '{role}' may not do this ({action}).").fill(
                role=ROLES[role].title, action=action
            ),
            Text("请联系所领导或管理员。", "Ask the chief or the administrator."),
        )


def may(action: str, role: RoleKey) -> bool:
    """Whether the table lets that role do that action; for what a screen offers, never instead of `require`."""
    return action in PERMISSIONS and role in PERMISSIONS[action].roles
