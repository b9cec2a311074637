"""Print a map sheet: choose what and how, look at it, take the file."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from actions import my_area as area_action
from actions import take_snapshot as action
from actions.caller import Caller
from actions.permissions import may
from actions.see_map import plans
from actions.sheet_wish import MapState, SheetWish
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from screens import wording
from screens.kept_results import kept_plan
from screens.long_work import LongWork, watch
from screens.plain_text import plain
from screens.plan_choice import plan_title, usual_plan
from screens.session import caller, field, forget, keep, language, place_of, remember, remembered, reset, say, start_of
from screens.wording import take_snapshot as words

VIEW = "view"
BEAT = "beat:"
WORK = "sheet file"


def screen() -> None:
    """The sheet of a plan, with a preview."""
    choices, preview = st.columns([1, 3], gap="medium")
    with choices:
        wish, dpi = _wish()
        _files(wish, dpi)
    with preview:
        _preview(wish)


def hand_over(plan_id: str | None, view: MapState) -> None:
    """Have the print screen show what the map shows; `wants_to_print` then leads there."""
    remember("sheet view", view)
    reset("sheet scope", "sheet plan", "sheet theme")
    keep("sheet scope", VIEW)
    if plan_id is not None:
        keep("sheet plan", plan_id)
    keep("sheet theme", "hotspots" if "hotspots" in (view.layers or ()) else "beats")
    remember("go_to print", True)


def wants_to_print() -> bool:
    """Whether a view was handed over and the print screen is not open yet; says so once."""
    wanted = bool(remembered("go_to print"))
    forget("go_to print")
    return wanted


def sheet_downloads(plan_id: str, officer: str | None, key: str) -> None:
    """The print buttons of another screen: an A4 sheet of that plan or officer's area."""
    if may("take_snapshot", caller().role):
        st.caption(say(wording.PRINT_A4))
        _downloads(SheetWish(plan_id, "A4", "landscape", "both" if language() == "zh" else "en", "pdf", officer), key=key)


def _wish() -> tuple[SheetWish, int]:
    """The choices as a wish, and the resolution of pictures."""
    headers = {header.id: header for header in plans(caller())}
    title = {key: plan_title(header) for key, header in headers.items()}
    plan_id = _select(wording.PLAN, "plan", list(headers), title.__getitem__, usual_plan(headers))
    themes, variants = action.themes(), action.variants()
    theme = _select(words.THEME, "theme", list(themes), lambda key: say(themes[key])) or "beats"
    others = [key for key in headers if key != plan_id]
    against = _select(words.AGAINST, "against", others, title.__getitem__) if theme == "change" and others else None
    variant = _segments(words.VARIANT, "variant", {key: say(text) for key, text in variants.items()}, "colour")
    paper = _segments(wording.PAPER, "paper", {key: key for key in action.papers()}, "A3")
    turns = {key: say(text) for key, text in wording.ORIENTATIONS.items()}
    orientation = _segments(wording.ORIENTATION, "orientation", turns, "landscape")
    names = _segments(wording.NAMES, "names", {key: say(text) for key, text in wording.NAMES_CHOICES.items()}, "both")
    shown = _scopes(plan_id)
    scope = _select(wording.SHEET_SCOPE, "scope", list(shown), shown.__getitem__) or ""
    view = remembered("sheet view") if scope == VIEW else None
    beat = scope.removeprefix(BEAT) if scope.startswith(BEAT) else None
    officer = scope if scope and view is None and beat is None else None
    purpose = st.text_input(
        say(words.PURPOSE),
        start_of("sheet purpose", ""),
        key=field("sheet purpose"),
        max_chars=action.LONGEST_PURPOSE,
        placeholder=say(words.PURPOSE_HINT),
        help=say(words.PURPOSE_ABOUT),
    )
    keep("sheet purpose", purpose)
    with st.expander(say(words.MORE)):
        dpi = _select(words.DPI, "dpi", list(action.DPI_CHOICES), str, action.PRINT_DPI) or action.PRINT_DPI
        watermark = _tick(words.WATERMARK, "watermark")
        public = _tick(words.PUBLIC_USE, "public")
        number = ""
        if public:
            number = st.text_input(say(words.REVIEW_NUMBER), start_of("sheet review", ""), key=field("sheet review"), max_chars=40)
            keep("sheet review", number)
    wish = SheetWish(
        plan_id,
        paper,
        orientation,
        names,
        "png",
        officer,
        theme=theme,
        variant=variant,
        against=against,
        beat=beat,
        view=view,
        purpose=purpose,
        public=public,
        review_number=number,
        watermark=watermark,
    )
    return wish, int(dpi)


