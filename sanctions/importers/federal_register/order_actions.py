"""Collect what orders do to one another: the statements of all notes, each action once, with its day.

A revocation appears twice: as "Revokes" in the note of the one order, as "Revoked by" in the note of the other. It is
one action. Notes are written by hand, and some contradict the list that they are in: those are reported and not used.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final

from sanctions.importers.base import Fault
from sanctions.importers.federal_register.disposition_notes import (
    NUMBERED,
    Clause,
    Direction,
    Disposition,
    Instrument,
    InstrumentKind,
    NoteRelation,
    read_note,
)
from sanctions.importers.federal_register.presidential_document import PresidentialDocument
from sanctions.vocabulary import Verb

#: What each relation does to its subject. An order that is rescinded or terminated by a later one ends by a decision
#: of its issuer, which is a revocation; "terminated" is a verb of agreements. Superseded or revoked, it has ended
#: either way.
VERBS: Final = {
    NoteRelation.AMENDS: Verb.AMENDED,
    NoteRelation.SUPPLEMENTS: Verb.SUPPLEMENTED,
    NoteRelation.CONTINUES: Verb.CONTINUED,
    NoteRelation.SUSPENDS: Verb.SUSPENDED,
    NoteRelation.REINSTATES: Verb.REINSTATED,
    NoteRelation.SUPERSEDES: Verb.SUPERSEDED,
    NoteRelation.REVOKES: Verb.REVOKED,
    NoteRelation.RESCINDS: Verb.REVOKED,
    NoteRelation.TERMINATES: Verb.REVOKED,
    NoteRelation.SUPERSEDES_OR_REVOKES: Verb.REVOKED,
}
#: Relations for which the verb is another word: their label is kept in words.
_REWORDED: Final = frozenset({NoteRelation.RESCINDS, NoteRelation.TERMINATES, NoteRelation.SUPERSEDES_OR_REVOKES})

#: The kinds of instrument that become orders. A memorandum or notice is known by its day only, and several may be of
#: one day.
RECORDED: Final = frozenset({InstrumentKind.EXECUTIVE_ORDER, InstrumentKind.PROCLAMATION})
#: The kinds of instrument that the President signs.
_PRESIDENTIAL: Final = RECORDED | {
    InstrumentKind.DETERMINATION,
    InstrumentKind.MEMORANDUM,
    InstrumentKind.NOTICE,
    InstrumentKind.ORDER,
    InstrumentKind.MILITARY_ORDER,
}


@dataclass(slots=True)
class OrderAction:
    """What one instrument did to an order, as the note of one or both states.

    ``effective_on`` is an ISO day. ``directions`` and ``places`` are those of the statements.
    """

    verb: Verb
    subject: Instrument
    by: Instrument
    effective_on: str
    in_part: bool = False
    notes: list[str] = field(default_factory=list)
    directions: set[Direction] = field(default_factory=set)
    places: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class UnusedClause:
    """A clause that was understood and yields no action: its document, and the reason."""

    document: Instrument
    clause: Clause
    reason: str


@dataclass(slots=True)
class OrderHistory:
    """The documents with their notes, the known days of instruments, and the actions.

    ``days`` are ISO days of signature: the document's own, or the one that the notes of others give. ``dated_by_notes``
    has the instruments of the second kind.
    """

    documents: dict[Instrument, PresidentialDocument]
    dispositions: dict[Instrument, Disposition]
    days: dict[Instrument, str] = field(default_factory=dict)
    dated_by_notes: set[Instrument] = field(default_factory=set)
    acts: dict[tuple[Verb, Instrument, Instrument], OrderAction] = field(default_factory=dict)
    unused: list[UnusedClause] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def clauses(self) -> Iterator[tuple[Instrument, Clause]]:
        """Yield every clause with the document of its note."""
        for document, disposition in self.dispositions.items():
            for clause in disposition.clauses:
                yield document, clause

    def fault(self, document: Instrument, value: str, message: str) -> None:
        """Report a fault of a document's note."""
        self.faults.append(Fault(self.documents[document].place, "disposition_notes", value[:200], message))


def identity(target: Instrument) -> Instrument:
    """Return what identifies an instrument: its number, or its day if it has none."""
    return (
        Instrument(target.kind, target.number) if target.kind in NUMBERED else Instrument(target.kind, "", target.date)
    )


def wording(clause: Clause) -> str:
    """Return the text of a clause."""
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


