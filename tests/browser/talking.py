"""Talking to a running app over its WebSocket as a browser does, but saying whatever one likes: pages, values, words that no page says."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.util import calc_hash
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Subprotocol

from screens.open_sockets import files_in
from tests.browser.conftest import RunningApp
from tests.browser.signing import Visitor

ANSWER_S = 60
OF_KIND = {
    # kind of input      what a browser would send for it
    "button":            {"trigger_value": True},
    "download_button":   {"trigger_value": True},
    "checkbox":          {"bool_value": True},
    "text_input":        {"string_value": "forged"},
    "text_area":         {"string_value": "forged"},
    "number_input":      {"double_value": 4321.0},
    "bidi_component":    {"json_value": '{"forged": true}'},
}  # fmt: skip


@dataclass
class Page:
    """What one run of the script sent: all bytes, and the inputs that it showed, by id with their kind."""

    session: str = ""
    told: bytes = b""
    inputs: dict[str, str] = field(default_factory=dict)

    @property
    def files(self) -> list[str]:
        """Addresses of pictures and files on the page."""
        return list(dict.fromkeys(files_in(self.told)))

    def says(self, words: str) -> bool:
        """Whether these words stand on it."""
        return words.encode() in self.told


def open_socket(running: RunningApp, visitor: Visitor, origin: str | None = None, session: str | None = None) -> ClientConnection:
    """The WebSocket as Streamlit's page opens it; with the id of a session to go on with, if it had one."""
    cookie = "; ".join(f"{name}={value}" for name, value in visitor.cookies.items())
    headers = {"Cookie": cookie} if cookie else {}
    url = f"ws://127.0.0.1:{running.port}/_stcore/stream"
    protocols = [Subprotocol(one) for one in ("streamlit", *(("no-token", session) if session else ()))]
    return connect(url, origin=origin or running.url, subprotocols=protocols, additional_headers=headers, max_size=None)


def rerun(page: str = "", query: str = "lang=zh", inputs: dict[str, str] | None = None) -> BackMsg:
    """What a browser says to have a page run, with a value for each of these inputs (id -> kind)."""
    said = BackMsg()
    said.rerun_script.query_string = query
    if page:
        said.rerun_script.page_name, said.rerun_script.page_script_hash = page, calc_hash(page)
    for name, kind in (inputs or {}).items():
        for value_field, value in OF_KIND.get(kind, {"string_value": "forged"}).items():
            state = said.rerun_script.widget_states.widgets.add()
            state.id = name
            setattr(state, value_field, value)
    return said


def shown(opened: ClientConnection, page: str = "", query: str = "lang=zh", inputs: dict[str, str] | None = None) -> Page:
    """The page as the server sends it, to the end of the run and of those that the run itself asked for."""
    opened.send(rerun(page, query, inputs).SerializeToString())
    found = Page()
    for message, received in heard(opened):
        found.told += received
        found.session = message.new_session.initialize.session_id or found.session
        element = message.delta.new_element
        kind = element.WhichOneof("type") if message.HasField("delta") else None
        name = getattr(getattr(element, kind), "id", "") if kind else ""
        if name.startswith("$$"):
            found.inputs[name] = str(kind)
        if message.HasField("script_finished"):
            if message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN:
                return found
            found.inputs.clear()  # what the run that follows shows counts
    raise AssertionError("the socket was closed")


def heard(opened: ClientConnection) -> Iterator[tuple[ForwardMsg, bytes]]:
    """What the server says, one message after another."""
    while True:
        received = bytes(opened.recv(timeout=ANSWER_S))
        message = ForwardMsg()
        message.ParseFromString(received)
        yield message, received
