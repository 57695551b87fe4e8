"""Values that depend on a day and are added to stored renderings: standings, listings and offices.

Each function takes the rows of a page and the day, and returns the keys to add to each row, in a constant number of
queries.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, Final

from django.db import models

from sanctions.models import Commitment, Designation, Effect, Measure, Tenure
from sanctions.models.effects import EffectQuerySet
from sanctions.projections.rendered_documents import reference
from sanctions.records.base import Ref, Value
from sanctions.records.encode import Label, label_text
from sanctions.records.events import EVENT
from sanctions.records.registry import LABELS
from sanctions.standing import Answer, standing_on
from sanctions.vocabulary import SUBJECT_FIELDS, Subject

#: Primary key → the keys to add to the rendering of the row.
AddedKeys = dict[int, dict[str, Any]]

_EFFECT_KEYS: Final = EVENT.part("effects").keys
#: An effect as a reason has every key but those of its subject, which is the row itself.
_VALUES: Final = tuple(key.field for key in _EFFECT_KEYS if isinstance(key, Value))
_REFERENCES: Final = (
    "event",
    *(key.field for key in _EFFECT_KEYS if isinstance(key, Ref) and key.field not in SUBJECT_FIELDS),
)
_NAMES: Final = {
    "event": "title",
    "party": "name",
    "by_order": "title",
    "by_agreement": "title",
    "fulfilled_by": "title",
}


def standings(subject: Subject, rows: Sequence[models.Model], day: date) -> AddedKeys:
    """Return the standing of each row."""
    effects = effects_to_show().by_subject(subject, rows)
    return {pk: {"standing": shown(standing_on(day, of_row, subject), day)} for pk, of_row in effects.items()}


def agreements(rows: Sequence[models.Model], day: date) -> AddedKeys:
    """Return the standing of agreements, and of each party to them."""
    added = standings(Subject.AGREEMENT, rows, day)
    for pk, by_party in effects_to_show().by_party(rows).items():
        parties = []
        for party, effects in by_party.items():
            actor = next(effect.party for effect in effects if effect.party_id == party)
            parties.append({"actor": named(actor), "standing": shown(standing_on(day, effects, Subject.PARTY), day)})
        added[pk]["parties"] = sorted(parties, key=lambda party: party["actor"]["slug"])
    return added


def commitments(rows: Sequence[models.Model], day: date) -> AddedKeys:
    """Return the standing of commitments, and of each obligor under them."""
    subject = Subject.COMMITMENT
    effects = effects_to_show().by_subject(subject, rows)
    obligors: dict[int, list[Any]] = defaultdict(list)
    links = Commitment.obligors.through.objects.filter(commitment__in=list(effects))
    for link in links.select_related("actor").only("commitment_id", *_columns("actor", "name")).order_by("actor__slug"):
        obligors[link.commitment_id].append(link.actor)
    return {
        pk: {
            "standing": shown(standing_on(day, by_commitment, subject), day),
            "by_obligor": [
                {
                    "actor": named(actor),
                    "standing": shown(
                        standing_on(day, [e for e in by_commitment if e.party_id in (None, actor.pk)], subject),
                        day,
                    ),
                }
                for actor in obligors[pk]
            ],
        }
        for pk, by_commitment in effects.items()
    }


def listings(rows: Iterable[Designation], day: date) -> AddedKeys:
    """Return whether designations were listed on the day; ``None`` if their dates leave it open."""
    return {row.pk: {"as_of": day, "listed": _listed(row, day)} for row in rows}


def _listed(row: Designation, day: date) -> bool | None:
    begun, ended = row.listed_latest is not None and row.listed_latest <= day, row.delisted_latest
    if row.listed_earliest is not None and row.listed_earliest > day:
        return False
    if ended is not None and ended <= day:
        return False
    still = row.delisted_earliest is None or row.delisted_earliest > day
    return True if begun and still else None


def offices(rows: Sequence[models.Model], day: date) -> AddedKeys:
    """Return the offices that actors certainly held on the day."""
    held: dict[int, list[dict[str, Any]]] = defaultdict(list)
    tenures = Tenure.objects.filter(Tenure.on(day), actor__in=[row.pk for row in rows]).select_related("body")
    for tenure in tenures.only(
        "actor_id", "slug", "title", "rank", "held_from", "held_until", *_columns("body", "name")
    ):
        office = {"slug": tenure.slug, "body": named(tenure.body), "title": tenure.title, "rank": tenure.rank}
        held[tenure.actor_id].append(office | given({"from": tenure.held_from, "until": tenure.held_until}))
    return {row.pk: {"as_of": day, "offices": held[row.pk]} for row in rows}


# --- Effects, and how an answer shows them ------------------------------------------------------


def effects_to_show(*more: str) -> EffectQuerySet:
    """Return effects with only the columns of related records that answers use, and ``more`` of these."""
    related = [*more, *(column for name, title in _NAMES.items() for column in _columns(name, title))]
    # All columns of the effect itself: the fold reads them, and a deferred one would cost a query for each row.
    of_effect = [column.attname for column in Effect._meta.concrete_fields]
    effects: EffectQuerySet = Effect.objects.select_related(*_NAMES).only(*of_effect, *related)
    return effects


def _columns(name: str, title: str) -> tuple[str, str, str]:
    return (f"{name}__slug", f"{name}__{title}", f"{name}__state")


def named(row: Any) -> dict[str, Any]:
    """Return the reference to a record, measure or commitment, as in the renderings."""
    name = str(row._meta.model_name)
    shown_by = (LABELS[name], "kind", "slug") if isinstance(row, Measure) else (LABELS[name], "slug")
    text = label_text(name, {shown: getattr(row, shown) for shown in shown_by})
    record = row.order if isinstance(row, Measure) else row.agreement if isinstance(row, Commitment) else row
    return reference(Label(name, row.slug, text, record.state))


def shown(answer: Answer[Effect], day: date) -> dict[str, Any]:
    """Return a standing with its day and its reasons as JSON."""
    return {
        "code": answer.code,
        "as_of": day,
        "since": bounded(answer.since),
        "until": bounded(answer.until),
        "certain": answer.certain,
        "possible": answer.possible,
        "decided_by": answer.decided_by and reason(answer.decided_by),
        "contested_by": [reason(effect) for effect in answer.contested_by],
    }


def bounded(day: date | None) -> date | None:
    """Return the day; ``None`` for ``date.min`` and ``date.max``, which are open ends."""
    return None if day in (date.min, date.max) else day


def reason(effect: Effect) -> dict[str, Any]:
    """Return an effect as JSON, without its subject."""
    references = {name: named(row) for name in _REFERENCES if (row := getattr(effect, name)) is not None}
    return references | given({name: getattr(effect, name) for name in _VALUES})


def given(values: dict[str, Any]) -> dict[str, Any]:
    """Return the values without empty ones, as within a rendering."""
    return {name: value for name, value in values.items() if value not in ("", None, False, 0)}
