"""Who may do what to a record, in the admin: the moves, and what they leave open."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client

from sanctions.editorial.authors import authors_of
from sanctions.ledger import clock
from sanctions.ledger.versions import append_missing_versions
from sanctions.models import LogEntry as Entry
from sanctions.models import Order, Program, Record, Version
from sanctions.vocabulary import Move, Standing
from tests.admin.conftest import Fill, Sign, user_of
from tests.admin.world import NOUNS, World
from tests.factories.actors import make_actor
from tests.factories.acts import ACT
from tests.factories.events import make_effect, make_event
from tests.factories.orders import make_measure, make_order
from tests.factories.programs import make_program
from tests.factories.sources import cite

pytestmark = pytest.mark.django_db
BECAUSE: Final = {"reason": "Because."}


def page(record: Record) -> str:
    return f"/admin/sanctions/{record._meta.model_name}/{record.pk}/change/"


def move(record: Record, name: str) -> str:
    return f"/admin/sanctions/{record._meta.model_name}/{record.pk}/{name}/"


def messages_of(answer: Any) -> str:
    """Return the messages of a page, and why a move was refused."""
    messages = [str(message) for message in answer.context["messages"]]
    return " ".join([*messages, answer.context.get("refusal", "")])


def in_review(author: str = "curator", *, cited: bool = True) -> Order:
    order = make_order(state="in_review", author=user_of(author))
    if cited:
        cite(order)
    return order


# --- Moves --------------------------------------------------------------------------------------


def test_a_draft_is_submitted_published_and_public(curator: Client, reviewer: Client) -> None:
    order = make_order(state="draft", author=user_of("curator"))
    cite(order)
    assert "Submitted" in messages_of(curator.post(move(order, "submit"), BECAUSE, follow=True))
    order.refresh_from_db()
    assert order.state == "in_review"
    assert "Published" in messages_of(reviewer.post(move(order, "publish"), BECAUSE, follow=True))
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
    assert client.post(move(order, "publish"), BECAUSE).status_code == 403
    order.refresh_from_db()
    assert order.state == "in_review"


def test_no_user_publishes_their_own_work(reviewer: Client) -> None:
    order = in_review("reviewer")
    assert "reviewer who did not write it" in messages_of(reviewer.post(move(order, "publish"), BECAUSE, follow=True))
    order.refresh_from_db()
    assert order.state == "in_review"


def test_an_author_is_shown_no_form_to_publish_but_who_wrote_it(curator: Client, reviewer: Client, fill: Fill) -> None:
    order = in_review("reviewer")
    fill(curator, page(order), {"title": "Better"})
    answer = reviewer.get(move(order, "publish"))
    text = answer.content.decode()
    assert "reviewer and curator wrote it" in text
    assert "<textarea" not in text
    order.refresh_from_db()
    assert order.author == user_of("reviewer")


def test_a_page_that_cannot_save_for_a_wrong_clock_keeps_what_was_typed(
    reviewer: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = in_review()
    monkeypatch.setattr(clock, "database_clock", lambda head: clock.process_now() - timedelta(minutes=10))
    answer = reviewer.post(move(order, "publish"), {"reason": "Long thought about."})
    assert "seconds apart" in messages_of(answer)
    assert "Long thought about." in answer.content.decode()
    order.refresh_from_db()
    assert order.state == "in_review"


def test_a_curator_publishes_nothing(curator: Client) -> None:
    order = in_review("reviewer")
    assert "reviewer" in messages_of(curator.post(move(order, "publish"), BECAUSE, follow=True))
    order.refresh_from_db()
    assert order.state == "in_review"


def test_nothing_is_published_without_a_source(reviewer: Client) -> None:
    order = in_review(cited=False)
    assert "no citation" in messages_of(reviewer.post(move(order, "publish"), BECAUSE, follow=True))
    order.refresh_from_db()
    assert order.state == "in_review"


def test_a_reviewer_returns_a_record(reviewer: Client) -> None:
    order = in_review()
    assert "Returned" in messages_of(reviewer.post(move(order, "return"), {"reason": "Cite the text."}, follow=True))
    order.refresh_from_db()
    assert order.state == "draft"


def test_every_move_is_logged(curator: Client) -> None:
    order = make_order(state="draft")
    curator.post(move(order, "submit"), BECAUSE)
    entry = LogEntry.objects.get()
    assert (entry.get_change_message(), entry.user) == ("Submitted for review. Because.", user_of("curator"))


def test_every_move_is_in_the_log_with_where_it_came_from(curator: Client, reviewer: Client, fill: Fill) -> None:
    order = make_order(state="draft")
    cite(order)
    fill(curator, page(order), {"title": "Better"}, REMOTE_ADDR="192.0.2.1")
    curator.post(move(order, "submit"), {"reason": "Ready."}, REMOTE_ADDR="2001:db8::1")
    reviewer.post(move(order, "publish"), BECAUSE, REMOTE_ADDR="192.0.2.2")
    assert list(Entry.objects.values_list("move", "by", "reason", "address")) == [
        (Move.SAVED, "curator", "", "192.0.2.1"),
        (Move.SUBMITTED, "curator", "Ready.", "2001:db8::1"),
        (Move.PUBLISHED, "reviewer", "Because.", "192.0.2.2"),
    ]


def test_a_record_is_retracted_and_restored_by_another_user(sign_in: Sign, reviewer: Client) -> None:
    order = make_order(state="published")
    cite(order)
    assert "Retracted" in messages_of(reviewer.post(move(order, "retract"), {"reason": "It is no order."}, follow=True))
    order.refresh_from_db()
    assert (order.state, order.rendering) == ("retracted", "")
    assert "retracted" in messages_of(reviewer.post(move(order, "restore"), {"reason": "It is."}, follow=True))
    assert "Restored" in messages_of(
        sign_in("administrator").post(move(order, "restore"), {"reason": "It is."}, follow=True)
    )
    order.refresh_from_db()
    assert order.state == "published"
    assert order.rendering
    assert list(Version.objects.values_list("kind", "reason")) == [
        ("publication", ""),
        ("retraction", "It is no order."),
        ("restoration", "It is."),
    ]


@pytest.mark.parametrize(
    ("state", "name"),
    [("in_review", "return"), ("in_review", "publish"), ("published", "retract"), ("retracted", "restore")],
)
def test_a_move_that_needs_a_reason_is_asked_again_without_one(reviewer: Client, state: str, name: str) -> None:
    order = make_order(state=state)
    assert " required>" in reviewer.get(move(order, name)).content.decode()
    assert "Give a reason" in messages_of(reviewer.post(move(order, name), {"reason": " \r\n "}))
    order.refresh_from_db()
    assert order.state == state
    assert not Entry.objects.exists()


def test_a_reason_that_is_refused_is_not_lost(reviewer: Client) -> None:
    order = in_review()
    answer = reviewer.post(move(order, "return"), {"reason": "First line\r\n<b>second</b>\x07"})
    assert "U+0007" in messages_of(answer)
    text = answer.content.decode()
    assert "First line\r\n&lt;b&gt;second&lt;/b&gt;" in text
    assert 'role="alert"' in text


def test_an_author_reads_why_a_record_was_returned(curator: Client, reviewer: Client) -> None:
    order = in_review()
    reviewer.post(move(order, "return"), {"reason": "Cite the text itself."})
    history = curator.get(f"/admin/sanctions/order/{order.pk}/history/").content.decode()
    assert "Returned to its author. Cite the text itself." in history


def test_what_is_retracted_is_read_only_for_everybody(admin_client: Client) -> None:
    order = make_order(state="retracted")
    assert 'name="_save"' not in admin_client.get(page(order)).content.decode()
    assert admin_client.post(page(order), {"title": "Changed"}).status_code == 403


def test_only_moves_that_are_open_are_offered(curator: Client, reviewer: Client) -> None:
    offers = {name: f"/{name}/" for name in ("submit", "publish", "return", "retract", "restore")}

    def offered(client: Client, order: Order) -> set[str]:
        text = client.get(page(order)).content.decode()
        return {name for name, path in offers.items() if f"/{order.pk}{path}" in text}

    assert offered(curator, make_order(state="draft")) == {"submit"}
    assert offered(curator, in_review()) == set()
    assert offered(reviewer, in_review()) == {"publish", "return"}
    assert offered(reviewer, in_review("reviewer")) == set()
    assert offered(curator, make_order(state="published")) == set()
    assert offered(reviewer, make_order(state="published")) == {"retract"}
    assert offered(reviewer, make_order(state="retracted")) == {"restore"}
    assert offered(curator, make_order(state="retracted")) == set()


@pytest.mark.parametrize("name", ["submit", "publish", "return", "retract", "restore"])
def test_a_move_of_nothing_is_no_error(reviewer: Client, name: str) -> None:
    for key in ("0", "99999999999999999999999", "x", "_5F"):
        assert reviewer.post(f"/admin/sanctions/order/{key}/{name}/").status_code == 302


def test_a_stranger_sees_nothing(client: Client, sign_in: Sign) -> None:
    order = in_review()
    assert client.get(page(order)).status_code == 302
    nobody = sign_in("nobody")
    assert nobody.get(page(order)).status_code == 403
    assert nobody.post(move(order, "publish"), BECAUSE).status_code == 403


# --- What is open to whom -----------------------------------------------------------------------


@pytest.mark.parametrize("noun", NOUNS)
def test_a_published_record_is_read_only_for_who_may_change_none(sign_in: Sign, noun: str) -> None:
    record = World(2, state="published").first[noun]
    user_of("reader").user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    reader = sign_in("reader")
    answer = reader.get(page(record))
    assert answer.status_code == 200
    assert "change_reason" not in answer.content.decode()
    assert reader.post(page(record), {"slug": "other"}).status_code == 403


def test_who_saves_a_draft_is_one_of_its_authors_and_it_stays_its_owners(curator: Client, fill: Fill) -> None:
    order = make_order(state="draft", author=user_of("reviewer"))
    fill(curator, page(order), {"title": "Better"})
    order.refresh_from_db()
    assert order.author == user_of("reviewer")
    assert str(authors_of(order)) == "reviewer and curator"


def test_a_reviewer_who_edits_may_not_publish_afterwards(reviewer: Client, fill: Fill) -> None:
    order = in_review()
    fill(reviewer, page(order), {"title": "Improved"})
    assert "reviewer who did not write it" in messages_of(reviewer.post(move(order, "publish"), BECAUSE, follow=True))


def test_the_state_is_no_field_of_the_form(curator: Client, fill: Fill) -> None:
    order = make_order(state="draft")
    fill(curator, page(order), {"state": "published", "author": "", "approver": "1", "dated_on": "1999-01-01"})
    order.refresh_from_db()
    assert (order.state, order.approver, order.dated_on) == ("draft", None, None)


def test_what_the_public_has_seen_is_never_deleted(admin_client: Client) -> None:
    for state, status in (("published", 403), ("retracted", 403), ("draft", 302)):
        order = make_order(state=state)
        make_measure(order)
        answer = admin_client.post(f"/admin/sanctions/order/{order.pk}/delete/", {"post": "yes", **BECAUSE})
        assert answer.status_code == status, state
        assert Order.objects.filter(pk=order.pk).exists() == (status == 403)


def test_what_is_referred_to_is_not_deleted(admin_client: Client) -> None:
    order = make_order(state="draft")
    make_effect("issued", "2001", order=order)
    admin_client.post(f"/admin/sanctions/order/{order.pk}/delete/", {"post": "yes", **BECAUSE})
    assert Order.objects.filter(pk=order.pk).exists()


def test_what_a_set_of_another_record_names_is_not_deleted(admin_client: Client) -> None:
    actor = make_actor(state="draft")
    measure = make_measure(make_order())
    measure.targets.add(actor)
    answer = admin_client.post(f"/admin/sanctions/actor/{actor.pk}/delete/", {"post": "yes", **BECAUSE}, follow=True)
    assert "refers to it" in messages_of(answer)
    assert list(measure.targets.all()) == [actor]


def test_of_several_records_all_are_deleted_or_none(admin_client: Client) -> None:
    free, named = make_program(state="draft"), make_program(state="draft")
    make_order().programs.add(named)
    chosen = {"action": "delete_selected", "post": "yes", **BECAUSE, "_selected_action": [free.pk, named.pk]}
    answer = admin_client.post("/admin/sanctions/program/", chosen, follow=True)
    assert "Nothing was done" in messages_of(answer)
    assert set(Program.objects.all()) == {free, named}
    assert not Entry.objects.exists()
    admin_client.post("/admin/sanctions/program/", chosen | {"_selected_action": [free.pk]})
    assert list(Program.objects.all()) == [named]
    assert [(entry.slug, entry.move) for entry in Entry.objects.all()] == [(free.slug, Move.DELETED)]


def test_a_curator_deletes_no_record(curator: Client) -> None:
    order = make_order(state="draft")
    assert curator.post(f"/admin/sanctions/order/{order.pk}/delete/", {"post": "yes", **BECAUSE}).status_code == 403


# --- The dossier of a record ---------------------------------------------------------------------


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


def test_the_history_shows_what_does_not_count_and_why(curator: Client) -> None:
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


def test_the_page_of_a_retraction_lists_who_refers_to_the_record_and_which_standings_move(reviewer: Client) -> None:
    order = make_order("us-eo-1", issuer=make_actor("issuer"))
    other = make_order("us-eo-2", issuer=order.issuer)
    act = make_event("act")
    for subject, verb in ((order, "issued"), (order, "took_effect"), (other, "revoked")):
        make_effect(verb, "2018-05-08", act, order=subject)
    cite(order)
    cite(act)
    append_missing_versions(ACT)
    shown = reviewer.get(move(order, "retract")).context["consequences"]
    assert dict(shown.referring) == {"event": ["act"]}
    assert {(flip.name, flip.after) for flip in shown.flips} == {("us-eo-1", None)}
    page = reviewer.get(move(act, "retract"))
    shown = page.context["consequences"]
    assert {flip.name for flip in shown.flips} == {"us-eo-1", "us-eo-2"}
    assert all(flip.since == date(2018, 5, 8) for flip in shown.flips)
    assert "What else that would change" in page.content.decode()
    assert [(row.state, Version.objects.filter(slug=row.slug).count()) for row in (order, act)] == [
        ("published", 1)
    ] * 2


def test_the_page_of_a_restoration_lists_what_comes_back(reviewer: Client, sign_in: Sign) -> None:
    order = make_order("us-eo-1", issuer=make_actor("issuer"))
    act = make_event("act")
    make_effect("took_effect", "2018-05-08", act, order=order)
    cite(order)
    cite(act)
    append_missing_versions(ACT)
    reviewer.post(move(act, "retract"), {"reason": "Wrong."})
    shown = sign_in("administrator").get(move(act, "restore")).context["consequences"]
    (flip,) = shown.flips
    assert (flip.name, flip.since, flip.after) == ("us-eo-1", date(2018, 5, 8), Standing.IN_FORCE)


def test_the_page_of_a_publication_shows_no_consequences(reviewer: Client) -> None:
    assert reviewer.get(move(make_order(state="in_review"), "publish")).context["consequences"] is None
