"""Whole collections as JSON Lines, CSV and Parquet, complete before their status is sent."""

from __future__ import annotations

import csv
import io
import resource
from pathlib import Path
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pyarrow import parquet

from api.http import prepared
from api.v1.urls import NOUNS
from api.v1.views.base import RecordViewSet
from sanctions.exports.as_csv import original
from sanctions.models import Source
from sanctions.questions import streaming
from sanctions.vocabulary import SourceKind, State
from tests.api.conftest import Ask
from tests.api.v1.many import load_many
from tests.api.v1.streams import read_stream
from tests.factories.acts import ACT

#: Nouns of whose records nothing depends on the question.
AS_STORED = [name for name, view in NOUNS.items() if view.added_keys is RecordViewSet.added_keys]

pytestmark = pytest.mark.django_db


def lines(client: Client, path: str, **parameters: str) -> list[dict[str, Any]]:
    return [orjson.loads(line) for line in read_stream(client, path, format="jsonl", **parameters).splitlines()]


def cells(client: Client, path: str, **parameters: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(read_stream(client, path, format="csv", **parameters).decode(), newline="")))


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(("noun", "ordering"), [(noun, o.name) for noun, view in NOUNS.items() for o in view.orderings])
def test_a_collection_has_the_rows_of_its_pages_in_their_order(
    client: Client, ask: Ask, noun: str, ordering: str
) -> None:
    for sign in ("", "-"):
        asked = {"ordering": sign + ordering, "as_of": "2017-01-01"}
        expected = ask(f"{noun}/", **asked)["results"]
        assert lines(client, f"{noun}/", **asked) == expected
        assert [row["slug"] for row in cells(client, f"{noun}/", **asked)] == [row["slug"] for row in expected]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("path", [f"{noun}/" for noun in NOUNS] + ["timeline/"])
def test_every_column_is_in_the_dictionary_and_every_format_has_the_same(client: Client, ask: Ask, path: str) -> None:
    described = ask("columns/", of=path.rstrip("/"))[path.rstrip("/")]
    assert all(column["description"] for column in described), described
    names = [column["name"] for column in described]
    assert len(set(names)) == len(names)
    rows = cells(client, path, as_of="2017-01-01")
    assert rows
    assert list(rows[0]) == names
    table = parquet.read_table(io.BytesIO(read_stream(client, path, format="parquet", as_of="2017-01-01")))
    assert table.column_names == names
    words = {None: "", True: "true", False: "false"}
    for row, typed in zip(rows, table.to_pylist(), strict=True):
        for name in names:
            value = typed[name]
            text = words[value] if value is None or isinstance(value, bool) else str(value)
            same = float(row[name]) == value if isinstance(value, float) else original(row[name]) == text
            assert same, name


@pytest.mark.usefixtures("world")
def test_a_row_has_the_slugs_of_what_it_refers_to_and_its_standing(client: Client, ask: Ask) -> None:
    (row,) = cells(client, "orders/", slug__in="us-eo-13645", as_of="2015-01-01")
    whole_record = ask("orders/us-eo-13645/", as_of="2015-01-01")
    assert row["issuer"] == whole_record["issuer"]["slug"]
    assert row["issuer_name"] == whole_record["issuer"]["name"]
    assert row["measures"] == "|".join(measure["slug"] for measure in whole_record["measures"])
    assert row["standing"] == whole_record["standing"]["code"]
    assert row["standing_since"] == whole_record["standing"]["since"]
    assert row["history_count"] == str(len(whole_record["history"]))
    assert row["version_number"] == "1"


@pytest.mark.usefixtures("world")
def test_a_file_has_a_name_and_a_type(client: Client) -> None:
    for form, kind in (("csv", "text/csv"), ("jsonl", "application/x-ndjson")):
        answer = client.get("/api/v1/orders/", {"format": form})
        assert answer["Content-Type"] == kind
        assert answer["Content-Disposition"] == f'attachment; filename="orders.{form}"'
        again = client.get("/api/v1/orders/", {"format": form}, headers={"if-none-match": answer["ETag"]})
        assert again.status_code == 304
        head: Any = client.head("/api/v1/orders/", {"format": form})
        assert (head.status_code, head["ETag"]) == (200, answer["ETag"])
    assert client.get("/api/v1/orders/", headers={"accept": "text/csv"})["Content-Type"] == "text/csv"


@pytest.mark.usefixtures("world")
def test_faults_are_reported_before_the_first_row(ask: Ask) -> None:
    for name, value in (("count", "true"), ("facets", "kind")):
        (fault,) = ask("orders/", format="csv", status=400, **{name: value})["errors"]
        assert (fault["parameter"], fault["code"]) == (name, "contradiction")
    assert ask("orders/", format="jsonl", kind="x", status=400)["errors"][0]["parameter"] == "kind"
    assert ask("orders/", format="csv", fields="slug", status=400)["errors"][0]["code"] == "contradiction"
    assert ask("orders/", format="csv", limit="0", status=400)["errors"][0]["parameter"] == "limit"


