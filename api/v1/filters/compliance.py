"""The parameters of the compliance with an agreement."""

from __future__ import annotations

from api.http.parameters.base import ListOf
from api.http.parameters.records import Slug, Slugs
from api.http.parameters.texts import Code
from api.v1.filters.base import FilterCondition, Parameters
from sanctions.models import Actor, Commitment
from sanctions.questions.compliance import ComplianceFilter
from sanctions.standing import standings_of
from sanctions.vocabulary import Subject

_OBLIGOR = Slug("Who promised it; also narrows the accusations to theirs.", Actor)
_COMMITMENT = Slug("The commitment; also narrows the accusations to it.", Commitment)
_STANDING = Code("The obligor's standing on the day of the question.", sorted(standings_of(Subject.COMMITMENT)))


class ComplianceParameters(Parameters):
    """The filters of the obligations under an agreement."""

    obligor, obligor__in = FilterCondition(_OBLIGOR), FilterCondition(Slugs(_OBLIGOR))
    commitment, commitment__in = FilterCondition(_COMMITMENT), FilterCondition(Slugs(_COMMITMENT))
    standing, standing__in = FilterCondition(_STANDING), FilterCondition(ListOf(_STANDING))


def narrowing(parameters: Parameters) -> ComplianceFilter:
    """Return the filters of the obligations."""
    return ComplianceFilter(
        parameters.keys_of("obligor"), parameters.keys_of("commitment"), parameters.allowed("standing")
    )
