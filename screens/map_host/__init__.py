"""The map on a page: Streamlit components that host a folium map and change it in place, and the files they need."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import metadata, resources
from pathlib import Path
from typing import Any, Protocol

import streamlit as st
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

HERE = Path(__file__).parent
LEAFLET_PACKAGE = "django-js-lib-leaflet"
HEAVY = ("plan", "density", "shapes")
"""Parts of a patch that travel on their own, so that a small change does not send them again."""


class PackedMap(Protocol):
    """What `layers.drawing.web_map.MapBase` is."""

    @property
    def packed(self) -> bytes: ...
    @property
    def digest(self) -> str: ...


@dataclass(frozen=True)
class MapEvent:
    """A click on the map. `layer` and `code` are None beside every feature; an incident's code is its row in the bytes sent."""

    layer: str | None
    code: str | None
    n: int
    """Larger with every click, so that the same feature can be clicked twice."""
    lon: float
    lat: float
    also: tuple[tuple[str, str], ...] = ()
    """Layer and code of what lies below, topmost first."""


@dataclass(frozen=True)
class MapSight:
    """What is seen on a map: west, south, east, north in degrees, and the keys of the layers that are on."""

    bounds: tuple[float, float, float, float]
    layers: tuple[str, ...]
    n: int
    """Larger each time that a person asks to print it."""


def sight_of(value: object) -> MapSight | None:
    """The view that a person asked to print, out of what the browser says; believed only as far as its types go."""
    if not isinstance(value, Mapping):
        return None
    try:
        west, south, east, north = (float(v) for v in value["bounds"])
        layers = tuple(str(key)[:60] for key in value["layers"][:60])
        return MapSight((west, south, east, north), layers, int(value["n"]))
    except (KeyError, TypeError, ValueError):
        return None


def map_view(
    base: PackedMap, patch: Mapping[str, Any], key: str, height: int = 640, on_click: Callable[[], None] | None = None
) -> MapEvent | None:
    """Show a map and give its last click. A new `patch` changes the map that stands; only a new `base` makes it anew.

    `patch` holds the whole of what is wanted now, all optional: language ("zh", "en"), plan, density, shapes, filter, highlight,
    focus, show, base_map; layers.drawing.web_patch makes plan, density and base_map. What a missing key had set is taken back.
    highlight: {layer, codes, neighbours: [{code, layer?, label?}]}. focus: {token, bounds | at, zoom?, layer?, code?} moves
    the map once per token. show: {token, on, off} switches layers once per token. filter: `IncidentFilter.spec`.
    prints: a button in the map hands over what is seen; `sight_of` reads it. calm: the wheel scrolls the page until the map is
    pressed.
    Place, zoom, layers and strengths belong to `key` and outlive reruns, page changes and reloads of the tab.
    """
    head = json.dumps({"key": key, "digest": base.digest}).encode()
    data = len(head).to_bytes(4, "little") + head + base.packed
    shown = _map()(key=key, data=data, height=height, on_clicked_change=on_click or _nothing, on_view_change=_nothing)
    light = {name: patch.get(name) for name in ("language", "filter", "highlight", "focus", "show", "base_map", "prints", "calm")}
    for part, values in {"light": light, **{name: {name: patch.get(name)} for name in HEAVY}}.items():
        _patch()(key=f"{key}-{part}", data={"map": key, "part": part, "values": values})
    return _event(shown.clicked)


def assets_routes(base_path: str = "") -> list[BaseRoute]:
    """The routes of Leaflet (from its package) and of our modules, below `base_path` (server.baseUrlPath). Libraries only, no data.

    Their addresses change with their content, so browsers keep them for a year.
    """
    start = f"/{base_path.strip('/')}".rstrip("/")
    folders = {_leaflet_address(): _leaflet_folder(), _own_address(): HERE}
    return [Mount(f"{start}/{address}", KeptFiles(directory=folder)) for address, folder in folders.items()]


class KeptFiles(StaticFiles):
    """Files with an address of their own version; Python sources are not among them."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        if Path(path).suffix not in (".js", ".css", ".png"):
            return Response(status_code=404)
        response = await super().get_response(path, scope)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


@cache
def _leaflet_folder() -> Path:
    return Path(str(resources.files("js_lib_leaflet"))) / "static" / "js_lib_leaflet"


@cache
def _leaflet_address() -> str:
    return f"assets/leaflet/{metadata.version(LEAFLET_PACKAGE)}"


@cache
def _own_address() -> str:
    files = sorted(file for file in HERE.iterdir() if file.suffix in (".js", ".css"))
    return f"assets/map_host/{hashlib.sha256(b''.join(file.read_bytes() for file in files)).hexdigest()[:12]}"


def script(function: str, folders: Mapping[str, str], entry: str) -> str:
    """A module of a few lines that fetches ours: it calls `function` of index.js in the folder called `entry`, with the addresses
    of all `folders` and of Leaflet. Streamlit's own script tells where the app begins, whatever the page's address."""
    addresses = json.dumps({"leaflet": _leaflet_address(), **folders})
    return f"""const page = document.querySelector('script[src*="static/js/"]');
const root = page ? new URL("../../", page.src) : new URL("./", document.baseURI);
const assets = Object.fromEntries(Object.entries({addresses}).map(([name, at]) => [name, new URL(at, root).href]));
export default async (component) => (await import(assets.{entry} + "/index.js")).{function}(component, assets);
"""


def _script(function: str) -> str:
    return script(function, {"own": _own_address()}, "own")


@cache
def _map() -> Any:
    return st.components.v2.component("jingge_map", js=_script("mount"))


@cache
def _patch() -> Any:
    return st.components.v2.component("jingge_map_patch", js=_script("patch"))


def _event(value: Mapping[str, Any] | None) -> MapEvent | None:
    """The click that the browser reports; what it says is only believed as far as its types go."""
    if not isinstance(value, Mapping):
        return None
    try:
        lon, lat = (float(v) for v in value["at"])
        also = tuple((str(hit["layer"]), str(hit["code"])) for hit in value.get("also", [])[:8])
        layer, code = (None if value.get(name) is None else str(value[name])[:120] for name in ("layer", "code"))
        return MapEvent(layer, code, int(value["n"]), lon, lat, also)
    except (KeyError, TypeError, ValueError):
        return None


def _nothing() -> None:
    """Streamlit keeps a component's value only where there is someone to call."""
