"""/api/v1/panel/: who sanctions whom, in every format, and the dictionary of the columns."""

from __future__ import annotations

import csv
import io

import orjson
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pyarrow import parquet

from api.v1.filters import panel as filters
from api.v1.views import panel as views
from sanctions.exports import as_parquet
from sanctions.questions.panel import measures
from tests.api.conftest import Ask
from tests.api.v1.answer_schema import faults
from tests.factories.texts import save_text

#: At most: the sender asked for, relationships, states, measures and orders with targets and effects, designations,
#: events, names.
MOST_QUERIES = 14
ASKED = {"as_of": "2020-12-31", "from": "2012", "to": "2016"}

world = pytest.mark.usefixtures("world")


@world
def test_a_row_is_a_sender_a_target_and_a_year(ask: Ask) -> None:
    answer = ask("panel/", **ASKED, sender="united-states")
    assert (answer["frequency"], answer["target_level"], answer["as_of"]) == ("year", "state", "2020-12-31")
    rows = answer["rows"]
    assert [row["period"] for row in rows] == ["2013", "2014", "2015", "2016"]
    assert {(row["sender"], row["sender_iso"], row["target"], row["target_name"]) for row in rows} == {
        ("united-states", "US", "iran", "Iran")
    }
    assert [row["measures_in_force"] for row in rows] == [2, 2, 2, 2]
    assert [row["measures_in_force_at_end"] for row in rows] == [2, 2, 2, 0]
    assert [row["in_force_asset_freeze"] for row in rows] == [1, 1, 1, 1]
    assert [row["in_force_relief"] for row in rows] == [0, 0, 0, 0], "What relieves does not count."
    assert [row["designations_in_force"] for row in rows] == [1, 1, 1, 1]
    assert [row["designations_removed"] for row in rows] == [0, 0, 0, 1]


@world
def test_a_row_may_be_a_month(ask: Ask) -> None:
    parameters = {
        "as_of": "2020-12-31",
        "frequency": "month",
        "from": "2015-12",
        "to": "2016-01",
        "sender": "united-states",
    }
    answer = ask("panel/", **parameters)
    assert [(row["period"], row["year"], row["month"]) for row in answer["rows"]] == [
        ("2015-12", 2015, 12),
        ("2016-01", 2016, 1),
    ]
    assert [row["measures_ended"] for row in answer["rows"]] == [0, 2]


@world
def test_the_columns_are_those_of_the_rows_in_their_order(ask: Ask) -> None:
    for by in ("year", "month"):
        answer = ask("panel/", frequency=by, as_of="2020-12-31")
        names = [column["name"] for column in answer["columns"]]
        assert answer["rows"]
        assert all(list(row) == names for row in answer["rows"])
        assert ask("panel/columns/", frequency=by)["columns"] == answer["columns"]


@world
def test_a_column_has_its_type_its_unit_and_the_codes_of_others(ask: Ask) -> None:
    columns = {column["name"]: column for column in ask("panel/columns/")["columns"]}
    freeze = columns["in_force_asset_freeze"]
    assert (freeze["type"], freeze["unit"]) == ("integer", "measures")
    assert freeze["codes"] == {"measure_kind": "asset_freeze", "ties": "asset freeze", "gsdb": "financial"}
    assert columns["target_iso"]["codes"] == {"standard": "ISO 3166-1 alpha-2"}


@world
def test_targets_may_be_the_actors_named(ask: Ask) -> None:
    rows = ask("panel/", **ASKED, target_level="actor")["rows"]
    assert {row["target"] for row in rows if row["measures_in_force"]} == {"iran", "bank-melli"}
    [row] = ask("panel/", as_of="2020-12-31", target_level="actor", target="bank-melli", to="2013")["rows"]
    assert (row["measures_in_force"], row["designations_added"]) == (1, 1)


@world
def test_a_program_narrows_it(ask: Ask) -> None:
    rows = ask("panel/", as_of="2020-12-31", program="us-iran")["rows"]
    assert {(row["sender"], row["target"]) for row in rows} == {("united-states", "iran")}
    assert ask("panel/", as_of="2020-12-31", program__in="thematic")["rows"] == []


