"""The beat editor in a real Chromium, on the demo town: what is painted, counted, sent, kept and said."""

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from planning.shown import shown
from tests.browser.conftest import START_S, free_port
from tests.conftest import REPOSITORY

EDITOR = "const { editor } = window.__jingge.editor, { core } = editor;"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the harness."""
    port = free_port()
    environment = {**os.environ, "STREAMLIT_BROWSER_GATHER_USAGE_STATS": "false"}
    command = [sys.executable, "-m", "uvicorn", "tests.browser.beat_editor_app:app", "--host", "127.0.0.1", "--port", str(port)]
    log = tmp_path_factory.mktemp("editor") / "log.txt"
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
def town(page: Page, server: str) -> Page:
    """The harness with its editor standing."""
    return opened(page, server)


def opened(page: Page, server: str) -> Page:
    """The editor on a plan that all pages of this context share, and no others."""
    if not page.context.cookies():
        page.context.add_cookies([{"name": "plan", "value": uuid4().hex, "url": server}])
    page.goto(f"{server}/")
    return stands(page)


def stands(page: Page) -> Page:
    page.wait_for_selector('.editor .jingge[data-ready="1"]')
    page.wait_for_function("() => window.__jingge?.editor?.editor?.sheet && window.__jingge.editor.editor.staff.length > 0")
    return page


def ask(page: Page, expression: str, value: object = None) -> Any:
    """What an expression on `editor` and `core` gives."""
    return page.evaluate(f"(value) => {{ {EDITOR} return {expression}; }}", value)


def until(page: Page, condition: str) -> None:
    page.wait_for_function(f"() => {{ {EDITOR} return {condition}; }}")


def saved(page: Page) -> None:
    until(page, "editor.keeper.state === 'saved' && !core.pending(0)")


def sidebar(page: Page, name: str) -> None:
    page.locator('[data-testid="stSidebar"]').get_by_text(name, exact=True).click()


def at(page: Page, cell: int) -> tuple[float, float]:
    """Page coordinates of a cell's inner point."""
    x, y = ask(
        page,
        """(() => { const { map, L } = editor.host, p = L.point(editor.cells.inner[2 * value], editor.cells.inner[2 * value + 1]);
            const at = map.latLngToContainerPoint(map.options.crs.pointToLatLng(p, 0)); return [at.x, at.y]; })()""",
        cell,
    )
    box = page.locator(".jingge .map").bounding_box()
    assert box is not None
    return box["x"] + x, box["y"] + y


def beside(page: Page, slot: int = 0) -> tuple[int, int]:
    """A cell of a beat, and one beside it of another beat, both far enough apart to be hit one by one."""
    found: list[int] = ask(
        page,
        """(() => { const { edges } = core.base; let best = null, most = 0;
            for (let i = 0; i < edges.length; i += 2) for (const [a, b] of [[edges[i], edges[i + 1]], [edges[i + 1], edges[i]]]) {
              if (core.beatOf[a] !== core.order[value] || core.beatOf[b] === core.order[value]) continue;
              const area = core.totals.values('area')[b]; if (area > most) [most, best] = [area, [a, b]];
            } return best; })()""",
        slot,
    )
    return found[0], found[1]


def click_cell(page: Page, cell: int) -> None:
    page.mouse.click(*at(page, cell))


def one_cell_brush(page: Page) -> None:
    ask(page, "(editor.activate(core.order[0]), editor.use('brush'), editor.pointer.resize(-9))")


def test_a_painted_cell_changes_hands_at_once_and_reaches_the_server(town: Page):
    one_cell_brush(town)
    _, cell = beside(town)
    before = ask(town, "core.totals.row(core.order[0]).cells")
    shown = town.locator('[data-sum="cells"]')
    assert shown.inner_text() == str(before)
    click_cell(town, cell)
    until(town, f"core.beatOf[{cell}] === core.order[0]")
    shown.get_by_text(str(before + 1), exact=True).wait_for()
    town.get_by_text(f"stored revision 1 · 1 gestures · 01: {before + 1} cells").wait_for()
    saved(town)
    expect(town.locator(".heard")).to_contain_text("01")


