"""Logging in to a running app, by plain requests and by a real browser; a town of one's own with accounts."""

import http.client
import re
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Page

from actions import passwords
from actions.open_workspace import open_workspace
from storage.accounts import UserRole

PASSWORD = "blue lantern over Qingshui"
ACCOUNTS = {
    "boss": ("chief", None),
    "draws": ("planner", None),
    "walks": ("officer", "P01"),
    "cells": ("grid_worker", None),
    "looks": ("viewer", None),
    "keeps": ("administrator", None),
    "reads": ("auditor", None),
}
"""Login name -> role and member of staff; the password is the same for all."""


def add_accounts(path: Path) -> None:
    """An account for each role."""
    store = open_workspace(path).store
    kept = passwords.hash_of(PASSWORD)
    for name, (role, staff) in ACCOUNTS.items():
        user = store.add_user(name, name, by="tests", staff_code=staff)
        store.set_password_hash(user.id, kept, by="tests")
        store.set_roles(user.id, [UserRole(role)], by="tests")
    store.close()


def own_town(demo: Path, path: Path) -> Path:
    """The demo town as somebody's own: not illustrative, with accounts."""
    shutil.copy(demo, path)
    store = open_workspace(path).store
    town = store.town()
    store.change_town(type(town)(**{**town.row(), "illustrative": False}), by="tests")
    store.close()
    add_accounts(path)
    return path


@dataclass
class Visitor:
    """A client that keeps its cookies and follows no redirect; `source` is the address it comes from."""

    port: int
    source: str = "127.0.0.1"
    cookies: dict[str, str] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: dict[str, str] | None = None, **headers: str) -> tuple[int, dict[str, list[str]], bytes]:
        """Status, headers by lower-case name, body."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60, source_address=(self.source, 0))
        sent = {"Cookie": "; ".join(f"{n}={v}" for n, v in self.cookies.items())} if self.cookies else {}
        content = urlencode(body) if body is not None else None
        if content is not None:
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, content, {**sent, **{name.replace("_", "-"): value for name, value in headers.items()}})
        answer = connection.getresponse()
        told: dict[str, list[str]] = {}
        for name, value in answer.getheaders():
            told.setdefault(name.lower(), []).append(value)
        for cookie in told.get("set-cookie", []):
            name, _, value = cookie.partition(";")[0].partition("=")
            self.cookies[name] = value
        read = answer.read()
        connection.close()
        return answer.status, told, read

    def mark(self, path: str = "/signin", **headers: str) -> str:
        """The mark in a form of the gate."""
        found = re.search(rb'name="form" value="([0-9a-f]+)"', self.ask("GET", path, **headers)[2])
        assert found, "there is no form"
        return found[1].decode()

    def log_in(self, name: str, password: str = PASSWORD, **headers: str) -> tuple[int, dict[str, list[str]], bytes]:
        """Fetch the form and send it."""
        return self.ask("POST", "/signin", {"form": self.mark(**headers), "name": name, "password": password, "next": "/"}, **headers)


def log_in(page: Page, url: str, name: str, path: str = "/", password: str = PASSWORD) -> None:
    """Log in through the page, as a person does, and go on to where one wanted to go."""
    page.goto(f"{url}{path}")
    page.locator("input[name=name]").fill(name)
    page.locator("input[name=password]").fill(password)
    page.locator("button[type=submit]").click()
    page.locator("[data-testid=stApp]").wait_for()
