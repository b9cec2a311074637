"""What the person says that unknown values of a file mean: 盗窃案 is theft."""

from collections.abc import Mapping

from importing.column import plain
from importing.kinds import Kind
from layers.definition.refusal import Refusal
from layers.definition.text import Text

LEFT_EMPTY = ""
"""Said of a wording that says nothing the field could keep."""
LEAVE = "-"
"""How a person says so."""


def known_wordings(kind: Kind, said: Mapping[str, Mapping[str, str]]) -> dict[str, dict[str, str]]:
    """Field -> wording in the file -> key of the choice, from what a person said, who may name a choice by key or wording.

    '-' leaves the value of an optional field empty. Refused: a field that the kind does not have or that has no choices; a
    choice that it does not have.
    """
    return {name: {wording: _choice(kind, name, wanted) for wording, wanted in words.items()} for name, words in said.items()}


def _choice(kind: Kind, name: str, wanted: str) -> str:
    field = kind.field(name)
    if not field.choices:
        raise Refusal(
            Text("“{title}”没有可选值，不能为写法指定含义。", "{title} has no choices that a wording could stand for.").fill(
                title=field.title
            )
        )
    if wanted == LEAVE and not field.required:
        return LEFT_EMPTY
    keys = {plain(word): key for key, text in field.choices.items() for word in (text.zh, text.en, key)}
    if plain(wanted) not in keys:
        raise Refusal(
            Text("“{title}”没有可选值“{wanted}”。", "{title} has no choice {wanted}.").fill(title=field.title, wanted=wanted),
            Text("可选：{zh}。", "It has: {zh}.").fill(
                zh=Text("、".join(text.zh for text in field.choices.values()), ", ".join(field.choices))
            ),
        )
    return keys[plain(wanted)]
