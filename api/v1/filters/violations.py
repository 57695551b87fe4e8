"""The parameters of the list of violations."""

from __future__ import annotations

from django.db.models import Q

from api.parameters import Slug
from api.v1.filters.base import (
    Condition,
    ListParameters,
    Parameters,
    among,
    cited,
    codes,
    dates,
    records,
    slugs,
    standings,
    texts,
)
from sanctions.models import Actor, Agreement, Commitment, Order, Provision, Violation
from sanctions.vocabulary import Gravity, Subject


def _claimed_by(value: Actor, asked: Parameters) -> Q:
    return among(asked.queryset.claimed_by(value), "pk")


def _denied_by(value: Actor, asked: Parameters) -> Q:
    return among(asked.queryset.denied_by(value), "pk")


def _under(value: Agreement, asked: Parameters) -> Q:
    return Q(agreement=value) | Q(commitment__agreement=value)


class ViolationParameters(ListParameters):
    """What violations are asked for by. What is breached must be one and the same provision."""

    within = {
        "against": (Provision.objects.all, "violation"),
        "accused": (Violation.accused.through.objects.all, "violation"),
    }

    slug__in = slugs(Violation)
    search = texts(
        "Words, each found in the title, the summary, the number of the report or the slug.",
        "title",
        "summary",
        "report_number",
        "slug",
    )
    accused, accused__in = records("Who is said to have done it.", Actor, "actor", within="accused")
    claimed_by = Condition(Slug("Who alleges, reports or found it.", Actor), _claimed_by)
    denied_by = Condition(Slug("Who denies or disputes it.", Actor), _denied_by)
    commitment, commitment__in = records(
        "The commitment that is said to be breached.", Commitment, "commitment", within="against"
    )
    agreement, agreement__in = records(
        "The agreement as a whole that is said to be breached; see `under` for its commitments too.",
        Agreement,
        "agreement",
        within="against",
    )
    order, order__in = records("The order that is said to be breached.", Order, "order", within="against")
    under = Condition(
        Slug("The agreement that, or one of whose commitments, is said to be breached.", Agreement),
        _under,
        within="against",
    )
    gravity, gravity__in = codes("How grave its source judges it.", Gravity, "gravity")
    committed_on, committed_on__gte, committed_on__lte = dates(
        "When it is said to have happened", "committed_earliest", "committed_latest"
    )
    standing, standing__in = standings(Subject.VIOLATION)
    source = cited("violation")
