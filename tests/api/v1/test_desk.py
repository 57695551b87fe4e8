"""/api/v1/desk/: drafts and the moves of records, by the editorial rules, without overwriting changes of others."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from api.http.bodies import MOST_BYTES
from sanctions.editorial import moves
from sanctions.editorial.procedure import fingerprint
from sanctions.ledger import clock
from sanctions.ledger.versions import Act
from sanctions.models import Actor, LogEntry, Version
from sanctions.vocabulary import Move, State
from tests.api.v1.answer_schema import faults
from tests.api.v1.desk import Person, draft
from tests.api.v1.problems import body_faults, problem
from tests.api.v1.publishing import DAY
from tests.factories.actors import make_actor
from tests.factories.programs import make_program
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db
WHY: Final = {"reason": "Because."}
ELAM: Final = {"slug": "elam", "kind": "state", "name": "Elam"}


@pytest.fixture
def writer() -> User:
    return make_user("curator", name="ada")


@pytest.fixture
def ada(writer: User) -> Person:
    return Person(writer)


@pytest.fixture
def bo() -> Person:
    return Person(make_user("reviewer", name="bo"))


@pytest.fixture
def root() -> Person:
    return Person(make_user("administrator", name="root"))


def written() -> list[Any]:
    """Return all that a refused request must leave alone."""
    return [
        *Actor.objects.order_by("slug").values_list("slug", "name", "summary", "state"),
        *LogEntry.objects.values_list("slug", "move"),
        Version.objects.count(),
    ]


# --- The whole way ------------------------------------------------------------------------------


def test_a_record_goes_from_one_person_to_the_other_and_to_the_public(ada: Person, bo: Person, client: Client) -> None:
    source = {"slug": "law", "kind": "legislation", "title": "A law"}
    ada.ask("post", "sources/", {"document": {**source, "kind": "news"}}, status=201)
    document = {**ELAM, "citations": [{"source": "law"}]}
    made = ada.ask("post", "actors/", {"document": document, "reason": "Missing."}, status=201)
    assert faults("DeskRecord", made.json()) == []
    assert made.headers["Location"] == made.json()["url"] == "/api/v1/desk/actors/elam/"
    assert (made.json()["state"], made.json()["author"], made.json()["public"]) == ("draft", "ada", None)
    changed = ada.ask(
        "put", "actors/elam/", {"document": {**document, "summary": "A kingdom."}}, match=made.headers["ETag"]
    )
    assert changed.headers["ETag"] != made.headers["ETag"]
    submitted = ada.ask("post", "actors/elam/submit/", WHY, match=changed.headers["ETag"])
    assert submitted.json()["state"] == "in_review"
    returned = bo.ask_json("post", "actors/elam/return/", {"reason": "Say more."})
    assert returned["state"] == "draft"
    ada.ask("post", "actors/elam/submit/", WHY)
    public = bo.ask_json("post", "actors/elam/publish/", WHY)
    assert (public["state"], public["approver"], public["public"]) == ("published", "bo", "/api/v1/actors/elam/")
    assert client.get(public["public"]).json()["summary"] == "A kingdom."
    assert bo.ask_json("post", "actors/elam/retract/", {"reason": "No state."})["state"] == "retracted"
    assert client.get("/api/v1/actors/elam/").status_code == 410
    other = Person(make_user("reviewer", name="cy"))
    assert other.ask_json("post", "actors/elam/restore/", WHY)["state"] == "published"
    assert list(LogEntry.objects.filter(slug="elam").values_list("move", "by", "address")) == [
        (Move.SAVED, "ada", "127.0.0.1"),
        (Move.SAVED, "ada", "127.0.0.1"),
        (Move.SUBMITTED, "ada", "127.0.0.1"),
        (Move.RETURNED, "bo", "127.0.0.1"),
        (Move.SUBMITTED, "ada", "127.0.0.1"),
        (Move.PUBLISHED, "bo", "127.0.0.1"),
        (Move.RETRACTED, "bo", "127.0.0.1"),
        (Move.RESTORED, "cy", "127.0.0.1"),
    ]


def test_the_desk_says_who_asks_and_what_they_may_read(ada: Person) -> None:
    found = ada.ask_json("get", "")
    assert faults("Desk", found) == []
    assert (found["account"], found["collections"]["orders"]) == ("ada", "/api/v1/desk/orders/")
    assert Person(make_user(name="nobody")).ask_json("get", "")["collections"] == {}
    Person().ask("get", "", status=401)


def test_the_etag_is_the_fingerprint_of_the_record(ada: Person, writer: User) -> None:
    actor = draft(writer)
    answer = ada.ask("get", "actors/iran/")
    assert answer.headers["ETag"] == f'"{fingerprint(actor)}"'
    assert answer.json()["document"]["name"] == "Iran"


def test_a_draft_is_deleted_by_an_administrator_and_is_gone(root: Person, ada: Person, writer: User) -> None:
    draft(writer)
    problem(ada.ask_json("delete", "actors/iran/", WHY, status=403), "forbidden")
    answer = root.ask("delete", "actors/iran/", WHY, status=204)
    assert answer.content == b""
    root.ask("get", "actors/iran/", status=404)


# --- Who asks -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("get", "actors/iran/"),
        ("post", "actors/"),
        ("put", "actors/iran/"),
        ("delete", "actors/iran/"),
        ("post", "actors/iran/publish/"),
        ("post", "actors/iran/proposals/"),
        ("get", "proposals/"),
        ("get", "proposals/1/"),
        ("post", "proposals/1/accept/"),
        ("get", "nothing/iran/"),
    ],
)
def test_anonymous_requests_get_401_and_a_user_without_permission_reads_nothing(
    writer: User, method: str, path: str
) -> None:
    draft(writer)
    before = written()
    answer = Person().ask(method, path, WHY, match='"x"', status=401)
    problem(answer.json(), "not-authenticated")
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="desk", Session realm="desk"'
    if path != "proposals/":
        nobody = Person(make_user(name="nobody"))
        refused = nobody.ask(method, path, WHY, match='"x"', status=404 if "1" in path or "nothing" in path else 403)
        assert b"Iran" not in refused.content
    assert written() == before


def test_what_writes_needs_the_token_against_forgery(writer: User) -> None:
    actor = draft(writer)
    client = Client(enforce_csrf_checks=True)
    client.force_login(writer)
    headers = {"if-match": f'"{fingerprint(actor)}"'}
    address = "/api/v1/desk/actors/iran/submit/"
    refused = client.post(address, b'{"reason": "x"}', content_type="application/json", headers=headers)
    assert (refused.status_code, refused.json()["type"]) == (403, "/api/v1/docs/problems/forbidden/")
    assert "CSRF" in refused.json()["detail"]
    client.get("/admin/password_change/")
    token = client.cookies[settings.CSRF_COOKIE_NAME].value
    made = client.post(
        address, b'{"reason": "x"}', content_type="application/json", headers=headers | {"x-csrftoken": token}
    )
    assert made.status_code == 200


def test_the_public_api_knows_nothing_of_who_has_signed_in(ada: Person, writer: User) -> None:
    draft(writer)
    answer = ada.client.get("/api/v1/actors/iran/")
    assert (answer.status_code, "Cookie" in answer.headers.get("Vary", "")) == (404, False)


@pytest.mark.parametrize("path", ["actors/none/", "measures/x/", "actors/A_B/"])
def test_what_is_not_there_is_not_found(ada: Person, path: str) -> None:
    problem(ada.ask_json("get", path, status=404), "not-found")


# --- No user overwrites the changes of another ----------------------------------------------------


@pytest.mark.parametrize(
    ("method", "path"), [("put", "actors/iran/"), ("delete", "actors/iran/"), ("post", "actors/iran/submit/")]
)
@pytest.mark.parametrize("match", [None, "*", 'W/"x"', '"a", "b"', "x", '""', '"é"'])
def test_what_changes_a_record_says_which_state_it_is_meant_for(
    ada: Person, writer: User, method: str, path: str, match: str | None
) -> None:
    draft(writer)
    before = written()
    body = {"document": ELAM} if method == "put" else WHY
    problem(ada.ask_json(method, path, body, match=match, status=428), "precondition-required")
    assert written() == before


def test_a_stale_request_gets_the_changes_of_the_other_user(ada: Person, writer: User) -> None:
    ada.ask("post", "actors/", {"document": ELAM}, status=201)
    read = ada.etag("actors/elam/")
    cy = Person(make_user("curator", name="cy"))
    theirs = {**ELAM, "summary": "A kingdom."}
    kept = cy.ask("put", "actors/elam/", {"document": theirs}, match=read)
    before = written()
    late = ada.ask_json("put", "actors/elam/", {"document": {**ELAM, "name": "Persia"}}, match=read, status=412)
    assert problem(late, "stale")["changes"] == [{"path": "summary", "kind": "added", "after": "A kingdom."}]
    assert late["etag"] == kept.headers["ETag"]
    assert written() == before
    ada.ask("put", "actors/elam/", {"document": {**theirs, "name": "Persia"}}, match=late["etag"])
    assert Actor.objects.values_list("name", "summary").get() == ("Persia", "A kingdom.")


def test_if_only_the_state_has_changed_no_changes_are_listed(ada: Person) -> None:
    ada.ask("post", "actors/", {"document": ELAM}, status=201)
    read = ada.etag("actors/elam/")
    ada.ask("post", "actors/elam/submit/", WHY, match=read)
    late = ada.ask_json("post", "actors/elam/submit/", WHY, match=read, status=412)
    assert problem(late, "stale")["changes"] == []


def test_what_nobody_can_tell_any_more_is_stale_all_the_same(ada: Person, writer: User) -> None:
    draft(writer)
    late = ada.ask_json("put", "actors/iran/", {"document": ELAM}, match='"0123456789abcdef"', status=412)
    assert "changes" not in problem(late, "stale")
    assert late["etag"] == ada.etag("actors/iran/")


def test_a_move_is_made_once(ada: Person, bo: Person, writer: User) -> None:
    draft(writer, state=State.IN_REVIEW)
    read = bo.etag("actors/iran/")
    bo.ask("post", "actors/iran/publish/", WHY, match=read)
    bo.ask("post", "actors/iran/publish/", WHY, match=read, status=412)
    assert Version.objects.filter(slug="iran").count() == 1


# --- What the rules refuse ----------------------------------------------------------------------


def test_a_missing_permission_and_a_wrong_state_are_different_problems(ada: Person, bo: Person, writer: User) -> None:
    draft(writer)
    problem(bo.ask_json("post", "actors/iran/publish/", WHY, status=409), "move-refused")
    moves.submit(Actor.objects.get(slug="iran"), Act(DAY, writer, "x"))
    problem(ada.ask_json("post", "actors/iran/publish/", WHY, status=403), "forbidden")
    assert bo.ask_json("post", "actors/iran/publish/", WHY)["state"] == "published"


def test_what_is_published_is_not_replaced(ada: Person, writer: User) -> None:
    draft(writer, state=State.PUBLISHED)
    document = ada.ask_json("get", "actors/iran/")["document"]
    before = written()
    refused = ada.ask_json("put", "actors/iran/", {"document": {**document, "name": "Persia"}}, status=409)
    assert "may not change iran, which is published" in problem(refused, "move-refused")["detail"]
    assert written() == before


def test_a_slug_that_exists_is_reported(ada: Person, writer: User) -> None:
    draft(writer)
    taken = ada.ask_json("post", "actors/", {"document": {**ELAM, "slug": "iran"}}, status=409)
    assert taken["detail"] == "A record with the slug 'iran' exists already."


def test_nothing_is_published_without_a_source(bo: Person, writer: User) -> None:
    make_actor("elam", state=State.IN_REVIEW, author=writer)
    problem(bo.ask_json("post", "actors/elam/publish/", WHY, status=409), "move-refused")


def test_what_another_record_refers_to_is_not_deleted(root: Person, writer: User) -> None:
    make_program(issuer=draft(writer))
    refused = root.ask_json("delete", "actors/iran/", WHY, status=409)
    assert "refers to it" in problem(refused, "move-refused")["detail"]


def test_a_move_that_does_not_exist_is_not_found(bo: Person, writer: User) -> None:
    draft(writer)
    assert "submit, return, publish" in bo.ask_json("post", "actors/iran/explode/", WHY, status=404)["detail"]
    bo.ask("get", "actors/iran/publish/", status=405)
    bo.ask("put", "actors/", {}, status=405)


# --- Bodies -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "paths"),
    [
        ([], {""}),
        ("text", {""}),
        (7, {""}),
        ({}, {"document"}),
        ({"document": None}, {"document"}),
        ({"document": []}, {"document"}),
        ({"document": ELAM, "reason": 7}, {"reason"}),
        ({"document": ELAM, "reason": "a\0b"}, {"reason"}),
        ({"document": ELAM, "reason": "x" * 2001}, {"reason"}),
        ({"document": ELAM, "state": "published"}, {"state"}),
        ({"document": ELAM, "kind": "correction"}, {"kind"}),
        ({"document": ELAM, "state": 1, "author": "x", "reason": []}, {"state", "author", "reason"}),
        ({"document": {}}, {"document.slug", "document.kind", "document.name"}),
        ({"document": {**ELAM, "slug": 7}}, {"document.slug"}),
        ({"document": {**ELAM, "slug": "A B"}}, {"document.slug"}),
        ({"document": {**ELAM, "name": "El\0am"}}, {"document.name"}),
        ({"document": {**ELAM, "name": 10**400}}, {"document.name"}),
        ({"document": {**ELAM, "colour": "red"}}, {"document.colour"}),
        ({"document": {**ELAM, "kind": "planet"}}, {"document.kind"}),
        ({"document": {**ELAM, "names": [{"kind": "alias"}]}}, {"document.names[0].text"}),
        ({"document": {**ELAM, "citations": [{"source": "none"}]}}, {"document.citations[0].source"}),
        ({"document": {**ELAM, "tenures": {"a": 1}}}, {"document.tenures"}),
    ],
)
def test_a_fault_of_a_body_is_reported_by_its_path(ada: Person, body: Any, paths: set[str]) -> None:
    content = body
    if isinstance(body, dict) and isinstance(body.get("document"), dict) and body["document"].get("name") == 10**400:
        content = b'{"document": {"slug": "elam", "kind": "state", "name": 1' + b"0" * 400 + b"}}"
        before = written()
        assert ada.ask("post", "actors/", content, status=400)
        assert written() == before
        return
    before = written()
    assert body_faults(ada.ask_json("post", "actors/", content, status=422)).keys() == paths
    assert written() == before


@pytest.mark.parametrize("reason", [{}, {"reason": ""}, {"reason": " \n"}])
def test_a_missing_reason_is_reported(ada: Person, writer: User, reason: dict[str, str]) -> None:
    draft(writer)
    refused = ada.ask_json("post", "actors/iran/submit/", reason, status=422)
    assert "Give a reason" in body_faults(refused)["reason"]


def test_a_move_needs_no_body_but_its_reason(ada: Person, writer: User) -> None:
    draft(writer)
    ada.ask("post", "actors/iran/submit/", b"", status=422)
    assert "document" in body_faults(ada.ask_json("post", "actors/iran/submit/", {"document": ELAM}, status=422))


@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b'{"document": {"slug": "elam"',
        b"\xff\xfe",
        b'{"reason": "\xe9"}',
        b'{"reason": "\\ud800"}',
        b'{"document": NaN}',
        b"[" * 100_000,
        b'{"a":' * 5_000 + b"1" + b"}" * 5_000,
        b"\0",
        b"<xml/>",
    ],
)
def test_what_is_no_json_is_a_bad_request(ada: Person, body: bytes) -> None:
    before = written()
    problem(ada.ask_json("post", "actors/", body, status=400), "bad-request")
    assert written() == before


def test_a_body_beyond_what_is_read_is_refused(ada: Person) -> None:
    body = b'{"reason": "' + b"x" * MOST_BYTES + b'"}'
    assert "2,000,000" in problem(ada.ask_json("post", "actors/", body, status=413), "content-too-large")["detail"]


@pytest.mark.parametrize("kind", ["text/plain", "application/xml", "multipart/form-data; boundary=x", "x"])
def test_other_formats_are_not_read(ada: Person, kind: str) -> None:
    problem(
        ada.ask_json("post", "actors/", b'{"document": {}}', status=415, content_type=kind), "unsupported-media-type"
    )


def test_a_record_stays_itself(ada: Person, writer: User) -> None:
    draft(writer)
    refused = ada.ask_json("put", "actors/iran/", {"document": ELAM}, status=422)
    assert body_faults(refused) == {"document.slug": "It cannot change: keep 'iran'."}


def test_reading_takes_as_many_queries_for_any_number_of_rows(ada: Person, writer: User) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            ada.ask("get", "actors/iran/")
        return len(captured)

    actor = draft(writer)
    few = queries()
    for number in range(30):
        actor.names.create(kind="alias", text=f"Iran {number}", ordinal=number)
    assert queries() == few


# --- Wrong clocks -------------------------------------------------------------------------------


def test_nothing_is_written_while_the_clocks_disagree(ada: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "database_clock", lambda head: clock.process_now() - timedelta(minutes=10))
    before = written()
    answer = ada.ask("post", "actors/", {"document": ELAM, "reason": "Missing."}, status=503)
    assert "apart" in problem(answer.json(), "clocks-disagree")["detail"]
    assert answer.headers["Retry-After"] == "60"
    assert written() == before
