"""/api/v1/changes/: a client that continues after its last answer misses nothing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanctions.editorial.duplicates import decide
from sanctions.editorial.merging import merge
from sanctions.ledger.versions import Act, append_missing_versions
from sanctions.loading.documents import Incoming, save_documents
from sanctions.models import Version
from sanctions.records.registry import BY_NAME
from sanctions.server.waiting import Hold, offer
from sanctions.vocabulary import NOTICES, Sameness, State, VersionKind
from tests.api.conftest import Ask
from tests.api.v1.answer_schema import faults
from tests.api.v1.many import load_many
from tests.api.v1.published_documents import published
from tests.api.v1.publishing import DAY, IRAN, LAW, PERSIA, publish
from tests.factories.actors import make_actor
from tests.factories.sources import cite
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db
AT = datetime(2025, 3, 1, tzinfo=UTC)


@pytest.fixture
def changed() -> None:
    """Two records; one updated and corrected, the other retracted and restored."""
    publish(PERSIA, 0, reason="First.")
    publish(LAW, 1)
    publish({**PERSIA, "summary": "A state."}, 2)
    publish(IRAN, 3, VersionKind.CORRECTION, "The name is Iran.")
    publish(LAW, 4, VersionKind.RETRACTION, "It was never made.", State.RETRACTED)


def kept(client: Client, step: int, **parameters: Any) -> dict[tuple[str, str], Any]:
    """Keep a copy from the feed alone, so many changes at a time."""
    copy: dict[tuple[str, str], Any] = {}
    after = 0
    while True:
        asked = {"after": after, "limit": step, "include_documents": "true", **parameters}
        page = client.get("/api/v1/changes/", asked).json()
        for entry in page["results"]:
            key = (entry["record"]["type"], entry["record"]["slug"])
            if entry["document"] is None:
                copy.pop(key, None)
            else:
                copy[key] = entry["document"]
        after = page["after"]
        if after >= page["last"]:
            return copy


@pytest.mark.usefixtures("changed")
def test_changes_are_listed_in_order_with_their_kind_and_reason(ask: Ask) -> None:
    page = ask("changes/")
    assert faults("Feed", page) == []
    assert (page["after"], page["last"]) == (5, 5)
    assert [(row["sequence"], row["kind"], row["record"]["slug"], row["number"]) for row in page["results"]] == [
        (1, "created", "iran", 1),
        (2, "created", "law", 1),
        (3, "updated", "iran", 2),
        (4, "corrected", "iran", 3),
        (5, "retracted", "law", 2),
    ]
    assert page["results"][4] == {
        "sequence": 5,
        "kind": "retracted",
        "record": {"type": "order", "slug": "law", "url": "/api/v1/orders/law/"},
        "number": 2,
        "version": "/api/v1/orders/law/versions/2/",
        "recorded_at": "2025-03-05T12:00:00.000Z",
        "reason": "It was never made.",
        "digest": Version.objects.get(sequence=5).digest,
        "notice": "/api/v1/notices/5/",
    }
    assert [row["sequence"] for row in page["results"] if "notice" in row] == [4, 5]


@pytest.mark.usefixtures("changed")
def test_whoever_asks_on_has_everything_once(ask: Ask) -> None:
    first = ask("changes/", limit=2)
    assert (first["after"], first["last"], len(first["results"])) == (2, 5, 2)
    second = ask("changes/", limit=2, after=first["after"])
    third = ask("changes/", limit=2, after=second["after"])
    told = [row["sequence"] for page in (first, second, third) for row in page["results"]]
    assert told == [1, 2, 3, 4, 5]
    fourth = ask("changes/", after=third["after"])
    assert (fourth["after"], fourth["last"], fourth["results"]) == (5, 5, [])
    publish(PERSIA, 6)
    assert [row["sequence"] for row in ask("changes/", after=fourth["after"])["results"]] == [6]


@pytest.mark.usefixtures("changed")
@pytest.mark.parametrize(
    ("parameters", "expected", "after"),
    [
        ({"type": "order"}, [2, 5], 5),
        ({"type__in": "actor,event"}, [1, 3, 4], 5),
        ({"kind": "created"}, [1, 2], 5),
        ({"kind__in": "corrected,retracted"}, [4, 5], 5),
        ({"kind": "corrected", "limit": "1"}, [4], 4),
        ({"kind": "merged"}, [], 5),
        ({"type": "actor", "after": "1", "limit": "1"}, [3], 3),
        ({"known_at": "2025-03-03T12:00:00Z"}, [1, 2, 3], 3),
        ({"known_at": "2024-01-01T00:00:00Z"}, [], 0),
        ({"after": "77"}, [], 77),
    ],
)
def test_changes_are_narrowed_and_nothing_beyond_the_answer_is_passed_over(
    ask: Ask, parameters: dict[str, str], expected: list[int], after: int
) -> None:
    found = ask("changes/", **parameters)
    assert [row["sequence"] for row in found["results"]] == expected
    assert found["after"] == after


@pytest.mark.usefixtures("changed")
@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"after": "-1"}, "invalid_number"),
        ({"after": "99999999999999999999"}, "too_long"),
        ({"after": "१"}, "invalid_number"),
        ({"limit": "0"}, "invalid_number"),
        ({"limit": "1001"}, "invalid_number"),
        ({"kind": "correction"}, "unknown_code"),
        ({"type": "measure"}, "unknown_code"),
        ({"document": "yes"}, "invalid_switch"),
        ({"since": "2020"}, "unknown_parameter"),
    ],
)
def test_what_cannot_be_asked_is_refused(ask: Ask, parameters: dict[str, str], code: str) -> None:
    (fault,) = ask("changes/", status=400, **parameters)["errors"]
    assert fault["code"] == code


def test_an_empty_ledger_has_no_changes(ask: Ask) -> None:
    assert ask("changes/") == {"after": 0, "last": 0, "results": []}


@pytest.mark.usefixtures("changed")
def test_the_document_of_a_retracted_record_is_not_returned(ask: Ask) -> None:
    found = ask("changes/", include_documents="true")
    assert faults("Feed", found) == []
    assert [row["document"] is None for row in found["results"]] == [False, True, False, False, True]
    assert found["results"][3]["document"] == IRAN
    before = ask("changes/", include_documents="true", known_at="2025-03-05T11:59:59Z")
    assert before["results"][1]["document"] == LAW
    publish(LAW, 6, VersionKind.RESTORATION)
    after = ask("changes/", include_documents="true")["results"]
    assert [row["document"] is None for row in after] == [False, False, False, False, True, False]


@pytest.mark.usefixtures("changed")
@pytest.mark.parametrize("step", [1, 2, 1000])
def test_a_copy_kept_from_the_feed_is_what_is_public(client: Client, step: int) -> None:
    load_many(1)
    save_documents(
        [Incoming(BY_NAME["source"], {"slug": "late", "title": "Late", "kind": "news"})],
        # The clock of a writer may be behind; the instants of the ledger still increase.
        Act(at=DAY - timedelta(days=9)),
    )
    assert kept(client, step) == published()


@pytest.mark.usefixtures("changed")
def test_a_copy_of_one_noun_has_all_of_it(client: Client) -> None:
    assert kept(client, 1, type="order") == {}
    publish(LAW, 6, VersionKind.RESTORATION)
    assert kept(client, 1, type="order") == {("order", "law"): LAW}


@pytest.mark.usefixtures("changed")
def test_nobody_is_named(client: Client) -> None:
    assert b"an a" not in client.get("/api/v1/changes/", {"include_documents": "true"}).content


def test_every_kind_of_version_has_a_word_in_the_feed(ask: Ask) -> None:
    publish(IRAN, 0)
    for place, kind in enumerate(VersionKind):
        publish({**IRAN, "name": str(kind)}, place, kind)
    told = ask("changes/", after=1)["results"]
    assert [row["kind"] for row in told] == ["created", "updated", "corrected", "retracted", "restored", "merged"]
    assert [("notice" in row) for row in told] == [kind in NOTICES for kind in VersionKind]


def test_the_answer_takes_as_many_queries_for_any_number_of_changes(client: Client) -> None:
    def queries(**parameters: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get("/api/v1/changes/", parameters).status_code == 200
        return len(captured)

    publish(IRAN, 0)
    few = queries(), queries(include_documents="true")
    load_many(30)
    assert (queries(), queries(include_documents="true")) == few == (3, 4)


def test_what_was_merged_names_what_replaces_it(ask: Ask) -> None:
    kept, dropped = make_actor("iran"), make_actor("persia")
    for actor in (kept, dropped):
        cite(actor)
    with transaction.atomic():
        append_missing_versions(Act(AT))
    decide((kept, dropped), Sameness.SAME, Act(AT, make_user("curator"), "One state."))
    merge(kept, dropped, Act(AT, make_user("reviewer"), "One state."))
    rows = ask("changes/", kind__in="merged,retracted")["results"]
    assert faults("Feed", ask("changes/")) == []
    named = {(row["kind"], row["record"]["slug"]): row.get("replaced_by") for row in rows}
    assert named[("retracted", "persia")] == {"slug": "iran", "url": "/api/v1/actors/iran/"}
    assert named[("merged", "iran")] is None


# --- Waiting ------------------------------------------------------------------------------------


def held(client: Client, method: str = "GET", encoding: str = "", **parameters: Any) -> tuple[Any, Hold]:
    """Ask as the server does that can hold answers; return the answer and whether it may be held."""
    offered: dict[str, Any] = {}
    hold = offer(offered)
    answer = client.generic(
        method, f"/api/v1/changes/?{urlencode(parameters)}", headers={"Accept-Encoding": encoding}, **offered
    )
    assert answer.status_code == 200
    return answer, hold


@pytest.mark.usefixtures("changed")
def test_nobody_waits_for_what_is_there_already(client: Client) -> None:
    answer, hold = held(client, after=3, wait=30)
    assert answer.json()["results"]
    assert not hold.is_wanted


@pytest.mark.usefixtures("changed")
def test_an_answer_without_a_change_is_right_at_once_and_may_be_held(client: Client) -> None:
    answer, hold = held(client, after=5, wait=3)
    assert answer.json() == {"after": 5, "last": 5, "results": []}
    assert (hold.is_wanted, hold.after, hold.seconds) == (True, 5, 3)
    assert not held(client, after=5)[1].is_wanted


@pytest.mark.usefixtures("changed")
def test_what_is_not_asked_for_is_passed_over_and_waited_on(client: Client) -> None:
    publish({**IRAN, "summary": "Another."}, 5)
    _, hold = held(client, after=5, wait=30, type="order")
    assert (hold.is_wanted, hold.after) == (True, 6)
    publish(LAW, 6, VersionKind.UPDATE, "It was made after all.")
    answer, hold = held(client, after=5, wait=30, type="order")
    assert [(row["sequence"], row["record"]["slug"]) for row in answer.json()["results"]] == [(7, "law")]
    assert not hold.is_wanted


@pytest.mark.usefixtures("changed")
def test_head_does_not_wait(client: Client) -> None:
    assert not held(client, "HEAD", after=5, wait=30)[1].is_wanted


@pytest.mark.usefixtures("changed")
def test_only_who_gets_the_same_bytes_asks_the_same(client: Client) -> None:
    questions = {
        held(client, encoding=encoding, after=5, wait=30, **more)[1].question
        for encoding in ("gzip", "zstd")
        for more in ({}, {"type": "order"}, {"limit": 7}, {"include_documents": "true"})
    }
    assert len(questions) == 8
    assert held(client, after=5, wait=30)[1].question == held(client, after=5, wait=30)[1].question


@pytest.mark.usefixtures("changed")
def test_where_the_server_holds_nothing_the_answer_comes_at_once(ask: Ask) -> None:
    assert ask("changes/", after=5, wait=30) == {"after": 5, "last": 5, "results": []}


@pytest.mark.usefixtures("changed")
def test_what_is_waited_for_is_in_no_cache(client: Client) -> None:
    answer = client.get("/api/v1/changes/?after=5&wait=1")
    assert answer["Cache-Control"] == "no-cache"
    assert "ETag" not in answer
    assert "ETag" in client.get("/api/v1/changes/?after=5&wait=0")


@pytest.mark.usefixtures("changed")
@pytest.mark.parametrize("wait", ["31", "-1", "1.5", "for ever"])
def test_nobody_waits_longer_than_half_a_minute(ask: Ask, wait: str) -> None:
    assert ask("changes/", wait=wait, status=400)["errors"][0]["code"] == "invalid_number"
    (fault,) = ask("changes/", wait="1", known_at="2025-03-02T00:00:00Z", status=400)["errors"]
    assert (fault["parameter"], fault["code"]) == ("wait", "contradiction")
