"""What geo_app.py hands to the screens when it starts: the settings in force and the base map they name."""

from dataclasses import dataclass, replace
from typing import Any, Protocol

from actions.base_map import BaseMap
from layers.definition.text import Text


class ScreenSettings(Protocol):
    """The settings that screens read; see settings.py for what each means."""

    @property
    def workspace(self) -> str: ...
    @property
    def workspaces_folder(self) -> str: ...
    @property
    def backups_folder(self) -> str: ...
    @property
    def lock_wait_s(self) -> float: ...
    @property
    def public_address(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def density_cell_m(self) -> int: ...
    @property
    def density_radius_m(self) -> int: ...
    @property
    def max_upload_mb(self) -> int: ...
    @property
    def max_csv_mb(self) -> int: ...
    @property
    def reader_memory_mb(self) -> int: ...
    @property
    def reader_seconds(self) -> int: ...
    @property
    def address(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def session_idle_min(self) -> int: ...
    @property
    def session_hours(self) -> int: ...
    @property
    def password_days(self) -> int: ...
    @property
    def one_login(self) -> str: ...
    @property
    def hosts(self) -> str: ...
    @property
    def proxy(self) -> str: ...
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
class SettingShown:
    """A setting as the administrator reads it: its variable, the value without secrets, whether it differs from the default, what for."""

    variable: str
    value: str
    changed: bool
    about: Text


@dataclass(frozen=True)
class Served:
    """One process serves one workspace with one set of settings."""

    settings: ScreenSettings
    base_map: BaseMap | None
    settings_shown: tuple[SettingShown, ...] = ()


_served: list[Served] = []


def serve(settings: ScreenSettings, base_map: BaseMap | None, settings_shown: tuple[SettingShown, ...] = ()) -> None:
    """Say what this process serves; called once by geo_app.py before the first page is opened."""
    _served[:] = [Served(settings, base_map, settings_shown)]


def serve_instead(location: str) -> None:
    """Serve another workspace from now on, to all sessions, with the same settings and base map; until the process ends."""
    now = served()
    settings: Any = now.settings
    serve(replace(settings, workspace=location), now.base_map, now.settings_shown)


def served() -> Served:
    """What this process serves."""
    return _served[0]


def own_address(settings: ScreenSettings) -> str:
    """Where this app is reached, as far as the settings tell; an address that stands for all is asked for by a name it has."""
    if settings.public_address:
        return settings.public_address.rstrip("/")
    host = settings.address
    if host in ("0.0.0.0", "::"):
        host = settings.hosts.split(",")[0].strip() or "127.0.0.1"
    return f"http://{f'[{host}]' if ':' in host else host}:{settings.port}"
