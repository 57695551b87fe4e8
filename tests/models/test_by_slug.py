"""Public rows by slug: one statement for every request, also about the past."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from sanctions.database.past_views import known_at
from sanctions.ledger.history import keep_all_history
from sanctions.models import Actor, Measure
from sanctions.models.by_slug import BySlug
from sanctions.vocabulary import State
from tests.factories.actors import make_actor
from tests.factories.orders import make_measure, make_order

pytestmark = pytest.mark.django_db
THEN = datetime(2025, 3, 1, 12, tzinfo=UTC)
ACTORS = BySlug(Actor.objects.published(), "slug", "name")


def test_a_public_row_is_found_in_one_query_with_its_columns() -> None:
    expected = make_actor("iran", name="Iran")
    with CaptureQueriesContext(connection) as queries:
        found = ACTORS.find("iran")
        assert (found, found.slug, found.name) == (expected, "iran", "Iran")
    assert len(queries) == 1


@pytest.mark.parametrize("slug", ["iraq", "slug", "", "' OR 1=1 --", "%s"])
def test_what_is_not_there_is_not_found(slug: str) -> None:
    make_actor("iran")
    assert ACTORS.find(slug) is None


def test_what_is_not_public_is_not_found() -> None:
    make_actor("iran", state=State.DRAFT)
    assert ACTORS.find("iran") is None
    measure = make_measure(make_order(state=State.DRAFT))
    assert BySlug(Measure.objects.published(), "slug").find(measure.slug) is None


def test_the_same_statement_sees_the_past() -> None:
    actor = make_actor("iran", name="Iran")
    keep_all_history(THEN)
    actor.name = "Islamic Republic of Iran"
    actor.save()
    keep_all_history(THEN + timedelta(days=1))
    assert ACTORS.find("iran").name == "Islamic Republic of Iran"
    with known_at(THEN + timedelta(hours=1)):
        assert ACTORS.find("iran").name == "Iran"
    with known_at(THEN - timedelta(hours=1)):
        assert ACTORS.find("iran") is None


def test_rows_that_are_asked_for_by_their_slug_already_are_refused() -> None:
    with pytest.raises(ValueError, match="the slug exactly once"):
        BySlug(Actor.objects.filter(name="slug"), "slug").find("iran")