def test_a_stroke_is_one_step_and_undo_and_redo_travel_it(town: Page):
    ask(town, "(editor.activate(core.order[0]), editor.use('brush'))")
    a, b = beside(town)
    before = ask(town, "Array.from(core.beatOf)")
    town.mouse.move(*at(town, a))
    town.mouse.down()
    town.mouse.move(*at(town, b), steps=12)
    town.mouse.up()
    painted = ask(town, "Array.from(core.beatOf)")
    assert painted != before
    town.keyboard.press("Control+z")
    assert ask(town, "Array.from(core.beatOf)") == before
    assert ask(town, "core.canUndo") is None
    town.keyboard.press("Control+Shift+z")
    assert ask(town, "Array.from(core.beatOf)") == painted


def test_escape_and_a_second_finger_take_back_what_was_begun(town: Page):
    one_cell_brush(town)
    _, cell = beside(town)
    before = ask(town, "Array.from(core.beatOf)")
    town.mouse.move(*at(town, cell))
    town.mouse.down()
    assert ask(town, "core.beatOf[value]", cell) == ask(town, "core.order[0]")
    town.keyboard.press("Escape")
    town.mouse.up()
    assert ask(town, "Array.from(core.beatOf)") == before
    assert ask(town, "core.pending(0)") is None


def test_keys_choose_tools_beats_and_sizes_but_not_while_writing(town: Page):
    for key, tool in (("r", "rectangle"), ("l", "lasso"), ("u", "unit"), ("f", "flood"), ("e", "erase"), ("h", "pan"), ("b", "brush")):
        town.keyboard.press(key)
        assert ask(town, "editor.tool") == tool
    town.keyboard.press("1")
    town.keyboard.press("2")
    assert ask(town, "core.beats[editor.active].code") == "12"
    town.wait_for_timeout(900)
    town.keyboard.press("0")
    assert ask(town, "editor.active") == -1
    size = ask(town, "editor.pointer.size")
    town.keyboard.press("]")
    assert ask(town, "editor.pointer.size") == size + 1
    town.keyboard.press("?")
    expect(town.locator(".help")).to_be_visible()
    assert town.locator(".help dt").count() > 15
    town.keyboard.press("Escape")
    expect(town.locator(".help")).to_be_hidden()
    ask(town, "editor.activate(core.order[0])")
    town.locator('[data-action="editBeat"]').click()
    name = town.locator('[data-field="name"]')
    name.fill("bru新名")
    name.press("Tab")
    until(town, "core.beats[core.order[0]].name === 'bru新名'")
    assert ask(town, "editor.tool") == "brush"
    saved(town)


def test_the_help_card_begins_every_line_alike_and_says_when_a_key_means_what(town: Page):
    for language, when in (("zh", "画线时"), ("en", "While a line is drawn")):
        ask(town, "editor.language_(value)", language)
        rows = ask(town, "[...editor.help.list.children].map((row) => [row.firstChild.textContent, row.lastChild.textContent])")
        assert [text for _, text in rows if text[0].islower()] == []
        enter = [text for key, text in rows if key == "Enter"]
        assert len(enter) == 2 and any(when in text for text in enter) and all(re.search("[：:]", text) for text in enter)
        assert all(
            text[0].isupper() or language == "zh" for text in ask(town, "[...editor.help.signs.children].map((one) => one.textContent)")
        )


def test_the_colours_of_a_beat_are_labelled_and_the_automatic_one_by_its_word(town: Page):
    ask(town, "editor.activate(core.order[0])")
    town.locator('[data-action="editBeat"]').click()
    expect(town.locator(".colours > span")).to_have_text("颜色", use_inner_text=True)
    expect(town.locator(".colour.auto")).to_have_text("自动", use_inner_text=True)


