"""The phone's page as HTML. Everything that a person typed or a file brought is escaped; the map is drawn from a few kilobytes."""

import json
from dataclasses import dataclass
from datetime import datetime
from html import escape
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from actions.area_news import Changes, Count, Moved, Period
from actions.duties import DUTY_KINDS, DueDuty, DutyList, SchoolDuty
from actions.my_area import Area
from layers import LAYERS
from layers.definition.refusal import Refusal
from layers.definition.text import Language, Text
from screens import wording
from screens.wording import my_area as words

HERE = Path(__file__).parent
SHOWN_DUE = 8
SHOWN_NAMES = 30
PARKS = ("police_rooms", "industrial_parks", "rural_parks", "venues", "shops", "fire_hazards")
NAV = (("map", words.MAP, "◎"), ("duties", words.DUTIES, "✓"), ("incidents", words.INCIDENTS, "▤"), ("places", words.PLACES, "⌂"))


@dataclass(frozen=True)
class AreaPage:
    """All that stands on the page. Without an area only the officer's name does."""

    area: Area
    duties: DutyList | None
    periods: tuple[Period, ...]
    changes: Changes | None
    sketch: dict[str, Any] | None
    lang: Language
    read_at: datetime
    said: str
    may_tick: bool
    others: dict[str, Text]
    """Officers whose areas the reader answers for today as well, standing in for one of them."""

    def say(self, text: Text, **values: object) -> str:
        """A wording in the page's language, safe in HTML."""
        return escape((text.fill(**values) if values else text).in_(self.lang))


def page_of(page: AreaPage, nonce: str) -> str:
    """The whole page; `nonce` marks its own style and script, the only ones a browser runs."""
    say, area = page.say, page.area
    read_at = page.read_at.strftime("%m-%d %H:%M")
    here = {"officer": area.officer}
    other = urlencode({**here, "lang": "zh" if page.lang == "en" else "en"})
    told = {"saved": words.SAVED, "undone": words.TAKEN_BACK}.get(page.said)
    beats = " · ".join(f"{b.code} {b.title.in_(page.lang)}" for b in area.beats)
    body = [
        f'<header id="top"><div><h1>{say(area.name)}</h1><p>{escape(beats)}</p></div>',
        f'<a class="lang" href="?{escape(other)}">{say(words.OTHER_LANGUAGE)}</a></header>',
        f'<p class="mark" role="note">⚠ {say(wording.ILLUSTRATIVE)}</p>' if area.illustrative else "",
        f'<p id="offline" class="mark" role="status" hidden>{say(words.OFFLINE, at=read_at)}</p>',
        f'<p class="saved" role="status">✓ {say(told)}</p>' if told else "",
        _others(page),
    ]
    if page.duties is None or page.changes is None or page.sketch is None:
        body.append(f"<p>{say(words.NOTHING)}</p>")
    else:
        body += [_map(page), _duties(page, page.duties), _incidents(page), _places(page, page.duties), _people(page, page.changes)]
    links = [
        (f"/area?{urlencode({**here, 'lang': page.lang})}", words.FULL_MAP),
        (f"/mine/handover?{urlencode({**here, 'lang': page.lang})}", words.HANDOVER),
        ("/signout", words.LOG_OUT),
    ]
    body.append("<footer>" + "".join(f'<a href="{escape(to)}">{say(title)}</a>' for to, title in links))
    body.append(f"<p>{say(words.AS_OF, at=read_at)} · {say(wording.CAUTION)}</p></footer>")
    nav = "".join(f'<a href="#{at}"><b aria-hidden="true">{sign}</b>{say(title)}</a>' for at, title, sign in NAV)
    body.append(f"<nav>{nav}</nav>" if page.sketch is not None else "")
    return document(words.TITLE.in_(page.lang), "".join(body), page.lang, nonce, _data(page))


def _others(page: AreaPage) -> str:
    if not page.others:
        return ""
    links = "".join(
        f'<a class="row" href="?{escape(urlencode({"officer": code, "lang": page.lang}))}">{page.say(name)} ›</a>'
        for code, name in page.others.items()
    )
    return f'<section class="others"><b>{page.say(words.ALSO_YOURS)}</b>{links}</section>'


