"""What a test can see of a map that stands in a page: whether it is complete, what is drawn, where it looks."""

from typing import Any

from playwright.sync_api import Page

READY = "[data-map='{key}'][data-ready='1']"


def wait_for_map(page: Page, key: str = "town_map") -> None:
    """Until the map stands complete: its static layers, and the plan and density that come after it."""
    page.locator(READY.format(key=key)).wait_for()
    page.wait_for_function(
        """key => {
            const map = window.__jingge?.[key];
            if (!map?.drawn) return false;
            const { paths } = map.drawn();
            return paths.beats > 0;
        }""",
        arg=key,
        polling=50,
    )


def drawn(page: Page, key: str = "town_map") -> dict[str, Any]:
    """Paths per layer, labels with boxes, zoom, centre."""
    return page.evaluate(
        "key => { const { paths, labels, zoom, centre } = window.__jingge[key].drawn(); return { paths, labels, zoom, centre }; }", key
    )


def mounts(page: Page, key: str = "town_map") -> int:
    """How often the map was made since the page was loaded."""
    return page.evaluate("key => window.__jingge[key].mounts", key)


def pixel(page: Page, lon: float, lat: float, key: str = "town_map") -> tuple[float, float]:
    """Where a place is on the page, in CSS pixels."""
    at = page.evaluate(
        "([key, lon, lat]) => { const p = window.__jingge[key].drawn().pixel(lon, lat); return [p.x, p.y]; }", [key, lon, lat]
    )
    box = page.locator(f"[data-map='{key}'] .map").bounding_box()
    assert box is not None
    return box["x"] + at[0], box["y"] + at[1]


def density_count(page: Page, key: str = "town_map") -> int:
    """Incidents that the shown density rests on; 0 when none is shown."""
    return page.evaluate("key => window.__jingge[key].host.density?.n ?? 0", key)


def wait_for_density(page: Page, other_than: int, key: str = "town_map") -> int:
    """Until the density rests on another number of incidents."""
    page.wait_for_function("([key, n]) => (window.__jingge[key].host.density?.n ?? 0) !== n", arg=[key, other_than], polling=10)
    return density_count(page, key)


def overlaps(labels: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Pairs of labels whose boxes overlap by more than a pixel."""
    boxes = [(label["text"], label["box"]) for label in labels]
    return [
        (a, b)
        for i, (a, (l1, t1, r1, b1)) in enumerate(boxes)
        for b, (l2, t2, r2, b2) in boxes[i + 1 :]
        if min(r1, r2) - max(l1, l2) > 1 and min(b1, b2) - max(t1, t2) > 1
    ]


def open_layer_list(page: Page, name: str = "图层") -> None:
    """Unfold the list of layers on the map, which starts folded where the map is narrow."""
    switches = page.locator("[data-map] input[type=checkbox]")
    if not switches.first.is_visible():
        page.locator("[data-map]").get_by_role("button", name=name).click()
