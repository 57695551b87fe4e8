"""Claims of violations, and positions on them, each attributed to an actor. None is taken to be true."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from sanctions.models import Effect, Position, Provision, Violation
from sanctions.questions.evidence import Evidence, begun, certainly, shown_rows
from sanctions.questions.standings import effects_to_show, named, reason, shown
from sanctions.records.base import Document, Value
from sanctions.records.events import EVENT
from sanctions.records.violations import VIOLATION
from sanctions.standing import standing_on
from sanctions.vocabulary import Subject

#: The keys of a violation in an answer; notes of curators are left out.
SHOWN: Final = ("accused", "against", "committed_on", "gravity", "report_number", "citations")
KEYS: Final = tuple(key for key in VIOLATION.keys if key.name in SHOWN)
_POSITIONS: Final = EVENT.part("positions")
#: The keys of a position in an answer; the violation that it is about contains it.
POSITION_KEYS: Final = tuple(key for key in _POSITIONS.keys if key.name not in _POSITIONS.one_of)
#: The value of a key without a value.
_EMPTY: Final[dict[str, Any]] = {key.name: None if isinstance(key, Value) else [] for key in KEYS}


@dataclass(frozen=True, slots=True)
class Claim:
    """One violation: the accused, what it is against, and its JSON on the day."""

    accused: frozenset[int]
    commitments: frozenset[int]
    agreements: frozenset[int]
    shown: Document


class Claims:
    """The published violations that can have been claimed or denied by the day."""

    def __init__(self, violations: Iterable[int], day: date) -> None:
        published = Violation.objects.published().filter(pk__in=list(violations)).order_by("slug")
        self.day = day
        rows = list(published.only("slug", "title", "state"))
        self.effects = effects_to_show().by_subject(Subject.VIOLATION, rows)
        self.rows = [row for row in rows if self._statements(row.pk)]
        positions = Position.objects.counted().filter(violation__in=[row.pk for row in self.rows])
        self.positions = list(positions.only("event_id", "ordinal", "violation_id").order_by("event__slug", "ordinal"))

    @property
    def events(self) -> set[int]:
        """The events in which they are claimed, denied or commented on."""
        claimed_in = {effect.event_id for row in self.rows for effect in self._statements(row.pk)}
        return claimed_in | {position.event_id for position in self.positions}

    def by_violation(self, evidence: Evidence) -> dict[int, Claim]:
        """Return primary key → claim, oldest first."""
        ids = [row.pk for row in self.rows]
        documents = shown_rows(Violation, KEYS, ids)
        accused: dict[int, set[int]] = defaultdict(set)
        for link in Violation.accused.through.objects.filter(violation__in=ids):
            accused[link.violation_id].add(link.actor_id)
        against: dict[int, list[Provision]] = defaultdict(list)
        for provision in Provision.objects.filter(violation__in=ids):
            against[provision.violation_id].append(provision)
        positions = self._positions(evidence)
        rows = sorted(self.rows, key=lambda row: (self._statements(row.pk)[0].effective_latest, row.slug))
        return {
            row.pk: Claim(
                accused=frozenset(accused[row.pk]),
                commitments=frozenset(
                    provision.commitment_id for provision in against[row.pk] if provision.commitment_id
                ),
                agreements=frozenset(item.agreement_id for item in against[row.pk] if item.agreement_id),
                shown={
                    "violation": named(row),
                    **{name: documents[row.pk].get(name, _EMPTY[name]) for name in SHOWN},
                    "standing": shown(standing_on(self.day, self.effects[row.pk], Subject.VIOLATION), self.day),
                    "claims": [self._claim(effect, evidence) for effect in self._statements(row.pk)],
                    "positions": positions[row.pk],
                },
            )
            for row in rows
        }

    def _statements(self, pk: int) -> list[Effect]:
        """Return the claims and answers that can have been made by the day, oldest first."""
        statements = [effect for effect in self.effects[pk] if begun(effect.effective_earliest, self.day)]
        # The order of the sources, the claim before its answer; the fold orders effects differently.
        return sorted(statements, key=lambda effect: (effect.effective_latest, effect.sequence, effect.tie))

    def _claim(self, effect: Effect, evidence: Evidence) -> dict[str, Any]:
        return {
            **reason(effect),
            "certain": certainly(effect.effective_latest, self.day),
            **evidence.behind(effect.event_id, "effects", effect.ordinal),
        }

    def _positions(self, evidence: Evidence) -> dict[int, list[dict[str, Any]]]:
        documents = shown_rows(Position, POSITION_KEYS, [position.pk for position in self.positions])
        by_violation: dict[int, list[dict[str, Any]]] = defaultdict(list)
        for position in self.positions:
            event = evidence.event(position.event_id)
            if position.violation_id is None or not begun(event.happened_earliest, self.day):
                continue
            by_violation[position.violation_id].append(
                {
                    **documents[position.pk],
                    "certain": certainly(event.happened_latest, self.day),
                    **evidence.behind(event.pk, "positions", position.ordinal),
                }
            )
        return by_violation
