"""The sheets and columns of a noun: one sheet for the records, and one for each kind of part.

Derived from the declaration of documents, so that a new key is a new column.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any, Final, Literal

from django.db import models

from sanctions.records.base import Codes, Key, RecordType, Ref, Refs, Rows, Value, column_of, part_model
from sanctions.records.schema import key_schema
from sanctions.records.validate import required

#: The columns that name the record of a part, and its place among the parts of that kind.
RECORD: Final = "record"
PLACE: Final = "place"
#: The sheet that explains the others. Nothing is read from it.
READ_ME: Final = "Read me"

Form = Literal["text", "slug", "code", "slugs", "codes", "true or false", "whole number", "number", "pairs", "place"]
#: What is written in a cell of each form, for people.
FORMS: Final[dict[Form, str]] = {
    "text": "text",
    "slug": "slug",
    "code": "one of the codes",
    "slugs": "slugs with semicolons between them",
    "codes": "codes with semicolons between them",
    "true or false": "true or false",
    "whole number": "whole number",
    "number": "number, with a point before its decimals",
    "pairs": "field: code, with semicolons between several",
    "place": "whole number from 1; empty for the end",
}


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """A column: the key of the document that it holds, its form, its meaning, and its codes, if any."""

    name: str
    form: Form
    meaning: str
    codes: tuple[str, ...] = ()
    required: bool = False


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of records, or of their parts of one kind."""

    name: str
    columns: tuple[SheetColumn, ...]
    is_of_parts: bool
    meaning: str

    def column(self, name: str) -> SheetColumn:
        """Return a column by its name. Raise ``KeyError`` if it is unknown."""
        return {column.name: column for column in self.columns}[name]


@cache
def sheets_of(record_type: RecordType) -> tuple[Sheet, ...]:
    """Return the sheets of a noun, that of its records first."""
    keys = tuple(key for key in record_type.keys if not isinstance(key, Rows))
    sheets = [Sheet(record_type.plural, tuple(_columns(record_type.model, keys)), False, "One row for each record.")]
    for key in record_type.rows:
        lead = (
            SheetColumn(RECORD, "slug", f"Slug of the record in the sheet {record_type.plural}.", required=True),
            SheetColumn(PLACE, "place", "Place among the record's rows of this sheet, from 1."),
        )
        schema = key_schema(record_type.model, key)
        meaning = str(schema["description"])
        if key.one_of:
            meaning += f" Exactly one of {', '.join(key.one_of)} is given."
        columns = tuple(_columns(part_model(record_type.model, key), key.keys))
        sheets.append(Sheet(key.name, (*lead, *columns), True, meaning))
    return tuple(sheets)


def _columns(model: type[models.Model], keys: Iterable[Key]) -> Iterable[SheetColumn]:
    for key in keys:
        schema = key_schema(model, key)
        inner = schema.get("items", schema)
        yield SheetColumn(
            name=key.name,
            form=_form(model, key),
            meaning=str(schema.get("description") or inner.get("description") or ""),
            codes=tuple(inner.get("enum", ())),
            required=required(model, key),
        )


def _form(model: type[models.Model], key: Key) -> Form:
    match key:
        case Ref():
            return "slug"
        case Refs():
            return "slugs"
        case Codes():
            return "codes"
        case Value():
            return _form_of_value(column_of(model, key.field))
    raise TypeError(f"A cell cannot hold {key!r}.")


def _form_of_value(column: models.Field[Any, Any]) -> Form:
    if column.choices:
        return "code"
    forms: tuple[tuple[type[Any], Form], ...] = (
        (models.BooleanField, "true or false"),
        (models.IntegerField, "whole number"),
        (models.DecimalField, "number"),
        (models.JSONField, "pairs"),
        (models.Field, "text"),
    )
    return next(form for kind, form in forms if isinstance(column, kind))


def read_me(record_type: RecordType) -> list[list[str]]:
    """Return the rows of the sheet that explains the others, its heading first."""
    rows = [["sheet", "column", "what it holds", "how it is written", "required", "codes"]]
    for sheet in sheets_of(record_type):
        rows.append([sheet.name, "", sheet.meaning, "", "", ""])
        rows += [
            [
                sheet.name,
                column.name,
                column.meaning,
                FORMS[column.form],
                "yes" if column.required else "",
                "; ".join(column.codes),
            ]
            for column in sheet.columns
        ]
    return [*rows, [""] * 6, *([line, *[""] * 5] for line in _RULES)]


_RULES: Final = (
    "An empty cell means that the record has no such value. A column or sheet that is left out changes nothing.",
    "A sheet of parts needs all its columns but place: the parts of every record in the file are replaced.",
    "A record without a row does not change. Leaving a record out deletes nothing.",
    "Dates are texts, such as 2015-10-18, 2015-10, 2015, 2016?, 2019~ or 2018-05/2018-11.",
    "Every cell is formatted as text. Keep it so: a spreadsheet turns 2015-10 into the first day of the month.",
)
