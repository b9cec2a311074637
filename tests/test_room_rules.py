"""Who may import whom. The tables below are the rules; the rest of the file enforces them."""

import ast
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

import networkx as nx
import pytest

ROOT = Path(__file__).resolve().parents[1]

MAY_IMPORT = {
    # file or folder       what of ours it may import; the longest entry that fits a file decides
    "layers":              ("layers.definition",),
    "layers/drawing":      ("layers.definition", "layers.drawing"),
    "analysis":            ("layers.definition", "analysis"),
    "planning":            ("layers.definition", "planning"),
    "importing":           ("layers", "analysis", "planning", "importing"),
    "exporting":           ("layers", "analysis", "planning", "exporting"),
    "storage":             ("layers.definition", "planning.plan", "storage"),
    "actions":             ("layers", "analysis", "planning", "importing", "exporting", "storage", "actions"),
    "screens":             ("layers", "actions", "screens"),
    "settings.py":         ("layers.definition",),
    # commands and entries turn a refusal into words of a language and an exit status
    "commands":            ("settings", "actions", "layers", "commands"),
    "geo_cli.py":          ("commands",),
    "geo_app.py":          ("settings", "storage.open_store", "actions", "screens", "layers.definition"),
}  # fmt: skip

EXCEPT = {
    "commands":            ("layers.drawing",),
    "screens":             ("layers.drawing",),
}  # fmt: skip

ONLY_IN = {
    # module or name       where alone it may be imported or used
    "streamlit":           ("screens", "geo_app.py"),
    "folium":              ("layers/drawing", "exporting"),
    "matplotlib":          ("layers/drawing", "exporting"),
    "sqlite3":             ("storage", "importing/read_geopackage.py"),  # a look into an upload, to refuse what GDAL would obey
    "sqlalchemy":          ("storage",),
    "psycopg":             ("storage",),
    ".session_state":      ("screens/session.py",),
    ".cache_data":         ("screens/kept_results.py",),
    ".cache_resource":     ("screens/kept_results.py",),
}  # fmt: skip

NO_FOLDER = {"pages": "Streamlit runs what lies there by its address, before the login is asked for"}
NO_FILE = {name: "it says nothing about its subject" for name in ("utils.py", "helpers.py", "common.py", "misc.py")}

OURS = {name.split("/")[0].removesuffix(".py") for name in MAY_IMPORT}


def broken_rules(path: str, source: str) -> list[str]:
    """Every rule that a file breaks, in words; `path` is relative to the top, with forward slashes."""
    tree = ast.parse(source, path)
    found = [f"{path}:{line} may not import {name}" for line, name in _imports(path, tree) if not _may_import(path, name)]
    for line, name in [*_imports(path, tree), *_attributes(tree)]:
        for limited, rooms in ONLY_IN.items():
            if _fits(name, limited) and not any(_within(path, room) for room in rooms):
                found.append(f"{path}:{line} uses {limited.lstrip('.')}, which belongs in {' and '.join(rooms)} alone")
    return found


def _may_import(path: str, name: str) -> bool:
    if name.split(".")[0] not in OURS:
        return True
    room = _room(path)
    return any(_fits(name, allowed) for allowed in MAY_IMPORT[room]) and not any(_fits(name, denied) for denied in EXCEPT.get(room, ()))


def _room(path: str) -> str:
    return max((room for room in MAY_IMPORT if _within(path, room)), key=len)


def _within(path: str, room: str) -> bool:
    return path == room or path.startswith(f"{room}/")


def _fits(name: str, module: str) -> bool:
    """Is it the module, or something in it? A leading dot means a name used on anything, such as st.session_state."""
    return name.endswith(module) if module.startswith(".") else name == module or name.startswith(f"{module}.")


