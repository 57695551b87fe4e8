"""The parameters of the network."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Final

from api.http.errors import Fault
from api.http.parameters import Code, Dates, Many, Slug, Slugs, Switch
from api.v1.filters.base import Condition, Parameters
from sanctions.models import Actor, Agreement, Order, Program
from sanctions.questions.edges import KINDS, PROGRAM_KINDS, TOGETHER, Key, Wanted

_ACTOR: Final = Slug("An actor that every link has at one of its ends.", Actor)
_ORDER: Final = Slug("An order that every link has at one of its ends.", Order)
_AGREEMENT: Final = Slug("An agreement that every link has at one of its ends.", Agreement)
_PROGRAM: Final = Slug("A program of which every link has an order at one of its ends.", Program)
_KIND: Final = Code("A kind of link to show. All of these unless given.", KINDS)
_EDTF: Final = "A date of any precision (EDTF), such as 2018-05."


class NetworkParameters(Parameters):
    """The day, which links, of which time, and what they have at their ends."""

    actor = Condition(_ACTOR)
    actor__in = Condition(Slugs(_ACTOR))
    order = Condition(_ORDER)
    order__in = Condition(Slugs(_ORDER))
    agreement = Condition(_AGREEMENT)
    agreement__in = Condition(Slugs(_AGREEMENT))
    program = Condition(_PROGRAM)
    program__in = Condition(Slugs(_PROGRAM))
    kind = Condition(_KIND)
    kind__in = Condition(Many(_KIND))
    events = Condition(Switch("Whether to link actors who took part in one event."))
    programs = Condition(Switch("Whether to show programs, with their issuers and their orders."))
    from_ = Condition(Dates(f"Only what certainly happened on this day or later, or may still have held. {_EDTF}"))
    to = Condition(Dates(f"Only what certainly happened on this day or earlier, or may have held by then. {_EDTF}"))

    @property
    def wanted(self) -> Wanted:
        """What the question wants."""
        first, last = self.given.get("from"), self.given.get("to")
        return Wanted(
            kinds=self._kinds(),
            touching=[pair for _, pair in self._touching()],
            since=first and first.earliest,
            until=last and last.latest,
        )

    @property
    def named(self) -> list[Key]:
        """The records that the question names and that are nodes themselves."""
        return [(noun, pk) for name, (noun, keys) in self._touching() if name != "program" for pk in keys]

    def _kinds(self) -> set[str]:
        allowed = self.allowed("kind")
        kinds = set(KINDS if allowed is None else allowed)
        kinds |= set(PROGRAM_KINDS) if self.given.get("programs") else set()
        return kinds | ({TOGETHER} if self.given.get("events") else set())

    def _touching(self) -> Iterator[tuple[str, tuple[str, Any]]]:
        """Yield, for each parameter that names records, its noun and what a link must touch of which noun."""
        for name in ("actor", "order", "agreement", "program"):
            one, several = self.given.get(name), self.given.get(f"{name}__in")
            for rows in filter(None, ([one] if one else None, several)):
                keys = [row.pk for row in rows]
                if name == "program":
                    yield name, ("order", Order.objects.published().filter(programs__in=keys).values("pk"))
                else:
                    yield name, (name, keys)

    def contradictions(self) -> Iterable[Fault]:
        """Refuse a period that ends before it begins."""
        yield from super().contradictions()
        first, last = self.given.get("from"), self.given.get("to")
        if first and last and first.earliest > last.latest:
            yield Fault("from", self.data["from"], "contradiction", "The period ends before it begins: see `to`.")
