"""The parameters of the list of actors."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from api.http.parameters import Slug
from api.v1.filters.base import (
    Condition,
    Family,
    ListParameters,
    Lookup,
    Parameters,
    cited,
    identifiers,
    records,
    slugs,
    texts,
    texts_of,
)
from api.v1.filters.columns import Column, Group
from sanctions.models import Actor, ActorName, Identifier, Relationship, Tenure
from sanctions.vocabulary import OfficeKind, RelationshipKind

_NAMES: Lookup = texts_of(ActorName, "actor", "text")


def _related(kind: RelationshipKind, help_text: str) -> Family:
    """Return the filters by a relationship that held on the day, unless its dates say otherwise."""
    return records(help_text, Actor, "to", within=str(kind), covers=("Relationship.kind", "Relationship.to"))


def _heads(value: Any, asked: Parameters) -> Q:
    return Q(body=value, rank__in=(OfficeKind.HEAD, OfficeKind.ACTING_HEAD))


class ActorParameters(ListParameters):
    """What actors are asked for by. Offices and relationships are as of the day of the question (``as_of``)."""

    model = Actor
    within = {
        "headship": Group(Tenure.objects.all, "actor"),
        **{str(kind): Group(Relationship.objects.all, "actor") for kind in RelationshipKind},
    }

    slug__in = slugs(Actor)
    search = texts(
        "Words, each found in a name, an identifier, the summary or the slug.",
        "name",
        "summary",
        "slug",
        _NAMES,
        texts_of(Identifier, "actor", "value"),
    )
    name = texts("Words, each found in one of its names.", "name", _NAMES, covers=("Actor.name", "ActorName.text"))
    identifier = identifiers("actor")
    kind = Column("kind")
    summary = Column("summary")
    note = Column("note")
    country = _related(RelationshipKind.NATIONAL_OF, "The state it is a national of or based in.")
    part_of = _related(RelationshipKind.PART_OF, "The actor it is a part of.")
    member_of = _related(RelationshipKind.MEMBER_OF, "The actor it is a member of.")
    owned_by = _related(RelationshipKind.OWNED_BY, "The actor that owns it.")
    commands = _related(RelationshipKind.COMMANDS, "The actor it commands.")
    proxy_of = _related(RelationshipKind.PROXY_OF, "The actor it is a proxy of.")
    linked_to = _related(RelationshipKind.LINKED_TO, "An actor that a list says it is linked to.")
    successor_of = _related(RelationshipKind.SUCCESSOR_OF, "The actor it succeeds.")
    office_of = Column("tenures__body", "The body it held an office of on the day.", counted=False)
    rank = Column("tenures__rank", "Rank of an office it held on the day.", counted=False)
    office_title = Column("tenures__title", "Title of an office it held on the day.")
    heads = Condition(Slug("The body it headed on the day, acting or not.", Actor), _heads, within="headship")
    particular = Column("particulars__kind", "What a particular tells, such as birth_date.", counted=False)
    particular_text = Column("particulars__text", "A particular as its source writes it.", counted=False)
    particular_date = Column("particulars__dated_on", "The date of a particular, such as of birth.", counted=False)
    particular_country = Column("particulars__country", "The country of a particular, by name.", counted=False)
    program = Column("designations__program", "A program it is or was designated under.")
    source = cited("actor")

    def always(self, name: str) -> Q:
        """Return the condition that a related row was so on the day."""
        if name in ("tenures", "headship"):
            return Tenure.on(self.day)
        return Q(kind=name) & Relationship.on(self.day) if name in RelationshipKind.values else Q()
