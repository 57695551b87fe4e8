"""What a change page shows above the form: where a record stands, in law and at the desk, and why."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

from sanctions import edtf
from sanctions.admin.labels import lean
from sanctions.admin.standings import COLOURS, STATE_COLOURS, standings_on
from sanctions.editorial.permissions import may_edit, may_publish
from sanctions.models import (
    Actor,
    Agreement,
    Commitment,
    Designation,
    Effect,
    Measure,
    Order,
    Record,
    Tenure,
    Violation,
)
from sanctions.records.registry import type_of
from sanctions.records.render import link
from sanctions.standing import Answer, standing_on
from sanctions.vocabulary import Modality, Standing, State, Subject

#: Records that have a standing of their own.
SUBJECTS: Final[dict[type[Record], Subject]] = {
    Order: Subject.ORDER,
    Agreement: Subject.AGREEMENT,
    Violation: Subject.VIOLATION,
}
_SHOWN_WITH_EFFECTS: Final = ("event", "by_order", "by_agreement", "party")


@dataclass(frozen=True)
class Standpoint:
    """A standing today with its reasons, ready to be shown. ``of`` names the subject, where there are several."""

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
    """All that stands above the form of one record."""

    record: Record
    state_colour: str
    public_link: str
    editable: bool
    waiting_for: str
    standing: Standpoint | None = None
    remark: str = ""
    history: list[Entry] = field(default_factory=list)
    parts_title: str = ""
    parts: list[Standpoint] = field(default_factory=list)


def dossier(record: Record, user: AbstractBaseUser | AnonymousUser, day: date) -> Dossier:
    """Gather the dossier of a record: a few queries, however long its history is."""
    found = Dossier(
        record=record,
        state_colour=STATE_COLOURS[record.state],
        public_link=link(type_of(record).name, record.slug) if record.is_published else "",
        editable=may_edit(user, record),
        waiting_for=_waiting_for(record, user),
    )
    if subject := SUBJECTS.get(type(record)):
        effects = _effects(record, subject)
        found.history = [_entry(effect) for effect in effects]
        counted = [effect for effect in effects if not _uncounted(effect)]
        own = [effect for effect in counted if subject is not Subject.AGREEMENT or effect.party_id is None]
        found.standing = _standpoint("", standing_on(day, own, subject))
    match record:
        case Order():
            found.parts_title = "Measures"
            found.parts = _parts(lean(Measure.objects.filter(order=record)).order_by("ordinal"), Subject.MEASURE, day)
        case Agreement():
            found.parts_title = "Parties and commitments"
            rows = lean(Commitment.objects.filter(agreement=record)).order_by("ordinal")
            found.parts = [*_parties(record, day), *_parts(rows, Subject.COMMITMENT, day)]
        case Actor():
            found.remark = _offices(record, day)
        case Designation():
            found.remark = _listed(record, day)
    return found


def _waiting_for(record: Record, user: AbstractBaseUser | AnonymousUser) -> str:
    """Return the next move and who can make it."""
    match record.state:
        case State.DRAFT:
            return "Submit it for review when it is complete; then somebody else publishes it."
        case State.IN_REVIEW if may_publish(user, record):
            return "It waits for a reviewer: you may publish it or return it."
        case State.IN_REVIEW:
            return "It waits for a reviewer who is not its author."
        case State.PUBLISHED if may_edit(user, record):
            return "The public sees it: what you save here is public at once."
        case State.PUBLISHED:
            return "The public sees it: only reviewers may change it."
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


def _standpoint(of: str, answer: Answer[Any]) -> Standpoint:
    return Standpoint(
        of=of,
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


def _parts(rows: Iterable[Any], subject: Subject, day: date) -> list[Standpoint]:
    rows = list(rows)
    answers = standings_on(day, subject, rows)
    return [_standpoint(str(row), answers[row.pk]) for row in rows]


def _parties(agreement: Agreement, day: date) -> list[Standpoint]:
    found = Effect.objects.defer("event__rendering", "party__rendering").by_party([agreement])
    effects: dict[int, list[Any]] = found[agreement.pk]
    named = {effect.party_id: str(effect.party) for own in effects.values() for effect in own if effect.party_id}
    standpoints = [_standpoint(named[key], standing_on(day, own, Subject.PARTY)) for key, own in effects.items()]
    return sorted(standpoints, key=lambda standpoint: standpoint.of)


def _offices(actor: Actor, day: date) -> str:
    held = lean(Tenure.objects.filter(Tenure.on(day), actor=actor), "body").order_by("ordinal")
    offices = ", ".join(f"{tenure.title} ({tenure.body})" for tenure in held)
    return f"In office today: {offices}" if offices else ""


def _listed(designation: Designation, day: date) -> str:
    if Designation.objects.listed(day).filter(pk=designation.pk).exists():
        return "Certainly listed today."
    return "Not, or not certainly, listed today."
