"""The parameters of the list of measures."""

from __future__ import annotations

from api.v1.filters.base import ListParameters, cited, in_force, in_force_within, records, slugs, standings, texts
from api.v1.filters.columns import Column
from sanctions.models import Actor, Measure
from sanctions.vocabulary import Subject


class MeasureParameters(ListParameters):
    """What measures are asked for by."""

    model = Measure
    when = "dated_on"

    slug__in = slugs(Measure)
    search = texts(
        "Words, each found in the title, the scope, the exemptions, the section, the slug or the order's title.",
        "title",
        "scope",
        "exemptions",
        "section",
        "slug",
        "order__title",
    )
    kind = Column("kind")
    direction = Column("direction")
    title = Column("title")
    section = Column("section")
    scope = Column("scope")
    exemptions = Column("exemptions")
    order = Column("order")
    issuer = Column("order__issuer", "The body that issued the order.")
    program = Column("order__programs", "A program of the order.")
    sector = Column("sectors__sector", "A sector that it reaches.")
    target = records(
        "An actor it is aimed at, by name or as a territory.",
        Actor,
        Measure.aimed_at,
        covers=("Measure.targets", "Measure.territories"),
    )
    dated_on = Column("order__dated_on", "Day of the order's first effect.")
    standing = standings(Subject.MEASURE)
    in_force_on = in_force("In force, in whole or in part,")
    overlaps = in_force_within("In force, in whole or in part,")
    source = cited("order", "order")
