"""Regulated venues and key units (治安管理行业场所及重点单位)."""

from layers.definition.fields import PLACE_FIELDS, WORKERS
from layers.definition.layer import Field, Layer, Style
from layers.definition.text import Text

LAYER = Layer(
    title=Text("行业场所及重点单位", "Regulated venues"),
    about="Hotels, entertainment, internet cafes, scrap dealers and key units under public-order regulation.",
    group="places",
    geometry="point",
    fields=(
        *PLACE_FIELDS,
        Field(
            "category",
            Text("类别", "category"),
            "Kind of venue.",
            choices={
                "hotel": Text("旅馆", "hotel"),
                "entertainment": Text("娱乐场所", "entertainment"),
                "internet_cafe": Text("网吧", "internet cafe"),
                "pawn_scrap": Text("典当废旧", "pawn and scrap"),
                "courier": Text("寄递物流", "courier"),
                "key_unit": Text("重点单位", "key unit"),
            },
            in_tip=True,
        ),
        WORKERS,
    ),
    style=Style(
        fill="#b5477d",
        fill_opacity=1.0,
        stroke="#ffffff",
        weight=0.8,
        symbol="diamond",
        size=5,
        label_priority=70,
        label_from_zoom=16,
        order=45,
    ),
    counts_as=Text("家", "venues"),
)