def test_list_and_tabs_are_worked_by_keys_alone_and_the_chosen_beat_is_in_sight(town: Page):
    beat = town.locator(".beat").nth(2)
    beat.focus()
    town.keyboard.press("Enter")
    until(town, "editor.active === core.order[1]")
    assert town.locator(".beat").nth(2).evaluate("(node) => node.getRootNode().activeElement === node")
    town.locator('[data-tab="beats"]').focus()
    town.keyboard.press("ArrowRight")
    expect(town.locator('[data-tab="checks"]')).to_have_attribute("aria-selected", "true")
    town.keyboard.press("ArrowLeft")
    for digit in "14":
        town.keyboard.press(digit)
    seen = """(node) => { const [own, list] = [node, node.closest('.bodies')].map((one) => one.getBoundingClientRect());
        return own.top >= list.top - 1 && own.bottom <= list.bottom + 1; }"""
    assert town.locator('.beat[data-beat="14"]').evaluate(seen)


def test_space_moves_the_map_and_paints_nothing(town: Page):
    one_cell_brush(town)
    _, cell = beside(town)
    centre = ask(town, "editor.host.map.getCenter().lng")
    town.keyboard.down("Space")
    x, y = at(town, cell)
    town.mouse.move(x, y)
    town.mouse.down()
    town.mouse.move(x + 90, y, steps=5)
    town.mouse.up()
    town.keyboard.up("Space")
    assert ask(town, "core.pending(0)") is None
    assert ask(town, "editor.host.map.getCenter().lng") != centre


@pytest.mark.parametrize("tool", ["rectangle", "lasso"])
def test_a_frame_takes_the_cells_whose_middle_lies_in_it(town: Page, tool: str):
    ask(town, "(editor.activate(core.order[0]), editor.use(value))", tool)
    x, y = at(town, beside(town)[1])
    for i, (dx, dy) in enumerate([(-60, -50), (60, -50), (60, 50), (-60, 50)]):
        if tool == "rectangle" and i in (1, 3):
            continue
        town.mouse.move(x + dx, y + dy, steps=3)
        if i == 0:
            town.mouse.down()
    town.mouse.up()
    until(town, f"core.canUndo === '{tool}'")
    wrong = ask(town, "core.pending(0)?.gestures[0].cells.filter((cell) => core.beatOf[cell] !== core.order[0]).length ?? 0")
    assert wrong == 0


def test_a_unit_is_painted_whole_and_erased_cells_stay_visible_as_unassigned(town: Page):
    ask(town, "(editor.activate(core.order[0]), editor.use('unit'))")
    _, cell = beside(town)
    click_cell(town, cell)
    assert ask(town, "Array.from(core.unitOf(value)).every((one) => core.beatOf[one] === core.order[0])", cell)
    ask(town, "(editor.use('erase'), editor.pointer.resize(-9))")
    click_cell(town, cell)
    until(town, f"core.beatOf[{cell}] === -1")
    town.locator('[data-figure="unassigned"]').get_by_text("1", exact=True).wait_for()
    saved(town)


def test_a_locked_beat_keeps_its_cells_and_says_so(town: Page):
    one_cell_brush(town)
    _, cell = beside(town)
    owner = ask(town, "core.beatOf[value]", cell)
    ask(town, "editor.toggleLock(value)", owner)
    click_cell(town, cell)
    assert ask(town, "core.beatOf[value]", cell) == owner
    ask(town, "editor.toggleLock(core.order[0])")
    click_cell(town, cell)
    town.locator(".note").get_by_text("已锁定").wait_for()
    saved(town)


def test_the_scope_keeps_other_cells(town: Page):
    one_cell_brush(town)
    _, cell = beside(town)
    town.locator('[data-action="scope"]').select_option("onlyUnassigned")
    click_cell(town, cell)
    assert ask(town, "core.beatOf[value] !== core.order[0]", cell)
    town.locator('[data-action="scope"]').select_option("everywhere")
    click_cell(town, cell)
    assert ask(town, "core.beatOf[value] === core.order[0]", cell)


