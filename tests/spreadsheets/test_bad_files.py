"""Files as spreadsheets really write them, cut off, converted or crafted: faults are reported with reason and cell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from sanctions.exceptions import TooMuch, UnreadableSheet
from sanctions.records.base import Document
from sanctions.records.registry import BY_NAME
from sanctions.spreadsheets import limits
from sanctions.spreadsheets.files import tables_in, written
from sanctions.spreadsheets.tables import SheetContent, read
from tests.effort import examples

AT: Final = datetime(2025, 2, 7, 12, tzinfo=UTC)
EVENT: Final = BY_NAME["event"]
DOCUMENT: Final[Document] = {"slug": "a", "kind": "report", "title": "A", "happened_on": "2015"}


def book(*rows: list[Any], title: str = "events") -> bytes:
    """Return a workbook as openpyxl writes one, which types cells as Excel does."""
    workbook = Workbook()
    sheet: Any = workbook.active
    sheet.title = title
    for row in rows:
        sheet.append(row)
    content = io.BytesIO()
    workbook.save(content)
    return content.getvalue()


def content_of(*rows: list[Any]) -> SheetContent:
    return read(EVENT, tables_in(EVENT, book(*rows)), {})


HEADING: Final = ["slug", "title", "happened_on", "cameo_code"]


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("happened_on", datetime(2015, 10, 1), "has turned this into a date"),  # noqa: DTZ001
        ("title", "=HYPERLINK(1)", "This is a formula"),
        ("title", "#N/A", "an error of the spreadsheet"),
        ("cameo_code", 12345678901234567890, "keeps 15 digits"),
        ("cameo_code", 10**30, "keeps 15 digits"),
        ("cameo_code", 1e300, "keeps 15 digits"),
    ],
)
def test_what_a_spreadsheet_has_made_of_a_text_is_not_guessed_back(column: str, value: Any, message: str) -> None:
    (item,) = content_of(HEADING, ["a", *(value if name == column else None for name in HEADING[1:])]).records
    (fault,) = item.faults
    assert (fault.sheet, fault.row, fault.column) == ("events", 2, column)
    assert message in fault.message
    assert column not in item.document


def test_a_small_number_is_taken_as_it_is_shown() -> None:
    (item,) = content_of(HEADING, ["a", None, 2015, None]).records
    assert (item.faults, item.document) == ([], {"slug": "a", "happened_on": "2015"})


def test_every_cell_of_an_export_is_a_text() -> None:
    document = DOCUMENT | {
        "summary": "=1+1",
        "votes": [{"body": "b", "for": 5, "adopted": True}],
        "effects": [{"order": "o", "verb": "issued", "effective_on": "2015-10-18", "sequence": 3}],
    }
    workbook = load_workbook(io.BytesIO(written(EVENT, [document], "xlsx", AT)))
    cells = [cell for sheet in workbook for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} == {"s"}
    assert {cell.number_format for cell in cells} == {"@"}
    assert workbook["events"]["A1"].value == "slug"
    assert workbook.sheetnames[-1] == "Read me"
    choices = {choice.formula1 for choice in workbook["votes"].data_validations.dataValidation}
    assert '"true,false"' in choices


def test_a_list_that_no_cell_can_hold_is_refused_and_not_cut() -> None:
    targets = [f"{'actor-' * 24}{number}" for number in range(300)]
    measure = {"slug": "m", "kind": "waiver", "direction": "relieves", "targets": targets}
    document = {
        "slug": "a",
        "kind": "statute",
        "title": "A",
        "issuer": "us",
        "geographic_scope": "country",
        "measures": [measure],
    }
    with pytest.raises(TooMuch, match="CSV has no such limit"):
        written(BY_NAME["order"], [document], "xlsx", AT)
    (item,) = read(
        BY_NAME["order"], tables_in(BY_NAME["order"], written(BY_NAME["order"], [document], "csv", AT)), {}
    ).records
    assert item.document == document


#: Made once: a workbook has the time at which it was written in it.
EXPORTS: Final = {form: written(EVENT, [DOCUMENT], form, AT) for form in ("xlsx", "csv")}


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@settings(max_examples=examples(60))
@given(data=st.data())
def test_a_file_that_was_cut_off_or_changed_raises_nothing_else(form: str, data: st.DataObject) -> None:
    content = bytearray(EXPORTS[form])
    for _ in range(data.draw(st.integers(0, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    cut = data.draw(st.one_of(st.none(), st.integers(1, len(content) - 1)))
    try:
        read(EVENT, tables_in(EVENT, bytes(content[:cut])), {})
    except UnreadableSheet as error:
        assert str(error)


@settings(max_examples=examples(60))
@given(st.binary(max_size=200))
def test_no_bytes_raise_anything_else(content: bytes) -> None:
    for start in (b"", b"PK\x03\x04", b"slug,title\n"):
        try:
            read(EVENT, tables_in(EVENT, start + content), {})
        except UnreadableSheet as error:
            assert str(error)


def repacked(change: Callable[[str, bytes], bytes]) -> bytes:
    """Return an export with the files within changed."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(written(EVENT, [DOCUMENT], "xlsx", AT))) as old,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, change(name, old.read(name)))
    return content.getvalue()


