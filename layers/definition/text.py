"""Words in both languages, written side by side so that neither can be forgotten."""

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
        """The same wording with its `{placeholders}` filled; a `Text` value fills each language with its own."""
        return Text(self.zh.format(**_one(values, "zh")), self.en.format(**_one(values, "en")))


def _one(values: dict[str, object], language: Language) -> dict[str, object]:
    return {key: value.in_(language) if isinstance(value, Text) else value for key, value in values.items()}
