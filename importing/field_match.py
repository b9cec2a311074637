"""Step **match**: which column becomes which field. Suggested by name in both languages, one to one; the person's word wins."""

import difflib
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.optimize import linear_sum_assignment

from importing.import_report import Finding, ImportReport, Severity
from importing.kinds import Kind
from importing.made_codes import may_be_made
from layers.definition.layer import Field, Layer
from layers.definition.refusal import Refusal
from layers.definition.text import Text

PLACE_TARGETS = ("lon", "lat", "lonlat")
"""What a column can be mapped to besides fields: the step place takes these."""
LEAVE = ("", "-")
"""Mapped to these, a column is left out."""
LEAST_CONFIDENCE = 0.6
DOUBTFUL_BELOW = 0.8

CHOOSE_OR_GIVE = Text(
    "请在文件的列（{names}）中选一列，或为所有行填同一个值。",
    "Choose one of the file's columns ({names}), or give one value for all rows.",
)
NUMBER_OR_CHOOSE = Text(
    "请在文件的列（{names}）中选一列；文件没有编码时，可由程序编号。",
    "Choose one of the file's columns ({names}), or let the rows be numbered.",
)

SYNONYMS: dict[str, tuple[str, ...]] = {
    "code": ("编码", "代码", "编号", "代号", "统计代码", "区划代码", "统计用区划代码", "行政区划代码", "唯一编码", "警情编号", "接警编号",
             "接警单编号", "接警单号", "接处警编号", "警单编号", "案件编号", "案事件编号", "警号", "工号", "人员编号", "警务区编号",
             "code", "id", "no", "number", "xzqdm", "zldwdm", "qsdwdm", "djzqdm", "sqdm", "cdm", "cundm", "wgdm", "wgbm", "wgbh",
             "dm", "bm", "bh", "bsm", "objectid"),
    "name": ("名称", "名字", "全称", "地名", "姓名", "人员姓名", "name", "title", "xzqmc", "zldwmc", "qsdwmc", "djzqmc", "sqmc", "cmc",
             "cunmc", "cun_mc", "wgmc", "mc"),
    "name_en": ("英文名", "英文名称", "英文", "拼音", "english name", "name en", "english", "pinyin"),
    "unit_code": ("所属社区", "所属村", "所属社区村", "所在社区", "所在村", "所属单位", "所属单位代码", "社区", "行政村", "村", "村社区",
                  "村居", "社区代码", "村代码", "社区名称", "村名称", "村社区名称", "所属村居", "所属社村", "所属村社区", "所属辖区",
                  "所在村社区", "辖区社区", "unit", "unit code", "community", "village"),
    "occurred_at": ("发生时间", "案发时间", "发案时间", "报警时间", "接警时间", "警情时间", "最早时间", "发生时间起", "报警日期",
                    "接报时间", "接报警时间", "发案起始时间", "立案时间", "时间", "日期", "time", "date", "datetime", "occurred",
                    "from", "start"),
    "occurred_until": ("最晚时间", "截止时间", "发生时间止", "结束时间", "终止时间", "until", "end time", "end", "to"),
    "category": ("类别", "类型", "种类", "警情类别", "警情类型", "案件类别", "案由", "性质", "警情性质", "报警类别",
                 "报警类型", "警情小类", "警情大类", "案别", "行业", "category", "type", "kind"),
    "kind": ("类型", "类别", "种类", "人员类别", "岗位", "职务", "身份", "警种", "人员类型", "kind", "type", "category"),
    "source": ("来源", "警情来源", "报警来源", "警情来源方式", "发现方式", "来源方式", "报警方式", "接警方式", "报警形式", "发现途径",
               "source", "origin"),
    "dwellings": ("房屋", "户数", "总户数", "房屋数", "住户数", "住房", "dwellings", "households", "homes"),
    "persons": ("人口", "人口数", "人数", "总人口", "实有人口", "persons", "population", "people"),
    "organisations": ("单位", "单位数", "企事业单位", "organisations", "organizations"),
    "rented": ("租住房", "出租房", "出租屋", "租赁房", "rented"),
    "vacant": ("空置房", "空房", "空置", "vacant"),
    "owner_occupied": ("自住房", "自住", "owner occupied"),
    "floating_persons": ("流动人口", "流动人口数", "暂住人口", "floating", "floating population"),
    "workers": ("从业人员", "从业人数", "员工数", "职工人数", "workers", "staff", "employees"),
    "firms": ("企业", "企业数", "入园企业", "firms", "companies"),
    "level": ("学段", "学校类型", "类型", "类别", "办学层次", "level", "stage"),
    "state": ("整改状态", "状态", "整改情况", "state", "status"),
    "role": ("角色", "职责", "任务", "role", "duty"),
    "product": ("产业", "产品", "作物", "product", "crop"),
    "note": ("说明", "备注", "note", "remark", "remarks", "memo"),
    "road_class": ("等级", "道路等级", "class", "road class", "fclass", "highway"),
    "staff_code": ("人员编号", "警号", "工号", "人员", "姓名", "民警", "staff", "officer"),
    "target_kind": ("对象类型", "任务类型", "target kind"),
    "target_code": ("对象编码", "对象", "责任对象", "target", "target code"),
    "plan_id": ("方案", "方案编号", "plan", "plan id"),
    "valid_from": ("开始日期", "起始日期", "开始", "from", "start"),
    "valid_to": ("结束日期", "终止日期", "结束", "to", "end", "until"),
    "cell_code": ("网格编码", "网格代码", "网格编号", "网格", "cell", "cell code", "grid"),
    "beat": ("警务区编号", "警务区", "警格", "责任区", "beat"),
    "beat_name_en": ("警务区英文名称", "警务区英文名", "English beat name"),
    "beat_name": ("警务区名称", "警务区名", "责任区名称", "beat name"),
    "lead": ("责任民警", "警长", "社区民警", "负责民警", "lead", "lead officer", "officer"),
}  # fmt: skip
"""Further names of a field, most usual first; its own name and title are known without them. Letters such as xzqdm are the
initials by which land surveys name their columns (行政区代码)."""


