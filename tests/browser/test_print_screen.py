"""The print screen: every theme can be looked at, and what is taken carries its purpose."""

import re
import subprocess

from playwright.sync_api import Page, expect

from tests.browser.acting import pick
from tests.browser.conftest import RunningApp
from tests.browser.map_probe import wait_for_map


def test_a_theme_is_previewed_and_taken_with_its_purpose_in_the_margin(page: Page, app: RunningApp) -> None:
    page.goto(f"{app.url}/print")
    expect(page.get_by_role("img").first).to_be_visible(timeout=60_000)
    pick(page, page.get_by_role("combobox", name=re.compile("专题")), re.compile("警情热点图"))
    page.get_by_role("radio", name="黑白").or_(page.get_by_role("button", name="黑白")).first.click()
    purpose = page.get_by_role("textbox", name="用途")
    purpose.fill("晨会")
    purpose.press("Enter")
    expect(page.get_by_text("按 100% 打印").last).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="制作 PDF").click()
    with page.expect_download(timeout=60_000) as download:
        page.get_by_role("button", name="下载 PDF").click(timeout=60_000)
    assert download.value.suggested_filename.endswith("_hotspots_bw_A3.pdf")
    text = subprocess.run(["pdftotext", str(download.value.path()), "-"], check=True, capture_output=True, text=True).stdout
    assert "用途：晨会" in text and "警情热点图" in text


def test_larger_paper_is_offered_and_previewed(page: Page, app: RunningApp) -> None:
    page.goto(f"{app.url}/print")
    page.get_by_role("radio", name="A0").or_(page.get_by_role("button", name="A0", exact=True)).first.click()
    expect(page.get_by_text("1189 × 841")).to_be_visible(timeout=60_000)


def test_the_map_as_seen_is_printed_from_a_button_in_the_map(page: Page, app: RunningApp) -> None:
    """Moved and with a layer off, the map hands bounds and layers over; the file is the view's."""
    page.goto(f"{app.url}/map")
    wait_for_map(page, "town_map")
    page.get_by_role("button", name="放大").click()
    page.get_by_role("button", name="打印当前视图").click()
    expect(page.get_by_role("combobox", name=re.compile("范围"))).to_have_value("地图当前视图", timeout=60_000)
    expect(page.get_by_text("按 100% 打印").last).to_be_visible(timeout=90_000)
    page.get_by_role("button", name="制作 PNG").click()
    with page.expect_download(timeout=90_000) as download:
        page.get_by_role("button", name="下载 PNG").click(timeout=90_000)
    assert "_view_" in download.value.suggested_filename
    assert download.value.path().read_bytes().startswith(b"\x89PNG")
