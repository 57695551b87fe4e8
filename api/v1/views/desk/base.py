"""What all addresses of the desk share: who asks, how bodies are read, and that no answer is ever stored."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, ClassVar, Final, NoReturn, cast

from django.contrib.auth.models import User
from django.db import transaction
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from rest_framework.authentication import BaseAuthentication, SessionAuthentication
from rest_framework.exceptions import APIException, AuthenticationFailed, NotFound, Throttled
from rest_framework.permissions import SAFE_METHODS, BasePermission, IsAuthenticated
from rest_framework.request import Request
from rest_framework.response import Response

from api.http import idempotency
from api.http.bodies import BodyParser
from api.http.limits import count_refusal, refuse_address
from api.http.parameters.query import unknown_parameters
from api.http.preconditions import etag
from api.http.problems import InvalidParameters, ParameterFault
from api.http.renderers import JSONRenderer
from api.v1.deprecating import DeprecationsMixin
from api.v1.schemas.desk_operations import DeskDescription, DeskOperation
from sanctions.accounts.addresses import address_of
from sanctions.accounts.tokens import taken
from sanctions.editorial.move_rules import MoveRule
from sanctions.editorial.permissions import may_read
from sanctions.exceptions import NotPermitted
from sanctions.ledger.versions import Act
from sanctions.models import AccessToken, IdempotencyKey, Record
from sanctions.records.base import RecordType
from sanctions.records.registry import BY_PLURAL
from sanctions.vocabulary import Scope

#: The parameter by which what writes is only tried.
DRY_RUN: Final = "dry_run"


class BearerAuthentication(BaseAuthentication):
    """Whose token is sent: ``Authorization: Bearer …`` (RFC 6750). No cookie is looked at then: nothing is forged."""

    def authenticate(self, request: Request) -> tuple[Any, AccessToken] | None:
        """Return the account and its token; ``None`` if none is sent, a problem if one is that is not taken."""
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        if kind.casefold() != "bearer":
            return None
        token = taken(secret.strip(), timezone.now())
        if token is None:
            raise AuthenticationFailed("This token is not taken: it is unknown, expired or revoked.")
        return token.user, token

    def authenticate_header(self, request: HttpRequest | Request) -> str:
        """Say how to show who asks, so that whoever has not is told 401."""
        return 'Bearer realm="desk", Session realm="desk"'


class TokenHasScope(BasePermission):
    """Whether a token is for what is asked; whoever has signed in is bound by their permissions alone."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Refuse what the scope of the token does not include."""
        demand_scope(request, view.scope_needed())
        return True


def scope_of(rule: MoveRule) -> Scope:
    """Return the scope that a token needs for a move."""
    return rule.scope or Scope.REVIEW


def demand_scope(request: Request, needed: Scope) -> None:
    """Refuse what the scope of the token of a request does not include: :class:`NotPermitted`."""
    token = request.auth
    if isinstance(token, AccessToken) and not Scope(token.scope).includes(needed):
        raise NotPermitted(f"This token has the scope {token.scope}; this needs {needed}.")


class DeskSessionAuthentication(SessionAuthentication):
    """Who has signed in at the admin. What writes needs the token against forgery too, as a form does."""

    def authenticate_header(self, request: HttpRequest | Request) -> str:
        """Say how to sign in."""
        return 'Session realm="desk"'


