"""How staff are named where people read it, and who acts for somebody on a day: during leave it is whoever stands in."""

from datetime import date

import pandas as pd

from layers.definition.text import Text
from planning.staffing import acting

_STANDS_IN = Text("{other}（替{who}）", "{other} (for {who})")
_NOBODY = Text("{who}（请假，无人替班）", "{who} (on leave, nobody stands in)")


def staff_name(staff: pd.DataFrame, code: str) -> Text:
    """Name of somebody on the staff list (indexed by code) in both languages."""
    row = staff.loc[code]
    return Text(row["name"], row["name_en"] or row["name"])


def acting_names(staff: pd.DataFrame, assignments: pd.DataFrame, day: date | None) -> dict[str, Text]:
    """Code of everybody on the staff list -> who acts for that person on a day; without a day the own name, whoever is on leave."""
    names = {str(code): staff_name(staff, code) for code in staff.index}
    away = acting(assignments, day) if day is not None else {}
    for code, other in away.items():
        if code in names:
            who = staff_name(staff, code)
            named = other is not None and other in staff.index
            names[code] = _STANDS_IN.fill(other=staff_name(staff, str(other)), who=who) if named else _NOBODY.fill(who=who)
    return names