def choice_page(officers: dict[str, Text], lang: Language, nonce: str) -> str:
    """A list of officers to choose from, for those who may open several areas."""
    rows = "".join(
        f'<li><a class="row" href="?{escape(urlencode({"officer": code, "lang": lang}))}">{escape(name.in_(lang))}</a></li>'
        for code, name in officers.items()
    )
    body = f"<header><h1>{escape(words.CHOOSE.in_(lang))}</h1></header><section><ul>{rows}</ul></section>"
    return document(words.TITLE.in_(lang), body, lang, nonce, None)


def refusal_page(refusal: Refusal, lang: Language, back: str, nonce: str) -> str:
    """A refusal in words, and the way back."""
    more = f"<p>{escape(refusal.what_next.in_(lang))}</p>" if refusal.what_next else ""
    body = (
        f'<header><h1>{escape(words.TITLE.in_(lang))}</h1></header><section><p class="wrong" role="alert">✕ '
        f"{escape(refusal.message.in_(lang))}</p>{more}"
        f'<a class="row" href="{back}?lang={lang}">{escape(words.BACK.in_(lang))}</a></section>'
    )
    return document(words.TITLE.in_(lang), body, lang, nonce, None)


def document(title: str, body: str, lang: Language, nonce: str, data: str | None) -> str:
    """A page with our style and script, and what the script draws; `body` is HTML that is safe already."""
    style, script = ((HERE / name).read_text(encoding="utf-8") for name in ("page.css", "page.js"))
    return "".join(
        [
            f'<!doctype html><html lang="{"en" if lang == "en" else "zh-CN"}"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width,initial-scale=1,viewport-fit=cover"><meta name="robots" content="noindex">',
            f'<title>{escape(title)}</title><link rel="icon" href="data:,"><style nonce="{nonce}">{style}</style></head><body>{body}',
            f'<script nonce="{nonce}" type="application/json" id="data">{data}</script>' if data else "",
            f'<script nonce="{nonce}">{script}</script></body></html>',
        ]
    )


def _data(page: AreaPage) -> str | None:
    if page.sketch is None or page.duties is None:
        return None
    told = {"locating": words.LOCATING, "not_located": words.NOT_LOCATED, "inside": words.INSIDE, "outside": words.OUTSIDE}
    said = {name: text.in_(page.lang) for name, text in told.items()}
    at = {key: list(kind.at) for key, kind in DUTY_KINDS.items()}
    units = {key: kind.counts.in_(page.lang) for key, kind in DUTY_KINDS.items()}
    values = {"sketch": page.sketch, "lang": 1 if page.lang == "en" else 0, "said": said, "at": at, "units": units}
    # a closing tag in a name must not end the script
    return json.dumps(values, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def _map(page: AreaPage) -> str:
    say = page.say
    keys = [key for key in (page.sketch or {})["marks"] if any(place[0] == key for place in (page.sketch or {})["places"])]
    marks = (page.sketch or {})["marks"]
    legend = " ".join(f"<span><b>{escape(marks[key][page.lang == 'en'])}</b> {say(LAYERS[key].title)}</span>" for key in keys)
    buttons = "".join(
        f'<button type="button" id="{name}" aria-label="{say(title)}">{sign}</button>'
        for name, title, sign in (("in", words.ZOOM_IN, "+"), ("out", words.ZOOM_OUT, "−"), ("fit", words.FIT, "⤢"))
    )
    return (
        f'<section id="map" class="map"><canvas role="img" aria-label="{say(words.MAP)}"></canvas><div class="tools">{buttons}</div>'
        f'<button type="button" id="where">◉ {say(words.WHERE_AM_I)}</button><p id="told" role="status" hidden></p></section>'
        f'<p class="legend">{legend}</p><p class="small">{say(words.LOCATION_STAYS)}</p>'
    )


def _duties(page: AreaPage, found: DutyList) -> str:
    say, due = page.say, found.now
    rows = "".join(_due(page, duty) for duty in due[:SHOWN_DUE])
    rest = "".join(_due(page, duty) for duty in due[SHOWN_DUE:])
    more = f"<details><summary>{say(words.MORE, n=len(due) - SHOWN_DUE)}</summary><ul>{rest}</ul></details>" if rest else ""
    disputes = "".join(f"<li>{say(name)} <b>{say(words.CASES, n=n)}</b></li>" for name, n in found.disputes)
    parts = [
        f'<section id="duties"><h2>{say(words.DUE_NOW, n=len(due)) if due else say(words.ALL_DONE)}</h2><ul>{rows}</ul>{more}',
        f"<h3>{say(words.DISPUTES)}</h3><ul>{disputes}</ul>" if disputes else "",
        _form(page, found) if page.may_tick else "",
        _recent(page, found),
        "</section>",
    ]
    return "".join(parts)


def _due(page: AreaPage, duty: DueDuty) -> str:
    say, due = page.say, duty.due
    state = words.NEVER if due.last is None else words.DUE_TODAY if due.late_days == 0 else words.LATE.fill(n=due.late_days)
    last = f" · {say(words.LAST, day=due.last)}" if due.last else ""
    fields = {"officer": page.area.officer, "kind": due.kind, "place": f"{due.target_kind}/{due.target_code}", "count": "1"}
    button = _post(page, fields, f'<button class="tick" aria-label="{say(words.TICK)}: {say(duty.title)}">✓ {say(words.TICK)}</button>')
    return f"<li class='due'><div>{say(duty.title)}<small>{say(state)}{last}</small></div>{button if page.may_tick else ''}</li>"


def _post(page: AreaPage, fields: dict[str, str], inner: str) -> str:
    hidden = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in fields.items())
    return f'<form method="post" action="/mine?lang={page.lang}">{hidden}{inner}</form>'


