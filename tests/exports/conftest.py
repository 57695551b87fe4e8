"""Every exporter is tried on what is really rendered: all seeds, and samples of every list that is imported."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import orjson
import pytest
from django.core.management import call_command
from django.db import transaction
from django.test import Client
from pytest_django import DjangoDbBlocker

from tests.exports.samples import import_samples
from tests.factories.users import make_user


class Published:
    """All that is published, as the API answers it."""

    def __init__(self) -> None:
        self.client = Client(raise_request_exception=True)

    def file(self, path: str, **parameters: str) -> bytes:
        """Return an answer in a format."""
        answer: Any = self.client.get(f"/api/v1/{path}", parameters)
        body: bytes = b"".join(answer.streaming_content) if answer.streaming else answer.content
        assert answer.status_code == 200, body
        return body

    def rows(self, noun: str) -> list[dict[str, Any]]:
        """Return all records of a noun."""
        return [orjson.loads(line) for line in self.file(f"{noun}/", format="jsonl").splitlines()]

    def count(self, noun: str) -> int:
        """Return how many records of a noun there are."""
        return len(self.rows(noun))


@pytest.fixture(scope="module")
def published(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Published]:
    """Publish the seeds and the samples of lists, once for a module, and take them back at its end."""
    with django_db_blocker.unblock(), transaction.atomic():
        call_command("load_seeds", verbosity=0)
        import_samples(make_user("reviewer", name="importer"))
        yield Published()
        transaction.set_rollback(True)
