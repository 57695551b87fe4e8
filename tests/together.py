"""Run the same work several times at once, each in a thread with a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import connection


def together(work: Callable[[], object], times: int) -> None:
    """Run the work so many times at once and wait; raise the first exception of any of them."""
    failures: list[BaseException] = []

    def do() -> None:
        try:
            work()
        except BaseException as error:  # noqa: BLE001 - a failure in a thread must fail the test
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=do) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