def _form(page: AreaPage, found: DutyList) -> str:
    say = page.say
    kinds = "".join(f'<option value="{key}">{say(kind.title)}</option>' for key, kind in DUTY_KINDS.items() if found.places_for(key))
    places = "".join(
        f'<option value="{escape(f"{p.layer}/{p.code}")}">{say(p.name)}{say(words.OF_KIND, kind=LAYERS[p.layer].title)}</option>'
        for p in found.places
    )
    inner = (
        f'<label>{say(words.KIND)}<select name="kind" id="kind">{kinds}</select></label>'
        f'<label>{say(words.PLACE)}<select name="place" id="place">{places}</select></label>'
        f'<label>{say(words.COUNT)} <span id="unit"></span><input name="count" type="number" inputmode="numeric" min="1" max="999"'
        f' value="1" required></label><button class="save">{say(words.SAVE)}</button><p class="small">{say(words.NO_RESIDENTS)}</p>'
    )
    return (
        f"<details class='form'><summary>＋ {say(words.WRITE_DOWN)}</summary>{_post(page, {'officer': page.area.officer}, inner)}</details>"
    )


def _recent(page: AreaPage, found: DutyList) -> str:
    say = page.say
    if not found.lines:
        return ""
    rows = "".join(
        f"<li>{'<s>' if line.undone else ''}{escape(line.at[5:16].replace('T', ' '))} {say(DUTY_KINDS[line.kind].title)} · "
        f"{say(line.place)} · {line.count} {say(DUTY_KINDS[line.kind].counts)}{'</s> ' + say(words.UNDONE) if line.undone else ''}</li>"
        for line in found.lines
        if line.kind in DUTY_KINDS
    )
    undo = _post(page, {"officer": page.area.officer, "undo": "1"}, f'<button class="undo">↶ {say(words.UNDO)}</button>')
    return f"<details><summary>{say(words.RECENT)}</summary><ul>{rows}</ul>{undo if found.undoable and page.may_tick else ''}</details>"


def _incidents(page: AreaPage) -> str:
    spans = "".join(_period(page, period, not i) for i, period in enumerate(page.periods))
    return f'<section id="incidents"><h2>{page.say(words.INCIDENTS)}</h2>{spans}</section>'


