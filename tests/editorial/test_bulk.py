"""Many moves at once: each in its own transaction, reported one by one, and undone as a batch if untouched since."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson
import pytest
from django.contrib.auth.models import User
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from sanctions.editorial import moves, proposals
from sanctions.editorial.bulk import Draft, Results, fingerprints, moves_in_bulk, publish_together, write_drafts
from sanctions.editorial.procedure import batch, fingerprint
from sanctions.editorial.undo import undo_batch
from sanctions.exceptions import InvalidDocument, MoveRefused, Stale
from sanctions.ledger.versions import Act, append_missing_versions
from sanctions.loading.documents import Incoming, save_documents
from sanctions.models import Actor, Citation, Event, Import, LogEntry, Proposal, SearchEntry, Version, past_of
from sanctions.projections.renderings import render_everything
from sanctions.records.base import Document
from sanctions.records.encode import encode
from sanctions.records.registry import BY_NAME, type_of
from sanctions.vocabulary import Move, ProposalState, Role, State
from tests.factories.actors import make_actor
from tests.factories.events import make_event
from tests.factories.sources import cite
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db
AT: Final = datetime(2025, 2, 7, 12, tzinfo=UTC)
DAY: Final = timedelta(days=1)
ACTOR: Final = BY_NAME["actor"]
WHY: Final = "The whole batch was wrong."


@pytest.fixture
def curator() -> User:
    return make_user("curator", name="ada")


@pytest.fixture
def reviewer() -> User:
    return make_user("reviewer", name="bo")


@pytest.fixture
def administrator() -> User:
    return make_user("administrator", name="cy")


def actor_document(slug: str, **values: Any) -> Document:
    return {"slug": slug, "kind": "state", "name": slug} | values


def drafted(by: User, *documents: Document, at: datetime = AT) -> int:
    """Write drafts in a batch; those that are there are rewritten. Return the number of the batch."""
    with batch() as together:
        write_drafts(
            [Draft(ACTOR, document, Actor.objects.filter(slug=document["slug"]).first()) for document in documents],
            Act(at, by, "Imported."),
        )
    assert together.number is not None
    return together.number


def outcomes(results: Results[Any]) -> list[tuple[str, bool]]:
    return [(result.item.slug, result.done) for result in results.results]


def whys(results: Results[Any]) -> list[str]:
    return [result.why for result in results.refused]


def in_review(slug: str, author: User, *, cited: bool = True) -> Actor:
    actor = make_actor(slug, state=State.IN_REVIEW, author=author)
    if cited:
        cite(actor)
    return actor


def document_of(slug: str) -> Document:
    actor = Actor.objects.get(slug=slug)
    return encode(type_of(actor), actor.pk)


# --- Moves --------------------------------------------------------------------------------------


def test_one_that_is_refused_stops_none_of_the_others(curator: User, reviewer: User) -> None:
    records = [in_review("a", curator), in_review("b", reviewer), in_review("c", curator, cited=False)]
    records.append(in_review("d", curator))
    results = moves_in_bulk(records, moves.publish, Act(AT, reviewer, "Checked."))
    assert outcomes(results) == [("a", True), ("b", False), ("c", False), ("d", True)]
    assert "that needs a reviewer who did not write it" in whys(results)[0]
    assert "no citation" in whys(results)[1]
    assert sorted(Actor.objects.filter(state=State.PUBLISHED).values_list("slug", flat=True)) == ["a", "d"]
    assert list(LogEntry.objects.order_by("number").values_list("slug", "batch")) == [("a", 1), ("d", 1)]
    assert results.number == 1


def left_by(publish: Callable[[list[Actor]], Results[Any]], curator: User, reviewer: User) -> Any:
    """Return what publishing the same records leaves in all tables, but for keys, and take it back."""
    with transaction.atomic():
        records = [in_review("a", curator), in_review("b", reviewer), in_review("c", curator, cited=False)]
        records += [in_review("d", reviewer.__class__.objects.create(username="else")), make_actor("e")]
        event = make_event("shows", state=State.PUBLISHED)
        event.participations.create(actor=records[0], role=Role.SPEAKER, ordinal=0)
        render_everything()
        results = publish(records)
        left = {
            "outcomes": [(result.item.slug, result.done, result.why) for result in results.results],
            "versions": list(
                Version.objects.values("slug", "number", "kind", "document", "author", "approver", "reason")
            ),
            "log": list(LogEntry.objects.values("number", "batch", "slug", "move", "by", "at", "reason", "address")),
            "rows": list(Actor.objects.order_by("slug").values("slug", "state", "approver__username", "rendering")),
            "event": orjson.loads(Event.objects.get().rendering)["participations"],
            "past": list(past_of(Actor).order_by("slug", "history_id").values("slug", "state", "recorded_from")),
            "found": list(SearchEntry.objects.order_by("slug").values("slug", "names")),
        }
        transaction.set_rollback(True)
    return orjson.loads(re.sub(rb"source-\d+", b"source-n", orjson.dumps(left)))


def test_publishing_together_leaves_what_publishing_one_by_one_does(curator: User, reviewer: User) -> None:
    act = Act(AT, reviewer, "Checked.", "192.0.2.1")
    together = left_by(lambda records: publish_together(records, act), curator, reviewer)
    apart = left_by(lambda records: moves_in_bulk(records, moves.publish, act), curator, reviewer)
    assert [done for _, done, _ in together["outcomes"]] == [True, False, False, True, False]
    assert together["event"][0]["actor"]["url"] == "/api/v1/actors/a/"
    assert together == apart


def test_what_is_published_together_comes_parents_first(curator: User, reviewer: User) -> None:
    drafted(curator, actor_document("a", relationships=[{"kind": "part_of", "to": "b"}]), actor_document("b"))
    records = list(Actor.objects.order_by("slug"))
    for actor in records:
        cite(actor)
        moves.submit(actor, Act(AT, curator, "Ready."))
    publish_together(records, Act(AT, reviewer, "Checked."))
    assert list(Version.objects.order_by("sequence").values_list("slug", flat=True)) == ["b", "a"]


def test_together_nothing_is_published_that_was_changed_since_it_was_seen_or_is_gone(
    curator: User, reviewer: User
) -> None:
    records = [in_review(slug, curator) for slug in ("a", "b", "c")]
    seen = fingerprints(records)
    Actor.objects.filter(slug="a").update(name="Somebody else's")
    Citation.objects.filter(actor__slug="c").delete()
    Actor.objects.filter(slug="c").delete()
    results = publish_together(records, Act(AT, reviewer, "Checked."), expected=seen)
    assert outcomes(results) == [("a", False), ("b", True), ("c", False)]
    assert "Another user changed" in whys(results)[0]
    assert "c was deleted" in whys(results)[1]


def test_together_too_nothing_is_published_without_a_reason(curator: User, reviewer: User) -> None:
    results = publish_together([in_review("a", curator)], Act(AT, reviewer))
    assert outcomes(results) == [("a", False)]
    assert results.number is None
    assert "reason" in whys(results)[0]


def test_records_of_several_kinds_are_not_published_together(curator: User, reviewer: User) -> None:
    with pytest.raises(ValueError, match="of one kind"):
        publish_together([in_review("a", curator), make_event("b")], Act(AT, reviewer, "Checked."))


def test_publishing_many_takes_a_constant_number_of_queries(curator: User, reviewer: User) -> None:
    def queries(slugs: range) -> int:
        records = [in_review(f"a{number}", curator) for number in slugs]
        with CaptureQueriesContext(connection) as queries:
            assert len(publish_together(records, Act(AT, reviewer, "Checked.")).done) == len(records)
        return len(queries)

    queries(range(1))  # what the reviewer may is asked for once
    assert queries(range(1, 4)) == queries(range(4, 34))


def test_what_was_changed_since_it_was_seen_is_not_published(curator: User, reviewer: User) -> None:
    records = [in_review("a", curator), in_review("b", curator)]
    seen = fingerprints(records)
    Actor.objects.filter(slug="a").update(name="Somebody else's")
    results = moves_in_bulk(
        records, moves.publish, Act(AT, reviewer, "Checked."), arguments_of=lambda actor: {"expected": seen[actor.pk]}
    )
    assert outcomes(results) == [("a", False), ("b", True)]


def test_fingerprints_of_many_are_those_of_each(curator: User) -> None:
    records = [in_review("a", curator), make_actor("b"), make_actor("c", state=State.DRAFT)]
    assert fingerprints(records) == {record.pk: fingerprint(record) for record in records}
    assert fingerprints([]) == {}


def test_proposals_are_moved_in_bulk_as_records_are(curator: User) -> None:
    several = []
    for slug in ("a", "b"):
        actor = make_actor(slug)
        several.append(
            proposals.propose(
                actor, proposals.ProposedChange(actor_document(slug, name="New")), Act(AT, curator, "Why.")
            )
        )
    proposals.withdraw(several[0], Act(AT, curator, "No."))
    results = moves_in_bulk(several, proposals.submit, Act(AT, curator, "Ready."))
    assert outcomes(results) == [("a", False), ("b", True)]
    assert Proposal.objects.get(slug="b").state == ProposalState.IN_REVIEW


def test_a_reason_is_asked_of_each(curator: User) -> None:
    results = moves_in_bulk([make_actor("a", state=State.DRAFT)], moves.submit, Act(AT, curator))
    assert outcomes(results) == [("a", False)]
    assert results.number is None


# --- Drafts written together --------------------------------------------------------------------


def test_drafts_are_written_together_and_logged_one_by_one(curator: User) -> None:
    relationship = {"kind": "part_of", "to": "b"}
    drafted(curator, actor_document("a", relationships=[relationship]), actor_document("b"))
    assert document_of("a") == actor_document("a", relationships=[relationship])
    assert list(LogEntry.objects.order_by("number").values_list("slug", "move", "batch")) == [
        ("a", Move.SAVED, 1),
        ("b", Move.SAVED, 1),
    ]
    assert set(Actor.objects.values_list("author__username", "state")) == {("ada", State.DRAFT)}


@pytest.mark.parametrize("state", [State.PUBLISHED, State.RETRACTED])
def test_what_is_or_was_public_is_no_draft(curator: User, state: State) -> None:
    make_actor("a", state=state)
    with pytest.raises(MoveRefused, match="may not change"):
        drafted(curator, actor_document("a", name="New"), actor_document("b"))
    assert not Actor.objects.filter(slug="b").exists()


def test_nobody_without_the_permission_writes_drafts() -> None:
    with pytest.raises(MoveRefused, match="may not add"):
        drafted(make_user(), actor_document("a"))


def test_one_fault_keeps_all_drafts_from_being_written(curator: User) -> None:
    with pytest.raises(InvalidDocument):
        drafted(curator, actor_document("a"), actor_document("b", kind="planet"))
    assert not Actor.objects.exists()


def test_drafts_that_changed_meanwhile_are_not_written_over(curator: User) -> None:
    actor = make_actor("a", state=State.DRAFT)
    seen = fingerprint(actor)
    Actor.objects.update(name="Somebody else's")
    with pytest.raises(Stale):
        write_drafts([Draft(ACTOR, actor_document("a", name="New"), actor, seen)], Act(AT, curator))
    with pytest.raises(MoveRefused, match="already"):
        write_drafts([Draft(ACTOR, actor_document("a", name="New"))], Act(AT, curator))


# --- Undo ---------------------------------------------------------------------------------------


def test_drafts_of_a_batch_are_deleted_by_whoever_made_it(curator: User) -> None:
    number = drafted(
        curator,
        actor_document("a", relationships=[{"kind": "part_of", "to": "b"}]),
        actor_document("c"),
        actor_document("b"),
    )
    results = undo_batch(number, Act(AT + DAY, curator, WHY))
    # The newest is named by the oldest, and goes after it.
    assert outcomes(results) == [("b", True), ("c", True), ("a", True)]
    assert not Actor.objects.exists()
    deleted = LogEntry.objects.filter(move=Move.DELETED).order_by("number")
    assert list(deleted.values_list("slug", flat=True)) == ["c", "a", "b"]
    assert set(deleted.values_list("reason", "batch")) == {(WHY, results.number)}
    assert outcomes(undo_batch(number, Act(AT + DAY, curator, WHY))) == [("b", False), ("c", False), ("a", False)]


def test_a_draft_that_somebody_has_saved_since_is_left_alone_and_told(curator: User, reviewer: User) -> None:
    number = drafted(curator, actor_document("a"), actor_document("b"))
    actor = Actor.objects.get(slug="a")
    moves.rewrite(actor, actor_document("a", name="Better"), Act(AT + DAY, reviewer))
    results = undo_batch(number, Act(AT + DAY, curator, WHY))
    assert outcomes(results) == [("b", True), ("a", False)]
    assert whys(results) == ["a is left alone: bo saved it since (entry 3)."]
    assert document_of("a")["name"] == "Better"


def test_a_draft_that_was_changed_without_a_move_is_left_alone(curator: User) -> None:
    number = drafted(curator, actor_document("a"))
    Actor.objects.update(name="Loaded")
    assert whys(undo_batch(number, Act(AT + DAY, curator, WHY))) == ["a is left alone: its content has changed since."]


def test_a_rewritten_draft_gets_back_what_it_said_and_who_wrote_it(curator: User, reviewer: User) -> None:
    moves.create(ACTOR, actor_document("a", name="First"), Act(AT, reviewer))
    number = drafted(curator, actor_document("a", name="Second"), at=AT + DAY)
    results = undo_batch(number, Act(AT + 2 * DAY, curator, WHY))
    assert outcomes(results) == [("a", True)]
    assert document_of("a")["name"] == "First"
    assert Actor.objects.get(slug="a").author == reviewer


def test_others_do_not_undo_a_batch_of_drafts_but_administrators_do(
    curator: User, reviewer: User, administrator: User
) -> None:
    moves.create(ACTOR, actor_document("old", name="First"), Act(AT, curator))
    number = drafted(curator, actor_document("new"), actor_document("old", name="Second"), at=AT + DAY)
    for user in (reviewer, make_user("curator"), make_user()):
        results = undo_batch(number, Act(AT + 2 * DAY, user, WHY))
        assert outcomes(results) == [("old", False), ("new", False)]
    assert outcomes(undo_batch(number, Act(AT + 2 * DAY, administrator, WHY))) == [("old", True), ("new", True)]
    assert document_of("old")["name"] == "First"


def test_a_draft_that_another_record_names_is_left_alone_and_told(curator: User) -> None:
    number = drafted(curator, actor_document("a"))
    event: Event = make_event()
    event.participations.create(actor=Actor.objects.get(slug="a"), role="speaker")
    (why,) = whys(undo_batch(number, Act(AT + DAY, curator, WHY)))
    assert "refers to it" in why


def test_a_proposal_of_the_batch_is_withdrawn(curator: User) -> None:
    with batch() as together:
        proposals.propose(
            make_actor("a"), proposals.ProposedChange(actor_document("a", name="New")), Act(AT, curator, "Why.")
        )
    assert together.number
    assert outcomes(undo_batch(together.number, Act(AT + DAY, curator, WHY))) == [("a", True)]
    assert Proposal.objects.get().state == ProposalState.WITHDRAWN


def test_a_proposal_that_replaced_an_earlier_one_is_left_alone(curator: User) -> None:
    actor = make_actor("a")
    proposals.propose(actor, proposals.ProposedChange(actor_document("a", name="First")), Act(AT, curator, "Why."))
    with batch() as together:
        proposals.propose(actor, proposals.ProposedChange(actor_document("a", name="Second")), Act(AT, curator, "Why."))
    assert together.number
    (why,) = whys(undo_batch(together.number, Act(AT + DAY, curator, WHY)))
    assert "replaced a text that is not kept" in why
    assert Proposal.objects.get().is_open


def test_a_proposal_that_was_submitted_since_is_left_alone(curator: User) -> None:
    with batch() as together:
        proposal = proposals.propose(
            make_actor("a"), proposals.ProposedChange(actor_document("a", name="New")), Act(AT, curator, "Why.")
        )
    proposals.submit(proposal, Act(AT, curator))
    assert together.number
    assert outcomes(undo_batch(together.number, Act(AT + DAY, curator, WHY))) == [("a", False)]


def test_a_bulk_submission_is_taken_back_by_whoever_made_it(curator: User) -> None:
    records = [make_actor(slug, state=State.DRAFT, author=curator) for slug in ("a", "b")]
    number = moves_in_bulk(records, moves.submit, Act(AT, curator, "Ready.")).number
    assert number
    assert outcomes(undo_batch(number, Act(AT, make_user("curator"), WHY))) == [("b", False), ("a", False)]
    assert outcomes(undo_batch(number, Act(AT, curator, WHY))) == [("b", True), ("a", True)]
    assert set(Actor.objects.values_list("state", flat=True)) == {State.DRAFT}


def test_a_first_publication_is_retracted_by_a_reviewer(curator: User, reviewer: User) -> None:
    number = moves_in_bulk([in_review("a", curator)], moves.publish, Act(AT, reviewer, "Checked.")).number
    assert number
    assert outcomes(undo_batch(number, Act(AT + DAY, curator, WHY))) == [("a", False)]
    assert outcomes(undo_batch(number, Act(AT + DAY, reviewer, WHY))) == [("a", True)]
    assert Actor.objects.get(slug="a").state == State.RETRACTED
    assert Version.objects.get(slug="a", number=2).reason == WHY


def accepted(slug: str, curator: User, reviewer: User) -> int:
    """Accept a change to a public record in a batch."""
    actor = make_actor(slug, name="First")
    cite(actor)
    append_missing_versions(Act(AT))
    change = proposals.ProposedChange(document_of(slug) | {"name": "Second"})
    proposal = proposals.propose(actor, change, Act(AT + DAY, curator, "Why."))
    proposals.submit(proposal, Act(AT + DAY, curator))
    sealed = proposals.seal(proposal, proposals.merge_into_public(proposal, document_of(slug)).document)
    results = moves_in_bulk(
        [proposal], proposals.accept, Act(AT + DAY, reviewer, "Checked."), arguments_of=lambda _: {"seen": sealed}
    )
    assert results.number
    return results.number


def test_a_published_change_is_undone_by_a_proposal_back(curator: User, reviewer: User) -> None:
    number = accepted("a", curator, reviewer)
    assert document_of("a")["name"] == "Second"
    assert outcomes(undo_batch(number, Act(AT + 2 * DAY, reviewer, WHY))) == [("a", True)]
    assert document_of("a")["name"] == "Second"
    proposal = Proposal.objects.get(number=2)
    assert (proposal.state, proposal.reason, proposal.by) == (ProposalState.IN_REVIEW, WHY, "bo")
    assert proposals.document_of(proposal)["name"] == "First"


def test_the_log_keeps_the_network_address_of_each_move_that_an_undo_makes(
    curator: User, reviewer: User, administrator: User
) -> None:
    moves.create(ACTOR, actor_document("rewritten", name="First"), Act(AT, curator))
    drafts = [make_actor(slug, state=State.DRAFT, author=curator) for slug in ("submitted", "returned")]
    moves.submit(drafts[1], Act(AT, curator, "Ready."))
    with batch() as proposed:
        proposals.propose(
            make_actor("b"), proposals.ProposedChange(actor_document("b", name="New")), Act(AT, curator, "Why.")
        )
    batches = [
        drafted(curator, actor_document("deleted"), actor_document("rewritten", name="Second"), at=AT + DAY),
        proposed.number,
        moves_in_bulk(drafts[:1], moves.submit, Act(AT + DAY, curator, "Ready.")).number,
        moves_in_bulk(drafts[1:], moves.send_back, Act(AT + DAY, reviewer, "Not yet.")).number,
        moves_in_bulk([in_review("new", curator)], moves.publish, Act(AT + DAY, reviewer, "Checked.")).number,
        accepted("changed", curator, reviewer),
    ]
    last = LogEntry.objects.count()
    for number in batches:
        assert number
        assert not undo_batch(number, Act(AT + 3 * DAY, administrator, WHY, address="192.0.2.7")).refused
    entries = LogEntry.objects.filter(number__gt=last)
    assert set(entries.values_list("move", flat=True)) == {
        Move.DELETED,
        Move.SAVED,
        Move.WITHDRAWN,
        Move.RETURNED,
        Move.SUBMITTED,
        Move.RETRACTED,
        Move.PROPOSED,
    }
    assert set(entries.values_list("address", flat=True)) == {"192.0.2.7"}


def test_the_batch_of_an_import_is_not_undone_move_by_move(curator: User) -> None:
    number = drafted(curator, actor_document("a"))
    Import.objects.create(number=1, source="a-list", made_at=AT, by="ada", report={"batch": number}, is_undoable=True)
    with pytest.raises(MoveRefused, match=r"is import 1 of a-list\. Undo the import"):
        undo_batch(number, Act(AT + DAY, curator, WHY))
    Import.objects.update(is_undoable=False)
    assert outcomes(undo_batch(number, Act(AT + DAY, curator, WHY))) == [("a", True)]


def test_a_change_that_something_else_was_published_over_is_left_alone(curator: User, reviewer: User) -> None:
    number = accepted("a", curator, reviewer)
    moves.retract(Actor.objects.get(slug="a"), Act(AT + 2 * DAY, reviewer, "Wrong."))
    (why,) = whys(undo_batch(number, Act(AT + 2 * DAY, reviewer, WHY)))
    assert why == "a is left alone: bo retracted it since (entry 4)."


def test_the_undo_of_a_batch_needs_a_batch_and_a_reason(curator: User) -> None:
    with pytest.raises(MoveRefused, match="no batch 7"):
        undo_batch(7, Act(AT, curator, WHY))
    number = drafted(curator, actor_document("a"))
    with pytest.raises(MoveRefused, match="reason"):
        undo_batch(number, Act(AT, curator, " "))
    assert Actor.objects.exists()


# --- What bulk work does not get past -----------------------------------------------------------


def test_a_draft_does_not_become_another_record(curator: User) -> None:
    actor = make_actor("a", state=State.DRAFT)
    with pytest.raises(InvalidDocument, match="It cannot change: keep 'a'"):
        write_drafts([Draft(ACTOR, actor_document("b"), actor)], Act(AT, curator))
    assert list(Actor.objects.values_list("slug", flat=True)) == ["a"]


def test_what_is_gone_is_told_and_not_undone(curator: User) -> None:
    number = drafted(curator, actor_document("a"))
    Actor.objects.all().delete()
    assert whys(undo_batch(number, Act(AT + DAY, curator, WHY))) == ["a was deleted."]


def test_a_draft_that_was_saved_twice_at_one_instant_is_left_alone(curator: User) -> None:
    moves.create(ACTOR, actor_document("a", name="First"), Act(AT, curator))
    number = drafted(curator, actor_document("a", name="Second"))
    (why,) = whys(undo_batch(number, Act(AT + DAY, curator, WHY)))
    assert "saved twice at one instant" in why
    assert document_of("a")["name"] == "Second"


def test_what_was_published_since_without_a_move_is_left_alone(curator: User, reviewer: User) -> None:
    number = accepted("a", curator, reviewer)
    save_documents([Incoming(ACTOR, document_of("a") | {"name": "Third"})], Act(AT + 2 * DAY))
    (why,) = whys(undo_batch(number, Act(AT + 3 * DAY, reviewer, WHY)))
    assert why == "a is left alone: another version is public now."
    assert not Proposal.objects.filter(number=2).exists()
