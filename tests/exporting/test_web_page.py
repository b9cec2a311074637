"""The web page as text: nothing of a name becomes markup or script, nothing points outside, single incidents never enter."""

import base64
import io
import json
import re
from dataclasses import replace

import geopandas as gpd
import pytest
import shapely
from fontTools.ttLib import TTFont

from exporting.data_table import data_table
from exporting.read_me import About
from exporting.web_page import PageContent, for_script, web_page
from layers import LAYERS
from layers.definition.layer import Sensitivity
from layers.definition.text import Text

HOSTILE = ("</script><script>window.broken=1</script>", "{{ 7*7 }} [[DATA]]", "\"'><img src=x onerror=broken()>", "a\u2028b")


def _content() -> PageContent:
    schools = gpd.GeoDataFrame(
        {"code": [f"s{i}" for i in range(4)], "name": HOSTILE, "name_en": HOSTILE},
        geometry=[shapely.Point(109.6 + i / 100, 28.7) for i in range(4)],
        crs="EPSG:4490",
    )
    about = About(
        Text(HOSTILE[0], HOSTILE[2]), Text("所", "station"), Text("方案", "plan"), "2025-12-31", Text("源", "src"), Sensitivity.PUBLIC
    )
    return PageContent(about, [data_table("schools", LAYERS["schools"], schools)])


def test_names_stay_names() -> None:
    page = web_page(_content()).decode()
    assert page.count("<script") == page.count("</script>") == 3
    data = re.search(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)[1]
    assert "<" not in data and "\u2028" not in data
    names = [f["properties"]["name"] for f in json.loads(data)["layers"][0]["features"]]
    assert names[:3] == list(HOSTILE[:3])


def test_nothing_points_outside() -> None:
    page = web_page(_content()).decode()
    own = re.sub(r"<script>/\* @preserve.*?</script>", "", page, flags=re.S)  # Leaflet names its home in a control that is not used
    assert "Leaflet 1.9.4" not in own and "<script>" in own
    assert not re.search(r"""(src|href)\s*=\s*["']?(https?:)?//""", own) and not re.search(r"url\((?!data:)", own)
    assert "default-src 'none'" in page and "sourceMappingURL" not in page


def test_its_font_draws_every_character_that_it_may_show() -> None:
    """The button that changes the language stands in the script, not in the data."""
    page = web_page(replace(_content(), language="en")).decode()
    font = re.search(r"src:url\(data:font/woff2;base64,([^)]*)\)", page)[1]
    with TTFont(io.BytesIO(base64.b64decode(font))) as opened:
        drawn = opened.getBestCmap()
    assert {ord(c) for c in "中文English 0123456789方案"} <= set(drawn)


def test_script_data_is_the_same_json() -> None:
    text = json.dumps(HOSTILE[:3], ensure_ascii=False)
    assert json.loads(for_script(text)) == list(HOSTILE[:3]) and "<" not in for_script(text)


def test_incidents_never_enter() -> None:
    points = gpd.GeoDataFrame(
        {"code": ["i1"], "category": ["theft"], "occurred_at": ["2025-01-01T00:00"]},
        geometry=[shapely.Point(109.61, 28.7)],
        crs="EPSG:4490",
    )
    content = _content()
    page = web_page(replace(content, tables=[*content.tables, data_table("incidents", LAYERS["incidents"], points)])).decode()
    assert "theft" not in page and "109.61," not in page.replace("109.61,28.7]", "", 1)


def test_the_same_content_gives_the_same_bytes() -> None:
    assert web_page(_content()) == web_page(_content())


@pytest.mark.parametrize("tables", [[], ["beats"]])
def test_an_empty_town_is_a_page_all_the_same(tables: list[str]) -> None:
    empty = gpd.GeoDataFrame({"code": [], "name": []}, geometry=[], crs="EPSG:4490")
    content = replace(_content(), tables=[data_table(key, LAYERS[key], empty) for key in tables])
    assert b'"home":null' in web_page(content)