def test_a_small_file_that_unpacks_to_a_large_one_is_refused() -> None:
    def bomb(name: str, content: bytes) -> bytes:
        return content + b" " * (limits.MOST_UNPACKED + 1) if name.endswith("sheet1.xml") else content

    content = repacked(bomb)
    assert len(content) < limits.MOST_BYTES
    with pytest.raises(UnreadableSheet, match="unpacks to too much"):
        tables_in(EVENT, content)


def test_entities_of_xml_are_refused() -> None:
    laughs = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'

    def entities(name: str, content: bytes) -> bytes:
        if not name.endswith(("sheet1.xml", "workbook.xml")):
            return content
        return laughs + content.partition(b"?>")[2] if content.startswith(b"<?xml") else laughs + content

    with pytest.raises(UnreadableSheet, match="damaged"):
        tables_in(EVENT, repacked(entities))


def test_a_row_far_below_is_reached_and_counted_within_bounds() -> None:
    def far(row: bytes) -> Callable[[str, bytes], bytes]:
        return lambda name, content: content.replace(b'r="2"', b'r="' + row + b'"') if "sheet1" in name else content

    with pytest.raises(UnreadableSheet, match="100,000 rows"):
        tables_in(EVENT, repacked(far(b"999999999999999")))
    assert tables_in(EVENT, repacked(far(b"50000")))[0].rows[0].number == 50_000


def test_what_a_workbook_says_of_its_own_size_is_not_believed() -> None:
    content = written(EVENT, [DOCUMENT], "xlsx", AT)
    assert len(tables_in(EVENT, content)[0].rows) == 1
    wide = book(["slug", *[f"c{number}" for number in range(limits.MOST_COLUMNS)]])
    with pytest.raises(UnreadableSheet, match="more than 60 columns"):
        tables_in(EVENT, wide)


@pytest.mark.parametrize(
    ("rows", "message"),
    [
        ([["slug", None, "title"]], "empty cell"),
        ([[None]], "name the columns"),
        ([["slug", "title"], ["a", "b", "c"]], "no heading above it"),
    ],
)
def test_headings_are_demanded(rows: list[list[Any]], message: str) -> None:
    with pytest.raises(UnreadableSheet, match=message):
        tables_in(EVENT, book(*rows))


def test_sheets_are_those_of_the_noun() -> None:
    with pytest.raises(UnreadableSheet, match=r"sheet 'Tabelle1' is unknown\. Allowed: events, participations"):
        read(EVENT, tables_in(EVENT, book(["slug"], title="Tabelle1")), {})
    with pytest.raises(UnreadableSheet, match="sheet events is missing"):
        read(EVENT, tables_in(EVENT, book(["record", "member", "choice"], title="ballots")), {})


def csv(sheets: dict[str, str]) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        for name, text in sheets.items():
            packed.writestr(name, text)
    return content.getvalue()


def test_places_order_the_parts_and_each_is_taken_once() -> None:
    heading = "record,place,kind,text,language,script\n"
    rows = ("a,2,alias,Second", "a,1,alias,First", "a,,alias,Last", "a,2,alias,Twice", "a,x,alias,No", "b,1,alias,B")
    names = heading + "".join(f"{row},,\n" for row in rows)
    actor = BY_NAME["actor"]
    reading = read(actor, tables_in(actor, csv({"actors.csv": "slug\na\n", "names.csv": names})), {})
    (item,) = reading.records
    assert [row["text"] for row in item.document["names"]][:2] == ["First", "Second"]
    assert [(fault.row, fault.column, fault.value) for fault in item.faults] == [(5, "place", "2"), (6, "place", "x")]
    assert [(fault.sheet, fault.row, fault.column, fault.value) for fault in reading.stray] == [
        ("names", 7, "record", "b")
    ]


@pytest.mark.parametrize(
    ("sheets", "message"),
    [
        ({"events.txt": "slug\n"}, "is not CSV"),
        ({"events.csv": "slug\na\n", "ballots.csv": "record,member\na,b\n"}, "column choice is missing"),
        ({f"{number}.csv": "slug\n" for number in range(200)}, "unpacks to too much"),
    ],
)
def test_packed_files_are_checked_as_sheets_are(sheets: dict[str, str], message: str) -> None:
    with pytest.raises(UnreadableSheet, match=message):
        read(EVENT, tables_in(EVENT, csv(sheets)), {})


@pytest.mark.parametrize(
    "text", ["yes please", "1,5", "1e", "12.5.1", "9" * 50, "0.12345678901234567890123", "NaN", "\0"]
)
def test_an_invalid_value_is_reported_with_the_allowed_ones(text: str) -> None:
    votes = f'record,body,for,against,abstaining,absent,adopted,document,note\na,b,"{text}",,,,"{text}",,\n'
    measured = (
        "record,commitment,violation,metric,value,unit,limit,observed_on,measured_by,report_number,note\n"
        f'a,c,,m,"{text}",kg,,,,,\n'
    )
    sheets = {"events.csv": "slug\na\n", "votes.csv": votes, "measurements.csv": measured}
    (item,) = read(EVENT, tables_in(EVENT, csv(sheets)), {}).records
    assert [(fault.sheet, fault.column) for fault in item.faults] == [
        ("votes", "for"),
        ("votes", "adopted"),
        ("measurements", "value"),
    ]
    assert all("Allowed: " in fault.message for fault in item.faults)
