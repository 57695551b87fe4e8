"""The work around a review: assignments, remarks, and the confirmation that a public record is still right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.test import Client

from sanctions.editorial import moves, proposals, reviews
from sanctions.editorial.presence import find_others, remove_presence, report_presence
from sanctions.editorial.proposals import ProposedChange
from sanctions.editorial.reviews import Matter
from sanctions.exceptions import MoveRefused
from sanctions.ledger.versions import Act, append_missing_versions
from sanctions.models import Actor, Assignment, LinkCheck, LogEntry, Presence, Proposal, Remark
from sanctions.models.reviews import LONGEST_REMARK, PRESENT
from sanctions.records.encode import encode
from sanctions.records.registry import type_of
from sanctions.vocabulary import Move, RemarkKind, State
from tests.factories.actors import make_actor
from tests.factories.sources import cite, make_source
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db
AT: Final = datetime(2025, 2, 7, 12, tzinfo=UTC)
DAY: Final = timedelta(days=1)
TODAY: Final = AT.date()


@pytest.fixture
def ada() -> User:
    return make_user("curator", name="ada")


@pytest.fixture
def bo() -> User:
    return make_user("reviewer", name="bo")


@pytest.fixture
def cy() -> User:
    return make_user("reviewer", name="cy")


@pytest.fixture
def draft(ada: User) -> Matter:
    """A record of Ada's in review."""
    return Matter(make_actor("iran", state=State.IN_REVIEW, author=ada))


@pytest.fixture
def change(ada: User) -> Matter:
    """A change to a published record, proposed by Ada, in review."""
    actor = make_actor("iraq", name="Iraq")
    cite(actor)
    append_missing_versions(Act(AT - DAY))
    document = encode(type_of(actor), actor.pk) | {"name": "Irak"}
    proposal = proposals.propose(actor, ProposedChange(document), Act(AT, ada, "So it is written."))
    proposals.submit(proposal, Act(AT, ada))
    return Matter(actor, proposal)


@pytest.fixture(params=["draft", "change"])
def matter(request: pytest.FixtureRequest) -> Matter:
    matter: Matter = request.getfixturevalue(request.param)
    return matter


def log_rows() -> list[tuple[Any, ...]]:
    return list(
        LogEntry.objects.filter(move__in=NEW).values_list("move", "slug", "proposal", "by", "reason", "address")
    )


NEW: Final = (Move.ASSIGNED, Move.UNASSIGNED, Move.RESOLVED, Move.CONFIRMED)

# --- Assigning ----------------------------------------------------------------------------------


def test_a_reviewer_is_told_what_to_review_until_when(matter: Matter, bo: User, cy: User) -> None:
    reviews.assign(matter, cy, TODAY + DAY, Act(AT, bo, "You know it.", address="192.0.2.1"))
    assignment = Assignment.objects.get()
    assert (assignment.assignee, assignment.name, assignment.due_on) == (cy, "cy", TODAY + DAY)
    assert (assignment.set_by, assignment.set_at) == ("bo", AT)
    reason = "To cy, until 2025-02-08. You know it."
    assert log_rows() == [(Move.ASSIGNED, matter.record.slug, matter.number, "bo", reason, "192.0.2.1")]


def test_a_later_assignment_takes_the_place_of_the_first(matter: Matter, bo: User, cy: User) -> None:
    reviews.assign(matter, cy, None, Act(AT, bo))
    reviews.assign(matter, bo, TODAY, Act(AT, bo))
    assert Assignment.objects.values_list("name", "due_on").get() == ("bo", TODAY)
    reviews.unassign(matter, Act(AT, cy, "He is away."))
    assert not Assignment.objects.exists()
    assert [row[4] for row in log_rows()] == ["To cy.", "To bo, until 2025-02-07.", "From bo. He is away."]


def test_a_record_and_a_change_to_it_are_assigned_apart(change: Matter, bo: User, cy: User) -> None:
    reviews.assign(change, cy, None, Act(AT, bo))
    assert Matter(change.record).assignment is None


@pytest.mark.parametrize("group", ["", "curator"])
def test_only_who_may_publish_is_assigned_and_assigns(matter: Matter, group: str, bo: User) -> None:
    other = make_user(*([group] if group else []))
    with pytest.raises(MoveRefused, match="may not review"):
        reviews.assign(matter, other, None, Act(AT, bo))
    with pytest.raises(MoveRefused, match="may not assign the review of"):
        reviews.assign(matter, bo, None, Act(AT, other))
    assert other not in reviews.assignable_accounts(matter)


