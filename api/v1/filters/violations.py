"""The parameters of the list of violations."""

from __future__ import annotations

from django.db.models import Q

from api.http.parameters import Slug
from api.v1.filters.base import (
    Condition,
    ListParameters,
    Parameters,
    among,
    cited,
    overlapping,
    slugs,
    standings,
    texts,
)
from api.v1.filters.columns import Column
from sanctions.models import Actor, Agreement, Violation
from sanctions.vocabulary import Subject


def _claimed_by(value: Actor, asked: Parameters) -> Q:
    return among(asked.queryset.claimed_by(value), "pk")


def _denied_by(value: Actor, asked: Parameters) -> Q:
    return among(asked.queryset.denied_by(value), "pk")


def _under(value: Agreement, asked: Parameters) -> Q:
    return Q(agreement=value) | Q(commitment__agreement=value)


class ViolationParameters(ListParameters):
    """What violations are asked for by. What is breached must be one and the same provision."""

    model = Violation
    when = "committed_on"

    slug__in = slugs(Violation)
    search = texts(
        "Words, each found in the title, the summary, the number of the report or the slug.",
        "title",
        "summary",
        "report_number",
        "slug",
    )
    title = Column("title")
    accused = Column("accused", "Who is said to have done it.")
    claimed_by = Condition(Slug("Who alleges, reports or found it.", Actor), _claimed_by)
    denied_by = Condition(Slug("Who denies or disputes it.", Actor), _denied_by)
    commitment = Column("against__commitment", "The commitment that is said to be breached.")
    agreement = Column(
        "against__agreement",
        "The agreement as a whole that is said to be breached; see `under` for its commitments too.",
    )
    order = Column("against__order", "The order that is said to be breached.")
    provision_section = Column("against__section", "The paragraph or section that is said to be breached.")
    under = Condition(
        Slug("The agreement that, or one of whose commitments, is said to be breached.", Agreement),
        _under,
        within="against",
    )
    gravity = Column("gravity")
    committed_on = Column("committed_on", "When it is said to have happened.")
    overlaps = overlapping("committed")
    report_number = Column("report_number", exact=True)
    summary = Column("summary")
    note = Column("note")
    standing = standings(Subject.VIOLATION)
    source = cited("violation")
