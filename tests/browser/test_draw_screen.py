"""Drawing beats in the real app: from a new draft to cells split at the river, with two planners, reloads and a killed server."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from actions.open_workspace import open_workspace
from storage.store import Store
from tests.browser.acting import pick
from tests.browser.conftest import RunningApp
from tests.browser.test_beat_editor import EDITOR, ask, at, beside, click_cell, one_cell_brush, saved

DRAFT = "plan-2026-draft"


@pytest.fixture
def draw_app(demo_file: Path, tmp_path: Path) -> Iterator[RunningApp]:
    """The app on a workspace of its own."""
    running = RunningApp(Path(shutil.copy(demo_file, tmp_path / "demo.gpkg")), tmp_path / "log.txt")
    yield running.wait()
    running.stop()


@pytest.fixture
def store(draw_app: RunningApp) -> Iterator[Store]:
    """What is really kept."""
    workspace = open_workspace(draw_app.workspace)
    yield workspace.store
    workspace.store.close()


def open_editor(page: Page, app: RunningApp, query: str = "") -> Page:
    page.goto(f"{app.url}/draw{query}")
    return stands(page)


def stands(page: Page) -> Page:
    page.wait_for_function(
        "() => window.__jingge?.beat_editor?.editor?.sheet && window.__jingge.beat_editor.editor.staff.length > 0", timeout=60_000
    )
    page.evaluate("() => { window.__jingge.editor = window.__jingge.beat_editor; }")
    return page


def paint_one(page: Page, slot: int = 0) -> tuple[str, str]:
    """Paint a neighbouring cell into a beat; its code and the beat's."""
    one_cell_brush(page)
    ask(page, "editor.activate(core.order[value])", slot)
    _, cell = beside(page, slot)
    click_cell(page, cell)
    page.wait_for_function(f"() => {{ {EDITOR} return core.beatOf[{cell}] === core.order[{slot}]; }}")
    saved(page)
    code, beat = ask(page, "[core.codes[value], core.beats[core.beatOf[value]].code]", cell)
    return code, beat


def test_what_is_painted_is_kept_checked_and_there_after_a_reload_and_without_a_new_mount(
    page: Page, draw_app: RunningApp, store: Store
) -> None:
    open_editor(page, draw_app)
    cell, beat = paint_one(page)
    assert store.plan(DRAFT).beat_of[cell] == beat
    assert ask(page, "window.__jingge.beat_editor.mounts") == 1
    page.reload()
    stands(page)
    assert ask(page, f"core.beats[core.beatOf[core.codes.indexOf('{cell}')]].code") == beat
    assert store.verify_audit().ok


def test_the_bar_names_the_chosen_beat_and_the_cell_under_the_pointer_whole(page: Page, draw_app: RunningApp) -> None:
    for language in ("zh", "en"):
        open_editor(page, draw_app, f"?lang={language}")
        page.mouse.move(*at(page, beside(page)[1]))
        expect(page.locator(".under")).not_to_be_empty()
        whole = "(node) => node.scrollWidth <= node.clientWidth && node.scrollHeight <= node.clientHeight + 1"
        for part in (".under", ".active-beat span:last-child"):
            assert page.locator(part).evaluate(whole), page.locator(part).inner_text()
        assert (page.locator(".bar").bounding_box() or {})["height"] < 50


def test_a_killed_server_loses_nothing_that_was_painted(page: Page, draw_app: RunningApp, store: Store) -> None:
    open_editor(page, draw_app)
    first, beat = paint_one(page)
    draw_app.process.kill()
    draw_app.process.join()
    one_cell_brush(page)
    _, cell = beside(page)
    click_cell(page, cell)  # nobody hears this one but the browser
    second = ask(page, "core.codes[value]", cell)
    again = RunningApp(draw_app.workspace, draw_app.workspace.with_name("again.txt"), draw_app.port)
    try:
        again.wait()
        page.goto(f"{draw_app.url}/draw")
        stands(page)
        saved(page)
        plan = store.plan(DRAFT)
        assert plan.beat_of[first] == plan.beat_of[second] == beat and store.verify_audit().ok
    finally:
        again.stop()


def test_two_planners_lose_nothing_and_are_told_of_each_other(new_page: object, draw_app: RunningApp, store: Store) -> None:
    one, two = (open_editor(new_page(), draw_app) for _ in range(2))
    cell, beat = paint_one(one)
    other, other_beat = paint_one(two, slot=6)
    kept = store.plan(DRAFT).beat_of
    assert (kept[cell], kept[other]) == (beat, other_beat)
    two.wait_for_function(
        f"() => {{ {EDITOR} return core.beats[core.beatOf[core.codes.indexOf('{cell}')]].code === '{beat}'; }}", timeout=20_000
    )
    ask(one, "(editor.activate(core.order[2]), 0)")
    click_cell(one, ask(one, "core.codes.indexOf(value)", other))  # `one` does not know yet that it was painted
    dialog = one.get_by_role("dialog")
    expect(dialog.get_by_text("两人改了同一处")).to_be_visible()
    expect(dialog.locator("[data-map][data-ready='1']")).to_have_count(2, timeout=30_000)
    mine = ask(one, "core.beats[core.order[2]].code")
    assert store.plan(DRAFT).beat_of[other] == other_beat != mine
    dialog.get_by_role("button", name="全部用我的").click()
    expect(dialog).to_be_hidden()
    one.wait_for_function(f"() => {{ {EDITOR} return core.plan.revision === {store.plan(DRAFT).header.revision}; }}", timeout=20_000)
    assert ask(one, f"core.beats[core.beatOf[core.codes.indexOf('{other}')]].code") == mine == store.plan(DRAFT).beat_of[other]
    assert store.plan(DRAFT).beat_of[cell] == beat and store.verify_audit().ok


