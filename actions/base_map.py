"""The base map that the settings name, if any: an address of tiles, or a local MBTiles file served by the app."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from storage.tiles import Tiles

Datum = Literal["wgs84", "gcj02"]
OWN_TILES_URL = "tiles/{z}/{x}/{y}"


class TileSettings(Protocol):
    """The settings that name a base map; see settings.py for what each means."""

    @property
    def tiles_url(self) -> str: ...
    @property
    def tiles_file(self) -> str: ...
    @property
    def tiles_attribution(self) -> str: ...
    @property
    def tiles_review_number(self) -> str: ...
    @property
    def tiles_datum(self) -> str: ...


@dataclass(frozen=True)
class BaseMap:
    """A source of map tiles: its address, whom to name, its review number, its datum, and the file if it is local."""

    url: str
    attribution: str
    review_number: str
    datum: str
    tiles: Tiles | None = None


def base_map(settings: TileSettings) -> BaseMap | None:
    """The base map in force; None when no source is named. Refused: an address without {z}, {x}, {y}; a file that is no MBTiles."""
    about = (settings.tiles_attribution, settings.tiles_review_number, settings.tiles_datum)
    if settings.tiles_file:
        return BaseMap(OWN_TILES_URL, *about, tiles=Tiles(Path(settings.tiles_file)))
    if not settings.tiles_url:
        return None
    missing = [part for part in ("{z}", "{x}", "{y}") if part not in settings.tiles_url]
    if missing or not settings.tiles_url.startswith(("http://", "https://", "/")):
        raise Refusal(
            Text("底图地址无效：{url}。", "The base map's address can't be used: {url}.").fill(url=settings.tiles_url[:120]),
            Text("应以 http(s):// 或 / 开头并含 {{z}}/{{x}}/{{y}}。", "It starts with http(s):// or / and holds {{z}}/{{x}}/{{y}}.").fill(),
        )
    return BaseMap(settings.tiles_url, *about)
