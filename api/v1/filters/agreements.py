"""The parameters of the list of agreements."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q

from api.http.errors import Fault
from api.http.parameters import Code, Many, Slug
from api.v1.filters.base import (
    Condition,
    ListParameters,
    Parameters,
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
from api.v1.filters.columns import Column
from sanctions.models import Actor, Agreement, AgreementName, Commitment, Identifier
from sanctions.standing import standings_of
from sanctions.vocabulary import Subject


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

    model = Agreement
    when = "dated_on"

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
    kind = Column("kind")
    title = Column("title")
    summary = Column("summary")
    note = Column("note")
    dated_on = Column("dated_on", "Day of its first effect.")
    standing = standings(Subject.AGREEMENT)
    in_force_on = in_force("In effect, in whole or in part,")
    overlaps = in_force_within("In effect, in whole or in part,")
    party = Condition(Slug("An actor that ever acted under it as a party.", Actor), _party)
    party_standing = Condition(_PARTY_STANDING)
    party_standing__in = Condition(Many(_PARTY_STANDING))
    obligor = Column("commitments__obligors", "Who promised something in it.")
    verifier = Column("commitments__verifier", "Who verifies something in it.")
    source = cited("agreement")

    def contradictions(self) -> Iterable[Fault]:
        """Refuse the standing of a party without the party."""
        yield from super().contradictions()
        message = "The standing of a party needs the party: give `party` too."
        for name in ("party_standing", "party_standing__in"):
            if name in self.given and "party" not in self.given:
                yield Fault(name, self.data[name], "needs_another", message)
