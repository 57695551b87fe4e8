"""The parameters of explained standings."""

from api.http.parameters.records import Slug
from api.v1.filters.base import FilterCondition, Parameters
from sanctions.models import Actor


class AgreementReasonsParameters(Parameters):
    """The day, and the party whose standing under the agreement is explained."""

    party = FilterCondition(Slug("One actor, whether or not it was ever a party. Every party by default.", Actor))


class CommitmentReasonsParameters(Parameters):
    """The day, and the obligor for whom the standing of the commitment is explained."""

    obligor = FilterCondition(Slug("One of those who promised it. All of them by default.", Actor))
