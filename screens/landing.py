"""Where somebody lands: after logging in when no page was asked for, and on a telephone, which gets the light page of an area."""

from urllib.parse import parse_qsl, urlencode, urlsplit

from actions.sign_in import SignedIn, caller_of
from layers.definition.refusal import Refusal
from screens.door import Visit, visitor
from screens.kept_results import workspace
from screens.phone_area import ADDRESS, start_address

START = "/"
LINK = {"officer", "plan", "lang"}
"""What a link to an officer's area names, as on the pages of a map book."""


def landing(who: SignedIn, asked: str) -> str:
    """The page that was asked for; without one an officer's own area, for all others the app's first page, which is the map."""
    named = dict(parse_qsl(urlsplit(asked).query))
    if urlsplit(asked).path != START or named.keys() - {"lang"}:
        return asked
    try:
        own = start_address(caller_of(workspace(), who))
    except Refusal:  # an account without a role today, which the app tells
        return asked
    return asked if own is None else f"{own}?{urlencode(named)}" if named else own


def language_in(address: str) -> str | None:
    """The language that an address within the app asks for; None where it asks for none."""
    named = dict(parse_qsl(urlsplit(address).query)).get("lang")
    return named if named in ("zh", "en") else None


def in_language(address: str, language: str) -> str:
    """The address asking for that language; as it is where there is no such language."""
    if language not in ("zh", "en"):
        return address
    parts = urlsplit(address)
    query = [(name, value) for name, value in parse_qsl(parts.query, keep_blank_values=True) if name != "lang"]
    return parts._replace(query=urlencode([*query, ("lang", language)])).geturl()


def on_a_telephone(visit: Visit, path: str, query: str) -> str | None:
    """The light page in place of the app's start: the area that a link names, or the officer's own. None: on to the app.

    Streamlit's scripts alone take twenty seconds at 1 Mbit/s. An area in a plan that is not in force has no light page.
    """
    mobile = visit.headers.get("sec-ch-ua-mobile") == "?1" or "mobi" in visit.headers.get("user-agent", "").lower()
    asked = dict(parse_qsl(query))
    if path != START or not mobile or not asked.keys() <= LINK:
        return None
    told = {name: value for name, value in asked.items() if name != "plan"}
    try:
        if "officer" in asked:
            in_force = workspace().store.plan_in_force()
            return None if "plan" in asked and (in_force is None or in_force.header.id != asked["plan"]) else f"{ADDRESS}?{urlencode(told)}"
        who = visitor(visit)
        own = start_address(caller_of(workspace(), who)) if who is not None else None
    except Refusal:  # the app tells why
        return None
    return own if own is None or not told else f"{own}?{urlencode(told)}"
