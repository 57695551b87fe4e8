"""Checks of the ledger itself: the chain, the releases and the instants."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Max, Window
from django.db.models.functions import Lead

from sanctions.ledger import releases, versions
from sanctions.ledger.clock import Clocks, clock_fault
from sanctions.models import LedgerHead, Version
from sanctions.verification.mismatches import Mismatch, Progress, format_instant, ignore_progress


def verify_chain(progress: Progress = ignore_progress) -> Iterator[Mismatch]:
    """Yield breaks of the chain, and versions that do not end where the next one of their record begins."""
    for fault in versions.verify_chain():
        yield Mismatch(f"sequence {fault.sequence}", fault.message)
    ends = Version.objects.order_by("sequence").annotate(
        begins=Window(Lead("recorded_from"), partition_by=[F("record_type"), F("slug")], order_by=F("number").asc())
    )
    columns = ("sequence", "record_type", "slug", "number", "recorded_to", "begins")
    for row in ends.values_list(*columns, named=True).iterator(chunk_size=2000):
        if row.recorded_to != row.begins:
            yield Mismatch(
                f"sequence {row.sequence}",
                f"{row.record_type} {row.slug} version {row.number} ends at {format_instant(row.recorded_to)}, "
                f"but the next version begins at {format_instant(row.begins)}.",
            )
        progress(1)
    head, last = LedgerHead.objects.get(pk=1), Version.objects.aggregate(last=Max("recorded_from"))["last"]
    if last is not None and (head.recorded_at is None or head.recorded_at < last):
        yield Mismatch("end of the ledger", f"{format_instant(head.recorded_at)} is before the last version.")


def verify_releases(progress: Progress = ignore_progress) -> Iterator[Mismatch]:
    """Yield releases whose checksum or digest differs from the frozen one."""
    for fault in releases.verify_releases():
        yield Mismatch(f"sequence {fault.sequence}", fault.message)


def verify_clock(progress: Progress = ignore_progress) -> Iterator[Mismatch]:
    """Yield versions recorded in the future, and clocks that disagree."""
    if fault := clock_fault():
        yield Mismatch("clock", fault)
    future = Version.objects.filter(recorded_from__gt=Clocks.read().latest).order_by("sequence")
    for version in future.defer("document").iterator():
        yield Mismatch(
            f"sequence {version.sequence}",
            f"{version} is recorded in the future, at {format_instant(version.recorded_from)}.",
        )
        progress(1)
