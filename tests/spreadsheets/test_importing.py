"""An import is previewed, and does what the preview has shown or nothing."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import pytest
from django.contrib.auth.models import User

from sanctions.exceptions import MoveRefused, Stale
from sanctions.ledger.versions import Act, append_missing_versions
from sanctions.models import LogEntry, Order, Proposal, Version
from sanctions.records.base import Document
from sanctions.records.encode import encode
from sanctions.records.registry import BY_NAME, type_of
from sanctions.spreadsheets.files import tables_in, written
from sanctions.spreadsheets.importing import SheetConsent, SheetImport, write
from sanctions.spreadsheets.preview import Outcome, Preview, preview
from sanctions.vocabulary import Move, ProposalState, State, VersionKind
from tests.factories.actors import make_actor
from tests.factories.orders import make_measure, make_order
from tests.factories.sources import cite
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db
AT: Final = datetime(2025, 2, 7, 12, tzinfo=UTC)
ORDER: Final = BY_NAME["order"]


@pytest.fixture
def curator() -> User:
    make_actor("us")
    return make_user("curator", name="ada")


def statute(slug: str, **values: Any) -> Document:
    return {
        "slug": slug,
        "kind": "statute",
        "title": "An order",
        "issuer": "us",
        "geographic_scope": "country",
    } | values


def stored(slug: str, **values: Any) -> Document:
    order = Order.objects.get(slug=slug)
    return encode(type_of(order), order.pk) | values


def seen(documents: list[Document], by: User) -> Preview:
    return preview(ORDER, tables_in(ORDER, written(ORDER, documents, "xlsx", AT)), by, AT)


def csv(text: str, by: User) -> Preview:
    return preview(ORDER, tables_in(ORDER, text.encode()), by, AT)


def imported(found: Preview, by: User, reason: str = "From the register.", **values: Any) -> SheetImport:
    return write(found, SheetConsent(found.seal, **values), Act(AT, by, reason))


def outcomes(found: Preview) -> dict[str, str]:
    return {item.slug: item.outcome.value for item in found.items}


# --- Preview ------------------------------------------------------------------------------------


def test_exporting_and_importing_changes_nothing(curator: User) -> None:
    for slug in ("a", "b"):
        cite(make_order(slug))
    make_measure(make_order("c", state=State.DRAFT), "c-1", scope="=1+1")
    found = seen([stored(slug) for slug in "abc"], curator)
    assert outcomes(found) == dict.fromkeys("abc", "unchanged")
    assert imported(found, curator) == SheetImport(0, 0, None)
    assert not LogEntry.objects.exists()


def test_a_preview_tells_what_is_new_changed_unchanged_and_faulty(curator: User) -> None:
    make_order("same")
    make_order("other", title="Old")
    found = seen(
        [stored("same"), stored("other", title="New"), statute("brand-new"), statute("wrong", kind="decree")], curator
    )
    assert outcomes(found) == {"same": "unchanged", "other": "changed", "brand-new": "new", "wrong": "faulty"}
    assert Order.objects.count() == 2
    assert Order.objects.get(slug="other").title == "Old"


def test_a_fault_names_sheet_row_column_value_and_what_is_allowed(curator: User) -> None:
    measures = [{"slug": "m-1", "kind": "asset_freeze", "direction": "imposes"}, {"slug": "m-2", "kind": "frost"}]
    found = seen([statute("first"), statute("second", measures=measures)], curator)
    faults = {(fault.sheet, fault.row, fault.column): fault for fault in found.faults}
    assert faults.keys() == {("measures", 3, "kind"), ("measures", 3, "direction")}
    assert faults["measures", 3, "kind"].value == "frost"
    assert "Allowed: " in faults["measures", 3, "kind"].message
    assert "asset_freeze" in faults["measures", 3, "kind"].message


def test_faults_that_only_the_database_shows_are_in_the_preview(curator: User) -> None:
    make_measure(make_order("owner"), "taken")
    measure = {"slug": "taken", "kind": "waiver", "direction": "relieves"}
    planned = seen([statute("a", issuer="nobody"), statute("b", measures=[measure]), statute("c")], curator)
    told = {(fault.sheet, fault.row, fault.column, fault.value): fault.message for fault in planned.faults}
    assert told.keys() == {("orders", 2, "issuer", "nobody"), ("measures", 2, "slug", "taken")}
    assert "no actor with the slug 'nobody'" in told["orders", 2, "issuer", "nobody"]
    assert "used already" in told["measures", 2, "slug", "taken"]
    assert planned.counts == {"new": 1, "changed": 0, "unchanged": 0, "faulty": 2}


def test_what_refers_to_what_is_faulty_is_faulty_too(curator: User) -> None:
    relation = {"kind": "implements", "to_order": "first"}
    found = seen([statute("first", issuer="nobody"), statute("second", relations=[relation])], curator)
    assert outcomes(found) == {"first": "faulty", "second": "faulty"}


def test_a_slug_that_is_there_twice_is_a_fault_of_the_second_row(curator: User) -> None:
    found = csv("slug,kind,title,issuer,geographic_scope\na,statute,A,us,country\na,statute,B,us,country\n", curator)
    assert [(fault.row, fault.column, fault.value) for fault in found.faults] == [(3, "slug", "a")]
    assert "in row 2" in found.faults[0].message
    assert [item.outcome for item in found.items] == [Outcome.NEW, Outcome.FAULTY]


def test_a_column_that_is_left_out_is_left_as_it_is(curator: User) -> None:
    make_order("a", title="Old", summary="It stays.")
    found = csv("slug;title\na;New\n", curator)
    assert found.items[0].document == stored("a", title="New")
    assert "column summary" in found.left
    assert "sheet measures" in found.left


def test_an_empty_cell_takes_a_value_away(curator: User) -> None:
    make_order("a", summary="It goes.")
    assert "summary" not in csv("slug,summary\na,\n", curator).items[0].document


def test_a_record_without_rows_in_a_sheet_of_parts_loses_them(curator: User) -> None:
    make_measure(make_order("a"), "a-1")
    document = {name: value for name, value in stored("a").items() if name != "measures"}
    assert seen([document], curator).items[0].document == document


def test_what_is_retracted_is_not_changed_by_a_file(curator: User) -> None:
    make_order("a", state=State.RETRACTED)
    found = csv("slug,title\na,New\n", curator)
    assert [fault.message for fault in found.faults] == ["The record is retracted. Restore it before changing it."]


def test_a_missing_permission_is_in_the_preview(curator: User) -> None:
    make_order("a", state=State.DRAFT)
    found = csv(
        "slug,title,kind,issuer,geographic_scope\na,New,statute,us,country\nb,New,statute,us,country\n", make_user()
    )
    assert [fault.message for fault in found.faults] == [
        "You may not change records of the kind order.",
        "You may not add records of the kind order.",
    ]


# --- Writing ------------------------------------------------------------------------------------


def test_new_records_become_drafts_of_whoever_imports(curator: User) -> None:
    relation = {"kind": "implements", "to_order": "b"}
    result = imported(seen([statute("a", relations=[relation]), statute("b")], curator), curator)
    assert (result.drafts, result.proposals) == (2, 0)
    assert set(Order.objects.values_list("slug", "state", "author__username")) == {
        (slug, State.DRAFT, "ada") for slug in ("a", "b")
    }
    assert stored("a") == statute("a", relations=[relation])
    entries = list(LogEntry.objects.order_by("number").values_list("slug", "move", "by", "reason", "batch"))
    assert entries == [(slug, Move.SAVED, "ada", "From the register.", 1) for slug in ("a", "b")]
    assert result.batch == 1


def test_drafts_are_rewritten_and_what_is_public_is_only_proposed(curator: User) -> None:
    make_order("draft", state=State.DRAFT, title="Old")
    cite(make_order("public", title="Old"))
    append_missing_versions(Act(AT))
    found = seen([stored("draft", title="New"), stored("public", title="New")], curator)
    assert imported(found, curator, kind=VersionKind.CORRECTION) == SheetImport(1, 1, 1)
    assert (stored("draft")["title"], stored("public")["title"]) == ("New", "Old")
    assert Order.objects.get(slug="draft").author == curator
    proposal = Proposal.objects.get()
    assert (proposal.slug, proposal.state, proposal.kind) == ("public", ProposalState.DRAFT, VersionKind.CORRECTION)
    assert proposal.reason == "From the register."
    assert list(LogEntry.objects.values_list("move", "batch")) == [(Move.SAVED, 1), (Move.PROPOSED, 1)]
    assert Version.objects.count() == Version.objects.filter(number=1).count()


def test_a_preview_tells_that_an_open_proposal_is_replaced(curator: User) -> None:
    cite(make_order("public", title="Old"))
    imported(csv("slug,title\npublic,New\n", curator), curator)
    found = csv("slug,title\npublic,Newer\n", curator)
    assert [item.replaces for item in found.items] == [True]
    imported(found, curator)
    assert Proposal.objects.count() == 1


def test_nothing_is_written_while_something_is_faulty(curator: User) -> None:
    found = seen([statute("good"), statute("bad", kind="decree")], curator)
    with pytest.raises(MoveRefused, match="has faults"):
        imported(found, curator)
    assert not Order.objects.exists()
    assert imported(found, curator, without_faulty=True).drafts == 1
    assert list(Order.objects.values_list("slug", flat=True)) == ["good"]


def test_what_was_changed_since_the_preview_is_not_written_over(curator: User) -> None:
    make_order("a", state=State.DRAFT, title="Old")
    text = "slug,title\na,New\nb,Other\n"
    old = csv(text, curator)
    Order.objects.filter(slug="a").update(summary="Somebody else's.")
    with pytest.raises(Stale):
        write(csv(text, curator), SheetConsent(old.seal), Act(AT, curator, "Because."))
    with pytest.raises(MoveRefused):
        write(old, SheetConsent(old.seal, without_faulty=True), Act(AT, curator, "Because."))
    assert stored("a")["title"] == "Old"


def test_nothing_is_written_if_one_of_the_proposals_is_refused(curator: User) -> None:
    cite(make_order("public", title="Old"))
    found = seen([statute("new"), stored("public", title="New")], curator)
    Order.objects.filter(slug="public").update(title="Somebody else's.")
    with pytest.raises(Stale):
        imported(found, curator)
    assert not Order.objects.filter(slug="new").exists()
    assert not LogEntry.objects.exists()


def test_an_import_needs_a_reason(curator: User) -> None:
    with pytest.raises(MoveRefused, match="reason"):
        imported(seen([statute("new")], curator), curator, reason=" ")


def test_the_seal_is_another_where_the_file_says_something_else(curator: User) -> None:
    assert seen([statute("a")], curator).seal == seen([statute("a")], curator).seal
    assert seen([statute("a")], curator).seal != seen([statute("a", title="Other")], curator).seal
    assert seen([statute("a")], curator).seal != seen([statute("b")], curator).seal
