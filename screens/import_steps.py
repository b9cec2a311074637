"""The four steps of an import: what was found in each, and what the person may say about it."""

from collections.abc import Callable, Iterator, Mapping
from html import escape
from typing import Any

import streamlit as st

from actions import import_layer as action
from actions.import_layer import ImportPreview
from layers.definition.layer import Field
from layers.definition.text import Text
from screens.import_choices import Choices, button, pick, tick, write
from screens.import_maps import datum_places, flaw_list, repair_shown
from screens.plain_text import plain
from screens.session import language, say
from screens.wording import import_layer as words

ICONS = {"error": ":material/block:", "warning": ":material/warning:", "note": ":material/info:"}
COLOURS = {"error": "red", "warning": "orange", "note": "gray"}
ENCODINGS = ("", "utf-8", "gb18030", "big5")
DATUMS = ("auto", "wgs84", "gcj02", "bd09")
LEFT_EMPTY = "-"
SHOWN_ROWS = 5
PAGE = 20  # findings or choices shown at a time


def steps(choices: Choices, preview: ImportPreview) -> None:
    """All four steps under each other, those with something to do unfolded, and a line above that sums them up."""
    found = action.steps(preview.report)
    states = _states(preview, found)
    _strip([(say(title), state, count) for (_, title, _), (state, count) in zip(found, states, strict=True)])
    for number, ((step, title, findings), (state, _)) in enumerate(zip(found, states, strict=True), start=1):
        if state == "waiting":
            continue
        icon = ICONS.get(state, ":material/check_circle:")
        about = _about(step, preview)
        label = f"**{number}. {say(title)}**" + (f"　{plain(about)}" if about else "")
        mended = step == "check" and preview.repair is not None
        with st.expander(label, icon=icon, expanded=state in ("error", "warning") or mended):
            _findings(step, choices, findings)
            _choosing(step, choices, preview)


def steps_ahead() -> None:
    """The four steps before there is a file: what happens in each."""
    cards = [
        f'<li class="ahead"><b>{number}</b><span>{escape(say(title))}<small>{escape(say(words.STEPS_ABOUT[step]))}</small></span></li>'
        for number, (step, title) in enumerate(words.STEPS.items(), start=1)
    ]
    st.html(f'<ol class="import-steps">{"".join(cards)}</ol>')


def reading_choices(choices: Choices, preview: ImportPreview | None) -> None:
    """Layer and encoding: also offered when nothing could be read under the present ones."""
    about = {} if preview is None else preview.report.choices
    left, right = st.columns(2)
    with left:
        others = [str(name) for name in about.get("other_layers", ())]
        taken = str(choices.values.get("layer") or about.get("layer") or "")
        pick(
            choices,
            "values",
            "layer",
            say(words.LAYER),
            list(dict.fromkeys([taken, *others])),
            taken,
            lambda name: name or say(words.FOUND_OUT),
            help=say(words.LAYER_HELP),
            accept_new_options=True,
        )
    with right:
        now = choices.values.get("encoding", "")
        pick(choices, "values", "encoding", say(words.ENCODING), ENCODINGS, now, lambda codec: codec or say(words.FOUND_OUT))


def _states(preview: ImportPreview, found: list[tuple[str, Any, tuple[Any, ...]]]) -> list[tuple[str, int]]:
    """Per step: error, warning, good, or waiting for the one before; with how many of them."""
    states: list[tuple[str, int]] = []
    stopped = False
    for _, _, findings in found:
        counts = {severity: sum(f.severity == severity for f in findings) for severity in ("error", "warning")}
        state = next((severity for severity, n in counts.items() if n), "good")
        states.append(("waiting", 0) if stopped and not findings else (state, counts.get(state, 0)))
        stopped = stopped or (state == "error" and preview.rows is None)
    return states


def _strip(line: list[tuple[str, str, int]]) -> None:
    cards = []
    for number, (title, state, count) in enumerate(line, start=1):
        wording = words.STATES["one_warning" if (state, count) == ("warning", 1) else state]
        said = say(wording, n=count) if state in ("error", "warning") else say(wording)
        cards.append(f'<li class="{state}"><b>{number}</b><span>{escape(title)}<small>{escape(said)}</small></span></li>')
    st.html(f'<ol class="import-steps">{"".join(cards)}</ol>')


def _about(step: str, preview: ImportPreview) -> str:
    """What was decided in a step, in a few words beside its title."""
    about = preview.report.choices
    if step == "read":
        parts = [about.get("driver"), about.get("layer"), about.get("encoding"), say(words.ROWS_READ, n=preview.counts.get("read", 0))]
        return " · ".join(dict.fromkeys(str(part) for part in parts if part))
    if step == "place" and about.get("crs"):
        datum = about.get("datum")
        parts = [_system(str(about["crs"])), say(words.DATUMS[datum]) if datum in words.DATUMS else ""]
        outside = preview.counts.get("outside", 0)
        more = [say(words.SWAPPED)] * bool(about.get("axes_swapped")) + [say(words.SO_MANY_OUTSIDE, n=outside)] * bool(outside)
        return " · ".join([*filter(None, parts), *more])
    if step == "match" and "columns" in about:
        taken, left, opened = ([str(column) for column in about.get(name, ())] for name in ("columns", "columns_left", "columns_open"))
        counted = say(words.COLUMNS_TAKEN, n=len(taken) + len(about.get("coordinate_columns", ())), left=len(left) - len(opened))
        return counted + (say(words.COLUMNS_OPEN, n=len(opened)) if opened else "")
    return ""


