"""The parameters of the question why a standing is what it is."""

from api.http.parameters import Slug
from api.v1.filters.base import Condition, Parameters
from sanctions.models import Actor


class AgreementReasonsParameters(Parameters):
    """The day, and whose standing under the agreement is asked for."""

    party = Condition(Slug("One actor, whether it ever was a party or not. Each party unless given.", Actor))


class CommitmentReasonsParameters(Parameters):
    """The day, and for whom the commitment's standing is asked for."""

    obligor = Condition(Slug("One of those who promised it. Each of them unless given.", Actor))
