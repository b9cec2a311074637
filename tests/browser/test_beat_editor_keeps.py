"""What the beat editor keeps in a real Chromium: history, unsent gestures, other tabs, refusals, a lost network, a full store."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.test_beat_editor import ask, beside, click_cell, one_cell_brush, opened, saved, server, sidebar, stands, town, until

__all__ = ["server", "town"]


def test_reruns_and_languages_never_make_the_editor_anew(town: Page):
    one_cell_brush(town)
    click_cell(town, beside(town)[1])
    saved(town)
    town.get_by_text("最大偏差").wait_for()
    for name in ("rerun", "en", "view", "edit", "rerun"):
        sidebar(town, name)
        town.wait_for_timeout(250)
    town.get_by_text("Largest deviation").wait_for()
    for node in town.locator(".editor [data-text-of], .editor .muted").all_inner_texts():
        assert not any("\u4e00" <= letter <= "\u9fff" for letter in node), node
    assert ask(town, "window.__jingge.editor.mounts") == 1
    assert ask(town, "core.canUndo") == "click"


def test_a_redraw_takes_no_half_written_name_away(town: Page):
    ask(town, "editor.activate(core.order[0])")
    town.locator('[data-action="editBeat"]').click()
    name = town.locator('[data-field="name"]')
    name.fill("半个名")
    town.keyboard.press("ArrowLeft")
    ask(town, "editor.redrawn()")
    ask(town, "editor.language_(value)", "en")
    town.keyboard.type("新")
    assert name.input_value() == "半个新名"
    assert ask(town, "core.beats[core.order[0]].name") != "半个新名"
    name.press("Tab")
    until(town, "core.beats[core.order[0]].name === '半个新名'")
    saved(town)
    name.fill("另名")
    town.locator('[data-action="editBeat"]').click()
    until(town, "core.beats[core.order[0]].name === '另名'")


def test_leaving_the_page_keeps_plan_and_history(town: Page):
    one_cell_brush(town)
    click_cell(town, beside(town)[1])
    saved(town)
    kept = ask(town, "Array.from(core.beatOf)")
    town.get_by_role("link", name="elsewhere").click()
    town.get_by_test_id("stMarkdown").get_by_text("elsewhere", exact=True).wait_for()
    town.wait_for_timeout(2600)
    town.get_by_role("link", name="town").click()
    stands(town)
    assert ask(town, "Array.from(core.beatOf)") == kept
    assert ask(town, "core.canUndo") == "click"


def test_what_the_server_never_heard_outlives_a_reload(town: Page):
    sidebar(town, "deaf")
    one_cell_brush(town)
    _, cell = beside(town)
    click_cell(town, cell)
    until(town, "editor.keeper.state === 'offline'")
    town.locator('.state[data-state="offline"]').wait_for()
    town.reload()
    stands(town)
    until(town, f"core.beatOf[{cell}] === core.order[0] && core.canUndo === 'click'")
    saved(town)
    town.get_by_text("1 gestures").wait_for()


def test_a_refusal_is_shown_in_words_and_the_painting_stays(town: Page):
    sidebar(town, "refuse")
    one_cell_brush(town)
    _, cell = beside(town)
    click_cell(town, cell)
    town.locator(".offer").get_by_text("另一位规划员已修改此方案").wait_for()
    assert ask(town, "core.beatOf[value] === core.order[0] && Boolean(core.pending(0))", cell)


def test_a_split_cell_keeps_the_history_and_undo_takes_both_parts_back(town: Page):
    code = ask(town, "core.codes.findIndex((_, cell) => core.beatOf[cell] >= 0)")
    name, was = ask(town, "[core.codes[value], core.beatOf[value]]", code)
    ask(town, "(editor.finished(core.assign('click', [value], core.order.find((slot) => slot !== core.beatOf[value]))))", code)
    saved(town)
    sidebar(town, "split first")
    until(town, f"core.codes.includes('{name}W')")
    town.keyboard.press("Control+z")
    assert ask(town, "['W', 'E'].map((end) => core.beatOf[core.codes.indexOf(value + end)])", name) == [was, was]
    saved(town)


def test_another_plan_under_the_same_key_starts_with_its_own_history(town: Page):
    one_cell_brush(town)
    click_cell(town, beside(town)[1])
    saved(town)
    sidebar(town, "other plan")
    until(town, "core.plan.id === 'plan-b'")
    assert ask(town, "core.canUndo") is None
    expect(town.locator(".editor")).to_have_count(1)


@pytest.mark.parametrize("choice", ["setAside", "dropMine"])
def test_a_refused_message_leaves_a_choice_and_what_is_set_aside_can_be_done_again(town: Page, choice: str):
    sidebar(town, "refuse")
    one_cell_brush(town)
    _, cell = beside(town)
    was = ask(town, "core.beatOf[value]", cell)
    click_cell(town, cell)
    town.locator(f'[data-action="{choice}"]').click()
    until(town, f"core.beatOf[{cell}] === {was} && !core.pending(0)")
    sidebar(town, "refuse")
    if choice == "dropMine":
        expect(town.locator('[data-action="carryOver"]')).to_have_count(0)
        return
    town.locator('[data-action="carryOver"]').click()
    until(town, f"core.beatOf[{cell}] === core.order[0]")
    saved(town)
    town.get_by_text("1 gestures").wait_for()


def test_kept_gestures_of_an_older_revision_are_offered_and_carried_over(town: Page):
    sidebar(town, "deaf")
    one_cell_brush(town)
    _, cell = beside(town)
    click_cell(town, cell)
    ask(town, "editor.keeper.write()")
    town.evaluate("""() => { for (const name of Object.keys(localStorage)) if (name.startsWith('jingge.draft.')) {
        const kept = JSON.parse(localStorage[name]); window.__older = [name, JSON.stringify({ ...kept, revision: -5 })]; }
        addEventListener('pagehide', () => localStorage.setItem(...window.__older)); }""")
    town.reload()
    stands(town)
    assert ask(town, "core.beatOf[value] !== core.order[0]", cell)
    town.locator('[data-action="carryOver"]').click()
    until(town, f"core.beatOf[{cell}] === core.order[0] && core.canUndo === 'click'")
    saved(town)


def test_two_tabs_keep_apart_and_what_a_closed_one_left_is_taken_up(new_page: Callable[..., Page], server: str):
    one = new_page()
    opened(one, server)
    sidebar(one, "deaf")
    two = one.context.new_page()
    opened(two, server)
    two.locator(".note").get_by_text("另一个标签页").wait_for()
    one_cell_brush(one)
    _, cell = beside(one)
    click_cell(one, cell)
    ask(one, "editor.keeper.write()")
    names = "Object.keys(localStorage).filter((name) => name.startsWith('jingge.draft.')).length"
    assert ask(two, names) == 2
    assert ask(two, "core.beatOf[value] !== core.order[0]", cell)
    context = one.context
    one.close()
    two.close()
    three = context.new_page()
    opened(three, server)
    until(three, f"core.beatOf[{cell}] === core.order[0]")
    saved(three)


def test_what_was_painted_without_a_network_is_sent_when_it_is_back(town: Page):
    one_cell_brush(town)
    _, cell = beside(town)
    town.context.set_offline(True)
    click_cell(town, cell)
    until(town, "editor.keeper.state === 'offline'")
    town.locator('[data-tab="checks"]').click()
    behind = town.get_by_text("以下检查不含尚未保存的修改")
    behind.wait_for()
    town.context.set_offline(False)
    saved(town)
    behind.wait_for(state="hidden")
    town.get_by_text("1 gestures").wait_for()


def test_a_full_store_is_told_and_painting_goes_on(town: Page):
    town.evaluate("() => { Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }; }")
    one_cell_brush(town)
    _, cell = beside(town)
    click_cell(town, cell)
    town.locator(".note").get_by_text("存储已满").wait_for()
    saved(town)
    town.get_by_text("1 gestures").wait_for()
