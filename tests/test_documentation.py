"""Every layer, field, setting, role, permission, metric and check says in a sentence what it is, in both languages where people read it."""

import re
from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules
from types import ModuleType

import pytest

from actions.permissions import PERMISSIONS, ROLES
from layers import LAYERS
from layers.definition.layer import GROUPS
from layers.definition.text import Text
from layers.drawing.symbols import SYMBOLS
from planning.metrics import METRICS
from planning.rules import CHECKS
from settings import SETTINGS
from tests.conftest import REPOSITORY

SENTENCE = 10  # characters that a sentence has at the least


def _texts(entry: object) -> Iterator[Text]:
    yield from (value for value in vars(entry).values() if isinstance(value, Text))


def _said(text: Text | str) -> bool:
    return all(len(part.strip()) >= 1 for part in text) if isinstance(text, Text) else len(text) >= SENTENCE


@pytest.mark.parametrize("key", LAYERS)
def test_a_layer_says_what_it_is(key: str) -> None:
    layer = LAYERS[key]
    assert _said(layer.title) and _said(layer.about) and layer.group in GROUPS and layer.style.symbol in SYMBOLS
    for field in layer.fields:
        assert _said(field.title) and _said(field.about), f"{key}.{field.name} says nothing"
        assert all(_said(choice) for choice in field.choices.values())


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda s: s.name)
def test_a_setting_says_what_it_does(setting: object) -> None:
    assert _said(setting.about) and setting.variable.startswith("JINGGE_")


def test_a_role_and_a_permission_give_their_reason() -> None:
    assert all(_said(role.title) and _said(role.reason) for role in ROLES.values())
    assert all(permission.roles and _said(permission.reason) for permission in PERMISSIONS.values())


@pytest.mark.parametrize("table", [METRICS, CHECKS], ids=["metrics", "checks"])
def test_a_metric_and_a_check_say_what_they_measure(table: dict[str, object]) -> None:
    assert table
    for entry in table.values():
        assert _said(entry.title) and _said(entry.about)


WORDINGS = [import_module("screens.wording")] + [
    import_module(f"screens.wording.{module.name}") for module in iter_modules(import_module("screens.wording").__path__)
]


@pytest.mark.parametrize("wording", WORDINGS, ids=lambda module: module.__name__)
def test_every_wording_of_the_screens_has_both_languages(wording: ModuleType) -> None:
    for name, value in vars(wording).items():
        texts = (
            value.values() if isinstance(value, dict) else value if isinstance(value, tuple) and not isinstance(value, Text) else [value]
        )
        for text in texts:
            if isinstance(text, Text):
                assert text.zh.strip() and text.en.strip(), name


@pytest.mark.parametrize("file", ["README.md", "README.zh.md"])
def test_the_readme_names_the_two_commands_and_every_setting_is_found(file: str) -> None:
    text = (REPOSITORY / file).read_text(encoding="utf-8")
    assert "make run" in text and "make test" in text and "geo_cli.py" in text


@pytest.mark.parametrize("file", ["README.md", "README.zh.md", "CONTRIBUTING.md", "data/README.md"])
def test_every_relative_link_and_picture_is_there(file: str) -> None:
    page = REPOSITORY / file
    links = re.findall(r"\]\(([^)#]+)\)", page.read_text(encoding="utf-8"))
    missing = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert not missing


@pytest.mark.parametrize("wording", WORDINGS, ids=lambda module: module.__name__)
def test_no_wording_is_left_over(wording: ModuleType) -> None:
    screens = "".join(path.read_text(encoding="utf-8") for path in (REPOSITORY / "screens").rglob("*.py"))
    names = [name for name, value in vars(wording).items() if name.isupper() and isinstance(value, Text | dict | tuple)]
    used = set(re.findall(r"word(?:ing|s)\.([A-Z_0-9]+)", screens))
    assert [name for name in names if name not in used] == []
