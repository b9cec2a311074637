"""Plans to choose from: which one is meant until somebody says otherwise, and what each is called."""

from collections.abc import Mapping

from actions.publish_plan import STATUSES, PlanHeader
from screens.plain_text import plain
from screens.session import say


def usual_plan(headers: Mapping[str, PlanHeader]) -> str | None:
    """The plan in force; without one the first; None where there is no plan."""
    return next((plan for plan, header in headers.items() if header.status == "in_force"), next(iter(headers), None))


def plan_title(header: PlanHeader) -> str:
    """A plan's name; of one that ended also that it did, since its name may not tell."""
    title = plain(say(header.title))
    return f"{title} · {say(STATUSES['archived'])}" if header.status == "archived" else title
