"""Rivers and other water, for orientation."""

from layers.definition.fields import CODE, NAME, NAME_EN
from layers.definition.layer import Layer, Style
from layers.definition.text import Text

LAYER = Layer(
    title=Text("水系", "Water"),
    about="Rivers and lakes as areas. Rivers part neighbouring cells except at bridges.",
    group="background",
    geometry="polygon",
    fields=(CODE, NAME, NAME_EN),
    style=Style(fill="#a9cfe8", fill_opacity=1.0, stroke="#6da9cf", weight=0.6, label_priority=25, order=10),
    on_at_start=True,
    counts_as=Text("处", "waters"),
)
