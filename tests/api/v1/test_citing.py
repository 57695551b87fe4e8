"""?format=bibtex and ?format=csl-json of one record, of a version and of a source."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from api.v1.urls import NOUNS
from sanctions.ledger.versions import Act
from sanctions.loading.documents import Incoming, save_documents
from sanctions.records.actors import ACTOR
from tests.exports.bibtex import read

pytestmark = pytest.mark.usefixtures("world")

Ask = Callable[..., Any]
ONE_OF_EACH = {
    "orders": "us-eo-13645",
    "measures": "us-eo-13645-freeze",
    "programs": "us-iran",
    "agreements": "jcpoa",
    "commitments": "jcpoa-stockpile",
    "violations": "stockpile-2019",
    "actors": "iran",
    "designations": "bank-melli-sdn",
    "events": "us-withdraws",
}
#: What has no versions of its own is cited in that of the record it is part of.
OWNERS = {"measures": "orders/us-eo-13645", "commitments": "agreements/jcpoa"}


def cited(client: Client, path: str) -> dict[str, Any]:
    """Return the item of CSL-JSON, after it was held to be the same as the entry of BibTeX."""
    answer = client.get(f"/api/v1/{path}", {"format": "csl-json"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/vnd.citationstyles.csl+json")
    (item,) = orjson.loads(answer.content)
    entry = client.get(f"/api/v1/{path}", {"format": "bibtex"})
    assert (entry.status_code, entry.headers["Content-Type"]) == (200, "application/x-bibtex")
    found = read(entry.content.decode())
    assert (found["ID"], found["title"], found.get("url"), found.get("version")) == (
        *(item["id"], " ".join(item["title"].split())),
        *(item.get("URL"), item.get("version")),
    )
    return dict(item)


def test_the_sample_has_every_noun() -> None:
    assert {*ONE_OF_EACH, "sources"} == set(NOUNS)


@pytest.mark.parametrize(("noun", "slug"), ONE_OF_EACH.items())
def test_every_record_is_cited_in_its_version_at_an_address_that_answers(
    client: Client, ask: Ask, noun: str, slug: str
) -> None:
    item = cited(client, f"{noun}/{slug}/")
    path = f"{OWNERS.get(noun, f'{noun}/{slug}')}/versions/1/"
    assert item["URL"] == f"http://testserver/api/v1/{path}"
    assert ask(path)["number"] == int(item["version"])
    assert item["issued"] == {"date-parts": [[2025, 1, 1]]}
    today = datetime.now(UTC).date()
    assert item["accessed"] == {"date-parts": [[today.year, today.month, today.day]]}


def test_no_two_records_are_cited_by_one_key(client: Client) -> None:
    keys = [cited(client, f"{noun}/{slug}/")["id"] for noun, slug in [*ONE_OF_EACH.items(), ("sources", "law")]]
    assert len(set(keys)) == len(keys)


def test_a_source_is_cited_as_the_document_and_its_version_as_our_record(client: Client) -> None:
    document = cited(client, "sources/law/")
    assert (document["type"], document["publisher"]) == ("legislation", "Federal Register")
    assert (document["URL"], document["issued"]) == ("https://example.org/law", {"date-parts": [[2013, 6, 5]]})
    ours = cited(client, "sources/law/versions/1/")
    assert (ours["type"], ours["id"]) == ("dataset", "source-law-v1")


def test_a_version_is_cited_as_the_record_is(client: Client) -> None:
    assert cited(client, "orders/us-eo-13645/versions/1/") == cited(client, "orders/us-eo-13645/")


def test_a_question_cannot_be_cited(ask: Ask) -> None:
    (fault,) = ask("orders/us-eo-13645/versions/", format="bibtex", status=400)["errors"]
    assert fault["allowed"] == ["json", "html"]


def test_the_formats_of_a_detail_are_listed(ask: Ask, client: Client) -> None:
    (fault,) = ask("orders/us-eo-13645/", format="ris", status=400)["errors"]
    assert fault["allowed"] == ["json", "html", "bibtex", "csl-json"]
    assert client.options("/api/v1/orders/us-eo-13645/").json()["renders"][2:] == [
        "application/x-bibtex",
        "application/vnd.citationstyles.csl+json",
    ]


def test_a_citation_is_had_by_the_accept_header_too(client: Client) -> None:
    answer = client.get("/api/v1/orders/us-eo-13645/", headers={"accept": "application/x-bibtex"})
    assert answer.content.startswith(b"@misc{order-us-eo-13645-v1,\n")


def test_an_error_is_a_problem_in_whatever_format_was_asked_for(client: Client) -> None:
    answer = client.get("/api/v1/orders/none/", {"format": "bibtex"})
    assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")


def test_what_was_known_at_an_instant_is_cited_in_the_version_of_then(client: Client) -> None:
    iran = {"slug": "iran", "kind": "state", "name": "Iran", "summary": "Changed."}
    act = Act(at=datetime(2025, 6, 1, tzinfo=UTC))
    save_documents([Incoming(ACTOR, iran)], act)
    for instant, version in (("2025-05-31T00:00:00Z", "1"), ("2025-06-01T00:00:00Z", "2")):
        answer = client.get("/api/v1/actors/iran/", {"format": "csl-json", "known_at": instant})
        (item,) = orjson.loads(answer.content)
        assert item["version"] == version
        assert item["URL"].endswith(f"/versions/{version}/")


def test_citing_takes_one_query_more_than_reading(client: Client) -> None:
    def queries(**parameters: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/api/v1/orders/us-eo-13645/", parameters)
        return len(captured)

    assert queries(format="bibtex") == queries(format="csl-json") <= queries() + 1
