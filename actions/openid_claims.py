"""What the organisation's provider says of a person, and how a sign-in by it fails."""

from collections.abc import Mapping
from dataclasses import dataclass

from layers.definition.refusal import Refusal
from layers.definition.text import Text

_AGAIN = Text(
    "请重新登录；若仍不成，请把本页内容告诉管理员。", "Sign in again; if it fails again, tell the administrator what this page says."
)


class Denied(Refusal):
    """A sign-in by the provider that failed; `why` is the word for it in the record."""

    def __init__(self, why: str, text: Text, what_next: Text = _AGAIN) -> None:
        self.why = why
        super().__init__(text, what_next)


@dataclass(frozen=True)
class Claims:
    """What the id_token says of a person: who, by what names, and in which groups."""

    subject: str
    names: Mapping[str, str]
    groups: frozenset[str]
