"""Bring own data in: four steps on one screen, told before anything is written, beside what is there now."""

import tempfile
from dataclasses import replace
from pathlib import Path

import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from actions import import_layer as action
from actions.import_layer import ImportPreview, ImportWish
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from screens.map_panel import compared_maps
from screens.plain_text import plain
from screens.session import caller, field, forget, keep, remember, remembered, say
from screens.wording import import_layer as words

ICONS = {"error": ":material/block:", "warning": ":material/warning:", "note": ":material/info:"}
ENCODINGS = (None, "utf-8", "gb18030", "big5")
DATUMS = ("auto", "wgs84", "gcj02", "bd09")
SHOWN_ROWS = 5


def screen() -> None:
    """Choose what and from which file; look at what was found; take it over or leave it."""
    kinds = action.importable(caller())
    choices, result = st.columns([1, 2], gap="medium")
    with choices:
        target = st.selectbox(
            say(words.WHAT), list(kinds), format_func=lambda key: say(kinds[key].title), key=field("import target", "communities")
        )
        keep("import target", target)
        _templates(target)
        upload = st.file_uploader(say(words.FILE), key=f"import_file_{remembered('import_round', 0)}", help=say(words.FORMATS))
        wish = _wish(target, upload)
    with result:
        if wish is None or upload is None:
            st.info(say(words.HINT), icon=":material/upload_file:")
            _ledger()
            return
        preview = _previewed(wish, upload)
        _steps(preview)
        _decide(preview)


def _templates(target: str) -> None:
    who = caller()
    with st.container(horizontal=True):
        for ending in ("xlsx", "csv"):
            try:
                content = action.import_template(who, target, ending)
            except Refusal:
                continue  # areas and lines have no table to fill in
            st.download_button(
                say(words.TEMPLATE, format=ending.upper()),
                content,
                file_name=f"{target}.{ending}",
                icon=":material/table:",
                on_click="ignore",
                key=f"template_{ending}",
            )


def _wish(target: str, upload: UploadedFile | None) -> ImportWish | None:
    if upload is None:
        return None
    columns = {column: field for column, field in (remembered("import_columns") or {}).items() if field}
    with st.expander(say(words.CHOICES), icon=":material/tune:"):
        encoding = st.selectbox(say(words.ENCODING), ENCODINGS, format_func=lambda e: e or say(words.FOUND_OUT), key="import_encoding")
        crs = st.text_input(say(words.CRS), placeholder="EPSG:4546", key="import_crs", max_chars=20)
        datum = st.selectbox(say(words.DATUM), DATUMS, format_func=lambda d: say(words.DATUMS[d]), key="import_datum")
        layer = st.text_input(say(words.LAYER), key="import_layer_name", max_chars=120)
        repair = st.checkbox(say(words.REPAIR), key="import_repair") if target in action.COVERAGES else False
    return ImportWish(target, Path(), upload.name, layer or None, encoding, crs or None, datum, columns, {}, repair)


def _previewed(wish: ImportWish, upload: UploadedFile) -> ImportPreview:
    """The preview of this file under these choices; worked out once, then kept for the session."""
    key = (upload.file_id, wish, caller().store.revision())
    kept = remembered("import_preview")
    if kept is None or kept[0] != key:
        with st.spinner(say(words.READING)), tempfile.TemporaryDirectory(prefix="jingge-upload-") as folder:
            path = Path(folder) / "upload"
            path.write_bytes(upload.getbuffer())
            kept = (key, action.preview_import(caller(), replace(wish, path=path)))
        remember("import_preview", kept)
    return kept[1]


