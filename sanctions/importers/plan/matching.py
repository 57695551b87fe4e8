"""Match the entries of a source to records: known from a previous import, found by an identifier, or new."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Any, Final, NamedTuple

from django.db import models

from sanctions.importers.base import FIXED, Contribution
from sanctions.importers.plan.undone_records import restored_after_undo, retracted_by_undo
from sanctions.models import Identifier, Imported
from sanctions.models.fields import longest
from sanctions.records.base import IDENTIFIERS, Document, Key, RecordType, Ref, Refs, Rows, part_model, target
from sanctions.records.encode import chunks
from sanctions.records.redirects import merged_slugs
from sanctions.records.registry import BY_NAME
from sanctions.vocabulary import WORLDWIDE, IdentifierScheme, State

#: Schemes that identify a record, by noun. Two people may have passports with one number; an IMO number is unique.
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


class KnownRecord(NamedTuple):
    """A record that a source has described before, and the digest of its last statement."""

    key: str
    record_type: str
    slug: str
    digest: str


def known_records(source: str) -> dict[str, KnownRecord]:
    """Return the records that a source has described and that still exist, by the source's key."""
    by_noun: dict[str, list[KnownRecord]] = defaultdict(list)
    rows = Imported.objects.filter(source=source).order_by()
    for row in map(KnownRecord._make, rows.values_list("key", "record_type", "slug", "digest").iterator()):
        by_noun[row.record_type].append(row)
    known: dict[str, KnownRecord] = {}
    for noun, noun_rows in by_noun.items():
        model, slugs = BY_NAME[noun].model, set[str]()
        for chunk in chunks(row.slug for row in noun_rows):
            slugs.update(model._default_manager.filter(slug__in=chunk).values_list("slug", flat=True))
        known.update((row.key, row) for row in noun_rows if row.slug in slugs)
    for key, (noun, slug) in restored_after_undo(source, known).items():
        known[key] = KnownRecord(key, noun, slug, "")
    return known


@dataclass(slots=True)
class Matching:
    """The slug of the record for each key of a source.

    ``matched`` are those found by an identifier; ``ambiguous`` are those whose identifiers several records have.
    """

    slugs: dict[str, str] = field(default_factory=dict)
    matched: dict[str, str] = field(default_factory=dict)
    ambiguous: dict[str, list[str]] = field(default_factory=dict)


def match_records(contributions: Sequence[Contribution], known: Mapping[str, KnownRecord]) -> Matching:
    """Match each contribution to a record: known before, found by an identifier, or new."""
    matching = Matching()
    slugs = matching.slugs
    merged = merged_slugs()
    unknown: dict[RecordType, list[Contribution]] = defaultdict(list)
    for contribution in contributions:
        if row := known.get(contribution.key):
            slugs[contribution.key] = merged.get(row.record_type, {}).get(row.slug, row.slug)
        else:
            unknown[contribution.record_type].append(contribution)
    for record_type, same_type in unknown.items():
        taken = set(slugs.values())
        for key, matches in _matches(record_type, same_type).items():
            free = sorted(matches - taken)
            if len(free) == 1:
                slugs[key] = matching.matched[key] = free[0]
                taken.add(free[0])
            elif free:
                matching.ambiguous[key] = free
        unmatched = [contribution for contribution in same_type if contribution.key not in slugs]
        slugs.update(_new_slugs(record_type, unmatched))
    return matching


def _matches(record_type: RecordType, contributions: Sequence[Contribution]) -> dict[str, set[str]]:
    """Return the slugs of records that share a unique identifier with a contribution, by its key."""
    schemes = _SCHEMES.get(record_type.name, frozenset())
    wanted: dict[tuple[str, str], list[str]] = defaultdict(list)
    for contribution in contributions:
        for row in contribution.document.get(IDENTIFIERS.name, ()):
            if row["scheme"] in schemes:
                wanted[row["scheme"], row["value"]].append(contribution.key)
    matches: dict[str, set[str]] = defaultdict(set)
    if not wanted:
        return matches
    owner = record_type.name
    rows = Identifier.objects.filter(scheme__in=schemes, **{f"{owner}__state__in": _OPEN}).order_by()
    for slug, scheme, value in rows.values_list(f"{owner}__slug", "scheme", "value"):
        for key in wanted.get((scheme, value), ()):
            matches[key].add(slug)
    return matches


def _new_slugs(record_type: RecordType, contributions: Iterable[Contribution]) -> dict[str, str]:
    """Return slugs for new records: the wanted ones, with a number where they are taken."""
    wanted = {contribution.key: str(contribution.document["slug"]) for contribution in contributions}
    taken: set[str] = set()
    for chunk in chunks(sorted(set(wanted.values()))):
        taken.update(record_type.model._default_manager.filter(slug__in=chunk).values_list("slug", flat=True))
    taken -= retracted_by_undo(record_type, sorted(taken))
    new_slugs: dict[str, str] = {}
    for key, slug in wanted.items():
        if slug in taken and (record_type.name == "event" or key.startswith(FIXED)):
            # Records that the source needs are shared by slug. So are events, which have no identifiers.
            new_slugs[key] = slug
            continue
        free = next(name for name in _numbered(slug, longest(record_type.model, "slug")) if name not in taken)
        taken.add(free)
        new_slugs[key] = free
    return new_slugs


def _numbered(slug: str, most: int) -> Iterator[str]:
    yield slug
    for number in count(2):
        ending = f"-{number}"
        yield slug[: most - len(ending)].rstrip("-") + ending


def rename_references(record_type: RecordType, document: Document, slugs: Mapping[tuple[Any, str], str]) -> Document:
    """Return a document with new slugs of itself and of its references, given by model and old slug."""
    renamed = _renamed(record_type.model, record_type.keys, document, slugs)
    slug = str(document["slug"])
    return {**renamed, "slug": slugs.get((record_type.model, slug), slug)}


def _renamed(
    model: type[models.Model], keys: Iterable[Key], document: Document, slugs: Mapping[tuple[Any, str], str]
) -> Document:
    renamed = dict(document)
    for key in keys:
        value = document.get(key.name)
        if value is None:
            continue
        if isinstance(key, Ref):
            renamed[key.name] = slugs.get((target(model, key), value), value)
        elif isinstance(key, Refs):
            renamed[key.name] = [slugs.get((target(model, key), slug), slug) for slug in value]
        elif isinstance(key, Rows):
            renamed[key.name] = [_renamed(part_model(model, key), key.keys, row, slugs) for row in value]
    return renamed
