"""The parameters of the list of actors."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from api.parameters import Slug
from api.v1.filters.base import (
    Condition,
    ListParameters,
    Lookup,
    Parameters,
    cited,
    codes,
    identifiers,
    records,
    slugs,
    texts,
    texts_of,
)
from sanctions.models import Actor, ActorName, Designation, Identifier, Program, Relationship, Tenure
from sanctions.vocabulary import ActorKind, OfficeKind, RelationshipKind

_NAMES: Lookup = texts_of(ActorName, "actor", "text")


def _related(kind: RelationshipKind, help_text: str) -> tuple[Condition, Condition]:
    """Return the filters by a relationship that held on the day, unless its dates say otherwise."""
    one, several = records(help_text, Actor, "to", within=str(kind))
    return one, several


def _holds(value: Any, asked: Parameters) -> Q:
    return Q(body=value) & Tenure.on(asked.day)


def _heads(value: Any, asked: Parameters) -> Q:
    return Q(body=value, rank__in=(OfficeKind.HEAD, OfficeKind.ACTING_HEAD)) & Tenure.on(asked.day)


class ActorParameters(ListParameters):
    """What actors are asked for by. Offices and relationships are as of the day of the question (``as_of``)."""

    within = {
        "office": (Tenure.objects.all, "actor"),
        "headship": (Tenure.objects.all, "actor"),
        "designation": (Designation.objects.published, "actor"),
        **{str(kind): (Relationship.objects.all, "actor") for kind in RelationshipKind},
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
    name = texts("Words, each found in one of its names.", "name", _NAMES)
    identifier = identifiers("actor")
    kind, kind__in = codes("What it is.", ActorKind, "kind")
    country, country__in = _related(RelationshipKind.NATIONAL_OF, "The state it is a national of or based in.")
    part_of, part_of__in = _related(RelationshipKind.PART_OF, "The actor it is a part of.")
    member_of, member_of__in = _related(RelationshipKind.MEMBER_OF, "The actor it is a member of.")
    owned_by, owned_by__in = _related(RelationshipKind.OWNED_BY, "The actor that owns it.")
    commands, commands__in = _related(RelationshipKind.COMMANDS, "The actor it commands.")
    proxy_of, proxy_of__in = _related(RelationshipKind.PROXY_OF, "The actor it is a proxy of.")
    successor_of, successor_of__in = _related(RelationshipKind.SUCCESSOR_OF, "The actor it succeeds.")
    office_of = Condition(Slug("The body it held an office of on the day.", Actor), _holds, within="office")
    rank, rank__in = codes("Rank of an office it held on the day.", OfficeKind, "rank", within="office")
    heads = Condition(Slug("The body it headed on the day, acting or not.", Actor), _heads, within="headship")
    program, program__in = records("A program it is or was designated under.", Program, "program", within="designation")
    source = cited("actor")

    def related(self, name: str, condition: Q) -> Q:
        """Return the condition that one related row, as it was on the day, meets all of a condition."""
        if name == "office":
            condition &= Tenure.on(self.day)
        elif name in RelationshipKind.values:
            condition &= Q(kind=name) & Relationship.on(self.day)
        return super().related(name, condition)
