"""Who covers what: the lead officer of each beat, drawn at the heart of the beat."""

from layers.definition.fields import CODE, NAME, NAME_EN
from layers.definition.layer import Field, Layer, Sensitivity, Style
from layers.definition.text import Text

LAYER = Layer(
    title=Text("民警责任区", "Officers"),
    about="Officers and the beats they lead in the chosen plan. Staff only; places and workload are planned, never persons.",
    group="plan",
    geometry="point",
    fields=(
        CODE,
        NAME,
        NAME_EN,
        Field("beats", Text("责任警务区", "beats led"), "Numbers of the beats the officer leads.", in_tip=True),
        Field("units", Text("负责社区/村", "units"), "Communities and villages the officer is assigned to.", in_tip=True),
    ),
    style=Style(fill="#12355b", fill_opacity=1.0, stroke="#ffffff", weight=1.2, symbol="shield", size=9, label_priority=15, order=60),
    kept="computed",
    on_at_start=True,
    sensitivity=Sensitivity.STAFF,
    counts_as=Text("名", "officers"),
)
