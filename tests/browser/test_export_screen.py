"""The export screen in a browser: choose, make, take the file."""

import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acting import pick
from tests.browser.conftest import RunningApp

pytestmark = pytest.mark.usefixtures("app")


def _open(page: Page, app: RunningApp, query: str = "?lang=en") -> None:
    page.goto(f"{app.url}/export{query}")
    expect(page.get_by_role("button", name="Make the file" if "en" in query else "生成文件")).to_be_visible(timeout=60_000)


def test_data_are_made_and_taken(page: Page, app: RunningApp, tmp_path: Path) -> None:
    _open(page, app)
    page.get_by_role("button", name="Make the file").click()
    with page.expect_download() as found:
        page.get_by_role("button", name="Download ZIP").click()
    found.value.save_as(tmp_path / "data.zip")
    with zipfile.ZipFile(tmp_path / "data.zip") as archive:
        assert "README.txt" in archive.namelist()


def test_a_shifted_datum_is_warned_of(page: Page, app: RunningApp) -> None:
    _open(page, app)
    pick(page, page.get_by_label("Datum"), re.compile("GCJ-02"))
    expect(page.get_by_text("shifted by hundreds of metres")).to_be_visible()


def test_the_page_is_made_in_chinese(page: Page, app: RunningApp) -> None:
    _open(page, app, "?lang=zh")
    page.get_by_role("radio", name="网页").click()
    page.get_by_role("button", name="生成文件").click()
    expect(page.get_by_role("button", name="下载 HTML")).to_be_visible(timeout=60_000)
