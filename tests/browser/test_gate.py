"""Nobody enters without a login: no page, file, component, tile, upload or WebSocket. No session is fixed, forged or outlived."""

import re
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from websockets.exceptions import ConnectionClosed, InvalidStatus

from actions.open_workspace import open_workspace
from actions.passwords import totp, totp_picture
from screens.served import own_address
from settings import load_settings
from tests.browser.conftest import RunningApp
from tests.browser.signing import PASSWORD, Visitor, log_in, own_town
from tests.browser.talking import open_socket, shown

SCREENS = ("", "map", "draw", "area", "print", "import", "new", "people", "record", "anything/else")
FILES = (
    "index.html",
    "static/js/none.js",
    "app/static/x.html",
    "assets/font/jingge.css",
    "assets/map_host/index.js",
    "tiles/1/1/1",
    "component/x/index.html",
    "_stcore/health",
    "_stcore/script-health-check",
    "_stcore/metrics",
    "_stcore/host-config",
    "_stcore/allowed-message-origins",
    "_stcore/bidi-components/x/y.js",
    "_stcore/upload_file/s/f",
    "_stcore/stream",
    "media/0123.pdf",
    "favicon.png",
    "oauth2callback",
    "auth/login",
    "docs",
    "..%2fsignin",
    "//signin",
)


@pytest.fixture(scope="module")
def closed(tmp_path_factory: pytest.TempPathFactory, demo_file: Path) -> Iterator[RunningApp]:
    """The app on a town of somebody's own, behind a proxy at 127.0.0.3."""
    folder = tmp_path_factory.mktemp("gate")
    running = RunningApp(
        own_town(demo_file, folder / "own.gpkg"), folder / "log.txt", JINGGE_PROXY="127.0.0.3", JINGGE_HOSTS="beat.example"
    )
    yield running.wait()
    running.stop()


@pytest.mark.parametrize("path", [*SCREENS, *FILES])
def test_whoever_is_not_logged_in_gets_the_log_in_page_and_nothing_else(closed: RunningApp, path: str) -> None:
    for method in ("GET", "POST", "PUT", "DELETE", "HEAD", "OPTIONS"):
        status, _, body = Visitor(closed.port).ask(method, f"/{path}")
        assert status in (401, 403)
        assert method != "GET" or b'name="password"' in body
    status, _, body = Visitor(closed.port, cookies={"jingge": "0" * 43}).ask("GET", f"/{path}", Sec_Fetch_Dest="script")
    assert status == 401 and body == b"Log in first."


@pytest.mark.parametrize("cookies", [{}, {"jingge": "guessed"}], ids=["none", "guessed"])
def test_no_websocket_opens_without_a_session(closed: RunningApp, cookies: dict[str, str]) -> None:
    with pytest.raises(InvalidStatus) as refused:
        open_socket(closed, Visitor(closed.port, cookies=cookies))
    assert refused.value.response.status_code == 403


def test_the_websocket_of_another_page_is_refused_though_the_cookie_is_right(closed: RunningApp) -> None:
    boss = Visitor(closed.port)
    boss.log_in("boss")
    with open_socket(closed, boss):
        pass
    with pytest.raises(InvalidStatus):
        open_socket(closed, boss, origin="http://evil.example")