def test_beats_are_made_merged_and_deleted_only_when_confirmed(town: Page):
    count = ask(town, "core.order.length")
    town.keyboard.press("n")
    until(town, f"core.order.length === {count + 1}")
    town.locator('[data-action="editBeat"]').click()
    town.locator('[data-action="remove"]').click()
    assert ask(town, "core.order.length") == count + 1
    town.locator('[data-action="remove"]').click()
    until(town, f"core.order.length === {count}")
    saved(town)


def test_the_form_of_the_last_beat_opens_in_sight_with_the_keys_in_its_first_field(town: Page):
    ask(town, "editor.activate(core.order.at(-1))")
    button = town.locator('[data-action="editBeat"]')
    button.click()
    seen = """(node) => { const [own, list] = [node, node.closest('.bodies')].map((one) => one.getBoundingClientRect());
        return own.top >= list.top - 1 && own.bottom <= list.bottom + 1; }"""
    assert town.locator(".form").evaluate(seen)
    focused = "(node) => node.getRootNode().activeElement === node"
    assert town.locator('[data-field="number"]').evaluate(focused)
    button.click()
    assert button.evaluate(focused)


def test_what_a_number_may_be_is_said_at_its_field_until_it_is_one(town: Page):
    ask(town, "editor.activate(core.order[0])")
    town.locator('[data-action="editBeat"]').click()
    number, told = town.locator('[data-field="number"]'), town.locator("#refused-number")
    assert number.get_attribute("aria-describedby") == told.get_attribute("id")
    for wrong, zh, en in (
        (" ", "1 至 40 个字符", "1 to 40 characters"),
        ("4" * 41, "1 至 40 个字符", "1 to 40"),
        ("02", "其他警务区", "Another beat"),
    ):
        for language, rule in (("zh", zh), ("en", en)):
            ask(town, "editor.language_(value)", language)
            number.fill(wrong)
            number.press("Enter")
            told.get_by_text(rule).wait_for()
            expect(number).to_have_attribute("aria-invalid", "true")
    assert ask(town, "core.beats[core.order[0]].code") == "01"
    number.fill("01")
    number.press("Enter")
    expect(number).to_have_attribute("aria-invalid", "false")
    expect(told).to_be_hidden()
    number.fill("A-7")
    number.press("Enter")
    until(town, "core.beats[core.order[0]].code === 'A-7'")


def test_a_broken_check_leads_to_its_place(town: Page):
    ask(town, "(editor.use('erase'), editor.pointer.resize(-9))")
    _, cell = beside(town)
    click_cell(town, cell)
    saved(town)
    sidebar(town, "rerun")
    town.locator('[data-tab="checks"]').click()
    check = town.locator('[data-check="complete"][data-state="broken"]')
    check.wait_for()
    expect(check).to_contain_text("必须 · 不符合")
    expect(town.get_by_text("1 项必须的检查不符合，还不能提交")).to_be_visible()
    expect(town.locator('[data-action="submit"]')).to_be_disabled()
    expect(town.locator('[data-state="not_checked"] .word')).to_have_text("应当 · 未检查", use_inner_text=True)
    zoom = ask(town, "editor.host.map.getZoom()")
    for way in (check.get_by_role("button", name="下一处"), town.locator('[data-goes="unassigned"]')):
        ask(town, "editor.host.goHome()")
        way.click()
        until(town, f"editor.host.map.getZoom() > {zoom}")


