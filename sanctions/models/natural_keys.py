"""Rows found by their natural keys, and remembered while fixtures load.

A fixture names the same few hundred records thousands of times; asking for each once makes loading three
times as fast.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from django.db import models

_Known = dict[tuple[type[models.Model], object], Any]
_known: ContextVar[_Known | None] = ContextVar("known", default=None)


@contextmanager
def remembering() -> Iterator[None]:
    """Remember what is found, by slug and by primary key, until the end of the block."""
    token = _known.set({})
    try:
        yield
    finally:
        _known.reset(token)


def by_slug(rows: models.QuerySet[Any], slug: str) -> Any:
    """Return the row with the slug; the model's ``DoesNotExist`` if there is none."""
    known = _known.get()
    if known is not None and (row := known.get((rows.model, slug))) is not None:
        return row
    row = rows.defer("rendering").get(slug=slug) if hasattr(rows.model, "rendering") else rows.get(slug=slug)
    if known is not None:
        known[rows.model, slug] = known[rows.model, row.pk] = row
    return row


def owner(part: models.Model, parent: str) -> Any:
    """Return the record that a part belongs to by this foreign key, ``None`` if it is not set."""
    field = part._meta.get_field(parent)
    known = _known.get()
    if known is not None and not field.is_cached(part):  # type: ignore[union-attr]
        row = known.get((field.related_model, getattr(part, field.attname)))  # type: ignore[union-attr, arg-type]
        if row is not None:
            return row
    return getattr(part, parent)
