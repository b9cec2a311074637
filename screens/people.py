"""Accounts for the administrator: who may log in, in which roles and for what, and which log-ins are open."""

import time
from datetime import date, datetime

import streamlit as st

from actions import manage_people as action
from actions.manage_people import OneTimePassword, User, UserRole
from actions.permissions import ROLES, RoleKey
from screens.door import idle_s
from screens.plain_text import plain
from screens.served import own_address, served
from screens.session import caller, field, forget, remember, remembered, reset, say
from screens.wording import people as words


def screen() -> None:
    """A form for a new account, then all accounts. Administrators only."""
    st.caption(say(words.ABOUT))
    users = action.people(caller())
    _once()
    with st.expander(say(words.NEW), icon=":material/person_add:", expanded=len(users) == 1):
        _new("planner" if len(users) == 1 else "officer")
    protected = action.with_second_factor(caller())
    for user in users:
        with st.container(border=True):
            _account(user, user.id in protected)


def _once() -> None:
    """The one-time password that was just made, until the administrator has noted it."""
    made: OneTimePassword | None = remembered("one_time_password")
    if made is not None:
        st.success(plain(say(words.ONCE, name=made.user.name)), icon=":material/key:")
        st.code(made.password, language=None, wrap_lines=True)
        st.caption(say(words.ONCE_LINK))
        st.code(own_address(served().settings) + made.link, language=None, wrap_lines=True)
        st.button(say(words.SEEN), on_click=forget, args=("one_time_password",))


def _new(usual: RoleKey) -> None:
    left, middle, right = st.columns(3, gap="small")
    name = left.text_input(say(words.NAME), max_chars=60, key=field("new account name"))
    with right:
        staff = _staff("new account staff", None)
    display = middle.text_input(say(words.DISPLAY), max_chars=60, key=field("new account display"))
    role = _role_fields("new account", usual)
    if st.button(say(words.ADD), type="primary"):
        if not display and staff is not None:
            display = action.staff_list(caller())[staff].zh
        remember("one_time_password", action.add_person(caller(), name, display, staff, [role]))
        reset("new account name", "new account staff", "new account display", "new account role")
        st.rerun()


def _staff(key: str, code: str | None) -> str | None:
    """Whose account it is, from the staff list; None: nobody's there."""
    names = action.staff_list(caller())
    place = list(names).index(code) if code in names else None
    nobody, shown = say(words.NOBODY), lambda one: f"{one} {say(names[one])}"
    return st.selectbox(say(words.STAFF), list(names), place, format_func=shown, placeholder=nobody, key=field(key))


def _role_fields(key: str, usual: RoleKey = "officer") -> UserRole:
    """The inputs of one role: which, limited to what, from when to when."""
    roles, names = list(ROLES), action.scope_names(caller())
    first = st.columns(2, gap="small")
    role = first[0].selectbox(
        say(words.ROLE), roles, roles.index(usual), format_func=lambda r: say(ROLES[r].title), key=f"{field(f'{key} role')} {usual}"
    )
    kind = first[1].selectbox(
        say(words.SCOPE), action.SCOPES, format_func=lambda k: say(words.SCOPES[k]), key=f"{field(f'{key} role')} scope"
    )
    code = None
    if kind in names:
        code = st.selectbox(
            say(words.CODE), list(names[kind]), format_func=lambda c: say(names[kind][c]), key=f"{field(f'{key} role')} code {kind}"
        )
    second = st.columns(2, gap="small")
    begins = second[0].date_input(say(words.FROM), value=None, key=f"{field(f'{key} role')} from", format="YYYY-MM-DD")
    ends = second[1].date_input(say(words.TO), value=None, key=f"{field(f'{key} role')} to", format="YYYY-MM-DD")
    return UserRole(role, kind, code, _written(begins), _written(ends))


def _written(day: object) -> str | None:
    return day.isoformat() if isinstance(day, date) else None


