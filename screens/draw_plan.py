"""Draw beats: the editor on a draft, what somebody else changed meanwhile, and cells split or merged."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from actions import draw_plan
from actions.draw_plan import Drawing, Taken
from actions.measure_plan import MeasuredPlan, measure_plan
from actions.permissions import may
from actions.see_map import IncidentFilter, base_map_for_map, incident_span, plans, usual_periods
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from screens import wording
from screens.beat_editor import beat_editor
from screens.draw_dialogs import cell_change_dialog, new_draft_dialog, submit_dialog
from screens.kept_results import density_maker, kept_density, kept_editor_base
from screens.merge_drafts import conflict_dialog
from screens.plain_text import plain
from screens.plan_figures import figures
from screens.plan_rules import state_dialog
from screens.served import served
from screens.session import caller, component_value, field, forget, keep, language, place_of, remember, remembered, say
from screens.wording import draw_plan as words

HEIGHT = 820
EDITOR = "beat_editor"


def screen() -> None:
    """The plan to draw on in the sidebar, the editor, and all its figures."""
    with st.sidebar:
        plan_id = _chosen_plan()
    if plan_id is None:
        return
    _dialogs(plan_id)
    _editor(plan_id)


def _chosen_plan() -> str | None:
    headers = {header.id: header for header in plans(caller()) if header.status != "archived"}
    if headers:
        drafts = [header.id for header in headers.values() if header.status == "draft"]
        place = place_of("drawn plan", (drafts or list(headers))[-1], list(headers))
        title = {key: f"{say(h.title)}　{say(draw_plan.STATUSES[h.status])}" for key, h in headers.items()}
        keep("drawn plan", st.selectbox(say(wording.PLAN), list(headers), place, format_func=title.__getitem__, key=field("drawn plan")))
    if st.button(say(words.NEW), icon=":material/add:", width="stretch"):
        new_draft_dialog()
    return str(remembered("kept drawn plan")) if headers else None


def _dialogs(plan_id: str) -> None:
    """What waits for an answer; one at a time."""
    taken, drawing, command = _conflict(plan_id), remembered("drawing"), remembered("draw_command")
    if taken is not None and drawing is not None:
        conflict_dialog(taken, again=lambda: _take(drawing, component_value(EDITOR).get("message", {})))
    elif command is not None:
        forget("draw_command")
        if command.get("name") == "state":
            state_dialog(plan_id)
        elif command.get("name") == "submit":
            submit_dialog(plan_id)
        else:
            cell_change_dialog(plan_id, command)


def _conflict(plan_id: str) -> Taken | None:
    """Gestures on that plan that wait for somebody to choose between two people's changes."""
    taken: Taken | None = remembered("draw_conflict")
    return taken if taken is not None and taken.plan.header.id == plan_id else None


@st.fragment
def _editor(plan_id: str) -> None:
    """The editor and the figures below it; what is painted comes here and nowhere else."""
    drawing = _drawing(plan_id)
    with st.container():  # always there: an element that came and went above the editor would put the editor up anew
        _tell(drawing)
    found = measure_plan(caller(), plan_id)
    beat_editor(kept_editor_base(caller()), drawing.base, _patch(drawing, found), key=EDITOR, height=HEIGHT, on_change=_heard)
    if remembered("draw_asks") or remembered("draw_command") is not None:
        forget("draw_asks")
        st.rerun(scope="app")
    with st.expander(say(words.ALL_FIGURES), icon=":material/table_chart:"):
        figures(found)


def _drawing(plan_id: str) -> Drawing:
    """The plan as the editor has it. It stays while this person paints, and is opened anew when something else changed it, or
    when "drawing_at", the revisions that it was last seen to agree with, is forgotten."""
    kept: Drawing | None = remembered("drawing")
    taken: Taken | None = remembered("draw_taken")
    now = caller().store.revision("plans"), caller().store.revision("grid_cells")
    at, same_plan = remembered("drawing_at"), kept is not None and kept.plan.header.id == plan_id
    if same_plan and kept is not None and (at == now or _conflict(plan_id) is not None):  # nothing moves under an open question
        return kept
    if same_plan and kept is not None and at is not None and _only_mine(kept, taken):
        remember("drawing_at", now)
        return kept
    acknowledged = taken.n if same_plan and taken is not None else None
    drawing = draw_plan.open_drawing(caller(), plan_id, acknowledged)
    remember("drawing", drawing)
    remember("drawing_at", now)
    if not same_plan:
        forget("draw_taken", "draw_ack")
    elif taken is not None:
        remember("draw_taken", replace(taken, plan=drawing.plan, others=()))
    return drawing


