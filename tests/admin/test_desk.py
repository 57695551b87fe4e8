"""Who may do what to a record, in the admin: the moves, and what they leave open."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client

from sanctions.models import Order, Record
from tests.admin.conftest import Fill, Sign, user_of
from tests.admin.world import NOUNS, World
from tests.factories.events import make_effect, make_event
from tests.factories.orders import make_measure, make_order
from tests.factories.sources import cite

pytestmark = pytest.mark.django_db


def page(record: Record) -> str:
    return f"/admin/sanctions/{record._meta.model_name}/{record.pk}/change/"


def move(record: Record, name: str) -> str:
    return f"/admin/sanctions/{record._meta.model_name}/{record.pk}/{name}/"


def said(answer: Any) -> str:
    return " ".join(str(message) for message in answer.context["messages"])


def in_review(author: str = "curator", *, cited: bool = True) -> Order:
    order = make_order(state="in_review", author=user_of(author))
    if cited:
        cite(order)
    return order


# --- Moves --------------------------------------------------------------------------------------


def test_a_draft_is_submitted_published_and_public(curator: Client, reviewer: Client) -> None:
    order = make_order(state="draft", author=user_of("curator"))
    cite(order)
    assert "Submitted" in said(curator.post(move(order, "submit"), follow=True))
    order.refresh_from_db()
    assert order.state == "in_review"
    assert "Published" in said(reviewer.post(move(order, "publish"), follow=True))
    order.refresh_from_db()
    assert (order.state, order.approver) == ("published", user_of("reviewer"))
    assert order.rendering


def test_a_question_changes_nothing(reviewer: Client) -> None:
    order = in_review()
    answer = reviewer.get(move(order, "publish"))
    assert answer.status_code == 200
    assert "Publish?" in answer.content.decode()
    order.refresh_from_db()
    assert order.state == "in_review"


def test_a_move_from_a_foreign_page_is_refused(sign_in: Sign) -> None:
    order = in_review()
    client = Client(enforce_csrf_checks=True)
    client.force_login(user_of("reviewer"))
    assert client.post(move(order, "publish")).status_code == 403
    order.refresh_from_db()
    assert order.state == "in_review"


def test_nobody_publishes_their_own_work(reviewer: Client) -> None:
    order = in_review("reviewer")
    assert "approves their own" in said(reviewer.post(move(order, "publish"), follow=True))
    order.refresh_from_db()
    assert order.state == "in_review"


def test_a_curator_publishes_nothing(curator: Client) -> None:
    order = in_review("reviewer")
    assert "reviewer" in said(curator.post(move(order, "publish"), follow=True))
    order.refresh_from_db()
    assert order.state == "in_review"


def test_nothing_is_published_without_a_source(reviewer: Client) -> None:
    order = in_review(cited=False)
    assert "no citation" in said(reviewer.post(move(order, "publish"), follow=True))
    order.refresh_from_db()
    assert order.state == "in_review"


def test_a_reviewer_returns_a_record(reviewer: Client) -> None:
    order = in_review()
    assert "Returned" in said(reviewer.post(move(order, "return"), follow=True))
    order.refresh_from_db()
    assert order.state == "draft"


def test_every_move_is_logged(curator: Client) -> None:
    order = make_order(state="draft")
    curator.post(move(order, "submit"))
    entry = LogEntry.objects.get()
    assert (entry.get_change_message(), entry.user) == ("Submitted for review.", user_of("curator"))


def test_only_moves_that_are_open_are_offered(curator: Client, reviewer: Client) -> None:
    offers = {"submit": "/submit/", "publish": "/publish/", "return": "/return/"}

    def offered(client: Client, order: Order) -> set[str]:
        text = client.get(page(order)).content.decode()
        return {name for name, path in offers.items() if f"/{order.pk}{path}" in text}

    assert offered(curator, make_order(state="draft")) == {"submit"}
    assert offered(curator, in_review()) == set()
    assert offered(reviewer, in_review()) == {"publish", "return"}
    assert offered(reviewer, in_review("reviewer")) == set()
    assert offered(reviewer, make_order(state="published")) == set()


@pytest.mark.parametrize("name", ["submit", "publish", "return"])
def test_a_move_of_nothing_is_no_error(reviewer: Client, name: str) -> None:
    for key in ("0", "99999999999999999999999", "x", "_5F"):
        assert reviewer.post(f"/admin/sanctions/order/{key}/{name}/").status_code == 302


def test_a_stranger_sees_nothing(client: Client, sign_in: Sign) -> None:
    order = in_review()
    assert client.get(page(order)).status_code == 302
    nobody = sign_in("nobody")
    assert nobody.get(page(order)).status_code == 403
    assert nobody.post(move(order, "publish")).status_code == 403


# --- What is open to whom -----------------------------------------------------------------------


@pytest.mark.parametrize("noun", NOUNS)
def test_a_published_record_is_read_only_for_a_curator(curator: Client, noun: str) -> None:
    record = World(2, state="published").first[noun]
    answer = curator.get(page(record))
    assert answer.status_code == 200
    assert 'name="_save"' not in answer.content.decode()
    assert curator.post(page(record), {"slug": "other"}).status_code == 403


@pytest.mark.parametrize("noun", NOUNS)
def test_a_reviewer_corrects_a_published_record_at_once(reviewer: Client, fill: Fill, noun: str) -> None:
    record = World(2, state="published").first[noun]
    fill(reviewer, page(record), {"note": "Read again."})
    record.refresh_from_db()
    assert (record.note, record.state, record.approver) == ("Read again.", "published", user_of("reviewer"))
    assert "Read again." in record.rendering


def test_the_public_name_of_a_published_record_stays(reviewer: Client, fill: Fill) -> None:
    order = make_order("us-eo-13902")
    fill(reviewer, page(order), {"slug": "us-eo-1", "title": "Changed"})
    order.refresh_from_db()
    assert (order.slug, order.title) == ("us-eo-13902", "Changed")


def test_who_saves_a_draft_becomes_its_author(curator: Client, fill: Fill) -> None:
    order = make_order(state="draft", author=user_of("reviewer"))
    fill(curator, page(order), {"title": "Mine now"})
    order.refresh_from_db()
    assert order.author == user_of("curator")


def test_a_reviewer_who_edits_may_not_publish_afterwards(reviewer: Client, fill: Fill) -> None:
    order = in_review()
    fill(reviewer, page(order), {"title": "Improved"})
    assert "approves their own" in said(reviewer.post(move(order, "publish"), follow=True))


def test_the_state_is_no_field_of_the_form(curator: Client, fill: Fill) -> None:
    order = make_order(state="draft")
    fill(curator, page(order), {"state": "published", "author": "", "approver": "1", "dated_on": "1999-01-01"})
    order.refresh_from_db()
    assert (order.state, order.approver, order.dated_on) == ("draft", None, None)


def test_what_the_public_has_seen_is_never_deleted(admin_client: Client) -> None:
    for state, status in (("published", 403), ("retracted", 403), ("draft", 302)):
        order = make_order(state=state)
        make_measure(order)
        answer = admin_client.post(f"/admin/sanctions/order/{order.pk}/delete/", {"post": "yes"})
        assert answer.status_code == status, state
        assert Order.objects.filter(pk=order.pk).exists() == (status == 403)


def test_what_is_referred_to_is_not_deleted(admin_client: Client) -> None:
    order = make_order(state="draft")
    make_effect("issued", "2001", order=order)
    admin_client.post(f"/admin/sanctions/order/{order.pk}/delete/", {"post": "yes"})
    assert Order.objects.filter(pk=order.pk).exists()


def test_a_curator_deletes_no_record(curator: Client) -> None:
    order = make_order(state="draft")
    assert curator.post(f"/admin/sanctions/order/{order.pk}/delete/", {"post": "yes"}).status_code == 403


# --- Where a record stands ----------------------------------------------------------------------


def test_the_page_shows_the_standing_and_why(curator: Client) -> None:
    order, other = make_order("us-eo-13645"), make_order("us-eo-13716")
    make_effect("took_effect", "2013-07-01", make_event(title="The order takes effect"), order=order)
    make_effect(
        "revoked", "2016-01-16", make_event(title="Implementation Day"), order=order, by_order=other, contested=True
    )
    text = curator.get(page(order)).content.decode()
    assert 'data-standing="ended"' in text
    assert "since 16 January 2016" in " ".join(text.split())
    for part in ("Implementation Day", "us-eo-13716", "contested", "1 July 2013", "/api/v1/orders/us-eo-13645/"):
        assert part in text


def test_the_history_tells_what_does_not_count_and_why(curator: Client) -> None:
    order = make_order()
    make_effect("took_effect", "2013-07-01", make_event(state="draft"), order=order)
    make_effect("suspended", "2014-01-20", make_event(modality="cancelled"), order=order)
    text = curator.get(page(order)).content.decode()
    assert 'data-standing="not_yet_in_force"' in text
    assert "does not count: the event is draft" in text
    assert "does not count: the event was cancelled" in text


def test_an_unpublished_record_has_no_public_link(curator: Client) -> None:
    order = make_order("us-eo-13902", state="draft")
    assert "/api/v1/orders/us-eo-13902/" not in curator.get(page(order)).content.decode()


def test_an_agreement_shows_the_standing_of_each_party(curator: Client) -> None:
    world = World(2, state="published")
    agreement, actor = world.first["agreement"], world.first["actor"]
    make_effect("took_effect", "2016-01-16", agreement=agreement, party=actor)
    make_effect("withdrew", "2018-05-08", agreement=agreement, party=actor)
    text = curator.get(page(agreement)).content.decode()
    assert "withdrawn" in text
    assert "Parties and commitments today" in text


def test_a_disputed_violation_shows_who_contests_it(curator: Client) -> None:
    world = World(1, state="published")
    violation, actor = world.first["violation"], world.first["actor"]
    make_effect("denied", "2019-07-03", make_event(title="Iran denies it"), violation=violation, party=actor)
    text = curator.get(page(violation)).content.decode()
    assert 'data-standing="disputed"' in text
    assert f"contested by {actor}" in text
    assert "Iran denies it" in text
