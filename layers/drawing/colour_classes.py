"""Colours and class breaks that the web map, the printed sheet and both legends share.

The beat sets were searched for the largest smallest CIEDE2000 between neighbours under normal, deutan,
protan and tritan sight (Machado 2009, full severity), with the white page as one of the neighbours.
"""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx
import numpy as np

from layers.definition.text import Text

BEAT_COLOURS: dict[int, tuple[str, ...]] = {
    4: ("#ffeed7", "#b3d0e5", "#e69e66", "#a985ca"),
    5: ("#f8f3aa", "#abe0d1", "#bebada", "#44bb99", "#999933"),
}
"""Smallest difference 16.7 for four and 12.3 for five colours; every colour at least 9 away from white."""

MORE_BEAT_COLOURS = (*BEAT_COLOURS[5], "#d9d9d9", "#cf8f9d", "#8fb0d9")
"""Only for beats in several parts, whose neighbourhood may need more than a plane map ever does."""

NO_BEAT_COLOUR = "#efefef"
"""Cells that no beat has."""

DENSITY_COLOURS = ("#ffffb2", "#fed976", "#feb24c", "#fd8d3c", "#fc4e2a", "#e31a1c", "#b10026")
"""Seven classes, each darker than the one before; ColorBrewer YlOrRd, marked colour-blind safe there."""


def beat_colours(
    neighbours: "nx.Graph | Iterable[tuple[str, str]]", codes: Iterable[str], sizes: Mapping[str, float] | None = None
) -> dict[str, str]:
    """A fill for every code such that no two neighbours share one: four colours, five or more if it must be.

    With `sizes` (areas, any unit) the lightest colour goes to where most of the area is, so that names stay readable.

    `neighbours` is a graph of codes or its edges; edges to codes that are not asked for are ignored.
    DSATUR (Brélaz 1979), and a search for four colours when DSATUR needs more. Same input, same colours.
    """
    wanted = sorted(set(codes))
    edges = neighbours.edges if isinstance(neighbours, nx.Graph) else neighbours
    graph = nx.Graph()
    graph.add_nodes_from(wanted)
    known = set(wanted)
    graph.add_edges_from(sorted(tuple(sorted(edge)) for edge in edges if edge[0] != edge[1] and set(edge) <= known))
    classes = nx.greedy_color(graph, strategy="DSATUR")
    if max(classes.values(), default=0) > 3:
        classes = _within(graph, 4) or classes
    needed = max(classes.values(), default=0) + 1
    colours = BEAT_COLOURS[4] if needed <= 4 else BEAT_COLOURS[5] if needed == 5 else MORE_BEAT_COLOURS
    if sizes is not None:
        total = {place: sum(sizes.get(code, 0.0) for code in wanted if classes[code] == place) for place in range(needed)}
        rank = {place: at for at, place in enumerate(sorted(total, key=lambda place: (-total[place], place)))}
        light_first = sorted(colours, key=lambda colour: -_luminance(colour))
        return {code: light_first[rank[classes[code]] % len(light_first)] for code in wanted}
    return {code: colours[classes[code] % len(colours)] for code in wanted}


def _within(graph: nx.Graph, colours: int, tries: int = 20_000) -> dict[str, int] | None:
    """A colouring in so many colours by backtracking, most constrained first; None when not found in `tries` steps."""
    order = sorted(graph, key=lambda node: (-graph.degree(node), node))
    chosen: dict[str, int] = {}
    left = tries

    def free(node: str) -> list[int]:
        taken = {chosen[other] for other in graph[node] if other in chosen}
        return [colour for colour in range(colours) if colour not in taken]

    def place() -> bool:
        nonlocal left
        if len(chosen) == len(order):
            return True
        node = min((n for n in order if n not in chosen), key=lambda n: len(free(n)))
        for colour in free(node):
            left -= 1
            chosen[node] = colour
            if left > 0 and place():
                return True
            del chosen[node]
        return False

    return chosen if place() else None


