"""Build Django's settings of a database from its URL, for the two kinds that are supported: SQLite and PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final, cast

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

_SQLITE: Final = "django.db.backends.sqlite3"
_POSTGRESQL: Final = "django.db.backends.postgresql"


@dataclass(frozen=True, slots=True)
class ConnectionPolicy:
    """How a process connects to its databases.

    ``has_pooler`` means that a pooler such as PgBouncer gives each transaction another connection of the server. A
    request waits ``pool_timeout`` seconds for one of the process's connections.
    """

    threads: int
    connections: int
    pool_timeout: float
    has_pooler: bool
    is_test: bool

    def primary(self, url: str) -> dict[str, Any]:
        """Return the settings of the database at DATABASE_URL."""
        database = _parse(url)
        options = database.get("OPTIONS", {})
        if database.get("ENGINE") == _SQLITE:
            # Opening the file and setting its options takes a hundred times as long as a short query.
            lifetime = {} if self.is_test else {"CONN_MAX_AGE": None}
            return database | lifetime | {"OPTIONS": options | self._sqlite_options()}
        if database.get("ENGINE") == _POSTGRESQL:
            # The server may have closed a pooled connection, for example by a restart.
            checks = {} if self.is_test else {"CONN_HEALTH_CHECKS": True}
            # Behind a pooler the next statement may use another connection of the server, which lacks the cursor.
            cursors = {"DISABLE_SERVER_SIDE_CURSORS": True} if self.has_pooler else {}
            return database | checks | cursors | {"OPTIONS": self._postgresql_options(options)}
        # The value may contain a password, so the message does not repeat it.
        raise ImproperlyConfigured(
            "DATABASE_URL must be the URL of a PostgreSQL or SQLite database, such as "
            "postgres://user:password@host:5432/name or sqlite:////srv/sanctions.sqlite3."
        )

    def replicas(self, urls: Iterable[str], primary: dict[str, Any]) -> dict[str, dict[str, Any]]:
        """Return the settings of the read-only replicas at REPLICA_URLS, by alias.

        Their connections are kept but not pooled: a pool would wait for another connection if a replica is down.
        """
        replicas: dict[str, dict[str, Any]] = {}
        for number, url in enumerate(urls, start=1):
            database = _parse(url)
            if not database.get("ENGINE") == primary["ENGINE"] == _POSTGRESQL:
                raise ImproperlyConfigured(
                    "REPLICA_URLS must be the URLs of replicas of a PostgreSQL database, separated by commas, such as "
                    "postgres://user:password@replica:5432/name; DATABASE_URL must be that of the database itself."
                )
            options = {"connect_timeout": 2, **self._postgresql_options(database.get("OPTIONS", {}))}
            options.pop("pool", None)
            replicas[f"replica-{number}"] = database | {
                "OPTIONS": options,
                "CONN_MAX_AGE": None,
                "TEST": {"MIRROR": "default"},
            }
        return replicas

    def _sqlite_options(self) -> dict[str, Any]:
        """Return options with which readers never wait for the writer, and writers wait for each other."""
        pragmas = {
            "journal_mode": "WAL",
            # With WAL a power cut loses at most the last commits and never corrupts. Tests can lose everything.
            "synchronous": "OFF" if self.is_test else "NORMAL",
            "foreign_keys": "ON",
            "temp_store": "MEMORY",
            "cache_size": "-64000",
            "mmap_size": "268435456",
        }
        return {
            "init_command": "".join(f"PRAGMA {name}={value};" for name, value in pragmas.items()),
            # A transaction that begins as a reader fails at its first write if another one has written since its
            # begin. One that begins as a writer waits for its turn, up to `timeout` seconds.
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
        }

    def _postgresql_options(self, given: dict[str, Any]) -> dict[str, Any]:
        """Return the options of a connection; those that the URL contains take precedence.

        - Just-in-time compilation is off: for short queries it takes longer than the query.
        - Stored texts are compressed with LZ4, which decompresses several times as fast: renderings are read far more
          often than written.
        - A pooler does not accept such options.
        - Tests can lose everything, so their commits do not wait for the disk. They drop their database while it is in
          use, so they have no pool.
        - A pool has a connection for each thread, so that a request waits only if the server is down.
        """
        parameters = [] if self.has_pooler else ["-c jit=off", "-c default_toast_compression=lz4"]
        parameters += ["-c synchronous_commit=off"] if self.is_test else []
        command_line = " ".join(filter(None, [*parameters, given.get("options", "")]))
        pool = {"timeout": self.pool_timeout, "min_size": self.threads, "max_size": self.connections}
        # Seconds to connect, and milliseconds until the server acknowledges what was sent.
        timeouts = {"connect_timeout": 3, "tcp_user_timeout": 10_000}
        options = timeouts | ({} if self.is_test else {"pool": pool}) | given
        return options | ({"options": command_line} if command_line else {})


def _parse(url: str) -> dict[str, Any]:
    """Return what a URL names; nothing if it is not valid."""
    try:
        return cast(dict[str, Any], dj_database_url.parse(url))
    except (ValueError, dj_database_url.ParseError):
        return {}
