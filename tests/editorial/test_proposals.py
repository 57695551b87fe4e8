"""Proposed changes do not touch the public record until another user accepts them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction

from sanctions.editorial import proposals
from sanctions.editorial.procedure import fingerprint
from sanctions.editorial.proposals import ProposedChange, accept, propose, seal, send_back, submit, withdraw
from sanctions.exceptions import Conflicting, InvalidDocument, MoveRefused, Stale
from sanctions.ledger.versions import Act, append_missing_versions
from sanctions.models import Actor, LogEntry, Proposal, Version
from sanctions.records.encode import encode
from sanctions.records.registry import type_of
from sanctions.vocabulary import Move, ProposalState, State, VersionKind
from tests.factories.actors import make_actor
from tests.factories.sources import cite
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db
AT: Final = datetime(2025, 2, 7, 12, tzinfo=UTC)
DAY: Final = timedelta(days=1)
WHY: Final = "The name has changed."


@pytest.fixture
def iran() -> Actor:
    actor = make_actor("iran", name="Iran")
    cite(actor)
    append_missing_versions(Act(AT - DAY))
    return actor


@pytest.fixture
def curator() -> User:
    return make_user("curator", name="ada")


@pytest.fixture
def reviewer() -> User:
    return make_user("reviewer", name="bo")


def changed_document(record: Actor, **values: Any) -> dict[str, Any]:
    """Return the document of the record with some values replaced; ``None`` leaves one out."""
    document = encode(type_of(record), record.pk) | values
    return {name: value for name, value in document.items() if value is not None}


def proposed(record: Actor, by: User, **values: Any) -> Proposal:
    return propose(record, ProposedChange(changed_document(record, **values)), Act(AT, by, WHY))


def in_review(record: Actor, by: User, **values: Any) -> Proposal:
    proposal = proposed(record, by, **values)
    submit(proposal, Act(AT, by))
    return proposal


def sealed(proposal: Proposal) -> str:
    public = encode(type_of(proposals.record_of(proposal)), proposals.record_of(proposal).pk)
    return seal(proposal, proposals.merge_into_public(proposal, public).document)


def name_of(slug: str) -> str:
    return Actor.objects.get(slug=slug).name


def test_a_proposal_leaves_the_public_record_as_it_is(iran: Actor, curator: User) -> None:
    before = Actor.objects.filter(pk=iran.pk).values().get()
    proposal = in_review(iran, curator, name="Persia")
    assert Actor.objects.filter(pk=iran.pk).values().get() == before
    assert Version.objects.filter(slug="iran").count() == 1
    assert (proposal.state, proposal.by, proposal.number) == (ProposalState.IN_REVIEW, "ada", 1)


def test_an_accepted_proposal_is_a_version_with_both_names_and_the_reason(
    iran: Actor, curator: User, reviewer: User
) -> None:
    proposal = in_review(iran, curator, name="Persia")
    accept(proposal, Act(AT + DAY, reviewer), seen=sealed(proposal))
    version = Version.objects.get(slug="iran", number=2)
    assert (version.author, version.approver, version.reason) == ("ada", "bo", WHY)
    assert (version.kind, version.recorded_from) == (VersionKind.UPDATE, AT + DAY)
    iran.refresh_from_db()
    assert (iran.name, iran.author, iran.approver, iran.state) == ("Persia", curator, reviewer, State.PUBLISHED)
    assert '"Persia"' in iran.rendering
    assert (proposal.state, proposal.version, proposal.approver) == (ProposalState.ACCEPTED, 2, reviewer)


def test_a_correction_is_told_apart_from_an_update(iran: Actor, curator: User, reviewer: User) -> None:
    change = ProposedChange(changed_document(iran, name="Persia"), VersionKind.CORRECTION)
    proposal = propose(iran, change, Act(AT, curator, "We were wrong."))
    submit(proposal, Act(AT, curator))
    accept(proposal, Act(AT, reviewer), seen=sealed(proposal))
    assert Version.objects.get(slug="iran", number=2).kind == VersionKind.CORRECTION


@pytest.mark.parametrize("kind", [VersionKind.RETRACTION, VersionKind.MERGE, VersionKind.PUBLICATION])
def test_a_proposal_is_an_update_or_a_correction(iran: Actor, curator: User, kind: VersionKind) -> None:
    with pytest.raises(MoveRefused, match="an update or a correction"):
        propose(iran, ProposedChange(changed_document(iran, name="Persia"), kind), Act(AT, curator, WHY))


def test_nobody_accepts_their_own_proposal(iran: Actor, reviewer: User) -> None:
    proposal = in_review(iran, reviewer, name="Persia")
    with pytest.raises(MoveRefused, match="a reviewer who is not its author"):
        accept(proposal, Act(AT, reviewer), seen=sealed(proposal))
    assert name_of("iran") == "Iran"


def test_the_database_holds_that_nobody_accepts_their_own_proposal(iran: Actor, reviewer: User) -> None:
    proposal = in_review(iran, reviewer, name="Persia")
    with pytest.raises(IntegrityError, match="Authors cannot approve their own work"), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(approver=reviewer)


def test_a_curator_accepts_nothing(iran: Actor, curator: User) -> None:
    proposal = in_review(iran, curator, name="Persia")
    with pytest.raises(MoveRefused, match="needs a reviewer"):
        accept(proposal, Act(AT, make_user("curator")), seen=sealed(proposal))


def test_each_has_one_open_proposal_for_a_record_which_a_later_one_replaces(iran: Actor, curator: User) -> None:
    first = proposed(iran, curator, name="Persia")
    second = proposed(iran, curator, name="The Islamic Republic")
    assert (second.pk, Proposal.objects.count()) == (first.pk, 1)
    assert proposed(iran, make_user("curator"), name="Persia").number == 2


def test_what_changes_nothing_is_no_proposal(iran: Actor, curator: User) -> None:
    with pytest.raises(MoveRefused, match="Nothing would change in iran"):
        proposed(iran, curator)


def test_a_proposal_needs_a_reason(iran: Actor, curator: User) -> None:
    with pytest.raises(MoveRefused, match="Give a reason"):
        propose(iran, ProposedChange(changed_document(iran, name="Persia")), Act(AT, curator, " "))


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.RETRACTED])
def test_only_what_is_public_is_changed_by_proposals(state: State, curator: User) -> None:
    actor = make_actor(state=state)
    with pytest.raises(MoveRefused, match="may not propose a change"):
        proposed(actor, curator, name="Persia")


@pytest.mark.parametrize(
    ("document", "path"),
    [
        ({"name": 7}, "name"),
        ({"name": "Ir\0an"}, "name"),
        ({"name": None}, "name"),
        ({"founded": "2015-02-30"}, "founded"),
        ({"relationships": [{"kind": "part_of", "target": "nobody"}]}, "relationships[0].target"),
        ({"slug": "persia"}, "slug"),
    ],
)
def test_a_faulty_document_is_no_proposal(iran: Actor, curator: User, document: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidDocument) as refused:
        proposed(iran, curator, **document)
    assert path in {problem.path for problem in refused.value.problems}
    assert (Proposal.objects.count(), LogEntry.objects.count()) == (0, 0)


def test_a_change_made_from_what_is_public_no_longer_is_refused(iran: Actor, curator: User, reviewer: User) -> None:
    seen = fingerprint(iran)
    proposal = in_review(iran, curator, name="Persia")
    accept(proposal, Act(AT, reviewer), seen=sealed(proposal))
    with pytest.raises(Stale, match="Another user changed"):
        propose(iran, ProposedChange(changed_document(iran, name="Elam")), Act(AT, curator, WHY), expected=seen)


def test_two_changes_of_different_fields_both_stand(iran: Actor, curator: User, reviewer: User) -> None:
    one, other = in_review(iran, curator, name="Persia"), in_review(iran, make_user("curator"), summary="A state.")
    accept(one, Act(AT, reviewer), seen=sealed(one))
    accept(other, Act(AT, reviewer), seen=sealed(other))
    assert Actor.objects.values_list("name", "summary").get(slug="iran") == ("Persia", "A state.")


def test_two_changes_of_one_field_are_a_conflict_for_the_author_to_decide(
    iran: Actor, curator: User, reviewer: User
) -> None:
    one, other = in_review(iran, curator, name="Persia"), in_review(iran, make_user("curator", name="cy"), name="Elam")
    accept(one, Act(AT, reviewer), seen=sealed(one))
    with pytest.raises(Conflicting, match="changes it too: name") as refused:
        accept(other, Act(AT, reviewer), seen=sealed(other))
    assert refused.value.paths == ("name",)
    assert name_of("iran") == "Persia"
    cy = User.objects.get(username="cy")
    decided = proposed(iran, cy, name="Elam")
    assert decided.pk == other.pk
    accept(decided, Act(AT, reviewer), seen=sealed(decided))
    assert name_of("iran") == "Elam"


def test_a_proposal_that_changed_since_it_was_read_is_not_accepted(iran: Actor, curator: User, reviewer: User) -> None:
    proposal = in_review(iran, curator, name="Persia")
    seen = sealed(proposal)
    propose(iran, ProposedChange(changed_document(iran, name="Elam")), Act(AT + DAY, curator, WHY))
    with pytest.raises(Stale, match="since you read it"):
        accept(proposal, Act(AT + DAY, reviewer), seen=seen)


def test_a_record_that_changed_since_it_was_read_is_read_again(iran: Actor, curator: User, reviewer: User) -> None:
    one, other = in_review(iran, curator, name="Persia"), in_review(iran, make_user("curator"), summary="A state.")
    seen = sealed(other)
    accept(one, Act(AT, reviewer), seen=sealed(one))
    with pytest.raises(Stale, match="Read it again"):
        accept(other, Act(AT, reviewer), seen=seen)


def test_what_would_lose_its_last_source_is_not_accepted(iran: Actor, curator: User, reviewer: User) -> None:
    proposal = in_review(iran, curator, citations=None)
    with pytest.raises(MoveRefused, match="no citation"):
        accept(proposal, Act(AT, reviewer), seen=sealed(proposal))
    assert Version.objects.filter(slug="iran").count() == 1


def test_what_was_retracted_meanwhile_is_not_changed(iran: Actor, curator: User, reviewer: User) -> None:
    proposal = in_review(iran, curator, name="Persia")
    seen = sealed(proposal)
    Actor.objects.filter(pk=iran.pk).update(state=State.RETRACTED)
    with pytest.raises(MoveRefused, match="Only a published record has proposals"):
        accept(proposal, Act(AT, reviewer), seen=seen)


def test_a_proposal_is_returned_with_a_reason_and_submitted_again(iran: Actor, curator: User, reviewer: User) -> None:
    proposal = in_review(iran, curator, name="Persia")
    with pytest.raises(MoveRefused, match="Give a reason"):
        send_back(proposal, Act(AT, reviewer, ""))
    send_back(proposal, Act(AT, reviewer, "Cite it."))
    assert proposal.state == ProposalState.DRAFT
    submit(proposal, Act(AT, curator))
    assert proposal.state == ProposalState.IN_REVIEW
    assert list(LogEntry.objects.values_list("move", "by", "reason", "proposal")) == [
        (Move.PROPOSED, "ada", WHY, 1),
        (Move.SUBMITTED, "ada", WHY, 1),
        (Move.RETURNED, "bo", "Cite it.", 1),
        (Move.SUBMITTED, "ada", WHY, 1),
    ]


def test_only_its_author_submits_a_proposal(iran: Actor, curator: User) -> None:
    proposal = proposed(iran, curator, name="Persia")
    with pytest.raises(MoveRefused, match="only its author may"):
        submit(proposal, Act(AT, make_user("curator")))


def test_its_author_or_a_reviewer_withdraws_a_proposal_for_good(iran: Actor, curator: User, reviewer: User) -> None:
    proposal = proposed(iran, curator, name="Persia")
    with pytest.raises(MoveRefused, match="needs its author or a reviewer"):
        withdraw(proposal, Act(AT, make_user("curator"), WHY))
    withdraw(proposal, Act(AT, reviewer, WHY))
    for move in (submit, withdraw):
        with pytest.raises(MoveRefused, match="is withdrawn"):
            move(proposal, Act(AT, curator, WHY))
    with pytest.raises(MoveRefused, match="is withdrawn"):
        accept(proposal, Act(AT, reviewer), seen=sealed(proposal))
    assert proposed(iran, curator, name="Persia").number == 2


def test_deleting_an_account_deletes_none_of_its_proposals(iran: Actor, curator: User) -> None:
    proposal = proposed(iran, curator, name="Persia")
    curator.delete()
    proposal.refresh_from_db()
    assert (proposal.author, proposal.by) == (None, "ada")


def test_trying_a_document_leaves_nothing(iran: Actor) -> None:
    with proposals.stored_temporarily(iran, changed_document(iran, name="Persia"), AT):
        assert name_of("iran") == "Persia"
    assert name_of("iran") == "Iran"
    assert Version.objects.filter(slug="iran").count() == 1


# --- What a proposal does not get past ----------------------------------------------------------


def test_a_proposal_for_a_record_that_is_gone_is_told_so(iran: Actor, curator: User) -> None:
    proposal = proposed(iran, curator, name="Persia")
    Actor.objects.all().delete()
    with pytest.raises(MoveRefused, match="iran was deleted"):
        submit(proposal, Act(AT, curator))


@pytest.mark.parametrize("document", [{}, {"kind": "state", "name": "Persia"}])
def test_a_document_without_a_slug_is_no_proposal(iran: Actor, curator: User, document: dict[str, Any]) -> None:
    with pytest.raises(InvalidDocument, match="slug"):
        propose(iran, ProposedChange(document), Act(AT, curator, WHY))


def test_what_was_retracted_meanwhile_is_not_submitted(iran: Actor, curator: User) -> None:
    proposal = proposed(iran, curator, name="Persia")
    Actor.objects.filter(pk=iran.pk).update(state=State.RETRACTED)
    with pytest.raises(MoveRefused, match="iran is retracted"):
        submit(proposal, Act(AT, curator))
    assert Proposal.objects.get().state == ProposalState.DRAFT


def test_what_somebody_else_has_made_public_already_is_not_accepted_again(
    iran: Actor, curator: User, reviewer: User
) -> None:
    one, other = in_review(iran, curator, name="Persia"), in_review(iran, make_user("curator"), name="Persia")
    accept(one, Act(AT, reviewer), seen=sealed(one))
    with pytest.raises(MoveRefused, match="it has the content of proposal 2 for actor iran already"):
        accept(other, Act(AT + DAY, reviewer), seen=sealed(other))
    assert Version.objects.filter(slug="iran").count() == 2


def test_no_move_of_a_proposal_is_made_that_changed_since_it_was_read(
    iran: Actor, curator: User, reviewer: User
) -> None:
    proposal = in_review(iran, curator, name="Persia")
    seen = sealed(proposal)
    propose(iran, ProposedChange(changed_document(iran, name="Elam")), Act(AT + DAY, curator, WHY))
    for move in (send_back, withdraw):
        with pytest.raises(Stale, match="since you read it"):
            move(proposal, Act(AT + DAY, reviewer, WHY), seen=seen)
    assert Proposal.objects.get().state == ProposalState.IN_REVIEW