@dataclass(frozen=True)
class ColumnMatch:
    """One column taken for one field, with the confidence (0 to 1) and the reason."""

    field: str
    column: str
    confidence: float
    reason: Text


def suggest_matches(columns: Iterable[str], layer: Layer | Kind, without: Collection[str] = ()) -> tuple[ColumnMatch, ...]:
    """The best one-to-one match of columns to the fields of a layer or kind, in the fields' order, by the sum of confidences.

    without: fields that are not to be matched. Exact names count 1, known other names 0.95, the same after the layer's
    title (学校名称) 0.9, names cut off by a Shapefile 0.85, names at the end of a longer one 0.75, similar spellings less.
    """
    names = [str(column) for column in columns]
    fields = [field for field in layer.fields if field.name not in without]
    if not names or not fields:
        return ()
    table = [[_confidence(name, field, layer.title) for field in fields] for name in names]
    scores = np.array([[confidence if confidence >= LEAST_CONFIDENCE else 0.0 for confidence, _ in row] for row in table])
    earlier = 1e-6 * np.arange(len(names))[:, None]  # of equal names the first column is taken
    rows, places = linear_sum_assignment(scores - earlier, maximize=True)
    taken = {place: row for row, place in zip(rows.tolist(), places.tolist(), strict=True) if scores[row, place] > 0}
    return tuple(ColumnMatch(fields[place].name, names[row], *table[row][place]) for place, row in sorted(taken.items()))


def suggest_columns(columns: Iterable[str], layer: Layer | Kind) -> dict[str, str]:
    """Field -> column as `suggest_matches` finds them."""
    return {match.field: match.column for match in suggest_matches(columns, layer)}


def matched(
    columns: Sequence[str],
    kind: Kind,
    chosen: Mapping[str, str] | None = None,
    *,
    taken: Collection[str] = (),
    given: Collection[str] = (),
) -> tuple[dict[str, str], ImportReport]:
    """Field -> column for a file's columns, and what to tell: doubtful matches, required fields without one, columns left.

    chosen: column -> field as the person maps them, '' or '-' to leave a column out; taken: columns that the step place
    used; given: fields that the person gives one value for all rows. Refused: unknown columns or fields, a field twice.
    """
    names = [str(column) for column in columns]
    chosen = dict(chosen or {})
    _check_choices(names, kind, chosen)
    sure = {field: column for column, field in chosen.items() if field not in (*PLACE_TARGETS, *LEAVE)}
    free = [name for name in names if name not in chosen and name not in taken]
    suggested = suggest_matches(free, kind, without=[*sure, *given])
    said = Text("您的指定", "your word")
    all_of = {match.field: match for match in suggested} | {field: ColumnMatch(field, column, 1.0, said) for field, column in sure.items()}
    matches = [all_of[field.name] for field in kind.fields if field.name in all_of]
    left = [name for name in names if name not in taken and name not in {match.column for match in matches}]
    missing = [field for field in kind.fields if field.required and field.name not in all_of and field.name not in given]
    report = ImportReport(
        tuple(_told(kind, matches, missing, left, names)),
        {
            "columns": {match.field: match.column for match in matches},
            "column_reasons": {match.field: {"confidence": round(match.confidence, 2), "reason": match.reason.en} for match in matches},
            "columns_left": left,
        },
    )
    return {match.field: match.column for match in matches}, report


