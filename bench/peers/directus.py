"""Directus on the same tables, related as in its documentation: an event has a field for the rows that refer to it.

It is not a Python package: run ``npm install directus`` and name its command by ``--directus``. It adds tables of its
own to the measured database.
"""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from bench.servers import Kind, Server

#: For a server that only this machine can reach.
TOKEN: Final = "a-token-of-the-bench"  # noqa: S105
_AUTHORISED: Final = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
#: Table → the field of the event that holds its rows, and the columns to return.
_RELATED: Final = {
    "sanctions_participation": ("participations", ("role", "note", "actor_id.slug", "actor_id.name")),
    "sanctions_reference": ("references", ("kind", "order_id.slug", "order_id.title")),
    "sanctions_citation": ("citations", ("field", "pinpoint", "quote", "note", "source_id.slug", "source_id.title")),
}
_EVENT_FIELDS: Final = ("slug", "kind", "title", "summary", "happened_on", "place", "modality")


def directus(command: str, database: str) -> Kind:
    """Create the tables of Directus in a PostgreSQL database, and return the server."""
    url = urlsplit(database)
    environment = {
        "DB_CLIENT": "pg",
        "DB_HOST": url.hostname or "",
        "DB_PORT": str(url.port or 5432),
        "DB_DATABASE": url.path.lstrip("/"),
        "DB_USER": url.username or "",
        "DB_PASSWORD": url.password or "none",
        "HOST": "127.0.0.1",
        "SECRET": "a-secret-of-the-bench-and-nothing-else",
        "ADMIN_EMAIL": "bench@example.org",
        "ADMIN_PASSWORD": TOKEN,
        "ADMIN_TOKEN": TOKEN,
        "TELEMETRY": "false",
        "LOG_LEVEL": "error",
    }
    subprocess.run([command, "bootstrap"], check=True, capture_output=True, env={**os.environ, **environment})
    # The port is appended to the command; Directus reads it from a variable.
    return Kind("directus", ("sh", "-c", f'PORT="$0" exec {command} start'), "/server/ping", environment)


def relate(server: Server) -> None:
    """Add the fields for related rows to events, unless they exist."""
    for table, (name, _) in _RELATED.items():
        meta = {"one_field": name, "one_collection": "sanctions_event", "many_collection": table}
        relation = {"collection": table, "field": "event_id", "related_collection": "sanctions_event", "meta": meta}
        _send(server, "PATCH", f"/relations/{table}/event_id", relation)
        alias = {"field": name, "type": "alias", "meta": {"special": ["o2m"]}}
        _send(server, "POST", "/fields/sanctions_event", alias, also=(400,))


def page(kind: str, since: str, until: str, actor: str = "") -> str:
    """Return the address of a page of a hundred events, newest first."""
    wanted: dict[str, Any] = {"kind": {"_eq": kind}, "happened_latest": {"_between": [since, until]}}
    if actor:
        wanted["participations"] = {"actor_id": {"slug": {"_eq": actor}}}
    fields = [*_EVENT_FIELDS, *(f"{name}.{told}" for name, telling in _RELATED.values() for told in telling)]
    asked = {"fields": ",".join(fields), "filter": json.dumps(wanted), "sort": "-happened_latest", "limit": "100"}
    return "/items/sanctions_event?" + urlencode(asked | {"access_token": TOKEN})


def _send(server: Server, method: str, path: str, body: Mapping[str, Any], also: tuple[int, ...] = ()) -> None:
    server.connection.request(method, path, json.dumps(body), dict(_AUTHORISED))
    answer = server.connection.getresponse()
    told = answer.read()
    if answer.status not in (200, 204, *also):
        raise RuntimeError(f"Directus answers {path} with {answer.status}: {told[:500]!r}")
