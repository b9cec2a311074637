"""What a person said about one file: kept by name for the session, and turned into the wish that the action takes."""

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import streamlit as st

from actions.import_layer import ImportWish, ReadLimits
from screens.served import served
from screens.session import language, remember, remembered


@dataclass(frozen=True)
class Choices:
    """The choices about one file for one target; empty ones are found out."""

    token: str
    values: dict[str, Any] = field(default_factory=dict)
    """layer, encoding, crs, datum, repair."""
    columns: dict[str, str] = field(default_factory=dict)
    """Column -> field; '-' leaves it out."""
    given: dict[str, str] = field(default_factory=dict)
    """Field -> one value for all rows."""
    meanings: dict[tuple[str, str], str] = field(default_factory=dict)
    """(Field, text of the file) -> choice."""


def choices_of(target: str, file_id: str) -> Choices:
    """What was said so far about this file; another file or target starts with nothing said."""
    token = f"{target} {file_id}"
    kept: Choices | None = remembered("import_choices")
    if kept is None or kept.token != token:
        kept = Choices(token)
        remember("import_choices", kept)
    return kept


def import_wish(target: str, path: Path, file_name: str, choices: Choices) -> ImportWish:
    """The wish that the choices make."""
    settings = served().settings
    limits = ReadLimits.of(settings.max_upload_mb, settings.max_csv_mb, settings.reader_memory_mb, settings.reader_seconds)
    values = {name: value for name, value in choices.values.items() if value}
    meanings: dict[str, dict[str, str]] = {}
    for (name, text), choice in choices.meanings.items():
        meanings.setdefault(name, {})[text] = choice
    return ImportWish(
        target, path, file_name, columns=dict(choices.columns), given=dict(choices.given), values=meanings, limits=limits, **values
    )


def pick(
    choices: Choices, part: str, name: Any, title: str, options: Sequence[Any], now: Any, shown: Callable[[Any], str], **how: Any
) -> None:
    """A list to choose from; what is chosen goes into a part of the choices under a name. It shows what holds now."""
    key = f"{choices.token} {part} {name} {now} {language()}"
    if now not in options:
        options = [*options, now]
    st.selectbox(
        title,
        options,
        index=list(options).index(now),
        format_func=shown,
        key=key,
        on_change=_chosen,
        args=(choices, part, name, key),
        **how,
    )


def write(choices: Choices, part: str, name: Any, title: str, now: str) -> None:
    """A text to write; goes into a part of the choices under a name."""
    key = f"{choices.token} {part} {name} {now} {language()}"
    st.text_input(title, value=now, key=key, max_chars=200, on_change=_chosen, args=(choices, part, name, key))


def tick(choices: Choices, part: str, name: Any, title: str, now: bool) -> None:
    """A box to tick; goes into a part of the choices under a name."""
    key = f"{choices.token} {part} {name} {now} {language()}"
    st.checkbox(title, value=now, key=key, on_change=_chosen, args=(choices, part, name, key))


def button(choices: Choices, part: str, name: Any, value: Any, title: str) -> None:
    """A button that says one value; it goes into a part of the choices under a name."""
    key = f"{choices.token} {part} {name} button {value} {language()}"
    st.button(title, key=key, on_click=_said, args=(choices, part, name, value))


def _chosen(choices: Choices, part: str, name: Any, key: str) -> None:
    """A part with the new value; an empty one is taken out, so that it is found out again. For columns empty means left out."""
    _said(choices, part, name, remembered(key))


def _said(choices: Choices, part: str, name: Any, value: Any) -> None:
    said: dict[Any, Any] = {**getattr(choices, part), name: value}
    if value in ("", None, False):
        said.pop(name)
        if part == "columns":
            said[name] = "-"
    changed: dict[str, Any] = {part: said}
    remember("import_choices", dataclasses.replace(choices, **changed))
