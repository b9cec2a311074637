"""Plans and their life: the list, the steps that can be taken now, checks with the place of each, saves, export and import."""

import tempfile
from collections.abc import Callable
from datetime import date
from functools import partial
from pathlib import Path
from typing import Any

import streamlit as st

from actions import plan_files, publish_plan
from actions.caller import Caller
from actions.import_layer import ImportPreview, ReadLimits
from actions.measure_plan import MeasuredPlan, measure_plan
from actions.permissions import may
from actions.publish_plan import PlanLine
from actions.see_map import where_on_map
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from screens import plan_compare, plan_rules, wording
from screens.draw_dialogs import draw_on
from screens.file_field import file_field
from screens.kept_results import kept_base, kept_plan, kept_plan_patch
from screens.map_host import map_view
from screens.plain_text import plain
from screens.served import served
from screens.session import caller, field, forget, keep, language, place_of, remember, remembered, reset, say, start_of
from screens.wording import plans as words

STATUS_COLOURS = {"draft": "blue", "submitted": "orange", "in_force": "green", "archived": "gray"}
STATE_MARKS = {"ok": ":green[:material/check_circle:]", "broken": ":red[:material/cancel:]", "not_checked": ":gray[:material/help:]"}
MAP_HEIGHT = 420
CHUNK_ROWS = 30  # saves shown before the rest is only counted


def screen() -> None:
    """The section that was chosen: the plans, a comparison, an import, or the rules that plans are held to."""
    told = remembered("plan told")
    if told is not None:
        st.toast(plain(say(told)))
        forget("plan told")
    sections = [key for key in words.SECTIONS if key != "import" or may("import_layer", caller().role)]
    section = st.segmented_control(
        say(words.TITLE),
        sections,
        default=start_of("plan section", "plans", sections),
        format_func=lambda key: say(words.SECTIONS[key]),
        key=field("plan section"),
        label_visibility="collapsed",
    )
    keep("plan section", section or "plans")
    if section == "compare":
        plan_compare.screen()
    elif section == "rules":
        plan_rules.screen()
    elif section == "import":
        _import()
    else:
        _plans()


def _plans() -> None:
    lines = publish_plan.plan_list(caller())
    if not lines:
        st.info(say(words.NO_PLANS))
        if may("draw_plan", caller().role):
            st.button(say(words.DRAW_FIRST), type="primary", icon=":material/format_paint:", on_click=remember, args=("go_to", "draw"))
        return
    _table(lines)
    by_id = {line.header.id: line for line in lines}
    drawn = remembered("kept drawn plan")
    usual = drawn if drawn in by_id else next(iter(by_id))
    start = next((plan for plan, line in by_id.items() if line.header.status == "submitted"), usual)
    chosen = st.selectbox(
        say(wording.PLAN),
        list(by_id),
        place_of("managed plan", start, list(by_id)),
        format_func=lambda i: say(by_id[i].header.title),  # no status: what stands in the field is not worded anew when it changes
        key=field("managed plan"),
    )
    keep("managed plan", chosen)
    if chosen in by_id:
        _one_plan(by_id[chosen])


def _table(lines: tuple[PlanLine, ...]) -> None:
    titles = (wording.PLAN, words.STATUS, words.BEATS, words.REVISION, words.AUTHOR, words.SINCE, words.BRANCH)
    head = "| " + " | ".join(say(title) for title in titles) + " |\n|:--|:--|--:|--:|:--|:--|:--|\n"
    rows = []
    for line in lines:
        header = line.header
        badge = f":{STATUS_COLOURS[header.status]}-badge[{plain(say(line.status))}]"
        cells = (
            f"**{plain(say(header.title))}**",
            badge,
            str(line.beats),
            str(header.revision),
            plain(header.author) or "—",
            plain(header.effective_from or "—"),
            plain(header.branch) or "—",
        )
        rows.append("| " + " | ".join(cells) + " |")
    with st.container(key="plan_list"):
        st.markdown(head + "\n".join(rows))


