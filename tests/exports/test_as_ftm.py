"""FollowTheMoney: every kind of actor has a schema, and entities keep to the extract of its model (see `ftm`)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from django.test import Client

from sanctions.exports.as_ftm import Facts, dates, entity
from sanctions.models import Redirect
from sanctions.records.base import Document
from sanctions.vocabulary import ActorKind, IdentifierScheme, NameKind, ParticularKind
from tests.exports.conftest import Published
from tests.exports.ftm import MODEL, TOPICS, problems
from tests.exports.rendered import publish

pytestmark = pytest.mark.django_db
FACTS = Facts("https://example.org{}".format)
LISTED: Document = {"slug": "d", "actor": "a", "list_name": "L"}


def actor(**document: Any) -> Document:
    return {"slug": "a", "kind": "person", "name": "A", **document}


def entity_of(path: str, **parameters: str) -> dict[str, Any]:
    """Return the entity of a record from the API, after checking it."""
    answer = Client().get(f"/api/v1/{path}/", {"format": "ftm", **parameters})
    assert answer.status_code == 200, answer.content
    result: dict[str, Any] = orjson.loads(answer.content)
    assert problems(result) == []
    return result


def designation(**document: Any) -> dict[str, Any]:
    publish(actor=actor(), designation={**LISTED, **document})
    found: dict[str, Any] = entity_of("designations/d")["properties"]
    return found


@pytest.mark.parametrize("kind", ActorKind.values)
def test_every_kind_of_actor_is_an_entity(kind: str) -> None:
    identifiers = [{"scheme": scheme, "value": "de"} for scheme in IdentifierScheme.values]
    particulars = [
        {"kind": particular, "text": particular, "dated_on": "1960~"} for particular in ParticularKind.values
    ]
    names = [{"kind": name, "text": name} for name in NameKind.values]
    publish(actor={"slug": "b", "kind": "state", "name": "B", "identifiers": [{"scheme": "iso-3166", "value": "FR"}]})
    values = {
        "relationships": [{"kind": "part_of", "to": "b"}, {"kind": "national_of", "to": "b"}],
        "tenures": [{"slug": "a-b", "body": "b", "title": "Minister", "rank": "head"}],
    }
    document = actor(kind=kind, identifiers=identifiers, names=names, particulars=particulars, **values)
    record = publish(actor=document)
    result = entity(record, FACTS)
    assert f"({result['schema']})" in ActorKind(kind).label
    assert problems(result) == []
    assert set(NameKind.values) <= {
        text for name in ("name", "alias", "weakAlias", "previousName") for text in result["properties"].get(name, ())
    }
    assert "fr" in entity_of("actors/a")["properties"]["country"]
    assert set(result["properties"].get("topics", ())) <= TOPICS


def test_a_date_of_birth_is_the_date_and_not_how_its_source_writes_it() -> None:
    particulars = [
        {"kind": "birth_date", "text": "circa 1960", "dated_on": "1960~"},
        {"kind": "birth_date", "text": "1961 to 1965", "dated_on": "1961/1965"},
        {"kind": "birth_place", "text": "Tabriz, Iran"},
        {"kind": "flag", "text": "Malta"},
    ]
    properties = entity(publish(actor=actor(particulars=particulars)), FACTS)["properties"]
    assert (properties["birthDate"], properties["birthPlace"]) == (["1960", "1961", "1965"], ["Tabriz, Iran"])
    assert "flag" not in properties
    assert properties["notes"] == ["Date of birth: about 1960", "Date of birth: 1961 to 1965", "Flag: Malta"]


@pytest.mark.parametrize("kind", [ParticularKind.BIRTH_DATE, ParticularKind.DEATH_DATE])
def test_a_date_in_words_is_a_note(kind: str) -> None:
    found = entity(publish(actor=actor(particulars=[{"kind": kind, "text": "in winter"}])), FACTS)
    assert problems(found) == []
    assert not {"birthDate", "deathDate"} & found["properties"].keys()
    assert found["properties"]["notes"] == [f"{ParticularKind(kind).label.capitalize()}: in winter"]


@pytest.mark.parametrize(
    ("kind", "name", "text", "written"),
    [
        ("phone", "phone", "+98 (21) 5555-0100", "+982155550100"),
        ("phone", "phone", "5555 0100", ""),
        ("email", "email", "a@example.org", "a@example.org"),
        ("email", "email", "a at example", ""),
        ("website", "website", "www.example.org", "http://www.example.org"),
        ("website", "website", "https://example.org/a", "https://example.org/a"),
        ("website", "website", "no website", ""),
        ("gender", "gender", "Female", "female"),
        ("gender", "gender", "not told", ""),
        ("nationality", "nationality", "Iran", ""),
    ],
)
def test_a_value_that_has_no_form_there_is_a_note(kind: str, name: str, text: str, written: str) -> None:
    found = entity(publish(actor=actor(particulars=[{"kind": kind, "text": text}])), FACTS)
    assert problems(found) == []
    assert found["properties"].get(name, []) == ([written] if written else [])
    assert ("notes" in found["properties"]) == (not written)


def test_a_tonnage_is_a_number() -> None:
    told = [{"kind": "tonnage", "text": "86,706"}, {"kind": "gross_tonnage", "text": "unknown"}]
    found = entity(publish(actor=actor(kind="vessel", particulars=told)), FACTS)["properties"]
    assert (found["tonnage"], found["notes"]) == (["86706"], ["Gross registered tonnage: unknown"])


@pytest.mark.parametrize(
    ("edtf", "written", "as_end"),
    [
        ("2015", ["2015"], ["2015"]),
        ("2015-07", ["2015-07"], ["2015-07"]),
        ("2015-07-14", ["2015-07-14"], ["2015-07-14"]),
        ("2015-07?", ["2015-07"], ["2015-07"]),
        ("2015~", ["2015"], ["2015"]),
        ("2015-21", ["2015"], ["2015"]),
        ("2015-07-XX", ["2015-07"], ["2015-07"]),
        ("2015/2016", ["2015", "2016"], ["2015", "2016"]),
        ("2015-07-14/2015-07-20", ["2015-07"], ["2015-07"]),
        ("2015-07-14/2015-09", ["2015"], ["2015"]),
        ("2015-12-30/2016-01-02", ["2015", "2016"], ["2015", "2016"]),
        ("../2015-07-14", [], ["2015-07-14"]),
        ("2015/..", [], ["2015"]),
        ("201X", [], []),
        (None, [], []),
    ],
)
def test_a_date_is_as_precise_as_it_can_be_said(edtf: str | None, written: list[str], as_end: list[str]) -> None:
    assert (dates(edtf), dates(edtf, known_end=True)) == (written, as_end)


def test_a_designation_says_when_it_began_and_when_it_ended() -> None:
    found = designation(listed_on="../2024-05-01", delisted_on="2024-05-02/2024-05-03", entry_id="7")
    assert (found["listingDate"], found["startDate"], found["endDate"]) == (["2024-05-01"], ["2024-05-01"], ["2024-05"])
    assert found["description"] == ["Listed: until 1 May 2024.", "Delisted: 2 to 3 May 2024."]
    assert (found["entity"], found["status"], found["authorityId"]) == (["actor-a"], ["not listed"], ["7"])


def test_a_designation_names_the_authority_and_its_country() -> None:
    states = {"slug": "us", "kind": "state", "name": "US", "identifiers": [{"scheme": "iso-3166", "value": "US"}]}
    publish(actor=states)
    office = {
        "slug": "o",
        "kind": "government_body",
        "name": "Office",
        "relationships": [{"kind": "part_of", "to": "us"}],
    }
    publish(actor=office, program={"slug": "p", "name": "Program", "issuer": "o"})
    found = designation(program="p")
    assert (found["authority"], found["country"], found["program"]) == (["Office"], ["us"], ["Program"])
    assert found["programId"] == ["program-p"]


@pytest.mark.parametrize(
    ("listed_on", "delisted_on", "day", "is_listed"),
    [
        ("2020-01-01", "", "2020-01-01", True),
        ("2020-01-01", "", "2019-12-31", False),
        ("2020-01-01", "2021-01-01", "2020-12-31", True),
        ("2020-01-01", "2021-01-01", "2021-01-01", False),
        ("", "", "2021-01-01", True),
        ("", "2021", "2021-06-01", True),
        ("", "2021", "2022-01-01", False),
    ],
)
def test_who_is_listed_on_the_day_has_the_topic_of_it(
    listed_on: str, delisted_on: str, day: str, *, is_listed: bool
) -> None:
    designation(**{name: on for name, on in (("listed_on", listed_on), ("delisted_on", delisted_on)) if on})
    topics = entity_of("actors/a", as_of=day)["properties"].get("topics", [])
    assert topics == (["sanction"] if is_listed else [])


def test_the_topic_of_a_kind_is_in_the_vocabulary() -> None:
    bank = entity(publish(actor=actor(kind="bank")), FACTS)
    assert bank["properties"]["topics"] == ["fin.bank"]
    assert "topics" in MODEL[bank["schema"]]


def test_what_was_merged_is_named_by_what_it_was_merged_into() -> None:
    publish(actor=actor())
    at = datetime(2025, 2, 1, tzinfo=UTC)
    for number, (old, new) in enumerate((("oldest", "older"), ("older", "a"), ("secret", "a")), start=1):
        Redirect.objects.create(
            number=number, record_type="actor", old=old, new=new, public=old != "secret", by="b", at=at, reason="Same."
        )
    assert entity_of("actors/a")["referents"] == ["actor-older", "actor-oldest"]
    Redirect.objects.update(undone_at=at, undone_by="b", undone_reason="Not the same.")
    assert "referents" not in entity_of("actors/a")


@pytest.mark.parametrize("noun", ["actors", "designations", "programs"])
def test_everything_that_is_published_is_an_entity(published: Published, noun: str) -> None:
    lines = published.file(f"{noun}/", format="ftm").splitlines()
    found = [orjson.loads(line) for line in lines]
    assert len(found) == published.count(noun) > 0
    assert [problem for one in found for problem in problems(one)] == []


def test_no_end_of_a_designation_is_left_out(published: Published) -> None:
    records = {record["slug"]: record for record in published.rows("designations")}
    lines = published.file("designations/", format="ftm").splitlines()
    properties_by_slug = {row["id"].removeprefix("designation-"): row["properties"] for row in map(orjson.loads, lines)}
    ended = {slug for slug, record in records.items() if record["delisted_on"]}
    assert ended == {slug for slug, properties in properties_by_slug.items() if "endDate" in properties}
    assert len(ended) > 1
    assert {slug for slug, record in records.items() if record["listed_on"]} == {
        slug for slug, properties in properties_by_slug.items() if "startDate" in properties
    }
    assert all(properties_by_slug[slug]["status"] == ["not listed"] for slug in ended)
