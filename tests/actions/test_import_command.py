"""The import from the command line: meanings and given values, wrong usage, and Ctrl-C, which leaves nothing written."""

import json
import os
import re
import signal
from pathlib import Path
from typing import get_args

import pytest
from click.testing import CliRunner, Result

from actions.caller import Caller
from actions.import_layer import ImportWish, preview_import
from actions.open_workspace import open_workspace
from commands.import_layer import OPTIONS, _stopped_by_ctrl_c, import_
from geo_cli import cli
from importing.check_wording import CHECK
from importing.personal_data import Personal
from importing.place_wording import PLACE
from importing.topology_flaws import FLAWS
from layers.definition.refusal import Refusal

ROWS = "编码,发生时间,类别,经度,纬度\nN1,2025-12-01 23:10,偷车,109.66,28.70\n"


def run(*words: object) -> Result:
    return CliRunner().invoke(cli, [str(word) for word in words])


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "incidents.csv"
    path.write_text(ROWS, encoding="utf-8")
    return path


def test_values_and_given_fields_are_taken_from_the_options(demo_file: Path, file: Path) -> None:
    common = ("import", "incidents", file, "--workspace", demo_file, "--datum", "wgs84", "--dry-run", "--json", "--lang", "en")
    unknown = run(*common, "--given", "source=群众报警")
    assert unknown.exit_code == 1 and json.loads(unknown.stdout)["unknown_choices"] == {"category": {"偷车": 1}}
    told = run(*common, "--given", "source=群众报警", "--value", "category:偷车=theft")
    assert told.exit_code == 0, told.output
    assert json.loads(told.stdout)["counts"] == {"read": 1, "new": 1, "known": 0}
    assert run(*common, "--value", "category:偷车=nothing").exit_code == 1


def test_a_file_without_codes_is_numbered_on_demand(demo_copy: Path, tmp_path: Path) -> None:
    path = tmp_path / "parks.csv"
    path.write_text("名称,所属社区/村,学段,经度,纬度\n新建小学,朝阳社区,中学,109.655,28.702\n", encoding="utf-8")
    common = ("import", "schools", path, "--workspace", demo_copy, "--datum", "wgs84", "--json", "--lang", "en")
    assert "let the rows be numbered" in run(*common).output.replace("\\n", "")
    told = run(*common, "--number-rows", "--accept-warnings", "--value", "level:中学=-")
    assert told.exit_code == 0, told.output
    school = open_workspace(demo_copy).store.read_layer("schools").iloc[0]
    assert (school["code"], school["name"], school["level"]) == ("S033", "新建小学", None)
    assert run("import", "assignments", path, "--workspace", demo_copy, "--number-rows").exit_code == 1


def test_a_list_of_imports_says_what_to_type_and_an_undo_what_it_did(demo_copy: Path, tmp_path: Path) -> None:
    path = tmp_path / "schools.csv"
    path.write_text("编码,名称,所属社区/村,学段,经度,纬度\nS901,新建小学,朝阳社区,小学,109.655,28.702\n", encoding="utf-8")
    listed = ("undo-import", "--workspace", demo_copy, "--lang", "en")
    assert "no import to undo" in run(*listed).output
    assert run("import", "schools", path, "--workspace", demo_copy, "--datum", "wgs84", "--accept-warnings").exit_code == 0
    told = run(*listed).output.splitlines()[-1]
    assert "nothing was undone" in told and open_workspace(demo_copy).store.count("schools") == 1
    done = run(*re.search(r"undo-import \S+", told).group().split(), *listed[1:])  # type: ignore[union-attr]
    assert "Schools 32 rows (before the undo 1)" in done.output.splitlines()[-1]


@pytest.mark.parametrize("option", [("--value", "category=theft"), ("--given", "source"), ("--map", "类别")])
def test_options_that_say_nothing_are_wrong_usage(demo_file: Path, file: Path, option: tuple[str, str]) -> None:
    assert run("import", "incidents", file, "--workspace", demo_file, *option).exit_code == 2


def test_every_finding_that_an_option_answers_is_one_and_every_option_there() -> None:
    known = {*PLACE, *CHECK, *FLAWS, "other_layers", "required_field", "doubtful_match", "units_parted"}
    known |= {f"personal_{what}" for what in get_args(Personal)}
    assert set(OPTIONS) <= known
    options = {word for option in OPTIONS.values() for word in re.findall(r"--[a-z-]+", option)}
    assert options <= {name for param in import_.params for name in param.opts}


def test_a_layer_that_is_none_is_wrong_usage_and_the_known_ones_are_named(demo_file: Path, file: Path) -> None:
    wrong = run("import", "nothing", file, "--workspace", demo_file)
    assert wrong.exit_code == 2 and "grid_cells" in wrong.output


def test_a_file_that_is_refused_at_once_has_a_report_too(demo_file: Path, tmp_path: Path) -> None:
    path = tmp_path / "cut.geojson"
    path.write_text('{"type": "FeatureCollection", "features": [', encoding="utf-8")
    refused = run("import", "schools", path, "--workspace", demo_file, "--json")
    report = json.loads(refused.stdout)
    assert (
        refused.exit_code == 1 and report["refused"] and report["findings"][0]["what_zh"] and "cut.geojson" in report["findings"][0]["what"]
    )


def test_a_limit_from_the_settings_refuses_a_larger_file(demo_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JINGGE_MAX_UPLOAD_MB", "1")
    path = tmp_path / "staff.csv"
    path.write_bytes(b"x" * 1_100_000)
    refused = run("import", "staff", path, "--workspace", demo_file, "--lang", "en")
    assert refused.exit_code == 1 and "staff.csv" in refused.output


def test_ctrl_c_ends_it_with_nothing_written(planner: Caller, file: Path) -> None:
    before, handler = planner.store.revision(), signal.getsignal(signal.SIGINT)
    with _stopped_by_ctrl_c() as stop:
        assert not stop()
        os.kill(os.getpid(), signal.SIGINT)
        with pytest.raises(Refusal, match="Stopped, nothing written"):
            preview_import(planner, ImportWish("incidents", file, file.name, datum="wgs84"), stop=stop)
    assert signal.getsignal(signal.SIGINT) == handler and planner.store.revision() == before
