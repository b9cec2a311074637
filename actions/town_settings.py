"""What a town says of itself: read, and changed later; and whether it is ready for the map, which needs boundaries first."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from actions.caller import Caller
from layers.definition.refusal import Refusal
from layers.definition.text import Text

NAMES = ("name", "name_en", "code", "county", "county_en", "station", "station_en")
"""What may be changed later; the projection stays, since all measures rest on it."""
LONGEST_CODE = 20


def town_code(written: str) -> str:
    """The town's code as it is kept, "0" for none; file names begin with it. Refused: other than up to 20 ASCII letters and digits."""
    code = written.strip()
    if code and not (code.isascii() and code.isalnum() and len(code) <= LONGEST_CODE):
        raise Refusal(
            Text("辖区代码“{code}”无效。", "'{code}' can't be the code of a town.").fill(code=code[:40]),
            Text(
                "请填统计用区划代码（数字），或至多 {n} 个字母、数字；也可留空。",
                "Give its statistical code, or up to {n} letters and digits, or leave it empty.",
            ).fill(n=LONGEST_CODE),
        )
    return code or "0"


def has_areas(caller: Caller) -> bool:
    """Whether the town has communities, villages or cells, without which there is no map to draw."""
    caller.must("see_info")
    return any(caller.store.count(key) for key in ("communities", "villages", "grid_cells"))


def town_names(caller: Caller) -> dict[str, str]:
    """The names and codes of the town, by field; empty where nothing was given."""
    caller.must("see_info")
    row = caller.store.town().row()
    return {name: "" if name == "code" and row[name] == "0" else str(row[name]) for name in NAMES}


def change_town_names(caller: Caller, names: Mapping[str, str]) -> None:
    """Change names and codes of the town; the audit says from what to what. Refused: an unknown field, a town without a name."""
    caller.must("make_workspace")
    unknown = sorted(set(names) - set(NAMES))
    if unknown:
        raise Refusal(
            Text("“{name}”不能在这里修改。", "{name} can't be changed here.").fill(name=unknown[0]),
            Text("可修改：{names}。", "What can be: {names}.").fill(names=", ".join(NAMES)),
        )
    new: dict[str, Any] = {name: value.strip() for name, value in names.items()}
    if not new.get("name", "x"):
        raise Refusal(Text("辖区不能没有名称。", "A town can't be without a name."), Text("请填写中文名称。", "Give its name in Chinese."))
    if "code" in new:
        new["code"] = town_code(new["code"])
    caller.store.change_town(replace(caller.store.town(), **new), by=caller.user, reason="names")
