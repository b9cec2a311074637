"""What all tests share: no address but the loopback one, and a demo workspace made once."""

import ipaddress
import shutil
import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from actions.caller import Caller
from actions.make_workspace import make_demo
from actions.open_workspace import as_caller, open_workspace

HERE = Path(__file__).resolve().parent
REPOSITORY = HERE.parent


LONG = ("browser", "test_notebooks.py", "storage", "exporting")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Files that take longest first: one of them at the end would leave the other workers idle."""
    items.sort(key=lambda item: next((place for place, name in enumerate(LONG) if name in item.path.parts), len(LONG)))


def _outside(address: Any) -> bool:
    if not isinstance(address, tuple):
        return False  # a Unix socket
    try:
        return not ipaddress.ip_address(address[0]).is_loopback
    except ValueError:
        return address[0] != "localhost"


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever asks an address outside this machine fails the test that did."""
    for name in ("connect", "connect_ex"):
        real = getattr(socket.socket, name)

        def guarded(self: socket.socket, address: Any, real: Any = real) -> Any:
            if _outside(address):
                pytest.fail(f"asked the outside: {address}")
            return real(self, address)

        monkeypatch.setattr(socket.socket, name, guarded)


@pytest.fixture(scope="session")
def demo_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo town as a workspace; read it, or copy it with `demo_copy`."""
    path = tmp_path_factory.mktemp("demo") / "demo.gpkg"
    make_demo(path, user="tests").close()
    return path


@pytest.fixture
def demo_copy(demo_file: Path, tmp_path: Path) -> Path:
    """A copy of the demo workspace that the test may change."""
    return Path(shutil.copy(demo_file, tmp_path / "copy.gpkg"))


@pytest.fixture(scope="session")
def planner(tmp_path_factory: pytest.TempPathFactory, demo_file: Path) -> Iterator[Caller]:
    """A planner at a demo workspace."""
    path = tmp_path_factory.mktemp("planner") / "demo.gpkg"
    shutil.copy(demo_file, path)
    workspace = open_workspace(path)
    yield as_caller(workspace, "tests", "planner")
    workspace.store.close()


@pytest.fixture
def drafter(demo_copy: Path) -> Iterator[Caller]:
    """A planner at a demo workspace that the test may change."""
    workspace = open_workspace(demo_copy)
    yield as_caller(workspace, "tests", "planner")
    workspace.store.close()
