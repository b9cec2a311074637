"""Schools, which have posts at the peak hours and a vice-principal from the station."""

from layers.definition.fields import PLACE_FIELDS
from layers.definition.layer import Field, Layer, Style
from layers.definition.text import Text

LAYER = Layer(
    title=Text("学校", "Schools"),
    about="Schools and nurseries, one point each.",
    group="places",
    geometry="point",
    fields=(
        *PLACE_FIELDS,
        Field(
            "level",
            Text("学段", "level"),
            "Nursery, primary, middle, high or vocational.",
            choices={
                "nursery": Text("幼儿园", "nursery"),
                "primary": Text("小学", "primary school"),
                "middle": Text("初中", "middle school"),
                "high": Text("高中", "high school"),
                "vocational": Text("职业学校", "vocational school"),
            },
            in_tip=True,
        ),
    ),
    style=Style(
        fill="#0b6e99",
        fill_opacity=1.0,
        stroke="#ffffff",
        weight=1,
        symbol="triangle",
        size=6.5,
        label_priority=40,
        label_from_zoom=14,
        order=50,
    ),
    on_at_start=True,
    counts_as=Text("所", "schools"),
)
