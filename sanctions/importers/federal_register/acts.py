"""What the orders do to one another: the statements of all notes together, each act once, with its day.

A revocation is told twice: "Revokes" in the note of the one order, "Revoked by" in the note of the other. It is one
act. Notes are written by hand, and some contradict the list that they are in. What contradicts it is not used, and is
told.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from sanctions.importers.base import Fault
from sanctions.importers.federal_register.dispositions import (
    NUMBERED,
    Clause,
    Direction,
    Disposition,
    Kind,
    Relation,
    Target,
    read,
)
from sanctions.importers.federal_register.parse import PresidentialDocument
from sanctions.vocabulary import Verb

#: What each relation does to its subject. An order that is rescinded or terminated by a later one ends by a decision
#: of its issuer, which is a revocation; "terminated" is a verb of agreements. Superseded or revoked, it has ended
#: either way.
VERBS: Final = {
    Relation.AMENDS: Verb.AMENDED,
    Relation.SUPPLEMENTS: Verb.SUPPLEMENTED,
    Relation.CONTINUES: Verb.CONTINUED,
    Relation.SUSPENDS: Verb.SUSPENDED,
    Relation.REINSTATES: Verb.REINSTATED,
    Relation.SUPERSEDES: Verb.SUPERSEDED,
    Relation.REVOKES: Verb.REVOKED,
    Relation.RESCINDS: Verb.REVOKED,
    Relation.TERMINATES: Verb.REVOKED,
    Relation.SUPERSEDES_OR_REVOKES: Verb.REVOKED,
}
#: Relations for which the verb is another word: their label is kept in words.
_REWORDED: Final = frozenset({Relation.RESCINDS, Relation.TERMINATES, Relation.SUPERSEDES_OR_REVOKES})

#: The kinds of instrument that become orders. A memorandum or notice is known by its day only, and several may be of
#: one day.
RECORDED: Final = frozenset({Kind.EXECUTIVE_ORDER, Kind.PROCLAMATION})
#: The kinds of instrument that the President signs.
_PRESIDENTIAL: Final = RECORDED | {Kind.DETERMINATION, Kind.MEMORANDUM, Kind.NOTICE, Kind.ORDER, Kind.MILITARY_ORDER}


@dataclass(slots=True)
class Act:
    """What one instrument did to an order, by the word of one or both of their notes.

    ``effective_on`` is an ISO day. ``told`` has the directions in which it is told, ``places`` where.
    """

    verb: Verb
    subject: Target
    by: Target
    effective_on: str
    in_part: bool = False
    notes: list[str] = field(default_factory=list)
    told: set[Direction] = field(default_factory=set)
    places: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Unused:
    """A clause that was understood, and from which no act follows: of which document, and why."""

    document: Target
    clause: Clause
    reason: str


@dataclass(slots=True)
class Account:
    """The documents with their notes, the day of every instrument that is known, and the acts.

    ``days`` are ISO days of signature: a document's own, or the one that the notes of others give. ``dated_by_notes``
    has those of the second kind, ``places`` where an instrument is first named.
    """

    documents: dict[Target, PresidentialDocument]
    dispositions: dict[Target, Disposition]
    days: dict[Target, str] = field(default_factory=dict)
    dated_by_notes: set[Target] = field(default_factory=set)
    acts: dict[tuple[Verb, Target, Target], Act] = field(default_factory=dict)
    unused: list[Unused] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def clauses(self) -> Iterator[tuple[Target, Clause]]:
        """Yield every clause with the document in whose note it stands."""
        for document, disposition in self.dispositions.items():
            for clause in disposition.clauses:
                yield document, clause

    def fault(self, document: Target, value: str, message: str) -> None:
        """Tell a fault of a document's note."""
        self.faults.append(Fault(self.documents[document].place, "disposition_notes", value[:200], message))


def identity(target: Target) -> Target:
    """Return what tells one instrument from others: its number, or its day if it has none."""
    return Target(target.kind, target.number) if target.kind in NUMBERED else Target(target.kind, "", target.date)


def wording(clause: Clause) -> str:
    """Return a clause in words."""
    return " ".join(
        filter(
            None,
            (
                f"{clause.label}: {clause.target}",
                "(in part)" if clause.in_part else "",
                f"effective {clause.effective_on}" if clause.effective_on else "",
                f"({clause.note})" if clause.note else "",
            ),
        )
    )


