"""The parameters of the list of commitments."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.db.models import Q, QuerySet

from api.parameters import Code, Switch
from api.v1.filters.base import (
    Condition,
    ListParameters,
    Parameters,
    cited,
    dates,
    in_force,
    records,
    slugs,
    standings,
    texts,
)
from sanctions.models import Actor, Agreement, Commitment
from sanctions.vocabulary import Comparator, Subject


def _measurable(value: bool, asked: Parameters) -> Q:
    return Q(limit__isnull=not value)


class CommitmentParameters(ListParameters):
    """What commitments are asked for by. With ``obligor`` the standing asked for is that of the obligor."""

    within = {"obligor": (Commitment.obligors.through.objects.all, "commitment")}

    slug__in = slugs(Commitment)
    search = texts(
        "Words, each found in the text, the metric, the paragraph, the slug or the agreement's title.",
        "text",
        "metric",
        "paragraph",
        "slug",
        "agreement__title",
    )
    agreement, agreement__in = records("The agreement that contains it.", Agreement, "agreement")
    obligor, obligor__in = records("Who promised it.", Actor, "actor", within="obligor")
    verifier, verifier__in = records("Who verifies it.", Actor, "verifier")
    measurable = Condition(Switch("Whether it has a limit that can be measured."), _measurable)
    comparator = Condition(Code("How the value must stand to the limit.", Comparator), "comparator")
    starts_on, starts_on__gte, starts_on__lte = dates("Start as agreed", "starts_earliest", "starts_latest")
    sunset_on, sunset_on__gte, sunset_on__lte = dates("Sunset as agreed", "sunset_earliest", "sunset_latest")
    standing, standing__in = standings(Subject.COMMITMENT)
    in_force_on = in_force("Binding, performed or not,")
    source = cited("agreement", "agreement")

    def with_standing(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        """Annotate the rows with their standing on the day of the question, of the obligor if one is given."""
        day: date = self.day
        rows: QuerySet[Any] = queryset.with_standing(day, self.given.get("obligor"))  # type: ignore[attr-defined]
        return rows
