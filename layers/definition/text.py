"""Words in both languages, written side by side so that neither can be forgotten."""

import re
from typing import Literal, NamedTuple

Language = Literal["zh", "en"]
LANGUAGES: dict[Language, str] = {"zh": "中文", "en": "English"}


class Text(NamedTuple):
    """One wording in Chinese and English. Both are required, so no screen can be half translated."""

    zh: str
    en: str

    def in_(self, language: Language) -> str:
        """The wording in one language; Chinese for any language that is not known."""
        return self.en if language == "en" else self.zh

    def fill(self, **values: object) -> "Text":
        """The same wording with its `{placeholders}` filled; a `Text` value fills each language with its own.

        English says "1 row lies" where the wording has "{n} rows lie".
        """
        return Text(self.zh.format(**_one(values, "zh")), _ROWS_OF_ONE.sub(_of_one, self.en.format(**_one(values, "en"))))


_VERBS = {"do": "does", "have": "has", "are": "is", "were": "was"} | {
    verb: f"{verb}s" for verb in ("equal", "keep", "lie", "name", "repeat", "share", "stand")
}
_ROWS_OF_ONE = re.compile(rf"(?<![\w.,:/-])1 ((?:blank )?)(row|column|place|task)s\b(?:( that| of the \w+)?( {'| '.join(_VERBS)})\b)?")


def _of_one(found: re.Match[str]) -> str:
    """The words of a match of `_ROWS_OF_ONE` in the singular."""
    kind, noun, that, verb = found.groups(default="")
    return f"1 {kind}{noun}{that}{' ' + _VERBS[verb.strip()] if verb else ''}"


def _one(values: dict[str, object], language: Language) -> dict[str, object]:
    return {key: value.in_(language) if isinstance(value, Text) else value for key, value in values.items()}
