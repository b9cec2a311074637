"""Logging in: guesses are slowed where they come from and nowhere else, sessions end, second factors count once.

Delays by hand: three failures are free; after the 4th one waits 2 s... in whole: 3 failed -> 2 s, 4 -> 4 s, 5 -> 8 s, at most 300 s.
RFC 6238, appendix B: secret "12345678901234567890", second 59 -> 94287082, second 1111111109 -> 07081804 (here the last six digits).
"""

import base64
import time
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from actions import passwords, sign_in
from actions.audit_record import incidents_shown
from actions.open_workspace import open_workspace
from actions.own_area import own_cells, own_incidents
from actions.see_map import incident_points, static_tables
from actions.sign_in import Wait, caller_of, demo_caller, needs_accounts, scope_of, wait_before, who_is
from actions.town_model import Workspace
from exporting.qr_code import qr_code, qr_svg
from layers.definition.refusal import Refusal
from storage.accounts import User, UserRole

NOW = 1_800_000_000
RIGHT = "blue lantern over Qingshui"
RFC_SECRET = base64.b32encode(b"12345678901234567890").decode()


@pytest.fixture
def place(demo_copy: Path) -> Iterator[Workspace]:
    """A workspace with the account li: officer P01."""
    workspace = open_workspace(demo_copy)
    store = workspace.store
    li = store.add_user("Li", "李", by="tests", staff_code="P01")
    store.set_password_hash(li.id, passwords.hash_of(RIGHT), by="tests")
    store.set_roles(li.id, [UserRole("officer")], by="tests")
    yield workspace
    store.close()


def enter(place: Workspace, password: str = RIGHT, address: str = "10.0.0.7", name: str = "li", now_s: int = NOW, code: str = "") -> str:
    return sign_in.sign_in(place, name, password, code, address, "tests", 36_000, now_s)[0]


@pytest.mark.parametrize("weak", ["short", "password123", "aaaaaaaaaaaaaa", "Qwertyuiop1", "li-and-his-own-name", "x" * 201])
def test_a_password_that_is_short_common_or_a_name_is_refused(weak: str) -> None:
    with pytest.raises(Refusal):
        passwords.check_password(weak, "li-and")
    passwords.check_password(RIGHT, "li-and")


def test_a_password_is_kept_as_argon2id_and_the_session_as_a_hash_of_its_token(place: Workspace) -> None:
    token = enter(place)
    kept = place.store.secrets_of(place.store.find_user("li").id).password_hash
    assert kept.startswith("$argon2id$") and RIGHT not in kept
    assert token not in Path(place.store.location).read_bytes().decode("latin-1")
    assert who_is(place, token, 1800, NOW + 10).user.name == "li"


def test_wrong_name_password_and_disabled_account_are_refused_in_the_same_words(place: Workspace) -> None:
    said = set()
    for name, password in (("nobody", RIGHT), ("li", "wrong")):
        with pytest.raises(Refusal) as refused:
            enter(place, password, name=name)
        said.add(refused.value.text)
    place.store.disable_user(place.store.find_user("li").id, by="tests")
    with pytest.raises(Refusal) as refused:
        enter(place)
    assert len({*said, refused.value.text}) == 1


def test_success_and_failure_are_on_record_but_never_what_a_stranger_typed(place: Workspace) -> None:
    with pytest.raises(Refusal):
        enter(place, "wrong", name="my secret in the wrong field")
    enter(place)
    lines = {line.action: line for line in place.store.audit_lines(5)}
    assert lines["log_in"].who == "-" and lines["log_in"].result == "refused" and lines["log_in"].detail["address"] == "10.0.0.7"
    assert lines["open_session"].who == "li" and lines["open_session"].detail["address"] == "10.0.0.7"
    assert not any("my secret" in cell for row in place.store.audit_csv_rows() for cell in row)


def test_guesses_are_slowed_by_account_and_address_and_lock_nobody_out_elsewhere(place: Workspace) -> None:
    for _ in range(3):
        with pytest.raises(Refusal):
            enter(place, "wrong")
    assert wait_before(place, "li", "10.0.0.7", NOW) == 2 and wait_before(place, "li", "10.0.0.7", NOW + 2) == 0
    with pytest.raises(Wait):
        enter(place)  # even the right one
    with pytest.raises(Refusal):
        enter(place, "wrong", now_s=NOW + 2)
    assert wait_before(place, "li", "10.0.0.7", NOW + 2) == 4
    assert wait_before(place, "li", "10.0.0.8", NOW + 2) == 0 and enter(place, address="10.0.0.8", now_s=NOW + 2)


