"""A backup: the workspace of one moment as a file of its own, made while people work."""

from pathlib import Path

from actions.caller import Caller


def back_up(caller: Caller, path: Path) -> int:
    """Write a backup that its owner alone may read; its size in bytes. Accounts come along, open log-ins don't.

    Refused: the place is taken; a role that keeps no backups.
    """
    caller.must("back_up")
    caller.note("back_up", path.name)
    caller.store.snapshot(path)
    path.chmod(0o600)
    return path.stat().st_size
