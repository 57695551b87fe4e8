"""The parameters of the list of agreements."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from api.errors import Fault
from api.parameters import Code, Many, Slug
from api.v1.filters.base import (
    Condition,
    ListParameters,
    Parameters,
    among,
    cited,
    codes,
    dates,
    identifiers,
    in_force,
    records,
    slugs,
    standings,
    texts,
    texts_of,
)
from sanctions.models import Actor, Agreement, AgreementName, Commitment, Identifier
from sanctions.standing import standings_of
from sanctions.vocabulary import AgreementKind, Subject


def _party(value: Actor, asked: Parameters) -> Q:
    """Return the condition on agreements of a party; with its standing where that is asked for."""
    rows = asked.queryset
    wanted = [*asked.given.get("party_standing__in", []), *filter(None, [asked.given.get("party_standing")])]
    if wanted:
        return among(rows.with_party_standing(asked.day, value).filter(party_standing__in=wanted), "pk")
    return among(rows.with_party(value), "pk")


_PARTY_STANDING = Code(
    "The standing of the `party` on the day of the question (`as_of`).", sorted(standings_of(Subject.PARTY))
)


class AgreementParameters(ListParameters):
    """What agreements are asked for by."""

    within = {"commitment": (Commitment.objects.all, "agreement")}

    slug__in = slugs(Agreement)
    search = texts(
        "Words, each found in the title, a name, an identifier, the summary, a commitment or the slug.",
        "title",
        "summary",
        "slug",
        texts_of(AgreementName, "agreement", "text"),
        texts_of(Identifier, "agreement", "value"),
        texts_of(Commitment, "agreement", "text"),
    )
    identifier = identifiers("agreement")
    kind, kind__in = codes("Kind of agreement.", AgreementKind, "kind")
    dated_on, dated_on__gte, dated_on__lte = dates("Day of its first effect", "dated_on")
    standing, standing__in = standings(Subject.AGREEMENT)
    in_force_on = in_force("In effect, in whole or in part,")
    party = Condition(Slug("An actor that ever acted under it as a party.", Actor), _party)
    party_standing = Condition(_PARTY_STANDING)
    party_standing__in = Condition(Many(_PARTY_STANDING))
    obligor, obligor__in = records("Who promised something in it.", Actor, "obligors", within="commitment")
    verifier, verifier__in = records("Who verifies something in it.", Actor, "verifier", within="commitment")
    source = cited("agreement")

    def contradictions(self) -> Iterable[Fault]:
        """Refuse the standing of a party without the party."""
        message = "The standing of a party needs the party: give `party` too."
        for name in ("party_standing", "party_standing__in"):
            if name in self.given and "party" not in self.given:
                yield Fault(name, self.data[name], "needs_another", message)