def _account(user: User, protected: bool) -> None:
    """One line: who, which roles, and what can be done."""
    marks = [say(words.DISABLED)] * user.disabled + [say(words.MUST_CHANGE)] * user.must_change + [say(words.FACTOR)] * protected
    roles = "; ".join(_said(role) for role in user.roles) or say(words.NO_ROLE)
    also = " · ".join(plain(part) for part in (user.name, user.staff_code or "") if part and part != user.display_name)
    who, held, what = st.columns([3, 4, 2], gap="small", vertical_alignment="center")
    who.markdown(f"**{plain(user.display_name)}** {also} {' '.join(f':gray-badge[{m}]' for m in marks)}")
    held.markdown(plain(roles))
    if user.name == caller().user:
        what.caption(say(words.YOURSELF))
        return
    with what.popover(say(words.MANAGE), icon=":material/manage_accounts:", width="stretch"):
        _manage(user, protected)


def _manage(user: User, protected: bool) -> None:
    with st.container(horizontal=True, gap="small"):
        if user.issuer is None and st.button(say(words.NEW_PASSWORD), key=f"once {user.id}", icon=":material/key:"):
            remember("one_time_password", action.give_one_time_password(caller(), user.id))
            st.rerun()
        if protected and st.button(say(words.DROP_FACTOR), key=f"factor {user.id}", icon=":material/phonelink_erase:"):
            action.drop_second_factor(caller(), user.id)
            st.rerun()
        shut, title = (action.enable, words.ENABLE) if user.disabled else (action.disable, words.DISABLE)
        if st.button(say(title), key=f"shut {user.id}", icon=":material/block:"):
            shut(caller(), user.id)
            st.rerun()
    st.markdown(f"**{say(words.ROLES)}**")
    _change_roles(user)
    st.markdown(f"**{say(words.PERSON)}**")
    _change_person(user)
    _sessions(user)


def _said(role: UserRole) -> str:
    """A role in words, with the name of what it is limited to and its days."""
    title = next((say(known.title) for key, known in ROLES.items() if key == role.role), role.role)
    named = action.scope_names(caller()).get(role.scope_kind, {}).get(role.scope_code or "")
    limit = f"{say(words.SCOPES[role.scope_kind])} {say(named) if named else role.scope_code}" if role.scope_code else ""
    days = f"{role.valid_from or ''} – {role.valid_to or ''}" if role.valid_from or role.valid_to else ""
    return " ".join(part for part in (title, limit, days) if part)


def _change_roles(user: User) -> None:
    for place, held in enumerate(user.roles):
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(plain(_said(held)))
            if st.button(say(words.DROP_ROLE), key=f"drop {user.id} {place} {_said(held)}", icon=":material/close:"):
                action.set_roles(caller(), user.id, [*user.roles[:place], *user.roles[place + 1 :]])
                st.rerun()
    role = _role_fields(user.id)
    if st.button(say(words.ADD_ROLE), type="primary", key=f"add role {user.id}"):
        action.set_roles(caller(), user.id, [*user.roles, role])
        st.rerun()


def _change_person(user: User) -> None:
    display = st.text_input(say(words.DISPLAY), user.display_name, max_chars=60, key=f"{field('display')} {user.id}")
    staff = _staff(f"staff {user.id}", user.staff_code)
    if (display, staff) != (user.display_name, user.staff_code) and st.button(say(words.SAVE), key=f"change {user.id}"):
        action.change_person(caller(), user.id, display, staff)
        st.rerun()


def _sessions(user: User) -> None:
    """The log-ins that are open now, each with a button that ends it."""
    now_s = int(time.time())
    found = [one for one in action.sessions(caller(), user.id) if one.open_at(now_s, idle_s())]
    if not found:
        return
    st.markdown(f"**{say(words.SESSIONS, n=len(found))}**")
    for session in found:
        with st.container(horizontal=True, vertical_alignment="center"):
            seen = datetime.fromtimestamp(session.last_seen_s).isoformat(" ", "minutes")
            st.caption(plain(say(words.SESSION, address=session.address, seen=seen)))
            if st.button(say(words.END), key=f"end {session.id}"):
                action.end_session(caller(), session.id)
                st.rerun()