def test_the_places_of_a_check_stand_by_beat_and_are_counted_in_words(town: Page):
    one, other = ask(town, "core.order.slice(0, 2).map((slot) => core.cellsOf(slot)[0])")
    more = ask(town, "core.cellsOf(core.order[0])[1]")
    told = {"key": "far", "title": ["远", "Far"], "state": "broken", "weight": "should", "message": ["远。", "Far."], "where_kind": "cell"}
    told["where"] = ask(town, "value.map((cell) => core.codes[cell])", [one, other, more])
    ask(town, "(editor.checks_([value]), editor.panel.open('checks'))", told)
    check = town.locator('[data-check="far"]')
    expect(check.locator(".place")).to_have_text("共 3 处", use_inner_text=True)
    heads = check.locator(".of-beat").all_inner_texts()
    assert heads == ask(town, "core.order.slice(0, 2).map((slot) => editor.titleOf(slot))")
    chips = check.locator(".where").all_inner_texts()
    assert chips == ask(town, "value.map((cell) => core.base.names[cell])", [one, more, other])
    check.locator(".where").nth(1).click()
    expect(check.locator(".place")).to_have_text("2 / 3", use_inner_text=True)
    check.locator('[data-action="next"]').click()
    expect(check.locator(".place")).to_have_text("3 / 3", use_inner_text=True)


@pytest.mark.parametrize("way", ["double click", "Enter", "right click", "in one go"])
def test_a_line_over_a_cell_asks_the_server_to_split_it_however_it_is_drawn(town: Page, way: str):
    _, cell = beside(town)
    ask(town, "editor.show([value])", cell)
    ask(town, "editor.use('split')")
    x, y = at(town, cell)
    if way == "in one go":
        town.mouse.move(x - 30, y)
        town.mouse.down()
        town.mouse.move(x + 30, y + 4, steps=6)
        town.mouse.up()
    else:
        town.mouse.click(x - 30, y)
        town.mouse.click(x, y + 40)
        town.keyboard.press("Backspace")  # a point too many
        town.mouse.click(x + 30, y + 4, button="left", click_count=2 if way == "double click" else 1)
        if way == "Enter":
            town.keyboard.press("Enter")
        if way == "right click":
            town.mouse.click(x + 30, y + 4, button="right")
    town.get_by_text("'name': 'split'").wait_for()
    assert ask(town, "core.codes[value]", cell) in town.get_by_text("command {").inner_text()
    assert ask(town, "editor.pointer.pen.points.length") == 0


def test_chosen_cells_and_a_begun_line_offer_what_can_be_done_with_them(town: Page):
    chosen = town.locator(".chosen")
    expect(chosen).to_be_hidden()
    pair = ask(
        town,
        """(() => { const { edges } = core.base, area = core.totals.values('area'); let best, most = 0;
            for (let i = 0; i < edges.length; i += 2) { const [a, b] = [edges[i], edges[i + 1]];
              if (core.unit[a] === core.unit[b] && Math.min(area[a], area[b]) > most) [most, best] = [Math.min(area[a], area[b]), [a, b]]; }
            return best; })()""",
    )
    ask(town, "editor.show(value)", pair)
    ask(town, "editor.use('select')")
    click_cell(town, pair[0])
    chosen.get_by_role("button", name="沿河流拆分").wait_for()
    click_cell(town, pair[1])
    for name in ("合并网格", "锁定网格"):
        expect(chosen.get_by_role("button", name=name)).to_be_visible()
    assert chosen.get_by_role("button", name="解锁网格").count() == chosen.get_by_role("button", name="沿河流拆分").count() == 0
    chosen.get_by_role("button", name="重画两格边界").click()
    x, y = at(town, pair[0])
    town.mouse.move(x - 20, y)
    town.mouse.down()
    town.mouse.move(x + 20, y, steps=6)
    town.mouse.up()
    town.get_by_text("'name': 'border'").wait_for()
    town.keyboard.press("Escape")
    click_cell(town, pair[0])
    chosen.get_by_role("button", name="沿河流拆分").click()
    town.get_by_text("'along': 'water'").wait_for()


