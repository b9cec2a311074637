"""The import screen: from a planner's own file to the map, told first, taken on demand, undone."""

import re
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import geopandas as gpd
import pytest
import shapely
from playwright.sync_api import Page, expect

from actions.open_workspace import open_workspace
from layers.definition.crs import wgs84_to_gcj02
from tests.browser.acting import pick
from tests.browser.conftest import RunningApp
from tests.conftest import REPOSITORY

SAMPLE = REPOSITORY / "data" / "sample"
SHIFT_DEG = 2e-5  # about 2 m: within what a repair may move
TARGETS = {
    "schools": ("学校", "Schools"),
    "stations": ("派出所", "Stations"),
    "grid_cells": ("网格", "Grid cells"),
    "incidents": ("警情点", "Incidents"),
}


@pytest.fixture(scope="module")
def own_app(tmp_path_factory: pytest.TempPathFactory, demo_file: Path) -> Iterator[RunningApp]:
    """An app whose workspace these tests may change."""
    folder = tmp_path_factory.mktemp("import")
    running = RunningApp(Path(shutil.copy(demo_file, folder / "own.gpkg")), folder / "log.txt")
    yield running.wait()
    running.stop()


def choose(page: Page, app: RunningApp, target: str, query: str = "") -> None:
    page.goto(f"{app.url}/import{query}")
    title = TARGETS[target]["en" in query]
    pick(page, page.get_by_role("combobox", name=re.compile("导入到|Import into")), title, typed=title)


def unfold(page: Page, step: str) -> None:
    page.get_by_text(re.compile(rf"^{step}")).first.click()


def schools(path: Path, level: str = "小学", rows: int = 1) -> Path:
    lines = "\n".join(f"S90{n},新建小学{n},朝阳社区,{level},109.655,28.702{n}" for n in range(1, rows + 1))
    path.write_text(f"编码,名称,所属社区/村,学段,经度,纬度\n{lines}\n", encoding="gb18030")
    return path


def test_a_file_in_gbk_is_told_taken_and_undone_after_asking(page: Page, own_app: RunningApp, tmp_path: Path) -> None:
    choose(page, own_app, "schools")
    page.set_input_files("input[type=file]", schools(tmp_path / "学校.csv"))
    expect(page.get_by_text("32 行将消失")).to_be_visible(timeout=60_000)
    expect(page.locator("[data-map][data-ready='1']")).to_have_count(3)  # three readings of the datum, now, and then
    unfold(page, r"1\. 读取")
    expect(page.get_by_text(re.compile("编码 gb18030"))).to_be_visible()
    expect(page.get_by_text("新建小学1").first).to_be_visible()
    take = page.get_by_role("button", name="导入", exact=True)
    expect(take).to_be_disabled()
    page.get_by_text(re.compile("已阅")).click()
    expect(take).to_be_enabled()
    take.click()
    expect(page.get_by_text("已导入 1 行")).to_be_visible()
    page.get_by_text("选择与计数").first.click()
    expect(page.get_by_text(re.compile("读取：CSV、gb18030")).first).to_be_visible()
    expect(page.get_by_text(re.compile("编码 → 编码、名称 → 名称")).first).to_be_visible()
    page.get_by_role("button", name="撤销").first.click()
    expect(page.get_by_text(re.compile("撤销这次导入"))).to_be_visible()
    expect(page.get_by_text("学校：现有 1 行，撤销后 32 行")).to_be_visible()
    page.get_by_role("button", name="保留").click()
    expect(page.get_by_role("button", name="确认撤销")).to_have_count(0)
    page.get_by_role("button", name="撤销").first.click()
    page.get_by_role("button", name="确认撤销").click()
    expect(page.get_by_text("学校 32 行（撤销前 1 行）")).to_be_visible()
    assert open_workspace(own_app.workspace).store.count("schools") == 32


