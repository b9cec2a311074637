"""Plans and workload weights on screen: steps by role, checks with their places, comparison, import, export; desktop and phone."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from actions.open_workspace import open_workspace
from tests.browser.conftest import RunningApp

DRAFT = "plan-2026-draft"
WAIT_MS = 60_000
Start = Callable[..., RunningApp]


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory, demo_file: Path) -> Iterator[Start]:
    """A function that starts an app on a workspace that the test may change."""
    running: list[RunningApp] = []

    def started(workspace: Path | None = None, **settings: str) -> RunningApp:
        folder = tmp_path_factory.mktemp("plans")
        location = workspace or Path(shutil.copy(demo_file, folder / "own.gpkg"))
        running.append(RunningApp(location, folder / "log.txt", **settings))
        return running[-1].wait()

    yield started
    for app in running:
        app.stop()


@pytest.fixture(scope="module")
def own_app(start: Start) -> RunningApp:
    """One app of a planner, shared by the tests that change nothing that another looks at."""
    return start()


def opened(page: Page, app: RunningApp, place: str, query: str = "") -> None:
    page.goto(f"{app.url}/{place}{query}")
    expect(page.get_by_test_id("stMain")).to_be_visible(timeout=WAIT_MS)


def section(page: Page, name: str) -> None:
    page.get_by_test_id("stMain").get_by_role("radio", name=name, exact=True).first.click()


def test_the_list_shows_status_and_the_checks_lead_to_their_place_on_the_map(page: Page, own_app: RunningApp) -> None:
    opened(page, own_app, "plans")
    main = page.get_by_test_id("stMain")
    expect(main.get_by_role("cell", name="现行", exact=True)).to_be_visible(timeout=WAIT_MS)
    expect(main.get_by_text("所有必须的检查都符合。")).to_be_visible()
    expect(main.get_by_text("社区/村完整")).to_be_visible()
    expect(main.get_by_role("combobox", name=re.compile(r"查看位置（\d+ 处）"))).to_be_visible()
    expect(page.locator("[data-map][data-ready='1']")).to_have_count(1, timeout=WAIT_MS)


def test_a_draft_is_submitted_by_a_planner_only_with_a_reason_and_approved_by_a_chief(page: Page, start: Start) -> None:
    app = start()
    opened(page, app, "plans", "?lang=en")
    page.get_by_role("button", name="Submit").click(timeout=WAIT_MS)
    page.get_by_role("button", name="Confirm: Submit").click()
    expect(page.get_by_text("2 checks that should hold are broken")).to_be_visible(timeout=WAIT_MS)
    page.get_by_label("Reason").fill("as the river runs <b>now</b>")
    page.get_by_role("button", name="Confirm: Submit").click()
    expect(page.get_by_role("cell", name="submitted", exact=True)).to_be_visible(timeout=WAIT_MS)
    expect(page.get_by_role("button", name="Approve")).to_have_count(0)
    expect(page.get_by_text("Reason: as the river runs <b>now</b>")).to_be_visible()  # what was typed stays text
    expect(page.get_by_text("Submitted by: demo planner")).to_be_visible()
    chief = start(app.workspace, JINGGE_ROLE="chief")
    opened(page, chief, "plans", "?lang=en")
    page.get_by_role("button", name="Approve").click(timeout=WAIT_MS)
    page.get_by_role("button", name="Confirm: Approve").click()
    expect(page.get_by_role("cell", name="archived", exact=True)).to_be_visible(timeout=WAIT_MS)
    store = open_workspace(app.workspace).store
    header = store.plan(DRAFT).header
    store.close()
    assert (header.status, header.approved_by) == ("in_force", "demo chief")


def test_a_plan_leads_to_its_comparison_and_to_the_editor(page: Page, own_app: RunningApp) -> None:
    opened(page, own_app, "plans", "?lang=en")
    page.get_by_role("button", name="Compare with the plan in force").click(timeout=WAIT_MS)
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("▲ better").first).to_be_visible(timeout=WAIT_MS)
    section(page, "Plans")
    page.get_by_role("button", name="Draw on it").click(timeout=WAIT_MS)
    page.wait_for_function(f"() => window.__jingge?.beat_editor?.editor?.core.plan.id === '{DRAFT}'", timeout=WAIT_MS)


def test_two_plans_are_compared_on_a_map_and_by_words_not_colour_alone(page: Page, own_app: RunningApp) -> None:
    opened(page, own_app, "plans", "?lang=en")
    section(page, "Compare")
    main = page.get_by_test_id("stMain")
    expect(main.get_by_text("▲ better").first).to_be_visible(timeout=WAIT_MS)
    expect(main.get_by_text("▼ worse").first).to_be_visible()
    expect(page.locator("[data-map][data-ready='1']")).to_have_count(1, timeout=WAIT_MS)
    zoom = "() => window.__jingge.difference_map.host.map.getZoom()"
    page.wait_for_function("() => window.__jingge?.difference_map?.host")
    before = page.evaluate(zoom)
    page.locator("[data-map] .map").first.hover()
    page.mouse.wheel(0, 300)  # scrolls the page, not the map
    page.wait_for_timeout(600)
    assert page.evaluate(zoom) == before
    page.locator("[data-map] .map").first.click()
    page.mouse.wheel(0, 300)  # pressed once, it is the map's
    page.wait_for_function(f"() => ({zoom})() < {before}")
    main.get_by_text("Both plans side by side").click()
    expect(page.locator("[data-map][data-ready='1']")).to_have_count(3, timeout=WAIT_MS)
    with page.expect_download(timeout=WAIT_MS) as download:
        main.get_by_role("button", name="Change sheet").click()
    assert Path(download.value.path()).read_bytes()[:5] == b"%PDF-"


def test_an_exported_table_comes_back_as_a_draft(page: Page, start: Start, tmp_path: Path) -> None:
    app = start()
    opened(page, app, "plans")
    section(page, "导出")
    with page.expect_download(timeout=WAIT_MS) as download:
        page.get_by_role("button", name="CSV 表").click(timeout=WAIT_MS)
    file = tmp_path / "带回.csv"
    shutil.copy(download.value.path(), file)
    section(page, "导入")
    page.set_input_files("input[type=file]", file)
    page.get_by_role("button", name="读取").click(timeout=WAIT_MS)
    page.get_by_role("button", name="作为新草案导入").click(timeout=WAIT_MS)
    expect(page.get_by_text("已导入为新草案。")).to_be_visible(timeout=WAIT_MS)
    section(page, "方案")
    expect(page.get_by_role("cell", name="带回", exact=True)).to_be_visible(timeout=WAIT_MS)


def test_weights_are_saved_under_a_name_and_chosen_for_a_draft(page: Page, start: Start) -> None:
    app = start()
    opened(page, app, "workload", "?lang=en")
    page.get_by_role("textbox", name="Name", exact=True).fill("本所权重", timeout=WAIT_MS)
    page.get_by_role("textbox", name="English name").fill("Our weights")
    page.get_by_role("button", name="Save").click()
    page.get_by_role("button", name="Weigh this draft by 'Our weights'").click(timeout=WAIT_MS)
    expect(page.get_by_text("This draft is now weighed by 'Our weights'.")).to_be_visible(timeout=WAIT_MS)
    store = open_workspace(app.workspace).store
    profile = store.plan(DRAFT).header.profile
    store.close()
    assert profile == "本所权重"


@pytest.mark.parametrize("place", ["plans", "workload"])
def test_nothing_is_wider_than_a_phone(phone: Page, own_app: RunningApp, place: str) -> None:
    opened(phone, own_app, place)
    expect(phone.get_by_role("combobox").first).to_be_visible(timeout=WAIT_MS)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_chief_sets_the_rules_with_a_reason_and_a_planner_only_reads_them(page: Page, start: Start, own_app: RunningApp) -> None:
    opened(page, own_app, "plans", "?lang=en")
    section(page, "Rules")
    expect(page.get_by_text("Approval: by a second person")).to_be_visible(timeout=WAIT_MS)
    expect(page.get_by_role("button", name="Station of one")).to_have_count(0)
    chief = start(JINGGE_ROLE="chief")
    opened(page, chief, "plans", "?lang=en")
    section(page, "Rules")
    page.get_by_role("button", name="Station of one").click(timeout=WAIT_MS)
    page.get_by_test_id("stPopoverBody").get_by_text("Station of one").click()
    page.get_by_test_id("stPopoverBody").get_by_label("Reason").fill("one officer")
    page.get_by_test_id("stPopoverBody").get_by_role("button", name="Save").click()
    expect(
        page.get_by_test_id("stMain").get_by_text("The rule is changed and on record.").or_(page.get_by_test_id("stToast"))
    ).to_be_visible(timeout=WAIT_MS)
    store = open_workspace(chief.workspace).store
    kept, record = store.setting("one_person_station"), store.audit_lines()
    store.close()
    assert kept is True and any("one officer" in str(line.detail) for line in record)
