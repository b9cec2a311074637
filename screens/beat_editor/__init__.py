"""The beat editor on a page: the map host with a layer of cells that are painted in the browser, and the messages it sends."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st
from starlette.routing import BaseRoute, Mount

from screens import map_host
from screens.map_host import PackedMap

HERE = Path(__file__).parent
LIGHT = ("language", "ack", "mode", "focus", "show", "base_map", "filter", "highlight")
HEAVY = ("checks", "staff", "team", "density")
"""Parts of a patch that travel on their own, so that a small change does not send them again."""


@dataclass(frozen=True)
class EditorEvent:
    """What the browser says, as it came: nothing of it is to be believed before the server has checked it.

    `message`: {plan, digest, revision, gestures: [{n, kind, cells, to, ...}]}, all gestures that are not acknowledged yet, so the
    newest message stands for all before it. `command`: {n, name, plan, revision, ...}, larger `n` with every command;
    name "split" ({cell, line or along: "roads" | "water", by}), "merge" ({cells}), "undo_cells" or "reload".
    """

    message: Mapping[str, Any] | None
    command: Mapping[str, Any] | None


def beat_editor(
    map_base: PackedMap,
    draft: PackedMap,
    patch: Mapping[str, Any],
    key: str,
    height: int = 800,
    on_change: Callable[[], None] | None = None,
) -> EditorEvent | None:
    """Show the editor and give its last message and command; None before the first.

    `map_base`: layers.drawing.web_map.MapBase, what lies around the cells. `draft`: layers.drawing.editor_cells.EditorBase. A new
    draft of the same plan goes on with the history as far as it fits; only another `map_base` makes the map anew.
    `patch` holds the whole of what is wanted now, all optional: language ("zh", "en"), ack {n, revision, refused?: [zh, en]},
    checks [{key, title, state, message, where, where_kind}], staff [{code, name, name_en}], team {code of a beat or a unit: people
    beside the lead}, mode ("edit", "view"), and what `map_view` takes as focus, show, base_map, filter, density, highlight. Texts
    are [zh, en].
    """
    inner = json.dumps({"key": key, "digest": map_base.digest}).encode()
    town = len(inner).to_bytes(4, "little") + inner + map_base.packed
    head = json.dumps({"key": key, "digest": draft.digest, "height": height, "map_bytes": len(town)}).encode()
    data = len(head).to_bytes(4, "little") + head + town + draft.packed
    called = on_change or _nothing
    shown = _editor()(key=key, data=data, height=height, on_message_change=called, on_command_change=called)
    parts = {"light": {name: patch.get(name) for name in LIGHT}, **{name: {name: patch.get(name)} for name in HEAVY}}
    for part, values in parts.items():
        _patch()(key=f"{key}-{part}", data={"map": key, "part": part, "values": values})
    message, command = (value if isinstance(value, Mapping) else None for value in (shown.message, shown.command))
    return EditorEvent(message, command) if message is not None or command is not None else None


def editor_routes(base_path: str = "") -> list[BaseRoute]:
    """The routes of the editor's modules and of the map's that they import, beside `map_host.assets_routes`. No data."""
    start = f"/{base_path.strip('/')}".rstrip("/")
    folders = (HERE, Path(map_host.__file__).parent)
    return [Mount(f"{start}/{_address()}/{folder.name}", map_host.KeptFiles(directory=folder)) for folder in folders]


@cache
def _address() -> str:
    """One address for both folders, so that modules find each other; it changes with their content."""
    folders = (HERE, Path(map_host.__file__).parent)
    files = sorted(file for folder in folders for file in folder.iterdir() if file.suffix in (".js", ".css"))
    return f"assets/editor/{hashlib.sha256(b''.join(file.read_bytes() for file in files)).hexdigest()[:12]}"


def _script(function: str) -> str:
    return map_host.script(function, {"own": f"{_address()}/map_host", "editor": f"{_address()}/beat_editor"}, "editor")


@cache
def _editor() -> Any:
    return st.components.v2.component("jingge_beat_editor", js=_script("mount"))


@cache
def _patch() -> Any:
    return st.components.v2.component("jingge_beat_editor_patch", js=_script("patch"))


def _nothing() -> None:
    """Streamlit keeps a component's value only where there is someone to call."""
