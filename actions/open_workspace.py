"""Open a workspace, for the app and the command line alike."""

from pathlib import Path

from actions.caller import Caller
from actions.permissions import RoleKey
from actions.town_model import Workspace
from layers import LAYERS
from storage.open_store import open_store


def open_workspace(location: str | Path, lock_wait_s: float = 5.0) -> Workspace:
    """The workspace kept there. Refused, and nothing changed: missing, locked for so long, damaged, of a newer version."""
    return Workspace(open_store(location, LAYERS, busy_timeout_s=lock_wait_s))


def as_caller(workspace: Workspace, user: str, role: RoleKey) -> Caller:
    """A person with a role at a workspace."""
    return Caller(workspace, user, role)
