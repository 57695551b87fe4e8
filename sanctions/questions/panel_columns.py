"""The columns of the panel: what each holds, in which unit, and the code that other data sets give it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Final

from sanctions.questions.intervals import Frequency
from sanctions.vocabulary import MEASURE_CROSSWALK, EventClass, MeasureKind

TEXT: Final = "text"
INTEGER: Final = "integer"


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    ``codes`` has the standard of a code (``standard``) or what others call the same: ``measure_kind`` is ours,
    ``ties`` and ``gsdb`` are the sanction types of these data sets, null where they have none; ``event_class``
    is PLOVER's.
    """

    name: str
    type: str
    unit: str | None
    description: str
    codes: dict[str, str | None] = field(default_factory=dict)

    def shown(self) -> dict[str, Any]:
        """Return the column as an answer shows it."""
        return asdict(self)


def in_force_column(kind: str) -> str:
    """Return the column of a kind of measure."""
    return f"in_force_{kind}"


def _who(side: str, what: str) -> tuple[Column, ...]:
    iso: dict[str, str | None] = {"standard": "ISO 3166-1 alpha-2"}
    return (
        Column(side, TEXT, None, f"{what}: its stable name here (slug).", {"standard": "slug"}),
        Column(f"{side}_name", TEXT, None, f"{what}: its name in English."),
        Column(f"{side}_iso", TEXT, None, f"{what}: its ISO 3166-1 code; null where the record has none.", iso),
    )


def _count(name: str, unit: str, description: str, **codes: str | None) -> Column:
    return Column(name, INTEGER, unit, description, codes)


_MONTH: Final = Column("month", INTEGER, None, "Month of the period, 1 to 12.")
_PERIOD: Final = (
    Column("period", TEXT, None, "The year or month.", {"standard": "EDTF"}),
    Column("year", INTEGER, None, "Year of the period."),
)
_UNITS: Final = (
    *_who("sender", "The state or organisation for which the issuer counts"),
    *_who("target", "Whom the measures are aimed at, as a state or as the actor named"),
)
_MEASURES: Final = (
    _count("measures_in_force", "measures", "Restricting measures certainly in force on some day of the period."),
    _count(
        "measures_in_force_at_end",
        "measures",
        "Those certainly in force on its last day, or on the day of the question if that is earlier.",
    ),
    _count("measures_begun", "spells", "Times that one came to be certainly in force, for the first time or again."),
    _count("measures_ended", "spells", "Times that one was certainly in force no longer: ended, suspended or waived."),
)
_KINDS: Final = tuple(
    _count(
        in_force_column(kind),
        "measures",
        f"Of the measures in force in the period, those of the kind: {kind.label}.",
        measure_kind=str(kind),
        **MEASURE_CROSSWALK[kind],
    )
    for kind in MeasureKind
)
_REST: Final = (
    _count(
        "orders_in_force",
        "orders",
        "Orders certainly in force on some day that restrict the target.",
    ),
    _count("designations_in_force", "designations", "Designations certainly on a list on some day of the period."),
    _count(
        "designations_in_force_at_end",
        "designations",
        "Those certainly on a list on its last day, or on the day of the question if that is earlier.",
    ),
    _count("designations_added", "designations", "Designations that were certainly on a list from a day in it."),
    _count("designations_removed", "designations", "Designations certainly on no list any more from a day in it."),
    _count("events", "events", "Events certainly in the period in which the sender acts towards the target."),
    _count(
        "threats",
        "events",
        "Of these events, threats of the sender against the target.",
        event_class=str(EventClass.THREATEN),
    ),
)


def columns(frequency: Frequency) -> tuple[Column, ...]:
    """Return the columns of a panel, in order."""
    month = (_MONTH,) if frequency is Frequency.MONTH else ()
    return (*_PERIOD, *month, *_UNITS, *_MEASURES, *_KINDS, *_REST)


#: The columns that are counted; the others say which row it is.
COUNTED: Final = tuple(column.name for column in (*_MEASURES, *_KINDS, *_REST))
