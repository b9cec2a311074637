"""The way in by the organisation's own provider: the browser is sent there, comes back, and gets a session of ours; and the way out.

st.login is not used: it is called by a script, so a stranger would need the WebSocket open to sign in, and its own cookie lasts
30 days, is not Secure, opens after log-out and does not heed the id_token's end. Here no cookie carries who somebody is.
"""

import hmac
import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from html import escape
from typing import TYPE_CHECKING

from itsdangerous import BadSignature, URLSafeTimedSerializer
from starlette.responses import HTMLResponse, RedirectResponse, Response

from actions import sign_in, sign_in_openid
from actions.openid_claims import Claims, Denied
from actions.openid_settings import BACK, Provider, provider_of
from screens.door import Visit
from screens.kept_results import workspace
from screens.served import ScreenSettings, served
from screens.wording import log_in as words

if TYPE_CHECKING:
    from actions.openid_provider import OpenIdProvider

OUT = "/openid"
PATHS = (OUT, BACK)
COOKIE, COOKIE_TLS = "jingge-openid", "__Host-jingge-openid"
LASTS_S = 600
"""Time to give name and password at the provider."""
USED_KEPT = 10_000


class OpenIdDoor:
    """Sends browsers to the provider and takes them back. Nothing is kept of one that is on its way, so nobody can fill it up.

    The way out puts a signed random seed into a cookie; state, nonce and PKCE verifier follow from it by a key that this process
    alone has. So an answer fits the browser that asked, once, and within ten minutes.
    """

    def __init__(self) -> None:
        self._key = secrets.token_bytes(32)
        self._signed = URLSafeTimedSerializer(self._key, salt="openid")
        self._used: OrderedDict[str, None] = OrderedDict()
        self._lock = threading.Lock()
        self._made: tuple[ScreenSettings, OpenIdProvider | None] | None = None

    def provider(self) -> "OpenIdProvider | None":
        """The provider that the settings name, if they do."""
        settings = served().settings
        if self._made is None or self._made[0] != settings:
            named = provider_of(settings)
            self._made = settings, None if named is None else _provider_named(named)
        return self._made[1]

    def set_out(self, provider: "OpenIdProvider", visit: Visit, target: str) -> Response:
        """Off to the provider, to come back for `target`. A session of before ends here. Refused: the provider does not answer."""
        seed = secrets.token_urlsafe(24)
        url = provider.address_to_sign_in(*(self._derived(seed, what) for what in ("state", "nonce", "verifier")))
        sign_in.sign_out(workspace(), visit.token)
        return _with_flow(leading_to(url), visit, self._signed.dumps([seed, target]))

    def come_back(self, provider: "OpenIdProvider", visit: Visit, told: Mapping[str, str]) -> tuple[str, str, sign_in.SignedIn]:
        """Token of a new session, where to go, and who came.

        Refused, and on record where this browser had set out: whatever does not fit.
        """
        place, claims = workspace(), None
        seed, target = self._flow(visit)
        sign_in_openid.must_not_wait(place, visit.address)
        try:
            claims = self._claims(provider, seed, told)
            lasts_s = served().settings.session_hours * 3600
            agent = visit.headers.get("user-agent", "")
            token, who = sign_in_openid.sign_in_openid(place, provider.settings, claims, visit.address, agent, lasts_s)
        except Denied as denied:
            sign_in_openid.note_refused(place, denied, provider.settings, claims, visit.address)
            raise
        return token, target, who

    def leave(self, provider: "OpenIdProvider | None", who: sign_in.SignedIn | None) -> Response:
        """After a session of ours has ended: the provider's own log-out for those who came that way, or the log-in page."""
        ours = provider is not None and who is not None and who.user.issuer == provider.settings.issuer
        url = provider.address_to_sign_out() if provider is not None and ours else None
        return RedirectResponse("/signin", 303) if url is None else leading_to(url)

    def _claims(self, provider: "OpenIdProvider", seed: str, told: Mapping[str, str]) -> Claims:
        if not hmac.compare_digest(self._derived(seed, "state"), told.get("state", "")) or not self._first_time(seed):
            raise Denied("state", words.OPENID_OLD)
        if not provider.is_issuer(told.get("iss")):
            raise Denied("issuer", words.OPENID_OLD)
        if "code" not in told:
            raise Denied("not_confirmed", words.OPENID_NOT_CONFIRMED)
        return provider.claims(told["code"], self._derived(seed, "verifier"), self._derived(seed, "nonce"))

    def _flow(self, visit: Visit) -> tuple[str, str]:
        """Seed and target of the flow that this browser set out on. Refused, without a line: it set out on none, or long ago."""
        try:
            seed, target = self._signed.loads(visit.cookies.get(_cookie(visit), ""), max_age=LASTS_S)
        except BadSignature as error:
            raise Denied("state", words.OPENID_OLD) from error
        return seed, target

    def _first_time(self, seed: str) -> bool:
        with self._lock:
            if seed in self._used:
                return False
            self._used[seed] = None
            while len(self._used) > USED_KEPT:
                self._used.popitem(last=False)
        return True

    def _derived(self, seed: str, what: str) -> str:
        return hmac.new(self._key, f"{what} {seed}".encode(), "sha256").hexdigest()


def leading_to(target: str) -> Response:
    """A page that leads on at once: a strict cookie set on it comes along, which it does not with a redirect from elsewhere; and
    a form's policy does not forbid it to lead to the provider."""
    head = '<!doctype html><meta name="referrer" content="no-referrer"><title>…</title>'
    page = f'{head}<meta http-equiv="refresh" content="0;url={escape(target)}">'
    return HTMLResponse(page, 200, {"Cache-Control": "no-store", "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'"})


def without_flow(answer: Response, visit: Visit) -> Response:
    """The answer, after which this browser is on no way any more."""
    return _with_flow(answer, visit, "")


def _provider_named(named: Provider) -> "OpenIdProvider":
    from actions.openid_provider import OpenIdProvider  # its libraries take a second to load, which most starts can save

    return OpenIdProvider(named)


def _cookie(visit: Visit) -> str:
    return COOKIE_TLS if visit.secure else COOKIE


def _with_flow(answer: Response, visit: Visit, value: str) -> Response:
    # lax: it must come along when the provider sends the browser back
    lasts_s = LASTS_S if value else 0
    answer.set_cookie(_cookie(visit), value, max_age=lasts_s, path="/", httponly=True, samesite="lax", secure=visit.secure)
    return answer
