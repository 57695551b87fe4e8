"""The check of merges: redirects must agree with the states of records, the ledger and the log."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from sanctions.models import LogEntry, Redirect, Version
from sanctions.records.registry import RECORD_TYPES
from sanctions.verification.mismatches import Mismatch, Progress, ignore_progress
from sanctions.vocabulary import Move, State, VersionKind


def verify_merges(progress: Progress = ignore_progress) -> Iterator[Mismatch]:
    """Yield merges without an entry in the log or the ledger, and records whose state contradicts their redirect."""
    redirected: dict[str, set[str]] = defaultdict(set)
    for redirect in Redirect.objects.order_by("number").iterator():
        if redirect.undone_at is None:
            redirected[redirect.record_type].add(redirect.old)
        if redirect.public:
            yield from _verify_public_merge(redirect)
        progress(1)
    for record_type in RECORD_TYPES:
        rows = record_type.model._default_manager.filter(state=State.MERGED).order_by("slug")
        merged = set(rows.values_list("slug", flat=True))
        for slug in sorted(merged ^ redirected[record_type.name]):
            yield Mismatch(
                f"{record_type.name} {slug}",
                "its state is merged, but it has no redirect."
                if slug in merged
                else "it has a redirect, but its state is not merged.",
            )


def _verify_public_merge(redirect: Redirect) -> Iterator[Mismatch]:
    log = LogEntry.objects.filter(
        record_type=redirect.record_type,
        move=Move.MERGED,
        by=redirect.by,
        slug=redirect.new,
        reason=f"{redirect.old} into {redirect.new}. {redirect.reason}",
    )
    if not log.exists():
        yield Mismatch(str(redirect), "the log has no such merge.")
    ledger = Version.objects.filter(record_type=redirect.record_type, slug=redirect.old)
    retraction = ledger.filter(kind=VersionKind.RETRACTION, recorded_from=redirect.at, approver=redirect.by)
    if not retraction.exists():
        yield Mismatch(str(redirect), f"the ledger has no retraction of {redirect.old} at that instant by that user.")
    if redirect.undone_at is not None:
        restoration = ledger.filter(
            kind=VersionKind.RESTORATION, recorded_from=redirect.undone_at, approver=redirect.undone_by
        )
        if not restoration.exists():
            yield Mismatch(str(redirect), "it is marked as undone, but the ledger has no restoration at that instant.")
