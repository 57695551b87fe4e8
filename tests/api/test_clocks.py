"""The second clock of every request: which instants are accepted, and which are rejected."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client

from tests.api.addresses import addresses
from tests.api.conftest import Ask

pytestmark = pytest.mark.usefixtures("world")
#: When the small world was published (tests/factories/acts.py).
PUBLISHED = datetime(2025, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    "instant",
    [
        "2025-01-01T00:00:00Z",
        "2025-01-01t00:00:00z",
        "2025-01-01 00:00:00Z",
        "2025-01-01T01:00:00+01:00",
        "2025-01-01T01:00:00 01:00",
        "2024-12-31T19:00:00-05:00",
        "2025-01-01T00:00:00.000000Z",
        "2025-01-01T00:00:00.000000999Z",
    ],
)
def test_the_same_instant_can_be_written_in_many_ways(slugs: Any, instant: str) -> None:
    assert len(slugs("orders", known_at=instant)) == 4


@pytest.mark.parametrize(
    "instant", ["2024-12-31T23:59:59.999999Z", "2025-01-01T00:59:59+01:00", "0001-01-01T00:00:00Z"]
)
def test_before_the_first_publication_there_is_nothing(slugs: Any, ask: Ask, instant: str) -> None:
    assert slugs("orders", known_at=instant) == []
    assert ask("orders/us-eo-13645/", known_at=instant, status=404)["type"].endswith("/not-found/")


@pytest.mark.parametrize(
    "instant",
    [
        "2025-01-01",
        "2025-01-01T00:00:00",
        "2025-01-01T00:00Z",
        "2025-02-30T00:00:00Z",
        "2025-01-01T24:00:00Z",
        "2025-01-01T00:00:60Z",
        "2025-01-01T00:00:00+99:00",
        "0001-01-01T00:00:00+23:00",
        "9999-12-31T23:59:59-23:00",
        "2025-01-01T00:00:00.Z",
        "yesterday",
        "1735689600",
        "２０２５-01-01T00:00:00Z",
    ],
)
def test_what_is_no_instant_is_refused(ask: Ask, instant: str) -> None:
    (fault,) = ask("orders/", known_at=instant, status=400)["errors"]
    assert (fault["parameter"], fault["value"], fault["code"]) == ("known_at", instant, "invalid_instant")


def test_an_instant_to_come_is_refused(ask: Ask) -> None:
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC), tick=False):
        assert ask("orders/", known_at="2026-01-01T00:00:00Z")["results"]
        (fault,) = ask("orders/", known_at="2026-01-01T00:00:01Z", status=400)["errors"]
    assert (fault["code"], "2026-01-01T00:00:00Z now" in fault["detail"]) == ("in_the_future", True)


def test_a_slug_is_looked_up_as_of_the_instant(ask: Ask) -> None:
    before = (PUBLISHED - timedelta(days=1)).isoformat()
    (fault,) = ask("orders/", issuer="us-president", known_at=before, status=400)["errors"]
    assert (fault["parameter"], fault["code"]) == ("issuer", "unknown_slug")


@pytest.mark.parametrize("status", [200, 400, 404])
def test_after_a_question_to_the_past_the_present_is_answered(client: Client, slugs: Any, status: int) -> None:
    path = {200: "orders/", 400: "orders/?nonsense=1", 404: "orders/none/"}[status]
    before = "2024-01-01T00:00:00Z"
    assert client.get(f"/api/v1/{path}", {"known_at": before} if status != 400 else {}).status_code == status
    if status == 400:
        assert client.get(f"/api/v1/{path}&known_at={before}").status_code == 400
    assert len(slugs("orders")) == 4


#: Addresses that are about the service and not about records.
_NONE = {
    "root",
    "schema",
    "docs",
    "columns",
    "search",
    "reconcile",
    "reconcile-suggest",
    "reconcile-properties",
    "problem-types",
    "problem-type",
    "release",
    "release-manifest",
}
#: Addresses of what the small world has none of; their own tests hold the second clock.
_ABSENT = {"notice"}
#: Addresses that need more than their path.
_NEEDED = {
    "compare": {"from": "2018-05-07", "to": "2018-05-09"},
    "stats": {"collection": "orders", "group_by": "kind", "as_of": "2019-07-02"},
}
#: Addresses whose answer is the same at every instant: what columns mean, what the API deprecates, the releases.
_TIMELESS = {"panel-columns", "deprecations", "releases"}


#: The editorial API has no clocks.
CLOCKED = [(name, path) for name, path in addresses() if name not in _NONE | _ABSENT and not name.startswith("desk-")]


@pytest.mark.parametrize(("name", "path"), CLOCKED, ids=str)
def test_every_address_takes_the_second_clock(client: Client, name: str, path: str) -> None:
    parameters = _NEEDED.get(name, {"as_of": "2019-07-02"})
    now = client.get(f"/api/v1/{path}", parameters)
    assert now.status_code == 200, now.content
    known = client.get(f"/api/v1/{path}", {**parameters, "known_at": "2025-06-01T00:00:00Z"})
    assert known.status_code == 200, known.content
    assert stripped(known.json()) == stripped(now.json())
    before = client.get(f"/api/v1/{path}", {**parameters, "known_at": "2024-01-01T00:00:00Z"})
    if name not in _TIMELESS:
        assert before.status_code == 404 or not any(rows(before.json())), before.content[:500]


def stripped(answer: Any) -> Any:
    """The answer without what names the instant itself."""
    if isinstance(answer, dict):
        return {key: stripped(value) for key, value in answer.items() if key not in ("known_at", "next", "previous")}
    return [stripped(item) for item in answer] if isinstance(answer, list) else answer


def rows(answer: dict[str, Any]) -> list[Any]:
    """Whatever an answer lists, but the meanings of its columns, and what was asked for."""
    lists = [value for key, value in answer.items() if isinstance(value, list) and key not in ("columns", "group_by")]
    return [item for found in lists for item in found]
