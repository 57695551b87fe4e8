"""The project's seeds, loaded once a module and taken back at its end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

Ask = Callable[..., Any]


@pytest.fixture(scope="module")
def seeded(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """Load seeds/; every test of the module sees it."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_seeds", verbosity=0)
        yield
        transaction.set_rollback(True)


@pytest.fixture(scope="module")
def ask(seeded: None) -> Ask:
    """Return a function that asks the API: path and parameters → the answer."""
    client = Client()

    def get(path: str, **parameters: str) -> Any:
        response = client.get(f"/api/v1/{path}/", parameters)
        assert response.status_code == 200, response.content
        return response.json()

    return get
