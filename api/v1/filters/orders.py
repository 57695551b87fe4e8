"""The parameters of the list of orders."""

from api.v1.filters.columns import FilterColumn
from api.v1.filters.conditions import (
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
from api.v1.filters.lists import ListParameters
from sanctions.models import Actor, Identifier, Measure, Order, OrderName
from sanctions.vocabulary import Subject


class OrderParameters(ListParameters):
    """The filters of orders. Conditions on measures must hold for one and the same measure."""

    model = Order
    renamed = {**ListParameters.renamed, "reach": "geographic_scope"}
    main_date = "dated_on"

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
    kind = FilterColumn("kind")
    title = FilterColumn("title")
    issuer = FilterColumn("issuer")
    signatory = FilterColumn("signatory")
    geographic_scope = FilterColumn("geographic_scope")
    topic = FilterColumn("topics__topic")
    program = FilterColumn("programs", "A program it belongs to.")
    summary = FilterColumn("summary")
    note = FilterColumn("note")
    dated_on = FilterColumn("dated_on", "Day of its first effect.")
    standing = standings(Subject.ORDER)
    in_force_on = in_force("In force, in whole or in part,")
    overlaps = in_force_within("In force, in whole or in part,")
    measure = FilterColumn("measures__kind", "Kind of a measure in it.")
    direction = FilterColumn("measures__direction", "Whether a measure in it restricts or relieves.")
    target = records(
        "An actor that a measure in it is aimed at, by name or as a territory.",
        Actor,
        Measure.aimed_at,
        within="measures",
        covers=("Measure.targets", "Measure.territories"),
    )
    sector = FilterColumn("measures__sectors__sector", "A sector that a measure in it applies to.")
    relation = FilterColumn("relations__kind", "What it is to another instrument.")
    to_order = FilterColumn("relations__to_order", "An order it has a relation to.")
    to_agreement = FilterColumn("relations__to_agreement", "An agreement it has a relation to.")
    relation_in_part = FilterColumn("relations__in_part")
    addressee = FilterColumn("directives__addressee", "Whom it directs to do something.")
    directive_section = FilterColumn("directives__section")
    directive_text = FilterColumn("directives__text")
    due_on = FilterColumn("directives__due_on", "By when it directs something to be done.")
    source = cited("order")
