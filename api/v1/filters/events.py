"""The parameters of the list of events."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Case, CharField, F, Model, Q, QuerySet, Value, When

from api.http.parameters import Code, Many, Slug
from api.v1.filters.base import (
    Condition,
    ListParameters,
    Parameters,
    among,
    cited,
    overlapping,
    slugs,
    texts,
    texts_of,
)
from api.v1.filters.columns import Column, opposite
from sanctions.models import (
    Actor,
    Agreement,
    Appearance,
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
from sanctions.questions.counts import by_code
from sanctions.standing import ASSERTS
from sanctions.vocabulary import EVENT_CLASS, EventClass, Role, Stance

#: What an event may be about, and which paths lead there: an order also by its measures, and so on.
_PATHS: Final = {
    "order": ("order", "measure__order"),
    "measure": ("measure",),
    "agreement": ("agreement", "commitment__agreement"),
    "commitment": ("commitment",),
    "violation": ("violation",),
}
#: What can be asked of events that is told of appearances too: the actor, and columns that both have.
_OF_APPEARANCES: Final = frozenset(
    {
        *("actor", "kind", "kind__in", "kind__not", "kind__in__not", "overlaps", "as_of", "possibly"),
        *(f"happened_on{lookup}" for lookup in ("", "__gte", "__lte", "__range", "__overlaps")),
    }
)
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
        if any(found.of in ("effects", "positions") for found in asked.filters.values()):
            return Q()
        conditions = ((where, _leads(name, value, where)) for where in _ABOUT)
        return reduce(
            or_, (among(where._default_manager.filter(found), "event") for where, found in conditions if found)
        )

    covers = (f"{where.__name__}.{name}" for where in _ABOUT)
    return Condition(Slug(help_text, model), about, covers=covers)


def _speaker(value: Actor, asked: Parameters) -> Q:
    speaks = Participation.objects.filter(actor=value, role=Role.SPEAKER)
    return among(speaks, "event") | among(Position.objects.filter(holder=value), "event")


def _accused(value: Actor, asked: Parameters) -> Q:
    accused = Participation.objects.filter(actor=value, role=Role.ACCUSED)
    blamed = Position.objects.filter(Q(actor=value) | Q(violation__accused=value), stance=Stance.ACCUSES)
    claimed = Effect.objects.filter(violation__accused=value, verb__in=ASSERTS)
    return among(accused, "event") | among(blamed, "event") | among(claimed, "event")


_CLASS: Final = Code("Coarse class of the event (PLOVER).", EventClass)
#: The coarse class as something to count by.
BY_CLASS: Final = by_code(
    "Coarse class of the event (PLOVER).",
    Case(
        *(When(kinds_of([coarse]), then=Value(str(coarse))) for coarse in EventClass), output_field=CharField(null=True)
    ),
    dict(EventClass.choices),
)


class EventParameters(ListParameters):
    """What events are asked for by.

    Conditions on participations (``actor``, ``role``) must hold of one and the same participation; so must
    those on effects (``verb``, ``by_order``, ``by_agreement``, ``party``) and on positions (``stance``, ``about``),
    together with what they are about (``order``, ``agreement`` …) and, of a position, the ``speaker``.
    """

    model = Event
    when = "happened_on"
    more_facets = {"class": BY_CLASS}

    slug__in = slugs(Event)
    search = texts(
        "Words, each found in the title, the summary, the place, what was said or the slug.",
        "title",
        "summary",
        "place",
        "slug",
        texts_of(Position, "event", "paraphrase", "quote"),
        covers=("Position.paraphrase", "Position.quote"),
    )
    kind = Column("kind")
    cameo_code = Column("cameo_code", exact=True)
    class_ = Condition(_CLASS, lambda value, asked: kinds_of([value]))
    class__in = Condition(Many(_CLASS), lambda values, asked: kinds_of(values))
    class__not = Condition(opposite(_CLASS), lambda value, asked: ~kinds_of([value]))
    class__in__not = Condition(opposite(Many(_CLASS)), lambda values, asked: ~kinds_of(values))
    title = Column("title")
    summary = Column("summary")
    note = Column("note")
    modality = Column("modality")
    happened_on = Column("happened_on")
    overlaps = overlapping("happened")
    time = Column("time")
    place = Column("place", "Words in the name of the place.", bare="icontains")
    actor = Column("participations__actor", "Who took part.")
    role = Column("participations__role", "In which role the actor took part.")
    capacity_body = Column("participations__capacity__body", "The body in whose office the actor took part.")
    speaker = Condition(Slug("Who spoke: a speaker, or the holder of a position.", Actor), _speaker)
    accused = Condition(Slug("Who was accused, of a violation or of anything else.", Actor), _accused)
    stance = Column("positions__stance", "What a position does with its subject.")
    holder = Column("positions__holder", "Who holds a position.")
    about = Column("positions__actor", "The actor that a position is about.")
    paraphrase = Column("positions__paraphrase")
    quote = Column("positions__quote")
    audience = Column("positions__audience")
    reference = Column("references__kind", "Why it names something without changing it.")
    order = _subject("order", Order, "An order it concerns, or one of whose measures it concerns.")
    measure = _subject("measure", Measure, "A measure it concerns.")
    agreement = _subject("agreement", Agreement, "An agreement it concerns, or one of whose commitments it concerns.")
    commitment = _subject("commitment", Commitment, "A commitment it concerns.")
    violation = _subject("violation", Violation, "A violation it concerns.")
    verb = Column("effects__verb", "What it did to a subject.")
    effective_on = Column("effects__effective_on")
    until = Column("effects__until")
    by_order = Column("effects__by_order", "The order by which it did so.")
    by_agreement = Column("effects__by_agreement", "The agreement by which it did so.")
    party = Column("effects__party", "The party whose standing it changed, or who claims or denies.")
    in_part = Column("effects__in_part")
    contested = Column("effects__contested")
    provision = Column("effects__provision")
    milestone = Column("effects__milestone")
    condition = Column("effects__condition")
    fulfilled_by = Column("effects__fulfilled_by")
    vote_body = Column("votes__body")
    votes_for = Column("votes__votes_for")
    votes_against = Column("votes__votes_against")
    abstaining = Column("votes__abstaining")
    absent = Column("votes__absent")
    adopted = Column("votes__adopted")
    vote_document = Column("votes__document", exact=True)
    member = Column("ballots__member", "Who voted, by name.")
    choice = Column("ballots__choice", "How a named member voted.")
    measured_commitment = Column("measurements__commitment", "Against which commitment something was measured.")
    measured_violation = Column("measurements__violation", "Of which violation a measurement is evidence.")
    metric = Column("measurements__metric")
    measured_value = Column("measurements__value", "The value that was measured.")
    measured_unit = Column("measurements__unit", exact=True)
    measured_limit = Column("measurements__limit", "The limit at the time of the measurement.")
    observed_on = Column("measurements__observed_on")
    measured_by = Column("measurements__measured_by", "Who measured it.")
    report_number = Column("measurements__report_number", exact=True)
    penalty_violation = Column("penalties__violation", "For which violation a penalty was imposed.")
    penalty = Column("penalties__kind", "How a penalty came to be owed.")
    penalty_amount = Column("penalties__amount", "The sum of a penalty.")
    penalty_currency = Column("penalties__currency", exact=True)
    payer = Column("penalties__payer", "Who owes a penalty.")
    penalty_authority = Column("penalties__authorities", "Who imposed a penalty.")
    source = cited("event")

    def rows(self) -> QuerySet[Any]:
        """Return the appearances that stand for the events found, where these tell all that is asked; else the events.

        They are of the present. Each has the slug of its event, and its rendering.
        """
        if "actor" not in self.filters or not self.filters.keys() <= _OF_APPEARANCES or self.instant is not None:
            return super().rows()
        own = (found.condition(self.given[name], self) for name, found in self.filters.items() if name != "actor")
        rows = Appearance.objects.filter(*own, actor=self.given["actor"])
        return rows.annotate(rendering=F("event__rendering"))

    def related(self, name: str, condition: Q) -> Q:
        """Return the condition that one related row meets all of a condition, and is about what is asked for."""
        model = {"effects": Effect, "positions": Position}.get(name)
        if model is not None:
            for subject in _PATHS:
                if subject in self.given:
                    condition &= _leads(subject, self.given[subject], model)
        if name == "positions" and "speaker" in self.given:
            condition &= Q(holder=self.given["speaker"])
        return super().related(name, condition)
