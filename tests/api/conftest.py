"""Fixtures of the tests of the API: a small world, loaded once per module, and a client."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from sanctions.loading.documents import save_documents
from sanctions.loading.yaml_files import read_file
from tests.factories.acts import ACT

HERE = Path(__file__).parent
NOUNS = (
    *("orders", "measures", "programs", "agreements", "commitments"),
    *("violations", "actors", "designations", "events", "sources"),
)


@pytest.fixture(scope="module")
def _world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    with django_db_blocker.unblock(), transaction.atomic():
        documents = [*read_file(HERE / "v1" / "world.yaml"), *read_file(HERE / "v1" / "drafts.yaml")]
        save_documents(documents, ACT)
        yield
        transaction.set_rollback(True)


@pytest.fixture
def world(_world: None, db: None) -> None:
    """The small world of world.yaml, and the drafts that the public does not see."""


Ask = Callable[..., Any]


@pytest.fixture
def ask(client: Client) -> Ask:
    """Ask a path below /api/v1/ with parameters; the answer is JSON, and its status is as expected."""

    def ask(path: str, *, status: int = 200, **parameters: Any) -> Any:
        query = {name.removesuffix("_"): value for name, value in parameters.items()}
        answer = client.get(f"/api/v1/{path}", query)
        assert answer.status_code == status, answer.content.decode()[:2000]
        return answer.json()

    return ask


@pytest.fixture
def slugs(ask: Ask) -> Callable[..., list[str]]:
    """Ask a list, and return the slugs of its rows in their order."""

    def slugs(noun: str, **parameters: Any) -> list[str]:
        return [row["slug"] for row in ask(f"{noun}/", **parameters)["results"]]

    return slugs
