"""A receiver on this machine, and a webhook that calls it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from ipaddress import ip_network
from threading import Thread
from typing import Any, Final

import pytest

from sanctions.links.fetch import FetchOptions
from sanctions.models import Webhook
from sanctions.webhooks.queue import new_secret

FETCH_OPTIONS: Final = FetchOptions(timeout=5, patience=10, networks=(ip_network("127.0.0.1/32"),))
NOW: Final = datetime(2025, 3, 6, 12, tzinfo=UTC)


class Receiver:
    """Stores the messages that it gets, and responds with the first of ``answers``, or 204."""

    def __init__(self) -> None:
        self.got: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[tuple[int, dict[str, str]]] = []
        self.url = ""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Serve a receiver on this machine."""
    sink = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            sink.got.append(({name.lower(): value for name, value in self.headers.items()}, body))
            status, headers = sink.answers.pop(0) if sink.answers else (204, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
    thread.start()
    sink.url = f"http://127.0.0.1:{server.server_address[1]}/hook"
    yield sink
    server.shutdown()
    server.server_close()
    thread.join()


def make_webhook(receiver: Receiver, **changes: Any) -> Webhook:
    """Return a stored webhook that hears of everything from the beginning."""
    given = {"name": "A mirror", "url": receiver.url, "secret": new_secret(), "created_at": NOW}
    return Webhook.objects.create(**given | changes)