def test_unknown_words_get_a_meaning_and_a_missing_field_one_value(page: Page, own_app: RunningApp, tmp_path: Path) -> None:
    choose(page, own_app, "schools")
    page.set_input_files("input[type=file]", schools(tmp_path / "a.csv", level="蒙学", rows=3))
    expect(page.get_by_text("这些写法不认识")).to_be_visible(timeout=60_000)
    pick(page, page.get_by_role("combobox", name=re.compile("蒙学")), "小学", typed="小学")
    expect(page.get_by_role("button", name="导入", exact=True)).to_be_visible(timeout=60_000)
    without = tmp_path / "b.csv"
    without.write_text("编码,名称,经度,纬度\nZ901,新设派出所,109.655,28.702\n", encoding="utf-8")
    choose(page, own_app, "stations")
    page.set_input_files("input[type=file]", without)
    expect(page.get_by_text("这些必填字段没有对应的列")).to_be_visible(timeout=60_000)
    pick(page, page.get_by_role("combobox", name=re.compile("所有行")), "协作所", typed="协作所")
    expect(page.get_by_role("button", name="导入", exact=True)).to_be_visible(timeout=60_000)


def test_a_datum_is_shown_on_the_map_and_shifted_only_on_the_persons_word(page: Page, own_app: RunningApp, tmp_path: Path) -> None:
    table = gpd.read_file(SAMPLE / "schools.geojson").head(6)
    lon, lat = wgs84_to_gcj02(table.geometry.x.to_numpy(), table.geometry.y.to_numpy())
    lines = [f"{r.code},{r['name']},朝阳社区,小学,{x:.6f},{y:.6f}" for (_, r), x, y in zip(table.iterrows(), lon, lat, strict=True)]
    path = tmp_path / "amap.csv"
    path.write_text("编码,名称,所属社区/村,学段,经度,纬度\n" + "\n".join(lines) + "\n", encoding="utf-8")
    choose(page, own_app, "schools")
    page.set_input_files("input[type=file]", path)
    expect(page.get_by_text("坐标可能是 GCJ-02")).to_be_visible(timeout=60_000)
    expect(page.locator("[data-map='import_datum_map'][data-ready='1']")).to_be_visible()
    paths = page.evaluate("() => window.__jingge.import_datum_map.drawn().paths")
    assert {name: paths[name] for name in ("import_as_read", "import_shifted", "import_in_town")} == {
        "import_as_read": 6,
        "import_shifted": 6,
        "import_in_town": 6,
    }
    expect(page.get_by_role("button", name="导入", exact=True)).to_have_count(0)
    pick(page, page.get_by_role("combobox", name=re.compile("坐标来自")), re.compile("高德"), typed="高德")
    expect(page.get_by_role("button", name="导入", exact=True)).to_be_visible(timeout=60_000)


def moved_cells(path: Path) -> Path:
    """Two cells a little out of their place: gaps on one side, overlaps on the other."""
    cells = gpd.read_file(SAMPLE / "grid_cells.geojson")
    shapes = cells.geometry.to_numpy().copy()
    for i in (3, 40):
        shapes[i] = shapely.transform(shapes[i], lambda xy: xy + SHIFT_DEG)
    cells.set_geometry(gpd.GeoSeries(shapes, crs=4490)).to_file(path, driver="GPKG", layer="cells")
    return path


def test_flaws_are_numbered_on_the_map_and_gone_through(page: Page, own_app: RunningApp, tmp_path: Path) -> None:
    choose(page, own_app, "grid_cells")
    page.set_input_files("input[type=file]", moved_cells(tmp_path / "cells.gpkg"))
    expect(page.get_by_text(re.compile("第 1 处，共"))).to_be_visible(timeout=60_000)
    expect(page.locator("[data-map='import_flaw_map'][data-ready='1']")).to_be_visible()
    page.wait_for_function("() => window.__jingge.import_flaw_map.drawn().paths.import_flaws > 0")
    far = page.evaluate("() => window.__jingge.import_flaw_map.drawn().zoom")
    page.get_by_role("button", name="下一处").click()
    expect(page.get_by_text(re.compile("第 2 处，共"))).to_be_visible()
    page.wait_for_function("far => window.__jingge.import_flaw_map.drawn().zoom > far", arg=far)
    page.get_by_text(re.compile("^修补边界")).click()
    expect(page.get_by_text(re.compile("最大移动 .* 米。"))).to_be_visible(timeout=60_000)
    expect(page.locator("[data-map='import_repair_map'][data-ready='1']")).to_be_visible()
    page.wait_for_function("() => window.__jingge.import_repair_map.drawn().paths.import_before > 0")


