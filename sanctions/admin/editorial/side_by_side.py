"""Two records side by side, key by key, as people compare them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from sanctions.admin.standings import STATE_COLOURS
from sanctions.models import Record
from sanctions.records.base import Document, RecordType
from sanctions.records.encode import encode
from sanctions.records.referrers import find_referrers
from sanctions.records.registry import BY_NAME, type_of


@dataclass(frozen=True)
class Side:
    """One of the two records: its document, and how many records of which noun refer to it."""

    record: Record
    document: Document
    link: str
    colour: str
    refers: tuple[tuple[str, int], ...]


@dataclass(frozen=True)
class KeyLine:
    """One key of both documents: the entries of each as texts, and whether they are the same."""

    name: str
    entries: tuple[tuple[str, ...], tuple[str, ...]]
    same: bool


def side_of(record: Record) -> Side:
    """Gather one side."""
    record_type = type_of(record)
    meta = record._meta
    counts = {name: len(keys) for name, keys in find_referrers(record_type, record.pk).items()}
    return Side(
        record=record,
        document=encode(record_type, record.pk),
        link=reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[record.pk]),
        colour=STATE_COLOURS[record.state],
        refers=tuple(
            (str(noun.model._meta.verbose_name if counts[name] == 1 else noun.plural), counts[name])
            for name, noun in BY_NAME.items()
            if name in counts
        ),
    )


def lines_of(record_type: RecordType, first: Side, second: Side) -> list[KeyLine]:
    """Return the keys that either of the documents has, in their order."""
    lines = []
    for key in record_type.keys:
        values = first.document.get(key.name), second.document.get(key.name)
        if any(value is not None for value in values):
            entries = (_entries(values[0]), _entries(values[1]))
            lines.append(KeyLine(key.name.replace("_", " "), entries, values[0] == values[1]))
    return lines


def _entries(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(map(_text, value)) if isinstance(value, list) else (_text(value),)


def _text(value: Any) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case dict():
            return "; ".join(f"{name.replace('_', ' ')}: {_text(inner)}" for name, inner in value.items())
        case list() as items:
            return ", ".join(_texts(items))
    return str(value)


def _texts(values: Sequence[Any]) -> list[str]:
    return [_text(value) for value in values]
