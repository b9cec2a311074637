"""Fields that several layers share, declared once."""

from layers.definition.layer import Field, Sensitivity
from layers.definition.text import Text

CODE = Field("code", Text("编码", "code"), "Unique key of the row; always text, never a number.", required=True)
NAME = Field("name", Text("名称", "name"), "Name in Chinese.", required=True, in_tip=True)
NAME_EN = Field("name_en", Text("英文名", "English name"), "Name in English or pinyin.")
UNIT_CODE = Field("unit_code", Text("所属社区/村", "unit"), "Code of the community or village it lies in.")
WORKERS = Field(
    "workers",
    Text("从业人员", "workers"),
    "Number of people who work there.",
    "integer",
    Text("人", "persons"),
    Sensitivity.INTERNAL,
    in_tip=True,
)

UNIT_FIELDS = (CODE, NAME, NAME_EN)
PLACE_FIELDS = (CODE, NAME, NAME_EN, UNIT_CODE)


def count(name: str, title: Text, about: str, unit: Text, in_tip: bool = False) -> Field:
    """A whole number for the station's own use, with its unit."""
    return Field(name, title, about, "integer", unit, Sensitivity.INTERNAL, in_tip=in_tip)
