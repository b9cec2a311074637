"""Risk places that the station watches: places, never persons."""

from layers.definition.fields import PLACE_FIELDS, count
from layers.definition.layer import Field, Layer, Sensitivity, Style
from layers.definition.text import Text

LAYER = Layer(
    title=Text("风险点位", "Risk places"),
    about="Places that need regular patrols and inspections, with what was done there this year.",
    group="risk",
    geometry="point",
    fields=(
        *PLACE_FIELDS,
        Field(
            "kind",
            Text("类型", "kind"),
            "What kind of place it is.",
            sensitivity=Sensitivity.INTERNAL,
            choices={
                "nightlife": Text("夜间经营", "nightlife"),
                "vacant_buildings": Text("空置房屋", "vacant buildings"),
                "old_lanes": Text("老街巷", "old lanes"),
                "quarry": Text("采石厂", "quarry"),
                "road": Text("道路", "road"),
                "school": Text("校园周边", "school surroundings"),
            },
            in_tip=True,
        ),
        Field(
            "note", Text("说明", "note"), "What to look out for, in English as the source list has it.", sensitivity=Sensitivity.INTERNAL
        ),
        count("inspections", Text("联合检查", "inspections"), "Joint inspections this year.", Text("次", "times")),
        count("notices", Text("整改通知书", "notices"), "Notices to put right, this year.", Text("份", "notices")),
        count("patrols", Text("专项巡逻", "patrols"), "Special patrols this year.", Text("次", "times")),
    ),
    style=Style(
        fill="#a61c1c",
        fill_opacity=1.0,
        stroke="#ffffff",
        weight=1.2,
        symbol="warning",
        size=8.5,
        label_priority=35,
        label_from_zoom=13,
        order=55,
    ),
    on_at_start=True,
    sensitivity=Sensitivity.INTERNAL,
    counts_as=Text("处", "places"),
)
