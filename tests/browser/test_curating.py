"""Curating in a browser: from an empty form to a public record whose standing has changed."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, Page, expect

from sanctions.models import Event, Order
from tests.admin.world import NOUNS, World
from tests.browser.conftest import Open, screens
from tests.browser.curating import add_row, choose, cite, confirm, save, tab
from tests.factories.actors import make_actor
from tests.factories.sources import make_source

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("people")]


# --- How a curator uses a page ------------------------------------------------------------------


def standing(page: Page) -> Locator:
    return page.locator("[data-standing]")


def write_order(page: Page) -> None:
    page.goto("/admin/sanctions/order/add/")
    page.locator("#id_title").press_sequentially("Executive Order 13902")
    expect(page.locator("#id_slug")).to_have_value("executive-order-13902")
    page.locator("#id_slug").fill("us-eo-13902")
    page.locator("#id_kind").select_option("executive_order")
    page.locator("#id_geographic_scope").select_option("country")
    choose(page, "id_issuer", "United States")
    choose(page, "id_topics", "sanctions")
    tab(page, "Measures")
    add_row(page, "measures")
    page.locator("#id_measures-0-kind").select_option("asset_freeze")
    page.locator("#id_measures-0-direction").select_option("imposes")
    page.locator("#id_measures-0-title").fill("Blocks property")
    choose(page, "id_measures-0-sectors", "construction")
    choose(page, "id_measures-0-targets", "Iran")
    cite(page)
    save(page)


def write_event(page: Page) -> None:
    page.goto("/admin/sanctions/event/add/")
    page.locator("#id_title").fill("The President signs Executive Order 13902")
    page.locator("#id_slug").fill("signing-us-eo-13902")
    page.locator("#id_kind").select_option("legal_act")
    page.locator("#id_happened_on").fill("2020-01-10")
    tab(page, "Effects")
    for place, verb in enumerate(("issued", "took_effect")):
        add_row(page, "effects")
        page.locator(f"#id_effects-{place}-verb").select_option(verb)
        page.locator(f"#id_effects-{place}-effective_on").fill("2020-01-10")
        choose(page, f"id_effects-{place}-order", "us-eo-13902")
    cite(page)
    save(page)


# --- What must work -----------------------------------------------------------------------------


def test_an_order_comes_into_force_by_an_event(open_as: Open) -> None:
    make_actor("united-states", name="United States")
    make_actor("iran", name="Iran")
    make_source("federal-register", title="Federal Register")

    page = open_as("curator")
    write_order(page)
    order_page = page.url
    expect(standing(page)).to_contain_text("not yet in force")
    confirm(page, "Submit for review", "Submit for review", "Submitted for review.")
    write_event(page)
    event_page = page.url
    expect(page.locator("#id_happened_on")).to_have_value("2020-01-10")
    confirm(page, "Submit for review", "Submit for review", "Submitted for review.")
    page.goto(order_page)
    expect(standing(page)).to_contain_text("not yet in force")

    page = open_as("reviewer")
    for address in (order_page, event_page):
        page.goto(address)
        confirm(page, "Publish", "Publish", "Published.")
    page.goto(order_page)
    expect(standing(page)).to_contain_text("in force since 10 January 2020")
    expect(standing(page)).not_to_contain_text("not yet")
    link = page.locator(".dossier").get_by_role("link", name="/api/v1/orders/us-eo-13902/")
    answer = page.request.get(str(link.get_attribute("href")))
    assert answer.ok
    public = answer.json()
    assert (public["slug"], public["title"]) == ("us-eo-13902", "Executive Order 13902")

    order = Order.objects.get()
    measure = order.measures.get()
    assert (measure.slug, measure.sectors.get().sector) == ("us-eo-13902-blocks-property", "construction")
    assert measure.targets.get().slug == "iran"
    assert [effect.ordinal for effect in Event.objects.get().effects.order_by("ordinal")] == [0, 1]


def test_a_row_that_is_removed_takes_nothing_of_its_neighbours_along(open_as: Open) -> None:
    make_actor("united-states", name="United States")
    page = open_as("curator")
    page.goto("/admin/sanctions/event/add/")
    page.locator("#id_title").fill("Something happens")
    page.locator("#id_slug").fill("something")
    page.locator("#id_kind").select_option("report")
    page.locator("#id_happened_on").fill("2024-06")
    tab(page, "Participants")
    for place, role in enumerate(("speaker", "target", "host")):
        add_row(page, "participations")
        choose(page, f"id_participations-{place}-actor", "United States")
        page.locator(f"#id_participations-{place}-role").select_option(role)
        page.locator(f"#id_participations-{place}-note").fill(f"As {role}")
    page.locator("#participations-group .delete-template").nth(1).press("Enter")
    save(page)
    tab(page, "General")
    expect(page.get_by_text("June 2024")).to_be_visible()
    rows = Event.objects.get().participations.values_list("ordinal", "actor__slug", "role", "note")
    assert list(rows) == [(0, "united-states", "speaker", "As speaker"), (1, "united-states", "host", "As host")]


def test_what_is_wrong_is_shown_where_it_is_wrong(open_as: Open) -> None:
    page = open_as("curator")
    page.goto("/admin/sanctions/event/add/")
    page.locator("#id_title").fill("Something happens")
    page.locator("#id_slug").fill("something")
    page.locator("#id_kind").select_option("report")
    page.locator("#id_happened_on").fill("30.2.2015")
    tab(page, "Effects")
    add_row(page, "effects")
    page.locator("#id_effects-0-verb").select_option("withdrew")
    page.locator("#id_effects-0-effective_on").fill("2015-02-30")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("is not a date").first).to_be_attached()
    tab(page, "Effects")
    expect(page.locator("#effects-group")).to_contain_text("Exactly one of")
    assert not Event.objects.exists()


@pytest.mark.parametrize(("dark", "width"), screens(1400, 390))
def test_no_page_of_the_admin_complains(open_as: Open, dark: bool, width: int) -> None:
    world = World(2)
    page = open_as("root", dark=dark, width=width)
    # What differs between the nouns are their forms; the other pages are looked at once, and all of them on a phone.
    for noun in NOUNS:
        key = world.first[noun].pk
        paths = (f"{key}/change/", "", "add/", f"{key}/history/", f"{key}/delete/", f"{key}/submit/")
        for path in paths if width < 1000 or noun == "event" else paths[:1]:
            page.goto(f"/admin/sanctions/{noun}/{path}")
            assert page.title()
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    for path in ("", "auth/user/", "auth/user/add/", "auth/group/", "password_change/"):
        page.goto(f"/admin/{path}")


def test_every_field_has_a_name(open_as: Open) -> None:
    world = World(1)
    page = open_as("root")
    for noun in NOUNS:
        page.goto(f"/admin/sanctions/{noun}/{world.first[noun].pk}/change/")
        nameless = page.evaluate(
            """() => [...document.querySelectorAll("form input, form select, form textarea")]
                .filter((field) => field.type !== "hidden" && !field.closest(".empty-form, .select2"))
                .filter((field) => !field.labels?.length && !field.getAttribute("aria-label"))
                .map((field) => field.outerHTML.slice(0, 200))"""
        )
        assert nameless == [], noun
