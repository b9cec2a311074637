"""The tables of a workspace, the same for the embedded file and for PostGIS: one per kept layer, and those beside them."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Double,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
    false,
)
from sqlalchemy.types import TypeEngine

from layers.definition.layer import FieldType, Layer
from layers.definition.refusal import Refusal
from layers.definition.text import Text as Wording
from storage.geometry_column import GeometryColumn

# GDAL ignores VARCHAR(n) and reads FLOAT as 32 bits: TEXT and DOUBLE it is. Times are local wall clock, which
# GeoPackage's DATETIME (always UTC) can't hold, so they are text.
COLUMN_TYPES: dict[FieldType, TypeEngine] = {
    "text": Text(),
    "integer": BigInteger().with_variant(Integer(), "sqlite"),
    "number": Double(),
    "time": Text(),
}
GEOMETRY_NAME = "geom"
POINT_COLUMNS = ("lon", "lat")
_OWN_COLUMNS = {"fid", GEOMETRY_NAME, *POINT_COLUMNS}
_TAKEN_BEGINNINGS = ("gpkg_", "sqlite_", "rtree_", "pg_")
_TAKEN_NAMES = {"spatial_ref_sys", "geometry_columns", "geography_columns"}  # PostGIS's own


@dataclass(frozen=True)
class Schema:
    """The tables, and the layers they were built for. `layers` holds the computed ones too, which have no table."""

    layers: Mapping[str, Layer]
    metadata: MetaData

    def table(self, name: str) -> Table:
        """A table beside the layers, such as plans or audit."""
        return self.metadata.tables[name]

    def layer_keys(self) -> tuple[str, ...]:
        """Keys of the layers that are kept."""
        return tuple(key for key, layer in self.layers.items() if layer.kept != "computed")

    def layer_table(self, key: str) -> Table:
        """The table of a kept layer. Refused: an unknown key, and a computed layer."""
        if key in self.layer_keys():
            return self.metadata.tables[key]
        kept = ", ".join(self.layer_keys())
        if key in self.layers:
            raise Refusal(
                Wording("图层“{key}”由计算得出，不存储。", "The layer '{key}' is computed, not kept.").fill(key=self.layers[key].title),
                Wording("存储的图层有：{kept}。", "The layers kept are: {kept}.").fill(kept=kept),
            )
        raise Refusal(
            Wording("没有名为“{key}”的图层。", "There is no layer '{key}'.").fill(key=key),
            Wording("存储的图层有：{kept}。", "The layers kept are: {kept}.").fill(kept=kept),
        )


def build_schema(layers: Mapping[str, Layer]) -> Schema:
    """The tables for these layers. Refused: a layer or field whose name the store needs for itself."""
    metadata = MetaData()
    _tables_beside(metadata)
    for key, layer in layers.items():
        if layer.kept != "computed":
            _check_names(metadata, key, layer)
            _layer_table(metadata, key, layer)
    return Schema(dict(layers), metadata)


def _layer_table(metadata: MetaData, key: str, layer: Layer) -> Table:
    fields = [
        Column(field.name, COLUMN_TYPES[field.type], nullable=not field.required, unique=True if field.name == "code" else None)
        for field in layer.fields
    ]
    if layer.kept == "points":
        return Table(
            key, metadata, _fid(), *fields, *(Column(name, Double, nullable=False) for name in POINT_COLUMNS), sqlite_autoincrement=True
        )
    table = Table(key, metadata, _fid(), *fields, Column(GEOMETRY_NAME, GeometryColumn()), sqlite_autoincrement=True)
    Index(f"{key}_geom", table.c[GEOMETRY_NAME], postgresql_using="gist").ddl_if(dialect="postgresql")
    return table


def _check_names(metadata: MetaData, key: str, layer: Layer) -> None:
    if key in metadata.tables or key in _TAKEN_NAMES or key.startswith(_TAKEN_BEGINNINGS):
        raise Refusal(
            Wording("图层文件不能叫“{key}”：存储已用此名。", "A layer can't be called '{key}': the store needs that name.").fill(key=key),
            Wording("请给该文件换个名字。", "Give its file another name."),
        )
    clashes = [field.name for field in layer.fields if field.name in _OWN_COLUMNS]
    if clashes:
        raise Refusal(
            Wording(
                "图层“{key}”的字段名已被存储占用：{names}。", "The layer '{key}' has fields that the store needs for itself: {names}."
            ).fill(key=key, names=", ".join(clashes)),
            Wording("请给字段换个名字。", "Give them other names."),
        )


def _fid() -> Column[int]:
    """GeoPackage's primary key; AUTOINCREMENT on its table, so that a fid is never used again."""
    return Column("fid", Integer, primary_key=True)


