"""Major fire hazards (重大消防隐患)."""

from layers.definition.fields import PLACE_FIELDS
from layers.definition.layer import Field, Layer, Sensitivity, Style
from layers.definition.text import Text

LAYER = Layer(
    title=Text("重大消防隐患", "Fire hazards"),
    about="Places with a major fire hazard that is still open or was put right.",
    group="risk",
    geometry="point",
    fields=(
        *PLACE_FIELDS,
        Field(
            "state",
            Text("整改状态", "state"),
            "Open or put right.",
            sensitivity=Sensitivity.INTERNAL,
            choices={"open": Text("未整改", "open"), "fixed": Text("已整改", "put right")},
            in_tip=True,
        ),
    ),
    style=Style(
        fill="#d1491b",
        fill_opacity=1.0,
        stroke="#ffffff",
        weight=1,
        symbol="flame",
        size=7,
        label_priority=55,
        label_from_zoom=15,
        order=52,
    ),
    sensitivity=Sensitivity.INTERNAL,
    counts_as=Text("处", "hazards"),
)
