"""The parameters of the list of commitments."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from api.http.parameters import Switch
from api.v1.filters.base import (
    Condition,
    ListParameters,
    Parameters,
    cited,
    in_force,
    overlapping,
    slugs,
    standings,
    texts,
)
from api.v1.filters.columns import Column
from sanctions.models import Commitment
from sanctions.vocabulary import Subject


def _measurable(value: bool, asked: Parameters) -> Q:
    return Q(limit__isnull=not value)


class CommitmentParameters(ListParameters):
    """What commitments are asked for by. With ``obligor`` the standing asked for is that of the obligor."""

    model = Commitment
    when = "starts_on"

    slug__in = slugs(Commitment)
    search = texts(
        "Words, each found in the text, the metric, the paragraph, the slug or the agreement's title.",
        "text",
        "metric",
        "paragraph",
        "slug",
        "agreement__title",
    )
    agreement = Column("agreement")
    obligor = Column("obligors", "Who promised it.")
    verifier = Column("verifier")
    text = Column("text")
    paragraph = Column("paragraph")
    metric = Column("metric")
    measurable = Condition(Switch("Whether it has a limit that can be measured."), _measurable)
    comparator = Column("comparator")
    limit_value = Column("limit")
    unit = Column("unit", exact=True)
    equivalent_limit = Column("equivalent_limit")
    equivalent_unit = Column("equivalent_unit", exact=True)
    starts_on = Column("starts_on", "Start as agreed.")
    sunset_on = Column("sunset_on", "Sunset as agreed.")
    overlaps = overlapping("starts", "sunset")
    duration = Column("duration")
    in_return_for = Column("in_return_for", "A commitment of others that it is owed for.")
    note = Column("note")
    standing = standings(Subject.COMMITMENT)
    in_force_on = in_force("Binding, performed or not,")
    source = cited("agreement", "agreement")

    def with_standing(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Annotate the rows with their standing on the day of the question, of the obligor if one is given."""
        day: date = self.day
        rows: QuerySet[Any] = queryset.with_standing(day, self.given.get("obligor"))  # type: ignore[attr-defined]
        return rows
