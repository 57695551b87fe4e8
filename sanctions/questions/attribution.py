"""For which state or organisation an actor counts, on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date

from sanctions.models import Actor, Relationship
from sanctions.vocabulary import ActorKind, RelationshipKind, State


class Attribution:
    """Whom actors count for: the state above them, else that of which they are nationals, else the whole they are in.

    ``part_of`` is followed upwards until a state: the Treasury counts for the United States. Where no state is above,
    it is what the actor is a national of or based in, else what the nearest whole above it is: a subsidiary is at
    home where it says itself. Where there is none either it is the whole at the top, which may be the actor: the
    Council counts for the European Union. Who belongs to several counts for each. Relationships hold on the day
    unless their dates say otherwise.
    """

    def __init__(self, day: date) -> None:
        self._states = frozenset(Actor.objects.filter(kind=ActorKind.STATE).values_list("pk", flat=True))
        self._part_of: dict[int, list[int]] = defaultdict(list)
        self._national_of: dict[int, list[int]] = defaultdict(list)
        self._found: dict[int, frozenset[int]] = {}
        held = Relationship.objects.filter(
            Relationship.on(day),
            kind__in=(RelationshipKind.PART_OF, RelationshipKind.NATIONAL_OF),
            actor__state=State.PUBLISHED,
        )
        for actor, kind, to in held.values_list("actor", "kind", "to"):
            (self._part_of if kind == RelationshipKind.PART_OF else self._national_of)[actor].append(to)

    def of(self, actor: int) -> frozenset[int]:
        """Return whom an actor counts for."""
        if actor not in self._found:
            self._found[actor] = self._above_all(actor)
        return self._found[actor]

    def of_any(self, actors: Iterable[int]) -> frozenset[int]:
        """Return whom any of the actors counts for."""
        return frozenset[int]().union(*map(self.of, actors))

    def counting_for(self, wholes: Collection[int]) -> frozenset[int]:
        """Return every actor that counts for one of the wholes, these among them where they do."""
        known = {*self._part_of, *self._national_of, *wholes}
        return frozenset(actor for actor in known if not self.of(actor).isdisjoint(wholes))

    def _above_all(self, actor: int) -> frozenset[int]:
        levels = list(self._levels(actor))
        above = frozenset[int]().union(*levels)
        if states := above & self._states:
            return states
        for level in levels:
            if nations := frozenset(nation for one in level for nation in self._national_of.get(one, ())):
                return nations
        return frozenset(one for one in above if not self._part_of.get(one)) or frozenset({actor})

    def _levels(self, actor: int) -> Iterator[set[int]]:
        """Yield the actor, what it is part of, what that is part of: each once, should a record go in circles."""
        seen, level = set[int](), {actor}
        while level:
            yield level
            seen |= level
            level = {whole for one in level - self._states for whole in self._part_of.get(one, ())} - seen