@world
@pytest.mark.parametrize(
    ("parameters", "code", "word"),
    [
        ({"frequency": "week"}, "unknown_code", "month"),
        ({"from": "2015-01"}, "contradiction", "frequency=month"),
        ({"from": "2015-13", "frequency": "month"}, "invalid_date", "a year or a month"),
        ({"from": "2015-21", "frequency": "month"}, "invalid_date", "a year or a month"),
        ({"from": "0000"}, "invalid_date", "0000"),
        ({"from": "2016", "to": "2015"}, "contradiction", "before"),
        ({"to": "2021", "as_of": "2020-12-31"}, "contradiction", "as_of"),
        ({"sender": "us-treasury"}, "contradiction", "counts for united-states"),
        ({"target__in": "iran,bank-melli"}, "contradiction", "target_level=actor"),
        ({"sender": "nobody"}, "unknown_slug", "nobody"),
        ({"year": "2015"}, "unknown_parameter", "from"),
        ({"format": "xlsx"}, "unknown_code", "parquet"),
    ],
    ids=str,
)
def test_what_it_does_not_take_is_refused(ask: Ask, parameters: dict[str, str], code: str, word: str) -> None:
    errors = ask("panel/", status=400, **parameters)["errors"]
    assert [error["code"] for error in errors] == [code]
    assert word in errors[0]["detail"]


