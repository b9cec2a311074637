"""An officer's area."""

import click

from actions import area_news, duties, my_area
from commands.command import caller_at, command, show
from layers import LAYERS
from layers.definition.text import Language, Text


@command
@click.argument("officer")
@click.option("--plan", help="Plan id.  [default: the plan in force]")
def area_of(workspace: str, lang: Language, as_json: bool, officer: str, plan: str | None) -> None:
    """The area of OFFICER (code or name): beats, units, neighbours, people, places, this month's incidents."""
    who = caller_at(workspace)
    area = my_area.area_of(who, officer, plan)
    if not area.cells:
        show(area.as_json(), as_json, _area_lines(area, lang))
        return
    found, (week, month), changed = duties.duty_list(who, area), area_news.periods(who, area), area_news.changes(who, area)
    values = area.as_json() | {"duties": found.as_json(), "news": area_news.as_json(week, month, changed)}
    show(values, as_json, [*_area_lines(area, lang), *_news_lines(found, week, changed, lang)])


def _news_lines(found: duties.DutyList, week: area_news.Period, changed: area_news.Changes, lang: Language) -> list[str]:
    kinds = ", ".join(f"{count.title.in_(lang)} {count.n}" for count in week.kinds)
    return [
        "  "
        + Text("近 7 天警情 {n} 起：{kinds}", "incidents of the last 7 days {n}: {kinds}").fill(n=week.n, kinds=kinds or "—").in_(lang),
        "  " + Text("到期勤务 {n} 项", "duties due: {n}").fill(n=len(found.now)).in_(lang),
        "  "
        + Text("较上一方案：划入 {a} 个网格，划出 {b} 个", "since the plan before: {a} cells gained, {b} lost")
        .fill(a=len(changed.gained), b=len(changed.lost))
        .in_(lang),
    ]


def _area_lines(area: my_area.Area, lang: Language) -> list[str]:
    def line(title: Text, values: list[str]) -> list[str]:
        return [f"  {title.in_(lang)}: {('、' if lang == 'zh' else ', ').join(values)}"] if values else []

    mark = [Text("示意数据，仅供演示", "Illustrative data, for demonstration only").in_(lang)] if area.illustrative else []
    head = f"{area.name.in_(lang)}  {area.plan.title.in_(lang)}"
    if not area.cells:
        return [head, "  " + Text("没有责任警务区，也没有负责的社区或村。", "Leads no beat and is assigned to no unit.").in_(lang), *mark]
    total = area.months[0]
    sums = Text("{d:,} 户，{p:,} 人，{a:.2f} 平方公里", "{d:,} dwellings, {p:,} persons, {a:.2f} km²")
    months = Text("警情 {b} 至 {c}：{n} 起；{d} 至 {e}：{m} 起", "incidents {b} to {c}: {n}; {d} to {e}: {m}")
    spans = {"b": area.this_month.first, "c": area.this_month.last, "d": area.last_month.first, "e": area.last_month.last}
    beats = [f"{beat.code} {beat.name if lang == 'zh' else beat.name_en}" for beat in area.beats]
    around = [
        f"{n.beat.code} {n.beat.name if lang == 'zh' else n.beat.name_en} ({n.lead.in_(lang) if n.lead else '—'})" for n in area.neighbours
    ]
    places = [f"{LAYERS[key].title.in_(lang)} {len(names):,}" for key, names in area.places.items()]
    return [
        head,
        *line(LAYERS["beats"].title, beats),
        *line(Text("社区/村", "units"), [name.in_(lang) for _, name in area.units]),
        "  " + sums.fill(d=area.dwellings, p=area.persons, a=area.area_km2).in_(lang),
        *line(Text("辅警", "auxiliaries"), [name.in_(lang) for name in area.team]),
        *line(Text("相邻警务区", "neighbours"), around),
        *line(Text("场所", "places"), places),
        "  " + months.fill(n=total.this_month, m=total.last_month, **spans).in_(lang),
        *mark,
    ]
