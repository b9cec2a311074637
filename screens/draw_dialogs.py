"""Questions that drawing beats asks: a new draft, and what a change of cells would do."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd
import streamlit as st

from actions import change_cells, draw_plan, publish_plan
from actions.change_cells import SHARE_BY, ChangePreview
from actions.measure_plan import measure_plan
from actions.see_map import plans
from layers import LAYERS
from layers.definition.refusal import Refusal
from screens.parts_sketch import parts_sketch
from screens.plain_text import capital, plain
from screens.session import caller, keep, language, remember, reset, say
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
            draw_on(plan.header.id)
            st.rerun()

    ask()


def draw_on(plan_id: str) -> None:
    """Choose that plan to draw on."""
    reset("drawn plan")
    keep("drawn plan", plan_id)


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


def submit_dialog(plan_id: str) -> None:
    """Hand the draft in from where it was drawn: what is still broken, a reason where that needs one, and the step itself."""

    @st.dialog(say(words.SUBMIT_TITLE))
    def ask() -> None:
        found = measure_plan(caller(), plan_id)
        st.markdown(f"**{plain(say(found.plan.header.title))}**")
        st.caption(say(publish_plan.STEPS["submit"].about))
        wishes = [line for line in publish_plan.check_lines(caller(), found) if line.state == "broken" and not line.must]
        if wishes:
            st.markdown(say(words.SUBMIT_OPEN, n=len(wishes)))
            st.markdown("\n".join(f"- **{plain(say(line.title))}**　{plain(say(line.message))}" for line in wishes))
        reason = st.text_area(say(words.SUBMIT_WHY), max_chars=500)
        if st.button(say(publish_plan.STEPS["submit"].title), type="primary", icon=":material/check:"):
            try:
                publish_plan.submit(caller(), plan_id, reason)
            except Refusal as refusal:
                st.error(plain(say(refusal.text)), icon=":material/block:")
                return
            remember("draw_told", words.SUBMIT_DONE)
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
