"""Two lists that name one actor: each keeps its own text, equal rows are one row, and messages name the source."""

from __future__ import annotations

from copy import deepcopy
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
from django.contrib.auth.models import User
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from sanctions.editorial import proposals
from sanctions.exceptions import MoveRefused
from sanctions.importers.base import EntryListing, FileRole, Files, Form, ListEntry, ParsedList, PublishedList, RawFile
from sanctions.importers.plan.items import Fate
from sanctions.importers.report import ImportReport
from sanctions.importers.running import PreparedImport, carry_out, prepare
from sanctions.importers.snapshots.published_lists import as_import_source
from sanctions.importers.texts.spelling import folded, is_better, is_same_spelling
from sanctions.importers.write import Consent
from sanctions.ledger.versions import Act, verify_chain
from sanctions.models import Actor, Designation, Import, Source
from sanctions.records.actors import ACTOR
from sanctions.records.base import Document
from sanctions.records.encode import encode
from sanctions.vocabulary import IdentifierScheme
from tests.effort import examples
from tests.factories.users import make_user

AT: Final = datetime(2025, 2, 7, 12, tzinfo=UTC)
DAY: Final = date(2025, 1, 1)
UN: Final = [{"scheme": str(IdentifierScheme.UN_REFERENCE), "value": "TXi.001"}]


@pytest.fixture
def reviewer() -> User:
    return make_user("reviewer", name="bo")


@pytest.fixture
def curator() -> User:
    return make_user("curator", name="ada")


def imported(by: User, source: str, actor: Document, *, days: int = 0, public: bool = True) -> PreparedImport:
    """Import a list on which one actor stands."""
    entry = ListEntry("1", {"kind": "person", "identifiers": UN, **actor}, (EntryListing("TEST"),), f"{source}, line 1")

    def read(_: Files) -> ParsedList:
        return ParsedList(iter([entry]))

    publisher = {"slug": f"publisher-of-{source}", "kind": "entity", "name": f"Publisher of {source}"}
    form = Form("csv", (FileRole("main", (".csv",)),), read)
    scheme = IdentifierScheme.OFAC_PROGRAM
    made_up = PublishedList(source, f"The {source} list", source, publisher, scheme, (form,))
    day = DAY + timedelta(days=days)
    file = RawFile.of_bytes("list.csv", f"{source} {day} {actor}".encode())
    prepared = prepare(as_import_source(made_up), [file], as_of=day, is_public=public)
    carry_out(prepared, Consent(Act(AT + timedelta(days=days), by, f"Import of {source}."), is_public=public))
    return prepared


def current_document() -> dict[str, Any]:
    return encode(ACTOR, Actor.objects.get(identifiers__value="TXi.001").pk)


def remarks() -> dict[str, str]:
    return dict(Designation.objects.values_list("list_name", "remarks"))


def cited(path: str) -> set[str]:
    """Return which lists are cited for a row or field."""
    titles = dict(Source.objects.values_list("slug", "title"))
    citations = current_document()["citations"]
    return {titles[row["source"]].partition(",")[0] for row in citations if row.get("field", "") == path}


ADA: Final = {"name": "TESTOV Ada", "summary": "Listed for her part in a made-up affair."}


@pytest.mark.django_db
class TestTexts:
    def test_each_list_keeps_its_own_text_with_its_own_listing(self, reviewer: User) -> None:
        imported(reviewer, "first", ADA)
        found = imported(reviewer, "second", {**ADA, "summary": "Another statement of reasons."})
        assert remarks() == {"The first list": ADA["summary"], "The second list": "Another statement of reasons."}
        assert all(not item.conflicts for item in found.plan.items)
        assert "summary" not in current_document()

    def test_a_later_edition_of_a_list_changes_its_own_text_only(self, reviewer: User) -> None:
        imported(reviewer, "first", ADA)
        imported(reviewer, "second", {**ADA, "summary": "Another statement of reasons."})
        imported(reviewer, "first", {**ADA, "summary": "Amended."}, days=1)
        imported(reviewer, "second", {"name": "TESTOV Ada"}, days=1)
        assert remarks() == {"The first list": "Amended.", "The second list": ""}
        verify_chain()

    def test_what_a_curator_wrote_of_an_actor_is_no_matter_of_the_lists(self, reviewer: User, curator: User) -> None:
        imported(reviewer, "first", ADA)
        changed(curator, reviewer, summary="A trader.")
        found = imported(reviewer, "second", {**ADA, "summary": "Another statement of reasons."})
        assert current_document()["summary"] == "A trader."
        assert all(not item.conflicts for item in found.plan.items)


