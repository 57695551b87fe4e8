"""Correct instants that were recorded while a clock was ahead, and append the correction to the chain.

The ledger never runs backwards: once an instant was in the future, everything later was recorded at or after it. So all
wrong instants are at the end of the ledger, and one span moves them back. Versions keep the instant under which they
were written, because their digest covers it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from django.db import models, transaction
from django.db.models import Max, Min

from sanctions.database.past_views import refuse_past
from sanctions.exceptions import ClockNotMended
from sanctions.ledger.clock import Clocks, tolerance, whole_milliseconds
from sanctions.ledger.releases import verify_releases
from sanctions.ledger.versions import ChainFault, digest_of_correction
from sanctions.models import (
    HISTORY,
    Authorship,
    ClockCorrection,
    Delivery,
    Import,
    LedgerHead,
    Likeness,
    LogEntry,
    Proposal,
    Redirect,
    Release,
    Version,
)
from sanctions.projections.renderings import render_everything, render_past

#: Columns whose future instants are corrected: model → columns. The log is left out: it keeps what was logged.
_INSTANTS: Final[dict[type[models.Model], tuple[str, ...]]] = {
    **dict.fromkeys(HISTORY.values(), ("recorded_to", "recorded_from")),
    Release: ("released_at",),
    Redirect: ("at", "undone_at"),
    Proposal: ("made_at", "changed_at"),
    Likeness: ("at",),
    # The next import finds what an undo retracted by the instant of the undo.
    Import: ("made_at", "undo_asked_at", "undone_at"),
    Authorship: ("since",),
    # Otherwise a retry would wait until the wrong instant.
    Delivery: ("created_at", "due_at", "delivered_at"),
}


@dataclass(frozen=True, slots=True)
class ClockRepair:
    """A requested correction: ``to`` is when the first wrong entry was really recorded."""

    to: datetime
    reason: str
    by: str
    approved_by: str


def mend_clock(repair: ClockRepair) -> ClockCorrection:
    """Move all future instants back and append the correction to the chain, in one transaction.

    Raises :class:`ClockNotMended` if no instant is in the future, if ``to`` is not between the last right instant and
    now, or if a release would change.
    """
    refuse_past()
    if repair.by == repair.approved_by:
        raise ClockNotMended("Two people correct the clock: --approved-by must name another account.")
    with transaction.atomic():
        head: Any = LedgerHead.objects.select_for_update().get(pk=1)
        clocks = Clocks.read()
        if fault := clocks.fault(None):
            raise ClockNotMended(fault)
        now = whole_milliseconds(clocks.database)
        correction = _plan_correction(repair, head, now)
        correction.digest = digest_of_correction(correction)
        correction.full_clean(exclude=["applied"])
        correction.save(force_insert=True)
        faults = set(verify_releases())
        _move_instants(correction)
        _require_unchanged_releases(faults)
        head.digest, head.recorded_at = correction.digest, now
        head.save()
        ClockCorrection.objects.filter(pk=correction.pk).update(applied=True)
        correction.applied = True
        # Renderings contain instants.
        render_everything()
        render_past()
    return correction


def _require_unchanged_releases(before: Collection[ChainFault]) -> None:
    """Reject a correction that moves a release and a later version to the same instant."""
    if broken := [fault for fault in verify_releases() if fault not in before]:
        raise ClockNotMended(
            f"This --to would change a release: {broken[0]} Instants that would be later than now all become now. "
            "Give an earlier one."
        )


def _plan_correction(repair: ClockRepair, head: Any, now: datetime) -> ClockCorrection:
    wrong = _first_after(now + tolerance())
    if wrong is None:
        raise ClockNotMended("No instant is in the future: nothing to correct.")
    to = whole_milliseconds(repair.to.astimezone(UTC))
    last_right = _last_before(wrong)
    if to > now or (last_right is not None and to < last_right):
        allowed = (
            f"between {last_right.isoformat()}, the last instant recorded before, and {now.isoformat()}"
            if last_right
            else f"until {now.isoformat()}"
        )
        raise ClockNotMended(f"{to.isoformat()} is not allowed: --to is an instant {allowed}.")
    first_version = Version.objects.filter(recorded_from__gte=wrong).aggregate(first=Min("sequence"))["first"]
    last = ClockCorrection.objects.aggregate(last=Max("number"))["last"] or 0
    return ClockCorrection(
        number=last + 1,
        after_sequence=head.sequence,
        from_sequence=first_version,
        log_number=LogEntry.objects.aggregate(last=Max("number"))["last"] or 0,
        wrong_from=wrong,
        wrong_to=head.recorded_at,
        instant=to,
        made_at=now,
        reason=repair.reason.replace("\r\n", "\n").strip(),
        by=repair.by,
        approved_by=repair.approved_by,
        previous=head.digest,
    )


def _recorded_instants() -> Iterable[tuple[models.QuerySet[Any], str]]:
    """Yield the rows and columns that hold the instants of writes."""
    yield Version.objects.order_by(), "recorded_from"
    yield Release.objects.order_by(), "released_at"
    yield LedgerHead.objects.order_by(), "recorded_at"
    for past in HISTORY.values():
        rows: models.QuerySet[Any] = past._default_manager.order_by()
        yield rows, "recorded_from"
        yield rows, "recorded_to"


def _first_after(instant: datetime) -> datetime | None:
    later = (
        rows.filter(**{f"{column}__gt": instant}).aggregate(first=Min(column))["first"]
        for rows, column in _recorded_instants()
    )
    return min(filter(None, later), default=None)


def _last_before(instant: datetime) -> datetime | None:
    earlier = (
        rows.filter(**{f"{column}__lt": instant}).aggregate(last=Max(column))["last"]
        for rows, column in _recorded_instants()
    )
    return max(filter(None, earlier), default=None)


def _move_instants(correction: ClockCorrection) -> None:
    """Write the corrected instants; versions keep the former one in ``misdated_from``."""
    for instant in _wrong_instants(Version, ("recorded_from", "recorded_to"), correction):
        moved = correction.corrected(instant)
        rows = Version.objects.filter(sequence__lte=correction.after_sequence)
        rows.filter(recorded_from=instant, recorded_to=instant).update(
            recorded_from=moved, recorded_to=moved, misdated_from=instant
        )
        _move_versions(rows, instant, moved, correction)
    for model, columns in _INSTANTS.items():
        for instant in _wrong_instants(model, columns, correction):
            for column in columns:
                model._default_manager.filter(**{column: instant}).update(**{column: correction.corrected(instant)})
    for past in HISTORY.values():
        # A row whose span became empty was never known.
        past._default_manager.filter(recorded_to__lte=models.F("recorded_from")).delete()


def _move_versions(rows: Any, instant: datetime, moved: datetime, correction: ClockCorrection) -> None:
    starting = rows.filter(recorded_from=instant)
    # Both columns at once: a constraint forbids an end before its start.
    for ended in starting.exclude(recorded_to=None).values_list("recorded_to", flat=True).distinct().order_by():
        starting.filter(recorded_to=ended).update(
            recorded_from=moved, recorded_to=correction.corrected(ended), misdated_from=instant
        )
    starting.filter(recorded_to=None).update(recorded_from=moved, misdated_from=instant)
    rows.filter(recorded_to=instant).update(recorded_to=moved)


def _wrong_instants(model: type[models.Model], columns: Iterable[str], correction: ClockCorrection) -> list[datetime]:
    """Return the wrong instants of a table, earliest first."""
    instants: set[datetime] = set()
    for column in columns:
        rows = model._default_manager.filter(**{f"{column}__gte": correction.wrong_from}).order_by()
        instants.update(rows.values_list(column, flat=True).distinct())
    return sorted(instants)
