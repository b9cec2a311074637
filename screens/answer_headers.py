"""What the gate adds to every answer: which content may load where, and the mark of a browser that came in by the open door."""

import secrets
from urllib.parse import urlsplit

from starlette.responses import Response
from starlette.types import Message, Scope, Send

from screens.door import HERE, MEDIA, Visit
from screens.served import served


def own_policy(nonce: str) -> str:
    return (
        f"default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; img-src 'self'; form-action 'self'; "
        "frame-ancestors 'none'; base-uri 'none'"
    )


def policy(host: str) -> str:
    """The content policy of the app's pages: nothing from elsewhere but the tiles that the settings name.

    Streamlit's own page needs inline scripts and styles, and the map is made by a script text, so these can't be forbidden.
    """
    tiles = urlsplit(str(getattr(served().settings, "tiles_url", "")).replace("{s}", "*"))
    outside = f" {tiles.scheme}://{tiles.netloc}" if tiles.netloc else ""
    return (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval' blob:; style-src 'self' 'unsafe-inline'; "
        f"img-src 'self' data: blob:{outside}; font-src 'self' data:; connect-src 'self' ws://{host} wss://{host}{outside}; "
        "worker-src 'self' blob:; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )


def known_again(visit: Visit, send: Send) -> Send:
    """At the open demo each browser gets a mark of its own, so that the one that makes a town there is known again."""
    if visit.cookies.get(HERE) or visit.token or not visit.from_this_machine:
        return send

    async def sent(message: Message) -> None:
        html = message["type"] == "http.response.start" and any(
            name.lower() == b"content-type" and value.startswith(b"text/html") for name, value in message["headers"]
        )
        if html:
            mark = Response()
            mark.set_cookie(HERE, secrets.token_urlsafe(24), httponly=True, samesite="strict", path="/")
            message = {**message, "headers": [*message["headers"], *((n, v) for n, v in mark.raw_headers if n == b"set-cookie")]}
        await send(message)

    return sent


def with_headers(scope: Scope, send: Send, secure: bool) -> Send:
    """Every answer says: show me in no frame, guess no type, tell nobody where you came from. Under TLS no cookie travels without it,
    not even Streamlit's own."""
    host = _host(scope)

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            there = {name.lower() for name, _ in message["headers"]}
            ours = {
                b"x-frame-options": b"DENY",
                b"x-content-type-options": b"nosniff",
                b"referrer-policy": b"same-origin",
                b"cross-origin-opener-policy": b"same-origin",
                b"cross-origin-resource-policy": b"same-origin",
                b"content-security-policy": policy(host if host.isascii() and host.isprintable() else "").encode(),
            }
            if scope["path"].startswith(MEDIA):  # a sheet or table that was taken stays in no browser's cache
                ours[b"cache-control"] = b"no-store"
            told = [(n, _secured(v) if secure and n.lower() == b"set-cookie" else v) for n, v in message["headers"]]
            message = {**message, "headers": [*told, *((n, v) for n, v in ours.items() if n not in there)]}
        await send(message)

    return sent


def _secured(cookie: bytes) -> bytes:
    return cookie if b"; secure" in cookie.lower() else cookie + b"; Secure"


def _host(scope: Scope) -> str:
    """The host that was asked for; the last one where the header comes twice."""
    named = [value.decode("latin-1") for name, value in scope["headers"] if name.lower() == b"host"]
    return named[-1] if named else ""