def _one_plan(line: PlanLine) -> None:
    header = line.header
    for caption in _told_of(line):
        st.caption(caption)
    _steps(line)
    part = st.segmented_control(
        say(words.PARTS["checks"]),
        list(words.PARTS),
        default=start_of("plan part", "checks", words.PARTS),
        format_func=lambda key: say(words.PARTS[key]),
        key=field("plan part"),
        label_visibility="collapsed",
    )
    part = keep("plan part", part or "checks")
    if part == "history":
        _history(line)
    elif part == "export":
        _export(line)
    else:
        found = measure_plan(caller(), header.id)
        if part == "checks":
            _checks(line, found)
        else:
            plan_compare.measures_of(found)
        st.caption(plain(" ".join(say(text) for text in found.about)))


def _told_of(line: PlanLine) -> list[str]:
    """Who submitted and approved a plan, when, and the reason that was given."""
    header, colon = line.header, say(wording.COLON)
    signed = ((words.SUBMITTED_BY, header.submitted_by, header.submitted_at), (words.APPROVED_BY, header.approved_by, header.approved_at))
    people = [f"{say(what)}{colon}{plain(who)}　{plain((at or '')[:16].replace('T', ' '))}" for what, who, at in signed if who]
    return [*([" · ".join(people)] if people else []), *([f"{say(words.REASON)}{colon}{plain(header.reason)}"] if header.reason else [])]


def _steps(line: PlanLine) -> None:
    """A button for every step that is open to the person, to draw on the plan or compare it, and for a new name or a new draft."""
    drawing, header = may("draw_plan", caller().role), line.header
    if not line.steps and not drawing:
        st.caption(say(words.NO_STEPS))
    with st.container(horizontal=True):
        if drawing and header.status != "archived":
            st.button(say(words.DRAW[header.status == "draft"]), icon=":material/format_paint:", on_click=_draw, args=(header.id,))
        if header.status in ("draft", "submitted"):
            st.button(say(words.COMPARE), icon=":material/compare:", on_click=_compare, args=(header.id,))
        for key in line.steps:
            step = publish_plan.STEPS[key]
            with st.popover(say(step.title), icon=":material/approval:" if key == "approve" else None, key=f"open {key} {line.header.id}"):
                st.caption(say(step.about))
                _step_form(line, key)
        if drawing and line.header.status == "draft":
            with st.popover(say(words.RENAME), key=f"open rename {line.header.id}"):
                _rename_form(line)
        if drawing:
            with st.popover(say(words.NEW_DRAFT), key=f"open draft {line.header.id}"):
                _draft_form(line, None)


def _draw(plan_id: str) -> None:
    draw_on(plan_id)
    remember("go_to", "draw")


def _compare(plan_id: str) -> None:
    """Show what the plan would change against the one in force."""
    reset("plan section")
    keep("plan section", "compare")
    plan_compare.choose(plan_id)


def _step_form(line: PlanLine, key: publish_plan.StepKey) -> None:
    plan, step = line.header.id, publish_plan.STEPS[key]
    broken = len(measure_plan(caller(), plan).broken_musts) if key in ("submit", "approve") else 0
    if broken:
        st.warning(say(words.NOT_READY, n=broken), icon=":material/block:")
    hint = words.REASON_NEEDED if step.needs_reason else words.REASON_HINT if key in ("submit", "approve") else words.REASON_FREE
    with st.form(f"step {key} {plan}", border=False):
        reason = "" if key == "start" else st.text_area(say(words.REASON), placeholder=say(hint), max_chars=500, key=f"why {key} {plan}")
        day = (
            st.date_input(say(words.FIRST_DAY), value=date.today(), min_value=date.today(), format="YYYY-MM-DD")
            if key == "approve"
            else None
        )
        if st.form_submit_button(say(words.DO_IT, step=step.title), type="primary", disabled=broken > 0):
            who = caller()
            acts: dict[str, Callable[[], Any]] = {
                "submit": lambda: publish_plan.submit(who, plan, reason),
                "give_back": lambda: publish_plan.give_back(who, plan, reason),
                "approve": lambda: publish_plan.approve(who, plan, day if isinstance(day, date) else None, reason),
                "start": lambda: publish_plan.start_due_plans(who),
                "abandon": lambda: publish_plan.abandon(who, plan, reason),
                "archive": lambda: publish_plan.archive(who, plan, reason),
            }
            _do(acts[key], words.DONE.fill(step=step.title))


