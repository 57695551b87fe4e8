"""Serve the API on a port, with the database connection of the test, so that uncommitted rows are visible."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final
from wsgiref.types import StartResponse, WSGIEnvironment

from django.core.handlers.wsgi import WSGIHandler
from django.core.servers.basehttp import WSGIRequestHandler, WSGIServer
from django.db import connections

_DATABASE: Final = "default"


class _Handler(WSGIRequestHandler):
    """Answers without a line in the log for each request."""

    def log_message(self, format: str, *args: Any) -> None:
        pass


class _Application:
    """The application, with the database connection of another thread."""

    def __init__(self, connection: Any) -> None:
        self.connection = connection
        self.django = WSGIHandler()

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Any:
        connections[_DATABASE] = self.connection
        return self.django(environ, start_response)


@contextmanager
def served() -> Iterator[str]:
    """Serve the API at the address that is returned, one request after the other, in the transaction of the caller.

    While a request is answered the caller must not use its connection: it waits for the answer.
    """
    connection: Any = connections[_DATABASE]
    connection.inc_thread_sharing()
    # At the end of a request Django would close a connection that is in a transaction.
    connection.close_if_unusable_or_obsolete = lambda: None
    server = WSGIServer(("127.0.0.1", 0), _Handler, allow_reuse_address=False)
    server.set_app(_Application(connection))
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
        del connection.close_if_unusable_or_obsolete
        connection.dec_thread_sharing()
