"""Bring own data in: four steps on one screen, told before anything is written, beside what is there now."""

import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from actions import import_layer as action
from actions.import_layer import ImportPreview, Kind
from actions.town_settings import has_areas
from layers import LAYERS
from layers.definition.layer import Field
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from screens.file_field import file_field
from screens.import_choices import Choices, choices_of, import_wish
from screens.import_ledger import ledger
from screens.import_steps import reading_choices, steps, steps_ahead
from screens.long_work import LongWork, watch
from screens.map_panel import compared_maps
from screens.plain_text import plain
from screens.served import served
from screens.session import caller, field, forget, keep, place_of, remember, remembered, reset, say
from screens.wording import import_layer as words

FIRST_ROWS = 20


def screen() -> None:
    """Choose what and from which file; look at what was found; take it over or leave it."""
    kinds = action.importable(caller())
    choosing, result = st.columns([1, 3], gap="medium")
    with choosing:
        chosen = st.selectbox(
            say(words.WHAT),
            list(kinds),
            place_of("import target", "communities", list(kinds)),
            format_func=lambda key: say(kinds[key].title),
            key=field("import target"),
        )
        target = str(keep("import target", chosen))
        settings = served().settings
        most_mb = settings.max_csv_mb if target == "incidents" else settings.max_upload_mb
        largest_mb = max(settings.max_csv_mb, settings.max_upload_mb)
        upload = file_field(words.FILE, f"import_file_{remembered('import_round', 0)}", most_mb, words.FORMATS, largest_mb)
        if upload is None:
            st.caption(say(words.FORMATS))
            _templates(target)
    with result:
        if upload is None:
            _done()
            _next(kinds)
            st.info(say(words.HINT), icon=":material/upload_file:")
            steps_ahead()
            ledger(kinds)
        else:
            _one_file(target, upload)


def _next(kinds: Mapping[str, Kind]) -> None:
    """What the town still lacks, with a way to import it, and the way to the map once there is one."""
    lacking = action.still_empty(caller())
    with st.container(horizontal=True, vertical_alignment="center"):
        if lacking:
            st.markdown(f"**{say(words.STILL_EMPTY)}**", width="content")
        for key in lacking:
            st.button(say(kinds[key].title), icon=":material/upload_file:", key=f"next_{key}", on_click=_turn_to, args=(key,))
        if has_areas(caller()):
            st.button(say(words.TO_MAP), icon=":material/map:", on_click=remember, args=("go_to", "map"))


def _turn_to(target: str) -> None:
    reset("import target")
    keep("import target", target)


def _templates(target: str) -> None:
    """Tables to fill in, where the kind has one: areas and lines have none."""
    offered: dict[str, bytes] = {}
    for ending in ("xlsx", "csv"):
        try:
            offered[ending] = action.import_template(caller(), target, ending)
        except Refusal:
            return
    st.caption(say(words.NO_FORM))
    with st.container(horizontal=True):
        for ending, content in offered.items():
            name = f"{target}.{ending}"
            title = say(words.TEMPLATE, format=ending.upper())
            st.download_button(title, content, file_name=name, icon=":material/table:", on_click="ignore", key=f"template_{ending}")


def _one_file(target: str, upload: UploadedFile) -> None:
    """A file from its reading to its acceptance; whatever is under way is shown instead."""
    choices = choices_of(target, upload.file_id)
    taking = remembered("import_taking")
    if taking is not None:
        _take(*taking)
        return
    try:
        preview = _previewed(target, upload, choices)
    except Refusal as refusal:
        st.error(plain(say(refusal.message)), icon=":material/block:")
        if refusal.what_next is not None:
            st.info(plain(say(refusal.what_next)), icon=":material/arrow_forward:")
        with st.container(border=True):
            reading_choices(choices, None)
        st.button(say(words.LEAVE), icon=":material/close:", on_click=_start_afresh)
        return
    if preview is not None:
        steps(choices, preview)
        _decide(preview)


def _previewed(target: str, upload: UploadedFile, choices: Choices) -> ImportPreview | None:
    """The preview of this file under these choices; None while it is being made. Worked out once, then kept for the session."""
    wish = import_wish(target, _put_down(upload), upload.name, choices)
    key = (upload.file_id, wish, caller().store.revision())
    kept = remembered("import_preview")
    if kept is None or kept[0] != key:
        if kept is not None:
            kept[1].stop()  # what was asked before is no longer wanted
        who = caller()
        kept = (key, LongWork(lambda progress: action.preview_import(who, wish, progress=progress)))
        remember("import_preview", kept)
    work: LongWork = kept[1]
    if not work.done:
        watch(work)
        return None
    if work.stopped:
        st.info(say(words.STOPPED), icon=":material/stop_circle:")
        st.button(say(words.AGAIN), icon=":material/refresh:", on_click=forget, args=("import_preview",))
        st.button(say(words.LEAVE), icon=":material/close:", on_click=_start_afresh)
        return None
    preview: ImportPreview = work.outcome()
    return preview


