"""The gate's own pages as plain HTML: they work before Streamlit loads, without scripts, and ask for nothing else."""

from dataclasses import dataclass
from html import escape
from pathlib import Path
from urllib.parse import urlencode

from actions.passwords import totp_picture
from layers.definition.text import LANGUAGES, Language, Text
from screens import wording
from screens.wording import log_in as words

_STYLE = """
body{margin:0;min-height:100vh;display:grid;place-items:center;background:#f4f6f7;color:#1b2730;
font:16px/1.5 'Source Sans','Noto Sans SC','Noto Sans CJK SC','Microsoft YaHei','PingFang SC',sans-serif}
main{background:#fff;border:1px solid #d8dee2;border-top:4px solid #12557d;border-radius:8px;padding:28px 32px 20px;
width:min(380px,calc(100vw - 96px));box-shadow:0 6px 24px #1b273014;margin:16px 0}
.language{float:right;font-size:14px;margin-top:18px}
header{display:flex;gap:12px;align-items:center;margin-bottom:8px}header svg{width:40px;height:40px;flex:none}
h1{font-size:22px;line-height:1.2;margin:0}header span{color:#51606b;font-size:14px}h2{font-size:18px;margin:16px 0 4px}
p{margin:4px 0 12px;color:#51606b}label{display:block;margin:12px 0 4px}
input{box-sizing:border-box;width:100%;font:inherit;padding:9px 10px;border:1px solid #9fb0bb;border-radius:6px;background:#fff}
button{font:inherit;width:100%;margin-top:20px;padding:11px;border:1px solid #12557d;border-radius:6px;background:#12557d;color:#fff;
cursor:pointer}button:hover{background:#0d4364}.quiet{background:#fff;color:#12557d;margin-top:10px}.quiet:hover{background:#eef4f8}
:focus-visible{outline:3px solid #e3a008;outline-offset:1px}
.wrong{color:#8f1d14;background:#fdecea;border-radius:6px;padding:8px 10px}small{color:#51606b}.wrong small{color:inherit}
.note{color:#1b2730;background:#eaf2f7;border-radius:6px;padding:8px 10px}
.key{font:17px/1.6 monospace;letter-spacing:1px;color:#1b2730;background:#f4f6f7;border-radius:6px;padding:8px 10px;word-spacing:4px}
.code svg{display:block;width:min(240px,100%);height:auto;margin:0 auto 12px}
footer{border-top:1px solid #e6eaed;margin-top:20px;padding-top:12px;font-size:13px}a{color:#12557d}
@media (max-width:480px){main{padding:22px 20px 14px;width:calc(100vw - 64px)}}
"""
# fills in what a one-time link brings behind its #, which no server and no log ever sees
_FROM_LINK = """
const given = new URLSearchParams(location.hash.slice(1));
for (const [name, value] of given) { const field = document.querySelector(`input[name="${CSS.escape(name)}"]`);
  if (field && ["name", "password", "key"].includes(name)) field.value = value; }
if (location.hash) document.querySelector(".language").hash = location.hash;
if (location.hash) history.replaceState(null, "", location.pathname);
"""
_MARK = Path(__file__).with_name("icon.svg").read_text(encoding="utf-8").replace("<svg ", '<svg aria-hidden="true" ', 1)


@dataclass(frozen=True)
class Form:
    """One page of the gate: which, its mark against forgery, where it leads, and what it has to say."""

    name: str
    mark: str
    target: str
    nonce: str
    language: Language
    wrong: Text | None = None
    note: Text | None = None
    """What is to be known beforehand; no fault."""
    user: str = ""
    second_factor: str = ""
    """The key that is offered."""
    factor_on: bool = False
    """Whether one is in use already."""
    plain: bool = False
    """The way is not encrypted."""
    must_change: bool = False
    organisation: bool = False
    """The organisation's own sign-in is offered."""


@dataclass(frozen=True)
class _Field:
    name: str
    title: Text
    kind: str = "password"
    complete: str = "off"
    needed: bool = True


_NEW = (
    _Field("new", words.NEW_PASSWORD, complete="new-password"),
    _Field("again", words.AGAIN, complete="new-password"),
)
_FIELDS: dict[str, tuple[_Field, ...]] = {
    "signin": (
        _Field("name", words.NAME, "text", "username"),
        _Field("password", words.PASSWORD, complete="current-password"),
        _Field("code", words.CODE, "text", "one-time-code", needed=False),
    ),
    "first": (_Field("name", words.NAME, "text", "username"), *_NEW),
    "password": (_Field("password", words.OLD_PASSWORD, complete="current-password"), *_NEW),
    "second-factor": (_Field("code", words.CODE_NOW, "text", "one-time-code"),),
    "signout": (),
}
_TITLES = {
    "signin": (words.LOG_IN, words.LOG_IN),
    "first": (words.MAKE_FIRST, words.SAVE),
    "password": (words.CHANGE_PASSWORD, words.SAVE),
    "second-factor": (words.SECOND_FACTOR, words.FACTOR_ON),
    "signout": (words.LOG_OUT, words.LOG_OUT),
}


