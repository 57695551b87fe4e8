"""The parameters of the comparison of two days."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from api.http.errors import Fault
from api.http.parameters import Day, Instant, Slug
from api.v1.filters.base import Condition, Parameters
from sanctions.models import Actor, Program
from sanctions.questions.compare import Moment
from sanctions.questions.subjects import Scope

_NEEDED = ("from", "to")


class CompareParameters(Parameters):
    """The two days, the instants at which each is seen, and what the comparison is narrowed to."""

    #: A comparison has two days of its own.
    as_of = None  # type: ignore[assignment]

    from_ = Condition(Day("The one day (YYYY-MM-DD). It may lie after the other."))
    to = Condition(Day("The other day (YYYY-MM-DD)."))
    from_known_at = Condition(
        Instant("What this database had published of the one day by that instant (RFC 3339). `known_at` unless given.")
    )
    to_known_at = Condition(
        Instant("What this database had published of the other day by that instant. `known_at` unless given.")
    )
    program = Condition(
        Slug("Orders and designations of this program only, with their measures and the violations of them.", Program)
    )
    issuer = Condition(
        Slug("Orders of this issuer only, with their measures, the violations and designations under them.", Actor)
    )
    target = Condition(
        Slug(
            "Orders and measures aimed at this actor only, by name or as a territory, violations of them, and its own "
            "designations.",
            Actor,
        )
    )

    @classmethod
    def described(cls) -> list[dict[str, Any]]:
        """Return the parameters as OpenAPI describes them, the two days as needed."""
        return [one | ({"required": True} if one["name"] in _NEEDED else {}) for one in super().described()]

    def faults(self) -> list[Fault]:
        """Return everything that is wrong with the query; both days are needed."""
        message = "Two days are compared: give `from` and `to`."
        missing = [Fault(name, "", "missing", message) for name in _NEEDED if name not in self.data]
        return [*super().faults(), *missing]

    @property
    def moments(self) -> tuple[Moment, Moment]:
        """The two sides."""
        one, two = (self._moment(name) for name in _NEEDED)
        return one, two

    def _moment(self, name: str) -> Moment:
        known: datetime | None = self.given.get(f"{name}_known_at") or self.instant
        return Moment(self.given[name], known, here=known == self.instant)

    @property
    def scope(self) -> Scope:
        """What the comparison is narrowed to."""
        return Scope(**{name: row.slug for name in ("program", "issuer", "target") if (row := self.given.get(name))})
