"""Start the server: `python -m sanctions.server`. `--help` lists its options; the rest is the same everywhere."""

from __future__ import annotations

import argparse
import os
import resource
import sys
from importlib import import_module
from typing import Final

from django.core.exceptions import ImproperlyConfigured
from granian import Granian
from granian.constants import Interfaces
from granian.http import HTTP1Settings
from granian.log import LogLevels

#: Connections of one process, active or idle.
MOST_CONNECTIONS: Final = 8_192
#: File descriptors for everything else: the database, spooled bodies and responses.
OTHER_FILES: Final = 256
#: Seconds for requests in progress to finish after the signal to stop.
STOP_PATIENCE: Final = 10
#: Milliseconds to send the headers of a request, or the first one on an idle connection.
HEADER_PATIENCE: Final = 15_000


def main() -> None:
    """Serve until the process gets a signal to stop."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanctions.settings")
    parser = argparse.ArgumentParser(prog="python -m sanctions.server", description="Serve the database over HTTP.")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (%(default)s)")
    parser.add_argument("--workers", type=int, default=1, help="processes (%(default)s); each has THREADS threads")
    options = parser.parse_args()
    try:
        # Before workers start, so that a wrong setting is reported once, in one sentence.
        import_module(os.environ["DJANGO_SETTINGS_MODULE"])
    except ImproperlyConfigured as error:
        sys.exit(str(error))
    Granian(
        "sanctions.asgi:application",
        address=options.host,
        port=options.port,
        workers=options.workers,
        interface=Interfaces.ASGI,
        websockets=False,
        backlog=2_048,
        backpressure=connections(),
        http1_settings=HTTP1Settings(header_read_timeout=HEADER_PATIENCE),
        respawn_failed_workers=True,
        respawn_interval=0.5,
        workers_kill_timeout=STOP_PATIENCE,
        log_level=LogLevels.warning,
    ).serve()


def connections() -> int:
    """Raise the limit of open files as far as allowed; return how many connections a process can then hold."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = 2 * MOST_CONNECTIONS + OTHER_FILES
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    return max(128, min(MOST_CONNECTIONS, (allowed - OTHER_FILES) // 2))


if __name__ == "__main__":
    main()
