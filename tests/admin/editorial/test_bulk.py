"""Submitting and publishing in bulk, and the undo of a batch, as a curator meets them in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanctions.models import Actor, LogEntry
from sanctions.vocabulary import Move, State
from tests.admin.conftest import Sign, user_of
from tests.admin.editorial.bulk import LIST, batch_of, confirm_action, post_action
from tests.factories.actors import make_actor
from tests.factories.sources import cite
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db


def in_review(slug: str, **values: Any) -> Actor:
    actor = make_actor(slug, state=State.IN_REVIEW, **values)
    cite(actor)
    return actor


def states() -> dict[str, str]:
    return dict(Actor.objects.values_list("slug", "state"))


def test_many_are_published_with_one_reason_and_each_is_shown(reviewer: Client) -> None:
    author = make_user("curator")
    records = [in_review("a", author=author), in_review("mine", author=user_of("reviewer")), in_review("c")]
    bare = make_actor("bare", state=State.IN_REVIEW)
    page = post_action(reviewer, "publish_in_bulk", *records, bare)
    assert "Publish 2 of 4 records?" in page.content.decode()
    assert "that needs a reviewer who did not write it" in page.content.decode()
    assert "A citation is missing" in page.content.decode()
    assert not LogEntry.objects.exists()
    answer = confirm_action(reviewer, page).content.decode()
    assert "2 done, 2 refused" in answer
    assert states() == {"a": "published", "c": "published", "mine": "in_review", "bare": "in_review"}
    assert set(LogEntry.objects.values_list("move", "reason", "batch")) == {(Move.PUBLISHED, "Checked.", 1)}
    assert "/admin/sanctions/logentry/batch/1/" in answer


def test_what_was_changed_since_it_was_shown_is_not_published(reviewer: Client) -> None:
    page = post_action(reviewer, "publish_in_bulk", in_review("a"), in_review("b"))
    Actor.objects.filter(slug="a").update(name="Somebody else's")
    assert "Another user changed" in confirm_action(reviewer, page).content.decode()
    assert states() == {"a": "in_review", "b": "published"}


def test_what_was_not_shown_is_not_published(reviewer: Client, sign_in: Sign) -> None:
    page = post_action(reviewer, "publish_in_bulk", in_review("a"))
    other = sign_in("administrator")
    assert confirm_action(other, page).status_code == 302
    for seen in ("", "\0", "forged", "W10:1:x"):
        assert reviewer.post(f"{LIST}bulk/publish/", {"seen": seen, "reason": "Checked."}).status_code == 302
    assert reviewer.get(f"{LIST}bulk/publish/").status_code == 302
    assert reviewer.get(f"{LIST}bulk/retract/").status_code == 404
    assert states() == {"a": "in_review"}


def test_drafts_are_submitted_in_bulk_by_curators_who_may_not_publish(curator: Client) -> None:
    drafts = [make_actor(slug, state=State.DRAFT) for slug in ("a", "b")]
    confirm_action(curator, post_action(curator, "submit_in_bulk", *drafts, make_actor("public")))
    assert states() == {"a": "in_review", "b": "in_review", "public": "published"}
    post_action(curator, "publish_in_bulk", *drafts)
    assert "published" not in {states()["a"], states()["b"]}
    assert "publish_in_bulk" not in curator.get(LIST).content.decode()


def test_without_a_reason_nothing_is_done(curator: Client) -> None:
    page = post_action(curator, "submit_in_bulk", make_actor("a", state=State.DRAFT))
    assert "Give a reason" in confirm_action(curator, page, reason=" ").content.decode()
    assert states() == {"a": "draft"}


def test_the_question_makes_as_many_queries_for_many_as_for_few(reviewer: Client) -> None:
    few = [in_review(f"a-{n}") for n in range(2)]
    many = [in_review(f"b-{n}") for n in range(20)]
    post_action(reviewer, "publish_in_bulk", *few)
    with CaptureQueriesContext(connection) as made:
        post_action(reviewer, "publish_in_bulk", *few)
    with CaptureQueriesContext(connection) as made_for_many:
        post_action(reviewer, "publish_in_bulk", *many)
    assert len(made) == len(made_for_many)


# --- The page of a batch ------------------------------------------------------------------------


def test_a_batch_is_shown_and_undone_by_its_user(curator: Client) -> None:
    address = batch_of(curator, *(make_actor(slug, state=State.DRAFT) for slug in ("a", "b")))
    page = curator.get(address).content.decode()
    assert "Undo the whole batch?" in page
    assert "submitted for review" in page
    assert "Give a reason" in curator.post(address, {"reason": ""}).content.decode()
    assert "2 undone, 0 left as they are" in curator.post(address, {"reason": "Too early."}).content.decode()
    assert states() == {"a": "draft", "b": "draft"}


def test_a_long_batch_is_shown_in_pages(curator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sanctions.admin.editorial.batches._PER_PAGE", 2)
    address = batch_of(curator, *(make_actor(slug, state=State.DRAFT) for slug in ("a", "b", "c")))
    first, second = (curator.get(f"{address}?page={number}").content.decode() for number in (1, 2))
    for page, shown, other in ((first, "1 to 2 of 3", 2), (second, "3 to 3 of 3", 1)):
        assert shown in page
        assert f'href="?page={other}"' in page
    assert [">c</a>" in page for page in (first, second)] == [False, True]


def test_a_record_that_was_changed_since_is_left_alone_and_listed(curator: Client, reviewer: Client) -> None:
    first, second = (in_review(slug) for slug in ("a", "b"))
    Actor.objects.update(state=State.DRAFT)
    address = batch_of(curator, first, second)
    reviewer.post(f"{LIST}{first.pk}/publish/", {"reason": "Good."})
    answer = curator.post(address, {"reason": "Too early."}).content.decode()
    assert "1 undone, 1 left as they are" in answer
    assert "reviewer published it since" in answer
    assert states() == {"a": "published", "b": "draft"}


def test_a_batch_is_for_administrators_and_its_user(curator: Client, reviewer: Client, sign_in: Sign) -> None:
    address = batch_of(curator, make_actor("a", state=State.DRAFT))
    assert reviewer.get(address).status_code == 403
    assert reviewer.post(address, {"reason": "Mine now."}).status_code == 403
    assert Client().get(address).status_code == 302
    administrator = sign_in("administrator")
    assert administrator.get(address).status_code == 200
    assert f'href="{address}"' in administrator.get("/admin/sanctions/logentry/").content.decode()
    for number in ("99", "9" * 30):
        assert administrator.get(f"/admin/sanctions/logentry/batch/{number}/").status_code == 404
    assert states() == {"a": "in_review"}
