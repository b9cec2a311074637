"""Columns with residents' identity numbers, phones and names are refused; place names, codes and counts are not taken for them.

All numbers are made: 11010519491231002X is the example of GB 11643-1999.
"""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from importing.personal_data import is_identity_number, looks_like_name, personal_columns, personal_findings
from tests.importing.drawn_source import SCHOOLS, UNITS

WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]


def identity(number):
    """A made identity number with its right check digit."""
    body = f"430101{1950 + number % 50}{1 + number % 12:02d}{1 + number % 28:02d}{number % 1000:03d}"
    return body + "10X98765432"[sum(int(c) * w for c, w in zip(body, WEIGHTS, strict=True)) % 11]


NUMBERS = [identity(i) for i in range(20)]
PHONES = [f"13{i % 10}{12345678 + i}" for i in range(20)]
NAMES = ["王建国", "李明", "张伟", "刘芳", "陈晓东", "杨丽", "赵敏", "黄志强", "周杰", "欧阳娜", "彭大海", "向阳"]
PLACES = [
    "王家村",
    "李家坪",
    "张家寨",
    "白云山",
    "马王溪",
    "龙潭",
    "石门坎",
    "田家湾",
    "黄土坡",
    "江口",
    "周家铺",
    "梁家庄",
    "陈家院子",
    "高峰社区",
]


def looked_at(values, header="列", **more):
    return [(found.column, found.looks_like) for found in personal_columns(pd.DataFrame({header: values}), **more)]


def test_the_example_of_the_standard_is_an_identity_number_and_a_changed_digit_is_none():
    assert is_identity_number("11010519491231002X") and is_identity_number("11010519491231002x")
    assert not is_identity_number("110105194912310021") and not is_identity_number("11010519491331002X")
    assert not is_identity_number("99010519491231002X") and not is_identity_number("1101051949123100")


@pytest.mark.parametrize("header", ["证件", "a", "编码"])
def test_identity_numbers_are_found_under_any_header_even_within_text(header):
    assert looked_at(NUMBERS, header) == [(header, "identity")]
    assert looked_at([f"持证{number}。" for number in NUMBERS], header) == [(header, "identity")]
    assert looked_at([*NUMBERS[:1], *["无"] * 400], header) == [(header, "identity")]


def test_old_identity_numbers_are_told_from_cell_codes_of_15_digits():
    assert looked_at([number[:6] + number[8:17] for number in NUMBERS]) == [("列", "identity")]
    assert looked_at([f"430122100201{i:03d}" for i in range(60)]) == []  # unit 100201 reads as 1 February 1910
    assert looked_at(["430122100201001"], "身份证号") == [("身份证号", "identity")]


@pytest.mark.parametrize("header", ["联系电话", "tel", "其他"])
def test_mobile_phones_are_found(header):
    assert looked_at(PHONES, header) == [(header, "phone")]
    assert looked_at([f"{p[:3]}-{p[3:7]}-{p[7:]}" for p in PHONES], header) == [(header, "phone")]
    assert looked_at([f"+86 {p}" for p in PHONES], header) == [(header, "phone")]
    assert looked_at([int(p) for p in PHONES], header) == [(header, "phone")]
    assert looked_at([float(p) for p in PHONES], header) == [(header, "phone")]


def test_one_phone_under_a_header_that_says_phone_is_enough():
    assert looked_at(["0743-7722110"] * 99 + PHONES[:1], "电话") == [("电话", "phone")]
    assert looked_at(["0743-7722110"] * 99, "电话") == []


def test_phones_within_longer_text_are_found():
    assert looked_at([f"接报警人来电{PHONES[0]}称家中被盗，民警到场处理" if i < 3 else "民警到场处理完毕" for i in range(100)], "简要") == [
        ("简要", "phone")
    ]


@pytest.mark.parametrize("header", ["姓名", "户主", "联系人", "法定代表人", "owner", "contact person"])
def test_names_of_people_are_found_under_headers_that_say_so(header):
    assert looked_at([*NAMES[:3], "空"], header) == [(header, "name")]
    assert looked_at(["王某", "李某某", "张*"], header) == [(header, "name")]


def test_names_of_people_are_found_under_any_header_when_nearly_all_look_so():
    assert looked_at(NAMES, "名称") == [("名称", "name")]


def test_names_of_places_are_not_taken_for_people():
    for header in ("名称", "name", "负责人单位", "联系人"):
        assert looked_at(PLACES, header) == []
    assert looked_at(list(SCHOOLS) * 3, "名称") == [] and looked_at(list(UNITS.values()), "所属社区") == []
    assert not any(looks_like_name(place) for place in PLACES[:12])


@pytest.mark.parametrize(
    "values",
    [
        list(UNITS),
        [f"{code}001" for code in UNITS],
        ["小学", "初中", "高中", "幼儿园"] * 5,
        ["盗窃", "纠纷", "诈骗", "交通警情", "群众求助"] * 5,
        [f"2025-01-{day:02d} 07:56:00" for day in range(1, 29)],
        [f"202501{day:02d}0756" for day in range(1, 29)],
        [109.66 + i / 1000 for i in range(30)],
        [12207295.3604 + i for i in range(30)],
        list(range(30)),
        [None] * 10,
        [f"J2025{i:07d}" for i in range(30)],
        ["18 places", "199"] * 10,
    ],
)
def test_codes_categories_times_and_counts_are_not_taken_for_personal_data(values):
    assert looked_at(values, "名称") == []


def test_staff_may_have_names_but_neither_identity_numbers_nor_phones():
    assert looked_at(NAMES, "姓名", staff_columns={"姓名"}) == []
    assert looked_at(NUMBERS, "姓名", staff_columns={"姓名"}) == [("姓名", "identity")]
    assert looked_at(PHONES, "姓名", staff_columns={"姓名"}) == [("姓名", "phone")]


def test_findings_name_the_column_and_the_reason_and_never_a_value():
    table = pd.DataFrame({"证件": NUMBERS, "手机": PHONES, "户主": (NAMES * 2)[:20], "社区民警": NAMES[:2] * 10, "名称": (PLACES * 2)[:20]})
    findings = personal_findings(table)
    assert {column: (f.key, f.severity) for column, f in findings.items()} == {
        "证件": ("personal_identity", "error"),
        "手机": ("personal_phone", "error"),
        "户主": ("personal_name", "error"),
        "社区民警": ("staff_names_left", "note"),
    }
    said = str([f.as_json() for f in findings.values()])
    assert "证件" in findings["证件"].what.zh and "leave the column out" in findings["证件"].what_next.en
    assert not any(value in said for value in (*NUMBERS, *PHONES, *NAMES))


@settings(deadline=None)
@given(st.lists(st.one_of(st.none(), st.text(max_size=40), st.integers(), st.floats()), max_size=20))
def test_whatever_a_column_holds_it_can_be_looked_at(values):
    personal_columns(pd.DataFrame({"x": pd.Series(values, dtype=object)}))


@settings(deadline=None)
@given(st.integers(0, 10**6), st.integers(0, 17))
def test_a_single_wrong_digit_is_always_noticed(number, place):
    right = identity(number)
    wrong = right[:place] + str((int(right[place]) + 1) % 10 if right[place].isdigit() else 0) + right[place + 1 :]
    assert is_identity_number(right) and not is_identity_number(wrong)
    assert np.unique([right]).size == 1


def test_whole_numbers_of_which_some_are_missing_are_no_persons():
    table = pd.DataFrame({"人口": pd.array([None, 2893], "Int64"), "在册": pd.array([True, None], "boolean")})
    assert personal_columns(table) == ()
