"""The table of pages: where each stands in the menu, its address, and the action that a person must be allowed to open it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from layers.definition.text import Text
from screens import (
    draw_plan,
    export_data,
    handover,
    hotspots,
    import_layer,
    map_book,
    my_area,
    new_town,
    people,
    plans,
    record,
    see_map,
    staffing,
    system,
    take_snapshot,
    wording,
    workload_profiles,
)
from screens.wording import draw_plan as draw_words
from screens.wording import export_data as export_words
from screens.wording import hotspots as hotspot_words
from screens.wording import map_book as book_words
from screens.wording import new_town as town_words
from screens.wording import people as people_words
from screens.wording import plans as plan_words
from screens.wording import record as record_words
from screens.wording import staffing as staffing_words
from screens.wording import system as system_words
from screens.wording import workload_profiles as workload_words

Needs = Literal["map", "data", "nothing"]


@dataclass(frozen=True)
class Page:
    """One page. `action` is a row of actions.permissions; `needs` what must be there before it makes sense."""

    address: str
    title: Text
    icon: str
    screen: Callable[[], None]
    action: str
    needs: Needs = "map"


PAGES: dict[Text, tuple[Page, ...]] = {
    wording.SECTION_MAPS: (
        Page("map", wording.MAP, "map", see_map.screen, "see_map"),
        Page("hotspots", hotspot_words.TITLE, "local_fire_department", hotspots.screen, "see_public_hotspots"),
        Page("area", wording.AREA, "badge", my_area.screen, "see_area"),
    ),
    wording.SECTION_PLANNING: (
        Page("draw", draw_words.TITLE, "format_paint", draw_plan.screen, "draw_plan"),
        Page("plans", plan_words.TITLE, "account_tree", plans.screen, "see_plans"),
        Page("workload", workload_words.TITLE, "scale", workload_profiles.screen, "see_profiles"),
        Page("staffing", staffing_words.TITLE, "groups", staffing.screen, "see_staffing"),
        Page("handover", staffing_words.HANDOVER, "move_down", handover.screen, "hand_over"),
    ),
    wording.SECTION_OUTPUT: (
        Page("print", wording.PRINT, "print", take_snapshot.screen, "take_snapshot"),
        Page("book", book_words.TITLE, "menu_book", map_book.screen, "make_book"),
        Page("export", export_words.TITLE, "download", export_data.screen, "export_data"),
    ),
    wording.SECTION_DATA: (
        Page("import", wording.IMPORT, "upload_file", import_layer.screen, "import_layer", "data"),
        Page("new", town_words.TITLE, "add_location_alt", new_town.screen, "make_workspace", "nothing"),
    ),
    wording.SECTION_OFFICE: (
        Page("people", people_words.TITLE, "group", people.screen, "see_people", "data"),
        Page("system", system_words.TITLE, "settings", system.screen, "back_up", "data"),
        Page("record", record_words.TITLE, "history", record.screen, "see_record", "data"),
    ),
}
"""By section of the menu, in its order."""


def ready(page: Page) -> Callable[[], None]:
    """The page's screen, or what a town without data shows in its place."""
    if page.needs == "map":
        return new_town.once_there_is_a_map(page.screen)
    return new_town.once_there_is_a_workspace(page.screen) if page.needs == "data" else page.screen
