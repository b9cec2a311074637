"""What leaves as CSV is text: no spreadsheet runs it."""

import pandas as pd
import pytest

from exporting.spreadsheet_text import table_without_formulas, without_formula
from tests.conftest import REPOSITORY

OWN_WORDS_ALONE = {"importing/templates.py", "exporting/shapes_out.py"}
"""Write what the program says, nothing that anybody typed."""


@pytest.mark.parametrize("word", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "|calc", "＝1", "＋1", "－1", "＠1", "  =1"])
def test_what_might_be_a_formula_gets_an_apostrophe(word):
    assert without_formula(word) == f"'{word}"


@pytest.mark.parametrize("word", ["", " ", "西门", "a=b", "12-3", "'=1"])
def test_other_words_stay_as_they_are(word):
    assert without_formula(word) == word


def test_a_table_is_harmless_in_cells_headings_and_index_and_keeps_its_numbers():
    table = pd.DataFrame({"名": ["=1", None], "=n": [-5, 2], "x": [-0.5, float("nan")]}, index=pd.Index(["@a", "b"], name="=i"))
    plain = table_without_formulas(table)
    assert list(plain.columns) == ["名", "'=n", "x"] and list(plain.index) == ["'@a", "b"] and plain.index.name == "'=i"
    assert plain["名"].iloc[0] == "'=1" and pd.isna(plain["名"].iloc[1])
    assert plain["'=n"].tolist() == [-5, 2] and plain["x"].iloc[0] == -0.5


def test_whoever_writes_a_csv_makes_it_harmless():
    rooms = [path for room in ("actions", "exporting", "screens", "storage", "commands") for path in (REPOSITORY / room).rglob("*.py")]
    writers = {p.relative_to(REPOSITORY).as_posix() for p in rooms if any(way in p.read_text() for way in ("csv.writer(", ".to_csv("))}
    harmless = {
        p.relative_to(REPOSITORY).as_posix()
        for p in rooms
        if "import without_formula" in p.read_text() or "import table_without" in p.read_text()
    }
    assert len(writers) >= 6 and writers - harmless <= OWN_WORDS_ALONE
