"""The record of who did what: put into it here and in `Caller.note`, read by the auditor alone, changed by nobody."""

import csv
import io
from collections import OrderedDict
from collections.abc import Callable
from datetime import datetime
from threading import Lock

from actions.caller import Caller
from actions.permissions import may
from exporting.spreadsheet_text import without_formula
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from storage.audit import AuditCheck, AuditLine

KEPT_SIGHTS = 10_000
_shown: OrderedDict[tuple[str, ...], None] = OrderedDict()
_lock = Lock()


def incidents_shown(caller: Caller) -> None:
    """Put on record that this session's map holds single incidents: once per session and state of the incidents.

    If that can't be written, it is refused and nothing may be shown. Callers who receive none leave no line.
    """
    if not may("see_incidents", caller.role):
        return
    state = (caller.sight, str(caller.store.revision("incidents")))
    once_per_session(caller, ("incidents", *state), lambda: caller.note("see_incidents", "incidents", session=caller.session))


def searched(caller: Caller, asked: str, hits: int) -> None:
    """Put a search on record: once per session and words, as a screen asks again whenever it is drawn."""
    once_per_session(caller, ("find", asked), lambda: caller.note("find", asked, hits=hits))


def once_per_session(caller: Caller, what: tuple[str, ...], write: Callable[[], None]) -> None:
    """Write a line unless this session (or at the command line this person) has left the same one since the app started."""
    key = (caller.store.location, caller.session or caller.user, *what)
    with _lock:
        if key in _shown:
            return
    write()
    with _lock:
        _shown[key] = None
        while len(_shown) > KEPT_SIGHTS:
            _shown.popitem(last=False)


def record_lines(
    caller: Caller, who: str = "", action: str = "", day: str = "", before: int | None = None, limit: int = 50
) -> tuple[AuditLine, ...]:
    """The latest lines, newest first, of a person, an action, a day (YYYY-MM-DD), where asked for; below the number `before`."""
    caller.must("see_record")
    asked = (who, action, day, str(before))
    once_per_session(caller, ("record", *asked), lambda: caller.note("see_record", "audit", person=who, of_action=action, day=day))
    return caller.store.audit_lines(limit, before, who.strip() or None, action.strip() or None, day.strip() or None)


def names_in_record(caller: Caller) -> dict[str, str]:
    """Id of an account -> its login name, by which people know what a line is about."""
    caller.must("see_record")
    return {user.id: user.name for user in caller.store.users()}


def check_record(caller: Caller) -> AuditCheck:
    """Check the chain of the whole record, and that the plans are what it says."""
    caller.must("see_record")
    check = caller.store.verify_audit()
    caller.note("verify_record", "audit", ok=check.ok, lines=check.lines)
    return check


def record_csv(caller: Caller, purpose: str) -> bytes:
    """The whole record as CSV (UTF-8 with a mark, for spreadsheets), nothing in it a formula. Refused: no purpose."""
    caller.must("export_record")
    if not purpose.strip():
        raise Refusal(Text("请填写导出的用途。", "Say what the export is for."), Text("用途会记入审计记录。", "It goes into the record."))
    caller.note("export_record", "audit", purpose=purpose.strip()[:200])
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\r\n")
    stamp = datetime.now().isoformat(timespec="seconds")
    writer.writerow([without_formula(word) for word in ("#", caller.user, stamp, purpose.strip()[:200])])
    writer.writerows([without_formula(word) for word in row] for row in caller.store.audit_csv_rows())
    return written.getvalue().encode("utf-8-sig")
