"""What a person does on a page of Streamlit: waits until it has come to rest, picks from a list."""

import re

from playwright.sync_api import Locator, Page, TimeoutError, expect

REST_MS = 60_000
TRIES = 6
AT_REST = "[data-testid=stApp][data-test-script-state=notRunning]"


def at_rest(page: Page) -> None:
    """Until no script runs; what a run draws again closes lists and takes away what was to be clicked."""
    expect(page.locator(AT_REST)).to_be_attached(timeout=REST_MS)


def pick(page: Page, box: Locator, option: str | re.Pattern[str], typed: str | None = None) -> None:
    """Open the list of this box, type into it what narrows a long one, and take the option; asked again when the list closes meanwhile."""
    for left in reversed(range(TRIES)):
        at_rest(page)
        box.scroll_into_view_if_needed()  # a list closes when the page scrolls under it
        try:
            if typed is None:
                box.click()
            else:
                box.fill(typed)
            page.get_by_role("option", name=option, exact=True).click(timeout=5_000)
        except TimeoutError:
            if not left:
                raise
            page.keyboard.press("Escape")
        else:
            return
