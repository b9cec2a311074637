"""Opening and making workspace files: what is refused, in which words, and that a refusal leaves every byte as it was."""

import multiprocessing
import os
import pwd
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from layers import LAYERS
from layers.definition.refusal import Refusal
from storage.open_store import create_store, open_store
from storage.schema_changes import SCHEMA_VERSION
from storage.workspace_file import network_drive, wal_is_safe
from tests.storage import drawn_town
from tests.storage.drawn_town import AT, cells

MOUNTS = """/dev/sda1 / ext4 rw 0 0
server:/share /mnt/share nfs4 rw 0 0
//nas/docs /mnt/my\\040docs cifs rw 0 0
tmpfs /mnt/share/local tmpfs rw 0 0
me@host: /home/me/far fuse.sshfs rw 0 0
"""


def _state(folder: Path) -> dict[str, tuple[bytes, int]]:
    return {path.name: (path.read_bytes(), path.stat().st_mtime_ns) for path in folder.iterdir() if path.is_file()}


def _sql(path: Path, *statements: str) -> None:
    with closing(sqlite3.connect(path)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()


def _missing(path: Path) -> None:
    path.unlink()


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


def _text(path: Path) -> None:
    path.write_text("code,name\n1,小镇\n" * 400, encoding="utf-8")


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def _scribbled(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[3 * 4096 : 40 * 4096] = bytes(37 * 4096)
    path.write_bytes(data)


def _other_application(path: Path) -> None:
    _sql(path, "PRAGMA application_id = 252006675")


def _other_sqlite(path: Path) -> None:
    path.unlink()
    _sql(path, "CREATE TABLE workspace (a)", "CREATE TABLE audit (a)", "CREATE TABLE plans (a)")


def _other_geopackage(path: Path) -> None:
    _sql(path, "DROP TABLE workspace")


def _newer(path: Path) -> None:
    _sql(path, f"UPDATE workspace SET schema_version = {SCHEMA_VERSION + 1}")  # noqa: S608


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_missing, "There is no workspace file.gpkg. Check the place, or make one"),
        (_folder, "file.gpkg is not a Jingge workspace"),
        (_text, "file.gpkg is not a Jingge workspace"),
        (lambda path: path.write_bytes(b""), "file.gpkg is not a Jingge workspace"),
        (_cut, "file.gpkg is damaged or cut short"),
        (_scribbled, "file.gpkg is damaged or cut short"),
        (_other_application, "file.gpkg is not a Jingge workspace"),
        (_other_sqlite, "file.gpkg is not a Jingge workspace"),
        (_other_geopackage, "is a GeoPackage of layers: open a workspace, then import it"),
        (_newer, f"A newer version made this workspace ({SCHEMA_VERSION + 1}; ours is {SCHEMA_VERSION}). Upgrade the program"),
    ],
)
def test_what_can_not_be_opened_is_refused_in_words_and_left_as_it_is(town_file: Path, spoil: object, said: str) -> None:
    spoil(town_file)
    before = _state(town_file.parent)
    with pytest.raises(Refusal) as refusal:
        open_store(town_file, LAYERS)
    assert said in str(refusal.value) and refusal.value.what_next and refusal.value.message.zh != refusal.value.message.en
    assert _state(town_file.parent) == before


def test_a_file_that_another_program_writes_refuses_saves_until_it_is_done(town_file: Path) -> None:
    store = open_store(town_file, LAYERS, busy_timeout_s=0.1)
    with closing(sqlite3.connect(town_file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Refusal, match="Somebody else is writing to the workspace"):
            store.save_plan(store.plan("p1").with_cells(["c7"], "A"), "Li")
        assert store.plan("p1").header.revision == 1
        other.execute("COMMIT")
        assert store.save_plan(store.plan("p1").with_cells(["c7"], "A"), "Li").header.revision == 2
        other.execute("BEGIN EXCLUSIVE")
        with pytest.raises(Refusal, match="Somebody else is writing"):
            open_store(town_file, LAYERS, busy_timeout_s=0.1)
    store.close()


def test_a_store_opened_for_reading_reads_and_refuses_to_write(town_file: Path) -> None:
    before = _state(town_file.parent)
    store = open_store(town_file, LAYERS, read_only=True)
    assert store.count("grid_cells") == 9 and store.plan("p1").header.revision == 1
    for write in (
        lambda: store.save_plan(store.plan("p1"), "Li"),
        lambda: store.write_layer("grid_cells", cells(), "Li"),
        lambda: store.record("Li", "look", ""),
    ):
        with pytest.raises(Refusal, match="is read-only; nothing was changed"):
            write()
    store.close()
    assert _state(town_file.parent) == before


@pytest.fixture
def others_file(town_file: Path) -> Iterator[Path]:
    """A workspace in a folder that everybody may look into and only its owner may change."""
    folder = Path(tempfile.mkdtemp(prefix="jingge-read-only-"))
    path = Path(shutil.copy(town_file, folder / "town.gpkg"))
    path.chmod(0o444)
    folder.chmod(0o555)
    yield path
    folder.chmod(0o755)
    shutil.rmtree(folder)


def _as_nobody(path: Path, answer: int) -> None:
    """What somebody without rights is told; for the child of a fork."""
    if os.geteuid() == 0:
        os.setgroups([])
        os.setgid(pwd.getpwnam("nobody").pw_gid)
        os.setuid(pwd.getpwnam("nobody").pw_uid)
    store = open_store(path, LAYERS)
    said = [str(store.count("grid_cells"))]
    for write in (
        lambda: store.record("x", "look", ""),
        lambda: create_store(path, LAYERS, drawn_town.contents(), by="x", replace=True),
    ):
        try:
            write()
        except Refusal as refusal:
            said.append(str(refusal))
    os.write(answer, "\n".join(said).encode())


def test_without_the_right_to_write_it_opens_for_reading(others_file: Path) -> None:
    reading, writing = os.pipe()
    child = multiprocessing.get_context("fork").Process(target=_as_nobody, args=(others_file, writing))
    child.start()
    os.close(writing)
    child.join()
    rows, saving, replacing = os.read(reading, 4096).decode().splitlines()
    os.close(reading)
    assert rows == "9" and "town.gpkg is read-only; nothing was changed" in saving and "town.gpkg can't be written" in replacing


def test_a_place_that_is_taken_is_refused_unless_replacing_is_asked_for(town_file: Path) -> None:
    before = _state(town_file.parent)
    with pytest.raises(Refusal, match="is there already; it was not touched"):
        create_store(town_file, LAYERS, drawn_town.contents("新镇"), by="tests")
    assert _state(town_file.parent) == before
    store = create_store(town_file, LAYERS, drawn_town.contents("新镇"), by="tests", replace=True)
    assert store.town().name == "新镇"
    store.close()
    assert [path.name for path in town_file.parent.iterdir()] == ["file.gpkg"]


def test_contents_that_do_not_fit_leave_the_old_workspace_and_no_rest(town_file: Path) -> None:
    before = _state(town_file.parent)
    wrong = drawn_town.contents()
    wrong.layers["grid_cells"] = cells().to_crs("EPSG:4546")
    with pytest.raises(Refusal, match="EPSG:4490"):
        create_store(town_file, LAYERS, wrong, by="tests", replace=True)
    assert _state(town_file.parent) == before


def test_a_folder_that_is_missing_and_a_folder_in_the_place_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Refusal, match="There is no folder nowhere"):
        create_store(tmp_path / "nowhere" / "town.gpkg", LAYERS, drawn_town.contents(), by="tests")
    with pytest.raises(Refusal, match="is there already"):
        create_store(tmp_path, LAYERS, drawn_town.contents(), by="tests", replace=True)


