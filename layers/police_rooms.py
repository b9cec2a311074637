"""Police rooms (警务室) in communities and villages."""

from layers.definition.fields import PLACE_FIELDS
from layers.definition.layer import Layer, Style
from layers.definition.text import Text

LAYER = Layer(
    title=Text("警务室", "Police rooms"),
    about="Police rooms where a beat's officer receives people.",
    group="plan",
    geometry="point",
    fields=PLACE_FIELDS,
    style=Style(
        fill="#2b5fa8",
        fill_opacity=1.0,
        stroke="#ffffff",
        weight=1,
        symbol="house",
        size=6.5,
        label_priority=50,
        label_from_zoom=15,
        order=58,
    ),
    counts_as=Text("个", "rooms"),
)
