"""The way back from a wrong clock: wrong instants are moved back, and the ledger has a link that says so.

While the clock was wrong everything was recorded at instants that had not come yet, and what came after it at that of
the end of the ledger: so all that is wrong stands at the end, and is moved by one span. Versions keep the instant under
which they were written, which their digest covers.
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
from sanctions.ledger.clock import Clocks, tolerance
from sanctions.ledger.releases import verify_releases
from sanctions.ledger.versions import Fault, digest_of_correction
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

#: The instants of the ledger, and those that others are found by: model → columns. The log keeps what was logged.
_INSTANTS: Final[dict[type[models.Model], tuple[str, ...]]] = {
    **dict.fromkeys(HISTORY.values(), ("recorded_to", "recorded_from")),
    Release: ("released_at",),
    Redirect: ("at", "undone_at"),
    Proposal: ("made_at", "changed_at"),
    Likeness: ("at",),
    # By the instant of an undo the next import knows what it retracted.
    Import: ("made_at", "undo_asked_at", "undone_at"),
    Authorship: ("since",),
    # A message that was to be sent again would wait until then.
    Delivery: ("created_at", "due_at", "delivered_at"),
}


@dataclass(frozen=True, slots=True)
class Mending:
    """What is to be corrected: to which instant the first wrong one moves, why, by whom, and who agreed."""

    to: datetime
    reason: str
    by: str
    approved_by: str


def mend_clock(mending: Mending) -> ClockCorrection:
    """Move all instants that are yet to come back, and append a link to the chain that says so; all in one transaction.

    :class:`ClockNotMended` if there is nothing to mend, or ``to`` is not between the last right instant and now.
    """
    refuse_past()
    if mending.by == mending.approved_by:
        raise ClockNotMended("Two people correct the clock: --approved-by must be somebody else.")
    with transaction.atomic():
        head: Any = LedgerHead.objects.select_for_update().get(pk=1)
        clocks = Clocks.read()
        if fault := clocks.fault(None):
            raise ClockNotMended(fault)
        # whole milliseconds, as everywhere in the ledger
        now = clocks.database.replace(microsecond=clocks.database.microsecond // 1000 * 1000)
        correction = _planned(mending, head, now)
        correction.digest = digest_of_correction(correction)
        correction.full_clean(exclude=["applied"])
        correction.save(force_insert=True)
        faults = set(verify_releases())
        _move(correction)
        _demand_releases(faults)
        head.digest, head.recorded_at = correction.digest, now
        head.save()
        ClockCorrection.objects.filter(pk=correction.pk).update(applied=True)
        correction.applied = True
        # Renderings tell instants.
        render_everything()
        render_past()
    return correction


def _demand_releases(before: Collection[Fault]) -> None:
    """Refuse what lets releases differ that did not: instants of one and of what came after it fell together."""
    if broken := [fault for fault in verify_releases() if fault not in before]:
        raise ClockNotMended(
            f"With this --to {broken[0]} Too many instants would be later than now, and all of these become one. Give "
            "an earlier one."
        )


def _planned(mending: Mending, head: Any, now: datetime) -> ClockCorrection:
    wrong = _first_after(now + tolerance())
    if wrong is None:
        raise ClockNotMended("Nothing is recorded at an instant that is yet to come: there is nothing to correct.")
    to = mending.to.astimezone(UTC).replace(microsecond=mending.to.microsecond // 1000 * 1000)
    last_right = _last_before(wrong)
    if to > now or (last_right is not None and to < last_right):
        first = f"{last_right.isoformat()}, when the ledger was last written before, and " if last_right else ""
        raise ClockNotMended(f"{to.isoformat()} cannot be it: allowed is an instant between {first}{now.isoformat()}.")
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
        reason=mending.reason.replace("\r\n", "\n").strip(),
        by=mending.by,
        approved_by=mending.approved_by,
        previous=head.digest,
    )


def _recorded() -> Iterable[tuple[models.QuerySet[Any], str]]:
    """Yield the tables whose instants are those of writes, and their columns."""
    yield Version.objects.order_by(), "recorded_from"
    yield Release.objects.order_by(), "released_at"
    yield LedgerHead.objects.order_by(), "recorded_at"
    for past in HISTORY.values():
        rows: models.QuerySet[Any] = past._default_manager.order_by()
        yield rows, "recorded_from"
        yield rows, "recorded_to"


def _first_after(instant: datetime) -> datetime | None:
    found = [
        rows.filter(**{f"{column}__gt": instant}).aggregate(first=Min(column))["first"] for rows, column in _recorded()
    ]
    return min((one for one in found if one is not None), default=None)


def _last_before(instant: datetime) -> datetime | None:
    found = [
        rows.filter(**{f"{column}__lt": instant}).aggregate(last=Max(column))["last"] for rows, column in _recorded()
    ]
    return max((one for one in found if one is not None), default=None)


def _move(correction: ClockCorrection) -> None:
    """Write the corrected instants: of versions, which keep what was written, and of all that is found by them."""
    for instant in _wrong(Version, ("recorded_from", "recorded_to"), correction):
        moved = correction.corrected(instant)
        rows = Version.objects.filter(sequence__lte=correction.after_sequence)
        rows.filter(recorded_from=instant, recorded_to=instant).update(
            recorded_from=moved, recorded_to=moved, misdated_from=instant
        )
        _move_versions(rows, instant, moved, correction)
    for model, columns in _INSTANTS.items():
        for instant in _wrong(model, columns, correction):
            for column in columns:
                model._default_manager.filter(**{column: instant}).update(**{column: correction.corrected(instant)})
    for past in HISTORY.values():
        # What held for no time was never known.
        past._default_manager.filter(recorded_to__lte=models.F("recorded_from")).delete()


def _move_versions(rows: Any, instant: datetime, moved: datetime, correction: ClockCorrection) -> None:
    begun = rows.filter(recorded_from=instant)
    # Both at once: an end is never before its beginning.
    for ended in begun.exclude(recorded_to=None).values_list("recorded_to", flat=True).distinct().order_by():
        begun.filter(recorded_to=ended).update(
            recorded_from=moved, recorded_to=correction.corrected(ended), misdated_from=instant
        )
    begun.filter(recorded_to=None).update(recorded_from=moved, misdated_from=instant)
    rows.filter(recorded_to=instant).update(recorded_to=moved)


def _wrong(model: type[models.Model], columns: Iterable[str], correction: ClockCorrection) -> list[datetime]:
    """Return the wrong instants of a table, in their order."""
    found: set[datetime] = set()
    for column in columns:
        rows = model._default_manager.filter(**{f"{column}__gte": correction.wrong_from}).order_by()
        found.update(rows.values_list(column, flat=True).distinct())
    return sorted(found)
