"""No public answer contains the text of a retracted record, wherever others refer to it."""

from __future__ import annotations

import re
import zlib
from base64 import urlsafe_b64decode
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import pytest
import yaml
from django.core.management import call_command
from django.test import Client

from api.v1.urls import NOUNS
from sanctions.editorial.moves import restore, retract
from sanctions.ledger.versions import Act, verify_chain
from sanctions.loading.documents import Incoming, save_documents
from sanctions.loading.yaml_files import read_file
from sanctions.models import Actor, Agreement, Designation, Version
from sanctions.records.base import Document, Key, Rows, Value, column_of, part_model
from sanctions.records.registry import BY_NAME
from tests.api.conftest import HERE
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db

#: The beginning of the word that is in every text of a retracted record, and nowhere else.
MARK: Final = "Zqxvortex"
LOADED: Final = datetime(2025, 1, 1, tzinfo=UTC)
RETRACTED: Final = datetime(2025, 3, 1, 12, tzinfo=UTC)
BEFORE: Final = "2025-03-01T11:59:59Z"
#: Record type → a record to which others refer.
RECORDS: Final = {
    "agreement": "jcpoa",
    "order": "us-eo-13645",
    "actor": "iran",
    "source": "law",
    "program": "us-iran",
    "event": "jcpoa-adopted",
    "violation": "withdrawal-2018",
    "designation": "bank-melli-sdn",
}
#: Parameters that questions require.
NEEDED: Final[dict[str, dict[str, str]]] = {
    "compare/": {"from": "2012-01-01", "to": "2025-06-01"},
    "panel/": {"from": "2010", "to": "2025"},
    "search/": {"q": MARK},
    "reconcile/suggest/": {"prefix": MARK},
    "reconcile/suggest/entity/": {"prefix": MARK},
    "reconcile/suggest/type/": {"prefix": MARK},
    "reconcile/suggest/property/": {"prefix": MARK},
    "columns/": {"collection": "orders"},
    "stats/": {"collection": "orders"},
}
#: Noun → what its records can be counted by.
FACETS: Final = {noun: list(view.list_parameters.facets_offered) for noun, view in NOUNS.items()}
#: What else is asked of questions that show more by it.
BESIDE: Final[dict[str, list[dict[str, str]]]] = {
    "stats/": [{"collection": noun, "group_by": name} for noun, names in FACETS.items() for name in names],
    "changes/": [{"include_documents": "true"}],
    "network/": [{"programs": "true", "events": "true"}],
    **{f"{noun}/": [{"facets": name} for name in names] for noun, names in FACETS.items()},
}
#: Not an answer about records.
LEFT_OUT: Final = re.compile(r"^(desk|docs|schema|releases)/")


def mark_of(noun: str) -> str:
    return f"{MARK}{noun}"


def marked(document: Document, keys: Iterable[Key], model: Any, mark: str) -> Document:
    """Return a document with the mark in all of its texts."""
    result = dict(document)
    for key in keys:
        if isinstance(key, Rows) and key.name in result:
            part = part_model(model, key)
            result[key.name] = [marked(row, key.keys, part, mark) for row in result[key.name]]
        elif isinstance(key, Value) and key.name != "slug" and isinstance(result.get(key.name), str):
            column = column_of(model, key.field)
            if type(column).__name__ in ("LineField", "ProseField") and key.name not in (
                *("value", "scheme", "field", "currency", "language", "script", "unit", "iso", "equivalent_unit"),
            ):
                result[key.name] = f"{result[key.name]} {mark}"
    return result


@pytest.fixture
def marked_world(db: None) -> None:
    """The small world, in which some records have a mark of their own in all their texts."""
    items = []
    for item in read_file(HERE / "v1" / "world.yaml"):
        noun = item.record_type.name
        if item.slug == RECORDS[noun]:
            document = marked(item.document, item.record_type.keys, item.record_type.model, mark_of(noun))
            assert mark_of(noun) in str(document)
            if noun != "source":
                # Nothing is restored without a source.
                document.setdefault("citations", [{"source": "report"}])
            items.append(Incoming(item.record_type, document))
        else:
            items.append(item)
    save_documents(items, Act(LOADED))


@cache
def paths() -> list[tuple[str, tuple[str, ...]]]:
    """Return the path below the root of each question, and the formats in which it answers."""
    schema = yaml.safe_load(Client().get("/api/v1/schema/").content)
    listed = []
    for path, operations in schema["paths"].items():
        below = path.removeprefix("/api/v1/")
        if "get" not in operations or LEFT_OUT.match(below):
            continue
        formats = [
            parameter["schema"].get("enum", [])
            for parameter in operations["get"]["parameters"]
            if parameter["name"] == "format"
        ]
        listed.append((below, tuple(formats[0]) if formats else ()))
    assert len(listed) > 50
    return listed


