"""A station that has only its files gets its own town on the map, screen by screen, without a trace of the demo.

Pictures of each step are kept in the folder that JINGGE_PICTURES names, for who wants to look at them.
"""

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from actions.open_workspace import open_workspace
from tests.browser.acting import pick
from tests.browser.conftest import PHONE, RunningApp
from tests.browser.newcomer_files import CODES, INCIDENTS, METRIC, SCHOOLS, newcomer_files
from tests.browser.signing import add_accounts, log_in

TITLES = {"communities": "社区", "grid_cells": "网格", "schools": "学校", "staff": "人员", "incidents": "警情点"}
DEMO = ("青水", "迁陵", "保靖", "演示")


@pytest.fixture
def app(tmp_path: Path) -> Iterator[RunningApp]:
    running = RunningApp(tmp_path / "own" / "none.gpkg", tmp_path / "log.txt")
    yield running.wait()
    running.stop()


def picture(page: Page, name: str) -> None:
    if folder := os.environ.get("JINGGE_PICTURES"):
        page.wait_for_timeout(1_500)
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def offered(page: Page, app: RunningApp, target: str, path: Path) -> None:
    page.goto(f"{app.url}/import")
    what = page.get_by_role("combobox", name=re.compile("导入到"))
    expect(what).to_be_visible()
    if what.input_value() != TITLES[target]:
        pick(page, what, TITLES[target], typed=TITLES[target])
    page.set_input_files("input[type=file]", path)


def take(page: Page, rows: int) -> None:
    button = page.get_by_role("button", name="导入", exact=True)
    expect(button).to_be_visible(timeout=120_000)
    accept = page.get_by_text(re.compile("^已阅"))
    if accept.count():
        accept.click()
    expect(button).to_be_enabled()
    button.click()
    expect(page.get_by_text(re.compile(f"已导入 {rows} 行"))).to_be_visible(timeout=120_000)


def test_a_newcomer_with_files_alone_gets_the_own_town_on_the_map(
    page: Page, new_page: Callable[..., Page], app: RunningApp, tmp_path: Path
) -> None:
    files = newcomer_files(tmp_path)
    page.goto(app.url)
    expect(page.get_by_text("这里还没有工作区")).to_be_visible()
    picture(page, "1_start")
    page.get_by_label("辖区名称（必填）").first.fill("柳溪镇")
    page.keyboard.press("Tab")
    page.get_by_text("由边界文件判断", exact=True).click()
    page.set_input_files("input[type=file]", files["communities"])
    expect(page.get_by_text(re.compile(METRIC)).first).to_be_visible(timeout=120_000)
    picture(page, "2_new_town")
    page.get_by_role("button", name="新建", exact=True).click()
    made = tmp_path / "own" / "柳溪镇.gpkg"
    told = page.get_by_text("您刚在本机建立了此工作区")  # from here on it is nobody's demo, and asks who one is
    expect(told).to_be_visible(timeout=120_000)
    picture(page, "3_made")
    assert open_workspace(made).store.town().metric_crs == METRIC
    add_accounts(made)
    log_in(page, app.url, "draws")
    expect(page.get_by_text("柳溪镇").first).to_be_visible()
    picture(page, "4_first_steps")

    offered(page, app, "communities", files["communities"])
    expect(page.get_by_text("柳溪社区").first).to_be_attached(timeout=60_000)
    expect(page.get_by_role("button", name="导入", exact=True)).to_be_visible(timeout=120_000)
    picture(page, "5_communities")
    take(page, len(CODES))

    offered(page, app, "grid_cells", files["grid_cells"])
    expect(page.get_by_role("button", name="导入", exact=True)).to_be_visible(timeout=120_000)
    picture(page, "6_cells")
    take(page, 4 * len(CODES))

    offered(page, app, "schools", files["schools"])
    expect(page.get_by_text("这批坐标来自哪里？").first).to_be_visible(timeout=120_000)
    expect(page.locator("[data-map='import_datum_map'][data-ready='1']")).to_be_visible(timeout=120_000)
    paths = page.evaluate("() => window.__jingge.import_datum_map.drawn().paths")
    assert [paths[name] for name in ("import_as_read", "import_gcj02", "import_bd09")] == [SCHOOLS] * 3
    picture(page, "7_schools_asked")
    page.get_by_role("button", name=re.compile("高德、腾讯")).click()
    expect(page.get_by_role("button", name="导入", exact=True)).to_be_visible(timeout=120_000)
    picture(page, "8_schools_told")
    take(page, SCHOOLS)

    offered(page, app, "staff", files["staff"])
    take(page, 3)
    picture(page, "9_staff")
    offered(page, app, "incidents", files["incidents"])
    expect(page.get_by_role("button", name="导入", exact=True)).to_be_visible(timeout=120_000)
    picture(page, "10_incidents")
    take(page, INCIDENTS)

    page.goto(f"{app.url}/map")
    page.locator("[data-map='town_map'][data-ready='1']").wait_for()
    page.wait_for_function(f"() => window.__jingge.town_map.drawn().paths.communities === {len(CODES)}")
    picture(page, "11_map")
    shown = page.locator("body").inner_text()
    assert not [word for word in DEMO if word in shown]
    store = open_workspace(made).store
    assert {key: store.count(key) for key in ("communities", "grid_cells", "schools", "incidents")} == {
        "communities": len(CODES),
        "grid_cells": 4 * len(CODES),
        "schools": SCHOOLS,
        "incidents": INCIDENTS,
    }
    homes = store.read_layer("communities").set_index("code").geometry
    schools = store.read_layer("schools")
    assert schools.geometry.within(homes.loc[schools["unit_code"]].reset_index(drop=True)).all()  # none 500 m off
    store.close()

    phone = new_page(PHONE, has_touch=True, is_mobile=True)
    log_in(phone, app.url, "draws")
    phone.locator("[data-map='town_map'][data-ready='1']").wait_for()
    picture(phone, "12_phone_map")
    offered(phone, app, "schools", files["schools"])
    expect(phone.locator(".import-steps")).to_be_visible(timeout=120_000)
    expect(phone.get_by_role("button", name=re.compile("^(导入|放弃)$")).first).to_be_visible(timeout=120_000)
    picture(phone, "13_phone_import")
    assert phone.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