def with_open_columns(report: ImportReport, asked: Collection[str]) -> ImportReport:
    """The report of a match after the check asked for the person's word on columns (`personal_columns`).

    Those that no field takes are told as open, no longer as left out.
    """
    opened = [column for column in report.choices.get("columns_left", ()) if column in set(asked)]
    if not opened:
        return report
    left = [column for column in report.choices["columns_left"] if column not in opened]
    kept = tuple(finding for finding in report.findings if finding.key != "columns_left")
    what = Text("{n} 列待您确认：{names}。", "{n} columns wait for your word: {names}.").fill(n=len(opened), names=", ".join(opened[:30]))
    told = (_finding("warning", "columns_open", what, None, count=len(opened)), *_left(left))
    return ImportReport((*kept, *told), {**report.choices, "columns_open": opened})


def plain_name(name: str) -> str:
    """A column's name as it is compared: full-width forms, case, blanks, marks and units in brackets do not count."""
    name = unicodedata.normalize("NFKC", name).casefold()
    name = re.sub(r"\([^)]*\)|\[[^\]]*\]|【[^】]*】", "", name)
    return re.sub(r"[\s_\-./:：*、，,#]+", "", name)


def _confidence(column: str, field: Field, title: Text) -> tuple[float, Text]:
    """How well a column's name speaks for a field, and why."""
    name = plain_name(column)
    own = {plain_name(word) for word in (field.name, field.title.zh, field.title.en)}
    known = [plain_name(word) for word in SYNONYMS.get(field.name, ())]
    if not name:
        return 0.0, Text("", "")
    if name in own:
        return 1.0, Text("名称相同", "the same name")
    if name in known:
        return 0.95 - 0.001 * known.index(name), Text("通用的另一名称", "a usual other name")
    for start in (plain_name(title.zh), plain_name(title.en), plain_name(title.en).removesuffix("s")):
        if name.startswith(start) and name.removeprefix(start) in own | set(known):
            return 0.9, Text("名称前带有“{title}”", "the name after '{title}'").fill(title=title)
    if len(name) >= 6 and any(word.startswith(name) for word in own):
        return 0.85, Text("名称被截断", "the name cut off")
    ends = [word for word in (*own, *known) if len(word) >= (2 if not word.isascii() else 4) and name.endswith(word)]
    if ends:
        return 0.75, Text("名称以“{word}”结尾", "the name ends in '{word}'").fill(word=max(ends, key=len))
    alike = max((difflib.SequenceMatcher(None, name, word).ratio() for word in own if len(word) >= 3), default=0.0)
    return (0.8 * alike if alike >= 0.8 else 0.0), Text("拼写相近", "a similar spelling")


def _check_choices(names: list[str], kind: Kind, chosen: Mapping[str, str]) -> None:
    for column, field in chosen.items():
        if column not in names:
            raise Refusal(
                Text("文件中没有列“{name}”。", "The file has no column {name}.").fill(name=column),
                Text("可选列：{names}。", "Its columns: {names}.").fill(names=", ".join(names[:30])),
            )
        if field not in (*PLACE_TARGETS, *LEAVE):
            kind.field(field)
    targets = [field for field in chosen.values() if field not in LEAVE]
    if twice := sorted({field for field in targets if targets.count(field) > 1}):
        raise Refusal(
            Text("字段 {names} 指定了不止一列。", "More than one column was chosen for {names}.").fill(names=", ".join(twice)),
            Text("每个字段只选一列。", "Choose one column for each field."),
        )


def _told(kind: Kind, matches: list[ColumnMatch], missing: list[Field], left: list[str], names: list[str]) -> Iterable[Finding]:
    for field in missing:
        yield _finding(
            "error",
            "required_field",
            Text("没有找到必填字段“{title}”的列。", "No column was found for the required field {title}.").fill(title=field.title),
            (NUMBER_OR_CHOOSE if may_be_made(kind) and field.name == kind.key_field else CHOOSE_OR_GIVE).fill(
                field=field.name, names=", ".join(names[:30])
            ),
        )
    doubtful = [match for match in matches if match.confidence < DOUBTFUL_BELOW]
    if doubtful:
        pairs = [(match.column, kind.field(match.field).title) for match in doubtful]
        yield _finding(
            "warning",
            "doubtful_match",
            Text(
                "{n} 列的对应关系不太确定："
                + "；".join(f"{column} → {title.zh}" for column, title in pairs).replace("{", "{{").replace("}", "}}"),
                "{n} columns are matched with doubt: "
                + "; ".join(f"{c} -> {t.en}" for c, t in pairs).replace("{", "{{").replace("}", "}}"),
            ).fill(n=len(doubtful)),
            Text("请核对，必要时另行指定。", "Check them, and choose others where they are wrong."),
            count=len(doubtful),
        )
    yield from _left(left)


def _left(left: Sequence[str]) -> Iterable[Finding]:
    if left:
        what = Text("{n} 列没有导入：{names}。", "{n} columns are not taken: {names}.")
        yield _finding("note", "columns_left", what.fill(n=len(left), names=", ".join(left[:30])), None, count=len(left))


def _finding(severity: Severity, key: str, what: Text, what_next: Text | None, **more: Any) -> Finding:
    return Finding("match", severity, key, what, what_next, **more)
