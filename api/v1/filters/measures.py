"""The parameters of the list of measures."""

from __future__ import annotations

from api.v1.filters.columns import FilterColumn
from api.v1.filters.conditions import cited, in_force, in_force_within, records, slugs, standings, texts
from api.v1.filters.lists import ListParameters
from sanctions.models import Actor, Measure
from sanctions.vocabulary import Subject


class MeasureParameters(ListParameters):
    """The filters of measures."""

    model = Measure
    main_date = "dated_on"

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
    kind = FilterColumn("kind")
    direction = FilterColumn("direction")
    title = FilterColumn("title")
    section = FilterColumn("section")
    scope = FilterColumn("scope")
    exemptions = FilterColumn("exemptions")
    order = FilterColumn("order")
    issuer = FilterColumn("order__issuer", "The body that issued the order.")
    program = FilterColumn("order__programs", "A program of the order.")
    sector = FilterColumn("sectors__sector", "A sector that it applies to.")
    target = records(
        "An actor it is aimed at, by name or as a territory.",
        Actor,
        Measure.aimed_at,
        covers=("Measure.targets", "Measure.territories"),
    )
    dated_on = FilterColumn("order__dated_on", "Day of the order's first effect.")
    standing = standings(Subject.MEASURE)
    in_force_on = in_force("In force, in whole or in part,")
    overlaps = in_force_within("In force, in whole or in part,")
    source = cited("order", "order")
