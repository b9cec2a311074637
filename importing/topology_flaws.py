"""Every kind of flaw that borders can have: how serious it is, what it is called, and what to do about it."""

from dataclasses import dataclass

from importing.import_report import Severity
from layers.definition.text import Text

WHOLE_SHARE = 0.99  # an area is inside another when that much of it is


@dataclass(frozen=True)
class Flaw:
    """`what` has the blanks layer, n, who (the first), size, at (of the first) and total; areas in square metres."""

    severity: Severity
    what: Text
    what_next: Text | None = None


DRAW = Text("请补画或删除这些行后重新导入。", "Draw or delete them, then import again.")
REPAIR = Text("可选择修补：共用边界一起移动，不超过允许值。", "Let them be mended: shared borders move together, within the tolerance.")
AT_SOURCE = Text("请在原文件中更正后重新导入。", "Correct them in the source, then import again.")
LOOK = Text("请在地图上核对；确属如此可接受。", "Look at them on the map; accept them if they are meant.")

FLAWS: dict[str, Flaw] = {
    "no_geometry": Flaw(
        "error", Text("{layer}：{n} 行没有图形（首行：{who}）。", "{layer}: {n} rows have no geometry (first: {who})."), DRAW
    ),
    "not_an_area": Flaw(
        "error",
        Text(
            "{layer}：{n} 行不是面，而是线或点（首行：{who}{at}）。", "{layer}: {n} rows are lines or points, not areas (first: {who}{at})."
        ),
        DRAW,
    ),
    "not_a_number": Flaw(
        "error",
        Text(
            "{layer}：{n} 行的坐标无效或无法投影（首行：{who}）。", "{layer}: {n} rows have coordinates that are no numbers (first: {who})."
        ),
        AT_SOURCE,
    ),
    "invalid_ring": Flaw(
        "error",
        Text("{layer}：{n} 个面的边界线有误（首个：{who}{at}）。", "{layer}: {n} areas have a broken ring (first: {who}{at})."),
        REPAIR,
    ),
    "sliver": Flaw(
        "warning",
        Text("{layer}：{n} 处面过于狭长（首个：{who}{size}{at}）。", "{layer}: {n} areas or parts are slivers (first: {who}{size}{at})."),
        LOOK,
    ),
    "multi_part": Flaw(
        "warning",
        Text(
            "{layer}：{n} 个面由多个部分组成（首个：{who}，最小部分{size}{at}）。",
            "{layer}: {n} areas have several parts (first: {who}, its smallest part{size}{at}).",
        ),
        LOOK,
    ),
    "duplicate_shape": Flaw(
        "error",
        Text("{layer}：{n} 对面的形状完全相同（首对：{who}{at}）。", "{layer}: {n} pairs have the same shape (first: {who}{at})."),
        AT_SOURCE,
    ),
    "inside_another": Flaw(
        "error",
        Text(
            "{layer}：{n} 个面位于另一个面之内（首个：{who}{size}{at}）。",
            "{layer}: {n} areas lie inside another (first: {who}{size}{at}).",
        ),
        AT_SOURCE,
    ),
    "overlap": Flaw(
        "error",
        Text(
            "{layer}：{n} 对面重叠，共 {total}（最大：{who}{size}{at}）。",
            "{layer}: {n} pairs overlap, {total} together (largest: {who}{size}{at}).",
        ),
        REPAIR,
    ),
    "unmatched": Flaw(
        "error",
        Text(
            "{layer}：{n} 个面与相邻面的边界点不一致（首个：{who}{at}）。",
            "{layer}: {n} areas do not meet a neighbour vertex to vertex (first: {who}{at}).",
        ),
        REPAIR,
    ),
    "gap": Flaw(
        "error",
        Text(
            "{layer}：{n} 处缝隙，共 {total}（最大：{who}{size}{at}）。", "{layer}: {n} gaps, {total} together (largest: {who}{size}{at})."
        ),
        REPAIR,
    ),
    "wide_gap": Flaw(
        "warning",
        Text(
            "{layer}：{n} 处缝隙过宽，无法自动修复，共 {total}（最大：{who}{size}{at}）。",
            "{layer}: {n} gaps are too wide for the repair, {total} together (largest: {who}{size}{at}).",
        ),
        LOOK,
    ),
    "hole": Flaw(
        "note",
        Text(
            "{layer}：{n} 处空洞宽于 20 米，予以保留，共 {total}（最大：{who}{size}{at}）。",
            "{layer}: {n} holes are wider than 20 m and stay, {total} together (largest: {who}{size}{at}).",
        ),
    ),
    "straddle": Flaw(
        "error",
        Text(
            "{layer}：{n} 处跨越社区、村边界（最大：{who}{size}{at}）。",
            "{layer}: {n} reach into another unit (largest: {who}{size}{at}).",
        ),
        Text("请沿边界拆分网格，或更正其所属单位编码。", "Split the cell at the border, or correct its unit code."),
    ),
    "outside_units": Flaw(
        "error",
        Text(
            "{layer}：{n} 个位于所有社区、村之外（最大：{who}{size}{at}）。",
            "{layer}: {n} lie outside all units (largest: {who}{size}{at}).",
        ),
        AT_SOURCE,
    ),
    "unit_border": Flaw(
        "error",
        Text(
            "{layer}：{n} 处边界与社区、村边界略有出入，共 {total}（最大：{who}{size}{at}）。",
            "{layer}: {n} borders are a little off the units' borders, {total} together (largest: {who}{size}{at}).",
        ),
        REPAIR,
    ),
    "unit_border_rounded": Flaw(
        "note",
        Text(
            "{layer}：{n} 处边界与社区、村边界相差不足 2 厘米，属坐标舍入，共 {total}。",
            "{layer}: {n} borders are less than 2 cm off the units' borders, which is rounding, {total} together.",
        ),
    ),
    "town_edge_rounded": Flaw(
        "note",
        Text(
            "{layer}：{n} 处与辖区外缘相差不足 2 厘米，属坐标舍入，共 {total}。",
            "{layer}: {n} places are less than 2 cm off the edge of the units, which is rounding, {total} together.",
        ),
    ),
    "outside_town": Flaw(
        "warning",
        Text("{layer}：{n} 个超出辖区范围（最大：{who}{size}{at}）。", "{layer}: {n} reach out of the town (largest: {who}{size}{at})."),
        LOOK,
    ),
}
"""Kinds by key, as in `Finding.key`."""

