"""Makes the pictures of the README and of docs/sheets.md again: `make screenshot`. The map in both languages, sheets, a page of a book."""

import subprocess
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import sync_playwright

from actions.caller import Caller
from actions.make_book import BookWish, plain_book
from actions.make_workspace import make_demo
from actions.open_workspace import as_caller, open_workspace
from actions.sheet_wish import SheetWish
from actions.take_snapshot import make_sheet
from tests.browser.conftest import CHROMIUM_FLAGS, DESKTOP, RunningApp, chromium
from tests.browser.map_probe import wait_for_map
from tests.conftest import REPOSITORY

PICTURES = REPOSITORY / "docs"
SHEET_DPI = 80
SHEETS: dict[str, dict[str, str]] = {
    "sheet": {},
    "sheet_bw": {"variant": "bw"},
    "sheet_change": {"theme": "change"},
    "sheet_officer": {"officer": "民警04"},
}
BOOK_PAGE = 6  # the fourth beat's
LABELS_SETTLE_MS = 2500


def main() -> None:
    """Write the pictures into docs/."""
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
    on_paper(as_caller(open_workspace(workspace), user="screenshots", role="planner"), folder)


def on_paper(caller: Caller, folder: Path) -> None:
    """The sheets, and a page of the map book as poppler draws it."""
    for name, wish in SHEETS.items():
        sheet = make_sheet(caller, SheetWish(None, "A3", "landscape", "both", "png", **wish), dpi=SHEET_DPI)
        (PICTURES / f"{name}.png").write_bytes(sheet.content)
    book = folder / "book.pdf"
    book.write_bytes(plain_book(caller, BookWish(address="https://jingge.example")).content)
    page = ["-f", str(BOOK_PAGE), "-singlefile", "-r", "90", "-png", str(book), str(PICTURES / "book_page")]
    subprocess.run(["pdftoppm", *page], check=True)
    for name in (*SHEETS, "book_page"):
        with Image.open(PICTURES / f"{name}.png") as picture:
            small = picture.convert("RGB").quantize(256, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        small.save(PICTURES / f"{name}.png", optimize=True)


if __name__ == "__main__":
    main()
