"""The parameters of the network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from api.http.parameters.base import ListOf
from api.http.parameters.dates import Dates
from api.http.parameters.records import Slug, Slugs
from api.http.parameters.texts import Code, Switch
from api.http.problems import ParameterFault
from api.v1.filters.base import FilterCondition, Parameters
from sanctions.models import Actor, Agreement, Order, Program
from sanctions.questions.edges import KINDS, PROGRAM_KINDS, TOGETHER, Key, TieQuery

_ACTOR: Final = Slug("An actor that every link has at one of its ends.", Actor)
_ORDER: Final = Slug("An order that every link has at one of its ends.", Order)
_AGREEMENT: Final = Slug("An agreement that every link has at one of its ends.", Agreement)
_PROGRAM: Final = Slug("A program: every link has one of its orders at one of its ends.", Program)
_KIND: Final = Code("A kind of link to show. All of these by default.", KINDS)
_EDTF: Final = "A date of any precision (EDTF), such as 2018-05."


class NetworkParameters(Parameters):
    """The day, the kinds of links, their period, and the records at their ends."""

    actor = FilterCondition(_ACTOR)
    actor__in = FilterCondition(Slugs(_ACTOR))
    order = FilterCondition(_ORDER)
    order__in = FilterCondition(Slugs(_ORDER))
    agreement = FilterCondition(_AGREEMENT)
    agreement__in = FilterCondition(Slugs(_AGREEMENT))
    program = FilterCondition(_PROGRAM)
    program__in = FilterCondition(Slugs(_PROGRAM))
    kind = FilterCondition(_KIND)
    kind__in = FilterCondition(ListOf(_KIND))
    events = FilterCondition(Switch("Also link actors who took part in one event."))
    programs = FilterCondition(Switch("Also show programs, with their issuers and their orders."))
    from_ = FilterCondition(
        Dates(f"Only what certainly happened on this day or later, or may still have held. {_EDTF}")
    )
    to = FilterCondition(
        Dates(f"Only what certainly happened on this day or earlier, or may have held by then. {_EDTF}")
    )

    @property
    def edge_query(self) -> TieQuery:
        first, last = self.given.get("from"), self.given.get("to")
        return TieQuery(
            kinds=self._kinds(),
            touching=[pair for _, pair in self._touching()],
            since=first and first.earliest,
            until=last and last.latest,
        )

    @property
    def given_nodes(self) -> list[Key]:
        """The given records that are nodes: all but programs."""
        return [(noun, pk) for name, (noun, keys) in self._touching() if name != "program" for pk in keys]

    def _kinds(self) -> set[str]:
        allowed = self.allowed("kind")
        kinds = set(KINDS if allowed is None else allowed)
        kinds |= set(PROGRAM_KINDS) if self.given.get("programs") else set()
        return kinds | ({TOGETHER} if self.given.get("events") else set())

    def _touching(self) -> Iterator[tuple[str, tuple[str, Any]]]:
        """Yield each given parameter, with the noun and keys of the nodes that a link must have at an end."""
        for name in ("actor", "order", "agreement", "program"):
            single, listed = self.given.get(name), self.given.get(f"{name}__in")
            for rows in filter(None, ([single] if single else None, listed)):
                keys = [row.pk for row in rows]
                if name == "program":
                    yield name, ("order", Order.objects.published().filter(programs__in=keys).values("pk"))
                else:
                    yield name, (name, keys)

    def contradictions(self) -> Iterable[ParameterFault]:
        yield from super().contradictions()
        first, last = self.given.get("from"), self.given.get("to")
        if first and last and first.earliest > last.latest:
            yield ParameterFault(
                "from", self.data["from"], "contradiction", "The period ends before it begins: see `to`."
            )
