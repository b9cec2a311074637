"""Who stands at the door: what a request or a session's handshake says of itself, and whether it enters. No pages, no ASGI."""

import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from actions.permissions import may
from actions.sign_in import SignedIn, needs_accounts, who_is
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from screens.kept_results import workspace
from screens.served import served
from screens.wording import log_in as words

COOKIE, COOKIE_TLS = "jingge", "__Host-jingge"
"""Under TLS the name itself keeps other hosts of the domain from setting it."""
HERE = "jingge-here"
"""What a browser that came in by the open door is known by, should it make a town of its own there."""
MEDIA = "/media/"
"""Where Streamlit hands out the pictures and files that a page shows or offers."""
PEER, TLS = "x-jingge-peer", "x-jingge-tls"
"""Headers by which the gate tells scripts what the connection itself was."""
LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")
UPLOADING = ("import_layer", "make_workspace")
"""The actions whose screens have a field for a file."""
FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")


@dataclass(frozen=True)
class Visit:
    """One request: its headers in lower case, the address it came from, and whether it came over TLS."""

    headers: Mapping[str, str]
    cookies: Mapping[str, str]
    peer: str
    tls: bool = False

    @property
    def by_proxy(self) -> bool:
        """Whether the proxy that the settings name sent it."""
        return bool(served().settings.proxy) and self.peer == served().settings.proxy

    @property
    def address(self) -> str:
        """Where it came from: the last address that the proxy adds, since all before it is the visitor's own word."""
        told = self.headers.get("x-forwarded-for", "").rpartition(",")[2].strip()
        return told if self.by_proxy and _is_address(told) else self.peer

    @property
    def secure(self) -> bool:
        """Whether the browser's side of the way is encrypted."""
        return self.tls or (self.by_proxy and self.headers.get("x-forwarded-proto", "") == "https")

    @property
    def token(self) -> str:
        """The session's token, from the cookie that fits the way it came."""
        return self.cookies.get(COOKIE_TLS if self.secure else COOKIE, "")

    @property
    def host_is_ours(self) -> bool:
        """Whether it asks for this app by a name it has; on a loopback address no foreign name can be made to lead here."""
        named = tuple(name.strip().lower() for name in served().settings.hosts.split(",") if name.strip())
        host = _host_name(self.headers.get("host", ""))
        if host is None:
            return False
        return (
            host in named
            or (is_loopback(served().settings.address) and host in LOOPBACK_NAMES)
            or not (named or is_loopback(served().settings.address))
        )

    @property
    def origin_is_ours(self) -> bool:
        """Whether the page that sent it, if it says which, is one of this app."""
        origin = self.headers.get("origin")
        return origin is None or urlsplit(origin).netloc.lower() == self.headers.get("host", "").lower()

    @property
    def from_this_machine(self) -> bool:
        """Whether a browser on this machine asks directly: no proxy between, which would lend strangers its own address."""
        asked = _host_name(self.headers.get("host", ""))
        return (
            is_loopback(served().settings.address)
            and is_loopback(self.peer)
            and asked in LOOPBACK_NAMES
            and not any(name in self.headers for name in FORWARDED)
        )


def cookies_in(header: str) -> dict[str, str]:
    """The cookies of a Cookie header."""
    pairs = (part.strip().partition("=") for part in header.split(";"))
    return {name: value for name, _, value in pairs if name}


def visit_of_script(headers: Mapping[str, str]) -> Visit:
    """The visit that a running script belongs to, by its session's handshake; one that did not pass the gate comes from nowhere."""
    lower = {name.lower(): value for name, value in headers.items()}
    return Visit(lower, cookies_in(lower.get("cookie", "")), lower.get(PEER, ""), bool(lower.get(TLS)))


def is_loopback(address: str) -> bool:
    """Whether an address leads to this machine alone."""
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


def open_demo(visit: Visit) -> bool:
    """Whether this visit enters without an account: from this machine, where the demo or no workspace at all is served."""
    if not visit.from_this_machine:
        return False
    try:
        return not needs_accounts(workspace())
    except Refusal:
        return True  # there is nothing to see but the reason, and the form for a new town


_makers: dict[str, str] = {}
"""Workspace -> the browser that made it through the open door, as long as this process runs."""


def made_here(visit: Visit, location: str) -> None:
    """Remember the browser that just made a workspace through the open door: it may make the first administrator there."""
    if visit.from_this_machine and visit.cookies.get(HERE):
        _makers[location] = visit.cookies[HERE]


def made_since_start() -> bool:
    """Whether the workspace that is served now was made in this process, so that its next start must be told of it."""
    return served().settings.workspace in _makers


def is_maker(visit: Visit) -> bool:
    """Whether this browser, on this machine, made the workspace that is served now."""
    kept = _makers.get(served().settings.workspace)
    return kept is not None and visit.from_this_machine and hmac.compare_digest(kept, visit.cookies.get(HERE, ""))


def visitor(visit: Visit, used: bool = False) -> SignedIn | None:
    """Whose open session the visit carries, if any. Refused: the workspace can't be opened."""
    return who_is(workspace(), visit.token, idle_s(), used=used) if visit.token else None


def enters(visit: Visit, used: bool = False) -> bool:
    """Whether the visit may go on to the app."""
    if open_demo(visit):
        return True
    try:
        who = visitor(visit, used)
    except Refusal:
        return False
    return who is not None and not who.user.must_change


def may_upload(visit: Visit) -> bool:
    """Whether any role of the visitor has a screen with a field for a file: what is uploaded lies in the server's memory."""
    if open_demo(visit):
        return True
    who = visitor(visit)
    return who is not None and any(may(action, role) for role in who.roles() for action in UPLOADING)


def idle_s() -> int:
    """Seconds of no use after which a session ends."""
    return served().settings.session_idle_min * 60


class NotSignedIn(Refusal):
    """Nobody is signed in (any more); a page loaded anew shows how to."""


def not_signed_in(visit: Visit | None = None) -> NotSignedIn:
    """What a script says whose session has ended, or whose open door has closed because it made a town of its own."""
    if visit is not None and is_maker(visit):
        return NotSignedIn(words.TOWN_NEEDS_ACCOUNT, words.RELOAD_FIRST)
    return NotSignedIn(
        Text("您尚未登录，或登录已结束。", "You are not logged in, or your login has ended."),
        Text("请重新载入本页并登录。", "Reload this page and log in."),
    )


def _host_name(host: str) -> str | None:
    try:
        parts = urlsplit(f"//{host}")
        name, _ = parts.hostname, parts.port
    except ValueError:
        return None
    return None if parts.path or parts.username or name is None else name.rstrip(".")


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
