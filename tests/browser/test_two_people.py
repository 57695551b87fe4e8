"""Two people at one record: from a draft to the public and to a correction of it; and at the same time."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Final

import pytest
from django.db import transaction
from playwright.sync_api import Page, expect

from sanctions.ledger.history import keep_all_history
from sanctions.models import Actor, Proposal, Version
from sanctions.vocabulary import VersionKind
from tests.browser.conftest import Open, Watch
from tests.browser.curating import choose, cite, confirm, save, tab
from tests.factories.events import make_effect, make_event
from tests.factories.orders import make_order
from tests.factories.sources import cite as make_citation
from tests.factories.sources import make_source

AT: Final = datetime(2025, 2, 7, 12, tzinfo=UTC)
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("people")]


def known_source() -> None:
    """Make a source with a history, as editorial moves write it."""
    make_source("federal-register", title="Federal Register")
    with transaction.atomic():
        keep_all_history(AT)


def explain(page: Page, kind: str, reason: str, button: str) -> None:
    """Give the reason of a change to a public record, and propose it."""
    page.get_by_role("radio", name=kind).check()
    page.get_by_label("Reason", exact=True).fill(reason)
    page.get_by_role("button", name=button).click()


def open_card(page: Page, prefix: str) -> None:
    """Unfold the first of the rows that are shown as cards."""
    tab(page, prefix.capitalize())
    page.locator(f"#{prefix}-group h3 strong").first.click()


def test_the_whole_path_of_a_record_by_two_people(open_as: Open) -> None:
    known_source()
    curator, reviewer = open_as("curator"), open_as("reviewer")

    curator.goto("/admin/sanctions/actor/add/")
    curator.locator("#id_name").press_sequentially("National Iranian Oil Company")
    curator.locator("#id_kind").select_option("company")
    cite(curator)
    save(curator)
    address = curator.url.partition("#")[0]
    confirm(curator, "Submit for review", "Submit for review", "Submitted for review.")

    reviewer.goto(address)
    confirm(reviewer, "Return to author", "Return to the author", "Returned to its author.")
    curator.goto(address)
    tab(curator, "General")
    curator.locator("#id_summary").fill("A state company.")
    save(curator)
    confirm(curator, "Submit for review", "Submit for review", "Submitted for review.")
    reviewer.goto(address)
    confirm(reviewer, "Publish", "Publish", "Published.")

    curator.goto(address)
    expect(curator.get_by_text("This record is public.")).to_be_visible()
    curator.locator("#id_summary").fill("A state company of Iran.")
    explain(curator, "Correction", "It is of Iran.", "Propose and submit for review")
    expect(curator.get_by_text("Submitted for review.")).to_be_visible()
    expect(curator.locator("ins")).to_contain_text("of Iran")
    proposal = curator.url
    curator.goto("/api/v1/actors/national-iranian-oil-company/")
    expect(curator.locator("body")).not_to_contain_text("A state company of Iran.")

    reviewer.goto(proposal)
    expect(reviewer.locator("ins")).to_contain_text("of Iran")
    expect(reviewer.get_by_text("No standing would be another one")).to_be_visible()
    confirm(reviewer, "Publish this change", "Publish this change", "Published.")
    reviewer.goto("/api/v1/actors/national-iranian-oil-company/")
    expect(reviewer.locator("body")).to_contain_text("A state company of Iran.")

    reviewer.goto(address)
    confirm(reviewer, "Retract", "Retract", "Retracted.")
    assert list(Version.objects.values_list("number", "kind", "author", "approver", "reason")) == [
        (1, VersionKind.PUBLICATION, "curator", "reviewer", "Because."),
        (2, VersionKind.CORRECTION, "curator", "reviewer", "It is of Iran."),
        (3, VersionKind.RETRACTION, "curator", "reviewer", "Because."),
    ]


def test_two_curators_save_the_same_draft_and_lose_nothing(open_as: Open, watch: Watch) -> None:
    known_source()
    ada, bo = open_as("curator"), open_as("root")
    ada.goto("/admin/sanctions/actor/add/")
    ada.locator("#id_name").press_sequentially("Iran")
    ada.locator("#id_kind").select_option("state")
    cite(ada)
    save(ada)
    bo.goto(ada.url.partition("#")[0])
    bo.locator("#id_summary").fill("A state in western Asia.")
    bo.locator("#id_name").fill("Persia")
    save(bo)

    tab(ada, "General")
    ada.locator("#id_name").fill("Islamic Republic of Iran")
    open_card(ada, "citations")
    ada.locator("#id_citations-0-pinpoint").fill("85 FR 2004")
    ada.get_by_role("button", name="Save", exact=True).click()
    expect(ada.get_by_text("Nothing was overwritten, and nothing of yours is lost.")).to_be_visible()
    expect(ada.get_by_text("A state in western Asia.")).to_be_visible()
    assert Actor.objects.get().name == "Persia"
    ada.get_by_role("radio", name="Yours").check()
    ada.get_by_role("button", name="Save both changes").click()
    expect(ada.get_by_text("Both changes are saved.")).to_be_visible()
    actor = Actor.objects.get()
    assert (actor.name, actor.summary) == ("Islamic Republic of Iran", "A state in western Asia.")
    assert actor.citations.get().pinpoint == "85 FR 2004"
    # The response to the stale form is a conflict, which the browser reports.
    watch.faults = [fault for fault in watch.faults if "409" not in fault]


def test_a_form_that_is_loaded_again_shows_the_current_record(open_as: Open) -> None:
    """Otherwise it would overwrite what another user has saved with old values."""
    known_source()
    ada, bo = open_as("curator"), open_as("root")
    ada.goto("/admin/sanctions/actor/add/")
    ada.locator("#id_name").press_sequentially("Iran")
    ada.locator("#id_kind").select_option("state")
    cite(ada)
    save(ada)
    tab(ada, "General")
    ada.locator("#id_summary").fill("Typed and not saved.")
    bo.goto(ada.url.partition("#")[0])
    bo.locator("#id_name").fill("Persia")
    save(bo)
    ada.on("dialog", lambda dialog: dialog.accept())
    ada.reload()
    expect(ada.locator("#id_name")).to_have_value("Persia")
    expect(ada.locator("#id_summary")).to_have_value("")
    ada.locator("#id_summary").fill("A state.")
    save(ada)
    assert Actor.objects.values_list("name", "summary").get() == ("Persia", "A state.")


def test_rows_of_a_proposal_are_edited_as_those_of_a_record(open_as: Open) -> None:
    known_source()
    order = make_order("us-eo-13645", title="Executive Order 13645")
    event = make_event("implementation-day", title="Implementation Day")
    make_citation(event)
    make_effect("took_effect", "2013-07-01", order=order)
    make_effect("revoked", "2016-01-16", event, order=order)
    page = open_as("curator")
    page.goto(f"/admin/sanctions/event/{event.pk}/change/")
    open_card(page, "effects")
    page.locator("#id_effects-0-effective_on").fill("2017-01-16")
    tab(page, "Citations")
    page.locator("#citations-group .add-row").click()
    choose(page, "id_citations-1-source", "Federal Register")
    explain(page, "Update", "It was a year later.", "Keep as my draft")
    expect(page.get_by_text("Proposed.")).to_be_visible()
    expect(page.locator("table.plain").get_by_role("row", name=re.compile("us-eo-13645"))).to_contain_text("2016-01-16")
    page.get_by_role("link", name="Change it").click()
    open_card(page, "effects")
    expect(page.locator("#id_effects-0-effective_on")).to_have_value("2017-01-16")
    page.locator("#id_effects-0-effective_on").fill("2018-01-16")
    explain(page, "Update", "It was two years later.", "Propose and submit for review")
    expect(page.get_by_text("Submitted for review.")).to_be_visible()
    proposal = Proposal.objects.get()
    assert '"2018-01-16"' in proposal.document
    assert proposal.document.count('"source"') == 2
    assert event.effects.get().effective_on == "2016-01-16"
