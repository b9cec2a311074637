"""What a workspace keeps by name: its settings, and its workload profiles."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, Row, select

from layers.definition.refusal import Refusal
from layers.definition.text import Text
from storage import audit, revisions
from storage.schema import Schema

_NOTHING_SAID = Text("", "")
SETTINGS, PROFILES = "settings", "workload_profiles"


@dataclass(frozen=True)
class KeptProfile:
    """A workload profile as it is kept. `revision` counts its saves; 0 is a new one.

    `minutes_per_incident` by category, `minutes_week_per` by column of the cells (minutes a week for each of them),
    `factors` multiply by name, such as night or season. All 0 or more.
    """

    name: str
    name_en: str = ""
    about: Text = _NOTHING_SAID
    minutes_per_incident: Mapping[str, float] = field(default_factory=dict)
    minutes_week_per: Mapping[str, float] = field(default_factory=dict)
    factors: Mapping[str, float] = field(default_factory=dict)
    revision: int = 0
    who: str = ""
    at: str = ""

    def __post_init__(self) -> None:
        for name in _WEIGHTS:
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    @property
    def title(self) -> Text:
        """Name in both languages; Chinese stands in where no English name was given."""
        return Text(self.name, self.name_en or self.name)


_WEIGHTS = ("minutes_per_incident", "minutes_week_per", "factors")


def read_setting(connection: Connection, schema: Schema, key: str, default: Any) -> Any:
    """The value of a setting of this workspace, or the default where nobody set it."""
    table = schema.table(SETTINGS)
    value = connection.scalar(select(table.c.value).where(table.c.key == key))
    return default if value is None else json.loads(value)


def read_settings(connection: Connection, schema: Schema) -> dict[str, Any]:
    """All settings of this workspace by key."""
    table = schema.table(SETTINGS)
    return {key: json.loads(value) for key, value in connection.execute(select(table.c.key, table.c.value).order_by(table.c.key))}


def write_setting(connection: Connection, schema: Schema, key: str, value: Any, by: str, at: str, reason: str) -> None:
    """Set a setting in the caller's write transaction, with its audit line from old to new. Refused: what JSON can't hold; no key."""
    written = _json(Text("设置 {key}", "the setting {key}").fill(key=key), value)
    if not key.strip():
        raise _no_name()
    table = schema.table(SETTINGS)
    former = read_setting(connection, schema, key, None)
    row = {"value": written, "who": by, "at": at}
    if connection.execute(table.update().where(table.c.key == key).values(**row)).rowcount == 0:
        connection.execute(table.insert(), {"key": key, **row})
    audit.append(connection, schema, at, by, "set_setting", key, {"from": former, "to": value, "reason": reason})
    revisions.count_up(connection, schema, SETTINGS)


def read_profiles(connection: Connection, schema: Schema) -> tuple[KeptProfile, ...]:
    """All workload profiles in order of their names."""
    table = schema.table(PROFILES)
    return tuple(map(_profile, connection.execute(select(table).order_by(table.c.name))))


def write_profile(connection: Connection, schema: Schema, profile: KeptProfile, by: str, at: str, reason: str) -> KeptProfile:
    """Save a profile read at its revision (0: a new one) in the caller's write transaction; as saved.

    Refused: no name; a weight that is negative or no number; somebody saved it since; a new one under a name that is taken.
    """
    if not profile.name.strip():
        raise _no_name()
    _check_weights(profile)
    table = schema.table(PROFILES)
    weights = {name: dict(getattr(profile, name)) for name in _WEIGHTS}
    row = {
        "name": profile.name,
        "name_en": profile.name_en,
        "about": json.dumps(list(profile.about), ensure_ascii=False),
        "weights": _json(profile.title, weights),
        "revision": profile.revision + 1,
        "who": by,
        "at": at,
    }
    kept = connection.execute(select(table).where(table.c.name == profile.name)).one_or_none()
    if profile.revision != (0 if kept is None else kept.revision):
        raise _moved_on(profile, kept)
    if kept is None:
        connection.execute(table.insert(), row)
    else:
        connection.execute(table.update().where(table.c.name == profile.name, table.c.revision == profile.revision).values(**row))
    detail = {"revision": row["revision"], "name_en": profile.name_en, "about": list(profile.about), **weights, "reason": reason}
    audit.append(connection, schema, at, by, "save_workload_profile", profile.name, detail)
    revisions.count_up(connection, schema, PROFILES)
    return read_profile(connection, schema, profile.name)


def read_profile(connection: Connection, schema: Schema, name: str) -> KeptProfile:
    """The profile of that name. Refused: there is none."""
    table = schema.table(PROFILES)
    row = connection.execute(select(table).where(table.c.name == name)).one_or_none()
    if row is None:
        known = ", ".join(connection.scalars(select(table.c.name).order_by(table.c.name)))
        raise Refusal(
            Text("没有名为“{name}”的工作量权重。", "There is no workload profile '{name}'.").fill(name=name),
            Text("已有：{known}。", "There are: {known}.").fill(known=known or Text("无", "none")),
        )
    return _profile(row)


def _profile(row: Row[Any]) -> KeptProfile:
    return KeptProfile(
        row.name,
        row.name_en,
        Text(*json.loads(row.about)),
        **json.loads(row.weights),
        revision=row.revision,
        who=row.who,
        at=row.at,
    )


def _check_weights(profile: KeptProfile) -> None:
    wrong = [
        (key, value)
        for name in _WEIGHTS
        for key, value in getattr(profile, name).items()
        if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf")
    ]
    if wrong:
        raise Refusal(
            Text(
                "“{name}”有 {n} 个权重不是 0 或更大的数（首个：{key} = {value}）。",
                "{n} weights of '{name}' are not 0 or more (first: {key} = {value}).",
            ).fill(name=profile.title, n=len(wrong), key=wrong[0][0], value=wrong[0][1]),
            Text("请填写 0 或更大的数。", "Give numbers of 0 or more."),
        )


def _moved_on(profile: KeptProfile, kept: Row[Any] | None) -> Refusal:
    if kept is None:
        return Refusal(
            Text("没有名为“{name}”的工作量权重。", "There is no workload profile '{name}'.").fill(name=profile.title),
            Text("请作为新的保存。", "Save it as a new one."),
        )
    return Refusal(
        Text(
            "{by} 已于 {at} 保存“{name}”（第 {revision} 版）；您的修改未保存。",
            "{by} saved '{name}' at {at} (revision {revision}); yours was not saved.",
        ).fill(by=kept.who, at=kept.at, name=profile.title, revision=kept.revision),
        Text("请重新读取后再改，或换个名字。", "Read it again and repeat your change, or choose another name."),
    )


def _json(what: Text, value: Any) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise Refusal(
            Text("{what}的值无法保存：{error}。", "The value of {what} can't be kept: {error}.").fill(what=what, error=error),
            Text("请用文字、数字、是否或它们的列表。", "Use texts, numbers, true or false, or lists of them."),
        ) from error


def _no_name() -> Refusal:
    return Refusal(Text("没有名称。", "It has no name."), Text("请填写名称。", "Give it a name."))
