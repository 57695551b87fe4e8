"""Four eyes: an author of any change since the last publication may not approve the record."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
from django.contrib.auth.models import User
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from hypothesis import event, given, settings
from hypothesis import strategies as st

from sanctions.editorial import merging, moves, proposals, reviews
from sanctions.editorial.authors import Authors, author_of, authors_of, authors_of_all, replace_authors
from sanctions.editorial.bulk import Draft, publish_together, write_drafts, write_public
from sanctions.editorial.duplicates import decide
from sanctions.editorial.permissions import may_decide, may_merge, may_publish, may_restore
from sanctions.editorial.procedure import batch
from sanctions.editorial.proposals import ProposedChange, propose, seal_now
from sanctions.editorial.reviews import Matter, assignable_accounts
from sanctions.editorial.undo import undo_batch
from sanctions.exceptions import InvalidDocument, MoveRefused
from sanctions.importers.undo.undo_import import request_undo, undo_import
from sanctions.ledger.versions import Act, append
from sanctions.loading.documents import Incoming, save_documents
from sanctions.models import Actor, Authorship, Proposal, Record, Redirect, Version
from sanctions.records.encode import encode
from sanctions.records.registry import BY_NAME, RECORD_TYPES
from sanctions.verification.checks import CHECKS
from sanctions.vocabulary import Sameness, State, VersionKind
from tests.effort import examples
from tests.factories.users import make_user
from tests.importers.made_up_list import Row, import_rows
from tests.models.rows import valid
from tests.undo import undone

pytestmark = pytest.mark.django_db
AT: Final = datetime(2025, 2, 7, 12, tzinfo=UTC)
WHY: Final = "Because."
ACTOR: Final = BY_NAME["actor"]
#: The slug of an actor of the made-up list.
SLUG: Final = "testov-ada-made-up-1"
SOURCE: Final = {"slug": "law", "kind": "news", "title": "A law"}


def elam(summary: str = "", slug: str = "elam") -> dict[str, Any]:
    document: dict[str, Any] = {"slug": slug, "kind": "state", "name": slug, "citations": [{"source": "law"}]}
    return document | ({"summary": summary} if summary else {})


@pytest.fixture
def law(db: None) -> None:
    save_documents([Incoming(BY_NAME["source"], SOURCE)], Act(AT))


@pytest.fixture
def ada(law: None) -> User:
    return make_user("reviewer", name="ada")


@pytest.fixture
def bo(law: None) -> User:
    return make_user("reviewer", name="bo")


@pytest.fixture
def cy(law: None) -> User:
    return make_user("reviewer", name="cy")


def in_review(*writers: User, slug: str = "elam") -> Record:
    """Return a record in review that one began and the others changed."""
    record = moves.create(ACTOR, elam(slug=slug), Act(AT, writers[0]))
    for number, writer in enumerate(writers[1:]):
        moves.rewrite(record, elam(f"Draft {number}.", slug), Act(AT, writer))
    moves.submit(record, Act(AT, writers[-1], WHY))
    return record


# --- A record -----------------------------------------------------------------------------------


def test_who_wrote_before_somebody_else_touched_it_cannot_publish_it(ada: User, bo: User, cy: User) -> None:
    record = in_review(bo, ada)
    for author in (ada, bo):
        assert not may_publish(author, record)
        with pytest.raises(
            MoveRefused, match=f"{author} may not publish elam: that needs a reviewer .*, and bo and ada wrote"
        ):
            moves.publish(record, Act(AT, author, WHY))
    moves.publish(record, Act(AT, cy, WHY))
    version = Version.objects.get(slug="elam")
    assert (version.author, version.approver) == ("bo, ada", "cy")


def test_who_wrote_cannot_publish_in_bulk(ada: User, bo: User, cy: User) -> None:
    record = in_review(bo, ada)
    assert "bo and ada wrote it" in publish_together([record], Act(AT, bo, WHY)).refused[0].why
    assert publish_together([record], Act(AT, cy, WHY)).done
    assert Version.objects.get(slug="elam").author == "bo, ada"


def test_who_wrote_neither_returns_nor_reviews_it(ada: User, bo: User, cy: User) -> None:
    record = in_review(bo, ada)
    with pytest.raises(MoveRefused, match="bo may not return elam"):
        moves.send_back(record, Act(AT, bo, WHY))
    assert list(assignable_accounts(Matter(record))) == [cy]


def test_a_draft_stays_its_owners_when_a_reviewer_saves_it(ada: User, bo: User) -> None:
    record = moves.create(ACTOR, elam(), Act(AT, bo))
    moves.rewrite(record, elam("Better."), Act(AT, ada))
    record.refresh_from_db()
    assert record.author == bo


def test_authors_follow_a_draft_to_another_slug(ada: User, bo: User) -> None:
    record = in_review(bo, ada)
    Actor.objects.filter(pk=record.pk).update(slug="elam-2")
    reviews.move_to_slug("actor", "elam", "elam-2")
    record.refresh_from_db()
    assert not may_publish(bo, record)
    assert not may_publish(ada, record)


def test_authors_are_known_by_another_name_and_after_their_account_is_gone(ada: User, bo: User, cy: User) -> None:
    record = in_review(bo, ada)
    bo.username = "bob"
    bo.save()
    assert not may_publish(bo, record)
    bo.delete()
    record.refresh_from_db()
    assert not may_publish(make_user("reviewer", name="bo"), record)
    moves.publish(record, Act(AT, cy, WHY))
    assert Version.objects.get(slug="elam").author == "bo, ada"


def test_a_new_record_of_the_slug_of_a_deleted_one_has_no_author_of_that(ada: User, bo: User) -> None:
    record = moves.create(ACTOR, elam(), Act(AT, bo))
    moves.delete(record, Act(AT, make_user("administrator"), WHY))
    moves.create(ACTOR, elam(), Act(AT, ada))
    assert str(authors_of(Actor.objects.get(slug="elam"))) == "ada"


def test_undoing_what_was_saved_in_bulk_leaves_all_authors(ada: User, bo: User) -> None:
    record = moves.create(ACTOR, elam(), Act(AT, ada))
    with batch() as together:
        write_drafts([Draft(ACTOR, elam("In bulk."), Actor.objects.get(pk=record.pk))], Act(AT.replace(hour=13), bo))
    assert together.number is not None
    assert undo_batch(together.number, Act(AT.replace(hour=14), bo, WHY)).done
    assert not may_publish(ada, record)
    assert not may_publish(bo, record)


def test_what_a_source_says_is_the_work_of_nobody(ada: User) -> None:
    write_drafts([Draft(ACTOR, elam())], Act(AT, ada))
    record = Actor.objects.get(slug="elam")
    write_public([Draft(ACTOR, elam("As the list says."), record)], Act(AT, ada, WHY))
    version = Version.objects.get(slug="elam")
    assert (version.author, version.approver) == ("", "ada")
    assert authors_of(Actor.objects.get(slug="elam")) == Authors()


def test_nobody_restores_what_they_wrote_any_part_of(ada: User, bo: User, cy: User) -> None:
    record = in_review(bo, ada)
    moves.publish(record, Act(AT, cy, WHY))
    moves.retract(record, Act(AT, cy, WHY))
    assert [may_restore(user, record) for user in (ada, bo, cy)] == [False, False, False]
    with pytest.raises(MoveRefused, match="bo and ada wrote it"):
        moves.restore(record, Act(AT, bo, WHY))


def test_the_names_of_very_many_authors_fit_into_a_version() -> None:
    people = Authors(tuple(author_of(User(pk=number, username=f"{number:0150}")) for number in range(20)))
    assert len(people.in_ledger) <= 1_000
    assert people.in_ledger.endswith(" more")


# --- A proposal ---------------------------------------------------------------------------------


def test_everybody_who_wrote_a_proposal_is_an_author_of_it_and_of_the_version(ada: User, bo: User, cy: User) -> None:
    record = in_review(ada)
    moves.publish(record, Act(AT, cy, WHY))
    proposal = propose(record, ProposedChange(elam("Proposed.")), Act(AT, bo, WHY))
    Authorship.objects.create(
        record_type="actor", slug="elam", proposal=proposal.number, account=cy, name="cy", since=AT
    )
    proposals.submit(proposal, Act(AT, bo))
    assert [may_decide(user, record, proposal) for user in (ada, bo, cy)] == [True, False, False]
    with pytest.raises(MoveRefused, match="bo and cy wrote it"):
        proposals.accept(proposal, Act(AT, cy), seen=seal_now(proposal, record))
    proposals.accept(proposal, Act(AT, ada), seen=seal_now(proposal, record))
    assert Version.objects.get(slug="elam", number=2).author == "bo, cy"
    record.refresh_from_db()
    assert str(authors_of(record)) == "bo and cy"


def test_who_proposed_decides_nothing_by_another_account_of_the_name(ada: User, bo: User, cy: User) -> None:
    record = in_review(ada)
    moves.publish(record, Act(AT, cy, WHY))
    proposal = propose(record, ProposedChange(elam("Proposed.")), Act(AT, bo, WHY))
    bo.delete()
    proposal.refresh_from_db()
    assert not may_decide(make_user("reviewer", name="bo"), record, proposal)


# --- An import ----------------------------------------------------------------------------------


def test_an_import_that_builds_on_a_proposal_has_the_authors_of_that(ada: User, bo: User, cy: User) -> None:
    def corrected(by: User, reason: str, **values: str) -> Proposal:
        record = Actor.objects.get(slug=SLUG)
        return propose(record, ProposedChange(encode(ACTOR, record.pk) | values), Act(AT, by, reason))

    import_rows(ada, date(2024, 5, 1), {"1": Row("TESTOV, Ada")})
    proposal = corrected(bo, WHY, summary="Curated.")
    proposals.submit(proposal, Act(AT, bo))
    proposals.accept(proposal, Act(AT, cy), seen=seal_now(proposal, Actor.objects.get(slug=SLUG)))
    import_rows(ada, date(2024, 5, 2), {"1": Row("TESTOV, Ada", birth="1970-01-01")})
    proposal = corrected(ada, Proposal.objects.get(by="ada").reason, note="Of ada's making.")
    import_rows(bo, date(2024, 5, 3), {"1": Row("TESTOV, Ada", birth="1970-01-02")})
    proposal, record = Proposal.objects.open().get(by="bo"), Actor.objects.get(slug=SLUG)
    assert "Of ada's making." in proposal.document
    proposals.submit(proposal, Act(AT, bo))
    assert [may_decide(user, record, proposal) for user in (ada, bo, cy)] == [False, False, True]
    proposals.accept(proposal, Act(AT, cy), seen=seal_now(proposal, record))
    assert Version.objects.filter(slug=SLUG).latest("number").author == "bo, ada"


def test_the_undo_of_an_import_counts_who_asked_for_it_as_the_author(ada: User, bo: User, cy: User) -> None:
    import_rows(ada, date(2024, 5, 1), {"1": Row("TESTOV, Ada")})
    made, _ = import_rows(ada, date(2024, 5, 2), {"1": Row("TESTOV, Ada", birth="1970-01-01")})
    record = Actor.objects.get(slug=SLUG)
    document = encode(ACTOR, record.pk)
    for text in (document | {"summary": "Wrong."}, document):
        proposal = propose(record, ProposedChange(text), Act(AT, cy, WHY))
        proposals.submit(proposal, Act(AT, cy))
        proposals.accept(proposal, Act(AT, bo), seen=seal_now(proposal, record))
    request_undo(made, Act(AT, ada, WHY))
    undo_import(made, Act(AT, cy))
    version = Version.objects.filter(slug=SLUG).latest("number")
    assert (version.author, version.approver) == ("ada", "cy")
    assert str(authors_of(Actor.objects.get(slug=SLUG))) == "ada"


def test_what_the_undo_of_an_import_deletes_leaves_no_authors(ada: User, bo: User) -> None:
    made, _ = import_rows(ada, date(2024, 5, 1), {"1": Row("TESTOV, Ada")}, public=False)
    undo_import(made, Act(AT, ada, WHY))
    assert not Authorship.objects.exists()


# --- A merge ------------------------------------------------------------------------------------


def test_who_wrote_a_draft_does_not_merge_it_into_what_is_public(ada: User, bo: User, cy: User) -> None:
    kept = in_review(ada)
    moves.publish(kept, Act(AT, cy, WHY))
    dropped = moves.create(ACTOR, elam("Never seen by anybody.", "susa"), Act(AT, bo))
    pair = decide((kept, dropped), Sameness.SAME, Act(AT, ada, WHY))
    assert not may_merge(bo, [Actor], pair, authors_of(dropped))
    with pytest.raises(MoveRefused, match="bo wrote susa, which was never public"):
        merging.merge(kept, dropped, Act(AT, bo, WHY))
    merging.merge(kept, dropped, Act(AT, cy, WHY))
    version = Version.objects.get(slug="elam", number=2)
    assert (version.author, version.approver) == ("ada, bo", "cy")


def test_who_wrote_a_draft_is_an_author_of_the_draft_into_which_it_was_merged(ada: User, bo: User, cy: User) -> None:
    kept, dropped = moves.create(ACTOR, elam(), Act(AT, ada)), moves.create(ACTOR, elam("Words.", "susa"), Act(AT, bo))
    merging.merge(kept, dropped, Act(AT, cy, WHY))
    kept.refresh_from_db()
    assert [may_publish(user, kept) for user in (ada, bo, cy)] == [False, False, False]


# --- The database -------------------------------------------------------------------------------


def test_the_database_refuses_a_version_that_one_of_its_authors_approved(ada: User, bo: User) -> None:
    in_review(bo, ada)
    for approver in ("bo", "ada"):
        with pytest.raises(IntegrityError, match="Authors cannot approve their own work"), transaction.atomic():
            append(ACTOR, [elam()], Act(AT, authors="", by=approver))
    with pytest.raises(IntegrityError, match="Authors cannot approve their own work"), transaction.atomic():
        append(ACTOR, [elam(slug="susa")], Act(AT, authors="cy, bo", by="bo"))
    assert not Version.objects.filter(record_type="actor").exists()


def test_the_database_lets_an_author_retract(ada: User, bo: User) -> None:
    in_review(bo, ada)
    append(ACTOR, [elam()], Act(AT, by="cy"))
    append(ACTOR, [elam()], Act(AT, authors="bo", by="bo", kind=VersionKind.RETRACTION))


@pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda record_type: record_type.name)
def test_the_database_refuses_an_author_as_the_approver_of_every_kind_of_record(
    record_type: Any, ada: User, bo: User
) -> None:
    record = valid(record_type.model)
    record.save()
    replace_authors(record_type.name, {record.slug: [author_of(bo)]}, AT)
    table = record_type.model._meta.db_table
    with pytest.raises(IntegrityError, match="Authors cannot"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET approver_id = %s WHERE id = %s", [bo.pk, record.pk])
    with connection.cursor() as cursor:
        cursor.execute(f"UPDATE {table} SET approver_id = %s WHERE id = %s", [ada.pk, record.pk])


def test_the_database_refuses_an_author_as_the_approver_of_a_proposal(ada: User, bo: User, cy: User) -> None:
    record = in_review(ada)
    moves.publish(record, Act(AT, cy, WHY))
    proposal = propose(record, ProposedChange(elam("Proposed.")), Act(AT, bo, WHY))
    Authorship.objects.filter(proposal=proposal.number).update(account=cy)
    with pytest.raises(IntegrityError, match="Authors cannot approve"), transaction.atomic():
        Proposal.objects.filter(pk=proposal.pk).update(approver=cy)


def test_who_wrote_many_records_is_asked_in_a_constant_number_of_queries(ada: User, bo: User, cy: User) -> None:
    def queries(count: int, prefix: str) -> int:
        """Count the queries for so many records."""
        records = [in_review(bo, ada, slug=f"{prefix}-{number}") for number in range(count)]
        with CaptureQueriesContext(
            connection,
        ) as captured:
            authors_of_all(records)
        return len(captured)

    assert queries(1, "one") == queries(5, "five") <= 2


# --- Histories of three people ------------------------------------------------------------------

PEOPLE: Final = ("ada", "bo", "cy")
SLUGS: Final = ("elam", "susa")


class Desk:
    """Three reviewers who do anything, and what each of them wrote, as this test keeps it by itself."""

    def __init__(self) -> None:
        self.people = {name: make_user("reviewer", name=name) for name in PEOPLE}
        #: Slug → who wrote what the record says; number of a proposal → who wrote it.
        self.wrote: dict[str | int, set[str]] = {}
        #: Who decided last that the two are the same.
        self.said: set[str] = set()
        self.batches: list[int] = []
        self.hour = 0

    def at(self) -> datetime:
        self.hour += 1
        return AT + timedelta(hours=self.hour)

    def step(self, move: str, name: str, slug: str, word: str) -> None:
        """Make a move, and hold the versions that came of it to who wrote what they say."""
        before = Version.objects.count()
        record = Actor.objects.filter(slug=slug).first()
        writers = getattr(self, move)(name, slug, word, record)
        for number, by in Proposal.objects.values_list("number", "by"):
            self.wrote.setdefault(number, {by})
        for version in Version.objects.order_by("sequence")[before:]:
            if version.kind != VersionKind.RETRACTION and move != "unmerge":
                event(f"{move}: {version.kind}")
                assert version.approver == name
                assert name not in (writers or self.wrote[slug]), f"{name} approved what {writers} wrote"
                assert name not in version.author.split(", ")

    # Each returns who wrote what becomes public by it, if that is not what the record says.

    def save(self, name: str, slug: str, word: str, record: Any) -> None:
        if record is None:
            moves.create(ACTOR, elam(word, slug), Act(self.at(), self.people[name]))
            self.wrote[slug] = {name}
        else:
            moves.rewrite(record, elam(word, slug), Act(self.at(), self.people[name]))
            self.wrote[slug].add(name)

    def save_in_bulk(self, name: str, slug: str, word: str, record: Any) -> None:
        with batch() as together:
            write_drafts([Draft(ACTOR, elam(word, slug), record)], Act(self.at(), self.people[name]))
        self.wrote[slug] = {name} if record is None else self.wrote[slug] | {name}
        self.batches.append(together.number or 0)

    def submit(self, name: str, slug: str, word: str, record: Any) -> None:
        moves.submit(_existing(record), Act(self.at(), self.people[name], WHY))

    def send_back(self, name: str, slug: str, word: str, record: Any) -> None:
        moves.send_back(_existing(record), Act(self.at(), self.people[name], WHY))

    def publish(self, name: str, slug: str, word: str, record: Any) -> None:
        if _existing(record).state == State.IN_REVIEW:
            assert may_publish(self.people[name], record) == (name not in self.wrote[slug])
        moves.publish(record, Act(self.at(), self.people[name], WHY))

    def publish_in_bulk(self, name: str, slug: str, word: str, record: Any) -> None:
        results = publish_together([_existing(record)], Act(self.at(), self.people[name], WHY))
        if results.number is not None:
            self.batches.append(results.number)

    def retract(self, name: str, slug: str, word: str, record: Any) -> None:
        moves.retract(_existing(record), Act(self.at(), self.people[name], WHY))

    def restore(self, name: str, slug: str, word: str, record: Any) -> None:
        moves.restore(_existing(record), Act(self.at(), self.people[name], WHY))

    def undo(self, name: str, slug: str, word: str, record: Any) -> None:
        if self.batches:
            undo_batch(self.batches.pop(), Act(self.at(), self.people[name], WHY))

    def propose(self, name: str, slug: str, word: str, record: Any) -> None:
        propose(_existing(record), ProposedChange(elam(word, slug)), Act(self.at(), self.people[name], WHY))

    def hand_in(self, name: str, slug: str, word: str, record: Any) -> None:
        proposals.submit(_open(slug, by=name), Act(self.at(), self.people[name]))

    def accept(self, name: str, slug: str, word: str, record: Any) -> set[str]:
        proposal = _open(slug)
        writers = self.wrote[proposal.number]
        assert may_decide(self.people[name], record, proposal) == (name not in writers)
        proposals.accept(proposal, Act(self.at(), self.people[name]), seen=seal_now(proposal, record))
        self.wrote[slug] = set(writers)
        return writers

    def decline(self, name: str, slug: str, word: str, record: Any) -> None:
        proposals.send_back(_open(slug), Act(self.at(), self.people[name], WHY))

    def say_same(self, name: str, slug: str, word: str, record: Any) -> None:
        decide((_existing(record), _other(slug)), Sameness.SAME, Act(self.at(), self.people[name], WHY))
        self.said = {name}

    def merge(self, name: str, slug: str, word: str, record: Any) -> set[str]:
        other = _other(slug)
        drafted = self.wrote[other.slug] if other.state != State.PUBLISHED else set()
        is_public = _existing(record).state == State.PUBLISHED
        merging.merge(record, other, Act(self.at(), self.people[name], WHY))
        self.wrote[slug] = self.said | drafted if is_public else self.wrote[slug] | drafted | {name}
        return self.said | drafted

    def unmerge(self, name: str, slug: str, word: str, record: Any) -> None:
        redirect = Redirect.objects.in_effect().first()
        if redirect is not None:
            drafts = set(redirect.touched.exclude(state=State.PUBLISHED).values_list("slug", flat=True))
            merging.unmerge(redirect, Act(self.at(), self.people[name], WHY))
            for each in (redirect.old, redirect.new):
                if not Actor.objects.filter(slug=each, state=State.PUBLISHED).exists():
                    # In a draft, undoing is one more change.
                    self.wrote[each] |= {name}
                elif each in drafts:
                    # Published since: it was approved only with the merge.
                    assert name not in self.wrote[each]
                else:
                    # What is public again was approved before the merge.
                    self.wrote[each] = set()


def _existing(record: Any) -> Any:
    if record is None:
        raise MoveRefused("It is not there.")
    return record


def _other(slug: str) -> Any:
    return _existing(Actor.objects.exclude(slug=slug).first())


def _open(slug: str, **about: str) -> Proposal:
    proposal: Proposal = _existing(Proposal.objects.open().filter(slug=slug, **about).order_by("-number").first())
    return proposal


#: State of a record → the moves that may be possible; what leads further is there more often.
MOVES: Final[dict[str | None, tuple[str, ...]]] = {
    None: ("save", "save_in_bulk"),
    State.DRAFT: ("save", "save_in_bulk", "submit", "submit", "submit", "say_same", "merge", "undo"),
    State.IN_REVIEW: ("save", "save_in_bulk", "send_back", "publish", "publish", "publish", "publish_in_bulk", "merge"),
    State.PUBLISHED: (
        *("propose", "propose", "hand_in", "hand_in", "hand_in", "accept", "accept", "decline"),
        *("retract", "say_same", "merge", "merge", "undo"),
    ),
    State.RETRACTED: ("restore", "restore", "undo"),
    State.MERGED: ("unmerge", "save"),
}
STEPS: Final = st.tuples(
    st.integers(0, 25), st.sampled_from(PEOPLE), st.sampled_from((*SLUGS, SLUGS[0])), st.sampled_from("ABCDE")
)


@settings(max_examples=examples(15))
@given(steps=st.lists(STEPS, min_size=15, max_size=40))
def test_no_history_of_three_people_publishes_what_its_approver_wrote(steps: list[tuple[int, str, str, str]]) -> None:
    with undone():
        save_documents([Incoming(BY_NAME["source"], SOURCE)], Act(AT))
        desk = Desk()
        for choice, name, slug, word in steps:
            state = Actor.objects.filter(slug=slug).values_list("state", flat=True).first()
            move = MOVES[state][choice % len(MOVES[state])]
            try:
                with transaction.atomic():
                    desk.step(move, name, slug, word)
            except (MoveRefused, InvalidDocument) as refusal:
                event(f"{move}: {type(refusal).__name__}")
        assert [str(mismatch) for check in CHECKS.values() for mismatch in check(lambda _: None)] == []