def test_an_open_store_notices_that_its_file_was_replaced(town_file: Path) -> None:
    store = open_store(town_file, LAYERS)
    kept = store.plan("p1")
    create_store(town_file, LAYERS, drawn_town.contents("新镇"), by="tests", replace=True).close()
    for use in (lambda: store.save_plan(kept.with_cells(["c7"], "A"), "Li"), store.town):
        with pytest.raises(Refusal, match="was replaced after it was opened"):
            use()
    store.close()


def test_a_file_in_use_is_not_replaced(town_file: Path) -> None:
    with closing(sqlite3.connect(town_file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Refusal, match="Somebody else is writing"):
            create_store(town_file, LAYERS, drawn_town.contents("新镇"), by="tests", replace=True, busy_timeout_s=0.1)
        other.execute("ROLLBACK")
    store = open_store(town_file, LAYERS)
    assert store.town().name == "小镇"
    store.close()


def test_a_journal_left_beside_the_place_is_not_played_into_the_new_file(tmp_path: Path) -> None:
    path = tmp_path / "town.gpkg"
    (tmp_path / "town.gpkg-journal").write_bytes(b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + bytes(8000))
    (tmp_path / "town.gpkg-wal").write_bytes(bytes(4000))
    store = create_store(path, LAYERS, drawn_town.contents(), by="tests", at=AT)
    assert store.count("grid_cells") == 9 and store.verify_audit().ok
    store.close()


def test_names_with_signs_of_addresses_are_only_names(tmp_path: Path) -> None:
    path = tmp_path / "镇 100%?mode=ro#1.gpkg"
    store = create_store(path, LAYERS, drawn_town.contents(), by="tests")
    store.record("Li", "look", "")
    store.close()
    assert path.exists()


def test_a_snapshot_is_refused_where_something_is_and_on_the_workspace_itself(town_file: Path) -> None:
    store = open_store(town_file, LAYERS)
    for replace in (False, True):
        with pytest.raises(Refusal, match="is there already"):
            store.snapshot(town_file, replace=replace)
    store.snapshot(town_file.with_name("copy.gpkg"))
    store.snapshot(town_file.with_name("copy.gpkg"), replace=True)
    store.close()
    assert sorted(path.name for path in town_file.parent.iterdir()) == ["copy.gpkg", "file.gpkg"]


@pytest.mark.parametrize(
    ("path", "is_far"),
    [
        ("/home/me/town.gpkg", False),
        ("/mnt/share/town.gpkg", True),
        ("/mnt/share/local/town.gpkg", False),
        ("/mnt/shared/town.gpkg", False),
        ("/mnt/my docs/a/town.gpkg", True),
        ("/home/me/far/town.gpkg", True),
    ],
)
def test_a_network_drive_is_known_by_the_nearest_mount(path: str, is_far: bool) -> None:
    assert network_drive(path, MOUNTS) is is_far


@pytest.mark.parametrize(
    ("version", "safe"),
    [
        ((3, 40, 1), False),
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 53, 0), True),
    ],
)
def test_wal_is_used_only_where_its_fault_is_mended(version: tuple[int, int, int], safe: bool) -> None:
    assert wal_is_safe(version) is safe


def test_a_workspace_left_in_wal_by_another_program_gets_the_journal_that_is_safe_here(town_file: Path) -> None:
    _sql(town_file, "PRAGMA journal_mode = WAL")
    open_store(town_file, LAYERS).close()
    with closing(sqlite3.connect(town_file)) as connection:
        assert connection.execute("PRAGMA journal_mode").fetchone() == ("wal" if wal_is_safe() else "delete",)
