"""The parameters of the timeline."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Final

from django.db.models import Model, Q, QuerySet

from api.errors import Fault
from api.parameters import Code, Dates, Many, Slug, Slugs, Switch
from api.v1.filters.base import Condition, ListParameters, Parameters, codes
from api.v1.filters.events import kinds_of
from sanctions.edtf import Extent
from sanctions.models import Actor, Agreement, Commitment, Measure, Order, Program, Violation
from sanctions.questions.timeline import KINDS, Things
from sanctions.vocabulary import EventClass, EventKind, Modality, Role

#: Things that an event can be asked to concern all of: each adds its own search through what events name.
MOST_OF_ALL: Final = 10


def _thing(help_text: str, model: type[Model]) -> tuple[Condition, Condition]:
    """Return the parameters by one thing and by several; together they are what the timeline is of."""
    one = Slug(help_text, model)
    return Condition(one), Condition(Slugs(one))


def _since(value: Extent, asked: Parameters) -> Q:
    if asked.given.get("possibly"):
        return Q(happened_latest__gte=value.earliest)
    # The second condition follows from the first, and is the one that the index knows.
    return Q(happened_earliest__gte=value.earliest) & Q(happened_latest__gte=value.earliest)


def _until(value: Extent, asked: Parameters) -> Q:
    return Q(**{f"happened_{'earliest' if asked.given.get('possibly') else 'latest'}__lte": value.latest})


def _within(value: Extent, asked: Parameters) -> Q:
    return _since(value, asked) & _until(value, asked)


_CLASS: Final = Code("Coarse class of the event (PLOVER).", EventClass)
_ROLE: Final = Code("In which role an actor asked for took part.", Role)
_EDTF: Final = "A date of any precision (EDTF). With `possibly=true` also what only possibly happened then."


class TimelineParameters(ListParameters):
    """What the timeline is of, and which events of it are wanted."""

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
    kind, kind__in = codes("What kind of event it is.", EventKind, "kind")
    class_ = Condition(_CLASS, lambda value, asked: kinds_of([value]))
    class__in = Condition(Many(_CLASS), lambda values, asked: kinds_of(values))
    modality, modality__in = codes(
        "Whether it occurred, is scheduled or conditional, or was cancelled.", Modality, "modality"
    )
    happened_on = Condition(Dates(f"When it happened: within this date. {_EDTF}"), _within)
    happened_on__gte = Condition(Dates(f"When it happened: not before this date. {_EDTF}"), _since)
    happened_on__lte = Condition(Dates(f"When it happened: not after this date. {_EDTF}"), _until)
    possibly = Condition(
        Switch("Whether the period also takes events that only possibly lie within it, by their imprecise dates.")
    )

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
        if "possibly" in self.given and not any(name.startswith("happened_on") for name in self.given):
            message = "This is about a period: give `happened_on`, `happened_on__gte` or `happened_on__lte` too."
            yield Fault("possibly", self.data["possibly"], "needs_another", message)
        if self.given.get("match") == "all" and (count := len(self.things)) > MOST_OF_ALL:
            message = f"An event can be asked to concern at most {MOST_OF_ALL} things at once, these are {count}."
            yield Fault("match", "all", "too_many", message)