@pytest.mark.parametrize("width_px", [1440, 390])
def test_the_card_for_splitting_and_the_mark_of_illustrative_data_cover_nothing_of_each_other(page: Page, server: str, width_px: int):
    page.set_viewport_size({"width": width_px, "height": 900 if width_px > 390 else 844})
    opened(page, server)
    for language in ("zh", "en"):
        ask(page, "editor.language_(value)", language)
        ask(page, "(editor.use('pan'), editor.bar.node.classList.add('all'), editor.use('split'))")
        (left, top, right, bottom), (left2, top2, right2, bottom2) = (
            page.locator(name).evaluate("(node) => { const b = node.getBoundingClientRect(); return [b.left, b.top, b.right, b.bottom]; }")
            for name in (".chosen", ".badge")
        )
        assert right > left and right2 > left2
        assert bottom2 <= top or bottom <= top2 or right2 <= left or right <= left2
        on_top = "(node) => { const { x, y } = node.getBoundingClientRect(); return node.getRootNode().elementFromPoint(x + 9, y + 9); }"
        assert page.locator(".chosen-head").evaluate(f"(node) => ({on_top})(node) === node")


def test_one_finger_paints_and_two_do_not(new_page: Callable[..., Page], server: str):
    phone = new_page({"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    opened(phone, server)
    one_cell_brush(phone)
    _, cell = beside(phone)
    x, y = at(phone, cell)
    client = phone.context.new_cdp_session(phone)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        client.send(
            "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": px, "y": py, "id": i} for i, (px, py) in enumerate(points)]}
        )

    touch("touchStart", (x, y))
    touch("touchStart", (x, y), (x + 60, y + 40))
    touch("touchMove", (x - 20, y), (x + 90, y + 60))
    touch("touchEnd")
    assert ask(phone, "core.pending(0)") is None
    x, y = at(phone, cell)
    touch("touchStart", (x, y))
    touch("touchEnd")
    until(phone, f"core.beatOf[{cell}] === core.order[0]")
    expect(phone.locator(".panel")).to_be_hidden()
    phone.locator(".active-beat").tap()
    expect(phone.locator(".panel")).to_be_visible()
    saved(phone)


def test_tiles_in_gcj02_shift_the_cells_with_the_map_and_painting_still_hits(town: Page):
    before = ask(town, "editor.cells.inner[0]")
    sidebar(town, "gcj02")
    until(town, f"editor.host.map.options.crs.code === 'GCJ02' && editor.cells.inner[0] !== {before}")
    one_cell_brush(town)
    _, cell = beside(town)
    click_cell(town, cell)
    until(town, f"core.beatOf[{cell}] === core.order[0]")
    ask(town, "core.undo()")
    sidebar(town, "gcj02")
    until(town, f"editor.cells.inner[0] === {before}")


def test_arrow_keys_take_a_cursor_from_cell_to_cell_and_enter_paints(town: Page):
    one_cell_brush(town)
    ask(town, "core.assign('list', Array.from({ length: core.n }, (_, cell) => cell), core.order[1])")
    town.keyboard.press("ArrowRight")
    first = ask(town, "editor.cursor.cell")
    town.keyboard.press("ArrowRight")
    second = ask(town, "editor.cursor.cell")
    assert ask(town, "editor.cells.inner[2 * value[1]] > editor.cells.inner[2 * value[0]]", [first, second])
    expect(town.locator(".heard")).to_contain_text(ask(town, "core.base.names[value]", second))
    for key in ("Enter", "ArrowDown", "Space"):
        town.keyboard.press(key)
    third = ask(town, "editor.cursor.cell")
    assert ask(town, "value.map((cell) => core.beatOf[cell] === core.order[0])", [first, second, third]) == [False, True, True]
    town.keyboard.press("Escape")
    assert not ask(town, "editor.cursor.shown")


def test_a_flood_ends_at_the_area_that_was_set(town: Page):
    town.keyboard.press("f")
    town.locator(".flooding input").fill("0.5")
    assert ask(town, "editor.floodArea") == 500_000
    town.locator(".flooding input").fill("")
    assert ask(town, "editor.floodArea === Infinity")


