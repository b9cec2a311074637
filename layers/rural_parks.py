"""Rural industry parks (农村产业园): tea-oil and citrus gardens where field duty is done."""

from layers.definition.fields import PLACE_FIELDS
from layers.definition.layer import Field, Layer, Style
from layers.definition.text import Text

LAYER = Layer(
    title=Text("农村产业园", "Rural parks"),
    about="Rural industry parks as areas, with what they grow.",
    group="places",
    geometry="polygon",
    fields=(*PLACE_FIELDS, Field("product", Text("产业", "product"), "What the park grows, in Chinese.", in_tip=True)),
    style=Style(fill="#8fa33f", fill_opacity=0.55, stroke="#4c5a12", weight=1.6, dash="6 3", symbol="square", label_priority=31, order=31),
    on_at_start=True,
    counts_as=Text("个", "parks"),
)
