"""Open a workspace, for the app and the command line alike."""

from pathlib import Path

from actions.caller import Caller
from actions.permissions import RoleKey
from actions.town_model import Workspace
from layers import LAYERS
from storage.open_store import open_store


def open_workspace(location: str | Path) -> Workspace:
    """The workspace kept there. Refused, and nothing changed: missing, locked, damaged, of a newer version."""
    return Workspace(open_store(location, LAYERS))


def as_caller(workspace: Workspace, user: str, role: RoleKey) -> Caller:
    """A person with a role at a workspace."""
    return Caller(workspace, user, role)
