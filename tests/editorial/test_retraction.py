"""Taking a record back, and bringing it back: at once by one, and back by another."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.auth.models import User

from sanctions.database.past_views import known_at
from sanctions.editorial.moves import publish, record_saved, restore, retract
from sanctions.exceptions import MoveRefused
from sanctions.ledger.versions import Act, verify_chain
from sanctions.models import Actor, Order, Program, Version
from sanctions.projections.renderings import render_with_dependents
from sanctions.vocabulary import State
from tests.factories.actors import make_actor
from tests.factories.events import make_effect, make_event
from tests.factories.orders import make_order
from tests.factories.programs import make_program
from tests.factories.sources import cite
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db
AT = datetime(2025, 2, 7, 12, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def author() -> User:
    return make_user("reviewer", name="author")


@pytest.fixture
def reviewer() -> User:
    return make_user("reviewer", name="reviewer")


@pytest.fixture
def other() -> User:
    return make_user("reviewer", name="other")


@pytest.fixture
def actor(author: User, reviewer: User) -> Actor:
    """An actor that was published by the rules."""
    found = make_actor("iran", state=State.IN_REVIEW, author=author)
    cite(found)
    publish(found, Act(AT, reviewer, "Because."))
    return found


def state_of(actor: Actor) -> str:
    return Actor.objects.get(pk=actor.pk).state


def test_a_retraction_empties_the_answer_and_keeps_the_reason(actor: Actor, reviewer: User) -> None:
    retract(actor, Act(AT + DAY, reviewer, " It was no state. "))
    assert (state_of(actor), Actor.objects.get(pk=actor.pk).rendering) == (State.RETRACTED, "")
    published, retraction = Version.objects.order_by("number")
    assert (retraction.kind, retraction.reason, retraction.approver) == ("retraction", "It was no state.", "reviewer")
    assert retraction.document == published.document
    assert published.recorded_to == retraction.recorded_from == AT + DAY
    assert list(verify_chain()) == []


def test_before_the_retraction_the_record_was_public(actor: Actor, reviewer: User) -> None:
    retract(actor, Act(AT + DAY, reviewer, "Wrong."))
    with known_at(AT + DAY / 2):
        assert Actor.objects.get(slug="iran").rendering
    with known_at(AT + DAY):
        assert not Actor.objects.published().filter(slug="iran").exists()


def test_who_shows_a_retracted_record_shows_no_link_to_it_any_more(actor: Actor, reviewer: User) -> None:
    program = make_program(issuer=actor)
    render_with_dependents([program], AT)
    assert "/api/v1/actors/iran/" in Program.objects.get().rendering
    retract(actor, Act(AT + DAY, reviewer, "Wrong."))
    assert "/api/v1/actors/iran/" not in Program.objects.get().rendering
    assert actor.name in Program.objects.get().rendering


def test_the_effects_of_a_retracted_event_count_no_more(reviewer: User) -> None:
    order, event = make_order(), make_event()
    make_effect("took_effect", "2018-05-08", event, order=order)
    render_with_dependents([event], AT)
    assert event.slug in Order.objects.get().rendering
    retract(event, Act(AT, reviewer, "It did not happen."))
    assert event.slug not in Order.objects.get().rendering


def test_what_came_in_without_the_ledger_is_in_it_when_it_is_retracted(reviewer: User) -> None:
    retract(make_actor("iran"), Act(AT, reviewer, "Wrong."))
    assert [version.kind for version in Version.objects.order_by("number")] == ["publication", "retraction"]


def test_an_author_takes_back_their_own_work_at_once(actor: Actor, author: User) -> None:
    retract(actor, Act(AT, author, "I was wrong."))
    assert state_of(actor) == State.RETRACTED


def test_what_is_retracted_comes_back_by_somebody_else(actor: Actor, reviewer: User, other: User) -> None:
    retract(actor, Act(AT, reviewer, "Wrong."))
    restore(actor, Act(AT + DAY, other, "Right after all."))
    actor.refresh_from_db()
    assert (actor.state, actor.approver) == (State.PUBLISHED, other)
    assert "restoration" in actor.rendering
    first, _, last = Version.objects.order_by("number")
    assert (last.kind, last.reason, last.approver) == ("restoration", "Right after all.", "other")
    assert last.document == first.document


def test_who_retracted_it_or_wrote_it_does_not_restore_it(actor: Actor, author: User, reviewer: User) -> None:
    retract(actor, Act(AT, reviewer, "Wrong."))
    for person in (author, reviewer):
        with pytest.raises(MoveRefused, match="that needs a reviewer who neither wrote nor retracted it"):
            restore(actor, Act(AT, person, "Right."))
    assert state_of(actor) == State.RETRACTED


def test_not_even_a_superuser_restores_what_they_retracted(actor: Actor) -> None:
    root = User.objects.create_superuser("root")
    retract(actor, Act(AT, root, "Wrong."))
    with pytest.raises(MoveRefused, match="neither wrote nor retracted it"):
        restore(actor, Act(AT, root, "Right."))


def test_nothing_is_restored_without_a_citation(reviewer: User, other: User) -> None:
    actor = make_actor()
    retract(actor, Act(AT, reviewer, "Wrong."))
    with pytest.raises(MoveRefused, match="no citation"):
        restore(actor, Act(AT, other, "Right."))


def test_what_is_retracted_is_changed_by_nobody(actor: Actor, reviewer: User, other: User) -> None:
    retract(actor, Act(AT, reviewer, "Wrong."))
    with pytest.raises(MoveRefused, match="may not change iran, which is retracted"):
        record_saved(actor, Act(AT, other))
