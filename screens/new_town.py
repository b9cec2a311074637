"""Make a workspace for a town of one's own, and what a town without data shows in place of its map."""

import re
import shlex
import sys
import tempfile
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from actions import make_workspace as action
from actions.make_workspace import NewTown, ZoneChoice
from actions.permissions import RoleKey, may
from actions.town_settings import change_town_names, has_areas, town_names
from layers.definition.crs import metric_zone
from layers.definition.refusal import Refusal
from layers.definition.text import LANGUAGES, Text
from screens import wording
from screens.door import made_since_start
from screens.file_field import file_field
from screens.plain_text import plain
from screens.served import serve_instead, served
from screens.session import (
    at_open_demo,
    caller,
    field,
    forget,
    keep,
    language,
    place_of,
    remember,
    remember_maker,
    remembered,
    say,
    set_language,
    start_of,
)
from screens.wording import new_town as words

STEP_TARGETS = (("communities", "villages"), ("grid_cells",), ("schools", "staff", "incidents"))
MAKER: RoleKey = "planner"  # whoever may start the app on a place without a workspace may fill that place


def screen() -> None:
    """Names, projection, place; then the new town is opened, or how to open it is told."""
    made = remembered("town_made")
    if made is not None:
        _made(*made)
        return
    st.caption(say(words.ABOUT))
    if no_workspace():
        about = say(words.MISSING, place=Path(served().settings.workspace).name)
        with st.container(horizontal=True, vertical_alignment="center"):
            st.info(f"{say(wording.WHAT_NEXT)}: {plain(about)}", icon=":material/info:")
            if st.button(say(wording.TRY_AGAIN), icon=":material/refresh:"):
                st.rerun()
    left, right = st.columns(2, gap="medium")
    with left, st.container(border=True):
        town = _names()
        opens_in = _language()
    with right:
        with st.container(border=True):
            zone = _projection()
        with st.container(border=True):
            name = _place(town)
            lacking = [say(words.LACKING_NAME)] * (not town.name.strip()) + [say(words.LACKING_ZONE)] * (zone is None)
            if lacking:
                st.caption(say(words.LACKING, what=("、" if language() == "zh" else ", ").join(lacking)))
            wanted = st.button(say(words.MAKE), type="primary", icon=":material/add_location_alt:", disabled=bool(lacking), width="stretch")
    if not no_workspace() and may("make_workspace", caller().role):
        _change_names()
    if wanted and zone is not None:
        _make(town, zone, name, opens_in)


def no_workspace() -> bool:
    """Whether the app was started on a workspace that does not exist."""
    return action.is_missing(served().settings.workspace)


def once_there_is_a_map(shown: Callable[[], None]) -> Callable[[], None]:
    """A screen that needs a town with boundaries: until there are, the first steps; without a workspace, the making of one."""

    @wraps(shown)
    def screen_or_first_steps() -> None:
        if no_workspace():
            screen()
        elif has_areas(caller()):
            shown()
        else:
            _first_steps()

    return screen_or_first_steps


def once_there_is_a_workspace(shown: Callable[[], None]) -> Callable[[], None]:
    """A screen that needs a workspace: without one, the making of one."""

    @wraps(shown)
    def screen_or_new_town() -> None:
        (screen if no_workspace() else shown)()

    return screen_or_new_town


def wanted_page() -> str | None:
    """The address of the page to which a button here leads, if one was pressed; says so once."""
    wanted: str | None = remembered("go_to")
    forget("go_to")
    return wanted


def _first_steps() -> None:
    """What to import, in which order, each with a way there; and how to start with this town next time."""
    town = caller().store.town()
    st.markdown(f"### {plain(say(words.EMPTY, name=town.title))}")
    st.markdown(say(words.EMPTY_ABOUT))
    if not may("import_layer", caller().role):
        st.info(say(words.EMPTY_OTHERS), icon=":material/info:")
        if may("manage_people", caller().role):
            st.button(say(words.TO_PEOPLE), type="primary", icon=":material/person_add:", on_click=remember, args=("go_to", "people"))
    else:
        _steps()
    if made_since_start() and may("make_workspace", caller().role):
        st.caption(say(words.SWITCHED))
        _how_to_start(served().settings.workspace, language())