def density_colours(classes: int) -> tuple[str, ...]:
    """So many colours out of DENSITY_COLOURS, spread over the whole ramp, lightest first; 1 to 7 classes."""
    last = len(DENSITY_COLOURS) - 1
    count = min(max(classes, 1), last + 1)
    return tuple(DENSITY_COLOURS[round(i * last / max(count - 1, 1))] for i in range(count))


@dataclass(frozen=True)
class Classes:
    """Class edges, lowest to highest: class i holds edges[i] <= value < edges[i + 1], the last one its upper edge too."""

    edges: tuple[float, ...]
    method: Text

    @property
    def count(self) -> int:
        """Number of classes."""
        return max(len(self.edges) - 1, 0)

    def of(self, value: float) -> int:
        """The class of a value, 0-based; values outside go to the nearest class."""
        return int(np.clip(np.searchsorted(self.edges, value, side="right") - 1, 0, max(self.count - 1, 0)))

    def spans(self) -> tuple[str, ...]:
        """What the legend says beside each class, e.g. '5-20'."""
        return tuple(f"{low:g}–{high:g}" for low, high in zip(self.edges, self.edges[1:], strict=False))


def class_breaks(values: Sequence[float], classes: int = 6) -> Classes:
    """Edges at quantiles, rounded outwards to two figures so that a legend can be read; equal edges are merged.

    Values that are no number are ignored. Fewer classes come back when the values do not carry so many.
    """
    numbers = np.asarray(values, float)
    numbers = numbers[np.isfinite(numbers)]
    method = Text("分位数分级，界值取整到两位有效数字", "quantile classes, edges rounded to two figures")
    if numbers.size == 0:
        return Classes((), method)
    quantiles = np.quantile(numbers, np.linspace(0, 1, classes + 1))
    inner = [_two_figures(float(q)) for q in quantiles[1:-1]]
    low, high = _two_figures(float(quantiles[0]), -1), _two_figures(float(quantiles[-1]), 1)
    edges = tuple(sorted({low, high, *(edge for edge in inner if low < edge < high)}))
    return Classes(edges if len(edges) > 1 else (low, low + 1.0), method)


def _two_figures(value: float, direction: int = 0) -> float:
    """A number rounded to two figures: down for -1, up for 1, else to the nearest."""
    if value == 0:
        return 0.0
    step = math.floor(math.log10(abs(value))) - 1
    scaled = value / 10.0**step
    if direction == 0 or abs(scaled - round(scaled)) < 1e-9:
        whole = round(scaled)
    else:
        whole = math.floor(scaled) if direction < 0 else math.ceil(scaled)
    return float(f"{whole * 10.0**step:.12g}")


def steps_below(top: float, classes: int = 6) -> tuple[float, ...]:
    """Lower class edges for skewed values: the largest `classes` numbers of 1, 2, 5, 10, 20 ... that lie below `top`.

    The same edges serve for a range of tops, so maps of two periods mostly share their scale. Empty for a top that is not positive.
    """
    if not (math.isfinite(top) and top > 0):
        return ()
    power = math.floor(math.log10(top))
    series = [first * 10.0**exponent for exponent in range(power - classes, power + 1) for first in (1, 2, 5)]
    return tuple(float(f"{edge:.12g}") for edge in series if edge < top)[-classes:]


def text_on(fill: str) -> str:
    """Black or white, whichever stands out more on that colour (WCAG contrast ratio of relative luminance)."""
    luminance = _luminance(fill)
    return "#000000" if (luminance + 0.05) / 0.05 >= 1.05 / (luminance + 0.05) else "#ffffff"


def _luminance(colour: str) -> float:
    shares = [int(colour.lstrip("#")[i : i + 2], 16) / 255 for i in (0, 2, 4)]
    red, green, blue = (s / 12.92 if s <= 0.04045 else ((s + 0.055) / 1.055) ** 2.4 for s in shares)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
