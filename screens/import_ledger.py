"""The ledger of imports under the import screen: what was taken, from which file, by whom; each can be undone as one step."""

from collections.abc import Mapping
from typing import Any

import streamlit as st

from actions import import_layer as action
from actions.import_layer import ImportLine, Kind
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from screens import wording
from screens.import_steps import LEFT_EMPTY
from screens.plain_text import plain
from screens.session import caller, forget, language, remember, remembered, say
from screens.wording import import_layer as words

SHOWN_LINES = 20


def ledger(kinds: Mapping[str, Kind]) -> None:
    """All imports, newest first, twenty at a time."""
    lines = action.imports(caller())
    if not lines:
        return
    st.markdown(f"**{say(words.LEDGER)}**")
    pages = -(-len(lines) // SHOWN_LINES)
    page = st.pagination(pages, key="ledger_page") if pages > 1 and hasattr(st, "pagination") else 1
    for line in lines[(page - 1) * SHOWN_LINES : page * SHOWN_LINES]:
        with st.container(border=True):
            _line(line, kinds)


def _line(line: ImportLine, kinds: Mapping[str, Kind]) -> None:
    taken = [say(words.LEDGER_ROWS, kind=_title(key, kinds), rows=rows) for key, rows in action.rows_taken(line).items()]
    with st.container(horizontal=True, vertical_alignment="center"):
        with st.container():
            undone = "" if line.undone_at is None else f"　:gray-badge[{say(words.UNDONE)} {plain(_shown(line.undone_at))}]"
            st.markdown(plain(say(words.LEDGER_LINE, rows=_listed(taken), file=line.file_name)) + undone)
            st.caption(plain(say(words.LEDGER_ABOUT, at=_shown(line.at), who=line.who, sha=line.sha256[:12])))
            parted = line.choices.get("units_parted", ())
            for about, keys in ((words.LEDGER_PARTED, parted), (words.LEDGER_ALSO, [key for key in line.also if key not in parted])):
                titles = [say(kinds[key].title) for key in keys if key in kinds]
                if titles:
                    st.caption(plain(say(about, layers=_listed(titles))))
        if line.undone_at is None and remembered("import_undoing") != line.id:
            st.button(say(words.UNDO), key=f"undo_{line.id}", icon=":material/undo:", on_click=remember, args=("import_undoing", line.id))
    with st.expander(say(words.LEDGER_MORE), icon=":material/tune:"):
        for title, text in _choices(line, kinds.get(line.target)):
            st.markdown(plain(f"{say(title)}{say(wording.COLON)}{text}"))
    if line.undone_at is None and "protected_counts" in line.choices:
        _protected(line)
    if line.undone_at is None and remembered("import_undoing") == line.id:
        _asked(line)
    done = remembered("import_undone")
    if done is not None and done[0] == line.id:
        st.success(plain(say(done[1])), icon=":material/check_circle:")
        forget("import_undone")


def _asked(line: ImportLine) -> None:
    """All that would change, then the word for it; or why it can't be undone."""
    try:
        undo = action.what_undo_changes(caller(), line.id)
    except Refusal as refusal:
        st.error(plain(" ".join(say(text) for text in (refusal.message, refusal.what_next) if text is not None)), icon=":material/block:")
        st.button(say(words.UNDO_NO), key=f"undo_no_{line.id}", on_click=forget, args=("import_undoing",))
        return
    told = [say(text) for text in (*undo.changes, *undo.warnings)]
    st.warning("\n".join([plain(say(words.UNDO_SURE)), "", *(f"- {plain(text)}" for text in told)]), icon=":material/undo:")
    with st.container(horizontal=True):
        if st.button(say(words.UNDO_YES), key=f"undo_yes_{line.id}", type="primary"):
            forget("import_undoing")
            action.undo_import(caller(), line.id)
            remember("import_undone", (line.id, undo.done))
            st.rerun()
        st.button(say(words.UNDO_NO), key=f"undo_no_{line.id}", on_click=forget, args=("import_undoing",))


def _title(key: str, kinds: Mapping[str, Kind]) -> str:
    return say(kinds[key].title if key in kinds else words.PLAN)


def _listed(texts: list[str]) -> str:
    return ("、" if language() == "zh" else ", ").join(texts)


def _choices(line: ImportLine, kind: Kind | None) -> list[tuple[Text, str]]:
    """What was decided and counted in an import, in words; what did not arise is left out."""
    said, between = line.choices, "、" if language() == "zh" else ", "

    def titled(name: str) -> str:
        return say(kind.field(name).title) if kind is not None and name in kind.field_names else name

    def worded(name: str, value: Any) -> str:
        field = kind.field(name) if kind is not None and name in kind.field_names else None
        texts = {} if field is None or not field.choices else {**field.choices, LEFT_EMPTY: words.LEAVE_EMPTY}
        return say(texts[value]) if value in texts else str(value)

    def listed(pairs: Mapping[str, Any]) -> str:
        return between.join(f"{name} → {value}" for name, value in pairs.items())

    counts = {say(action.COUNTS[name]): f"{n:,}" for name, n in line.counts.items() if name in action.COUNTS}
    datum = said.get("datum")
    meant = {word: worded(name, key) for name, of in (said.get("wordings") or {}).items() for word, key in of.items()}
    rows = [
        (words.LEDGER_COUNTS, between.join(f"{title} {n}" for title, n in counts.items())),
        (words.LEDGER_READ, between.join(dict.fromkeys(str(said[name]) for name in ("driver", "layer", "encoding") if said.get(name)))),
        (words.CRS, between.join(filter(None, [said.get("crs"), say(words.DATUMS[datum]) if datum in words.DATUMS else ""]))),
        (words.LEDGER_COLUMNS, listed({column: titled(name) for name, column in (said.get("columns") or {}).items()})),
        (words.LEDGER_GIVEN, listed({titled(name): worded(name, value) for name, value in (said.get("given") or {}).items()})),
        (words.LEDGER_MEANT, listed(meant)),
        (words.LEDGER_MOVED, f"{said['repair_moved_m']} m" if "repair_moved_m" in said else ""),
        (words.LEDGER_SHA, line.sha256),
    ]
    return [(title, text) for title, text in rows if text]


def _shown(at: str) -> str:
    """A time of the ledger as it is read: to the minute."""
    return at.replace("T", " ")[:16]


def _protected(line: ImportLine) -> None:
    """What the import only counted, by unit, small numbers hidden; unfolded on demand."""
    rows = action.protected_of_import(caller(), line.id)
    if not rows:
        return
    with st.expander(say(words.PROTECTED), icon=":material/visibility_off:"):
        st.caption(say(words.PROTECTED_ABOUT))
        unit = "unit" if language() == "zh" else "unit_en"
        shown = {
            say(words.UNIT): [row[unit] for row in rows],
            say(words.GROUP): [say(action.PROTECTED_TITLES[row["group"]]) for row in rows],
            say(words.INCIDENTS): [row["incidents"] for row in rows],
        }
        st.dataframe(shown, hide_index=True, width="stretch")
