"""/api/v1/desk/proposals/: proposed changes to published records, read before they are accepted."""

from __future__ import annotations

from typing import Any, Final

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sanctions.models import Actor, LogEntry, Proposal, Version
from sanctions.vocabulary import Move, State, VersionKind
from tests.api.v1.answer_schema import faults
from tests.api.v1.desk import Person, draft
from tests.api.v1.problems import body_faults, problem
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db
WHY: Final = {"reason": "Because."}


@pytest.fixture
def ada() -> Person:
    return Person(make_user("curator", name="ada"))


@pytest.fixture
def bo() -> Person:
    return Person(make_user("reviewer", name="bo"))


@pytest.fixture(autouse=True)
def iran() -> Actor:
    return draft(make_user("curator", name="writer"), state=State.PUBLISHED)


def changed(person: Person, slug: str = "iran", **values: Any) -> dict[str, Any]:
    document: dict[str, Any] = person.ask_json("get", f"actors/{slug}/")["document"]
    return document | values


def proposed(person: Person, kind: str = "update", **values: Any) -> Any:
    body = {"document": changed(person, **values), "kind": kind, "reason": "The name has changed."}
    return person.ask("post", "actors/iran/proposals/", body, status=201)


def in_review(person: Person, **values: Any) -> str:
    number = proposed(person, **values).json()["number"]
    person.ask("post", f"proposals/{number}/submit/", WHY)
    return f"proposals/{number}/"


def test_a_change_is_proposed_read_and_accepted_by_somebody_else(ada: Person, bo: Person) -> None:
    made = proposed(ada, "correction", name="Persia")
    assert faults("Proposal", made.json()) == []
    assert made.headers["Location"] == made.json()["url"] == "/api/v1/desk/proposals/1/"
    ada.ask("post", "proposals/1/submit/", WHY)
    assert Actor.objects.get(slug="iran").name == "Iran"
    read = bo.ask("get", "proposals/1/")
    assert read.json()["changes"] == [{"path": "name", "kind": "changed", "before": "Iran", "after": "Persia"}]
    assert (read.json()["kind"], read.json()["reason"]) == ("correction", "The name has changed.")
    assert read.headers["ETag"] == f'"{read.json()["seal"]}"'
    done = bo.ask("post", "proposals/1/accept/", WHY, match=read.headers["ETag"])
    assert (done.json()["state"], done.json()["version"], done.json()["seal"]) == ("accepted", 2, None)
    assert done.json()["changes"] == read.json()["changes"]
    assert "ETag" not in done.headers
    version = Version.objects.get(slug="iran", number=2)
    assert (version.kind, version.author, version.approver) == (VersionKind.CORRECTION, "ada", "bo")
    assert list(LogEntry.objects.values_list("move", "by", "proposal", "address")) == [
        (Move.PROPOSED, "ada", 1, "127.0.0.1"),
        (Move.SUBMITTED, "ada", 1, "127.0.0.1"),
        (Move.PUBLISHED, "bo", 1, "127.0.0.1"),
    ]


def test_nobody_accepts_their_own_and_a_curator_accepts_nothing(ada: Person, bo: Person) -> None:
    path = in_review(bo, name="Persia")
    for person in (ada, bo):
        problem(person.ask_json("post", f"{path}accept/", WHY, status=403), "forbidden")
    assert Proposal.objects.get().state == "in_review"


def test_a_proposal_is_returned_and_withdrawn(ada: Person, bo: Person) -> None:
    path = in_review(ada, name="Persia")
    assert bo.ask_json("post", f"{path}return/", {"reason": "Cite it."})["state"] == "draft"
    assert ada.ask_json("post", f"{path}withdraw/", WHY)["state"] == "withdrawn"
    problem(ada.ask_json("post", f"{path}withdraw/", WHY, match='"x"', status=409), "move-refused")


@pytest.mark.parametrize("move", ["submit", "return", "withdraw", "accept"])
def test_what_has_changed_since_it_was_read_is_read_again(ada: Person, bo: Person, move: str) -> None:
    path = in_review(ada, name="Persia")
    if move == "submit":
        bo.ask("post", f"{path}return/", WHY)
    asking = ada if move == "submit" else bo
    read = asking.etag(path)
    Proposal.objects.update(document=Proposal.objects.get().document.replace("Persia", "Elam"))
    before = list(Proposal.objects.values())
    stale = problem(asking.ask_json("post", f"{path}{move}/", WHY, match=read, status=412), "stale")
    assert list(Proposal.objects.values()) == before
    asking.ask("post", f"{path}{move}/", WHY, match=stale["etag"])


@pytest.mark.parametrize("move", ["submit", "return", "withdraw", "accept"])
@pytest.mark.parametrize("match", [None, "*"])
def test_a_move_says_what_has_been_read(ada: Person, move: str, match: str | None) -> None:
    proposed(ada, name="Persia")
    problem(ada.ask_json("post", f"proposals/1/{move}/", WHY, match=match, status=428), "precondition-required")


