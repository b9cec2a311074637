"""Where somebody lands after logging in, when no page was asked for."""

from actions.sign_in import SignedIn, caller_of
from layers.definition.refusal import Refusal
from screens.kept_results import workspace
from screens.phone_area import start_address

START = "/"


def landing(who: SignedIn, asked: str) -> str:
    """The page that was asked for; without one an officer's own area, for all others the app's first page, which is the map."""
    if asked != START:
        return asked
    try:
        return start_address(caller_of(workspace(), who)) or START
    except Refusal:  # an account without a role today, which the app tells
        return START
