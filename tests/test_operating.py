"""The operator's page names only what is there: commands, settings, files, and headers that the gate believes. Both languages say it."""

import re
import sys

import pytest
from uvicorn.loops.auto import auto_loop_factory

from commands.command import cli
from geo_cli import SUBJECTS
from screens.door import FORWARDED
from settings import SETTINGS
from tests.conftest import REPOSITORY

ENGLISH, CHINESE = ((REPOSITORY / "docs" / name).read_text(encoding="utf-8") for name in ("operating.md", "operating.zh.md"))
PAGE = ENGLISH


def test_both_languages_have_the_same_parts_commands_and_settings() -> None:
    """Headings and list entries one for one, and every block of commands or configuration the same, letter for letter."""
    for part in (r"(?m)^#+ ", r"(?m)^- ", r"(?m)^\d\. ", r"(?m)^\|"):
        assert len(re.findall(part, ENGLISH)) == len(re.findall(part, CHINESE)), part
    assert re.findall(r"(?m)^ {4,}.*$", ENGLISH) == re.findall(r"(?m)^ {4,}.*$", CHINESE)
    for named in (r"geo_cli\.py [a-z-]+(?: [a-z]+)?", r"JINGGE_[A-Z_]+", r"`make [a-z]+`", r"https?://[^\s`;]+"):
        assert set(re.findall(named, ENGLISH)) == set(re.findall(named, CHINESE)), named


def test_every_command_on_the_page_exists() -> None:
    assert SUBJECTS
    for words in set(re.findall(r"geo_cli\.py ([a-z-]+(?: [a-z-]+)?)", PAGE)):
        first, _, second = words.partition(" ")
        assert first in cli.commands, words
        command = cli.commands[first]
        commands = getattr(command, "commands", None)
        assert commands is None or second in commands, words


def test_every_setting_on_the_page_exists() -> None:
    assert set(re.findall(r"JINGGE_[A-Z_]+", PAGE)) <= {setting.variable for setting in SETTINGS}


def test_the_proxy_of_the_page_sends_what_the_gate_believes_and_nothing_of_the_visitors() -> None:
    sent = {name.lower() for name in re.findall(r"proxy_set_header (X-[A-Za-z-]+)", PAGE)}
    assert sent <= set(FORWARDED) and "X-Forwarded-For $remote_addr" in PAGE


@pytest.mark.parametrize("target", ["wheelhouse", "run", "audit"])
def test_every_make_target_on_the_page_exists(target: str) -> None:
    assert f"make {target}" in PAGE and f"\n{target}:" in (REPOSITORY / "Makefile").read_text(encoding="utf-8")


def test_every_requirement_is_pinned_so_that_the_wheelhouse_is_whole() -> None:
    lines = (REPOSITORY / "requirements.txt").read_text(encoding="utf-8").splitlines()
    wanted = [line for line in lines if line and not line.startswith("#")]
    assert wanted and all(re.fullmatch(r"[A-Za-z0-9_.\-]+==[\w.]+(; sys_platform != \"win32\")?", line) for line in wanted)
    assert any(line.startswith("argon2-cffi==") for line in wanted)


@pytest.mark.skipif(sys.platform == "win32", reason="uvloop is not for Windows")
def test_the_server_takes_the_loop_that_sends_small_answers_at_once() -> None:
    """asyncio leaves Nagle's algorithm on where Streamlit binds the socket: each of a page's 140 files then waits for the one before."""
    loop = auto_loop_factory()()
    loop.close()
    assert type(loop).__module__ == "uvloop"