def test_nobody_is_assigned_to_what_they_wrote(ada: User, bo: User, matter: Matter) -> None:
    ada.groups.set(bo.groups.all())
    assert list(reviews.assignable_accounts(matter)) == [bo]
    with pytest.raises(MoveRefused, match="not its author"):
        reviews.assign(matter, ada, None, Act(AT, bo))
    with pytest.raises(MoveRefused, match="may not assign the review of"):
        reviews.assign(matter, bo, None, Act(AT, ada))


def test_an_account_out_of_use_is_not_assigned(matter: Matter, bo: User, cy: User) -> None:
    cy.is_active = False
    cy.save()
    with pytest.raises(MoveRefused, match="may not review"):
        reviews.assign(matter, cy, None, Act(AT, bo))


@pytest.mark.parametrize("state", [State.DRAFT, State.PUBLISHED, State.RETRACTED])
def test_only_what_is_in_review_is_assigned(state: State, bo: User, cy: User) -> None:
    with pytest.raises(MoveRefused, match="not in review"):
        reviews.assign(Matter(make_actor(state=state)), cy, None, Act(AT, bo))


def test_a_due_date_that_is_past_is_refused(matter: Matter, bo: User, cy: User) -> None:
    with pytest.raises(MoveRefused, match="Due date: 2025-02-06 is past"):
        reviews.assign(matter, cy, TODAY - DAY, Act(AT, bo))
    assert log_rows() == []


def test_the_last_day_of_the_calendar_is_a_due_date(matter: Matter, bo: User, cy: User) -> None:
    reviews.assign(matter, cy, date.max, Act(AT, bo))
    assert Assignment.objects.get().due_on == date.max


def test_what_changes_nothing_is_no_assignment(matter: Matter, bo: User, cy: User) -> None:
    with pytest.raises(MoveRefused, match="is not assigned"):
        reviews.unassign(matter, Act(AT, bo))
    reviews.assign(matter, cy, TODAY, Act(AT, bo))
    with pytest.raises(MoveRefused, match="Nothing would change"):
        reviews.assign(matter, cy, TODAY, Act(AT, bo))
    assert len(log_rows()) == 1


def test_an_assignment_that_cannot_be_logged_is_not_made(
    matter: Matter, bo: User, cy: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr(LogEntry.objects, "bulk_create", fail)
    with pytest.raises(IntegrityError):
        reviews.assign(matter, cy, None, Act(AT, bo))
    assert not Assignment.objects.exists()


# --- Discussing ---------------------------------------------------------------------------------


def test_everybody_at_the_desk_takes_part_and_nobody_else(matter: Matter, ada: User, bo: User) -> None:
    reviews.add_remark(matter, " Cite it.\r\nPlease. ", Act(AT, bo, address="192.0.2.1"))
    reviews.add_remark(matter, "Done.", Act(AT, ada))
    assert list(Remark.objects.about(*matter.key).values_list("by", "text", "address")) == [
        ("bo", "Cite it.\nPlease.", "192.0.2.1"),
        ("ada", "Done.", ""),
    ]
    with pytest.raises(MoveRefused, match="may not take part"):
        reviews.add_remark(matter, "Hello.", Act(AT, make_user()))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "write a text"),
        (" \r\n\t", "write a text"),
        ("x" * (LONGEST_REMARK + 1), "5,001 characters; at most 5,000"),
        ("a\0b", r"U\+0000"),
        ("\ud800", r"U\+D800"),
    ],
)
def test_a_remark_that_cannot_be_kept_is_refused_in_words(draft: Matter, text: str, complaint: str, bo: User) -> None:
    with pytest.raises(MoveRefused, match=f"Remark: .*{complaint}"):
        reviews.add_remark(draft, text, Act(AT, bo))
    assert not Remark.objects.exists()


def test_the_longest_remark_is_taken(draft: Matter, bo: User) -> None:
    assert len(reviews.add_remark(draft, "x" * LONGEST_REMARK, Act(AT, bo)).text) == LONGEST_REMARK


