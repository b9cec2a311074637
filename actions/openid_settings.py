"""What the settings say of the organisation's OpenID Connect provider, checked once when the app starts."""

import stat
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

from actions.permissions import ROLES, RoleKey
from layers.definition.refusal import Refusal
from layers.definition.text import Text

BACK = "/openid/back"
"""Where the provider sends the browser back to."""
_OPERATING = Text("见 docs/operating.md 中“单位统一登录”一节。", "See 'Sign-in by the organisation's own provider' in docs/operating.md.")


class OpenIdSettings(Protocol):
    """The settings that this reads; see settings.py for what each means."""

    @property
    def public_address(self) -> str: ...
    @property
    def openid_issuer(self) -> str: ...
    @property
    def openid_client(self) -> str: ...
    @property
    def openid_secret(self) -> str: ...
    @property
    def openid_secret_file(self) -> str: ...
    @property
    def openid_scope(self) -> str: ...
    @property
    def openid_claim(self) -> str: ...
    @property
    def openid_roles(self) -> str: ...
    @property
    def openid_ca_file(self) -> str: ...


@dataclass(frozen=True)
class Provider:
    """A provider and what we are to it. `roles`: which group has which role here."""

    issuer: str
    client: str
    secret: str = field(repr=False)
    home: str
    scope: str
    claim: str
    roles: tuple[tuple[str, RoleKey], ...]
    ca_file: str = ""

    @property
    def back(self) -> str:
        """The address that stands at the provider as the one to come back to."""
        return f"{self.home}{BACK}"

    def roles_of(self, groups: frozenset[str]) -> tuple[RoleKey, ...]:
        """The roles of somebody in these groups, in the order of the table of roles."""
        held = {role for group, role in self.roles if group in groups}
        return tuple(role for role in ROLES if role in held)


def provider_of(settings: OpenIdSettings) -> Provider | None:
    """The provider that the settings name; None where they name none, which is the default.

    Refused: an address without TLS elsewhere than on this machine; no client, no address of our own, no or an unknown role;
    a file with the secret that others may read.
    """
    if not settings.openid_issuer:
        return None
    for name, url in (("OPENID_ISSUER", settings.openid_issuer), ("PUBLIC_ADDRESS", settings.public_address)):
        _check_address(f"JINGGE_{name}", url)
    if not settings.openid_client:
        raise Refusal(Text("没有设置 JINGGE_OPENID_CLIENT。", "JINGGE_OPENID_CLIENT is not set."), _OPERATING)
    home = urlsplit(settings.public_address)
    return Provider(
        settings.openid_issuer,
        settings.openid_client,
        _secret(settings),
        f"{home.scheme}://{home.netloc}",
        " ".join(dict.fromkeys(["openid", *settings.openid_scope.split()])),
        settings.openid_claim,
        roles_table(settings.openid_roles),
        settings.openid_ca_file,
    )


def roles_table(written: str) -> tuple[tuple[str, RoleKey], ...]:
    """Group and role of each part of "group=role; group=role"; a group may hold commas and equals signs. Refused: none; an unknown role."""
    rows = []
    for part in filter(None, (part.strip() for part in written.split(";"))):
        group, _, name = (piece.strip() for piece in part.rpartition("="))
        role = next((key for key in ROLES if key == name), None)
        if role is None or not group:
            raise Refusal(
                Text("JINGGE_OPENID_ROLES 中的“{part}”无效。", "'{part}' in JINGGE_OPENID_ROLES is not right.").fill(part=part[:80]),
                Text("写作“组=角色; 组=角色”，角色有：{roles}。", "Write 'group=role; group=role'; the roles are {roles}.").fill(
                    roles=", ".join(ROLES)
                ),
            )
        rows.append((group, role))
    if not rows:
        raise Refusal(
            Text("没有设置 JINGGE_OPENID_ROLES，谁都不能登录。", "JINGGE_OPENID_ROLES is not set, so nobody could sign in."), _OPERATING
        )
    return tuple(rows)


def host_of(provider: Provider) -> str:
    """The provider's host name, for the names of its accounts."""
    return urlsplit(provider.issuer).hostname or ""


def _check_address(variable: str, url: str) -> None:
    parts = urlsplit(url)
    here = parts.hostname == "localhost" or _is_loopback(parts.hostname or "")
    if (
        not parts.hostname
        or parts.query
        or parts.fragment
        or parts.username
        or not (parts.scheme == "https" or (parts.scheme == "http" and here))
    ):
        raise Refusal(
            Text("{name} 须为 https 地址，现为“{url}”。", "{name} must be an https address; it is '{url}'.").fill(
                name=variable, url=url[:200]
            ),
            _OPERATING,
        )


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _secret(settings: OpenIdSettings) -> str:
    """The secret out of the environment, or out of a file that its owner alone may read."""
    if not settings.openid_secret_file:
        return settings.openid_secret
    path = Path(settings.openid_secret_file)
    try:
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise Refusal(
                Text("{path} 可被他人读取。", "Others may read {path}.").fill(path=path),
                Text("请执行 chmod 600 {path}。", "Run chmod 600 {path}.").fill(path=path),
            )
        return path.read_text(encoding="utf-8").strip()
    except OSError as error:
        raise Refusal(
            Text("无法读取 {path}（{why}）。", "{path} can't be read ({why}).").fill(path=path, why=error.strerror or ""), _OPERATING
        ) from error