def _rename_form(line: PlanLine) -> None:
    header = line.header
    with st.form(f"rename {header.id}", border=False):
        name = st.text_input(say(words.NAME), header.name, max_chars=60)
        name_en = st.text_input(say(words.NAME_EN), header.name_en, max_chars=60)
        branch = st.text_input(say(words.BRANCH), header.branch, max_chars=60)
        if st.form_submit_button(say(words.SAVE), type="primary"):
            _do(lambda: publish_plan.rename(caller(), header.id, name, name_en, branch), words.DONE.fill(step=words.RENAME))


def _draft_form(line: PlanLine, revision: int | None) -> None:
    header = line.header
    with st.form(f"draft {header.id} {revision}", border=False):
        name = st.text_input(say(words.NAME), say(words.DRAFT_NAME, name=header.title), max_chars=60)
        branch = st.text_input(say(words.BRANCH), header.branch, max_chars=60)
        if st.form_submit_button(say(words.CREATE), type="primary"):
            _do(lambda: publish_plan.draft_from(caller(), header.id, name, revision, branch), words.DONE.fill(step=words.NEW_DRAFT))


def _do(act: Callable[[], Any], told: Text) -> None:
    """Do it and draw the screen anew; a refusal stays where the person is."""
    try:
        act()
    except Refusal as refusal:
        st.error(plain(say(refusal.text)), icon=":material/block:")
        return
    remember("plan told", told)
    st.rerun()


def _checks(line: PlanLine, found: MeasuredPlan) -> None:
    n = len(found.broken_musts)
    if n:
        st.warning(say(words.NOT_READY, n=n), icon=":material/block:")
    else:
        st.success(say(words.READY), icon=":material/check:")
    checks = sorted(publish_plan.check_lines(caller(), found), key=lambda check: (check.state != "broken", not check.must))
    places: list[tuple[str, str]] = []
    for check in checks:
        weight = say(words.MUST if check.must else words.SHOULD)
        st.markdown(
            f"{STATE_MARKS[check.state]} **{plain(say(check.title))}** · {weight} · {plain(say(check.shown_state))}  \n"
            f"{plain(say(check.message))}"
        )
        places += [(check.where_kind, code) for code in check.where]
    if places:
        _go_to(line, found, list(dict.fromkeys(places)))


def _go_to(line: PlanLine, found: MeasuredPlan, places: list[tuple[str, str]]) -> None:
    """The places that the checks point at, and a map that goes to the chosen one."""
    names = publish_plan.place_names(caller(), found)
    chosen = st.selectbox(
        say(words.GO_TO, n=len(places)),
        places,
        format_func=lambda place: say(names[place]) if place in names else place[1],
        key=f"go to {line.header.id} {language()}",
    )
    if chosen is None:
        return
    who, on_map = caller(), kept_plan(caller(), line.header.id)
    kind, code = chosen
    layers = {"cell": ("grid_cells",), "beat": ("beats",), "unit": ("communities", "villages")}[kind]
    boxes = [(layer, box) for layer in layers if (box := where_on_map(who, layer, code, on_map)) is not None]
    patch: dict[str, Any] = {"language": language(), "plan": kept_plan_patch(who, on_map), "calm": True}
    if boxes:
        layer, box = boxes[0]
        patch["highlight"] = {"layer": layer, "codes": [code]}
        patch["focus"] = {"token": f"{line.header.id} {code}", "bounds": box, "layer": layer, "code": code}
    map_view(kept_base(who), patch, key="plan_check_map", height=MAP_HEIGHT)


