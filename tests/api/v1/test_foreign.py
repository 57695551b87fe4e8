"""Lists and records in formats of other programs: bibliographies, FollowTheMoney and calendars."""

from __future__ import annotations

import re
from typing import Any

import icalendar
import orjson
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanctions.questions import streaming
from tests.api.conftest import Ask
from tests.api.v1.many import load_many
from tests.api.v1.streams import read_stream
from tests.exports.ftm import problems

pytestmark = pytest.mark.django_db

WORLD = "http://testserver"
NOUNS = (
    *("orders", "measures", "programs", "agreements", "commitments"),
    *("violations", "actors", "designations", "events", "sources"),
)
WITH_DAYS = ("orders", "commitments", "events", "timeline")


def calendar(client: Client, path: str, **parameters: str) -> list[Any]:
    found = icalendar.Calendar.from_ical(read_stream(client, path, format="ics", **parameters))
    return list(found.walk("VEVENT"))


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("noun", NOUNS)
def test_a_list_is_cited_as_its_records_are(client: Client, ask: Ask, noun: str) -> None:
    slugs = [row["slug"] for row in ask(f"{noun}/")["results"]]
    assert slugs
    for form in ("bibtex", "csl-json"):
        single = [client.get(f"/api/v1/{noun}/{slug}/", {"format": form}).content for slug in slugs]
        many = read_stream(client, f"{noun}/", format=form)
        if form == "bibtex":
            assert many == b"".join(single)
        else:
            assert orjson.loads(many) == [orjson.loads(one)[0] for one in single]
    assert orjson.loads(read_stream(client, f"{noun}/", format="csl-json", slug__in=slugs[0], limit="1"))


@pytest.mark.usefixtures("world")
def test_a_citation_of_nothing_is_an_empty_list(client: Client) -> None:
    nothing = {"listed_on": "1800"}
    assert read_stream(client, "designations/", format="csl-json", **nothing) == b"[]"
    assert read_stream(client, "designations/", format="bibtex", **nothing) == b""
    assert calendar(client, "orders/", dated_on="1800") == []


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("noun", ["actors", "designations", "programs"])
def test_entities_are_what_followthemoney_knows(client: Client, ask: Ask, noun: str) -> None:
    slugs = [row["slug"] for row in ask(f"{noun}/")["results"]]
    entities = [orjson.loads(line) for line in read_stream(client, f"{noun}/", format="ftm").splitlines()]
    assert [entity["id"] for entity in entities] == [f"{noun[:-1]}-{slug}" for slug in slugs]
    assert [problem for entity in entities for problem in problems(entity)] == []
    one = client.get(f"/api/v1/{noun}/{slugs[0]}/", {"format": "ftm"})
    assert one["Content-Type"] == "application/json+ftm"
    assert orjson.loads(one.content) == entities[0]


@pytest.mark.usefixtures("world")
def test_a_designation_is_a_sanction_of_its_actor(client: Client, ask: Ask) -> None:
    record = ask("designations/bank-melli-sdn/")
    found = orjson.loads(client.get("/api/v1/designations/bank-melli-sdn/", {"format": "ftm"}).content)
    assert found["schema"] == "Sanction"
    assert found["properties"]["entity"] == [f"actor-{record['actor']['slug']}"]
    assert found["properties"]["sourceUrl"] == [WORLD + record["url"]]
    assert found["properties"]["listingDate"] == [record["listed_on"]]


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("path", WITH_DAYS)
def test_a_calendar_is_read_by_others_and_stays_the_same_for_a_day(client: Client, path: str) -> None:
    events = calendar(client, f"{path}/", as_of="2017-01-01")
    assert events
    uids = [str(event["uid"]) for event in events]
    assert len(set(uids)) == len(uids)
    for event in events:
        assert event["dtstart"].dt < event["dtend"].dt
        assert event["dtstart"].params["VALUE"] == "DATE"
        assert {"DTSTAMP", "SUMMARY", "URL", "LAST-MODIFIED", "STATUS"} <= event.keys()
    raw = read_stream(client, f"{path}/", format="ics", as_of="2017-01-01")
    assert icalendar.Calendar.from_ical(raw)["name"] == f"Sanctions policy: {path}"
    elsewhere: Any = client.get(
        f"/api/v1/{path}/", {"format": "ics", "as_of": "2017-01-01"}, headers={"host": "testserver:8080"}
    )
    found = icalendar.Calendar.from_ical(b"".join(elsewhere.streaming_content)).walk("VEVENT")
    assert [str(event["uid"]) for event in found] == uids
    assert raw == read_stream(client, f"{path}/", format="ics", as_of="2017-01-01")
    assert max(len(line) for line in raw.split(b"\r\n")) <= 75
    assert not re.search(rb"(?<!\r)\n", raw)


@pytest.mark.usefixtures("world")
def test_a_sunset_is_a_day_in_the_calendar_of_commitments(client: Client, ask: Ask) -> None:
    expected = {row["slug"] for row in ask("commitments/", sunset_on__isnull="false")["results"]}
    assert expected
    days = {str(event["uid"]): event for event in calendar(client, "commitments/")}
    for slug in expected:
        event = days[f"commitments.{slug}.sunset_on@sanctions-policy-database"]
        record = ask(f"commitments/{slug}/")
        assert event["dtstart"].dt.isoformat().startswith(record["sunset_on"][:4])
        assert event["url"] == WORLD + record["url"]


@pytest.mark.usefixtures("world")
def test_the_timeline_and_the_events_are_one_calendar(client: Client) -> None:
    assert {str(event["uid"]): str(event["summary"]) for event in calendar(client, "timeline/")} == {
        str(event["uid"]): str(event["summary"]) for event in calendar(client, "events/")
    }


@pytest.mark.usefixtures("world")
def test_what_is_wrong_is_a_problem_in_these_formats_too(ask: Ask) -> None:
    for form in ("bibtex", "csl-json", "ics"):
        (fault,) = ask("orders/", format=form, cursor="x", status=400)["errors"]
        assert (fault["parameter"], fault["code"]) == ("cursor", "contradiction")
    assert ask("orders/", format="ftm", status=400)["errors"][0]["parameter"] == "format"
    assert ask("actors/", format="ics", status=400)["errors"][0]["parameter"] == "format"


@pytest.mark.usefixtures("world")
def test_the_files_are_named_for_what_reads_them(client: Client) -> None:
    names = {"bibtex": "actors.bib", "csl-json": "actors.csl.json", "ftm": "actors.ftm.json"}
    for form, name in names.items():
        answer = client.get("/api/v1/actors/", {"format": form})
        assert answer["Content-Disposition"] == f'attachment; filename="{name}"'


@pytest.mark.parametrize(
    ("noun", "form"),
    [("orders", "bibtex"), ("orders", "csl-json"), ("orders", "ics"), ("actors", "ftm"), ("timeline", "ics")],
)
def test_as_many_queries_are_asked_for_each_chunk(
    client: Client, monkeypatch: pytest.MonkeyPatch, noun: str, form: str
) -> None:
    load_many(12)

    def queries(chunk: int) -> int:
        monkeypatch.setattr(streaming, "CHUNK", chunk)
        with CaptureQueriesContext(connection) as captured:
            read_stream(client, f"{noun}/", format=form)
        return len(captured)

    rows = len(read_stream(client, f"{noun}/", format="jsonl").splitlines())
    few = queries(1_000)
    # The state and the keys are read once; those without a value of what orders them are chunks of their own.
    assert queries(5) <= 3 + (-(-rows // 5) + 1) * (few - 2)
