"""The gate before every route: who is not signed in gets the log-in page, and nothing else, from any address of the app.

ASGI middleware around pages, WebSocket, static files, components, tiles, font, uploads, media and health alike. What a session
may do is checked again inside every action.
"""

import asyncio
import hmac
import os
import secrets
import sys
import threading
import time
from base64 import b32encode
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from actions import sign_in
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from screens import door, openid
from screens.answer_headers import known_again, own_policy, with_headers
from screens.door import COOKIE, COOKIE_TLS, PEER, TLS, Visit, cookies_in
from screens.kept_results import workspace
from screens.landing import START, in_language, landing, language_in, on_a_telephone
from screens.log_in_page import Form, page_of
from screens.open_sockets import OpenSockets
from screens.served import own_address, served
from screens.wording import log_in as words

if TYPE_CHECKING:
    from actions.openid_provider import OpenIdProvider

PATHS = ("/signin", "/signout", "/password", "/second-factor", "/first", *openid.PATHS)
FORM_COOKIE = "jingge-form"
UPLOADS = "/_stcore/upload_file/"
FORM_BYTES = 4_000
AT_ONCE, AT_ONCE_BY_ADDRESS = 64, 2
"""Attempts to log in that may wait for one of two threads: a password takes 64 MiB and a tenth of a second of a core. So a
dozen addresses that guess fill the queue with their two each, and whoever comes from another still waits in it and gets in. An
address from which somebody got in since the start waits in a queue of its own, which strangers can't fill."""
LESS_URGENT = 10
"""Nice value of the threads that hash, where a thread may have one: pages that people work with go first."""
FIRST_LINK_S = 3600