def _only_mine(kept: Drawing, taken: Taken | None) -> bool:
    """Whether the plan that is kept now is what the editor shows: nobody else saved it, and the cells are the same."""
    header = next((h for h in plans(caller()) if h.id == kept.plan.header.id), None)
    shown = taken.plan.header.revision if taken is not None else kept.plan.header.revision
    others = taken is not None and bool(taken.others)
    return header is not None and header.revision == shown and not others and draw_plan.same_cells(caller(), kept)


def _heard() -> None:
    """Called with what the browser says, before the page is drawn again: gestures are saved, commands put aside."""
    said = component_value(EDITOR)
    drawing: Drawing | None = remembered("drawing")
    if drawing is None:
        return
    message, command = said.get("message"), said.get("command")
    if isinstance(message, Mapping) and message.get("gestures"):
        _take(drawing, message)
    if isinstance(command, Mapping) and command.get("n") != remembered("draw_command_n"):
        remember("draw_command_n", command.get("n"))
        if command.get("name") == "reload":
            forget("drawing", "draw_ack")
        else:
            remember("draw_command", dict(command))


def _take(drawing: Drawing, message: Mapping[str, Any]) -> None:
    since: Taken | None = remembered("draw_taken")
    kept = {"n": since.n if since else 0, "revision": (since or drawing).plan.header.revision}
    try:
        taken = draw_plan.take_gestures(caller(), drawing, dict(message), since)
    except Refusal as refusal:
        remember("draw_ack", {**kept, "refused": list(refusal.text)})
        return
    if taken.merge is not None:
        remember("draw_conflict", taken)
        remember("draw_asks", True)
        remember("draw_ack", {**kept, "refused": list(words.CONFLICT_TITLE)})  # it stays in the browser until somebody has chosen
        return
    remember("draw_taken", taken)
    remember("draw_ack", {"n": taken.n, "revision": taken.plan.header.revision})
    if taken.others:
        remember("draw_told", words.REOPENED.fill(by=taken.by, n=len(taken.others)))


def _tell(drawing: Drawing) -> None:
    told: Text | None = remembered("draw_told")
    if told is not None:
        st.toast(plain(say(told)), icon=":material/info:")
        forget("draw_told")
    header = drawing.plan.header
    if header.status != "draft":
        status = say(draw_plan.STATUSES[header.status])
        frozen = words.SUBMITTED if header.status == "submitted" else words.FROZEN
        st.info(plain(say(frozen, name=say(header.title), status=status)), icon=":material/lock:")


def _density() -> dict[str, Any] | None:
    """Density of the last twelve months, to be laid over the cells by whoever wants it."""
    who = caller()
    if not may("see_density", who.role):
        return None
    try:
        _, last = incident_span(who)
        maker = density_maker(who)
        radius_m = served().settings.density_radius_m or maker.radius_by_rule()
        return kept_density(who, maker, IncidentFilter(usual_periods(last)["year"], last), float(radius_m))
    except Refusal:
        return None


def _patch(drawing: Drawing, found: MeasuredPlan) -> dict[str, Any]:
    base_map = served().base_map
    return {
        "language": language(),
        "mode": "edit" if drawing.plan.header.status == "draft" else "view",
        "ack": remembered("draw_ack"),
        "checks": draw_plan.checks_for_editor(caller(), found),
        "staff": draw_plan.leads_to_choose(caller()),
        "team": draw_plan.teams(caller()),
        "density": _density(),
        "base_map": base_map_for_map(base_map) if base_map is not None else None,
    }
