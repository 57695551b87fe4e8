"""Read the bodies of requests: JSON of limited size, an object with the allowed keys."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import IO, Any, Final

import orjson
from rest_framework.exceptions import ParseError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request

from api.http.problems import ContentTooLarge, InvalidBody
from sanctions.server.problem_documents import shorten
from sanctions.vocabulary import VersionKind

#: The largest size of a body.
MOST_BYTES: Final = 2_000_000
#: Kinds of proposal.
KINDS: Final = (VersionKind.UPDATE, VersionKind.CORRECTION)


class BodyParser(BaseParser):
    """Parse JSON of at most :data:`MOST_BYTES`."""

    media_type = "application/json"

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the decoded body. Raises :class:`ContentTooLarge` or ParseError."""
        body = stream.read(MOST_BYTES + 1)
        if len(body) > MOST_BYTES:
            raise ContentTooLarge(f"At most {MOST_BYTES:,} bytes are read.")
        if parser_context is not None:
            parser_context["request"]._request.raw_body = body
        try:
            return orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is not JSON: {error}.") from error


def raw_body(request: Request) -> bytes:
    """Return the bytes of the body of a request, even if it was read before; empty without a body.

    A stream can be read once, and the CSRF check reads it before the view does. So the parser keeps the bytes.
    """
    # The parser runs on the first access to the data.
    _ = request.data
    body: bytes = getattr(request._request, "raw_body", b"")
    return body


@dataclass(frozen=True, slots=True)
class Body:
    """The body of an editorial request."""

    document: Any = None
    reason: str = ""
    kind: VersionKind = VersionKind.UPDATE


def body_of(data: Any, *keys: str) -> Body:
    """Return the body with the allowed keys; :class:`InvalidBody` lists every fault.

    ``document`` is required where it is allowed; the other keys are optional.
    """
    if not isinstance(data, dict):
        raise InvalidBody([("", "The body must be an object.")])
    allowed = ", ".join(keys)
    faults = [(shorten(name), f"This key is not allowed. Allowed: {allowed}.") for name in data if name not in keys]
    if "document" in keys and "document" not in data:
        faults.append(("document", "This key is required."))
    if not isinstance(data.get("reason", ""), str):
        faults.append(("reason", "This must be a text."))
    if "kind" in keys and data.get("kind", KINDS[0]) not in KINDS:
        faults.append(("kind", f"This is not one of the codes. Allowed: {', '.join(KINDS)}."))
    if faults:
        raise InvalidBody(faults)
    return Body(data.get("document"), data.get("reason", ""), VersionKind(data.get("kind", KINDS[0])))
