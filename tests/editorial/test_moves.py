"""The moves of a record: who may make them, that four eyes see it, and that nothing is public without a source."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser, Group, User
from django.core.management import call_command

from sanctions.editorial.moves import (
    create,
    delete,
    lock_unchanged,
    publish,
    record_saved,
    restore,
    retract,
    rewrite,
    send_back,
    submit,
)
from sanctions.editorial.permissions import may_edit, may_propose, may_publish, may_resolve, may_undo
from sanctions.editorial.procedure import fingerprint
from sanctions.editorial.reviews import Matter, add_remark
from sanctions.exceptions import InvalidDocument, MoveRefused, NotPermitted, Stale
from sanctions.ledger.versions import Act
from sanctions.models import Actor, Event, Order, Record, Version
from sanctions.records.base import Document
from sanctions.records.registry import BY_NAME
from sanctions.vocabulary import State
from tests.factories.actors import make_actor
from tests.factories.events import make_effect, make_event
from tests.factories.makers import MAKERS
from tests.factories.orders import make_order
from tests.factories.sources import cite, make_source
from tests.factories.users import make_user

AT = datetime(2025, 2, 7, 12, tzinfo=UTC)
WHY = "It is to be done again."
#: The makers of records that need a source to be published.
SOURCED = [make for noun, make in MAKERS.items() if noun != "source"]


@pytest.fixture
def curator(db: None) -> User:
    return make_user("curator", name="curator")


@pytest.fixture
def reviewer(db: None) -> User:
    return make_user("reviewer", name="reviewer")


@pytest.fixture
def visitor(db: None) -> User:
    return make_user(name="visitor")


def in_review(make: Callable[..., Any], author: User | None) -> Any:
    record = make(state=State.IN_REVIEW, author=author)
    cite(record)
    return record


def state_of(record: Record) -> tuple[str, User | None, User | None]:
    """What is stored, not what the object says."""
    found = type(record)._default_manager.get(pk=record.pk)
    return found.state, found.author, found.approver


# --- From draft to the public -------------------------------------------------------------------


@pytest.mark.parametrize("make", SOURCED)
def test_a_draft_becomes_public_by_its_author_and_a_reviewer(
    make: Callable[..., Any], curator: User, reviewer: User
) -> None:
    record = make(state=State.DRAFT)
    cite(record)
    record_saved(record, Act(AT, curator))
    assert state_of(record) == (State.DRAFT, curator, None)
    submit(record, Act(AT, curator, "Because."))
    assert state_of(record) == (State.IN_REVIEW, curator, None)
    publish(record, Act(AT, reviewer, "Because."))
    assert state_of(record) == (State.PUBLISHED, curator, reviewer)


def test_publishing_renders_the_record_and_what_shows_it(curator: User, reviewer: User) -> None:
    order = make_order()
    event = in_review(make_event, curator)
    make_effect("took_effect", "2018-05-08", event, order=order)
    publish(event, Act(AT, reviewer, "Because."))
    assert event.slug in Order.objects.get(pk=order.pk).rendering
    assert Event.objects.get(pk=event.pk).rendering


def test_publishing_writes_a_version_with_both_names(curator: User, reviewer: User) -> None:
    actor = in_review(make_actor, curator)
    publish(actor, Act(AT, reviewer, "Because."))
    version = Version.objects.get(slug=actor.slug)
    assert (version.author, version.approver, version.number) == ("curator", "reviewer", 1)


def test_a_record_that_is_sent_back_is_a_draft_again(curator: User, reviewer: User) -> None:
    actor = in_review(make_actor, curator)
    send_back(actor, Act(AT, reviewer, WHY))
    assert state_of(actor) == (State.DRAFT, curator, None)


def test_a_draft_without_an_author_is_its_submitters(curator: User) -> None:
    actor = make_actor(state=State.DRAFT)
    submit(actor, Act(AT, curator, "Because."))
    assert state_of(actor) == (State.IN_REVIEW, curator, None)


# --- Four eyes ----------------------------------------------------------------------------------


def test_nobody_approves_their_own_work(reviewer: User) -> None:
    actor = in_review(make_actor, reviewer)
    with pytest.raises(MoveRefused, match="that needs a reviewer who did not write it"):
        publish(actor, Act(AT, reviewer, "Because."))
    assert state_of(actor) == (State.IN_REVIEW, reviewer, None)


def test_not_even_a_superuser_approves_their_own_work(db: None) -> None:
    root = User.objects.create_superuser("root")
    with pytest.raises(MoveRefused, match="that needs a reviewer who did not write it"):
        publish(in_review(make_actor, root), Act(AT, root, "Because."))


def test_who_changes_what_is_in_review_is_its_author_then(curator: User, reviewer: User) -> None:
    actor = in_review(make_actor, curator)
    record_saved(actor, Act(AT, reviewer))
    with pytest.raises(MoveRefused, match="that needs a reviewer who did not write it"):
        publish(actor, Act(AT, reviewer, "Because."))


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.PUBLISHED, State.RETRACTED])
def test_nobody_saves_over_what_is_public_or_was(state: State) -> None:
    actor = make_actor(state=state)
    with pytest.raises(MoveRefused, match=f"may not change {actor.slug}"):
        record_saved(actor, Act(AT, make_user("administrator")))


def test_a_record_that_was_sent_back_meanwhile_is_not_published(curator: User, reviewer: User) -> None:
    actor = in_review(make_actor, curator)
    seen = Actor.objects.get(pk=actor.pk)
    send_back(actor, Act(AT, make_user("reviewer"), WHY))
    with pytest.raises(MoveRefused, match="is draft; this needs it to be in review"):
        publish(seen, Act(AT, reviewer, "Because."))
    assert state_of(actor)[0] == State.DRAFT


def test_who_changed_it_meanwhile_does_not_publish_it(curator: User, reviewer: User) -> None:
    actor = in_review(make_actor, curator)
    seen = Actor.objects.get(pk=actor.pk)
    record_saved(actor, Act(AT, reviewer))
    with pytest.raises(MoveRefused, match="that needs a reviewer who did not write it"):
        publish(seen, Act(AT, reviewer, "Because."))


# --- A source -----------------------------------------------------------------------------------


@pytest.mark.parametrize("make", SOURCED)
def test_nothing_is_published_without_a_citation(make: Callable[..., Any], curator: User, reviewer: User) -> None:
    record = make(state=State.IN_REVIEW, author=curator)
    cite(make_actor())
    with pytest.raises(MoveRefused, match=r"has no citation\. Cite a source before"):
        publish(record, Act(AT, reviewer, "Because."))
    assert state_of(record) == (State.IN_REVIEW, curator, None)


def test_a_source_needs_no_other_source(curator: User, reviewer: User) -> None:
    source = make_source(state=State.IN_REVIEW, author=curator)
    publish(source, Act(AT, reviewer, "Because."))
    assert state_of(source) == (State.PUBLISHED, curator, reviewer)


# --- Who may ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("move", "state"),
    [
        (submit, State.DRAFT),
        (send_back, State.IN_REVIEW),
        (publish, State.IN_REVIEW),
        (record_saved, State.DRAFT),
        (retract, State.PUBLISHED),
        (restore, State.RETRACTED),
        (delete, State.DRAFT),
    ],
)
def test_a_visitor_makes_no_move(move: Callable[..., None], state: State, curator: User, visitor: User) -> None:
    actor = make_actor(state=state, author=curator)
    cite(actor)
    with pytest.raises(MoveRefused, match="visitor may not"):
        move(actor, Act(AT, visitor, WHY))
    assert state_of(actor) == (state, curator, None)


@pytest.mark.parametrize("move", [send_back, publish])
def test_a_curator_does_not_review(move: Callable[..., None], curator: User) -> None:
    actor = in_review(make_actor, None)
    with pytest.raises(MoveRefused, match="curator may not"):
        move(actor, Act(AT, curator, WHY))


def test_a_curator_does_not_change_what_is_public(curator: User) -> None:
    actor = make_actor()
    with pytest.raises(MoveRefused, match=f"curator may not change {actor.slug}, which is published"):
        record_saved(actor, Act(AT, curator))
    assert state_of(actor) == (State.PUBLISHED, None, None)


@pytest.mark.parametrize(
    ("move", "states"),
    [
        (submit, [State.IN_REVIEW, State.PUBLISHED, State.RETRACTED]),
        (send_back, [State.DRAFT, State.PUBLISHED, State.RETRACTED]),
        (publish, [State.DRAFT, State.PUBLISHED, State.RETRACTED]),
        (retract, [State.DRAFT, State.IN_REVIEW, State.RETRACTED]),
        (restore, [State.DRAFT, State.IN_REVIEW, State.PUBLISHED]),
    ],
)
def test_a_move_starts_from_its_state_only(move: Callable[..., None], states: list[State], reviewer: User) -> None:
    assert states
    for state in states:
        actor = make_actor(state=state)
        cite(actor)
        with pytest.raises(MoveRefused, match=f"is {state.label}; this needs it to be"):
            move(actor, Act(AT, reviewer, WHY))
        assert state_of(actor)[0] == state


@pytest.mark.parametrize(
    ("groups", "draft", "approves"),
    [
        ((), False, False),
        (("curator",), True, False),
        (("reviewer",), True, True),
        (("administrator",), True, True),
    ],
)
def test_each_group_has_its_permissions(db: None, groups: tuple[str, ...], draft: bool, approves: bool) -> None:
    user = make_user(*groups)
    for make in MAKERS.values():
        assert may_edit(user, make(state=State.DRAFT)) == draft
        assert may_propose(user, make()) == draft
        assert not may_edit(user, make())
        assert may_publish(user, make(state=State.IN_REVIEW)) == approves


def test_who_is_not_signed_in_or_not_active_may_nothing(reviewer: User) -> None:
    reviewer.is_active = False
    for user in (AnonymousUser(), reviewer):
        assert not may_edit(user, make_actor(state=State.DRAFT))
        assert not may_publish(user, make_actor(state=State.IN_REVIEW))


def test_groups_come_back_after_the_database_is_emptied(transactional_db: None, emptied_as_ever: None) -> None:
    call_command("flush", interactive=False, verbosity=0)
    assert set(Group.objects.values_list("name", flat=True)) == {"curator", "reviewer", "administrator"}
    assert Group.objects.get(name="curator").permissions.filter(codename="change_order").exists()


def test_a_group_is_left_as_an_administrator_made_it(db: None) -> None:
    curators = Group.objects.get(name="curator")
    curators.permissions.clear()
    call_command("migrate", verbosity=0)
    assert not curators.permissions.exists()


# --- Documents of drafts ------------------------------------------------------------------------

ACTOR = BY_NAME["actor"]


def actor_document(slug: str, **values: Any) -> Document:
    return {"slug": slug, "kind": "state", "name": slug} | values


def test_a_record_that_changed_since_it_was_read_is_not_held(curator: User) -> None:
    actor = make_actor(state=State.DRAFT)
    seen = fingerprint(actor)
    record_saved(actor, Act(AT, curator))
    lock_unchanged(actor, AT, seen)
    Actor.objects.filter(pk=actor.pk).update(name="Somebody else's")
    with pytest.raises(Stale, match="Another user changed"):
        lock_unchanged(actor, AT, seen)


@pytest.mark.parametrize("document", [{}, {"slug": "a"}, {"slug": 7, "kind": "state", "name": "A"}])
def test_a_faulty_document_is_no_draft(document: Document, curator: User) -> None:
    with pytest.raises(InvalidDocument):
        create(ACTOR, document, Act(AT, curator))
    assert not Actor.objects.exists()


def test_a_new_draft_takes_no_slug_that_is_there(curator: User) -> None:
    make_actor("iran", name="Iran", state=State.DRAFT)
    with pytest.raises(MoveRefused, match="A record with the slug 'iran' exists already"):
        create(ACTOR, actor_document("iran", name="Persia"), Act(AT, curator))
    assert Actor.objects.get().name == "Iran"


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.PUBLISHED, State.RETRACTED])
def test_nobody_rewrites_what_is_public_or_was(state: State) -> None:
    actor = make_actor("iran", name="Iran", state=state)
    with pytest.raises(MoveRefused, match="may not change iran"):
        rewrite(actor, actor_document("iran", name="Persia"), Act(AT, make_user("administrator")))
    assert Actor.objects.get().name == "Iran"


def test_who_may_not_change_a_draft_does_not_rewrite_it(visitor: User) -> None:
    actor = make_actor("iran", name="Iran", state=State.DRAFT)
    with pytest.raises(NotPermitted, match="visitor may not change iran"):
        rewrite(actor, actor_document("iran", name="Persia"), Act(AT, visitor))


def test_a_draft_is_not_rewritten_as_another_record(curator: User) -> None:
    actor = make_actor("iran", state=State.DRAFT)
    with pytest.raises(InvalidDocument, match="It cannot change: keep 'iran'"):
        rewrite(actor, actor_document("persia"), Act(AT, curator))
    assert list(Actor.objects.values_list("slug", flat=True)) == ["iran"]


def test_each_row_of_an_event_needs_a_source_before_it_is_public(curator: User, reviewer: User) -> None:
    event = make_event(state=State.IN_REVIEW, author=curator)
    make_effect("took_effect", "2018-05-08", event, order=make_order())
    make_effect("took_effect", "2018-05-08", event, order=make_order())
    cite(event, field="effects[0].order")
    with pytest.raises(MoveRefused, match=r"has no citation for effects\[1\]\."):
        publish(event, Act(AT, reviewer, "Because."))
    cite(event, field="effects[1]")
    publish(event, Act(AT, reviewer, "Because."))
    assert state_of(event)[0] == State.PUBLISHED


# --- Who has lost a permission ------------------------------------------------------------------


def test_who_may_not_change_records_any_more_takes_back_nothing_of_their_own(curator: User) -> None:
    draft = make_actor(state=State.DRAFT)
    assert may_undo(curator, draft, "curator")
    curator.groups.clear()
    assert not may_undo(User.objects.get(pk=curator.pk), draft, "curator")


def test_who_may_not_change_records_any_more_resolves_no_remark_of_their_own(curator: User) -> None:
    draft = make_actor(state=State.DRAFT)
    own = add_remark(Matter(draft), "Cite it.", Act(AT, curator))
    assert may_resolve(curator, draft, own)
    curator.groups.clear()
    assert not may_resolve(User.objects.get(pk=curator.pk), draft, own)
