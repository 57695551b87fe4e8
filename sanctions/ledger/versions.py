"""Write the ledger, and verify that it was not changed.

Versions are appended in the transaction that publishes. They form one chain: each digest covers the version and the
digest before it, in canonical JSON (RFC 8785). A changed byte, a removed row and two exchanged rows are all detected,
and located.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

import orjson
from django.db import connection, transaction
from django.db.models import Max

from sanctions.database.bulk_writes import insert
from sanctions.database.past_views import instant_seen, refuse_past
from sanctions.ledger.clock import require_right_clock, whole_milliseconds, with_clock
from sanctions.ledger.precedence import parents_first, types_parents_first
from sanctions.models import ClockCorrection, LedgerHead, Version
from sanctions.records.base import Document, RecordType
from sanctions.records.encode import chunks, encode_many
from sanctions.vocabulary import State, VersionKind

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser

#: The digest before the first version.
GENESIS: Final = hashlib.sha256(b"").hexdigest()

#: Columns of a version that renderings contain.
_RENDERED: Final = ("sequence", "slug", "number", "kind", "reason", "recorded_from")


def canonical_json(value: Any) -> bytes:
    """Return JSON in its canonical form (RFC 8785).

    orjson's output with sorted keys is canonical for what documents contain: ASCII keys, texts, and numbers of at most
    15 digits. A property test compares it with the reference implementation.
    """
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)


@dataclass(frozen=True, slots=True)
class Act:
    """Who does something, when, why and from which network address; the log and the ledger are written from it.

    It is passed on from the request or the command. A move replaces ``at`` with the instant of the ledger at which it
    is made, and ``reason`` with the text as it is stored.
    """

    at: datetime
    #: An account, or the name of a source, which no account can have; empty if no user is responsible.
    by: AbstractBaseUser | str = ""
    reason: str = ""
    #: The network address that the request came from; empty for a command.
    address: str = ""
    #: The kind of the versions that are appended to the ledger.
    kind: VersionKind = VersionKind.UPDATE
    #: The names of the authors of these versions, as the ledger lists them.
    authors: str = ""

    @property
    def name(self) -> str:
        """The name for the log and the ledger."""
        return self.by if isinstance(self.by, str) else self.by.get_username()

    @property
    def account(self) -> AbstractBaseUser:
        """The account that acts; :class:`TypeError` if it is a source."""
        if isinstance(self.by, str):
            raise TypeError(f"{self.by or 'Nobody'} is not an account.")
        return self.by


def append(
    record_type: RecordType,
    documents: Iterable[Document],
    act: Act,
    *,
    authors: Mapping[str, str] = MappingProxyType({}),
) -> list[Version]:
    """Append a version for each document, within the caller's transaction.

    A record's first version is always a publication, and an update of a retracted record is a restoration. If
    ``act.at`` is before the head of the ledger, the instant of the head is used: time in the ledger never runs
    backwards. ``authors`` overrides the authors of the act: slug → names.
    """
    documents = list(documents)
    if not documents:
        return []
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("Versions are written in the transaction that publishes.")
    head = _head_at(act.at)
    at = head.recorded_at
    numbers = _last_numbers(record_type, [str(document["slug"]) for document in documents])
    retracted = _retracted_slugs(record_type, numbers) if act.kind == VersionKind.UPDATE else frozenset()
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
            document=canonical_json(document).decode(),
            author=authors.get(slug, act.authors),
            approver=act.name,
            reason=act.reason,
            recorded_from=at.astimezone(UTC),
            previous=head.digest,
        )
        version.digest = digest_of_version(version)
        head.sequence, head.digest = version.sequence, version.digest
        versions.append(version)
    for some in chunks(slug for slug in (str(document["slug"]) for document in documents) if slug in numbers):
        Version.objects.filter(record_type=record_type.name, slug__in=some, recorded_to__isnull=True).update(
            recorded_to=at
        )
    insert(versions)
    head.save()
    return versions


def advance_head(at: datetime) -> datetime:
    """Lock the head of the ledger until the transaction ends, move it to ``at`` unless it is later, return its instant.

    Every public write that appends no version calls this, so that caches notice it.
    """
    head = _head_at(at)
    head.save(update_fields=["recorded_at"])
    instant: datetime = head.recorded_at
    return instant


def lock_head() -> None:
    """Lock the head of the ledger until the transaction ends, without moving it: other writers wait."""
    refuse_past()
    LedgerHead.objects.select_for_update().get(pk=1)


def _head_at(at: datetime) -> Any:
    """Lock and return the head, moved to ``at`` unless it is later; raise :class:`ClocksDisagree` for the future."""
    refuse_past()
    head = with_clock(LedgerHead.objects.select_for_update()).get(pk=1)
    require_right_clock(head, at)
    at = whole_milliseconds(at)
    head.recorded_at = max(at, head.recorded_at) if head.recorded_at else at
    return head


def _last_numbers(record_type: RecordType, slugs: Sequence[str]) -> dict[str, int]:
    numbers: dict[str, int] = {}
    for some in chunks(slugs):
        rows = Version.objects.filter(record_type=record_type.name, slug__in=some).order_by()
        numbers.update(rows.values_list("slug").annotate(Max("number")))
    return numbers


def _retracted_slugs(record_type: RecordType, slugs: Iterable[str]) -> frozenset[str]:
    """Return the slugs whose last version is a retraction."""
    retracted: set[str] = set()
    for some in chunks(slugs):
        rows = Version.objects.filter(record_type=record_type.name, slug__in=some, recorded_to__isnull=True)
        retracted.update(rows.filter(kind=VersionKind.RETRACTION).values_list("slug", flat=True))
    return frozenset(retracted)


def current_documents(record_type: RecordType, slugs: Iterable[str]) -> list[Document]:
    """Return the documents that are public in the ledger now; slugs that are not public are left out."""
    documents: list[Document] = []
    for some in chunks(slugs):
        rows = Version.objects.filter(record_type=record_type.name, slug__in=some).current()
        documents += map(orjson.loads, rows.values_list("document", flat=True))
    return documents


def versions_of(record_type: RecordType, slugs: Iterable[str]) -> list[Any]:
    """Return the public versions of records, now or at the instant of :func:`known_at`, as rows for renderings."""
    instant = instant_seen()
    versions: list[Any] = []
    for some in chunks(slugs):
        rows = Version.objects.filter(record_type=record_type.name, slug__in=some)
        versions += (rows.current() if instant is None else rows.known_at(instant)).values_list(*_RENDERED, named=True)
    return versions


def notices_of(record_type: RecordType, slugs: Iterable[str]) -> list[Any]:
    """Return the notices of records up to now or to the instant of :func:`known_at`, newest first."""
    instant = instant_seen()
    notices: list[Any] = []
    for some in chunks(slugs):
        rows = Version.objects.filter(record_type=record_type.name, slug__in=some).notices()
        notices += rows.recorded_by(instant).order_by("-sequence").values_list(*_RENDERED, named=True)
    return notices


def current_retraction(record_type: RecordType, slug: str) -> Version | None:
    """Return the retraction of a record that is retracted, now or at the instant of :func:`known_at`; else ``None``."""
    instant = instant_seen()
    rows = Version.objects.filter(record_type=record_type.name, slug=slug).recorded_by(instant)
    last = rows.order_by("-number").first()
    return last if last is not None and last.kind == VersionKind.RETRACTION else None


def append_missing_versions(act: Act) -> int:
    """Append a version of every published record that differs from its last version; return how many.

    For records that were written without the ledger, such as fixtures.
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
            last = {document["slug"]: document for document in current_documents(record_type, slugs)}
            stale += [document for document in documents.values() if last.get(document["slug"]) != document]
        count += len(append(record_type, parents_first(record_type, stale), act))
    return count


