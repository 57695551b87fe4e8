"""What waits for a reviewer, and what is risky about it: by risk, then by age, in a few queries however much waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

import orjson
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery, Value

from sanctions.database.unions import union_all
from sanctions.editorial.authors import SEPARATOR
from sanctions.ledger.versions import canonical_json
from sanctions.models import Assignment, Effect, LogEntry, Proposal, Record, Remark, Version
from sanctions.records.base import CITATIONS, Document
from sanctions.records.registry import LABELS, type_of
from sanctions.vocabulary import SUBJECT_FIELDS, Modality, Move, ProposalState, RemarkKind, State, VersionKind

#: At most so many records, and as many proposed changes, are weighed: the oldest.
MOST: Final = 1_000
_MANY: Final = 10


@dataclass(frozen=True, slots=True)
class Risk:
    """One thing to beware of, in words; the greater its weight, the sooner it should be read."""

    words: str
    weight: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """One thing that waits: a record in review, a proposed change in review, or a wish that a record be retracted."""

    record_type: str
    pk: int
    slug: str
    label: str
    #: ``record``, ``update``, ``correction`` or ``retraction``.
    what: str
    author_id: int | None
    author: str
    since: datetime | None
    risks: tuple[Risk, ...]
    #: Number of the proposed change, if it is one.
    number: int | None = None
    assignee_id: int | None = None
    assignee: str = ""
    due_on: date | None = None

    @property
    def weight(self) -> int:
        """How risky it is altogether."""
        return sum(risk.weight for risk in self.risks)


def waiting(models: Sequence[type[Record]], day: date) -> list[Waiting]:
    """Return all that waits for a reviewer among records of such nouns: the riskiest first, then the oldest."""
    nouns = [type_of(model).name for model in models]
    records = _records_in_review(models)
    proposals = list(_proposals_in_review(nouns))
    asked = list(_retractions_asked(nouns))
    named = _named(models) if proposals or asked else {}
    moved = _moved_by_events() if "event" in nouns else {}
    experienced = _published_once({row[5] for row in records} | {proposal.by for proposal in proposals})
    found = [_of_record(row, moved, experienced, day) for row in records]
    found += [
        _of_proposal(proposal, named[proposal.record_type, proposal.slug], experienced, day)
        for proposal in proposals
        if (proposal.record_type, proposal.slug) in named
    ]
    found += [
        _of_wish(remark, named[remark.record_type, remark.slug])
        for remark in asked
        if named.get((remark.record_type, remark.slug), (0, "", ""))[2] == State.PUBLISHED
    ]
    return sorted(found, key=lambda item: (-item.weight, item.since is None, item.since, item.slug))


# --- What waits ---------------------------------------------------------------------------------


def _assignment(column: str, **about: Any) -> Subquery:
    return Subquery(Assignment.objects.filter(**about).values(column)[:1])


def _records_in_review(models: Iterable[type[Record]]) -> list[tuple[Any, ...]]:
    """Return records in review: noun, key, slug, label, author's key and name, since when, and their assignment."""
    arms = [_in_review(model) for model in models]
    if not arms:
        return []
    return list(union_all(arms).order_by("since", "slug")[:MOST])


def _in_review(model: type[Record]) -> QuerySet[Any]:
    noun = type_of(model).name
    about = {"record_type": noun, "slug": OuterRef("slug"), "proposal__isnull": True}
    submitted = LogEntry.objects.filter(**about, move=Move.SUBMITTED).order_by("-number")
    rows: QuerySet[Any] = model._default_manager.filter(state=State.IN_REVIEW).order_by()
    return rows.annotate(  # type: ignore[no-any-return]
        since=Subquery(submitted.values("at")[:1]),
        assignee_id=_assignment("assignee", **about),
        assignee=_assignment("name", **about),
        due_on=_assignment("due_on", **about),
    ).values_list(
        Value(noun),
        "pk",
        "slug",
        F(LABELS[noun]),
        "author_id",
        "author__username",
        "since",
        "assignee_id",
        "assignee",
        "due_on",
    )


def _proposals_in_review(nouns: Sequence[str]) -> QuerySet[Any]:
    before = {"record_type": OuterRef("record_type"), "slug": OuterRef("slug")}
    rows = Proposal.objects.filter(state=ProposalState.IN_REVIEW, record_type__in=nouns).order_by("changed_at")
    return rows.annotate(
        assignee_id=_assignment("assignee", proposal=OuterRef("number")),
        assignee=_assignment("name", proposal=OuterRef("number")),
        due_on=_assignment("due_on", proposal=OuterRef("number")),
        retracted=Exists(Version.objects.filter(**before, kind=VersionKind.RETRACTION)),
        unwanted=Exists(Remark.objects.filter(**before, **_UNWANTED)),
    )[:MOST]


_UNWANTED: Final = {"kind": RemarkKind.RETRACTION, "resolved_at__isnull": True}


def _retractions_asked(nouns: Sequence[str]) -> QuerySet[Any]:
    return Remark.objects.filter(**_UNWANTED, record_type__in=nouns)[:MOST]


