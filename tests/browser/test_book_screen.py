"""The map book's screen: told how long, made while one watches, taken as a whole PDF, stopped on demand."""

from io import BytesIO
from pathlib import Path

import pikepdf
from playwright.sync_api import Page, expect

from tests.browser.conftest import RunningApp


def test_a_book_is_told_made_and_taken(page: Page, app: RunningApp) -> None:
    page.goto(f"{app.url}/book?lang=en")
    expect(page.get_by_text("14 area pages, about")).to_be_visible(timeout=60_000)
    page.get_by_role("button", name="Make the book").click()
    take = page.get_by_role("button", name="Download PDF")
    expect(take).to_be_visible(timeout=180_000)
    with page.expect_download() as download:
        take.click()
    assert download.value.suggested_filename.endswith("_beat_both.pdf")
    with pikepdf.open(BytesIO(Path(download.value.path()).read_bytes())) as book:
        assert len(book.pages) >= 14 + 3


def test_making_is_stopped_on_demand(page: Page, app: RunningApp) -> None:
    page.goto(f"{app.url}/book?lang=zh")
    page.get_by_role("button", name="制作地图册").click()
    page.get_by_role("button", name="停止").click(timeout=60_000)
    expect(page.get_by_text("已停止，没有生成文件。")).to_be_visible(timeout=60_000)
    expect(page.get_by_role("button", name="下载 PDF")).to_have_count(0)


def test_a_public_book_offers_no_names(page: Page, app: RunningApp) -> None:
    page.goto(f"{app.url}/book?lang=en")
    expect(page.get_by_text("Print names of staff")).to_be_visible(timeout=60_000)
    page.get_by_text("For the public", exact=False).click()
    expect(page.get_by_label("Review number", exact=False)).to_be_visible()
    expect(page.get_by_text("Print names of staff")).to_have_count(0)
