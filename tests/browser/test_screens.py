"""Each screen in both languages: what is drawn on the map and said beside it, offline, wide and narrow."""

import re
from urllib.parse import quote

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.acting import pick
from tests.browser.conftest import RunningApp
from tests.browser.map_probe import density_count, drawn, mounts, open_layer_list, overlaps, pixel, wait_for_density, wait_for_map

CHINESE = re.compile(r"[\u4e00-\u9fff]")
STATION = (109.66, 28.70)
AT_START = {
    "communities": 11,
    "villages": 29,
    "beats": 14,
    "officers": 14,
    "schools": 32,
    "industrial_parks": 2,
    "rural_parks": 4,
    "risk_places": 7,
}


def open_map(page: Page, app: RunningApp, query: str = "") -> None:
    page.goto(f"{app.url}/{query}")
    wait_for_map(page)


def sidebar(page: Page) -> Locator:
    return page.get_by_test_id("stSidebar")


def through_menu(page: Page, section: str, title: str) -> None:
    page.get_by_test_id("stTopNavSection").filter(has_text=section).click()
    page.get_by_role("menuitem", name=title, exact=True).click()


@pytest.mark.parametrize(("query", "title", "village"), [("", "现行方案", "村"), ("?lang=en", "Plan in force", "Village")])
def test_the_map_draws_every_layer_that_is_on_with_labels_in_the_language(
    page: Page, app: RunningApp, query: str, title: str, village: str
) -> None:
    open_map(page, app, query)
    shown = drawn(page)
    assert {key: shown["paths"][key] for key in AT_START} == AT_START
    assert shown["paths"]["hotspots"] > 100
    texts = [label["text"] for label in shown["labels"]]
    assert len(texts) > 20 and any(village in text for text in texts) and any("01" in text for text in texts)
    assert all(bool(CHINESE.search(text)) == (query == "") for text in texts if not text.strip().isdigit())
    assert overlaps(shown["labels"]) == []
    expect(page.get_by_text(title).first).to_be_visible()
    expect(page.locator("[data-map] .badge")).to_be_visible()


def test_switching_the_language_keeps_place_zoom_and_map(page: Page, app: RunningApp) -> None:
    open_map(page, app)
    home = drawn(page)["zoom"]
    page.mouse.move(*pixel(page, *STATION))
    page.mouse.wheel(0, -400)
    page.wait_for_function("zoom => window.__jingge.town_map.drawn().zoom > zoom", arg=home)
    page.wait_for_timeout(700)  # the map has come to where the wheel took it
    before = drawn(page)
    sidebar(page).get_by_role("radio", name="English").click()
    expect(page.get_by_text("Grids and police beats on one map")).to_be_visible()
    page.wait_for_function("() => window.__jingge.town_map.drawn().labels.every(({ text }) => !/[\u4e00-\u9fff]/.test(text))")
    after = drawn(page)
    assert (after["zoom"], after["centre"]) == (before["zoom"], before["centre"]) and mounts(page) == 1
    assert len(after["labels"]) > 5


def test_filters_change_incidents_and_density_and_can_be_reset(page: Page, app: RunningApp) -> None:
    open_map(page, app)
    assert density_count(page) == 3_193  # the last twelve months
    sidebar(page).get_by_role("button", name="日", exact=True).click()
    sundays = wait_for_density(page, other_than=3_193)
    assert 200 < sundays < 1_000
    open_layer_list(page)
    page.get_by_role("checkbox", name=re.compile("警情点")).click()
    page.wait_for_function("() => window.__jingge.town_map.drawn().paths.incidents > 0")
    assert drawn(page)["paths"]["incidents"] <= sundays
    sidebar(page).get_by_role("button", name="主动发现").click()
    found = wait_for_density(page, other_than=sundays)
    assert 0 < found < sundays and mounts(page) == 1
    sidebar(page).get_by_role("button", name="重置筛选").click()
    assert wait_for_density(page, other_than=found) == 3_193
    sidebar(page).get_by_role("button", name="日", exact=True).click()
    assert wait_for_density(page, other_than=3_193) == sundays  # the reset of the rest holds when something else is touched


