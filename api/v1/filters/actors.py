"""The parameters of the list of actors."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from api.http.parameters.records import Slug
from api.v1.filters.base import FilterCondition, FilterFamily, Lookup, Parameters
from api.v1.filters.columns import FilterColumn, RelatedRows
from api.v1.filters.conditions import cited, identifiers, records, slugs, texts, texts_of
from api.v1.filters.lists import ListParameters
from sanctions.models import Actor, ActorName, Identifier, Relationship, Tenure
from sanctions.vocabulary import OfficeKind, RelationshipKind

_NAMES: Lookup = texts_of(ActorName, "actor", "text")


def _related(kind: RelationshipKind, help_text: str) -> FilterFamily:
    """Return the filters by a relationship that held on the day; one without dates holds on every day."""
    return records(help_text, Actor, "to", within=str(kind), covers=("Relationship.kind", "Relationship.to"))


def _head_of(value: Any, parameters: Parameters) -> Q:
    return Q(body=value, rank__in=(OfficeKind.HEAD, OfficeKind.ACTING_HEAD))


class ActorParameters(ListParameters):
    """The filters of actors. Offices and relationships are those of the day (``as_of``)."""

    model = Actor
    renamed = {**ListParameters.renamed, "heads": "head_of"}
    related_rows = {
        "headship": RelatedRows(Tenure.objects.all, "actor"),
        **{str(kind): RelatedRows(Relationship.objects.all, "actor") for kind in RelationshipKind},
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
    kind = FilterColumn("kind")
    summary = FilterColumn("summary")
    note = FilterColumn("note")
    country = _related(RelationshipKind.NATIONAL_OF, "The state it is a national of or based in.")
    part_of = _related(RelationshipKind.PART_OF, "The actor it is a part of.")
    member_of = _related(RelationshipKind.MEMBER_OF, "The actor it is a member of.")
    owned_by = _related(RelationshipKind.OWNED_BY, "The actor that owns it.")
    commands = _related(RelationshipKind.COMMANDS, "The actor it commands.")
    proxy_of = _related(RelationshipKind.PROXY_OF, "The actor it is a proxy of.")
    linked_to = _related(RelationshipKind.LINKED_TO, "An actor that it is linked to according to a list.")
    successor_of = _related(RelationshipKind.SUCCESSOR_OF, "The actor it succeeds.")
    office_of = FilterColumn("tenures__body", "The body it held an office of on the day.", counted=False)
    rank = FilterColumn("tenures__rank", "Rank of an office it held on the day.", counted=False)
    office_title = FilterColumn("tenures__title", "Title of an office it held on the day.")
    head_of = FilterCondition(
        Slug("The body that it headed on the day, also as acting head.", Actor), _head_of, within="headship"
    )
    particular = FilterColumn("particulars__kind", "The kind of a detail, such as birth_date.", counted=False)
    particular_text = FilterColumn("particulars__text", "A detail as its source writes it.", counted=False)
    particular_date = FilterColumn("particulars__dated_on", "The date of a detail, such as a birth.", counted=False)
    particular_country = FilterColumn("particulars__country", "The country of a detail, by name.", counted=False)
    program = FilterColumn("designations__program", "A program it is or was designated under.")
    source = cited("actor")

    def implied_condition(self, name: str) -> Q:
        """Return the condition that an office or a relationship held on the day."""
        if name in ("tenures", "headship"):
            return Tenure.on(self.day)
        return Q(kind=name) & Relationship.on(self.day) if name in RelationshipKind.values else Q()
