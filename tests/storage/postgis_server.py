"""A real PostgreSQL server with PostGIS for the tests: its own cluster in a temporary folder, on a free port of the loopback.

Debian and Ubuntu packages: postgresql, postgresql-postgis.
"""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

USER = "jingge"
_UNPRIVILEGED = ("postgres", "nobody")  # PostgreSQL refuses to run as root
_START_S = 60


def programs() -> Path | None:
    """The folder of initdb and postgres with PostGIS installed, newest version first; None when it is not there."""
    for folder in sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: float(p.parent.name), reverse=True):
        if (Path("/usr/share/postgresql") / folder.parent.name / "extension" / "postgis.control").exists() and (folder / "initdb").exists():
            return folder
    return None


@contextmanager
def running(folder: Path) -> Iterator[str]:
    """Run a server with the programs of that folder; yields its address without a database. Stops that server alone, and tidies up."""
    home = Path(tempfile.mkdtemp(prefix="jingge-pg-"))
    user = _user(home)
    common = {"user": user, "group": None if user is None else _group(user), "cwd": home, "stdout": subprocess.DEVNULL}
    port = _free_port()
    try:
        init = [folder / "initdb", "-D", home / "data", "-U", USER, "--auth=trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"]
        subprocess.run(init, check=True, stderr=subprocess.DEVNULL, **common)
        settings = [f"port={port}", "listen_addresses=127.0.0.1", f"unix_socket_directories={home}", "fsync=off", "max_connections=60"]
        options = [part for setting in settings for part in ("-c", setting)]
        with (home / "log").open("wb") as log:
            server = subprocess.Popen([folder / "postgres", "-D", home / "data", *options], stderr=log, **common)
        try:
            _wait(server, folder, port, home / "log")
            yield f"postgresql://{USER}@127.0.0.1:{port}"
        finally:
            server.send_signal(signal.SIGINT)
            server.wait(timeout=30)
    finally:
        shutil.rmtree(home, ignore_errors=True)


def _user(home: Path) -> str | None:
    if os.geteuid() != 0:
        return None
    import pwd

    known = {entry.pw_name for entry in pwd.getpwall()}
    user = next(name for name in _UNPRIVILEGED if name in known)
    shutil.chown(home, user)
    return user


def _group(user: str) -> int:
    import pwd

    return pwd.getpwnam(user).pw_gid


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(server: subprocess.Popen[bytes], folder: Path, port: int, log: Path) -> None:
    for _ in range(_START_S * 10):
        ready = subprocess.run([folder / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port), "-U", USER], check=False)
        if ready.returncode == 0:
            return
        if server.poll() is not None:
            break
        time.sleep(0.1)
    raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text(errors='replace')[-2000:]}")