def _steps(preview: ImportPreview) -> None:
    for number, (step, title, found) in enumerate(action.steps(preview.report), start=1):
        worst = next((s for s in ("error", "warning", "note") if any(f.severity == s for f in found)), None)
        icon = ICONS[worst] if worst in ("error", "warning") else ":material/check_circle:"
        with st.expander(f"{number}. {say(title)}", icon=icon, expanded=worst in ("error", "warning")):
            _choices(step, preview)
            for finding in found:
                where = f"　{say(words.ROWS, rows=', '.join(map(str, finding.rows[:SHOWN_ROWS])))}" if finding.rows else ""
                next_step = f"　→ {plain(say(finding.what_next))}" if finding.what_next else ""
                st.markdown(f"{ICONS[finding.severity]} {plain(say(finding.what))}{plain(where)}{next_step}")


def _choices(step: str, preview: ImportPreview) -> None:
    """What was chosen in a step, by the program or by the person."""
    choices = preview.report.choices
    if step == "read":
        samples = "、".join(str(sample) for sample in choices.get("encoding_samples", []))
        st.caption(
            plain(f"{choices.get('driver')} · {choices.get('layer')} · {choices.get('encoding')} ({samples}) · {preview.counts['read']:,}")
        )
    if step == "place" and choices.get("crs"):
        st.caption(plain(f"{choices.get('crs')} · {choices.get('datum', '')}"))
    if step == "match":
        _columns(preview)


def _columns(preview: ImportPreview) -> None:
    taken = {column: field for field, column in preview.report.choices.get("columns", {}).items()}
    columns = [*taken, *preview.report.choices.get("columns_left", [])]
    fields = {field.name: field.title for field in preview.kind.fields}
    chosen: dict[str, str] = dict(remembered("import_columns") or {})
    for column in columns:
        options = ["", *fields]
        now = taken.get(column, "")
        field = st.selectbox(
            plain(str(column)),
            options,
            index=options.index(now) if now in options else 0,
            format_func=lambda name: say(fields[name]) if name else say(words.NOT_TAKEN),
            key=f"column_{column}",
        )
        if field != now:
            chosen[column] = field or "-"
    if chosen != (remembered("import_columns") or {}):
        remember("import_columns", chosen)
        st.rerun()


def _decide(preview: ImportPreview) -> None:
    if preview.rows is None:
        return
    counts = "　".join(f"{say(action.COUNTS[name])} **{count:,}**" for name, count in preview.counts.items() if name in action.COUNTS)
    st.markdown(counts)
    compared_maps(preview)
    warned = preview.report.warnings
    accepted = st.checkbox(say(words.ACCEPT_WARNINGS, n=len(warned)), key="import_accept") if warned else True
    with st.container(horizontal=True):
        if st.button(say(words.TAKE), type="primary", icon=":material/check:", disabled=not accepted):
            line = action.accept_import(caller(), preview, accept_warnings=bool(warned))
            _start_afresh()
            remember("import_done", Text(f"已导入 {line.rows:,} 行。", f"{line.rows:,} rows taken."))
            st.rerun()
        if st.button(say(words.LEAVE), icon=":material/close:"):
            _start_afresh()
            st.rerun()


def _start_afresh() -> None:
    """Put the file and what was said about it aside; a file field is only emptied by a new one."""
    forget("import_preview", "import_columns", "import_accept")
    remember("import_round", remembered("import_round", 0) + 1)


def _ledger() -> None:
    done = remembered("import_done")
    if done is not None:
        st.success(say(done))
        forget("import_done")
    lines = action.imports(caller())
    if not lines:
        return
    st.markdown(f"**{say(words.LEDGER)}**")
    for number, line in enumerate(lines):
        state = "" if line.undone_at is None else f"（{say(words.UNDONE)} {line.undone_at}）"
        text = f"{line.at} · {line.who} · {line.target} · {line.file_name} · {line.rows:,} · {line.sha256[:12]}{state}"
        left, right = st.columns([6, 1])
        left.caption(plain(text))
        if line.undone_at is None and right.button(say(words.UNDO), key=f"undo_{number}"):
            action.undo_import(caller(), line.id)
            st.rerun()