def _put_down(upload: UploadedFile) -> Path:
    """The upload as a file that lives as long as the session looks at it."""
    kept = remembered("import_upload")
    if kept is None or kept[0] != upload.file_id:
        folder = tempfile.TemporaryDirectory(prefix="jingge-upload-", ignore_cleanup_errors=True)
        (Path(folder.name) / "upload").write_bytes(upload.getbuffer())
        kept = (upload.file_id, folder)
        remember("import_upload", kept)
    return Path(kept[1].name) / "upload"


def _decide(preview: ImportPreview) -> None:
    """The counts, the maps, and the two ways to end it."""
    if preview.rows is None:
        st.error(say(words.NEEDS_WORK), icon=":material/block:")
        st.button(say(words.LEAVE), icon=":material/close:", on_click=_start_afresh)
        return
    with st.container(border=True):
        st.markdown(f"**{say(words.RESULT)}**")
        counted = {action.COUNTS[name]: count for name, count in preview.counts.items() if name in action.COUNTS}
        st.markdown("　".join(f"{say(title)} **{count:,}**" for title, count in counted.items()))
        outside = [finding for finding in preview.report.findings if finding.key == "outside_town" and finding.step == "place"]
        for finding in outside:
            st.warning(plain(say(finding.what)), icon=":material/wrong_location:")
        for finding in preview.report.findings:
            if finding.key == "protected_counted":  # why fewer are new than were read
                st.info(plain(say(finding.what)), icon=":material/visibility_off:")
        if preview.kind.kept == "table" and preview.kind.key not in action.PLAN_KINDS:
            _first_rows(preview)
        else:
            compared_maps(preview)
        warned = len(preview.report.warnings)
        wording = words.ACCEPT_ONE if warned == 1 else words.ACCEPT_WARNINGS
        accepted = st.checkbox(say(wording, n=warned), key=f"import_accept {id(preview)}") if warned else True
        with st.container(horizontal=True):
            taken = st.button(say(words.TAKE), type="primary", icon=":material/check:", disabled=not accepted)
            st.button(say(words.LEAVE), icon=":material/close:", on_click=_start_afresh)
    if taken:
        who = caller()
        work = LongWork(lambda progress: action.accept_import(who, preview, bool(warned), progress=progress))
        remember("import_taking", (preview, work))
        st.rerun()


def _first_rows(preview: ImportPreview) -> None:
    """Some of the rows as they would be kept: what has no place has no map."""
    assert preview.rows is not None
    rows = preview.rows.head(FIRST_ROWS)
    fields = [each for each in preview.kind.fields if each.name in rows and rows[each.name].notna().any()]
    shown = {say(each.title): [_worded(each, value) for value in rows[each.name]] for each in fields}
    st.caption(say(words.FIRST_ROWS, n=len(rows)))
    st.dataframe(shown, hide_index=True, width="stretch")


def _worded(each: Field, value: Any) -> str:
    if each.choices and value in each.choices:
        return say(each.choices[value])
    return "" if pd.isna(value) else str(value)


def _take(preview: ImportPreview, work: LongWork) -> None:
    """Follow an import that is being written; it is taken whole, or not at all."""
    if not work.done:
        st.markdown(f"**{say(words.WRITING)}**")
        watch(work)
        return
    forget("import_taking")
    if work.stopped:
        st.info(say(words.STOPPED), icon=":material/stop_circle:")
        return
    line = work.outcome()
    _start_afresh()
    remember("import_done", _taken(preview, line))
    st.rerun()


def _taken(preview: ImportPreview, line: action.ImportLine) -> Text:
    """What was taken, in words; communities and villages of one file together."""
    taken = action.rows_taken(line)
    if len(taken) == 1:
        return words.DONE.fill(n=line.rows, kind=preview.kind.title)
    titles = [preview.kind.title, *(LAYERS[key].title for key in taken if key != line.target)]
    kinds = Text("、".join(f"“{title.zh}”" for title in titles), " and ".join(title.en for title in titles))
    return words.DONE_PARTED.fill(n=sum(taken.values()), kinds=kinds)


def _start_afresh() -> None:
    """Put the file and what was said about it aside; a file field is only emptied by a new one."""
    forget("import_preview", "import_upload", "import_choices", "import_flaw", "import_mended")
    remember("import_round", remembered("import_round", 0) + 1)


def _done() -> None:
    done: Text | None = remembered("import_done")
    if done is not None:
        st.success(plain(say(done)), icon=":material/check_circle:")
        forget("import_done")
