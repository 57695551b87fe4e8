"""/api/v1/stats/: counts of records."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from api.v1.filters.stats import LISTS
from api.v1.schemas.stats import COUNTED
from api.v1.urls import NOUNS
from sanctions.ledger.releases import make_release
from sanctions.models import Order
from sanctions.questions import counts
from tests.api.conftest import Ask
from tests.api.v1.answer_schema import faults
from tests.api.v1.many import load_many

pytestmark = pytest.mark.usefixtures("world")


def rows(ask: Ask, **parameters: Any) -> list[tuple[Any, ...]]:
    """Return the values and the count of each row."""
    answer = ask("stats/", **parameters)
    names = [*answer["group_by"], "count"]
    return [tuple(row[name] for name in names) for row in answer["rows"]]


def test_records_are_counted_by_what_is_asked_for_and_null_comes_last(ask: Ask) -> None:
    assert rows(ask, collection="orders", group_by="kind,year") == [
        ("executive_order", 2013, 1),
        ("executive_order", 2016, 1),
        ("presidential_memorandum", 2025, 1),
        ("statute", None, 1),
    ]


def test_the_answer_has_words_columns_and_totals(ask: Ask) -> None:
    answer = ask("stats/", collection="violations", group_by="accused", as_of="2019-07-02")
    assert faults("Stats", answer) == []
    assert (answer["collection"], answer["group_by"], answer["as_of"]) == ("violations", ["accused"], "2019-07-02")
    assert (answer["total"], answer["sum"]) == (3, 3)
    assert [column["name"] for column in answer["columns"]] == ["accused", "accused_label", "count"]
    assert answer["rows"][0] == {"accused": "bank-melli", "accused_label": "Bank Melli", "count": 1}


def test_a_record_with_several_values_is_counted_for_each_and_once_in_the_total(ask: Ask) -> None:
    answer = ask("stats/", collection="orders", group_by="sector")
    assert {row["sector"]: row["count"] for row in answer["rows"]} == {"automotive": 1, "finance": 1, None: 3}
    assert (answer["total"], answer["sum"]) == (4, 5)
    assert rows(ask, collection="orders", group_by="direction") == [("imposes", 1), ("relieves", 1), (None, 2)]


def test_two_values_of_one_part_are_of_one_part(ask: Ask) -> None:
    found = rows(ask, collection="orders", group_by="measure,sector", program="us-iran")
    assert found == [("asset_freeze", "finance", 1), ("import_restrictions", "automotive", 1)]


def test_the_filters_are_those_of_the_list(ask: Ask) -> None:
    assert rows(ask, collection="orders", group_by="kind", **{"kind!": "statute"}) == [
        ("executive_order", 2),
        ("presidential_memorandum", 1),
    ]
    assert rows(ask, collection="events", group_by="role", actor="iran", happened_on__lte="2015") == [
        ("issuer", 1),
        ("party", 1),
        ("target", 1),
    ]
    problem = ask("stats/", collection="orders", group_by="kind", gravity="major", status=400)
    assert [found["code"] for found in problem["errors"]] == ["unknown_parameter"]


def test_every_list_can_be_counted() -> None:
    assert set(LISTS) == set(NOUNS) == set(COUNTED)
    assert all(LISTS[noun] is NOUNS[noun].list_parameters for noun in NOUNS)


def test_without_anything_to_count_by_the_answer_is_the_number(ask: Ask) -> None:
    answer = ask("stats/", collection="actors", kind="person")
    assert (answer["rows"], answer["total"], answer["sum"]) == ([{"count": 3}], 3, 3)
    nothing = ask("stats/", collection="actors", kind="vessel")
    assert (nothing["rows"], nothing["total"], nothing["sum"]) == ([{"count": 0}], 0, 0)
    assert ask("stats/", collection="actors", group_by="kind", kind="vessel")["rows"] == []


def test_the_standing_is_that_of_the_day(ask: Ask) -> None:
    assert rows(ask, collection="orders", group_by="standing", as_of="2015-01-01") == [
        ("in_force", 1),
        ("not_yet_in_force", 3),
    ]
    assert rows(ask, collection="orders", group_by="standing", as_of="2016-01-16", standing="ended") == [("ended", 1)]


def test_the_past_is_counted_as_it_was_known(ask: Ask) -> None:
    release = make_release(timezone.now())
    before = rows(ask, collection="orders", group_by="kind")
    programs = rows(ask, collection="orders", group_by="program,topic")
    Order.objects.filter(slug="undated").update(kind="executive_order")
    assert rows(ask, collection="orders", group_by="kind") == [("executive_order", 3), ("presidential_memorandum", 1)]
    Order.programs.through.objects.all().delete()
    assert rows(ask, collection="orders", group_by="kind", release=release.number) == before
    assert rows(ask, collection="orders", group_by="program,topic", release=release.number) == programs
    assert rows(ask, collection="orders", group_by="program,topic") != programs
    assert rows(ask, collection="orders", group_by="kind", known_at="2001-01-01T00:00:00Z") == []
    page = ask("orders/", facets="kind", release=release.number)
    assert {value["value"]: value["count"] for value in page["facets"]["kind"]["values"]} == dict(before)


def test_the_rows_are_given_as_csv_too(client: Client) -> None:
    answer = client.get("/api/v1/stats/", {"collection": "designations", "group_by": "program,year", "format": "csv"})
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    table = list(csv.reader(io.StringIO(answer.content.decode())))
    assert table == [
        ["program", "program_label", "year", "count"],
        ["us-iran", "Iran sanctions", "2013", "1"],
        ["us-iran", "Iran sanctions", "", "1"],
        ["", "", "2008", "1"],
    ]


@pytest.mark.parametrize(
    ("parameters", "found"),
    [
        ({}, ("collection", "missing")),
        ({"collection": "order"}, ("collection", "unknown_code")),
        ({"collection": "or\x00ders"}, ("collection", "invalid_text")),
        ({"collection": "orders", "group_by": "title"}, ("group_by", "unknown_code")),
        ({"collection": "orders", "group_by": "kind,geographic_scope,topic,issuer"}, ("group_by", "too_many")),
        ({"collection": "orders", "group_by": ""}, ("group_by", "empty")),
        ({"collection": "orders", "facets": "kind"}, ("facets", "unknown_parameter")),
        ({"collection": "orders", "limit": "1"}, ("limit", "unknown_parameter")),
        ({"collection": ["orders", "events"]}, ("collection", "repeated")),
    ],
    ids=str,
)
def test_what_cannot_be_counted_is_refused_with_what_can(
    ask: Ask, parameters: dict[str, Any], found: tuple[str, str]
) -> None:
    (fault,) = ask("stats/", **parameters, status=400)["errors"]
    assert (fault["parameter"], fault["code"]) == found
    if fault["code"] == "unknown_code":
        assert "kind" in fault["allowed"] or fault["allowed"] == list(LISTS)


def test_more_rows_than_are_given_are_refused(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts.counted, "__defaults__", (2,))
    (fault,) = ask("stats/", collection="orders", group_by="kind,year", status=400)["errors"]
    assert (fault["parameter"], fault["code"]) == ("group_by", "too_many")


def test_counting_takes_as_many_queries_however_many_records_there_are(ask: Ask) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            ask("stats/", collection="events", group_by="verb,actor,year")
        return len(captured)

    load_many(2)
    few = queries()
    load_many(20)
    assert queries() == few
