"""What geo_app.py hands to the screens when it starts: the settings in force and the base map they name."""

from dataclasses import dataclass
from typing import Protocol

from actions.base_map import BaseMap


class ScreenSettings(Protocol):
    """The settings that screens read; see settings.py for what each means."""

    @property
    def workspace(self) -> str: ...
    @property
    def lock_wait_s(self) -> float: ...
    @property
    def language(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def density_cell_m(self) -> int: ...
    @property
    def density_radius_m(self) -> int: ...


@dataclass(frozen=True)
class Served:
    """One process serves one workspace with one set of settings."""

    settings: ScreenSettings
    base_map: BaseMap | None


_served: list[Served] = []


def serve(settings: ScreenSettings, base_map: BaseMap | None) -> None:
    """Say what this process serves; called once by geo_app.py before the first page is opened."""
    _served[:] = [Served(settings, base_map)]


def served() -> Served:
    """What this process serves."""
    return _served[0]
