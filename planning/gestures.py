"""What the beat editor in the browser sends, read with distrust, and what it does to a plan."""

import json
import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from types import MappingProxyType
from typing import NoReturn

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from planning.plan import Beat, Plan

MAX_BYTES = 8_000_000  # 2,000 strokes of 100 cells take about 1.5 MB
MAX_GESTURES = 4_000  # two full histories
MAX_BEATS = 1_000
NAME_LENGTH = 100  # both as in the editor; a label on the map holds about 20
CODE_LENGTH = 40

KINDS: Mapping[str, Text] = MappingProxyType(
    {
        "brush": Text("画笔", "brush"),
        "click": Text("点选", "click"),
        "rectangle": Text("矩形", "rectangle"),
        "circle": Text("圆形", "circle"),
        "lasso": Text("套索", "lasso"),
        "unit": Text("整个社区/村", "whole unit"),
        "flood": Text("填充", "fill"),
        "piece": Text("整片", "whole piece"),
        "erase": Text("取消分配", "unassign"),
        "list": Text("清单", "list"),
        "proposal": Text("采用建议", "proposal taken"),
        "new": Text("新建警务区", "new beat"),
        "rename": Text("改名", "rename"),
        "recolour": Text("换颜色", "recolour"),
        "lead": Text("指定责任民警", "lead officer"),
        "delete": Text("删除警务区", "delete beat"),
        "merge": Text("合并警务区", "merge beats"),
        "renumber": Text("改编号", "renumber"),
        "lock": Text("锁定警务区", "lock beats"),
        "unlock": Text("解锁警务区", "unlock beats"),
        "lock_cells": Text("锁定网格", "lock cells"),
        "unlock_cells": Text("解锁网格", "unlock cells"),
        "undo": Text("撤销", "undo"),
        "redo": Text("重做", "redo"),
    }
)

