"""Leave records that an undo cannot remove, because other records or sources still need them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from django.db import models

from sanctions.importers.undo.items import REMOVING, UndoFate, UndoItem, UndoPlan
from sanctions.models import Imported, Redirect
from sanctions.records.base import parent_field, part_model, record_field, references, target
from sanctions.records.encode import chunks
from sanctions.records.registry import RECORD_TYPES
from sanctions.vocabulary import State

_OPEN = (State.DRAFT, State.IN_REVIEW, State.PUBLISHED)


def leave_shared_records(plan: UndoPlan) -> None:
    """Leave created records that another source lists since, or that another record was merged into."""
    removed = [item for item in plan.of(*REMOVING) if item.was_created]
    by_record = {item.record: item for item in removed}
    for chunk in chunks(sorted({item.slug for item in removed})):
        statements = Imported.objects.filter(slug__in=chunk).exclude(source=plan.made.source)
        for noun, slug, source in statements.values_list("record_type", "slug", "source"):
            if item := by_record.get((noun, slug)):
                item.leave(f"{source} lists it, too.")
        merges = Redirect.objects.in_effect().filter(new__in=chunk)
        for noun, slug, old in merges.values_list("record_type", "new", "old"):
            if item := by_record.get((noun, slug)):
                item.leave(f"{old} was merged into it since.")


def leave_referenced_records(plan: UndoPlan) -> None:
    """Leave records that would be removed while a remaining record refers to them, and those they refer to in turn.

    A record that was a draft before the import becomes a draft again, so references to it stay valid.
    """
    by_record = {item.record: item for item in plan.items if item.proposal is None}
    removed = {item.record: item for item in by_record.values() if item.fate in REMOVING and item.was_created}
    referenced: dict[tuple[str, str], set[tuple[str, str]]] = defaultdict(set)
    staying: list[tuple[str, str]] = []
    for referrer, state, item in _references_to(list(removed.values())):
        if referrer == item.record:
            continue
        referrer_item = by_record.get(referrer)
        # A record that is restored refers to nothing that the import created.
        stays = state in _OPEN if referrer_item is None else referrer_item.fate in (UndoFate.LEFT, UndoFate.PROPOSED)
        if stays or referrer in removed:
            referenced[referrer].add(item.record)
        if stays:
            staying.append(referrer)
    while staying:
        referrer = staying.pop()
        for record in referenced.pop(referrer, ()):
            item = removed[record]
            if item.fate in REMOVING:
                item.leave(f"{referrer[0]} {referrer[1]} refers to it and is not removed.")
                staying.append(record)


def _references_to(items: Sequence[UndoItem]) -> Iterable[tuple[tuple[str, str], str, UndoItem]]:
    """Yield each record that refers to one of the items or its parts: its noun and slug, its state, and the item."""
    rows = _rows_of(items)
    for record_type in RECORD_TYPES:
        for model, key in references(record_type.keys, record_type.model):
            wanted = rows.get(target(model, key), {})
            owner = "" if model is record_type.model else f"{record_field(record_type, model)}__"
            for chunk in chunks(wanted):
                rows_with_reference = model._default_manager.filter(**{f"{key.field}__in": chunk}).order_by()
                for pk, slug, state in rows_with_reference.values_list(
                    key.field, f"{owner}slug", f"{owner}state"
                ).distinct():
                    # The join over a set of references returns all of its members. A part may have another owner.
                    if pk in wanted and slug is not None:
                        yield (record_type.name, slug), state, wanted[pk]


def _rows_of(items: Sequence[UndoItem]) -> dict[type[models.Model], dict[int, UndoItem]]:
    """Return the items by model and primary key of what others can refer to: records, and parts with a slug."""
    rows: dict[type[models.Model], dict[int, UndoItem]] = defaultdict(dict)
    for item in items:
        rows[item.record_type.model][item.pk or 0] = item
    for record_type in {item.record_type.name: item.record_type for item in items}.values():
        owners = rows[record_type.model]
        for key in record_type.rows:
            if any(part.name == "slug" for part in key.keys):
                child, parent = part_model(record_type.model, key), parent_field(record_type.model, key)
                for chunk in chunks(list(owners)):
                    parts = child._default_manager.filter(**{f"{parent}__keyed": chunk})
                    rows[child].update((pk, owners[owner]) for pk, owner in parts.values_list("pk", f"{parent}_id"))
    return rows
