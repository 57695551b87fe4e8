"""What a new field must reach: each field of a record is a key of its document, and each key is everywhere else.

The lists of exemptions are the only way past these tests. Filters have theirs in ``tests/api/v1/test_filters.py``.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

import pytest
from django.contrib import admin
from django.db import models
from hypothesis import HealthCheck, Phase, given, settings

from api.v1.columns import columns
from sanctions.management.reference_pages import data_dictionary
from sanctions.models import Part, Record
from sanctions.models.fields import EDTFField
from sanctions.records.base import Codes, Document, Key, RecordType, Rows, parent_field, part_model
from sanctions.records.registry import RECORD_TYPES, SERVED_PARTS
from sanctions.spreadsheets.layout import sheets_of
from tests.factories.documents import objects

# --- Each field is a key -------------------------------------------------------------------------

#: Fields of records and parts that are not in their documents, and why: by model and field, or by field wherever it is.
NO_KEY: Final = {
    "id": "a key of this database alone",
    "ordinal": "the place of a row in its list",
    "rendering": "derived: the stored answer of the API",
    "state": "editorial: a document is the same in every state",
    "author": "editorial: versions name their authors",
    "approver": "editorial: versions name their approvers",
    "Order.dated_on": "derived: the day of its first effect",
    "Agreement.dated_on": "derived: the day of its first effect",
    "Source.link_checks": "results of checks, not a part",
    "Actor.appearances": "derived from participations",
    "Event.appearances": "derived from participations",
}


def declared(
    model: type[models.Model], keys: tuple[Key, ...], parent: str = ""
) -> Iterator[tuple[type[models.Model], set[str]]]:
    """Yield the models behind a document, each with the fields that the document has or implies."""
    yield model, {key.field for key in keys} | {parent} | set(_bounds(model, keys))
    for key in keys:
        if isinstance(key, Rows):
            yield from declared(part_model(model, key), key.keys, parent_field(model, key))
        elif isinstance(key, Codes):
            yield part_model(model, key), {key.column, parent_field(model, key)}


def _bounds(model: type[models.Model], keys: tuple[Key, ...]) -> Iterator[str]:
    """Yield the columns that follow the dates of a document."""
    for key in keys:
        column = model._meta.get_field(key.field)
        if isinstance(column, EDTFField):
            yield from (column.earliest, column.latest)


def all_declared() -> dict[type[models.Model], set[str]]:
    """Return model → fields that some document has or implies: a citation is a part of several nouns."""
    known: dict[type[models.Model], set[str]] = {}
    for record_type in RECORD_TYPES:
        for model, names in declared(record_type.model, record_type.keys):
            known.setdefault(model, set()).update(names)
    return known


def fields_of(model: type[models.Model], known: dict[type[models.Model], set[str]]) -> Iterator[str]:
    """Yield the model's own fields and the relations to it, but those that are references of other documents."""
    for field in model._meta.get_fields(include_hidden=True):
        if isinstance(field, models.ForeignObjectRel):
            other: Any = field.related_model
            if field.field.name in known.get(other, ()) or not field.name.isidentifier() or field.hidden:
                continue
        yield field.name


def test_every_field_of_a_record_is_a_key_of_its_document() -> None:
    known = all_declared()
    unknown = [
        f"{model.__name__}.{name}"
        for model, names in known.items()
        for name in fields_of(model, known)
        if name not in names and name not in NO_KEY and f"{model.__name__}.{name}" not in NO_KEY
    ]
    assert unknown == [], f"not in the document of sanctions/records/, and not exempt in NO_KEY: {', '.join(unknown)}"


def test_every_kind_of_record_and_part_is_in_a_document() -> None:
    def below(model: type[models.Model]) -> Iterator[type[models.Model]]:
        for child in model.__subclasses__():
            yield from below(child)
            if not child._meta.abstract:
                yield child

    unknown = {model.__name__ for base in (Record, Part) for model in below(base)} - {
        model.__name__ for model in all_declared()
    }
    assert unknown == set(), f"in no document of sanctions/records/: {', '.join(sorted(unknown))}"


def test_what_is_exempt_exists_and_is_not_a_key() -> None:
    known = all_declared()
    existing = {f"{model.__name__}.{name}" for model in known for name in fields_of(model, known)}
    keys = {f"{model.__name__}.{name}" for model, names in known.items() for name in names}
    anywhere = {name.partition(".")[2] for name in existing}
    assert [name for name in NO_KEY if name not in (existing if "." in name else anywhere)] == []
    assert keys & NO_KEY.keys() == set()


# --- Each key is in the forms, the reference and the tables ----------------------------------------

#: Keys that a form does not have, and why.
NO_INPUT: Final[dict[str, str]] = {}


def _named(fieldsets: Any) -> set[str]:
    return {
        name
        for _, options in fieldsets
        for line in options["fields"]
        for name in ([line] if isinstance(line, str) else line)
    }


def _inputs(page: Any) -> set[str]:
    return _named([*(page.fieldsets or ()), (None, {"fields": page.fields or ()})])


@pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda record_type: record_type.name)
def test_every_key_has_an_input_in_the_admin(record_type: RecordType) -> None:
    page: Any = admin.site._registry[record_type.model]
    inlines = {inline.model: inline for inline in page.inlines}
    inputs = _inputs(page)
    missing = []
    for key in record_type.keys:
        if not isinstance(key, Rows):
            missing += [f"{record_type.model.__name__}.{key.field}"] if key.field not in inputs else []
            continue
        part = part_model(record_type.model, key)
        own = _inputs(inlines[part]) if part in inlines else set()
        missing += [f"{part.__name__}.{inner.field}" for inner in key.keys if inner.field not in own]
    missing = [name for name in missing if name not in NO_INPUT]
    assert missing == [], f"no input in sanctions/admin/nouns/{record_type.plural}.py: {', '.join(missing)}"


def _section(page: str, heading: str) -> str:
    """Return the lines of the data dictionary below a heading, up to the next one."""
    _, _, rest = page.partition(f"\n{heading}\n")
    return rest.partition("\n#")[0]


@pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda record_type: record_type.name)
def test_every_key_is_explained_in_the_data_dictionary(record_type: RecordType) -> None:
    page = data_dictionary()
    sections = [(f"## {record_type.name}", record_type.keys)]
    sections += [(f"### {record_type.name}.{key.name}[]", key.keys) for key in record_type.rows]
    missing = [
        f"{heading.strip('# ')} {key.name}"
        for heading, keys in sections
        for key in keys
        if not _is_explained(_section(page, heading), key)
    ]
    assert missing == [], f"without a meaning in docs/reference/data-dictionary.md: {', '.join(missing)}"


def _is_explained(section: str, key: Key) -> bool:
    lines = [line for line in section.splitlines() if line.startswith(f"| `{key.name}` |")]
    return len(lines) == 1 and (isinstance(key, Codes) or lines[0].split(" | ")[-1].strip(" |") != "")


#: Keys without a column in CSV and Parquet, and why.
NO_COLUMN: Final = {"absences": "a mapping of fields to reasons, not a cell"}
#: Keys whose column has another name.
_COLUMN_NAMES: Final = {"citations": "sources"}


@pytest.mark.parametrize(
    ("component", "keys"),
    [
        *((record_type.model.__name__, record_type.keys) for record_type in RECORD_TYPES),
        *((model.__name__, part.key.keys) for model, part in SERVED_PARTS.items()),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_every_key_has_a_column_in_the_exported_tables(component: str, keys: tuple[Key, ...]) -> None:
    names = {column.name for column in columns(component)}
    missing = [
        f"{component}.{key.name}"
        for key in keys
        if not names & {_COLUMN_NAMES.get(key.name, key.name), f"{key.name}_count"} and key.name not in NO_COLUMN
    ]
    assert missing == [], f"no column in api/v1/columns.py: {', '.join(missing)}"


@pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda record_type: record_type.name)
def test_every_key_has_a_column_in_the_spreadsheets(record_type: RecordType) -> None:
    sheets = {sheet.name: {column.name for column in sheet.columns} for sheet in sheets_of(record_type)}
    expected = [(record_type.plural, key) for key in _without_rows(record_type)]
    expected += [(key.name, inner) for key in record_type.rows for inner in key.keys]
    missing = [f"{sheet}.{key.name}" for sheet, key in expected if key.name not in sheets.get(sheet, ())]
    assert missing == [], f"no column in sanctions/spreadsheets/layout.py: {', '.join(missing)}"


# --- Each key is in the documents that the properties draw -----------------------------------------


def _without_rows(record_type: RecordType) -> tuple[Key, ...]:
    return tuple(key for key in record_type.keys if not isinstance(key, Rows))


def _objects() -> Iterator[tuple[str, type[models.Model], tuple[Key, ...], tuple[str, ...]]]:
    """Yield each kind of object in documents: its name, its model, its keys without rows, what it is one of."""
    for record_type in RECORD_TYPES:
        yield record_type.name, record_type.model, _without_rows(record_type), ()
        for key in record_type.rows:
            yield f"{record_type.name}.{key.name}[]", part_model(record_type.model, key), key.keys, key.one_of


@pytest.mark.parametrize(
    ("name", "model", "keys", "one_of"), _objects(), ids=lambda value: value if isinstance(value, str) else ""
)
def test_every_key_is_drawn_by_the_strategy_of_documents(
    name: str, model: type[models.Model], keys: tuple[Key, ...], one_of: tuple[str, ...]
) -> None:
    drawn = {"slug"}  # It is drawn with the record, from the slugs of the world.

    @settings(
        max_examples=150,
        database=None,
        derandomize=True,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(document=objects(model, keys, one_of))
    def draw(document: Document) -> None:
        drawn.update(document)

    draw()
    missing = [f"{name} {key.name}" for key in keys if key.name not in drawn]
    assert missing == [], f"never drawn by tests/factories/documents.py: {', '.join(missing)}"