class Gate:
    """Wraps an ASGI app; see the module."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._key = secrets.token_bytes(32)
        self._hashing = ThreadPoolExecutor(2, thread_name_prefix="log-in", initializer=_give_way)
        self._hashing_known = ThreadPoolExecutor(1, thread_name_prefix="log-in-known", initializer=_give_way)
        self._asking = ThreadPoolExecutor(4, thread_name_prefix="openid")  # so that a slow provider keeps no password waiting
        self._openid = openid.OpenIdDoor()
        self._looking = ThreadPoolExecutor(4, thread_name_prefix="gate")
        self._sockets = OpenSockets(app, self._look)
        self._busy: Counter[str] = Counter()
        self._known: set[str] = set()
        self._first: tuple[str, float] | None = None
        self._first_of = ""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One connection: let in, answered with a page of the gate's own, or refused."""
        if scope["type"] == "lifespan":
            await self._app(scope, receive, self._on_start(send))
            return
        visit = visit_of(scope)
        if scope["type"] == "websocket":
            await self._sockets(visit, _marked(scope, visit), receive, send)
        else:
            await self._request(scope, receive, with_headers(scope, send, visit.secure), visit)

    def _on_start(self, send: Send) -> Send:
        """As soon as the app has started, say how the first administrator is made where there is none and one is needed."""

        async def sent(message: Message) -> None:
            await send(message)
            if message["type"] == "lifespan.startup.complete":
                with suppress(Refusal):
                    if sign_in.needs_accounts(workspace()) and not sign_in.has_administrator(workspace()):
                        self.tell_first_link()

        return sent

    async def _request(self, scope: Scope, receive: Receive, send: Send, visit: Visit) -> None:
        path = scope["path"]
        if not visit.host_is_ours or (scope["method"] not in ("GET", "HEAD") and not visit.origin_is_ours):
            answer: Response = PlainTextResponse("Host or origin not allowed.", 400 if not visit.host_is_ours else 403)
        elif path in PATHS:
            answer = await self._own_page(Request(scope, receive), visit, path)
        elif not await self._look(door.enters, visit, True):
            answer = await self._turned_away(visit, scope)
        elif not self._sockets.files.knows(visit.token, path):
            answer = PlainTextResponse("File not found", 404)
        elif path.startswith(UPLOADS) and not await self._look(door.may_upload, visit):
            answer = PlainTextResponse("None of your roles uploads files.", 403)
        elif path == START and (light := await self._look(on_a_telephone, visit, path, scope["query_string"].decode("latin-1"))):
            answer = RedirectResponse(light, 303)
        else:
            await self._app(_marked(scope, visit), receive, known_again(visit, send))
            return
        await answer(scope, receive, send)

    async def _turned_away(self, visit: Visit, scope: Scope) -> Response:
        """The log-in page for a person's browser; a bare refusal for everything that a page asks for."""
        if scope["method"] != "GET" or visit.headers.get("sec-fetch-dest", "document") != "document":
            return PlainTextResponse("Log in first.", 401)
        if visit.headers.get("sec-fetch-site") == "cross-site" and not visit.token:
            # a link from elsewhere comes without the strict cookie; asked for again by ourselves, it brings the cookie along
            return HTMLResponse('<!doctype html><meta http-equiv="refresh" content="0"><title>…</title>', 200)
        first = await self._look(self._may_be_first, visit)
        return await self._form("first" if first else "signin", visit, _here(scope), status=401)

    def _may_be_first(self, visit: Visit) -> bool:
        """Whether this browser made the workspace just now and nobody has an account in it."""
        with suppress(Refusal):
            return door.is_maker(visit) and not sign_in.has_administrator(workspace())
        return False

    async def _own_page(self, request: Request, visit: Visit, path: str) -> Response:
        form = path.strip("/")
        if path == openid.BACK:
            return await self._back(request, visit)
        if request.method in ("GET", "HEAD"):
            asked = request.query_params
            return await self._form(form, visit, in_language(_local(asked.get("next", "")), asked.get("lang", "")))
        if request.method != "POST":
            return PlainTextResponse("", 405)
        given = await _fields(request)
        if given is None or not self._is_our_form(visit, given.get("form", "")):
            return await self._form(form, visit, "/", words.FORM_OLD, status=403)
        return await self._taken(visit, form, given.get("next", ""), self._take, form, visit, given)

    async def _back(self, request: Request, visit: Visit) -> Response:
        """Whoever comes back from the organisation's provider: in, or told why not."""
        if request.method != "GET":
            return PlainTextResponse("", 405)
        answer = await self._taken(visit, "openid", "", self._take_back, visit, dict(request.query_params))
        return openid.without_flow(answer, visit)

    async def _taken(self, visit: Visit, form: str, target: str, take: Callable[..., Response], *given: object) -> Response:
        """What an attempt leads to, as one of the few that may wait at a time."""
        near = sign_in.network_of(visit.address)
        known = near in self._known
        if self._busy[near] >= AT_ONCE_BY_ADDRESS or (not known and self._busy.total() >= AT_ONCE):
            return await self._form(form, visit, target, words.BUSY, status=429)
        self._busy[near] += 1
        try:
            threads = self._asking if form in ("openid", "signout") else self._hashing_known if known else self._hashing
            return await asyncio.get_running_loop().run_in_executor(threads, take, *given)
        except sign_in.Wait as wait:
            answer = await self._form(form, visit, target, wait.message, status=429)
            answer.headers["Retry-After"] = str(wait.wait_s)
            return answer
        except Refusal as refusal:
            return await self._form(form, visit, target, refusal.text if form == "openid" else refusal.message, status=403)
        finally:
            self._busy[near] -= 1
            self._busy += Counter()  # forgets addresses that wait for nothing

    def _only_here(self, who: sign_in.SignedIn) -> None:
        if served().settings.one_login == "yes":
            sign_in.end_other_sessions(workspace(), who)

    def _take_back(self, visit: Visit, told: dict[str, str]) -> Response:
        token, target, who = self._openid.come_back(self._provider(), visit, told)
        self._only_here(who)
        return _with_cookie(openid.leading_to(_local(target)), visit, token, served().settings.session_hours * 3600)

    def _provider(self) -> "OpenIdProvider":
        provider = self._openid.provider()
        if provider is None:
            raise Refusal(words.OPENID_OFF)
        return provider

    def _take(self, form: str, visit: Visit, given: dict[str, str]) -> Response:
        """What a form asks for. Refused: whatever the action refuses."""
        place, agent = workspace(), visit.headers.get("user-agent", "")
        lasts_s = served().settings.session_hours * 3600
        if form == "first":
            self._must_be_first(visit, given.get("key", ""))
            _must_be_same(given)
            sign_in.make_first_administrator(place, given.get("name", ""), given.get("new", ""), visit.address)
            self._first = None
        if form in ("signin", "first"):
            password = given.get("password" if form == "signin" else "new", "")
            days, name, code = served().settings.password_days, given.get("name", ""), given.get("code", "")
            token, who = sign_in.sign_in(place, name, password, code, visit.address, agent, lasts_s, password_days=days)
            self._only_here(who)
            sign_in.sign_out(place, visit.token)  # the id of before, if any, is never taken over
            self._known.add(sign_in.network_of(visit.address))
            target = landing(who, _local(given.get("next", "")))
            target = f"/password?{urlencode({'next': target})}" if who.user.must_change else target
            return _with_cookie(RedirectResponse(target, 303), visit, token, lasts_s)
        if form == "openid":
            return self._openid.set_out(self._provider(), visit, _local(given.get("next", "")))
        who_now = door.visitor(visit, used=True)
        if form == "signout":
            sign_in.sign_out(place, visit.token)
            answer = self._openid.leave(self._openid.provider(), who_now)
            answer.headers["Clear-Site-Data"] = '"storage"'  # what the screens kept in this browser is nobody else's business
            return _with_cookie(answer, visit, "", 0)
        if who_now is None:
            raise door.not_signed_in()
        if who_now.user.issuer is not None:
            raise Refusal(words.OPENID_ELSEWHERE)
        if form == "password":
            _must_be_same(given)
            sign_in.change_password(place, who_now, given.get("password", ""), given.get("new", ""))
        else:
            sign_in.change_second_factor(place, who_now, None if given.get("off") else given.get("secret"), given.get("code", ""))
        return RedirectResponse(landing(who_now, _local(given.get("next", ""))), 303)

    async def _form(self, name: str, visit: Visit, target: str, wrong: Text | None = None, status: int = 200) -> Response:
        """One of the gate's own pages, with a mark that only the browser it was sent to can give back."""
        nonce, seed = secrets.token_urlsafe(16), visit.cookies.get(FORM_COOKIE) or secrets.token_urlsafe(24)
        preferred = "en" if visit.headers.get("accept-language", "zh").lower().startswith("en") else served().settings.language
        language = language_in(_local(target)) or preferred
        # a guess that failed is told so without another look into the workspace, which those who work in it are waiting for
        guessed = name == "signin" and wrong is not None and not visit.token
        told, who = (None, None) if guessed else await self._look(self._state, visit)
        must_change = who is not None and who.user.must_change and name != "signout"
        shown = Form(
            name="password" if must_change else name if name == "first" or (who is not None and name != "openid") else "signin",
            mark=self._mark(seed),
            target=_local(target),
            nonce=nonce,
            language="en" if language == "en" else "zh",
            wrong=wrong,
            note=told,
            user=who.user.display_name if who is not None else "",
            second_factor=self._pending_factor(seed) if name == "second-factor" and who is not None else "",
            factor_on=name == "second-factor" and who is not None and await self._look(sign_in.has_second_factor, workspace(), who),
            plain=not visit.secure and not visit.from_this_machine,
            must_change=must_change,
            organisation=self._openid.provider() is not None,
        )
        answer = HTMLResponse(page_of(shown), status, {"Cache-Control": "no-store", "Content-Security-Policy": own_policy(nonce)})
        answer.set_cookie(FORM_COOKIE, seed, httponly=True, samesite="strict", secure=visit.secure, path="/")
        return answer

    def _state(self, visit: Visit) -> tuple[Text | None, sign_in.SignedIn | None]:
        """What the page must say of the workspace, and who is signed in already."""
        try:
            if sign_in.has_administrator(workspace()):
                return None, door.visitor(visit)
            if door.is_maker(visit):
                return words.MADE_HERE, None
            self.tell_first_link()
            return words.NO_ACCOUNTS, None
        except Refusal as refusal:
            return refusal.message, None

    def tell_first_link(self) -> None:
        """Print the link by which the first administrator is made, unless one that still counts was printed for this workspace."""
        where = served().settings.workspace
        if self._first is None or self._first[1] < time.monotonic() or self._first_of != where:
            self._first, self._first_of = (secrets.token_urlsafe(24), time.monotonic() + FIRST_LINK_S), where
            link = f"{own_address(served().settings)}/first#key={self._first[0]}"
            sys.stdout.write(f"==> {words.FIRST_LINK.zh}\n==> {words.FIRST_LINK.en}\n==> {link}\n")
            sys.stdout.flush()

    def _must_be_first(self, visit: Visit, key: str) -> None:
        if self._may_be_first(visit):
            return
        kept = self._first
        right = kept is not None and kept[1] >= time.monotonic() and self._first_of == served().settings.workspace
        if not (right and kept is not None and hmac.compare_digest(kept[0], key)):
            raise Refusal(words.FIRST_OLD, words.FIRST_AGAIN)

    def _pending_factor(self, seed: str) -> str:
        """The key offered to a browser: the same again after a mistyped code, when it stands in the telephone already."""
        return b32encode(hmac.new(self._key, f"second factor {seed}".encode(), "sha1").digest()).decode()

    def _mark(self, seed: str) -> str:
        return hmac.new(self._key, seed.encode(), "sha256").hexdigest()

    def _is_our_form(self, visit: Visit, mark: str) -> bool:
        seed = visit.cookies.get(FORM_COOKIE, "")
        return bool(seed) and hmac.compare_digest(self._mark(seed), mark)

    async def _look(self, function: Callable[..., Any], *given: object) -> Any:
        return await asyncio.get_running_loop().run_in_executor(self._looking, function, *given)


