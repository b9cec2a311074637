"""The maps of an import: numbered flaws to go through, borders before and after a repair, places under either datum."""

from typing import Any

import pandas as pd
import shapely
import streamlit as st
from pyproj import Geod

from actions import import_maps as action
from actions.import_layer import ImportPreview
from screens.map_host import map_view
from screens.plain_text import plain
from screens.session import caller, language, remember, remembered, say
from screens.wording import import_layer as words

FLAW_ZOOM = 17
HEIGHT = 420
LIST_HEIGHT = 300
COLUMNS_PX = (45, 180, 95)  # of the list of flaws: the widest wording whole
PAGE = 20
EARTH = Geod(ellps="GRS80")


def datum_places(preview: ImportPreview) -> None:
    """Where the file's numbers, and the datum they may be in, put places that the town knows; distances in metres below."""
    base = action.datum_map(caller(), preview)
    if base is None:
        _readings(preview)
        return
    pairs = preview.datum_pairs
    st.caption(say(words.DATUM_PLACES))
    lon, lat = (pd.concat([pairs[f"{way}_{axis}"] for way in ("read", "shifted", "town")]) for axis in ("lon", "lat"))
    focus = {"token": base.digest, "bounds": [lon.min(), lat.min(), lon.max(), lat.max()]}
    map_view(base, {"language": language(), "focus": focus}, key="import_datum_map", height=HEIGHT)
    town = pairs["town_lon"], pairs["town_lat"]
    st.table(
        {
            say(words.PLACE): [plain(str(name)) for name in pairs["name"]],
            say(words.AS_READ_OFF): EARTH.inv(pairs["read_lon"], pairs["read_lat"], *town)[2].round().astype(int),
            say(words.SHIFTED_OFF): EARTH.inv(pairs["shifted_lon"], pairs["shifted_lat"], *town)[2].round().astype(int),
        },
        hide_index=True,
        border="horizontal",
    )


def _readings(preview: ImportPreview) -> None:
    """Where each datum would put the points, and how many rows then lie outside the town or outside their unit."""
    base = action.readings_map(caller(), preview)
    counts = action.datum_counts(preview)
    if base is None:
        return
    st.caption(say(words.DATUM_READINGS))
    shown = {
        say(words.DATUM_OF): [say(words.DATUMS[datum]) for datum in counts["datum"]],
        say(words.OUTSIDE): counts["outside"].tolist(),
        say(words.OUTSIDE_UNIT): [words.NOT_NAMED if pd.isna(n) else n for n in counts["away"]],
    }
    st.table(shown, hide_index=True, border="horizontal")  # a table of few rows that wraps on a phone
    focus = {"token": base.digest, "bounds": list(action.readings_bounds(caller(), preview))}
    map_view(base, {"language": language(), "focus": focus}, key="import_datum_map", height=HEIGHT)


@st.fragment
def flaw_list(preview: ImportPreview) -> None:
    """The flaws of the borders as numbers on the map, beside their list; previous and next go through them."""
    table = action.flaws(preview)
    base = action.flaws_map(caller(), preview, table)
    if base is None:
        return
    title = "title_en" if language() == "en" else "title_zh"
    found = int(preview.report.choices.get("flaws", len(table)))
    st.markdown(f"**{say(words.WORST_FLAWS if found > len(table) else words.FLAWS, n=len(table), all=found)}**")
    map_side, list_side = st.columns([3, 2], gap="small")
    with list_side:
        at = _turned_to("import_flaw", len(table))
        row = table.iloc[at]
        st.markdown(plain(say(words.FLAW, number=at + 1, n=len(table), what=row[title], size=row["size"])))
        first = at // PAGE * PAGE
        page = table.iloc[first : first + PAGE]
        shown = {
            say(words.NUMBER): page["code"].tolist(),
            say(words.FLAW_KIND): page[title].tolist(),
            say(words.FLAW_SIZE): page["size"].map(str).tolist(),
        }
        sizes = {title: st.column_config.Column(width=px) for title, px in zip(shown, COLUMNS_PX, strict=True)}
        st.dataframe(shown, hide_index=True, height=LIST_HEIGHT, column_config=sizes)
    focus = _focus(base.digest, at, row.geometry) | {"layer": "import_flaws", "code": row["code"]}
    with map_side:
        moved = {"focus": focus} if remembered("import_flaw") is not None else {}
        map_view(base, {"language": language(), **moved}, key="import_flaw_map", height=HEIGHT)


@st.fragment
def repair_shown(preview: ImportPreview) -> None:
    """The borders before and after a repair, over each other, one mended area after the other; and the largest move in metres."""
    base = action.repair_map(caller(), preview)
    if base is None or preview.repair is None:
        return
    repair = preview.repair
    st.markdown(f"**{say(words.MENDED)}**")
    some = "" if len(repair.after) == repair.areas else " " + say(words.MENDED_SHOWN, n=len(repair.after))
    st.caption(say(words.MENDED_MOST, n=repair.areas, metres=repair.moved_m) + some)
    at = _turned_to("import_mended", len(repair.after))
    row = repair.after.iloc[at]
    st.markdown(plain(say(words.MENDED_ONE, number=at + 1, n=len(repair.after), name=row["name"], metres=row["moved_m"])))
    moved = shapely.symmetric_difference(repair.before.geometry.iloc[at], row.geometry)
    patch = {"language": language(), "focus": _focus(base.digest, at, row.geometry if moved.is_empty else moved)}
    map_view(base, patch, key="import_repair_map", height=HEIGHT)


def _turned_to(name: str, count: int) -> int:
    """Two buttons, and the number (from 0) of what they turned to."""
    at = min(int(remembered(name, 0)), count - 1)
    with st.container(horizontal=True):
        for title, icon, step, end in ((words.BEFORE, "left", -1, 0), (words.NEXT, "right", 1, count - 1)):
            st.button(
                say(title),
                icon=f":material/chevron_{icon}:",
                key=f"{name} {icon}",
                disabled=at == end,
                on_click=remember,
                args=(name, at + step),
            )
    return at


def _focus(digest: str, at: int, shape: Any) -> dict[str, Any]:
    """Where the map is to look: once per thing turned to."""
    largest = max(shapely.get_parts(shape), key=lambda part: (part.area, part.length))
    point = largest.representative_point()
    return {"token": f"{digest} {at}", "at": [point.x, point.y], "zoom": FLAW_ZOOM}
