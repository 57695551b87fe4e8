"""Undo a batch: take back each of its moves, newest first, unless the record was moved again since.

A record that was never public gets its former content. A public version stays in the ledger: it is corrected by a
proposal, or retracted.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Final

import orjson
from django.db import DatabaseError, models, transaction
from django.db.models import Q
from django.utils.module_loading import import_string

from sanctions.database.past_views import known_at
from sanctions.editorial import moves, proposals
from sanctions.editorial.bulk import Result, Results
from sanctions.editorial.move_table import DELETE, MOVES
from sanctions.editorial.permissions import may_undo
from sanctions.editorial.procedure import batch, clean_reason
from sanctions.exceptions import InvalidDocument, MoveRefused
from sanctions.ledger.versions import Act
from sanctions.models import ClockCorrection, Import, LogEntry, Proposal, Record, Version
from sanctions.records.base import Document
from sanctions.records.encode import encode
from sanctions.records.registry import BY_NAME, type_of
from sanctions.vocabulary import Move, VersionKind

if TYPE_CHECKING:
    pass

#: The shortest time between two instants of the ledger.
_TICK: Final = timedelta(milliseconds=1)
#: How often rejected moves are tried again: a draft can be deleted only after the drafts that refer to it.
_ROUNDS: Final = 5


def entries_of(number: int) -> models.QuerySet[LogEntry]:
    """Return the entries of a batch, oldest first; empty if the batch does not exist."""
    return LogEntry.objects.filter(batch=number).order_by("number")


def import_of(number: int) -> Import | None:
    """Return the import that made a batch; ``None`` if none did, or if it did not keep what it replaced."""
    return Import.objects.filter(is_undoable=True, report__batch=number).first()


def undo_batch(number: int, act: Act, *, progress: Callable[[int], object] = lambda _: None) -> Results[LogEntry]:
    """Take back every move of a batch, newest first; the undo is logged as a batch too.

    Each move is taken back in its own transaction, by the rules of the move that does it; one that is rejected does not
    stop the others. :class:`MoveRefused` without a reason, if the batch does not exist, or if an import made it, which
    must be undone as a whole. ``progress`` is called for each move, with 1 if it was taken back, otherwise 0.
    """
    clean_reason(DELETE, act.reason)
    if made := import_of(number):
        raise MoveRefused(
            f"Batch {number} is import {made.number} of {made.source}. Undo the import instead (manage.py undo_import "
            f"{made.number}): that also forgets what the source had."
        )
    entries = list(entries_of(number).reverse())
    if not entries:
        raise MoveRefused(f"The log has no batch {number}.")
    last = LogEntry.objects.order_by("number").values_list("number", flat=True).last() or 0
    results: dict[int, Result[LogEntry]] = {}
    with batch() as logged:
        for _ in range(_ROUNDS):
            left = [entry for entry in entries if entry.number not in results or not results[entry.number].done]
            for entry in left:
                results[entry.number] = result = _try_to_undo(entry, act, last)
                progress(int(result.done))
            if not any(results[entry.number].done for entry in left):
                break
    return Results([results[entry.number] for entry in entries], logged.number)


def _try_to_undo(entry: LogEntry, act: Act, last: int) -> Result[LogEntry]:
    try:
        with transaction.atomic():
            _require_untouched(entry, last)
            _undo(entry, act)
    except (MoveRefused, InvalidDocument) as refusal:
        return Result(entry, done=False, why=str(refusal))
    except models.ProtectedError:
        return Result(entry, done=False, why=f"{entry.slug} is not deleted: another record refers to it.")
    except DatabaseError:
        return Result(entry, done=False, why="The database rejected it.")
    return Result(entry, done=True)


def _undo(entry: LogEntry, act: Act) -> None:
    function = next((rule.undo_function for rule in MOVES if rule.move == entry.move and rule.undo_function), "")
    if not function:
        raise MoveRefused(f"{entry.slug} is left alone: a move of this kind ({entry.get_move_display()}) has no undo.")
    import_string(function)(entry, act)


def _require_untouched(entry: LogEntry, last: int) -> None:
    """Reject an entry if the log has a later move of the same record or proposal, outside the batch."""
    if entry.proposal is None or entry.move == Move.PUBLISHED:
        # A proposal does not change the record until it is accepted.
        about = Q(proposal=None) | Q(move=Move.PUBLISHED)
    else:
        about = Q(proposal=entry.proposal)
    later = (
        LogEntry.objects.filter(about, record_type=entry.record_type, slug=entry.slug)
        .filter(number__gt=entry.number, number__lte=last)
        .exclude(batch=entry.batch)
        .order_by("number")
        .first()
    )
    if later is not None:
        raise MoveRefused(
            f"{entry.slug} is left alone: {later.by} {later.get_move_display()} it since (entry {later.number})."
        )


def _record(entry: LogEntry) -> Record:
    model = BY_NAME[entry.record_type].model
    record: Record | None = model._default_manager.filter(slug=entry.slug).defer("rendering").first()
    if record is None:
        raise MoveRefused(f"{entry.slug} was deleted.")
    return record


def _proposal(entry: LogEntry) -> Proposal:
    return Proposal.objects.get(number=entry.proposal or 0)


# --- Records that were never public -------------------------------------------------------------


def undo_save(entry: LogEntry, act: Act) -> None:
    """Delete the draft if the entry created it; otherwise restore its former content."""
    record = _record(entry)
    if _document_at(record, _recorded_at(entry)) != encode(type_of(record), record.pk):
        raise MoveRefused(f"{entry.slug} is left alone: its content has changed since.")
    before = _document_before(record, entry)
    if before is None:
        moves.take_back(record, entry, act)
        return
    if not may_undo(act.account, record, entry.by):
        raise MoveRefused(f"{act.name} may not change {entry.slug} back: only {entry.by} or an administrator may.")
    moves.rewrite(record, before, act)


def _document_before(record: Record, entry: LogEntry) -> Document | None:
    """Return the record's document before a batch; ``None`` if it did not exist."""
    earlier = LogEntry.objects.filter(record_type=entry.record_type, slug=entry.slug, number__lt=entry.number)
    if earlier.filter(at=entry.at).exclude(batch=entry.batch).exists():
        raise MoveRefused(
            f"{entry.slug} is left alone: it was saved twice at one instant, so history has not kept its content "
            "before."
        )
    return _document_at(record, _recorded_at(entry) - _TICK)