def test_a_remark_is_resolved_once_by_who_made_it_or_a_reviewer(matter: Matter, ada: User, bo: User, cy: User) -> None:
    first, second = (reviews.add_remark(matter, text, Act(AT, bo)) for text in ("Cite it.", "Date it."))
    with pytest.raises(MoveRefused, match="ada may not resolve the remark of bo"):
        reviews.resolve(matter, first, Act(AT, ada, "Done."))
    reviews.resolve(matter, first, Act(AT + DAY, cy, "It is cited."))
    assert (first.resolved_by, first.resolved_at) == ("cy", AT + DAY)
    with pytest.raises(MoveRefused, match="cy has resolved"):
        reviews.resolve(matter, first, Act(AT, bo, "It is cited."))
    with pytest.raises(MoveRefused, match="Give a reason"):
        reviews.resolve(matter, second, Act(AT, bo, ""))
    own = reviews.add_remark(matter, "I shall.", Act(AT, ada))
    reviews.resolve(matter, own, Act(AT, ada, "Done."))
    assert [row[0] for row in log_rows()] == [Move.RESOLVED, Move.RESOLVED]


def test_a_remark_is_resolved_where_it_was_made(draft: Matter, change: Matter, bo: User) -> None:
    made = reviews.add_remark(draft, "Cite it.", Act(AT, bo))
    with pytest.raises(MoveRefused, match="not about"):
        reviews.resolve(change, made, Act(AT, bo, "Done."))


def test_a_curator_asks_for_the_retraction_of_what_is_public(change: Matter, draft: Matter, ada: User) -> None:
    record = Matter(change.record)
    assert (
        reviews.add_remark(record, "It is wrong.", Act(AT, ada), kind=RemarkKind.RETRACTION).kind
        == RemarkKind.RETRACTION
    )
    for matter in (change, draft):
        with pytest.raises(MoveRefused, match="Only a published record can be retracted"):
            reviews.add_remark(matter, "It is wrong.", Act(AT, ada), kind=RemarkKind.RETRACTION)


@pytest.mark.parametrize(
    "change_",
    ["text = 'other'", "by = 'other'", "at = '2001-01-01'", "resolved_by = 'other'", "resolved_at = NULL"],
)
def test_the_database_refuses_to_change_a_remark(draft: Matter, bo: User, change_: str) -> None:
    made = reviews.add_remark(draft, "Cite it.", Act(AT, bo))
    reviews.resolve(draft, made, Act(AT, bo, "Done."))
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE sanctions_remark SET {change_}")


def test_the_database_refuses_to_delete_a_remark_or_to_give_it_to_somebody_else(
    draft: Matter, bo: User, cy: User
) -> None:
    made = reviews.add_remark(draft, "Cite it.", Act(AT, bo))
    for forge in (made.delete, lambda: Remark.objects.update(account=cy)):
        with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
            forge()
    assert Remark.objects.get().account == bo


def test_what_was_said_of_a_draft_follows_it_to_another_slug(draft: Matter, bo: User, cy: User) -> None:
    reviews.add_remark(draft, "Name it better.", Act(AT, bo))
    reviews.assign(draft, cy, None, Act(AT, bo))
    reviews.move_to_slug("actor", "iran", "islamic-republic-of-iran")
    assert {*Remark.objects.values_list("slug"), *Assignment.objects.values_list("slug")} == {
        ("islamic-republic-of-iran",)
    }


# --- Confirming ---------------------------------------------------------------------------------


def test_a_curator_confirms_what_is_public_with_a_reason(change: Matter, ada: User) -> None:
    with pytest.raises(MoveRefused, match="Give a reason"):
        reviews.confirm(change.record, Act(AT, ada, " "))
    reviews.confirm(change.record, Act(AT, ada, "As in the register.", address="192.0.2.1"))
    assert log_rows() == [(Move.CONFIRMED, "iraq", None, "ada", "As in the register.", "192.0.2.1")]


# --- Deletions lose nothing ---------------------------------------------------------------------


def test_deleting_an_account_deletes_nothing_else(draft: Matter, change: Matter, ada: User, bo: User) -> None:
    for matter in (draft, change):
        reviews.assign(matter, bo, TODAY, Act(AT, bo))
        reviews.add_remark(matter, "Mine.", Act(AT, ada))
        reviews.resolve(matter, reviews.add_remark(matter, "Cite it.", Act(AT, bo)), Act(AT, bo, "Done."))
    report_presence(draft.record, "a" * 32, ada, AT)
    LinkCheck.objects.create(source=make_source(), url="https://example.org/", checked_at=AT)
    models = (Actor, Assignment, LinkCheck, LogEntry, Presence, Proposal, Remark)
    before = {model: model._default_manager.count() for model in models}
    User.objects.all().delete()
    assert {model: model._default_manager.count() for model in models} == before
    assert set(Remark.objects.values_list("by", "resolved_by")) == {("ada", ""), ("bo", "bo")}
    assert set(Assignment.objects.values_list("name", "set_by")) == {("bo", "bo")}
    assert Presence.objects.get().name == Proposal.objects.get().by == "ada"
    assert not Remark.objects.exclude(account=None).exists()
    assert set(LogEntry.objects.values_list("by", flat=True)) == {"ada", "bo"}


