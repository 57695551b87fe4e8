"""A collection that fails while it is read: the next request finds a usable connection."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client

from sanctions.models import Order
from sanctions.questions import streaming
from tests.api.v1.many import load_many


@pytest.mark.django_db(transaction=True)
def test_a_list_that_fails_leaves_the_connection_to_the_next_request(monkeypatch: pytest.MonkeyPatch) -> None:
    load_many(12)
    monkeypatch.setattr(streaming, "CHUNK", 5)
    broken = Order.objects.order_by("slug")[6]
    Order.objects.filter(pk=broken.pk).update(rendering=broken.rendering[:100])
    client = Client(raise_request_exception=False)
    assert client.get("/api/v1/orders/", {"format": "csv"}).status_code == 500
    assert not connection.in_atomic_block
    assert client.get("/api/v1/programs/").status_code == 200
