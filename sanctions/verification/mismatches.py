"""What a check yields, and how places and values are written in messages."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import takewhile
from typing import Any, Final

import orjson
from django.db import models

from sanctions.models import HISTORY, Rendered
from sanctions.records.base import Document, RecordType
from sanctions.records.diff import changes

#: Called with how many more rows were read.
Progress = Callable[[int], object]
#: Characters of a value that a message shows.
_SHOWN: Final = 60


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A place where something that is served differs from the ledger."""

    where: str
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


def ignore_progress(count: int) -> None:
    """Take the place of a progress bar where none is shown."""


def compare_documents(
    record_type: RecordType, where: str, ledger: Document, other: Document, what: str
) -> Iterator[Mismatch]:
    """Yield every field in which a document differs from the ledger's; ``what`` names the other in plural."""
    for change in changes(record_type, ledger, other):
        has, in_ledger = format_values(change.after, change.before)
        yield Mismatch(f"{where}, {change.path}", f"{what} have {has}, the ledger has {in_ledger}.")


def compare_renderings(where: str, stored: str, expected: bytes, what: str = "stored rendering") -> Iterator[Mismatch]:
    """Yield the fields in which a stored rendering differs from the expected one, which is empty if not public."""
    if not stored or not expected:
        yield Mismatch(where, f"the {what} is missing." if expected else f"it is not public, but has a {what}.")
        return
    try:
        stored_fields, expected_fields = orjson.loads(stored), orjson.loads(expected)
    except orjson.JSONDecodeError:
        yield Mismatch(where, f"the {what} is not JSON.")
        return
    if not isinstance(stored_fields, dict):
        yield Mismatch(where, f"the {what} is not a JSON object but {format_value(stored_fields)}.")
        return
    names = {**expected_fields, **stored_fields}
    differing = [name for name in names if stored_fields.get(name) != expected_fields.get(name)]
    for name in differing:
        has, should = format_values(stored_fields.get(name), expected_fields.get(name))
        yield Mismatch(f"{where}, {name}", f"the {what} has {has} instead of {should}.")
    if not differing:
        yield Mismatch(where, f"the {what} has the right fields in other bytes.")


def name_row(model: type[models.Model], pk: int) -> str:
    """Return the record that a row belongs to, and for a part which one: ``order x, measure 7``."""
    if issubclass(model, Rendered):
        slug = model._default_manager.filter(pk=pk).values_list("slug", flat=True).first()
        return f"{model._meta.model_name} {slug or pk}"
    for column in model._meta.concrete_fields:
        owner = column.related_model if column.is_relation else None
        if not isinstance(owner, type) or owner not in HISTORY:
            continue
        if column.name not in getattr(model, "parents", (column.name,)):
            continue
        key = model._default_manager.filter(pk=pk).values_list(column.attname, flat=True).first()
        if key is not None:
            return f"{name_row(owner, key)}, {model._meta.verbose_name} {pk}"
    return f"{model._meta.verbose_name} {pk}"


def format_value(value: Any) -> str:
    """Return a value as JSON, cut to a length that fits a message."""
    return _excerpt(_as_text(value), 0)


def format_values(first: Any, second: Any) -> tuple[str, str]:
    """Return two values as texts; of long ones the part where they begin to differ."""
    texts = _as_text(first), _as_text(second)
    same = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(*texts, strict=False)))
    return _excerpt(texts[0], same), _excerpt(texts[1], same)


def format_instant(instant: datetime | None) -> str:
    """Return an instant in ISO 8601."""
    return "no instant" if instant is None else instant.isoformat()


def format_bounds(bounds: Sequence[date | None]) -> str:
    """Return the earliest and the latest day of a date: ``2012-09-01 to 2012-09-30``."""
    return " to ".join("none" if day is None else day.isoformat() for day in bounds)


def _as_text(value: Any) -> str:
    return "nothing" if value in (None, "", [], {}) else orjson.dumps(value, default=str).decode()


def _excerpt(text: str, place: int) -> str:
    """Return the text, or if it is long the part around a place."""
    start = max(0, place - _SHOWN // 2) if len(text) > _SHOWN else 0
    end = start + _SHOWN
    return f"{'…' if start else ''}{text[start:end]}{'…' if end < len(text) else ''}"
