"""The shape of a problem document (RFC 9457), for the API and for the server in front of it."""

from __future__ import annotations

from typing import Any, Final

MEDIA_TYPE: Final = "application/problem+json"
#: Type of a problem that has no meaning beyond its status code (RFC 9457, section 4.2.1).
UNTYPED: Final = "about:blank"
#: Characters of a path or a rejected value that a document repeats.
LONGEST_SHOWN: Final = 100


def problem_document(
    type_uri: str, title: str, status: int, *, instance: str, detail: str = "", **members: Any
) -> dict[str, Any]:
    """Return a problem document: ``instance`` is the path of the request, ``members`` come after the standard ones."""
    document: dict[str, Any] = {"type": type_uri, "title": title, "status": status}
    if detail:
        document["detail"] = detail
    return {**document, "instance": shorten(instance), **members}


def shorten(text: str) -> str:
    """Cut what a client sent to a length that an answer can repeat."""
    return text if len(text) <= LONGEST_SHOWN else text[:LONGEST_SHOWN] + "…"
