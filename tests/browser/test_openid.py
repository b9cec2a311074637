"""Sign-in by the organisation's own provider, against a real one in a process of its own: who comes in, as what, and who does not.

Groups at the provider: chiefs -> chief, planners -> planner, auditors -> auditor; "staff" has no role here.
"""

import html
import os
import re
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from playwright.sync_api import Page, expect

from actions.open_workspace import open_workspace
from screens.wording import log_in as words
from storage.store import Store
from tests.browser.conftest import RunningApp, free_port
from tests.browser.openid_provider import CLIENT, FORGERIES, SECRET, WAYS, Provider
from tests.browser.signing import PASSWORD, Visitor, own_town

GROUPS = "chiefs=chief; cn=planners,ou=station=planner; auditors=auditor"
PLANNERS = "cn=planners,ou=station"


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Provider]:
    running = Provider(free_port(), tmp_path_factory.mktemp("provider") / "log.txt")
    yield running
    running.stop()


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory, demo_file: Path, provider: Provider) -> Iterator[RunningApp]:
    folder, port = tmp_path_factory.mktemp("openid"), free_port()
    kept = folder / "secret"
    kept.write_text(SECRET)
    kept.chmod(stat.S_IRUSR | stat.S_IWUSR)
    running = RunningApp(
        own_town(demo_file, folder / "own.gpkg"),
        folder / "log.txt",
        port,
        JINGGE_PUBLIC_ADDRESS=f"http://127.0.0.1:{port}",
        JINGGE_OPENID_ISSUER=provider.url,
        JINGGE_OPENID_CLIENT=CLIENT,
        JINGGE_OPENID_SECRET_FILE=str(kept),
        JINGGE_OPENID_ROLES=GROUPS,
    )
    yield running.wait()
    running.stop()
    assert SECRET not in (folder / "log.txt").read_text()


@pytest.fixture
def store(town: RunningApp, provider: Provider) -> Iterator[Store]:
    provider.misbehave()
    opened = open_workspace(town.workspace).store
    yield opened
    opened.close()


def sent_to(page: bytes) -> str:
    """Where a page of ours leads on to."""
    return html.unescape(re.search(r'http-equiv="refresh" content="0;url=([^"]+)"', page.decode())[1])


def set_out(visitor: Visitor, target: str = "/") -> str:
    """Press the button; the provider's address to which the browser is sent."""
    status, _, body = visitor.ask("POST", "/openid", {"form": visitor.mark(), "next": target})
    assert status == 200, body
    return sent_to(body)


def agreed(provider: Provider, url: str, subject: str) -> str:
    """Sign in at the provider as somebody; the address it sends the browser back to, without host."""
    status, headers, body = Visitor(provider.port).ask("POST", url.removeprefix(provider.url), {"sub": subject})
    assert status == 302, body
    back = urlsplit(headers["location"][0])
    return f"{back.path}?{back.query}"


def come_in(town: RunningApp, provider: Provider, subject: str, target: str = "/", source: str = "127.0.0.1") -> tuple[Visitor, int, bytes]:
    """The whole way by plain requests: the visitor, and the answer at its end."""
    visitor = Visitor(town.port, source)
    status, _, body = visitor.ask("GET", agreed(provider, set_out(visitor, target), subject))
    return visitor, status, body


def is_in(visitor: Visitor) -> bool:
    return visitor.ask("GET", "/_stcore/health")[0] == 200


def refusals(store: Store) -> list[str]:
    """Why the latest sign-ins were refused, the newest first."""
    return [line.detail.get("why", "") for line in store.audit_lines(50, action="log_in") if line.result == "refused"]


