"""Single columns: codes stay text, numbers as people write them, times on the town's wall clock and never shifted."""

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importing.field_check import choices, column_of, numbers, texts
from importing.wall_clock import wall_clock
from importing.wordings import LEFT_EMPTY
from layers.definition.layer import Field
from layers.definition.refusal import Refusal
from layers.definition.text import Text

KINDS = {"theft": Text("盗窃", "theft"), "help": Text("群众求助", "call for help")}
PERSONS = Text("人", "persons")


def series(*values):
    return pd.Series(list(values), dtype=object)


def problems(column):
    return {key: np.flatnonzero(mask).tolist() for key, mask in column.problems.items() if mask.any()}


# text and codes


def test_codes_stay_text_with_their_zeros_and_lose_the_point_a_workbook_added():
    column = texts(series("007", 433125109001.0, "  430100001001 ", "４３０１", 12, None, "", "NULL"), is_code=True)
    assert column.values.tolist() == ["007", "433125109001", "430100001001", "4301", "12", None, None, None]
    assert column.missing.tolist() == [False] * 5 + [True] * 3 and problems(column) == {}


def test_codes_that_a_spreadsheet_rounded_are_reported():
    assert problems(texts(series("4.33125E+11", 433125109001001001, 1e17, "433125109001001001"), is_code=True)) == {
        "code_lost_digits": [0, 1, 2]
    }


def test_text_is_trimmed_and_loses_control_characters_but_keeps_its_marks():
    assert texts(series(" 东门（南）\t", "a\x00b", "无")).values.tolist() == ["东门（南）", "a b", "无"]


# numbers


def test_whole_numbers_are_read_as_people_write_them():
    column = numbers(series("１，２３４", "1,234", " 12 人", "12persons", "12.0", 7, 7.0, "", None, "无", "—"), whole=True, unit=PERSONS)
    assert column.values[:7].tolist() == [1234, 1234, 12, 12, 12, 7, 7] and column.values[7:].isna().all()
    assert column.values.dtype == "Int64" and problems(column) == {} and column.missing.tolist() == [False] * 7 + [True] * 4


def test_what_is_no_whole_number_is_reported_and_comes_out_empty():
    column = numbers(series("1.5", "-3", "约12", "1,23", np.inf, "1.2万"), whole=True)
    assert problems(column) == {"not_whole": [0], "negative": [1], "not_a_number": [2, 3, 4, 5]}
    assert column.values.isna().all()


def test_numbers_may_have_a_fraction_and_a_sign():
    assert numbers(series("-1.5", "2e3", "１．５"), whole=False).values.tolist() == [-1.5, 2000, 1.5]


@settings(deadline=None)
@given(st.integers(0, 10**12))
def test_a_number_with_thousands_separators_is_the_number(number):
    assert numbers(series(f"{number:,}", str(number), number), whole=True).values.tolist() == [number] * 3


# choices


def test_choices_are_read_by_key_or_wording_in_either_language():
    column = choices(series("theft", "盗窃", " Theft ", "CALL FOR HELP", "群众 求助", "", None), KINDS, {})
    assert column.values.tolist() == ["theft", "theft", "theft", "help", "help", None, None] and problems(column) == {}


def test_unknown_choices_are_reported_unless_the_person_says_what_they_mean():
    assert problems(choices(series("盗窃", "扒窃"), KINDS, {})) == {"unknown_choice": [1]}
    assert choices(series("盗窃", "扒窃"), KINDS, {"扒窃": "theft"}).values.tolist() == ["theft", "theft"]


def test_a_wording_may_be_said_to_mean_nothing():
    column = choices(series("盗窃", "扒窃"), KINDS, {"扒窃": LEFT_EMPTY})
    assert column.values.tolist() == ["theft", None] and column.missing.tolist() == [False, True] and problems(column) == {}


def test_the_declared_type_decides():
    time = column_of(Field("t", Text("时", "t"), "", "time"), series("2024-01-01 07:56"), "Asia/Shanghai")
    assert time.values[0] == np.datetime64("2024-01-01T07:56")
    assert column_of(Field("n", Text("数", "n"), "", "integer"), series("5"), "Asia/Shanghai").values[0] == 5
    assert column_of(Field("c", Text("类", "c"), "", choices=KINDS), series("盗窃"), "Asia/Shanghai").values[0] == "theft"


# times


@pytest.mark.parametrize(
    "word",
    [
        "2024-01-05 07:56",
        "2024-01-05 07:56:00",
        "2024-01-05T07:56",
        "2024/01/05 07:56",
        "2024/1/5 7:56",
        "2024.1.5 7:56",
        "2024年1月5日 7时56分",
        "2024年01月05日07:56:00",
        "2024年1月5日上午7:56",
        "２０２４-０１-０５ ０７:５６",
        "202401050756",
        "20240105075600",
        "20240105 075600",
        "2024/1/5 7:56:00 AM",
        "2024-01-05T07:56:00+08:00",
        "2024-01-05 07:56:00.000",
        dt.datetime(2024, 1, 5, 7, 56),
        pd.Timestamp("2024-01-05 07:56"),
        np.datetime64("2024-01-05T07:56"),
        "45296.330555556",
        45296.330555556,
    ],
)
def test_a_time_is_read_in_every_usual_form(word):
    column = wall_clock(series(word), "Asia/Shanghai")
    assert column.values[0] == np.datetime64("2024-01-05T07:56:00") and set(problems(column)) <= {"excel_serial"}


