"""Two records of one thing become one: every reference moves, and the undo restores all documents."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, Final

import orjson
import pytest
from django.contrib.auth.models import User

from sanctions.database.past_views import known_at
from sanctions.editorial import merging, moves
from sanctions.editorial.authors import author_of, authors_of
from sanctions.editorial.duplicates import decide, pair_of
from sanctions.editorial.merging import merge, plan_merge, seal, unmerge
from sanctions.editorial.proposals import ProposedChange, propose
from sanctions.exceptions import Conflicting, InvalidDocument, MoveRefused, Stale
from sanctions.ledger.history import keep_all_history
from sanctions.ledger.versions import Act, append_missing_versions, verify_chain
from sanctions.loading.documents import Incoming, save_documents
from sanctions.models import (
    Actor,
    Agreement,
    Ballot,
    Citation,
    Likeness,
    LogEntry,
    Measure,
    Participation,
    Record,
    Redirect,
    Relationship,
    Tenure,
    Touched,
    Version,
)
from sanctions.projections.rendered_documents import render
from sanctions.projections.renderings import render_everything
from sanctions.records.encode import encode
from sanctions.records.redirects import replaced_by
from sanctions.records.registry import BY_NAME, RECORD_TYPES, type_of
from sanctions.vocabulary import (
    Move,
    NameKind,
    RelationshipKind,
    Role,
    Sameness,
    State,
    VersionKind,
)
from tests.factories.actors import make_actor, make_tenure
from tests.factories.agreements import make_agreement
from tests.factories.designations import make_designation
from tests.factories.events import make_effect, make_event
from tests.factories.makers import MAKERS
from tests.factories.orders import make_order
from tests.factories.sources import cite
from tests.factories.users import make_user
from tests.factories.violations import make_violation

pytestmark = pytest.mark.django_db
AT: Final = datetime(2025, 2, 7, 12, tzinfo=UTC)
DAY: Final = timedelta(days=1)
WHY: Final = "One bank under two spellings."


@pytest.fixture
def curator() -> User:
    return make_user("curator", name="ada")


@pytest.fixture
def reviewer() -> User:
    return make_user("reviewer", name="bo")


@pytest.fixture
def kept() -> Actor:
    actor = make_actor("bank-sepah", name="Bank Sepah")
    cite(actor)
    return actor


@pytest.fixture
def dropped() -> Actor:
    actor = make_actor("sepah-bank", name="Sepah Bank", summary="A bank of Iran.")
    cite(actor)
    return actor


def published() -> None:
    """Put into the ledger what is public; from now on everything goes by moves."""
    append_missing_versions(Act(AT - DAY))
    render_everything()
    keep_all_history(AT - DAY)


def same(first: Record, other: Record, by: User) -> Likeness:
    return decide((first, other), Sameness.SAME, Act(AT, by, WHY))


def merged(kept: Record, dropped: Record, curator: User, reviewer: User) -> Redirect:
    published()
    same(kept, dropped, curator)
    return merge(kept, dropped, Act(AT, reviewer, WHY))


def document_of(record: Record) -> dict[str, Any]:
    return encode(type_of(record), record.pk)


def everything() -> dict[tuple[str, str], tuple[str, bytes]]:
    """Return the state and the document of every record there is."""
    return {
        (record_type.name, row.slug): (row.state, orjson.dumps(encode(record_type, row.pk)))
        for record_type in RECORD_TYPES
        for row in record_type.model._default_manager.all()
    }


# --- What moves ---------------------------------------------------------------------------------


def test_every_reference_of_every_noun_moves(kept: Actor, dropped: Actor, curator: User, reviewer: User) -> None:
    order = make_order("us-eo-1", issuer=dropped, signatory=dropped)
    event = make_event("talks")
    Participation.objects.create(event=event, actor=dropped, role=Role.SPEAKER)
    designation = make_designation("sepah-listed", actor=dropped)
    violation = make_violation("breach")
    violation.accused.set([dropped])
    official = make_actor("official")
    make_tenure(official, dropped, slug="official-sepah-head")
    cite(make_agreement("deal"), asserted_by=dropped)
    for record in (order, event, designation, violation, official):
        cite(record)
    merged(kept, dropped, curator, reviewer)
    for document, key in (
        (document_of(order), "issuer"),
        (document_of(order), "signatory"),
        (document_of(event)["participations"][0], "actor"),
        (document_of(designation), "actor"),
        (document_of(official)["tenures"][0], "body"),
        (document_of(Agreement.objects.get())["citations"][0], "asserted_by"),
    ):
        assert document[key] == "bank-sepah", key
    assert list(violation.accused.all()) == [kept]


@pytest.mark.parametrize("name", [record_type.name for record_type in RECORD_TYPES])
def test_two_records_of_any_noun_are_merged_and_parted(name: str, curator: User, reviewer: User) -> None:
    first, other = (MAKERS[name](f"{name}-{number}") for number in (1, 2))
    if name != "source":
        cite(first)
        cite(other)
    published()
    before = everything()
    same(first, other, curator)
    redirect = merge(first, other, Act(AT, reviewer, WHY))
    other.refresh_from_db()
    assert (other.state, other.rendering) == (State.MERGED, "")
    unmerge(redirect, Act(AT + DAY, reviewer, "They are two."))
    assert everything() == before
    assert not list(verify_chain())


def test_the_other_name_becomes_an_alias_and_what_was_silent_speaks(
    kept: Actor, dropped: Actor, curator: User, reviewer: User
) -> None:
    dropped.identifiers.create(scheme="wikidata", value="Q1", ordinal=0)
    kept.identifiers.create(scheme="wikidata", value="Q1", ordinal=0)
    dropped.identifiers.create(scheme="ofac-uid", value="7", ordinal=1)
    merged(kept, dropped, curator, reviewer)
    document = document_of(kept)
    assert document["name"] == "Bank Sepah"
    assert document["names"] == [{"kind": NameKind.ALIAS, "text": "Sepah Bank"}]
    assert document["summary"] == "A bank of Iran."
    assert [row["value"] for row in document["identifiers"]] == ["Q1", "7"]
    assert len(document["citations"]) == 2


def test_a_citation_goes_with_the_row_that_it_is_for(
    kept: Actor, dropped: Actor, curator: User, reviewer: User
) -> None:
    kept.names.create(kind=NameKind.ACRONYM, text="BS", ordinal=0)
    dropped.names.create(kind=NameKind.FORMER, text="Bank Pahlavi", ordinal=0)
    make_tenure(kept, make_actor("state"), slug="t-1")
    make_tenure(dropped, make_actor("state-2"), slug="t-2")
    for field in ("names[0]", "tenures[0].held_from", "name", "summary"):
        cite(dropped, field=field)
    merged(kept, dropped, curator, reviewer)
    document = document_of(kept)
    assert [row["text"] for row in document["names"]] == ["BS", "Bank Pahlavi", "Sepah Bank"]
    assert [row.get("field", "") for row in document["citations"]] == [
        "",
        "",
        "names[1]",
        "tenures[1].held_from",
        "names[2].text",
        "summary",
    ]


def test_a_value_that_is_left_out_is_told_and_its_citation_goes(
    kept: Actor, dropped: Actor, curator: User, reviewer: User
) -> None:
    Actor.objects.filter(pk=kept.pk).update(summary="Another sentence.")
    cite(dropped, field="summary")
    notes = "\n".join(map(str, plan_merge(kept, dropped).notes))
    assert "summary: stays 'Another sentence.'; 'A bank of Iran.' is left out." in notes
    assert "for summary is removed with the value" in notes
    merged(kept, dropped, curator, reviewer)
    assert all("field" not in row for row in document_of(kept)["citations"])


def test_parts_go_over_with_their_slugs_so_that_references_to_them_stay(
    kept: Actor, dropped: Actor, curator: User, reviewer: User
) -> None:
    tenure = make_tenure(dropped, make_actor("state"), slug="sepah-head")
    event = make_event()
    Participation.objects.create(event=event, actor=make_actor("x"), role=Role.SPEAKER, capacity=tenure)
    cite(event)
    merged(kept, dropped, curator, reviewer)
    moved = Tenure.objects.get(slug="sepah-head")
    assert (moved.pk, moved.actor) == (tenure.pk, kept)
    assert event.participations.get().capacity == moved


def test_measures_of_a_merged_order_stay_at_their_addresses(curator: User, reviewer: User) -> None:
    first, other = make_order("eo-1"), make_order("eo-one")
    measure = Measure.objects.create(order=other, slug="eo-one-ban", kind="asset_freeze", direction="imposes")
    make_effect("issued", "2015", event := make_event(), measure=measure)
    for record in (first, other, event):
        cite(record)
    merged(first, other, curator, reviewer)
    measure.refresh_from_db()
    assert measure.order == first
    rendering = orjson.loads(measure.rendering)
    assert (rendering["order"]["slug"], len(rendering["history"])) == ("eo-1", 1)
    assert [row["slug"] for row in orjson.loads(rendered(first))["measures"]] == ["eo-one-ban"]


def rendered(record: Record) -> str:
    return str(type(record)._default_manager.values_list("rendering", flat=True).get(pk=record.pk))


def test_one_participation_twice_becomes_one_and_is_told(
    kept: Actor, dropped: Actor, curator: User, reviewer: User
) -> None:
    event = make_event("talks")
    for place, (actor, note) in enumerate(((kept, ""), (dropped, "By letter."), (make_actor("x"), ""))):
        Participation.objects.create(event=event, actor=actor, role=Role.SPEAKER, note=note, ordinal=place)
    Ballot.objects.create(event=event, member=kept, choice="for", ordinal=0)
    Ballot.objects.create(event=event, member=dropped, choice="against", ordinal=1)
    cite(event, field="participations[2]")
    cite(event)
    notes = list(map(str, plan_merge(kept, dropped).notes))
    assert "event talks, participations[0]: exists twice, and becomes one row." in notes
    assert "event talks, ballots[0].choice: stays 'for'; 'against' is left out." in notes
    merged(kept, dropped, curator, reviewer)
    document = document_of(event)
    assert [row["actor"] for row in document["participations"]] == ["bank-sepah", "x"]
    assert document["participations"][0]["note"] == "By letter."
    assert document["ballots"] == [{"member": "bank-sepah", "choice": "for"}]
    assert document["citations"][0]["field"] == "participations[1]"


def test_a_relationship_between_the_two_goes(kept: Actor, dropped: Actor, curator: User, reviewer: User) -> None:
    for first, other in ((kept, dropped), (dropped, kept)):
        Relationship.objects.create(actor=first, to=other, kind=RelationshipKind.SUCCESSOR_OF)
    merged(kept, dropped, curator, reviewer)
    assert "relationships" not in document_of(kept)


def test_drafts_and_retracted_records_follow_without_becoming_public(
    kept: Actor, dropped: Actor, curator: User, reviewer: User
) -> None:
    events = [make_event(state=state) for state in (State.DRAFT, State.IN_REVIEW, State.RETRACTED)]
    for event in events:
        Participation.objects.create(event=event, actor=dropped, role=Role.SPEAKER)
    merged(kept, dropped, curator, reviewer)
    for event in events:
        assert event.participations.get().actor == kept
        assert not Version.objects.filter(record_type="event", slug=event.slug).exists()


# --- The ledger, the past, the log --------------------------------------------------------------


def test_each_public_record_gets_a_version_of_the_merge_with_its_reason(
    kept: Actor, dropped: Actor, curator: User, reviewer: User
) -> None:
    event = make_event("talks")
    Participation.objects.create(event=event, actor=dropped, role=Role.SPEAKER)
    cite(event)
    merged(kept, dropped, curator, reviewer)
    last = {version.slug: version for version in Version.objects.order_by("sequence")}
    for slug, kind in (
        ("bank-sepah", VersionKind.MERGE),
        ("talks", VersionKind.MERGE),
        ("sepah-bank", VersionKind.RETRACTION),
    ):
        version = last[slug]
        assert (version.kind, version.reason, version.author, version.approver) == (kind, WHY, "ada", "bo"), slug
    kept.refresh_from_db()
    assert (kept.author, kept.approver) == (curator, reviewer)
    assert not list(verify_chain())


def test_the_past_stays_as_it_was(kept: Actor, dropped: Actor, curator: User, reviewer: User) -> None:
    tenure = make_tenure(dropped, make_actor("state"), slug="sepah-head")
    published()
    same(kept, dropped, curator)
    before = document_of(dropped)
    merge(kept, dropped, Act(AT + DAY, reviewer, WHY))
    with known_at(AT):
        assert document_of(dropped) == before
        assert Tenure.objects.get(pk=tenure.pk).actor_id == dropped.pk
        assert Actor.objects.get(pk=dropped.pk).state == State.PUBLISHED
    with known_at(AT + DAY):
        assert Tenure.objects.get(pk=tenure.pk).actor_id == kept.pk


def make_ready() -> Actor:
    actor = make_actor()
    cite(actor)
    return actor


def test_the_log_tells_of_both_records_together(kept: Actor, dropped: Actor, curator: User, reviewer: User) -> None:
    merged(kept, dropped, curator, reviewer)
    entries = list(LogEntry.objects.values_list("move", "slug", "by", "batch", "reason"))
    assert entries == [
        (Move.COMPARED, "bank-sepah", "ada", 1, f"the same: sepah-bank. {WHY}"),
        (Move.COMPARED, "sepah-bank", "ada", 1, f"the same: bank-sepah. {WHY}"),
        (Move.MERGED, "sepah-bank", "bo", 3, f"sepah-bank into bank-sepah. {WHY}"),
        (Move.MERGED, "bank-sepah", "bo", 3, f"sepah-bank into bank-sepah. {WHY}"),
    ]


def test_what_shows_the_record_is_rendered_again(kept: Actor, dropped: Actor, curator: User, reviewer: User) -> None:
    order = make_order(issuer=dropped)
    cite(order)
    published()
    same(kept, dropped, curator)
    merge(kept, dropped, Act(AT, reviewer, WHY))
    order.refresh_from_db()
    assert orjson.loads(order.rendering)["issuer"]["slug"] == "bank-sepah"
    for record_type in RECORD_TYPES:
        for row in record_type.model._default_manager.filter(state=State.PUBLISHED).exclude(rendering=""):
            assert row.rendering.encode() == render(record_type.model, [row.pk])[row.pk]


def test_the_kept_record_names_what_was_merged_into_it(
    kept: Actor, dropped: Actor, curator: User, reviewer: User
) -> None:
    merged(kept, dropped, curator, reviewer)
    kept.refresh_from_db()
    assert orjson.loads(kept.rendering)["version"]["merged_from"] == ["sepah-bank"]


# --- Who may ------------------------------------------------------------------------------------


def test_nobody_merges_what_they_said_is_the_same(kept: Actor, dropped: Actor, reviewer: User) -> None:
    published()
    same(kept, dropped, reviewer)
    with pytest.raises(MoveRefused, match="another user who decided that they are the same"):
        merge(kept, dropped, Act(AT, reviewer, WHY))
    assert not Redirect.objects.exists()


@pytest.mark.parametrize("decision", [None, Sameness.DIFFERENT, Sameness.UNSURE])
def test_what_nobody_said_is_the_same_is_not_merged(
    decision: Sameness | None, kept: Actor, dropped: Actor, curator: User, reviewer: User
) -> None:
    published()
    if decision:
        decide((kept, dropped), decision, Act(AT, curator, WHY))
    with pytest.raises(MoveRefused):
        merge(kept, dropped, Act(AT, reviewer, WHY))


def test_a_curator_merges_drafts_alone_and_nothing_public(curator: User) -> None:
    first, other = make_actor("one", state=State.DRAFT), make_actor("two", state=State.IN_REVIEW)
    merge(first, other, Act(AT, curator, WHY))
    first.refresh_from_db()
    other.refresh_from_db()
    assert (first.author, first.state, other.state) == (curator, State.DRAFT, State.MERGED)
    assert not Version.objects.exists()
    third, public = make_actor("three", state=State.DRAFT), make_event("talks")
    Participation.objects.create(event=public, actor=third, role=Role.SPEAKER)
    with pytest.raises(MoveRefused, match="a public record would change"):
        merge(first, third, Act(AT, curator, WHY))


def test_a_public_record_is_not_merged_into_a_draft(dropped: Actor, curator: User) -> None:
    with pytest.raises(MoveRefused, match="Keep the public one"):
        plan_merge(make_actor(state=State.DRAFT), dropped)


@pytest.mark.parametrize("state", [State.RETRACTED, State.MERGED])
def test_what_is_hidden_is_not_merged(state: State, kept: Actor) -> None:
    with pytest.raises(MoveRefused, match="cannot be merged"):
        plan_merge(kept, make_actor(state=state))


def test_only_two_records_of_one_noun_are_merged(kept: Actor) -> None:
    for other in (kept, make_event()):
        with pytest.raises(MoveRefused, match="Only two different records of the same kind"):
            plan_merge(kept, other)


def test_what_would_do_something_else_than_was_read_is_not_done(
    kept: Actor, dropped: Actor, curator: User, reviewer: User
) -> None:
    published()
    same(kept, dropped, curator)
    seen = seal(plan_merge(kept, dropped))
    cite(make_order(issuer=dropped))
    with pytest.raises(Stale, match="Read them again"):
        merge(kept, dropped, Act(AT, reviewer, WHY), seen=seen)
    assert not Redirect.objects.exists()


@pytest.mark.parametrize("reason", ["", "  ", "x" * 2001, "a\0b"])
def test_a_merge_needs_a_reason_that_can_be_kept(
    reason: str, kept: Actor, dropped: Actor, curator: User, reviewer: User
) -> None:
    same(kept, dropped, curator)
    before = everything()
    with pytest.raises(MoveRefused):
        merge(kept, dropped, Act(AT, reviewer, reason))
    assert everything() == before


# --- Chains -------------------------------------------------------------------------------------


def test_a_chain_leads_to_its_end_in_one_step_and_has_no_loops(
    kept: Actor, dropped: Actor, curator: User, reviewer: User
) -> None:
    first = merged(kept, dropped, curator, reviewer)
    third = make_ready()
    append_missing_versions(Act(AT))
    same(third, kept, curator)
    second = merge(third, kept, Act(AT + DAY, reviewer, WHY))
    assert replaced_by(BY_NAME["actor"], "sepah-bank") == third.slug
    with known_at(AT):
        assert replaced_by(BY_NAME["actor"], "sepah-bank") == "bank-sepah"
    for back in (kept, dropped):
        back.refresh_from_db()
        with pytest.raises(MoveRefused, match="merged into another"):
            merge(back, third, Act(AT + DAY, reviewer, WHY))
    with pytest.raises(MoveRefused, match="cannot be undone before"):
        unmerge(first, Act(AT + DAY, reviewer, WHY))
    unmerge(second, Act(AT + DAY, reviewer, WHY))
    unmerge(first, Act(AT + DAY, reviewer, WHY))
    assert replaced_by(BY_NAME["actor"], "sepah-bank") is None


def test_nothing_new_refers_to_what_was_merged(kept: Actor, dropped: Actor, curator: User, reviewer: User) -> None:
    event = make_event("talks")
    cite(event)
    merged(kept, dropped, curator, reviewer)
    message = "The actor 'sepah-bank' was merged into 'bank-sepah'. Refer to that one."
    document = document_of(event) | {"participations": [{"actor": "sepah-bank", "role": "speaker"}]}
    for refused in (
        lambda: propose(event, ProposedChange(document), Act(AT, curator, WHY)),
        lambda: save_documents([Incoming(BY_NAME["event"], document)], Act(AT)),
        lambda: moves.create(BY_NAME["event"], document | {"slug": "more"}, Act(AT, curator)),
    ):
        with pytest.raises(InvalidDocument) as found:
            refused()
        assert [(problem.path, problem.message) for problem in found.value.problems] == [
            ("participations[0].actor", message)
        ]


def test_a_record_into_which_another_was_merged_is_not_deleted(curator: User) -> None:
    first, other = make_actor("one", state=State.DRAFT), make_actor("two", state=State.DRAFT)
    redirect = merge(first, other, Act(AT, curator, WHY))
    admin = make_user("administrator")
    for record in (first, other):
        record.refresh_from_db()
        with pytest.raises(MoveRefused):
            moves.delete(record, Act(AT, admin, WHY))
    unmerge(redirect, Act(AT, curator, WHY))
    moves.delete(first, Act(AT, admin, WHY))


# --- Undoing ------------------------------------------------------------------------------------


def test_undoing_gives_back_every_document_to_the_byte(
    kept: Actor, dropped: Actor, curator: User, reviewer: User
) -> None:
    make_tenure(kept, make_actor("state"), slug="t-1")
    make_tenure(dropped, make_actor("state-2"), slug="t-2")
    event = make_event("talks")
    for place, actor in enumerate((dropped, kept)):
        Participation.objects.create(event=event, actor=actor, role=Role.SPEAKER, ordinal=place)
    cite(event, field="participations[1]")
    Relationship.objects.create(actor=kept, to=dropped, kind=RelationshipKind.SUCCESSOR_OF)
    order = make_order(issuer=dropped)
    cite(order)
    published()
    before = everything()
    same(kept, dropped, curator)
    redirect = merge(kept, dropped, Act(AT, reviewer, WHY))
    assert everything() != before
    unmerge(redirect, Act(AT + DAY, reviewer, "They are two."))
    assert everything() == before
    assert (redirect.undone_by, redirect.undone_at, redirect.undone_reason) == ("bo", AT + DAY, "They are two.")
    last = {version.slug: version for version in Version.objects.order_by("sequence")}
    for slug in ("bank-sepah", "sepah-bank", "talks", order.slug):
        assert (last[slug].kind, last[slug].reason) == (VersionKind.RESTORATION, "They are two."), slug
    pair = pair_of(BY_NAME["actor"], "sepah-bank", "bank-sepah")
    assert pair is not None
    assert pair.decision == Sameness.UNSURE
    assert list(LogEntry.objects.order_by("-number").values_list("move", "slug")[:2]) == [
        (Move.UNMERGED, "bank-sepah"),
        (Move.UNMERGED, "sepah-bank"),
    ]
    assert not list(verify_chain())


def test_what_was_changed_since_stays_changed(kept: Actor, dropped: Actor, curator: User, reviewer: User) -> None:
    order = make_order(issuer=dropped, title="Before")
    cite(order)
    before = document_of(dropped)
    redirect = merged(kept, dropped, curator, reviewer)
    save_documents([Incoming(BY_NAME["order"], document_of(order) | {"title": "After"})], Act(AT))
    save_documents([Incoming(BY_NAME["actor"], document_of(kept) | {"note": "A note."})], Act(AT))
    unmerge(redirect, Act(AT + DAY, reviewer, WHY))
    assert (document_of(order)["issuer"], document_of(order)["title"]) == ("sepah-bank", "After")
    assert document_of(kept)["note"] == "A note."
    assert "names" not in document_of(kept)
    assert document_of(dropped) == before


def test_what_was_changed_since_in_the_same_place_stands_in_the_way(
    kept: Actor, dropped: Actor, curator: User, reviewer: User
) -> None:
    redirect = merged(kept, dropped, curator, reviewer)
    save_documents([Incoming(BY_NAME["actor"], document_of(kept) | {"summary": "Quite another."})], Act(AT))
    before = everything()
    with pytest.raises(Conflicting, match="actor bank-sepah, summary") as refused:
        unmerge(redirect, Act(AT + DAY, reviewer, WHY))
    assert refused.value.paths == ("actor bank-sepah, summary",)
    assert everything() == before
    redirect.refresh_from_db()
    assert redirect.undone_at is None


def test_a_merge_is_undone_once(kept: Actor, dropped: Actor, curator: User, reviewer: User) -> None:
    redirect = merged(kept, dropped, curator, reviewer)
    unmerge(redirect, Act(AT, reviewer, WHY))
    with pytest.raises(MoveRefused, match="is undone already"):
        unmerge(redirect, Act(AT, reviewer, WHY))


def test_what_was_parted_can_be_merged_again(kept: Actor, dropped: Actor, curator: User, reviewer: User) -> None:
    unmerge(merged(kept, dropped, curator, reviewer), Act(AT, reviewer, WHY))
    same(kept, dropped, curator)
    assert merge(kept, dropped, Act(AT, reviewer, WHY)).number == 2


def test_a_merge_between_two_others_does_not_stand_in_the_way(
    kept: Actor, dropped: Actor, curator: User, reviewer: User
) -> None:
    others = make_ready(), make_ready()
    event = make_event("talks")
    for place, actor in enumerate((dropped, *others)):
        Participation.objects.create(event=event, actor=actor, role=Role.SPEAKER, ordinal=place)
    Relationship.objects.create(actor=dropped, to=others[1], kind=RelationshipKind.PART_OF)
    cite(event)
    first = merged(kept, dropped, curator, reviewer)
    same(*others, curator)
    merge(*others, Act(AT, reviewer, WHY))
    unmerge(first, Act(AT + DAY, reviewer, WHY))
    actors = [row["actor"] for row in document_of(event)["participations"]]
    assert actors == ["sepah-bank", others[0].slug]
    assert document_of(dropped)["relationships"] == [{"kind": "part_of", "to": others[0].slug}]


def test_a_curator_undoes_nothing_public(kept: Actor, dropped: Actor, curator: User, reviewer: User) -> None:
    redirect = merged(kept, dropped, curator, reviewer)
    with pytest.raises(MoveRefused, match="permission to publish all records that it changed"):
        unmerge(redirect, Act(AT, curator, WHY))


def test_a_merge_into_a_draft_that_was_published_since_is_undone_by_another_than_its_authors(
    curator: User, reviewer: User
) -> None:
    writer = make_user("reviewer", name="cy")
    first, other = make_actor("one", state=State.DRAFT), make_actor("two", state=State.DRAFT, summary="The other.")
    cite(first)
    merge(first, other, Act(AT, writer, WHY))
    first.refresh_from_db()
    moves.submit(first, Act(AT + DAY, writer, WHY))
    moves.publish(first, Act(AT + DAY, reviewer, WHY))
    redirect = Redirect.objects.get()
    before = everything()
    with pytest.raises(MoveRefused, match=r"one was published after the merge, so another .* cy wrote it"):
        unmerge(redirect, Act(AT + 2 * DAY, writer, WHY))
    assert everything() == before
    unmerge(redirect, Act(AT + 2 * DAY, reviewer, WHY))
    version = Version.objects.current().get(slug="one")
    assert (version.kind, version.author, version.approver) == (VersionKind.RESTORATION, "cy", "bo")
    first.refresh_from_db()
    assert authors_of(first).people == (author_of(writer),)
    assert (document_of(first).get("summary"), document_of(other)["summary"]) == (None, "The other.")


def test_a_merge_that_fails_leaves_nothing(
    kept: Actor, dropped: Actor, curator: User, reviewer: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    published()
    same(kept, dropped, curator)
    before, entries = everything(), LogEntry.objects.count()
    monkeypatch.setattr(merging, "log_move", fail)
    with pytest.raises(RuntimeError):
        merge(kept, dropped, Act(AT, reviewer, WHY))
    assert everything() == before
    assert (Redirect.objects.count(), Touched.objects.count(), LogEntry.objects.count()) == (0, 0, entries)


def fail(*_: object) -> None:
    raise RuntimeError("The power is gone.")


def test_what_would_lose_its_last_source_is_not_merged(
    kept: Actor, dropped: Actor, curator: User, reviewer: User
) -> None:
    Citation.objects.filter(actor=kept).delete()
    Citation.objects.filter(actor=dropped).delete()
    with pytest.raises(MoveRefused, match="no citation"):
        merged(kept, dropped, curator, reviewer)


def test_drafts_that_somebody_said_are_different_are_not_merged(curator: User) -> None:
    first, other = make_actor("one", state=State.DRAFT), make_actor("other", state=State.DRAFT)
    decide((first, other), Sameness.DIFFERENT, Act(AT, curator, WHY))
    with pytest.raises(MoveRefused, match="ada has decided that"):
        merge(first, other, Act(AT, curator, WHY))
    assert Actor.objects.filter(state=State.DRAFT).count() == 2


def test_what_would_lose_its_last_source_is_not_parted(
    kept: Actor, dropped: Actor, curator: User, reviewer: User
) -> None:
    kept.citations.all().delete()
    redirect = merged(kept, dropped, curator, reviewer)
    with pytest.raises(MoveRefused, match="bank-sepah has no citation"):
        unmerge(redirect, Act(AT + DAY, reviewer, WHY))
    assert Actor.objects.get(slug="sepah-bank").state == State.MERGED