def test_a_new_draft_is_made_from_the_plan_in_force_and_opened(page: Page, draw_app: RunningApp, store: Store) -> None:
    open_editor(page, draw_app)
    dialog = page.get_by_role("dialog")
    page.get_by_role("button", name="新建草案").click()
    expect(dialog).to_be_visible()
    page.keyboard.press("Escape")  # the editor behind it leaves the question its keys
    expect(dialog).to_be_hidden()
    page.get_by_role("button", name="新建草案").click()
    dialog.get_by_label("草案名称").fill("四区方案 <b>")
    dialog.get_by_role("button", name="建立草案").click()
    expect(dialog).to_be_hidden()
    stands(page)
    made = next(header for header in store.plan_headers() if header.name == "四区方案 <b>")
    assert made.parent_id == "plan-2025" and made.status == "draft"
    page.wait_for_function(f"() => window.__jingge.beat_editor.editor.core.plan.id === '{made.id}'")
    stands(page)
    cell, _ = paint_one(page)
    assert store.plan(made.id).beat_of[cell] != store.plan("plan-2025").beat_of[cell]


def test_a_plan_in_force_can_be_looked_at_and_not_painted(page: Page, draw_app: RunningApp, store: Store) -> None:
    open_editor(page, draw_app, "?lang=en")
    pick(page, page.get_by_test_id("stSidebar").get_by_label("Plan"), re.compile("in force"))
    expect(page.get_by_text("can only be looked at")).to_be_visible()
    page.wait_for_function("() => window.__jingge.beat_editor.editor.core.plan.status === 'in_force'")
    before = ask(page, "Array.from(core.beatOf)")
    _, cell = beside(page)
    click_cell(page, cell)
    assert ask(page, "Array.from(core.beatOf)") == before


def test_a_village_cell_is_split_at_the_river_and_the_editor_goes_on_with_its_parts(page: Page, draw_app: RunningApp, store: Store) -> None:
    open_editor(page, draw_app)
    paint_one(page)
    cell = ask(page, "core.codes.indexOf('433125109213002')")
    ask(page, "editor.command('split', { cell: core.codes[value], along: 'water', by: 'incidents' })", cell)
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("尚未写入任何内容")).to_be_visible()
    expect(dialog.locator("img[src*='svg']")).to_be_visible()
    dialog.get_by_role("radio", name="户数（自行清点）").click()
    dialog.get_by_label("第 1 部分的户数（户）").fill("11")
    dialog.get_by_label("第 1 部分的户数（户）").press("Enter")
    dialog.get_by_role("button", name="确认").click()
    expect(dialog).to_be_hidden()
    assert store.read_layer("grid_cells").set_index("code").loc["433125109213004", "dwellings"] == 11
    page.wait_for_function("() => window.__jingge.beat_editor.editor.core.n === 155", timeout=30_000)
    assert len(store.plan(DRAFT).beat_of) == 155 and store.verify_audit().ok
    page.evaluate("() => { window.__jingge.editor = window.__jingge.beat_editor; }")
    page.keyboard.press("Control+z")  # the stroke from before the split
    saved(page)
    assert len(store.plan(DRAFT).beat_of) == 155


def test_divided_units_are_stated_from_the_list_of_checks_and_the_check_turns_green(page: Page, draw_app: RunningApp, store: Store) -> None:
    open_editor(page, draw_app)
    page.locator('[data-tab="checks"]').click()
    check = page.locator('[data-check="whole_units"]')
    check.get_by_role("button", name="说明为何分割").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("理由").fill("河两岸")
    dialog.get_by_role("button", name="保存").click()
    expect(dialog).to_be_hidden()
    expect(page.locator('[data-check="whole_units"][data-state="ok"]')).to_be_visible()
    assert set(store.setting("stated_splits").values()) == {"河两岸"} and store.verify_audit().ok


def test_a_draft_is_handed_in_where_it_was_drawn_and_frozen_from_then_on(page: Page, draw_app: RunningApp, store: Store) -> None:
    open_editor(page, draw_app, "?lang=en")
    page.locator('[data-tab="checks"]').click()
    expect(page.get_by_text("It can be submitted, with a reason: 2 checks")).to_be_visible()
    page.locator('[data-action="submit"]').click()
    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("2 checks that should hold are broken")).to_be_visible()
    dialog.get_by_role("button", name="Submit").click()
    expect(dialog.get_by_text("state a reason")).to_be_visible()
    dialog.get_by_label("Reason").fill("for the summer")
    dialog.get_by_role("button", name="Submit").click()
    expect(page.get_by_text("waits for a second person")).to_be_visible()
    page.wait_for_function("() => window.__jingge.beat_editor.editor.core.plan.status === 'submitted'")
    page.wait_for_function("() => !window.__jingge.beat_editor.editor.editing")
    header = store.plan(DRAFT).header
    assert (header.status, header.reason) == ("submitted", "for the summer")
