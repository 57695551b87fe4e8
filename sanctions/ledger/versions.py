"""Write the ledger, and prove that nobody has touched it.

Versions are appended in the transaction that publishes. The chain is one: each digest covers the
version and the digest before it, in canonical JSON (RFC 8785), so that a byte changed, a row removed or
two rows exchanged are found, and where.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final

import orjson
from django.db import connection, transaction
from django.db.models import Max

from sanctions.database.bulk_writes import insert
from sanctions.database.past_views import instant_seen, refuse_past
from sanctions.ledger.clock import demand_clock, with_clock
from sanctions.ledger.precedence import parents_first, types_parents_first
from sanctions.models import ClockCorrection, LedgerHead, Version
from sanctions.records.base import Document, RecordType
from sanctions.records.encode import chunks, encode_many
from sanctions.vocabulary import State, VersionKind

#: What the first version names as the digest before it.
GENESIS: Final = hashlib.sha256(b"").hexdigest()

#: Columns of a version that a rendering tells.
_TOLD: Final = ("sequence", "slug", "number", "kind", "reason", "recorded_from")


def canonical(value: Any) -> bytes:
    """Return JSON in its canonical form (RFC 8785).

    orjson writes it so for all that documents hold: ASCII keys, texts, and numbers of at most 15 digits. A
    property test holds it equal to the reference implementation.
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


@dataclass(frozen=True, slots=True)
class Act:
    """Who publishes, when and why: the same for all versions of one act."""

    at: datetime
    author: str = ""
    approver: str = ""
    reason: str = ""
    kind: VersionKind = VersionKind.UPDATE


def append(
    record_type: RecordType,
    documents: Iterable[Document],
    act: Act,
    *,
    authors: Mapping[str, str] = MappingProxyType({}),
) -> list[Version]:
    """Append a version for each document, within the caller's transaction.

    A record's first version is its publication, whatever the act is called, and an update of what was retracted its
    restoration. An instant before the last version's is moved up to it: time in the ledger never runs backwards.
    ``authors`` names those of the records, by slug, who are others than the author of the act.
    """
    documents = list(documents)
    if not documents:
        return []
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Versions are written in the transaction that publishes.")
    head = _head_at(act.at)
    at = head.recorded_at
    numbers = _numbers(record_type, [str(document["slug"]) for document in documents])
    retracted = _retracted(record_type, numbers) if act.kind == VersionKind.UPDATE else frozenset()
    versions = []
    for document in documents:
        slug = str(document["slug"])
        number = numbers.get(slug, 0) + 1
        version = Version(
            sequence=head.sequence + 1,
            record_type=record_type.name,
            slug=slug,
            number=number,
            kind=VersionKind.PUBLICATION if number == 1 else VersionKind.RESTORATION if slug in retracted else act.kind,
            document=canonical(document).decode(),
            author=authors.get(slug, act.author),
            approver=act.approver,
            reason=act.reason,
            recorded_from=at.astimezone(UTC),
            previous=head.digest,
        )
        version.digest = digest(version)
        head.sequence, head.digest = version.sequence, version.digest
        versions.append(version)
    for some in chunks(slug for slug in (str(document["slug"]) for document in documents) if slug in numbers):
        Version.objects.filter(record_type=record_type.name, slug__in=some, recorded_to__isnull=True).update(
            recorded_to=at
        )
    insert(versions)
    head.save()
    return versions


def tick(at: datetime) -> datetime:
    """Return the instant of a write: never before that of another. Nobody else writes until the transaction ends."""
    head = _head_at(at)
    head.save(update_fields=["recorded_at"])
    instant: datetime = head.recorded_at
    return instant


def lock_head() -> None:
    """Let nobody else write until the transaction ends, without saying that anything was written."""
    refuse_past()
    LedgerHead.objects.select_for_update().get(pk=1)


