"""The police beats (警务区) of the chosen plan: unions of grid cells, computed, never stored."""

from layers.definition.fields import CODE, NAME, NAME_EN, count
from layers.definition.layer import Field, Layer, Sensitivity, Style
from layers.definition.text import Text

LAYER = Layer(
    title=Text("警务区", "Beats"),
    about="Beats of the chosen plan, dissolved from its cells. Colour only separates neighbours; number and name identify.",
    group="plan",
    geometry="polygon",
    fields=(
        CODE,
        NAME,
        NAME_EN,
        Field("lead", Text("责任民警", "lead officer"), "Officer who answers for the beat.", sensitivity=Sensitivity.STAFF, in_tip=True),
        count("cells", Text("网格", "cells"), "Cells of the beat.", Text("个", "cells"), in_tip=True),
        count("dwellings", Text("房屋", "dwellings"), "Dwellings in the beat.", Text("户", "dwellings"), in_tip=True),
        count("persons", Text("人口", "persons"), "Registered persons in the beat.", Text("人", "persons"), in_tip=True),
        Field("area_km2", Text("面积", "area"), "Area in the town's metric system.", "number", Text("平方公里", "km²")),
    ),
    style=Style(fill_opacity=0.45, stroke="#1d2f4f", weight=2.6, label_priority=10, order=24),
    kept="computed",
    on_at_start=True,
    counts_as=Text("个", "beats"),
)
