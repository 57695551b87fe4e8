"""What a panel can be asked for."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final, TypeGuard

from sanctions.questions.intervals import Frequency

#: Sender and target, by primary key.
Pair = tuple[int, int]

#: Longer lists of keys are not put into a statement: SQLite and the planner have limits. Python filters the rows then.
_LONGEST_KEY_LIST: Final = 500


class Level(StrEnum):
    """Whether a target is the state or organisation that an actor counts for, or the actor itself."""

    STATE = "state"
    ACTOR = "actor"


@dataclass(frozen=True, slots=True)
class PanelQuery:
    """The rows to return, as known on a day; ``None`` does not filter.

    ``first`` and ``last`` are days in the first and the last period. ``programs`` filters measures, orders and
    designations. Events belong to no program: they are counted in the rows that the others produce.
    """

    day: date
    by: Frequency = Frequency.YEAR
    level: Level = Level.STATE
    first: date | None = None
    last: date | None = None
    senders: Collection[int] | None = None
    targets: Collection[int] | None = None
    programs: Collection[int] | None = None

    @property
    def bounds(self) -> tuple[int | None, int | None]:
        """The first and the last period, each ``None`` if open."""
        first, last = (None if day is None else self.by.period(day) for day in (self.first, self.last))
        return first, last


def fits_statement(keys: Collection[int] | None) -> TypeGuard[Collection[int]]:
    """Whether there are keys to filter by, and few enough of them to be named in a statement."""
    return keys is not None and len(keys) <= _LONGEST_KEY_LIST