def test_a_person_signs_in_works_in_the_mapped_role_and_signs_out_here_and_there(
    town: RunningApp, provider: Provider, store: Store, page: Page
) -> None:
    provider.person("sub-1", preferred_username="li.wei", name="李伟", groups=["staff", PLANNERS])
    page.goto(f"{town.url}/draw?lang=zh")
    page.get_by_role("button", name=words.OPENID.zh).click()
    page.locator("input[name=sub]").fill("sub-1")
    page.get_by_role("button", name="Authorize").click()
    page.locator("[data-testid=stApp]").wait_for()
    assert page.url == f"{town.url}/draw?lang=zh"
    page.get_by_text("li.wei@127.0.0.1 · 规划员").first.wait_for(state="attached")
    expect(page.get_by_role("link", name=words.LOG_OUT.zh)).to_have_count(1)
    for elsewhere in (words.CHANGE_PASSWORD, words.SECOND_FACTOR):
        expect(page.get_by_role("link", name=elsewhere.zh)).to_have_count(0)
    user = store.find_user("li.wei@127.0.0.1")
    assert (user.display_name, [role.role for role in user.roles], user.issuer) == ("李伟", ["planner"], provider.url)
    assert store.secrets_of(user.id).password_hash is None
    assert [session.user_id for session in store.list_sessions(user.id)] == [user.id]
    cookie = {one["name"]: one for one in page.context.cookies()}
    assert cookie["jingge"]["httpOnly"] and cookie["jingge"]["sameSite"] == "Strict" and "jingge-openid" not in cookie
    assert store.audit_lines(1, who=user.name, action="open_session")
    told = store.audit_lines(1, who=user.name, action="log_in")[0]
    assert told.result == "done" and told.detail["address"] == "127.0.0.1" and told.detail["by"] == "openid 127.0.0.1"

    page.goto(f"{town.url}/signout")
    page.locator("button[type=submit]").click()
    page.wait_for_url(f"{provider.url}/oauth2/end_session**")
    assert parse_qs(urlsplit(page.url).query)["post_logout_redirect_uri"] == [f"{town.url}/signin"]
    assert not store.list_sessions(user.id)
    assert Visitor(town.port, cookies={"jingge": cookie["jingge"]["value"]}).ask("GET", "/")[0] == 401


def test_who_has_no_group_with_a_role_is_told_so_and_stays_out(town: RunningApp, provider: Provider, store: Store, page: Page) -> None:
    provider.person("sub-2", preferred_username="guest", groups=["staff"])
    page.goto(f"{town.url}/")
    page.get_by_role("button", name=words.OPENID.zh).click()
    page.locator("input[name=sub]").fill("sub-2")
    page.get_by_role("button", name="Authorize").click()
    alert = page.get_by_role("alert")
    expect(alert).to_contain_text("没有对应本系统的角色")
    expect(alert).to_contain_text("None of your groups")
    line = store.audit_lines(1, action="log_in")[0]
    assert (line.result, line.detail["why"], line.detail["subject"]) == ("refused", "no_role", "sub-2")
    assert store.find_user("guest@127.0.0.1") is None


@pytest.mark.parametrize("how", [*WAYS, *FORGERIES])
def test_an_id_token_that_is_not_the_providers_for_us_now_lets_nobody_in(
    town: RunningApp, provider: Provider, store: Store, how: str
) -> None:
    provider.person("sub-3", preferred_username="zhao", groups=["chiefs"])
    provider.misbehave(how)
    # a source each, as an address with 20 failures waits
    visitor, status, _ = come_in(town, provider, "sub-3", source=f"127.0.0.{40 + [*WAYS, *FORGERIES].index(how)}")
    assert status == 403 and not is_in(visitor) and refusals(store)[0] == "token"
    assert store.find_user("zhao@127.0.0.1") is None


def test_an_answer_counts_once_for_the_browser_that_asked_and_with_its_state(town: RunningApp, provider: Provider, store: Store) -> None:
    provider.person("sub-4", preferred_username="qian", groups=["chiefs"])
    visitor = Visitor(town.port, "127.0.0.60")
    url = set_out(visitor)
    kept = visitor.cookies["jingge-openid"]
    asked = parse_qs(urlsplit(url).query)
    assert asked["code_challenge_method"] == ["S256"] and asked["response_type"] == ["code"] and len(asked["nonce"][0]) == 64
    back = agreed(provider, url, "sub-4")
    code = parse_qs(urlsplit(back).query)["code"][0]

    stranger = Visitor(town.port, "127.0.0.61")
    assert stranger.ask("GET", back)[0] == 403 and not is_in(stranger), "a browser that never set out"
    other = Visitor(town.port, "127.0.0.61")
    set_out(other)
    assert other.ask("GET", back)[0] == 403 and not is_in(other), "a browser that set out on its own"
    assert refusals(store)[0] == "state"

    assert visitor.ask("GET", back)[0] == 200 and is_in(visitor)
    again = Visitor(town.port, "127.0.0.61", {"jingge-openid": kept})
    assert again.ask("GET", back)[0] == 403 and not is_in(again), "the same answer twice"
    fresh = Visitor(town.port, "127.0.0.61")
    state = parse_qs(urlsplit(set_out(fresh)).query)["state"][0]
    used = urlencode({"code": code, "state": state})
    assert fresh.ask("GET", f"/openid/back?{used}")[0] == 403 and not is_in(fresh), "a used code on a new way"
    assert refusals(store)[:2] == ["code", "state"]


