"""Two people changed the same places of one draft: both answers on a map and in a table, and a choice for each."""

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import streamlit as st

from actions import merge_drafts
from actions.draw_plan import Taken
from actions.merge_drafts import Conflict, Overtaken, Side
from layers.definition.refusal import Refusal
from screens.draw_dialogs import draw_on
from screens.map_host import map_view
from screens.plain_text import plain
from screens.session import caller, forget, language, remember, say
from screens.wording import draw_plan as words

MAP_HEIGHT = 320
SIDES: dict[Side, str] = {"mine": "MINE", "theirs": "THEIRS", "base": "BEFORE"}


def conflict_dialog(taken: Taken, again: Callable[[], None]) -> None:
    """Ask until every place is decided or the own side is kept as a branch. `again` takes the gestures once more, for when
    the draft was saved again meanwhile."""

    @st.dialog(say(words.CONFLICT_TITLE), width="large", dismissible=False)
    def ask() -> None:
        merge = taken.merge
        if merge is None:
            return
        st.markdown(plain(say(words.CONFLICT_ABOUT, by=taken.by, at=taken.at.replace("T", " "), n=merge.open)))
        _maps(taken)
        found = merge_drafts.conflicts(caller(), merge)
        choice = _table(found, taken)
        with st.container(horizontal=True):
            if st.button(say(words.SAVE_MERGE), type="primary", icon=":material/check:"):
                _decide(taken, found, choice, again)
            if st.button(say(words.ALL_MINE)):
                _decide(taken, found, ["mine"] * len(found), again)
            if st.button(say(words.ALL_THEIRS, by=taken.by)):
                _decide(taken, found, ["theirs"] * len(found), again)
            if st.button(say(words.BRANCH), icon=":material/fork_right:"):
                _branch(taken)

    ask()


def _maps(taken: Taken) -> None:
    """Both answers side by side, each with the open cells filled and labelled from → to."""
    assert taken.merge is not None
    maps = merge_drafts.conflict_maps(caller(), taken.merge)
    if maps is None:
        return
    focus = {"token": f"{taken.plan.header.id} {taken.n} {taken.at}", "bounds": maps.bounds}
    left, right = st.columns(2, gap="small")
    for column, picture, title in ((left, maps.mine, words.MINE), (right, maps.theirs, words.THEIRS)):
        with column:
            st.caption(f"**{plain(say(title, by=taken.by))}**")
            patch = {"language": language(), "plan": picture.plan, "focus": focus}
            map_view(picture.base, patch, key=f"conflict {title.en}", height=MAP_HEIGHT)


def _table(found: Sequence[Conflict], taken: Taken) -> list[Side]:
    """What each side says, and a choice per row; mine to begin with."""
    titles = {side: say(getattr(words, name), by=taken.by) for side, name in SIDES.items()}
    columns = {titles[side]: [say(getattr(one, side)) for one in found] for side in ("base", "mine", "theirs")}
    table = pd.DataFrame({say(words.PLACE): [_place(one) for one in found], **columns, say(words.CHOICE): titles["mine"]})
    options = st.column_config.SelectboxColumn(options=list(titles.values()), required=True)
    chosen = st.data_editor(
        table,
        hide_index=True,
        disabled=list(table.columns[:-1]),
        column_config={say(words.CHOICE): options},
        key=f"conflict {taken.at} {language()}",
    )
    side_of = {title: side for side, title in titles.items()}
    return [side_of[title] for title in chosen[say(words.CHOICE)]]


def _place(one: Conflict) -> str:
    return f"{say(one.what)}　{one.key}" if one.kind == "cell" else say(one.what)


def _decide(taken: Taken, found: Sequence[Conflict], choice: Sequence[Side], again: Callable[[], None]) -> None:
    def of(kind: str) -> Mapping[str, Side]:
        return {one.key: side for one, side in zip(found, choice, strict=True) if one.kind == kind}

    assert taken.merge is not None
    try:
        plan = merge_drafts.decide_merge(caller(), taken.plan.header.id, taken.merge, of("cell"), of("beat"), of("header"))
    except Overtaken:
        forget("draw_conflict")
        again()
        st.rerun()
    except Refusal as refusal:
        st.error(plain(say(refusal.text)), icon=":material/block:")
        return
    settled(Taken(taken.n, plan))


def _branch(taken: Taken) -> None:
    assert taken.merge is not None
    name = say(words.BRANCH_NAME, name=taken.plan.header.name, who=caller().user)[:60]
    try:
        branch = merge_drafts.keep_as_branch(caller(), taken.plan.header.id, taken.merge.plan, name)
    except Refusal as refusal:
        st.error(plain(say(refusal.text)), icon=":material/block:")
        return
    draw_on(branch.header.id)
    settled(Taken(taken.n, taken.plan))


def settled(taken: Taken) -> None:
    """The editor is opened anew with what was decided, and told that its gestures are kept."""
    forget("draw_conflict", "drawing_at")
    remember("draw_taken", taken)
    remember("draw_ack", {"n": taken.n, "revision": taken.plan.header.revision})
    st.rerun()
