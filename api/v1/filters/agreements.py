"""The parameters of the list of agreements."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from api.http.parameters.base import ListOf
from api.http.parameters.records import Slug
from api.http.parameters.texts import Code
from api.http.problems import ParameterFault
from api.v1.filters.base import FilterCondition, Parameters
from api.v1.filters.columns import FilterColumn
from api.v1.filters.conditions import (
    among,
    cited,
    identifiers,
    in_force,
    in_force_within,
    slugs,
    standings,
    texts,
    texts_of,
)
from api.v1.filters.lists import ListParameters
from sanctions.models import Actor, Agreement, AgreementName, Commitment, Identifier
from sanctions.standing import standings_of
from sanctions.vocabulary import Subject


def _party(value: Actor, parameters: Parameters) -> Q:
    """Return the condition on agreements of a party, with a standing of the party if ``party_standing`` is given."""
    rows, given = parameters.queryset, parameters.given
    standings = [*given.get("party_standing__in", []), *filter(None, [given.get("party_standing")])]
    if standings:
        return among(rows.with_party_standing(parameters.day, value).filter(party_standing__in=standings), "pk")
    return among(rows.with_party(value), "pk")


_PARTY_STANDING = Code(
    "The standing of the `party` on the day of the question (`as_of`).", sorted(standings_of(Subject.PARTY))
)


class AgreementParameters(ListParameters):
    """The filters of agreements."""

    model = Agreement
    main_date = "dated_on"

    slug__in = slugs(Agreement)
    search = texts(
        "Words, each found in the title, a name, an identifier, the summary, a commitment or the slug.",
        "title",
        "summary",
        "slug",
        texts_of(AgreementName, "agreement", "text"),
        texts_of(Identifier, "agreement", "value"),
        texts_of(Commitment, "agreement", "text"),
        covers=("AgreementName.text", "Commitment.text"),
    )
    identifier = identifiers("agreement")
    kind = FilterColumn("kind")
    title = FilterColumn("title")
    summary = FilterColumn("summary")
    note = FilterColumn("note")
    dated_on = FilterColumn("dated_on", "Day of its first effect.")
    standing = standings(Subject.AGREEMENT)
    in_force_on = in_force("In effect, in whole or in part,")
    overlaps = in_force_within("In effect, in whole or in part,")
    party = FilterCondition(Slug("An actor that ever acted under it as a party.", Actor), _party)
    party_standing = FilterCondition(_PARTY_STANDING)
    party_standing__in = FilterCondition(ListOf(_PARTY_STANDING))
    obligor = FilterColumn("commitments__obligors", "Who promised something in it.")
    verifier = FilterColumn("commitments__verifier", "Who verifies something in it.")
    source = cited("agreement")

    def contradictions(self) -> Iterable[ParameterFault]:
        yield from super().contradictions()
        message = "This is the standing of a party: give `party` too."
        for name in ("party_standing", "party_standing__in"):
            if name in self.given and "party" not in self.given:
                yield ParameterFault(name, self.data[name], "needs_another", message)