def test_an_address_that_guesses_many_accounts_waits_but_whoever_logged_in_from_there_does_not(place: Workspace) -> None:
    enter(place, now_s=NOW - 86_400)
    for number in range(20):
        place.store.note_attempt(f"name{number}", "10.0.0.7", False, NOW)
    assert wait_before(place, "wang", "10.0.0.7", NOW) == 300 and wait_before(place, "li", "10.0.0.7", NOW) == 0
    assert wait_before(place, "wang", "10.0.0.8", NOW) == 0


def test_addresses_of_one_ipv6_subscriber_count_as_one() -> None:
    assert sign_in.network_of("2001:db8:1:2:3::4") == sign_in.network_of("2001:db8:1:2:ffff::") == "2001:db8:1:2::/64"


def test_a_session_ends_by_idleness_by_age_by_log_out_and_with_its_account(place: Workspace) -> None:
    token = enter(place)
    assert who_is(place, token, 1800, NOW + 1799) and not who_is(place, token, 1800, NOW + 1800)
    who_is(place, token, 1800, NOW + 1000, used=True)
    assert who_is(place, token, 1800, NOW + 2500) and not who_is(place, token, 10**9, NOW + 36_000)
    other = enter(place)
    assert token != other
    sign_in.sign_out(place, other)
    assert who_is(place, other, 1800, NOW) is None and who_is(place, "", 1800, NOW) is None
    place.store.disable_user(place.store.find_user("li").id, by="tests")
    assert who_is(place, token, 1800, NOW + 1001) is None


def test_a_one_time_password_says_until_when_and_must_be_changed(place: Workspace) -> None:
    user = place.store.find_user("li")
    once = passwords.one_time_password(NOW, lasts_s=100)
    place.store.set_password_hash(user.id, passwords.hash_of(once), by="tests", must_change=True)
    with pytest.raises(Refusal):
        enter(place, once, now_s=NOW + 100)
    signed = who_is(place, enter(place, once, address="10.0.0.9", now_s=NOW + 99), 1800, NOW + 99)
    with pytest.raises(Refusal):
        caller_of(place, signed)
    longer = once.replace(f"{NOW + 100:x}", f"{NOW + 999:x}")
    with pytest.raises(Refusal):
        enter(place, longer, address="10.0.0.10")


def test_another_password_ends_all_other_sessions(place: Workspace) -> None:
    mine, other = enter(place), enter(place)
    signed = who_is(place, mine, 10**9, NOW)
    sign_in.change_password(place, signed, RIGHT, "green lantern under Xishui")
    assert who_is(place, mine, 10**9, NOW) and who_is(place, other, 10**9, NOW) is None
    with pytest.raises(Refusal):
        sign_in.change_password(place, signed, "wrong", "another fine password")


def test_a_password_that_is_too_old_must_be_changed_first_and_none_of_the_last_five_comes_back(place: Workspace) -> None:
    store, li = place.store, place.store.find_user("li")
    store.set_password_hash(li.id, passwords.hash_of(RIGHT), by="tests", now_s=NOW)

    def enters(now_s: int, password: str = RIGHT, days: int = 90) -> sign_in.SignedIn:
        return sign_in.sign_in(place, "li", password, "", "10.0.0.7", "tests", 36_000, now_s, days)[1]

    assert not enters(NOW + 90 * 86_400 - 1).user.must_change and not enters(NOW + 900 * 86_400, days=0).user.must_change
    old = enters(NOW + 90 * 86_400)
    assert old.user.must_change and store.audit_lines(action="password_too_old")[0].who == "li"
    with pytest.raises(Refusal):
        caller_of(place, old)
    used = [RIGHT]
    for number in range(5):
        with pytest.raises(Refusal, match="one of the last"):
            sign_in.change_password(place, old, used[-1], used[0])
        used.append(f"green lantern {number} under Xishui")
        sign_in.change_password(place, old, used[-2], used[-1])
    sign_in.change_password(place, old, used[-1], RIGHT)  # five others came between
    assert len(store.former_passwords(li.id)) == 5 and not enters(int(time.time())).user.must_change
    assert not any(kept in cell for kept in store.former_passwords(li.id) for row in store.audit_csv_rows() for cell in row)


def test_where_one_log_in_at_a_time_is_wanted_a_new_one_ends_the_others(place: Workspace) -> None:
    first, (second, signed) = enter(place), sign_in.sign_in(place, "li", RIGHT, "", "10.0.0.8", "tests", 36_000, NOW)
    sign_in.end_other_sessions(place, signed)
    assert who_is(place, first, 1800, NOW) is None and who_is(place, second, 1800, NOW)


@pytest.mark.parametrize(("second", "code"), [(59, "287082"), (1_111_111_109, "081804"), (2_000_000_000, "279037")])
def test_codes_are_those_of_the_rfc(second: int, code: str) -> None:
    assert passwords.totp(RFC_SECRET, second) == code


