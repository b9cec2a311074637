"""The town as one HTML file: interactive, asks nothing of any network, opens from a stick in an old browser, prints."""

import base64
import io
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import Any

import geopandas as gpd
import shapely
from fontTools import subset
from fontTools.ttLib import TTFont

from exporting.data_table import DataTable, clean, missing
from exporting.read_me import CAUTION, ILLUSTRATIVE, INTERNAL, About
from layers import LAYERS
from layers.definition.layer import GROUPS, Sensitivity
from layers.definition.text import Language, Text
from layers.drawing.fonts import regular_font
from layers.drawing.symbols import svg_path
from layers.drawing.web_map import features, simplified, tip_titles

HERE = Path(__file__).parent
TOLERANCE_M = 9.0  # as on the screen's map
WORDS: dict[str, Text] = {
    "search": Text("查找名称或编码", "Find a name or code"),
    "none": Text("没有找到", "Nothing found"),
    "layers": Text("图层与图例", "Layers and legend"),
    "index": Text("警务区索引", "Index of beats"),
    "beat": Text("警务区", "Beat"),
    "name": Text("名称", "Name"),
    "home": Text("全图", "Whole map"),
    "print": Text("打印", "Print"),
    "asof": Text("数据截至", "Data up to"),
    "source": Text("来源", "Source"),
    "plan": Text("方案", "Plan"),
    "made": Text("制作", "Made by"),
    "day": Text("导出日期", "Exported on"),
    "by": Text("取用人", "Taken by"),
    "purpose": Text("用途", "Purpose"),
    "crs": Text("坐标系 EPSG:4490（CGCS2000）", "Coordinates EPSG:4490 (CGCS2000)"),
    "colour": Text("颜色只用于区分相邻警务区", "Colour only separates neighbouring beats"),
    "density": Text("警情密度（起/平方公里·年）", "Incident density (incidents per km² and year)"),
    "old": Text("此浏览器不支持本页。请用 Chromium 60 以上版本。", "This browser can't show the page. Use Chromium 60 or later."),
}


@dataclass(frozen=True, eq=False)
class HotspotClasses:
    """Density in classes, each one shape: columns at_least (incidents per km² and year), colour, geometry in EPSG:4490 degrees."""

    classes: gpd.GeoDataFrame
    n: int
    radius_m: float
    period: str
    note: Text
    """What is left out because too few incidents lie behind it."""


@dataclass(frozen=True, eq=False)
class PageContent:
    """All that the page shows. `tables` hold permitted fields only; incidents are never among them."""

    about: About
    tables: Sequence[DataTable]
    hotspots: HotspotClasses | None = None
    language: Language = "zh"


