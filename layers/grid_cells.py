"""The neighbourhood grid cells (网格): parts of one unit, the building blocks of beats."""

from layers.definition.fields import CODE, NAME, NAME_EN, UNIT_CODE, count
from layers.definition.layer import Layer, Style
from layers.definition.text import Text

LAYER = Layer(
    title=Text("网格", "Grid cells"),
    about="Neighbourhood grid cells; code = unit code + 3 digits, numbered west to east and north to south. Counts only, no residents.",
    group="areas",
    geometry="polygon",
    fields=(
        CODE,
        NAME,
        NAME_EN,
        UNIT_CODE,
        count("dwellings", Text("房屋", "dwellings"), "Dwellings in the cell.", Text("户", "dwellings"), in_tip=True),
        count("persons", Text("人口", "persons"), "Registered persons in the cell.", Text("人", "persons"), in_tip=True),
        count("organisations", Text("单位", "organisations"), "Organisations in the cell.", Text("家", "organisations")),
        count("rented", Text("租住房", "rented homes"), "Rented homes found by a part survey.", Text("套", "homes")),
        count("vacant", Text("空置房", "vacant homes"), "Vacant homes found by a part survey.", Text("套", "homes")),
        count("owner_occupied", Text("自住房", "owner homes"), "Owner-occupied homes found by a part survey.", Text("套", "homes")),
        count("floating_persons", Text("流动人口", "floating people"), "Registered floating people.", Text("人", "persons")),
    ),
    style=Style(
        fill="#ffffff", fill_opacity=0.01, stroke="#8a8a8a", weight=0.6, dash="3 3", label_priority=60, label_from_zoom=14, order=22
    ),
    counts_as=Text("个", "cells"),
)