def _recorded_at(entry: LogEntry) -> datetime:
    """Return the instant of an entry's rows in history, which differs from the log's if the clock was corrected."""
    instant = entry.at
    for correction in ClockCorrection.objects.filter(log_number__gte=entry.number).order_by("number"):
        instant = correction.corrected(instant)
    return instant


def _document_at(record: Record, instant: datetime) -> Document | None:
    """Return the document of a record at an instant; ``None`` if it did not exist."""
    with known_at(instant):
        if not type(record)._default_manager.filter(pk=record.pk).exists():
            return None
        try:
            return encode(type_of(record), record.pk)
        except KeyError as missing:
            raise MoveRefused(
                f"{record.slug} is left alone: history has not kept a record that it referred to."
            ) from missing


def undo_submission(entry: LogEntry, act: Act) -> None:
    """Make it a draft again; a proposal that the same batch made is left to :func:`undo_proposal`."""
    if entry.proposal is None:
        moves.recall(_record(entry), entry, act)
    elif not entries_of(entry.batch or 0).filter(proposal=entry.proposal, move=Move.PROPOSED).exists():
        proposals.send_back(_proposal(entry), act)


def undo_return(entry: LogEntry, act: Act) -> None:
    """Submit it again."""
    if entry.proposal is None:
        moves.submit(_record(entry), act)
    else:
        proposals.submit(_proposal(entry), act)


def undo_proposal(entry: LogEntry, act: Act) -> None:
    """Withdraw the proposal, unless it replaced an earlier text of the same proposal."""
    earlier = LogEntry.objects.filter(proposal=entry.proposal, number__lt=entry.number, move=Move.PROPOSED)
    if earlier.exclude(batch=entry.batch).exists():
        raise MoveRefused(
            f"Proposal {entry.proposal} for {entry.slug} is left alone: it replaced a text that is not kept."
        )
    proposals.withdraw(_proposal(entry), act)


# --- Public records -----------------------------------------------------------------------------


def undo_publication(entry: LogEntry, act: Act) -> None:
    """Retract a record that was published for the first time; otherwise propose its former version."""
    record = _record(entry)
    versions = Version.objects.filter(record_type=entry.record_type, slug=entry.slug).order_by("-number")
    made = versions.filter(recorded_from=_recorded_at(entry)).first()
    if made is None or made.recorded_to is not None:
        raise MoveRefused(f"{entry.slug} is left alone: another version is public now.")
    former = versions.filter(number__lt=made.number).exclude(kind=VersionKind.RETRACTION).first()
    if former is None:
        moves.retract(record, act)
        return
    change = proposals.ProposedChange(orjson.loads(former.document), VersionKind.CORRECTION)
    proposal = proposals.propose(record, change, act)
    proposals.submit(proposal, replace(act, reason=""))


def undo_retraction(entry: LogEntry, act: Act) -> None:
    """Restore the record."""
    moves.restore(_record(entry), act)


def undo_restoration(entry: LogEntry, act: Act) -> None:
    """Retract the record again."""
    moves.retract(_record(entry), act)