def digest_of_version(version: Version) -> str:
    """Return the digest of a version's content and its ``previous``."""
    return hashlib.sha256(canonical_json(version.sealed())).hexdigest()


@dataclass(frozen=True, slots=True)
class ChainFault:
    """A break of the chain, and the sequence of the version where it was noticed."""

    sequence: int
    message: str

    def __str__(self) -> str:
        return f"sequence {self.sequence}: {self.message}"


def verify_chain() -> Iterator[ChainFault]:
    """Yield every break of the chain; an unchanged ledger yields none."""
    previous, expected = GENESIS, 1
    corrections = list(ClockCorrection.objects.order_by("number"))
    links: dict[int, list[ClockCorrection]] = {correction.after_sequence: [] for correction in corrections}
    for correction in corrections:
        links[correction.after_sequence].append(correction)
    for version in Version.objects.order_by("sequence").iterator(chunk_size=1000):
        if version.sequence != expected:
            missing = f"{expected}" if version.sequence == expected + 1 else f"{expected} to {version.sequence - 1}"
            yield ChainFault(
                expected, f"missing: the chain goes from {expected - 1} to {version.sequence} ({missing} gone)."
            )
            expected = version.sequence
        else:
            for correction in links.pop(expected - 1, ()):
                yield from _verify_correction(correction, previous)
                previous = correction.digest
            if version.previous != previous:
                yield ChainFault(
                    version.sequence, f"{version} does not follow the version before it: one of them was exchanged."
                )
        if digest_of_version(version) != version.digest:
            yield ChainFault(version.sequence, f"{version} was changed: its content does not have its digest.")
        yield from _verify_instant(version, corrections)
        previous, expected = version.digest, expected + 1
    for correction in links.pop(expected - 1, ()):
        yield from _verify_correction(correction, previous)
        previous = correction.digest
    for correction in (correction for orphans in links.values() for correction in orphans):
        yield ChainFault(correction.after_sequence, f"{correction} follows a version that does not exist.")
    head = LedgerHead.objects.get(pk=1)
    if head.sequence != expected - 1 or head.digest != previous:
        yield ChainFault(head.sequence, f"the chain ends at {expected - 1}, but {head.sequence} versions were written.")


def digest_of_correction(correction: ClockCorrection) -> str:
    """Return the digest of a correction's content and its ``previous``."""
    return hashlib.sha256(canonical_json(correction.sealed())).hexdigest()


def _verify_correction(correction: ClockCorrection, previous: str) -> Iterator[ChainFault]:
    if correction.previous != previous:
        yield ChainFault(correction.after_sequence, f"{correction} does not follow the version before it.")
    if digest_of_correction(correction) != correction.digest:
        yield ChainFault(correction.after_sequence, f"{correction} was changed: its content does not have its digest.")
    if not correction.applied:
        yield ChainFault(correction.after_sequence, f"{correction} was never applied.")


def _verify_instant(version: Version, corrections: Sequence[ClockCorrection]) -> Iterator[ChainFault]:
    """Check that corrections lead from the instant under which a version was written to its present one."""
    instant = version.misdated_from or version.recorded_from
    for correction in corrections:
        if version.sequence <= correction.after_sequence:
            instant = correction.corrected(instant)
    if instant != version.recorded_from:
        yield ChainFault(
            version.sequence,
            f"{version} has the instant {version.recorded_from.isoformat()}, but the chain {instant.isoformat()}.",
        )
