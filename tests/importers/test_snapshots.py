"""Snapshots of a list in their order: listings, delistings, returns; what curators have written stays."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from sanctions.editorial import merging, moves, proposals
from sanctions.editorial.duplicates import decide
from sanctions.exceptions import InvalidDocument, MoveRefused, Stale, UnreadableList
from sanctions.importers.base import RawFile
from sanctions.importers.plan.items import Fate
from sanctions.importers.registry import SOURCES
from sanctions.importers.report import ImportReport
from sanctions.importers.running import PreparedImport, carry_out, prepare
from sanctions.importers.un_consolidated.source import UN_CONSOLIDATED
from sanctions.importers.write import Consent
from sanctions.ledger.versions import Act, verify_chain
from sanctions.models import Actor, Designation, Import, Imported, LogEntry, Program, Proposal, Source, Version
from sanctions.records.actors import ACTOR
from sanctions.records.encode import encode
from sanctions.vocabulary import Sameness, State
from tests.factories.actors import make_actor
from tests.factories.sources import cite
from tests.factories.users import make_user
from tests.importers.real import REAL, needs_real
from tests.importers.snapshots import ADA, AT, BO, FIRST, SDN, SECOND, THIRD, csv, imported, seen


def aliases(names: Mapping[str, list[str]]) -> RawFile:
    rows = [(number, name) for number, found in names.items() for name in found]
    lines = [f'{number},{place},"aka","{name}",-0- \r\n' for place, (number, name) in enumerate(rows, start=1)]
    return RawFile.of_bytes("alt.csv", ("".join(lines) + "\x1a").encode())


@pytest.fixture
def reviewer() -> User:
    return make_user("reviewer", name="bo")


@pytest.fixture
def curator() -> User:
    return make_user("curator", name="ada")


def spells() -> list[tuple[str, str, str, str]]:
    rows = Designation.objects.order_by("slug").select_related("program")
    return [(row.entry_id, str(row.program), row.listed_on, row.delisted_on) for row in rows]


def document_of(slug: str) -> dict[str, Any]:
    return encode(ACTOR, Actor.objects.get(slug=slug).pk)


def fates(found: PreparedImport) -> dict[str, int]:
    counts: dict[str, int] = {}
    for item in found.plan.items:
        counts[str(item.fate)] = counts.get(str(item.fate), 0) + 1
    return counts


ADA_SLUG: Final = "testov-ada-ofac-1"


@pytest.mark.django_db
class TestHistory:
    def test_what_the_first_snapshot_has_was_listed_some_day_until_then(self, reviewer: User) -> None:
        imported(reviewer, FIRST, csv({"1": ADA, "2": BO}))
        assert spells() == [
            ("1", "SYRIA", "../2024-05-01", ""),
            ("2", "SDGT", "../2024-05-01", ""),
            ("2", "SYRIA", "../2024-05-01", ""),
        ]

    def test_what_is_new_in_a_later_snapshot_was_listed_in_between(self, reviewer: User) -> None:
        imported(reviewer, FIRST, csv({"1": ADA}))
        imported(reviewer, SECOND, csv({"1": ADA, "2": ("OTHER", "SYRIA")}))
        assert spells()[1] == ("2", "SYRIA", "2024-05-02/2024-05-03", "")

    def test_between_two_days_that_follow_each_other_there_is_one(self, reviewer: User) -> None:
        imported(reviewer, SECOND, csv({"1": ADA}))
        imported(reviewer, THIRD, csv({"2": ("OTHER", "SYRIA")}))
        assert spells() == [
            ("1", "SYRIA", "../2024-05-03", "2024-05-04"),
            ("2", "SYRIA", "2024-05-04", ""),
        ]

    def test_what_is_no_longer_there_was_taken_off_in_between(self, reviewer: User) -> None:
        imported(reviewer, FIRST, csv({"1": ADA, "2": ("OTHER", "SYRIA")}))
        found = imported(reviewer, SECOND, csv({"2": ("OTHER", "SYRIA")}))
        assert spells()[0] == ("1", "SYRIA", "../2024-05-01", "2024-05-02/2024-05-03")
        assert Actor.objects.filter(slug=ADA_SLUG).exists()
        assert found.report.listings == {"ended": 1}
        designation = Designation.objects.get(entry_id="1")
        assert [row.field for row in designation.citations.order_by("ordinal")] == ["", "delisted_on"]

    def test_a_program_that_an_entry_is_no_longer_under_ends_alone(self, reviewer: User) -> None:
        imported(reviewer, FIRST, csv({"2": BO}))
        imported(reviewer, SECOND, csv({"2": ("ACME TRADING", "SDGT")}))
        assert spells() == [
            ("2", "SDGT", "../2024-05-01", ""),
            ("2", "SYRIA", "../2024-05-01", "2024-05-02/2024-05-03"),
        ]

    def test_an_entry_that_comes_back_is_listed_again_and_the_same_actor(self, reviewer: User) -> None:
        imported(reviewer, FIRST, csv({"1": ADA, "2": BO}))
        imported(reviewer, SECOND, csv({"2": BO}))
        found = imported(reviewer, THIRD, csv({"1": ADA, "2": BO}))
        assert found.report.listings == {"began again": 1}
        assert [row[2:] for row in spells() if row[0] == "1"] == [
            ("../2024-05-01", "2024-05-02/2024-05-03"),
            ("2024-05-04", ""),
        ]
        assert Actor.objects.filter(slug__startswith="testov").count() == 1

    def test_the_same_snapshot_again_changes_nothing(self, reviewer: User) -> None:
        imported(reviewer, FIRST, csv({"1": ADA, "2": BO}))
        before = Version.objects.count()
        again = imported(reviewer, FIRST, csv({"1": ADA, "2": BO}))
        assert set(fates(again)) == {"unchanged"}
        assert Version.objects.count() == before

    def test_what_has_changed_in_an_entry_is_an_update_of_its_actor(self, reviewer: User) -> None:
        imported(reviewer, FIRST, csv({"1": ADA}))
        imported(reviewer, SECOND, csv({"1": ("TESTOVA, Ada", "SYRIA", "DOB circa 1960.")}))
        now = document_of(ADA_SLUG)
        assert now["name"] == "TESTOVA, Ada"
        assert now["particulars"] == [{"kind": "birth_date", "text": "circa 1960", "dated_on": "1960~"}]
        assert list(Version.objects.filter(slug=ADA_SLUG).values_list("number", flat=True)) == [1, 2]

    def test_what_has_not_changed_goes_on_citing_what_said_it_first(self, reviewer: User) -> None:
        imported(reviewer, FIRST, csv({"1": ADA}))
        imported(reviewer, SECOND, csv({"1": ADA, "2": BO}))
        assert document_of(ADA_SLUG)["citations"][0]["source"].startswith("ofac-sdn-2024-05-01-main-")

    def test_each_file_is_a_source_with_its_digest(self, reviewer: User) -> None:
        main, others = csv({"1": ADA}), aliases({"1": ["ADA T."]})
        imported(reviewer, FIRST, main, others)
        assert set(Source.objects.values_list("content_hash", flat=True)) == {main.sha256, others.sha256}
        assert {row["field"] for row in document_of(ADA_SLUG)["citations"] if "field" in row} == {"names"}

    @pytest.mark.parametrize(
        ("good", "bad", "field"),
        [
            (b'"individual","SDGT', b'"alien","SDGT', "SDN_Type"),
            (b'"ACME TRADING"', b'""', "SDN_Name"),
            (b'"SDGT] [SYRIA"', b'""', "Program"),
            (b"2,", b"x,", "ent_num"),
        ],
    )
    def test_an_entry_that_cannot_be_read_is_still_on_the_list(
        self, reviewer: User, good: bytes, bad: bytes, field: str
    ) -> None:
        imported(reviewer, FIRST, csv({"1": ADA, "2": BO}))
        broken = csv({"1": ADA, "2": BO}).open().__enter__().read().replace(good, bad)
        found = imported(reviewer, SECOND, RawFile.of_bytes("sdn.csv", broken))
        assert [fault.field for fault in found.report.faults] == [field]
        assert Designation.objects.count() == 3
        assert document_of("acme-trading-ofac-2")["kind"] == "person"
        assert all(row[3] == "" for row in spells())

    def test_a_link_to_another_entry_is_a_relationship_and_to_none_a_particular(self, reviewer: User) -> None:
        imported(reviewer, FIRST, csv({"1": (*ADA, "Linked To: ACME TRADING; Linked To: NOBODY."), "2": BO}))
        actor = document_of(ADA_SLUG)
        assert actor["relationships"] == [{"kind": "linked_to", "to": "acme-trading-ofac-2"}]
        assert actor["particulars"] == [{"kind": "linked_to", "text": "NOBODY"}]


@pytest.mark.django_db
class TestRefused:
    def test_a_snapshot_older_than_the_last_is_refused(self, reviewer: User) -> None:
        imported(reviewer, SECOND, csv({"1": ADA}))
        with pytest.raises(UnreadableList, match="in the order of their days"):
            seen(FIRST, csv({"1": ADA}))

    def test_files_without_a_day_need_one(self) -> None:
        with pytest.raises(UnreadableList, match="Give it with --as-of"):
            prepare(SDN, [csv({"1": ADA})])

    def test_a_snapshot_without_a_file_that_the_last_had_is_refused(self, reviewer: User) -> None:
        imported(reviewer, FIRST, csv({"1": ADA}), aliases({"1": ["ADA T."]}))
        with pytest.raises(UnreadableList, match="aliases"):
            seen(SECOND, csv({"1": ADA}))

    @pytest.mark.parametrize("names", [["add.csv"], ["sdn.csv", "sdn.csv"], ["sdn.csv", "notes.txt"], []])
    def test_other_files_are_refused(self, names: list[str]) -> None:
        with pytest.raises(UnreadableList, match="Allowed: csv: main"):
            prepare(SDN, [csv({"1": ADA}, name) for name in names], as_of=FIRST)

    def test_roles_that_a_form_has_not_are_refused(self) -> None:
        with pytest.raises(UnreadableList, match="main=FILE"):
            prepare(SDN, {"main": csv({"1": ADA}), "cover": csv({"1": ADA})}, as_of=FIRST)

    def test_a_file_is_known_by_the_role_that_it_is_given(self) -> None:
        assert prepare(SDN, {"main": csv({"1": ADA}, "list of may.csv")}, as_of=FIRST).report.entries == 1

    def test_of_two_forms_with_one_role_the_name_of_the_file_decides(self) -> None:
        enhanced = RawFile.of_bytes("sdn_enhanced.xml", b"<sanctionsData><entities/></sanctionsData>")
        with pytest.raises(UnreadableList, match="publicationInfo"):
            prepare(SDN, {"main": enhanced}, as_of=FIRST)

    def test_who_may_not_publish_imports_no_public_record(self, curator: User) -> None:
        with pytest.raises(MoveRefused, match="may not publish"):
            imported(curator, FIRST, csv({"1": ADA}))
        assert not Actor.objects.exists()
        assert not Import.objects.exists()

    def test_what_fails_at_the_end_leaves_nothing(self, reviewer: User, monkeypatch: pytest.MonkeyPatch) -> None:
        def fail(*_: Any) -> None:
            raise InvalidDocument([])

        monkeypatch.setattr("sanctions.importers.write._remember", fail)
        with pytest.raises(InvalidDocument):
            imported(reviewer, FIRST, csv({"1": ADA}))
        tables = (Actor, Designation, Source, Program, Version, LogEntry, Import, Imported)
        assert not any(model._default_manager.exists() for model in tables)

    def test_a_dry_run_writes_nothing(self) -> None:
        found = seen(FIRST, csv({"1": ADA}))
        assert found.report.is_dry
        assert not Actor.objects.exists()


@pytest.mark.django_db
class TestAtTheDesk:
    def test_imported_records_are_drafts_unless_told_otherwise(self, curator: User) -> None:
        imported(curator, FIRST, csv({"1": ADA}), public=False)
        assert set(Actor.objects.values_list("state", "author__username")) == {(State.DRAFT, "ada")}
        assert set(Designation.objects.values_list("state", flat=True)) == {State.DRAFT}
        assert not Version.objects.exists()

    def test_what_is_public_at_once_has_no_author_and_stands_in_the_ledger(self, reviewer: User) -> None:
        imported(reviewer, FIRST, csv({"1": ADA, "2": BO}))
        assert not Actor.objects.filter(author__isnull=False).exists()
        assert set(Actor.objects.values_list("state", "approver__username")) == {(State.PUBLISHED, "bo")}
        assert set(Version.objects.values_list("approver", "author", "reason")) == {("bo", "", "Import of 2024-05-01.")}
        verify_chain()

    def test_drafts_of_an_import_become_public_when_it_is_done_again_so(self, curator: User, reviewer: User) -> None:
        imported(curator, FIRST, csv({"1": ADA}), public=False)
        again = imported(reviewer, FIRST, csv({"1": ADA}))
        assert Fate.CHANGED in {item.fate for item in again.plan.items}
        assert set(Actor.objects.values_list("state", flat=True)) == {State.PUBLISHED}
        assert set(Designation.objects.values_list("state", flat=True)) == {State.PUBLISHED}

    def test_what_a_curator_changed_in_a_draft_is_not_overwritten(self, curator: User) -> None:
        imported(curator, FIRST, csv({"1": ADA}), public=False)
        actor = Actor.objects.get(slug=ADA_SLUG)
        moves.rewrite(actor, {**document_of(ADA_SLUG), "summary": "A trader."}, Act(AT, curator))
        found = imported(curator, SECOND, csv({"1": ("TESTOVA, Ada", "SYRIA")}), public=False)
        assert document_of(ADA_SLUG)["name"] == "TESTOV, Ada"
        (left,) = found.plan.of(Fate.LEFT)
        assert (left.slug, left.why != "") == (ADA_SLUG, True)
        moves.submit(actor, Act(AT, curator, "Ready."))
        moves.publish(actor, Act(AT, make_user("reviewer", name="cy"), "Checked."))
        (again,) = imported(curator, THIRD, csv({"1": ("TESTOVA, Ada", "SYRIA")}), public=False).plan.of(Fate.PROPOSED)
        assert (again.document["name"], again.document["summary"]) == ("TESTOVA, Ada", "A trader.")

    def changed(self, curator: User, reviewer: User, **values: Any) -> None:
        """Let a curator propose, and a reviewer accept, a change to Ada's record."""
        actor = Actor.objects.get(slug=ADA_SLUG)
        change = proposals.ProposedChange({**document_of(ADA_SLUG), **values})
        proposal = proposals.propose(actor, change, Act(AT, curator, "Seen."))
        proposals.submit(proposal, Act(AT, curator))
        seal = proposals.seal_now(proposal, actor)
        proposals.accept(proposal, Act(AT, reviewer, "Checked."), seen=seal)

    def test_a_record_that_a_curator_changed_gets_a_proposal_with_both(self, curator: User, reviewer: User) -> None:
        imported(reviewer, FIRST, csv({"1": ADA}))
        self.changed(curator, reviewer, summary="A trader.")
        result = imported(reviewer, SECOND, csv({"1": ("TESTOVA, Ada", "SYRIA")}))
        assert document_of(ADA_SLUG)["name"] == "TESTOV, Ada"
        (proposal,) = Proposal.objects.open()
        document = proposals.document_of(proposal)
        assert (document["name"], document["summary"]) == ("TESTOVA, Ada", "A trader.")
        assert [item.slug for item in result.plan.of(Fate.PROPOSED)] == [ADA_SLUG]

    def test_what_both_changed_stays_as_the_curator_has_it_and_is_told(self, curator: User, reviewer: User) -> None:
        imported(reviewer, FIRST, csv({"1": ADA}))
        self.changed(curator, reviewer, name="Ada Testov")
        found = seen(SECOND, csv({"1": ("TESTOVA, Ada", "SYRIA", "DOB 1960.")}))
        (item,) = found.plan.of(Fate.PROPOSED)
        assert item.document["name"] == "Ada Testov"
        assert [conflict.path for conflict in item.conflicts] == ["name"]
        assert found.report.records[0].conflicts == ["name"]

    def test_what_a_curator_removed_is_not_brought_back(self, curator: User, reviewer: User) -> None:
        imported(reviewer, FIRST, csv({"1": ADA}), aliases({"1": ["ADA T.", "A. T."]}))
        names = [row for row in document_of(ADA_SLUG)["names"] if row["text"] != "A. T."]
        self.changed(curator, reviewer, names=names)
        found = seen(SECOND, csv({"1": ADA}), aliases({"1": ["ADA T.", "A. T.", "ADITA"]}))
        (item,) = found.plan.of(Fate.PROPOSED)
        assert [row["text"] for row in item.document["names"]] == ["ADA T.", "ADITA"]

    def test_a_later_snapshot_builds_on_the_proposal_that_is_open(self, curator: User, reviewer: User) -> None:
        imported(reviewer, FIRST, csv({"1": ADA}))
        self.changed(curator, reviewer, summary="A trader.")
        imported(reviewer, SECOND, csv({"1": (*ADA, "DOB 1960.")}))
        imported(reviewer, THIRD, csv({"1": (*ADA, "DOB 1960; POB Tabriz.")}))
        (proposal,) = Proposal.objects.open()
        kinds = [row["kind"] for row in proposals.document_of(proposal)["particulars"]]
        assert kinds == ["birth_date", "birth_place"]

    def test_a_later_snapshot_does_not_take_back_what_was_published_since_the_open_proposal(
        self, curator: User, reviewer: User
    ) -> None:
        imported(reviewer, FIRST, csv({"1": ADA}))
        self.changed(curator, reviewer, summary="A trader.")
        imported(reviewer, SECOND, csv({"1": (*ADA, "DOB 1960.")}))
        self.changed(curator, reviewer, summary="A trader in oil.")
        imported(reviewer, THIRD, csv({"1": (*ADA, "DOB 1960; POB Tabriz.")}))
        (proposal,) = Proposal.objects.open()
        assert proposals.document_of(proposal)["summary"] == "A trader in oil."

    def test_a_change_to_what_is_public_is_proposed_unless_it_may_be_public(
        self, curator: User, reviewer: User
    ) -> None:
        imported(reviewer, FIRST, csv({"1": ADA}))
        found = imported(curator, SECOND, csv({"1": ("TESTOVA, Ada", "SYRIA")}), public=False)
        assert [item.slug for item in found.plan.of(Fate.PROPOSED)] == [ADA_SLUG]
        assert document_of(ADA_SLUG)["name"] == "TESTOV, Ada"

    def test_a_draft_that_was_deleted_comes_again_with_the_next_snapshot(self, curator: User) -> None:
        imported(curator, FIRST, csv({"1": ADA}), public=False)
        Designation.objects.all().delete()
        Actor.objects.filter(slug=ADA_SLUG).delete()
        imported(curator, SECOND, csv({"1": ADA}), public=False)
        assert Designation.objects.get().actor.slug == ADA_SLUG

    @pytest.mark.parametrize("public", [True, False])
    def test_what_was_changed_since_it_was_planned_for_is_not_overwritten(
        self, curator: User, reviewer: User, *, public: bool
    ) -> None:
        imported(curator, FIRST, csv({"1": ADA}), public=False)
        found = seen(SECOND, csv({"1": ("TESTOVA, Ada", "SYRIA")}), public=public)
        changed = {**document_of(ADA_SLUG), "summary": "A trader."}
        moves.rewrite(Actor.objects.get(slug=ADA_SLUG), changed, Act(AT, curator))
        with pytest.raises(Stale):
            carry_out(found, Consent(Act(AT, reviewer, "Import."), is_public=public))
        assert document_of(ADA_SLUG)["summary"] == "A trader."
        assert Import.objects.count() == 1

    def test_a_retracted_record_is_left(self, reviewer: User) -> None:
        imported(reviewer, FIRST, csv({"1": ADA}))
        moves.retract(Designation.objects.get(), Act(AT + timedelta(days=1), reviewer, "Wrong."))
        found = imported(reviewer, SECOND, csv({"2": BO}))
        assert [item.record_type.name for item in found.plan.of(Fate.LEFT)] == ["designation"]
        assert Designation.objects.get(entry_id="1").delisted_on == ""


