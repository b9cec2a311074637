"""Who is asking, and for which workspace: handed to every action, which checks it before anything else."""

from dataclasses import dataclass
from datetime import date

import pandas as pd

from actions.permissions import PERMISSIONS, ROLES, RoleKey, may, require
from actions.town_model import TownModel, Workspace
from layers import LAYERS
from layers.definition.layer import Layer, Sensitivity
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from storage.store import Store


@dataclass(frozen=True)
class Scope:
    """What a caller is limited to: units, beats and cells by code, and what a member of staff answers for. Empty: nothing."""

    units: frozenset[str] = frozenset()
    beats: frozenset[str] = frozenset()
    cells: frozenset[str] = frozenset()
    staff: str | None = None
    title: Text | None = None
    """What the caller chose to look at, where this is a choice and not a limit of the account."""

    def __str__(self) -> str:
        """Short and the same for equal scopes, so that what is kept for one is never handed to another."""
        parts = [f"{kind}:{','.join(sorted(codes))}" for kind, codes in (("u", self.units), ("b", self.beats), ("c", self.cells))]
        return "|".join([*parts, f"s:{self.staff or ''}"])


@dataclass(frozen=True)
class Caller:
    """A person at one workspace: name for the record, the role acted in for the permissions, and what it is limited to.

    Somebody who holds several roles acts in one at a time; so the record says in which, and no role lends another its sight.
    """

    workspace: Workspace
    user: str
    role: RoleKey
    scope: Scope | None = None
    """None: everything. Applied by `actions.own_area`."""
    address: str = ""
    """From where, for the record; empty at the command line."""
    session: str = ""
    """The login this belongs to, by the start of its id; empty at the command line."""
    staff_code: str | None = None
    """Who this is in the staff list."""

    @property
    def store(self) -> Store:
        """The store of the workspace; each line that is added to the record through it says role and address."""
        return self.workspace.store.acting(self.role, self.address)

    @property
    def model(self) -> TownModel:
        """What follows from the stored tables; for use inside actions only, as it holds every field."""
        return self.workspace.model()

    def must(self, action: str) -> None:
        """Refused unless this caller's role may do that action, and for the whole town where it is about that."""
        require(action, self.role)
        if self.scope is not None and PERMISSIONS[action].whole:
            raise Refusal(
                Text("此操作涉及全辖区，您的角色限于部分区域。", "This is about the whole town; your role is limited to a part of it."),
                Text("请由不限区域的人员操作。", "Ask somebody whose role is not limited."),
            )

    def may(self, action: str) -> bool:
        """Whether this caller's role may do that action; for what is offered, never instead of `must`."""
        return may(action, self.role)

    @property
    def level(self) -> Sensitivity:
        """The most sensitive field this caller may receive. Refused: a role that receives no data at all."""
        level = ROLES[self.role].level
        if level is None:
            raise Refusal(Text("该角色不能查看数据。", "This role sees no data."), Text("请换用其他角色。", "Use another role."))
        return level

    @property
    def sight(self) -> str:
        """What decides which data this caller receives: role, scope, and the day, as assignments begin and end. What is kept for
        several callers is kept by it."""
        return self.role if self.scope is None else f"{self.role} {date.today()} {self.scope}"

    def note(self, action: str, subject: str, **detail: object) -> None:
        """Put what was looked at or taken on record, with role and address; if that fails, so does the action.

        A read-only copy has no record to write to, and can be read by whoever holds the file, so there it is left out.
        """
        if not self.store.read_only:
            self.store.record(self.user, action, subject, detail, "done")

    def may_see(self, layer: Layer) -> bool:
        """Whether the layer as a whole is within the caller's level."""
        return layer.sensitivity <= self.level

    def permitted(self, key: str, table: pd.DataFrame) -> pd.DataFrame:
        """Rows of a layer without the fields above the caller's level. Refused: a layer that is above it as a whole."""
        layer = LAYERS[key]
        if not self.may_see(layer):
            raise Refusal(Text("无权查看图层“{title}”。", "You may not see the layer '{title}'.").fill(title=layer.title))
        return table.drop(columns=[f.name for f in layer.fields if f.sensitivity > self.level], errors="ignore")
