"""Questions that drawing beats asks: a new draft, two people on one place, and what a change of cells would do."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from actions import change_cells, draw_plan
from actions.change_cells import SHARE_BY, ChangePreview
from actions.draw_plan import Taken
from actions.see_map import plans
from layers import LAYERS
from layers.definition.refusal import Refusal
from screens.parts_sketch import parts_sketch
from screens.plain_text import capital, plain
from screens.session import caller, forget, keep, language, remember, reset, say
from screens.wording import draw_plan as words

SHOWN = 40
COUNTED = ("dwellings", "persons", "organisations")
CELL_COMMANDS = {"split": words.SPLIT_TITLE, "merge": words.MERGE_TITLE, "border": words.BORDER_TITLE, "undo_cells": words.CELL_CHANGES}


def new_draft_dialog() -> None:
    """Ask for a name and a plan to start from, and make the draft."""

    @st.dialog(say(words.NEW))
    def ask() -> None:
        headers = {header.id: header for header in plans(caller())}
        in_force = [key for key, header in headers.items() if header.status == "in_force"]
        name = st.text_input(say(words.NEW_NAME), value=say(words.NAME_TODAY, day=date.today().isoformat()), max_chars=60)
        options: list[str | None] = [*in_force, *[key for key in headers if key not in in_force], None]
        start = st.selectbox(say(words.NEW_FROM), options, format_func=lambda key: say(headers[key].title) if key else say(words.NEW_EMPTY))
        beats = 0 if start else int(st.number_input(say(words.NEW_BEATS), 1, 99, 4))
        if st.button(say(words.NEW_MAKE), type="primary", icon=":material/check:"):
            try:
                plan = draw_plan.new_draft(caller(), name, start_from=start, beats=beats)
            except Refusal as refusal:
                st.error(plain(say(refusal.text)), icon=":material/block:")
                return
            _draw_on(plan.header.id)
            st.rerun()

    ask()


def conflict_dialog(taken: Taken) -> None:
    """Two people changed the same cells: both answers side by side, for each one or for all."""

    @st.dialog(say(words.CONFLICT_TITLE), width="large", dismissible=False)
    def ask() -> None:
        merge = taken.merge
        if merge is None:
            return
        st.markdown(plain(say(words.CONFLICT_ABOUT, by=taken.by, at=taken.at, n=merge.open)))
        sides = {say(words.MINE): "mine", say(words.THEIRS): "theirs"}
        names, nobody = ("before", "mine", "theirs"), say(words.NOBODY)

        def three_of(values: Any) -> dict[str, str]:
            return dict(zip(names, values, strict=True))

        rows = [
            {"key": f"cell {cell}", "what": f"{say(words.CELL)} {cell}", **three_of(beat or nobody for beat in three)}
            for cell, three in merge.conflicts.items()
        ]
        rows += [
            {"key": f"beat {code}", "what": code, **three_of(beat.name if beat else "—" for beat in three)}
            for code, three in merge.beat_conflicts.items()
        ]
        rows += [
            {"key": f"header {name}", "what": name, **three_of(value or "—" for value in three)}
            for name, three in merge.header_conflicts.items()
        ]
        table = pd.DataFrame(rows).set_index("key").assign(choice=next(iter(sides)))
        chosen = st.data_editor(
            table,
            hide_index=True,
            disabled=["what", *names],
            column_config={
                "what": st.column_config.TextColumn(""),
                "before": st.column_config.TextColumn(say(words.BEFORE)),
                "mine": st.column_config.TextColumn(say(words.MINE)),
                "theirs": st.column_config.TextColumn(say(words.THEIRS)),
                "choice": st.column_config.SelectboxColumn("✓", options=list(sides), required=True),
            },
            key="conflict_table",
        )
        picked = {key: sides[choice] for key, choice in chosen["choice"].items()}
        with st.container(horizontal=True):
            if st.button(say(words.SAVE_MERGE), type="primary", icon=":material/check:"):
                _decide(taken, picked)
            if st.button(say(words.ALL_MINE)):
                _decide(taken, dict.fromkeys(picked, "mine"))
            if st.button(say(words.ALL_THEIRS)):
                _decide(taken, dict.fromkeys(picked, "theirs"))
            if st.button(say(words.BRANCH), icon=":material/fork_right:"):
                name = say(words.BRANCH_NAME, name=taken.plan.header.name, who=caller().user)[:60]
                plan = draw_plan.keep_as_branch(caller(), taken.plan.header.id, merge.plan, name)
                _draw_on(plan.header.id)
                _settled(taken)

    ask()


def _draw_on(plan_id: str) -> None:
    reset("drawn plan")
    keep("drawn plan", plan_id)


def _decide(taken: Taken, picked: Mapping[str, str]) -> None:
    def of(kind: str) -> dict[str, Any]:
        return {key.removeprefix(f"{kind} "): side for key, side in picked.items() if key.startswith(f"{kind} ")}

    assert taken.merge is not None
    try:
        plan = draw_plan.decide_merge(caller(), taken.plan.header.id, taken.merge, of("cell"), of("beat"), of("header"))
    except Refusal as refusal:
        st.error(plain(say(refusal.text)), icon=":material/block:")
        return
    remember("draw_taken", Taken(taken.n, plan))
    _settled(taken)


def _settled(taken: Taken) -> None:
    """The editor is opened anew with what was decided, and told that its gestures are kept."""
    forget("draw_conflict", "drawing_at")
    remember("draw_ack", {"n": taken.n, "revision": taken.plan.header.revision})
    st.rerun()


def cell_change_dialog(plan_id: str, command: Mapping[str, Any]) -> None:
    """What a split or a merge would do, before it is done."""
    name = str(command.get("name"))
    if name not in CELL_COMMANDS:
        return

    @st.dialog(say(CELL_COMMANDS[name]), width="large")
    def ask() -> None:
        if name == "undo_cells":
            _changes()
            return
        st.caption(say(words.CHANGE_ABOUT))
        try:
            preview = _preview(plan_id, command)
        except Refusal as refusal:
            st.error(plain(say(refusal.text)), icon=":material/block:")
            return
        for line in preview.change.lines[:1]:
            st.markdown(plain(say(line)))
        picture, counts = st.columns([1, 2], vertical_alignment="center")
        picture.image(parts_sketch(list(preview.children.geometry)), width="stretch")
        counts.dataframe(_counts(preview), hide_index=True)
        reason = st.text_input(say(words.CHANGE_REASON), max_chars=120)
        with st.container(horizontal=True):
            if st.button(say(words.DO_IT), type="primary", icon=":material/check:"):
                try:
                    change_cells.take_change(caller(), preview, reason)
                except Refusal as refusal:
                    st.error(plain(say(refusal.text)), icon=":material/block:")
                    return
                remember("draw_told", words.CELLS_CHANGED)
                st.rerun()
            if st.button(say(words.LEAVE), icon=":material/close:"):
                st.rerun()

    ask()


def _preview(plan_id: str, command: Mapping[str, Any]) -> ChangePreview:
    if command.get("name") == "merge":
        plan = caller().store.plan(plan_id)
        cells = [str(cell) for cell in command.get("cells", [])][:200]
        beats = sorted({beat for cell in cells if (beat := plan.beat_of.get(cell)) is not None})
        into = st.selectbox(say(words.INTO), beats) if len(beats) > 1 else next(iter(beats), None)
        return change_cells.preview_merge(caller(), cells, into, plan_id)
    by = st.segmented_control(say(words.SHARE_BY), list(SHARE_BY), default="incidents", format_func=lambda key: say(SHARE_BY[key]))
    line, along = command.get("line"), command.get("along")

    def shared(by: str, dwellings: Sequence[int] = ()) -> ChangePreview:
        if command.get("name") == "border":
            a, b = (str(cell) for cell in [*command.get("cells", []), "", ""][:2])
            return change_cells.preview_border(caller(), a, b, line or [], by, dwellings)
        cell, layer = str(command.get("cell")), None if along is None else str(along)
        return change_cells.preview_split(caller(), cell, line, layer, by, dwellings)

    return shared("dwellings", _counted_dwellings(shared("area"))) if by == "dwellings" else shared(by or "area")


def _counted_dwellings(by_area: ChangePreview) -> list[int]:
    """Ask how many dwellings lie in each part but the last, which gets the rest; by area until somebody has counted."""
    guess = [0 if pd.isna(number) else int(number) for number in by_area.children["dwellings"]]
    left, counted = sum(guess), []
    with st.container(horizontal=True):
        for i, number in enumerate(guess[:-1]):
            label = say(words.DWELLINGS_IN, n=i + 1)
            counted.append(int(st.number_input(label, 0, left, min(number, left), width=240, key=f"dwellings_in_{i}")))
            left -= counted[-1]
    return [*counted, left]


def _counts(preview: ChangePreview) -> pd.DataFrame:
    """The cells that come, numbered as in the picture, with what they get."""
    fields = {field.name: field for field in LAYERS["grid_cells"].fields}
    name = "name" if language() == "zh" else "name_en"
    table = pd.DataFrame(preview.children.drop(columns="geometry"))[["code", name, *COUNTED]]

    def title(key: str) -> str:
        text, unit = say(fields[key].title), fields[key].unit
        if unit is None or say(unit) == text:
            return capital(text)
        return f"{capital(text)} ({say(unit)})" if language() == "en" else f"{text}（{say(unit)}）"

    numbered = table.rename(columns={key: title(key) for key in table})
    numbered.insert(0, say(words.PART), range(1, len(table) + 1))
    return numbered


def _changes() -> None:
    """The changes of cells so far; the latest that stands can be undone."""
    lines = change_cells.cell_changes(caller())
    open_lines = [line for line in lines if line.undone_at is None]
    for line in lines[:SHOWN]:
        st.caption(plain(f"{line.at} · {line.who} · {line.choices.get('kind')} · {', '.join(line.choices.get('codes', [])[:6])}"))
    if open_lines and st.button(say(words.UNDO_CHANGE), icon=":material/undo:"):
        try:
            change_cells.undo_cell_change(caller(), open_lines[0].id)
        except Refusal as refusal:
            st.error(plain(say(refusal.text)), icon=":material/block:")
            return
        remember("draw_told", words.CELLS_CHANGED)
        st.rerun()
