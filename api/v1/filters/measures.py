"""The parameters of the list of measures."""

from __future__ import annotations

from api.parameters import Code
from api.v1.filters.base import (
    Condition,
    ListParameters,
    cited,
    codes,
    dates,
    in_force,
    records,
    slugs,
    standings,
    texts,
)
from sanctions.models import Actor, Measure, MeasureSector, Order, Program
from sanctions.vocabulary import MeasureDirection, MeasureKind, Sector, Subject


class MeasureParameters(ListParameters):
    """What measures are asked for by."""

    within = {
        "sector": (MeasureSector.objects.all, "measure"),
        "program": (Order.programs.through.objects.all, "order__measures"),
    }

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
    kind, kind__in = codes("Kind of measure.", MeasureKind, "kind")
    direction = Condition(Code("Whether it restricts or relieves.", MeasureDirection), "direction")
    order, order__in = records("The order that contains it.", Order, "order")
    issuer, issuer__in = records("The body that issued the order.", Actor, "order__issuer")
    program, program__in = records("A program of the order.", Program, "program", within="program")
    sector, sector__in = codes("A sector that it reaches.", Sector, "sector", within="sector")
    target, target__in = records("An actor it is aimed at, by name or as a territory.", Actor, Measure.aimed_at)
    dated_on, dated_on__gte, dated_on__lte = dates("Day of the order's first effect", "order__dated_on")
    standing, standing__in = standings(Subject.MEASURE)
    in_force_on = in_force("In force, in whole or in part,")
    source = cited("order", "order")
