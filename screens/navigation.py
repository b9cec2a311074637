"""The way between screens: the menu, the language switch, the marks that every screen carries, and how a refusal looks."""

import sys
import traceback
from html import escape
from pathlib import Path
from typing import Literal, NoReturn

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from actions.permissions import ROLES, RoleKey, may
from layers.definition.refusal import Refusal
from layers.definition.text import LANGUAGES, Text
from screens import new_town, wording
from screens.door import NotSignedIn
from screens.log_in import signed_in
from screens.pages import PAGES, Page, ready
from screens.plain_text import plain
from screens.session import asked_officer, caller, field, language, say, say_language_in_address, set_language
from screens.take_snapshot import wants_to_print
from screens.wording import new_town as town_words

STYLE = Path(__file__).with_name("style.css")
ICON = Path(__file__).with_name("icon.svg")
AT_END_OF_SESSION = """<script>
if (!window.jinggeDoor) {
  window.jinggeDoor = new PerformanceObserver((list) => {
    if (list.getEntries().some((entry) => entry.responseStatus === 401)) location.reload();
  });
  window.jinggeDoor.observe({ type: "resource" });
}
</script>"""
"""As soon as the gate refuses what the page asks for, the page asks for itself again and gets the log-in page in its place."""
RELOAD = "<script>location.reload()</script>"
AT_START = "map"
"""The first page of most roles; its address leads to the app's own before Streamlit hears of it."""


def chosen_page() -> StreamlitPage:
    """The page that the address names; the map when it names none; an officer's area when it only names an officer."""
    st.set_page_config(page_title=f"{wording.APP.zh} {wording.APP.en}", page_icon=str(ICON), layout="wide")
    role = _role()
    offered = [page for pages in PAGES.values() for page in pages if role is None or may(page.action, role)]
    first = offered[0]
    made = {page.address: _made(page, page is first and page.address == AT_START) for page in offered}
    others = [page for pages in PAGES.values() for page in pages if page.address not in made]
    shut = {page.address: _shut(page, role, made[first.address]) for page in others if role is not None}
    every = made | shut
    sections = {say(section): [every[page.address] for page in pages if page.address in every] for section, pages in PAGES.items()}
    if first.address != AT_START:  # Streamlit's default page answers to the app's own address alone, and not to its name
        start = st.Page(ready(first), title=say(first.title), url_path="start", default=True, visibility="hidden")
        sections[next(iter(sections))].insert(0, start)
    menu: Literal["hidden", "top"] = "hidden" if role is None else "top"
    page = st.navigation({title: pages for title, pages in sections.items() if pages}, position=menu, expanded=True)
    wanted = new_town.wanted_page()
    if wanted in made:
        st.switch_page(made[wanted])
    if wants_to_print() and "print" in made:
        st.switch_page(made["print"])
    if page.url_path == "" and asked_officer() is not None and "area" in made:
        st.switch_page(made["area"], query_params={"officer": asked_officer() or "", "lang": language()})
    return page


def _made(page: Page, first: bool) -> StreamlitPage:
    return st.Page(ready(page), title=say(page.title), icon=f":material/{page.icon}:", url_path=page.address, default=first)


def _shut(page: Page, role: RoleKey, home: StreamlitPage) -> StreamlitPage:
    """A page that this role may not open: in no menu, and a link to it is answered in words and with a way on, not by Streamlit's own."""

    def refused() -> NoReturn:
        st.page_link(home, label=say(wording.OPEN_INSTEAD, page=Text(*[home.title] * 2)), icon=":material/arrow_forward:")
        raise Refusal(wording.SHUT.fill(role=ROLES[role].title, page=page.title), wording.SHUT_NEXT)

    return st.Page(refused, title=say(page.title), url_path=page.address, visibility="hidden")


def _role() -> RoleKey | None:
    """The role acted in. None where no workspace can be used or nobody is signed in: no menu then, and the frame says why."""
    if new_town.no_workspace():
        return None
    try:
        return caller().role
    except Refusal:
        return None


def title_of(page: StreamlitPage) -> str:
    """The title of a page; without a workspace every page is that of a new town."""
    return say(town_words.TITLE) if new_town.no_workspace() else page.title


def frame(title_of_page: str) -> None:
    """What every screen carries: its title, name of the town, language switch, and the mark of illustrative data."""
    st.set_page_config(page_title=f"{title_of_page} · {say(wording.APP)}")
    st.html(STYLE)
    st.html(f'<h1 class="page-title">{escape(title_of_page)}</h1>')
    say_language_in_address()
    with st.sidebar:
        heading = st.container()
        _language_switch()
        st.html(AT_END_OF_SESSION, unsafe_allow_javascript=True)
        with heading:
            title, tagline = st.empty(), st.empty()
            title.markdown(f"#### {say(wording.APP)}")
            tagline.caption(say(wording.TAGLINE))
        town = None if new_town.no_workspace() else caller().store.town()
        if town is not None:
            title.markdown(f"#### {say(wording.APP)} · {plain(say(town.title))}")
        if town is not None:
            signed_in()
        if town is not None and town.illustrative:
            _illustrative()
    if town is not None and town.illustrative:
        with st.container(key="illustrative_on_phones"):  # where the sidebar starts closed
            _illustrative()


def _illustrative() -> None:
    st.badge(say(wording.ILLUSTRATIVE), icon=":material/info:", color="orange")


def _language_switch() -> None:
    chosen = st.segmented_control(
        say(wording.LANGUAGE),
        list(LANGUAGES),
        default=language(),
        format_func=lambda code: LANGUAGES[code],
        label_visibility="collapsed",
        key=field("language_switch"),
    )
    if chosen and chosen != language():
        set_language(chosen)
        st.rerun()


def show_error(error: Exception) -> bool:
    """What is shown when a script, a callback or a fragment ends in an error: a refusal in words, all else without its inside.

    The inside goes to the server's log. True: Streamlit shows nothing of its own.
    """
    if isinstance(error, Refusal):
        show_refusal(error)
    else:
        traceback.print_exception(error, file=sys.stderr)
        st.error(say(wording.WENT_WRONG), icon=":material/error:")
    return True


def show_refusal(refusal: Refusal) -> None:
    """A refusal in words: what is wrong, and what to do next. Never markdown of what somebody typed.

    Who is not signed in (any more) is led to the gate's page without having to do anything.
    """
    if isinstance(refusal, NotSignedIn):
        st.info(plain(say(refusal.message)), icon=":material/login:")
        st.html(RELOAD, unsafe_allow_javascript=True)
        return
    st.error(plain(say(refusal.message)), icon=":material/block:")
    if refusal.what_next is not None:
        st.info(f"{say(wording.WHAT_NEXT)}{say(wording.COLON)}{plain(say(refusal.what_next))}", icon=":material/arrow_forward:")
    if st.button(say(wording.TRY_AGAIN)):
        st.rerun()
