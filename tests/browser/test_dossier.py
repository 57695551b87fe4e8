"""What is above a record's form, in a browser: its spans as a chart, and its versions with what each changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import transaction
from playwright.sync_api import Page, expect

from sanctions.ledger.versions import Act, append_missing_versions
from sanctions.loading.documents import Incoming, save_documents
from sanctions.models import Agreement, Order
from sanctions.records.encode import encode
from sanctions.records.orders import ORDER
from sanctions.vocabulary import State, VersionKind
from tests.browser.conftest import PASSWORD, Open, screens
from tests.factories.actors import make_actor
from tests.factories.agreements import make_agreement
from tests.factories.events import make_effect
from tests.factories.orders import make_measure, make_order

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

DAY = datetime(2025, 3, 1, 12, tzinfo=UTC)
SCREENS = screens(1280, 390)


@pytest.fixture(autouse=True)
def _root() -> None:
    User.objects.create_superuser(username="root", password=PASSWORD)


@pytest.fixture
def order() -> Order:
    """An order that was in force, and began on a day that is not known exactly; one word of it was corrected."""
    order = make_order("us-eo-1", title="An order", summary="It bans gold and steel.", state=State.PUBLISHED)
    make_measure(order, "us-eo-1-ban", title="Ban on carpets")
    make_effect("took_effect", "2013", order=order)
    make_effect("revoked", "2016-01-16", order=order)
    with transaction.atomic():
        append_missing_versions(Act(at=DAY))
    document = {**encode(ORDER, order.pk), "summary": "It bans silver and steel."}
    act = Act(DAY + timedelta(days=1), "bob", "It never banned gold.", kind=VersionKind.CORRECTION, authors="ann")
    save_documents([Incoming(ORDER, document, State.PUBLISHED)], act)
    return order


@pytest.fixture
def agreement() -> Agreement:
    """An agreement of many parties, one of which left."""
    agreement = make_agreement("pact", state=State.PUBLISHED)
    make_effect("took_effect", "2016-01-16", agreement=agreement)
    for n in range(12):
        party = make_actor(f"party-{n:02}", name=f"The Federal Republic of the Party of Number {n}")
        make_effect("joined", "2015-07-14", agreement=agreement, party=party)
        if not n:
            make_effect("withdrew", "2018-05-08", agreement=agreement, party=party)
    return agreement


def page_of(record: Any) -> str:
    return f"/admin/sanctions/{record._meta.model_name}/{record.pk}/"


def tab_to(page: Page, what: str) -> None:
    """Press Tab until what has the text or the name is focused, as somebody without a mouse does."""
    for _ in range(150):
        page.keyboard.press("Tab")
        found = page.evaluate(
            "document.activeElement.getAttribute('aria-label') || document.activeElement.textContent.trim()"
        )
        if what in found and len(found) < 200:
            return
    pytest.fail(f"{what!r} is not reached by the keyboard.")


def widths(page: Page, selector: str) -> list[float]:
    """Return how wide each of the elements is drawn."""
    found: list[float] = page.locator(selector).evaluate_all(
        "(them) => them.map((it) => it.getBoundingClientRect().width)"
    )
    return found


# --- The chart ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("dark", "width"), SCREENS)
def test_the_chart_fits_the_screen(open_as: Open, order: Order, agreement: Agreement, dark: bool, width: int) -> None:
    page = open_as("root", dark=dark, width=width)
    for record in (order, agreement):
        page.goto(f"{page_of(record)}change/", wait_until="networkidle")
        expect(page.get_by_role("group", name="Standing over time")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        drawn = widths(page, ".spans-group >> nth=0 >> .bar-body")
        assert len(drawn) > 1
        assert all(0 < bar < width for bar in drawn)


def test_every_bar_describes_what_it_shows(open_as: Open, order: Order) -> None:
    page = open_as("root")
    page.goto(f"{page_of(order)}change/")
    line = page.get_by_role("group", name="The order")
    bars = line.get_by_role("img")
    expect(bars).to_have_count(4)
    title = "ended from 16 January 2016 on, by "
    expect(line.get_by_role("img", name=title)).to_have_count(1)
    expect(line.get_by_role("img", name="uncertain, the dates also allow: in force")).to_have_count(1)
    expect(page.get_by_role("group", name="Ban on carpets").get_by_role("img")).to_have_count(4)


def test_uncertain_spans_are_hatched_and_the_legend_explains_it(open_as: Open, order: Order) -> None:
    page = open_as("root")
    page.goto(f"{page_of(order)}change/")
    hatched = page.locator(".spans-row rect[fill='url(#spans-hatch)']")
    expect(hatched).to_have_count(2)
    expect(page.get_by_role("list", name="Legend")).to_contain_text("uncertain")


def test_the_table_next_to_the_chart_is_opened_and_scrolled_by_the_keyboard(open_as: Open, order: Order) -> None:
    page = open_as("root")
    page.goto(f"{page_of(order)}change/")
    table = page.get_by_role("region", name="Standing over time, as a table")
    expect(table).to_be_hidden()
    tab_to(page, "The same as a table")
    page.keyboard.press("Enter")
    expect(table).to_be_visible()
    expect(table.get_by_role("row", name="ended 16 January 2016 no end known")).to_have_count(2)
    page.keyboard.press("Tab")
    expect(table).to_be_focused()


def test_many_parties_are_folded_until_they_are_asked_for(open_as: Open, agreement: Agreement) -> None:
    page = open_as("root")
    page.goto(f"{page_of(agreement)}change/")
    last = page.get_by_role("group", name="The Federal Republic of the Party of Number 9")
    expect(last).to_be_hidden()
    tab_to(page, "Parties 12")
    page.keyboard.press("Enter")
    expect(last).to_be_visible()
    left = page.get_by_role("group", name="The Federal Republic of the Party of Number 0")
    expect(left.get_by_role("img", name="withdrawn from 8 May 2018 on")).to_have_count(1)


def test_paper_is_white_whatever_the_screen_is(open_as: Open, order: Order) -> None:
    printed = []
    for dark in (False, True):
        page = open_as("root", dark=dark)
        page.emulate_media(media="print")
        page.goto(f"{page_of(order)}change/", wait_until="networkidle")
        printed.append(
            page.evaluate(
                """[".dossier", ".spans-axis text", ".bar-success .bar-body"].map((what) => {
                    const style = getComputedStyle(document.querySelector(what));
                    return [style.backgroundColor, style.fill];
                })"""
            )
        )
    assert printed[0] == printed[1]


# --- Versions -----------------------------------------------------------------------------------


def test_a_correction_is_found_and_read_by_the_keyboard(open_as: Open, order: Order) -> None:
    page = open_as("root")
    page.goto(f"{page_of(order)}change/")
    versions = page.locator(".versions li")
    expect(versions).to_have_count(2)
    expect(versions.first).to_contain_text("correction")
    expect(versions.first).to_contain_text("proposed by ann, approved by bob")
    tab_to(page, "Version 2")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{page_of(order)}versions/2/")
    differences = page.get_by_role("list").filter(has=page.get_by_role("heading", name="Summary"))
    expect(differences.get_by_role("deletion")).to_have_text("[deleted: gold]")
    expect(differences.get_by_role("insertion")).to_have_text("[inserted: silver]")
    tab_to(page, "Version 1, the one before")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{page_of(order)}versions/1/")
    expect(page.get_by_text("This is the first version.")).to_be_visible()


@pytest.mark.parametrize(("dark", "width"), SCREENS)
def test_the_page_of_a_version_fits_the_screen(open_as: Open, order: Order, dark: bool, width: int) -> None:
    page = open_as("root", dark=dark, width=width)
    page.goto(f"{page_of(order)}versions/2/", wait_until="networkidle")
    expect(page.get_by_text("It never banned gold.")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_document_is_one_region_that_the_keyboard_reaches(open_as: Open, order: Order) -> None:
    page = open_as("root")
    page.goto(f"{page_of(order)}versions/2/")
    document = page.get_by_role("region", name="The document")
    expect(document).to_have_count(1)
    document.focus()
    expect(document).to_be_focused()


def test_words_for_screen_readers_are_not_seen(open_as: Open, order: Order) -> None:
    page = open_as("root")
    page.goto(f"{page_of(order)}versions/2/")
    assert set(widths(page, ".unseen")) == {1}


def test_what_was_deleted_and_inserted_differs_without_colour(open_as: Open, order: Order) -> None:
    page = open_as("root")
    page.goto(f"{page_of(order)}versions/2/")
    for mark, line in ((page.get_by_role("deletion"), "line-through"), (page.get_by_role("insertion"), "underline")):
        assert line in mark.evaluate("(it) => getComputedStyle(it).textDecorationLine")