def web_page(content: PageContent) -> bytes:
    """The page as HTML in UTF-8. Same content, same bytes. Single incidents are left out whoever asks."""
    tables = [table for table in content.tables if LAYERS[table.key].kept != "points"]
    data = {
        "language": content.language,
        "words": {key: list(text) for key, text in WORDS.items()},
        "about": _about(content.about),
        "groups": {key: list(title) for key, title in GROUPS.items()},
        "home": _home(tables),
        "layers": _layers(tables),
        "hotspots": None if content.hotspots is None else _hotspots(content.hotspots),
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    title = f"{clean(content.about.town.zh)} {clean(content.about.town.en)}"
    script = (HERE / "web_page.js").read_text(encoding="utf-8")
    parts = {
        "TITLE": _html(title),
        "OLD": _html(" ".join(WORDS["old"])),
        "FONT": _font_face(text + title + script),
        "LEAFLET_CSS": _leaflet_css(),
        "CSS": (HERE / "web_page.css").read_text(encoding="utf-8"),
        "LEAFLET": _script(re.sub(r"//# sourceMappingURL=.*", "", _leaflet("leaflet.js"))),
        "DATA": for_script(text),
        "SCRIPT": _script(script),
    }
    frame = (HERE / "web_page.html").read_text(encoding="utf-8")
    # one pass, so that a name that looks like a placeholder stays what it is
    return re.sub(r"\[\[([A-Z_]+)\]\]", lambda found: parts[found[1]], frame).encode()


def for_script(text: str) -> str:
    """JSON that can stand in a script element: no <, >, & or line separator of Unicode in it."""
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def _about(about: About) -> dict[str, Any]:
    return {
        "town": list(about.town),
        "station": list(about.station),
        "plan": list(about.plan),
        "as_of": about.as_of,
        "day": about.day,
        "by": about.taken_by if about.level > Sensitivity.PUBLIC else "",
        "purpose": " ".join(clean(about.purpose).split()) if about.level > Sensitivity.PUBLIC else "",
        "source": list(about.source),
        "illustrative": list(ILLUSTRATIVE) if about.illustrative else None,
        "internal": list(INTERNAL) if about.level > Sensitivity.PUBLIC else None,
        "caution": list(CAUTION),
    }


def _layers(tables: Sequence[DataTable]) -> list[dict[str, Any]]:
    smaller = simplified(LAYERS, {table.key: table.rows for table in tables}, TOLERANCE_M)
    return [_layer(table, smaller[table.key]) for table in sorted(tables, key=lambda t: t.style.order)]


def _layer(table: DataTable, rows: gpd.GeoDataFrame) -> dict[str, Any]:
    layer, style = LAYERS[table.key], table.style
    more = {f.name: f for f in table.fields}
    indexed = [more[name] for name in ("lead", "dwellings", "persons", "area_km2", "incidents_year") if name in more]

    def index(row: Any) -> dict[str, Any]:
        cells = [_cell(f.type, row[f.name], row.get(f"{f.name}_en")) for f in indexed] if table.key == "beats" else []
        fill = table.colours.get(str(row.get("code")))
        return ({"index": cells} if cells else {}) | ({"fill": fill} if fill else {})

    return {
        "key": table.key,
        "title": list(table.title),
        "group": layer.group,
        "geometry": table.geometry,
        "on": layer.on_at_start,
        "count": len(rows),
        "unit": list(layer.counts_as) if layer.counts_as else None,
        "tips": tip_titles(layer, rows.columns),
        "columns": [[*f.title, *(f.unit or Text("", ""))] for f in indexed] if table.key == "beats" else None,
        "style": {"fill": style.fill, "opacity": style.fill_opacity, "stroke": style.stroke, "weight": style.weight, "dash": style.dash},
        "symbol": svg_path(style.symbol, digits=2) if table.geometry == "point" else None,
        "size": style.size,
        "features": features(layer, rows, index),
    }


def _cell(kind: str, value: Any, english: Any) -> str | list[str]:
    """A value of the index, in both languages where they differ."""
    if missing(value):
        return "–"
    if kind in ("integer", "number"):
        return f"{value:,.2f}" if kind == "number" else f"{int(value):,}"
    return clean(str(value)) if missing(english) or english == value else [clean(str(value)), clean(str(english))]


def _hotspots(found: HotspotClasses) -> dict[str, Any]:
    return {
        "classes": [
            [f"{at_least:g}", colour, json.loads(shapely.to_geojson(shapely.set_precision(shape, 1e-5)))]
            for at_least, colour, shape in found.classes[["at_least", "colour", "geometry"]].itertuples(index=False, name=None)
        ],
        "line": [
            f"n = {found.n:,} 起，{found.period}，半径 {found.radius_m:g} 米",
            f"n = {found.n:,} incidents, {found.period}, radius {found.radius_m:g} m",
        ],
        "note": list(found.note),
    }


def _home(tables: Sequence[DataTable]) -> list[float] | None:
    shown = [t.rows for t in tables if len(t.rows) and LAYERS[t.key].group in ("plan", "areas") and t.geometry == "polygon"]
    shown = shown or [t.rows for t in tables if len(t.rows)]
    if not shown:
        return None
    bounds = [rows.total_bounds for rows in shown]
    west, south = (float(min(b[i] for b in bounds)) for i in (0, 1))
    east, north = (float(max(b[i] for b in bounds)) for i in (2, 3))
    return [round(v, 5) for v in (west, south, east, north)]


def _leaflet(name: str) -> str:
    return (resources.files("js_lib_leaflet") / "static" / "js_lib_leaflet" / name).read_text(encoding="utf-8")


def _leaflet_css() -> str:
    """Without its pictures: no default marker and no layer button is shown here."""
    return re.sub(r"[^{}]*\{[^{}]*url\([^{}]*\}", "", _leaflet("leaflet.css"))


def _script(text: str) -> str:
    return text.replace("</script", "<\\/script").replace("<!--", "<\\!--")


def _html(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _font_face(text: str) -> str:
    """The characters of the page as a font inside it, for machines without a Chinese one; Latin letters too, so that both match."""
    wanted = "".join(sorted(set(text)))
    options = subset.Options(flavor="woff2", layout_features=["locl"], hinting=False, notdef_outline=True)
    with TTFont(regular_font(), lazy=True, recalcTimestamp=False) as font:
        cutter = subset.Subsetter(options)
        cutter.populate(text=wanted)
        cutter.subset(font)
        font.flavor = "woff2"
        out = io.BytesIO()
        font.save(out)
    content = base64.b64encode(out.getvalue()).decode()
    return f"@font-face{{font-family:'Jingge Page';src:url(data:font/woff2;base64,{content}) format('woff2')}}"
