"""Facts that entity formats of other programs need besides documents: listings, issuers, countries, merges."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from django.db.models import Q

from sanctions.database.past_views import instant_seen
from sanctions.models import Actor, Designation, Identifier, Order, Program, Redirect
from sanctions.questions.attribution import Attribution
from sanctions.records.base import Document
from sanctions.vocabulary import IdentifierScheme, RelationshipKind

#: Noun and slug of a record.
Named = tuple[str, str]


@dataclass(frozen=True, slots=True)
class EntityFacts:
    """Facts about some records: listed actors (slugs), issuers by noun and slug, countries of actors, merged slugs."""

    listed: Collection[str] = ()
    issuers: Mapping[Named, Document] = field(default_factory=dict)
    countries: Mapping[str, Sequence[str]] = field(default_factory=dict)
    merged: Mapping[Named, Sequence[str]] = field(default_factory=dict)


class EntityReader:
    """Reads the facts of records in batches, as of a day, with a constant number of queries per batch."""

    def __init__(self, day: date) -> None:
        self.day = day

    @cached_property
    def attribution(self) -> Attribution:
        """The states for which issuers act."""
        return Attribution(self.day)

    def facts(self, records: Sequence[Mapping[str, Any]]) -> EntityFacts:
        """Return the facts of records, all of one noun."""
        nouns = {record["type"] for record in records}
        slugs = [record["slug"] for record in records]
        listed = self._listed(slugs) if "actor" in nouns else ()
        issuers = _issuers(records) if "designation" in nouns else {}
        countries = _codes(_named(records))
        for issuer in issuers.values():
            if issuer["slug"] not in countries:
                states = self.attribution.of(issuer["pk"])
                countries[issuer["slug"]] = [code for some in _codes(states).values() for code in some]
        return EntityFacts(listed, issuers, countries, _merged(nouns, slugs))

    def _listed(self, slugs: Sequence[str]) -> set[str]:
        """Return the actors that are on a list, or may be: the dates of none of their designations exclude the day."""
        begun = Q(listed_earliest__isnull=True) | Q(listed_earliest__lte=self.day)
        not_ended = Q(delisted_latest__isnull=True) | Q(delisted_latest__gt=self.day)
        rows = Designation.objects.published().filter(begun, not_ended, actor__slug__in=slugs).order_by()
        return set(rows.values_list("actor__slug", flat=True))


def _issuers(records: Iterable[Mapping[str, Any]]) -> dict[Named, Document]:
    """Return the public issuers of the programs and orders that designations name."""
    documents: dict[Named, Document] = {}
    models: tuple[tuple[str, Any], ...] = (("program", Program), ("order", Order))
    for noun, model in models:
        slugs = {record[noun]["slug"] for record in records if record.get(noun)}
        rows = model.objects.published().filter(slug__in=slugs, issuer__in=Actor.objects.published()).order_by()
        for slug, issuer, pk, name in rows.values_list("slug", "issuer__slug", "issuer", "issuer__name"):
            documents[noun, slug] = {"slug": issuer, "pk": pk, "name": name}
    return documents


def _named(records: Iterable[Mapping[str, Any]]) -> set[str]:
    """Return the slugs of actors whose countries the documents need."""
    slugs: set[str] = set()
    for record in records:
        slugs.update(actor["slug"] for actor in record.get("territories", ()))
        slugs.update(
            relation["to"]["slug"]
            for relation in record.get("relationships", ())
            if relation["kind"] == RelationshipKind.NATIONAL_OF
        )
    return slugs


def _codes(actors: Collection[str] | Collection[int]) -> dict[str, list[str]]:
    """Return the ISO 3166-1 codes of actors, which are named by slug or by primary key: slug → codes."""
    by_slug: dict[str, list[str]] = defaultdict(list)
    if actors:
        key = "actor__slug__in" if all(isinstance(actor, str) for actor in actors) else "actor__in"
        rows = Identifier.objects.filter(scheme=IdentifierScheme.ISO_3166, **{key: actors}).order_by("ordinal", "pk")
        for slug, value in rows.values_list("actor__slug", "value"):
            by_slug[slug].append(value)
    return dict(by_slug)


def _merged(nouns: Collection[str], slugs: Collection[str]) -> dict[Named, list[str]]:
    """Return the public records that were merged into each, however many merges lie between."""
    referents: dict[Named, list[str]] = defaultdict(list)
    #: Noun and slug of what was merged → that of the record it is part of now.
    ends: dict[Named, Named] = {(noun, slug): (noun, slug) for noun in nouns for slug in slugs}
    level = set(slugs)
    while level:
        rows = (
            Redirect.objects.in_effect(instant_seen()).filter(record_type__in=nouns, new__in=level).order_by("number")
        )
        level = set()
        for noun, old, new, public in rows.values_list("record_type", "old", "new", "public"):
            if (noun, old) in ends or (noun, new) not in ends:
                continue
            ends[noun, old] = ends[noun, new]
            level.add(old)
            if public:
                referents[ends[noun, new]].append(old)
    return dict(referents)
