"""What the browser fetches beside Streamlit's own files: Leaflet, the map host, the web font, tiles. Libraries and pictures, never data."""

import functools

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Route

from actions.web_font import web_font
from screens.beat_editor import editor_routes
from screens.map_host import assets_routes
from screens.phone_area import phone_routes
from screens.served import served

ONE_YEAR = {"Cache-Control": "public, max-age=31536000, immutable"}


def routes() -> list[BaseRoute]:
    """The routes that geo_app.py mounts beside Streamlit's."""
    return [
        *assets_routes(),
        *editor_routes(),
        *phone_routes(),
        Route("/assets/font/{name}", _font),
        Route("/tiles/{z:int}/{x:int}/{y:int}", _tile),
        Route("/map", _start),
    ]


@functools.cache
def _fonts() -> dict[str, tuple[bytes, str]]:
    font = web_font()
    files = {part.name: (part.content, "font/woff2") for part in font.slices}
    return files | {"jingge.css": (font.css.encode(), "text/css"), "OFL.txt": (font.licence.encode(), "text/plain")}


def prepare_font() -> None:
    """Have the web font ready; cut from the installed font the first time, which takes some seconds."""
    _fonts()


def _font(request: Request) -> Response:
    found = _fonts().get(request.path_params["name"])
    if found is None:
        return Response(status_code=404)
    content, kind = found
    headers = ONE_YEAR if kind == "font/woff2" else {"Cache-Control": "no-cache"}
    return Response(content, media_type=kind, headers=headers)


def _start(request: Request) -> Response:
    """The first page stands at the address of the app alone; who writes its name gets there too."""
    query = f"?{request.url.query}" if request.url.query else ""
    return RedirectResponse(f"./{query}", 307)


def _tile(request: Request) -> Response:
    base_map = served().base_map
    if base_map is None or base_map.tiles is None:
        return Response(status_code=404)
    at = request.path_params
    content = base_map.tiles.tile(at["z"], at["x"], at["y"])
    if content is None:
        return Response(status_code=204)
    return Response(content, media_type=base_map.tiles.mime, headers={"Cache-Control": "public, max-age=86400"})