def test_the_cookie_is_strict_hidden_from_scripts_and_under_tls_secure(closed: RunningApp) -> None:
    status, headers, _ = Visitor(closed.port).log_in("boss")
    cookie = next(c for c in headers["set-cookie"] if c.startswith("jingge="))
    assert status == 303 and "HttpOnly" in cookie and "SameSite=strict" in cookie and "Path=/" in cookie and "Secure" not in cookie
    behind = {"X_Forwarded_Proto": "https", "X_Forwarded_For": "203.0.113.9", "Host": "beat.example"}
    status, headers, _ = Visitor(closed.port, source="127.0.0.3").log_in("boss", **behind)
    cookie = next(c for c in headers["set-cookie"] if c.startswith("__Host-jingge="))
    assert status == 303 and "Secure" in cookie and "HttpOnly" in cookie
    proxied = Visitor(closed.port, source="127.0.0.3", cookies={"__Host-jingge": cookie.split(";")[0].partition("=")[2]})
    given = proxied.ask("GET", "/_stcore/health", **behind)[1]["set-cookie"]
    assert given and all("Secure" in one for one in given), "Streamlit's own too"
    lines = open_workspace(closed.workspace).store.audit_lines(action="open_session")
    assert lines[0].detail["address"] == "203.0.113.9"
    Visitor(closed.port, source="127.0.0.4").log_in("boss", **{**behind, "Host": f"127.0.0.1:{closed.port}"})
    lines = open_workspace(closed.workspace).store.audit_lines(action="open_session")
    assert lines[0].detail["address"] == "127.0.0.4", "only the proxy is believed"


def test_a_session_id_planted_before_the_login_opens_nothing_after_it(closed: RunningApp) -> None:
    victim = Visitor(closed.port, cookies={"jingge": "planted-by-somebody-else"})
    assert victim.log_in("boss")[0] == 303
    assert victim.cookies["jingge"] != "planted-by-somebody-else"
    first = victim.cookies["jingge"]
    assert Visitor(closed.port, cookies={"jingge": "planted-by-somebody-else"}).ask("GET", "/_stcore/health")[0] == 401
    victim.log_in("boss")
    assert Visitor(closed.port, cookies={"jingge": first}).ask("GET", "/_stcore/health")[0] == 401, "the session of before has ended"


def test_a_form_that_this_browser_was_not_given_is_refused(closed: RunningApp) -> None:
    attacker, victim = Visitor(closed.port), Visitor(closed.port)
    mark = attacker.mark()
    form = {"form": mark, "name": "boss", "password": PASSWORD}
    assert victim.ask("POST", "/signin", form)[0] == 403 and "jingge" not in victim.cookies
    assert victim.ask("POST", "/signin", {**form, "form": victim.mark()}, Origin="http://evil.example")[0] == 403
    assert victim.ask("POST", "/signin", {**form, "form": victim.mark()}, Origin=closed.url)[0] == 303
    assert victim.ask("POST", "/signout", {"form": mark})[0] == 403 and victim.ask("GET", "/_stcore/health")[0] == 200
    assert victim.ask("POST", "/signout", {"form": victim.mark("/signout")})[0] == 303
    assert victim.ask("GET", "/_stcore/health")[0] == 401


def test_no_answer_may_be_framed_or_guessed_and_each_says_what_it_may_load(closed: RunningApp) -> None:
    boss = Visitor(closed.port)
    boss.log_in("boss")
    for visitor in (boss, Visitor(closed.port)):
        for path in ("/", "/signin", "/_stcore/health"):
            headers = visitor.ask("GET", path)[1]
            assert headers["x-frame-options"] == ["DENY"] and headers["x-content-type-options"] == ["nosniff"]
            assert "frame-ancestors 'none'" in headers["content-security-policy"][0] and headers["referrer-policy"] == ["same-origin"]
    own = Visitor(closed.port).ask("GET", "/signin")[1]["content-security-policy"][0]
    assert "unsafe" not in own and "default-src 'none'" in own


def test_a_foreign_host_name_is_refused(closed: RunningApp) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "beat.example@evil", "beat.example/x"):
        assert Visitor(closed.port).ask("GET", "/", Host=host)[0] == 400
    assert Visitor(closed.port).ask("GET", "/", Host="beat.example")[0] == 401


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "/x\r\nSet-Cookie: a=b", "javascript:alert(1)", "/signout"]
)
def test_a_login_leads_nowhere_but_into_the_app(closed: RunningApp, target: str) -> None:
    visitor = Visitor(closed.port)
    form = {"form": visitor.mark(), "name": "boss", "password": PASSWORD, "next": target}
    assert visitor.ask("POST", "/signin", form)[1]["location"] == ["/"]