def test_the_code_to_photograph_holds_the_secret_and_the_name_as_far_as_it_fits() -> None:
    about = f"?secret={RFC_SECRET}&issuer=Jingge"
    assert passwords.totp_picture(RFC_SECRET, "li@a b") == qr_svg(qr_code(f"otpauth://totp/Jingge:li%40a%20b{about}"))
    assert passwords.totp_picture(RFC_SECRET, "李" * 60) == qr_svg(qr_code(f"otpauth://totp/Jingge{about}"))


def test_a_second_factor_is_asked_for_and_its_code_counts_once(place: Workspace) -> None:
    place.store.set_totp_secret(place.store.find_user("li").id, RFC_SECRET, by="tests")
    with pytest.raises(Refusal):
        enter(place)
    code = passwords.totp(RFC_SECRET, NOW)
    assert enter(place, code=code)
    with pytest.raises(Refusal):
        enter(place, code=code)


def test_an_open_page_is_no_place_to_try_codes_until_one_fits(place: Workspace) -> None:
    place.store.set_totp_secret(place.store.find_user("li").id, RFC_SECRET, by="tests")
    signed = who_is(place, enter(place, code=passwords.totp(RFC_SECRET, NOW)), 10**9, NOW)
    for _ in range(3):
        with pytest.raises(Refusal, match="code is not right"):
            sign_in.change_second_factor(place, signed, None, "no code")
    with pytest.raises(Wait):
        sign_in.change_second_factor(place, signed, None, "no code")


def test_the_first_administrator_is_made_once(place: Workspace) -> None:
    assert not sign_in.has_administrator(place)
    sign_in.make_first_administrator(place, "admin", RIGHT, "127.0.0.1")
    with pytest.raises(Refusal, match="administrator already"):
        sign_in.make_first_administrator(place, "second", RIGHT, "127.0.0.1")


def test_the_demo_is_open_until_it_has_an_account_and_no_other_town_is(planner: object, place: Workspace, demo_copy: Path) -> None:
    assert not needs_accounts(planner.workspace) and needs_accounts(place)
    town = planner.store.town()
    own = open_workspace(demo_copy)
    for changed in ({"illustrative": False}, {"name": "别镇"}):
        planner_town = type(town)(**{**town.row(), **changed})
        assert not (planner_town.illustrative and (planner_town.name, planner_town.code) == sign_in.DEMO_TOWN)
    own.store.close()


def user_with(*roles: UserRole, staff: str | None = None) -> User:
    return User("1", "li", "李", staff, False, False, NOW, "tests", roles)


def test_roles_add_up_hold_by_day_and_a_limited_one_reaches_no_further() -> None:
    day = date(2026, 3, 1)
    officer = user_with(
        UserRole("officer"), UserRole("officer", "unit", "u1"), UserRole("officer", "unit", "u2", None, "2026-02-28"), staff="P01"
    )
    scope = scope_of(officer, "officer", day)
    assert scope.units == {"u1"} and scope.staff == "P01"
    assert scope_of(user_with(UserRole("chief")), "chief", day) is None
    assert scope_of(user_with(UserRole("chief", "beat", "03")), "chief", day).beats == {"03"}
    assert not own_something(scope_of(user_with(UserRole("officer")), "officer", day))


def own_something(scope: object) -> bool:
    return bool(scope.units or scope.beats or scope.cells or scope.staff)


def test_an_officer_receives_the_incidents_of_the_own_beats_alone(place: Workspace) -> None:
    officer, chief = demo_caller(place, "officer"), demo_caller(place, "chief")
    plan = place.store.plan_in_force()
    led = {beat.code for beat in plan.beats_led_by(officer.staff_code)}
    cells = own_cells(officer)
    assert cells == {cell for cell, beat in plan.beat_of.items() if beat in led} and own_cells(chief) is None
    everything = chief.model.incidents
    mine = own_incidents(officer)
    assert 0 < len(mine) == everything["cell_code"].isin(cells).sum() < len(everything)
    assert list(incident_points(officer)["code"]) == list(mine["code"])
    assert len(static_tables(officer)["risk_places"]) < len(static_tables(chief)["risk_places"])
    assert officer.sight != demo_caller(place, "officer").__class__(place, "x", "officer").sight


def test_whose_map_holds_incidents_is_on_record_once_per_session(place: Workspace) -> None:
    def lines() -> int:
        return len(place.store.audit_lines(action="see_incidents"))

    officer = demo_caller(place, "officer", session="s1")
    for caller in (officer, officer, demo_caller(place, "officer", session="s2"), demo_caller(place, "viewer", session="s3")):
        incidents_shown(caller)
    assert lines() == 2
