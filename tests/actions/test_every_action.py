"""Every public action of every file in actions/, called as every role: the first thing that happens is the permission.

The workspace is a trap: an action that looks at it before it has asked whether the caller may, fails. So does one that asks
nothing at all, unless it stands below with the reason.
"""

import importlib
import inspect
import pkgutil
from collections.abc import Callable, Iterator
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest

import actions
from actions.caller import Caller, Scope
from actions.permissions import PERMISSIONS, ROLES
from layers.definition.refusal import Refusal

NARROWS = "narrows what an action that has asked hands out; gives nothing that its caller could not have taken whole"
OF_A_VIEW = "puts a view into words or colours that a checked action made for this very caller; reads no rows of its own"
OF_A_PREVIEW = "a step of preview_import, accept_import or their screen, which ask first; nothing else calls it"
DESCRIBES = "a number or a day that describes the town or the workspace and nothing in it"
NAMES_A_FILE = "a file's name, made of codes and ids"

ASKS_NOTHING: dict[str, str] = {
    "audit_record.incidents_shown": "writes to the record, and gives nothing back",
    "audit_record.once_per_session": "writes to the record, and gives nothing back",
    "audit_record.searched": "writes to the record, and gives nothing back",
    "own_area.answers_for": NARROWS,
    "own_area.beats_with_leads": NARROWS,
    "own_area.own_cells": NARROWS,
    "own_area.own_incidents": NARROWS,
    "own_area.own_rows": NARROWS,
    "own_area.must_be_own": NARROWS,
    "own_area.plan_of_area": NARROWS,
    "my_area.places_within": NARROWS,
    "my_area.as_of": DESCRIBES,
    "duties.duty_places": "the places of an area that area_of handed to this caller",
    "duties.school_peaks": DESCRIBES,
    "staffing.people_per_officer": DESCRIBES,
    "compare_plans.moved_cells": OF_A_VIEW,
    "compare_plans.outlines_of": "outlines of a plan that a checked action handed to this caller",
    "export_data.about_data": "the read-me of a package that make_data has asked for; names the town, the plan and the layers",
    "export_data.levels": "which levels a role may ask for, from the table of roles",
    "export_release.use_up": "marks a request as used after released() has asked",
    "hotspots.basis_of": OF_A_VIEW,
    "import_compare.carried": OF_A_PREVIEW,
    "import_compare.compared": OF_A_PREVIEW,
    "import_compare.vanished_rows": OF_A_PREVIEW,
    "import_plan.beats_on_map": OF_A_PREVIEW,
    "import_plan.imported_plan": OF_A_PREVIEW,
    "import_points.preview_points": OF_A_PREVIEW,
    "import_points.rows_again": OF_A_PREVIEW,
    "import_protected.protected_to_keep": OF_A_PREVIEW,
    "import_town.town_tables": OF_A_PREVIEW,
    "plan_files.file_name": NAMES_A_FILE,
    "response.as_told": NARROWS,
    "publish_plan.open_steps": "which steps are offered, from the table of permissions",
    "book_pages.Pages": "the pages of a book that make_book has asked for",
    "book_pages.parts_of": "the pages of a book that make_book has asked for",
    "make_book.file_name": NAMES_A_FILE,
    "see_map.plan_for_map": OF_A_VIEW,
    **{
        f"hotspot_maps.{name}": OF_A_VIEW
        for name in (
            "area_table",
            "areas_patch_of",
            "change_patch_of",
            "change_rows_patch_of",
            "clusters_patch_of",
            "density_patch_of",
            "moran_patch_of",
            "risk_patch_of",
            "roads_patch_of",
            "significance_patch_of",
        )
    },
    "hotspot_files.areas_to_save": OF_A_VIEW,
}
"""Module and function -> why it needs no permission of its own."""

HARMLESS: dict[object, object] = {str: "x", int: 1, float: 1.0, bool: False, date: date(2026, 3, 1), Path: Path("x.zip")}
ENDINGS = {"save_page": Path("x.html"), "save_sheet": Path("x.pdf"), "save_book": Path("x.pdf")}


class Touched(Exception):
    """An action looked at something."""


class Trap:
    """Whatever is asked of it, it snaps."""

    def __getattr__(self, name: str) -> Any:
        raise Touched(name)