def test_filter_plan_and_language_outlive_a_visit_to_another_screen(page: Page, app: RunningApp) -> None:
    open_map(page, app)
    sidebar(page).get_by_role("radio", name="近3月").click()
    quarter = wait_for_density(page, other_than=3_193)
    sidebar(page).get_by_role("radio", name="English").click()
    expect(page.get_by_text("Grids and police beats on one map")).to_be_visible()
    through_menu(page, "Output", "Print")
    expect(page.get_by_text("Names on the sheet")).to_be_visible()
    through_menu(page, "Maps", "Map")
    wait_for_map(page)
    page.wait_for_function("n => (window.__jingge.town_map.host.density?.n ?? 0) === n", arg=quarter)
    page.reload()
    wait_for_map(page)
    expect(page.get_by_text("Grids and police beats on one map")).to_be_visible()


def test_a_choice_that_leaves_nothing_says_so_and_shows_no_density(page: Page, app: RunningApp) -> None:
    open_map(page, app)
    sidebar(page).get_by_role("button", name="入户盗窃").click()
    burglaries = wait_for_density(page, other_than=3_193)
    sidebar(page).get_by_role("button", name="主动发现").click()
    wait_for_density(page, other_than=burglaries)
    expect(page.get_by_text("所选条件下没有警情")).to_be_visible()
    page.wait_for_function("() => window.__jingge.town_map.host.density === null")
    assert "hotspots" not in drawn(page)["paths"] and mounts(page) == 1


def test_a_click_shows_details_without_making_the_map_again(page: Page, app: RunningApp) -> None:
    open_map(page, app)
    open_layer_list(page)
    page.get_by_role("checkbox", name=re.compile("警情密度")).click()
    at = page.evaluate(
        "() => { const { labels } = window.__jingge.town_map.drawn(); return labels.find(l => l.text.includes('三联村')).box; }"
    )
    box = page.locator("[data-map] .map").bounding_box()
    page.mouse.click(box["x"] + (at[0] + at[2]) / 2, box["y"] + (at[1] + at[3]) / 2)
    expect(page.get_by_role("heading", name=re.compile("三联警务区"))).to_be_visible()
    page.get_by_role("button", name=re.compile("三联村")).click()
    expect(page.get_by_role("heading", name=re.compile("三联村"))).to_be_visible()
    expect(page.get_by_text(re.compile("户")).first).to_be_visible()
    assert mounts(page) == 1


def test_another_plan_replaces_the_beats_in_place(page: Page, app: RunningApp) -> None:
    open_map(page, app)
    pick(page, sidebar(page).get_by_role("combobox", name=re.compile("方案")), re.compile("草案"))
    expect(page.locator("[data-map]").get_by_text(re.compile("调整草案"))).to_be_attached()
    assert drawn(page)["paths"]["beats"] == 14 and mounts(page) == 1


def test_people_of_another_day_are_asked_for_by_a_date_and_today_comes_back(page: Page, app: RunningApp) -> None:
    open_map(page, app)
    day = sidebar(page).get_by_role("group", name="人员日期")
    expect(day).to_have_count(0)
    sidebar(page).get_by_text("看其他日期的人员").click()
    expect(day).to_be_visible()
    sidebar(page).get_by_text("看其他日期的人员").click()
    expect(day).to_have_count(0)
    assert mounts(page) == 1


def test_search_by_name_moves_the_map_once_and_shows_what_was_found(page: Page, app: RunningApp) -> None:
    open_map(page, app)
    before = drawn(page)
    page.get_by_role("textbox", name=re.compile("查找")).fill("酉溪公园")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=re.compile("酉溪公园酒吧一条街"))).to_be_visible()
    page.wait_for_function("z => window.__jingge.town_map.drawn().zoom > z", arg=before["zoom"])
    page.get_by_role("textbox", name=re.compile("查找")).fill("没有这个地方<b>")
    page.keyboard.press("Enter")
    expect(page.get_by_text("没有找到“没有这个地方<b>”")).to_be_visible()


def test_the_first_search_after_a_reload_moves_the_map_too(page: Page, app: RunningApp) -> None:
    open_map(page, app)
    for name in ("酉溪公园", "三联村"):
        page.get_by_role("button", name="全图").click()
        before = drawn(page)["zoom"]
        page.get_by_role("textbox", name=re.compile("查找")).fill(name)
        page.keyboard.press("Enter")
        page.wait_for_function("z => window.__jingge.town_map.drawn().zoom > z", arg=before)
        page.reload()
        wait_for_map(page)


