"""The parameters of the list of orders."""

from api.parameters import Code, Slug
from api.v1.filters.base import (
    Condition,
    ListParameters,
    cited,
    codes,
    dates,
    identifiers,
    in_force,
    records,
    slugs,
    standings,
    texts,
    texts_of,
)
from sanctions.models import (
    Actor,
    Agreement,
    Directive,
    Identifier,
    Measure,
    Order,
    OrderName,
    OrderTopic,
    Program,
    Relation,
)
from sanctions.vocabulary import (
    MeasureDirection,
    MeasureKind,
    OrderKind,
    Reach,
    RelationKind,
    Sector,
    Subject,
    Topic,
)


class OrderParameters(ListParameters):
    """What orders are asked for by. Conditions on measures must hold of one and the same measure."""

    within = {
        "topic": (OrderTopic.objects.all, "order"),
        "program": (Order.programs.through.objects.all, "order"),
        "measure": (Measure.objects.all, "order"),
        "relation": (Relation.objects.all, "order"),
        "directive": (Directive.objects.all, "order"),
    }

    slug__in = slugs(Order)
    search = texts(
        "Words, each found in the title, a name, an identifier, the summary or the slug.",
        "title",
        "summary",
        "slug",
        texts_of(OrderName, "order", "text"),
        texts_of(Identifier, "order", "value"),
    )
    identifier = identifiers("order")
    kind, kind__in = codes("Kind of instrument.", OrderKind, "kind")
    issuer, issuer__in = records("The body that issued it.", Actor, "issuer")
    signatory, signatory__in = records("Who signed it.", Actor, "signatory")
    reach, reach__in = codes("Whom it concerns.", Reach, "reach")
    topic, topic__in = codes("What it is about.", Topic, "topic", within="topic")
    program, program__in = records("A program it belongs to.", Program, "program", within="program")
    dated_on, dated_on__gte, dated_on__lte = dates("Day of its first effect", "dated_on")
    standing, standing__in = standings(Subject.ORDER)
    in_force_on = in_force("In force, in whole or in part,")
    measure, measure__in = codes("Kind of a measure in it.", MeasureKind, "kind", within="measure")
    direction = Condition(
        Code("Whether a measure in it restricts or relieves.", MeasureDirection), "direction", within="measure"
    )
    target, target__in = records(
        "An actor that a measure in it is aimed at, by name or as a territory.",
        Actor,
        Measure.aimed_at,
        within="measure",
    )
    sector, sector__in = codes("A sector that a measure in it reaches.", Sector, "sectors__sector", within="measure")
    relation = Condition(Code("What it is to another instrument.", RelationKind), "kind", within="relation")
    to_order = Condition(Slug("An order it has a relation to.", Order), "to_order", within="relation")
    to_agreement = Condition(Slug("An agreement it has a relation to.", Agreement), "to_agreement", within="relation")
    addressee = Condition(Slug("Whom it directs to do something.", Actor), "addressee", within="directive")
    source = cited("order")
