"""What a map layer is: one declaration that feeds import check, storage, web map, print, legend and permissions."""

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Literal

from layers.definition.text import Text

Geometry = Literal["polygon", "line", "point"]
Kept = Literal["features", "points", "computed"]
FieldType = Literal["text", "integer", "number", "time"]
Group = Literal["plan", "areas", "places", "risk", "incidents", "background"]

GROUPS: dict[Group, Text] = {
    "plan": Text("警务", "Policing"),
    "areas": Text("辖区", "Areas"),
    "places": Text("场所", "Places"),
    "risk": Text("风险隐患", "Risks"),
    "incidents": Text("警情", "Incidents"),
    "background": Text("底图要素", "Background"),
}


class Sensitivity(IntEnum):
    """Who may receive a field. A role states the highest level it may see; above it the field is dropped."""

    PUBLIC = 0
    """Could hang in the street: names of units and places."""
    INTERNAL = 1
    """For the station only: counts, workload, risk places."""
    STAFF = 2
    """Names and posts of staff."""
    INCIDENT = 3
    """Single incidents with place and time."""


@dataclass(frozen=True)
class Field:
    """One column of a layer: its name in files and tables, its wording, unit, and who may see it."""

    name: str
    title: Text
    about: str
    type: FieldType = "text"
    unit: Text | None = None
    sensitivity: Sensitivity = Sensitivity.PUBLIC
    required: bool = False
    choices: dict[str, Text] = field(default_factory=dict)
    in_tip: bool = False

    def shown(self, value: object) -> Text:
        """A value as people read it: a choice by its wording, a number with its unit, a fraction with two decimals."""
        if isinstance(value, str) and value in self.choices:
            return self.choices[value]
        if isinstance(value, int | float) and self.unit is not None:
            number = f"{value:,.2f}" if isinstance(value, float) else f"{value:,}"
            return Text(f"{number} {self.unit.zh}", f"{number} {self.unit.en}")
        return Text(str(value), str(value))


@dataclass(frozen=True)
class Style:
    """How a layer is drawn on screen and paper. Sizes are CSS pixels on screen and points on paper."""

    fill: str | None = None
    fill_opacity: float = 0.5
    stroke: str | None = None
    weight: float = 1.0
    dash: str | None = None
    symbol: str = "circle"
    """A key of `layers.drawing.symbols.SYMBOLS`: shape tells kinds apart where colour cannot."""
    size: float = 5.0
    label_priority: int | None = None
    """Lower is placed first; None is never labelled on the map."""
    label_from_zoom: int = 0
    order: int = 0
    """Higher is drawn later, on top."""


@dataclass(frozen=True)
class Layer:
    """One map layer. Its key is the name of its file; see `layers.LAYERS`."""

    title: Text
    about: str
    group: Group
    geometry: Geometry
    fields: tuple[Field, ...]
    style: Style
    kept: Kept = "features"
    """features: a GeoPackage feature table; points: columns lon and lat; computed: never stored."""
    on_at_start: bool = False
    sensitivity: Sensitivity = Sensitivity.PUBLIC
    """Roles below this level do not receive the layer at all."""
    counts_as: Text | None = None
    """The unit of its number of rows, e.g. 所 for schools."""

    def field(self, name: str) -> Field:
        """The field of that name; KeyError names the layer's fields."""
        for candidate in self.fields:
            if candidate.name == name:
                return candidate
        raise KeyError(f"{self.title.en} has no field {name!r}; it has {', '.join(f.name for f in self.fields)}")

    def fields_up_to(self, level: Sensitivity) -> tuple[Field, ...]:
        """The fields that a reader of this level may receive."""
        return tuple(f for f in self.fields if f.sensitivity <= level)
