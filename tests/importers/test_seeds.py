"""The seeds are one more source: what people have written stands, whatever is loaded after it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

import orjson
import pytest
from django.contrib.auth.models import User
from django.core.management import call_command

from sanctions.editorial import merging, moves, proposals
from sanctions.editorial.authors import Authors, authors_of
from sanctions.editorial.duplicates import decide
from sanctions.exceptions import InvalidDocument, MoveRefused
from sanctions.importers.seeds.items import SEEDS, SeedOutcome, SeedsLoaded
from sanctions.importers.seeds.load import load_seeds
from sanctions.ledger.versions import Act, verify_chain
from sanctions.loading.documents import Incoming, save_documents
from sanctions.models import Actor, Agreement, Event, LogEntry, Order, Proposal, Record, Seed, Source, Version
from sanctions.records.base import Document
from sanctions.records.encode import encode
from sanctions.records.registry import BY_NAME, type_of
from sanctions.vocabulary import Move, ProposalState, Sameness, State, VersionKind
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db
AT: Final = datetime(2025, 2, 7, 12, tzinfo=UTC)
ACT: Final = Act(AT, reason="Loaded from seeds.")
CITED: Final = [{"source": "gazette"}]

GAZETTE: Final = Incoming(BY_NAME["source"], {"slug": "gazette", "kind": "news", "title": "Gazette"})
IRAN: Final = Incoming(
    BY_NAME["actor"], {"slug": "iran", "kind": "state", "name": "Iran", "summary": "A state.", "citations": CITED}
)
ORDER: Final = Incoming(
    BY_NAME["order"],
    {
        "slug": "order",
        "kind": "statute",
        "title": "An order",
        "issuer": "iran",
        "geographic_scope": "country",
        "measures": [{"slug": "measure", "kind": "waiver", "direction": "relieves"}],
        "citations": CITED,
    },
)
EVENT: Final = Incoming(
    BY_NAME["event"],
    {
        "slug": "event",
        "kind": "legal_act",
        "title": "An event",
        "happened_on": "2018-05-08",
        "effects": [{"measure": "measure", "verb": "took_effect", "effective_on": "2018-05-08"}],
        "citations": CITED,
    },
)


@pytest.fixture
def curator() -> User:
    return make_user("curator", name="ada")


@pytest.fixture
def reviewer() -> User:
    return make_user("reviewer", name="bo")


def changed(item: Incoming, **values: Any) -> Incoming:
    return replace(item, document=item.document | values)


def load(*items: Incoming, act: Act = ACT) -> SeedsLoaded:
    return load_seeds([GAZETTE, *items], act)


def record(model: type[Any], slug: str) -> Record:
    found: Record = model._default_manager.get(slug=slug)
    return found


def document_of(record: Record) -> Document:
    return encode(type_of(record), record.pk)


def accept(proposal: Proposal, by: User) -> None:
    found = proposals.record_of(proposal)
    proposals.accept(proposal, Act(AT, by), seen=proposals.seal_now(proposal, found))


def correct(found: Record, by: User, approver: User, **values: Any) -> None:
    """Let a person write and another approve a change of a public record."""
    change = proposals.ProposedChange(document_of(found) | values, VersionKind.CORRECTION)
    proposal = proposals.propose(found, change, Act(AT, by, "It was wrong."))
    proposals.submit(proposal, Act(AT, by))
    accept(proposal, approver)


def everything_written() -> tuple[Any, ...]:
    """Return everything that loading may write, except the stored seeds."""
    return (
        list(Version.objects.values()),
        list(Proposal.objects.values()),
        list(LogEntry.objects.values()),
        [
            (row.slug, row.state, document_of(row))
            for model in (Source, Actor, Order, Event)
            for row in model.objects.all()
        ],
    )


def test_a_correction_survives_every_restart(curator: User, reviewer: User) -> None:
    load(IRAN)
    correct(record(Actor, "iran"), curator, reviewer, name="Islamic Republic of Iran")
    before = everything_written()
    for _ in range(3):
        assert load(IRAN).items == []
        assert everything_written() == before
    assert Actor.objects.get().name == "Islamic Republic of Iran"


def test_what_the_seeds_change_in_a_record_that_a_person_has_corrected_is_proposed(
    curator: User, reviewer: User
) -> None:
    load(IRAN)
    correct(record(Actor, "iran"), curator, reviewer, name="Islamic Republic of Iran")
    (item,) = load(changed(IRAN, summary="A state in Asia.")).of(SeedOutcome.PROPOSED)
    assert (item.record_key, item.paths) == (("actor", "iran"), ("summary",))
    assert (Actor.objects.get().name, Actor.objects.get().summary) == ("Islamic Republic of Iran", "A state.")
    proposal = Proposal.objects.open().get()
    assert (proposal.state, proposal.by, proposal.author) == (ProposalState.IN_REVIEW, SEEDS, None)
    entry = LogEntry.objects.get(proposal=proposal.number, move=Move.PROPOSED, by=SEEDS)
    assert (entry.slug, entry.reason) == ("iran", "Loaded from seeds.")


def test_a_person_accepts_what_the_seeds_propose(curator: User, reviewer: User) -> None:
    load(IRAN)
    correct(record(Actor, "iran"), curator, reviewer, name="Islamic Republic of Iran")
    load(changed(IRAN, summary="A state in Asia."))
    with pytest.raises(MoveRefused, match="needs a reviewer"):
        accept(Proposal.objects.get(by=SEEDS), curator)
    accept(Proposal.objects.get(by=SEEDS), reviewer)
    assert (Actor.objects.get().name, Actor.objects.get().summary) == ("Islamic Republic of Iran", "A state in Asia.")
    version = Version.objects.get(slug="iran", number=3)
    assert (version.author, version.approver) == (SEEDS, "bo")
    assert (Actor.objects.get().author, Actor.objects.get().approver) == (None, reviewer)
    assert list(verify_chain()) == []


def test_no_account_can_have_the_name_of_the_seeds() -> None:
    with pytest.raises(Exception, match="username"):
        User(username=SEEDS, password="x").full_clean()


def test_a_second_restart_proposes_nothing_again(curator: User, reviewer: User) -> None:
    load(IRAN)
    correct(record(Actor, "iran"), curator, reviewer, name="Islamic Republic of Iran")
    load(changed(IRAN, summary="A state in Asia."))
    before = everything_written()
    assert load(changed(IRAN, summary="A state in Asia.")).items == []
    assert everything_written() == before


def test_a_proposal_that_a_reviewer_has_withdrawn_comes_back_only_when_the_seeds_say_something_new(
    curator: User, reviewer: User
) -> None:
    load(IRAN)
    correct(record(Actor, "iran"), curator, reviewer, name="Islamic Republic of Iran")
    load(changed(IRAN, summary="A state in Asia."))
    proposals.withdraw(Proposal.objects.get(by=SEEDS), Act(AT, reviewer, "No."))
    load(changed(IRAN, summary="A state in Asia."))
    assert not Proposal.objects.open().exists()
    (item,) = load(changed(IRAN, summary="A state in Asia.", note="Doubtful.")).of(SeedOutcome.PROPOSED)
    assert item.paths == ("note",)


def test_an_open_proposal_of_the_seeds_is_extended(curator: User, reviewer: User) -> None:
    load(IRAN)
    correct(record(Actor, "iran"), curator, reviewer, name="Islamic Republic of Iran")
    load(changed(IRAN, summary="A state in Asia."))
    (item,) = load(changed(IRAN, summary="A state in Asia.", note="Doubtful.")).of(SeedOutcome.PROPOSED)
    assert item.paths == ("summary", "note")
    assert Proposal.objects.filter(by=SEEDS).count() == 1


def test_what_was_published_after_a_proposal_of_the_seeds_is_not_taken_back_by_its_extension(
    curator: User, reviewer: User
) -> None:
    load(IRAN)
    correct(record(Actor, "iran"), curator, reviewer, name="Islamic Republic of Iran")
    load(changed(IRAN, summary="A state in Asia."))
    correct(record(Actor, "iran"), curator, reviewer, name="Persia")
    load(changed(IRAN, summary="A state in Asia.", note="Doubtful."))
    accept(Proposal.objects.open().get(), reviewer)
    actor = Actor.objects.get()
    assert (actor.name, actor.summary, actor.note) == ("Persia", "A state in Asia.", "Doubtful.")


def test_seeds_that_go_back_to_what_they_said_withdraw_their_proposal(curator: User, reviewer: User) -> None:
    load(IRAN)
    correct(record(Actor, "iran"), curator, reviewer, name="Islamic Republic of Iran")
    load(changed(IRAN, summary="A state in Asia."))
    loaded = load(IRAN)
    assert [item.why for item in loaded.items] == [
        "Proposal 2 for actor iran is withdrawn: the seeds no longer contain it."
    ]
    assert Proposal.objects.get(by=SEEDS).state == ProposalState.WITHDRAWN
    assert load(IRAN).items == []


def test_seeds_and_a_person_who_changed_the_same_leave_it_to_a_reviewer(curator: User, reviewer: User) -> None:
    load(IRAN)
    correct(record(Actor, "iran"), curator, reviewer, name="Islamic Republic of Iran")
    (item,) = load(changed(IRAN, name="Persia")).of(SeedOutcome.PROPOSED)
    assert item.paths == ("name",)
    assert Actor.objects.get().name == "Islamic Republic of Iran"


def test_a_correction_that_the_seeds_adopt_is_nothing_new(curator: User, reviewer: User) -> None:
    load(IRAN)
    correct(record(Actor, "iran"), curator, reviewer, name="Islamic Republic of Iran")
    before = everything_written()
    assert [item.outcome for item in load(changed(IRAN, name="Islamic Republic of Iran")).items] == [SeedOutcome.SAME]
    assert everything_written() == before


def test_a_record_that_says_again_what_the_seeds_said_is_still_a_persons(curator: User, reviewer: User) -> None:
    load(IRAN)
    correct(record(Actor, "iran"), curator, reviewer, name="Islamic Republic of Iran")
    correct(record(Actor, "iran"), curator, reviewer, name="Iran")
    (item,) = load(changed(IRAN, name="Persia")).items
    assert item.outcome == SeedOutcome.PROPOSED
    assert Actor.objects.get().name == "Iran"


def test_what_nobody_has_touched_is_written(curator: User) -> None:
    load(IRAN)
    loaded = load(changed(IRAN, name="Persia"), act=replace(ACT, kind=VersionKind.CORRECTION))
    assert loaded.report.changed == {"actor": ["iran"]}
    assert Version.objects.get(slug="iran", number=2).kind == VersionKind.CORRECTION


def test_a_proposal_of_the_seeds_is_a_correction_if_they_were_wrong(curator: User, reviewer: User) -> None:
    load(IRAN)
    correct(record(Actor, "iran"), curator, reviewer, name="Islamic Republic of Iran")
    load(changed(IRAN, summary="A state in Asia."), act=replace(ACT, kind=VersionKind.CORRECTION))
    assert Proposal.objects.get(by=SEEDS).kind == VersionKind.CORRECTION


def test_a_proposal_of_the_seeds_is_not_returned_to_nobody(curator: User, reviewer: User) -> None:
    load(IRAN)
    correct(record(Actor, "iran"), curator, reviewer, name="Islamic Republic of Iran")
    load(changed(IRAN, summary="A state in Asia."))
    with pytest.raises(MoveRefused, match="no author who could change it"):
        proposals.send_back(Proposal.objects.get(by=SEEDS), Act(AT, reviewer, "Cite more."))


# --- Drafts -------------------------------------------------------------------------------------


def test_a_draft_that_somebody_works_on_is_left_and_listed_until_it_can_be_written(curator: User) -> None:
    draft = replace(IRAN, state=State.DRAFT)
    load(draft)
    moves.rewrite(record(Actor, "iran"), IRAN.document | {"name": "Persia"}, Act(AT, curator))
    before = everything_written()
    for _ in range(2):
        (item,) = load(changed(draft, summary="A state in Asia.")).items
        assert item.outcome == SeedOutcome.LEFT
        assert item.why == "A user is working on this draft. Only public records can get a proposal."
        assert everything_written() == before


def test_a_draft_that_nobody_has_touched_follows_the_seeds() -> None:
    load(replace(IRAN, state=State.DRAFT))
    load(replace(changed(IRAN, name="Persia"), state=State.PUBLISHED))
    assert (Actor.objects.get().name, Actor.objects.get().state) == ("Persia", State.PUBLISHED)


def test_a_draft_that_was_published_at_the_desk_stays_public(curator: User, reviewer: User) -> None:
    draft = replace(IRAN, state=State.DRAFT)
    load(draft)
    actor = record(Actor, "iran")
    moves.submit(actor, Act(AT, curator, "Ready."))
    moves.publish(actor, Act(AT, reviewer, "It is right."))
    assert load(draft).items == []
    (item,) = load(changed(draft, name="Persia")).items
    assert item.outcome == SeedOutcome.PROPOSED
    assert (Actor.objects.get().name, Actor.objects.get().state) == ("Iran", State.PUBLISHED)


def test_a_draft_that_is_in_review_stays_in_review(curator: User) -> None:
    draft = replace(IRAN, state=State.DRAFT)
    load(draft)
    moves.submit(record(Actor, "iran"), Act(AT, curator, "Ready."))
    (item,) = load(changed(draft, name="Persia")).items
    assert item.outcome == SeedOutcome.LEFT
    assert (Actor.objects.get().name, Actor.objects.get().state) == ("Iran", State.IN_REVIEW)


def test_a_draft_that_was_deleted_at_the_desk_does_not_come_back() -> None:
    draft = replace(IRAN, state=State.DRAFT)
    load(draft)
    moves.delete(record(Actor, "iran"), Act(AT, make_user("administrator"), "Nonsense."))
    assert load(draft).standing == ["left deleted: actor iran"]
    assert load(changed(IRAN, name="Persia")).standing == ["left deleted: actor iran"]
    assert not Actor.objects.exists()


def test_what_refers_to_a_deleted_record_is_left_and_listed() -> None:
    draft = replace(IRAN, state=State.DRAFT)
    load(draft)
    moves.delete(record(Actor, "iran"), Act(AT, make_user("administrator"), "Nonsense."))
    loaded = load(draft, ORDER, EVENT)
    assert [(item.record_key, item.outcome) for item in loaded.items] == [
        (("order", "order"), SeedOutcome.LEFT),
        (("event", "event"), SeedOutcome.LEFT),
    ]
    assert "There is no actor with the slug 'iran'" in loaded.items[0].why


def test_seeds_that_publish_or_hide_what_a_person_has_touched_are_listed(curator: User, reviewer: User) -> None:
    load(IRAN)
    correct(record(Actor, "iran"), curator, reviewer, name="Islamic Republic of Iran")
    (item,) = load(replace(IRAN, state=State.DRAFT)).items
    assert (item.outcome, item.why) == (
        SeedOutcome.LEFT,
        "By the seeds it is draft. It stays published, as a user has decided.",
    )
    assert Actor.objects.get().state == State.PUBLISHED


# --- Retracted, merged, dropped -----------------------------------------------------------------


def test_a_retracted_record_stays_away_and_what_the_seeds_have_changed_is_proposed_once_it_is_back(
    reviewer: User,
) -> None:
    load(IRAN)
    moves.retract(record(Actor, "iran"), Act(AT, reviewer, "Wrong."))
    assert load(changed(IRAN, name="Persia")).standing == ["left retracted: actor iran"]
    assert Actor.objects.get().state == State.RETRACTED
    moves.restore(record(Actor, "iran"), Act(AT, make_user("reviewer"), "Right after all."))
    (item,) = load(changed(IRAN, name="Persia")).items
    assert (item.outcome, item.paths) == (SeedOutcome.PROPOSED, ("name",))


def test_a_record_that_the_seeds_drop_stays_as_it_is() -> None:
    load(IRAN)
    before = everything_written()
    assert load().items == []
    assert load(IRAN).items == []
    assert everything_written() == before


def test_what_the_seeds_change_of_a_public_record_that_only_merging_has_changed_is_written(
    curator: User, reviewer: User
) -> None:
    other = changed(IRAN, slug="persia", name="Persia")
    load(IRAN, other, ORDER)
    kept, dropped = record(Actor, "iran"), record(Actor, "persia")
    decide((kept, dropped), Sameness.SAME, Act(AT, curator, "One state."))
    merging.merge(kept, dropped, Act(AT, reviewer, "One state."))
    before = everything_written()
    assert load(IRAN, other, ORDER).standing == ["left merged: actor persia, which is iran now"]
    assert everything_written() == before
    loaded = load(IRAN, changed(other, note="Doubtful."), ORDER)
    assert loaded.report.changed == {"actor": ["iran"]}
    assert Actor.objects.get(slug="iran").note == "Doubtful."
    assert authors_of(record(Actor, "iran")) == Authors()
    before = everything_written()
    load(IRAN, changed(other, note="Doubtful."), ORDER)
    assert everything_written() == before


# --- What came from elsewhere -------------------------------------------------------------------


def test_a_record_that_a_curator_has_made_under_the_same_slug_is_not_overwritten(curator: User, reviewer: User) -> None:
    load()
    own = moves.create(BY_NAME["actor"], IRAN.document | {"name": "Persia"}, Act(AT, curator))
    moves.submit(own, Act(AT, curator, "Ready."))
    moves.publish(own, Act(AT, reviewer, "It is right."))
    (item,) = load(changed(IRAN, note="Doubtful.")).items
    assert (item.outcome, item.paths) == (SeedOutcome.PROPOSED, ("note",))
    assert Actor.objects.get().name == "Persia"
    assert load(changed(IRAN, note="Doubtful.")).items == []


def test_a_record_that_says_otherwise_where_the_seeds_have_nothing_to_add_is_listed(
    curator: User, reviewer: User
) -> None:
    load()
    own = moves.create(BY_NAME["actor"], IRAN.document | {"name": "Persia"}, Act(AT, curator))
    moves.submit(own, Act(AT, curator, "Ready."))
    moves.publish(own, Act(AT, reviewer, "It is right."))
    (item,) = load(IRAN).items
    assert (item.outcome, item.why) == (SeedOutcome.LEFT, "The record differs: name.")
    assert not Proposal.objects.exists()


def old_database(*items: Incoming) -> None:
    """Load records as was done before it was kept what the seeds say."""
    save_documents([GAZETTE, *items], ACT)
    assert not Seed.objects.exists()


def test_in_an_old_database_the_last_version_by_nobody_is_what_the_seeds_said(curator: User, reviewer: User) -> None:
    old_database(IRAN, ORDER)
    correct(record(Actor, "iran"), curator, reviewer, name="Islamic Republic of Iran")
    before = everything_written()
    assert {item.outcome for item in load(IRAN, ORDER).items} == {SeedOutcome.SAME}
    assert everything_written() == before
    assert load(IRAN, ORDER).items == []
    (item,) = load(changed(IRAN, summary="A state in Asia."), ORDER).items
    assert (item.outcome, item.paths) == (SeedOutcome.PROPOSED, ("summary",))


def test_in_an_old_database_what_the_seeds_have_changed_meanwhile_is_told_apart(curator: User, reviewer: User) -> None:
    old_database(IRAN, ORDER)
    correct(record(Actor, "iran"), curator, reviewer, name="Islamic Republic of Iran")
    loaded = load(changed(IRAN, summary="A state in Asia."), changed(ORDER, title="The order"))
    assert [(item.record_key, item.outcome) for item in loaded.items if item.outcome != SeedOutcome.SAME] == [
        (("actor", "iran"), SeedOutcome.PROPOSED),
        (("order", "order"), SeedOutcome.WRITTEN),
    ]


def test_in_an_old_database_drafts_are_whose_who_touched_them_and_deleted_ones_stay_deleted(curator: User) -> None:
    drafts = [replace(IRAN, document=IRAN.document | {"slug": slug}, state=State.DRAFT) for slug in ("a", "b", "c")]
    old_database(*drafts)
    moves.rewrite(record(Actor, "a"), drafts[0].document | {"name": "Persia"}, Act(AT, curator))
    moves.delete(record(Actor, "b"), Act(AT, make_user("administrator"), "Nonsense."))
    new = [changed(draft, summary="A state in Asia.") for draft in drafts]
    for outcomes in ([SeedOutcome.LEFT, SeedOutcome.LEFT, SeedOutcome.WRITTEN], [SeedOutcome.LEFT]):
        items = [item for item in load(*new).items if item.incoming.record_type.name == "actor"]
        assert [item.outcome for item in items] == outcomes
    assert dict(Actor.objects.values_list("slug", "name")) == {"a": "Persia", "c": "Iran"}


# --- What hangs together ------------------------------------------------------------------------


def test_what_needs_a_change_that_is_only_proposed_is_left_and_comes_once_that_is_accepted(
    curator: User, reviewer: User
) -> None:
    load(IRAN, ORDER)
    correct(record(Order, "order"), curator, reviewer, title="The order")
    second = {"slug": "second", "kind": "waiver", "direction": "relieves"}
    wider = changed(ORDER, measures=[*ORDER.document["measures"], second])
    effect = {"measure": "second", "verb": "took_effect", "effective_on": "2018-05-08"}
    upon = changed(EVENT, effects=[effect])
    loaded = load(IRAN, wider, upon)
    assert [(item.record_key[0], item.outcome) for item in loaded.items] == [
        ("order", SeedOutcome.PROPOSED),
        ("event", SeedOutcome.LEFT),
    ]
    accept(Proposal.objects.open().get(), reviewer)
    assert load(IRAN, wider, upon).report.created == {"event": ["event"]}


def test_a_part_that_a_persons_record_needs_is_not_dropped(curator: User, reviewer: User) -> None:
    load(IRAN, ORDER, EVENT)
    correct(record(Event, "event"), curator, reviewer, title="The event")
    without = changed(ORDER, measures=[])
    loaded = load(IRAN, without, changed(EVENT, effects=[]))
    assert [(item.record_key[0], item.outcome) for item in loaded.items] == [
        ("order", SeedOutcome.LEFT),
        ("event", SeedOutcome.PROPOSED),
    ]
    assert "measure cannot be removed: event event refers to it" in loaded.items[0].why
    accept(Proposal.objects.open().get(), reviewer)
    assert load(IRAN, without, changed(EVENT, effects=[])).report.changed == {"order": ["order"]}


def test_what_cannot_be_proposed_is_listed_and_tried_again(curator: User, reviewer: User) -> None:
    load(IRAN, ORDER)
    correct(record(Order, "order"), curator, reviewer, title="The order")
    moves.create(BY_NAME["event"], EVENT.document, Act(AT, curator))
    for _ in range(2):
        (item,) = load(IRAN, changed(ORDER, measures=[])).items
        assert item.why.startswith("It cannot be proposed: ")
        assert "measure cannot be removed: event event refers to it" in item.why


def test_a_reference_to_nothing_is_a_fault_of_the_seeds_whatever_people_have_done(
    curator: User, reviewer: User
) -> None:
    load(IRAN)
    correct(record(Actor, "iran"), curator, reviewer, name="Islamic Republic of Iran")
    with pytest.raises(InvalidDocument, match="There is no actor with the slug 'nobody'"):
        load(changed(IRAN, name="Persia"), changed(ORDER, issuer="nobody"))
    assert not Proposal.objects.filter(by=SEEDS).exists()


# --- The command --------------------------------------------------------------------------------


def test_the_command_lists_what_it_proposes_and_what_it_leaves(
    tmp_path: Any, capsys: pytest.CaptureFixture[str], curator: User, reviewer: User
) -> None:
    file = tmp_path / "seeds.yaml"
    drafts = {"state": "draft", "agreements": [{"slug": "pact", "kind": "treaty", "title": "A pact"}]}
    (tmp_path / "drafts.yaml").write_bytes(orjson.dumps(drafts))
    file.write_bytes(orjson.dumps({"sources": [GAZETTE.document], "actors": [IRAN.document]}))
    call_command("load_seeds", tmp_path)
    correct(record(Actor, "iran"), curator, reviewer, name="Islamic Republic of Iran")
    moves.rewrite(record(Agreement, "pact"), drafts["agreements"][0] | {"title": "The pact"}, Act(AT, curator))  # type: ignore[operator]
    drafts["agreements"][0]["note"] = "Doubtful."  # type: ignore[index]
    (tmp_path / "drafts.yaml").write_bytes(orjson.dumps(drafts))
    file.write_bytes(
        orjson.dumps({"sources": [GAZETTE.document], "actors": [IRAN.document | {"summary": "A state in Asia."}]})
    )
    capsys.readouterr()
    call_command("load_seeds", tmp_path, no_color=True)
    assert capsys.readouterr().out.splitlines() == [
        "proposed: actor iran, proposal 2: summary",
        "left as it is: agreement pact. A user is working on this draft. Only public records can get a proposal.",
        "0 written, 1 proposed, 2 left alone.",
    ]