def _imports(path: str, tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Full dotted names that a file imports: "from a import b" gives a.b."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            start = PurePosixPath(path).parts[: -node.level] if node.level else ()
            module = ".".join([*start, *([node.module] if node.module else [])])
            yield from ((node.lineno, f"{module}.{alias.name}") for alias in node.names)


def _attributes(tree: ast.AST) -> Iterator[tuple[int, str]]:
    return ((node.lineno, f".{node.attr}") for node in ast.walk(tree) if isinstance(node, ast.Attribute))


def _files() -> list[str]:
    places = [ROOT / room for room in MAY_IMPORT]
    files = {file for place in places for file in ([place] if place.is_file() else place.rglob("*.py"))}
    return sorted(file.relative_to(ROOT).as_posix() for file in files)


@pytest.mark.parametrize("path", _files())
def test_every_file_keeps_to_its_room(path):
    assert broken_rules(path, (ROOT / path).read_text(encoding="utf-8")) == []


def test_no_folder_or_file_has_a_forbidden_name():
    skipped = {"local", "__pycache__"}
    named = [p for p in ROOT.rglob("*") if not any(part.startswith(".") or part in skipped for part in p.relative_to(ROOT).parts)]
    assert [p for p in named if (p.is_dir() and p.name in NO_FOLDER) or p.name in NO_FILE] == []


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("layers/schools.py", "from layers.drawing.web_map import draw"),
        ("layers/schools.py", "from layers import LAYERS"),
        ("layers/definition/crs.py", "import layers.drawing"),
        ("layers/drawing/web_map.py", "from analysis.density import Density"),
        ("analysis/density.py", "import planning.plan"),
        ("analysis/density.py", "from layers import schools"),
        ("analysis/density.py", "from ..planning import plan"),
        ("planning/rules.py", "def late():\n    from storage.store import Store"),
        ("importing/read_file.py", "from exporting import map_sheet"),
        ("importing/read_file.py", "from storage.store import Store"),
        ("storage/store.py", "from planning.rules import check_plan"),
        ("actions/see_map.py", "import settings"),
        ("screens/main.py", "from layers.drawing.web_map import draw"),
        ("screens/main.py", "from layers import drawing"),
        ("screens/main.py", "from storage.open_store import open_store"),
        ("geo_cli.py", "from storage.store import Store"),
        ("geo_cli.py", "import screens.main"),
        ("geo_app.py", "from analysis.density import density"),
        ("settings.py", "from actions.caller import Caller"),
        ("actions/see_map.py", "import streamlit as st"),
        ("screens/main.py", "import folium.plugins"),
        ("actions/see_map.py", "from matplotlib import pyplot"),
        ("exporting/data_files.py", "import sqlite3"),
        ("screens/main.py", "import streamlit as st\nst.session_state['a'] = 1"),
        ("screens/main.py", "from streamlit import session_state"),
        ("screens/session.py", "import streamlit as st\n@st.cache_data\ndef f(): ..."),
    ],
)
def test_the_checker_catches_a_broken_rule(path, source):
    assert len(broken_rules(path, source)) == 1


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("layers/schools.py", "from layers.definition.layer import Layer"),
        ("layers/drawing/web_map.py", "import folium\nfrom layers.drawing import colour_classes"),
        ("analysis/density.py", "from analysis.analysis_grid import AnalysisGrid\nimport numpy as np"),
        ("planning/rules.py", "from . import plan"),
        ("storage/store.py", "import sqlite3\nfrom planning.plan import Plan"),
        ("actions/see_map.py", "from layers.drawing.web_map import draw\nfrom storage.store import Store"),
        ("screens/session.py", "import streamlit as st\nst.session_state['a'] = 1"),
        ("geo_app.py", "import streamlit as st\nimport screens.main\nfrom storage.open_store import open_store"),
        ("planning/rules.py", "import layers_of_paint"),
    ],
)
def test_the_checker_lets_pass_what_is_allowed(path, source):
    assert broken_rules(path, source) == []


def _modules() -> dict[str, ast.Module]:
    """Every module of ours by its dotted name."""
    return {path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): ast.parse((ROOT / path).read_text()) for path in _files()}


def _arrows(modules: dict[str, ast.Module]) -> nx.DiGraph:
    """Which module imports which, of ours and of others."""
    found = nx.DiGraph()
    for module, tree in modules.items():
        for _, name in _imports(module.replace(".", "/"), tree):
            whose = name if name in modules or name.split(".")[0] not in OURS else name.rpartition(".")[0]
            found.add_edge(module, whose)
    return found


def test_no_modules_import_each_other_in_a_circle():
    assert [circle for circle in nx.strongly_connected_components(_arrows(_modules())) if len(circle) > 1] == []


def test_a_start_does_not_read_what_only_printing_or_a_chart_needs():
    at_start = _modules()
    for tree in at_start.values():
        now = [node for node in tree.body if not isinstance(node, (ast.FunctionDef, ast.ClassDef))]
        tree.body = [node for node in now if not (isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING")]
    arrows = _arrows(at_start)
    heavy = {
        name for name in arrows if name == "scipy.stats" or name.split(".")[0] in ("matplotlib", "typst", "pikepdf", "fontTools", "altair")
    }
    read = nx.descendants(arrows, "geo_app") & heavy
    ways = [" -> ".join(nx.shortest_path(arrows, "geo_app", name)) for name in sorted(read)]
    assert heavy and ways == []