def test_beats_are_renumbered_from_west_to_east_in_one_step_after_a_preview(town: Page):
    before = ask(town, "core.order.map((slot) => core.beats[slot].code)")
    town.locator('[data-action="renumber"]').click()
    assert "→" in "".join(town.locator(".beat-number").all_inner_texts())
    assert ask(town, "core.order.map((slot) => core.beats[slot].code)") == before
    town.locator(".panel .offer [data-action='apply']").click()
    until(town, "core.canUndo === 'renumber'")
    marks = ask(town, "[...editor.numbers.marks.values()].map(({ node, cell }) => [node.textContent, editor.cells.inner[2 * cell]])")
    assert all(len(code) == 2 for code, _ in marks)
    town.keyboard.press("Control+z")
    assert ask(town, "core.order.map((slot) => core.beats[slot].code)") == before


def test_a_numbers_preview_closes_when_cells_are_painted(town: Page):
    town.locator('[data-action="renumber"]').click()
    expect(town.locator(".panel .renumbered")).to_be_visible()
    one_cell_brush(town)
    click_cell(town, beside(town)[1])
    until(town, "core.canUndo === 'click'")
    expect(town.locator(".panel .renumbered")).to_be_hidden()
    assert "→" not in "".join(town.locator(".beat-number").all_inner_texts())


def test_a_density_lies_over_the_cells_only_while_the_page_has_one_and_it_is_asked_for(town: Page):
    button = town.locator('[data-action="density"]')
    expect(button).to_be_hidden()
    sidebar(town, "density")
    button.wait_for()
    shown = "Boolean(editor.host.layers.entries.get('hotspots').leaf?._map)"
    until(town, "editor.host.layers.entries.get('hotspots').leaf")
    first = ask(town, shown)
    button.click()
    assert ask(town, shown) is not first
    expect(button).to_have_attribute("aria-pressed", str(not first).lower())
    one_cell_brush(town)
    _, cell = beside(town)
    click_cell(town, cell)
    until(town, f"core.beatOf[{cell}] === core.order[0]")
    saved(town)
    sidebar(town, "density")
    button.wait_for(state="hidden")


def test_the_panel_shows_the_team_key_places_and_what_roundness_looks_like(town: Page):
    sidebar(town, "team")
    town.locator('[data-sum="staff"]').get_by_text("+ 3 名辅警").wait_for()
    for key in ("places", "risk_places"):
        assert town.locator(f'[data-sum="{key}"]').inner_text().isdigit()
    expect(town.locator(".details .exemplar")).to_have_count(3)
    shown = town.evaluate("""async () => { const name = [...performance.getEntriesByType('resource')].map((one) => one.name)
        .find((one) => one.endsWith('/exemplars.js')); const { EXEMPLARS, outlineOf } = await import(name);
        return EXEMPLARS.map((one) => { const points = outlineOf(one); let area = 0, border = 0;
          points.forEach(([x, y], i) => { const [u, v] = points[(i + 1) % points.length];
            area += x * v - u * y; border += Math.hypot(u - x, v - y); });
          return [one[0], 2 * Math.PI * Math.abs(area) / border ** 2]; }); }""")
    assert all(abs(value - real) < 0.005 for value, real in shown), shown


def test_the_editor_writes_figures_to_the_very_digits_of_python(town: Page):
    values = [None, 0.0, -0.0, 0.125, 0.375, 0.28849999, -0.2885, 1e-5, -1e-5, 0.0995, 12.0]
    written = town.evaluate(
        """async (values) => { const name = performance.getEntriesByType('resource').map((one) => one.name)
          .find((one) => one.endsWith('/figures.js')), { shownNumber, shownShare } = await import(name);
          return values.map((value) => [shownNumber(value, 2), shownNumber(value, 0), shownShare(value, false)]); }""",
        values,
    )
    percent = [None if value is None else 100 * value for value in values]
    ending = ["" if value is None else "%" for value in values]
    ways = zip(values, percent, ending, strict=True)
    assert written == [[shown(value, 2), shown(value, 0), f"{shown(hundred, 1)}{end}"] for value, hundred, end in ways]
    assert re.fullmatch(r"[+-]?\d+\.\d%", town.locator(".off").nth(1).inner_text())


