"""What a sheet can be about (themes) and how it can be coloured (variants): fills, ramps and hatches, and the tone of all the rest.

The fills were searched for CIEDE2000 between any two and to the page, under normal, protan, deutan and tritan sight and on a grey
print, none near the blue of water; `tests/exporting/test_map_sheet_colours.py` measures them again. Four that a grey print parts
can't be equally light, so of those that are far enough apart "colour" takes the calmest: the darkest is the one nearest to grey.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from matplotlib.colors import to_hex
from numpy.typing import NDArray

from layers.definition.text import Text
from layers.drawing.colour_classes import BEAT_COLOURS

DARK_PAGE = "#12161c"
MOST_CLASSES = 6


UNITS = Text("社区、村", "Units")


@dataclass(frozen=True)
class SheetTheme:
    """A theme: what fills the areas, which point layers are drawn, and which names nothing may leave out."""

    title: Text
    fill: str
    """beats | officers | units | pale | classes | moved"""
    symbols: tuple[str, ...] = ()
    dots: tuple[str, ...] = ()
    named: tuple[str, ...] = ("stations",)
    wished: tuple[str, ...] = ()
    """Layers whose names are written where there is room."""
    parks: bool = False
    leads: bool = True
    listed: tuple[str, ...] = ()
    """Layers whose places the index names for each beat, under `listed_as`; without any it names the beat's units."""
    listed_as: Text = UNITS


_PLACES = ("stations", "risk_places", "police_rooms", "schools", "fire_hazards", "bridges", "venues")
_ALL_NAMED = ("stations", "risk_places")

THEMES: dict[str, SheetTheme] = {
    "beats": SheetTheme(
        Text("警务区划分图", "police beats"), "beats", _PLACES, ("shops", "incidents"), _ALL_NAMED, wished=("schools",), parks=True
    ),
    "officers": SheetTheme(Text("民警责任区图", "officers and their beats"), "officers", ("stations", "police_rooms")),
    "units": SheetTheme(Text("社区和行政村图", "communities and villages"), "units", ("stations", "police_rooms"), leads=False),
    "places": SheetTheme(
        Text("学校和园区分布图", "schools and parks"),
        "pale",
        ("stations", "schools"),
        named=("stations", "schools"),
        parks=True,
        leads=False,
        listed=("schools", "industrial_parks", "rural_parks"),
        listed_as=Text("学校、园区", "Schools, parks"),
    ),
    "hotspots": SheetTheme(Text("警情热点图", "incident hotspots"), "classes", ("stations", "police_rooms"), ("incidents",), leads=False),
    "workload": SheetTheme(Text("工作量分布图", "workload"), "classes", ("stations", "police_rooms")),
    "workload_beats": SheetTheme(Text("各警务区工作量图", "workload of beats"), "classes", ("stations", "police_rooms")),
    "change": SheetTheme(Text("警务区调整图", "change of beats"), "moved", ("stations",), leads=False),
    "risks": SheetTheme(
        Text("风险隐患分布图", "risk places"),
        "pale",
        ("stations", "risk_places", "fire_hazards"),
        named=_ALL_NAMED,
        wished=("fire_hazards",),
        leads=False,
        listed=("risk_places", "fire_hazards"),
        listed_as=Text("风险点、隐患", "Risks, hazards"),
    ),
}
"""By key, in the order in which they are offered."""


@dataclass(frozen=True)
class Variant:
    """A way of colouring. `sets`: fills by how many are needed; `hatch`: fills that carry a hatch of `layers.drawing.hatches`."""

    title: Text
    sets: Mapping[int, tuple[str, ...]]
    ramp: tuple[str, ...]
    page: str = "#ffffff"
    pale: str = "#f7f6f1"
    turn: str = ""
    """"" leaves every other colour, "grey" prints its luminance, "dark" turns its lightness over."""
    hatch: Mapping[str, str] | None = None

    def tone(self, colour: str) -> str:
        """A colour of the colour sheet as this variant shows it; fills, ramp and page are its own and stay."""
        if not self.turn or colour in ("none", "") or colour in self._own:
            return colour
        return _grey(colour) if self.turn == "grey" else _turned(colour)

    @property
    def _own(self) -> frozenset[str]:
        page = () if self.turn == "dark" and self.page != "#ffffff" else ("#ffffff",)
        return frozenset({*self.ramp, *(c for fills in self.sets.values() for c in fills), self.pale, self.page, *page})

    def fill(self, colour: str) -> str:
        """The fill of this variant for a colour of `BEAT_COLOURS`; another colour as it is toned."""
        for count, known in BEAT_COLOURS.items():
            if colour in known:
                return self.sets[count][known.index(colour)]
        return self.tone(colour)

    def classes(self, count: int) -> tuple[str, ...]:
        """So many steps of the ramp, spread over the whole of it; 1 to MOST_CLASSES."""
        count = min(max(count, 1), len(self.ramp))
        return tuple(self.ramp[round(i * (len(self.ramp) - 1) / max(count - 1, 1))] for i in range(count))

    def hatch_of(self, colour: str) -> str:
        """The name of a fill's hatch; empty for none."""
        return (self.hatch or {}).get(colour, "")


