"""An officer's own area as one light page for a phone: everything in one answer, readable without a connection afterwards.

Streamlit's own scripts take far longer than three seconds at 1 Mbit/s; this page is some tens of kilobytes. It lies behind the
gate like every route, and every action checks the caller again.
"""

import gzip
import secrets
from datetime import datetime
from pathlib import Path
from typing import cast
from urllib.parse import parse_qsl, urlencode

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from actions import area_news, area_sketch, duties, handover, my_area
from actions.caller import Caller
from actions.permissions import RoleKey
from actions.sign_in import caller_of, demo_caller
from layers.definition.refusal import Refusal
from layers.definition.text import Language
from screens.door import not_signed_in, open_demo, visit_of_script, visitor
from screens.kept_results import workspace
from screens.phone_area.handover_page import handover_page
from screens.phone_area.page import AreaPage, choice_page, page_of, refusal_page
from screens.served import served

HERE = Path(__file__).parent
ADDRESS, HANDOVER, WORKER = "/mine", "/mine/handover", "/offline.js"
"""The worker lies at the top, so that it also hears of a log-out anywhere in the app and drops what it keeps."""
FORM_BYTES = 2_000


def phone_routes() -> list[BaseRoute]:
    """The page, the ticks it sends, and the worker that keeps its last view; for the app's table of routes, behind the gate."""
    return [
        Route(ADDRESS, _show, methods=["GET"]),
        Route(ADDRESS, _tick, methods=["POST"]),
        Route(HANDOVER, _handover, methods=["GET"]),
        Route(WORKER, _worker, methods=["GET"]),
    ]


def start_address(caller: Caller) -> str | None:
    """Where somebody who is on the staff list lands after logging in: the own area; None for all others."""
    return ADDRESS if caller.role == "officer" and caller.staff_code is not None else None


def _show(request: Request) -> Response:
    lang = _language(request)
    try:
        who = _caller(request)
        officer = request.query_params.get("officer") or who.staff_code
        if officer is None:
            return _answer(request, lambda nonce: choice_page(my_area.officers(who), lang, nonce))
        shown = _page(who, officer, lang, request.query_params.get("said", ""))
    except Refusal as refusal:
        return _refused(request, refusal)
    return _answer(request, lambda nonce: page_of(shown, nonce))


async def _tick(request: Request) -> Response:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > FORM_BYTES:
            return PlainTextResponse("Too long.", 413)
    given = dict(parse_qsl(body.decode("utf-8", "replace")))
    return await run_in_threadpool(_take, request, given)


def _take(request: Request, given: dict[str, str]) -> Response:
    try:
        officer = given.get("officer", "")
        who = _caller(request, officer)
        if given.get("undo"):
            duties.undo_last_duty(who, officer)
            said = "undone"
        else:
            layer, _, code = given.get("place", "").partition("/")
            count = given.get("count", "1")
            duties.record_duty(who, officer, given.get("kind", ""), layer, code, int(count) if count.isdecimal() and len(count) < 6 else 0)
            said = "saved"
    except Refusal as refusal:
        return _refused(request, refusal)
    query = urlencode({"officer": officer, "lang": _language(request), "said": said})
    return RedirectResponse(f"{ADDRESS}?{query}#duties", 303)


def _handover(request: Request) -> Response:
    lang = _language(request)
    try:
        who = _caller(request)
        found = handover.handover_list(who, request.query_params.get("officer") or who.staff_code or "")
    except Refusal as refusal:
        return _refused(request, refusal)
    return _answer(request, lambda nonce: handover_page(found, who.user, lang, nonce))


def _worker(request: Request) -> Response:
    headers = {"Cache-Control": "no-cache", "X-Content-Type-Options": "nosniff"}
    return Response((HERE / "offline.js").read_bytes(), media_type="text/javascript", headers=headers)


def _page(who: Caller, officer: str, lang: Language, said: str) -> AreaPage:
    area = my_area.area_of(who, officer)
    mine = my_area.officers(who) if who.scope is not None else {}
    others = {code: name for code, name in mine.items() if code != area.officer}
    if not area.cells:
        return AreaPage(area, None, (), None, None, lang, datetime.now(), said, who.may("record_duty"), others)
    return AreaPage(
        area,
        duties.duty_list(who, area),
        area_news.periods(who, area),
        area_news.changes(who, area),
        area_sketch.area_sketch(who, area),
        lang,
        datetime.now(),
        said,
        who.may("record_duty"),
        others,
    )


def _caller(request: Request, asked: str | None = None) -> Caller:
    """Who asks. An officer acts as one, whatever other roles the account has; at the demo, the first officer who leads a beat.

    Refused: nobody is signed in.
    """
    place, visit = workspace(), visit_of_script(request.headers)
    asked = asked or request.query_params.get("officer")
    if open_demo(visit):
        officer = demo_caller(place, "officer")
        own = officer.staff_code is not None and asked in (None, officer.staff_code)
        return officer if own else demo_caller(place, cast(RoleKey, served().settings.role))
    who = visitor(visit, used=True)
    if who is None:
        raise not_signed_in()
    return caller_of(place, who, "officer")


def _language(request: Request) -> Language:
    return "en" if (request.query_params.get("lang") or served().settings.language) == "en" else "zh"


def _refused(request: Request, refusal: Refusal) -> Response:
    lang = _language(request)
    return _answer(request, lambda nonce: refusal_page(refusal, lang, ADDRESS, nonce), 403)


def _answer(request: Request, make, status: int = 200) -> Response:  # type: ignore[no-untyped-def]
    """The page of a nonce, packed where the browser takes that. Kept by no cache but the worker's, which drops it at log-out."""
    nonce = secrets.token_urlsafe(16)
    content = make(nonce).encode()
    headers = {
        "Cache-Control": "no-store",
        "Vary": "Accept-Encoding",
        "Referrer-Policy": "same-origin",
        "Content-Security-Policy": (
            f"default-src 'none'; img-src data:; style-src 'self' 'nonce-{nonce}'; font-src 'self'; script-src 'nonce-{nonce}';"
            " worker-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
        ),
        "Permissions-Policy": "geolocation=(self)",
    }
    if "gzip" in request.headers.get("accept-encoding", ""):
        content, headers["Content-Encoding"] = gzip.compress(content, 6), "gzip"
    return HTMLResponse(content, status, headers)
