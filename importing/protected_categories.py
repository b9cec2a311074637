"""Incidents with children, sexual offences and violence at home: kept as counts by unit, never as points.

One point and a date are enough for neighbours to know whose home it was. What falls under it is told by wording, in the
category, in any other column, or by a column that says so with yes.
"""

import re
import unicodedata
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from importing.column import different, plain, text_of
from layers.definition.text import Text


@dataclass(frozen=True)
class ProtectedCategory:
    """A group of incidents that has no points. `in_category` is searched in categories and headers, `anywhere` in all text."""

    key: str
    title: Text
    reason: Text
    in_category: str
    anywhere: str


PROTECTED: tuple[ProtectedCategory, ...] = (
    ProtectedCategory(
        "sexual",
        Text("性侵害类", "sexual offences"),
        Text("当事人的身份和住处须绝对保密。", "Who was harmed and where they live must stay secret."),
        r"强奸|强制猥亵|猥亵|性侵|性骚扰|奸淫|轮奸|鸡奸|卖淫|嫖娼|偷窥|\b(rape|sexual|indecent|molest\w*|prostitution|voyeur\w*)\b",
        r"强奸|猥亵|性侵|性骚扰|奸淫|轮奸|卖淫|嫖娼|\b(rape|sexual assault|sexual abuse|indecent assault)\b",
    ),
    ProtectedCategory(
        "domestic",
        Text("家庭暴力类", "violence at home"),
        Text("点位就是受害人的住处，会招致报复。", "The point is the home of the person harmed and invites revenge."),
        r"家庭暴力|家暴|虐待|遗弃|人身安全保护令|\b(domestic (violence|abuse|assault)|family violence|intimate partner)\b",
        r"家庭暴力|家暴|虐待|人身安全保护令|\b(domestic (violence|abuse)|family violence)\b",
    ),
    ProtectedCategory(
        "juvenile",
        Text("涉未成年人", "minors"),
        Text("未成年人的案件不得公开可识别的信息。", "Cases with minors must not become traceable."),
        r"未成年|青少年|少年|儿童|幼女|男童|女童|学生欺凌|校园欺凌|校园霸凌|\b(juvenile|minors|underage|child|children|bullying)\b",
        r"未成年|少年犯|青少年违法|校园欺凌|学生欺凌|校园霸凌|幼女|(拐卖|拐骗|虐待|猥亵|走失)儿童|儿童(走失|被拐|受虐)"
        r"|\b(juvenile|underage|child abuse|missing child|bullying)\b",
    ),
)
"""In the order in which a row that falls under several is counted."""
_YES = frozenset({"是", "有", "涉及", "1", "y", "yes", "true", "t", "√", "✓"})


def protected_groups(columns: pd.DataFrame, category: str | None, without: Collection[str] = ()) -> NDArray[np.object_]:
    """The key of the protected category of each row (n,), None for the others.

    category: the column that holds the categories; without: columns that are not looked at, such as coordinates.
    """
    found = np.full(len(columns), None, object)
    for group in reversed(PROTECTED):  # the first of them has the last word
        for place, name in enumerate(columns.columns):
            if str(name) not in without:
                found[_under(group, str(name), columns.iloc[:, place], str(name) == category)] = group.key
    return found


def counts_by_unit(groups: NDArray[np.object_], unit_codes: NDArray[np.object_]) -> pd.DataFrame:
    """Rows per unit and group: unit_code (None where no unit is known), group, incidents."""
    table = pd.DataFrame({"unit_code": unit_codes, "group": groups}, dtype=object)
    counted = table.groupby(["unit_code", "group"], dropna=False, sort=True).size()
    frame = counted.rename("incidents").reset_index().astype({"unit_code": object, "group": object, "incidents": np.int64})
    return frame.assign(unit_code=frame["unit_code"].where(frame["unit_code"].notna(), None))


def _under(group: ProtectedCategory, name: str, values: Any, is_category: bool) -> NDArray[np.bool_]:
    if is_category:
        return _containing(values, group.in_category)
    marked = _containing(values, group.anywhere)
    if re.search(group.in_category, unicodedata.normalize("NFKC", name), re.IGNORECASE):
        marked |= _saying_yes(values)
    return marked


def _containing(values: Any, pattern: str) -> NDArray[np.bool_]:
    if not (pd.api.types.is_string_dtype(values.dtype) or values.dtype == object):
        return np.zeros(len(values), bool)
    if values.dtype == object:
        values = values.map(lambda value: value if isinstance(value, str) else None)
    text = pa.array(values, pa.large_string(), from_pandas=True)
    marked = pc.fill_null(pc.match_substring_regex(text, pattern, ignore_case=True), False)
    return np.asarray(marked.to_numpy(zero_copy_only=False), bool)


def _saying_yes(values: Any) -> NDArray[np.bool_]:
    where, words = different(values)
    yes = np.array([plain(text_of(word)) in _YES or word is True for word in words] + [False], bool)
    return yes[where]
