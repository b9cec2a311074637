"""The organisation's own OpenID Connect provider: where a person is sent, and who it says they are when they come back.

Code flow with PKCE, state and nonce. Nothing is asked of any address but the issuer's; only what stands in the signed id_token
counts, and no token is kept. Sources: OpenID Connect Core 1.0 and Discovery 1.0, RFC 7636, RFC 9207, RP-Initiated Logout 1.0.
"""

import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urlsplit

from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests.exceptions import RequestException

from actions.openid_claims import Claims, Denied
from actions.openid_settings import Provider
from layers.definition.text import Text

ALGORITHMS = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")
"""Signatures by a key that the provider alone has: none, and HS256 with a secret that we know too, prove nothing."""
CLOCKS_DIFFER_S = 60
TIMEOUT_S = (5, 10)  # to connect, to answer
KNOWN_S = 3600
KEYS_AGAIN_S = 60
"""A key that is not known makes us ask for the keys again, though no oftener than this: a stranger's token must not make us ask."""
_KEY_TYPES = ("RSA", "EC", "OKP")


class OpenIdProvider:
    """One provider, with what it says of itself kept for an hour. For any number of threads."""

    def __init__(self, provider: Provider) -> None:
        self.settings = provider
        self._told: tuple[dict[str, Any], float] | None = None
        self._kept: tuple[KeySet, float] | None = None

    def address_to_sign_in(self, state: str, nonce: str, verifier: str) -> str:
        """Where the browser is sent. Refused: a provider that does not answer, or answers for another."""
        url, _ = self._session().create_authorization_url(
            self._endpoint("authorization_endpoint"), state=state, nonce=nonce, code_verifier=verifier
        )
        return str(url)

    def address_to_sign_out(self) -> str | None:
        """Where the browser is sent to end the session at the provider too; None where it offers no such thing or does not answer."""
        try:
            url = self._endpoint("end_session_endpoint") if "end_session_endpoint" in self._metadata() else None
        except Denied:
            return None
        back = {"client_id": self.settings.client, "post_logout_redirect_uri": f"{self.settings.home}/signin"}
        return f"{url}{'&' if '?' in url else '?'}{urlencode(back)}" if url else None

    def claims(self, code: str, verifier: str, nonce: str) -> Claims:
        """Whom a code stands for. Refused: a code that is wrong or used; an id_token that the provider did not make for us just now."""
        with self._session() as session:
            try:
                answer = session.fetch_token(
                    self._endpoint("token_endpoint"), code=code, code_verifier=verifier, timeout=TIMEOUT_S, allow_redirects=False
                )
            except RequestException as error:
                raise _silent() from error
            except (AuthlibBaseError, ValueError) as error:
                raise Denied("code", Text("统一登录未被确认。", "The sign-in was not confirmed by the provider.")) from error
        return self._checked(answer.get("id_token"), nonce, answer.get("access_token"))

    def is_issuer(self, named: str | None) -> bool:
        """Whether an answer that names its issuer (RFC 9207) comes from this one."""
        return named == self.settings.issuer or (
            named is None and not self._metadata().get("authorization_response_iss_parameter_supported")
        )

    def _checked(self, id_token: object, nonce: str, access_token: object) -> Claims:
        wanted = {
            "iss": {"essential": True, "value": self.settings.issuer},
            "aud": {"essential": True, "value": self.settings.client},
            "sub": {"essential": True},
        }
        try:
            token = self._decoded(str(id_token))
            params = {"nonce": nonce, "client_id": self.settings.client, "access_token": access_token}
            CodeIDToken(token.claims, token.header, wanted, params).validate(leeway=CLOCKS_DIFFER_S)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise Denied("token", Text("统一登录的凭证无效或已过期。", "What the provider sent is not valid, or too old.")) from error
        subject, said = token.claims["sub"], token.claims
        if not isinstance(subject, str) or not 0 < len(subject) <= 255:
            raise Denied("token", Text("统一登录的凭证没有标明是谁。", "What the provider sent names nobody."))
        names = {key: value for key in ("preferred_username", "email", "name") if isinstance(value := said.get(key), str)}
        return Claims(subject, names, _groups(said, self.settings.claim))

    def _decoded(self, id_token: str) -> jwt.Token:
        """Checked against the kept keys, and against those of now where they don't fit: providers change their keys."""
        kept = self._kept
        if kept is not None and time.monotonic() - kept[1] < KNOWN_S:
            try:
                return jwt.decode(id_token, kept[0], ALGORITHMS)
            except (JoseError, ValueError):
                if time.monotonic() - kept[1] < KEYS_AGAIN_S:
                    raise
        told = self._ask(self._endpoint("jwks_uri")).get("keys", [])
        keys = KeySet.import_key_set({"keys": [key for key in told if key.get("kty") in _KEY_TYPES and key.get("use") != "enc"]})
        self._kept = (keys, time.monotonic())
        return jwt.decode(id_token, keys, ALGORITHMS)

    def _endpoint(self, name: str) -> str:
        """An address that the provider names. Refused: one that is not at the issuer's."""
        url = self._metadata().get(name)
        if not isinstance(url, str) or urlsplit(url)[:2] != urlsplit(self.settings.issuer)[:2]:
            raise _wrong(name)
        return url

    def _metadata(self) -> dict[str, Any]:
        told = self._told
        if told is None or time.monotonic() - told[1] >= KNOWN_S:
            told = self._ask(f"{self.settings.issuer.rstrip('/')}/.well-known/openid-configuration"), time.monotonic()
            if told[0].get("issuer") != self.settings.issuer:
                raise _wrong("issuer")
            self._told = told
        return told[0]

    def _ask(self, url: str) -> dict[str, Any]:
        with self._plain_session() as session:
            try:
                answer = session.get(url, withhold_token=True, timeout=TIMEOUT_S, allow_redirects=False)
                answer.raise_for_status()
                found = answer.json()
            except (RequestException, ValueError) as error:
                raise _silent() from error
        if not isinstance(found, dict):
            raise _silent()
        return found

    def _session(self) -> OAuth2Session:
        methods = self._metadata().get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        basic = "client_secret_basic" if "client_secret_basic" in methods else "client_secret_post"
        session = self._plain_session()
        session.token_endpoint_auth_method = basic if self.settings.secret else "none"
        return session

    def _plain_session(self) -> OAuth2Session:
        session = OAuth2Session(
            self.settings.client,
            self.settings.secret or None,
            scope=self.settings.scope,
            redirect_uri=self.settings.back,
            code_challenge_method="S256",
        )
        session.trust_env = False  # no proxy or password file of the environment leads elsewhere
        session.verify = self.settings.ca_file or True
        return session


def _groups(said: Mapping[str, Any], claim: str) -> frozenset[str]:
    """The values of a claim; a name with dots leads into nested ones, as in realm_access.roles."""
    found: Any = said.get(claim)
    if found is None:
        found = said
        for part in claim.split("."):
            found = found.get(part) if isinstance(found, Mapping) else None
    values = [found] if isinstance(found, str) else found if isinstance(found, list) else []
    return frozenset(value for value in values if isinstance(value, str))


def _silent() -> Denied:
    return Denied(
        "provider",
        Text("单位统一登录服务没有应答。", "The organisation's sign-in service does not answer."),
        Text("请稍后再试，或用本系统的口令登录。", "Try again later, or log in with a password of this app."),
    )


def _wrong(name: str) -> Denied:
    return Denied(
        "provider",
        Text("单位统一登录服务给出的 {name} 不在所配置的地址。", "The sign-in service's {name} is not at the address that was set.").fill(
            name=name
        ),
        Text("请管理员核对 JINGGE_OPENID_ISSUER。", "The administrator should check JINGGE_OPENID_ISSUER."),
    )
