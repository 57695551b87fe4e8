"""For which pairs of sender and target it counts that one actor acts towards another."""

from __future__ import annotations

from collections.abc import Iterator

from sanctions.questions.attribution import Attribution
from sanctions.questions.panel.query import Level, Pair, PanelQuery


class PairFinder:
    """Finds the pairs of a query. Each pair of actors is looked up once."""

    def __init__(self, query: PanelQuery, attribution: Attribution) -> None:
        self.query = query
        self.attribution = attribution
        self._pairs: dict[Pair, list[Pair]] = {}

    def pairs(self, acting: int, acted_upon: int) -> list[Pair]:
        """Return the pairs within the query for which the two actors count."""
        pairs = self._pairs.get((acting, acted_upon))
        if pairs is None:
            pairs = self._pairs[acting, acted_upon] = list(self._find(acting, acted_upon))
        return pairs

    def _find(self, acting: int, acted_upon: int) -> Iterator[Pair]:
        query = self.query
        for sender in self.attribution.of(acting):
            if query.senders is None or sender in query.senders:
                foreign = self.attribution.of(acted_upon) - {sender}
                targets = foreign if query.level is Level.STATE else [acted_upon] if foreign else []
                yield from ((sender, target) for target in targets if query.targets is None or target in query.targets)

    def actors_of_senders(self) -> frozenset[int] | None:
        """Return the actors that count for the senders of the query; ``None`` if it does not filter them."""
        senders = self.query.senders
        return None if senders is None else self.attribution.counting_for(senders)

    def actors_of_targets(self) -> frozenset[int] | None:
        """Return the actors that are, or count for, the targets of the query; ``None`` if it does not filter them."""
        targets = self.query.targets
        if targets is None:
            return None
        return frozenset(targets) if self.query.level is Level.ACTOR else self.attribution.counting_for(targets)

    def counted_elsewhere(self, actor: int) -> frozenset[int]:
        """Return the actors that have the rows of an actor; empty if it has rows of its own."""
        counts_for = self.attribution.of(actor)
        return frozenset() if actor in counts_for else counts_for
