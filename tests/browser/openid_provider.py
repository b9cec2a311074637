"""A real OpenID Connect provider (oidc-provider-mock on PyPI) as a process of its own, which can be told to misbehave.

The provider makes codes, keys and tokens itself. Around it stand two things that a test needs: it holds the client to its secret
and to PKCE (RFC 7636), and `PUT /misbehave` says how the next id_tokens are spoilt, signed with the provider's own key or another.
"""

import base64
import hashlib
import io
import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from tests.conftest import REPOSITORY

CLIENT, SECRET = "jingge", "a-secret-that-both-sides-know"
WAYS = {
    "nonce": {"nonce": "of somebody else"},
    "expired": {"iat": -7200, "exp": -3600},
    "issuer": {"iss": "https://evil.example"},
    "audience": {"aud": "another-app"},
    "no subject": {"sub": None},
    "late": {"iat": 7200},
}
"""Claims that the provider's own key signs though they are wrong; times are seconds from now; None leaves the claim out."""
CDN = b"https://cdn.jsdelivr.net"
"""What the provider's own pages ask for their looks."""
FORGERIES = ("other key", "none", "hs256", "changed", "missing")


class Misbehaving:
    """WSGI around the provider."""

    def __init__(self, provider: Any, key: RSAKey) -> None:
        self._provider, self._key = provider, key
        self._how = ""
        self._challenges: dict[str, str] = {}

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0)) if environ["REQUEST_METHOD"] in ("POST", "PUT") else b""
        environ["wsgi.input"] = io.BytesIO(body)
        if path == "/misbehave":
            self._how = body.decode()
            start("204 No Content", [])
            return [b""]
        status, headers, content = self._inner(environ)
        if path == "/oauth2/authorize" and environ["REQUEST_METHOD"] == "POST" and status.startswith("302"):
            asked = parse_qs(environ["QUERY_STRING"])
            to = next(value for name, value in headers if name.lower() == "location")
            if "code=" in to:
                assert asked["code_challenge_method"] == ["S256"] and asked["nonce"] and asked["state"], "PKCE, nonce and state are sent"
                self._challenges[parse_qs(to.partition("?")[2])["code"][0]] = asked["code_challenge"][0]
        if path == "/oauth2/token" and status.startswith("200"):
            status, content = self._token(environ, parse_qs(body.decode()), status, content)
            headers = [("Content-Type", "application/json"), ("Content-Length", str(len(content)))]
        if any(name.lower() == "content-type" and value.startswith("text/html") for name, value in headers):
            content = content.replace(CDN, b"/no-looks")
            headers = [
                *((name, value) for name, value in headers if name.lower() != "content-length"),
                ("Content-Length", str(len(content))),
            ]
        start(status, headers)
        return [content]

    def _inner(self, environ: dict[str, Any]) -> tuple[str, list[tuple[str, str]], bytes]:
        told: list[Any] = []
        content = b"".join(self._provider(environ, lambda status, headers, _=None: told.extend((status, headers))))
        return told[0], told[1], content

    def _token(self, environ: dict[str, Any], form: dict[str, list[str]], status: str, content: bytes) -> tuple[str, bytes]:
        digest = hashlib.sha256(form.get("code_verifier", [""])[0].encode()).digest()
        right = base64.urlsafe_b64encode(digest).rstrip(b"=").decode() == self._challenges.get(form["code"][0])
        basic = f"Basic {base64.b64encode(f'{CLIENT}:{SECRET}'.encode()).decode()}"
        if not right or environ.get("HTTP_AUTHORIZATION") != basic:
            return "400 Bad Request", json.dumps({"error": "invalid_grant"}).encode()
        answer = json.loads(content)
        answer["id_token"] = self._spoilt(answer["id_token"])
        return status, json.dumps(answer).encode()

    def _spoilt(self, token: str) -> str | None:
        header, payload, signature = token.split(".")
        claims = json.loads(base64.urlsafe_b64decode(payload + "=="))
        if self._how in WAYS:
            wrong = {name: int(time.time()) + value if isinstance(value, int) else value for name, value in WAYS[self._how].items()}
            claims = {name: value for name, value in (claims | wrong).items() if value is not None}
            return jwt.encode({"alg": "RS256"}, claims, self._key)
        if self._how == "other key":
            return jwt.encode({"alg": "RS256"}, claims, RSAKey.generate_key(2048))
        if self._how == "hs256":
            return jwt.encode({"alg": "HS256"}, claims, OctKey.import_key(SECRET * 2))
        if self._how == "none":
            plain = base64.urlsafe_b64encode(json.dumps({"alg": "none"}).encode()).rstrip(b"=").decode()
            return f"{plain}.{payload}."
        if self._how == "changed":
            more = base64.urlsafe_b64encode(json.dumps(claims | {"groups": ["chiefs"]}).encode()).rstrip(b"=").decode()
            return f"{header}.{more}.{signature}"
        return None if self._how == "missing" else token


class Provider:
    """The process, and what a test tells it."""

    def __init__(self, port: int, log: Path) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        self._log = log.open("w")
        environment = {**os.environ, "AUTHLIB_INSECURE_TRANSPORT": "1"}
        command = [sys.executable, "-m", "tests.browser.openid_provider", str(port)]
        self.process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=self._log, stderr=subprocess.STDOUT)
        for _ in range(600):
            try:
                urllib.request.urlopen(f"{self.url}/.well-known/openid-configuration", timeout=1).read()
                return
            except OSError:
                assert self.process.poll() is None, f"the provider ended; see {log}"
                time.sleep(0.1)
        raise AssertionError("the provider did not start")

    def person(self, subject: str, **claims: object) -> None:
        """Somebody there, as the provider knows them now."""
        self._put(f"/users/{subject}", json.dumps(claims).encode())

    def misbehave(self, how: str = "") -> None:
        """Spoil id_tokens from now on; "" stops it."""
        self._put("/misbehave", how.encode())

    def stop(self) -> None:
        """End this process, and only this one."""
        self.process.terminate()
        self.process.wait(10)
        self._log.close()

    def _put(self, path: str, body: bytes) -> None:
        asked = urllib.request.Request(f"{self.url}{path}", body, {"Content-Type": "application/json"}, method="PUT")
        urllib.request.urlopen(asked, timeout=10).read()


def main(port: int) -> None:
    """Run the provider until the process is ended."""
    from oidc_provider_mock import _app  # here alone: the tests need none of it in their own process
    from werkzeug.serving import make_server

    made: list[Any] = []

    class Kept(_app.Storage):
        def __init__(self) -> None:
            super().__init__()
            made.append(self)

    _app.Storage = Kept
    provider = _app.app(require_nonce=True)
    key = RSAKey.import_key(made[0].jwk.as_dict(is_private=True))
    make_server("127.0.0.1", port, Misbehaving(provider.wsgi_app, key), threaded=True).serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