PAINTS = frozenset(("brush", "click", "rectangle", "circle", "lasso", "unit", "flood", "piece", "erase", "list", "proposal"))
_COLOUR = re.compile(r"#[0-9a-f]{6}")
_TURNED = frozenset("\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_AGAIN = Text("请刷新页面后重试。", "Load the page again.")


@dataclass(frozen=True)
class Gesture:
    """One thing a planner did. `cells` and `locked_cells` are cell codes; `to` has one beat code (None: unassigned) per cell."""

    n: int
    kind: str
    cells: tuple[str, ...] = ()
    to: tuple[str | None, ...] = ()
    beats: tuple[Beat, ...] | None = None
    """The whole list after the gesture; None where it stays."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """Old beat code -> new, all at once, so that two can be swapped."""
    locked_cells: tuple[str, ...] = ()
    locked: bool = False


@dataclass(frozen=True)
class GestureMessage:
    """Gestures on one plan in the order they were made; `digest` names the cells they count in, `revision` the plan they began on."""

    plan_id: str
    digest: str
    revision: int
    gestures: tuple[Gesture, ...]


def read_message(
    value: object, codes: Sequence[str], digest: str | None = None, max_bytes: int = MAX_BYTES, max_gestures: int = MAX_GESTURES
) -> GestureMessage:
    """A message of the editor, as JSON text or already parsed. `codes` are the cells in the order the editor was given them.

    Its `try`, which only makes a message that is sent again differ from the one before, is passed over. Refused: anything
    but plain JSON (no NaN) of at most `max_bytes`, fields missing, unknown or of another type, gestures not numbered one
    after the other, cells that do not exist or come twice in a gesture, beats with a bad or a double number, names that are
    too long or hold control characters, colours that are not #rrggbb, and another `digest` if one is given.
    """
    parsed = _fields(_plain(value, max_bytes), {"plan", "digest", "revision", "gestures"}, {"try"}, "message")
    if digest is not None and parsed["digest"] != digest:
        raise Refusal(
            Text("编辑期间网格已变更，编辑内容对不上。", "The cells have changed since the editor was opened."),
            Text("请刷新页面，在新网格上继续。", "Load the page again and go on with the new cells."),
        )
    rows = _list(parsed["gestures"], max_gestures, "gestures")
    gestures = tuple(_gesture(row, codes) for row in rows)
    for before, after in pairwise(gestures):
        if after.n != before.n + 1:
            _bad("gestures", after.n)
    return GestureMessage(
        _text(parsed["plan"], 200, "plan"), _text(parsed["digest"], 200, "digest"), _whole(parsed["revision"], "revision"), gestures
    )


def applied(plan: Plan, gesture: Gesture) -> Plan:
    """The plan after one gesture. Refused: what `replayed` refuses."""
    return _after(plan, (gesture,))


def replayed(plan: Plan, message: GestureMessage) -> Plan:
    """The plan after all gestures of a message. Its revision is left to the store.

    Refused, with the plan unchanged: a message for another plan; a gesture that names unknown cells or beats, moves a locked
    cell, moves a cell out of or into a locked beat, drops a locked beat or one that still has cells, or gives two beats one number.
    """
    if message.plan_id != plan.header.id:
        raise Refusal(Text("编辑内容属于另一个方案。", "The edits belong to another plan."), _AGAIN)
    return _after(plan, message.gestures)


def _after(plan: Plan, gestures: Iterable[Gesture]) -> Plan:
    draft = _Draft(plan)
    for gesture in gestures:
        draft.take(gesture)
    return replace(plan, beats=draft.beats, beat_of=draft.beat_of, locked_cells=frozenset(draft.locked_cells))


class _Draft:
    """A plan while gestures run over it."""

    def __init__(self, plan: Plan) -> None:
        self.beats = plan.beats
        self.beat_of = dict(plan.beat_of)
        self.locked_cells = set(plan.locked_cells)

    def take(self, gesture: Gesture) -> None:
        lost = [cell for cell in (*gesture.cells, *gesture.locked_cells) if cell not in self.beat_of]
        if lost:
            _refuse(gesture, lost, Text("方案中没有这些网格", "the plan does not have these cells"))
        locked = self._renamed(gesture)
        if gesture.beats is not None:
            self._listed(gesture, locked)
        self._moved(gesture, locked)
        for cell in gesture.locked_cells:
            (self.locked_cells.add if gesture.locked else self.locked_cells.discard)(cell)

    def _renamed(self, gesture: Gesture) -> set[str]:
        """Gives the beats their new numbers; those that are locked."""
        renamed, codes = gesture.renamed, [beat.code for beat in self.beats]
        strangers = [code for code in renamed if code not in codes]
        if strangers or (renamed and gesture.beats is None):
            _refuse(gesture, strangers or list(renamed), Text("方案中没有这些警务区", "the plan does not have these beats"))
        if renamed:
            self.beats = tuple(replace(beat, code=renamed.get(beat.code, beat.code)) for beat in self.beats)
            _once(gesture, [beat.code for beat in self.beats])
            self.beat_of = {cell: beat and renamed.get(beat, beat) for cell, beat in self.beat_of.items()}
        return {beat.code for beat in self.beats if beat.locked}

    def _listed(self, gesture: Gesture, locked: set[str]) -> None:
        """Puts the new list of beats in place."""
        assert gesture.beats is not None
        after = {beat.code for beat in gesture.beats}
        dropped = sorted(locked - after)
        if dropped:
            _refuse(gesture, dropped, Text("锁定的警务区不能删除", "locked beats are not deleted"))
        leaving = dict(zip(gesture.cells, gesture.to, strict=True))
        gone = {beat.code for beat in self.beats} - after
        left = sorted({beat for cell, beat in self.beat_of.items() if beat in gone and cell not in leaving}) if gone else []
        if left:
            _refuse(gesture, left, Text("被删除的警务区仍有网格", "deleted beats still have cells"))
        self.beats = gesture.beats
        locked |= {beat.code for beat in self.beats if beat.locked}

    def _moved(self, gesture: Gesture, locked: set[str]) -> None:
        known = {beat.code for beat in self.beats}
        strangers = sorted({beat for beat in gesture.to if beat is not None and beat not in known})
        if strangers:
            _refuse(gesture, strangers, Text("方案中没有这些警务区", "the plan does not have these beats"))
        held = self.locked_cells.union(gesture.locked_cells)
        moves = zip(gesture.cells, gesture.to, strict=True)
        stuck = [cell for cell, to in moves if cell in held or self.beat_of[cell] in locked or to in locked]
        if stuck:
            _refuse(gesture, stuck, Text("网格或其警务区已锁定", "the cells or their beats are locked"))
        self.beat_of.update(zip(gesture.cells, gesture.to, strict=True))


def _refuse(gesture: Gesture, which: Sequence[str], why: Text) -> NoReturn:
    message = Text(
        "第 {number} 步（{kind}）被拒绝：{why}（{n} 个，首个：{first}）。",
        "Step {number} ({kind}) is refused: {why} ({n}, first: {first}).",
    )
    raise Refusal(message.fill(number=gesture.n, kind=KINDS[gesture.kind], why=why, n=len(which), first=which[0]), _AGAIN)


def _once(gesture: Gesture, codes: list[str]) -> None:
    twice = sorted({code for code in codes if codes.count(code) > 1})
    if twice:
        _refuse(gesture, twice, Text("警务区编号重复", "beat numbers occur twice"))


def _bad(what: str, value: object) -> NoReturn:
    shown = "".join(c for c in repr(value)[:40] if c.isprintable())
    raise Refusal(
        Text("编辑内容无法识别：{what} = {shown}。", "The edits can't be read: {what} = {shown}.").fill(what=what, shown=shown), _AGAIN
    )


def _plain(value: object, max_bytes: int) -> object:
    """The value, once it is known to be plain JSON and not too large."""
    try:
        text = value if isinstance(value, (str, bytes)) else json.dumps(value, ensure_ascii=True, allow_nan=False)
        size = len(text.encode() if isinstance(text, str) else text)
        if size <= max_bytes:
            return json.loads(text, parse_constant=lambda name: _bad("message", name)) if isinstance(value, (str, bytes)) else value
    except (TypeError, ValueError, RecursionError):
        _bad("message", type(value).__name__)
    raise Refusal(
        Text("编辑内容过大（{n} 字节，上限 {most}）。", "The edits are too large ({n} bytes, at most {most}).").fill(
            n=size, most=max_bytes
        ),
        Text("请分几次保存。", "Save in several goes."),
    )


def _fields(value: object, needed: set[str], optional: set[str], what: str) -> dict[str, object]:
    if not isinstance(value, dict):
        _bad(what, value)
    odd = [key for key in value if key not in needed | optional] + sorted(needed - value.keys())
    if odd:
        _bad(what, odd[0])
    return value


def _list(value: object, most: int, what: str) -> list[object]:
    if not isinstance(value, list):
        _bad(what, value)
    if len(value) > most:
        raise Refusal(
            Text("编辑内容中 {what} 过多（{n} 个，上限 {most}）。", "The edits have too many {what} ({n}, at most {most}).").fill(
                what=what, n=len(value), most=most
            ),
            Text("请分几次保存。", "Save in several goes."),
        )
    return value


def _whole(value: object, what: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value < 2**53:
        _bad(what, value)
    return value


def _text(value: object, longest: int, what: str, shortest: int = 1) -> str:
    if not isinstance(value, str) or not shortest <= len(value) <= longest:
        _bad(what, value)
    if any(unicodedata.category(c) in ("Cc", "Cs") or c in _TURNED for c in value):
        _bad(what, value)
    return value


def _code(value: object, what: str) -> str:
    code = _text(value, CODE_LENGTH, what)
    return code if code == code.strip() else _bad(what, value)


def _flag(value: object, what: str) -> bool:
    return value if isinstance(value, bool) else _bad(what, value)


def _cells(value: object, codes: Sequence[str], what: str) -> tuple[str, ...]:
    places = _list(value, len(codes), what)
    seen: set[int] = set()
    for place in places:
        if _whole(place, what) >= len(codes) or place in seen:
            _bad(what, place)
        seen.add(place)  # type: ignore[arg-type]
    return tuple(codes[place] for place in places)  # type: ignore[call-overload]


def _beat(value: object) -> Beat:
    row = _fields(value, {"code", "name", "name_en", "lead", "colour", "locked"}, set(), "beat")
    colour = row["colour"]
    if colour is not None and not (isinstance(colour, str) and _COLOUR.fullmatch(colour)):
        _bad("colour", colour)
    return Beat(
        code=_code(row["code"], "code"),
        name=_text(row["name"], NAME_LENGTH, "name", 0),
        name_en=_text(row["name_en"], NAME_LENGTH, "name_en", 0),
        lead=None if row["lead"] is None else _text(row["lead"], CODE_LENGTH, "lead"),
        colour=colour,
        locked=_flag(row["locked"], "locked"),
    )


def _gesture(value: object, codes: Sequence[str]) -> Gesture:
    row = _fields(value, {"n", "kind", "cells", "to"}, {"beats", "renamed", "locked_cells"}, "gesture")
    kind = row["kind"]
    if not isinstance(kind, str) or kind not in KINDS:
        _bad("kind", kind)
    cells = _cells(row["cells"], codes, "cells")
    lock = _fields(row.get("locked_cells", {"cells": [], "locked": False}), {"cells", "locked"}, set(), "locked_cells")
    renamed = row.get("renamed", {})
    if not isinstance(renamed, dict):
        _bad("renamed", renamed)
    gesture = Gesture(
        n=_whole(row["n"], "n"),
        kind=kind,
        cells=cells,
        to=_targets(row["to"], len(cells)),
        beats=tuple(_beat(beat) for beat in _list(row["beats"], MAX_BEATS, "beats")) if "beats" in row else None,
        renamed=MappingProxyType({_code(old, "renamed"): _code(new, "renamed") for old, new in renamed.items()}),
        locked_cells=_cells(lock["cells"], codes, "locked_cells"),
        locked=_flag(lock["locked"], "locked"),
    )
    _once(gesture, [beat.code for beat in gesture.beats or ()])
    if kind in PAINTS and len(row) > 4:
        _bad("kind", kind)  # the log would call a change of beats or locks a stroke
    return gesture


def _targets(value: object, n: int) -> tuple[str | None, ...]:
    if isinstance(value, list):
        if len(value) != n:
            _bad("to", len(value))
        return tuple(None if code is None else _code(code, "to") for code in value)
    return (None if value is None else _code(value, "to"),) * n
