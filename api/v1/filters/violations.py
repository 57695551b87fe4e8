"""The parameters of the list of violations."""

from __future__ import annotations

from django.db.models import Q

from api.http.parameters.records import Slug
from api.v1.filters.base import FilterCondition, Parameters
from api.v1.filters.columns import FilterColumn
from api.v1.filters.conditions import among, cited, overlapping, slugs, standings, texts
from api.v1.filters.lists import ListParameters
from sanctions.models import Actor, Agreement, Violation
from sanctions.vocabulary import Subject


def _claimed_by(value: Actor, parameters: Parameters) -> Q:
    return among(parameters.queryset.claimed_by(value), "pk")


def _denied_by(value: Actor, parameters: Parameters) -> Q:
    return among(parameters.queryset.denied_by(value), "pk")


def _under_agreement(value: Agreement, parameters: Parameters) -> Q:
    return Q(agreement=value) | Q(commitment__agreement=value)


class ViolationParameters(ListParameters):
    """The filters of violations. Conditions on what is breached must hold for one and the same provision."""

    model = Violation
    renamed = {**ListParameters.renamed, "under": "under_agreement"}
    main_date = "committed_on"

    slug__in = slugs(Violation)
    search = texts(
        "Words, each found in the title, the summary, the number of the report or the slug.",
        "title",
        "summary",
        "report_number",
        "slug",
    )
    title = FilterColumn("title")
    accused = FilterColumn("accused", "The actor that is accused.")
    claimed_by = FilterCondition(Slug("Who alleges, reports or finds it.", Actor), _claimed_by)
    denied_by = FilterCondition(Slug("Who denies or disputes it.", Actor), _denied_by)
    commitment = FilterColumn("against__commitment", "The commitment that is claimed to be breached.")
    agreement = FilterColumn(
        "against__agreement",
        "The agreement as a whole that is claimed to be breached; `under_agreement` includes its commitments.",
    )
    order = FilterColumn("against__order", "The order that is claimed to be breached.")
    provision_section = FilterColumn("against__section", "The paragraph or section that is claimed to be breached.")
    under_agreement = FilterCondition(
        Slug("An agreement that is claimed to be breached, as a whole or in one of its commitments.", Agreement),
        _under_agreement,
        within="against",
    )
    gravity = FilterColumn("gravity")
    committed_on = FilterColumn("committed_on", "When it is claimed to have happened.")
    overlaps = overlapping("committed")
    report_number = FilterColumn("report_number", exact=True)
    summary = FilterColumn("summary")
    note = FilterColumn("note")
    standing = standings(Subject.VIOLATION)
    source = cited("violation")
