"""The parameters of the comparison of two days."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from api.http.parameters.dates import Day, Instant
from api.http.parameters.records import Slug
from api.http.problems import ParameterFault
from api.v1.filters.base import FilterCondition, Parameters
from sanctions.models import Actor, Program
from sanctions.questions.compare import Moment
from sanctions.questions.subjects import ComparisonFilter

_REQUIRED = ("from", "to")


class CompareParameters(Parameters):
    """The two days, the instant at which each is seen, and the filters of the comparison."""

    #: A comparison has two days of its own.
    as_of = None  # type: ignore[assignment]

    from_ = FilterCondition(Day("The first day (YYYY-MM-DD). It may be later than the second."))
    to = FilterCondition(Day("The second day (YYYY-MM-DD)."))
    from_known_at = FilterCondition(
        Instant("See the first day as published by this instant (RFC 3339). `known_at` by default.")
    )
    to_known_at = FilterCondition(
        Instant("See the second day as published by this instant (RFC 3339). `known_at` by default.")
    )
    program = FilterCondition(
        Slug("Orders and designations of this program only, with their measures and the violations of them.", Program)
    )
    issuer = FilterCondition(
        Slug("Orders of this issuer only, with their measures, the violations and designations under them.", Actor)
    )
    target = FilterCondition(
        Slug(
            "Orders and measures aimed at this actor only, by name or as a territory, violations of them, and its own "
            "designations.",
            Actor,
        )
    )

    @classmethod
    def openapi(cls) -> list[dict[str, Any]]:
        return [
            described | ({"required": True} if described["name"] in _REQUIRED else {})
            for described in super().openapi()
        ]

    def faults(self) -> list[ParameterFault]:
        message = "A comparison needs two days: give `from` and `to`."
        missing = [ParameterFault(name, "", "missing", message) for name in _REQUIRED if name not in self.data]
        return [*super().faults(), *missing]

    @property
    def moments(self) -> tuple[Moment, Moment]:
        return self._moment("from"), self._moment("to")

    def _moment(self, name: str) -> Moment:
        known: datetime | None = self.given.get(f"{name}_known_at") or self.instant
        return Moment(self.given[name], known, here=known == self.instant)

    @property
    def scope(self) -> ComparisonFilter:
        """The filters of the comparison."""
        return ComparisonFilter(
            **{name: row.slug for name in ("program", "issuer", "target") if (row := self.given.get(name))}
        )
