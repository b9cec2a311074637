"""The urban communities (社区) of the town."""

from layers.definition.fields import UNIT_FIELDS
from layers.definition.layer import Layer, Style
from layers.definition.text import Text

LAYER = Layer(
    title=Text("社区", "Communities"),
    about="Urban communities with their 12-digit statistical codes; together with the villages they tile the town.",
    group="areas",
    geometry="polygon",
    fields=UNIT_FIELDS,
    style=Style(fill="#f2d3a4", fill_opacity=0.35, stroke="#7a4b12", weight=1.6, label_priority=20, order=21),
    on_at_start=True,
    counts_as=Text("个", "communities"),
)
