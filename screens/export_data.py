"""Take data out: what, in which format and system, with which fields and what for; made while the page watches."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from actions import export_all, export_data, export_page, export_release
from actions.permissions import may
from actions.see_map import plans
from layers.definition.layer import Sensitivity
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from screens import wording
from screens.long_work import LongWork, Progress, watch
from screens.plain_text import plain
from screens.plan_choice import plan_title, usual_plan
from screens.session import caller, field, forget, keep, language, place_of, remember, remembered, say, start_of
from screens.wording import export_data as words

WORK = "export work"


def screen() -> None:
    """Choices on the left, the file on the right."""
    caller().must("export_data")
    choices, outcome = st.columns([3, 2], gap="large")
    with choices:
        kind = _choice(words.WHAT, "what", list(words.WHATS), "data", words.WHATS)
        st.caption(say(words.ABOUT[kind]))
        headers = {header.id: header for header in plans(caller())}
        plan_id = st.selectbox(
            say(wording.PLAN),
            list(headers),
            place_of("export plan", usual_plan(headers), list(headers)),
            format_func=lambda i: plan_title(headers[i]),
            key=field("export plan"),
        )
        keep("export plan", plan_id)
        level = _level(kind)
        if kind == "data":
            wish = _data_wish(plan_id, level)
            make: Callable[[Progress], export_data.DataFile] = partial(export_data.make_data, caller(), wish)
            _second(level, wish.purpose)
        elif kind == "page":
            hotspots = st.toggle(say(words.HOTSPOTS), value=True, disabled=level < Sensitivity.INTERNAL)
            page = export_page.PageWish(plan_id, level, hotspots=hotspots, language=language(), purpose=_purpose())
            make = partial(export_page.make_page, caller(), page)
        else:
            make = partial(export_all.make_all, caller(), export_all.AllWish(plan_id, level, language(), _purpose()))
        if st.button(say(words.MAKE), type="primary", icon=":material/output:"):
            remember(WORK, LongWork(make))
    with outcome:
        _outcome()
        _waiting()


def _choice(title: Text, name: str, keys: list[str], default: str, shown: dict[str, Text]) -> str:
    start = start_of(f"export {name}", default, keys)
    chosen = st.segmented_control(say(title), keys, default=start, format_func=lambda key: say(shown[key]), key=field(f"export {name}"))
    return str(keep(f"export {name}", chosen or default))


def _level(kind: str) -> Sensitivity:
    offered = export_data.levels(caller())
    if kind != "data":
        offered = {level: title for level, title in offered.items() if level < Sensitivity.INCIDENT}
    level = st.radio(
        say(words.FIELDS),
        list(offered),
        format_func=lambda level: say(offered[level]),
        index=min(1, len(offered) - 1),
        key=f"export level {kind}",
    )
    return Sensitivity(level)


def _data_wish(plan_id: str | None, level: Sensitivity) -> export_data.DataWish:
    layers, formats = export_data.layers_offered(caller(), level), export_data.formats()
    usual = [key for key in layers if key != "incidents"]
    chosen = st.multiselect(
        say(words.LAYERS),
        list(layers),
        default=usual,
        format_func=lambda key: say(layers[key]),
        key=f"export layers {int(level)} {language()}",
    )
    made_as = st.multiselect(
        say(words.FORMATS), list(formats), default=["gpkg"], format_func=lambda key: say(formats[key]), key=f"export formats {language()}"
    )
    left, right = st.columns(2)
    with left:
        epsg = st.text_input(say(words.SYSTEM), value="4490", key="export epsg")
    with right:
        datums = export_data.DATUMS
        datum = st.selectbox(say(words.DATUM), list(datums), format_func=lambda key: say(datums[key]), key=f"export datum {language()}")
    if datum != "wgs84":
        st.warning(say(words.SHIFTED), icon=":material/wrong_location:")
    encoding = "UTF-8"
    if "shp" in made_as:
        encoding = st.segmented_control(say(words.ENCODING), ["UTF-8", "GBK"], default="UTF-8", key="export encoding") or "UTF-8"
    return export_data.DataWish(plan_id, tuple(chosen), tuple(made_as), level, epsg, datum, encoding, language(), _purpose())


def _purpose() -> str:
    return st.text_input(say(words.PURPOSE), max_chars=200, key="export purpose")


def _second(level: Sensitivity, purpose: str) -> None:
    if level < Sensitivity.INCIDENT or not export_release.second_person_needed(caller()):
        return
    st.info(say(words.SECOND), icon=":material/group:")
    if st.button(say(words.ASK)):
        export_release.ask_for_release(caller(), purpose)
        st.success(say(words.ASKED))


def _waiting() -> None:
    """What others ask for, to agree to."""
    if not may("agree_to_export", caller().role):
        return
    open_ones = [r for r in export_release.releases(caller()) if not r.agreed_by and r.who != caller().user]
    if open_ones:
        st.subheader(say(words.WAITING))
    for asked in open_ones:
        label = plain(say(words.AGREE, who=asked.who, purpose=asked.purpose))
        st.button(label, key=f"agree {asked.id}", on_click=partial(_agree, asked.id))


def _agree(request: str) -> None:
    export_release.agree(caller(), request)


def _outcome() -> None:
    work: LongWork | None = remembered(WORK)
    if work is None:
        return
    if not work.done:
        watch(work)
        return
    try:
        made: export_data.DataFile = work.outcome()
    except Refusal:
        forget(WORK)
        raise
    st.download_button(
        say(wording.DOWNLOAD, format=made.name.rpartition(".")[2].upper()),
        data=made.content,
        file_name=made.name,
        mime=export_page.MIME if made.name.endswith(".html") else export_data.MIME,
        icon=":material/download:",
        on_click="ignore",
        type="primary",
    )
    st.caption(plain(say(words.READY, name=made.name, size=made.size / 1000)))
    for note in made.notes:
        st.info(plain(say(note)))
