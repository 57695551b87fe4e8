"""The parameters of the timeline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from django.db.models import Model, QuerySet

from api.http.errors import Fault
from api.http.parameters import Code, Many, Slug, Slugs
from api.v1.filters.base import Condition, ListParameters, overlapping
from api.v1.filters.columns import Column, opposite
from api.v1.filters.events import BY_CLASS, kinds_of
from sanctions.models import Actor, Agreement, Commitment, Event, Measure, Order, Program, Violation
from sanctions.questions.timeline import KINDS, Things
from sanctions.vocabulary import EventClass, Role

#: Things that an event can be asked to concern all of: each adds its own search through what events name.
MOST_OF_ALL: Final = 10


def _thing(help_text: str, model: type[Model]) -> tuple[Condition, Condition]:
    """Return the parameters by one thing and by several; together they are what the timeline is of."""
    one = Slug(help_text, model)
    return Condition(one), Condition(Slugs(one))


_CLASS: Final = Code("Coarse class of the event (PLOVER).", EventClass)
_ROLE: Final = Code("In which role an actor asked for took part.", Role)


class TimelineParameters(ListParameters):
    """What the timeline is of, and which events of it are wanted."""

    model = Event
    when = "happened_on"
    more_facets = {"class": BY_CLASS}

    actor, actor__in = _thing("An actor that took part, claimed or denied, or of which something was said.", Actor)
    order, order__in = _thing("An order, with its measures, and what was done by it.", Order)
    measure, measure__in = _thing("A measure.", Measure)
    agreement, agreement__in = _thing("An agreement, with its commitments, and what was done by it.", Agreement)
    commitment, commitment__in = _thing("A commitment.", Commitment)
    violation, violation__in = _thing("A claimed violation.", Violation)
    program, program__in = _thing("A program: the orders that belong to it.", Program)
    role = Condition(_ROLE)
    role__in = Condition(Many(_ROLE))
    match = Condition(
        Code("Whether an event concerns any of the things asked for (usual) or all of them.", ["any", "all"])
    )
    kind = Column("kind")
    class_ = Condition(_CLASS, lambda value, asked: kinds_of([value]))
    class__in = Condition(Many(_CLASS), lambda values, asked: kinds_of(values))
    class__not = Condition(opposite(_CLASS), lambda value, asked: ~kinds_of([value]))
    class__in__not = Condition(opposite(Many(_CLASS)), lambda values, asked: ~kinds_of(values))
    modality = Column("modality")
    happened_on = Column("happened_on")
    overlaps = overlapping("happened")

    @property
    def things(self) -> Things:
        """What the timeline is of."""
        found: dict[str, dict[str, Any]] = defaultdict(dict)
        for kind in KINDS:
            one = self.given.get(kind)
            for row in [*([one] if one else []), *self.given.get(f"{kind}__in", ())]:
                found[kind][row.slug] = row
        return Things({kind: list(rows.values()) for kind, rows in found.items()}, self.roles)

    @property
    def roles(self) -> list[str]:
        """In which roles actors count; in any, if none is named."""
        one = self.given.get("role")
        return list(dict.fromkeys([*([one] if one else []), *self.given.get("role__in", ())]))

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the events that concern what is asked for and meet every condition."""
        things = self.things
        concern = things.all_of() if self.given.get("match") == "all" else things.any_of()
        return super().filter_queryset(queryset.filter(concern))

    def contradictions(self) -> Iterable[Fault]:
        """Refuse what can mean nothing without something else, and too many things to concern at once."""
        yield from super().contradictions()
        for name in ("role", "role__in"):
            if name in self.given and not {"actor", "actor__in"} & self.given.keys():
                message = "A role is an actor's: give `actor` or `actor__in` too."
                yield Fault(name, self.data[name], "needs_another", message)
        if self.given.get("match") == "all" and (count := len(self.things)) > MOST_OF_ALL:
            message = f"An event can be asked to concern at most {MOST_OF_ALL} things at once, these are {count}."
            yield Fault("match", "all", "too_many", message)
