"""What can be imported: every layer that is kept, and the tables of staff, assignments and plans."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from layers import LAYERS
from layers.definition.fields import CODE, NAME, NAME_EN, UNIT_CODE
from layers.definition.layer import Field, Geometry, Layer, Sensitivity
from layers.definition.refusal import Refusal
from layers.definition.text import Text

Reference = Literal["unit", "officer", "cell", "beat"]


@dataclass(frozen=True)
class Kind:
    """One kind of rows that a station may bring.

    kept: 'features' become geometries, 'points' the columns lon and lat, 'table' has no place, its times are days;
    key_field: no two rows may share its value; references: fields that name a row of another table;
    staff_fields: fields that may hold names of the station's own staff, and of nobody else.
    """

    key: str
    title: Text
    about: str
    fields: tuple[Field, ...]
    kept: Literal["features", "points", "table"]
    geometry: Geometry | None = None
    key_field: str | None = None
    references: Mapping[str, Reference] = field(default_factory=dict)
    staff_fields: tuple[str, ...] = ()

    @property
    def field_names(self) -> tuple[str, ...]:
        """Names of its fields, in order."""
        return tuple(each.name for each in self.fields)

    def field(self, name: str) -> Field:
        """The field of that name. Refused: a field that the kind does not have."""
        for each in self.fields:
            if each.name == name:
                return each
        raise Refusal(
            Text("{kind}没有字段“{name}”。", "{kind} has no field {name}.").fill(kind=self.title, name=name),
            Text("可用字段：{names}。", "It has: {names}.").fill(names=", ".join(self.field_names)),
        )


def _layer_kind(key: str, layer: Layer) -> Kind:
    names = {each.name for each in layer.fields}
    return Kind(
        key=key,
        title=layer.title,
        about=layer.about,
        fields=layer.fields,
        kept="points" if layer.kept == "points" else "features",
        geometry=layer.geometry,
        key_field="code" if "code" in names else None,
        references={"unit_code": "unit"} if UNIT_CODE.name in names else {},
    )


_STAFF_KINDS = {
    "officer": Text("民警", "officer"),
    "auxiliary": Text("辅警", "auxiliary"),
    "village_auxiliary": Text("村辅警", "village auxiliary"),
    "grid_worker": Text("网格员", "grid worker"),
}
_TARGETS = {
    "unit": Text("社区/村", "unit"),
    "beat": Text("警务区", "beat"),
    "cell": Text("网格", "cell"),
    "place": Text("场所", "place"),
    "team": Text("队组", "team"),
}
_ROLES = {
    "community_officer": Text("社区民警", "community officer"),
    "community_auxiliary": Text("社区辅警", "community auxiliary"),
    "village_auxiliary": Text("村辅警", "village auxiliary"),
    "vice_principal": Text("法治副校长", "vice-principal for law"),
    "school_safety": Text("护学岗", "school safety post"),
}

_TABLES = (
    Kind(
        key="staff",
        title=Text("人员", "Staff"),
        about="The station's own people: officers, auxiliaries, grid workers. Residents are never stored.",
        fields=(
            CODE,
            Field("name", Text("姓名", "name"), "Name of the member of staff.", sensitivity=Sensitivity.STAFF, required=True),
            NAME_EN,
            Field("kind", Text("人员类别", "kind of staff"), "Officer, auxiliary and so on.", required=True, choices=_STAFF_KINDS),
        ),
        kept="table",
        key_field="code",
        staff_fields=("name", "name_en"),
    ),
    Kind(
        key="assignments",
        title=Text("任务", "Assignments"),
        about="Who of the staff answers for which unit, beat, cell, place or team.",
        fields=(
            Field("staff_code", Text("人员编号", "staff code"), "Code or name of the member of staff.", required=True),
            Field("target_kind", Text("对象类型", "target kind"), "What the task is about.", required=True, choices=_TARGETS),
            Field("target_code", Text("对象编码", "target code"), "Code of the unit, beat, cell, place or team.", required=True),
            Field("role", Text("职责", "role"), "In which role.", required=True, choices=_ROLES),
            Field("plan_id", Text("方案", "plan"), "Only in this plan; empty for always."),
            Field("valid_from", Text("开始日期", "from"), "First day.", "time"),
            Field("valid_to", Text("结束日期", "to"), "Last day; empty while it lasts.", "time"),
        ),
        kept="table",
        references={"staff_code": "officer"},
        staff_fields=("staff_code",),
    ),
    Kind(
        key="plan_cells",
        title=Text("方案：网格归属", "Plan: cells of the beats"),
        about="Which cell belongs to which beat: the only truth about beats.",
        fields=(
            Field("cell_code", Text("网格编码", "cell code"), "Code of the cell.", required=True),
            Field("beat", Text("警务区编号", "beat"), "Number of the beat; empty for unassigned."),
            Field("beat_name", Text("警务区名称", "beat name"), "Name of the beat; the first one given counts."),
            Field("beat_name_en", Text("警务区英文名称", "English beat name"), "Its English name; the first one given counts."),
            Field("lead", Text("责任民警", "lead officer"), "Code or name of the officer.", sensitivity=Sensitivity.STAFF),
        ),
        kept="table",
        key_field="cell_code",
        references={"cell_code": "cell", "beat": "beat", "lead": "officer"},
        staff_fields=("lead",),
    ),
    Kind(
        key="beats",
        title=Text("方案：警务区边界", "Plan: outlines of beats"),
        about="Beats as areas from any boundary file; they are taken apart into cells and become a new draft.",
        fields=(
            CODE,
            Field("name", Text("名称", "name"), "Name of the beat."),
            NAME_EN,
            Field("lead", Text("责任民警", "lead officer"), "Code or name of the officer.", sensitivity=Sensitivity.STAFF),
        ),
        kept="features",
        geometry="polygon",
        key_field="code",
        references={"lead": "officer"},
        staff_fields=("lead",),
    ),
    Kind(
        key="plan_beats",
        title=Text("方案：警务区", "Plan: beats"),
        about="The beats of a plan with the officer who leads each.",
        fields=(
            Field("code", Text("警务区编号", "beat"), "Number of the beat.", required=True),
            NAME,
            NAME_EN,
            Field("lead", Text("责任民警", "lead officer"), "Code or name of the officer.", sensitivity=Sensitivity.STAFF),
        ),
        kept="table",
        key_field="code",
        references={"lead": "officer"},
        staff_fields=("lead",),
    ),
)
"""Their columns are those of `storage` and of `importing.town_folder.TABLES`, without the plan's id, which the import gives.

The cells of a plan may bring the names and leads of their beats along."""


def kinds_of(layers: Mapping[str, Layer]) -> dict[str, Kind]:
    """Every kind that can be imported, by key: the kept ones of these layers, then the tables."""
    kept = {key: _layer_kind(key, layer) for key, layer in layers.items() if layer.kept != "computed"}
    return kept | {kind.key: kind for kind in _TABLES}


KINDS: dict[str, Kind] = kinds_of(LAYERS)
"""All kinds of this installation."""


def kind_named(key: str) -> Kind:
    """The kind of that key. Refused: a key that is not one."""
    if key in KINDS:
        return KINDS[key]
    raise Refusal(
        Text("不能导入“{key}”。", "{key} can't be imported.").fill(key=key),
        Text("可导入：{names}。", "What can be: {names}.").fill(names=", ".join(KINDS)),
    )
