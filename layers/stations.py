"""Police stations: the station of the town and those that cooperate with it."""

from layers.definition.fields import PLACE_FIELDS
from layers.definition.layer import Field, Layer, Style
from layers.definition.text import Text

LAYER = Layer(
    title=Text("派出所", "Stations"),
    about="The town's own police station and the neighbouring stations that cooperate with it.",
    group="plan",
    geometry="point",
    fields=(
        *PLACE_FIELDS,
        Field(
            "role",
            Text("角色", "role"),
            "The town's own station, or one that cooperates.",
            choices={"own": Text("本所", "own station"), "cooperating": Text("协作所", "cooperating station")},
            required=True,
            in_tip=True,
        ),
    ),
    style=Style(fill="#0a2a66", fill_opacity=1.0, stroke="#ffffff", weight=1.4, symbol="star", size=10, label_priority=5, order=61),
    on_at_start=True,
    counts_as=Text("个", "stations"),
)