def known(slug: str, scheme: str = "ofac-uid", value: str = "1", state: State = State.PUBLISHED) -> Actor:
    actor = make_actor(slug, name="Ada Testov", kind="person", state=state)
    actor.identifiers.create(scheme=scheme, value=value, ordinal=0)
    cite(actor)
    return actor


@pytest.mark.django_db
class TestTheSameActor:
    def test_an_actor_with_the_identifier_of_an_entry_is_the_same(self, reviewer: User) -> None:
        known("ada-testov")
        found = imported(reviewer, FIRST, csv({"1": ADA}))
        assert found.report.matched == {"actor/1": "ada-testov"}
        assert Designation.objects.get().actor.slug == "ada-testov"
        (item,) = found.plan.of(Fate.PROPOSED)
        assert item.document["name"] == "Ada Testov"
        assert item.document["names"] == [{"kind": "alias", "text": "TESTOV, Ada"}]
        assert item.conflicts == ()

    def test_likeness_of_names_alone_merges_nothing(self, reviewer: User) -> None:
        known("ada-testov", value="99")
        found = imported(reviewer, FIRST, csv({"1": ("Ada Testov", "SYRIA")}))
        assert found.report.matched == {}
        assert Actor.objects.filter(name="Ada Testov").count() == 2

    def test_of_two_with_one_identifier_neither_is_taken_and_both_are_told(self, reviewer: User) -> None:
        known("ada-one")
        known("ada-two")
        found = imported(reviewer, FIRST, csv({"1": ADA}))
        assert found.report.ambiguous == {"actor/1": ["ada-one", "ada-two"]}
        assert Actor.objects.filter(slug=ADA_SLUG).exists()

    def test_the_number_of_a_passport_makes_nobody_the_same(self, reviewer: User) -> None:
        known("ada-testov", scheme="passport", value="A1")
        found = seen(FIRST, csv({"1": (*ADA, "Passport A1 (Iran).")}))
        assert found.report.matched == {}

    def test_what_was_merged_is_kept_up_under_the_record_that_was_kept(self, reviewer: User, curator: User) -> None:
        imported(reviewer, FIRST, csv({"1": ADA}))
        kept, dropped = known("ada-testov", value="99"), Actor.objects.get(slug=ADA_SLUG)
        decide((kept, dropped), Sameness.SAME, Act(AT + timedelta(days=1), curator, "The same."))
        merging.merge(kept, dropped, Act(AT + timedelta(days=1), reviewer, "The same."))
        found = seen(SECOND, csv({"1": (*ADA, "DOB 1960.")}))
        (item,) = found.plan.of(Fate.PROPOSED)
        assert item.slug == "ada-testov"
        assert item.document["particulars"] == [{"kind": "birth_date", "text": "1960", "dated_on": "1960"}]

    def test_of_an_actor_that_was_merged_the_listing_ends_all_the_same(self, reviewer: User, curator: User) -> None:
        imported(reviewer, FIRST, csv({"1": ADA, "2": BO}))
        kept, dropped = known("ada-testov", value="99"), Actor.objects.get(slug=ADA_SLUG)
        decide((kept, dropped), Sameness.SAME, Act(AT + timedelta(days=1), curator, "The same."))
        merging.merge(kept, dropped, Act(AT + timedelta(days=1), reviewer, "The same."))
        found = imported(reviewer, SECOND, csv({"2": BO}))
        (item,) = [item for item in found.plan.of(Fate.PROPOSED) if item.record_type.name == "designation"]
        assert (item.document["actor"], item.document["delisted_on"]) == ("ada-testov", "2024-05-02/2024-05-03")

    def test_a_program_with_the_tag_is_the_program(self, reviewer: User) -> None:
        program = Program.objects.create(slug="us-syria", name="Syria", issuer=make_actor("us"), state=State.PUBLISHED)
        program.identifiers.create(scheme="ofac-program", value="SYRIA", ordinal=0)
        imported(reviewer, FIRST, csv({"1": ADA}))
        assert Designation.objects.get().program == program
        assert Program.objects.count() == 1