def visit_of(scope: Scope) -> Visit:
    """What an ASGI connection says of itself. A header that comes twice counts as its last, cookies as one line."""
    headers: dict[str, str] = {}
    for name, value in scope["headers"]:
        key, text = name.decode("latin-1").lower(), value.decode("latin-1")
        joined = {"cookie": "; ", "x-forwarded-for": ", "}.get(key)
        headers[key] = f"{headers[key]}{joined}{text}" if joined and key in headers else text
    client = scope.get("client")
    return Visit(headers, cookies_in(headers.get("cookie", "")), client[0] if client else "", scope["scheme"] in ("https", "wss"))


def _marked(scope: Scope, visit: Visit) -> Scope:
    """The connection with the gate's own word on where it came from, which scripts read; a visitor's imitation is dropped."""
    ours = {PEER.encode(): visit.peer.encode(), TLS.encode(): b"1" if visit.tls else b""}
    return {**scope, "headers": [*((n, v) for n, v in scope["headers"] if n.lower() not in ours), *ours.items()]}


async def _fields(request: Request) -> dict[str, str] | None:
    """The fields of a posted form; None for one that is too long or no form."""
    if not request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return None
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > FORM_BYTES:
            return None
    return dict(parse_qsl(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=20))


def _give_way() -> None:
    """This thread, and those that hash for it, let others go first."""
    with suppress(AttributeError, OSError):  # only Linux gives a thread a priority of its own
        os.setpriority(os.PRIO_PROCESS, threading.get_native_id(), LESS_URGENT)


def _must_be_same(given: dict[str, str]) -> None:
    if given.get("new", "") != given.get("again", ""):
        raise Refusal(words.NOT_SAME)


def _local(target: str) -> str:
    """A way within this app; the start for whatever would lead elsewhere or break a header."""
    if not (target.isascii() and target.isprintable()) or "\\" in target or not target.startswith("/") or target.startswith("//"):
        return "/"
    return "/" if urlsplit(target).path in PATHS else target


def _here(scope: Scope) -> str:
    query = scope["query_string"].decode("latin-1")
    return f"{scope['path']}?{query}" if query else str(scope["path"])


def _with_cookie(answer: Response, visit: Visit, token: str, lasts_s: int) -> Response:
    name = COOKIE_TLS if visit.secure else COOKIE
    answer.set_cookie(name, token, max_age=lasts_s, path="/", httponly=True, samesite="strict", secure=visit.secure)
    return answer
