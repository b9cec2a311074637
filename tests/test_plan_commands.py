"""Plans from the command line: 0 done, 1 refused or not fit to be in force, 2 wrong usage; every value as JSON."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from actions.open_workspace import as_caller, open_workspace
from actions.publish_plan import set_one_person_station
from geo_cli import cli
from planning.metrics import METRICS
from planning.rules import CHECKS

DRAFT, IN_FORCE = "plan-2026-draft", "plan-2025"


def run(workspace: Path, *words: object) -> Result:
    return CliRunner().invoke(cli, ["plan", *(str(word) for word in words), "--workspace", str(workspace)])


def told(workspace: Path, *words: object) -> dict:
    done = run(workspace, *words, "--json")
    assert done.exit_code == 0, done.stderr
    return json.loads(done.stdout)


def test_list_names_every_plan_with_status_and_what_can_be_done(demo_file: Path) -> None:
    plans = {plan["id"]: plan for plan in told(demo_file, "list")}
    assert plans[IN_FORCE]["status"] == "in_force" and plans[DRAFT]["steps"] == ["submit", "abandon"]
    assert "现行方案" in run(demo_file, "list", "--lang", "zh").stdout and "2026 draft" in run(demo_file, "list", "--lang", "en").stdout


def test_validate_gives_every_check_and_every_metric(demo_file: Path) -> None:
    found = told(demo_file, "validate", DRAFT)
    assert [check["key"] for check in found["checks"]] == list(CHECKS) and found["may_be_in_force"] is True
    assert set(found["metrics"]) | set(found["beats"]["01"]) >= set(METRICS)
    said = found["metrics"] | found["beat_metrics"]
    assert set(said) == set(METRICS) and all({"unit", "formula", "source", "version"} <= set(metric) for metric in said.values())
    assert 0 < found["response"]["response_min"] < 60 and 0 < found["response"]["cross_beat_share"] < 1


def test_validate_ends_with_1_when_a_check_that_must_hold_is_broken(demo_copy: Path) -> None:
    workspace = open_workspace(demo_copy)
    plan = workspace.store.plan(DRAFT)
    workspace.store.save_plan(plan.with_cells([next(iter(plan.beat_of))], None), by="tests")
    workspace.store.close()
    done = run(demo_copy, "validate", DRAFT, "--json")
    assert done.exit_code == 1 and json.loads(done.stdout)["may_be_in_force"] is False


def test_show_gives_the_measures_and_on_request_the_response(demo_file: Path) -> None:
    assert "response" not in told(demo_file, "show", IN_FORCE)
    assert 0 < told(demo_file, "show", IN_FORCE, "--response", "--speed", 30)["response"]["response_min"] < 60


def test_compare_gives_what_moves_and_writes_the_change_sheet(demo_file: Path, tmp_path: Path) -> None:
    found = told(demo_file, "compare", IN_FORCE, DRAFT, "--response", "--sheet", tmp_path / "changes.pdf")
    assert len(found["moved"]) == 10 and found["metrics"]["workload_gini"]["verdict"] == "better"
    assert set(found["response"]) == {"before", "after"} and (tmp_path / "changes.pdf").read_bytes()[:4] == b"%PDF"
    assert "better" in run(demo_file, "compare", f"{IN_FORCE}@1", DRAFT, "--lang", "en").stdout


@pytest.mark.parametrize("ending", ["csv", "xlsx", "geojson", "gpkg"])
def test_export_and_import_give_the_same_cells(demo_copy: Path, tmp_path: Path, ending: str) -> None:
    out = tmp_path / f"plan.{ending}"
    assert told(demo_copy, "export", DRAFT, "--out", out)["bytes"] == out.stat().st_size
    assert told(demo_copy, "import", out, "--dry-run")["plan"] is None
    new = told(demo_copy, "import", out, "--accept-warnings")["plan"]
    store = open_workspace(demo_copy).store
    here, there = store.plan(new), store.plan(DRAFT)
    assert dict(here.beat_of) == dict(there.beat_of)
    assert [(b.code, b.name, b.name_en, b.lead) for b in here.beats] == [(b.code, b.name, b.name_en, b.lead) for b in there.beats]
    store.close()


def test_from_draft_to_in_force_with_the_rule_of_two_and_the_history(demo_copy: Path) -> None:
    refused = run(demo_copy, "submit", DRAFT)
    assert refused.exit_code == 1 and "should hold" in refused.stderr and "应当符合" in refused.stderr
    assert told(demo_copy, "submit", DRAFT, "--reason", "按河道")["status"] == "submitted"
    refused = run(demo_copy, "approve", DRAFT, "--lang", "en")
    assert refused.exit_code == 1 and "somebody else approves" in refused.stderr
    assert told(demo_copy, "give-back", DRAFT, "--reason", "再议")["status"] == "draft"
    told(demo_copy, "submit", DRAFT, "--reason", "按河道")
    workspace = open_workspace(demo_copy)
    set_one_person_station(as_caller(workspace, "所长", "chief"), True, "全所一人")
    workspace.store.close()
    assert told(demo_copy, "approve", DRAFT)["status"] == "in_force"
    statuses = [save["status"] for save in told(demo_copy, "history", DRAFT)]
    assert statuses == ["in_force", "submitted", "draft", "submitted", "draft"]
    assert told(demo_copy, "start-due") == []
    assert told(demo_copy, "restore", DRAFT, "回到从前", "--revision", 1)["status"] == "draft"


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("show", "no-such-plan"), "no-such-plan"),
        (("compare", IN_FORCE, IN_FORCE), "same version"),
        (("compare", f"{IN_FORCE}@9", DRAFT), "revision 9"),
        (("export", IN_FORCE, "--out", "plan.dwg"), "dwg"),
        (("export", IN_FORCE, "--out", "no/such/folder/plan.csv"), "can't be written"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words_with_status_1(demo_file: Path, words: tuple[str, ...], says: str) -> None:
    done = run(demo_file, *words)
    assert done.exit_code == 1 and says in done.stderr and "Traceback" not in done.output


def test_wrong_usage_ends_with_2(demo_file: Path) -> None:
    assert run(demo_file, "approve", DRAFT, "--from", "soon").exit_code == 2
