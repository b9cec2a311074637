"""Every hostile file ends in a refusal in both languages or a harmless table: nothing asked for, leaked, left or broken."""

import dataclasses
import hashlib
import json
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from importing import read_file as room
from importing.import_report import ImportReport
from importing.read_file import read_file
from importing.read_limits import DEFAULT_LIMITS
from importing.source_table import SourceTable
from layers.definition.refusal import Refusal
from tests.conftest import REPOSITORY
from tests.importing import hostile_archives, hostile_binaries, hostile_documents, hostile_workbooks
from tests.importing.hostile_files import SECRET, Bait, Hostile

HOSTILE = (*hostile_documents.HOSTILE, *hostile_archives.HOSTILE, *hostile_workbooks.HOSTILE, *hostile_binaries.HOSTILE)


@pytest.fixture(scope="module")
def heard() -> Iterator[tuple[str, list[str]]]:
    """An address on this machine, and every request that reached it."""
    requests: list[str] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def listen() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    requests.append(connection.recv(1000).decode("latin-1"))

        threading.Thread(target=listen, daemon=True).start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}", requests


@pytest.fixture
def bait(tmp_path: Path, heard: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch) -> Bait:
    """A folder to make files in, a planted secret, and another folder for whatever the import makes."""
    for name in ("made", "work"):
        (tmp_path / name).mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "work"))
    secret = tmp_path / "secret.csv"
    secret.write_text(f"name,value\n{SECRET},1\n")
    return Bait(tmp_path / "made", heard[0], secret)


def outcome(hostile: Hostile, bait: Bait) -> str:
    """All that a person could see of the import, in words; checks that it did no harm."""
    path = hostile.make(bait, Path(hostile.sent_as).name)
    before = {entry.name: hashlib.sha256(entry.read_bytes()).digest() for entry in bait.folder.iterdir()}
    limits = dataclasses.replace(DEFAULT_LIMITS, max_memory_bytes=hostile.max_memory_bytes or DEFAULT_LIMITS.max_memory_bytes)
    try:
        seen = in_words(*read_file(path, hostile.sent_as, limits=limits))
    except Refusal as refusal:
        assert refusal.message.zh and refusal.message.en and refusal.what_next is not None
        seen = f"{refusal.text.zh} {refusal.text.en}"
    assert {entry.name: hashlib.sha256(entry.read_bytes()).digest() for entry in bait.folder.iterdir()} == before
    assert list(Path(tempfile.gettempdir()).rglob("*")) == []
    return seen


def in_words(table: SourceTable, report: ImportReport) -> str:
    """The table and its findings, errors first, as a person could read them."""
    errors = " ".join(f"error {finding.key}" for finding in report.findings if finding.severity == "error")
    return f"{errors} {table.columns.to_json(force_ascii=False)} {json.dumps(report.as_json(), ensure_ascii=False)} {table.shapes}"


@pytest.mark.parametrize("hostile", HOSTILE, ids=lambda hostile: hostile.key)
def test_a_hostile_file_does_no_harm(hostile: Hostile, bait: Bait, heard: tuple[str, list[str]]) -> None:
    seen = outcome(hostile, bait)
    if hostile.refused is None:
        assert "Taken" not in seen and "error " not in seen.split("{")[0]
    else:
        assert hostile.refused in seen
    assert SECRET not in seen
    assert heard[1] == []


@pytest.mark.parametrize("hostile", [hostile for hostile in HOSTILE if hostile.reaches_out], ids=lambda hostile: hostile.key)
def test_what_reaches_out_fails_even_without_the_walls(
    hostile: Hostile, bait: Bait, heard: tuple[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    without = "import importing.jailed_reader as reader; reader.raise_walls = lambda *_: (); reader.main()"
    monkeypatch.setattr(room, "_COMMAND", (sys.executable, "-P", "-c", without))
    assert SECRET not in outcome(hostile, bait)
    assert heard[1] == []


DEATHS = {
    "dies": "import os; os.abort()",
    "says nothing": "pass",
    "answers nonsense": "open('answer.json', 'w').write('{\"format\": 7')",
    "answers something else": "open('answer.json', 'w').write('[1]')",
    "gives no table": "open('answer.json', 'w').write('{\"names\": [1], \"has_shapes\": false}')",
    "answers with a link": "import os; os.symlink('/etc/passwd', 'answer.json')",
    "answers without end": "open('answer.json', 'w').write('[' * 5_000_000)",
}


@pytest.mark.parametrize("way", DEATHS)
def test_a_reader_taken_over_or_killed_by_a_file_ends_in_a_refusal(way: str, bait: Bait, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(room, "_COMMAND", (sys.executable, "-c", DEATHS[way]))
    with pytest.raises(Refusal, match="could not cope"):
        read_file(bait.write("a.csv", "a,b\n1,2\n"), "a.csv")
    assert list(Path(tempfile.gettempdir()).rglob("*")) == []


TRIES = {
    "read a file": "open({secret!r}).read()",
    "list a folder": "import os; os.listdir('/home')",
    "write outside": "open({outside!r}, 'w')",
    "ask an address": "import socket; socket.create_connection(('127.0.0.1', {port}), 2)",
    "run a program": "import os; os.execv('/bin/true', ['true'])",
    "take memory": "bytearray(2_000_000_000)",
    "write without end": "open('big', 'wb').write(bytes(30_000_000))",
}


@pytest.mark.skipif(sys.platform != "linux", reason="these walls are Linux's")
@pytest.mark.parametrize("what", TRIES)
def test_inside_the_walls_nothing_outside_is_in_reach(what: str, bait: Bait, tmp_path: Path, heard: tuple[str, list[str]]) -> None:
    port = int(heard[0].rpartition(":")[2])
    attempt = TRIES[what].format(secret=str(bait.secret), outside=str(tmp_path / "outside"), port=port)
    work = tmp_path / "work"
    program = f"""
import sys
from pathlib import Path
from importing.jail_walls import raise_walls
stand = raise_walls(Path.cwd(), 1_000_000_000, 20, 20_000_000)
Path("inside").write_text("may be written")
try:
    {attempt}
except (OSError, MemoryError):
    sys.exit(0 if "files" in stand else 77)
sys.exit(1)
"""
    ended = subprocess.run([sys.executable, "-P", "-c", program], cwd=work, env={"PYTHONPATH": str(REPOSITORY)}, timeout=60)
    if ended.returncode == 77:
        pytest.skip("this system has not all the walls")
    assert ended.returncode == 0
    assert heard[1] == [] and not (tmp_path / "outside").exists()
