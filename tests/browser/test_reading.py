"""Reading the API in a browser: its pages and its documentation run under the strict policy, from this host only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from api.v1.views.documentation import schema
from tests.api.v1.many import load_many
from tests.browser.conftest import PATIENCE, Watch, screens

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture(params=["dark" if dark else "light" for dark, _ in screens(1280, 1280)])
def page(request: pytest.FixtureRequest, chromium: Browser, live_server: object, watch: Watch) -> Iterator[Page]:
    """Open a page, light and dark, over a few records; whatever goes wrong on it fails the test."""
    load_many(3)
    context = chromium.new_context(base_url=str(live_server), color_scheme=request.param)
    context.set_default_timeout(PATIENCE)
    context.on("page", watch.watch)
    yield context.new_page()
    context.close()
    assert watch.faults == []


def test_one_can_walk_from_the_root_to_a_record_and_to_what_it_names(page: Page) -> None:
    page.goto("/")
    page.get_by_role("link", name="/api/v1/orders/").click()
    expect(page.get_by_role("heading", name="Orders")).to_be_visible()
    page.get_by_role("link", name="/api/v1/orders/order-1/").first.click()
    expect(page.get_by_role("heading", name="order-1")).to_be_visible()
    page.get_by_role("link", name="/api/v1/actors/actor-1/").first.click()
    expect(page.get_by_role("heading", name="actor-1")).to_be_visible()


def test_pages_lead_to_their_neighbours(page: Page) -> None:
    page.goto("/api/v1/events/?limit=1&ordering=slug")
    page.get_by_role("link", name="next page").click()
    expect(page.locator("pre")).to_contain_text('"slug": "event-1"')
    page.get_by_role("link", name="previous page").click()
    expect(page.locator("pre")).to_contain_text('"slug": "event-0"')


def test_the_documentation_lists_every_operation_and_can_try_one(page: Page) -> None:
    page.goto("/api/v1/docs/")
    expect(page.locator(".opblock")).to_have_count(sum(map(len, schema()["paths"].values())))
    page.locator("#operations-orders-orders_list .opblock-summary-control").click()
    operation = page.locator("#operations-orders-orders_list")
    expect(operation.locator("tr[data-param-name='kind'] option", has_text="executive_order")).to_have_count(1)
    operation.get_by_role("button", name="Execute").click()
    expect(operation.locator(".live-responses-table .response .response-col_status").first).to_contain_text("200")