def _findings(step: str, choices: Choices, findings: tuple[Any, ...]) -> None:
    """What was found, worst first, twenty at a time."""
    if not findings:
        st.caption(say(words.NOTHING_FOUND))
        return
    ordered = sorted(findings, key=lambda finding: list(ICONS).index(finding.severity))
    for finding in paged(ordered, f"{choices.token} findings {step}"):
        rows = ""
        if finding.rows:
            more = say(words.MORE_ROWS, n=finding.count) if finding.count > SHOWN_ROWS else ""
            wording = words.ONE_ROW if len(finding.rows) == 1 else words.ROWS
            rows = f"　:gray[{plain(say(wording, rows=', '.join(map(str, finding.rows[:SHOWN_ROWS]))))} {plain(more)}]"
        advice = f"  \n→ {plain(say(finding.what_next))}" if finding.what_next and finding.severity != "note" else ""
        st.markdown(f":{COLOURS[finding.severity]}[{ICONS[finding.severity]}] {plain(say(finding.what))}{rows}{advice}")


def paged(things: list[Any], key: str) -> list[Any]:
    """The twenty that the person turned to; all of them where there are no more."""
    pages = -(-len(things) // PAGE)
    if pages <= 1:
        return things
    page = st.pagination(pages, key=f"{key} page {pages}")
    first = (page - 1) * PAGE
    st.caption(say(words.PAGE, first=first + 1, last=min(first + PAGE, len(things)), n=len(things)))
    return things[first : first + PAGE]


def _choosing(step: str, choices: Choices, preview: ImportPreview) -> None:
    if step == "read":
        _encoding(preview)
        reading_choices(choices, preview)
    elif step == "place" and preview.kind.kept != "table":
        _placing(choices, preview)
    elif step == "match" and "columns" in preview.report.choices:
        _columns(choices, preview)
        _given(choices, preview)
    elif step == "check":
        _personal(choices, preview)
        _meanings(choices, preview)
        _default_point(choices, preview)
        if "units_parted" in preview.report.choices or choices.values.get("one_kind"):
            title = say(words.ONE_KIND, kind=preview.kind.title)
            tick(choices, "values", "one_kind", title, bool(choices.values.get("one_kind")))
        if preview.kind.key in action.COVERAGES:
            tick(choices, "values", "repair", say(words.REPAIR), bool(choices.values.get("repair")))
            flaw_list(preview)
            repair_shown(preview)


def _encoding(preview: ImportPreview) -> None:
    about = preview.report.choices
    if not about.get("encoding"):
        return
    chinese = about.get("encoding_reason_zh") if language() == "zh" else None
    st.markdown(plain(say(words.ENCODING_IS, codec=about["encoding"], why=chinese or about.get("encoding_reason", ""))))
    samples = [str(sample) for sample in about.get("encoding_samples", ())]
    if samples:
        shown = " ".join(f":blue-badge[{plain(sample)}]" for sample in samples)
        st.markdown(plain(say(words.SAMPLES, samples="\0")).replace("\0", shown))


def _placing(choices: Choices, preview: ImportPreview) -> None:
    if {finding.key for finding in preview.report.findings} & {"datum_first_points", "datum_needs_word"}:
        st.markdown(f"**{say(words.DATUM_ASKED)}**")
        with st.container(horizontal=True):
            for datum in DATUMS[1:]:
                button(choices, "values", "datum", datum, say(words.DATUMS[datum]))
    left, right = st.columns(2)
    with left:
        tried = [str(crs) for crs in preview.report.choices.get("crs_candidates", ())]
        systems = list(dict.fromkeys(["", *tried, *words.SYSTEMS]))
        now = choices.values.get("crs", "")
        title = say(words.CRS)
        pick(choices, "values", "crs", title, systems, now, _system, help=say(words.CRS_HELP), accept_new_options=True)
    with right:
        now = choices.values.get("datum", "auto")
        pick(choices, "values", "datum", say(words.DATUM), DATUMS, now, lambda datum: say(words.DATUMS[datum]))
    datum_places(preview)


def _system(crs: str) -> str:
    if not crs:
        return say(words.FOUND_OUT)
    return say(words.SYSTEMS[crs]) if crs in words.SYSTEMS else crs


def _columns(choices: Choices, preview: ImportPreview) -> None:
    """Every column of the file with the field that it is taken for."""
    about = preview.report.choices
    taken = {column: name for name, column in about["columns"].items()}
    placing = ("lon", "lat", "lonlat") if preview.kind.kept != "table" else ()
    titles = {f.name: f.title for f in preview.kind.fields} | {name: words.PLACES[name] for name in placing}
    coordinates = [str(column) for column in about.get("coordinate_columns", ())]
    for column, name in zip(coordinates, ("lon", "lat") if len(coordinates) > 1 else ("lonlat",), strict=False):
        taken[column] = name
    opened = set(about.get("columns_open", ()))
    st.caption(say(words.MATCH_HINT))
    columns = list(dict.fromkeys([*coordinates, *taken, *about.get("columns_left", ())]))
    for place, column in _three_abreast(paged(columns, f"{choices.token} columns")):
        with place:
            shown = taken.get(column, "")
            pick(
                choices,
                "columns",
                column,
                plain(str(column)),
                ["", *([LEFT_EMPTY] if column in opened else []), *titles],
                shown,
                _target(titles, words.TO_DECIDE if column in opened else words.NOT_TAKEN),
            )


def _target(titles: Mapping[str, Text], none: Text) -> Callable[[str], str]:
    """What a column is taken for, in words; `none` for what nothing was said of."""
    return lambda name: say(none if not name else words.NOT_TAKEN if name == LEFT_EMPTY else titles[name])


def _three_abreast(things: list[Any]) -> Iterator[tuple[Any, Any]]:
    """A place for each thing, row by row: on a phone, where columns stand under each other, the order stays."""
    for first in range(0, len(things), 3):
        yield from zip(st.columns(3), things[first : first + 3], strict=False)


def _given(choices: Choices, preview: ImportPreview) -> None:
    """One value for all rows, for each required field without a column."""
    taken = preview.report.choices["columns"]
    missing = [f for f in preview.kind.fields if f.required and f.name not in taken]
    if not missing:
        return
    st.markdown(f"**{say(words.GIVEN_HINT)}**")
    for place, each in _three_abreast(missing):
        with place:
            if each.name == preview.kind.key_field and action.may_be_made(preview.kind):
                tick(choices, "values", "number_rows", say(words.NUMBER_ROWS), bool(choices.values.get("number_rows")))
            else:
                _one_value(choices, each)


def _one_value(choices: Choices, each: Field) -> None:
    title, now = say(words.GIVEN, field=each.title), choices.given.get(each.name, "")
    if each.choices:
        options = ["", *each.choices]
        pick(choices, "given", each.name, title, options, now, lambda key: say(each.choices[key]) if key else say(words.NO_VALUE))
    else:
        write(choices, "given", each.name, title, now)


def _personal(choices: Choices, preview: ImportPreview) -> None:
    """The columns that may not come in: a button for each that leaves it out."""
    with st.container(horizontal=True):
        for column in preview.report.choices.get("personal_columns", ()):
            button(choices, "columns", column, "-", plain(say(words.LEAVE_COLUMN, column=column)))


def _default_point(choices: Choices, preview: ImportPreview) -> None:
    """A button that leaves out what stands where a geocoder puts what it can't find; and one that takes this back."""
    if preview.default_point is not None:
        button(choices, "values", "leave_points", (preview.default_point,), say(words.LEAVE_POINT))
    elif choices.values.get("leave_points"):
        button(choices, "values", "leave_points", None, say(words.KEEP_POINT))


def _meanings(choices: Choices, preview: ImportPreview) -> None:
    """What each unknown wording of the file means, said by the person; and what others were taken to mean, to be changed."""
    usual = {(name, text): key for name, texts in preview.usual_choices.items() for text, key in texts.items()}
    said = {(name, text): 0 for name, text in choices.meanings}
    asked = said | {(name, text): n for name, texts in preview.unknown_choices.items() for text, n in texts.items()}
    if asked:
        st.markdown(f"**{say(words.UNKNOWN_HINT)}**")
        _asked(choices, preview, asked, choices.meanings, "meanings")
    if usual:
        st.markdown(f"**{say(words.USUAL_HINT)}**")
        _asked(choices, preview, dict.fromkeys(usual, 0), usual, "usual")


def _asked(choices: Choices, preview: ImportPreview, asked: dict[Any, int], now: Mapping[tuple[str, str], str], key: str) -> None:
    """A list to choose from for each wording (field, text): in how many rows it stands, and what it means so far."""
    rows = paged(sorted(asked.items(), key=lambda item: -item[1]), f"{choices.token} {key}")
    for place, ((name, text), n) in _three_abreast(rows):
        each = preview.kind.field(name)
        with place:
            title = plain(say(words.UNKNOWN if n else words.MEANT, field=each.title, wording=text, n=n))
            options = ["", *each.choices, *([] if each.required else [LEFT_EMPTY])]
            pick(choices, "meanings", (name, text), title, options, now.get((name, text), ""), _worded(each))


def _worded(each: Field) -> Any:
    return lambda key: say(each.choices[key]) if key in each.choices else say(words.LEAVE_EMPTY if key == LEFT_EMPTY else words.NO_VALUE)
