"""The way between screens: the menu, the language switch, the marks that every screen carries, and how a refusal looks."""

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from layers.definition.refusal import Refusal
from layers.definition.text import LANGUAGES
from screens import my_area, see_map, take_snapshot, wording
from screens.plain_text import plain
from screens.session import caller, language, say, set_language

_STYLE = """
<style>
  .block-container {padding: 3.4rem 1rem 0.5rem 1rem; max-width: none;}
  [data-testid="stSidebarHeader"] {height: 2.2rem; padding-bottom: 0;}
  [data-testid="stSidebarUserContent"] {padding-top: 0;}
  @media (max-width: 640px) {.block-container {padding: 3.2rem 0.4rem 0.5rem 0.4rem;}}
</style>
"""


def chosen_page() -> StreamlitPage:
    """The page that the address names; the map when it names none, the officer's area when it names an officer."""
    st.set_page_config(page_title=f"{wording.APP.zh} {wording.APP.en}", page_icon=":material/local_police:", layout="wide")
    return st.navigation(
        [
            st.Page(see_map.screen, title=say(wording.MAP), icon=":material/map:", url_path="map", default=True),
            st.Page(my_area.screen, title=say(wording.AREA), icon=":material/badge:", url_path="area"),
            st.Page(take_snapshot.screen, title=say(wording.PRINT), icon=":material/print:", url_path="print"),
        ],
        position="top",
    )


def frame() -> None:
    """What every screen carries: name of the town, language switch, and the mark of illustrative data."""
    st.html(_STYLE)
    with st.sidebar:
        town = caller().store.town()
        st.markdown(f"#### {say(wording.APP)} · {plain(say(town.title))}")
        st.caption(say(wording.TAGLINE))
        codes = list(LANGUAGES)
        chosen = st.segmented_control(
            say(wording.LANGUAGE),
            codes,
            format_func=lambda code: LANGUAGES[code],
            default=language(),
            label_visibility="collapsed",
            key="language_switch",
        )
        if chosen and chosen != language():
            set_language(chosen)
            st.rerun()
        if town.illustrative:
            st.warning(say(wording.ILLUSTRATIVE), icon=":material/info:")


def show_refusal(refusal: Refusal) -> None:
    """A refusal in words: what is wrong, and what to do next. Never markdown of what somebody typed."""
    st.error(plain(say(refusal.message)), icon=":material/block:")
    if refusal.what_next is not None:
        st.info(f"{say(wording.WHAT_NEXT)}: {plain(say(refusal.what_next))}", icon=":material/arrow_forward:")
    if st.button(say(wording.TRY_AGAIN)):
        st.rerun()
