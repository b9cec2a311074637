"""What the step **check** says about tables: one table of its findings."""

from importing.finding_tally import Wording
from importing.import_report import Severity
from layers.definition.text import Text


def _said(severity: Severity, zh: str, en: str, next_zh: str = "", next_en: str = "") -> Wording:
    return Wording("check", severity, Text(zh, en), Text(next_zh, next_en) if next_en else None)


CHECK: dict[str, Wording] = {
    "required_empty": _said(
        "error",
        "{n} 行没有填写“{title}”（首个：第 {first} 行）。",
        "{n} rows have no {title} (first: row {first}).",
        "请补全后再导入。",
        "Fill it in, then import again.",
    ),
    "not_a_number": _said(
        "error",
        "{n} 行的“{title}”不是数字：{values}（首个：第 {first} 行）。",
        "In {n} rows {title} is no number: {values} (first: row {first}).",
        "请改成数字，或留空。",
        "Write a number, or leave it empty.",
    ),
    "not_whole": _said(
        "error",
        "{n} 行的“{title}”不是整数：{values}（首个：第 {first} 行）。",
        "In {n} rows {title} is no whole number: {values} (first: row {first}).",
        "请改成整数。",
        "Write a whole number.",
    ),
    "negative": _said(
        "error",
        "{n} 行的“{title}”小于零：{values}（首个：第 {first} 行）。",
        "In {n} rows {title} is below nought: {values} (first: row {first}).",
        "请改正。",
        "Put it right.",
    ),
    "code_lost_digits": _said(
        "error",
        "{n} 行的“{title}”已被表格软件改成科学计数或丢失末位（首个：第 {first} 行）。",
        "In {n} rows the spreadsheet has turned {title} into a rounded number (first: row {first}).",
        "请在原表中把该列设为“文本”，重新填写编码。",
        "Format the column as text in the original and enter the codes again.",
    ),
    "unknown_choice": _said(
        "error",
        "{n} 行的“{title}”不在可选值中：{values}（首个：第 {first} 行）。",
        "In {n} rows {title} is none of the known values: {values} (first: row {first}).",
        "可选值：{known}。请改正，或为这些写法指定对应的值。",
        "Known are {known}. Put them right, or say which value each wording means.",
    ),
    "not_a_time": _said(
        "error",
        "{n} 行的“{title}”不是可读的时间：{values}（首个：第 {first} 行）。",
        "In {n} rows {title} is no time that can be read: {values} (first: row {first}).",
        "请写成 2024-01-01 07:56。",
        "Write it as 2024-01-01 07:56.",
    ),
    "other_offset": _said(
        "error",
        "{n} 行的“{title}”带有不同于 {zone} 的时差：{values}（首个：第 {first} 行）。",
        "In {n} rows {title} carries an offset that is not that of {zone}: {values} (first: row {first}).",
        "时间从不自动换算；请在原系统中按当地时间导出。",
        "Times are never converted here; export them as local time.",
    ),
    "time_out_of_range": _said(
        "error",
        "{n} 行的“{title}”不在 1980 至 2100 年之间：{values}（首个：第 {first} 行）。",
        "In {n} rows {title} lies outside 1980 to 2100: {values} (first: row {first}).",
        "请改正，或留空。",
        "Put it right, or leave it empty.",
    ),
    "time_without_clock": _said(
        "warning",
        "{n} 行的“{title}”只有日期，按零点记录（首个：第 {first} 行）。",
        "In {n} rows {title} is a day without a time and is kept as midnight (first: row {first}).",
        "按时段的分析会受影响；最好补上时间，或填写最晚时间。",
        "Analyses by hour will suffer; better add the time, or a latest time.",
    ),
    "excel_serial": _said(
        "note",
        "{n} 行的“{title}”是 Excel 日期序号，已换成日期（首个：第 {first} 行）。",
        "In {n} rows {title} was an Excel day number and became a time (first: row {first}).",
    ),
    "span_backwards": _said(
        "error",
        "{n} 行的最晚时间早于发生时间（首个：第 {first} 行）。",
        "In {n} rows the latest time lies before the time (first: row {first}).",
        "请改正两个时间。",
        "Put the two times right.",
    ),
    "span_long": _said(
        "warning",
        "{n} 行的时间跨度超过 7 天（首个：第 {first} 行）。",
        "In {n} rows the span is longer than 7 days (first: row {first}).",
        "这些行对时段分析几乎没有用处；请核对。",
        "They tell next to nothing about the hour; check them.",
    ),
    "duplicate_key": _said(
        "error",
        "{n} 行的“{title}”与前面的行相同，内容却不同：{values}（首个：第 {first} 行）。",
        "{n} rows have the {title} of an earlier row but differ from it: {values} (first: row {first}).",
        "编码必须唯一；请改正或删去多余的行。",
        "A code stands for one row; put it right, or delete what is too much.",
    ),
    "exact_duplicate": _said(
        "warning",
        "{n} 行与前面的行完全相同，只导入一次（首个：第 {first} 行）。",
        "{n} rows equal an earlier row in everything: taken once (first: row {first}).",
        "请确认文件没有重复拼接。",
        "Check that the file was not joined with itself.",
    ),
    "same_but_code": _said(
        "note",
        "{n} 行除编码外与前面的行相同，视为不同的事，全部保留（首个：第 {first} 行）。",
        "{n} rows equal an earlier row but for the code: taken as separate and kept (first: row {first}).",
        "若是重复登记，请在文件中删去。",
        "If they were entered twice, delete them in the file.",
    ),
    "unknown_unit": _said(
        "error",
        "{n} 行的“{title}”不是本镇的社区或村：{values}（首个：第 {first} 行）。",
        "In {n} rows {title} is no unit of the town: {values} (first: row {first}).",
        "请填写 12 位代码或完整名称，或先导入社区和村。",
        "Give the 12-digit code or the full name, or import the units first.",
    ),
    "unknown_officer": _said(
        "error",
        "{n} 行的“{title}”不在人员表中，或姓名不唯一（首个：第 {first} 行）。",
        "In {n} rows {title} is not among the staff, or the name is not unique (first: row {first}).",
        "请填写人员编号，或先导入人员。",
        "Give the code, or import the staff first.",
    ),
    "unknown_cell": _said(
        "error",
        "{n} 行的“{title}”不是现有网格：{values}（首个：第 {first} 行）。",
        "In {n} rows {title} is no cell of the town: {values} (first: row {first}).",
        "请核对网格编码，或先导入网格。",
        "Check the codes, or import the cells first.",
    ),
    "unknown_beat": _said(
        "error",
        "{n} 行的“{title}”不是已知警务区：{values}（首个：第 {first} 行）。",
        "In {n} rows {title} is no known beat: {values} (first: row {first}).",
        "请核对编号，或先导入警务区。",
        "Check the numbers, or import the beats first.",
    ),
    "unit_from_place": _said(
        "note",
        "{n} 行没有“{title}”，按所在位置填入（首个：第 {first} 行）。",
        "{n} rows had no {title}; it was taken from the place (first: row {first}).",
    ),
    "unit_elsewhere": _said(
        "warning",
        "{n} 行的位置不在所填的“{title}”内（首个：第 {first} 行）。",
        "{n} rows do not lie in the {title} named there (first: row {first}).",
        "请在地图上核对位置和归属。",
        "Check place and unit on the map.",
    ),
    "no_place": _said(
        "error",
        "{n} 行没有位置（首个：第 {first} 行）。",
        "{n} rows have no place (first: row {first}).",
        "请补上图形或坐标，或删去这些行。",
        "Draw them, give coordinates, or delete them.",
    ),
    "left_out_without_place": _said(
        "warning",
        "{n} 行没有坐标，不导入（首个：第 {first} 行）。",
        "{n} rows have no coordinates: left out (first: row {first}).",
        "补上坐标后可再次导入；不补则统计中缺少它们。",
        "Give them coordinates and import again; otherwise all counts lack them.",
    ),
    "wrong_geometry": _said(
        "error",
        "{n} 行的图形不是{wanted}：{values}（首个：第 {first} 行）。",
        "{n} rows have shapes that are no {wanted}: {values} (first: row {first}).",
        "请只选取{wanted}，分开导入。",
        "Import only {wanted}, the others apart.",
    ),
    "stacked": _said(
        "note",
        "{n} 行与别的行坐标完全相同，占 {share:.1%}；最多的地点：{top}。",
        "{n} rows share their exact coordinates with others, {share:.1%} of all; most at {top}.",
    ),
    "default_point": _said(
        "warning",
        "{n} 行落在同一个坐标上，占 {share:.1%}（{top}），可能是地址解析的默认点。",
        "{n} rows stand on one point, {share:.1%} of all ({top}): perhaps where a geocoder puts what it can't find.",
        "这样的点会盖过其他一切；若是默认点，请选择这些行不导入。",
        "Such a point hides everything else; if it is a default, leave these rows out.",
    ),
    "default_point_left": _said(
        "note",
        "{n} 行落在您指定的默认点上，视为没有坐标。",
        "{n} rows stand on the default point that you named: taken as having no coordinates.",
    ),
    "protected_counted": _said(
        "note",
        "{n} 行属于{groups}，不作为点保存，只按社区/村计数。",
        "{n} rows are {groups}: not kept as points but counted by unit.",
    ),
}
