"""Measurements for commitments, compared with the limit that was in force."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from operator import eq, ge, le
from typing import Any, Final

from django.db.models import Q

from sanctions.models import Commitment, Measurement
from sanctions.questions.evidence import Evidence, begun, certainly, shown_rows
from sanctions.records.base import Document, plain
from sanctions.records.events import EVENT
from sanctions.vocabulary import Comparator

_MEASUREMENTS: Final = EVENT.part("measurements")
#: The keys of a measurement in an answer; the commitment contains it, and the limit is computed.
KEYS: Final = tuple(key for key in _MEASUREMENTS.keys if key.name not in ("commitment", "limit"))
_HOLDS: Final = {Comparator.AT_MOST: le, Comparator.AT_LEAST: ge, Comparator.EQUAL: eq}


def limit_of(measurement: Measurement, commitment: Commitment) -> Decimal | None:
    """Return the limit in the unit of a measurement: its own, else the commitment's; ``None`` without either."""
    if measurement.limit is not None:
        return measurement.limit
    limits = {commitment.equivalent_unit: commitment.equivalent_limit, commitment.unit: commitment.limit}
    return limits.get(measurement.unit)


def within_limit(measurement: Measurement, commitment: Commitment) -> bool | None:
    """Return whether a measured value was within the limit that was in force.

    ``None`` if they cannot be compared: the commitment has no comparator, no limit is known, or the unit is neither
    the commitment's nor its equivalent one.
    """
    limit = limit_of(measurement, commitment)
    comparable = measurement.unit in (commitment.unit, commitment.equivalent_unit)
    if limit is None or not comparable or not commitment.comparator:
        return None
    return bool(_HOLDS[Comparator(commitment.comparator)](measurement.value, limit))


@dataclass(frozen=True, slots=True)
class Measured:
    """One measurement, the first day on which it can have been made, and its JSON."""

    row: Measurement
    earliest: date | None
    shown: Document

    def against(self, commitment: Commitment) -> Document:
        """Return the JSON of the measurement within a commitment."""
        limit = limit_of(self.row, commitment)
        return {**self.shown, "limit": plain(limit), "within_limit": within_limit(self.row, commitment)}


class Measurements:
    """The measurements for any of the commitments, or as evidence of any of the violations."""

    def __init__(self, commitments: Iterable[int], violations: Iterable[int], day: date) -> None:
        about = Q(commitment__in=list(commitments)) | Q(commitment__isnull=True, violation__in=list(violations))
        self.day = day
        self.rows = list(Measurement.objects.counted().filter(about).order_by("event__slug", "ordinal"))

    @property
    def events(self) -> set[int]:
        """The events that contain the measurements."""
        return {row.event_id for row in self.rows}

    def known(self, evidence: Evidence) -> list[Measured]:
        """Return what can have been measured by the day, oldest first."""
        documents = shown_rows(Measurement, KEYS, [row.pk for row in self.rows])
        measured = [self._measured(row, documents[row.pk], evidence) for row in self.rows]
        return sorted(
            (measurement for measurement in measured if begun(measurement.earliest, self.day)),
            key=lambda measurement: measurement.earliest or date.min,
        )

    def _measured(self, row: Measurement, document: Mapping[str, Any], evidence: Evidence) -> Measured:
        event = evidence.event(row.event_id)
        undated = not row.observed_on
        earliest = event.happened_earliest if undated else row.observed_earliest
        latest = event.happened_latest if undated else row.observed_latest
        shown = {
            **{key.name: document.get(key.name) for key in KEYS},
            "certain": certainly(latest, self.day),
            **evidence.behind(event.pk, "measurements", row.ordinal),
        }
        return Measured(row, earliest, shown)
