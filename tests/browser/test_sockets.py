"""What a browser may say over its open WebSocket, which files it gets, and what it may send; each by the log-in it belongs to."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

from screens.open_sockets import FilesTold, may_be_said
from tests.browser.conftest import RunningApp
from tests.browser.signing import Visitor, own_town
from tests.browser.talking import heard, open_socket, rerun, shown

FOREIGN = {
    "clear_cache": True,
    "load_git_info": True,
    "set_run_on_save": True,
    "debug_disconnect_websocket": True,
    "debug_shutdown_runtime": True,
}
"""Words that Streamlit obeys and no page of this app says."""


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory, demo_file: Path) -> Iterator[RunningApp]:
    folder = tmp_path_factory.mktemp("sockets")
    running = RunningApp(own_town(demo_file, folder / "own.gpkg"), folder / "log.txt")
    yield running.wait()
    running.stop()


def signed_in(running: RunningApp, name: str) -> Visitor:
    visitor = Visitor(running.port)
    assert visitor.log_in(name)[0] == 303
    return visitor


def test_only_words_of_the_apps_own_pages_are_heard() -> None:
    assert may_be_said(rerun("map").SerializeToString())
    assert may_be_said(BackMsg(app_heartbeat=True).SerializeToString())
    for word, value in FOREIGN.items():
        assert not may_be_said(BackMsg(**{word: value}).SerializeToString()), word
    wanted = BackMsg()
    wanted.backend_operation_request.deferred_file.file_id = "1"
    assert may_be_said(wanted.SerializeToString())
    wanted.backend_operation_request.install_skills.SetInParent()
    assert not may_be_said(wanted.SerializeToString())
    assert not may_be_said(b"") and not may_be_said(b"\xff\xff\xff")


def test_a_foreign_word_over_the_open_socket_is_not_answered_and_empties_nothing(closed: RunningApp) -> None:
    with open_socket(closed, signed_in(closed, "looks")) as opened:
        assert shown(opened).says("looks ·")
        for word in ("load_git_info", "clear_cache", "set_run_on_save"):
            opened.send(BackMsg(**{word: True}).SerializeToString())
        opened.send(BackMsg(app_heartbeat=True).SerializeToString())
        for message, _ in heard(opened):
            if message.WhichOneof("type") == "heartbeat_ack":
                break
            assert message.WhichOneof("type") != "git_info_changed" and not message.session_status_changed.run_on_save
        assert shown(opened).says("looks ·"), "its own session was not emptied either"


def test_a_file_goes_to_the_log_in_that_was_told_of_it_and_to_nobody_else(closed: RunningApp) -> None:
    boss, walks = signed_in(closed, "boss"), signed_in(closed, "walks")
    with open_socket(closed, boss) as opened:
        page = shown(opened, "print")
        for _ in range(120):  # the preview is drawn beside the page
            if page.files:
                break
            time.sleep(0.5)
            page = shown(opened, "print")
        file = page.files[0]
        status, headers, content = boss.ask("GET", file)
        assert status == 200 and len(content) > 10_000 and headers["cache-control"] == ["no-store"]
        assert walks.ask("GET", file)[0] == 404 and Visitor(closed.port).ask("GET", file)[0] == 401
        again = signed_in(closed, "boss")
        assert again.ask("GET", file)[0] == 404, "another log-in of the same person was not told"
        assert boss.ask("POST", "/signout", {"form": boss.mark("/signout")})[0] == 303
    assert again.ask("GET", file)[0] == 404 and boss.ask("GET", file)[0] == 401


def test_what_is_told_of_is_remembered_for_so_many_files(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screens.open_sockets.FILES_KEPT", 2)
    files = FilesTold()
    for name in ("a.pdf", "b.png", "c.svg"):
        message = ForwardMsg()
        message.delta.new_element.download_button.url = f"/media/{name}"
        message.delta.new_element.download_button.help = "the tag of this field is a letter"
        files.tell("token", message.SerializeToString())
    assert [files.knows("token", f"/media/{name}") for name in ("a.pdf", "b.png", "c.svg")] == [False, True, True]
    assert files.knows("", "/static/x.js") and not files.knows("", "/media/b.png")


@pytest.mark.parametrize("name", ["looks", "cells", "walks", "reads"])
def test_who_has_no_screen_with_a_field_for_files_uploads_none(closed: RunningApp, name: str) -> None:
    visitor = signed_in(closed, name)
    with open_socket(closed, visitor) as opened:
        session = shown(opened).session
        status, _, body = visitor.ask("PUT", f"/_stcore/upload_file/{session}/file", {"x": "y"})
        assert status == 403 and b"uploads files" in body


def test_leaving_empties_what_the_screens_kept_in_the_browser(closed: RunningApp) -> None:
    boss = signed_in(closed, "boss")
    _, headers, _ = boss.ask("POST", "/signout", {"form": boss.mark("/signout")})
    assert headers["clear-site-data"] == ['"storage"']
