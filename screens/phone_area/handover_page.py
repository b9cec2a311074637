"""The handover list as a page that prints well: a table, who made it and when, and room for three signatures."""

from datetime import datetime
from html import escape
from urllib.parse import urlencode

from actions.handover import HandoverList
from layers.definition.text import Language, Text
from screens import wording
from screens.phone_area.page import document
from screens.wording import my_area as words


def handover_page(found: HandoverList, by: str, lang: Language, nonce: str) -> str:
    """The list as HTML; everything that a person typed is escaped."""

    def say(text: Text, **values: object) -> str:
        return escape((text.fill(**values) if values else text).in_(lang))

    head = "".join(f"<th>{say(title)}</th>" for title in (words.MATTER, words.WHAT, words.STATE))
    rows = "".join(
        f"<tr><td>{say(m.heading)}</td><td>{say(m.what)}</td><td>{say(m.state) if m.state else ''}</td></tr>" for m in found.matters
    )
    title = words.HANDOVER_OF.fill(who=found.area.name, day=found.day)
    at = datetime.now().strftime("%Y-%m-%d %H:%M")
    mark = f"<p class='mark' role='note'>⚠ {say(wording.ILLUSTRATIVE)}</p>" if found.area.illustrative else ""
    body = (
        f"{mark}<header><h1>{say(title)}</h1></header><p class='small'>{say(words.MADE_BY, by=by, at=at)}</p>"
        f"<section><table class='list'><thead><tr>{head}</tr></thead><tbody>{rows}</tbody></table></section>"
        f"<p>{say(words.SIGNED)}</p><p><button type='button' id='print' class='save'>{say(words.PRINT)}</button></p>"
        f"<footer><a href='/mine?{escape(urlencode({'officer': found.area.officer, 'lang': lang}))}'>{say(words.BACK)}</a></footer>"
    )
    return document(title.in_(lang), body, lang, nonce, None)