def _history(line: PlanLine) -> None:
    saves = publish_plan.history(caller(), line.header.id)
    titles = (words.REVISION, words.WHEN, words.WHO, words.STATUS, words.CELLS_CHANGED, words.WHY)
    head = "| " + " | ".join(say(title) for title in titles) + " |\n|--:|:--|:--|:--|--:|:--|\n"
    with st.container(key="plan_saves"):
        st.markdown(
            head
            + "\n".join(
                f"| {s.revision} | {plain(s.at.replace('T', ' '))} | {plain(s.who)} | {say(publish_plan.STATUSES[s.status])} "
                f"| {s.n_cells_changed:,} | {plain(_in_language(s.reason))} |"
                for s in saves[:CHUNK_ROWS]
            )
        )
    if len(saves) > CHUNK_ROWS:
        st.caption(f"… {len(saves) - CHUNK_ROWS}")
    if may("draw_plan", caller().role):
        with st.expander(say(words.RESTORE)):
            revision = st.selectbox(say(words.WHICH_REVISION), [s.revision for s in saves], key=f"restore {line.header.id}")
            _draft_form(line, revision)


def _in_language(reason: str) -> str:
    """What the program noted stands as "中文 / English"; what a person wrote stays as it is."""
    zh, between, en = reason.partition(" / ")
    both = between and any(ord(letter) > 0x2E80 for letter in zh) and en.isascii()
    return (zh if language() == "zh" else en) if both else reason


def _export(line: PlanLine) -> None:
    who = caller()
    if not may("export_plan", who.role):
        st.caption(say(words.NO_STEPS))
        return
    plan = who.store.plan(line.header.id)
    st.caption(say(words.EXPORT_NOTE))
    with st.container(horizontal=True):
        for format, title in plan_files.FORMATS.items():
            st.download_button(
                say(title),
                data=partial(_exported, who, line.header.id, format),
                file_name=plan_files.file_name(who, plan, format),
                mime=plan_files.MIME[format],
                icon=":material/download:",
                on_click="ignore",
                key=f"export {line.header.id} {format}",
            )


def _exported(who: Caller, plan_id: str, format: str) -> bytes:
    """Made when it is asked for, outside the session, so the person is handed over."""
    return plan_files.export_plan(who, plan_id, format).content


def _import() -> None:
    sent = file_field(words.FILE, "plan_file", served().settings.max_upload_mb, words.FILE_NOTE)
    layer = st.text_input(say(words.LAYER), max_chars=80, key="plan_layer")
    if sent is not None and st.button(say(words.READ), icon=":material/search:"):
        remember("plan preview", _read(sent.name, sent.getvalue(), layer.strip() or None))
    preview: ImportPreview | None = remembered("plan preview")
    if sent is None or preview is None or preview.wish.file_name != sent.name:
        return
    for finding in preview.report.findings:
        look = {"error": st.error, "warning": st.warning}.get(finding.severity, st.info)
        look(plain(say(finding.what)) + (f" {plain(say(finding.what_next))}" if finding.what_next else ""))
    if preview.report.refused or not preview.plans:
        return
    plan = preview.plans[0]
    st.markdown(f"**{plain(plan.header.name)}** · " + say(words.FOUND, beats=len(plan.beats), cells=len(plan.beat_of)))
    accepted = not preview.report.warnings or st.checkbox(say(words.ACCEPT), key="plan_warnings")
    if st.button(say(words.TAKE), type="primary", disabled=not accepted):
        forget("plan preview")
        _do(lambda: plan_files.import_plan(caller(), preview, accept_warnings=True), words.TAKEN)


def _read(name: str, content: bytes, layer: str | None) -> ImportPreview:
    settings = served().settings
    limits = ReadLimits.of(settings.max_upload_mb, settings.max_csv_mb, settings.reader_memory_mb, settings.reader_seconds)
    with tempfile.TemporaryDirectory(prefix="jingge") as folder:
        path = Path(folder) / f"plan{Path(name).suffix.lower()}"
        path.write_bytes(content)
        return plan_files.preview_plan(caller(), path, name, limits=limits, **({"layer": layer} if layer else {}))
