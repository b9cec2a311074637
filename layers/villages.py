"""The administrative villages (行政村) of the town."""

from layers.definition.fields import UNIT_FIELDS
from layers.definition.layer import Layer, Style
from layers.definition.text import Text

LAYER = Layer(
    title=Text("行政村", "Villages"),
    about="Administrative villages with their 12-digit statistical codes; together with the communities they tile the town.",
    group="areas",
    geometry="polygon",
    fields=UNIT_FIELDS,
    style=Style(fill="#dfe8d3", fill_opacity=0.35, stroke="#4f6138", weight=1.4, label_priority=21, order=20),
    on_at_start=True,
    counts_as=Text("个", "villages"),
)
