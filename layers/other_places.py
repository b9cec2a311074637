"""Further places (其他场所): any kind the town wants on its maps that has no layer of its own."""

from layers.definition.fields import PLACE_FIELDS
from layers.definition.layer import Field, Layer, Style
from layers.definition.text import Text

LAYER = Layer(
    title=Text("其他场所", "Other places"),
    about="Places of any further kind, named in its own words: banks, clinics, bus stops, reservoirs. Each kind is imported by itself.",
    group="places",
    geometry="point",
    fields=(
        *PLACE_FIELDS,
        Field("kind", Text("场所类型", "kind of place"), "What kind of place it is, in the town's own words.", required=True, in_tip=True),
    ),
    style=Style(
        fill="#5b6b2f",
        fill_opacity=1.0,
        stroke="#ffffff",
        weight=0.8,
        symbol="square",
        size=5,
        label_priority=72,
        label_from_zoom=16,
        order=43,
    ),
    counts_as=Text("处", "places"),
)
