"""Encode rows as documents, with a constant number of queries for any number of records."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Final

from django.db import models

from sanctions.records.base import (
    Codes,
    Document,
    Key,
    RecordType,
    Ref,
    Refs,
    Rows,
    Value,
    column_of,
    default_of,
    links_of,
    parent_field,
    part_model,
    plain,
    reference_keys,
    target,
)
from sanctions.records.registry import LABELS, SLUGGED_PARTS
from sanctions.vocabulary import State

#: Rows read at once: old versions of SQLite allow at most 999 variables in a query.
CHUNK: Final = 900

_STATE_PATHS: Final = {model: f"{part.record_field}__state" for model, part in SLUGGED_PARTS.items()}


@dataclass(frozen=True, slots=True)
class Label:
    """The reference to a row: its slug, its name for people, and the state of its record."""

    model: str
    slug: str
    text: str
    state: str

    @property
    def published(self) -> bool:
        """Whether the public sees it."""
        return self.state == State.PUBLISHED


Refer = Callable[[Label], Any]


@dataclass(slots=True)
class Loaded:
    """Rows of one model with their codes, references and parts, as plain values."""

    model: type[models.Model]
    keys: tuple[Key, ...]
    rows: dict[int, dict[str, Any]] = field(default_factory=dict)
    many: dict[str, dict[int, list[int]]] = field(default_factory=dict)
    codes: dict[str, dict[int, list[str]]] = field(default_factory=dict)
    parts: dict[str, tuple[Loaded, dict[int, list[int]]]] = field(default_factory=dict)


def chunks(items: Iterable[Any], size: int = CHUNK) -> Iterator[list[Any]]:
    """Yield lists of at most ``size`` items."""
    source = iter(items)
    while batch := list(islice(source, size)):
        yield batch


def load(
    model: type[models.Model], keys: tuple[Key, ...], ids: Sequence[int], *, by: str = "pk", extra: Sequence[str] = ()
) -> Loaded:
    """Read rows whose ``by`` is among ids, with their codes, references and parts; ``extra`` columns too."""
    loaded = Loaded(model, keys)
    columns = [column_of(model, key.field).attname for key in keys if isinstance(key, Value | Ref)]
    order = ["ordinal", "pk"] if hasattr(model, "ordinal") else ["pk"]
    for batch in chunks(ids):
        for row in (
            model._default_manager.filter(**{f"{by}__keyed": batch}).order_by(*order).values("pk", *columns, *extra)
        ):
            loaded.rows[row["pk"]] = row
    pks = list(loaded.rows)
    for key in keys:
        if isinstance(key, Refs):
            loaded.many[key.field] = _many(model, key, pks)
        elif isinstance(key, Codes):
            loaded.codes[key.field] = _codes(model, key, pks)
        elif isinstance(key, Rows):
            parent = f"{parent_field(model, key)}_id"
            part = load(part_model(model, key), key.keys, pks, by=parent, extra=[parent])
            places: dict[int, list[int]] = defaultdict(list)
            for pk, row in part.rows.items():
                places[row[parent]].append(pk)
            loaded.parts[key.field] = (part, places)
    return loaded


def _many(model: type[models.Model], key: Refs, ids: Sequence[int]) -> dict[int, list[int]]:
    through, here, there = links_of(model, key)
    links: dict[int, list[int]] = defaultdict(list)
    for batch in chunks(ids):
        for source, destination in through._default_manager.filter(**{f"{here}__keyed": batch}).values_list(
            here, there
        ):
            links[source].append(destination)
    return links


def _codes(model: type[models.Model], key: Codes, ids: Sequence[int]) -> dict[int, list[str]]:
    child, parent = part_model(model, key), f"{parent_field(model, key)}_id"
    codes: dict[int, list[str]] = defaultdict(list)
    for batch in chunks(ids):
        for owner, code in child._default_manager.filter(**{f"{parent}__keyed": batch}).values_list(parent, key.column):
            codes[owner].append(code)
    return codes


def referenced_keys(loaded: Loaded) -> dict[type[models.Model], set[int]]:
    """Return what the rows refer to: model → primary keys."""
    ids: dict[type[models.Model], set[int]] = defaultdict(set)
    for key in loaded.keys:
        if isinstance(key, Ref):
            column = column_of(loaded.model, key.field).attname
            ids[target(loaded.model, key)].update(
                row[column] for row in loaded.rows.values() if row[column] is not None
            )
        elif isinstance(key, Refs):
            for values in loaded.many[key.field].values():
                ids[target(loaded.model, key)].update(values)
        elif isinstance(key, Rows):
            for model, others in referenced_keys(loaded.parts[key.field][0]).items():
                ids[model] |= others
    return ids


def label_text(model: str, row: Mapping[str, Any]) -> str:
    """Return the name of a row or document for people; for a measure without a title, its kind."""
    text = row.get(LABELS[model]) or row.get("kind", "").replace("_", " ") or row["slug"]
    return str(text)


class Labels:
    """The labels of referenced rows, each read once."""

    def __init__(self) -> None:
        self._known: dict[type[models.Model], dict[int, Label]] = defaultdict(dict)

    def learn(self, references_: dict[type[models.Model], set[int]]) -> None:
        """Read the labels that are not known yet, with one query per model and chunk."""
        for model, ids in references_.items():
            name = str(model._meta.model_name)
            state = _STATE_PATHS.get(model, "state")
            columns = {"slug", LABELS[name], state} | ({"kind"} if name == "measure" else set())
            for batch in chunks(sorted(ids - self._known[model].keys())):
                rows = model._default_manager.filter(pk__keyed=batch).values("pk", *columns)
                for row in rows:
                    text = label_text(name, row)
                    self._known[model][row["pk"]] = Label(name, row["slug"], text, row[state])

    def of(self, model: type[models.Model], pk: int) -> Label:
        """Return a label that was read before."""
        return self._known[model][pk]


def assemble(loaded: Loaded, pk: int, labels: Labels, refer: Refer) -> Document:
    """Build the document of one row; ``refer`` writes its references."""
    row = loaded.rows[pk]
    document: Document = {}
    for key in loaded.keys:
        value = _assembled(loaded, key, row, pk, labels, refer)
        if value is not None:
            document[key.name] = value
    return document


def _assembled(loaded: Loaded, key: Key, row: dict[str, Any], pk: int, labels: Labels, refer: Refer) -> Any:
    match key:
        case Value():
            value = row[key.field]
            return None if value is None or value == "" or value == default_of(loaded.model, key) else plain(value)
        case Ref():
            value = row[f"{key.field}_id"]
            return None if value is None else refer(labels.of(target(loaded.model, key), value))
        case Refs():
            model = target(loaded.model, key)
            found = sorted((labels.of(model, item) for item in loaded.many[key.field].get(pk, ())), key=_slug)
            return [refer(label) for label in found] or None
        case Codes():
            return sorted(loaded.codes[key.field].get(pk, ())) or None
        case Rows():
            part, places = loaded.parts[key.field]
            return [assemble(part, item, labels, refer) for item in places.get(pk, ())] or None
    raise TypeError(f"unknown kind of key: {key!r}")


def _slug(label: Label) -> str:
    return label.slug


def encode_many(record_type: RecordType, ids: Sequence[int]) -> dict[int, Document]:
    """Return the documents of records: primary key → document, in a constant number of queries per chunk."""
    loaded = load(record_type.model, record_type.keys, ids)
    labels = Labels()
    labels.learn(referenced_keys(loaded))
    return {pk: assemble(loaded, pk, labels, _slug) for pk in loaded.rows}


def encode(record_type: RecordType, pk: int) -> Document:
    """Return the document of one record; ``KeyError`` if it does not exist."""
    return encode_many(record_type, [pk])[pk]


def normalise(record_type: RecordType, document: Document) -> Document:
    """Return a valid document as its rows would be encoded: keys in order, no empty values, sets sorted."""
    return _normalised(record_type.model, record_type.keys, document)


def _normalised(model: type[models.Model], keys: Iterable[Key], document: Document) -> Document:
    result: Document = {}
    for key in keys:
        if key.name not in document:
            continue
        value = document[key.name]
        if isinstance(key, Rows):
            value = [_normalised(part_model(model, key), key.keys, item) for item in value]
        elif isinstance(key, Refs | Codes):
            value = sorted(value)
        elif isinstance(key, Value):
            column = column_of(model, key.field)
            value = plain(column.to_python(str(value) if isinstance(value, float) else value))
            if value == default_of(model, key):
                continue
        if value not in ("", None, [], {}):
            result[key.name] = value
    return result


def refers_to(record_type: RecordType, document: Document) -> dict[type[models.Model], set[str]]:
    """Return what a document refers to: model → slugs."""
    slugs: dict[type[models.Model], set[str]] = defaultdict(set)

    def collect(model: type[models.Model], keys: tuple[Key, ...], item: Document) -> None:
        for key in reference_keys(keys):
            if key.name not in item:
                continue
            if isinstance(key, Ref):
                slugs[target(model, key)].add(item[key.name])
            elif isinstance(key, Refs):
                slugs[target(model, key)].update(item[key.name])
            else:
                for row in item[key.name]:
                    collect(part_model(model, key), key.keys, row)

    collect(record_type.model, record_type.keys, document)
    return slugs


__all__ = [
    "CHUNK",
    "Label",
    "Labels",
    "Loaded",
    "assemble",
    "chunks",
    "encode",
    "encode_many",
    "label_text",
    "load",
    "normalise",
    "referenced_keys",
    "refers_to",
]