def test_what_both_changed_is_a_conflict_with_its_paths(ada: Person, bo: Person) -> None:
    one, other = in_review(ada, name="Persia"), in_review(Person(make_user("curator", name="cy")), name="Elam")
    bo.ask("post", f"{one}accept/", WHY)
    read = bo.ask_json("get", other)
    assert read["conflicts"] == [{"path": "name", "base": "Iran", "theirs": "Persia", "mine": "Elam"}]
    assert problem(bo.ask_json("post", f"{other}accept/", WHY, status=409), "conflicting")["paths"] == ["name"]
    assert Actor.objects.get(slug="iran").name == "Persia"


def test_a_proposal_for_a_retracted_record_gets_the_changes_of_others(ada: Person, bo: Person) -> None:
    path, read = in_review(ada, name="Persia"), bo.etag("actors/iran/")
    document = changed(bo, name="Elam")
    bo.ask("post", f"{path}accept/", WHY)
    late = bo.ask_json("post", "actors/iran/proposals/", {"document": document, **WHY}, match=read, status=412)
    assert problem(late, "stale")["changes"] == [
        {"path": "name", "kind": "changed", "before": "Iran", "after": "Persia"}
    ]


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ({"reason": "x"}, {"document"}),
        ({"document": {"slug": "iran", "kind": "state"}, "reason": "x"}, {"document.name"}),
        ({"document": {"slug": "iran", "kind": "state", "name": "P"}, "reason": "x", "kind": "merge"}, {"kind"}),
        ({"document": {"slug": "iran", "kind": "state", "name": "P"}, "reason": "x", "kind": []}, {"kind"}),
        ({"document": {"slug": "iran", "kind": "state", "name": "P"}}, {"reason"}),
    ],
)
def test_a_faulty_proposal_is_none(ada: Person, body: dict[str, Any], paths: set[str]) -> None:
    assert body_faults(ada.ask_json("post", "actors/iran/proposals/", body, status=422)).keys() == paths
    assert not Proposal.objects.exists()


def test_what_changes_nothing_or_is_not_public_is_not_proposed(ada: Person) -> None:
    same = {"document": changed(ada), **WHY}
    problem(ada.ask_json("post", "actors/iran/proposals/", same, status=409), "move-refused")
    draft(make_user("curator"), "elam")
    other = {"document": changed(ada, "elam", name="E"), **WHY}
    problem(ada.ask_json("post", "actors/elam/proposals/", other, status=409), "move-refused")


def test_proposals_are_listed_the_newest_first_and_narrowed(ada: Person, bo: Person) -> None:
    in_review(ada, name="Persia")
    proposed(bo, "correction", name="Elam")
    page = bo.ask_json("get", "proposals/")
    assert faults("ProposalSummaryPage", page) == []
    assert [row["number"] for row in page["results"]] == [2, 1]
    for query, expected in {
        "state=in_review": [1],
        "state__in=draft,in_review": [2, 1],
        "type=order": [],
        "slug=iran": [2, 1],
        "slug=iraq": [],
        "kind=correction": [2],
        "author=ada": [1],
        "ordering=number&limit=1": [1],
    }.items():
        assert [row["number"] for row in bo.ask_json("get", f"proposals/?{query}")["results"]] == expected, query
    first = bo.ask_json("get", "proposals/?limit=1")
    assert bo.client.get(first["next"]).json()["results"][0]["number"] == 1


@pytest.mark.parametrize("query", ["state=open", "as_of=2020-01-01", "known_at=2020-01-01T00:00:00Z", "author=a%00b"])
def test_what_cannot_be_asked_is_refused(ada: Person, query: str) -> None:
    problem(ada.ask_json("get", f"proposals/?{query}", status=400), "invalid-parameters")


def test_who_may_not_read_a_record_sees_no_proposal_for_it(ada: Person) -> None:
    proposed(ada, name="Persia")
    nobody = Person(make_user(name="nobody"))
    assert nobody.ask_json("get", "proposals/")["results"] == []
    assert b"Persia" not in nobody.ask("get", "proposals/1/", status=403).content


@pytest.mark.parametrize("path", ["proposals/9/", f"proposals/{'9' * 30}/", "proposals/0/"])
def test_a_proposal_that_is_not_there_is_not_found(ada: Person, path: str) -> None:
    ada.ask("get", path, status=404)


def test_a_move_that_does_not_exist_is_not_found(ada: Person) -> None:
    proposed(ada, name="Persia")
    ada.ask("post", "proposals/1/publish/", WHY, status=404)
    ada.ask("get", "proposals/1/accept/", status=405)


def test_the_list_takes_as_many_queries_for_any_number(ada: Person, bo: Person) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            ada.ask("get", "proposals/")
        return len(captured)

    proposed(ada, name="Persia")
    few = queries()
    for number in range(10):
        proposed(Person(make_user("curator", name=f"c{number}")), name=f"Persia {number}")
    assert queries() == few
