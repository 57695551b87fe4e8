"""Rows of several tables are one query, however many tables there are."""

from __future__ import annotations

import pytest
from django.db.models import Value

from sanctions.database.unions import union_all
from sanctions.models import Actor
from tests.factories.actors import make_actor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("number", [1, 2, 60])
def test_many_querysets_are_united_in_one_query(number: int) -> None:
    make_actor("iran")
    arms = [Actor.objects.order_by().values_list(Value(place), "slug") for place in range(number)]
    assert sorted(union_all(arms)) == [(place, "iran") for place in range(number)]


def test_nothing_cannot_be_united() -> None:
    with pytest.raises(ValueError, match="not enough values"):
        union_all([])