@pytest.mark.usefixtures("world")
def test_a_limit_ends_it_and_a_filter_narrows_it(client: Client, ask: Ask) -> None:
    assert len(lines(client, "orders/", limit="2")) == 2
    some = {row["slug"] for row in ask("orders/", kind="executive_order")["results"]}
    assert {row["slug"] for row in lines(client, "orders/", kind="executive_order")} == some
    assert lines(client, "orders/", fields="slug", limit="1")[0].keys() == {"slug"}


@pytest.mark.usefixtures("world")
def test_a_collection_can_be_read_from_the_past(client: Client, ask: Ask) -> None:
    instant = ACT.at.isoformat()
    Source.objects.update(state=State.DRAFT)
    known = ask("sources/", known_at=instant)["results"]
    assert known
    assert lines(client, "sources/", known_at=instant) == known
    assert lines(client, "sources/") == []


def test_stored_renderings_are_read_in_one_query(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    load_many(12)
    monkeypatch.setattr(streaming, "CHUNK", 5)
    assert AS_STORED
    for noun in AS_STORED:
        with CaptureQueriesContext(connection) as captured:
            assert len(lines(client, f"{noun}/")) >= 12
        # The state, and the rows; those without a value of what orders them apart.
        assert len(captured) <= 3, noun


def test_as_many_queries_are_asked_for_each_chunk(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    load_many(12)

    def queries(noun: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert len(lines(client, f"{noun}/")) >= 12
        return len(captured)

    monkeypatch.setattr(streaming, "CHUNK", 1_000)
    few = {noun: queries(noun) for noun in NOUNS if noun not in AS_STORED}
    assert max(few.values()) <= 10
    monkeypatch.setattr(streaming, "CHUNK", 5)
    for noun, count in few.items():
        rows = len(lines(client, f"{noun}/"))
        # The state and the keys are read once; those without a value of what orders them are chunks of their own.
        assert queries(noun) <= 3 + (-(-rows // 5) + 1) * (count - 2), noun


@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet", "bibtex", "csl-json"])
@pytest.mark.parametrize("encoding", ["identity", "gzip", "zstd", "br"])
def test_a_failure_at_the_last_row_is_a_failure_of_the_answer(
    monkeypatch: pytest.MonkeyPatch, form: str, encoding: str
) -> None:
    load_many(12)
    monkeypatch.setattr(streaming, "CHUNK", 5)
    Source.objects.create(slug="zzz", kind=SourceKind.NEWS, title="t", state=State.PUBLISHED, rendering="")
    client = Client(raise_request_exception=False)
    answer = client.get("/api/v1/sources/", {"format": form}, headers={"accept-encoding": encoding})
    assert (answer.status_code, answer["Content-Type"]) == (500, "application/problem+json")
    assert not answer.streaming
    assert orjson.loads(answer.content)["type"].endswith("/internal-error/")
    assert "Content-Disposition" not in answer
    with pytest.raises(RuntimeError, match="has no rendering"):
        Client().get("/api/v1/sources/", {"format": form})


@pytest.mark.parametrize("in_memory", [0, 10_000_000])
@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_the_length_of_a_whole_list_is_stated(
    client: Client, monkeypatch: pytest.MonkeyPatch, in_memory: int, encoding: str
) -> None:
    load_many(12)
    monkeypatch.setattr(prepared, "IN_MEMORY", in_memory)
    answer: Any = client.get("/api/v1/sources/", {"format": "csv"}, headers={"accept-encoding": encoding})
    assert answer.get("Content-Encoding", "identity") == encoding
    assert int(answer["Content-Length"]) == len(b"".join(answer.streaming_content)) > 0
    head = client.head("/api/v1/sources/", {"format": "csv"}, headers={"accept-encoding": encoding})
    assert "Content-Length" not in head


def resident() -> int:
    """Return the memory that this process has now, in bytes."""
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize()


@pytest.mark.long
@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_a_million_rows_need_a_hundred_megabytes(client: Client, form: str) -> None:
    rendering = orjson.dumps({"slug": "s", "kind": "news", "title": "t", "summary": "x" * 1_000}).decode()
    Source.objects.create(slug="s", kind=SourceKind.NEWS, title="t", state=State.PUBLISHED, rendering=rendering)
    columns = [column.column for column in Source._meta.concrete_fields if column.column not in ("id", "slug")]
    listed = ", ".join(f'"{column}"' for column in columns)
    series = (
        "SELECT number FROM generate_series(1, 999999) AS series (number)"
        if connection.vendor == "postgresql"
        else "WITH RECURSIVE series (number) AS"
        " (SELECT 1 UNION ALL SELECT number + 1 FROM series WHERE number < 999999) SELECT number FROM series"
    )
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO sanctions_source (slug, {listed})"
            f" SELECT 's-' || number, {listed} FROM sanctions_source, ({series}) AS numbers WHERE slug = 's'"
        )
    before = resident()
    answer: Any = client.get("/api/v1/sources/", {"format": form, "ordering": "title"})
    rows = size = most = 0
    for number, piece in enumerate(answer.streaming_content):
        rows += piece.count(b"\n")
        size += len(piece)
        most = max(most, resident()) if number % 10 == 0 else most
    grown = (most - before) / 1e6
    print(f"{form}: {size / 1e6:.0f} MB in {grown:.0f} MB of memory")  # noqa: T201 - the figure asked for
    assert form == "parquet" or rows in (1_000_000, 1_000_001)
    assert grown < 100
