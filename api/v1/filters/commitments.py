"""The parameters of the list of commitments."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from api.http.parameters.texts import Switch
from api.v1.filters.base import FilterCondition, Parameters
from api.v1.filters.columns import FilterColumn
from api.v1.filters.conditions import cited, in_force, overlapping, slugs, standings, texts
from api.v1.filters.lists import ListParameters
from sanctions.models import Commitment
from sanctions.vocabulary import Subject


def _measurable(value: bool, parameters: Parameters) -> Q:
    return Q(limit__isnull=not value)


class CommitmentParameters(ListParameters):
    """The filters of commitments. With ``obligor`` the standing is that of the obligor."""

    model = Commitment
    main_date = "starts_on"

    slug__in = slugs(Commitment)
    search = texts(
        "Words, each found in the text, the metric, the paragraph, the slug or the agreement's title.",
        "text",
        "metric",
        "paragraph",
        "slug",
        "agreement__title",
    )
    agreement = FilterColumn("agreement")
    obligor = FilterColumn("obligors", "Who promised it.")
    verifier = FilterColumn("verifier")
    text = FilterColumn("text")
    paragraph = FilterColumn("paragraph")
    metric = FilterColumn("metric")
    measurable = FilterCondition(Switch("Whether it has a limit that can be measured."), _measurable)
    comparator = FilterColumn("comparator")
    limit_value = FilterColumn("limit")
    unit = FilterColumn("unit", exact=True)
    equivalent_limit = FilterColumn("equivalent_limit")
    equivalent_unit = FilterColumn("equivalent_unit", exact=True)
    starts_on = FilterColumn("starts_on", "Start as agreed.")
    sunset_on = FilterColumn("sunset_on", "Sunset as agreed.")
    overlaps = overlapping("starts", "sunset")
    duration = FilterColumn("duration")
    in_return_for = FilterColumn("in_return_for", "A commitment of others that it is owed for.")
    note = FilterColumn("note")
    standing = standings(Subject.COMMITMENT)
    in_force_on = in_force("Binding, performed or not,")
    source = cited("agreement", "agreement")

    def with_standing(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Annotate the rows with their standing on the day, for the obligor if one is given."""
        day: date = self.day
        rows: QuerySet[Any] = queryset.with_standing(day, self.given.get("obligor"))  # type: ignore[attr-defined]
        return rows