FLAW_TITLES: dict[str, Text] = {
    "no_geometry": Text("没有图形", "no geometry"),
    "not_an_area": Text("不是面", "not an area"),
    "not_a_number": Text("坐标无效", "coordinates are no numbers"),
    "invalid_ring": Text("边界线有误", "broken ring"),
    "sliver": Text("狭长面", "sliver"),
    "multi_part": Text("多部分", "several parts"),
    "duplicate_shape": Text("图形重复", "same shape twice"),
    "inside_another": Text("在另一面之内", "inside another area"),
    "overlap": Text("重叠", "overlap"),
    "unmatched": Text("边界节点不一致", "border does not match"),
    "gap": Text("缝隙", "gap"),
    "wide_gap": Text("宽缝隙", "wide gap"),
    "hole": Text("空洞", "hole"),
    "straddle": Text("跨越社区、村界", "straddles units"),
    "outside_units": Text("在社区、村之外", "outside all units"),
    "unit_border": Text("与社区、村界略有出入", "a little off the unit's border"),
    "unit_border_rounded": Text("舍入误差", "rounding"),
    "town_edge_rounded": Text("舍入误差", "rounding"),
    "outside_town": Text("超出辖区", "outside the town"),
}
"""What a single flaw is called on the map, by kind."""

RING_REASONS: dict[str, Text] = {
    "Self-intersection": Text("边界自相交", "the ring crosses itself"),
    "Ring Self-intersection": Text("边界自接触", "the ring touches itself"),
    "Hole lies outside shell": Text("内环在外环之外", "a hole lies outside"),
    "Nested holes": Text("内环相互嵌套", "a hole lies in a hole"),
    "Nested shells": Text("外环相互嵌套", "a part lies in a part"),
    "Duplicate Rings": Text("边界重复", "a ring occurs twice"),
    "Interior is disconnected": Text("内部被分割", "holes cut it apart"),
    "Too few points in geometry component": Text("边界点太少", "a ring has too few points"),
    "Ring is not closed": Text("边界未闭合", "a ring is not closed"),
}
"""What GEOS says about invalid polygons, in words."""
