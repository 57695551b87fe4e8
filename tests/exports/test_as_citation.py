"""Citations: CSL-JSON that its schema takes, BibTeX that gives back what was put in, no date beyond what is known."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from sanctions import edtf
from sanctions.exports.as_citation import (
    DATABASE,
    CitationFields,
    bibtex,
    csl,
    csl_date,
    csl_item,
    of_record,
    of_source,
)
from tests.exports.bibtex import read
from tests.exports.csl import CSL

TODAY: Final = date(2026, 11, 24)
VERSION: Final = {"number": 3, "kind": "update", "recorded_from": "2026-11-02T10:00:00.000Z", "url": "/v/3/"}
ORDER: Final = {"type": "order", "slug": "us-eo-13645", "kind": "executive_order", "title": "Authorizing & 50% more"}
SOURCE: Final = {
    "type": "source",
    "slug": "report",
    "kind": "official_report",
    "title": "Verification in Iran",
    "publisher": "IAEA",
    "published_on": "2019-07",
    "language": "en",
    "source_url": "https://example.org/a_b?c={d}",
    "archived_url": "https://archive.example.org/1",
}


# --- A strict reader of BibTeX ------------------------------------------------------------------


TEXTS: Final = st.text(st.characters(exclude_categories=("Cc", "Cs", "Cn")), min_size=1).filter(
    lambda text: text.strip()
) | st.text("\\{}%&$#_~^<>|\"'@, ab", min_size=1).filter(lambda text: text.strip())
URLS: Final = st.text("abc/:?&=%#_~{}\\", max_size=20).map(lambda text: f"https://example.org/{text}")


# --- BibTeX -------------------------------------------------------------------------------------


@given(title=TEXTS, publisher=TEXTS, author=TEXTS, url=URLS)
def test_what_is_written_as_bibtex_is_what_is_read(title: str, publisher: str, author: str, url: str) -> None:
    cited = CitationFields(
        "order-x-v1", "report", "techreport", "institution", title, author=author, publisher=publisher, url=url
    )
    found = read(bibtex(cited))
    assert found["title"] == " ".join(title.split())
    assert found["institution"] == " ".join(publisher.split())
    assert found["author"] == " ".join(author.split())
    assert found["url"] == url.replace("\\", "%5C").replace("{", "%7B").replace("}", "%7D")


def test_a_record_is_cited_in_its_version_at_the_address_of_the_version() -> None:
    cited = of_record(ORDER, VERSION, "https://db.example.org/v/3/", TODAY)
    assert bibtex(cited) == (
        "@misc{order-us-eo-13645-v3,\n"
        "  title = {{Authorizing \\& 50\\% more}},\n"
        "  howpublished = {Sanctions policy database},\n"
        "  type = {order record},\n"
        "  version = {3},\n"
        "  year = {2026},\n"
        "  month = nov,\n"
        "  url = {https://db.example.org/v/3/},\n"
        "  urldate = {2026-11-24},\n"
        "  language = {en},\n"
        "  key = {Sanctions policy database},\n"
        "}\n"
    )


def test_braces_keep_the_capitals_of_a_title_and_the_body_of_an_author() -> None:
    text = bibtex(of_source(SOURCE))
    assert "  title = {{Verification in Iran}},\n" in text
    assert "  author = {{IAEA}},\n" in text


def test_a_source_is_cited_as_the_document_itself() -> None:
    found = read(bibtex(of_source(SOURCE)).replace(r"\url{https://archive.example.org/1}", "there"))
    assert found == {
        "ENTRYTYPE": "techreport",
        "ID": "source-report",
        "author": "IAEA",
        "title": "Verification in Iran",
        "institution": "IAEA",
        "year": "2019",
        "month": "jul",
        "url": "https://example.org/a_b?c=%7Bd%7D",
        "note": "Archived at there",
        "language": "en",
    }


@pytest.mark.parametrize(
    ("issued", "year", "month"),
    [
        ("2019", "2019", None),
        ("2019-07-01", "2019", "jul"),
        ("2019~", "about 2019", None),
        ("2018-05/2018-11", "May to November 2018", None),
        ("201X", edtf.humanise("201X"), None),
        ("0800", "0800", None),
    ],
)
def test_a_date_that_is_not_plain_is_written_in_words(issued: str, year: str, month: str | None) -> None:
    found = read(bibtex(of_source({**SOURCE, "published_on": issued, "archived_url": None})))
    assert (found["year"], found.get("month")) == (year, month)


# --- CSL-JSON -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2015-07-14", {"date-parts": [[2015, 7, 14]]}),
        ("2015-07", {"date-parts": [[2015, 7]]}),
        ("2015", {"date-parts": [[2015]]}),
        ("1985-04-XX", {"date-parts": [[1985, 4]]}),
        ("1985-XX-XX", {"date-parts": [[1985]]}),
        ("2019~", {"date-parts": [[2019]], "circa": True}),
        ("2019-06?", {"date-parts": [[2019, 6]], "circa": True}),
        ("2018-05/2018-11", {"date-parts": [[2018, 5], [2018, 11]]}),
        ("2018/2019-02-03~", {"date-parts": [[2018], [2019, 2, 3]], "circa": True}),
        ("2021-21", {"date-parts": [[2021]], "season": 1}),
        ("2021-24", {"date-parts": [[2021]], "season": 4}),
        ("201X", {"literal": edtf.humanise("201X")}),
        ("../2010", {"literal": "until 2010"}),
        ("2019-01-01/..", {"literal": "from 1 January 2019"}),
        ("2020-21/2021", {"literal": edtf.humanise("2020-21/2021")}),
    ],
)
def test_a_date_says_only_what_its_precision_says(text: str, expected: dict[str, Any]) -> None:
    assert csl_date(text) == expected


@given(st.dates(date(1, 1, 1)))
def test_every_day_is_written_whole(day: date) -> None:
    assert csl_date(day.isoformat()) == {"date-parts": [[day.year, day.month, day.day]]}


def test_a_record_is_a_dataset_within_the_database() -> None:
    assert csl_item(of_record(ORDER, VERSION, "https://db.example.org/v/3/", TODAY)) == {
        "id": "order-us-eo-13645-v3",
        "type": "dataset",
        "title": "Authorizing & 50% more",
        "genre": "order record",
        "container-title": DATABASE,
        "version": "3",
        "issued": {"date-parts": [[2026, 11, 2]]},
        "accessed": {"date-parts": [[2026, 11, 24]]},
        "URL": "https://db.example.org/v/3/",
        "language": "en",
    }


@pytest.mark.parametrize(
    ("kind", "type_", "within", "author"),
    [
        ("primary_legal_text", "legislation", "publisher", None),
        ("official_report", "report", "publisher", [{"literal": "IAEA"}]),
        ("news", "article-newspaper", "container-title", None),
        ("academic", "article", "publisher", None),
        ("reference", "webpage", "container-title", None),
    ],
)
def test_a_source_has_the_type_of_its_kind(kind: str, type_: str, within: str, author: Any) -> None:
    item = csl_item(of_source({**SOURCE, "kind": kind}))
    assert (item["type"], item[within], item.get("author")) == (type_, "IAEA", author)
    assert "accessed" not in item


@pytest.mark.parametrize(
    "cited",
    [
        of_record(ORDER, VERSION, "https://db.example.org/", TODAY),
        of_record(ORDER, None, "https://db.example.org/", TODAY),
        *(
            of_source({**SOURCE, "kind": kind})
            for kind in ("primary_legal_text", "official_report", "news", "reference")
        ),
        of_source({**SOURCE, **dict.fromkeys(("publisher", "published_on", "language", "source_url", "archived_url"))}),
    ],
    ids=str,
)
def test_every_item_is_as_the_schema_of_csl_says(cited: CitationFields) -> None:
    assert list(Draft7Validator(CSL).iter_errors(orjson.loads(csl(cited)))) == []


@pytest.mark.parametrize(
    ("answer", "title"),
    [
        (
            {"type": "measure", "kind": "asset_freeze", "title": None, "order": {"name": "An order"}},
            "asset freeze, in: An order",
        ),
        (
            {"type": "commitment", "text": "At most 300 kg.", "agreement": {"name": "A plan"}},
            "At most 300 kg., in: A plan",
        ),
        ({"type": "designation", "actor": {"name": "A bank"}, "list_name": "SDN"}, "A bank, listed: SDN"),
        ({"type": "designation", "actor": {"name": "A bank"}, "program": {"name": "P"}}, "A bank, listed: P"),
        ({"type": "designation", "actor": "bank", "order": "us-eo-1"}, "bank, listed: us-eo-1"),
        ({"type": "designation"}, "x"),
    ],
)
def test_a_title_says_what_it_is_part_of(answer: dict[str, Any], title: str) -> None:
    assert of_record({"slug": "x", **answer}, VERSION, "https://x", TODAY).title == title