@pytest.mark.django_db
class TestReport:
    def test_a_report_is_kept_and_comes_back_from_json(self, reviewer: User) -> None:
        imported(reviewer, FIRST, csv({"1": ADA}))
        found = imported(reviewer, SECOND, csv({"1": ("TESTOVA, Ada", "SYRIA", "DOB 31 Feb 1960.")}))
        kept = ImportReport.from_json(Import.objects.get(as_of=SECOND).report)
        assert kept.as_json() == found.report.as_json()
        page = kept.as_page()
        for expected in ("TESTOVA, Ada", "31 Feb 1960", ADA_SLUG, "3 May 2024"):
            assert expected in page

    def test_how_many_questions_an_unchanged_import_asks_does_not_depend_on_how_much_it_has(
        self, reviewer: User
    ) -> None:
        counts = []
        for many in (20, 60):
            rows = {str(number): (f"PERSON {number}", "SYRIA") for number in range(1, many + 1)}
            imported(reviewer, SECOND, csv(rows))
            with CaptureQueriesContext(
                connection,
            ) as asked:
                imported(reviewer, SECOND, csv(rows))
            counts.append(len(asked))
        assert counts[0] == counts[1]


ENTRIES: Final = st.dictionaries(
    st.sampled_from(["1", "2", "3", "4"]),
    st.tuples(
        st.sampled_from(["TESTOV, Ada", "ACME", "BETA"]),
        st.sampled_from(["SYRIA", "SDGT", "SDGT] [SYRIA", "CUBA] [SDGT] [SYRIA"]),
        st.sampled_from(["DOB 1960.", "POB Tabriz; DOB 1960.", "Gender Male."]),
    ),
    min_size=1,
)