PHONE_SAYS = {"User_Agent": "Mozilla/5.0 (Linux; Android 14) Mobile Safari/537.36"}


@pytest.mark.parametrize(
    ("name", "path", "leads_to"),
    [
        ("walks", "/", "/mine"),
        ("walks", "/?lang=en", "/mine?lang=en"),
        ("boss", "/", None),
        ("boss", "/?officer=P04", "/mine?officer=P04"),
        ("boss", "/?officer=P04&plan=plan-2025&lang=en", "/mine?officer=P04&lang=en"),
        ("boss", "/?officer=P04&plan=plan-2026-draft", None),
        ("walks", "/area?officer=P01", None),
        ("reads", "/", None),
    ],
)
def test_a_telephone_gets_the_light_page_of_an_area_and_everything_else_as_it_is(
    closed: RunningApp, name: str, path: str, leads_to: str | None
) -> None:
    visitor = Visitor(closed.port)
    visitor.log_in(name)
    status, headers, _ = visitor.ask("GET", path, **PHONE_SAYS)
    assert (status, headers.get("location")) == ((303, [leads_to]) if leads_to else (200, None))
    assert visitor.ask("GET", path)[0] == 200, "a desk's browser gets the app"


@pytest.mark.parametrize(
    ("settings", "address"),
    [
        ({}, "http://127.0.0.1:8501"),
        ({"JINGGE_ADDRESS": "::1", "JINGGE_PORT": "9000"}, "http://[::1]:9000"),
        ({"JINGGE_ADDRESS": "0.0.0.0", "JINGGE_HOSTS": "beat.example, b"}, "http://beat.example:8501"),
        ({"JINGGE_ADDRESS": "0.0.0.0"}, "http://127.0.0.1:8501"),
        ({"JINGGE_PUBLIC_ADDRESS": "https://beat.example/", "JINGGE_HOSTS": "b"}, "https://beat.example"),
    ],
)
def test_the_first_link_leads_to_a_name_that_the_gate_lets_in(settings: dict[str, str], address: str) -> None:
    assert own_address(load_settings(settings)) == address


def test_the_second_factor_comes_with_a_code_to_photograph(closed: RunningApp) -> None:
    boss = Visitor(closed.port)
    boss.log_in("boss")
    page = boss.ask("GET", "/second-factor")[2].decode()
    secret = re.search(r'name="secret" value="([A-Z2-7]{32})"', page)
    assert secret and totp_picture(secret[1], "boss") in page and "No second factor" in page and 'name="off"' not in page
    form = {"form": boss.mark("/second-factor"), "secret": secret[1], "code": totp(secret[1], int(time.time()))}
    assert boss.ask("POST", "/second-factor", form)[0] == 303
    page = boss.ask("GET", "/second-factor")[2].decode()
    assert "A second factor is in use" in page and 'name="off"' in page
    keeper = open_workspace(closed.workspace).store
    keeper.set_totp_secret(keeper.find_user("boss").id, None, by="tests")
    keeper.close()


def test_the_log_in_page_speaks_the_language_of_the_link_and_leads_on_in_it(closed: RunningApp) -> None:
    visitor = Visitor(closed.port)
    chinese, english = (
        visitor.ask("GET", f"/{address}")[2].decode() for address in ("map?lang=zh", "signin?next=/map?lang=zh%26b=1&lang=en")
    )
    assert ">登录</button>" in chinese and 'href="/signin?next=%2Fmap%3Flang%3Dzh&amp;lang=en"' in chinese and ">English</a>" in chinese
    assert ">Log in</button>" in english and 'name="next" value="/map?b=1&amp;lang=en"' in english and ">中文</a>" in english
    for name, asked, leads_to in (("boss", "/?lang=en", "/?lang=en"), ("walks", "/?lang=en", "/mine?lang=en"), ("walks", "/", "/mine")):
        form = {"form": visitor.mark(), "name": name, "password": PASSWORD, "next": asked}
        assert visitor.ask("POST", "/signin", form)[1]["location"] == [leads_to]


