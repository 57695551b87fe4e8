"""Possible duplicates: suggested by names and identifiers, decided by a person.

Nothing is merged automatically. "Bank Melli" and "Bank Mellat" are two banks, but "Sepah Bank" is "Bank Sepah": only a
person can decide. A pair that was decided is not suggested again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.db import transaction

from sanctions.editorial.move_table import COMPARE
from sanctions.editorial.permissions import may_compare
from sanctions.editorial.procedure import batch, log_move, move_transaction
from sanctions.editorial.similarity import Pair, find_similar_names, pairs_within
from sanctions.exceptions import MoveRefused
from sanctions.ledger.versions import Act, advance_head
from sanctions.models import Designation, Identifier, Likeness, Record, Source
from sanctions.models.duplicates import CERTAIN
from sanctions.models.log import LONGEST_REASON
from sanctions.records.base import IDENTIFIERS, NAMES, RecordType, part_model
from sanctions.records.registry import type_of
from sanctions.vocabulary import LOCAL, Sameness, State

if TYPE_CHECKING:
    pass

#: The default for the least score of two names that is suggested.
LEAST: Final = 85
#: The score of two listings of one actor on one list under one program and order, whatever the name of the entry.
_SAME_LISTING: Final = 90
#: The score of two records that share a number which is unique only within its state or register.
_SAME_NUMBER: Final = 95
#: The score of two sources at one URL, which may be that of a whole collection.
_SAME_ADDRESS: Final = 95
#: The states of records that are compared.
_COMPARED: Final = (State.DRAFT, State.IN_REVIEW, State.PUBLISHED)
#: The bounds of the day that distinguishes two records with the same title.
_DAYS: Final = {
    "order": ("dated_on", "dated_on"),
    "event": ("happened_earliest", "happened_latest"),
    "violation": ("committed_earliest", "committed_latest"),
    "source": ("published_earliest", "published_latest"),
}


@dataclass(frozen=True, slots=True)
class Reason:
    """Why two records may be the same: the score of their similarity, 0 to 100, and a sentence."""

    score: int
    why: str


@dataclass(slots=True)
class Report:
    """The numbers of pairs after a search: new, waiting already, decided, and removed because they no longer match."""

    new: int = 0
    waiting: int = 0
    decided: int = 0
    removed: int = 0


def find_duplicates(record_type: RecordType, least: int = LEAST) -> dict[Pair, Reason]:
    """Return the pairs of records of a noun that may be the same: their slugs, sorted → why."""
    reasons: dict[Pair, Reason] = {}
    days = _days(record_type)
    if record_type.model is not Designation:
        for pair, match in find_similar_names(_names(record_type), least).items():
            if not _on_different_days(days, pair):
                reasons[pair] = Reason(match.score, f"Names: {match.name!r} and {match.other_name!r}.")
    for pair, reason in _by_identity(record_type):
        if pair not in reasons or reasons[pair].score < reason.score:
            reasons[pair] = reason
        elif reason.score == CERTAIN:
            reasons[pair] = Reason(CERTAIN, f"{reason.why} {reasons[pair].why}")
    return reasons


def _compared(record_type: RecordType) -> Any:
    return record_type.model._default_manager.filter(state__in=_COMPARED).order_by()


def _names(record_type: RecordType) -> Iterator[tuple[str, str]]:
    yield from _compared(record_type).values_list("slug", record_type.label)
    if NAMES in record_type.keys:
        model = part_model(record_type.model, NAMES)
        rows = model._default_manager.filter(**{f"{record_type.name}__state__in": _COMPARED}).order_by()
        yield from rows.values_list(f"{record_type.name}__slug", "text")


def _days(record_type: RecordType) -> dict[str, tuple[date | None, date | None]]:
    if record_type.name not in _DAYS:
        return {}
    rows = _compared(record_type).values_list("slug", *_DAYS[record_type.name])
    return {slug: (earliest, latest) for slug, earliest, latest in rows}


def _on_different_days(days: dict[str, tuple[date | None, date | None]], pair: Pair) -> bool:
    """Whether both records have a day, and the two cannot be the same."""
    (begins, ends), (starts, stops) = (days.get(slug, (None, None)) for slug in pair)
    if begins is None or ends is None or starts is None or stops is None:
        return False
    return ends < starts or stops < begins


def _by_identity(record_type: RecordType) -> Iterator[tuple[Pair, Reason]]:
    """Yield the pairs that share an identity, in the order of what they share."""
    shared: dict[tuple[int, str], list[str]] = defaultdict(list)
    for slug, score, what in _identities(record_type):
        shared[score, what].append(slug)
    for (score, what), slugs in sorted(shared.items()):
        for pair in pairs_within([slugs]):
            yield pair, Reason(score, f"Both: {what}.")


def _identities(record_type: RecordType) -> Iterator[tuple[str, int, str]]:
    """Yield what identifies a record: its slug, the score of two records that share it, and what is shared."""
    if IDENTIFIERS in record_type.keys:
        owner = record_type.name
        rows = Identifier.objects.filter(**{f"{owner}__state__in": _COMPARED}).order_by()
        for slug, scheme, value in rows.values_list(f"{owner}__slug", "scheme", "value"):
            yield slug, _SAME_NUMBER if scheme in LOCAL else CERTAIN, f"identifier {scheme}:{value.casefold()}"
    rows = _compared(record_type)
    if record_type.model is Source:
        for slug, url, digest in rows.values_list("slug", "url", "content_hash"):
            if url:
                yield slug, _SAME_ADDRESS, f"address {url.rstrip('/')}"
            if digest:
                yield slug, CERTAIN, f"content {digest}"
    elif record_type.model is Designation:
        columns = ("actor__slug", "program__slug", "order__slug", "list_name", "entry_id")
        for slug, actor, program, order, list_name, entry in rows.values_list("slug", *columns):
            if entry:
                yield slug, CERTAIN, f"entry {entry} of {list_name or program or order}"
            ground = ", ".join(filter(None, (program, order, list_name)))
            yield slug, _SAME_LISTING, f"listing of {actor} under {ground}"


def suggest(record_type: RecordType, at: datetime, least: int = LEAST) -> Report:
    """Store which records of a noun may be the same. Decisions of a person are kept."""
    reasons = find_duplicates(record_type, least)
    report = Report()
    with transaction.atomic():
        advance_head(at)
        known = {(pair.first, pair.second): pair for pair in Likeness.objects.filter(record_type=record_type.name)}
        new, changed = [], []
        for (first, second), reason in sorted(reasons.items()):
            pair = known.pop((first, second), None)
            if pair is None:
                values = {"first": first, "second": second, "score": reason.score, "why": reason.why}
                new.append(Likeness(record_type=record_type.name, **values))
            elif pair.decision != Sameness.UNDECIDED:
                report.decided += 1
            else:
                report.waiting += 1
                pair.score, pair.why = reason.score, reason.why
                changed.append(pair)
        Likeness.objects.bulk_create(new, batch_size=200)
        Likeness.objects.bulk_update(changed, ["score", "why"], batch_size=100)
        outdated = [pair.pk for pair in known.values() if pair.decision == Sameness.UNDECIDED]
        for start in range(0, len(outdated), 500):
            Likeness.objects.filter(pk__in=outdated[start : start + 500]).delete()
        report.new, report.removed = len(new), len(outdated)
    return report


# --- Deciding -----------------------------------------------------------------------------------


def pair_of(record_type: RecordType, first: str, second: str) -> Likeness | None:
    """Return the stored pair of two records, given in either order."""
    return Likeness.objects.of(record_type.name, first, second).first()


def decide(records: tuple[Record, Record], decision: Sameness, act: Act) -> Likeness:
    """Decide whether two records of one noun, suggested or not, are the same, different, or that it is unsure.

    The decision that they are the same only proposes to merge them; the merge is another move.
    """
    record, other = records
    with batch(), move_transaction(COMPARE, act) as act:
        record_type = require_comparable(record, other)
        if not may_compare(act.account, type(record)):
            raise MoveRefused(f"{act.name} may not decide whether {record.slug} and {other.slug} are the same.")
        if decision not in (Sameness.SAME, Sameness.DIFFERENT, Sameness.UNSURE):
            raise MoveRefused("Choose a decision: same, different or unsure.")
        first, second = sorted((record.slug, other.slug))
        pair = pair_of(record_type, first, second) or Likeness(
            record_type=record_type.name, first=first, second=second, score=0, why="Compared by hand."
        )
        pair.decision, pair.reason, pair.at = decision, act.reason, act.at
        pair.decider_id, pair.by = act.account.pk, act.name
        pair.save()
        for logged, against in ((record, other), (other, record)):
            reason = log_reason(f"{Sameness(decision).label}: {against.slug}", act.reason)
            log_move(logged, COMPARE.move, replace(act, reason=reason))
    return pair


def require_comparable(record: Record, other: Record) -> RecordType:
    """Return the noun of two records that can be compared; :class:`MoveRefused` if they cannot."""
    if type(record) is not type(other) or record.pk == other.pk:
        raise MoveRefused("Only two different records of the same kind can be compared.")
    for compared in (record, other):
        compared.refresh_from_db(fields=["state"])
        if compared.state == State.MERGED:
            raise MoveRefused(f"{compared.slug} was merged into another record. Undo that merge first.")
    return type_of(record)


def log_reason(what: str, reason: str) -> str:
    """Return the reason of a move of two records as the log stores it; :class:`MoveRefused` if it is too long."""
    text = f"{what}. {reason}"
    if len(text) > LONGEST_REASON:
        more = len(text) - LONGEST_REASON
        raise MoveRefused(f"The reason is {more:,} characters too long. The log also names both records.")
    return text
