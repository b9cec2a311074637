"""Make the map book: choose, watch it being made or stop it, take the file."""

import streamlit as st

from actions import make_book as action
from actions.permissions import may
from actions.see_map import plans
from screens import wording
from screens.long_work import LongWork, watch
from screens.plain_text import plain
from screens.plan_choice import plan_title, usual_plan
from screens.served import served
from screens.session import caller, field, forget, keep, place_of, remember, remembered, say, start_of
from screens.wording import map_book as words

WORK = "map book work"


def screen() -> None:
    """Choices on the left, the book on the right."""
    st.caption(say(words.ABOUT))
    choices, made = st.columns([1, 1.4], gap="large")
    with choices:
        wish = _wish()
    with made:
        _book(wish)


def _wish() -> action.BookWish:
    headers = {header.id: header for header in plans(caller())}
    plan_id = st.selectbox(
        say(wording.PLAN),
        list(headers),
        place_of("book plan", usual_plan(headers), list(headers)),
        format_func=lambda i: plan_title(headers[i]),
        key=field("book plan"),
    )
    by = _segments("by", say(words.BY), {key: say(title) for key, title in action.BY.items()}, "beat")
    names = _segments("names", say(wording.NAMES), {key: say(title) for key, title in wording.NAMES_CHOICES.items()}, "both")
    public = _tick("public", say(words.PUBLIC))
    number = st.text_input(say(words.REVIEW_NUMBER), start_of("book review", ""), key=field("book review"), max_chars=40) if public else ""
    staff = not public and _tick("staff", say(words.STAFF), True)
    exact = not public and may("see_small_counts", caller().role) and _tick("exact", say(words.EXACT))
    watermark = _tick("watermark", say(words.WATERMARK))
    purpose = st.text_input(say(words.PURPOSE), start_of("book purpose", ""), key=field("book purpose"), max_chars=action.LONGEST_PURPOSE)
    for name, value in (("plan", plan_id), ("purpose", purpose), ("review", number)):
        keep(f"book {name}", value)
    address = served().settings.public_address
    st.caption(plain(say(words.QR, address=address) if address else say(words.NO_QR)))
    return action.BookWish(plan_id, by, names, staff, public, number, exact, watermark, purpose, address)


def _segments(name: str, label: str, options: dict[str, str], default: str) -> str:
    start = start_of(f"book {name}", default, options)
    chosen = st.segmented_control(label, list(options), default=start, format_func=options.__getitem__, key=field(f"book {name}"))
    return str(keep(f"book {name}", chosen or default))


def _tick(name: str, label: str, default: bool = False) -> bool:
    return bool(keep(f"book {name}", st.checkbox(label, start_of(f"book {name}", default), key=field(f"book {name}"))))


def _book(wish: action.BookWish) -> None:
    """The book as it is being made, or the one made last."""
    who = caller()
    size = action.book_size(who, wish)
    n = round(size.seconds)
    time = words.SECONDS.fill(n=n) if n < 90 else words.MINUTES.fill(n=round(n / 60))
    st.markdown(say(words.SIZE, n=size.pages, time=time))
    asked, work = remembered(WORK, (None, None))
    if asked is not None and asked[1:] != (who.user, who.role):
        forget(WORK)  # made for another role: not to be shown in this one
        work = None
    busy = work is not None and not work.done
    if st.button(say(words.MAKE), icon=":material/menu_book:", type="primary", disabled=busy):
        work = LongWork(lambda progress: action.make_book(who, wish, progress))
        asked = (wish, who.user, who.role)
        remember(WORK, (asked, work))
    if work is None:
        return
    if not work.done:
        watch(work)
        return
    if work.stopped:
        st.info(say(words.STOPPED))
        return
    made: action.MadeBook = work.outcome()
    if asked[0] != wish:
        st.info(say(words.CHANGED))
    st.success(say(words.READY, pages=made.pages, size=made.size / 1e6), icon=":material/check_circle:")
    st.download_button(
        say(words.TAKE), made.content, file_name=made.name, mime=action.MIME, icon=":material/download:", on_click="ignore", key="book_pdf"
    )
    for note in made.notes:
        st.info(plain(say(note)))
