"""The columns of the panel: their content, unit, and codes in other data sets."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Final

from sanctions.questions.intervals import Frequency
from sanctions.vocabulary import MEASURE_CROSSWALK, EventClass, MeasureKind

TEXT: Final = "text"
INTEGER: Final = "integer"


@dataclass(frozen=True, slots=True)
class PanelColumn:
    """One column.

    ``codes`` names the standard of the values (``standard``), or the code of what is counted: ``measure_kind`` is ours,
    ``ties`` and ``gsdb`` are the sanction types of TIES and GSDB, null if they have none, ``event_class`` is PLOVER's.
    """

    name: str
    type: str
    unit: str | None
    description: str
    codes: dict[str, str | None] = field(default_factory=dict)

    def shown(self) -> dict[str, Any]:
        """Return the column as JSON."""
        return asdict(self)


def in_force_column(kind: str) -> str:
    """Return the name of the column for a kind of measure."""
    return f"in_force_{kind}"


def _actor_columns(side: str, what: str) -> tuple[PanelColumn, ...]:
    iso: dict[str, str | None] = {"standard": "ISO 3166-1 alpha-2"}
    return (
        PanelColumn(side, TEXT, None, f"{what}: its stable name here (slug).", {"standard": "slug"}),
        PanelColumn(f"{side}_name", TEXT, None, f"{what}: its name in English."),
        PanelColumn(f"{side}_iso", TEXT, None, f"{what}: its ISO 3166-1 code; null where the record has none.", iso),
    )


def _count(name: str, unit: str, description: str, **codes: str | None) -> PanelColumn:
    return PanelColumn(name, INTEGER, unit, description, codes)


_MONTH: Final = PanelColumn("month", INTEGER, None, "Month of the period, 1 to 12.")
_PERIOD: Final = (
    PanelColumn("period", TEXT, None, "The year or month.", {"standard": "EDTF"}),
    PanelColumn("year", INTEGER, None, "Year of the period."),
)
_ACTORS: Final = (
    *_actor_columns("sender", "The state or organisation for which the issuer counts"),
    *_actor_columns("target", "Whom the measures are aimed at, as a state or as the actor named"),
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
_OTHER_COUNTS: Final = (
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


def columns(frequency: Frequency) -> tuple[PanelColumn, ...]:
    """Return the columns of a panel, in order."""
    month = (_MONTH,) if frequency is Frequency.MONTH else ()
    return (*_PERIOD, *month, *_ACTORS, *_MEASURES, *_KINDS, *_OTHER_COUNTS)


#: The columns with counts; the others identify the row.
COUNTED: Final = tuple(column.name for column in (*_MEASURES, *_KINDS, *_OTHER_COUNTS))
