"""/api/v1/notices/: what was corrected, retracted and restored, when and why; and the notices of a record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanctions.ledger.releases import make_release
from sanctions.vocabulary import State, VersionKind
from tests.api.v1.answer_schema import faults
from tests.api.v1.publishing import DAY, IRAN, LAW, PERSIA, publish

pytestmark = pytest.mark.django_db

Ask = Callable[..., Any]


@pytest.fixture
def corrected() -> None:
    """An actor published on day 0, updated on day 1, corrected on day 2; and an order that it issued."""
    publish({**PERSIA, "summary": "A state."}, 0)
    publish(PERSIA, 1, VersionKind.UPDATE, "It says less.")
    publish(LAW, 1)
    publish(IRAN, 2, VersionKind.CORRECTION, "The name is Iran.")


@pytest.fixture
def retracted(corrected: None) -> None:
    """The same; the order is retracted on day 3."""
    publish({**LAW, "title": "The law"}, 3, VersionKind.CORRECTION, "Its title.")
    publish(LAW, 4, VersionKind.RETRACTION, "It was never made.", State.RETRACTED)


@pytest.mark.usefixtures("corrected")
def test_a_correction_is_a_notice_and_an_update_is_none(ask: Ask) -> None:
    page = ask("notices/")
    assert faults("NoticePage", page) == []
    assert page["results"] == [
        {
            "type": "notice",
            "url": "/api/v1/notices/4/",
            "sequence": 4,
            "kind": "correction",
            "meaning": "The record was wrong, and was put right.",
            "record": {"type": "actor", "slug": "iran", "url": "/api/v1/actors/iran/"},
            "number": 3,
            "version": "/api/v1/actors/iran/versions/3/",
            "recorded_at": "2025-03-03T12:00:00.000Z",
            "reason": "The name is Iran.",
            "changes": [{"path": "name", "kind": "changed"}, {"path": "names[0]", "kind": "removed"}],
        }
    ]


@pytest.mark.usefixtures("corrected")
def test_one_notice_tells_what_stood_there_before(ask: Ask) -> None:
    found = ask("notices/4/")
    assert faults("Notice", found) == []
    assert found["changes"] == ask("actors/iran/versions/3/")["changes"]
    assert found["changes"][0] == {"path": "name", "kind": "changed", "before": "Persia", "after": "Iran"}


@pytest.mark.usefixtures("retracted")
def test_notices_stand_newest_first_and_are_of_all_kinds_of_record(ask: Ask) -> None:
    notices = ask("notices/")["results"]
    assert [(row["sequence"], row["kind"], row["record"]["slug"]) for row in notices] == [
        (6, "retraction", "law"),
        (5, "correction", "law"),
        (4, "correction", "iran"),
    ]
    assert notices[0]["record"]["url"] == "/api/v1/orders/law/"
    assert (notices[0]["reason"], notices[0]["changes"]) == ("It was never made.", [])
    assert [row["sequence"] for row in ask("notices/", ordering="sequence")["results"]] == [4, 5, 6]


@pytest.mark.usefixtures("retracted")
def test_no_notice_of_a_retracted_record_has_its_text(ask: Ask, client: Client) -> None:
    assert ask("notices/5/")["changes"] == [{"path": "title", "kind": "changed"}]
    assert b"A law" not in client.get("/api/v1/notices/").content
    before = ask("notices/5/", known_at="2025-03-04T12:00:00Z")
    assert before["changes"] == [{"path": "title", "kind": "changed", "before": "A law", "after": "The law"}]


@pytest.mark.usefixtures("retracted")
def test_a_restoration_is_compared_with_what_was_public_before(ask: Ask) -> None:
    publish({**LAW, "title": "The law"}, 5, VersionKind.RESTORATION, "It was made.")
    found = ask("notices/7/")
    assert (found["kind"], found["reason"], found["changes"]) == ("restoration", "It was made.", [])


@pytest.mark.usefixtures("retracted")
@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"type": "order"}, [6, 5]),
        ({"type": "event"}, []),
        ({"type__in": "actor,order"}, [6, 5, 4]),
        ({"slug": "law"}, [6, 5]),
        ({"slug__in": "law,iran"}, [6, 5, 4]),
        ({"kind": "retraction"}, [6]),
        ({"kind__in": "retraction,merge"}, [6]),
        ({"recorded_on": "2025-03-03"}, [4]),
        ({"recorded_on": "2025-03"}, [6, 5, 4]),
        ({"recorded_on__gte": "2025-03-04"}, [6, 5]),
        ({"recorded_on__lte": "2025-03-04"}, [5, 4]),
        ({"recorded_on__lte": "2025-03-02"}, []),
        ({"recorded_on__gte": "2025/.."}, [6, 5, 4]),
        ({"recorded_on__lte": "2025/.."}, [6, 5, 4]),
        ({"known_at": "2025-03-04T12:00:00Z"}, [5, 4]),
        ({"known_at": "2025-03-01T12:00:00Z"}, []),
        ({"slug": "law", "kind": "correction"}, [5]),
    ],
)
def test_notices_are_narrowed(ask: Ask, parameters: dict[str, str], expected: list[int]) -> None:
    assert [row["sequence"] for row in ask("notices/", **parameters)["results"]] == expected


@pytest.mark.usefixtures("retracted")
@pytest.mark.parametrize(
    ("parameters", "code"),
    [
        ({"kind": "update"}, "unknown_code"),
        ({"type": "measure"}, "unknown_code"),
        ({"slug": "iraq"}, "unknown_slug"),
        ({"slug": "law", "known_at": "2025-03-01T12:00:00Z"}, "unknown_slug"),
        ({"slug": "a\0b"}, "invalid_text"),
        ({"recorded_on": "yesterday"}, "invalid_date"),
        ({"reason": "x"}, "unknown_parameter"),
        ({"cursor": "x"}, "invalid_cursor"),
    ],
)
def test_what_cannot_be_asked_is_refused(ask: Ask, parameters: dict[str, str], code: str) -> None:
    (fault,) = ask("notices/", status=400, **parameters)["errors"]
    assert fault["code"] == code


@pytest.mark.usefixtures("retracted")
def test_pages_of_notices_lead_on_and_back(ask: Ask, client: Client) -> None:
    first = ask("notices/", limit=2)
    second = client.get(first["next"]).json()
    assert [row["sequence"] for row in (*first["results"], *second["results"])] == [6, 5, 4]
    assert second["next"] is None
    assert client.get(second["previous"]).json()["results"] == first["results"]


@pytest.mark.usefixtures("corrected")
@pytest.mark.parametrize("sequence", ["1", "2", "99", "0", "9" * 30])
def test_what_is_no_notice_is_not_found(ask: Ask, sequence: str) -> None:
    ask(f"notices/{sequence}/", status=404)


@pytest.mark.usefixtures("corrected")
def test_a_notice_that_was_not_given_yet_is_not_found(ask: Ask) -> None:
    ask("notices/4/", known_at="2025-03-03T11:59:59Z", status=404)
    ask("notices/4/", known_at="2025-03-03T12:00:00Z")


@pytest.mark.usefixtures("corrected")
def test_a_release_has_the_notices_given_before_it(ask: Ask) -> None:
    make_release(DAY + timedelta(days=2))
    publish(PERSIA, 3, VersionKind.CORRECTION, "It was Persia.")
    assert [row["sequence"] for row in ask("notices/", release=1)["results"]] == [4]


@pytest.mark.usefixtures("retracted")
def test_nobody_is_named(client: Client) -> None:
    for path in ("", "4/", "5/", "6/"):
        assert b"an a" not in client.get(f"/api/v1/notices/{path}").content


# --- Where readers of a record see it -----------------------------------------------------------


@pytest.mark.usefixtures("corrected")
def test_a_record_shows_its_notices_beside_its_version(ask: Ask) -> None:
    found = ask("actors/iran/")
    assert faults("Actor", found) == []
    assert found["version"]["notices"] == [
        {
            "kind": "correction",
            "number": 3,
            "recorded_at": "2025-03-03T12:00:00Z",
            "reason": "The name is Iran.",
            "url": "/api/v1/notices/4/",
        }
    ]
    assert ask("orders/law/")["version"]["notices"] == []


@pytest.mark.usefixtures("corrected")
def test_a_notice_stays_with_its_record_when_the_world_changes(ask: Ask) -> None:
    publish({**IRAN, "summary": "A republic."}, 3)
    assert [row["url"] for row in ask("actors/iran/")["version"]["notices"]] == ["/api/v1/notices/4/"]


@pytest.mark.usefixtures("corrected")
def test_a_record_as_it_was_known_has_the_notices_known_then(ask: Ask) -> None:
    assert ask("actors/iran/", known_at="2025-03-02T12:00:00Z")["version"]["notices"] == []
    assert len(ask("actors/iran/", known_at="2025-03-03T12:00:00Z")["version"]["notices"]) == 1


@pytest.mark.usefixtures("retracted")
def test_what_is_restored_shows_that_it_was_retracted(ask: Ask) -> None:
    publish(LAW, 5, VersionKind.RESTORATION, "It was made.")
    assert [row["kind"] for row in ask("orders/law/")["version"]["notices"]] == [
        "restoration",
        "retraction",
        "correction",
    ]


@pytest.mark.usefixtures("retracted")
@pytest.mark.parametrize("path", ["orders/law/", "orders/law/standing/", "orders/law/versions/1/"])
def test_what_is_retracted_answers_with_where_its_notice_is(ask: Ask, path: str) -> None:
    problem = ask(path, status=410)
    assert faults("Problem", problem) == []
    assert ask(problem["notice"].removeprefix("/api/v1/"))["reason"] == "It was never made."


def test_the_page_of_a_record_begins_with_its_notices(client: Client) -> None:
    publish(PERSIA, 0)
    publish(IRAN, 1, VersionKind.CORRECTION, "Not <b>Persia</b>.")
    page = client.get("/api/v1/actors/iran/", {"format": "html"}).content.decode()
    assert page.index('aria-label="Notices"') < page.index("<pre")
    assert 'href="/api/v1/notices/2/">Corrected on <time datetime="2025-03-02T12:00:00Z">2025-03-02</time></a>' in page
    assert ": Not &lt;b&gt;Persia&lt;/b&gt;." in page


@pytest.mark.usefixtures("corrected")
@pytest.mark.parametrize("path", ["orders/law/", "actors/", "actors/iran/versions/", "notices/", "notices/4/", "none/"])
def test_other_pages_have_no_such_box(client: Client, path: str) -> None:
    page = client.get(f"/api/v1/{path}", {"format": "html"}).content.decode()
    assert 'aria-label="Notices"' not in page


@pytest.mark.usefixtures("retracted")
def test_answers_take_as_many_queries_for_any_number_of_notices(client: Client) -> None:
    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/api/v1/{path}").status_code == 200
        return len(captured)

    paths = ("notices/", "notices/4/", "actors/iran/")
    few = [queries(path) for path in paths]
    for day in range(5, 25):
        publish({**IRAN, "name": f"Iran {day}"}, day, VersionKind.CORRECTION)
    assert [queries(path) for path in paths] == few == [3, 4, 3]