class Blank:
    """An argument that bears everything and holds nothing."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return self

    def __call__(self, *_: object, **__: object) -> "Blank":
        return self

    def __getitem__(self, _: object) -> "Blank":
        return self

    def __iter__(self) -> Iterator[object]:
        return iter(())

    def __bool__(self) -> bool:
        return False


@dataclass(frozen=True)
class Asking(Caller):
    """A caller who notes which permissions are asked for."""

    asked: list[str] = field(default_factory=list)

    def must(self, action: str) -> None:
        """Note it, then as ever."""
        self.asked.append(action)
        super().must(action)


def public_actions() -> dict[str, Callable[..., object]]:
    """All public functions and classes of actions/ that are handed a caller first."""
    found: dict[str, Callable[..., object]] = {}
    for module in pkgutil.iter_modules(actions.__path__):
        loaded = importlib.import_module(f"actions.{module.name}")
        for name, made in inspect.getmembers(loaded, callable):
            if (
                name.startswith("_")
                or getattr(made, "__module__", "") != loaded.__name__
                or not (inspect.isfunction(made) or inspect.isclass(made))
            ):
                continue
            parameters = list(inspect.signature(made).parameters.values())
            if parameters and parameters[0].annotation in (Caller, "Caller"):
                found[f"{module.name}.{name}"] = made
    return found


ACTIONS = public_actions()


def harmless(action: Callable[..., object]) -> dict[str, object]:
    """An argument for each parameter that needs one: the simplest of its kind; nothing in it leads anywhere."""
    try:
        hints = get_type_hints(action.__init__ if inspect.isclass(action) else action)
    except NameError:  # a type that is imported for the type checker alone
        hints = {}
    needed = [p for p in list(inspect.signature(action).parameters.values())[1:] if p.default is p.empty]
    values = {p.name: _simplest(hints.get(p.name)) for p in needed if p.kind is p.POSITIONAL_OR_KEYWORD}
    name = getattr(action, "__name__", "")
    return {key: ENDINGS[name] if name in ENDINGS and isinstance(value, Path) else value for key, value in values.items()}


def _simplest(kind: Any) -> object:
    if kind in HARMLESS:
        return HARMLESS[kind]
    choices = get_args(kind)
    if type(None) in choices:
        return None
    if get_origin(kind) is Literal:
        return choices[0]
    if Path in choices:
        return HARMLESS[Path]
    if isinstance(kind, type) and is_dataclass(kind):
        try:
            hints = get_type_hints(kind)
        except NameError:
            return Blank()
        made = object.__new__(kind)  # without its own checks, which are not what is looked at here
        for part in fields(kind):
            given = part.default if part.default is not MISSING else _simplest(hints[part.name])
            object.__setattr__(made, part.name, given)
        return made
    return {tuple: (), frozenset: frozenset(), dict: {}, list: []}.get(get_origin(kind), Blank())


def what_happens(name: str, role: str, limited: bool = False) -> tuple[list[str], BaseException | None]:
    """The permissions that an action asks for as a role, in order, and how it ends."""
    caller = Asking(Trap(), "tests", role, Scope() if limited or ROLES[role].own_area else None)
    try:
        ACTIONS[name](caller, **harmless(ACTIONS[name]))
    except (Exception, Touched) as ended:
        return caller.asked, ended
    return caller.asked, None


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("name", [name for name in ACTIONS if name not in ASKS_NOTHING])
def test_an_action_asks_first_and_refuses_every_role_that_is_not_listed(name: str, role: str) -> None:
    asked, ended = what_happens(name, role)
    assert asked, f"{name} asks for no permission before {ended!r}"
    if role in PERMISSIONS[asked[0]].roles:
        return
    assert isinstance(ended, Refusal) and f"({asked[-1]})" in str(ended), f"{name} lets {role} go on: {ended!r}"


@pytest.mark.parametrize("name", [name for name in ACTIONS if name not in ASKS_NOTHING])
def test_what_is_about_the_whole_town_is_refused_to_a_role_that_is_limited(name: str) -> None:
    action = what_happens(name, "auditor")[0][0]
    if not PERMISSIONS[action].whole:
        return
    for role in PERMISSIONS[action].roles:
        asked, ended = what_happens(name, role, limited=True)
        assert asked == [action] and isinstance(ended, Refusal) and "the whole town" in str(ended), f"{name} as {role}: {ended!r}"


def test_the_list_of_exceptions_is_no_longer_than_needed() -> None:
    assert set(ASKS_NOTHING) <= set(ACTIONS), set(ASKS_NOTHING) - set(ACTIONS)
    needless = {name for name, why in ASKS_NOTHING.items() if why != OF_A_VIEW and all(what_happens(name, role)[0] for role in ROLES)}
    assert not needless and all(ASKS_NOTHING.values())


def test_every_permission_of_the_table_is_asked_for_by_an_action() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in Path(actions.__path__[0]).parent.glob("[as]*/*.py"))
    for action in PERMISSIONS:
        assert source.count(f'"{action}"') > 1, f"nobody asks for {action}"