class DeskView(DeprecationsMixin):
    """An address of the desk: for who has signed in or sends a token, in JSON, and never cached."""

    authentication_classes = [BearerAuthentication, DeskSessionAuthentication]
    permission_classes = [IsAuthenticated, TokenHasScope]
    parser_classes = [BodyParser]
    renderer_classes = [JSONRenderer]
    schema = DeskDescription()
    #: Method → what it is in the schema.
    operations: ClassVar[dict[str, DeskOperation]] = {}
    #: The last step of the address → the move that it makes.
    moves: ClassVar[dict[str, MoveRule]] = {}
    #: The key that the request was sent with, while it is done.
    noted: IdempotencyKey | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer; with ``dry_run=true`` as if it were done, and take it all back (decision 008).

        With an ``Idempotency-Key`` what is done and its answer are written together, and what is refused is not.
        """
        undone = is_tried(request) or idempotency.HEADER in request.headers
        if request.method in SAFE_METHODS or not undone:
            return super().dispatch(request, *args, **kwargs)
        with transaction.atomic():
            response = super().dispatch(request, *args, **kwargs)
            if isinstance(response, Response):
                response.render()
            if self.noted and isinstance(response, Response) and response.status_code < 300:
                idempotency.keep(self.noted, response)
            else:
                transaction.set_rollback(True)
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuse parameters of what writes but the one that it has, once it is known who asks."""
        super().initial(request, *args, **kwargs)
        if request.method in SAFE_METHODS or request.method not in self.allowed_methods:
            return
        faults = unknown_parameters(request.query_params, [DRY_RUN])
        if request.query_params.get(DRY_RUN, "true") not in ("true", "false"):
            message = "This is true or false."
            faults.append(
                ParameterFault(DRY_RUN, request.query_params[DRY_RUN], "invalid_switch", message, ("true", "false"))
            )
        if faults:
            raise InvalidParameters(faults)
        key = idempotency.key_of(request._request)
        if key and not is_tried(request._request):
            self.noted = idempotency.begin(request, cast("User", request.user), key, self.now())

    def perform_authentication(self, request: Request) -> None:
        """Know who asks, and count the request.

        Credentials that are missing or not taken count for the address, where nothing is looked at once these were too
        many. Whose are taken counts before it is known whether they may do what they ask.
        """
        if (seconds := refuse_address(request._request)) is not None:
            raise Throttled(seconds)
        try:
            super().perform_authentication(request)
        except APIException:
            count_refusal(request._request)
            raise
        if request.user.is_authenticated:
            super().check_throttles(request)

    def check_throttles(self, request: Request) -> None:
        """Count nothing more: it is counted with knowing who asks."""

    def permission_denied(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        """Refuse the request, and count missing credentials by address."""
        if not request.user.is_authenticated:
            count_refusal(request._request)
        super().permission_denied(request, *args, **kwargs)

    def handle_exception(self, exc: Exception) -> Any:
        """Answer an exception; a request that was done before as it was answered then."""
        return exc.answer() if isinstance(exc, idempotency.Repeated) else super().handle_exception(exc)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Forbid every cache to store the answer, also of an error."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "private, no-store"
        patch_vary_headers(answer, ["Authorization", "Cookie"])
        return answer

    def scope_needed(self) -> Scope:
        """Return the scope that a token needs for what is asked: that of its move, if it is one."""
        if self.request.method in SAFE_METHODS:
            return Scope.READ
        rule = self.moves.get(self.kwargs.get("move", ""))
        return scope_of(rule) if rule else Scope.DRAFT

    def operation_for(self, method: str) -> DeskOperation | None:
        """Return the operation of the method."""
        return self.operations.get(method)

    def now(self) -> datetime:
        """Read the clock: when the request is answered."""
        return timezone.now()

    def make(self, move: Callable[..., Any], *what: Any, reason: str, **how: Any) -> Any:
        """Make a move in the name of whoever asks, now, from where they ask."""
        act = Act(self.now(), cast("User", self.request.user), reason, address_of(self.request))
        return move(*what, act, **how)

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


def is_tried(request: HttpRequest) -> bool:
    """Whether what is asked is only to be tried."""
    return request.GET.get(DRY_RUN) == "true"


def answer(shown: dict[str, Any], stamp: str, status: int = 200) -> Response:
    """Return an answer with the ETag by which the next request names what it is meant for."""
    headers = {"ETag": etag(stamp)} if stamp else {}
    if status == 201:
        headers["Location"] = shown["url"]
    return Response(shown, status=status, headers=headers)