def page_of(form: Form) -> str:
    """The page as HTML. Everything that a person typed is escaped; both languages stand on it, the session's first."""
    title, button = _TITLES[form.name]
    hidden = {"form": form.mark, "next": form.target} | ({"key": ""} if form.name == "first" else {})
    if form.name == "second-factor":
        hidden["secret"] = form.second_factor
    return "".join(
        [
            f'<!doctype html><html lang="{form.language}"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width,initial-scale=1"><meta name="robots" content="noindex">',
            f'<title>{_said(wording.APP, form)}</title><style nonce="{form.nonce}">{_STYLE}</style></head><body><main>',
            f"<header>{_MARK}<div><h1>{wording.APP.zh} {wording.APP.en}</h1><span>{_said(wording.TAGLINE, form)}</span></div></header>",
            _language_switch(form),
            f"<h2>{_said(title, form)}{f' · {escape(form.user)}' if form.user else ''}</h2>",
            f'<p class="wrong" role="alert">{_both(form.wrong, form)}</p>' if form.wrong is not None else "",
            f'<p class="note" role="status">{_both(form.note, form)}</p>' if form.note is not None else "",
            f'<p class="wrong">{_both(words.NOT_ENCRYPTED, form)}</p>' if form.plain else "",
            f"<p>{_both(words.MUST_CHANGE, form)}</p>" if form.must_change and form.name == "password" else "",
            _second_factor(form) if form.name == "second-factor" else "",
            f"<p>{_both(words.LOG_OUT_SURE, form)}</p>" if form.name == "signout" else "",
            f'<form method="post" action="/{form.name}">',
            *(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in hidden.items()),
            *(_field(field, form) for field in _FIELDS[form.name]),
            f'<button type="submit">{_said(button, form)}</button>',
            f'<button type="submit" class="quiet" name="off" value="1">{_said(words.FACTOR_OFF, form)}</button>'
            * (form.name == "second-factor" and form.factor_on),
            f"</form>{_organisation(form)}{_way_back(form)}<footer>{_both(words.ABOUT, form)}</footer></main>",
            f'<script nonce="{form.nonce}">{_FROM_LINK}</script></body></html>',
        ]
    )


def _language_switch(form: Form) -> str:
    """The same page in the other language; a one-time key in the address goes along."""
    other: Language = "zh" if form.language == "en" else "en"
    address = f"/{form.name}?{urlencode({'next': form.target, 'lang': other})}"
    return f'<a class="language" lang="{other}" href="{escape(address)}">{LANGUAGES[other]}</a>'


def _second_factor(form: Form) -> str:
    """How to set it up: a code to photograph, and the key in groups of four, as people type it into a telephone."""
    groups = " ".join(form.second_factor[at : at + 4] for at in range(0, len(form.second_factor), 4))
    picture = totp_picture(form.second_factor, form.user)
    state = f'<p class="note">{_both(words.FACTOR_IS_ON if form.factor_on else words.FACTOR_IS_OFF, form)}</p>'
    return f'{state}<p>{_both(words.SECOND_FACTOR_HOW, form)}</p><div class="code">{picture}</div><p class="key">{escape(groups)}</p>'


def _organisation(form: Form) -> str:
    """The other way in, where the settings name one; beside the log-in form alone."""
    if not form.organisation or form.name != "signin":
        return ""
    hidden = "".join(
        f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in (("form", form.mark), ("next", form.target))
    )
    return f'<form method="post" action="/openid">{hidden}<button type="submit" class="quiet">{_said(words.OPENID, form)}</button></form>'


def _way_back(form: Form) -> str:
    """Whoever is signed in and need not change the password may think better of it."""
    return f'<p><a href="{escape(form.target)}">{_said(words.BACK, form)}</a></p>' if form.user and not form.must_change else ""


def _field(field: _Field, form: Form) -> str:
    other = field.title.zh if form.language == "en" else field.title.en
    return (
        f'<label for="{field.name}">{_said(field.title, form)} <small>{escape(other)}</small></label>'
        f'<input id="{field.name}" name="{field.name}" type="{field.kind}" autocomplete="{field.complete}"'
        f' maxlength="300" autocapitalize="none" spellcheck="false"{" required" if field.needed else ""}>'
    )


def _said(text: Text, form: Form) -> str:
    return escape(text.in_(form.language))


def _both(text: Text, form: Form) -> str:
    first, second = (text.en, text.zh) if form.language == "en" else (text.zh, text.en)
    return f"{escape(first)}<br><small>{escape(second)}</small>"
