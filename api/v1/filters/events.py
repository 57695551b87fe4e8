"""The parameters of the list of events."""

from __future__ import annotations

from collections.abc import Iterable
from functools import reduce
from operator import or_
from typing import Any, Final

from django.db.models import Case, CharField, F, Model, Q, QuerySet, Value, When

from api.http.parameters.base import ListOf
from api.http.parameters.records import Slug
from api.http.parameters.texts import Code
from api.v1.filters.base import FilterCondition, Parameters
from api.v1.filters.columns import INCLUDE_POSSIBLE, FilterColumn, opposite
from api.v1.filters.conditions import among, cited, overlapping, slugs, texts, texts_of
from api.v1.filters.lists import ListParameters
from sanctions.models import (
    SUBJECT_MODELS,
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
from sanctions.vocabulary import EVENT_CLASS, WHOLE_OF, EventClass, Role, Stance

#: The subjects of an event → the paths to them: to an order also through its measures.
_PATHS: Final = {
    str(subject): (str(subject), *(f"{part}__{subject}" for part, whole in WHOLE_OF.items() if whole is subject))
    for subject in SUBJECT_MODELS
}
#: The parameters that the table of appearances can answer too: the actor, and columns that both tables have.
_OF_APPEARANCES: Final = frozenset(
    {
        *("actor", "kind", "kind__in", "kind__not", "kind__in__not", "overlaps", "as_of", INCLUDE_POSSIBLE),
        *(f"happened_on{lookup}" for lookup in ("", "__gte", "__lte", "__range", "__overlaps")),
    }
)
_ABOUT: Final[tuple[type[Model], ...]] = (Effect, Reference, Position)


def kinds_of(classes: Iterable[str]) -> Q:
    """Return the condition on events of any of the coarse classes."""
    return Q(kind__in=[str(kind) for kind, coarse in EVENT_CLASS.items() if coarse and coarse in classes])


def _leads_to(subject: str, value: Model, model: type[Model]) -> Q:
    """Return the condition that an effect, reference or position is about a subject."""
    known = {field.name for field in model._meta.get_fields()}
    paths = [path for path in _PATHS[subject] if path.partition("__")[0] in known]
    return reduce(or_, (Q(**{path: value}) for path in paths), Q())


def _subject(name: str, model: type[Model], help_text: str) -> FilterCondition:
    """Return the filter by the subject of an effect, a reference or a position of an event.

    If the request has conditions on effects or positions too, one and the same row must meet all of them: the subject
    is then added to those (:meth:`EventParameters.any_related`).
    """

    def about(value: Any, parameters: Parameters) -> Q:
        if any(given.within in ("effects", "positions") for given in parameters.given_conditions.values()):
            return Q()
        conditions = ((rows, _leads_to(name, value, rows)) for rows in _ABOUT)
        return reduce(or_, (among(rows._default_manager.filter(leads), "event") for rows, leads in conditions if leads))

    covers = (f"{rows.__name__}.{name}" for rows in _ABOUT)
    return FilterCondition(Slug(help_text, model), about, covers=covers)


def _speaker(value: Actor, parameters: Parameters) -> Q:
    speaks = Participation.objects.filter(actor=value, role=Role.SPEAKER)
    return among(speaks, "event") | among(Position.objects.filter(holder=value), "event")


def _accused(value: Actor, parameters: Parameters) -> Q:
    accused = Participation.objects.filter(actor=value, role=Role.ACCUSED)
    blamed = Position.objects.filter(Q(actor=value) | Q(violation__accused=value), stance=Stance.ACCUSES)
    claimed = Effect.objects.filter(violation__accused=value, verb__in=ASSERTS)
    return among(accused, "event") | among(blamed, "event") | among(claimed, "event")


_CLASS: Final = Code("Coarse class of the event (PLOVER).", EventClass)
#: The facet of the coarse class.
BY_CLASS: Final = by_code(
    "Coarse class of the event (PLOVER).",
    Case(
        *(When(kinds_of([coarse]), then=Value(str(coarse))) for coarse in EventClass), output_field=CharField(null=True)
    ),
    dict(EventClass.choices),
)


class EventParameters(ListParameters):
    """The filters of events.

    Conditions on participations (``actor``, ``role``) must hold for one and the same participation; so must
    those on effects (``verb``, ``by_order``, ``by_agreement``, ``party``) and on positions (``stance``, ``about``),
    together with what they are about (``order``, ``agreement`` …) and, of a position, the ``speaker``.
    """

    model = Event
    main_date = "happened_on"
    more_facets = {"class": BY_CLASS}

    slug__in = slugs(Event)
    search = texts(
        "Words, each found in the title, the summary, the place, a paraphrase, a quote or the slug.",
        "title",
        "summary",
        "place",
        "slug",
        texts_of(Position, "event", "paraphrase", "quote"),
        covers=("Position.paraphrase", "Position.quote"),
    )
    kind = FilterColumn("kind")
    cameo_code = FilterColumn("cameo_code", exact=True)
    class_ = FilterCondition(_CLASS, lambda value, given: kinds_of([value]))
    class__in = FilterCondition(ListOf(_CLASS), lambda values, given: kinds_of(values))
    class__not = FilterCondition(opposite(_CLASS), lambda value, given: ~kinds_of([value]))
    class__in__not = FilterCondition(opposite(ListOf(_CLASS)), lambda values, given: ~kinds_of(values))
    title = FilterColumn("title")
    summary = FilterColumn("summary")
    note = FilterColumn("note")
    modality = FilterColumn("modality")
    happened_on = FilterColumn("happened_on")
    overlaps = overlapping("happened")
    time = FilterColumn("time")
    place = FilterColumn("place", "Words in the name of the place.", bare="icontains")
    actor = FilterColumn("participations__actor", "Who took part.")
    role = FilterColumn("participations__role", "In which role the actor took part.")
    capacity_body = FilterColumn("participations__capacity__body", "The body in whose office the actor took part.")
    speaker = FilterCondition(Slug("Who spoke: a speaker, or the holder of a position.", Actor), _speaker)
    accused = FilterCondition(Slug("Who was accused, of a violation or of anything else.", Actor), _accused)
    stance = FilterColumn("positions__stance", "What a position does with its subject.")
    holder = FilterColumn("positions__holder", "Who holds a position.")
    about = FilterColumn("positions__actor", "The actor that a position is about.")
    paraphrase = FilterColumn("positions__paraphrase")
    quote = FilterColumn("positions__quote")
    audience = FilterColumn("positions__audience")
    reference = FilterColumn("references__kind", "Why it names something without changing it.")
    order = _subject("order", Order, "An order it concerns, or one of whose measures it concerns.")
    measure = _subject("measure", Measure, "A measure it concerns.")
    agreement = _subject("agreement", Agreement, "An agreement it concerns, or one of whose commitments it concerns.")
    commitment = _subject("commitment", Commitment, "A commitment it concerns.")
    violation = _subject("violation", Violation, "A violation it concerns.")
    verb = FilterColumn("effects__verb", "What it did to a subject.")
    effective_on = FilterColumn("effects__effective_on")
    until = FilterColumn("effects__until")
    by_order = FilterColumn("effects__by_order", "The order by which it did so.")
    by_agreement = FilterColumn("effects__by_agreement", "The agreement by which it did so.")
    party = FilterColumn("effects__party", "The party whose standing it changed, or who claims or denies.")
    in_part = FilterColumn("effects__in_part")
    contested = FilterColumn("effects__contested")
    provision = FilterColumn("effects__provision")
    milestone = FilterColumn("effects__milestone")
    condition = FilterColumn("effects__condition")
    fulfilled_by = FilterColumn("effects__fulfilled_by")
    vote_body = FilterColumn("votes__body")
    votes_for = FilterColumn("votes__votes_for")
    votes_against = FilterColumn("votes__votes_against")
    abstaining = FilterColumn("votes__abstaining")
    absent = FilterColumn("votes__absent")
    adopted = FilterColumn("votes__adopted")
    vote_document = FilterColumn("votes__document", exact=True)
    member = FilterColumn("ballots__member", "Who voted, by name.")
    choice = FilterColumn("ballots__choice", "How a named member voted.")
    measured_commitment = FilterColumn("measurements__commitment", "Against which commitment something was measured.")
    measured_violation = FilterColumn("measurements__violation", "Of which violation a measurement is evidence.")
    metric = FilterColumn("measurements__metric")
    measured_value = FilterColumn("measurements__value", "The value that was measured.")
    measured_unit = FilterColumn("measurements__unit", exact=True)
    measured_limit = FilterColumn("measurements__limit", "The limit at the time of the measurement.")
    observed_on = FilterColumn("measurements__observed_on")
    measured_by = FilterColumn("measurements__measured_by", "Who measured it.")
    report_number = FilterColumn("measurements__report_number", exact=True)
    penalty_violation = FilterColumn("penalties__violation", "For which violation a penalty was imposed.")
    penalty = FilterColumn("penalties__kind", "How a penalty came to be owed.")
    penalty_amount = FilterColumn("penalties__amount", "The sum of a penalty.")
    penalty_currency = FilterColumn("penalties__currency", exact=True)
    payer = FilterColumn("penalties__payer", "Who owes a penalty.")
    penalty_authority = FilterColumn("penalties__authorities", "Who imposed a penalty.")
    source = cited("event")

    def rows(self) -> QuerySet[Any]:
        """Return appearances in place of events where the request filters by columns of that table only.

        An appearance has the slug and the rendering of its event. The table has no past, so not with an instant.
        """
        if (
            "actor" not in self.given_conditions
            or not self.given_conditions.keys() <= _OF_APPEARANCES
            or self.instant is not None
        ):
            return super().rows()
        conditions = (
            given.condition(self.given[name], self) for name, given in self.given_conditions.items() if name != "actor"
        )
        rows = Appearance.objects.filter(*conditions, actor=self.given["actor"])
        return rows.annotate(rendering=F("event__rendering"))

    def any_related(self, name: str, condition: Q) -> Q:
        """Return the condition that one related row meets all of a condition, and is about the given subjects."""
        model = {"effects": Effect, "positions": Position}.get(name)
        if model is not None:
            for subject in _PATHS:
                if subject in self.given:
                    condition &= _leads_to(subject, self.given[subject], model)
        if name == "positions" and "speaker" in self.given:
            condition &= Q(holder=self.given["speaker"])
        return super().any_related(name, condition)
