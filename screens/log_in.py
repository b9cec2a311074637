"""Who is signed in: name and role, the switch between roles, the way out, and the banner of the open demo."""

import streamlit as st

from actions.permissions import ROLES
from screens.plain_text import plain
from screens.session import act_as, at_open_demo, caller, field, has_own_password, roles_to_act_in, say
from screens.wording import log_in as words


def signed_in() -> None:
    """For the sidebar of every screen. Refused: nobody is signed in."""
    who, demo = caller(), at_open_demo()
    if demo:
        st.info(plain(say(words.DEMO, role=ROLES[who.role].title)), icon=":material/lock_open:")
    else:
        st.caption(plain(say(words.SIGNED_IN, user=who.user, role=ROLES[who.role].title)))
    roles = roles_to_act_in()
    if len(roles) > 1:
        key = f"{field('act as')} {who.role}"  # another input for each role, so that none ever shows or sends a role of before
        chosen = st.selectbox(say(words.ACT_AS), roles, roles.index(who.role), format_func=lambda role: say(ROLES[role].title), key=key)
        if chosen != who.role:
            act_as(chosen)
            st.rerun()
    if not demo:
        own = (("password", words.CHANGE_PASSWORD), ("second-factor", words.SECOND_FACTOR)) if has_own_password() else ()
        with st.container(horizontal=True, gap="small"):
            for page, title in (*own, ("signout", words.LOG_OUT)):
                st.markdown(f"[{plain(say(title))}](/{page})")
