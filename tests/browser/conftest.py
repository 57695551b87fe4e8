"""The system's Chromium, and pages that answer for what happens in them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import pytest
from django.contrib.auth.models import Group, User
from django.db import connection
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response, sync_playwright

CHROMIUM: Final = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS: Final = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
#: Milliseconds that anything on a page may take.
PATIENCE: Final = 20_000
PASSWORD: Final = "a-password-of-the-tests"


def screens(wide: int, narrow: int) -> list[tuple[bool, int]]:
    """Return the screen to look at a page on: whether dark, and how wide.

    No database changes what a page looks like: it is a light desk with SQLite, and a dark phone with PostgreSQL.
    """
    return [(False, wide)] if connection.vendor == "sqlite" else [(True, narrow)]


@pytest.fixture(scope="session", autouse=True)
def _orm_beside_a_browser() -> None:
    # Playwright keeps an event loop in this thread, and Django refuses the database where it sees one.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Start the system's Chromium; tests fail without it, and are not skipped."""
    if not CHROMIUM.exists():
        pytest.fail(f"Chromium was not found at {CHROMIUM}. Install it, or set the variable CHROMIUM to its path.")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture
def people(transactional_db: None) -> None:
    """Create a curator, a reviewer and an administrator."""
    for group in ("curator", "reviewer"):
        user = User.objects.create_user(username=group, password=PASSWORD, is_staff=True)
        user.groups.set(Group.objects.filter(name=group))
    User.objects.create_superuser(username="root", password=PASSWORD)


class Watch:
    """Collects faults of pages: errors, violations of their policy, requests to other hosts, missing files."""

    def __init__(self, host: str) -> None:
        self.host = host
        self.faults: list[str] = []

    def watch(self, page: Page) -> None:
        """Listen to the page's messages, errors, requests and responses."""
        page.on("console", self._on_console)
        page.on("pageerror", lambda error: self.faults.append(f"{page.url}: {error}"))
        page.on("request", self._on_request)
        page.on("response", self._on_response)

    def _on_console(self, message: ConsoleMessage) -> None:
        # A violation of the Content Security Policy is reported as an error.
        if message.type in ("error", "warning"):
            self.faults.append(f"console: {message.text}")

    def _on_request(self, request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.netloc != self.host:
            self.faults.append(f"foreign host: {request.url}")

    def _on_response(self, response: Response) -> None:
        if response.status >= 400:
            self.faults.append(f"{response.status}: {response.url}")


Open = Callable[..., Page]


@pytest.fixture
def watch(live_server: object) -> Watch:
    """Watch every page of a test."""
    return Watch(urlsplit(str(live_server)).netloc)


@pytest.fixture
def new_page(chromium: Browser, live_server: object, watch: Watch) -> Iterator[Open]:
    """Return a function that opens an empty page in a browser of its own; faults fail the test."""
    contexts: list[BrowserContext] = []

    def opened(*, dark: bool = False, width: int = 1400) -> Page:
        context = chromium.new_context(
            base_url=str(live_server),
            viewport={"width": width, "height": 900},
            color_scheme="dark" if dark else "light",
        )
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        context.on("page", watch.watch)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    assert watch.faults == []


def log_in(page: Page, username: str) -> None:
    """Sign in through the form."""
    page.goto("/admin/")
    page.get_by_label("Username").fill(username)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


@pytest.fixture
def open_as(new_page: Open) -> Open:
    """Return a function that signs a user in through the form and returns the page."""

    def sign_in(username: str, *, dark: bool = False, width: int = 1400) -> Page:
        page = new_page(dark=dark, width=width)
        log_in(page, username)
        page.wait_for_url("**/admin/")
        return page

    return sign_in