def changed(curator: User, reviewer: User, **values: Any) -> None:
    """Let a curator propose, and a reviewer accept, a change to the actor's record."""
    actor = Actor.objects.get(identifiers__value="TXi.001")
    change = proposals.ProposedChange({**current_document(), **values})
    proposal = proposals.propose(actor, change, Act(AT, curator, "Seen."))
    proposals.submit(proposal, Act(AT, curator))
    proposals.accept(proposal, Act(AT, reviewer, "Checked."), seen=proposals.seal_now(proposal, actor))


def aliases(*texts: str) -> list[Document]:
    return [{"kind": "alias", "text": text} for text in texts]


def born(text: str, dated_on: str, **more: str) -> Document:
    return {"kind": "birth_date", "text": text, "dated_on": dated_on, **more}


@pytest.mark.django_db
class TestRows:
    @pytest.mark.parametrize(
        "spelling",
        ["ACME TRADING LTD", "Acme Trading, Ltd.", '"Acme" Trading Ltd', "Ácme Trading Ltd", "Acme\u2019 Trading Ltd"],
    )
    def test_a_name_in_another_spelling_is_one_row_with_two_citations(self, reviewer: User, spelling: str) -> None:
        imported(reviewer, "first", {**ADA, "names": aliases("Other", "Acme Trading Ltd")})
        imported(reviewer, "second", {**ADA, "names": aliases(spelling)})
        assert current_document()["names"] == aliases("Other", "Acme Trading Ltd")
        assert cited("names[1]") == {"The first list", "The second list"}
        assert cited("names[0]") == set()
        assert cited("name") == {"The first list", "The second list"}

    def test_a_name_that_is_spelled_like_the_records_own_is_no_alias(self, reviewer: User) -> None:
        imported(reviewer, "first", ADA)
        imported(reviewer, "second", {"name": "Testov, Ada", "names": aliases("TESTOV ADA")})
        assert current_document()["name"] == "TESTOV Ada"
        assert "names" not in current_document()

    def test_another_name_is_one_name_more(self, reviewer: User) -> None:
        imported(reviewer, "first", ADA)
        imported(reviewer, "second", {"name": "Ada the Tester"})
        assert current_document()["names"] == aliases("Ada the Tester")

    def test_a_damaged_name_does_not_replace_a_whole_one_and_a_whole_one_replaces_a_damaged(
        self, reviewer: User
    ) -> None:
        imported(reviewer, "first", {"name": "TESTOV\ufffdA Ada", "names": aliases("Ada M\ufffdller", "Zoë Tester")})
        imported(reviewer, "second", {"name": "TESTOVÁA Ada", "names": aliases("Ada Müller", "Zo\ufffd Tester")})
        assert current_document()["name"] == "TESTOVÁA Ada"
        assert sorted(row["text"] for row in current_document()["names"]) == ["Ada Müller", "Zoë Tester"]
        imported(reviewer, "first", {"name": "TESTOV\ufffdA Ada", "names": aliases("Ada M\ufffdller")}, days=1)
        assert current_document()["name"] == "TESTOVÁA Ada"
        assert sorted(row["text"] for row in current_document()["names"]) == ["Ada Müller", "Zoë Tester"]

    def test_birth_dates_that_mean_the_same_day_are_one_row_with_two_citations(self, reviewer: User) -> None:
        imported(
            reviewer, "first", {**ADA, "particulars": [born("1 Jan 1960", "1960-01-01"), born("c. 1958", "1958~")]}
        )
        imported(
            reviewer,
            "second",
            {**ADA, "particulars": [born("01/01/1960", "1960-01-01"), born("1958", "1958"), born("?", "")]},
        )
        assert [row["text"] for row in current_document()["particulars"]] == ["1 Jan 1960", "c. 1958", "1958", "?"]
        assert cited("particulars[0]") == {"The first list", "The second list"}

    def test_what_both_say_differently_beside_a_row_is_two_rows(self, reviewer: User) -> None:
        imported(reviewer, "first", {**ADA, "particulars": [born("1960", "1960", note="from her passport")]})
        imported(reviewer, "second", {**ADA, "particulars": [born("1960", "1960", note="as she says")]})
        assert len(current_document()["particulars"]) == 2

    def test_a_row_goes_when_no_list_says_it_any_more(self, reviewer: User) -> None:
        imported(reviewer, "first", {**ADA, "names": aliases("Acme Ltd", "Beta")})
        imported(reviewer, "second", {**ADA, "names": aliases("ACME LTD.", "Gamma")})
        imported(reviewer, "first", {**ADA, "names": aliases("Beta")}, days=1)
        assert sorted(row["text"] for row in current_document()["names"]) == ["Acme Ltd", "Beta", "Gamma"]
        imported(reviewer, "second", {**ADA, "names": aliases("Gamma")}, days=1)
        assert sorted(row["text"] for row in current_document()["names"]) == ["Beta", "Gamma"]

    def test_a_list_that_calls_the_actor_otherwise_now_changes_its_own_name_only(self, reviewer: User) -> None:
        imported(reviewer, "first", ADA)
        imported(reviewer, "second", {"name": "Ada the Tester"})
        found = imported(reviewer, "second", {"name": "Ada the Great"}, days=1)
        assert (current_document()["name"], current_document()["names"]) == ("TESTOV Ada", aliases("Ada the Great"))
        assert all(not item.conflicts for item in found.plan.items)

    def test_the_second_edition_adds_no_citations_of_what_it_goes_on_saying(self, reviewer: User) -> None:
        imported(reviewer, "first", {**ADA, "names": aliases("Acme Ltd")})
        imported(reviewer, "second", {**ADA, "names": aliases("ACME LTD.")})
        before = len(current_document()["citations"])
        imported(reviewer, "second", {**ADA, "names": aliases("ACME LTD.", "Beta")}, days=1)
        assert len(current_document()["citations"]) == before