def test_another_issuers_answer_a_refusal_and_a_cookie_of_ones_own_making_lead_nowhere(
    town: RunningApp, provider: Provider, store: Store
) -> None:
    visitor = Visitor(town.port, "127.0.0.62")
    state = parse_qs(urlsplit(set_out(visitor)).query)["state"][0]
    mixed = urlencode({"code": "x", "state": state, "iss": "https://evil.example"})
    assert visitor.ask("GET", f"/openid/back?{mixed}")[0] == 403 and refusals(store)[0] == "issuer"
    state = parse_qs(urlsplit(set_out(visitor)).query)["state"][0]
    denied = urlencode({"error": "access_denied", "state": state, "error_description": "<script>alert(1)</script>"})
    status, _, body = visitor.ask("GET", f"/openid/back?{denied}")
    assert status == 403 and words.OPENID_NOT_CONFIRMED.en in body.decode() and b"<script>alert" not in body
    lines = len(refusals(store))
    for cookie in ("", "x", "WyJzZWVkIiwiLyJd.abc.def"):
        assert Visitor(town.port, "127.0.0.62", {"jingge-openid": cookie}).ask("GET", "/openid/back?code=1&state=2")[0] == 403
    assert len(refusals(store)) == lines, "who set out on nothing fills no record"


def test_no_local_account_is_taken_over_by_a_name(town: RunningApp, provider: Provider, store: Store) -> None:
    before = store.find_user("boss")
    for subject, claims in (("boss", {}), ("sub-5", {"preferred_username": "boss", "email": "boss@station.example", "name": "boss"})):
        provider.person(subject, groups=[PLANNERS], **claims)
        visitor, status, _ = come_in(town, provider, subject)
        assert status == 200 and is_in(visitor)
    assert store.find_user("boss") == before and not store.list_sessions(before.id)
    made = {user.name: user for user in store.users() if user.issuer}
    assert {"boss@127.0.0.1", "boss@127.0.0.1-2"} <= set(made), "two subjects of one name are two accounts"
    assert all([role.role for role in made[name].roles] == ["planner"] for name in ("boss@127.0.0.1", "boss@127.0.0.1-2"))
    assert Visitor(town.port).log_in("boss@127.0.0.1")[0] == 403, "it has no password"
    assert Visitor(town.port).log_in("boss", PASSWORD)[0] == 303


def test_roles_are_those_of_now_and_what_an_administrator_limited_stays_limited(town: RunningApp, provider: Provider, store: Store) -> None:
    from storage.accounts import UserRole

    provider.person("sub-6", preferred_username="sun", groups=["chiefs", PLANNERS])
    first = come_in(town, provider, "sub-6")[0]
    user = store.find_user("sun@127.0.0.1")
    assert [role.role for role in user.roles] == ["chief", "planner"]
    store.set_roles(user.id, [UserRole("planner", "beat", "03")], by="tests")
    assert store.user(user.id).roles == (UserRole("chief"), UserRole("planner", "beat", "03"))
    provider.person("sub-6", preferred_username="another-name", groups=["chiefs"])
    second = come_in(town, provider, "sub-6")[0]
    assert is_in(second) and not is_in(first), "no page of the old roles stays open"
    assert store.user(user.id).roles == (UserRole("chief"),) and store.user(user.id).name == "sun@127.0.0.1"
    provider.person("sub-6", groups=[])
    assert come_in(town, provider, "sub-6")[1] == 403 and not is_in(second) and store.user(user.id).roles == ()
    provider.person("sub-6", groups=[PLANNERS])
    assert is_in(come_in(town, provider, "sub-6")[0]) and store.user(user.id).roles == (UserRole("planner", "beat", "03"),)
    provider.person("sub-6", groups=["auditors", "chiefs"])
    assert come_in(town, provider, "sub-6")[1] == 403 and refusals(store)[0] == "two_roles"


