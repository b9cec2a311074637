"""The WebSocket behind the gate: refused without a session, cut off with it, heard only in the words that the app's own pages use.

A browser can say more to Streamlit than its pages ever do: empty the kept results of all people, ask for the state of the
repository, write files beside the program. None of that goes through.
"""

import asyncio
import re
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from streamlit.proto.BackMsg_pb2 import BackMsg

from screens import door
from screens.door import MEDIA, Visit

LOOK_EVERY_S = 2.0
"""How long an idle open page of an ended session stays connected; any word from it is refused at once."""
HEARD = {"rerun_script", "stop_script", "app_heartbeat", "file_urls_request", "backend_operation_request"}
HEARD_OPERATIONS = {"deferred_file", "dataframe_chunk"}
_FILE = re.compile(rb"/media/[\w.-]+")
FILES_KEPT = 50_000

Look = Callable[..., Awaitable[Any]]


class OpenSockets:
    """Passes on what may be said, both ways, and remembers which log-in was told of which file."""

    def __init__(self, app: ASGIApp, look: Look) -> None:
        self._app = app
        self._look = look
        self.files = FilesTold()

    async def __call__(self, visit: Visit, scope: Scope, receive: Receive, send: Send) -> None:
        """One WebSocket, from its handshake until one side or the session ends."""
        if not (visit.host_is_ours and visit.origin_is_ours and await self._look(door.enters, visit)):
            await receive()
            await send({"type": "websocket.close", "code": 1008})
            return
        over = asyncio.Event()

        async def heard() -> Message:
            while True:
                message = await _first_of(receive, over)
                if message is None or (message["type"] == "websocket.receive" and not await self._look(door.enters, visit, True)):
                    over.set()
                    with suppress(Exception):  # the browser may have gone already
                        await send({"type": "websocket.close", "code": 1008})
                    return {"type": "websocket.disconnect", "code": 1008}
                if message["type"] != "websocket.receive" or may_be_said(message.get("bytes") or b""):
                    return message

        async def told(message: Message) -> None:
            if over.is_set():
                return
            if message["type"] == "websocket.send":
                self.files.tell(visit.token, message.get("bytes") or b"")
            await send(message)

        watch = asyncio.create_task(self._watch(visit, over))
        try:
            await self._app(scope, heard, told)
        finally:
            watch.cancel()

    async def _watch(self, visit: Visit, over: asyncio.Event) -> None:
        while not over.is_set():
            await asyncio.sleep(LOOK_EVERY_S)
            if not await self._look(door.enters, visit):
                over.set()


class FilesTold:
    """Which files each log-in was told of. Streamlit hands any of them to whoever knows its address, which may stand in the history
    of a browser that several people use; here only the log-in that was told gets it, and none after its end."""

    def __init__(self) -> None:
        self._told: OrderedDict[tuple[str, str], None] = OrderedDict()

    def tell(self, whose: str, message: bytes) -> None:
        """Remember the files whose addresses stand in a message to a page of that log-in."""
        for path in files_in(message):
            self._told[whose, path] = None
            self._told.move_to_end((whose, path))
        while len(self._told) > FILES_KEPT:
            self._told.popitem(last=False)

    def knows(self, whose: str, path: str) -> bool:
        """Whether that log-in may have what lies at an address; yes for whatever is no file of that kind."""
        return not path.startswith(MEDIA) or (whose, path) in self._told


def files_in(message: bytes) -> list[str]:
    """Addresses of files in a message of Streamlit's. Before such a text stands its length, and right behind it the next field, whose
    first byte may be a letter."""
    found, start = [], message.find(MEDIA.encode())
    while start > 0:
        text = message[start : start + message[start - 1]]
        if _FILE.fullmatch(text):
            found.append(text.decode())
        start = message.find(MEDIA.encode(), start + 1)
    return found


def may_be_said(message: bytes) -> bool:
    """Whether a page of this app says such things."""
    said = BackMsg()
    try:
        said.ParseFromString(message)
    except DecodeError:
        return False
    kind = said.WhichOneof("type")
    if kind == "backend_operation_request":
        return said.backend_operation_request.WhichOneof("payload") in HEARD_OPERATIONS
    return kind in HEARD


async def _first_of(receive: Receive, over: asyncio.Event) -> Message | None:
    """The next message, or None as soon as it is over."""
    next_one, end = asyncio.ensure_future(receive()), asyncio.ensure_future(over.wait())
    try:
        await asyncio.wait((next_one, end), return_when=asyncio.FIRST_COMPLETED)
    finally:
        end.cancel()
        if not next_one.done() or over.is_set():
            next_one.cancel()
    return None if over.is_set() else next_one.result()
