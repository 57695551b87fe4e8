"""Actors and what belongs to them."""

from typing import Any

from sanctions.models import Actor, Tenure
from sanctions.vocabulary import ActorKind, OfficeKind, State
from tests.factories.slugs import unused


def make_actor(slug: str = "", **values: Any) -> Actor:
    """Create an actor; by default a published state whose name is its slug."""
    slug = slug or unused("actor")
    return Actor.objects.create(slug=slug, **{"name": slug, "kind": ActorKind.STATE, "state": State.PUBLISHED} | values)


def make_tenure(actor: Actor, body: Actor, **values: Any) -> Tenure:
    """Create a tenure of the actor at the head of the body."""
    values = {"slug": unused("tenure"), "title": "Head", "rank": OfficeKind.HEAD, "held_from": "2010"} | values
    return Tenure.objects.create(actor=actor, body=body, **{"ordinal": actor.tenures.count()} | values)
