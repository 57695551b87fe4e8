"""Random effects on a few rows of every kind of subject."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Model
from hypothesis import strategies as st

from sanctions import edtf
from sanctions.models import Actor, Agreement, Commitment, Effect, Event, Measure, Order, Violation
from sanctions.standing import FLOWS, TABLE, prolongable, prolonging
from sanctions.vocabulary import Modality, State, Subject

BEGINS = [
    "2020-01-02",
    "2020-01-03",
    "2020-01-04",
    "2020-01-05",
    "2020-01-01/2020-01-03",
    "2020-01-02/2020-01-05",
    "2020-01",
    "../2020-01-04",
    "2020-01-03/..",
]
ENDS = ["", "", "2020-01-04", "2020-01-05", "2020-01-06", "2020-01-03/2020-01-06", "2020-01-05/.."]


@dataclass(frozen=True)
class World:
    """Several rows of every kind of subject, and events of every editorial state and modality."""

    orders: list[Order]
    measures: list[Measure]
    agreements: list[Agreement]
    commitments: list[Commitment]
    violations: list[Violation]
    actors: list[Actor]
    events: list[Event]

    def rows(self, subject: Subject) -> Sequence[Model]:
        rows: dict[Subject, Sequence[Model]] = {
            Subject.ORDER: self.orders,
            Subject.MEASURE: self.measures,
            Subject.AGREEMENT: self.agreements,
            Subject.PARTY: self.agreements,
            Subject.COMMITMENT: self.commitments,
            Subject.VIOLATION: self.violations,
        }
        return rows[subject]


#: What contains such a subject, and whose effects flow to it.
WHOLES = {
    Subject.MEASURE: Subject.ORDER,
    Subject.COMMITMENT: Subject.AGREEMENT,
    Subject.PARTY: Subject.AGREEMENT,
}


@st.composite
def described_effects(draw: st.DrawFn, subject: Subject) -> list[dict[str, Any]]:
    """Effects described by the places of their rows in the world: few rows, verbs and days, so that they coincide."""
    owner = WHOLES.get(subject, subject)
    moving = [verb for verb in TABLE[subject] if verb in prolonging(subject) | prolongable(subject)]
    verbs = draw(
        st.lists(
            st.sampled_from(moving or list(TABLE[subject])) | st.sampled_from(list(TABLE[subject])),
            min_size=1,
            max_size=3,
        )
    )
    flowing = [verb for verb in verbs if verb in TABLE[owner]] or list(FLOWS.get(subject, verbs))
    begins = draw(st.lists(st.sampled_from(BEGINS), min_size=1, max_size=3))
    ends = draw(st.lists(st.sampled_from(ENDS), min_size=1, max_size=2))
    effects = []
    for _ in range(draw(st.integers(0, 8))):
        kind = draw(st.sampled_from([subject, subject, subject, owner]))
        begin, end = draw(st.sampled_from(begins)), draw(st.sampled_from(ends))
        if end and edtf.parse(end).latest < edtf.parse(begin).earliest:
            end = ""
        party = draw(st.sampled_from([0, 0, 1]) if kind is Subject.PARTY else st.sampled_from([None, None, 0, 1]))
        effects.append(
            {
                "subject": kind,
                "row": draw(st.sampled_from([0, 0, 0, 1, 2])),
                "party": party,
                "event": draw(st.sampled_from([0, 0, 1, 2, 3, 4, 5, 6, 7])),
                "verb": str(draw(st.sampled_from(verbs if kind is subject else flowing))),
                "effective_on": begin,
                "until": end,
                "sequence": draw(st.sampled_from([0, 0, 1])),
                "in_part": draw(st.booleans()),
            }
        )
    return effects


def write(world: World, described: Sequence[dict[str, Any]]) -> list[Effect]:
    """Store the effects; those that count come back."""
    effects = []
    for ordinal, told in enumerate(described):
        values = dict(told)
        subject, place, party = values.pop("subject"), values.pop("row"), values.pop("party")
        rows = world.rows(subject)
        if subject not in (Subject.ORDER, Subject.MEASURE, Subject.AGREEMENT) and party is not None:
            values["party"] = world.actors[party]
        values["event"] = world.events[values["event"]]
        values["agreement" if subject is Subject.PARTY else str(subject)] = rows[place % len(rows)]
        effects.append(Effect(ordinal=ordinal, **values))
    Effect.objects.bulk_create(effects)
    return [
        effect
        for effect in effects
        if effect.event.state == State.PUBLISHED and effect.event.modality != Modality.CANCELLED
    ]
