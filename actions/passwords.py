"""Passwords and second factors: what is accepted, how it is kept (argon2id), and how it is checked. Nothing here is ever printed."""

import base64
import functools
import hmac
import secrets
import struct
import time
from hashlib import sha1
from pathlib import Path
from urllib.parse import quote, urlencode

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from exporting.qr_code import LONGEST_BYTES, qr_code, qr_svg
from layers.definition.refusal import Refusal
from layers.definition.text import Text

SHORTEST = 10
LONGEST = 200  # a hash of megabytes would only serve to keep the server busy
ONE_TIME_S = 3 * 86_400
TOTP_STEP_S = 30
ISSUER = "Jingge"
"""What an authenticator app calls this program."""
_ONCE = "once"
_SPOKEN = "abcdefghjkmnpqrstuvwxyz23456789"
"""No letters or digits that are taken for each other."""
_HASHER = PasswordHasher()  # argon2id with the parameters of RFC 9106 for little memory: 64 MiB, 3 passes, 4 lanes


def hash_of(password: str) -> str:
    """The argon2id hash of a password, with its own salt."""
    return _HASHER.hash(password)


def fits(password: str, kept: str | None) -> bool:
    """Whether a password is the one of a kept hash. Takes as long where there is none, so that time tells nobody who has an account."""
    try:
        return _HASHER.verify(kept or _nobody(), password[: LONGEST + 1]) and kept is not None
    except (VerificationError, InvalidHashError):
        return False


@functools.cache
def _nobody() -> str:
    return hash_of(secrets.token_urlsafe())


def check_password(password: str, *about: str) -> None:
    """Refused: shorter than 10 or longer than 200 characters; among the common ones; one character over and over; a name."""
    bare = password.casefold()
    if not SHORTEST <= len(password) <= LONGEST:
        raise _too_weak(Text("口令须为 10 至 200 个字符。", "A password has 10 to 200 characters."))
    if bare in _common() or bare.rstrip("0123456789!.@#") in _common() or len(set(bare)) < 4:
        raise _too_weak(Text("这个口令太常见，容易被猜中。", "That password is a common one and soon guessed."))
    if any(len(name) >= 3 and name.casefold() in bare for name in about):
        raise _too_weak(Text("口令中不能含有登录名或姓名。", "A password must not contain the login name or the person's name."))


@functools.cache
def _common() -> frozenset[str]:
    lines = Path(__file__).with_name("common_passwords.txt").read_text(encoding="utf-8").split("\n")
    return frozenset(line for line in lines if line and not line.startswith("#"))


def one_time_password(now_s: int | None = None, lasts_s: int = ONE_TIME_S) -> str:
    """A first password that must be changed at once and says itself until when it counts; to be told by telephone, 79 bits to guess."""
    until = int(time.time() if now_s is None else now_s) + lasts_s
    groups = ("".join(secrets.choice(_SPOKEN) for _ in range(4)) for _ in range(4))
    return f"{_ONCE}-{until:x}-{'-'.join(groups)}"


def is_past(password: str, now_s: int) -> bool:
    """Whether a one-time password counts no more. It can't be made to last, as the hash is of all of it."""
    kind, _, rest = password.partition("-")
    until = rest.partition("-")[0]
    try:
        return kind == _ONCE and int(until, 16) <= now_s
    except ValueError:
        return False


def totp(secret: str, at_s: int) -> str:
    """The six digits that an authenticator app shows at a second of UTC. Source: RFC 6238 with SHA-1 and steps of 30 s."""
    digest = hmac.new(base64.b32decode(secret), struct.pack(">Q", at_s // TOTP_STEP_S), sha1).digest()
    start = digest[-1] & 0x0F
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06d}"


def totp_step(secret: str, code: str, now_s: int) -> int | None:
    """The step of 30 s whose code that is, of the present one and those beside it, as clocks differ; None if of none."""
    steps = (now_s // TOTP_STEP_S + beside for beside in (-1, 0, 1))
    return next((step for step in steps if hmac.compare_digest(totp(secret, step * TOTP_STEP_S), code.strip())), None)


def totp_picture(secret: str, name: str) -> str:
    """A QR code, as SVG, that an authenticator app photographs to take the secret over. Source: Google's key URI format."""
    about = urlencode({"secret": secret, "issuer": ISSUER}, quote_via=quote)
    with_name = f"otpauth://totp/{ISSUER}:{quote(name, safe='')}?{about}"
    return qr_svg(qr_code(with_name if len(with_name) <= LONGEST_BYTES else f"otpauth://totp/{ISSUER}?{about}"))


def _too_weak(why: Text) -> Refusal:
    return Refusal(
        why,
        Text("请另选一个，例如几个不相干的词连在一起。", "Choose another, such as several words that have nothing to do with each other."),
    )
