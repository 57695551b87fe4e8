"""Use the admin's forms in a browser."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect


def tab(page: Page, name: str) -> None:
    page.locator("#tabs-items").get_by_role("link", name=name).click()


def add_row(page: Page, prefix: str) -> None:
    page.locator(f"#{prefix}-group .add-row").click()


def choose(page: Page, field: str, text: str) -> None:
    """Choose a row by typing some of its name."""
    box = page.locator(f"#{field} + .select2")
    box.click()
    search = page.locator(".select2-container--open .select2-search__field")
    search.fill(text)
    page.locator(".select2-results__option", has_text=text).first.click()
    expect(box).to_contain_text(text)


def save(page: Page) -> None:
    page.get_by_role("button", name="Save and continue editing").click()
    expect(page.get_by_text(re.compile("was (added|changed) successfully"))).to_be_visible()


def confirm(page: Page, action: str, answer: str, done: str) -> None:
    page.get_by_role("link", name=action).click()
    page.get_by_label("Reason").fill("Because.")
    page.get_by_role("button", name=answer).click()
    expect(page.get_by_text(done, exact=True)).to_be_visible()


def cite(page: Page) -> None:
    tab(page, "Citations")
    add_row(page, "citations")
    choose(page, "id_citations-0-source", "Federal Register")
    page.locator("#id_citations-0-pinpoint").fill("85 FR 2003")
