"""The progress of long work, for the page that waits for it."""

from __future__ import annotations

from collections.abc import Iterator
from unittest import mock

import pytest
from django.core.cache import cache
from django.test import Client

from sanctions.models import LogEntry
from sanctions.vocabulary import State
from tests.admin.editorial.bulk import batch_of
from tests.admin.incoming.uploads import confirmed, csv, previewed
from tests.factories.actors import make_actor

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _at_once(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Store every report, however soon after the one before."""
    monkeypatch.setattr("sanctions.admin.incoming.progress._PAUSE", 0)
    cache.clear()
    yield
    cache.clear()


def test_the_progress_of_an_import_is_shown_to_its_user_alone(curator: Client, reviewer: Client) -> None:
    address = previewed(curator, csv("TESTOV, Ada"))
    assert reviewer.get(f"{address}progress/").json() == {}
    confirmed(curator, address)
    answer = curator.get(f"{address}progress/")
    assert answer.json() == {"stage": "Writing", "done": 5, "total": 5}
    assert "no-store" in answer["Cache-Control"]
    assert reviewer.get(f"{address}progress/").json() == {}
    assert Client().get(f"{address}progress/").status_code == 302


def test_the_progress_of_the_undo_of_a_batch_is_shown(curator: Client) -> None:
    address = batch_of(curator, *(make_actor(slug, state=State.DRAFT) for slug in ("a", "b", "c")))
    assert curator.get(f"{address}progress/").json() == {}
    curator.post(address, {"reason": "Too early."})
    assert curator.get(f"{address}progress/").json() == {"stage": "Undone", "done": 3, "total": 3}


def test_work_that_cannot_be_reported_is_done(curator: Client) -> None:
    address = previewed(curator, csv("TESTOV, Ada"))
    with mock.patch.object(cache, "set", side_effect=OSError("The disk is full.")):
        confirmed(curator, address)
    assert LogEntry.objects.count() == 5
    assert curator.get(f"{address}progress/").json() == {}


def test_quick_work_is_reported_seldom(curator: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sanctions.admin.incoming.progress._PAUSE", 3600)
    address = batch_of(curator, *(make_actor(slug, state=State.DRAFT) for slug in ("a", "b", "c")))
    with mock.patch.object(cache, "set", side_effect=cache.set) as telling:
        curator.post(address, {"reason": "Too early."})
    assert telling.call_count == 1
