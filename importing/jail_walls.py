"""The walls around the process that reads: memory, time, no network, no file outside. Each wall is put up where the system has it.

Linux has all of them; elsewhere the reader still runs in a process of its own with no driver that opens other files.
"""

import ctypes
import os
import struct
import sys
from collections.abc import Iterable
from pathlib import Path

_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_NO_NEW_PRIVILEGES = 38
# Landlock's three system calls have these numbers on every processor; rights as in linux/landlock.h
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_RIGHTS_BY_VERSION = {1: 0x1FFF, 2: 0x3FFF, 3: 0x7FFF, 5: 0xFFFF}
_READ = 0b1100  # read a file, list a folder
_EXECUTE = 0b1
_NET_TCP = 0b11
_SCOPES = 0b11
_BENEATH = 1


def raise_walls(folder: Path, max_memory_bytes: int, max_seconds: int, max_written_bytes: int) -> tuple[str, ...]:
    """Shut this process in for good: it may write in `folder` only and read there and what Python itself needs.

    Returns the names of the walls that stand.
    """
    stand = []
    if _limit_resources(max_memory_bytes, max_seconds, max_written_bytes):
        stand.append("limits")
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0:
            stand.append("network")
        if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) == 0 and _shut_files(libc, folder):
            stand.append("files")
    return tuple(stand)


def _limit_resources(max_memory_bytes: int, max_seconds: int, max_written_bytes: int) -> bool:
    try:
        import resource
    except ImportError:  # Windows
        return False
    for limit, value in (
        (resource.RLIMIT_AS, max_memory_bytes),
        (resource.RLIMIT_CPU, max_seconds),
        (resource.RLIMIT_FSIZE, max_written_bytes),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 128),
    ):
        hard = resource.getrlimit(limit)[1]
        value = value if hard == resource.RLIM_INFINITY else min(value, hard)
        resource.setrlimit(limit, (value, value))
    return True


def _shut_files(libc: ctypes.CDLL, folder: Path) -> bool:
    """Landlock: everything is forbidden but what is named here; no program can be started, no connection opened."""
    version = libc.syscall(_CREATE_RULESET, None, 0, 1)
    if version < 1:
        return False
    rights = _RIGHTS_BY_VERSION[max(known for known in _RIGHTS_BY_VERSION if known <= version)]
    rules = struct.pack("<QQQ", rights, _NET_TCP if version >= 4 else 0, _SCOPES if version >= 6 else 0)
    size = 24 if version >= 6 else 16 if version >= 4 else 8
    ruleset = libc.syscall(_CREATE_RULESET, rules, size, 0)
    if ruleset < 0:
        return False
    try:
        allowed = all([_allow(libc, ruleset, path, _READ) for path in _python_needs()]) and _allow(
            libc, ruleset, folder, rights & ~_EXECUTE
        )
        return allowed and libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0
    except OSError:  # a place that can't be opened; without the wall the others still stand
        return False
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, rights: int) -> bool:
    opened = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rights = rights if path.is_dir() else rights & ~0b1000
        return bool(libc.syscall(_ADD_RULE, ruleset, _BENEATH, struct.pack("<Qi", rights, opened), 0) == 0)
    finally:
        os.close(opened)


def _python_needs() -> Iterable[Path]:
    """Where Python and its packages lie, and this program's own two rooms; not the folder with the workspaces beside them."""
    own = Path(__file__).resolve().parents[1]
    places = {
        Path(sys.prefix),
        Path(sys.base_prefix),
        Path("/usr"),
        Path("/lib"),
        Path("/lib64"),
        Path("/dev/urandom"),
        Path("/dev/null"),
        own / "importing",
        own / "layers",
    }
    places |= {Path(entry) for entry in sys.path if "site-packages" in entry or "dist-packages" in entry or "lib-dynload" in entry}
    return [place.resolve() for place in places if place.exists()]