def test_moves_against_the_plan_in_force_are_listed_and_stepped_through(town: Page):
    one_cell_brush(town)
    click_cell(town, beside(town)[1])
    town.locator('[data-tab="changes"]').click()
    move = town.locator(".moved").first
    assert "户" in move.inner_text() and "民警" in move.inner_text()
    move.locator('[data-action="next"]').click()
    assert move.locator(".place").inner_text().startswith("1 /")


def test_two_beats_that_come_to_touch_never_look_alike_and_chosen_colours_stay(town: Page):
    alike = """(() => { const { edges } = core.base; for (let i = 0; i < edges.length; i += 2) {
        const a = core.beatOf[edges[i]], b = core.beatOf[edges[i + 1]];
        if (a >= 0 && b >= 0 && a !== b && !core.beats[a].colour && editor.colourOf(a) === editor.colourOf(b)) return true; }
        return false; })()"""
    ask(town, "editor.did(core.edit(core.order[0], { colour: '#8fb0d9' }))")
    for step in range(6):
        ask(
            town,
            "editor.finished(core.assign('list', Array.from({ length: 30 }, (_, i) => (i * 7 + value * 31) % core.n), core.order[value]))",
            step,
        )
        assert not ask(town, alike)
    assert ask(town, "editor.colourOf(core.order[0])") == "#8fb0d9"


def test_simple_mode_hides_expert_tools_with_their_keys_until_asked_for(town: Page):
    town.locator('[data-tab="changes"]').click()
    town.locator('[data-action="simple"]').click()
    expect(town.locator('[data-action="lasso"]')).to_be_hidden()
    expect(town.locator('[data-tab="beats"]')).to_have_attribute("aria-selected", "true")
    town.keyboard.press("l")
    assert ask(town, "editor.tool") == "brush"
    town.reload()
    stands(town)
    expect(town.locator('[data-action="lasso"]')).to_be_hidden()
    town.locator('[data-action="simple"]').click()
    expect(town.locator('[data-action="lasso"]')).to_be_visible()


def test_the_dock_of_a_phone_needs_no_scrolling_sideways(new_page: Callable[..., Page], server: str):
    phone = new_page({"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    opened(phone, server)
    bar = phone.locator(".bar")
    assert bar.evaluate("(node) => node.scrollWidth <= node.clientWidth + 1")
    assert (bar.bounding_box() or {})["height"] < 110
    phone.locator('[data-action="moreTools"]').tap()
    expect(phone.locator('[data-action="lasso"]')).to_be_visible()
    assert bar.evaluate("(node) => node.scrollWidth <= node.clientWidth + 1")


def test_modules_name_no_address_outside():
    for file in (REPOSITORY / "screens/beat_editor").glob("*.js"):
        text = file.read_text(encoding="utf-8")
        assert "http" not in text, file.name
        assert "innerHTML" not in text, file.name


def test_every_wording_of_the_editor_has_both_languages_and_is_known():
    folder = REPOSITORY / "screens/beat_editor"
    source = (folder / "words.js").read_text(encoding="utf-8")
    rows = re.findall(r'^  (\w+): \["([^"]+)", "([^"]+)"\],$', source, re.M)
    keys = {row[0] for row in rows}
    assert len(keys) > 90
    for file in folder.glob("*.js"):
        for key in re.findall(r'word\("(\w+)"', file.read_text(encoding="utf-8")):
            assert key in keys, f"{file.name}: {key}"