def _scopes(plan_id: str) -> dict[str, str]:
    """What a sheet may show: the town, the map as it was seen, one beat, one officer's area."""
    who = caller()
    shown = {"": say(wording.WHOLE_TOWN)} | ({VIEW: say(words.AS_SEEN)} if remembered("sheet view") is not None else {})
    beats = kept_plan(who, plan_id).beats
    name = "name" if language() == "zh" else "name_en"
    shown |= {f"{BEAT}{code}": plain(f"{code} {title}") for code, title in zip(beats["code"], beats[name], strict=True)}
    officers = area_action.officers(who) if may("see_area", who.role) else {}
    return shown | {code: say(text) for code, text in officers.items()}


def _select(label: Text, name: str, options: list[Any], shown: Callable[[Any], str], default: Any = None) -> Any:
    place = place_of(f"sheet {name}", default, options)
    return keep(f"sheet {name}", st.selectbox(say(label), options, place, format_func=shown, key=field(f"sheet {name}")))


def _tick(label: Text, name: str) -> bool:
    return bool(keep(f"sheet {name}", st.checkbox(say(label), start_of(f"sheet {name}", False), key=field(f"sheet {name}"))))


def _segments(label: Text, name: str, options: dict[str, str], default: str) -> str:
    start = start_of(f"sheet {name}", default, options)
    chosen = st.segmented_control(say(label), list(options), default=start, format_func=options.__getitem__, key=field(f"sheet {name}"))
    return str(keep(f"sheet {name}", chosen or default))


def _preview(wish: SheetWish) -> None:
    """Drawn in a thread of its own, watched with a bar; the same wish on the same data is not drawn twice in a row."""
    who = caller()
    asked = (wish.as_("png"), who.store.revision(), who.role)
    if remembered("sheet preview", (None,))[0] != asked:
        old = remembered("sheet preview", (None, None))[1]
        if old is not None:
            old.stop()
        remember("sheet preview", (asked, LongWork(lambda progress: action.preview_sheet(who, wish, progress))))
    work = remembered("sheet preview")[1]
    if not work.done:
        st.caption(say(wording.DRAWING))
        watch(work)
        return
    if work.stopped:
        st.info(say(words.NO_PREVIEW))
        return
    shown = work.outcome()
    st.image(shown.content, width="stretch")
    st.caption(plain(say(wording.SCALE, scale=shown.scale, width=shown.width_mm, height=shown.height_mm)))
    for note in shown.notes:
        st.info(plain(say(note)))


def _files(wish: SheetWish, dpi: int) -> None:
    """A button per format that makes the file while the page watches, then the file. Another wish leaves the old file behind."""
    who = caller()
    asked = (wish.as_("png"), dpi, who.store.revision(), who.role)
    with st.container(horizontal=True):
        for ending in action.MIME:
            pressed = st.button(say(words.MAKE, format=ending.upper()), icon=":material/print:", key=f"make {ending}")
            if pressed:
                if (old := remembered(WORK)) is not None:
                    old[2].stop()
                preview = remembered("sheet preview", (None, None))[1]
                remember(WORK, (asked, ending, LongWork(partial(action.take_sheet, who, wish.as_(ending), dpi), after=preview)))
    kept = remembered(WORK)
    if kept is None or kept[0] != asked:
        return
    _, ending, work = kept
    if not work.done:
        watch(work)
    elif work.stopped:
        st.info(say(words.STOPPED))
    else:
        _ready(work, ending)


def _ready(work: LongWork, ending: str) -> None:
    try:
        made: action.SheetFile = work.outcome()
    except Refusal:
        forget(WORK)
        raise
    st.download_button(
        say(wording.DOWNLOAD, format=ending.upper()),
        data=made.content,
        file_name=made.name,
        mime=action.MIME[ending],
        icon=":material/download:",
        on_click="ignore",
        type="primary",
    )
    st.caption(plain(say(words.READY, name=made.name, size=made.size / 1e6)))


def _downloads(wish: SheetWish, key: str, dpi: int = action.PRINT_DPI) -> None:
    who = caller()
    with st.container(horizontal=True):
        for ending in ("pdf", "png", "svg"):
            asked = wish.as_(ending)
            st.download_button(
                say(wording.DOWNLOAD, format=ending.upper()),
                data=partial(_file_content, who, asked, dpi),
                file_name=action.file_name(who, asked),
                mime=action.MIME[ending],
                icon=":material/print:" if ending == "pdf" else ":material/image:",
                on_click="ignore",
                key=f"{key}_{ending}",
            )


def _file_content(who: Caller, wish: SheetWish, dpi: int) -> bytes:
    return action.take_sheet(who, wish, dpi).content
