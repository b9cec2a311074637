"""Who is asking, and for which workspace: handed to every action, which checks it before anything else."""

from dataclasses import dataclass

import pandas as pd

from actions.permissions import ROLES, RoleKey, require
from actions.town_model import TownModel, Workspace
from layers import LAYERS
from layers.definition.layer import Layer, Sensitivity
from layers.definition.refusal import Refusal
from layers.definition.text import Text
from storage.store import Store


@dataclass(frozen=True)
class Caller:
    """A person at one workspace: name for the record, and role for the permissions."""

    workspace: Workspace
    user: str
    role: RoleKey

    @property
    def store(self) -> Store:
        """The store of the workspace."""
        return self.workspace.store

    @property
    def model(self) -> TownModel:
        """What follows from the stored tables; for use inside actions only, as it holds every field."""
        return self.workspace.model()

    def must(self, action: str) -> None:
        """Refused unless this caller's role may do that action."""
        require(action, self.role)

    @property
    def level(self) -> Sensitivity:
        """The most sensitive field this caller may receive. Refused: a role that receives no data at all."""
        level = ROLES[self.role].level
        if level is None:
            raise Refusal(Text("该角色不能查看数据。", "This role sees no data."), Text("请换用其他角色。", "Use another role."))
        return level

    def note(self, action: str, subject: str, **detail: object) -> None:
        """Put what was looked at or taken on record; if that fails, so does the action.

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
