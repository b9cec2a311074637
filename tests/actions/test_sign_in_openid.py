"""Settings of the organisation's own sign-in, the names its accounts get, and what its groups give. The whole way stands in
tests/browser/test_openid.py, against a real provider."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from actions import manage_people
from actions.caller import Caller
from actions.open_workspace import open_workspace
from actions.openid_claims import Claims, Denied
from actions.openid_provider import _groups
from actions.openid_settings import Provider, provider_of, roles_table
from actions.sign_in import who_is
from actions.sign_in_openid import display_name, login_name, sign_in_openid
from actions.town_model import Workspace
from layers.definition.refusal import Refusal
from settings import Settings, load_settings

NOW = 1_800_000_000
SET = {
    "JINGGE_PUBLIC_ADDRESS": "https://beats.example/",
    "JINGGE_OPENID_ISSUER": "https://login.example/realm",
    "JINGGE_OPENID_CLIENT": "jingge",
    "JINGGE_OPENID_SECRET": "hush",
    "JINGGE_OPENID_ROLES": "CN=planners,OU=station=planner; chiefs = chief;; audit=auditor",
}


def settings(**other: str) -> Settings:
    return load_settings(SET | other)


@pytest.fixture
def provider() -> Provider:
    found = provider_of(settings())
    assert found is not None
    return found


@pytest.fixture
def place(demo_copy: Path) -> Iterator[Workspace]:
    workspace = open_workspace(demo_copy)
    yield workspace
    workspace.store.close()


def somebody(subject: str = "s1", *groups: str, **names: str) -> Claims:
    return Claims(subject, names, frozenset(groups))


def test_it_is_off_by_default_and_the_secret_is_printed_nowhere(provider: Provider) -> None:
    assert provider_of(load_settings({})) is None
    assert provider.back == "https://beats.example/openid/back" and provider.secret == "hush"
    assert "hush" not in repr(provider) + repr(settings())


@pytest.mark.parametrize(
    ("variable", "written", "said"),
    [
        ("JINGGE_OPENID_ISSUER", "http://login.example", "must be an https address"),
        ("JINGGE_OPENID_ISSUER", "https://login.example/?a=b", "must be an https address"),
        ("JINGGE_PUBLIC_ADDRESS", "", "JINGGE_PUBLIC_ADDRESS must be"),
        ("JINGGE_OPENID_CLIENT", "", "CLIENT is not set"),
        ("JINGGE_OPENID_ROLES", "", "nobody could sign in"),
        ("JINGGE_OPENID_ROLES", "chiefs=king", "'chiefs=king'"),
        ("JINGGE_OPENID_ROLES", "=chief", "'=chief'"),
    ],
)
def test_a_setting_that_can_not_be_meant_is_refused_by_name(variable: str, written: str, said: str) -> None:
    with pytest.raises(Refusal, match=said):
        provider_of(settings(**{variable: written}))


def test_a_secret_in_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    kept = tmp_path / "secret"
    kept.write_text("from the file\n")
    kept.chmod(0o600)
    found = provider_of(settings(JINGGE_OPENID_SECRET_FILE=str(kept)))
    assert found is not None and found.secret == "from the file"
    for mode in (0o640, 0o604):
        kept.chmod(mode)
        with pytest.raises(Refusal, match="chmod 600"):
            provider_of(settings(JINGGE_OPENID_SECRET_FILE=str(kept)))
    with pytest.raises(Refusal, match="can't be read"):
        provider_of(settings(JINGGE_OPENID_SECRET_FILE=str(tmp_path / "none")))


def test_a_group_may_hold_commas_and_equals_signs(provider: Provider) -> None:
    assert roles_table(SET["JINGGE_OPENID_ROLES"]) == (
        ("CN=planners,OU=station", "planner"),
        ("chiefs", "chief"),
        ("audit", "auditor"),
    )
    assert provider.roles_of(frozenset({"chiefs", "CN=planners,OU=station", "other"})) == ("chief", "planner")


def test_groups_are_found_in_a_claim_a_nested_one_or_one_with_dots_and_are_words_alone() -> None:
    assert _groups({"groups": ["a", "b", 3, None]}, "groups") == {"a", "b"} and _groups({"groups": "a"}, "groups") == {"a"}
    assert _groups({"realm_access": {"roles": ["a"]}}, "realm_access.roles") == {"a"} == _groups({"x.y": ["a"]}, "x.y")
    assert not any(_groups(said, "groups.x") for said in ({}, {"groups": None}, {"groups": {"x": {"chiefs": True}}}, {"groups": ["x"]}))


@pytest.mark.parametrize(
    ("names", "called"),
    [
        ({"preferred_username": "li.wei"}, "li.wei@login.example"),
        ({"preferred_username": "ｌｉ wei@other.example"}, "liwei@login.example"),
        ({"email": "li@station.example"}, "li@login.example"),
        ({"preferred_username": "=<script>"}, "script@login.example"),
        ({"preferred_username": "@boss"}, "person@login.example"),
        ({}, "s1@login.example"),
    ],
)
def test_a_login_name_says_where_it_comes_from_whatever_was_chosen_there(provider: Provider, names: dict[str, str], called: str) -> None:
    assert login_name(provider, somebody("s1", **names)) == called
    assert len(login_name(provider, somebody("s" * 255))) < 60


def test_a_display_name_is_one_short_line() -> None:
    assert display_name(somebody(name="李\n伟\u202e")) == "李伟" and len(display_name(somebody(name="x" * 500))) == 40


def test_the_session_is_one_of_ours_with_its_idle_and_absolute_end(place: Workspace, provider: Provider) -> None:
    token, who = sign_in_openid(place, provider, somebody("s1", "chiefs"), "10.0.0.7", "Firefox", 36_000, NOW)
    assert who.user.issuer == provider.issuer and who.roles() == ("chief",)
    assert (
        who_is(place, token, 1800, NOW + 1799)
        and not who_is(place, token, 1800, NOW + 1800)
        and not who_is(place, token, 10**9, NOW + 36_000)
    )


def test_the_same_subject_at_another_issuer_is_somebody_else(place: Workspace, provider: Provider) -> None:
    first = sign_in_openid(place, provider, somebody("s1", "chiefs"), "", "", 60, NOW)[1]
    other = sign_in_openid(place, replace(provider, issuer="https://login.example/other"), somebody("s1", "chiefs"), "", "", 60, NOW)[1]
    again = sign_in_openid(place, provider, somebody("s1", "chiefs"), "", "", 60, NOW)[1]
    assert first.user.id == again.user.id != other.user.id and other.user.name == "s1@login.example-2"


def test_such_an_account_is_given_no_password_and_seeing_people_is_on_record_once_a_session(place: Workspace, provider: Provider) -> None:
    user = sign_in_openid(place, provider, somebody("s1", "chiefs"), "", "", 60, NOW)[1].user
    keeper = Caller(place, "keeper", "administrator", session="k1")
    with pytest.raises(Refusal, match="has no password"):
        manage_people.give_one_time_password(keeper, user.id)
    for session in ("k1", "k1", "k2"):
        manage_people.people(replace(keeper, session=session))
    assert len(place.store.audit_lines(action="see_people")) == 2


def test_nobody_is_made_without_a_role(place: Workspace, provider: Provider) -> None:
    with pytest.raises(Denied) as denied:
        sign_in_openid(place, provider, somebody("s1", "others"), "", "", 60, NOW)
    assert denied.value.why == "no_role" and denied.value.text.zh and not place.store.users()
