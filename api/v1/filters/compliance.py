"""The parameters of the question who kept an agreement."""

from __future__ import annotations

from api.http.parameters import Code, Many, Slug, Slugs
from api.v1.filters.base import Condition, Parameters
from sanctions.models import Actor, Commitment
from sanctions.questions.compliance import Narrowing
from sanctions.standing import standings_of
from sanctions.vocabulary import Subject

_OBLIGOR = Slug("Who promised it; also narrows the accusations to theirs.", Actor)
_COMMITMENT = Slug("The commitment; also narrows the accusations to it.", Commitment)
_STANDING = Code("The obligor's standing on the day of the question.", sorted(standings_of(Subject.COMMITMENT)))


class ComplianceParameters(Parameters):
    """What the obligations under an agreement are narrowed by."""

    obligor, obligor__in = Condition(_OBLIGOR), Condition(Slugs(_OBLIGOR))
    commitment, commitment__in = Condition(_COMMITMENT), Condition(Slugs(_COMMITMENT))
    standing, standing__in = Condition(_STANDING), Condition(Many(_STANDING))


def narrowing(asked: Parameters) -> Narrowing:
    """Return what the parameters narrow the answer to."""
    return Narrowing(asked.keys_of("obligor"), asked.keys_of("commitment"), asked.allowed("standing"))
