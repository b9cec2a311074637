"""How every room says no: what is wrong, how many, where first, and what to do next."""

from collections.abc import Mapping

from layers.definition.text import Text


class Refusal(Exception):
    """Something asked for that can't be done, worded for the person who asked, in both languages.

    Nothing has been changed when it is raised. `str()` is the English wording.
    """

    def __init__(self, message: Text, what_next: Text | None = None) -> None:
        super().__init__(message.en if what_next is None else f"{message.en} {what_next.en}")
        self.message = message
        self.what_next = what_next

    @property
    def text(self) -> Text:
        """Message and next step as one wording."""
        if self.what_next is None:
            return self.message
        return Text(self.message.zh + self.what_next.zh, f"{self.message.en} {self.what_next.en}")


def chosen(name: str, known: Mapping[str, object], what: Text) -> str:
    """The name as it is known, large or small letters alike. Refused where there is no such thing, with a list of what there is."""
    for each in known:
        if each.casefold() == name.casefold():
            return each
    raise Refusal(
        Text("没有{what}“{name}”。", "There is no {what} '{name}'.").fill(what=what, name=str(name)[:30]),
        Text("可选：{known}。", "Choose one of: {known}.").fill(known=", ".join(known)),
    )
