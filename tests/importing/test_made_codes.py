"""Codes for files that have none: by name where the row is there, numbered otherwise, of incidents by what they say.

Two units of the drawn town, a west of b; four cells without codes, out of order:

    109.64   109.66   109.68
      | 1 | 2 |  3  |  4  |   28.70
      |   |   | (b) | (b) |
"""

import numpy as np
import pandas as pd
import pytest
import shapely

from importing.kinds import KINDS
from importing.made_codes import MadeCodes, may_be_made
from tests.importing.drawn_source import finding
from tests.importing.test_table_check import INCIDENTS, SCHOOLS, check

NOBODY = pd.DataFrame({"code": [], "name": []}, dtype=object)


def made(key, present=NOBODY):
    return MadeCodes(KINDS[key], pd.DataFrame(present))


def numbered(table, key, present=NOBODY, **more):
    return check(table, key, given={"code": "", **more.pop("given", {})}, made=made(key, present), **more)


def test_schools_keep_their_code_by_their_name_and_new_ones_get_the_next_number():
    result = numbered(SCHOOLS.drop(columns="编码"), "schools", {"code": ["S009", "X1"], "name": ["西门 小学", "别的小学"]})
    assert result.frame["code"].tolist() == ["S010", "S009", "S011"] and not result.report.refused
    told = finding(result.report, "codes_made")
    assert (told.severity, told.count) == ("note", 3) and "3" in told.what.zh and "3" in told.what.en


@pytest.mark.parametrize("there", [{"code": ["S1", "S2"], "name": ["东门小学"] * 2}, {"code": ["S1"], "name": ["无关"]}])
def test_a_name_that_stands_for_several_names_none(there):
    table = SCHOOLS.drop(columns="编码").assign(名称=["东门小学", "西门小学", "西门小学"])
    assert len(set(numbered(table, "schools", there).frame["code"]) - set(there["code"])) == 3


def test_cells_are_numbered_from_west_to_east_within_their_unit():
    corners = [109.667, 109.64, 109.66, 109.65]
    shapes = [shapely.box(x, 28.68, x + 0.007, 28.70) for x in corners]
    table = pd.DataFrame({"名称": ["四", "一", "三", "二"], "人口": [1, 2, 3, 4]})
    codes = numbered(table, "grid_cells", {"code": [], "name": [], "unit_code": []}, shapes=shapes).frame["code"].tolist()
    assert codes == ["430100001002002", "430100001001001", "430100001002001", "430100001001002"]
    there = {"code": codes, "name": ["四", "一", "三", "二"], "unit_code": [code[:12] for code in codes]}
    again = numbered(table.iloc[::-1], "grid_cells", there, shapes=shapes[::-1]).frame["code"].tolist()
    assert again == codes[::-1]


def test_an_incident_has_one_code_whenever_and_with_whatever_it_is_imported():
    table = INCIDENTS.drop(columns="警情编号")
    first = numbered(table, "incidents").frame["code"].tolist()
    assert len(set(first)) == 4
    assert numbered(table.iloc[[2, 0]].reset_index(drop=True), "incidents").frame["code"].tolist() == [first[2], first[0]]
    twice = numbered(pd.concat([table, table.iloc[:1]], ignore_index=True), "incidents")
    assert len(twice.frame) == 4 and finding(twice.report, "exact_duplicate").count == 1 and not twice.report.refused


def test_many_rows_are_numbered_without_looking_at_all_of_them_each_time():
    n = 20_000
    table = {"code": [f"S{i:03}" for i in range(n)], "name": [f"a{i}" for i in range(n)]}
    names = np.array([f"b{i}" for i in range(n)], object)
    codes = made("schools", table).codes(names, None, np.zeros((n, 2)), np.zeros(n, np.uint64))
    assert len(set(codes) | set(table["code"])) == 2 * n


def test_only_where_the_code_is_the_rows_own_can_it_be_made():
    assert {key for key, kind in KINDS.items() if not may_be_made(kind)} == {"assignments", "plan_cells"}
