"""Makes the pictures of the README again: `make screenshot`. The map at desktop size in both languages, and the sheet."""

import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from actions.make_workspace import make_demo
from actions.open_workspace import as_caller, open_workspace
from actions.take_snapshot import SheetWish, make_sheet
from tests.browser.conftest import CHROMIUM_FLAGS, DESKTOP, RunningApp, chromium
from tests.browser.map_probe import wait_for_map
from tests.conftest import REPOSITORY

PICTURES = REPOSITORY / "docs"
SHEET_DPI = 80
LABELS_SETTLE_MS = 2500


def main() -> None:
    """Write docs/map.png, docs/map_en.png and docs/sheet.png."""
    PICTURES.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp())
    workspace = folder / "demo.gpkg"
    make_demo(workspace, user="screenshots").close()
    app = RunningApp(workspace, folder / "log.txt").wait()
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=CHROMIUM_FLAGS)
            for name, query in (("map", ""), ("map_en", "?lang=en")):
                page = browser.new_page(viewport=DESKTOP)
                page.goto(f"{app.url}/{query}")
                wait_for_map(page)
                page.wait_for_timeout(LABELS_SETTLE_MS)
                page.screenshot(path=PICTURES / f"{name}.png")
            browser.close()
    finally:
        app.stop()
    caller = as_caller(open_workspace(workspace), user="screenshots", role="planner")
    sheet = make_sheet(caller, SheetWish(None, "A3", "landscape", "both", "png"), dpi=SHEET_DPI)
    (PICTURES / "sheet.png").write_bytes(sheet.content)


if __name__ == "__main__":
    main()
