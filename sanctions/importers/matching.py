"""Which record an entry of a source is: known from before, found by an identifier, or new."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final, NamedTuple

from django.db import models

from sanctions.importers.base import FIXED, Contribution
from sanctions.importers.returning import brought_back, retracted_by_undo
from sanctions.models import Identifier, Imported
from sanctions.models.fields import longest
from sanctions.records.base import IDENTIFIERS, Document, Key, RecordType, Ref, Refs, Rows, part_model, target
from sanctions.records.encode import chunks
from sanctions.records.redirects import merged_slugs
from sanctions.records.registry import BY_NAME
from sanctions.vocabulary import WORLDWIDE, IdentifierScheme, State

#: The schemes by which the same record is found, by noun. Two passports may have one number; two IMO numbers are one.
_SCHEMES: Final[Mapping[str, frozenset[IdentifierScheme]]] = {
    "actor": WORLDWIDE,
    "program": frozenset(
        {
            IdentifierScheme.OFAC_PROGRAM,
            IdentifierScheme.UN_LIST_TYPE,
            IdentifierScheme.EU_PROGRAMME,
            IdentifierScheme.UK_REGIME,
        }
    ),
    "order": frozenset({IdentifierScheme.US_EO, IdentifierScheme.US_PROCLAMATION, IdentifierScheme.FR_DOCUMENT}),
}
_OPEN: Final = (State.DRAFT, State.IN_REVIEW, State.PUBLISHED)


class Known(NamedTuple):
    """Of which record a source has spoken, and what stands for what it said."""

    key: str
    record_type: str
    slug: str
    digest: str


def known_of(source: str) -> dict[str, Known]:
    """Return by its key of which records a source has spoken that are still there: a draft may have been deleted."""
    by_noun: dict[str, list[Known]] = defaultdict(list)
    rows = Imported.objects.filter(source=source).order_by()
    for row in map(Known._make, rows.values_list("key", "record_type", "slug", "digest").iterator()):
        by_noun[row.record_type].append(row)
    found: dict[str, Known] = {}
    for noun, mine in by_noun.items():
        model, slugs = BY_NAME[noun].model, set[str]()
        for some in chunks(row.slug for row in mine):
            slugs.update(model._default_manager.filter(slug__in=some).values_list("slug", flat=True))
        found.update((row.key, row) for row in mine if row.slug in slugs)
    for key, (noun, slug) in brought_back(source, found).items():
        found[key] = Known(key, noun, slug, "")
    return found


@dataclass(slots=True)
class Matching:
    """By which slug the record of each key goes.

    ``matched`` are those that were found by an identifier, ``ambiguous`` those for which that found several.
    """

    slugs: dict[str, str] = field(default_factory=dict)
    matched: dict[str, str] = field(default_factory=dict)
    ambiguous: dict[str, list[str]] = field(default_factory=dict)


def match(contributions: Sequence[Contribution], known: Mapping[str, Known]) -> Matching:
    """Return which record each contribution tells of: known before, found by an identifier, or new."""
    found = Matching()
    slugs = found.slugs
    merged = merged_slugs()
    unknown: dict[RecordType, list[Contribution]] = defaultdict(list)
    for one in contributions:
        if row := known.get(one.key):
            slugs[one.key] = merged.get(row.record_type, {}).get(row.slug, row.slug)
        else:
            unknown[one.record_type].append(one)
    for record_type, mine in unknown.items():
        taken = set(slugs.values())
        for key, matches in _matches(record_type, mine).items():
            free = sorted(matches - taken)
            if len(free) == 1:
                slugs[key] = found.matched[key] = free[0]
                taken.add(free[0])
            elif free:
                found.ambiguous[key] = free
        rest = [one for one in mine if one.key not in slugs]
        slugs.update(_new(record_type, rest))
    return found


def _matches(record_type: RecordType, contributions: Sequence[Contribution]) -> dict[str, set[str]]:
    """Return the records that have an identifier of a contribution which names one thing only, by its key."""
    schemes = _SCHEMES.get(record_type.name, frozenset())
    wanted: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in contributions:
        for row in one.document.get(IDENTIFIERS.name, ()):
            if row["scheme"] in schemes:
                wanted[row["scheme"], row["value"]].append(one.key)
    found: dict[str, set[str]] = defaultdict(set)
    if not wanted:
        return found
    owner = record_type.name
    rows = Identifier.objects.filter(scheme__in=schemes, **{f"{owner}__state__in": _OPEN}).order_by()
    for slug, scheme, value in rows.values_list(f"{owner}__slug", "scheme", "value"):
        for key in wanted.get((scheme, value), ()):
            found[key].add(slug)
    return found


def _new(record_type: RecordType, contributions: Iterable[Contribution]) -> dict[str, str]:
    """Return slugs for new records: those they ask for, with a number where these are taken."""
    wanted = {one.key: str(one.document["slug"]) for one in contributions}
    taken: set[str] = set()
    for some in chunks(sorted(set(wanted.values()))):
        taken.update(record_type.model._default_manager.filter(slug__in=some).values_list("slug", flat=True))
    taken -= retracted_by_undo(record_type, sorted(taken))
    found: dict[str, str] = {}
    for key, slug in wanted.items():
        if slug in taken and (record_type.name == "event" or key.startswith(FIXED)):
            # What the importer itself names by its slug is that record; so are events, which have no identifiers.
            found[key] = slug
            continue
        free = next(name for name in _numbered(slug, longest(record_type.model, "slug")) if name not in taken)
        taken.add(free)
        found[key] = free
    return found


def _numbered(slug: str, most: int) -> Iterator[str]:
    yield slug
    for number in count(2):
        ending = f"-{number}"
        yield slug[: most - len(ending)].rstrip("-") + ending


def renaming(record_type: RecordType, document: Document, slugs: Mapping[tuple[Any, str], str]) -> Document:
    """Return a document with other slugs: its own, and those of what it refers to, by model and old slug."""
    found = _renamed(record_type.model, record_type.keys, document, slugs)
    own = str(document["slug"])
    return {**found, "slug": slugs.get((record_type.model, own), own)}


def _renamed(
    model: type[models.Model], keys: Iterable[Key], document: Document, slugs: Mapping[tuple[Any, str], str]
) -> Document:
    found = dict(document)
    for key in keys:
        value = document.get(key.name)
        if value is None:
            continue
        if isinstance(key, Ref):
            found[key.name] = slugs.get((target(model, key), value), value)
        elif isinstance(key, Refs):
            found[key.name] = [slugs.get((target(model, key), slug), slug) for slug in value]
        elif isinstance(key, Rows):
            found[key.name] = [_renamed(part_model(model, key), key.keys, row, slugs) for row in value]
    return found
