"""The parameters of the timeline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from django.db.models import Model, QuerySet

from api.http.parameters.base import ListOf
from api.http.parameters.records import Slug, Slugs
from api.http.parameters.texts import Code
from api.http.problems import ParameterFault
from api.v1.filters.base import FilterCondition
from api.v1.filters.columns import FilterColumn, opposite
from api.v1.filters.conditions import overlapping
from api.v1.filters.events import BY_CLASS, kinds_of
from api.v1.filters.lists import ListParameters
from sanctions.models import Actor, Agreement, Commitment, Event, Measure, Order, Program, Violation
from sanctions.questions.timeline import KINDS, TimelineSubjects
from sanctions.vocabulary import EventClass, Role

#: Subjects that ``match=all`` accepts: each adds a search through the references of events.
MOST_OF_ALL: Final = 10


def _thing(help_text: str, model: type[Model]) -> tuple[FilterCondition, FilterCondition]:
    """Return the parameters by one subject and by several; the timeline is of all of them together."""
    slug = Slug(help_text, model)
    return FilterCondition(slug), FilterCondition(Slugs(slug))


_CLASS: Final = Code("Coarse class of the event (PLOVER).", EventClass)
_ROLE: Final = Code("The role in which one of the given actors took part.", Role)


class TimelineParameters(ListParameters):
    """The subjects of the timeline, and the filters of its events."""

    model = Event
    main_date = "happened_on"
    more_facets = {"class": BY_CLASS}

    actor, actor__in = _thing("An actor that took part, claimed, denied or was the subject of a position.", Actor)
    order, order__in = _thing("An order, with its measures, and the effects of it.", Order)
    measure, measure__in = _thing("A measure.", Measure)
    agreement, agreement__in = _thing("An agreement, with its commitments, and the effects of it.", Agreement)
    commitment, commitment__in = _thing("A commitment.", Commitment)
    violation, violation__in = _thing("A claimed violation.", Violation)
    program, program__in = _thing("A program: the orders that belong to it.", Program)
    role = FilterCondition(_ROLE)
    role__in = FilterCondition(ListOf(_ROLE))
    match = FilterCondition(
        Code("Whether an event concerns any of the given subjects (the default) or all of them.", ["any", "all"])
    )
    kind = FilterColumn("kind")
    class_ = FilterCondition(_CLASS, lambda value, given: kinds_of([value]))
    class__in = FilterCondition(ListOf(_CLASS), lambda values, given: kinds_of(values))
    class__not = FilterCondition(opposite(_CLASS), lambda value, given: ~kinds_of([value]))
    class__in__not = FilterCondition(opposite(ListOf(_CLASS)), lambda values, given: ~kinds_of(values))
    modality = FilterColumn("modality")
    happened_on = FilterColumn("happened_on")
    overlaps = overlapping("happened")

    @property
    def things(self) -> TimelineSubjects:
        """The subjects of the timeline; none for all events."""
        subjects: dict[str, dict[str, Any]] = defaultdict(dict)
        for kind in KINDS:
            for row in self._single_and_listed(kind):
                subjects[kind][row.slug] = row
        return TimelineSubjects({kind: list(rows.values()) for kind, rows in subjects.items()}, self.roles)

    @property
    def roles(self) -> list[str]:
        """The roles in which actors count; any role if empty."""
        return list(dict.fromkeys(self._single_and_listed("role")))

    def _single_and_listed(self, name: str) -> list[Any]:
        single = self.given.get(name)
        return [*([single] if single else []), *self.given.get(f"{name}__in", ())]

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Return the events that concern the subjects and meet every condition."""
        things = self.things
        concern = things.all_of() if self.given.get("match") == "all" else things.any_of()
        return super().filter_queryset(queryset.filter(concern))

    def contradictions(self) -> Iterable[ParameterFault]:
        yield from super().contradictions()
        for name in ("role", "role__in"):
            if name in self.given and not {"actor", "actor__in"} & self.given.keys():
                message = "A role is an actor's: give `actor` or `actor__in` too."
                yield ParameterFault(name, self.data[name], "needs_another", message)
        if self.given.get("match") == "all" and (count := len(self.things)) > MOST_OF_ALL:
            message = f"`match=all` accepts at most {MOST_OF_ALL} subjects, these are {count}."
            yield ParameterFault("match", "all", "too_many", message)
