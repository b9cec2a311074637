"""An officer's area."""

import click

from actions import my_area
from commands.command import caller_at, command, show
from layers import LAYERS
from layers.definition.text import Language, Text


@command
@click.argument("officer")
@click.option("--plan", help="Plan id.  [default: the plan in force]")
def area_of(workspace: str, lang: Language, as_json: bool, officer: str, plan: str | None) -> None:
    """The area of OFFICER (code or name): beats, units, neighbours, people, places, this month's incidents."""
    area = my_area.area_of(caller_at(workspace), officer, plan)
    show(area.as_json(), as_json, _area_lines(area, lang))


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
