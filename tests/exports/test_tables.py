"""CSV, JSON Lines and Parquet: what is written is read back by others' readers, cell by cell."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import Any

import orjson
import pyarrow
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

from sanctions.exports import as_csv, as_jsonl, as_parquet

COLUMNS = {"name": "text", "count": "integer", "share": "number", "known": "boolean", "on": "date"}
characters = st.characters(exclude_categories=["Cs"])
texts = st.text(characters | st.sampled_from("=+-@\t\r\n'\",;")) | st.sampled_from(
    ["=1+1", "'=1", "''@x", "-5", "'", "\r\n", '"quoted", and more']
)
rows = st.fixed_dictionaries(
    {
        "name": st.none() | texts,
        "count": st.none() | st.integers(-(2**63), 2**63 - 1),
        "share": st.none() | st.floats(allow_nan=False, allow_infinity=False),
        "known": st.none() | st.booleans(),
        "on": st.none() | st.dates(),
    }
)
tables = st.lists(rows, max_size=5)


def read_csv(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(), newline="")))


@given(tables)
def test_csv_is_read_back_as_it_was_written(table: list[dict[str, Any]]) -> None:
    header, *read = read_csv(as_csv.write(COLUMNS, table))
    assert header == list(COLUMNS)
    assert [as_csv.original(cells[0]) for cells in read] == [row["name"] or "" for row in table]
    assert [cells[1] for cells in read] == ["" if row["count"] is None else str(row["count"]) for row in table]
    assert [cells[2] and float(cells[2]) for cells in read] == [
        "" if row["share"] is None else row["share"] for row in table
    ]
    words = {None: "", True: "true", False: "false"}
    assert [cells[3] for cells in read] == [words[row["known"]] for row in table]
    assert [cells[4] for cells in read] == [row["on"].isoformat() if row["on"] else "" for row in table]


@given(tables)
def test_no_text_in_csv_is_a_formula(table: list[dict[str, Any]]) -> None:
    for cells in read_csv(as_csv.write(COLUMNS, table))[1:]:
        assert not cells[0].startswith(("=", "+", "-", "@", "\t", "\r"))


@given(texts)
def test_guarding_a_text_has_an_inverse(text: str) -> None:
    assert as_csv.original(as_csv.safe(text)) == text


def test_a_number_below_zero_is_no_formula() -> None:
    assert as_csv.write({"n": "integer", "t": "text"}, [{"n": -5, "t": "-5"}]) == b"n,t\r\n-5,'-5\r\n"


def test_csv_is_as_rfc_4180_says() -> None:
    content = as_csv.write({"a": "text", "b": "text"}, [{"a": 'say "no"', "b": "x,y"}, {"a": "two\r\nlines"}, {}])
    assert content == b'a,b\r\n"say ""no""","x,y"\r\n"two\r\nlines",\r\n,\r\n'


def test_csv_without_rows_has_its_header() -> None:
    assert as_csv.write(COLUMNS, []) == b"name,count,share,known,on\r\n"


@given(tables)
def test_json_lines_are_read_back_as_they_were_written(table: list[dict[str, Any]]) -> None:
    content = as_jsonl.write(COLUMNS, table)
    read = [orjson.loads(line) for line in content.split(b"\n")[:-1]]
    assert read == [row | {"on": row["on"] and row["on"].isoformat()} for row in table]
    assert all(list(row) == list(COLUMNS) for row in read)
    assert content == b"" or content.endswith(b"\n")


def test_json_lines_say_null_of_what_is_missing() -> None:
    assert as_jsonl.write({"a": "text", "b": "text"}, [{"b": "x", "c": 1}]) == b'{"a":null,"b":"x"}\n'


@given(tables)
def test_parquet_is_read_back_as_it_was_written(table: list[dict[str, Any]]) -> None:
    read = parquet.read_table(io.BytesIO(as_parquet.write(COLUMNS, table)))
    assert read.schema == pyarrow.schema(
        [
            ("name", pyarrow.string()),
            ("count", pyarrow.int64()),
            ("share", pyarrow.float64()),
            ("known", pyarrow.bool_()),
            ("on", pyarrow.date32()),
        ]
    )
    assert read.to_pylist() == table


def test_parquet_without_pyarrow_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(as_parquet, "find_spec", lambda name: None)
    assert not as_parquet.available()
    with pytest.raises(RuntimeError, match="pip install pyarrow"):
        as_parquet.write(COLUMNS, [])


def test_a_date_is_one_in_every_format() -> None:
    row = {"on": date(2015, 7, 14)}
    assert as_csv.write({"on": "date"}, [row]) == b"on\r\n2015-07-14\r\n"
    assert as_jsonl.write({"on": "date"}, [row]) == b'{"on":"2015-07-14"}\n'
    assert parquet.read_table(io.BytesIO(as_parquet.write({"on": "date"}, [row]))).to_pylist() == [row]