PATHS: Final = (
    "/api/v1/actors/iraq/",
    "/api/v1/actors/",
    "/api/v1/actors/iraq/versions/",
    "/api/v1/actors/iraq/versions/2/",
    "/api/v1/actors/iraq/?known_at=2025-02-08T12:00:00Z",
)


def test_the_public_sees_nothing_of_it(change: Matter, ada: User, bo: User, client: Client) -> None:
    for matter in (change, Matter(change.record)):
        reviews.add_remark(matter, "Zweifelhaft.", Act(AT, ada))
        reviews.resolve(matter, reviews.add_remark(matter, "Zweifelhaft.", Act(AT, bo)), Act(AT, bo, "Zweifelhaft."))
    reviews.assign(change, bo, TODAY, Act(AT, bo, "Zweifelhaft."))
    reviews.confirm(change.record, Act(AT, ada, "Zweifelhaft."))
    report_presence(change.record, "a" * 32, make_user(name="zweifelhaft"), AT)
    public = encode(type_of(change.record), change.record.pk)
    assert change.proposal is not None
    seen = proposals.seal(change.proposal, proposals.merge_into_public(change.proposal, public).document)
    proposals.accept(change.proposal, Act(AT + DAY, bo), seen=seen)
    for path in PATHS:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert "zweifelhaft" not in answer.content.decode().lower(), path


# --- Who has it open ----------------------------------------------------------------------------

Here = Callable[[User], list[str]]
PAGE, OTHER = "a" * 32, "b" * 32


@pytest.fixture
def here(draft: Matter) -> Here:
    return lambda user: [present.name for present in find_others(draft.record, user, AT)]


def test_who_else_has_it_open_is_told_but_not_oneself(draft: Matter, here: Here, ada: User, bo: User) -> None:
    report_presence(draft.record, PAGE, ada, AT)
    assert (here(bo), here(ada)) == (["ada"], [])


def test_it_is_told_since_when_however_many_pages_they_have(draft: Matter, ada: User, bo: User) -> None:
    report_presence(draft.record, PAGE, ada, AT - PRESENT / 2)
    report_presence(draft.record, OTHER, ada, AT)
    assert [(present.name, present.since) for present in find_others(draft.record, bo, AT)] == [
        ("ada", AT - PRESENT / 2)
    ]
    remove_presence(PAGE, ada)
    assert [present.since for present in find_others(draft.record, bo, AT)] == [AT]


def test_what_was_not_seen_for_two_minutes_counts_for_nothing_and_is_swept(
    draft: Matter, here: Here, ada: User, bo: User
) -> None:
    report_presence(draft.record, PAGE, ada, AT - PRESENT - timedelta(seconds=1))
    assert here(bo) == []
    report_presence(draft.record, OTHER, bo, AT)
    assert list(Presence.objects.values_list("name", flat=True)) == ["bo"]


def test_a_page_that_is_still_open_counts_from_when_it_was_opened(draft: Matter, ada: User, bo: User) -> None:
    for minute in range(10):
        report_presence(draft.record, PAGE, ada, AT + timedelta(minutes=minute))
    assert [present.since for present in find_others(draft.record, bo, AT + timedelta(minutes=9))] == [AT]


def test_nobody_closes_or_moves_the_page_of_somebody_else(draft: Matter, here: Here, ada: User, bo: User) -> None:
    report_presence(draft.record, PAGE, ada, AT)
    remove_presence(PAGE, bo)
    report_presence(make_actor(), PAGE, bo, AT)
    assert (here(bo), here(ada)) == (["ada"], [])


def test_to_ask_for_retraction_retracts_nothing(change: Matter, ada: User, bo: User) -> None:
    reviews.add_remark(Matter(change.record), "It is wrong.", Act(AT, ada), kind=RemarkKind.RETRACTION)
    assert Actor.objects.get(slug="iraq").state == State.PUBLISHED
    moves.retract(change.record, Act(AT, bo, "It is wrong."))
    assert Actor.objects.get(slug="iraq").state == State.RETRACTED


def test_a_change_to_another_record_is_no_matter_of_this_one(draft: Matter, change: Matter, bo: User, cy: User) -> None:
    confused = Matter(draft.record, change.proposal)
    with pytest.raises(MoveRefused, match="is not about iran"):
        reviews.assign(confused, cy, None, Act(AT, bo))
    assert not Assignment.objects.exists()
