"""The parameters of the list of events."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Model, Q

from api.parameters import Code, Many, Slug, Text
from api.v1.filters.base import (
    Condition,
    ListParameters,
    Parameters,
    among,
    cited,
    codes,
    dates,
    records,
    slugs,
    texts,
    texts_of,
)
from sanctions.models import (
    Actor,
    Agreement,
    Commitment,
    Effect,
    Event,
    Measure,
    Order,
    Participation,
    Position,
    Reference,
    Violation,
)
from sanctions.standing import ASSERTS
from sanctions.vocabulary import EVENT_CLASS, EventClass, EventKind, Modality, Role, Stance, Verb

#: What an event may be about, and which paths lead there: an order also by its measures, and so on.
_PATHS: Final = {
    "order": ("order", "measure__order"),
    "measure": ("measure",),
    "agreement": ("agreement", "commitment__agreement"),
    "commitment": ("commitment",),
    "violation": ("violation",),
}
_ABOUT: Final[tuple[type[Model], ...]] = (Effect, Reference, Position)


def kinds_of(classes: Iterable[str]) -> Q:
    """Return the condition on events of any of the coarse classes."""
    return Q(kind__in=[str(kind) for kind, coarse in EVENT_CLASS.items() if coarse and coarse in classes])


def _leads(subject: str, value: Model, model: type[Model]) -> Q:
    """Return the condition that an effect, reference or position is about a subject."""
    known = {field.name for field in model._meta.get_fields()}
    paths = [path for path in _PATHS[subject] if path.partition("__")[0] in known]
    return reduce(or_, (Q(**{path: value}) for path in paths), Q())


def _subject(name: str, model: type[Model], help_text: str) -> Condition:
    """Return the filter by what an event is about: the subject of an effect, a reference or a position of it.

    Where conditions on effects or positions are given too, one and the same row must meet them, so that
    the subject is then added to them (:meth:`EventParameters.related`).
    """

    def about(value: Any, asked: Parameters) -> Q:
        if any(found.of in ("effect", "position") for found in asked.filters.values()):
            return Q()
        conditions = ((where, _leads(name, value, where)) for where in _ABOUT)
        return reduce(
            or_, (among(where._default_manager.filter(found), "event") for where, found in conditions if found)
        )

    return Condition(Slug(help_text, model), about)


def _speaker(value: Actor, asked: Parameters) -> Q:
    speaks = Participation.objects.filter(actor=value, role=Role.SPEAKER)
    return among(speaks, "event") | among(Position.objects.filter(holder=value), "event")


def _accused(value: Actor, asked: Parameters) -> Q:
    accused = Participation.objects.filter(actor=value, role=Role.ACCUSED)
    blamed = Position.objects.filter(Q(actor=value) | Q(violation__accused=value), stance=Stance.ACCUSES)
    claimed = Effect.objects.filter(violation__accused=value, verb__in=ASSERTS)
    return among(accused, "event") | among(blamed, "event") | among(claimed, "event")


_CLASS = Code("Coarse class of the event (PLOVER).", EventClass)


class EventParameters(ListParameters):
    """What events are asked for by.

    Conditions on participations (``actor``, ``role``) must hold of one and the same participation; so must
    those on effects (``verb``, ``by_order``, ``by_agreement``, ``party``) and on positions (``stance``, ``about``),
    together with what they are about (``order``, ``agreement`` …) and, of a position, the ``speaker``.
    """

    within = {
        "participation": (Participation.objects.all, "event"),
        "effect": (Effect.objects.all, "event"),
        "position": (Position.objects.all, "event"),
    }

    slug__in = slugs(Event)
    search = texts(
        "Words, each found in the title, the summary, the place, what was said or the slug.",
        "title",
        "summary",
        "place",
        "slug",
        texts_of(Position, "event", "paraphrase", "quote"),
    )
    kind, kind__in = codes("What kind of event it is.", EventKind, "kind")
    class_ = Condition(_CLASS, lambda value, asked: kinds_of([value]))
    class__in = Condition(Many(_CLASS), lambda values, asked: kinds_of(values))
    modality, modality__in = codes(
        "Whether it occurred, is scheduled or conditional, or was cancelled.", Modality, "modality"
    )
    happened_on, happened_on__gte, happened_on__lte = dates("When it happened", "happened_earliest", "happened_latest")
    place = Condition(Text("Words in the name of the place."), "place__icontains")
    actor, actor__in = records("Who took part.", Actor, "actor", within="participation")
    role, role__in = codes("In which role the actor took part.", Role, "role", within="participation")
    speaker = Condition(Slug("Who spoke: a speaker, or the holder of a position.", Actor), _speaker)
    accused = Condition(Slug("Who was accused, of a violation or of anything else.", Actor), _accused)
    stance, stance__in = codes("What a position does with its subject.", Stance, "stance", within="position")
    about, about__in = records("The actor that a position is about.", Actor, "actor", within="position")
    order = _subject("order", Order, "An order it concerns, or one of whose measures it concerns.")
    measure = _subject("measure", Measure, "A measure it concerns.")
    agreement = _subject("agreement", Agreement, "An agreement it concerns, or one of whose commitments it concerns.")
    commitment = _subject("commitment", Commitment, "A commitment it concerns.")
    violation = _subject("violation", Violation, "A violation it concerns.")
    verb, verb__in = codes("What it did to a subject.", Verb, "verb", within="effect")
    by_order, by_order__in = records("The order by which it did so.", Order, "by_order", within="effect")
    by_agreement, by_agreement__in = records(
        "The agreement by which it did so.", Agreement, "by_agreement", within="effect"
    )
    party, party__in = records(
        "The party whose standing it changed, or who claims or denies.", Actor, "party", within="effect"
    )
    source = cited("event")

    def related(self, name: str, condition: Q) -> Q:
        """Return the condition that one related row meets all of a condition, and is about what is asked for."""
        model = {"effect": Effect, "position": Position}.get(name)
        if model is not None:
            for subject in _PATHS:
                if subject in self.given:
                    condition &= _leads(subject, self.given[subject], model)
        if name == "position" and "speaker" in self.given:
            condition &= Q(holder=self.given["speaker"])
        return super().related(name, condition)
