"""What the step **place** says: one table of its findings."""

from typing import Any

from importing.finding_tally import Wording
from importing.import_report import Finding, Severity
from layers.definition.text import Text


def _said(severity: Severity, zh: str, en: str, next_zh: str = "", next_en: str = "") -> Wording:
    return Wording("place", severity, Text(zh, en), Text(next_zh, next_en) if next_en else None)


PLACE: dict[str, Wording] = {
    "no_coordinates": _said(
        "error",
        "文件中没有坐标列（列：{names}）。",
        "The file has no columns of coordinates (columns: {names}).",
        "请指定经度和纬度列，或加上“经度”“纬度”两列。",
        "Choose the columns of longitude and latitude, or add columns called lon and lat.",
    ),
    "no_place_at_all": _said(
        "error",
        "没有一行有可用的坐标。",
        "No row has coordinates that can be used.",
        "请检查坐标列。",
        "Check the columns of coordinates.",
    ),
    "coordinate_unreadable": _said(
        "error",
        "{n} 行的坐标无法读取（首个：第 {first} 行）。",
        "{n} rows have coordinates that can't be read (first: row {first}).",
        "请写成十进制数，如 109.66 和 28.70，两个都要有。",
        "Write decimal numbers such as 109.66 and 28.70, both of them.",
    ),
    "coordinate_not_finite": _said(
        "error",
        "{n} 行的图形含有 NaN 或无穷大的坐标（首个：第 {first} 行）。",
        "{n} rows have shapes with coordinates that are NaN or infinite (first: row {first}).",
        "请修正这些图形。",
        "Put these shapes right.",
    ),
    "crs_unknown": _said(
        "error",
        "坐标（如 {sample}）按任何已知方式都不在城镇附近；文件声明：{declared}。",
        "The coordinates (such as {sample}) do not lie near the town in any known way; the file declares: {declared}.",
        "请指定坐标系，如 EPSG:4546。",
        "Say which coordinate system it is, such as EPSG:4546.",
    ),
    "crs_needs_word": _said(
        "error",
        "坐标（如 {sample}）可按多种坐标系读取：{several}……",
        "The coordinates (such as {sample}) can be read in several systems: {several} …",
        "请指定坐标系；向测绘单位询问中央经线。",
        "Say which it is; ask the surveyor for the central meridian.",
    ),
    "crs_as_asked": _said("note", "按您的指定用 {crs} 读取。", "Read as {crs}, as you said."),
    "crs_as_declared": _said("note", "按文件声明的 {crs} 读取。", "Read as {crs}, as the file declares."),
    "crs_degrees": _said("note", "文件没有声明坐标系；{why}。", "The file declares no coordinate system; {why}."),
    "crs_guessed": _said(
        "warning",
        "文件没有声明坐标系；按 {crs} 读取：{why}，{share:.0%} 落在城镇附近。",
        "The file declares no coordinate system; read as {crs}: {why}, and {share:.0%} lie near the town.",
        "请在地图上核对位置，或另行指定坐标系。",
        "Check the positions on the map, or say which system it is.",
    ),
    "crs_contradicted": _said(
        "warning",
        "文件声明的 {declared} 与数值不符；按 {crs} 读取：{why}，{share:.0%} 落在城镇附近。",
        "The file declares {declared}, which the numbers contradict; read as {crs}: {why}, and {share:.0%} lie near the town.",
        "请在地图上核对位置，或另行指定坐标系。",
        "Check the positions on the map, or say which system it is.",
    ),
    "axes_swapped": _said(
        "warning",
        "横纵坐标颠倒（先北后东，或先纬度后经度），已对调。",
        "The axes are swapped (north before east, or latitude before longitude); they were put in order.",
        "请在地图上核对位置。",
        "Check the positions on the map.",
    ),
    "rows_swapped": _said(
        "error",
        "{n} 行的经纬度颠倒，其余各行没有（首个：第 {first} 行）。",
        "{n} rows have latitude and longitude swapped, unlike the others (first: row {first}).",
        "请改正这些行。",
        "Put these rows right.",
    ),
    "not_in_china": _said(
        "error",
        "{n} 行的位置不在中国范围内（首个：第 {first} 行）。",
        "{n} rows lie outside China (first: row {first}).",
        "请改正这些行的坐标，或指定坐标系。",
        "Put their coordinates right, or say which system it is.",
    ),
    "far_from_town": _said(
        "error",
        "按 {crs} 读取时，{share:.0%} 的坐标离城镇 30 公里以上。",
        "Read as {crs}, {share:.0%} of the coordinates lie more than 30 km from the town.",
        "请指定坐标系，或检查是不是这个城镇的文件。",
        "Say which coordinate system it is, or check that it is this town's file.",
    ),
    "outside_town": _said(
        "warning",
        "{n} 行在城镇范围外，最远 {farthest_km:,.1f} 公里（第 {first} 行）。",
        "{n} rows lie outside the town, at most {farthest_km:,.1f} km off (row {first}).",
        "请在地图上查看；确属外围的可以接受。",
        "Look at them on the map; accept them if they belong outside.",
    ),
    "datum_old": _said(
        "warning",
        "{crs} 用的是旧基准（1954 北京或 1980 西安），换算到 CGCS2000 约有 100 米误差。",
        "{crs} is on an older datum (Beijing 1954 or Xian 1980); without local parameters it is about 100 m off in CGCS2000.",
        "最好请测绘单位提供 CGCS2000 坐标。",
        "Better ask the surveyor for CGCS2000 coordinates.",
    ),
    "datum_as_asked": _said("note", "按您的指定，坐标基准为 {datum}。", "The datum is {datum}, as you said."),
    "datum_wgs84": _said("note", "坐标基准判断为 {guess}（{sure}）：{why}", "The datum seems to be {guess} ({sure}): {why}"),
    "datum_surveyed": _said("note", "{crs} 是测绘坐标系，不需要偏移。", "{crs} is a surveyors' system; no shift is needed."),
    "datum_unknown": _said(
        "warning",
        "无法判断坐标基准，按 WGS-84 读取：{why}来自高德、腾讯或百度的坐标会偏差 0.6 至 1.1 公里。",
        "Nothing tells the datum; read as WGS-84. {why} Coordinates from AMap, Tencent or Baidu would be 0.6 to 1.1 km off.",
        "请在地图上核对；如来自这些地图，请选 GCJ-02 或 BD-09。",
        "Check on the map; if they come from those maps, choose GCJ-02 or BD-09.",
    ),
    "datum_first_points": _said(
        "warning",
        "辖区还没有可比对的同名地点，请说明坐标来自高德、腾讯（GCJ-02），百度（BD-09），还是 GPS、测绘（CGCS2000）；现按后者读取。{why}",
        "No place is known by name yet. Say whether these came from AMap or Tencent (GCJ-02), Baidu (BD-09), or GPS or a survey "
        "(CGCS2000); they are read as CGCS2000. {why}",
        "请在地图上比较后选定；选错会偏 0.6 至 1.1 公里。",
        "Compare on the map and choose; the wrong one puts them 0.6 to 1.1 km off.",
    ),
    "datum_needs_word": _said(
        "error",
        "坐标可能是 {guess}（{sure}）：{why}",
        "The coordinates may be in {guess} ({sure}): {why}",
        "请在地图上比较两种位置，再选定 WGS-84、GCJ-02 或 BD-09。",
        "Compare both positions on the map, then choose WGS-84, GCJ-02 or BD-09.",
    ),
    "datum_contradicted": _said(
        "warning",
        "您指定了 {datum}，但坐标更像 {guess}（{sure}）：{why}",
        "You said {datum}, but the coordinates look like {guess} ({sure}): {why}",
        "请在地图上核对。",
        "Check on the map.",
    ),
    "zone_chosen": _said("note", "城镇的米制坐标系选为 {crs}。", "The town's system in metres is {crs}."),
    "zone_border": _said(
        "note",
        "城镇跨越 3 度带边界（{west:.2f} 至 {east:.2f} 度），选用较合适的 {crs}；每公里长度误差最多 {cm:.0f} 厘米。",
        "The town crosses a zone border ({west:.2f} to {east:.2f} degrees); {crs} fits best, with lengths off by {cm:.0f} cm a km at most.",
    ),
}


def place_finding(key: str, severity: Severity | None = None, **words: Any) -> Finding:
    """A finding about the whole file."""
    wording = PLACE[key]
    return Finding(
        step="place",
        severity=severity or wording.severity,
        key=key,
        what=wording.what.fill(**words),
        what_next=wording.what_next.fill(**words) if wording.what_next else None,
    )
