"""What is claimed against whom, and who says what of it, each attributed. No side is taken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sanctions.models import Effect, Position, Provision, Violation
from sanctions.questions.evidence import Evidence, begun, certainly, shown_rows
from sanctions.questions.standings import effects_to_show, named, reason, shown
from sanctions.records.base import Document, Rows, Value
from sanctions.records.events import EVENT
from sanctions.records.violations import VIOLATION
from sanctions.standing import standing_on
from sanctions.vocabulary import Subject

#: What of a violation is shown: not what curators note of it.
SHOWN: Final = ("accused", "against", "committed_on", "gravity", "report_number", "citations")
KEYS: Final = tuple(key for key in VIOLATION.keys if key.name in SHOWN)
_SUBJECTS: Final = ("actor", "order", "measure", "agreement", "commitment", "violation")
_POSITIONS: Final[Rows] = next(key for key in EVENT.rows if key.name == "positions")
#: What of a position is shown beside the violation it is about.
POSITION_KEYS: Final = tuple(key for key in _POSITIONS.keys if key.name not in _SUBJECTS)


#: What a key shows that has nothing to show.
_EMPTY: Final[dict[str, Any]] = {key.name: None if isinstance(key, Value) else [] for key in KEYS}


@dataclass(frozen=True, slots=True)
class Claim:
    """One violation: who is accused of it, what it is against, and how an answer shows it on the day."""

    accused: frozenset[int]
    commitments: frozenset[int]
    agreements: frozenset[int]
    shown: Document


class Claims:
    """Published violations that somebody can have claimed, or denied, by the day."""

    def __init__(self, violations: Iterable[int], day: date) -> None:
        found = Violation.objects.published().filter(pk__in=list(violations)).order_by("slug")
        self.day = day
        self.rows = list(found.only("slug", "title", "state"))
        self.effects = effects_to_show().by_subject(Subject.VIOLATION, self.rows)
        self.rows = [row for row in self.rows if self._said(row.pk)]
        positions = Position.objects.counted().filter(violation__in=[row.pk for row in self.rows])
        self.positions = list(positions.only("event_id", "ordinal", "violation_id").order_by("event__slug", "ordinal"))

    @property
    def events(self) -> set[int]:
        """The events in which something is said of them."""
        said = {effect.event_id for row in self.rows for effect in self._said(row.pk)}
        return said | {position.event_id for position in self.positions}

    def told(self, evidence: Evidence) -> dict[int, Claim]:
        """Return the violations by key, oldest claim first."""
        ids = [row.pk for row in self.rows]
        documents = shown_rows(Violation, KEYS, ids)
        accused: dict[int, set[int]] = defaultdict(set)
        for link in Violation.accused.through.objects.filter(violation__in=ids):
            accused[link.violation_id].add(link.actor_id)
        against: dict[int, list[Provision]] = defaultdict(list)
        for provision in Provision.objects.filter(violation__in=ids):
            against[provision.violation_id].append(provision)
        positions = self._positions(evidence)
        rows = sorted(self.rows, key=lambda row: (self._said(row.pk)[0].effective_latest, row.slug))
        return {
            row.pk: Claim(
                accused=frozenset(accused[row.pk]),
                commitments=frozenset(one.commitment_id for one in against[row.pk] if one.commitment_id),
                agreements=frozenset(one.agreement_id for one in against[row.pk] if one.agreement_id),
                shown={
                    "violation": named(row),
                    **{name: documents[row.pk].get(name, _EMPTY[name]) for name in SHOWN},
                    "standing": shown(standing_on(self.day, self.effects[row.pk], Subject.VIOLATION), self.day),
                    "claims": [self._claim(effect, evidence) for effect in self._said(row.pk)],
                    "positions": positions[row.pk],
                },
            )
            for row in rows
        }

    def _said(self, pk: int) -> list[Effect]:
        """Return what can have been said of a violation by the day, oldest first."""
        said = [effect for effect in self.effects[pk] if begun(effect.effective_earliest, self.day)]
        # As the sources tell it, the claim before its answer; what decides the standing has an order of its own.
        return sorted(said, key=lambda effect: (effect.effective_latest, effect.sequence, effect.tie))

    def _claim(self, effect: Effect, evidence: Evidence) -> dict[str, Any]:
        return {
            **reason(effect),
            "certain": certainly(effect.effective_latest, self.day),
            **evidence.behind(effect.event_id, "effects", effect.ordinal),
        }

    def _positions(self, evidence: Evidence) -> dict[int, list[dict[str, Any]]]:
        documents = shown_rows(Position, POSITION_KEYS, [position.pk for position in self.positions])
        found: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for position in self.positions:
            event = evidence.event(position.event_id)
            if position.violation_id is None or not begun(event.happened_earliest, self.day):
                continue
            found[position.violation_id].append(
                {
                    **documents[position.pk],
                    "certain": certainly(event.happened_latest, self.day),
                    **evidence.behind(event.pk, "positions", position.ordinal),
                }
            )
        return found