def requests(slugs: dict[str, list[str]]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield every question about every record; about the first of each type in every format."""
    for path, formats in paths():
        needed = NEEDED.get(path, {})
        wanted = [needed, *(needed | more for more in BESIDE.get(path, ()))]
        wanted += [needed | {"format": name} for name in formats]
        for place, filled in enumerate(_filled(path, slugs)):
            yield from ((filled, parameters) for parameters in (wanted if place == 0 else wanted[:1]))


def _filled(path: str, slugs: dict[str, list[str]]) -> Iterator[str]:
    for slug in slugs[path.split("/")[0]] if "{slug}" in path else [""]:
        for number in (1,) if "{number}" in path else (0,):
            for sequence in Version.objects.notices().values_list("sequence") if "{sequence}" in path else [(0,)]:
                yield path.format(slug=slug, number=number, sequence=sequence[0])


def content(answer: Any) -> bytes:
    return b"".join(answer.streaming_content) if answer.streaming else bytes(answer.content)


def marks_in(client: Client, path: str, parameters: dict[str, str]) -> set[str]:
    """Return the types of records whose marks an answer contains."""
    answer: Any = client.get(f"/api/v1/{path}", parameters)
    text = content(answer)
    assert answer.status_code in (200, 404, 406, 410), (path, parameters, text)
    return {noun for noun in RECORDS if mark_of(noun).encode() in text}


@pytest.mark.usefixtures("marked_world")
def test_no_public_answer_shows_the_text_of_a_retracted_record_and_restoring_brings_it_back(client: Client) -> None:
    slugs = {noun: [row["slug"] for row in client.get(f"/api/v1/{noun}/").json()["results"]] for noun in NOUNS}
    questions = list(requests(slugs))
    before = [marks_in(client, *question) for question in questions]
    reviewer, other = make_user("reviewer"), make_user("reviewer")
    for place, (noun, slug) in enumerate(RECORDS.items()):
        showing = [question for question, shown in zip(questions, before, strict=True) if noun in shown]
        assert len(showing) > 5, noun
        record = BY_NAME[noun].model._default_manager.get(slug=slug)
        at = RETRACTED + timedelta(days=place)
        retract(record, Act(at, reviewer, "Wrong."))
        assert [question for question in showing if noun in marks_in(client, *question)] == []
        restore(record, Act(at, other, "Right after all."))
        assert [question for question in showing if noun not in marks_in(client, *question)] == []
    assert not list(verify_chain())


@pytest.mark.usefixtures("marked_world")
def test_no_answer_shows_any_text_of_records_that_are_retracted_together(client: Client) -> None:
    slugs = {noun: [row["slug"] for row in client.get(f"/api/v1/{noun}/").json()["results"]] for noun in NOUNS}
    for noun, slug in RECORDS.items():
        record = BY_NAME[noun].model._default_manager.get(slug=slug)
        retract(record, Act(RETRACTED, make_user("reviewer"), "Wrong."))
    assert [question for question in requests(slugs) if marks_in(client, *question)] == []


@pytest.mark.usefixtures("marked_world")
def test_what_was_public_before_a_retraction_is_shown_as_known_then(client: Client) -> None:
    agreement = Agreement.objects.get(slug="jcpoa")
    retract(agreement, Act(RETRACTED, make_user("reviewer"), "Wrong."))
    call_command("render", verbosity=0)
    address = "/api/v1/violations/stockpile-2019/"
    (against,) = client.get(address).json()["against"]
    assert against["commitment"] == {"slug": "jcpoa-stockpile", "name": "jcpoa-stockpile", "retracted": True}
    (against,) = client.get(address, {"known_at": BEFORE}).json()["against"]
    assert against["commitment"]["name"] == f"At most 300 kg of uranium hexafluoride. {mark_of('agreement')}"
    assert "retracted" not in against["commitment"]


# --- What an answer shows without having the text in it -----------------------------------------


def read_cursor(address: str) -> bytes:
    """Return the content of a cursor, which every client can read."""
    cursor = parse_qs(urlsplit(address).query)["cursor"][0].rpartition(".")[0]
    packed = cursor.removeprefix(".")
    text = urlsafe_b64decode(packed + "=" * (-len(packed) % 4))
    return zlib.decompress(text) if packed != cursor else text


@pytest.mark.usefixtures("marked_world")
def test_neither_a_search_nor_an_order_of_designations_tells_the_name_of_a_retracted_actor(client: Client) -> None:
    address = "/api/v1/designations/"
    actor = Actor.objects.get(slug="bank-melli")
    public = {"search": "BMI"}
    assert client.get(address, public).json()["results"]
    retract(actor, Act(RETRACTED, make_user("reviewer"), "Wrong."))
    assert client.get(address, public).json()["results"] == []
    assert client.get(address, public | {"known_at": BEFORE}).json()["results"]
    for ordering in ("actor", "-actor"):
        pages, following = [], f"{address}?ordering={ordering}&limit=1"
        while following:
            page = client.get(following).json()
            pages.append(page["results"][0]["slug"])
            for link in filter(None, (page["next"], page["previous"])):
                assert actor.name.encode() not in read_cursor(link)
            following = page["next"]
        assert len(pages) == len(set(pages)) == Designation.objects.count()


@pytest.mark.usefixtures("marked_world")
def test_no_correction_of_a_misspelt_word_tells_a_name_of_a_retracted_record(client: Client) -> None:
    asked_for = [("search/", {"q": f"{MARK}acto"}), ("reconcile/suggest/entity/", {"prefix": f"{MARK}acto"})]
    assert any(marks_in(client, *question) for question in asked_for)
    retract(Actor.objects.get(slug="iran"), Act(RETRACTED, make_user("reviewer"), "Wrong."))
    assert [marks_in(client, *question) for question in asked_for] == [set(), set()]
    text = str(client.get("/api/v1/search/", {"q": f"{MARK}actxr"}).json())
    assert mark_of("actor").lower() not in text.lower()