@world
def test_more_rows_than_are_given_are_refused_and_counted(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_ROWS", 3)
    monkeypatch.setattr(filters, "MOST_ROWS", 3)
    [error] = ask("panel/", status=400, **ASKED)["errors"]
    assert (error["code"], error["parameter"]) == ("too_many", "from")
    assert error["detail"].startswith("At most 3 rows are returned, these are ")
    assert len(ask("panel/", as_of="2020-12-31", sender="united-states", to="2015")["rows"]) == 3


@world
def test_what_is_refused_is_refused_before_it_is_counted(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fold(*given: object) -> None:
        raise AssertionError("A panel that is refused is not folded.")

    monkeypatch.setattr(measures, "intervals_in_force", fold)
    monkeypatch.setattr(views, "MOST_ROWS", 3)
    monkeypatch.setattr(filters, "MOST_ROWS", 3)
    [error] = ask("panel/", status=400, **{"as_of": "2020-12-31", "from": "1000", "to": "2020"})["errors"]
    assert error["code"] == "too_many"
    assert all(word in error["detail"] for word in ("At most 3 rows", "from, to", "sender", "target", "program"))


@world
def test_without_a_first_period_the_last_are_answered_that_fit(
    ask: Ask, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    complete = ask("panel/", as_of="2020-12-31")
    assert (complete["from"], complete["to"]) == (None, "2020")
    most = len(complete["rows"]) - 1
    monkeypatch.setattr(views, "MOST_ROWS", most)
    monkeypatch.setattr(filters, "MOST_ROWS", most)
    answer = ask("panel/", as_of="2020-12-31")
    assert answer["rows"] == [row for row in complete["rows"] if row["period"] >= answer["from"]]
    assert 0 < len(answer["rows"]) <= most
    assert faults("Panel", answer) == []
    for form in ("csv", "json"):
        told = client.get("/api/v1/panel/", {"as_of": "2020-12-31", "format": form})
        assert told["Panel-Periods"] == f"{answer['from']}/2020"
    asked = ask("panel/", **{"as_of": "2020-12-31", "from": answer["from"]})
    assert (asked["rows"], asked["from"]) == (answer["rows"], answer["from"])


@world
def test_where_no_period_fits_the_panel_is_refused(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_ROWS", 0)
    monkeypatch.setattr(filters, "MOST_ROWS", 0)
    [error] = ask("panel/", status=400, as_of="2020-12-31")["errors"]
    assert (error["parameter"], error["code"]) == ("from", "too_many")


@world
def test_a_page_shows_fewer_rows(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    assert client.get("/api/v1/panel/", ASKED | {"format": "html"}).status_code == 200
    monkeypatch.setattr(views, "MOST_ON_A_PAGE", 3)
    refused = client.get("/api/v1/panel/", ASKED | {"format": "html"})
    assert refused.status_code == 400
    assert "choose another format than a page" in refused.content.decode()
    assert client.get("/api/v1/panel/", ASKED).status_code == 200


# --- Formats ------------------------------------------------------------------------------------


@world
def test_every_format_has_the_same_rows(client: Client) -> None:
    answer = client.get("/api/v1/panel/", ASKED).json()
    names, rows = [column["name"] for column in answer["columns"]], answer["rows"]

    table = client.get("/api/v1/panel/", ASKED | {"format": "csv"})
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    header, *cells = csv.reader(io.StringIO(table.content.decode(), newline=""))
    assert header == names
    assert cells == [["" if value is None else str(value) for value in row.values()] for row in rows]

    lines = client.get("/api/v1/panel/", ASKED, headers={"accept": "application/x-ndjson"})
    assert lines.headers["Content-Type"] == "application/x-ndjson"
    assert [orjson.loads(line) for line in lines.content.splitlines()] == rows

    file = client.get("/api/v1/panel/", ASKED | {"format": "parquet"})
    assert file.headers["Content-Type"] == "application/vnd.apache.parquet"
    read = parquet.read_table(io.BytesIO(file.content))
    assert read.to_pylist() == rows
    types = {"text": "string", "integer": "int64"}
    assert {field.name: str(field.type) for field in read.schema} == {
        column["name"]: types[column["type"]] for column in answer["columns"]
    }


@world
def test_parquet_without_pyarrow_is_not_acceptable_and_says_how_to_get_it(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(as_parquet, "find_spec", lambda name: None)
    for answer in (
        client.get("/api/v1/panel/", {"format": "parquet"}),
        client.get("/api/v1/panel/", headers={"accept": "application/vnd.apache.parquet"}),
    ):
        assert answer.status_code == 406
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert "pip install pyarrow" in answer.json()["detail"]
        assert faults("Problem", answer.json()) == []
    assert client.get("/api/v1/panel/", {"format": "csv"}).status_code == 200


@world
@pytest.mark.parametrize("form", ["csv", "jsonl", "parquet"])
def test_an_error_is_a_problem_document_in_every_format(client: Client, form: str) -> None:
    refused = client.get("/api/v1/panel/", {"format": form, "frequency": "week"})
    assert (refused.status_code, refused.headers["Content-Type"]) == (400, "application/problem+json")
    assert refused.json()["errors"][0]["parameter"] == "frequency"


# --- The contract -------------------------------------------------------------------------------


@world
@pytest.mark.parametrize(
    "parameters", [{}, {"frequency": "month"}, {"target_level": "actor"}, {"as_of": "1900-01-01"}], ids=str
)
def test_the_answer_is_as_the_schema_says(ask: Ask, parameters: dict[str, str]) -> None:
    assert faults("Panel", ask("panel/", **{"as_of": "2020-12-31"} | parameters)) == []


@world
@pytest.mark.parametrize("by", ["year", "month"])
def test_the_columns_are_as_the_schema_says(ask: Ask, by: str) -> None:
    assert faults("PanelColumns", ask("panel/columns/", frequency=by)) == []


def _save_orders(size: int) -> None:
    """Save so many orders against as many actors, with designations and threats."""
    parts = {
        "actors": "{slug: target-N, kind: company, name: Target N, relationships: [{kind: national_of, to: there}]}",
        "orders": "{slug: order-N, kind: statute, title: Order N, issuer: here, geographic_scope: country, measures: "
        "[{slug: measure-N, kind: asset_freeze, direction: imposes, targets: [target-N]}]}",
        "designations": "{slug: listing-N, actor: target-N, order: order-N, listed_on: '2015'}",
        "events": "{slug: event-N, kind: threat, title: Event N, happened_on: '2014', "
        "participations: [{actor: here, role: speaker}, {actor: target-N, role: target}], "
        "effects: [{order: order-N, verb: took_effect, effective_on: '2014'}]}",
    }
    rows = {name: ", ".join(part.replace("N", str(n)) for n in range(size)) for name, part in parts.items()}
    save_text(
        f"""
actors: [{{slug: here, kind: state, name: Here}}, {{slug: there, kind: state, name: There}}, {rows["actors"]}]
orders: [{rows["orders"]}]
designations: [{rows["designations"]}]
events: [{rows["events"]}]
"""
    )


@pytest.mark.django_db
def test_it_takes_the_same_queries_however_much_there_is(client: Client) -> None:
    counts = []
    for size in (2, 40):
        _save_orders(size)
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(
                "/api/v1/panel/", {"as_of": "2016-12-31", "target_level": "actor", "sender": "here"}
            ).json()
        assert len(answer["rows"]) == size * 3
        assert {row["target"] for row in answer["rows"] if row["threats"]} == {f"target-{n}" for n in range(size)}
        counts.append(len(captured))
    assert counts[0] == counts[1] <= MOST_QUERIES