def account_of(documents: Sequence[PresidentialDocument]) -> Account:
    """Return what the notes of the documents tell of one another. The documents differ in their order numbers."""
    by_number = {Target(Kind.EXECUTIVE_ORDER, document.order_number): document for document in documents}
    account = Account(by_number, {target: read(document.notes) for target, document in by_number.items()})
    for target, disposition in account.dispositions.items():
        for piece in disposition.unread:
            account.fault(target, piece.text, f"It was not read: {piece.reason}")
    _date(account)
    for document, clause in account.clauses():
        if clause.direction is not Direction.NEITHER:
            _take(account, document, clause)
    return account


# --- Days ---------------------------------------------------------------------------------------


def _date(account: Account) -> None:
    """Find the day of each instrument: its own, or the one that more than half of the notes which date it give."""
    told: dict[Target, Counter[str]] = defaultdict(Counter)
    where: dict[Target, Target] = {}
    for document, clause in account.clauses():
        if clause.target.date and clause.target.kind in NUMBERED:
            told[identity(clause.target)][clause.target.date] += 1
            where.setdefault(identity(clause.target), document)
    for target, found in account.documents.items():
        if found.signed_on is not None:
            account.days[target] = found.signed_on.isoformat()
    for target, days in told.items():
        if target in account.days:
            continue
        day, times = days.most_common(1)[0]
        if times * 2 > days.total():
            account.days[target] = day
            account.dated_by_notes.add(target)
        else:
            message = f"The notes date {target} differently, none of the days more often than the others."
            account.fault(where[target], ", ".join(sorted(days)), message)


def _contradiction(account: Account, document: Target, clause: Clause) -> str:
    """Return why the number and the day that a clause gives cannot both be right, empty if they can.

    If only the year, the month or the day is another, it is a slip of the pen: it is told, and the instrument's own day
    is used. If more is another, the number may be as wrong as the day, and nobody knows which instrument is meant.
    """
    target, day = clause.target, account.days.get(identity(clause.target))
    if not target.date or day is None or day == target.date:
        return ""
    differing = sum(ours != theirs for ours, theirs in zip(day.split("-"), target.date.split("-"), strict=True))
    if differing > 1:
        return f"{identity(target)} is of {day}, so that its number or its day is wrong."
    account.fault(document, wording(clause), f"{identity(target)} is of {day}, which is used.")
    return ""


# --- Acts ---------------------------------------------------------------------------------------


def _take(account: Account, document: Target, clause: Clause) -> None:
    """Add the act that a clause tells, or tell why none follows from it."""
    is_active = clause.direction is Direction.ACTIVE
    other = identity(clause.target)
    subject, by = (other, document) if is_active else (document, other)
    reason = _contradiction(account, document, clause) or _impossible(account, subject, by)
    if reason:
        account.unused.append(Unused(document, clause, reason))
        account.fault(document, wording(clause), f"It was not used: {reason}")
        return
    _join(account, Act(VERBS[clause.relation], subject, by, day_of(account, by)), document, clause)


def day_of(account: Account, target: Target) -> str:
    """Return the day of an instrument (ISO), empty if it is not known."""
    return account.days.get(target, target.date)


def _impossible(account: Account, subject: Target, by: Target) -> str:
    """Return why one instrument cannot have done anything to another, empty if it can."""
    if subject.kind not in RECORDED:
        return f"No record is kept of {subject}: several may be of that day."
    if by.kind not in _PRESIDENTIAL:
        return f"{by} is no act of the President."
    if subject == by:
        return "It names itself."
    acted = day_of(account, by)
    if not acted:
        return f"The day of {by} is not known."
    issued = day_of(account, subject)
    if issued > acted:
        return f"{by} is of {acted}, before {subject} of {issued}."
    return ""


def _join(account: Account, new: Act, document: Target, clause: Clause) -> None:
    """Add to an act what one more clause tells of it."""
    act = account.acts.setdefault((new.verb, new.subject, new.by), new)
    if act.told and act.in_part != clause.in_part:
        note = "Only one of the places says that it is in part."
        account.fault(document, wording(clause), f"{note} It is taken to be in part.")
        act.notes.append(note)
    act.in_part |= clause.in_part
    act.effective_on = clause.effective_on or act.effective_on
    act.told.add(clause.direction)
    act.places.append(account.documents[document].place)
    act.notes += _remarks(clause)
    act.notes = list(dict.fromkeys(act.notes))


def _remarks(clause: Clause) -> Iterable[str]:
    if clause.relation in _REWORDED or "committee" in clause.label.lower():
        yield f'In the words of the disposition notes: "{clause.label}".'
    if clause.note:
        yield f"The disposition notes add: {clause.note}."
