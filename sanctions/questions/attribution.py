"""The state or organisation for which an actor counts on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from datetime import date

from sanctions.models import Actor, Relationship
from sanctions.vocabulary import ActorKind, RelationshipKind, State


class Attribution:
    """Finds the states and organisations for which actors count, by the relationships that hold on the day.

    1. The states above the actor, following ``part_of``: the Treasury counts for the United States.
    2. Else the states of which it is a national, or in which it is based; else those of the nearest organisation above
       it that has any. A subsidiary's own country therefore comes before that of its parent.
    3. Else the organisation at the top, which may be the actor itself: the Council counts for the European Union.

    An actor with several counts for each of them.
    """

    def __init__(self, day: date) -> None:
        self._states = frozenset(Actor.objects.filter(kind=ActorKind.STATE).values_list("pk", flat=True))
        self._part_of: dict[int, list[int]] = defaultdict(list)
        self._national_of: dict[int, list[int]] = defaultdict(list)
        self._cache: dict[int, frozenset[int]] = {}
        held = Relationship.objects.filter(
            Relationship.on(day),
            kind__in=(RelationshipKind.PART_OF, RelationshipKind.NATIONAL_OF),
            actor__state=State.PUBLISHED,
        )
        for actor, kind, to in held.values_list("actor", "kind", "to"):
            (self._part_of if kind == RelationshipKind.PART_OF else self._national_of)[actor].append(to)

    def of(self, actor: int) -> frozenset[int]:
        """Return the states or organisations for which an actor counts."""
        if actor not in self._cache:
            self._cache[actor] = self._above_all(actor)
        return self._cache[actor]

    def of_any(self, actors: Iterable[int]) -> frozenset[int]:
        """Return the states or organisations for which any of the actors counts."""
        return frozenset[int]().union(*map(self.of, actors))

    def counting_for(self, units: Collection[int]) -> frozenset[int]:
        """Return every actor that counts for one of the states or organisations."""
        known = {*self._part_of, *self._national_of, *units}
        return frozenset(actor for actor in known if not self.of(actor).isdisjoint(units))

    def _above_all(self, actor: int) -> frozenset[int]:
        levels = list(self._levels(actor))
        above = frozenset[int]().union(*levels)
        if states := above & self._states:
            return states
        for level in levels:
            if nations := frozenset(nation for member in level for nation in self._national_of.get(member, ())):
                return nations
        return frozenset(top for top in above if not self._part_of.get(top)) or frozenset({actor})

    def _levels(self, actor: int) -> Iterator[set[int]]:
        """Yield the actor, what it is part of, and so on; each actor once, since records can be circular."""
        seen, level = set[int](), {actor}
        while level:
            yield level
            seen |= level
            level = {parent for part in level - self._states for parent in self._part_of.get(part, ())} - seen