def test_a_shut_account_is_out_at_once_and_does_not_come_in_again(town: RunningApp, provider: Provider, store: Store) -> None:
    provider.person("sub-7", preferred_username="zhou", groups=["chiefs"])
    visitor = come_in(town, provider, "sub-7")[0]
    user = store.find_user("zhou@127.0.0.1")
    store.disable_user(user.id, by="tests")
    assert not is_in(visitor)
    again, status, body = come_in(town, provider, "sub-7")
    assert status == 403 and not is_in(again) and "此账号已停用" in body.decode() and refusals(store)[0] == "disabled"


@pytest.mark.parametrize(
    "target", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)", "/openid/back?x", '/"><script>']
)
def test_a_sign_in_leads_nowhere_but_into_the_app(town: RunningApp, provider: Provider, target: str) -> None:
    provider.person("sub-8", preferred_username="wu", groups=["chiefs"])
    _, status, body = come_in(town, provider, "sub-8", target)
    assert status == 200 and b"<script>" not in body
    assert sent_to(body) == (target if target.startswith('/"') else "/")


def test_the_form_counts_for_its_browser_alone_and_the_settings_of_such_an_account_are_elsewhere(
    town: RunningApp, provider: Provider, store: Store
) -> None:
    mark = Visitor(town.port).mark()
    assert Visitor(town.port).ask("POST", "/openid", {"form": mark})[0] == 403
    assert Visitor(town.port).ask("GET", "/openid")[0] == 200 and Visitor(town.port).ask("POST", "/openid/back")[0] == 405
    provider.person("sub-9", preferred_username="zheng", groups=["chiefs"])
    visitor = come_in(town, provider, "sub-9")[0]
    for path in ("/password", "/second-factor"):
        given = {"form": visitor.mark(path), "password": PASSWORD, "new": PASSWORD + "!", "again": PASSWORD + "!", "code": "1"}
        status, _, body = visitor.ask("POST", path, given)
        assert status == 403 and words.OPENID_ELSEWHERE.en in body.decode()
    assert store.secrets_of(store.find_user("zheng@127.0.0.1").id).password_hash is None


def test_an_address_that_fails_again_and_again_waits_and_others_do_not(town: RunningApp, provider: Provider, store: Store) -> None:
    for _ in range(20):
        store.note_attempt("openid", "127.0.0.70", succeeded=False, now_s=int(time.time()))
    provider.person("sub-10", preferred_username="wang", groups=["chiefs"])
    assert come_in(town, provider, "sub-10", source="127.0.0.70")[1] == 429
    assert come_in(town, provider, "sub-10", source="127.0.0.71")[1] == 200


def test_a_provider_that_is_silent_is_said_so_and_the_password_still_works(tmp_path: Path, demo_file: Path) -> None:
    port = free_port()
    running = RunningApp(
        own_town(demo_file, tmp_path / "own.gpkg"),
        tmp_path / "log.txt",
        port,
        JINGGE_PUBLIC_ADDRESS=f"http://127.0.0.1:{port}",
        JINGGE_OPENID_ISSUER=f"http://127.0.0.1:{free_port()}",
        JINGGE_OPENID_CLIENT=CLIENT,
        JINGGE_OPENID_SECRET=SECRET,
        JINGGE_OPENID_ROLES=GROUPS,
    )
    try:
        running.wait()
        visitor = Visitor(port)
        status, _, body = visitor.ask("POST", "/openid", {"form": visitor.mark(), "next": "/"})
        assert status == 403 and "does not answer" in body.decode() and SECRET not in body.decode()
        assert visitor.log_in("boss")[0] == 303
    finally:
        running.stop()


def test_without_the_setting_there_is_no_button_and_no_way(app: RunningApp, tmp_path: Path) -> None:
    assert "JINGGE_OPENID_ISSUER" not in os.environ
    visitor = Visitor(app.port)
    assert words.OPENID.en not in visitor.ask("GET", "/signin")[2].decode()
    assert visitor.ask("POST", "/openid", {"form": visitor.mark(), "next": "/"})[0] == 403
    assert visitor.ask("GET", "/openid/back?code=1&state=2")[0] == 403
