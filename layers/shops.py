"""Street-front shops (街面商铺)."""

from layers.definition.fields import PLACE_FIELDS, WORKERS
from layers.definition.layer import Field, Layer, Style
from layers.definition.text import Text

LAYER = Layer(
    title=Text("街面商铺", "Shops"),
    about="Street-front shops, one point each.",
    group="places",
    geometry="point",
    fields=(
        *PLACE_FIELDS,
        Field(
            "category",
            Text("类别", "category"),
            "Kind of shop.",
            choices={
                "food": Text("餐饮", "food"),
                "retail": Text("零售", "retail"),
                "service": Text("服务", "services"),
                "farm": Text("农资", "farm supplies"),
            },
            in_tip=True,
        ),
        WORKERS,
    ),
    style=Style(
        fill="#c98a1b",
        fill_opacity=0.9,
        stroke="#ffffff",
        weight=0.5,
        symbol="circle",
        size=3,
        label_priority=90,
        label_from_zoom=17,
        order=44,
    ),
    counts_as=Text("家", "shops"),
)