@pytest.mark.parametrize(("query", "heading", "other"), [("", "民警03", "相邻警务区"), ("&lang=en", "Officer 03", "Neighbouring beats")])
def test_an_officers_area_by_link(page: Page, app: RunningApp, query: str, heading: str, other: str) -> None:
    page.goto(f"{app.url}/area?officer={quote('民警03')}{query}")
    wait_for_map(page, "area_map")
    expect(page.get_by_role("heading", name=re.compile(heading))).to_be_visible()
    expect(page.get_by_text(other).first).to_be_visible()
    expect(page.get_by_text("Page not found")).to_have_count(0)
    expect(page.get_by_text("3,600").first).to_be_visible()
    assert drawn(page, "area_map")["zoom"] > 12


def test_a_link_at_the_front_door_leads_to_the_officers_area(page: Page, app: RunningApp) -> None:
    page.goto(f"{app.url}/?officer={quote('民警07')}")
    wait_for_map(page, "area_map")
    expect(page.get_by_role("heading", name=re.compile("民警07"))).to_be_visible()


def test_an_officer_who_does_not_exist_is_refused_with_those_who_do(page: Page, app: RunningApp) -> None:
    page.goto(f"{app.url}/area?officer={quote('民警99<script>alert(1)</script>')}")
    expect(page.get_by_text("没有名为")).to_be_visible()
    expect(page.get_by_text(re.compile("民警01")).first).to_be_visible()


def test_an_officer_without_an_area_is_told_so(page: Page, app: RunningApp) -> None:
    page.goto(f"{app.url}/area?officer={quote('民警16')}")
    expect(page.get_by_text("没有责任警务区")).to_be_visible()


def test_the_print_screen_shows_a_preview_and_gives_the_files(page: Page, app: RunningApp) -> None:
    page.goto(f"{app.url}/print")
    expect(page.get_by_role("img").first).to_be_visible()
    expect(page.get_by_role("combobox", name=re.compile("范围"))).to_have_value("全镇")
    for ending, magic in (("PDF", b"%PDF"), ("PNG", b"\x89PNG")):
        page.get_by_role("button", name=f"制作 {ending}").click()
        with page.expect_download(timeout=120_000) as download:
            page.get_by_role("button", name=f"下载 {ending}").click(timeout=120_000)
        assert download.value.path().read_bytes().startswith(magic)
        assert download.value.suggested_filename == f"jingge_433125109_plan-2025_A3.{ending.lower()}"


def test_the_area_screen_prints_its_own_sheet(page: Page, app: RunningApp) -> None:
    page.goto(f"{app.url}/area?officer={quote('民警03')}")
    wait_for_map(page, "area_map")
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="下载 PDF").click()
    assert download.value.path().read_bytes().startswith(b"%PDF") and "P03" in download.value.suggested_filename


def test_a_phone_shows_the_map_and_the_panel_under_it(phone: Page, app: RunningApp) -> None:
    open_map(phone, app)
    box = phone.locator("[data-map]").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390 and box["height"] > 300
    assert phone.evaluate("() => document.documentElement.scrollWidth") <= 390
    assert len(drawn(phone)["labels"]) > 5 and overlaps(drawn(phone)["labels"]) == []
    expect(phone.get_by_text("现行方案").last).to_be_attached()


def test_icons_and_letters_need_nothing_from_outside(page: Page, app: RunningApp) -> None:
    open_map(page, app)
    loaded = page.evaluate(
        "async () => { await document.fonts.ready; return [...document.fonts].filter(f => f.status === 'loaded').map(f => f.family); }"
    )
    assert any("Material" in family for family in loaded)
    style = page.request.get(f"{app.url}/assets/font/jingge.css")
    assert style.ok and "unicode-range" in style.text()
    name = re.search(r"url\('\./([0-9a-f]+\.woff2)'\)", style.text())
    assert name and page.request.get(f"{app.url}/assets/font/{name.group(1)}").body()[:4] == b"wOF2"
    assert "SIL OPEN FONT LICENSE" in page.request.get(f"{app.url}/assets/font/OFL.txt").text().upper()


@pytest.mark.parametrize("screen", ["area", "print", "import"])
def test_a_phone_sees_the_mark_of_illustrative_data_on_every_screen(phone: Page, app: RunningApp, screen: str) -> None:
    phone.goto(f"{app.url}/{screen}")
    expect(phone.locator(".st-key-illustrative_on_phones").get_by_text("示意数据")).to_be_visible()
    assert phone.evaluate("() => document.documentElement.scrollWidth") <= 390
