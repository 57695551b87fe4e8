"""Forms as documents, and documents as forms: what a form would save is known without saving it.

The rows of a document become unsaved instances, which the forms take as they take stored ones; what was submitted is
read back from the validated forms.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from copy import copy
from decimal import Decimal
from typing import Any

from django.db import DEFAULT_DB_ALIAS, models

from sanctions.admin.fields import CodesField
from sanctions.admin.labels import named
from sanctions.exceptions import MoveRefused
from sanctions.models import Record
from sanctions.records.base import (
    Codes,
    Document,
    Key,
    Ref,
    Refs,
    Rows,
    Value,
    column_of,
    default_of,
    parent_field,
    part_model,
    plain,
    target,
)
from sanctions.records.encode import refers_to
from sanctions.records.registry import type_of

#: Model → slug → row, for everything that a document refers to.
Referents = Mapping[type[models.Model], Mapping[str, models.Model]]

# --- From forms to a document ---------------------------------------------------------------------


def document_of_forms(form: Any, formsets: Iterable[Any]) -> Document:
    """Return the document that valid forms of a record and of its rows would save.

    The record is one of :func:`record_with_document`. Its rows that were not submitted, or that the user may not see,
    stay as they are: only a row that is marked as deleted is left out.
    """
    record_type = type_of(form.instance)
    shown, by_relation = form.instance.shown_document, {formset.prefix: formset for formset in formsets}
    document = _document_of_form(record_type.model, record_type.keys, form)
    for key in record_type.rows:
        formset, rows = by_relation.get(key.field), shown.get(key.name, [])
        if formset is not None:
            rows = _rows_of_formset(part_model(record_type.model, key), key, formset, rows)
        if rows:
            document[key.name] = rows
    return {key.name: document[key.name] for key in record_type.keys if key.name in document}


def _rows_of_formset(model: type[models.Model], key: Rows, formset: Any, shown: Sequence[Document]) -> list[Document]:
    kept = [form for form in formset.initial_forms if form not in formset.deleted_forms]
    new = [form for form in formset.extra_forms if form.has_changed() and form not in formset.deleted_forms]
    return [
        *(_document_of_form(model, key.keys, form) for form in kept),
        *shown[len(formset.initial_forms) :],
        *(_document_of_form(model, key.keys, form) for form in new),
    ]


def _document_of_form(model: type[models.Model], keys: Iterable[Key], form: Any) -> Document:
    values = {key.name: _value_of_form(model, key, form) for key in keys if not isinstance(key, Rows)}
    return {name: value for name, value in values.items() if value is not None}


def _value_of_form(model: type[models.Model], key: Key, form: Any) -> Any:
    """Return a value as a document has it; ``None`` where a document leaves it out."""
    match key:
        case Value():
            value = getattr(form.instance, key.field)
            return None if value is None or value == "" or value == default_of(model, key) else plain(value)
        case Ref():
            row = getattr(form.instance, key.field)
            return None if row is None else row.slug
        case Refs():
            chosen = form.cleaned_data.get(key.field)
            rows = getattr(form.instance, key.field).all() if chosen is None else chosen
            return sorted(row.slug for row in rows) or None
        case Codes():
            for name, field in form.fields.items():
                if isinstance(field, CodesField) and field.relation == key.field:
                    return sorted(form.cleaned_data[name]) or None
            return sorted(getattr(row, key.column) for row in getattr(form.instance, key.field).all()) or None
    raise TypeError(f"unknown kind of key: {key!r}")


# --- From a document to instances -----------------------------------------------------------------


def record_with_document(record: Record, document: Document) -> Record:
    """Return a copy of a record that has the values of a document. It is for forms, never for saving.

    ``document_rows`` of the copy has the instances of its rows, by the name of their relation. :class:`MoveRefused`
    if the document refers to something that does not exist any more.
    """
    record_type = type_of(record)
    referents = _read_referents(refers_to(record_type, document))
    shown = copy(record)
    _set_values(shown, record_type.keys, document, referents)
    shown.shown_document = document  # type: ignore[attr-defined]
    shown.document_rows = {  # type: ignore[attr-defined]
        key.field: _instances(shown, key, document.get(key.name, ()), referents) for key in record_type.rows
    }
    return shown


def _read_referents(slugs: Mapping[type[models.Model], set[str]]) -> Referents:
    referents: dict[type[models.Model], dict[str, models.Model]] = {}
    for model, names in slugs.items():
        referents[model] = {row.slug: row for row in named(model).filter(slug__in=names)}
        if missing := names - referents[model].keys():
            raise MoveRefused(f"{', '.join(sorted(missing))} does not exist any more. Open the record again.")
    return referents


def _instances(record: Record, key: Rows, rows: Sequence[Document], referents: Referents) -> list[models.Model]:
    model, parent = part_model(type(record), key), parent_field(type(record), key)
    instances = []
    for place, row in enumerate(rows):
        # A negative key names no stored row; Django reads many-to-many relations only of rows that have a key.
        instance = model(**{parent: record, "ordinal": place, "pk": -1 - place})
        instance.is_unstored = True  # type: ignore[attr-defined]
        instance._state.adding, instance._state.db = False, DEFAULT_DB_ALIAS
        _set_values(instance, key.keys, row, referents)
        instances.append(instance)
    return instances


def _set_values(instance: Any, keys: Iterable[Key], document: Document, referents: Referents) -> None:
    model: type[models.Model] = type(instance)
    instance._prefetched_objects_cache = {}
    for key in keys:
        value = document.get(key.name)
        match key:
            case Value() if value is None:
                setattr(instance, key.field, column_of(model, key.field).get_default())
            case Value():
                setattr(instance, key.field, Decimal(str(value)) if isinstance(value, float) else value)
            case Ref():
                setattr(instance, key.field, None if value is None else referents[target(model, key)][value])
            case Refs():
                chosen = [referents[target(model, key)][slug] for slug in value or ()]
                instance._prefetched_objects_cache[key.field] = chosen
            case Codes():
                child = part_model(model, key)
                instance._prefetched_objects_cache[key.field] = [child(**{key.column: code}) for code in value or ()]