def _period(page: AreaPage, period: Period, opened: bool) -> str:
    say = page.say
    peak = f" · {say(words.PEAK, when=period.peak.title)}" if period.peak else ""
    head = f"{say(period.title)} <b>{period.n}</b> {say(words.INCIDENT_UNIT)}<small>{period.span.first} – {period.span.last}{peak}</small>"
    tables = "".join(
        f"<h3>{say(title)}</h3>{_bars(page, counts)}"
        for title, counts in ((words.BY_KIND, period.kinds), (words.BY_HOUR, period.hours), (words.BY_PLACE, period.places))
    )
    inner = tables if period.n else f"<p>{say(words.NO_INCIDENTS)}</p>"
    return f"<details{' open' if opened else ''}><summary>{head}</summary>{inner}</details>"


def _bars(page: AreaPage, counts: tuple[Count, ...]) -> str:
    most = max((count.n for count in counts), default=1) or 1
    rows = "".join(
        f'<tr><th>{page.say(count.title)}</th><td>{count.n}</td><td><meter min="0" max="{most}" value="{count.n}"></meter></td></tr>'
        for count in counts
    )
    return f"<table>{rows}</table>"


def _places(page: AreaPage, found: DutyList) -> str:
    say = page.say
    schools = "".join(f"<li>{say(school.name)}<small>{_school(page, school)}</small></li>" for school in found.schools)
    risks = "".join(
        f"<li>{say(r.name)}<small>{say(words.LAST, day=r.last) if r.last else say(words.NO_VISIT)}</small></li>" for r in found.risks
    )
    lists = [(words.RISKS, len(found.risks), risks), (words.SCHOOLS, len(found.schools), schools)]
    for key in PARKS:
        names = page.area.places.get(key, ())
        rows = "".join(f"<li>{say(name)}</li>" for name in names[:SHOWN_NAMES])
        rows += f"<li>{say(words.MORE, n=len(names) - SHOWN_NAMES)}</li>" if len(names) > SHOWN_NAMES else ""
        lists.append((LAYERS[key].title, len(names), rows))
    folded = "".join(f"<details><summary>{say(title)} <b>{n}</b></summary><ul>{rows}</ul></details>" for title, n, rows in lists if rows)
    return f'<section id="places"><h2>{say(words.PLACES)}</h2>{folded}</section>'


def _school(page: AreaPage, school: SchoolDuty) -> str:
    times = ", ".join("–".join(peak) for peak in school.peaks)
    said = [page.say(words.SCHOOL_DAYS, times=times), page.say(words.VICE_PRINCIPAL, who=school.vice_principal or words.NOBODY)]
    return " · ".join([*said, page.say(words.LAST, day=school.last)] if school.last else said)


def _people(page: AreaPage, changed: Changes) -> str:
    say, area = page.say, page.area
    around = "".join(
        f"<li>{escape(n.beat.code)} {say(n.beat.title)}<small>{say(n.lead or wording.NO_LEAD)}</small></li>" for n in area.neighbours
    )
    team = "".join(f"<li>{say(name)}</li>" for name in area.team)
    return (
        f'<section id="people"><h2>{say(words.PEOPLE)}</h2>'
        f"<details open><summary>{say(words.NEIGHBOURS)} <b>{len(area.neighbours)}</b></summary>"
        f"<ul>{around}</ul></details><details><summary>{say(words.TEAM)} <b>{len(area.team)}</b></summary><ul>{team}</ul></details>"
        f"<details><summary>{say(words.CHANGED)}</summary>{_changes(page, changed)}</details></section>"
    )


def _changes(page: AreaPage, changed: Changes) -> str:
    say = page.say
    if changed.before is None:
        return f"<p>{say(words.NO_PLAN_BEFORE)}</p>"
    if not changed.gained and not changed.lost:
        return f"<p>{say(changed.before.title)}: {say(words.NO_CHANGE)}</p>"

    def rows(moved: tuple[Moved, ...], wording_of: Text) -> str:
        return "".join(
            f"<li>{escape(m.cell)} {say(m.unit)}<small>{say(wording_of, who=m.other or words.NOBODY)}</small></li>" for m in moved
        )

    gained, lost = rows(changed.gained, words.FROM), rows(changed.lost, words.TO)
    return (
        f"<p>{say(changed.before.title)}</p><h3>+ {say(words.GAINED, n=len(changed.gained))}</h3><ul>{gained}</ul>"
        f"<h3>− {say(words.LOST, n=len(changed.lost))}</h3><ul>{lost}</ul>"
    )
