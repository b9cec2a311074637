"""The import screen: from a planner's own file to the map, told first, taken on demand, undone."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import RunningApp


@pytest.fixture(scope="module")
def own_app(tmp_path_factory: pytest.TempPathFactory, demo_file: Path) -> Iterator[RunningApp]:
    """An app whose workspace these tests may change."""
    folder = tmp_path_factory.mktemp("import")
    running = RunningApp(Path(shutil.copy(demo_file, folder / "own.gpkg")), folder / "log.txt")
    yield running.wait()
    running.stop()


def choose_schools(page: Page, app: RunningApp, query: str = "") -> None:
    page.goto(f"{app.url}/import{query}")
    page.get_by_role("combobox", name=re.compile("导入到|Import into")).click()
    page.get_by_role("option", name=re.compile("^(学校|Schools)$")).click()


def test_a_file_in_gbk_is_told_taken_and_undone(page: Page, own_app: RunningApp, tmp_path: Path) -> None:
    path = tmp_path / "学校.csv"
    path.write_text("编码,名称,所属社区/村,学段,经度,纬度\nS900,新建小学,朝阳社区,小学,109.655,28.702\n", encoding="gb18030")
    choose_schools(page, own_app)
    page.set_input_files("input[type=file]", path)
    expect(page.get_by_text("32 行将消失")).to_be_visible(timeout=30_000)
    expect(page.locator("[data-map][data-ready='1']")).to_have_count(2)
    take = page.get_by_role("button", name="导入", exact=True)
    expect(take).to_be_disabled()
    page.get_by_text(re.compile("已阅")).click()
    expect(take).to_be_enabled()
    take.click()
    expect(page.get_by_text("已导入 1 行")).to_be_visible()
    page.get_by_role("button", name="撤销").first.click()
    expect(page.get_by_text(re.compile("已撤销")).first).to_be_visible()


def test_a_column_with_telephone_numbers_is_refused(page: Page, own_app: RunningApp, tmp_path: Path) -> None:
    path = tmp_path / "phones.csv"
    rows = "\n".join(f"S{n},第{n}小学,朝阳社区,小学,109.655,28.702,1380013800{n}" for n in range(1, 6))
    path.write_text(f"编码,名称,所属社区/村,学段,经度,纬度,电话\n{rows}\n", encoding="utf-8")
    choose_schools(page, own_app)
    page.set_input_files("input[type=file]", path)
    expect(page.get_by_text("“电话”列不能导入")).to_be_visible(timeout=30_000)
    expect(page.get_by_role("button", name="导入", exact=True)).to_have_count(0)
    assert "13800138001" not in page.content()


def test_what_is_no_data_file_is_refused_in_the_language_of_the_screen(page: Page, own_app: RunningApp, tmp_path: Path) -> None:
    path = tmp_path / "trap.geojson"
    path.write_text('<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>')
    choose_schools(page, own_app, "?lang=en")
    page.set_input_files("input[type=file]", path)
    expect(page.get_by_text("What to do")).to_be_visible(timeout=30_000)
    assert "root:" not in page.content()
