"""Bridges, where cells on both banks are neighbours although the river parts them."""

from layers.definition.fields import CODE, NAME, NAME_EN
from layers.definition.layer import Layer, Style
from layers.definition.text import Text

LAYER = Layer(
    title=Text("桥梁", "Bridges"),
    about="Bridges over the river; they join cells that the river parts.",
    group="background",
    geometry="point",
    fields=(CODE, NAME, NAME_EN),
    style=Style(
        fill="#5a5a5a",
        fill_opacity=1.0,
        stroke="#ffffff",
        weight=0.8,
        symbol="bridge",
        size=5,
        label_priority=85,
        label_from_zoom=14,
        order=40,
    ),
    counts_as=Text("座", "bridges"),
)
