"""The town a workspace is about: one row, the same for everybody."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any

from layers.definition.refusal import Refusal
from layers.definition.text import Text

_NEEDED = ("name", "code")


@dataclass(frozen=True)
class Town:
    """Names, codes and origin of a town's data. `metric_crs` is its system in metres, empty until the first boundaries choose it;
    `illustrative` marks invented data."""

    name: str
    name_en: str
    code: str
    county: str
    county_en: str
    metric_crs: str
    time_zone: str
    illustrative: bool
    as_of: str
    source_zh: str
    source_en: str
    station: str
    station_en: str

    @property
    def title(self) -> Text:
        """Its name; Chinese stands in where no English name was given."""
        return Text(self.name, self.name_en or self.name)

    @property
    def station_title(self) -> Text:
        """The name of its police station."""
        return Text(self.station, self.station_en or self.station)

    @property
    def source(self) -> Text:
        """Where its data come from."""
        return Text(self.source_zh, self.source_en or self.source_zh)

    def row(self) -> dict[str, Any]:
        """As a row of the table."""
        return asdict(self)


def town_of(values: Mapping[str, Any]) -> Town:
    """A town out of named values, `source` as zh and en or in two. What is not given is empty, what a town does not have is left aside.

    Refused: no name or code.
    """
    missing = [name for name in _NEEDED if not values.get(name)]
    if missing:
        raise Refusal(
            Text("城镇资料缺少：{missing}。", "The town lacks: {missing}.").fill(missing=", ".join(missing)),
            Text("请补全后再试。", "Fill it in, then try again."),
        )
    source = values.get("source")
    if isinstance(source, Mapping):
        values = {"source_zh": source.get("zh"), "source_en": source.get("en"), **values}
    texts = {field.name: str(values.get(field.name) or "") for field in fields(Town) if field.name != "illustrative"}
    return Town(**texts, illustrative=bool(values.get("illustrative")))