@pytest.mark.parametrize(
    ("word", "hour"),
    [
        ("下午3:05", 15),
        ("上午 12:05", 0),
        ("中午12:05", 12),
        ("下午12:05", 12),
        ("晚上9:05", 21),
        ("凌晨1:05", 1),
        ("15:05", 15),
        ("下午15:05", 15),
    ],
)
def test_halves_of_the_day(word, hour):
    assert wall_clock(series(f"2024年1月5日 {word}"), "Asia/Shanghai").values[0] == np.datetime64(f"2024-01-05T{hour:02d}:05")


def test_24_oclock_is_the_midnight_that_ends_the_day():
    assert wall_clock(series("2024-02-29 24:00"), "Asia/Shanghai").values[0] == np.datetime64("2024-03-01T00:00")


@pytest.mark.parametrize("word", ["2024-01-05T07:56:00Z", "2024-01-05T07:56:00+09:00", "1990-07-01T10:00+08:00"])
def test_an_offset_that_is_not_the_zones_own_is_never_converted(word):
    # In July 1990 the wall clock of Shanghai was at +09:00: summer time.
    column = wall_clock(series(word), "Asia/Shanghai")
    assert problems(column) == {"other_offset": [0]} and np.isnat(column.values[0])


def test_the_offset_must_be_that_of_the_named_zone():
    assert problems(wall_clock(series("2024-01-05T07:56:00+06:00"), "Asia/Urumqi")) == {}
    assert problems(wall_clock(series("1990-07-01T10:00+09:00"), "Asia/Shanghai")) == {}


@pytest.mark.parametrize(
    "word", ["01/02/2024", "5.1.2024", "2024-02-30 10:00", "2024-01-05 25:00", "2024-1/5", "2024", "202401", "昨天", "7:56"]
)
def test_what_is_no_time_or_has_two_meanings_is_reported(word):
    assert problems(wall_clock(series(word), "Asia/Shanghai")) == {"not_a_time": [0]}


def test_days_without_a_clock_zero_dates_and_gaps_are_told_apart():
    column = wall_clock(series("2024-01-05", "20240105", "1900-01-01 00:00", "", None, "无", pd.NaT), "Asia/Shanghai")
    assert problems(column) == {"time_without_clock": [0, 1], "time_out_of_range": [2]}
    assert column.missing.tolist() == [False, False, False, True, True, True, True]
    assert column.values[0] == np.datetime64("2024-01-05T00:00")


def test_a_zone_that_does_not_exist_is_refused():
    with pytest.raises(Refusal, match="Asia/Beijing"):
        wall_clock(series("2024-01-05 07:56"), "Asia/Beijing")


FORMS = (
    "%Y-%m-%d %H:%M:%S",
    "%Y/%m/%d %H:%M:%S",
    "%Y-%m-%dT%H:%M:%S",
    "%Y年%m月%d日 %H时%M分%S秒",
    "%Y%m%d%H%M%S",
    "%Y-%m-%dT%H:%M:%S.000",
)


@settings(deadline=None)
@given(st.datetimes(dt.datetime(1980, 1, 1), dt.datetime(2100, 12, 31)), st.sampled_from(FORMS))
def test_any_time_written_in_any_form_comes_back_as_it_was(time, form):
    time = time.replace(microsecond=0)
    column = wall_clock(series(time.strftime(form)), "Asia/Shanghai")
    assert column.values[0] == np.datetime64(time, "s") and problems(column) == {}


@settings(deadline=None)
@given(st.datetimes(dt.datetime(1980, 1, 1), dt.datetime(2100, 12, 30)))
def test_an_excel_day_number_is_the_second_it_stands_for(time):
    time = time.replace(microsecond=0)
    serial = (time - dt.datetime(1899, 12, 30)) / dt.timedelta(days=1)
    assert wall_clock(series(f"{serial:.8f}"), "Asia/Shanghai").values[0] == np.datetime64(time, "s")


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=30), st.floats(), st.integers()), max_size=8))
def test_whatever_stands_in_a_cell_every_column_answers_row_by_row(values):
    raw = series(*values)
    for column in (
        wall_clock(raw, "Asia/Shanghai"),
        numbers(raw, whole=True),
        numbers(raw, whole=False),
        texts(raw, True),
        choices(raw, KINDS, {}),
    ):
        assert len(column.values) == len(column.missing) == len(values)
        assert all(len(mask) == len(values) for mask in column.problems.values())
