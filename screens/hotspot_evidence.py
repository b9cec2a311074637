"""How a method's map stood the check against what came next: asked for beside each method, worked out once for all of them."""

import streamlit as st

from actions.caller import Caller
from actions.hotspot_evaluate import AREA_SHARE, TEST_DAYS, TRAIN_DAYS, EvaluationView, evaluation_view, held_line
from actions.hotspots import CLAIM_CELL_M
from layers.definition.refusal import Refusal
from screens.hotspot_parts import Asked, said, worked_out
from screens.plain_text import plain
from screens.session import field, keep, say, start_of
from screens.wording import hotspots as words


def scored(who: Caller, asked: Asked, train: int = TRAIN_DAYS, test: int = TEST_DAYS, share: float = AREA_SHARE) -> EvaluationView | None:
    """All methods scored on the period that came next; None while it goes on."""
    radius = max(asked.radius_m, float(CLAIM_CELL_M))
    return worked_out(
        "holds",
        asked,
        (asked.by, radius, train, test, share),
        lambda progress: evaluation_view(who, asked.by, CLAIM_CELL_M, radius, train, test, share, progress=progress),
    )


def evidence(who: Caller, asked: Asked, method: str) -> None:
    """The method's line of the check, where the person wants it: it takes longer than the map."""
    start = start_of("hotspot_evidence", False)
    if not keep("hotspot_evidence", st.toggle(say(words.EVIDENCE), start, key=field("hotspot_evidence"))):
        return
    try:
        view = scored(who, asked)
    except Refusal as refusal:
        said(refusal)
        return
    if view is not None:
        st.caption(plain(say(held_line(view, method))))
