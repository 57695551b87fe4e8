"""Who curates, and how a form is filled in without a browser."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.http import QueryDict
from django.test import Client

Sign = Callable[[str], Client]


def user_of(group: str) -> User:
    """Return the user named for a group."""
    user, new = User.objects.get_or_create(username=group, defaults={"is_staff": True})
    if new:
        user.groups.set(Group.objects.filter(name=group))
    return user


@pytest.fixture
def sign_in(db: None) -> Sign:
    """Return a client signed in as a member of a group."""

    def client_of(group: str) -> Client:
        client = Client()
        client.force_login(user_of(group))
        return client

    return client_of


@pytest.fixture
def curator(sign_in: Sign) -> Client:
    """Sign in who proposes."""
    return sign_in("curator")


@pytest.fixture
def reviewer(sign_in: Sign) -> Client:
    """Sign in who approves."""
    return sign_in("reviewer")


class FormReader(HTMLParser):
    """Collects what a browser would submit from the page's main form."""

    def __init__(self) -> None:
        super().__init__()
        self.values = QueryDict(mutable=True)
        self._inside = False
        self._select = ""
        self._area: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._inside = attributes.get("id", "").endswith("_form")
        if not self._inside:
            return
        if tag == "input" and attributes.get("name"):
            self._input(attributes, checked="checked" in attributes)
        elif tag == "select":
            self._select = attributes.get("name", "")
        elif tag == "option" and self._select and "selected" in attributes:
            self.values.appendlist(self._select, attributes.get("value", ""))
        elif tag == "textarea":
            self._area = attributes["name"]
            self.values[self._area] = ""

    def _input(self, attributes: dict[str, str], *, checked: bool) -> None:
        if attributes.get("type") in ("checkbox", "radio"):
            if checked:
                self.values.appendlist(attributes["name"], attributes.get("value", "on"))
        elif attributes.get("type") != "submit":
            self.values[attributes["name"]] = attributes.get("value", "")

    def handle_data(self, data: str) -> None:
        if self._area:
            self.values[self._area] = str(self.values[self._area]) + data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._inside = False
        elif tag == "select":
            self._select = ""
        elif tag == "textarea":
            if self._area:
                # A text area's first line break is not part of its text.
                self.values[self._area] = str(self.values[self._area]).removeprefix("\r\n").removeprefix("\n")
            self._area = None


def form_values(html: str) -> dict[str, list[Any]]:
    """Return what a browser would submit from a page's main form."""
    reader = FormReader()
    reader.feed(html)
    values = {name: reader.values.getlist(name) for name in reader.values if "__prefix__" not in name}
    values.pop("csrfmiddlewaretoken", None)
    return values


Fill = Callable[..., Any]


@pytest.fixture
def fill() -> Fill:
    """Return a function that opens a form, changes some of it, and submits all of it."""

    def submit(client: Client, path: str, changes: dict[str, Any], **options: Any) -> Any:
        values = form_values(client.get(path).content.decode())
        return client.post(path, {**values, **changes}, **options)

    return submit
