"""What is shown above a record's form: its legal standing, its editorial state, and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from sanctions import edtf
from sanctions.admin.editorial.versions import Edition, versions_of
from sanctions.admin.labels import lean
from sanctions.admin.spans import Chart, Strand, chart_of
from sanctions.admin.standings import COLOURS, STATE_COLOURS, effects_on
from sanctions.editorial.authors import Authors, authors_of
from sanctions.editorial.permissions import may_propose, may_publish
from sanctions.models import (
    SUBJECT_OF,
    Actor,
    Agreement,
    Commitment,
    Designation,
    Effect,
    Measure,
    Order,
    Record,
    Source,
    Tenure,
    Violation,
)
from sanctions.projections.urls import record_url
from sanctions.records.citation_support import Support, support_of, unsourced
from sanctions.records.encode import encode
from sanctions.records.registry import type_of
from sanctions.standing import standing_on
from sanctions.vocabulary import Modality, Standing, State, Subject

_SHOWN_WITH_EFFECTS: Final = ("event", "by_order", "by_agreement", "party")


@dataclass(frozen=True)
class Account:
    """A subject with the effects that count for it. ``short`` is what the chart has room for of its name."""

    name: str
    short: str
    subject: Subject
    effects: Sequence[Any]


@dataclass(frozen=True)
class Standpoint:
    """A standing today with its reasons, ready to be shown. ``of`` names the subject."""

    of: str
    code: str
    label: str
    colour: str
    since: date | None
    until: date | None
    decided_by: Effect | None
    contested_by: tuple[Effect, ...]
    certain: bool
    possible: tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """One line of the history: an effect, and why it does not count if it does not."""

    effect: Effect
    day: str
    until: str
    uncounted: str


@dataclass
class Dossier:
    """Everything that is shown above the form of one record."""

    record: Record
    state_colour: str
    public_link: str
    waiting_for: str
    authors: Authors
    standing: Standpoint | None = None
    remark: str = ""
    history: list[Entry] = field(default_factory=list)
    parts_title: str = ""
    parts: list[Standpoint] = field(default_factory=list)
    chart: Chart | None = None
    versions: list[Edition] = field(default_factory=list)
    supports: list[Support] = field(default_factory=list)
    unsourced: list[str] = field(default_factory=list)

    @property
    def fields_without_own(self) -> int:
        """How many fields have no source of their own."""
        return sum(not support.specific for support in self.supports)

    @property
    def notices(self) -> list[Edition]:
        """The versions for which a public notice was issued, newest first."""
        return [edition for edition in self.versions if edition.notice]


def dossier(record: Record, user: AbstractBaseUser | AnonymousUser, day: date) -> Dossier:
    """Gather the dossier of a record; the number of queries does not grow with its history."""
    shown = Dossier(
        record=record,
        state_colour=STATE_COLOURS[record.state],
        public_link=record_url(type_of(record).name, record.slug) if record.is_published else "",
        waiting_for=_waiting_for(record, user),
        authors=authors_of(record),
    )
    match record:
        case Order() | Agreement() | Violation():
            _add_standings(shown, record, day)
        case Actor():
            shown.remark = _offices(record, day)
        case Designation():
            shown.remark = _listed(record, day)
    shown.versions = versions_of(record)
    if isinstance(record, Source):
        return shown
    record_type = type_of(record)
    # A form that shows a proposal is about the sources of the proposed document.
    document = getattr(record, "shown_document", None) or encode(record_type, record.pk)
    shown.supports, shown.unsourced = support_of(record_type, document), unsourced(record_type, document)
    return shown


def _add_standings(shown: Dossier, record: Order | Agreement | Violation, day: date) -> None:
    """Add the standing of a record today, those of its parts, and all former ones."""
    subject = SUBJECT_OF[type(record)]
    effects = _effects(record, subject)
    shown.history = [_entry(effect) for effect in effects]
    counted = [effect for effect in effects if not _uncounted(effect)]
    own = [effect for effect in counted if subject is not Subject.AGREEMENT or effect.party_id is None]
    whole = Account(str(record), f"The {subject.label}", subject, own)
    shown.standing = _standpoint(whole, day)
    groups = [("", [whole])]
    match record:
        case Order():
            shown.parts_title = "Measures"
            groups.append(("Measures", _measures(record)))
        case Agreement():
            shown.parts_title = "Parties and commitments"
            groups.append(("Parties", _parties(record)))
            groups.append(("Commitments", _commitments(record)))
    shown.parts = [_standpoint(part, day) for _, parts in groups[1:] for part in parts]
    shown.chart = chart_of([(title, _strands(parts)) for title, parts in groups], day)


def _waiting_for(record: Record, user: AbstractBaseUser | AnonymousUser) -> str:
    """Return the next move and who can make it."""
    match record.state:
        case State.DRAFT:
            return "Submit it for review when it is complete; then another user publishes it."
        case State.IN_REVIEW if may_publish(user, record):
            return "It waits for a reviewer: you may publish it or return it."
        case State.IN_REVIEW:
            return "It waits for a reviewer who is not its author."
        case State.PUBLISHED if may_propose(user, record):
            return "The public sees it. What you change here is a proposal, until another user accepts it."
        case State.PUBLISHED:
            return "The public sees it."
        case State.MERGED:
            return "It was merged into another record. Undoing that merge brings it back."
    return ""


def _effects(record: Record, subject: Subject) -> list[Any]:
    rows = Effect.objects.filter(**{str(subject): record})
    return list(lean(rows, *_SHOWN_WITH_EFFECTS).order_by("effective_latest", "sequence", "pk"))


def _uncounted(effect: Effect) -> str:
    if effect.event.state != State.PUBLISHED:
        return f"the event is {effect.event.get_state_display()}"
    return "the event was cancelled" if effect.event.modality == Modality.CANCELLED else ""


def _entry(effect: Effect) -> Entry:
    return Entry(
        effect=effect,
        day=edtf.humanise(effect.effective_on),
        until=edtf.humanise(effect.until) if effect.until else "",
        uncounted=_uncounted(effect),
    )


def _standpoint(account: Account, day: date) -> Standpoint:
    answer = standing_on(day, account.effects, account.subject)
    return Standpoint(
        of=account.name,
        code=str(answer.code),
        label=str(Standing(answer.code).label),
        colour=COLOURS[answer.code],
        since=answer.since,
        until=answer.until,
        decided_by=answer.decided_by,
        contested_by=answer.contested_by,
        certain=answer.certain,
        possible=tuple(str(Standing(code).label) for code in answer.possible if code != answer.code),
    )


def _strands(accounts: Sequence[Account]) -> list[Strand]:
    """Return the spans of subjects shown together, by their short names where these are unique."""
    times = Counter(account.short for account in accounts)
    return [
        Strand.of(account.short if times[account.short] == 1 else account.name, account.effects, account.subject)
        for account in accounts
    ]


def _measures(order: Order) -> list[Account]:
    rows = list(lean(Measure.objects.filter(order=order)).order_by("ordinal"))
    effects = effects_on(Subject.MEASURE, rows)
    return [Account(str(row), row.title or row.get_kind_display(), Subject.MEASURE, effects[row.pk]) for row in rows]


def _commitments(agreement: Agreement) -> list[Account]:
    rows = list(lean(Commitment.objects.filter(agreement=agreement)).order_by("ordinal"))
    effects = effects_on(Subject.COMMITMENT, rows)
    return [Account(str(row), row.text, Subject.COMMITMENT, effects[row.pk]) for row in rows]


def _parties(agreement: Agreement) -> list[Account]:
    found = Effect.objects.defer("event__rendering", "party__rendering").by_party([agreement])
    effects: dict[int, list[Any]] = found[agreement.pk]
    named = {effect.party_id: str(effect.party) for own in effects.values() for effect in own if effect.party_id}
    parties = [Account(named[key], named[key], Subject.PARTY, own) for key, own in effects.items()]
    return sorted(parties, key=lambda party: party.name)


def _offices(actor: Actor, day: date) -> str:
    held = lean(Tenure.objects.filter(Tenure.on(day), actor=actor), "body").order_by("ordinal")
    offices = ", ".join(f"{tenure.title} ({tenure.body})" for tenure in held)
    return f"In office today: {offices}" if offices else ""


def _listed(designation: Designation, day: date) -> str:
    if Designation.objects.listed(day).filter(pk=designation.pk).exists():
        return "Certainly listed today."
    return "Not, or not certainly, listed today."