def read_history(documents: Sequence[PresidentialDocument]) -> OrderHistory:
    """Return the actions that the notes of documents state. No two documents may have one order number."""
    by_number = {Instrument(InstrumentKind.EXECUTIVE_ORDER, document.order_number): document for document in documents}
    history = OrderHistory(by_number, {target: read_note(document.notes) for target, document in by_number.items()})
    for target, disposition in history.dispositions.items():
        for piece in disposition.unread:
            history.fault(target, piece.text, f"It was not read: {piece.reason}")
    _set_days(history)
    for document, clause in history.clauses():
        if clause.direction is not Direction.NEITHER:
            _add_action(history, document, clause)
    return history


# --- Days ---------------------------------------------------------------------------------------


def _set_days(history: OrderHistory) -> None:
    """Set the day of each instrument: its own, or the one that more than half of the notes with a day give."""
    dates_in_notes: dict[Instrument, Counter[str]] = defaultdict(Counter)
    first_document: dict[Instrument, Instrument] = {}
    for document, clause in history.clauses():
        if clause.target.date and clause.target.kind in NUMBERED:
            dates_in_notes[identity(clause.target)][clause.target.date] += 1
            first_document.setdefault(identity(clause.target), document)
    for target, document_of in history.documents.items():
        if document_of.signed_on is not None:
            history.days[target] = document_of.signed_on.isoformat()
    for target, days in dates_in_notes.items():
        if target in history.days:
            continue
        day, times = days.most_common(1)[0]
        if times * 2 > days.total():
            history.days[target] = day
            history.dated_by_notes.add(target)
        else:
            message = f"The notes date {target} differently, none of the days more often than the others."
            history.fault(first_document[target], ", ".join(sorted(days)), message)


def _contradiction(history: OrderHistory, document: Instrument, clause: Clause) -> str:
    """Return why the number and the day that a clause gives cannot both be right, empty if they can.

    If only the year, the month or the day differs, it is a slip of the pen: it is reported, and the instrument's own
    day is used. If more differs, the number may be as wrong as the day, and the instrument is not certain.
    """
    target, day = clause.target, history.days.get(identity(clause.target))
    if not target.date or day is None or day == target.date:
        return ""
    differing = sum(ours != theirs for ours, theirs in zip(day.split("-"), target.date.split("-"), strict=True))
    if differing > 1:
        return f"{identity(target)} is of {day}, so that its number or its day is wrong."
    history.fault(document, wording(clause), f"{identity(target)} is of {day}, which is used.")
    return ""


# --- Acts ---------------------------------------------------------------------------------------


def _add_action(history: OrderHistory, document: Instrument, clause: Clause) -> None:
    """Add the action of a clause, or report why it is not used."""
    is_active = clause.direction is Direction.ACTIVE
    other = identity(clause.target)
    subject, by = (other, document) if is_active else (document, other)
    reason = _contradiction(history, document, clause) or _impossible(history, subject, by)
    if reason:
        history.unused.append(UnusedClause(document, clause, reason))
        history.fault(document, wording(clause), f"It was not used: {reason}")
        return
    _add_statement(history, OrderAction(VERBS[clause.relation], subject, by, day_of(history, by)), document, clause)


def day_of(history: OrderHistory, target: Instrument) -> str:
    """Return the day of an instrument (ISO), empty if it is not known."""
    return history.days.get(target, target.date)


def _impossible(history: OrderHistory, subject: Instrument, by: Instrument) -> str:
    """Return why one instrument cannot have done anything to another, empty if it can."""
    if subject.kind not in RECORDED:
        return f"No record is kept of {subject}: several may be of that day."
    if by.kind not in _PRESIDENTIAL:
        return f"{by} is not an act of the President."
    if subject == by:
        return "It names itself."
    acted = day_of(history, by)
    if not acted:
        return f"The day of {by} is not known."
    issued = day_of(history, subject)
    if issued > acted:
        return f"{by} is of {acted}, before {subject} of {issued}."
    return ""


def _add_statement(history: OrderHistory, new: OrderAction, document: Instrument, clause: Clause) -> None:
    """Add one more statement to an action."""
    act = history.acts.setdefault((new.verb, new.subject, new.by), new)
    if act.directions and act.in_part != clause.in_part:
        note = "Only one of the places states that it is in part."
        history.fault(document, wording(clause), f"{note} It is taken to be in part.")
        act.notes.append(note)
    act.in_part |= clause.in_part
    act.effective_on = clause.effective_on or act.effective_on
    act.directions.add(clause.direction)
    act.places.append(history.documents[document].place)
    act.notes += _remarks(clause)
    act.notes = list(dict.fromkeys(act.notes))


def _remarks(clause: Clause) -> Iterable[str]:
    if clause.relation in _REWORDED or "committee" in clause.label.lower():
        yield f'In the words of the disposition notes: "{clause.label}".'
    if clause.note:
        yield f"The disposition notes add: {clause.note}."
