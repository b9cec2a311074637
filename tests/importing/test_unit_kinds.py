"""Which row is a community and which a village, by code and name."""

import geopandas as gpd
import pytest
import shapely

from importing.unit_kinds import parted, unit_kind


@pytest.mark.parametrize(
    ("code", "name", "kind"),
    [
        ("430181103001", "瑶铺社区", "communities"),
        ("430181103199", "东街居委会", "communities"),
        ("430181103200", "石塘村", "villages"),
        ("430181103399", "石塘村民委员会", "villages"),
        ("430181103498", "园区", "communities"),
        ("430181103501", "林场", "villages"),
        ("1", "石塘村", "villages"),
        ("", "瑶铺居民委员会", "communities"),
        ("430181103201", "石塘社区", None),  # a village that became a community keeps its code
        ("430181103001", "城中村", None),
        ("43018110", "农场", None),
        (None, None, None),
    ],
)
def test_code_and_name_tell_unless_they_contradict_each_other(code, name, kind):
    assert unit_kind(code, name) == kind


def units(*names):
    return gpd.GeoDataFrame(
        {"code": [str(n) for n in range(len(names))], "name": names},
        geometry=[shapely.box(n, 0, n + 1, 1) for n in range(len(names))],
        crs=4490,
    )


def test_rows_of_the_other_kind_go_where_they_belong_and_what_nobody_knows_stays():
    own, beside, told = parted("communities", units("东街社区", "石塘村", "林场", "南阳村"))
    assert own["name"].tolist() == ["东街社区", "林场"] and beside["villages"]["name"].tolist() == ["石塘村", "南阳村"]
    assert [(f.key, f.severity, f.count) for f in told] == [("units_parted", "warning", 2)] and "石塘村" in told[0].what.zh
    own, beside, _ = parted("villages", units("东街社区", "石塘村"))
    assert own["name"].tolist() == ["石塘村"] and list(beside) == ["communities"]


def test_nothing_is_parted_where_all_are_of_one_kind():
    assert parted("communities", units("东街社区", "林场"))[1:] == ({}, ())
    own, beside, told = parted("communities", units("石塘村", "南阳村"))
    assert len(own) == 2 and not beside and [(f.key, f.severity) for f in told] == [("other_units", "warning")]
