"""Wordings in two languages: English tells one row from many."""

import pytest

from layers.definition.text import Text


@pytest.mark.parametrize(
    ("wording", "one", "many"),
    [
        ("{n} rows lie outside", "1 row lies outside", "11 rows lie outside"),
        ("{n} rows have no place", "1 row has no place", "11 rows have no place"),
        ("{n} rows do not lie there", "1 row does not lie there", "11 rows do not lie there"),
        ("In {n} rows it is no number", "In 1 row it is no number", "In 11 rows it is no number"),
        ("{n} columns are not taken", "1 column is not taken", "11 columns are not taken"),
        ("{n} blank rows are left out", "1 blank row is left out", "11 blank rows are left out"),
        ("{n} tasks that are there would vanish", "1 task that is there would vanish", "11 tasks that are there would vanish"),
        ("0.{n} rows, 2,{n} rows", "0.1 rows, 2,1 rows", "0.11 rows, 2,11 rows"),
        ("{n} rows of the areas have none", "1 row of the areas has none", "11 rows of the areas have none"),
        ("{n} rowsers", "1 rowsers", "11 rowsers"),
    ],
)
def test_english_says_row_of_one_and_rows_of_many(wording: str, one: str, many: str) -> None:
    said = Text("{n} 行", wording)
    assert said.fill(n=1) == ("1 行", one) and said.fill(n=11) == ("11 行", many)