def _tables_beside(metadata: MetaData) -> None:
    _town_and_staff(metadata)
    _plans(metadata)
    _imports(metadata)
    _duties(metadata)
    _kept_by_name(metadata)
    _accounts(metadata)
    Table(
        "audit",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        *_texts("at", "who", "action", "subject", "detail", "result"),
        Column("plan_id", Text),
        Column("revision", Integer),
        *_texts("previous_hash", "hash"),
        UniqueConstraint("plan_id", "revision"),
    )
    Table(
        "workspace",
        metadata,
        Column("id", Text, primary_key=True),
        Column("schema_version", Integer, nullable=False),
        Column("created_at", Text, nullable=False),
    )
    # how often each layer or table was written: what caches ask before they read again
    Table("revisions", metadata, Column("subject", Text, primary_key=True), Column("revision", Integer, nullable=False))


def _town_and_staff(metadata: MetaData) -> None:
    Table(
        "town",
        metadata,
        _fid(),
        *_texts("name", "name_en", "code", "county", "county_en", "metric_crs", "time_zone"),
        Column("illustrative", Boolean, nullable=False),
        *_texts("as_of", "source_zh", "source_en", "station", "station_en"),
        sqlite_autoincrement=True,
    )
    Table(
        "staff",
        metadata,
        _fid(),
        Column("code", Text, nullable=False, unique=True),
        Column("name", Text, nullable=False),
        Column("name_en", Text),
        Column("kind", Text, nullable=False),
        sqlite_autoincrement=True,
    )
    Table(
        "assignments",
        metadata,
        _fid(),
        *_texts("staff_code", "target_kind", "target_code", "role"),
        Column("plan_id", Text),
        Column("valid_from", Text),
        Column("valid_to", Text),
        sqlite_autoincrement=True,
    )


def _plans(metadata: MetaData) -> None:
    plans = Table(
        "plans",
        metadata,
        Column("id", Text, primary_key=True),
        *_texts("name", "name_en", "status"),
        Column("revision", Integer, nullable=False),
        Column("parent_id", Text),
        *_texts("author", "reason", "created_at"),
        Column("effective_from", Text),
        Column("branch", Text, nullable=False, server_default=""),
        *(Column(name, Text) for name in ("profile", "submitted_by", "submitted_at", "approved_by", "approved_at", "ended_on")),
    )
    in_force = plans.c.status == "in_force"
    Index("plans_one_in_force", plans.c.status, unique=True, sqlite_where=in_force, postgresql_where=in_force)
    Table(
        "plan_beats",
        metadata,
        Column("plan_id", Text, ForeignKey("plans.id"), primary_key=True),
        Column("code", Text, primary_key=True),
        Column("position", Integer, nullable=False),
        *_texts("name", "name_en"),
        Column("lead", Text),
        Column("colour", Text),
        _flag("locked"),
    )
    Table(
        "plan_cells",
        metadata,
        Column("plan_id", Text, ForeignKey("plans.id"), primary_key=True),
        Column("cell_code", Text, primary_key=True),
        Column("beat", Text),
        _flag("locked"),
        ForeignKeyConstraint(["plan_id", "beat"], ["plan_beats.plan_id", "plan_beats.code"]),
    )


def _imports(metadata: MetaData) -> None:
    Table(
        "imports",
        metadata,
        Column("id", Text, primary_key=True),
        Column("audit_line", Integer, nullable=False, unique=True),
        *_texts("at", "who", "target", "file_name", "sha256", "mode"),
        Column("rows", Integer, nullable=False),
        *_texts("choices", "counts"),
        # how often the target had been written before and after: any other number now, and undoing would lose work
        Column("revision_before", Integer, nullable=False),
        Column("revision_after", Integer, nullable=False),
        # the rows that were added to a layer, both included
        Column("first_fid", Integer),
        Column("last_fid", Integer),
        Column("undone_at", Text),
        Column("undone_by", Text),
    )
    Table(
        "import_plans",
        metadata,
        Column("import_id", Text, ForeignKey("imports.id"), primary_key=True),
        Column("plan_id", Text, primary_key=True),
        Column("revision_before", Integer, nullable=False),
        Column("revision_after", Integer, nullable=False),
    )
    # layers that an import replaced beside its target; what was there before are the parts from first_part up to end_part
    Table(
        "import_also",
        metadata,
        Column("import_id", Text, ForeignKey("imports.id"), primary_key=True),
        Column("target", Text, primary_key=True),
        Column("first_part", Integer, nullable=False),
        Column("end_part", Integer, nullable=False),
        Column("revision_before", Integer, nullable=False),
        Column("revision_after", Integer, nullable=False),
    )
    # incidents that are counted and never kept as points; months of the whole file, not of a row, which could stand for one case
    Table(
        "protected_counts",
        metadata,
        Column("import_id", Text, ForeignKey("imports.id"), primary_key=True),
        Column("position", Integer, primary_key=True),
        Column("unit_code", Text),
        Column("category", Text, nullable=False),
        Column("first_month", Text),
        Column("last_month", Text),
        Column("incidents", Integer, nullable=False),
    )
    # the rows that an import replaced, in order, packed by storage.row_parts
    Table(
        "import_before",
        metadata,
        Column("import_id", Text, ForeignKey("imports.id"), primary_key=True),
        Column("part", Integer, primary_key=True),
        Column("packed", LargeBinary, nullable=False),
    )