class TestAnyTwo(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(st.lists(ENTRIES, min_size=2, max_size=4))
    def test_snapshots_in_their_order_leave_what_the_last_has(self, snapshots: list[Any]) -> None:
        by = make_user("reviewer")
        for place, rows in enumerate(snapshots):
            imported(by, FIRST + timedelta(days=2 * place), csv(rows))
        last = snapshots[-1]
        standing = Designation.objects.filter(delisted_on="").values_list("entry_id", "program__name")
        assert sorted(standing) == sorted(
            (number, tag) for number, (_, tags, _) in last.items() for tag in tags.split("] [")
        )
        only = prepare(SDN, [csv(last)], as_of=FIRST + timedelta(days=2 * len(snapshots)), is_public=True)
        assert {item.record_type.name for item in only.plan.of(Fate.NEW, Fate.CHANGED, Fate.PROPOSED)} <= {"source"}
        for row in Designation.objects.filter(delisted_on="").select_related("actor"):
            assert row.actor.name == last[row.entry_id][0]
        verify_chain()


@needs_real
@pytest.mark.django_db
def test_two_editions_of_the_united_nations_leave_what_the_second_has(reviewer: User) -> None:
    source, listed = SOURCES["un-consolidated"], {}
    for name in ("un_consolidated_2022-09-15.xml", "un_consolidated_2022-10-21.xml"):
        file = RawFile.of_path(REAL / "un" / name)
        carry_out(
            prepare(source, [file], is_public=True), Consent(Act(AT, reviewer, f"Import of {name}."), is_public=True)
        )
        listed = {entry.key: entry for entry in UN_CONSOLIDATED.forms[0].read({"list": file}).entries}
    standing = Designation.objects.filter(delisted_on="").select_related("actor")
    assert {row.entry_id: row.actor.name for row in standing} == {key: one.actor["name"] for key, one in listed.items()}
    assert set(Import.objects.values_list("as_of", flat=True)) == {date(2022, 9, 15), date(2022, 10, 21)}
    again = prepare(source, [RawFile.of_path(REAL / "un" / "un_consolidated_2022-10-21.xml")], is_public=True)
    assert set(fates(again)) == {"unchanged"}
    verify_chain()
