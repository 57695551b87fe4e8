"""The parameters of the list of orders."""

from api.v1.filters.base import (
    ListParameters,
    cited,
    identifiers,
    in_force,
    in_force_within,
    records,
    slugs,
    standings,
    texts,
    texts_of,
)
from api.v1.filters.columns import Column
from sanctions.models import Actor, Identifier, Measure, Order, OrderName
from sanctions.vocabulary import Subject


class OrderParameters(ListParameters):
    """What orders are asked for by. Conditions on measures must hold of one and the same measure."""

    model = Order
    when = "dated_on"

    slug__in = slugs(Order)
    search = texts(
        "Words, each found in the title, a name, an identifier, the summary or the slug.",
        "title",
        "summary",
        "slug",
        texts_of(OrderName, "order", "text"),
        texts_of(Identifier, "order", "value"),
        covers=("OrderName.text",),
    )
    identifier = identifiers("order")
    kind = Column("kind")
    title = Column("title")
    issuer = Column("issuer")
    signatory = Column("signatory")
    reach = Column("reach")
    topic = Column("topics__topic")
    program = Column("programs", "A program it belongs to.")
    summary = Column("summary")
    note = Column("note")
    dated_on = Column("dated_on", "Day of its first effect.")
    standing = standings(Subject.ORDER)
    in_force_on = in_force("In force, in whole or in part,")
    overlaps = in_force_within("In force, in whole or in part,")
    measure = Column("measures__kind", "Kind of a measure in it.")
    direction = Column("measures__direction", "Whether a measure in it restricts or relieves.")
    target = records(
        "An actor that a measure in it is aimed at, by name or as a territory.",
        Actor,
        Measure.aimed_at,
        within="measures",
        covers=("Measure.targets", "Measure.territories"),
    )
    sector = Column("measures__sectors__sector", "A sector that a measure in it reaches.")
    relation = Column("relations__kind", "What it is to another instrument.")
    to_order = Column("relations__to_order", "An order it has a relation to.")
    to_agreement = Column("relations__to_agreement", "An agreement it has a relation to.")
    relation_in_part = Column("relations__in_part")
    addressee = Column("directives__addressee", "Whom it directs to do something.")
    directive_section = Column("directives__section")
    directive_text = Column("directives__text")
    due_on = Column("directives__due_on", "By when it directs something to be done.")
    source = cited("order")
