"""The queue of reviewers: what waits for them, by risk and age, in a fixed number of queries."""

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

#: At most so many records, proposed changes and requests for retraction are read: the oldest of each.
MOST: Final = 1_000
#: Standings beyond this number add no weight.
_MANY: Final = 10


@dataclass(frozen=True, slots=True)
class Risk:
    """A reason to review something soon, in words; a greater weight moves it up in the queue."""

    words: str
    weight: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """An item of the queue: a record in review, a proposed change in review, or a request to retract a record."""

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
        """The sum of the weights of its risks."""
        return sum(risk.weight for risk in self.risks)


def review_queue(models: Sequence[type[Record]], day: date) -> list[Waiting]:
    """Return all items of the queue for records of these kinds: the riskiest first, then the oldest."""
    nouns = [type_of(model).name for model in models]
    records = _records_in_review(models)
    proposals = list(_proposals_in_review(nouns))
    requests = list(_retraction_requests(nouns))
    labels = _labels(models) if proposals or requests else {}
    standings = _standings_of_events() if "event" in nouns else {}
    experienced = _published_authors({row[5] for row in records} | {proposal.by for proposal in proposals})
    items = [_of_record(row, standings, experienced, day) for row in records]
    items += [
        _of_proposal(proposal, labels[proposal.record_type, proposal.slug], experienced, day)
        for proposal in proposals
        if (proposal.record_type, proposal.slug) in labels
    ]
    items += [
        _of_retraction_request(remark, labels[remark.record_type, remark.slug])
        for remark in requests
        if labels.get((remark.record_type, remark.slug), (0, "", ""))[2] == State.PUBLISHED
    ]
    return sorted(items, key=lambda item: (-item.weight, item.since is None, item.since, item.slug))


# --- Items --------------------------------------------------------------------------------------


def _assignment(column: str, **about: Any) -> Subquery:
    return Subquery(Assignment.objects.filter(**about).values(column)[:1])


def _records_in_review(models: Iterable[type[Record]]) -> list[tuple[Any, ...]]:
    """Return records in review: noun, key, slug, label, author's key and name, since when, and their assignment."""
    queries = [_in_review(model) for model in models]
    if not queries:
        return []
    return list(union_all(queries).order_by("since", "slug")[:MOST])


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
    about = {"record_type": OuterRef("record_type"), "slug": OuterRef("slug")}
    rows = Proposal.objects.filter(state=ProposalState.IN_REVIEW, record_type__in=nouns).order_by("changed_at")
    return rows.annotate(
        assignee_id=_assignment("assignee", proposal=OuterRef("number")),
        assignee=_assignment("name", proposal=OuterRef("number")),
        due_on=_assignment("due_on", proposal=OuterRef("number")),
        retracted=Exists(Version.objects.filter(**about, kind=VersionKind.RETRACTION)),
        unwanted=Exists(Remark.objects.filter(**about, **_OPEN_REQUEST)),
    )[:MOST]


_OPEN_REQUEST: Final = {"kind": RemarkKind.RETRACTION, "resolved_at__isnull": True}


def _retraction_requests(nouns: Sequence[str]) -> QuerySet[Any]:
    return Remark.objects.filter(**_OPEN_REQUEST, record_type__in=nouns)[:MOST]


def _labels(models: Iterable[type[Record]]) -> dict[tuple[str, str], tuple[int, str, str]]:
    """Return noun and slug → key, label and state of records with a proposal in review or a request to retract."""
    queries = []
    for model in models:
        noun = type_of(model).name
        changed = Proposal.objects.filter(state=ProposalState.IN_REVIEW, record_type=noun).order_by()
        unwanted = Remark.objects.filter(**_OPEN_REQUEST, record_type=noun).order_by()
        rows: QuerySet[Any] = model._default_manager.filter(
            Q(slug__in=changed.values("slug")) | Q(slug__in=unwanted.values("slug"))
        )
        queries.append(rows.order_by().values_list(Value(noun), "pk", "slug", F(LABELS[noun]), "state"))
    records = union_all(queries)
    return {(noun, slug): (pk, label, state) for noun, pk, slug, label, state in records}


