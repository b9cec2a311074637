"""Work that takes long: done in a thread of its own, watched by the page, stopped on demand, its outcome kept for the session.

Leaving the page leaves the work running; whoever comes back finds it, or its outcome.
"""

from collections.abc import Callable
from threading import Event, Thread
from typing import Any

import streamlit as st

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from screens.plain_text import plain
from screens.session import say
from screens.wording import long_work as words

Progress = Callable[[float, Text], bool]
LOOK_S = 0.5  # between two looks at the work
SHORT_S = 0.4  # what is done by then is never seen as work


class LongWork:
    """One piece of work and its state. `do` is handed a function to call with the share done (0 to 1) and what is being done.

    It begins when `after` has ended: two that draw at once take turns all the time and both end later than one after the other.
    """

    def __init__(self, do: Callable[[Progress], Any], after: "LongWork | None" = None) -> None:
        self._do = do
        self._after = after
        self._stop = Event()
        self._done = Event()
        self.share = 0.0
        self.what: Text | None = None
        self._outcome: Any = None
        self._error: Exception | None = None
        Thread(target=self._run, daemon=True, name="long work").start()
        self._done.wait(SHORT_S)

    @property
    def done(self) -> bool:
        """It has ended, one way or another."""
        return self._done.is_set()

    @property
    def stopped(self) -> bool:
        """Somebody asked to stop it and it ended without an outcome."""
        return self._stop.is_set() and isinstance(self._error, Refusal)

    def stop(self) -> None:
        """Ask to stop; it ends at its next step."""
        self._stop.set()

    @property
    def stopping(self) -> bool:
        """Somebody asked to stop it."""
        return self._stop.is_set()

    def outcome(self) -> Any:
        """What it gave. Raises what it raised; refused as the action words it."""
        if self._error is not None:
            raise self._error
        return self._outcome

    def _progress(self, share: float, what: Text) -> bool:
        self.share, self.what = min(max(float(share), 0.0), 1.0), what
        return not self._stop.is_set()

    def _run(self) -> None:
        try:
            while self._after is not None and not self._after._done.wait(LOOK_S) and not self.stopping:
                pass
            self._after = None  # whose outcome need not be kept for this
            self._outcome = self._do(self._progress)
        except Exception as error:
            self._error = error
        finally:
            self._done.set()


@st.fragment(run_every=LOOK_S)
def watch(work: LongWork) -> None:
    """A bar with what is being done, and a button that stops it; the whole page runs again when the work has ended."""
    if work.done:
        st.rerun()
    what = say(words.STOPPING) if work.stopping else say(work.what or words.WORKING)
    st.progress(work.share, text=f"{plain(what)} {work.share:.0%}")
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button(say(words.STOP), icon=":material/stop_circle:", on_click=work.stop, disabled=work.stopping)
        st.caption(say(words.MAY_LEAVE))
