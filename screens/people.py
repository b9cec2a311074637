"""Accounts for the administrator: who may log in, in which roles and for what, and which log-ins are open."""

from datetime import date, datetime

import streamlit as st

from actions import manage_people as action
from actions.manage_people import OneTimePassword, User, UserRole
from actions.permissions import ROLES, RoleKey
from screens.plain_text import plain
from screens.session import caller, forget, remember, remembered, say
from screens.wording import people as words


def screen() -> None:
    """A form for a new account, then all accounts. Administrators only."""
    st.caption(say(words.ABOUT))
    users = action.people(caller())
    _once()
    with st.expander(say(words.NEW), icon=":material/person_add:", expanded=len(users) == 1):
        _new("planner" if len(users) == 1 else "officer")
    for user in users:
        with st.container(border=True):
            _account(user)


def _once() -> None:
    """The one-time password that was just made, until the administrator has noted it."""
    made: OneTimePassword | None = remembered("one_time_password")
    if made is not None:
        st.success(plain(say(words.ONCE, name=made.user.name)), icon=":material/key:")
        st.code(f"{made.password}\n{made.link}", language=None, wrap_lines=True)
        st.button(say(words.SEEN), on_click=forget, args=("one_time_password",))


def _new(usual: RoleKey) -> None:
    with st.form("new_account", border=False):
        left, middle, right = st.columns(3, gap="small")
        name = left.text_input(say(words.NAME), max_chars=60)
        display = middle.text_input(say(words.DISPLAY), max_chars=60)
        staff = right.text_input(say(words.STAFF), max_chars=40)
        role = _role_fields("new", usual)
        if st.form_submit_button(say(words.ADD), type="primary"):
            remember("one_time_password", action.add_person(caller(), name, display, staff, [role]))
            st.rerun()


def _role_fields(key: str, usual: RoleKey = "officer") -> UserRole:
    """The inputs of one role."""
    roles = list(ROLES)
    first, second = st.columns(3, gap="small"), st.columns(3, gap="small")
    role = first[0].selectbox(
        say(words.ROLE), roles, format_func=lambda r: say(ROLES[r].title), index=roles.index(usual), key=f"role {key} {usual}"
    )
    kind = first[1].selectbox(say(words.SCOPE), action.SCOPES, format_func=lambda k: say(words.SCOPES[k]), key=f"scope {key}")
    code = first[2].text_input(say(words.CODE), max_chars=40, key=f"code {key}")
    begins = second[0].date_input(say(words.FROM), value=None, key=f"from {key}", format="YYYY-MM-DD")
    ends = second[1].date_input(say(words.TO), value=None, key=f"to {key}", format="YYYY-MM-DD")
    return UserRole(role, kind, code.strip() or None, _written(begins), _written(ends))


def _written(day: object) -> str | None:
    return day.isoformat() if isinstance(day, date) else None


def _account(user: User) -> None:
    """One line: who, which roles, and what can be done."""
    marks = [say(words.DISABLED)] * user.disabled + [say(words.MUST_CHANGE)] * user.must_change
    roles = "; ".join(_said(role) for role in user.roles) or say(words.NO_ROLE)
    also = " · ".join(plain(part) for part in (user.name, user.staff_code or "") if part and part != user.display_name)
    who, held, what = st.columns([3, 4, 2], gap="small", vertical_alignment="center")
    who.markdown(f"**{plain(user.display_name)}** {also} {' '.join(f':gray-badge[{m}]' for m in marks)}")
    held.markdown(plain(roles))
    if user.name == caller().user:
        what.caption(say(words.YOURSELF))
        return
    with what.popover(say(words.MANAGE), icon=":material/manage_accounts:", width="stretch"):
        _manage(user)


def _manage(user: User) -> None:
    with st.container(horizontal=True, gap="small"):
        if st.button(say(words.NEW_PASSWORD), key=f"once {user.id}", icon=":material/key:"):
            remember("one_time_password", action.give_one_time_password(caller(), user.id))
            st.rerun()
        if st.button(say(words.DROP_FACTOR), key=f"factor {user.id}", icon=":material/phonelink_erase:"):
            action.drop_second_factor(caller(), user.id)
            st.rerun()
        shut, title = (action.enable, words.ENABLE) if user.disabled else (action.disable, words.DISABLE)
        if st.button(say(title), key=f"shut {user.id}", icon=":material/block:"):
            shut(caller(), user.id)
            st.rerun()
    st.markdown(f"**{say(words.ROLES)}**")
    _change_roles(user)
    _sessions(user)


def _said(role: UserRole) -> str:
    title = next((say(known.title) for key, known in ROLES.items() if key == role.role), role.role)
    days = f"{role.valid_from or ''} – {role.valid_to or ''}" if role.valid_from or role.valid_to else ""
    return " ".join(part for part in (title, role.scope_code or "", days) if part)


def _change_roles(user: User) -> None:
    with st.form(f"roles {user.id}", border=False):
        role = _role_fields(user.id)
        if st.form_submit_button(say(words.ADD_ROLE), type="primary"):
            action.set_roles(caller(), user.id, [*user.roles, role])
            st.rerun()
    if user.roles and st.button(say(words.DROP_ROLES), key=f"no roles {user.id}"):
        action.set_roles(caller(), user.id, [])
        st.rerun()


def _sessions(user: User) -> None:
    found = action.sessions(caller(), user.id)
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