def test_script_in_a_link_or_a_name_stays_text_on_the_log_in_page(closed: RunningApp) -> None:
    visitor = Visitor(closed.port)
    bad = '"><script>alert(1)</script>'
    body = visitor.ask("GET", "/map?q=%22%3E%3Cscript%3Ealert(1)%3C/script%3E")[2]
    body += visitor.ask("POST", "/signin", {"form": visitor.mark(), "name": bad, "password": bad, "next": f"/{bad}"})[2]
    assert b"<script>alert" not in body


def test_a_form_too_long_and_a_method_that_is_none_are_refused(closed: RunningApp) -> None:
    visitor = Visitor(closed.port)
    assert visitor.ask("POST", "/signin", {"form": visitor.mark(), "name": "x" * 10_000})[0] == 403
    assert visitor.ask("PUT", "/signin")[0] == 405


def test_a_shut_account_is_out_at_once_even_with_a_page_open(closed: RunningApp) -> None:
    looks = Visitor(closed.port)
    looks.log_in("looks")
    store = open_workspace(closed.workspace).store
    user = store.find_user("looks")
    with open_socket(closed, looks) as opened:
        store.disable_user(user.id, by="tests")
        with pytest.raises(ConnectionClosed):
            while True:
                opened.recv(timeout=30)
    assert looks.ask("GET", "/")[0] == 401
    store.enable_user(user.id, by="tests")
    assert looks.ask("GET", "/")[0] == 401, "its sessions stay ended"
    store.close()


def test_a_word_over_the_open_socket_of_an_ended_session_is_not_heard(closed: RunningApp) -> None:
    cells = Visitor(closed.port)
    cells.log_in("cells")
    store = open_workspace(closed.workspace).store
    with open_socket(closed, cells) as opened:
        store.end_sessions_of(store.find_user("cells").id, by="tests")
        opened.send(b"\x5a\x00")
        with pytest.raises(ConnectionClosed):
            while True:
                opened.recv(timeout=30)
    store.close()


def test_a_session_of_streamlits_is_never_handed_to_the_next_log_in(closed: RunningApp) -> None:
    """A tab that stays open while another logs in beside it asks for its session back, with the other's cookie."""
    keeps, walks = Visitor(closed.port), Visitor(closed.port)
    keeps.log_in("keeps")
    walks.log_in("walks")
    with open_socket(closed, keeps) as opened:
        first = shown(opened)
        assert first.says("keeps ·")
    with open_socket(closed, walks, session=first.session) as opened:
        again = shown(opened)
        assert again.session == first.session, "Streamlit would give it back"
        assert not again.says("walks ·") and again.says("尚未登录"), "nothing runs in it but the way out"
    with open_socket(closed, walks) as opened:
        assert shown(opened).says("walks ·")


def test_guesses_from_everywhere_keep_nobody_out_who_logged_in_from_there_before(closed: RunningApp) -> None:
    """36 addresses with two guesses each are more than the 64 that may wait."""
    boss, over = Visitor(closed.port, source="127.0.0.9"), threading.Event()
    assert boss.log_in("boss")[0] == 303
    answers: Counter[int] = Counter()

    def guess(number: int) -> None:
        guesser = Visitor(closed.port, source=f"127.0.0.{100 + number % 36}")
        mark = guesser.mark()
        while not over.is_set():
            answers[guesser.ask("POST", "/signin", {"form": mark, "name": f"n{number}", "password": f"guess {number}"})[0]] += 1

    guessers = [threading.Thread(target=guess, args=(number,)) for number in range(72)]
    for guesser in guessers:
        guesser.start()
    time.sleep(3)
    try:
        again = [Visitor(closed.port, source="127.0.0.9").log_in("boss")[0] for _ in range(3)]
    finally:
        over.set()
        for guesser in guessers:
            guesser.join(60)
    assert again == [303, 303, 303] and answers[303] == 0


