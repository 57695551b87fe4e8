"""Build records from executive orders and their disposition notes: orders, their signing events, presidents.

The Federal Register does not state whom an order concerns, its topics, or when it took effect: these are left out. The
order's note gets the free text of the disposition notes, and references without an action ("See").
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sanctions.importers.base import FIXED, Contribution, Fault
from sanctions.importers.federal_register.disposition_notes import Direction, Instrument, InstrumentKind
from sanctions.importers.federal_register.order_actions import (
    RECORDED,
    OrderAction,
    OrderHistory,
    day_of,
    read_history,
    wording,
)
from sanctions.importers.federal_register.presidential_document import President, PresidentialDocument
from sanctions.importers.federal_register.source import FEDERAL_REGISTER, PRESIDENT
from sanctions.models import Order
from sanctions.models.fields import longest
from sanctions.records.actors import ACTOR
from sanctions.records.base import Document
from sanctions.records.events import EVENT
from sanctions.records.orders import ORDER
from sanctions.vocabulary import ActorKind, EventKind, GeographicScope, IdentifierScheme, OrderKind, Role, Verb

#: The Federal Register's identifiers of presidents that have another slug here.
PRESIDENTS: Final = {"william-j-clinton": "bill-clinton"}


@dataclass(frozen=True, slots=True)
class _Naming:
    """The naming of orders of one kind: the prefix of slugs, the identifier's scheme, the name and its short form."""

    kind: OrderKind
    slug: str
    scheme: IdentifierScheme
    name: str
    short: str


_NAMINGS: Final = {
    InstrumentKind.EXECUTIVE_ORDER: _Naming(
        OrderKind.EXECUTIVE_ORDER, "us-eo", IdentifierScheme.US_EO, "Executive Order", "EO"
    ),
    InstrumentKind.PROCLAMATION: _Naming(
        OrderKind.PROCLAMATION, "us-proc", IdentifierScheme.US_PROCLAMATION, "Proclamation", "Proclamation"
    ),
}
#: Characters that the title and the note of an order may have.
_LONGEST_TITLE: Final = longest(Order, "title")
_LONGEST_NOTE: Final = longest(Order, "note")
_CUT: Final = " … (cut)"


@dataclass(slots=True)
class OrderRecords:
    """The records, in an order in which they precede those that refer to them, and the faults of the notes."""

    contributions: list[Contribution]
    faults: list[Fault]


def build_records(documents: Sequence[PresidentialDocument]) -> OrderRecords:
    """Build the records of documents and their notes."""
    history = read_history(documents)
    contributions = [*_presidents(documents), *_orders(history), *_events(history)]
    return OrderRecords(contributions, history.faults)


def slug_of(target: Instrument) -> str:
    """Return the slug of the order that an instrument is."""
    return f"{_NAMINGS[target.kind].slug}-{target.number.lower()}"


def name_of(target: Instrument) -> str:
    """Return the common name of an order: "Executive Order 12345"."""
    return f"{_NAMINGS[target.kind].name} {target.number}"


def _key(target: Instrument) -> str:
    return f"{_NAMINGS[target.kind].short} {target.number}"


# --- Presidents and orders ----------------------------------------------------------------------


def _presidents(documents: Iterable[PresidentialDocument]) -> Iterator[Contribution]:
    """Yield the issuing office and its holders. Actors that exist stay unchanged."""
    yield _actor(PRESIDENT, FEDERAL_REGISTER.title)
    seen: set[str] = set()
    for document in documents:
        president = document.president
        if president and president.identifier not in seen:
            seen.add(president.identifier)
            actor = {"slug": _slug_of_president(president), "kind": ActorKind.PERSON.value, "name": president.name}
            yield _actor(actor, document.place)


def _actor(document: Document, place: str) -> Contribution:
    return Contribution(f"{FIXED}actor/{document['slug']}", ACTOR, document, place)


def _slug_of_president(president: President) -> str:
    return PRESIDENTS.get(president.identifier, president.identifier)


def _orders(history: OrderHistory) -> Iterator[Contribution]:
    notes = _texts(history)
    for target, document in history.documents.items():
        if len(document.title) > _LONGEST_TITLE:
            notes[target].insert(0, f"Its whole title: {document.title}")
        yield Contribution(_key(target), ORDER, _order(target, document, notes[target]), document.place)
    for target, place in _named_only(history).items():
        yield Contribution(_key(target), ORDER, _stub(target), place)


def _order(target: Instrument, document: PresidentialDocument, notes: list[str]) -> Document:
    president = document.president
    return _filled(
        slug=slug_of(target),
        kind=document.kind.value,
        title=_cut(document.title, _LONGEST_TITLE),
        identifiers=[
            {"scheme": scheme.value, "value": value}
            for scheme, value in (
                (IdentifierScheme.US_EO, target.number),
                (IdentifierScheme.FR_CITATION, document.citation),
                (IdentifierScheme.FR_DOCUMENT, document.document_number),
            )
            if value
        ],
        issuer=PRESIDENT["slug"],
        signatory=_slug_of_president(president) if president else "",
        geographic_scope=GeographicScope.NOT_CODED.value,
        note=_cut("\n".join(notes)),
    )


def _stub(target: Instrument) -> Document:
    """Return the document of an order that is known only from notes of others."""
    naming = _NAMINGS[target.kind]
    return {
        "slug": slug_of(target),
        "kind": naming.kind.value,
        "title": name_of(target),
        "identifiers": [{"scheme": naming.scheme.value, "value": target.number}],
        "issuer": PRESIDENT["slug"],
        "geographic_scope": GeographicScope.NOT_CODED.value,
        "note": "Known from disposition notes of other orders only; its title is not known.",
    }


