"""Citing the real record: every source and every record gives entries that BibTeX and CSL readers take."""

from __future__ import annotations

from datetime import date
from typing import Any

import orjson
import pytest
from jsonschema import Draft7Validator

from sanctions.exports.as_citation import CitationFields, bibtex, csl, of_record, of_source
from tests.api.conftest import NOUNS
from tests.exports.bibtex import read
from tests.exports.csl import CSL
from tests.seeds.conftest import Ask

pytestmark = pytest.mark.django_db
VERSION = {"number": 1, "recorded_from": "2026-11-24T00:00:00.000Z"}


def cited(row: dict[str, Any]) -> CitationFields:
    if row["type"] == "source":
        return of_source(row)
    return of_record(row, VERSION, f"https://db.example.org{row['url']}", date(2026, 11, 24))


@pytest.mark.parametrize("noun", NOUNS)
def test_every_curated_record_can_be_cited(ask: Ask, noun: str) -> None:
    rows = ask(noun, limit="1000")["results"]
    keys = set()
    for row in rows:
        one = cited(row)
        entry = read(bibtex(one).replace(r"Archived at \url", "Archived at "))
        (item,) = orjson.loads(csl(one))
        assert list(Draft7Validator(CSL).iter_errors([item])) == []
        assert entry["ID"] == item["id"]
        assert entry["title"] == " ".join(item["title"].split())
        keys.add(item["id"])
    assert len(keys) == len(rows) > 0


def test_an_executive_order_in_the_federal_register_is_cited_as_a_record_of_ours(ask: Ask) -> None:
    (item,) = ask("orders/us-eo-13902", format="csl-json")
    assert (item["id"], item["type"], item["version"]) == ("order-us-eo-13902-v1", "dataset", "1")
    assert item["title"] == "Imposing Sanctions With Respect to Additional Sectors of Iran"
    assert item["URL"] == "http://testserver/api/v1/orders/us-eo-13902/versions/1/"
    version = ask("orders/us-eo-13902/versions/1")
    assert (version["kind"], version["document"]["slug"]) == ("publication", "us-eo-13902")