_CALM = {4: ("#fbf7c0", "#bbe0d8", "#c4b7f6", "#ce9d95"), 5: ("#fbf8be", "#d5e3d8", "#edbbe6", "#bbb882", "#9ca99e")}
_SAFE = {4: ("#f6e8de", "#fdc357", "#6bbaf0", "#d6809c"), 5: ("#cff9c6", "#f5cad6", "#88d078", "#46b8d7", "#e3769b")}
_NIGHT = {4: ("#127a6b", "#515479", "#301b4e", "#4e3b34"), 5: ("#327957", "#5d240e", "#14261d", "#3b6432", "#484848")}
_PRINT = {4: ("#ffffff", "#f4f4f4", "#cfcfcf", "#ececec"), 5: ("#ffffff", "#f4f4f4", "#cfcfcf", "#ececec", "#f0f0f0")}

VARIANTS: dict[str, Variant] = {
    "colour": Variant(Text("彩色", "colour"), _CALM, ("#ffffb2", "#fed976", "#feb24c", "#fd8d3c", "#e8432a", "#b10026")),
    "bw": Variant(
        Text("黑白", "black and white"),
        _PRINT,
        ("#f7f7f7", "#d4d4d4", "#b4b4b4", "#939393", "#707070", "#4d4d4d"),
        pale="#fafafa",
        turn="grey",
        hatch={"#f4f4f4": "rising", "#ececec": "falling", "#f0f0f0": "crossed"},
    ),
    "safe": Variant(Text("色觉友好", "colour-blind safe"), _SAFE, ("#fff3b0", "#d9c57a", "#a59c74", "#7c7b78", "#575d6d", "#31446b")),
    "dark": Variant(
        Text("深色（屏幕）", "dark (screen)"),
        _NIGHT,
        ("#3a2a55", "#6f3069", "#a8386a", "#d9524f", "#f0892f", "#f9d057"),
        page=DARK_PAGE,
        pale="#1d242d",
        turn="dark",
    ),
}


def contrast(first: str, second: str) -> float:
    """WCAG 2 contrast of two colours, from 1 to 21; 4.5 is asked of small letters."""
    light, dark = sorted((float(_linear(colour) @ (0.2126, 0.7152, 0.0722)) for colour in (first, second)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@lru_cache(maxsize=512)
def _grey(colour: str) -> str:
    return _hex(np.full(3, _linear(colour) @ (0.2126, 0.7152, 0.0722)))


@lru_cache(maxsize=512)
def _turned(colour: str) -> str:
    """Lightness of OKLab (Ottosson 2020) turned over, from the page's to nearly white; hue kept, chroma a little less."""
    lms = np.cbrt(_LMS @ _linear(colour))
    light, a, b = _OKLAB @ lms
    turned = np.array([min(0.2 + 1.1 * (1 - light), 0.97), 0.85 * a, 0.85 * b])
    return _hex(np.clip(np.linalg.solve(_LMS, np.linalg.solve(_OKLAB, turned) ** 3), 0, 1))


_LMS = np.array(
    [[0.4122214708, 0.5363325363, 0.0514459929], [0.2119034982, 0.6806995451, 0.1073969566], [0.0883024619, 0.2817188376, 0.6299787005]]
)
_OKLAB = np.array(
    [[0.2104542553, 0.7936177850, -0.0040720468], [1.9779984951, -2.4285922050, 0.4505937099], [0.0259040371, 0.7827717662, -0.8086757660]]
)


def _linear(colour: str) -> NDArray[np.float64]:
    srgb = np.array([int(to_hex(colour)[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)


def _hex(linear: NDArray[np.float64]) -> str:
    coded = np.where(linear <= 0.0031308, linear * 12.92, 1.055 * np.maximum(linear, 1e-12) ** (1 / 2.4) - 0.055)
    return "#" + "".join(f"{round(float(part) * 255):02x}" for part in np.clip(coded, 0, 1))
