"""Incidents (警情): time, kind, how they became known, and a point. No persons, no narrative."""

from layers.definition.fields import CODE
from layers.definition.layer import Field, Layer, Sensitivity, Style
from layers.definition.text import Text

CATEGORIES = {
    "burglary": Text("入户盗窃", "burglary"),
    "theft": Text("盗窃", "theft"),
    "fraud": Text("诈骗", "fraud"),
    "injury": Text("故意伤害", "injury"),
    "fight": Text("殴打他人", "fight"),
    "petty_theft": Text("小额盗窃", "petty theft"),
    "gambling": Text("赌博", "gambling"),
    "disorder": Text("扰乱秩序", "disorder"),
    "dispute": Text("纠纷", "dispute"),
    "noise": Text("噪声扰民", "noise"),
    "traffic": Text("交通警情", "traffic"),
    "help": Text("群众求助", "call for help"),
    "other": Text("其他", "other"),
}
CLASSES = {
    "criminal": Text("刑事", "criminal"),
    "administrative": Text("行政", "administrative"),
    "other": Text("其他", "other"),
}
CLASS_OF = {
    "burglary": "criminal",
    "theft": "criminal",
    "fraud": "criminal",
    "injury": "criminal",
    "fight": "administrative",
    "petty_theft": "administrative",
    "gambling": "administrative",
    "disorder": "administrative",
}
"""Which categories are criminal or administrative cases; all others are 'other'."""

LAYER = Layer(
    title=Text("警情点", "Incidents"),
    about="Single incidents with time, category, source and point. Reports measure reporting: places that report more show more.",
    group="incidents",
    geometry="point",
    fields=(
        CODE,
        Field(
            "occurred_at",
            Text("发生时间", "time"),
            "Local wall clock of the town's time zone, never converted; YYYY-MM-DDTHH:MM.",
            "time",
            sensitivity=Sensitivity.INCIDENT,
            required=True,
            in_tip=True,
        ),
        Field(
            "occurred_until",
            Text("最晚时间", "latest time"),
            "End of the span when the exact time is not known; empty otherwise.",
            "time",
            sensitivity=Sensitivity.INCIDENT,
        ),
        Field(
            "category",
            Text("类别", "category"),
            "Kind of incident.",
            sensitivity=Sensitivity.INCIDENT,
            required=True,
            choices=CATEGORIES,
            in_tip=True,
        ),
        Field(
            "source",
            Text("来源", "source"),
            "Reported by people, or found by the police; the two are never mixed in silence.",
            sensitivity=Sensitivity.INCIDENT,
            required=True,
            choices={"reported": Text("群众报警", "reported"), "found": Text("主动发现", "found by police")},
            in_tip=True,
        ),
    ),
    style=Style(fill="#333333", fill_opacity=0.55, stroke=None, symbol="circle", size=2.2, order=41),
    kept="points",
    sensitivity=Sensitivity.INCIDENT,
    counts_as=Text("起", "incidents"),
)