# --- Risks --------------------------------------------------------------------------------------


def _standings_of_events() -> dict[int, int]:
    """Return how many standings each event in review would change, by primary key of the event."""
    columns = (*(f"{subject}_id" for subject in SUBJECT_FIELDS), "party_id")
    rows = Effect.objects.filter(event__state=State.IN_REVIEW).exclude(event__modality=Modality.CANCELLED).order_by()
    touched: dict[int, set[tuple[Any, ...]]] = defaultdict(set)
    for event, *subject in rows.values_list("event_id", *columns):
        touched[event].add(tuple(subject))
    return {event: len(subjects) for event, subjects in touched.items()}


def _published_authors(names: set[str | None]) -> set[str]:
    """Return those of the names that are authors of a published version, alone or with others."""
    candidates = {name for name in names if name}
    if not candidates:
        return set()
    rows = Version.objects.filter(Q(author__in=candidates) | Q(author__contains=SEPARATOR)).order_by()
    authors = rows.values_list("author", flat=True).distinct()
    return candidates & {name for joined in authors for name in joined.split(SEPARATOR)}


def _common_risks(author: str, due_on: date | None, experienced: set[str], day: date) -> list[Risk]:
    risks = []
    if due_on is not None and due_on < day:
        risks.append(Risk(f"overdue since {due_on.isoformat()}", 50))
    if author and author not in experienced:
        risks.append(Risk("first-time author: nothing of theirs was published yet", 25))
    return risks


def _risk_of_standings(count: int) -> list[Risk]:
    if not count:
        return []
    return [Risk(f"moves {count} standing{'' if count == 1 else 's'}", 10 + min(count, _MANY))]


def _of_record(row: tuple[Any, ...], standings: dict[int, int], experienced: set[str], day: date) -> Waiting:
    noun, pk, slug, label, author_id, author, since, assignee_id, assignee, due_on = row
    risks = _common_risks(author or "", due_on, experienced, day)
    risks += _risk_of_standings(standings.get(pk, 0) if noun == "event" else 0)
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


def _of_proposal(proposal: Any, labelled: tuple[int, str, str], experienced: set[str], day: date) -> Waiting:
    base, document = orjson.loads(proposal.base), orjson.loads(proposal.document)
    risks = _common_risks(proposal.by, proposal.due_on, experienced, day)
    risks += _risk_of_standings(count_changed_standings(base, document))
    if proposal.unwanted:
        risks.append(Risk("somebody asks for the record to be retracted", 60))
    if proposal.retracted:
        risks.append(Risk("the record was retracted before", 40))
    if lost := count_lost_sources(base, document):
        risks.append(Risk(f"takes away {lost} source{'' if lost == 1 else 's'}", 30))
    if proposal.kind == VersionKind.CORRECTION:
        risks.append(Risk("correction: what was public was wrong", 20))
    pk, label, _ = labelled
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


def _of_retraction_request(remark: Remark, labelled: tuple[int, str, str]) -> Waiting:
    pk, label, _ = labelled
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


def count_changed_standings(base: Document, document: Document) -> int:
    """Return how many standings a change of an event concerns: the number of subjects of the effects that differ.

    If the change cancels the event, or undoes its cancellation, all its effects count.
    """
    before, after = (
        {canonical_json(effect): effect for effect in event.get("effects", ())} for event in (base, document)
    )
    cancelled = [event.get("modality") == Modality.CANCELLED for event in (base, document)]
    if cancelled[0] == cancelled[1]:
        changed = [effect for key, effect in (before | after).items() if (key in before) != (key in after)]
    else:
        changed = list((before | after).values())
    return len({tuple(effect.get(key) for key in (*SUBJECT_FIELDS, "party")) for effect in changed})


def count_lost_sources(base: Document, document: Document) -> int:
    """Return the number of sources that the base cites and the document does not."""
    before, after = ({row.get("source") for row in version.get(CITATIONS.name, ())} for version in (base, document))
    return len(before - after)
