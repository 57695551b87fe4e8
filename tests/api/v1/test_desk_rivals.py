"""Several users save the same record at once: the first succeeds, the others are rejected, and nothing is lost."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Final

import orjson
import pytest
from django.db import connection
from django.test import Client

from sanctions.models import Actor, LogEntry
from tests.api.v1.desk import draft
from tests.factories.users import make_user

RIVALS: Final = 3
SAVES: Final = 3


@pytest.mark.django_db(transaction=True)
def test_of_rival_saves_none_is_lost() -> None:
    people = [make_user("curator", name=f"rival-{number}") for number in range(RIVALS)]
    draft(people[0])
    answers: list[Counter[int]] = []
    together = threading.Barrier(RIVALS)

    def save(client: Client, name: str) -> None:
        try:
            counted: Counter[int] = Counter()
            together.wait()
            while counted[200] < SAVES:
                read = client.get("/api/v1/desk/actors/iran/")
                document = read.json()["document"]
                document["summary"] = f"{document.get('summary', '')} {name}".strip()
                saved = client.put(
                    "/api/v1/desk/actors/iran/",
                    orjson.dumps({"document": document}),
                    content_type="application/json",
                    headers={"if-match": read.headers["ETag"]},
                )
                counted[saved.status_code] += 1
            answers.append(counted)
        finally:
            connection.close()

    threads = []
    for person in people:
        client = Client()
        client.force_login(person)
        threads.append(threading.Thread(target=save, args=[client, person.username]))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [counted.keys() - {200, 412} for counted in answers] == [set()] * RIVALS
    words = Counter(Actor.objects.get(slug="iran").summary.split())
    assert words == {person.username: SAVES for person in people}
    assert LogEntry.objects.count() == RIVALS * SAVES
