"""The read-me that goes with every file that leaves: what it is, from where, of when, how it may be used, in both languages."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from exporting.data_table import DataTable, System, clean
from layers.definition.layer import Field, Sensitivity
from layers.definition.text import Language, Text

CAUTION = Text(
    "警情反映的是报警与发现，不等于实际发案；仅用于规划地点与工作量，不用于评判个人。",
    "Reports measure reporting, not crime itself; they serve to plan places and workload, never to judge persons.",
)
ILLUSTRATIVE = Text("示意数据，仅供演示，不得当作真实情况使用。", "Illustrative data for demonstration; not to be taken for fact.")
INTERNAL = Text("内部使用，不得公开。", "For internal use; not for the public.")
LICENCE = Text("由数据来源方规定；未经许可不得转交。", "As the source states; not to be passed on without its leave.")
LEVELS: dict[Sensitivity, Text] = {
    Sensitivity.PUBLIC: Text("公开字段", "public fields"),
    Sensitivity.INTERNAL: Text("内部字段（数量、风险）", "internal fields (counts, risks)"),
    Sensitivity.STAFF: Text("含工作人员姓名", "with names of staff"),
    Sensitivity.INCIDENT: Text("含逐条警情", "with single incidents"),
}


@dataclass(frozen=True)
class About:
    """What is said of the data: whose, which plan, of when, from where, under which terms, for what, taken by whom on which day."""

    town: Text
    station: Text
    plan: Text
    as_of: str
    source: Text
    level: Sensitivity
    purpose: str = ""
    taken_by: str = ""
    day: str = ""
    second: str = ""
    """Who agreed, where a second person had to."""
    licence: Text = LICENCE
    illustrative: bool = False
    notes: tuple[Text, ...] = ()


def read_me(
    tables: Sequence[DataTable],
    about: About,
    system: System,
    headings: Language,
    notes: Sequence[Text] = (),
    sizes: Mapping[str, int] | None = None,
) -> bytes:
    """README.txt as UTF-8 with its mark and Windows line ends, Chinese first."""
    parts = [_part(tables, about, system, headings, [*about.notes, *notes], sizes or {}, language) for language in ("zh", "en")]
    return b"\xef\xbb\xbf" + ("\n\n" + "=" * 60 + "\n\n").join(parts).replace("\n", "\r\n").encode() + b"\r\n"


def _part(
    tables: Sequence[DataTable],
    about: About,
    system: System,
    headings: Language,
    notes: Sequence[Text],
    sizes: Mapping[str, int],
    language: str,
) -> str:
    def say(zh: str, en: str) -> str:
        return zh if language == "zh" else en

    def of(text: Text) -> str:
        return " ".join(clean(text.zh if language == "zh" else text.en).split())

    lines = [say(f"{of(about.town)} · 数据导出", f"{of(about.town)}: data export"), ""]
    if about.illustrative:
        lines += [f"*** {of(ILLUSTRATIVE)} ***", ""]
    if about.level > Sensitivity.PUBLIC:
        lines += [f"*** {of(INTERNAL)} ***", ""]
    facts = [
        (say("单位", "Station"), of(about.station)),
        (say("方案", "Plan"), of(about.plan)),
        (say("数据截至", "Data up to"), about.as_of),
        (say("来源", "Source"), of(about.source)),
        (say("使用许可", "Licence"), of(about.licence)),
        (say("字段范围", "Fields"), of(LEVELS[about.level])),
        (say("用途", "Purpose"), " ".join(clean(about.purpose).split())),
        (say("取用人", "Taken by"), about.taken_by),
        (say("同意人", "Agreed by"), about.second),
        (say("导出日期", "Exported on"), about.day),
        (say("坐标系", "Coordinate system"), of(system.title) + say("，x 向东、y 向北", "; x is east, y is north")),
        (say("表头语言", "Headings"), say("中文", "Chinese") if headings == "zh" else say("英文", "English")),
    ]
    lines += [f"{name}{say('：', ': ')}{value}" for name, value in facts if value]
    lines += ["", say("图层", "Layers")]
    lines += [f"  {t.key}  {of(t.title)}{say('：', ': ')}{len(t.rows):,} {say('个要素', 'features')}" for t in tables]
    if notes:
        lines += ["", say("说明", "Notes"), *(f"  - {of(note)}" for note in notes)]
    if about.level >= Sensitivity.INTERNAL:
        lines += ["", of(CAUTION)]
    lines += ["", say("字段", "Fields")]
    for table in tables:
        lines += [f"  {table.key}", *(f"    {_field(f, language)}" for f in table.fields)]
    if sizes:
        lines += ["", say("文件（字节）", "Files (bytes)"), *(f"  {name}  {size:,}" for name, size in sizes.items())]
    return "\n".join(lines)


def _field(declared: Field, language: str) -> str:
    unit = declared.unit
    title = declared.title.zh if language == "zh" else declared.title.en
    shown = f" ({unit.zh if language == 'zh' else unit.en})" if unit else ""
    choices = "; ".join(f"{key} = {text.zh if language == 'zh' else text.en}" for key, text in declared.choices.items())
    return f"{declared.name}: {title}{shown}" + (f" [{choices}]" if choices else "")