def _duties(metadata: MetaData) -> None:
    # lines that are only ever added: `undoes` names the line that this one takes back. No column holds free text
    Table(
        "duty_records",
        metadata,
        Column("id", Integer, primary_key=True, autoincrement=False),
        *_texts("at", "staff_code", "kind", "target_kind", "target_code"),
        Column("count", Integer, nullable=False),
        Column("by", Text, nullable=False),
        Column("undoes", Integer, ForeignKey("duty_records.id"), unique=True),
    )


def _kept_by_name(metadata: MetaData) -> None:
    Table(
        "workload_profiles",
        metadata,
        Column("name", Text, primary_key=True),
        *_texts("name_en", "about", "weights"),
        Column("revision", Integer, nullable=False),
        *_texts("who", "at"),
    )
    Table("settings", metadata, Column("key", Text, primary_key=True), *_texts("value", "who", "at"))


def _accounts(metadata: MetaData) -> None:
    """Times of accounts are whole seconds of UTC since 1970: a change of the wall clock must not lengthen a session."""
    seconds = COLUMN_TYPES["integer"]
    Table(
        "users",
        metadata,
        Column("id", Text, primary_key=True),
        Column("name", Text, nullable=False, unique=True),
        Column("display_name", Text, nullable=False),
        *(Column(name, Text) for name in ("staff_code", "password_hash", "totp_secret")),
        _flag("must_change"),
        _flag("disabled"),
        Column("created_s", seconds, nullable=False),
        Column("created_by", Text, nullable=False),
    )
    Table(
        "user_roles",
        metadata,
        Column("user_id", Text, ForeignKey("users.id"), primary_key=True),
        Column("position", Integer, primary_key=True),
        *_texts("role", "scope_kind"),
        *(Column(name, Text) for name in ("scope_code", "valid_from", "valid_to")),
    )
    # the last hashes of each account, so that an old password is not taken again and its age is known
    Table(
        "former_passwords",
        metadata,
        Column("user_id", Text, ForeignKey("users.id"), primary_key=True),
        Column("position", Integer, primary_key=True),
        Column("hash", Text, nullable=False),
        Column("set_s", seconds, nullable=False),
    )
    # who signs in by the organisation's provider: known by issuer and subject alone, with the roles it gave last
    Table(
        "openid_links",
        metadata,
        Column("issuer", Text, primary_key=True),
        Column("subject", Text, primary_key=True),
        Column("user_id", Text, ForeignKey("users.id"), nullable=False, unique=True),
        Column("roles", Text, nullable=False),
    )
    sessions = Table(
        "sessions",
        metadata,
        Column("id", Text, primary_key=True),
        Column("user_id", Text, ForeignKey("users.id"), nullable=False),
        *(Column(name, seconds, nullable=False) for name in ("created_s", "last_seen_s", "expires_s")),
        *_texts("address", "agent"),
        Column("ended_s", seconds),
    )
    Index("sessions_of_user", sessions.c.user_id)
    attempts = Table(
        "login_attempts",
        metadata,
        Column("id", Integer, primary_key=True),
        *_texts("name", "address"),
        Column("at_s", seconds, nullable=False),
        Column("succeeded", Boolean, nullable=False),
    )
    Index("login_attempts_at", attempts.c.at_s)


def _flag(name: str) -> Column[bool]:
    return Column(name, Boolean, nullable=False, server_default=false())


def _texts(*names: str) -> list[Column[str]]:
    return [Column(name, Text, nullable=False) for name in names]