@pytest.mark.django_db
class TestMessages:
    def test_what_another_list_says_is_not_blamed_on_a_curator(self, reviewer: User) -> None:
        imported(reviewer, "first", {**ADA, "note": "By the first."})
        found = imported(reviewer, "second", {**ADA, "note": "By the second."})
        (told,) = [one for one in found.report.records if one.conflicts]
        assert told.disputes == ["note: 'By the first.' stays, as first has it; 'By the second.' is left out."]
        kept = ImportReport.from_json(Import.objects.get(source="second").report)
        assert "as first has it" in kept.as_page()

    def test_what_a_curator_wrote_is_said_to_be_the_curators(self, reviewer: User, curator: User) -> None:
        imported(reviewer, "first", ADA)
        changed(curator, reviewer, name="Ada Testov-Smith")
        found = imported(reviewer, "first", {**ADA, "name": "TESTOVA Ada"}, days=1)
        (told,) = [one for one in found.report.records if one.conflicts]
        assert told.disputes == [
            "name: 'Ada Testov-Smith' stays, as a curator (ada) has it; 'TESTOVA Ada' is left out."
        ]


@pytest.mark.django_db
def test_a_proposal_that_only_changes_an_order_that_says_nothing_is_refused(reviewer: User, curator: User) -> None:
    imported(reviewer, "first", {**ADA, "names": aliases("Acme", "Beta")})
    with pytest.raises(MoveRefused, match="Nothing would change"):
        changed(curator, reviewer, names=aliases("Beta", "Acme"))


class TestAnyOrder(TestCase):
    @settings(max_examples=examples(20), deadline=None)
    @given(st.data())
    def test_another_order_of_rows_is_no_change_of_any_list(self, data: st.DataObject) -> None:
        by = make_user("reviewer", name="bo")
        texts = st.lists(st.sampled_from(["Acme", "ACME.", "Beta", "Béta", "Gamma"]), unique=True)
        dates = st.lists(st.sampled_from(["1960", "1960-01-01", "1961~"]), unique=True)
        actors = {
            name: {
                **ADA,
                "names": aliases(*data.draw(texts)),
                "particulars": [born(f"{name} {day}", day) for day in data.draw(dates)],
            }
            for name in ("first", "second")
        }
        for name, actor in actors.items():
            imported(by, name, actor)
        before = current_document()
        for days, (name, actor) in enumerate(actors.items(), start=1):
            other = deepcopy(actor)
            other["names"] = data.draw(st.permutations(actor["names"]))
            other["particulars"] = data.draw(st.permutations(actor["particulars"]))
            found = imported(by, name, other, days=days)
            assert {item.fate for item in found.plan.items if item.record_type is ACTOR} == {Fate.UNCHANGED}
            assert all(not item.conflicts for item in found.plan.items)
            assert current_document() == before
        verify_chain()


@pytest.mark.parametrize(
    ("text", "other", "expected"),
    [
        ("AL-KHALID", "al khalid", True),
        ("Łódź Works", "LODZ WORKS", True),
        ("O\u2019Brien", "OBrien", True),
        ("M\ufffdller", "Müller", True),
        ("\ufffd\ufffd", "Xy", False),
        ("Ivan", "Иван", False),
        ("कि", "कु", False),
        ("Acme", "Acne", False),
    ],
)
def test_spellings_are_compared_by_their_letters(text: str, other: str, expected: bool) -> None:
    assert is_same_spelling(text, other) is expected
    assert is_same_spelling(other, text) is expected


def test_only_what_has_lost_less_is_better() -> None:
    assert is_better("Müller", "M\ufffdller")
    assert not is_better("M\ufffdller", "Müller")
    assert not is_better("Müller", "MULLER")


@given(st.text(max_size=20), st.text(max_size=20))
def test_folding_is_the_same_both_ways_and_loses_no_name(text: str, other: str) -> None:
    assert is_same_spelling(text, other) == is_same_spelling(other, text)
    assert bool(folded(text)) == bool(text)
