"""Undoing a batch: each of its moves is taken back, the newest first, where nobody has touched the record since.

What only the desk has seen becomes as it was before. What the public has seen is not taken out of the record of what
was public: it is changed back by a proposal, or retracted.
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

#: The shortest time that passes between two instants of the ledger.
_TICK: Final = timedelta(milliseconds=1)
#: How often what was refused is tried again: a draft can be deleted once the drafts that refer to it are.
_ROUNDS: Final = 5


def entries_of(number: int) -> models.QuerySet[LogEntry]:
    """Return the entries of a batch, the oldest first; none if there is no such batch."""
    return LogEntry.objects.filter(batch=number).order_by("number")


def import_of(number: int) -> Import | None:
    """Return the import whose batch this is, if it kept what it replaced; ``None`` if it is none."""
    return Import.objects.filter(is_undoable=True, report__batch=number).first()


def undo_batch(number: int, act: Act, *, progress: Callable[[int], object] = lambda _: None) -> Results[LogEntry]:
    """Take back every move of a batch, the newest first; what is undone is a batch of its own.

    Each is taken back by itself, with who may and what is needed for it; one that cannot be stops none of the others.
    :class:`MoveRefused` if there is no such batch, or no reason, or if the batch is that of an import, which is undone
    as a whole. ``progress`` is told of each that is taken back.
    """
    clean_reason(DELETE, act.reason)
    if made := import_of(number):
        raise MoveRefused(
            f"Batch {number} is import {made.number} of {made.source}: undo the import (manage.py undo_import "
            f"{made.number}), so that the source's memory of it goes, too."
        )
    entries = list(entries_of(number).reverse())
    if not entries:
        raise MoveRefused(f"The log has no batch {number}.")
    last = LogEntry.objects.order_by("number").values_list("number", flat=True).last() or 0
    results: dict[int, Result[LogEntry]] = {}
    with batch() as together:
        for _ in range(_ROUNDS):
            left = [entry for entry in entries if entry.number not in results or not results[entry.number].done]
            for entry in left:
                results[entry.number] = result = _taken_back(entry, act, last)
                progress(int(result.done))
            if not any(results[entry.number].done for entry in left):
                break
    return Results([results[entry.number] for entry in entries], together.number)


def _taken_back(entry: LogEntry, act: Act, last: int) -> Result[LogEntry]:
    try:
        with transaction.atomic():
            _demand_untouched(entry, last)
            _undo(entry, act)
    except (MoveRefused, InvalidDocument) as refusal:
        return Result(entry, done=False, why=str(refusal))
    except models.ProtectedError:
        return Result(entry, done=False, why=f"{entry.slug} is not deleted: another record refers to it.")
    except DatabaseError:
        return Result(entry, done=False, why="The database refused it.")
    return Result(entry, done=True)


def _undo(entry: LogEntry, act: Act) -> None:
    function = next((rule.undo_function for rule in MOVES if rule.move == entry.move and rule.undo_function), "")
    if not function:
        raise MoveRefused(f"{entry.slug} is left alone: what is {entry.get_move_display()} is not brought back.")
    import_string(function)(entry, act)


def _demand_untouched(entry: LogEntry, last: int) -> None:
    """Refuse if somebody has made a move of the same since, outside the batch."""
    if entry.proposal is None or entry.move == Move.PUBLISHED:
        # Proposals leave the record as it is until one is accepted.
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
    found: Record | None = model._default_manager.filter(slug=entry.slug).defer("rendering").first()
    if found is None:
        raise MoveRefused(f"{entry.slug} is not there any more.")
    return found


def _proposal(entry: LogEntry) -> Proposal:
    return Proposal.objects.get(number=entry.proposal or 0)


# --- What only the desk has seen ----------------------------------------------------------------


def undo_save(entry: LogEntry, act: Act) -> None:
    """Delete the draft that was made, or give it back what it said."""
    record = _record(entry)
    if _said(record, _recorded_at(entry)) != encode(type_of(record), record.pk):
        raise MoveRefused(f"{entry.slug} is left alone: it does not say any more what it was given.")
    before = _before(record, entry)
    if before is None:
        moves.take_back(record, entry, act)
        return
    if not may_undo(act.account, record, entry.by):
        raise MoveRefused(f"{act.name} may not change {entry.slug} back: that needs {entry.by} or an administrator.")
    moves.rewrite(record, before, act)


def _before(record: Record, entry: LogEntry) -> Document | None:
    """Return what the record said before a batch; ``None`` if it was not there."""
    mine = LogEntry.objects.filter(record_type=entry.record_type, slug=entry.slug, number__lt=entry.number)
    if mine.filter(at=entry.at).exclude(batch=entry.batch).exists():
        raise MoveRefused(
            f"{entry.slug} is left alone: it was saved twice at one instant, and what it said is not kept."
        )
    return _said(record, _recorded_at(entry) - _TICK)


def _recorded_at(entry: LogEntry) -> datetime:
    """Return the instant at which history has what an entry did: another one if the clock was corrected since."""
    instant = entry.at
    for correction in ClockCorrection.objects.filter(log_number__gte=entry.number).order_by("number"):
        instant = correction.corrected(instant)
    return instant


def _said(record: Record, instant: datetime) -> Document | None:
    """Return what a record said at an instant; ``None`` if it was not there."""
    with known_at(instant):
        if not type(record)._default_manager.filter(pk=record.pk).exists():
            return None
        try:
            return encode(type_of(record), record.pk)
        except KeyError as missing:
            raise MoveRefused(
                f"{record.slug} is left alone: of what it named then, history keeps nothing."
            ) from missing


def undo_submission(entry: LogEntry, act: Act) -> None:
    """Make it a draft again; a proposal goes as soon as the move that made it is undone."""
    if entry.proposal is None:
        moves.recall(_record(entry), entry, act)
    elif not entries_of(entry.batch or 0).filter(proposal=entry.proposal, move=Move.PROPOSED).exists():
        proposals.send_back(_proposal(entry), act)


def undo_return(entry: LogEntry, act: Act) -> None:
    """Submit again what was returned."""
    if entry.proposal is None:
        moves.submit(_record(entry), act)
    else:
        proposals.submit(_proposal(entry), act)


def undo_proposal(entry: LogEntry, act: Act) -> None:
    """Withdraw the proposal, unless it stood there before in other words."""
    earlier = LogEntry.objects.filter(proposal=entry.proposal, number__lt=entry.number, move=Move.PROPOSED)
    if earlier.exclude(batch=entry.batch).exists():
        raise MoveRefused(
            f"proposal {entry.proposal} for {entry.slug} is left alone: it replaced what was proposed before, which is "
            "not kept."
        )
    proposals.withdraw(_proposal(entry), act)


# --- What the public has seen -------------------------------------------------------------------


def undo_publication(entry: LogEntry, act: Act) -> None:
    """Retract what was published for the first time; propose the former version of what was public before."""
    record = _record(entry)
    versions = Version.objects.filter(record_type=entry.record_type, slug=entry.slug).order_by("-number")
    made = versions.filter(recorded_from=_recorded_at(entry)).first()
    if made is None or made.recorded_to is not None:
        raise MoveRefused(f"{entry.slug} is left alone: what it published is not what is public now.")
    former = versions.filter(number__lt=made.number).exclude(kind=VersionKind.RETRACTION).first()
    if former is None:
        moves.retract(record, act)
        return
    change = proposals.ProposedChange(orjson.loads(former.document), VersionKind.CORRECTION)
    proposal = proposals.propose(record, change, act)
    proposals.submit(proposal, replace(act, reason=""))


def undo_retraction(entry: LogEntry, act: Act) -> None:
    """Restore what was retracted."""
    moves.restore(_record(entry), act)


def undo_restoration(entry: LogEntry, act: Act) -> None:
    """Retract what was restored."""
    moves.retract(_record(entry), act)
