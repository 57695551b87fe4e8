"""A list that fails while it is sent is never taken for a whole one: with the real server and the real proxy."""

from __future__ import annotations

import http.client
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connections

from api.streaming import BEFORE_STATUS
from sanctions.models import Source
from sanctions.vocabulary import SourceKind, State
from tests.server.processes import environment_in, free_port, production_command, proxied, served

pytestmark = pytest.mark.django_db(transaction=True)

#: Beyond what is made before the status, and beyond one chunk of rows.
MANY = 1_500
LIST = "/api/v1/sources/?format=jsonl"


def add_sources(*, is_last_broken: bool) -> int:
    """Add sources, the last of them without its rendering if wanted; return the bytes of all renderings."""
    rendering = f'{{"slug": "s", "kind": "news", "title": "t", "summary": "{"x" * 1_000}"}}'
    values = {"kind": SourceKind.NEWS, "title": "t", "state": State.PUBLISHED}
    Source.objects.bulk_create(Source(slug=f"s-{number:05}", rendering=rendering, **values) for number in range(MANY))
    if is_last_broken:
        Source.objects.create(slug="zzz", rendering="", **values)
    connections.close_all()
    return MANY * (len(rendering) + 1)


def read(port: int, encoding: str = "identity") -> tuple[int, int]:
    """Return the status of the list and the bytes of its body."""
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=60)) as client:
        client.request("GET", LIST, headers={"Accept-Encoding": encoding})
        with client.getresponse() as answer:
            assert (answer.status, answer.getheader("Content-Length")) == (200, None)
            return answer.status, len(answer.read())


def test_an_error_in_a_list_breaks_its_connection(tmp_path: Path) -> None:
    size = add_sources(is_last_broken=False)
    assert size > BEFORE_STATUS
    port = free_port()
    with (
        served(production_command(port), port, environment_in(tmp_path, PROXIES="1")) as server,
        proxied(server, tmp_path) as proxy,
    ):
        ports = (server.port, proxy.port)
        assert {read(port) for port in ports} == {(200, size)}
        Source.objects.all().delete()
        add_sources(is_last_broken=True)
        for port in ports:
            for encoding in ("identity", "gzip", "zstd"):
                with pytest.raises((http.client.IncompleteRead, ConnectionResetError)):
                    read(port, encoding)
