"""How much of the disposition notes was read, and how far both notes of a pair say the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sanctions.importers.federal_register.acts import Account, Act, account_of, wording
from sanctions.importers.federal_register.dispositions import Direction
from sanctions.importers.federal_register.parse import PresidentialDocument


@dataclass(slots=True)
class Statistics:
    """Figures of the notes of some documents.

    ``clauses`` were read, of which ``unused`` led to no effect for a reason that is told. The reciprocity counts acts
    between two documents that are both there: ``active`` are told by the one that did it, ``active_answered`` of these
    also by the other; ``passive`` the other way round. ``one_sided`` lists those that only one of the two tells.
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
        """The share of the pieces of all notes that were read; 1 if there are none."""
        pieces = self.clauses + len(self.unread)
        return self.clauses / pieces if pieces else 1.0

    @property
    def share_of_notes(self) -> float:
        """The share of the notes that were read in full; 1 if there are none."""
        return self.notes_read / self.notes if self.notes else 1.0


def statistics_of(documents: Sequence[PresidentialDocument]) -> Statistics:
    """Return the figures of the notes of the documents."""
    account = account_of(documents)
    found = Statistics(documents=len(documents), unused=len(account.unused), acts=len(account.acts))
    for target, disposition in account.dispositions.items():
        if account.documents[target].notes:
            found.notes += 1
            found.notes_read += not disposition.unread
        found.unread += [f"{target}: {piece.text} ({piece.reason})" for piece in disposition.unread]
    for _, clause in account.clauses():
        found.clauses += 1
        found.related += clause.direction is Direction.NEITHER
        found.by_relation[f"{clause.relation}, {clause.direction}"] += 1
    found.not_used = [f"{one.document}: {wording(one.clause)} ({one.reason})" for one in account.unused]
    _reciprocity(account, found)
    return found


def _reciprocity(account: Account, found: Statistics) -> None:
    for act in account.acts.values():
        if act.subject not in account.documents or act.by not in account.documents:
            continue
        is_both = len(act.told) > 1
        if Direction.ACTIVE in act.told:
            found.active += 1
            found.active_answered += is_both
        if Direction.PASSIVE in act.told:
            found.passive += 1
            found.passive_answered += is_both
        if not is_both:
            found.one_sided.append(_one_sided(act))


def _one_sided(act: Act) -> str:
    teller = act.by if Direction.ACTIVE in act.told else act.subject
    return f"{act.subject} {act.verb.label} by {act.by}: only {teller} says so"
