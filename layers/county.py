"""Outline of the county around the town, for the locator of the map sheet."""

from layers.definition.fields import CODE, NAME, NAME_EN
from layers.definition.layer import Layer, Style
from layers.definition.text import Text

LAYER = Layer(
    title=Text("县域轮廓", "County outline"),
    about="Outline of the county for the sheet's locator, without national or provincial boundaries; illustrative in the demo.",
    group="background",
    geometry="polygon",
    fields=(CODE, NAME, NAME_EN),
    style=Style(fill="#f4f4f2", fill_opacity=0.0, stroke="#b0b0b0", weight=1.0, dash="8 4", order=5),
    counts_as=Text("个", "outlines"),
)
