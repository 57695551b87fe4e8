"""What is written into a spreadsheet is read back as it was, whatever it is."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanctions.exports.as_csv import safe
from sanctions.records.base import Document
from sanctions.records.encode import normalise
from sanctions.records.registry import BY_NAME, RECORD_TYPES
from sanctions.spreadsheets.files import FORMATS, tables_in, written
from sanctions.spreadsheets.tables import read, tables_of
from tests.effort import examples
from tests.factories.documents import WORLD, documents

AT: Final = datetime(2025, 2, 7, 12, tzinfo=UTC)
NAMES: Final = [record_type.name for record_type in RECORD_TYPES]

#: Texts that spreadsheets are known to change.
DANGEROUS: Final = [
    "=1+1",
    "+49 30 123",
    "-5",
    "@SUM(A1)",
    "'=quoted",
    "''+",
    "'",
    "00123",
    "12345678901234567890",
    "1e5",
    "3.10",
    "TRUE",
    "#N/A",
    "2015-10-18~",
    "2016?",
    "2015-10",
    "1/2",
    "_x000D_ and _x0041_",
    "تحریم‌های ایران",
    'Санкции, «кавычки»; "quotes"',
    "制裁",
    "a;b,c\td",
]


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=examples(25), suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_a_file_says_what_the_document_says(name: str, form: str, data: st.DataObject) -> None:
    record_type = BY_NAME[name]
    several = [normalise(record_type, data.draw(documents(record_type, slug))) for slug in WORLD[name]]
    reading = read(record_type, tables_in(record_type, written(record_type, several, form, AT)), {})
    assert reading.stray == []
    assert [told.faults for told in reading.records] == [[]] * len(several)
    assert [normalise(record_type, told.document) for told in reading.records] == several


def order(**values: Any) -> Document:
    return {
        "slug": "order-1",
        "kind": "statute",
        "title": "An order",
        "issuer": "us",
        "geographic_scope": "country",
    } | values


def back(document: Document, form: str, before: Document | None = None) -> Document:
    record_type = BY_NAME["order"]
    tables = tables_in(record_type, written(record_type, [document], form, AT))
    (told,) = read(record_type, tables, {"order-1": before} if before else {}).records
    assert told.faults == []
    return told.document


@pytest.mark.parametrize("form", FORMATS)
@pytest.mark.parametrize("text", [*DANGEROUS, "two\nlines", "\t=tab", "\r=return", "old\rnew\r\nboth", " \n space \n "])
def test_no_text_is_changed_on_the_way(text: str, form: str) -> None:
    document = order(summary=text, measures=[{"slug": "m", "kind": "waiver", "direction": "relieves", "scope": text}])
    assert back(document, form) == document


@pytest.mark.parametrize("form", FORMATS)
def test_line_breaks_of_another_kind_are_no_change(form: str) -> None:
    before = order(summary="one\r\ntwo", directives=[{"addressee": "us", "text": "three\r\nfour"}])
    edited = order(summary="one\ntwo", directives=[{"addressee": "us", "text": "three\nfour"}])
    assert back(edited, form, before) == before


def test_parts_stand_in_a_sheet_of_their_own_with_record_and_place() -> None:
    measures = [{"slug": slug, "kind": "waiver", "direction": "relieves"} for slug in ("m-1", "m-2")]
    tables = {table.name: table for table in tables_of(BY_NAME["order"], [order(measures=measures)])}
    rows = [(row.number, row.cells["record"], row.cells["place"], row.cells["slug"]) for row in tables["measures"].rows]
    assert rows == [(2, "order-1", "1", "m-1"), (3, "order-1", "2", "m-2")]
    assert tables["directives"].rows == ()


def test_the_guard_of_csv_is_an_apostrophe_that_reading_takes_away() -> None:
    content = written(BY_NAME["order"], [order(title="=HYPERLINK(1)")], "csv", AT)
    assert safe("=HYPERLINK(1)") == "'=HYPERLINK(1)"
    (told,) = read(BY_NAME["order"], tables_in(BY_NAME["order"], content), {}).records
    assert told.document["title"] == "=HYPERLINK(1)"