def _steps() -> None:
    rows = zip(st.columns(3, gap="medium"), words.STEPS, words.STEPS_ABOUT, STEP_TARGETS, strict=True)
    for number, (side, title, about, targets) in enumerate(rows, start=1):
        with side, st.container(border=True, height="stretch"):
            st.markdown(f"**{number}. {say(title)}**")
            st.caption(say(about))
            for target in targets:
                st.button(
                    say(words.STEP_BUTTONS[target]),
                    type="primary" if number == 1 else "secondary",
                    icon=":material/upload_file:",
                    key=f"first_{target}",
                    on_click=_to_import,
                    args=(target,),
                    width="stretch",
                )


def _to_import(target: str) -> None:
    keep("import target", target)
    remember("go_to", "import")


def _names() -> NewTown:
    st.markdown(f"**{say(words.NAMES)}**")
    name = _text("name", words.NAME, words.NAME_HINT)
    name_en = _text("name_en", words.NAME_EN, words.NAME_EN_HINT)
    code = _text("code", words.CODE, words.CODE_HINT)
    county, county_en = _pair("county", words.COUNTY, words.COUNTY_EN)
    station, station_en = _pair("station", words.STATION, words.STATION_EN)
    return NewTown(name, name_en, code, station=station, station_en=station_en, county=county, county_en=county_en)


def _pair(key: str, zh: Text, en: Text) -> tuple[str, str]:
    left, right = st.columns(2, gap="small")
    with left:
        first = _text(key, zh)
    with right:
        return first, _text(f"{key}_en", en)


def _text(key: str, title: Text, hint: Text | None = None) -> str:
    name = f"new town {key}"
    value = st.text_input(say(title), start_of(name, ""), placeholder=say(hint) if hint else None, max_chars=80, key=field(name))
    return str(keep(name, value) or "")


def _language() -> str:
    chosen = st.selectbox(
        say(words.OPENS_IN),
        list(LANGUAGES),
        place_of("new town language", language(), list(LANGUAGES)),
        format_func=lambda code: LANGUAGES[code],
        key=field("new town language"),
    )
    return str(keep("new town language", chosen or language()))


def _projection() -> str | None:
    """The metric system chosen in one of four ways: empty where the first boundaries are to choose, None while it is not known."""
    st.markdown(f"**{say(words.PROJECTION)}**")
    st.caption(say(words.PROJECTION_WHY))
    way = st.segmented_control(
        say(words.WAY),
        list(words.WAYS),
        default=start_of("new town way", "later"),
        format_func=lambda w: say(words.WAYS[w]),
        key=field("new town way"),
    )
    keep("new town way", way)
    if way in ("later", None):
        st.caption(say(words.LATER))
        return ""
    try:
        crs, told = _by_file() if way == "file" else (_by_longitude() if way == "longitude" else _by_epsg(), ())
    except Refusal as refusal:
        st.error(plain(say(refusal.text)), icon=":material/block:")
        return None
    for what in told:
        st.info(plain(say(what)), icon=":material/info:" if crs is None else ":material/check_circle:")
    if crs is not None and not told:
        st.info(say(words.ZONE, crs=crs), icon=":material/check_circle:")
    return crs


def _by_file() -> tuple[str | None, tuple[Text, ...]]:
    upload = file_field(words.FILE, "new_town_file", served().settings.max_upload_mb, words.FILE_HINT)
    if upload is None:
        st.caption(say(words.FILE_HINT))
        return None, ()
    crs = remembered("kept new town file crs", "")
    zone = _zone(upload, crs)
    if zone.metric_crs is None or crs:
        crs = st.text_input(say(words.FILE_CRS), crs, placeholder="EPSG:4546", key=field("new town file crs"), max_chars=20)
        if crs != remembered("kept new town file crs", ""):
            keep("new town file crs", crs)
            st.rerun()
    return zone.metric_crs, tuple(finding.what for finding in zone.findings)


def _zone(upload: UploadedFile, crs: str) -> ZoneChoice:
    """The zone of a file, worked out once."""
    key = (upload.file_id, crs)
    kept = remembered("new_town_zone")
    if kept is None or kept[0] != key:
        with st.spinner(say(words.READING)), tempfile.TemporaryDirectory(prefix="jingge-upload-") as folder:
            path = Path(folder) / "upload"
            path.write_bytes(upload.getbuffer())
            try:
                zone = action.zone_of_file(path, upload.name, crs or None)
            except Refusal as refusal:
                keep("new town file crs", "")
                raise refusal
        kept = (key, zone)
        remember("new_town_zone", kept)
    found: ZoneChoice = kept[1]
    return found


