"""Industrial parks (工业园、创新创业园)."""

from layers.definition.fields import PLACE_FIELDS, count
from layers.definition.layer import Layer, Style
from layers.definition.text import Text

LAYER = Layer(
    title=Text("工业园区", "Industrial parks"),
    about="Industrial parks as areas, with the number of firms.",
    group="places",
    geometry="polygon",
    fields=(
        *PLACE_FIELDS,
        count("firms", Text("企业", "firms"), "Firms in the park.", Text("家", "firms"), in_tip=True),
        count("disputes_settled", Text("化解纠纷", "disputes settled"), "Disputes settled in the park this year.", Text("起", "disputes")),
    ),
    style=Style(fill="#7b6f9c", fill_opacity=0.55, stroke="#3b2f63", weight=1.8, symbol="square", label_priority=30, order=30),
    on_at_start=True,
    counts_as=Text("个", "parks"),
)