def _head_at(at: datetime) -> Any:
    """Lock the end of the chain, and return it at an instant that is not before its own, and not yet to come."""
    refuse_past()
    head = with_clock(LedgerHead.objects.select_for_update()).get(pk=1)
    demand_clock(head, at)
    # whole milliseconds: what Django's serialisers keep of an instant, so that a dump does not break the chain
    at = at.replace(microsecond=at.microsecond // 1000 * 1000)
    head.recorded_at = max(at, head.recorded_at) if head.recorded_at else at
    return head


def _numbers(record_type: RecordType, slugs: Sequence[str]) -> dict[str, int]:
    found: dict[str, int] = {}
    for some in chunks(slugs):
        rows = Version.objects.filter(record_type=record_type.name, slug__in=some).order_by()
        found.update(rows.values_list("slug").annotate(Max("number")))
    return found


def _retracted(record_type: RecordType, slugs: Iterable[str]) -> frozenset[str]:
    """Return those of the records whose last version is a retraction."""
    found: set[str] = set()
    for some in chunks(slugs):
        rows = Version.objects.filter(record_type=record_type.name, slug__in=some, recorded_to__isnull=True)
        found.update(rows.filter(kind=VersionKind.RETRACTION).values_list("slug", flat=True))
    return frozenset(found)


def current(record_type: RecordType, slugs: Iterable[str]) -> list[Document]:
    """Return the documents that the ledger has as public now, of the records named."""
    found: list[Document] = []
    for some in chunks(slugs):
        rows = Version.objects.filter(record_type=record_type.name, slug__in=some).current()
        found += map(orjson.loads, rows.values_list("document", flat=True))
    return found


def versions_of(record_type: RecordType, slugs: Iterable[str]) -> list[Any]:
    """Return the public versions of the records named, now or at the instant seen: what a rendering tells of them."""
    instant = instant_seen()
    found: list[Any] = []
    for some in chunks(slugs):
        rows = Version.objects.filter(record_type=record_type.name, slug__in=some)
        found += (rows.current() if instant is None else rows.known_at(instant)).values_list(*_TOLD, named=True)
    return found


def notices_of(record_type: RecordType, slugs: Iterable[str]) -> list[Any]:
    """Return the notices of the records named by now or by the instant seen, newest first, likewise."""
    instant = instant_seen()
    found: list[Any] = []
    for some in chunks(slugs):
        rows = Version.objects.filter(record_type=record_type.name, slug__in=some).notices()
        found += rows.recorded_by(instant).order_by("-sequence").values_list(*_TOLD, named=True)
    return found


def retraction(record_type: RecordType, slug: str) -> Version | None:
    """Return the version by which a record is retracted, now or at the instant seen; ``None`` if it is not."""
    instant = instant_seen()
    rows = Version.objects.filter(record_type=record_type.name, slug=slug).recorded_by(instant)
    last = rows.order_by("-number").first()
    return last if last is not None and last.kind == VersionKind.RETRACTION else None


def catch_up(act: Act) -> int:
    """Append a version of every published record whose last version says something else; return how many.

    For what came in without the ledger, such as fixtures: parents first.
    """
    count = 0
    for record_type in types_parents_first():
        ids = (
            record_type.model._default_manager.filter(state=State.PUBLISHED)
            .order_by("slug")
            .values_list("pk", flat=True)
        )
        stale: list[Document] = []
        for some in chunks(ids):
            documents = encode_many(record_type, some)
            slugs = [str(document["slug"]) for document in documents.values()]
            last = {document["slug"]: document for document in current(record_type, slugs)}
            stale += [document for document in documents.values() if last.get(document["slug"]) != document]
        count += len(append(record_type, parents_first(record_type, stale), act))
    return count


def digest(version: Version) -> str:
    """Return the digest that a version must have."""
    return hashlib.sha256(canonical(version.sealed())).hexdigest()


@dataclass(frozen=True, slots=True)
class Fault:
    """A place where the chain does not hold: at which sequence, and what is wrong."""

    sequence: int
    message: str

    def __str__(self) -> str:
        return f"sequence {self.sequence}: {self.message}"


def verify() -> Iterator[Fault]:
    """Yield every place where the ledger is not what was written: none means that it is whole."""
    previous, expected = GENESIS, 1
    corrections = list(ClockCorrection.objects.order_by("number"))
    links: dict[int, list[ClockCorrection]] = {correction.after_sequence: [] for correction in corrections}
    for correction in corrections:
        links[correction.after_sequence].append(correction)
    for version in Version.objects.order_by("sequence").iterator(chunk_size=1000):
        if version.sequence != expected:
            missing = f"{expected}" if version.sequence == expected + 1 else f"{expected} to {version.sequence - 1}"
            yield Fault(
                expected, f"missing: the chain goes from {expected - 1} to {version.sequence} ({missing} gone)."
            )
            expected = version.sequence
        else:
            for correction in links.pop(expected - 1, ()):
                yield from _verified_link(correction, previous)
                previous = correction.digest
            if version.previous != previous:
                yield Fault(
                    version.sequence, f"{version} does not follow the version before it: one of them was exchanged."
                )
        if digest(version) != version.digest:
            yield Fault(version.sequence, f"{version} was changed: its content does not have its digest.")
        yield from _verified_instant(version, corrections)
        previous, expected = version.digest, expected + 1
    for correction in links.pop(expected - 1, ()):
        yield from _verified_link(correction, previous)
        previous = correction.digest
    for lost in (correction for those in links.values() for correction in those):
        yield Fault(lost.after_sequence, f"{lost} follows a version that is not there.")
    head = LedgerHead.objects.get(pk=1)
    if head.sequence != expected - 1 or head.digest != previous:
        yield Fault(head.sequence, f"the chain ends at {expected - 1}, but {head.sequence} versions were written.")


def digest_of_correction(correction: ClockCorrection) -> str:
    """Return the digest that a correction of the clock must have."""
    return hashlib.sha256(canonical(correction.sealed())).hexdigest()


def _verified_link(correction: ClockCorrection, previous: str) -> Iterator[Fault]:
    if correction.previous != previous:
        yield Fault(correction.after_sequence, f"{correction} does not follow what was before it.")
    if digest_of_correction(correction) != correction.digest:
        yield Fault(correction.after_sequence, f"{correction} was changed: its content does not have its digest.")
    if not correction.applied:
        yield Fault(correction.after_sequence, f"{correction} was never applied.")


def _verified_instant(version: Version, corrections: Sequence[ClockCorrection]) -> Iterator[Fault]:
    """Hold the instant of a version to the one under which it was written, and the corrections of it."""
    instant = version.misdated_from or version.recorded_from
    for correction in corrections:
        if version.sequence <= correction.after_sequence:
            instant = correction.corrected(instant)
    if instant != version.recorded_from:
        yield Fault(
            version.sequence,
            f"{version}: it stands at {version.recorded_from.isoformat()}, but the ledger has {instant.isoformat()}.",
        )