def test_a_hundred_guesses_a_second_from_elsewhere_stop_nobody(closed: RunningApp) -> None:
    over = threading.Event()
    answers: Counter[int] = Counter()

    def guess(number: int) -> None:
        guesser = Visitor(closed.port, source=f"127.0.0.{20 + number % 4}")
        mark = guesser.mark()
        while not over.is_set():
            answers[guesser.ask("POST", "/signin", {"form": mark, "name": "boss", "password": f"guess {number}"})[0]] += 1

    guessers = [threading.Thread(target=guess, args=(number,)) for number in range(12)]
    begun = time.monotonic()
    for guesser in guessers:
        guesser.start()
    time.sleep(3)
    try:
        boss = Visitor(closed.port, source="127.0.0.9")
        assert boss.log_in("boss")[0] == 303
        assert boss.ask("GET", "/_stcore/health")[0] == 200
    finally:
        over.set()
        for guesser in guessers:
            guesser.join(60)
    print(f"{sum(answers.values()) / (time.monotonic() - begun):.0f} guesses/s: {dict(answers)}")
    assert answers[303] == 0 and answers[429] > answers[403]


def test_the_first_administrator_comes_by_a_link_that_counts_once(page: Page, tmp_path: Path, demo_file: Path) -> None:
    path = Path(shutil.copy(demo_file, tmp_path / "own.gpkg"))
    store = open_workspace(path).store
    town = store.town()
    store.change_town(type(town)(**{**town.row(), "illustrative": False}), by="tests")
    running = RunningApp(path, tmp_path / "log.txt")
    try:
        running.wait()
        stranger = Visitor(running.port)
        form = {"form": stranger.mark("/first"), "key": "guessed", "name": "evil", "new": PASSWORD, "again": PASSWORD}
        assert stranger.ask("POST", "/first", form)[0] == 403 and not store.users()
        link = re.search(r"http://\S+/first#key=(\S+)", (tmp_path / "log.txt").read_text())
        page.goto(link[0])
        page.locator("input[name=name]").fill("admin")
        for name in ("new", "again"):
            page.locator(f"input[name={name}]").fill(PASSWORD)
        page.locator("button[type=submit]").click()
        page.locator("[data-testid=stApp]").wait_for()
        assert [user.name for user in store.users()] == ["admin"]
        again = {**form, "key": link[1], "form": stranger.mark("/first")}
        assert stranger.ask("POST", "/first", again)[0] == 403 and len(store.users()) == 1
        assert PASSWORD not in (tmp_path / "log.txt").read_text()
    finally:
        running.stop()
        store.close()


def test_the_demo_opens_on_this_machine_and_through_no_proxy(app: RunningApp) -> None:
    here = Visitor(app.port)
    assert here.ask("GET", "/")[0] == 200 and here.ask("GET", "/", Host="demo.example")[0] == 400
    for told in ({"X_Forwarded_For": "203.0.113.9"}, {"Forwarded": "for=203.0.113.9"}, {"Via": "1.1 proxy"}):
        assert here.ask("GET", "/", **told)[0] == 401
    imitation = {"X_Jingge_Peer": "127.0.0.1", "X_Forwarded_For": "203.0.113.9"}
    assert here.ask("GET", "/", **imitation)[0] == 401


def test_a_link_from_another_site_finds_the_session_without_a_second_login(closed: RunningApp, page: Page) -> None:
    log_in(page, closed.url, "boss")
    elsewhere = f"http://localhost:{closed.port}"  # another site than 127.0.0.1
    page.route(f"{elsewhere}/elsewhere", lambda route: route.fulfill(body=f'<a href="{closed.url}/area">go</a>', content_type="text/html"))
    page.goto(f"{elsewhere}/elsewhere")
    page.get_by_text("go").click()
    page.locator("[data-testid=stApp]").wait_for()
    expect(page.locator("input[name=password]")).to_have_count(0)
