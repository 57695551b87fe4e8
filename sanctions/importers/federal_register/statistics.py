"""Count how much of the disposition notes was read, and how many pairs of notes agree."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sanctions.importers.federal_register.disposition_notes import Direction
from sanctions.importers.federal_register.order_actions import OrderAction, OrderHistory, read_history, wording
from sanctions.importers.federal_register.presidential_document import PresidentialDocument


@dataclass(slots=True)
class Statistics:
    """Figures of the notes of some documents.

    ``unused`` counts clauses that were read and led to no effect. Reciprocity counts actions between two of the
    documents: ``active`` are in the note of the acting document, and ``active_answered`` of these in the other note
    too; ``passive`` are the reverse. ``one_sided`` lists the actions that only one of the two notes states.
    """

    documents: int = 0
    notes: int = 0
    notes_read: int = 0
    clauses: int = 0
    related: int = 0
    unused: int = 0
    acts: int = 0
    by_relation: Counter[str] = field(default_factory=Counter)
    active: int = 0
    active_answered: int = 0
    passive: int = 0
    passive_answered: int = 0
    unread: list[str] = field(default_factory=list)
    not_used: list[str] = field(default_factory=list)
    one_sided: list[str] = field(default_factory=list)

    @property
    def share_of_clauses(self) -> float:
        """The share of the pieces of all notes that were read; 1 without any piece."""
        pieces = self.clauses + len(self.unread)
        return self.clauses / pieces if pieces else 1.0

    @property
    def share_of_notes(self) -> float:
        """The share of the notes that were read in full; 1 without any note."""
        return self.notes_read / self.notes if self.notes else 1.0


def statistics_of(documents: Sequence[PresidentialDocument]) -> Statistics:
    """Return the figures of the notes of the documents."""
    history = read_history(documents)
    figures = Statistics(documents=len(documents), unused=len(history.unused), acts=len(history.acts))
    for target, disposition in history.dispositions.items():
        if history.documents[target].notes:
            figures.notes += 1
            figures.notes_read += not disposition.unread
        figures.unread += [f"{target}: {piece.text} ({piece.reason})" for piece in disposition.unread]
    for _, clause in history.clauses():
        figures.clauses += 1
        figures.related += clause.direction is Direction.NEITHER
        figures.by_relation[f"{clause.relation}, {clause.direction}"] += 1
    figures.not_used = [f"{unused.document}: {wording(unused.clause)} ({unused.reason})" for unused in history.unused]
    _count_reciprocity(history, figures)
    return figures


def _count_reciprocity(history: OrderHistory, figures: Statistics) -> None:
    for act in history.acts.values():
        if act.subject not in history.documents or act.by not in history.documents:
            continue
        is_both = len(act.directions) > 1
        if Direction.ACTIVE in act.directions:
            figures.active += 1
            figures.active_answered += is_both
        if Direction.PASSIVE in act.directions:
            figures.passive += 1
            figures.passive_answered += is_both
        if not is_both:
            figures.one_sided.append(_one_sided(act))


def _one_sided(act: OrderAction) -> str:
    teller = act.by if Direction.ACTIVE in act.directions else act.subject
    return f"{act.subject} {act.verb.label} by {act.by}: only {teller} says so"