def _named_only(history: OrderHistory) -> dict[Instrument, str]:
    """Return the instruments in actions that have no document, with the place that names each."""
    named: dict[Instrument, str] = {}
    for act in history.acts.values():
        for target in (act.subject, act.by):
            if target.kind in RECORDED and target not in history.documents:
                named.setdefault(target, act.places[0])
    return named


def _texts(history: OrderHistory) -> dict[Instrument, list[str]]:
    """Return the free text of each document's notes, and the clauses that give no effect."""
    texts: dict[Instrument, list[str]] = defaultdict(list)
    for document, disposition in history.dispositions.items():
        related = [
            f"{clause.target} ({clause.note})" if clause.note else str(clause.target)
            for clause in disposition.clauses
            if clause.direction is Direction.NEITHER
        ]
        if related:
            texts[document].append(f"See also, by the disposition notes: {'; '.join(dict.fromkeys(related))}.")
        texts[document] += [f"{remark.label}: {remark.text}" for remark in disposition.remarks]
        texts[document] += [
            f"Disposition notes not parsed: {piece.text} ({piece.reason})" for piece in disposition.unread
        ]
    for unused in history.unused:
        text = f"Disposition notes not used: {wording(unused.clause)} ({unused.reason})"
        texts[unused.document].append(text)
    return texts


# --- Events -------------------------------------------------------------------------------------


def _events(history: OrderHistory) -> Iterator[Contribution]:
    acts: dict[Instrument, list[OrderAction]] = defaultdict(list)
    for act in history.acts.values():
        acts[act.by].append(act)
    for target, document in history.documents.items():
        event = _signature(history, target, document, acts[target])
        yield Contribution(f"{_key(target)} signed", EVENT, event, document.place)
    for target, place in _named_only(history).items():
        if target in history.days:
            event = _signature(history, target, None, acts[target])
            yield Contribution(f"{_key(target)} signed", EVENT, event, place)
    yield from _by_unnumbered(history, [act for by, done in acts.items() if by.kind not in RECORDED for act in done])


def _signature(
    history: OrderHistory, target: Instrument, document: PresidentialDocument | None, acts: Sequence[OrderAction]
) -> Document:
    """Return the signing event of an order, with its effects on others."""
    slug, day, note = slug_of(target), day_of(history, target), ""
    if target in history.dated_by_notes:
        note = "The day of signature is known from disposition notes of other orders only."
    elif not day and document:
        # It was signed before it was published.
        day, note = f"../{document.published_on}", "The Federal Register gives no day of signature."
    effects = [{"order": slug, "verb": Verb.ISSUED.value, "effective_on": day}]
    participations = [{"actor": PRESIDENT["slug"], "role": Role.ISSUER.value}]
    if document:
        effects.append({"order": slug, "verb": Verb.PUBLISHED.value, "effective_on": document.published_on.isoformat()})
        if document.president:
            signatory = {"actor": _slug_of_president(document.president), "role": Role.SIGNATORY.value}
            participations.insert(0, signatory)
    return _filled(
        slug=f"{slug}-signed",
        kind=EventKind.SIGNING.value,
        title=f"{name_of(target)} signed",
        happened_on=day,
        participations=participations,
        effects=effects + [_effect(act) for act in sorted(acts, key=_place)],
        note=note,
    )


def _place(act: OrderAction) -> tuple[str, str]:
    return (slug_of(act.subject), act.verb.value)


def _effect(act: OrderAction) -> Document:
    return _filled(
        order=slug_of(act.subject),
        verb=act.verb.value,
        effective_on=act.effective_on,
        by_order=slug_of(act.by) if act.by.kind in RECORDED else "",
        in_part=act.in_part,
        note=_cut(" ".join(act.notes)),
    )


def _by_unnumbered(history: OrderHistory, acts: Sequence[OrderAction]) -> Iterator[Contribution]:
    """Yield an event for each action of an instrument without a record, such as a notice of continuation."""
    years = Counter((act.subject, act.effective_on[:4]) for act in acts if _is_continuation(act))
    for act in acts:
        if _is_continuation(act):
            is_only = years[act.subject, act.effective_on[:4]] == 1
            when = act.effective_on[:4] if is_only else act.effective_on
            slug = f"{slug_of(act.subject)}-continued-{when}"
            kind, title = EventKind.CONTINUATION, f"Notice continues {name_of(act.subject)} ({when})"
        else:
            by = f"{act.by.kind} {act.by.number or act.by.date}"
            slug = f"{slug_of(act.subject)}-{act.verb}-by-{by}".replace(" ", "-").replace("_", "-").lower()
            kind, title = EventKind.LEGAL_ACT, f"{name_of(act.subject)} {act.verb.label} by {act.by}"
        event = {
            "slug": slug,
            "kind": kind.value,
            "title": title,
            "happened_on": day_of(history, act.by),
            "participations": [{"actor": PRESIDENT["slug"], "role": Role.ISSUER.value}],
            "effects": [_effect(act)],
        }
        yield Contribution(f"{_key(act.subject)} {act.verb} by {act.by}", EVENT, event, act.places[0])


def _is_continuation(act: OrderAction) -> bool:
    return act.verb is Verb.CONTINUED and act.by.kind is InstrumentKind.NOTICE


def _filled(**keys: Any) -> Document:
    """Return a document of the keys that have a value."""
    return {key: value for key, value in keys.items() if value}


def _cut(text: str, most: int = _LONGEST_NOTE) -> str:
    return text if len(text) <= most else text[: most - len(_CUT)] + _CUT
