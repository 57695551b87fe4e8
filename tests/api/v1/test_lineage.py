"""/api/v1/orders/{slug}/lineage/: what an order does to other instruments, and what they do to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import networkx
import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import DjangoDbBlocker

from sanctions.loading.documents import Incoming, save_documents
from sanctions.loading.yaml_files import read_file
from sanctions.questions import lineage
from sanctions.records.registry import BY_PLURAL
from sanctions.standing import TABLE
from sanctions.vocabulary import RelationKind, State, Subject
from tests.api.v1.answer_schema import faults
from tests.factories.acts import ACT

Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def _lineages(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        save_documents(read_file(Path(__file__).parent / "lineage.yaml"), ACT)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def lineages(_lineages: None, db: None) -> None:
    """The world of lineage.yaml."""


pytestmark = pytest.mark.usefixtures("lineages")


def links(answer: dict[str, Any]) -> list[str]:
    """Return the links as sentences, each instrument by its slug."""
    return [
        f"{link['from'].partition('/')[2]} {link['kind']} {link['to'].partition('/')[2]}" for link in answer["links"]
    ]


def link(answer: dict[str, Any], kind: str) -> dict[str, Any]:
    """Return the one link of a kind."""
    found: list[dict[str, Any]] = [link for link in answer["links"] if link["kind"] == kind]
    assert len(found) == 1
    return found[0]


def distances(answer: dict[str, Any]) -> dict[str, int]:
    return {node["slug"]: node["distance"] for node in answer["nodes"]}


# --- What is linked -----------------------------------------------------------------------------


def test_links_read_in_the_active_voice_oldest_first(ask: Ask) -> None:
    assert links(ask("orders/second/lineage/")) == [
        "second implements pact",
        "second endorses pact",
        "second resumes_performing pact",
        "second based_on first",
        "second waives first",
        "second reinstates third",
        "third responds_to second",
        "third supersedes second",
        "third revokes second",
    ]


def test_a_link_of_the_text_has_no_day_of_its_own_and_the_sources_of_its_order(ask: Ask) -> None:
    found = link(ask("orders/second/lineage/"), "implements")
    assert (found["basis"], found["effective_on"], found["in_part"]) == ("text", None, True)
    assert found["note"] == "Article 3."
    assert [citation["source"]["slug"] for citation in found["citations"]] == ["table", "law"]
    assert found["citations"][0]["pinpoint"] == "row 2"


def test_a_link_of_an_effect_has_its_day_its_part_its_event_and_its_sources(ask: Ask) -> None:
    waiver = link(ask("orders/second/lineage/"), "waives")
    assert (waiver["basis"], waiver["from"], waiver["to"]) == ("effect", "order/second", "order/first")
    assert (waiver["effective_on"], waiver["until"], waiver["in_part"]) == ("2015-02", "2016", True)
    assert (waiver["provision"], waiver["note"]) == ("s. 4", "Ports only.")
    assert waiver["event"]["slug"] == "second-made"
    assert [citation["source"]["slug"] for citation in waiver["citations"]] == ["table", "law"]


def test_an_effect_on_a_measure_links_its_order_and_names_the_measure(ask: Ask) -> None:
    assert link(ask("orders/second/lineage/"), "waives")["measure"] == {
        "slug": "first-ban",
        "name": "The ban",
        "url": "/api/v1/measures/first-ban/",
    }


def test_an_effect_on_a_commitment_links_its_agreement_and_names_the_commitment_and_the_party(ask: Ask) -> None:
    found = link(ask("orders/second/lineage/"), "resumes_performing")
    assert (found["to"], found["commitment"]["slug"], found["party"]["slug"]) == ("agreement/pact", "pledge", "france")


def test_an_agreement_acts_too(ask: Ask) -> None:
    found = link(ask("orders/first/lineage/"), "amends")
    assert (found["from"], found["to"]) == ("agreement/pact", "order/first")


def test_where_sources_call_one_act_by_two_words_both_are_shown(ask: Ask) -> None:
    found = {
        link["kind"]: link["note"] for link in ask("orders/second/lineage/", kind__in="supersedes,revokes")["links"]
    }
    assert found == {"supersedes": "The register says so.", "revokes": "The gazette says so."}


def test_what_an_order_does_to_itself_is_no_link(ask: Ask) -> None:
    assert "first suspends first" not in links(ask("orders/first/lineage/"))


def test_a_cancelled_event_links_nothing(ask: Ask) -> None:
    assert "first" not in distances(ask("orders/third/lineage/", kind="revokes"))


def test_every_verb_of_an_instrument_has_an_active_voice_of_its_own() -> None:
    subjects = (Subject.ORDER, Subject.MEASURE, Subject.AGREEMENT, Subject.PARTY, Subject.COMMITMENT)
    verbs = {verb for subject in subjects for verb in TABLE[subject]}
    missing = sorted(map(str, verbs - set(lineage.ACTIVE)))
    assert missing == [], f"not in ACTIVE of sanctions/questions/lineage.py: {', '.join(missing)}"
    assert set(lineage.ACTIVE) == verbs
    assert len(set(lineage.KINDS)) == len(lineage.ACTIVE) + len(RelationKind)


# --- The day ------------------------------------------------------------------------------------


def test_what_lies_after_the_day_is_upcoming(ask: Ask) -> None:
    answer = ask("orders/second/lineage/", as_of="2016-01-01")
    upcoming = {link["kind"] for link in answer["links"] if link["upcoming"]}
    assert upcoming == {"responds_to", "reinstates", "supersedes", "revokes"}
    assert {link["kind"] for link in answer["links"] if link["certain"]}.isdisjoint(upcoming)


def test_an_effect_of_imprecise_date_is_neither_upcoming_nor_certain(ask: Ask) -> None:
    found = link(ask("orders/second/lineage/", as_of="2015-02-10"), "waives")
    assert (found["upcoming"], found["certain"]) == (False, False)


@pytest.mark.parametrize(("day", "standing"), [("2014-12-31", "not_yet_in_force"), ("2018-01-01", "ended")])
def test_a_node_has_its_standing_on_the_day(ask: Ask, day: str, standing: str) -> None:
    answer = ask("orders/second/lineage/", as_of=day)
    assert answer["nodes"][0] == {
        "id": "order/second",
        "type": "order",
        "slug": "second",
        "name": "The second",
        "url": "/api/v1/orders/second/",
        "kind": "executive_order",
        "dated_on": "2015-01-01",
        "standing": standing,
        "distance": 0,
    }


# --- How far ------------------------------------------------------------------------------------


def test_by_default_only_the_links_of_the_order_itself_are_followed(ask: Ask) -> None:
    answer = ask("orders/second/lineage/")
    assert (answer["depth"], distances(answer)) == (1, {"second": 0, "pact": 1, "first": 1, "third": 1})
    assert "third cites first" not in links(answer)


def test_depth_goes_on_from_neighbours(ask: Ask) -> None:
    answer = ask("orders/second/lineage/", depth="2")
    assert distances(answer) == {"second": 0, "pact": 1, "first": 1, "third": 1, "fourth": 2}
    assert {"third cites first", "fourth cites third", "pact amends first"} <= set(links(answer))


def test_circles_end(ask: Ask) -> None:
    deep = ask("orders/second/lineage/", depth="5")
    assert distances(deep) == distances(ask("orders/second/lineage/", depth="2"))
    assert len(deep["links"]) == len(set(map(repr, deep["links"]))) == 12


def test_only_links_of_the_kinds_asked_for_are_followed(ask: Ask) -> None:
    answer = ask("orders/fourth/lineage/", depth="5", kind__in="cites,based_on")
    assert distances(answer) == {"fourth": 0, "third": 1, "first": 2, "second": 3}
    assert links(ask("orders/fourth/lineage/", depth="5", kind="cites", kind__in="cites,based_on")) == [
        "third cites first",
        "fourth cites third",
    ]


@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"depth": "0"}, "invalid_number"),
        ({"depth": "6"}, "invalid_number"),
        ({"depth": "two"}, "invalid_number"),
        ({"kind": "revoked"}, "unknown_code"),
        ({"kind__in": "revokes,hates"}, "unknown_code"),
        ({"party": "france"}, "unknown_parameter"),
        ({"format": "gexf"}, "unknown_code"),
    ],
)
def test_a_question_with_a_fault_is_refused(ask: Ask, parameters: dict[str, str], code: str) -> None:
    assert [fault["code"] for fault in ask("orders/second/lineage/", status=400, **parameters)["errors"]] == [code]


def test_a_lineage_that_is_too_large_is_refused_and_says_so(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lineage, "MOST_LINKS", 8)
    (fault,) = ask("orders/second/lineage/", status=400)["errors"]
    assert (fault["parameter"], fault["code"]) == ("depth", "too_many")
    assert fault["detail"].startswith("There are more than 8 links of this lineage.")
    assert ask("orders/second/lineage/", kind="revokes")["links"]


# --- What is public -----------------------------------------------------------------------------


def test_what_is_not_public_is_named_and_not_gone_on_from(ask: Ask) -> None:
    secret = {"kind": "statute", "title": "A draft", "issuer": "france", "geographic_scope": "country"}
    relation = [{"kind": "cites", "to_order": "fourth"}]
    save_documents(
        [
            Incoming(BY_PLURAL["orders"], {"slug": "secret", **secret, "relations": relation}, state=State.DRAFT),
            Incoming(
                BY_PLURAL["events"],
                {
                    "slug": "fourth-amended",
                    "kind": "legal_act",
                    "title": "The fourth is amended",
                    "happened_on": "2020",
                    "effects": [{"order": "fourth", "verb": "amended", "effective_on": "2020", "by_order": "secret"}],
                },
            ),
        ],
        ACT,
    )
    answer = ask("orders/fourth/lineage/", depth="2")
    assert "secret amends fourth" in links(answer)
    assert "secret cites fourth" not in links(answer)
    (node,) = [node for node in answer["nodes"] if node["slug"] == "secret"]
    assert "url" not in node
    assert (node["kind"], node["dated_on"], node["standing"]) == (None, None, None)
    assert faults("Lineage", answer) == []
    ask("orders/secret/lineage/", status=404)


# --- Formats ------------------------------------------------------------------------------------


@pytest.mark.parametrize("slug", ["first", "second", "third", "fourth"])
def test_the_answer_is_as_the_schema_says(ask: Ask, slug: str) -> None:
    assert faults("Lineage", ask(f"orders/{slug}/lineage/", depth="5", as_of="2015-02-10")) == []


def test_graphml_has_the_same_nodes_and_links(ask: Ask, client: Client) -> None:
    answer = ask("orders/second/lineage/", depth="2")
    file = client.get("/api/v1/orders/second/lineage/", {"depth": "2", "format": "graphml"})
    assert file.headers["Content-Type"] == "application/graphml+xml"
    graph = networkx.read_graphml(BytesIO(file.content), force_multigraph=True)
    assert dict(graph.nodes(data="name")) == {node["id"]: node["name"] for node in answer["nodes"]}
    assert sorted(graph.edges(data="kind")) == sorted((row["from"], row["to"], row["kind"]) for row in answer["links"])
    (waiver,) = [values for _, _, values in graph.edges(data=True) if values["kind"] == "waives"]
    assert waiver == {
        "kind": "waives",
        "basis": "effect",
        "in_part": True,
        "effective_on": "2015-02",
        "until": "2016",
        "certain": True,
        "upcoming": False,
        "measure": "first-ban",
        "event": "second-made",
        "provision": "s. 4",
        "note": "Ports only.",
        "citations": "table; law",
    }


def test_dot_names_every_node_and_link(ask: Ask, client: Client) -> None:
    answer = ask("orders/second/lineage/")
    file = client.get("/api/v1/orders/second/lineage/", headers={"accept": "text/vnd.graphviz"})
    assert file.headers["Content-Type"] == "text/vnd.graphviz; charset=utf-8"
    text = file.content.decode()
    assert text.startswith("digraph {")
    assert text.count(" -> ") == len(answer["links"])
    assert r'label="The first \"act\" \\ of <all>\nin force"' in text


def test_an_error_stays_a_problem_document_in_every_format(client: Client) -> None:
    for format_ in ("graphml", "dot"):
        answer = client.get("/api/v1/orders/none/lineage/", {"format": format_})
        assert (answer.status_code, answer.headers["Content-Type"]) == (404, "application/problem+json")
        assert answer.json()["status"] == 404


def test_a_page_shows_it_to_people(client: Client) -> None:
    page = client.get("/api/v1/orders/second/lineage/", headers={"accept": "text/html"}).content.decode()
    assert "second: Lineage" in page


# --- What it costs ------------------------------------------------------------------------------


def test_the_number_of_queries_depends_on_the_depth_and_not_on_the_links(client: Client) -> None:
    before = {depth: _queries(client, depth) for depth in (1, 2, 5)}
    many = [
        {
            "slug": f"more-{number}",
            "kind": "statute",
            "title": "More",
            "issuer": "france",
            "geographic_scope": "country",
            "relations": [{"kind": "cites", "to_order": "second"}, {"kind": "implements", "to_agreement": "pact"}],
            "citations": [{"source": "law"}],
        }
        for number in range(20)
    ]
    save_documents([Incoming(BY_PLURAL["orders"], document) for document in many], ACT)
    assert {depth: _queries(client, depth) for depth in (1, 2, 5)} == before
    assert before[1] <= 12


def _queries(client: Client, depth: int) -> int:
    with CaptureQueriesContext(connection) as captured:
        answer = client.get("/api/v1/orders/second/lineage/", {"depth": str(depth)})
    assert answer.status_code == 200, answer.content
    return len(captured)