def _by_longitude() -> str | None:
    longitude = st.number_input(
        say(words.LONGITUDE),
        min_value=73.5,
        max_value=136.5,
        value=start_of("new town longitude", None),
        step=0.01,
        format="%.2f",
        key=field("new town longitude"),
    )
    return None if keep("new town longitude", longitude) is None else metric_zone(float(longitude))


def _by_epsg() -> str | None:
    asked = _text("epsg", words.EPSG, words.EPSG_HINT)
    return action.metric_system(asked) if asked.strip() else None


def _place(town: NewTown) -> str:
    """The file name: suggested from the name, until somebody writes another."""
    st.markdown(f"**{say(words.PLACE)}**")
    suggested = re.sub(r"\W+", "-", (town.name_en or town.name).strip().lower()).strip("-") or "town"
    name = st.text_input(say(words.FILE_NAME), value=suggested, max_chars=80, key=f"new_town_file_name {suggested} {language()}")
    st.caption(plain(say(words.FOLDER, folder=str(_folder()))))
    return name


def _folder() -> Path:
    """Where workspaces are kept: as the settings say, else beside the served one, or in data/local when that is no file."""
    if folder := served().settings.workspaces_folder:
        return Path(folder).resolve()
    location = served().settings.workspace
    return action.DEMO_WORKSPACE.parent if "://" in location else Path(location).resolve().parent


def _make(town: NewTown, crs: str, name: str, opens_in: str) -> None:
    """Make the workspace; open it here where that takes nobody's own town away: in place of none, or of the demo.

    Where people have accounts it is made beside: in another workspace none of them could log in.
    """
    path = action.place_of_new(_folder(), name)
    path.parent.mkdir(parents=True, exist_ok=True)
    switches = no_workspace() or at_open_demo()
    user, role = (str(MAKER), MAKER) if no_workspace() else (caller().user, caller().role)
    languages = (opens_in, *(code for code in LANGUAGES if code != opens_in))
    whole = replace(town, metric_crs=crs, longitude=None, languages=languages)
    store = action.make_empty(path, whole, user=user, role=role)
    title = store.town().title
    store.close()
    if switches:
        serve_instead(str(path))
        remember_maker(str(path))  # who so is led to the making of its first administrator
        set_language("en" if opens_in == "en" else "zh")
    else:
        remember("town_made", (title, crs, str(path), opens_in))
    st.rerun()


def _made(title: Text, crs: str, location: str, opens_in: str) -> None:
    """What was made beside the town that is served, and how to open it."""
    st.success(plain(say(words.MADE, name=title, crs=crs or words.LATER_SHORT)), icon=":material/check_circle:")
    st.markdown(say(words.START_IT))
    _how_to_start(location, opens_in)
    st.button(say(words.ANOTHER), icon=":material/add_location_alt:", on_click=forget, args=("town_made",))


def _how_to_start(location: str, opens_in: str) -> None:
    said = {"JINGGE_WORKSPACE": location, **({"JINGGE_LANGUAGE": "en"} if opens_in == "en" else {})}
    if sys.platform == "win32":  # PowerShell, which doubles an apostrophe within apostrophes
        values = {name: value.replace("'", "''") for name, value in said.items()}
        line = "".join(f"$env:{name}='{value}'; " for name, value in values.items()) + r".venv\Scripts\python geo_app.py"
    else:
        line = "".join(f"{name}={shlex.quote(value)} " for name, value in said.items()) + "make run"
    st.code(line, language=None, wrap_lines=True)


def _change_names() -> None:
    """The names of the served town, to be changed at any time."""
    who = caller()
    if who.store.read_only:
        return
    names = town_names(who)
    if remembered("town_saved"):
        st.success(say(words.SAVED), icon=":material/check_circle:")
        forget("town_saved")
    titles = {
        "name": words.NAME,
        "name_en": words.NAME_EN,
        "code": words.CODE,
        "county": words.COUNTY,
        "county_en": words.COUNTY_EN,
        "station": words.STATION,
        "station_en": words.STATION_EN,
    }
    with st.expander(f"{say(words.SETTINGS)}：{plain(names['name'])}", icon=":material/edit:"), st.form("town_names", border=False):
        wide = st.columns(2, gap="small")
        new = {
            key: wide[number % 2].text_input(say(titles[key]), value=value, max_chars=80, key=f"town {key} {value} {language()}")
            for number, (key, value) in enumerate(names.items())
        }
        if st.form_submit_button(say(words.SAVE), type="primary"):
            change_town_names(who, new)
            remember("town_saved", True)
            st.rerun()
