"""The shape of an answer: the chosen fields, and the records that replace references."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from api.v1.shape import Shape, _tree, references
from api.v1.urls import NOUNS
from sanctions.models import Actor
from sanctions.vocabulary import State
from tests.api.conftest import Ask
from tests.api.v1.many import load_many

pytestmark = pytest.mark.django_db
ORDER = "us-eo-13645"


def flat(value: Any, before: tuple[str, ...] = ()) -> set[tuple[str, ...]]:
    """Return the paths of everything in an answer."""
    if isinstance(value, list):
        return {path for one in value for path in flat(one, before)}
    if isinstance(value, dict):
        inside = {path for name, held in value.items() for path in flat(held, (*before, name))}
        return inside | {(*before, name) for name in value}
    return set()


@pytest.mark.usefixtures("world")
def test_fields_returns_the_given_fields_and_no_others(ask: Ask) -> None:
    complete = ask(f"orders/{ORDER}/")
    chosen = ask(f"orders/{ORDER}/", fields="slug,issuer.name,measures.kind,standing.code")
    assert list(chosen) == [name for name in complete if name in ("slug", "issuer", "measures", "standing")]
    assert chosen["issuer"] == {"name": complete["issuer"]["name"]}
    assert chosen["measures"] == [{"kind": row["kind"]} for row in complete["measures"]]
    assert chosen["standing"] == {"code": complete["standing"]["code"]}
    (row,) = (row for row in ask("orders/", fields="slug,title")["results"] if row["slug"] == ORDER)
    assert row == {"slug": ORDER, "title": complete["title"]}


@pytest.mark.usefixtures("world")
def test_omit_leaves_out_the_given_fields_and_no_others(ask: Ask) -> None:
    whole = ask(f"orders/{ORDER}/")
    found = ask(f"orders/{ORDER}/", omit="history,measures.title,standing.possible")
    expected = {name: held for name, held in whole.items() if name != "history"}
    expected["measures"] = [{k: v for k, v in row.items() if k != "title"} for row in whole["measures"]]
    expected["standing"] = {k: v for k, v in whole["standing"].items() if k != "possible"}
    assert found == expected
    both = ask(f"orders/{ORDER}/", fields="slug,measures", omit="measures.title")
    assert both == {"slug": ORDER, "measures": expected["measures"]}


@pytest.mark.usefixtures("world")
def test_a_path_to_a_field_outdoes_one_that_leads_into_it(ask: Ask) -> None:
    whole = ask(f"orders/{ORDER}/")
    for fields in ("issuer,issuer.name", "issuer.name,issuer"):
        assert ask(f"orders/{ORDER}/", fields=fields) == {"issuer": whole["issuer"]}


@pytest.mark.usefixtures("world")
def test_a_record_replaces_its_reference(ask: Ask) -> None:
    plain = ask(f"orders/{ORDER}/")
    expanded = ask(f"orders/{ORDER}/", expand="issuer,measures,citations.source")
    issuer = ask(f"actors/{plain['issuer']['slug']}/")
    for name in ("as_of", "offices"):
        del issuer[name]
    assert expanded["issuer"] == {"name": plain["issuer"]["name"], **issuer}
    for row, measure in zip(plain["measures"], expanded["measures"], strict=True):
        expected = ask(f"measures/{row['slug']}/")
        del expected["standing"]
        assert measure == {**row, **expected}
    assert all(citation["source"]["type"] == "source" for citation in expanded["citations"])
    assert ask(f"orders/{ORDER}/", expand="issuer", fields="issuer.kind") == {"issuer": {"kind": issuer["kind"]}}


@pytest.mark.usefixtures("world")
def test_what_is_not_public_stays_a_reference(ask: Ask) -> None:
    slug = ask(f"orders/{ORDER}/")["issuer"]["slug"]
    Actor.objects.filter(slug=slug).update(state=State.RETRACTED)
    assert set(ask(f"orders/{ORDER}/", expand="issuer")["issuer"]) <= {"slug", "name", "url"}


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize(
    ("parameters", "wrong", "guess", "among"),
    [
        ({"fields": "slug,titel"}, "fields", "title", "issuer"),
        ({"fields": "issuer.nam"}, "fields", "name", "url"),
        ({"omit": "issuer.kind"}, "omit", "", "name"),
        ({"fields": "slug.x"}, "fields", "", ""),
        ({"fields": "slug,"}, "fields", "", "title"),
        ({"fields": "."}, "fields", "", "title"),
        ({"expand": "title"}, "expand", "", "issuer"),
        ({"expand": "isuer"}, "expand", "issuer", "citations.source"),
        ({"expand": "measures", "fields": "measures.standing"}, "fields", "", "slug"),
    ],
)
def test_a_field_that_does_not_exist_is_refused_and_those_that_do_are_listed(
    ask: Ask, parameters: dict[str, str], wrong: str, guess: str, among: str
) -> None:
    for path in ("orders/", f"orders/{ORDER}/"):
        (fault,) = ask(path, status=400, **parameters)["errors"]
        assert (fault["parameter"], fault["code"], fault.get("did_you_mean", "")) == (wrong, "unknown_field", guess)
        assert among in fault.get("allowed", [""])


@pytest.mark.usefixtures("world")
def test_a_shape_has_its_bounds(ask: Ask) -> None:
    paths = [".".join(path) for path in references("Order")][:6]
    assert ask("orders/", expand=",".join(paths), status=400)["errors"][0]["code"] == "too_many"
    many = ",".join(f"a{number}" for number in range(51))
    assert "At most 50" in ask("orders/", fields=many, status=400)["detail"]
    assert "At most 50" in ask("orders/", fields=",".join(["slug"] * 51), status=400)["detail"]
    assert ask("orders/", fields="", status=400)["errors"][0]["code"] == "empty"
    assert ask("orders/", fields="a\0b", status=400)["errors"][0]["code"] == "invalid_text"
    assert ask(f"orders/{ORDER}/", fields="slug", format="bibtex", status=400)["errors"][0]["code"] == "contradiction"


def test_every_reference_of_every_noun_can_be_expanded_in_one_query_more(client: Client) -> None:
    load_many(3)

    def queries(noun: str, **parameters: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(f"/api/v1/{noun}/", parameters)
        assert answer.status_code == 200, answer.content
        return len(captured)

    cases = [
        (noun, ".".join(path)) for noun, view in NOUNS.items() for path in references(view.queryset.model.__name__)
    ]
    few = {key: queries(key[0], expand=key[1]) for key in cases}
    plain = {noun: queries(noun) for noun in NOUNS}
    assert all(plain[noun] <= few[noun, path] <= plain[noun] + 1 for noun, path in cases)
    assert any(few[noun, path] == plain[noun] + 1 for noun, path in cases)
    load_many(30)
    assert {key: queries(key[0], expand=key[1]) for key in cases} == few


def test_a_page_that_is_shaped_leads_to_the_next(client: Client) -> None:
    load_many(3)
    page = client.get("/api/v1/orders/?fields=slug&limit=1").json()
    assert "fields=slug" in page["next"]
    assert list(client.get(page["next"]).json()["results"][0]) == ["slug"]


NAMES = st.sampled_from("abc")
DOCUMENTS = st.recursive(
    st.integers(0, 3),
    lambda held: st.lists(held, max_size=3) | st.dictionaries(NAMES, held, max_size=3),
    max_leaves=12,
).filter(lambda document: isinstance(document, dict))
PATHS = st.lists(st.lists(NAMES, min_size=1, max_size=3).map(tuple), min_size=1, max_size=4)


def shaped(document: Any, **shape: Any) -> Any:
    given_shape = {"fields": None, "omit": {}, "expand": {}} | shape
    (found,) = Shape(**given_shape).apply([orjson.dumps(document)])
    return orjson.loads(found)


@given(document=DOCUMENTS, paths=PATHS)
def test_fields_and_omit_of_the_same_paths_make_up_the_document(document: Any, paths: list[tuple[str, ...]]) -> None:
    """Every path of a document is kept by ``fields``, or by ``omit`` with the same paths, or leads into both."""
    kept, omitted = shaped(document, fields=_tree(paths)), shaped(document, omit=_tree(paths))
    assert flat(kept) | flat(omitted) == flat(document)
    for path in flat(document):
        named = any(path[: len(chosen)] == chosen for chosen in paths)
        leads = any(chosen[: len(path)] == path for chosen in paths)
        assert (path in flat(kept)) == (named or leads)
        assert (path in flat(omitted)) == (not named)
