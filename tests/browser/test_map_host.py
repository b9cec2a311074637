"""The map host in a real Chromium, on the demo town: what is drawn, what survives, what comes back."""

import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from playwright.sync_api import Page, expect
from pyproj import Geod

from layers.definition.crs import gcj02_to_wgs84, wgs84_to_gcj02
from tests.browser.conftest import START_S, free_port
from tests.browser.map_probe import open_layer_list
from tests.conftest import REPOSITORY

ON_AT_START = ("water", "roads", "villages", "communities", "beats", "hotspots", "schools", "risk_places", "officers", "stations")
CGCS2000 = Geod(a=6378137.0, f=1 / 298.257222101)
DRAWN = """() => { const at = window.__jingge.town, now = at.drawn();
    return {paths: now.paths, labels: now.labels, zoom: now.zoom, centre: now.centre, metres: now.metres, mounts: at.mounts}; }"""


@pytest.fixture(scope="module")
def harness(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the harness, as a process of its own."""
    port = free_port()
    log = tmp_path_factory.mktemp("harness") / "log.txt"
    environment = {**os.environ, "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false"}
    command = [sys.executable, "-m", "uvicorn", "tests.browser.map_host_app:app", "--host", "127.0.0.1", "--port", str(port)]
    with log.open("w") as out:
        process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=out, stderr=subprocess.STDOUT)
    address = f"http://127.0.0.1:{port}"
    for _ in range(START_S * 10):
        try:
            with urllib.request.urlopen(f"{address}/_stcore/health", timeout=1):
                break
        except OSError:
            assert process.poll() is None, log.read_text()
            time.sleep(0.1)
    yield address
    process.terminate()
    process.wait(10)


@pytest.fixture
def town(page: Page, harness: str) -> Page:
    """The harness with its map standing and every patch applied."""
    return stands(page, f"{harness}/")


def stands(page: Page, address: str) -> Page:
    page.goto(address)
    return settled(page)


def settled(page: Page) -> Page:
    page.wait_for_selector('.jingge[data-ready="1"]')
    page.wait_for_function("() => { const p = window.__jingge.town.drawn?.().paths; return p && p.beats > 0 && p.hotspots > 0; }")
    return page


def drawn(page: Page) -> dict[str, Any]:
    found: dict[str, Any] = page.evaluate(DRAWN)
    return found


def until(page: Page, condition: str) -> None:
    """Wait until a JavaScript condition on `now`, what is drawn, holds."""
    page.wait_for_function(f"() => {{ const now = window.__jingge.town.drawn(); return {condition}; }}")


def choose(page: Page, name: str) -> None:
    page.locator('[data-testid="stSidebar"]').get_by_text(name, exact=True).click()


def at(page: Page, lon: float, lat: float) -> tuple[float, float]:
    """Page coordinates of a place."""
    box = page.locator(".jingge .map").bounding_box()
    point = page.evaluate("([lon, lat]) => { const p = window.__jingge.town.drawn().pixel(lon, lat); return [p.x, p.y]; }", [lon, lat])
    assert box is not None
    return box["x"] + point[0], box["y"] + point[1]


def go_to(page: Page, lon: float, lat: float, zoom: float) -> None:
    page.evaluate("([a, b, z]) => void window.__jingge.town.host.map.setView([b, a], z, {animate: false})", [lon, lat, zoom])


def own_station() -> tuple[float, float]:
    stations = json.loads((REPOSITORY / "data/sample/stations.geojson").read_text(encoding="utf-8"))["features"]
    lon, lat = next(f["geometry"]["coordinates"] for f in stations if f["properties"]["role"] == "own")
    return lon, lat


def test_every_layer_that_is_on_is_drawn_and_the_canvases_carry_ink(town: Page):
    paths = drawn(town)["paths"]
    assert {key: paths.get(key, 0) for key in ON_AT_START if not paths.get(key)} == {}
    assert "incidents" not in paths
    inked = town.evaluate(
        """() => Object.fromEntries([...document.querySelector('[data-testid=stBidiComponentIsolated]').shadowRoot
            .querySelectorAll('.leaflet-pane > canvas')].map((canvas) => {
              const {data} = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
              let n = 0;
              for (let i = 3; i < data.length; i += 4) n += data[i] > 0;
              return [canvas.parentNode.className.match(/leaflet-(\\w+)-pane/)[1], n];
            }))"""
    )
    assert set(inked) == {"areas", "density", "sites", "places", "labels"}
    assert min(inked.values()) > 500


def test_no_labels_overlap_at_the_start_and_every_beat_has_a_number(town: Page):
    labels = drawn(town)["labels"]
    boxes = np.array([label["box"] for label in labels])
    assert len(labels) > 25
    left, top, right, bottom = boxes.T
    apart = (right[:, None] <= left) | (left[:, None] >= right) | (bottom[:, None] <= top) | (top[:, None] >= bottom)
    np.fill_diagonal(apart, True)
    assert apart.all()
    beats = [label["text"] for label in labels if label["layer"] == "beats"]
    assert len(beats) >= 10
    assert all(text[:2].isdigit() for text in beats)


def test_the_number_of_a_beat_stands_over_it_or_on_a_line_to_it(town: Page):
    lost, lines = (
        """() => { const { host } = window.__jingge.town, { shown } = host.labels, lines = shown.filter(({ leader }) => leader);
        const within = (x, y, rings) => rings.flatMap((ring) => ring.map((a, i) => [a, ring[(i + 1) % ring.length]])).filter(([a, b]) =>
          a.y > y !== b.y > y && x < a.x + ((y - a.y) * (b.x - a.x)) / (b.y - a.y)).length % 2 === 1;
        const lost = shown.filter(({ layer }) => layer === "beats").filter(({ text, box: [l, t, r, b], leader }) => {
          const [beat] = host.layers.find("beats", text.slice(0, 2)), [lon, lat] = beat.feature.properties.at;
          const { x, y } = host.map.latLngToLayerPoint([lat, lon]);
          if (leader) return Math.hypot(leader[2] - x, leader[3] - y) > 9;
          return !within((l + r) / 2, (t + b) / 2, beat._rings) && !(l <= x && x <= r && t <= y && y <= b); });
        const crossed = lines.filter(({ leader: [x, y, u, v] }) => shown.some(({ box: [l, t, r, b] }) =>
          Array.from({ length: 19 }, (_, i) => (i + 1) / 20).map((s) => [x + s * (u - x), y + s * (v - y)])
            .some(([x, y]) => l < x && x < r && t < y && y < b)));
        return [lost.concat(crossed).map(({ text }) => text), lines.length]; }""",
        0,
    )
    for language in ("en", "zh"):
        choose(town, language)
        town.get_by_text({"zh": "图层", "en": "Layers"}[language], exact=True).wait_for()
        for zoom in (12.25, 13, 14):
            go_to(town, *own_station(), zoom)
            found, n = town.evaluate(lost)
            assert found == []
            lines += n
    assert lines


def test_patches_and_languages_change_the_map_that_stands(town: Page):
    lon, lat = own_station()
    go_to(town, lon, lat, 14)
    before = drawn(town)
    choose(town, "en")
    town.get_by_text("Layers", exact=True).wait_for()
    until(town, "now.labels.some((label) => /Village|Community|Station/.test(label.text))")
    choose(town, "plan-2026-draft")
    town.get_by_text("Plan plan-2026-draft · in force").wait_for()
    choose(town, "highlight")
    until(town, "window.__jingge.town.host.stress.getLayers().length > 0")
    choose(town, "night only")
    choose(town, "density")
    until(town, "!now.paths.hotspots")
    choose(town, "zh")
    town.get_by_text("图层", exact=True).wait_for()
    after = drawn(town)
    assert (after["mounts"], after["zoom"], after["centre"]) == (1, before["zoom"], before["centre"])


def test_a_page_change_and_a_reload_keep_place_and_layers(town: Page, harness: str):
    lon, lat = own_station()
    go_to(town, lon, lat, 15)
    open_layer_list(town)
    town.locator('input[data-layer="shops"]').check()
    until(town, "now.paths.shops > 0")
    for leave in (lambda: choose(town, "elsewhere"), None):
        if leave:
            leave()
            town.locator(".jingge").wait_for(state="detached")
            choose(town, "town")
        else:
            town.reload()
        settled(town)
        now = drawn(town)
        assert now["zoom"] == 15
        assert now["centre"] == pytest.approx([lon, lat], abs=1e-4)
        assert now["paths"]["shops"] > 0


def test_a_filter_counts_in_the_browser_what_python_counts(town: Page):
    open_layer_list(town)
    town.locator('input[data-layer="incidents"]').check()
    table = pd.read_csv(REPOSITORY / "data/sample/incidents.csv")
    until(town, f"now.paths.incidents === {len(table)}")
    choose(town, "night only")
    hours = pd.to_datetime(table["occurred_at"]).dt.hour
    until(town, f"now.paths.incidents === {int(hours.isin([22, 23, 0, 1, 2, 3]).sum())}")


def test_a_click_comes_back_with_layer_and_code_and_can_be_repeated(town: Page):
    lon, lat = own_station()
    go_to(town, lon, lat, 16)
    town.mouse.click(*at(town, lon, lat))
    first = town.get_by_text("clicked stations").text_content()
    town.wait_for_timeout(600)  # further apart than a double click
    town.mouse.click(*at(town, lon, lat))
    town.wait_for_function("(before) => !document.body.innerText.includes(before)", arg=first)
    expect(town.get_by_text("clicked stations")).to_have_count(1)
    assert drawn(town)["mounts"] == 1


def test_the_pointer_gets_a_tip_in_the_language_of_the_moment(town: Page):
    lon, lat = own_station()
    go_to(town, lon, lat, 16)
    town.mouse.move(*at(town, lon, lat))
    tip = town.locator(".tip")
    tip.wait_for()
    expect(tip).to_contain_text("本所")
    choose(town, "en")
    town.get_by_text("Layers", exact=True).wait_for()
    town.mouse.move(*at(town, lon, lat), steps=4)
    tip.wait_for()
    expect(tip).to_contain_text("own station")


def test_measuring_gives_the_length_on_the_ellipsoid_and_leaves_the_view(town: Page):
    zoom = drawn(town)["zoom"]
    town.get_by_role("button", name="测量").click()
    box = town.locator(".jingge .map").bounding_box()
    pixels = [(300, 200), (620, 300), (560, 520)]
    for x, y in pixels[:2]:
        town.mouse.click(box["x"] + x, box["y"] + y)
        town.wait_for_timeout(600)
    town.mouse.dblclick(box["x"] + pixels[2][0], box["y"] + pixels[2][1])
    lon, lat = zip(*town.evaluate("() => window.__jingge.town.host.tools.measure.points.map((p) => [p.lng, p.lat])"), strict=True)
    assert len(lon) == 3
    true_m = CGCS2000.line_length(lon, lat)
    true_m2 = abs(CGCS2000.polygon_area_perimeter(lon, lat)[0])
    assert drawn(town)["metres"] == pytest.approx(true_m, rel=1e-5)
    shown = town.locator(".measured").text_content() or ""
    assert f"{true_m / 1000:.1f} 公里" in shown
    shown_km2 = float(shown.split("面积 ")[1].split()[0])
    assert shown_km2 == pytest.approx(true_m2 / 1e6, rel=1e-3)  # sides are straight on the map, not geodesics: here 0.3 in 1000
    assert drawn(town)["zoom"] == zoom
    town.keyboard.press("Escape")
    town.locator(".measured").wait_for(state="hidden")


def test_focus_moves_the_map_once(town: Page):
    before = drawn(town)["zoom"]
    choose(town, "focus")
    until(town, f"now.zoom > {before}")
    town.get_by_role("button", name="全图").click()
    until(town, f"now.zoom === {before}")
    choose(town, "highlight")
    until(town, "window.__jingge.town.host.stress.getLayers().length > 0")
    assert drawn(town)["zoom"] == before


def test_browser_and_python_shift_datums_alike_to_a_billionth_of_a_degree(town: Page):
    rng = np.random.default_rng(7)
    lon, lat = rng.uniform(108, 111, 200), rng.uniform(27, 30, 200)
    address = town.evaluate("() => performance.getEntriesByType('resource').map((r) => r.name).find((n) => n.endsWith('/datum.js'))")
    both = town.evaluate(
        "async ([address, points]) => { const d = await import(address); return points.map((p) => [d.toGcj(...p), d.toWgs(...p)]); }",
        [address, np.column_stack([lon, lat]).tolist()],
    )
    there, back = np.array(both).transpose(1, 2, 0)
    assert np.abs(there - wgs84_to_gcj02(lon, lat)).max() < 1e-9
    assert np.abs(back - gcj02_to_wgs84(lon, lat)).max() < 1e-9


def test_over_tiles_in_gcj02_everything_moves_and_coordinates_stay_true(town: Page):
    lon, lat = own_station()
    go_to(town, lon, lat, 16)
    map_ = "window.__jingge.town.host.map"
    url_before = town.evaluate(f"() => {map_}.options.crs.latLngToPoint({{lat: {lat}, lng: {lon}}}, 16).x")
    choose(town, "gcj02 tiles")
    town.get_by_text("审图号：GS(2024)0001号").wait_for()
    shifted = town.evaluate(f"() => {map_}.options.crs.latLngToPoint({{lat: {lat}, lng: {lon}}}, 16).x")
    gcj_lon, _ = wgs84_to_gcj02(np.array(lon), np.array(lat))
    assert shifted - url_before == pytest.approx((float(gcj_lon) - lon) / 360 * 256 * 2**16, abs=1e-3)
    back = town.evaluate(
        f"() => {{ const at = {map_}.containerPointToLatLng({map_}.latLngToContainerPoint([{lat}, {lon}])); return at.lng; }}"
    )
    assert back == pytest.approx(lon, abs=2e-5)
    assert drawn(town)["centre"] == pytest.approx([lon, lat], abs=1e-4)


def test_a_phone_gets_the_map_with_its_cards_folded(phone: Page, harness: str):
    stands(phone, f"{harness}/")
    expect(phone.locator(".layers .body")).to_be_hidden()
    expect(phone.locator(".badge")).to_have_text("示意数据 · 仅供演示", use_inner_text=True)
    phone.get_by_role("button", name="图层").tap()
    phone.locator('input[data-layer="schools"]').uncheck()
    until(phone, "!now.paths.schools")
    assert phone.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


CARDS = [".layers", ".legend", ".toolbar .card:first-child", ".toolbar .card:last-child", ".badge", ".foot"]


def card_boxes(page: Page) -> dict[str, list[float]]:
    """Left, top, right, bottom of what stands on the map, in pixels of its corner."""
    found: dict[str, list[float]] = page.evaluate(
        """(names) => { const { root } = window.__jingge.town.host, corner = root.getBoundingClientRect();
            return Object.fromEntries(names.map((name) => { const box = root.querySelector(name).getBoundingClientRect();
              return [name, [box.left - corner.left, box.top - corner.top, box.right - corner.left, box.bottom - corner.top]]; })); }""",
        CARDS,
    )
    return found


def overlap(one: list[float], other: list[float], by: float = 1.0) -> bool:
    """Do two boxes share more than `by` pixels each way?"""
    return min(one[2], other[2]) - max(one[0], other[0]) > by and min(one[3], other[3]) - max(one[1], other[1]) > by


def town_box(page: Page) -> list[float]:
    """The box of the whole town, in pixels of the map's corner."""
    box: list[float] = page.evaluate(
        """() => { const at = window.__jingge.town, [w, s, e, n] = at.host.header.home, { pixel } = at.drawn();
            return [pixel(w, n).x, pixel(w, n).y, pixel(e, s).x, pixel(e, s).y]; }"""
    )
    return box


@pytest.mark.parametrize("width_px", [1920, 1440, 1280])
def test_at_the_start_no_open_card_covers_the_town(page: Page, harness: str, width_px: int):
    page.set_viewport_size({"width": width_px, "height": 900})
    stands(page, f"{harness}/")
    expect(page.locator(".legend .body")).to_be_visible()
    boxes = card_boxes(page)
    opened = [name for name in (".layers", ".legend") if page.locator(f"{name} .body").is_visible()]
    beside = [*opened, ".badge", ".foot"]  # a folded card is as small as a button and may stand in an empty corner
    assert [name for name in beside if overlap(boxes[name], town_box(page))] == []


def test_labels_keep_clear_of_the_cards_that_stand_on_the_map(town: Page):
    for _ in range(2):
        cards = card_boxes(town)
        cut = [(label["text"], name) for label in drawn(town)["labels"] for name, box in cards.items() if overlap(label["box"], box)]
        assert cut == []
        go_to(town, *own_station(), 14)
        town.locator(".layers .head").click()  # folded or unfolded, the names are placed anew


LOW = """addEventListener("DOMContentLoaded", () => {
    const style = document.head.appendChild(document.createElement("style"));
    style.textContent = '[data-testid="stBidiComponentIsolated"] { height: 520px !important; }'; });"""


@pytest.mark.parametrize(("width_px", "low", "folded"), [(1440, False, False), (900, False, True), (1440, True, True)])
def test_the_legend_starts_folded_on_a_narrow_or_low_map(page: Page, harness: str, width_px: int, low: bool, folded: bool):
    page.set_viewport_size({"width": width_px, "height": 900})
    if low:
        page.add_init_script(LOW)
    stands(page, f"{harness}/")
    wide, high = page.evaluate("() => { const { root } = window.__jingge.town.host; return [root.clientWidth, root.clientHeight]; }")
    assert (wide < 700, high < 600) == (width_px == 900, low)
    assert page.locator(".legend .body").is_hidden() is folded
    open_layer_list(page)
    assert not overlap(card_boxes(page)[".badge"], card_boxes(page)[".layers"])


def test_no_tip_says_null_or_undefined(town: Page):
    open_layer_list(town)
    town.locator('input[data-layer="incidents"]').check()
    left, top, right, bottom = town_box(town)
    box = town.locator(".jingge .map").bounding_box()
    assert box is not None
    said = set()
    for language in ("zh", "en"):
        choose(town, language)
        town.get_by_text({"zh": "图层", "en": "Layers"}[language], exact=True).wait_for()
        for x in np.linspace(left - 30, right - 5, 7):
            for y in np.linspace(top + 5, bottom - 5, 6):
                town.mouse.move(box["x"] + x, box["y"] + y)
                town.wait_for_timeout(40)  # a frame or two: the tip follows the pointer by frames
                if town.locator(".tip").is_visible():
                    said.add(town.locator(".tip").text_content() or "")
    assert len(said) > 10
    assert [text for text in said if "null" in text or "undefined" in text] == []


def test_a_selected_area_gets_an_outline_and_no_wash_and_the_legend_tells(town: Page):
    outlined = town.locator(".legend [data-outline]")
    expect(outlined).to_have_count(0)
    choose(town, "highlight")
    until(town, "window.__jingge.town.host.stress.getLayers().length > 0")
    assert outlined.all_inner_texts() == ["选中", "相邻警务区"]
    fills = town.evaluate(
        "() => window.__jingge.town.host.stress.getLayers().flatMap((group) => group.getLayers()).map((path) => path.options.fill)"
    )
    assert set(fills) == {False}
    choose(town, "en")
    outlined.get_by_text("Neighbouring beat").wait_for()
    choose(town, "highlight")
    outlined.first.wait_for(state="detached")


def test_a_neighbour_is_named_with_its_lead_wherever_a_part_of_it_is_seen(town: Page):
    choose(town, "highlight")
    until(town, "window.__jingge.town.host.stress.getLayers().length > 0")
    own, corners = town.evaluate(
        """() => { const { host } = window.__jingge.town, [beat] = host.layers.find("beats", "02"), box = beat.getBounds();
            const edge = beat.getLatLngs().flat(3).map((p) => [p.lng, p.lat]);
            const most = (k, sign) => edge.reduce((a, b) => (sign * (b[k] - a[k]) > 0 ? b : a));
            return [beat.feature.properties.at, [most(0, -1), most(0, 1), most(1, -1), most(1, 1)]]; }"""
    )
    off_view = 0
    for lon, lat in corners:
        go_to(town, lon, lat, 14.5)
        until(town, "now.labels.some((label) => label.layer === 'beats' && /^02 .*民警$/.test(label.text))")
        x, y = town.evaluate("([a, b]) => { const p = window.__jingge.town.drawn().pixel(a, b); return [p.x, p.y]; }", own)
        size = town.locator(".jingge .map").bounding_box()
        assert size is not None
        off_view += not (0 < x < size["width"] and 0 < y < size["height"])
    assert off_view >= 2  # its usual place was out of sight there


def test_what_is_gone_to_keeps_a_quarter_of_surroundings(town: Page):
    share = town.evaluate(
        """() => { const { host } = window.__jingge.town, [beat] = host.layers.find("beats", "14"), b = beat.getBounds();
            host.focus_({ token: "beat 14", bounds: [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()], layer: "beats", code: "14" });
            const [a, c] = [b.getNorthWest(), b.getSouthEast()].map((p) => host.map.latLngToContainerPoint(p));
            const { left, right, top, bottom } = host.room.padding(), size = host.map.getSize();
            return [(a.x - left) / (size.x - left - right), (a.y - top) / (size.y - top - bottom),
                    (size.x - right - c.x) / (size.x - left - right), (size.y - bottom - c.y) / (size.y - top - bottom)]; }"""
    )
    assert 0.19 <= min(share) <= 0.3


def test_of_symbols_and_incidents_the_nearest_within_reach_is_clicked_before_any_area(town: Page):
    open_layer_list(town)
    town.locator('input[data-layer="incidents"]').check()
    until(town, "now.paths.incidents > 0")
    hits = town.evaluate(
        """() => { const { host } = window.__jingge.town, { layers, map, incidents, L } = host, out = [];
            const { points } = incidents;
            layers.entries.get("schools").leaf.eachLayer((school) => out.push(["school", layers.hits(school._point)]));
            for (let i = 0; i < points.lon.length; i += 40) {
              out.push(["incident", layers.hits(map.latLngToLayerPoint([points.lat[i], points.lon[i]]))]);
            }
            const told = (hit) => [hit.spec.key, hit.spec.geometry, hit.gap ?? null, hit.distance ?? null];
            return out.map(([what, found]) => [what, found.map(told)]); }"""
    )
    both = 0
    for what, found in hits:
        near = [hit for hit in found if hit[2] is not None]
        assert near == found[: len(near)], "points come before areas"
        assert near == sorted(near, key=lambda hit: (hit[2], hit[3]))
        assert near[0][2] == 0
        assert near[0][3] < 1.5, what
        both += len({hit[0] for hit in near}) > 1
    assert both > 5
    pixel = town.evaluate(
        """() => { const { layers, map } = window.__jingge.town.host;
            for (const school of layers.entries.get("schools").index.values()) {
              const at = school[0]._point, found = layers.hits(at);
              const inView = map.getSize().x > map.layerPointToContainerPoint(at).x;
              if (inView && found[0].child === school[0] && found.some((hit) => hit.spec.key === "incidents")) {
                const { x, y } = map.layerPointToContainerPoint(at);
                return [x, y, school[0].feature.properties.code];
              }
            } }"""
    )
    box = town.locator(".jingge .map").bounding_box()
    assert box is not None
    town.mouse.click(box["x"] + pixel[0], box["y"] + pixel[1])
    town.get_by_text(f"clicked schools {pixel[2]}").wait_for()


def test_a_tap_leaves_no_tip_and_only_one_card_is_open_on_a_phone(phone: Page, harness: str):
    stands(phone, f"{harness}/")
    box = phone.locator(".jingge .map").bounding_box()
    assert box is not None
    phone.touchscreen.tap(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    phone.get_by_text("nothing clicked").wait_for(state="detached")
    expect(phone.locator(".tip")).to_be_hidden()
    for opened, closed, name in ((".legend", ".layers", "图例"), (".layers", ".legend", "图层"), (".legend", ".layers", "图例")):
        phone.get_by_role("button", name=name).tap()
        expect(phone.locator(f"{opened} .body")).to_be_visible()
        expect(phone.locator(f"{closed} .body")).to_be_hidden()
        cards = card_boxes(phone)
        assert not overlap(cards[opened], cards[".badge"])


def test_new_wordings_stand_in_both_languages(town: Page):
    tools = town.locator(".toolbar")
    expect(tools).to_have_attribute("aria-label", "地图工具")
    choose(town, "en")
    town.get_by_text("Layers", exact=True).wait_for()
    expect(tools).to_have_attribute("aria-label", "Map tools")


def test_only_scripts_and_styles_are_served_and_for_a_year(harness: str):
    from screens.map_host import _leaflet_address, _own_address

    for path in (f"{_own_address()}/index.js", f"{_own_address()}/map_host.css", f"{_leaflet_address()}/leaflet.js"):
        with urllib.request.urlopen(f"{harness}/{path}") as answer:
            assert "immutable" in answer.headers["Cache-Control"]
    with pytest.raises(urllib.error.HTTPError, match="404"):
        urllib.request.urlopen(f"{harness}/{_own_address()}/__init__.py")


def test_modules_name_no_address_outside():
    folder = Path(REPOSITORY / "screens/map_host")
    for file in folder.glob("*.js"):
        text = file.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "http" not in text, file.name
        assert "innerHTML" not in text, file.name
