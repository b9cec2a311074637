"""Incident density on the analysis grid, in incidents per km² and year."""

from layers.definition.layer import Field, Layer, Sensitivity, Style
from layers.definition.text import Text

LAYER = Layer(
    title=Text("警情密度", "Incident density"),
    about="Kernel density of the filtered incidents on one projected grid, radius in metres, edge-corrected inside the town.",
    group="incidents",
    geometry="polygon",
    fields=(
        Field(
            "density",
            Text("密度", "density"),
            "Incidents per square kilometre and year.",
            "number",
            Text("起/平方公里·年", "incidents per km² and year"),
            Sensitivity.INTERNAL,
            in_tip=True,
        ),
    ),
    style=Style(fill="#b30000", fill_opacity=0.5, order=26),
    kept="computed",
    on_at_start=True,
    sensitivity=Sensitivity.INTERNAL,
)