def _named(models: Iterable[type[Record]]) -> dict[tuple[str, str], tuple[int, str, str]]:
    """Return noun and slug → key, label and state of the records that are to change or to be retracted."""
    arms = []
    for model in models:
        noun = type_of(model).name
        changed = Proposal.objects.filter(state=ProposalState.IN_REVIEW, record_type=noun).order_by()
        asked = Remark.objects.filter(**_UNWANTED, record_type=noun).order_by()
        rows: QuerySet[Any] = model._default_manager.filter(
            Q(slug__in=changed.values("slug")) | Q(slug__in=asked.values("slug"))
        )
        arms.append(rows.order_by().values_list(Value(noun), "pk", "slug", F(LABELS[noun]), "state"))
    found = union_all(arms)
    return {(noun, slug): (pk, label, state) for noun, pk, slug, label, state in found}


# --- What is risky about it ---------------------------------------------------------------------


def _moved_by_events() -> dict[int, int]:
    """Return how many standings each event in review would touch."""
    columns = (*(f"{subject}_id" for subject in SUBJECT_FIELDS), "party_id")
    rows = Effect.objects.filter(event__state=State.IN_REVIEW).exclude(event__modality=Modality.CANCELLED).order_by()
    touched: dict[int, set[tuple[Any, ...]]] = defaultdict(set)
    for event, *subject in rows.values_list("event_id", *columns):
        touched[event].add(tuple(subject))
    return {event: len(subjects) for event, subjects in touched.items()}


def _published_once(names: set[str | None]) -> set[str]:
    """Return those of the names by which something was published that they wrote, alone or with others."""
    asked = {name for name in names if name}
    if not asked:
        return set()
    rows = Version.objects.filter(Q(author__in=asked) | Q(author__contains=SEPARATOR)).order_by()
    listed = rows.values_list("author", flat=True).distinct()
    return asked & {name for names_of_one in listed for name in names_of_one.split(SEPARATOR)}


def _common(author: str, due_on: date | None, experienced: set[str], day: date) -> list[Risk]:
    risks = []
    if due_on is not None and due_on < day:
        risks.append(Risk(f"overdue since {due_on.isoformat()}", 50))
    if author and author not in experienced:
        risks.append(Risk("first-time author: nothing of theirs was published yet", 25))
    return risks


def _moves(count: int) -> list[Risk]:
    if not count:
        return []
    return [Risk(f"moves {count} standing{'' if count == 1 else 's'}", 10 + min(count, _MANY))]


def _of_record(row: tuple[Any, ...], moved: dict[int, int], experienced: set[str], day: date) -> Waiting:
    noun, pk, slug, label, author_id, author, since, assignee_id, assignee, due_on = row
    risks = _common(author or "", due_on, experienced, day) + _moves(moved.get(pk, 0) if noun == "event" else 0)
    return Waiting(
        record_type=noun,
        pk=pk,
        slug=slug,
        label=label,
        what="record",
        author_id=author_id,
        author=author or "",
        since=since,
        assignee_id=assignee_id,
        assignee=assignee or "",
        due_on=due_on,
        risks=tuple(risks),
    )


def _of_proposal(proposal: Any, named: tuple[int, str, str], experienced: set[str], day: date) -> Waiting:
    base, document = orjson.loads(proposal.base), orjson.loads(proposal.document)
    risks = _common(proposal.by, proposal.due_on, experienced, day) + _moves(touched(base, document))
    if proposal.unwanted:
        risks.append(Risk("somebody asks for the record to be retracted", 60))
    if proposal.retracted:
        risks.append(Risk("the record was retracted before", 40))
    if gone := sources_lost(base, document):
        risks.append(Risk(f"takes away {gone} source{'' if gone == 1 else 's'}", 30))
    if proposal.kind == VersionKind.CORRECTION:
        risks.append(Risk("correction: what was public was wrong", 20))
    pk, label, _ = named
    return Waiting(
        record_type=proposal.record_type,
        pk=pk,
        slug=proposal.slug,
        label=label,
        what=str(proposal.kind),
        number=proposal.number,
        author_id=proposal.author_id,
        author=proposal.by,
        since=proposal.changed_at,
        assignee_id=proposal.assignee_id,
        assignee=proposal.assignee or "",
        due_on=proposal.due_on,
        risks=tuple(risks),
    )


def _of_wish(remark: Remark, named: tuple[int, str, str]) -> Waiting:
    pk, label, _ = named
    return Waiting(
        record_type=remark.record_type,
        pk=pk,
        slug=remark.slug,
        label=label,
        what="retraction",
        author_id=remark.account_id,
        author=remark.by,
        since=remark.at,
        risks=(Risk("somebody asks for the record to be retracted", 60),),
    )


def touched(base: Document, document: Document) -> int:
    """Return how many standings the change of an event's document touches: the subjects of the effects that differ.

    All of them if the event is cancelled by it, or no longer.
    """
    before, after = ({canonical_json(effect): effect for effect in one.get("effects", ())} for one in (base, document))
    cancelled = [one.get("modality") == Modality.CANCELLED for one in (base, document)]
    if cancelled[0] == cancelled[1]:
        changed = [effect for key, effect in (before | after).items() if (key in before) != (key in after)]
    else:
        changed = list((before | after).values())
    return len({tuple(effect.get(key) for key in (*SUBJECT_FIELDS, "party")) for effect in changed})


def sources_lost(base: Document, document: Document) -> int:
    """Return how many sources a document no longer cites that its base did."""
    before, after = ({row.get("source") for row in one.get(CITATIONS.name, ())} for one in (base, document))
    return len(before - after)
