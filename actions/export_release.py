"""A second person for incident-level files, where the workspace asks for one: asked for, agreed to by somebody else, used once."""

from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from actions.caller import Caller
from layers.definition.refusal import Refusal
from layers.definition.text import Text

ASKS_FOR_SECOND = "second_person_for_incident_files"
RELEASES = "incident_file_releases"
LONGEST_PURPOSE = 200
KEPT = 200  # requests kept, newest last; the record keeps all


@dataclass(frozen=True)
class Release:
    """One request: who wants single incidents for what, and who agreed to it, if anybody has."""

    id: str
    who: str
    purpose: str
    asked_at: str
    agreed_by: str = ""
    used: bool = False


def second_person_needed(caller: Caller) -> bool:
    """Whether this workspace asks for a second person before single incidents leave it."""
    caller.must("export_data")
    return bool(caller.store.setting(ASKS_FOR_SECOND, False))


def set_second_person(caller: Caller, on: bool, reason: str) -> None:
    """Ask for a second person, or no longer; logged. Refused: no reason."""
    caller.must("approve_plan")
    caller.store.set_setting(ASKS_FOR_SECOND, on, by=caller.user, reason=purpose_of(reason))


def ask_for_release(caller: Caller, purpose: str) -> Release:
    """Ask that somebody agrees to a file of single incidents. Refused: no purpose."""
    caller.must("export_incidents")
    asked = Release(uuid4().hex[:12], caller.user, purpose_of(purpose), datetime.now().isoformat(timespec="seconds"))
    _change(caller, lambda kept: [*kept, asked])
    caller.note("ask_for_release", asked.id, purpose=asked.purpose)
    return asked


def releases(caller: Caller) -> list[Release]:
    """All requests that are kept, oldest first."""
    caller.must("export_data")
    return [Release(**row) for row in caller.store.setting(RELEASES, [])]


def agree(caller: Caller, release_id: str) -> Release:
    """Agree to somebody's request. Refused: an unknown or used one; one's own."""
    caller.must("agree_to_export")
    agreed: list[Release] = []

    def agreeing(kept: list[Release]) -> list[Release]:
        found = next((r for r in kept if r.id == release_id and not r.used), None)
        if found is None:
            raise _gone()
        if found.who == caller.user:
            raise Refusal(
                Text("不能同意自己的申请。", "Nobody agrees to their own request."),
                Text("请由另一人同意。", "Another person has to agree."),
            )
        agreed.append(replace(found, agreed_by=caller.user))
        return [agreed[0] if r.id == release_id else r for r in kept]

    _change(caller, agreeing)
    caller.note("agree_to_export", agreed[0].id, purpose=agreed[0].purpose, asked_by=agreed[0].who)
    return agreed[0]


def released(caller: Caller, purpose: str) -> Release | None:
    """The agreed, unused request of this caller for this purpose; None where no second person is asked for.

    Refused: no purpose; nobody has agreed.
    """
    caller.must("export_incidents")
    purpose = purpose_of(purpose)
    if not second_person_needed(caller):
        return None
    for release in releases(caller):
        if release.who == caller.user and release.purpose == purpose and release.agreed_by and not release.used:
            return release
    raise Refusal(
        Text(
            "逐条警情的文件须经第二人同意，尚无人同意此用途。",
            "A file of single incidents needs a second person; nobody has agreed to this purpose.",
        ),
        Text("请先申请，并请另一人同意。", "Ask for it first, and have another person agree."),
    )


def use_up(caller: Caller, release: Release | None) -> None:
    """Mark a request as used, once its file was made and before it is handed out. Refused: another file used it meanwhile."""
    if release is None:
        return

    def using(kept: list[Release]) -> list[Release]:
        if not any(r.id == release.id and r.agreed_by and not r.used for r in kept):
            raise _gone()
        return [replace(r, used=True) if r.id == release.id else r for r in kept]

    _change(caller, using)


def purpose_of(words: str) -> str:
    """The purpose as it is recorded. Refused: none."""
    purpose = " ".join(words.split())[:LONGEST_PURPOSE]
    if not purpose:
        raise Refusal(Text("请填写导出的用途。", "Say what the export is for."), Text("用途会记入审计记录。", "It goes into the record."))
    return purpose


def _gone() -> Refusal:
    return Refusal(Text("没有这项申请，或已使用。", "There is no such request, or it was used."), Text("请重新申请。", "Ask again."))


def _change(caller: Caller, change: Callable[[list[Release]], list[Release]]) -> None:
    """All requests, read and kept again with nobody between: no two agree to, or use, one twice."""

    def rows(kept: list[dict[str, Any]] | None) -> list[dict[str, Any]]:
        return [asdict(r) for r in change([Release(**row) for row in kept or []])[-KEPT:]]

    caller.store.change_setting(RELEASES, rows, by=caller.user, reason="releases")
