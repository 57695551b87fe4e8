"""What all addresses of the desk share: who asks, how bodies are read, and that no answer is ever stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, Final

from django.http import HttpRequest
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from rest_framework.authentication import SessionAuthentication
from rest_framework.exceptions import NotFound
from rest_framework.permissions import IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from api.bodies import BodyParser
from api.preconditions import etag
from api.renderers import JSONRenderer
from api.v1.deprecating import Deprecating
from api.v1.schemas.desk_operations import DeskDescription, DeskOperation
from sanctions.admin.desk import address_of
from sanctions.editorial.permissions import may_read
from sanctions.exceptions import NotPermitted
from sanctions.models import Record
from sanctions.records.base import RecordType
from sanctions.records.registry import BY_PLURAL

#: Where the desk is.
DESK: Final = "/api/v1/desk/"


class Session(SessionAuthentication):
    """Who has signed in at the admin. What writes needs the token against forgery too, as a form does."""

    def authenticate_header(self, request: HttpRequest | Request) -> str:
        """Say how to sign in, so that whoever has not is told 401."""
        return 'Session realm="desk"'


class DeskView(Deprecating):
    """An address of the desk: for people who have signed in, in JSON, and never cached."""

    authentication_classes = [Session]
    permission_classes = [IsAuthenticated]
    parser_classes = [BodyParser]
    renderer_classes = [JSONRenderer]
    schema = DeskDescription()
    #: Method → what it is in the schema.
    operations: ClassVar[dict[str, DeskOperation]] = {}

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Forbid every cache to store the answer, also of an error."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "private, no-store"
        patch_vary_headers(answer, ["Cookie"])
        return answer

    def operation_asked(self, method: str) -> DeskOperation | None:
        """Return the operation of the method."""
        return self.operations.get(method)

    def now(self) -> datetime:
        """Read the clock: when the request is answered."""
        return timezone.now()

    def make(self, move: Callable[..., Any], *what: Any, **how: Any) -> Any:
        """Make a move in the name of whoever asks, now, from where they ask."""
        return move(*what, self.request.user, self.now(), address=address_of(self.request), **how)

    def type_named(self, plural: str) -> RecordType:
        """Return the type of record of a collection that whoever asks may read."""
        if plural not in BY_PLURAL:
            raise NotFound(f"There is no collection {plural!r}. There are: {', '.join(BY_PLURAL)}.")
        found = BY_PLURAL[plural]
        if not may_read(self.request.user, found.model):
            raise NotPermitted(f"{self.request.user} may not read {plural} at the desk.")
        return found

    def record(self, plural: str, slug: str) -> Record:
        """Return a record of any state; a problem of type not-found if there is none."""
        record_type = self.type_named(plural)
        found: Record | None = record_type.model._default_manager.filter(slug=slug).defer("rendering").first()
        if found is None:
            raise NotFound(f"There is no {record_type.name} with the slug {slug!r}.")
        return found


def answer(shown: dict[str, Any], stamp: str, status: int = 200) -> Response:
    """Return an answer with the ETag by which the next request names what it is meant for."""
    headers = {"ETag": etag(stamp)} if stamp else {}
    if status == 201:
        headers["Location"] = shown["url"]
    return Response(shown, status=status, headers=headers)
