"""A town of one's own, made on the screen: from a place without a workspace to the first boundaries on the map."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from actions.make_workspace import NewTown, make_empty
from actions.open_workspace import open_workspace
from tests.browser.acting import at_rest
from tests.browser.conftest import RunningApp
from tests.browser.signing import PASSWORD, Visitor, add_accounts, log_in
from tests.conftest import REPOSITORY

COMMUNITIES = REPOSITORY / "data" / "sample" / "communities.geojson"


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[[Path], RunningApp]]:
    running: list[RunningApp] = []

    def begin(workspace: Path) -> RunningApp:
        running.append(RunningApp(workspace, tmp_path / f"log{len(running)}.txt"))
        return running[-1].wait()

    yield begin
    for app in running:
        app.stop()


def fill(page: Page, name: str) -> None:
    page.get_by_label("辖区名称（必填）").first.fill(name)
    page.keyboard.press("Tab")
    page.get_by_text("由边界文件判断", exact=True).click()
    page.set_input_files("input[type=file]", COMMUNITIES)
    expect(page.get_by_text(re.compile("EPSG:4546")).first).to_be_visible(timeout=60_000)


def become_planner(page: Page, app: RunningApp) -> None:
    """From the gate's page of a town just made: its first administrator, who makes a planner's account and logs in with it."""
    page.locator("input[name=name]").fill("admin")
    for name in ("new", "again"):
        page.locator(f"input[name={name}]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    page.get_by_role("button", name="下一步：建立规划员账号").click()
    page.get_by_label("登录名", exact=True).fill("plans")
    page.get_by_role("button", name="建立", exact=True).click()
    expect(page.locator("[data-testid=stCode]")).to_have_count(2)
    once, link = (text.strip() for text in page.locator("[data-testid=stCode]").all_inner_texts())
    assert link.startswith(f"{app.url}/signin#")
    page.context.clear_cookies()
    page.goto(link)
    expect(page.locator("input[name=password]")).to_have_value(once)
    page.locator("button[type=submit]").click()
    page.locator("input[name=password]").fill(once)
    for name in ("new", "again"):
        page.locator(f"input[name={name}]").fill(PASSWORD)
    page.locator("button[type=submit]").click()
    page.locator("[data-testid=stApp]").wait_for()


def test_from_no_workspace_to_the_first_boundaries_on_the_map(page: Page, start: Callable[[Path], RunningApp], tmp_path: Path) -> None:
    app = start(tmp_path / "own" / "none.gpkg")
    page.goto(app.url)
    expect(page.get_by_text("这里还没有工作区")).to_be_visible()
    expect(page.get_by_role("button", name="新建", exact=True)).to_be_disabled()
    fill(page, "测试镇")
    page.get_by_role("button", name="新建", exact=True).click()
    expect(page.get_by_text("您刚在本机建立了此工作区")).to_be_visible(timeout=60_000)  # it is nobody's demo any more
    expect(page.get_by_text("Connection error")).to_have_count(0)
    made = tmp_path / "own" / "测试镇.gpkg"
    assert open_workspace(made).store.town().metric_crs == "EPSG:4546"
    stranger = Visitor(app.port)
    form = {"form": stranger.mark("/first"), "key": "", "name": "evil", "new": PASSWORD, "again": PASSWORD}
    assert stranger.ask("POST", "/first", form)[0] == 403, "another browser of this machine needs the link of the terminal"
    assert "/first#key=" in (tmp_path / "log0.txt").read_text()
    become_planner(page, app)
    expect(page.get_by_text(re.compile("JINGGE_WORKSPACE=.*测试镇.gpkg"))).to_be_visible()
    page.get_by_role("button", name=re.compile("导入社区|社区")).first.click()
    page.set_input_files("input[type=file]", COMMUNITIES)
    accept, take = page.get_by_text(re.compile("已阅")), page.get_by_role("button", name="导入", exact=True)
    expect(take).to_be_visible(timeout=60_000)
    expect(accept).to_be_visible()
    at_rest(page)
    accept.click()
    expect(take).to_be_enabled()
    take.click()
    expect(page.get_by_text("已导入 11 行")).to_be_visible(timeout=60_000)
    page.goto(app.url)
    page.locator("[data-map='town_map'][data-ready='1']").wait_for()
    assert page.evaluate("() => window.__jingge.town_map.drawn().paths.communities") == 11
    expect(page.get_by_text("测试镇").first).to_be_visible()


@pytest.mark.parametrize("screen", ["", "area", "print"])
def test_a_town_without_data_says_what_to_do_next(page: Page, start: Callable[[Path], RunningApp], tmp_path: Path, screen: str) -> None:
    make_empty(tmp_path / "empty.gpkg", NewTown("空镇", "Empty Town", metric_crs="EPSG:4546"), user="tests").close()
    add_accounts(tmp_path / "empty.gpkg")
    app = start(tmp_path / "empty.gpkg")
    log_in(page, app.url, "draws", f"/{screen}?lang=en")
    expect(page.get_by_text("Empty Town has no map data yet")).to_be_visible()
    page.get_by_role("button", name="Import villages").click()
    expect(page.get_by_role("combobox", name=re.compile("Import into"))).to_have_value("Villages")


def test_a_town_that_is_served_is_never_taken_away_and_its_names_can_be_changed(
    page: Page, start: Callable[[Path], RunningApp], tmp_path: Path, demo_file: Path
) -> None:
    path = Path(shutil.copy(demo_file, tmp_path / "served.gpkg"))
    store = open_workspace(path).store
    town = store.town()
    store.change_town(type(town)(**{**town.row(), "illustrative": False}), by="tests")
    store.close()
    add_accounts(path)
    app = start(path)
    log_in(page, app.url, "draws", "/new")
    page.get_by_text(re.compile("修改本辖区的名称")).click()
    page.get_by_label("派出所", exact=True).last.fill("新名派出所")
    page.get_by_role("button", name="保存").click()
    expect(page.get_by_text("已保存。")).to_be_visible()
    assert open_workspace(path).store.town().station == "新名派出所"
    fill(page, "另一镇")
    page.get_by_role("button", name="新建", exact=True).click()
    expect(page.get_by_text("本程序正在使用另一个工作区")).to_be_visible(timeout=60_000)
    assert (tmp_path / "另一镇.gpkg").exists()
    page.goto(app.url)
    expect(page.get_by_text(town.name).first).to_be_visible()


def test_a_file_name_that_is_taken_is_refused_and_nothing_is_lost(
    page: Page, start: Callable[[Path], RunningApp], tmp_path: Path, demo_file: Path
) -> None:
    path = Path(shutil.copy(demo_file, tmp_path / "taken.gpkg"))
    app = start(path)
    page.goto(f"{app.url}/new")
    fill(page, "甲镇")
    page.get_by_label("文件名").fill("taken")
    page.keyboard.press("Tab")
    page.get_by_role("button", name="新建", exact=True).click()
    expect(page.get_by_text("已有名为 taken.gpkg 的工作区")).to_be_visible()
    assert open_workspace(path).store.count("communities") == 11


def test_where_people_have_accounts_a_new_town_is_made_beside_and_nobody_is_thrown_out(
    page: Page, start: Callable[[Path], RunningApp], tmp_path: Path, demo_file: Path
) -> None:
    path = Path(shutil.copy(demo_file, tmp_path / "demo.gpkg"))
    add_accounts(path)
    app = start(path)
    colleague = Visitor(app.port)
    assert colleague.log_in("boss")[0] == 303
    log_in(page, app.url, "draws", "/new")
    fill(page, "另一镇")
    page.get_by_role("button", name="新建", exact=True).click()
    expect(page.get_by_text("本程序正在使用另一个工作区")).to_be_visible(timeout=60_000)
    assert colleague.ask("GET", "/_stcore/health")[0] == 200