def test_long_work_shows_a_bar_and_can_be_stopped_with_nothing_written(page: Page, own_app: RunningApp, tmp_path: Path) -> None:
    path = tmp_path / "incidents.csv"
    with path.open("w", encoding="utf-8") as file:
        file.write("编号,发生时间,类别,来源,经度,纬度\n")
        file.writelines(
            f"A{n:07},2024-0{n % 9 + 1}-1{n % 10} 1{n % 10}:00,盗窃,群众报警,{109.6 + n % 977 / 1e4:.5f},{28.7 + n % 499 / 1e4:.5f}\n"
            for n in range(500_000)
        )
    before = open_workspace(own_app.workspace).store.revision()
    choose(page, own_app, "incidents")
    page.set_input_files("input[type=file]", path)
    page.get_by_role("button", name="停止", exact=True).click(timeout=60_000)
    expect(page.get_by_test_id("stProgress").or_(page.get_by_text("已停止")).first).to_be_visible()
    expect(page.get_by_text("已停止，没有写入任何内容。")).to_be_visible(timeout=60_000)
    assert open_workspace(own_app.workspace).store.revision() == before


def test_a_column_with_telephone_numbers_is_refused_until_it_is_left_out(page: Page, own_app: RunningApp, tmp_path: Path) -> None:
    path = tmp_path / "phones.csv"
    rows = "\n".join(f"S{n},第{n}小学,朝阳社区,小学,109.655,28.702,1380013800{n}" for n in range(1, 6))
    path.write_text(f"编码,名称,所属社区/村,学段,经度,纬度,电话\n{rows}\n", encoding="utf-8")
    choose(page, own_app, "schools")
    page.set_input_files("input[type=file]", path)
    expect(page.get_by_text("“电话”列不能导入")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="导入", exact=True)).to_have_count(0)
    assert "13800138001" not in page.content()
    page.get_by_role("button", name="不导入“电话”列").click()
    expect(page.get_by_role("button", name="导入", exact=True)).to_be_visible(timeout=60_000)
    assert "13800138001" not in page.content()


def test_a_file_without_codes_is_numbered_with_one_tick(page: Page, own_app: RunningApp, tmp_path: Path) -> None:
    path = tmp_path / "no_codes.csv"
    path.write_text("名称,学段,经度,纬度\n无码小学,小学,109.655,28.702\n", encoding="utf-8")
    choose(page, own_app, "schools")
    page.set_input_files("input[type=file]", path)
    page.get_by_text("文件没有编码，由程序编号").click(timeout=60_000)
    expect(page.get_by_text("由程序为 1 行编号")).to_be_attached(timeout=60_000)
    expect(page.get_by_role("button", name="导入", exact=True)).to_be_visible(timeout=60_000)


def test_what_is_no_data_file_is_refused_in_the_language_of_the_screen(page: Page, own_app: RunningApp, tmp_path: Path) -> None:
    path = tmp_path / "trap.geojson"
    path.write_text('<OGRVRTDataSource><OGRVRTLayer name="x"><SrcDataSource>/etc/passwd</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>')
    choose(page, own_app, "schools", "?lang=en")
    page.set_input_files("input[type=file]", path)
    expect(page.get_by_role("button", name="Leave")).to_be_visible(timeout=60_000)
    expect(page.get_by_text(re.compile("trap.geojson")).first).to_be_visible()
    assert "root:" not in page.content()


@pytest.mark.parametrize("query", ["", "?lang=en"], ids=["zh", "en"])
def test_nothing_is_cut_off_on_a_phone(new_page: Callable[..., Page], own_app: RunningApp, tmp_path: Path, query: str) -> None:
    phone = new_page({"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    choose(phone, own_app, "schools", query)
    phone.set_input_files("input[type=file]", schools(tmp_path / "b.csv"))
    expect(phone.locator(".import-steps")).to_be_visible(timeout=60_000)
    assert phone.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")
    wide = phone.evaluate("() => [...document.querySelectorAll('.import-steps li')].filter(e => e.scrollWidth > e.clientWidth).length")
    assert wide == 0
