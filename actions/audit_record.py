"""The record of who did what: put into it here and in `Caller.note`, read by the auditor alone, changed by nobody."""

import csv
import io
from collections import OrderedDict
from datetime import datetime
from threading import Lock

from actions.caller import Caller
from actions.permissions import may
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from storage.audit import AuditCheck, AuditLine

KEPT_SIGHTS = 10_000
LOOKED_THROUGH = 20_000  # lines behind a filter by day that one page reads at most
_PAGE = 500
_shown: OrderedDict[tuple[str, ...], None] = OrderedDict()
_lock = Lock()


def incidents_shown(caller: Caller) -> None:
    """Put on record that this session's map holds single incidents: once per session and state of the incidents.

    If that can't be written, it is refused and nothing may be shown. Callers who receive none leave no line.
    """
    if not may("see_incidents", caller.role):
        return
    key = (caller.store.location, caller.session or caller.user, caller.sight, str(caller.store.revision("incidents")))
    with _lock:
        if key in _shown:
            return
    caller.note("see_incidents", "incidents", session=caller.session)
    with _lock:
        _shown[key] = None
        while len(_shown) > KEPT_SIGHTS:
            _shown.popitem(last=False)


def record_lines(
    caller: Caller, who: str = "", action: str = "", day: str = "", before: int | None = None, limit: int = 50
) -> tuple[AuditLine, ...]:
    """The latest lines, newest first, of a person, an action, a day (YYYY-MM-DD), where asked for; below the number `before`."""
    caller.must("see_record")
    caller.note("see_record", "audit", person=who, of_action=action, day=day)
    found: list[AuditLine] = []
    seen = 0
    while len(found) < limit and seen < LOOKED_THROUGH:
        lines = caller.store.audit_lines(_PAGE if day else limit, before, who.strip() or None, action.strip() or None)
        seen += len(lines)
        found += [line for line in lines if not day or line.at[:10] == day]
        if not lines or (day and lines[-1].at[:10] < day) or not day:
            break
        before = lines[-1].id
    return tuple(found[:limit])


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


def without_formula(word: str) -> str:
    """A text that no spreadsheet takes for a formula, in full or half width: an apostrophe stands before it."""
    return f"'{word}" if word.lstrip(" ")[:1] in tuple("=+-@\t\r\n|＝＋－＠") and word.strip() else word
