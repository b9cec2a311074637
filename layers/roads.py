"""Main roads, for orientation."""

from layers.definition.fields import CODE, NAME, NAME_EN
from layers.definition.layer import Field, Layer, Style
from layers.definition.text import Text

LAYER = Layer(
    title=Text("道路", "Roads"),
    about="Main roads, for orientation.",
    group="background",
    geometry="line",
    fields=(
        CODE,
        NAME,
        NAME_EN,
        Field(
            "road_class",
            Text("等级", "class"),
            "National, county or street.",
            choices={
                "national": Text("国省道", "national road"),
                "county": Text("县乡道", "county road"),
                "street": Text("街道", "street"),
            },
        ),
    ),
    style=Style(stroke="#b08d57", weight=1.8, label_priority=80, label_from_zoom=13, order=12),
    on_at_start=True,
    counts_as=Text("条", "roads"),
)
