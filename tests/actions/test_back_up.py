"""Backups by the administrator: where they go, who may make and see them, and that each opens again."""

import stat
from dataclasses import replace
from pathlib import Path

import pytest

from actions.back_up import FOLDER, back_up_now, backups, backups_folder
from actions.caller import Caller
from actions.open_workspace import open_workspace
from actions.permissions import PERMISSIONS, ROLES
from layers.definition.refusal import Refusal


@pytest.fixture
def keeper(drafter: Caller) -> Caller:
    return replace(drafter, user="keeper", role="administrator")


def test_a_backup_lies_beside_the_workspace_for_its_owner_alone_and_opens_again(keeper: Caller) -> None:
    assert backups(keeper, "") == ()
    made = back_up_now(keeper, "")
    folder = Path(keeper.store.location).parent / FOLDER
    assert [one.name for one in backups(keeper, "")] == [made.name] and made.name.startswith("433125109-")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700 and stat.S_IMODE((folder / made.name).stat().st_mode) == 0o600
    opened = open_workspace(folder / made.name)
    assert opened.store.verify_audit().ok and opened.store.audit_lines(1)[0].action == "back_up"
    opened.store.close()


def test_a_code_of_the_town_that_leads_elsewhere_makes_no_path(keeper: Caller, tmp_path: Path) -> None:
    store = keeper.store
    store.change_town(replace(store.town(), code="../../away"), by="tests", reason="as an older file might have it")
    made = back_up_now(keeper, str(tmp_path / "kept"))
    assert (
        "/" not in made.name and (tmp_path / "kept" / made.name).is_file() and [one.name for one in backups(keeper, str(tmp_path / "kept"))]
    )


def test_the_folder_of_the_settings_goes_first_and_other_files_are_no_backups(keeper: Caller, tmp_path: Path) -> None:
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "town.gpkg").touch()
    made = back_up_now(keeper, str(tmp_path / "kept"))
    assert [one.name for one in backups(keeper, str(tmp_path / "kept"))] == [made.name] and not backups(keeper, "")


def test_a_folder_that_cannot_be_made_is_refused_with_what_to_set(keeper: Caller, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Refusal, match="JINGGE_BACKUPS_FOLDER"):
        back_up_now(keeper, str(tmp_path / "file" / "folder"))
    store = keeper.store
    store.location = "postgresql://db/town"
    stored = replace(keeper, workspace=type(keeper.workspace)(store))
    with pytest.raises(Refusal, match="JINGGE_BACKUPS_FOLDER"):
        backups_folder(stored, "")


@pytest.mark.parametrize("role", [role for role in ROLES if role not in PERMISSIONS["back_up"].roles])
def test_nobody_else_makes_or_sees_backups(keeper: Caller, role: str) -> None:
    other = replace(keeper, role=role)
    for asked in (back_up_now, backups, backups_folder):
        with pytest.raises(Refusal, match="back_up"):
            asked(other, "")
