"""Print a map sheet: choose what and how, look at it, take the file."""

from functools import partial

import streamlit as st

from actions import my_area as area_action
from actions import take_snapshot as action
from actions.permissions import may
from actions.see_map import plans
from screens import wording
from screens.kept_results import kept_sheet
from screens.plain_text import plain
from screens.session import caller, field, keep, language, say


def screen() -> None:
    """The sheet of a plan, with a preview."""
    choices, preview = st.columns([1, 3], gap="medium")
    headers = {header.id: header for header in plans(caller())}
    with choices:
        plan_id = st.selectbox(
            say(wording.PLAN),
            list(headers),
            format_func=lambda i: plain(say(headers[i].title)),
            key=field("sheet plan", next(iter(headers), None)),
        )
        paper = st.segmented_control(say(wording.PAPER), list(action.papers()), key=field("sheet paper", "A3")) or "A3"
        orientation = st.segmented_control(
            say(wording.ORIENTATION),
            list(wording.ORIENTATIONS),
            format_func=lambda key: say(wording.ORIENTATIONS[key]),
            key=field("sheet orientation", "landscape"),
        )
        names = st.segmented_control(
            say(wording.NAMES),
            list(wording.NAMES_CHOICES),
            format_func=lambda key: say(wording.NAMES_CHOICES[key]),
            default="both",
            key="sheet_names",
        )
        officers = area_action.officers(caller()) if may("see_area", caller().role) else {}
        officer = st.selectbox(
            say(wording.SHEET_SCOPE),
            ["", *officers],
            format_func=lambda code: say(officers[code]) if code else say(wording.WHOLE_TOWN),
            key=field("sheet scope", ""),
        )
        for name, value in (("plan", plan_id), ("paper", paper), ("orientation", orientation), ("names", names), ("scope", officer)):
            keep(f"sheet {name}", value)
        wish = action.SheetWish(plan_id, paper, orientation or "landscape", names or "both", "png", officer or None)
        _downloads(wish, key="sheet")
    with preview:
        with st.spinner(say(wording.DRAWING)):
            shown = kept_sheet(caller(), wish, dpi=action.PREVIEW_DPI)
        st.image(shown.content, width="stretch")
        st.caption(plain(say(wording.SCALE, scale=shown.scale, width=shown.width_mm, height=shown.height_mm)))
        for note in shown.notes:
            st.info(plain(say(note)))


def sheet_downloads(plan_id: str, officer: str | None, key: str) -> None:
    """The print buttons of another screen: an A4 sheet of that plan or officer's area."""
    if may("take_snapshot", caller().role):
        st.caption(say(wording.PRINT_A4))
        _downloads(action.SheetWish(plan_id, "A4", "landscape", "both" if language() == "zh" else "en", "pdf", officer), key=key)


def _downloads(wish: action.SheetWish, key: str) -> None:
    who = caller()
    with st.container(horizontal=True):
        for ending in ("pdf", "png"):
            asked = wish.as_(ending)
            st.download_button(
                say(wording.DOWNLOAD, format=ending.upper()),
                data=partial(action.sheet_content, who, asked),
                file_name=action.file_name(who, asked),
                mime=action.MIME[ending],
                icon=":material/print:" if ending == "pdf" else ":material/image:",
                on_click="ignore",
                key=f"{key}_{ending}",
            )
