"""The parameters of the panel."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any, Final

from api.http.parameters.base import InvalidValue
from api.http.parameters.dates import Dates
from api.http.parameters.records import Slug, Slugs
from api.http.parameters.texts import Code
from api.http.problems import ParameterFault
from api.v1.filters.base import FilterCondition, Parameters
from sanctions.edtf import Extent
from sanctions.models import Actor, Program
from sanctions.questions.intervals import Frequency
from sanctions.questions.panel.query import Level, PanelQuery
from sanctions.questions.panel.read import MOST_ROWS, PanelMaterial

_PERIOD: Final = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]))?")
_SENDER: Final = Slug("The state or organisation for which the issuer of the orders counts.", Actor)
_TARGET: Final = Slug("The actor that the measures are aimed at, at the `target_level`.", Actor)
_PROGRAM: Final = Slug("A program of the orders and designations; events are counted in the rows these give.", Program)


class Period(Dates):
    """A year or a month."""

    longest = 7

    def read(self, value: str) -> Extent:
        """Return the first and the last day."""
        if not _PERIOD.fullmatch(value):
            raise InvalidValue("A period is a year or a month: 2015, 2015-07.", "invalid_date")
        return super().read(value)

    def schema(self) -> dict[str, Any]:
        """Return the form of a period."""
        return {"type": "string", "pattern": f"^{_PERIOD.pattern}$"}


class Frequencies(Parameters):
    """The length of a period."""

    renamed = {"by": "frequency"}

    frequency = FilterCondition(Code("Whether a row is a year or a month. Years by default.", Frequency))

    @property
    def frequency_given(self) -> Frequency:
        """The length of a period; a year by default."""
        return Frequency(self.given.get("frequency", Frequency.YEAR))


class PanelParameters(Frequencies):
    """The periods, actors and programs of a panel."""

    from_ = FilterCondition(
        Period(
            "The first year or month. By default that of the first count, or the first from which the rows fit into "
            "the answer: see `from` in the answer, and the header Panel-Periods."
        )
    )
    to = FilterCondition(
        Period("The last year or month, not after the day of the question. That of the day by default.")
    )
    target_level = FilterCondition(
        Code("Whether targets are states and organisations, or the named actors. States by default.", Level)
    )
    sender, sender__in = FilterCondition(_SENDER), FilterCondition(Slugs(_SENDER))
    target, target__in = FilterCondition(_TARGET), FilterCondition(Slugs(_TARGET))
    program, program__in = FilterCondition(_PROGRAM), FilterCondition(Slugs(_PROGRAM))

    @property
    def level(self) -> Level:
        """What a target is."""
        return Level(self.given.get("target_level", Level.STATE))

    def panel_query(self) -> PanelQuery:
        """Return the query that the parameters make."""
        first, last = self.given.get("from"), self.given.get("to")
        return PanelQuery(
            day=self.day,
            by=self.frequency_given,
            level=self.level,
            first=first and first.earliest,
            last=last and last.latest,
            senders=self.keys_of("sender"),
            targets=self.keys_of("target"),
            programs=self.keys_of("program"),
        )

    def contradictions(self) -> Iterable[ParameterFault]:
        yield from super().contradictions()
        for name in ("from", "to"):
            if name in self.given and self.frequency_given is Frequency.YEAR and "-" in self.data[name]:
                yield self._fault(name, "A panel by year begins and ends with a year; give frequency=month for months.")
            if name in self.given and self.given[name].earliest > self.day:
                day = self.day.isoformat()
                yield self._fault(name, f"This begins after the day of the question, {day}; see as_of.")
        if "from" in self.given and "to" in self.given and self.given["from"].earliest > self.given["to"].latest:
            yield self._fault("to", "This is before `from`.")

    def _fault(self, name: str, message: str) -> ParameterFault:
        return ParameterFault(name, self.data[name], "contradiction", message)

    def faults_of_panel(self, material: PanelMaterial, most: int = MOST_ROWS) -> Iterator[ParameterFault]:
        """Yield the faults that only the data show: actors without rows of their own, and too many rows.

        Without a first period the answer has the last periods that fit; at least one of them has to.
        """
        sides = ("sender", "target") if self.level is Level.STATE else ("sender",)
        for name in (parameter for side in sides for parameter in (side, f"{side}__in") if parameter in self.given):
            value = self.given[name]
            for actor in value if isinstance(value, list) else [value]:
                if above := material.finder.counted_elsewhere(actor.pk):
                    yield self._elsewhere(name, actor, above)
        if material.extents.max_rows() > most and not self.has_usual_window(material, most):
            more = "" if most == MOST_ROWS else ", or choose another format than a page"
            message = (
                f"At most {most} rows are returned, these are possibly {material.extents.max_rows()} or more: "
                f"narrow the periods (from, to), the actors (sender, target) or the programs{more}."
            )
            yield ParameterFault("from", self.data.get("from", ""), "too_many", message)

    def has_usual_window(self, material: PanelMaterial, most: int) -> bool:
        """Whether no first period is given, and the last periods fit into the answer."""
        if "from" in self.given or (first := material.extents.first_period_within(most)) is None:
            return False
        return material.extents.max_rows(first) <= most

    def _elsewhere(self, name: str, actor: Actor, above: frozenset[int]) -> ParameterFault:
        slugs = sorted(Actor.objects.filter(pk__in=above).values_list("slug", flat=True))
        hint = "" if name.startswith("sender") else " Or give target_level=actor."
        message = f"{actor.slug} has no rows of its own; it counts for {', '.join(slugs)}.{hint}"
        return ParameterFault(name, self.data[name], "contradiction", message, slugs)
