"""What a check of a plan is: what it looks at, and what it answers."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

from layers.definition.text import Text
from planning.cell_graph import CellGraph
from planning.cell_measures import CellMeasures
from planning.circumstances import Circumstances
from planning.plan import Plan
from planning.tally import Tally

State = Literal["ok", "broken", "not_checked"]
STATES: dict[State, Text] = {
    "ok": Text("符合", "ok"),
    "broken": Text("不符合", "broken"),
    "not_checked": Text("未检查", "not checked"),
}
Where = Literal["cell", "beat", "unit"]


@dataclass(frozen=True)
class Finding:
    """The answer of one check: its wording, and the codes of the cells, beats or units to look at, worst first."""

    check: str
    state: State
    message: Text
    where: tuple[str, ...] = ()
    where_kind: Where = "beat"


@dataclass(frozen=True, eq=False)
class Case:
    """A plan with all that the checks look at; the measures, the graph and the tally are of the same cells."""

    plan: Plan
    measures: CellMeasures
    graph: CellGraph | None
    circumstances: Circumstances
    tolerance_share: float
    tally: Tally

    def beat_title(self, code: str) -> Text:
        """Number and name of a beat."""
        beat = self.plan.beat(code)
        return Text(f"{code} {beat.name}", f"{code} {beat.name_en or beat.name}")


@dataclass(frozen=True)
class Check:
    """One rule. A plan that breaks a `must` is not put in force; a `should` is shown and may be broken with a reason."""

    key: str
    title: Text
    about: Text
    weight: Literal["must", "should"]
    function: Callable[[Case], Finding]


def ok(check: str, message: Text) -> Finding:
    """The plan keeps to it."""
    return Finding(check, "ok", message)


def broken(check: str, message: Text, where: Sequence[str], where_kind: Where = "beat") -> Finding:
    """The plan breaks it, at these places, worst first."""
    return Finding(check, "broken", message, tuple(where), where_kind)


def not_checked(check: str, message: Text, where: Sequence[str] = (), where_kind: Where = "beat") -> Finding:
    """What the check needs is not known."""
    return Finding(check, "not_checked", message, tuple(where), where_kind)
