"""The undo of an import: afterwards the database answers as one that has never seen it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

import pytest
from django.contrib.auth.models import User
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from sanctions.editorial import moves, proposals
from sanctions.exceptions import InvalidReason, MoveRefused, NotPermitted, Stale, UnreadableList
from sanctions.importers.running import carry_out, prepare
from sanctions.importers.undo.items import UndoFate, UndoPlan
from sanctions.importers.undo.planning import plan_undo
from sanctions.importers.undo.undo_import import request_undo, undo_import, withdraw_undo_request
from sanctions.importers.write import Consent
from sanctions.ledger.versions import Act, verify_chain
from sanctions.models import Actor, Designation, Import, Imported, LogEntry, Proposal, Version
from sanctions.records.actors import ACTOR
from sanctions.records.base import Document
from sanctions.records.encode import encode
from sanctions.vocabulary import Move, ProposalState, State, VersionKind
from tests.effort import examples
from tests.factories.users import make_user
from tests.importers.made_up_list import AT, MADE_UP, Row, file_of, import_rows, made_up, public_state
from tests.undo import undone

FIRST: Final = date(2024, 5, 1)
SECOND: Final = date(2024, 5, 3)
THIRD: Final = date(2024, 5, 7)
#: A month and a day exchanged, perhaps: later than every right snapshot, and not yet to come.
TYPED_WRONG: Final = date(2024, 12, 5)
WHY: Final = "It was another list."
ADA: Final = Row("TESTOV, Ada")
BO: Final = Row("ACME TRADING", ("SDGT", "SYRIA"))
CY: Final = Row("BETA", ("CUBA",))
ADA_SLUG: Final = "testov-ada-made-up-1"


@pytest.fixture
def reviewer() -> User:
    return make_user("reviewer", name="bo")


@pytest.fixture
def second() -> User:
    return make_user("reviewer", name="cy")


@pytest.fixture
def curator() -> User:
    return make_user("curator", name="ada")


def undo(made: Import, by: User, second: User, address: str = "") -> UndoPlan:
    """Undo an import as its kind demands: by two people if it was public."""
    if made.is_public:
        request_undo(made, Act(AT, by, WHY))
        return undo_import(made, Act(AT, second, address=address))
    return undo_import(made, Act(AT, by, WHY, address))


def document_of(slug: str = ADA_SLUG) -> Document:
    return encode(ACTOR, Actor.objects.get(slug=slug).pk)


def change_public(curator: User, reviewer: User, slug: str = ADA_SLUG, **values: Any) -> None:
    actor = Actor.objects.get(slug=slug)
    change = proposals.ProposedChange({**document_of(slug), **values})
    proposal = proposals.propose(actor, change, Act(AT, curator, "Seen."))
    proposals.submit(proposal, Act(AT, curator))
    accept(proposal, reviewer)


def accept(proposal: Proposal, by: User) -> None:
    seal = proposals.seal_now(proposal, proposals.record_of(proposal))
    proposals.accept(proposal, Act(AT, by, "Checked."), seen=seal)


def fates(plan: UndoPlan) -> dict[str, str]:
    return {item.slug: str(item.fate) for item in plan.items}


@pytest.mark.django_db
class TestUntouched:
    @pytest.mark.parametrize("public", [True, False])
    def test_the_right_file_after_the_undo_gives_what_a_database_has_that_never_saw_the_wrong_one(
        self, reviewer: User, second: User, *, public: bool
    ) -> None:
        good = {"1": ADA, "2": BO}
        import_rows(reviewer, FIRST, good, public=public)
        before = public_state()
        made, _ = import_rows(reviewer, SECOND, {"1": ADA}, public=public)
        undo(made, reviewer, second)
        assert public_state() == before
        with undone():
            import_rows(reviewer, SECOND, good | {"3": CY}, public=public)
            after_undo = public_state()
        with undone():
            Import.objects.exclude(number=1).delete()
            import_rows(reviewer, SECOND, good | {"3": CY}, public=public)
            assert public_state() == after_undo
        assert not list(verify_chain())

    def test_a_cut_file_and_its_undo_leave_no_second_listings(self, reviewer: User, second: User) -> None:
        rows = {str(number): Row(f"PERSON {number}") for number in range(1, 10)}
        import_rows(reviewer, FIRST, rows)
        made, _ = import_rows(reviewer, SECOND, {"1": rows["1"]})
        assert Designation.objects.exclude(delisted_on="").count() == 8
        plan = undo(made, reviewer, second)
        assert plan.counts["designation"] == {"corrected": 8}
        import_rows(reviewer, SECOND, rows)
        assert Designation.objects.count() == 9
        assert not Designation.objects.exclude(delisted_on="").exists()
        assert not Proposal.objects.exists()

    def test_what_was_public_is_corrected_by_two_people_at_one_instant(self, reviewer: User, second: User) -> None:
        import_rows(reviewer, FIRST, {"1": ADA, "2": BO})
        made, _ = import_rows(reviewer, SECOND, {"1": Row("TESTOVA, Ada"), "3": CY})
        last = Version.objects.count()
        undo(made, reviewer, second)
        versions = Version.objects.filter(sequence__gt=last)
        assert {version.kind for version in versions} == {VersionKind.CORRECTION, VersionKind.RETRACTION}
        assert {(version.author, version.approver) for version in versions} == {("bo", "cy")}
        assert {version.recorded_from for version in versions} == {made.undone_at}
        reason = f"Import of The made-up list as of 2024-05-03 undone: {WHY}"
        assert {version.reason for version in versions} == {reason}
        assert LogEntry.objects.filter(batch=made.undo_report["batch"]).count() == versions.count()

    def test_what_the_public_has_seen_is_retracted_and_comes_back_under_its_slug(
        self, reviewer: User, second: User
    ) -> None:
        made, _ = import_rows(reviewer, THIRD, {"1": ADA})
        undo(made, reviewer, second)
        actor = Actor.objects.get(slug=ADA_SLUG)
        assert actor.state == State.RETRACTED
        assert not Imported.objects.exists()
        _, prepared = import_rows(reviewer, FIRST, {"1": ADA})
        assert prepared.report.counts["actor"] == {"new": 2}
        assert list(Actor.objects.filter(name=ADA.name).values_list("slug", "state")) == [(ADA_SLUG, State.PUBLISHED)]
        kinds = list(Version.objects.filter(slug=ADA_SLUG).order_by("number").values_list("kind", flat=True))
        assert kinds == [VersionKind.PUBLICATION, VersionKind.RETRACTION, VersionKind.RESTORATION]
        assert list(Designation.objects.values_list("slug", "listed_on")) == [("made-up-1-syria", "../2024-05-01")]

    def test_what_was_retracted_comes_back_as_a_draft_where_the_next_import_writes_drafts(
        self, reviewer: User, second: User, curator: User
    ) -> None:
        made, _ = import_rows(reviewer, THIRD, {"1": ADA})
        undo(made, reviewer, second)
        import_rows(curator, FIRST, {"1": ADA}, public=False)
        actor = Actor.objects.get(name=ADA.name)
        assert (actor.slug, actor.state, actor.author) == (ADA_SLUG, State.DRAFT, curator)

    def test_what_the_undo_retracted_and_somebody_restored_is_the_same_for_the_next_import(
        self, reviewer: User, second: User
    ) -> None:
        made, _ = import_rows(reviewer, THIRD, {"1": ADA})
        undo(made, reviewer, second)
        moves.restore(Actor.objects.get(slug=ADA_SLUG), Act(AT, reviewer, "He is listed."))
        import_rows(reviewer, FIRST, {"1": ADA})
        assert list(Actor.objects.filter(name=ADA.name).values_list("slug", flat=True)) == [ADA_SLUG]

    def test_what_a_person_retracted_again_does_not_come_back(self, reviewer: User, second: User) -> None:
        made, _ = import_rows(reviewer, THIRD, {"1": ADA})
        undo(made, reviewer, second)
        later = AT + timedelta(days=1)
        moves.restore(Actor.objects.get(slug=ADA_SLUG), Act(later, reviewer, "He is listed."))
        moves.retract(Actor.objects.get(slug=ADA_SLUG), Act(later + timedelta(days=1), second, "Privacy."))
        import_rows(reviewer, FIRST, {"1": ADA})
        assert Actor.objects.get(slug=ADA_SLUG).state == State.RETRACTED

    def test_drafts_are_deleted_and_those_that_were_changed_get_back_text_and_author(
        self, curator: User, reviewer: User
    ) -> None:
        import_rows(curator, FIRST, {"1": ADA}, public=False)
        made, _ = import_rows(reviewer, SECOND, {"1": Row("TESTOVA, Ada"), "2": BO}, public=False)
        plan = undo(made, reviewer, reviewer)
        assert plan.counts["actor"] == {"deleted": 1, "rewritten": 1}
        actor = Actor.objects.get(slug=ADA_SLUG)
        assert (actor.name, actor.author, actor.state) == (ADA.name, curator, State.DRAFT)
        assert set(LogEntry.objects.filter(batch=made.undo_report["batch"]).values_list("move", flat=True)) == {
            Move.DELETED,
            Move.SAVED,
        }

    def test_drafts_that_an_import_made_public_are_drafts_again(
        self, curator: User, reviewer: User, second: User
    ) -> None:
        import_rows(curator, FIRST, {"1": ADA}, public=False)
        before = public_state()
        made, _ = import_rows(reviewer, FIRST, {"1": ADA})
        undo(made, reviewer, second)
        assert public_state() == before
        import_rows(reviewer, FIRST, {"1": ADA})
        assert Actor.objects.get(slug=ADA_SLUG).state == State.PUBLISHED

    def test_a_chain_of_imports_is_undone_from_its_end(self, curator: User, reviewer: User, second: User) -> None:
        first, _ = import_rows(curator, FIRST, {"1": ADA}, public=False)
        middle, _ = import_rows(reviewer, FIRST, {"1": ADA})
        last, _ = import_rows(reviewer, SECOND, {"2": BO})
        with pytest.raises(MoveRefused, match=r"import 3 \(made-up 2024-05-03\) builds on it"):
            request_undo(middle, Act(AT, reviewer, WHY))
        undo(last, reviewer, second)
        undo(middle, reviewer, second)
        first.refresh_from_db()
        undo(first, curator, curator)
        assert public_state()["records"] == {}
        import_rows(reviewer, FIRST, {"1": ADA})
        public = Designation.objects.filter(state=State.PUBLISHED)
        assert list(public.values_list("slug", flat=True)) == ["made-up-1-syria"]


@pytest.mark.django_db
class TestDay:
    def test_the_day_of_an_undone_snapshot_is_free_again(self, reviewer: User, second: User) -> None:
        typo, _ = import_rows(reviewer, TYPED_WRONG, {"1": ADA})
        with pytest.raises(UnreadableList, match="in the order of their days"):
            prepare(MADE_UP, [file_of({"1": ADA})], as_of=FIRST, is_public=True)
        undo(typo, reviewer, second)
        import_rows(reviewer, FIRST, {"1": ADA})
        assert Import.objects.last_of("made-up") == Import.objects.get(as_of=FIRST)

    def test_the_undo_of_an_import_that_changed_nothing_frees_its_day(self, reviewer: User, second: User) -> None:
        import_rows(reviewer, FIRST, {"1": ADA})
        before = public_state()
        typo, _ = import_rows(reviewer, TYPED_WRONG, {"1": ADA})
        undo(typo, reviewer, second)
        assert public_state() == before

    def test_files_that_were_read_before_an_undo_are_read_again(self, reviewer: User, second: User) -> None:
        made, _ = import_rows(reviewer, FIRST, {"1": ADA})
        prepared = prepare(MADE_UP, [file_of({"2": BO})], as_of=SECOND, is_public=True)
        undo(made, reviewer, second)
        with pytest.raises(Stale, match="Read the files again"):
            carry_out(prepared, Consent(Act(AT, reviewer, prepared.reason), is_public=True))
        assert not Import.objects.filter(as_of=SECOND).exists()


@pytest.mark.django_db
class TestTouched:
    def test_what_a_curator_changed_since_stands_and_the_difference_is_a_proposal(
        self, curator: User, reviewer: User, second: User
    ) -> None:
        import_rows(reviewer, FIRST, {"1": ADA})
        made, _ = import_rows(reviewer, SECOND, {"1": Row("TESTOVA, Ada", birth="1960")})
        change_public(curator, reviewer, summary="A trader.")
        plan = undo(made, reviewer, second)
        assert fates(plan)[ADA_SLUG] == "proposed"
        assert document_of()["name"] == "TESTOVA, Ada"
        proposal = Proposal.objects.open().get()
        assert (proposal.kind, proposal.by, proposal.state) == ("correction", "bo", ProposalState.IN_REVIEW)
        accept(proposal, second)
        now = document_of()
        assert (now["name"], now["summary"], "particulars" in now) == (ADA.name, "A trader.", False)
        assert len(now["citations"]) == 1

    def test_what_both_changed_stays_as_the_curator_has_it_and_is_reported(
        self, curator: User, reviewer: User, second: User
    ) -> None:
        import_rows(reviewer, FIRST, {"1": ADA})
        made, _ = import_rows(reviewer, SECOND, {"1": Row("TESTOVA, Ada")})
        change_public(curator, reviewer, name="Ada Testov")
        (item,) = [item for item in undo(made, reviewer, second).items if item.slug == ADA_SLUG]
        assert item.conflicts == ("name",)
        assert "bo published it since" in item.why
        (told,) = [one for one in made.undo_report["records"] if one["slug"] == ADA_SLUG]
        assert told["conflicts"] == ["name"]

    def test_what_the_import_created_and_a_curator_changed_stays_with_all_that_it_refers_to(
        self, curator: User, reviewer: User, second: User
    ) -> None:
        made, _ = import_rows(reviewer, FIRST, {"1": ADA, "2": CY})
        change_public(curator, reviewer, summary="A trader.")
        plan = undo(made, reviewer, second)
        left = {item.slug: item.why for item in plan.of(UndoFate.LEFT)}
        (source,) = [slug for slug in left if slug.startswith("made-up-2024")]
        assert "retract it by hand" in left[ADA_SLUG]
        assert left[source] == f"actor {ADA_SLUG} refers to it and is not removed."
        assert {slug for slug, fate in fates(plan).items() if fate == "retracted"} == {
            "beta-made-up-2",
            "made-up-1-syria",
            "made-up-2-cuba",
            "made-up-cuba",
            "made-up-syria",
            "publisher-of-made-up",
        }
        # It is still the source's: the next import proposes to it, and makes no second one.
        import_rows(reviewer, FIRST, {"1": Row("TESTOVA, Ada")})
        assert Actor.objects.filter(slug__startswith="testov").count() == 1
        assert document_of()["summary"] == "A trader."

    def test_a_draft_that_was_submitted_since_is_left_with_the_reason(self, curator: User) -> None:
        made, _ = import_rows(curator, FIRST, {"1": ADA}, public=False)
        moves.submit(Designation.objects.get(), Act(AT, curator, "Ready."))
        plan = undo(made, curator, curator)
        left = {item.slug: item.why for item in plan.of(UndoFate.LEFT)}
        assert left["made-up-1-syria"].startswith("ada submitted for review it since")
        assert set(Designation.objects.values_list("actor__slug", "state")) == {(ADA_SLUG, State.IN_REVIEW)}

    def test_what_another_source_lists_too_is_left(self, reviewer: User, second: User) -> None:
        made, _ = import_rows(reviewer, FIRST, {"1": ADA})
        Imported.objects.create(
            source="other", key="actor/9", record_type="actor", slug=ADA_SLUG, digest="0" * 32, document="{}"
        )
        plan = undo(made, reviewer, second)
        assert {item.slug: item.why for item in plan.of(UndoFate.LEFT)}[ADA_SLUG] == "other lists it, too."

    def test_open_proposals_of_the_import_are_withdrawn_or_say_again_what_they_said(
        self, curator: User, reviewer: User
    ) -> None:
        import_rows(reviewer, FIRST, {"1": ADA, "2": CY})
        import_rows(curator, SECOND, {"1": Row("TESTOVA, Ada"), "2": CY}, public=False)
        before = public_state()
        made, _ = import_rows(curator, THIRD, {"1": Row("X"), "2": Row("Y", CY.programs)}, public=False)
        plan = undo(made, curator, curator)
        assert plan.counts["actor"] == {"reworded": 1, "withdrawn": 1}
        assert public_state() == before

    def test_an_accepted_proposal_of_the_import_is_proposed_back(self, curator: User, reviewer: User) -> None:
        import_rows(reviewer, FIRST, {"1": ADA})
        made, _ = import_rows(curator, SECOND, {"1": Row("TESTOVA, Ada")}, public=False)
        proposal = Proposal.objects.open().get()
        proposals.submit(proposal, Act(AT, curator))
        accept(proposal, reviewer)
        plan = undo(made, curator, curator)
        assert fates(plan)[ADA_SLUG] == "proposed"
        accept(Proposal.objects.open().get(), reviewer)
        assert document_of()["name"] == ADA.name

    def test_a_proposal_that_was_changed_since_is_left(self, curator: User, reviewer: User) -> None:
        import_rows(reviewer, FIRST, {"1": ADA})
        made, _ = import_rows(curator, SECOND, {"1": Row("TESTOVA, Ada")}, public=False)
        change = proposals.ProposedChange({**document_of(), "summary": "A trader."})
        proposals.propose(Actor.objects.get(slug=ADA_SLUG), change, Act(AT, curator, "Seen."))
        plan = undo(made, curator, curator)
        assert {item.slug: item.why for item in plan.of(UndoFate.LEFT)} == {
            ADA_SLUG: "Proposal 1 was changed since: decide it by hand.",
            **{
                item.slug: f"actor {ADA_SLUG} refers to it and is not removed."
                for item in plan.of(UndoFate.LEFT)
                if item.slug != ADA_SLUG
            },
        }

    def test_two_imports_of_two_lists_are_undone_in_any_order(self, reviewer: User, second: User) -> None:
        import_rows(reviewer, FIRST, {"1": ADA})
        before = public_state()
        other = made_up("other")
        made, _ = import_rows(reviewer, FIRST, {"5": CY}, source=other)
        later, _ = import_rows(reviewer, SECOND, {"1": Row("TESTOVA, Ada")})
        undo(made, reviewer, second)
        undo(later, reviewer, second)
        assert public_state() == before


@pytest.mark.django_db
class TestWhoMay:
    def test_nobody_confirms_the_undo_that_they_have_asked_for(self, reviewer: User, second: User) -> None:
        made, _ = import_rows(reviewer, FIRST, {"1": ADA})
        with pytest.raises(MoveRefused, match="takes two people"):
            undo_import(made, Act(AT, reviewer, WHY))
        request_undo(made, Act(AT, reviewer, WHY))
        with pytest.raises(NotPermitted, match="another reviewer"):
            undo_import(made, Act(AT, reviewer))
        undo_import(made, Act(AT, second))
        assert (made.undo_by, made.undone_by, made.undo_reason) == ("bo", "cy", WHY)

    def test_who_may_not_publish_asks_and_does_not_confirm(self, curator: User, reviewer: User) -> None:
        made, _ = import_rows(reviewer, FIRST, {"1": ADA})
        with pytest.raises(NotPermitted, match="who may import"):
            request_undo(made, Act(AT, make_user(), WHY))
        request_undo(made, Act(AT, curator, WHY))
        with pytest.raises(NotPermitted, match="may publish"):
            undo_import(made, Act(AT, make_user("curator")))
        undo_import(made, Act(AT, reviewer))
        assert Actor.objects.get(slug=ADA_SLUG).state == State.RETRACTED

    def test_drafts_are_undone_by_who_imported_them_or_an_administrator(self, curator: User, reviewer: User) -> None:
        made, _ = import_rows(curator, FIRST, {"1": ADA}, public=False)
        for user in (reviewer, make_user("curator"), make_user()):
            with pytest.raises(NotPermitted, match="ada or an administrator"):
                undo_import(made, Act(AT, user, WHY))
        undo_import(made, Act(AT, make_user("administrator"), WHY))
        assert not Actor.objects.exists()

    def test_an_undo_needs_a_reason_and_is_done_once(self, curator: User) -> None:
        made, _ = import_rows(curator, FIRST, {"1": ADA}, public=False)
        with pytest.raises(InvalidReason, match="reason"):
            undo_import(made, Act(AT, curator, " "))
        with pytest.raises(InvalidReason, match="at most 1,9"):
            undo_import(made, Act(AT, curator, "x" * 2000))
        undo_import(made, Act(AT, curator, WHY))
        with pytest.raises(MoveRefused, match="was undone already, by ada"):
            undo_import(made, Act(AT, curator, WHY))

    def test_a_request_is_withdrawn_by_who_asked_or_who_may_confirm(
        self, curator: User, reviewer: User, second: User
    ) -> None:
        made, _ = import_rows(reviewer, FIRST, {"1": ADA})
        with pytest.raises(MoveRefused, match="No user has asked"):
            withdraw_undo_request(made, Act(AT, curator))
        for user in (curator, second):
            request_undo(made, Act(AT, curator, WHY))
            with pytest.raises(MoveRefused, match="ada has already asked"):
                request_undo(made, Act(AT, reviewer, WHY))
            with pytest.raises(NotPermitted, match="only ada"):
                withdraw_undo_request(made, Act(AT, make_user("curator")))
            withdraw_undo_request(made, Act(AT, user))
            assert not made.is_undo_asked
        assert Actor.objects.get(slug=ADA_SLUG).state == State.PUBLISHED

    def test_a_request_of_an_account_that_is_gone_confirms_nothing(self, curator: User, reviewer: User) -> None:
        made, _ = import_rows(reviewer, FIRST, {"1": ADA})
        request_undo(made, Act(AT, curator, WHY))
        curator.delete()
        with pytest.raises(NotPermitted):
            undo_import(made, Act(AT, reviewer))

    def test_an_import_that_kept_nothing_is_not_undone_as_a_whole(self, curator: User) -> None:
        made, _ = import_rows(curator, FIRST, {"1": ADA}, public=False)
        Import.objects.update(is_undoable=False)
        with pytest.raises(MoveRefused, match="Undo its batch, 1"):
            undo_import(made, Act(AT, curator, WHY))

    def test_what_was_read_is_what_is_done(self, curator: User) -> None:
        made, _ = import_rows(curator, FIRST, {"1": ADA}, public=False)
        seal = plan_undo(made).seal
        moves.submit(Designation.objects.get(), Act(AT, curator, "Ready."))
        with pytest.raises(Stale, match="Read it again"):
            undo_import(made, Act(AT, curator, WHY), seal=seal)
        undo_import(made, Act(AT, curator, WHY), seal=plan_undo(made).seal)

    def test_the_log_keeps_the_network_address_of_an_undo(self, curator: User, reviewer: User, second: User) -> None:
        import_rows(reviewer, FIRST, {"1": ADA, "2": BO})
        made, _ = import_rows(reviewer, SECOND, {"1": Row("TESTOVA, Ada"), "3": CY})
        change_public(curator, reviewer, summary="A trader.")
        last = LogEntry.objects.count()
        undo(made, reviewer, second, address="192.0.2.7")
        entries = LogEntry.objects.filter(number__gt=last)
        moves_made = {Move.PUBLISHED, Move.RETRACTED, Move.PROPOSED, Move.SUBMITTED}
        assert set(entries.values_list("move", flat=True)) == moves_made
        assert set(entries.values_list("address", flat=True)) == {"192.0.2.7"}
        assert set(entries.values_list("batch", flat=True)) == {made.undo_report["batch"]}


ROWS: Final = st.builds(
    Row,
    st.sampled_from(["TESTOV, Ada", "ACME", "BETA"]),
    st.sampled_from([("SYRIA",), ("SDGT",), ("SDGT", "SYRIA"), ()]),
    st.sampled_from(["", "2001-02-03"]),
    st.sampled_from(["", "1960"]),
)
LISTS: Final = st.dictionaries(st.sampled_from(["1", "2", "3"]), ROWS, min_size=1)
#: Snapshots with whether each is public at once.
SNAPSHOTS: Final = st.lists(st.tuples(LISTS, st.booleans()), min_size=1, max_size=4)


class TestAnyHistory(TestCase):
    @settings(max_examples=examples(20), deadline=None)
    @given(SNAPSHOTS, LISTS, st.booleans(), st.integers(0, 3), st.integers(0, 40))
    def test_an_import_that_was_undone_at_once_leaves_no_trace_but_in_the_ledger_and_the_log(
        self,
        good: list[tuple[Mapping[str, Row], bool]],
        bad: Mapping[str, Row],
        bad_public: bool,
        place: int,
        late: int,
    ) -> None:
        bo, cy = make_user("reviewer", name="bo"), make_user("reviewer", name="cy")
        place = min(place, len(good))

        def history(*, with_bad: bool) -> tuple[dict[str, Any], list[Any]]:
            reports = []
            for number, (rows, public) in enumerate([*good, ({}, False)]):
                day = FIRST + timedelta(days=2 * number)
                if with_bad and number == place:
                    made, _ = import_rows(bo, day + timedelta(days=late - 1), bad, public=bad_public)
                    undo(made, bo, cy)
                if rows:
                    report = import_rows(bo, day, rows, public=public)[1].report.as_json()
                    reports.append({name: value for name, value in report.items() if name != "batch"})
            assert not list(verify_chain())
            return public_state(), reports

        with undone():
            expected = history(with_bad=False)
        with undone():
            assert history(with_bad=True) == expected

    @settings(max_examples=examples(12), deadline=None)
    @given(SNAPSHOTS, LISTS, LISTS, st.booleans())
    def test_what_a_curator_wrote_between_an_import_and_its_undo_stands(
        self,
        good: list[tuple[Mapping[str, Row], bool]],
        bad: Mapping[str, Row],
        last: Mapping[str, Row],
        was_listed: bool,
    ) -> None:
        bo, cy, ada = make_user("reviewer", name="bo"), make_user("reviewer", name="cy"), make_user("curator")
        good = [({**rows, "1": ADA}, True) for rows, _ in good]
        bad = {**bad, "1": Row("TESTOVA, Ada", birth="1950")} if was_listed else {**bad, "4": Row("DELTA")}
        slug = ADA_SLUG if was_listed else "delta-made-up-4"

        def history(*, with_bad: bool) -> dict[str, Any]:
            for number, (rows, _) in enumerate(good):
                import_rows(bo, FIRST + timedelta(days=2 * number), rows)
            day = FIRST + timedelta(days=20)
            made = import_rows(bo, day, bad)[0] if with_bad else None
            change_public(ada, bo, slug, summary="A trader.")
            if made is not None:
                undo(made, bo, cy)
                assert document_of(slug)["summary"] == "A trader."
                for proposal in Proposal.objects.open().filter(kind="correction"):
                    accept(proposal, cy)
            import_rows(bo, day, last)
            assert document_of(slug)["summary"] == "A trader."
            keys = Imported.objects.filter(record_type="designation").values_list("slug", flat=True)
            assert len(keys) == len(set(keys))
            return public_state()

        def without_files_of_the_day(state: dict[str, Any]) -> dict[str, Any]:
            # The file of the undone import stays a source as long as what the curator changed cites it.
            ours = f"made-up-{FIRST + timedelta(days=20)}-main"
            return state | {
                "records": {name: row for name, row in state["records"].items() if f"source/{ours}" not in name},
                "search": [row for row in state["search"] if not row[1].startswith(ours)],
                "sources": [row for row in state["sources"] if not row[3].startswith(ours)],
            }

        with undone():
            found = without_files_of_the_day(history(with_bad=True))
        if was_listed:
            with undone():
                assert found == without_files_of_the_day(history(with_bad=False))
