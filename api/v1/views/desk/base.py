"""The base class of the editorial API: authentication, scopes of tokens, dry runs, no caching."""

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
from sanctions.accounts.tokens import valid_token
from sanctions.editorial.move_rules import MoveRule
from sanctions.editorial.permissions import may_read
from sanctions.exceptions import NotPermitted
from sanctions.ledger.versions import Act
from sanctions.models import AccessToken, IdempotencyKey, Record
from sanctions.records.base import RecordType
from sanctions.records.registry import BY_PLURAL
from sanctions.vocabulary import Scope

#: The parameter of a dry run: the request is processed and rolled back.
DRY_RUN: Final = "dry_run"


class BearerAuthentication(BaseAuthentication):
    """Authenticate by token: ``Authorization: Bearer …`` (RFC 6750).

    The session cookie is then ignored, so a request with a token needs no CSRF token.
    """

    def authenticate(self, request: Request) -> tuple[Any, AccessToken] | None:
        """Return the account and its token; ``None`` without one. Raises AuthenticationFailed if it is invalid."""
        kind, _, secret = request.headers.get("Authorization", "").partition(" ")
        if kind.casefold() != "bearer":
            return None
        token = valid_token(secret.strip(), timezone.now())
        if token is None:
            raise AuthenticationFailed("This token is not valid: it is unknown, expired or revoked.")
        return token.user, token

    def authenticate_header(self, request: HttpRequest | Request) -> str:
        """Return the challenges in WWW-Authenticate; with them DRF answers 401, not 403."""
        return 'Bearer realm="desk", Session realm="desk"'


class TokenHasScope(BasePermission):
    """Allow a request with a token only within the scope of the token; a session has no scope."""

    def has_permission(self, request: Request, view: Any) -> bool:
        """Return true. Raises :class:`NotPermitted` outside the scope."""
        require_scope(request, view.required_scope())
        return True


def scope_of(rule: MoveRule) -> Scope:
    """Return the scope that a token needs for a move."""
    return rule.scope or Scope.REVIEW


def require_scope(request: Request, scope: Scope) -> None:
    """Reject a request whose token does not include a scope. Raises :class:`NotPermitted`."""
    token = request.auth
    if isinstance(token, AccessToken) and not Scope(token.scope).includes(scope):
        raise NotPermitted(f"This token has the scope {token.scope}; this request needs {scope}.")


class DeskSessionAuthentication(SessionAuthentication):
    """Authenticate by the session of the admin. Writing needs a CSRF token too, as a form does."""

    def authenticate_header(self, request: HttpRequest | Request) -> str:
        """Return the challenge in WWW-Authenticate."""
        return 'Session realm="desk"'


class DeskView(DeprecationsMixin):
    """An address of the editorial API: for users with a session or a token, in JSON, never cached."""

    authentication_classes = [BearerAuthentication, DeskSessionAuthentication]
    permission_classes = [IsAuthenticated, TokenHasScope]
    parser_classes = [BodyParser]
    renderer_classes = [JSONRenderer]
    schema = DeskDescription()
    #: Method → operation in the schema.
    operations: ClassVar[dict[str, DeskOperation]] = {}
    #: The last step of the address → its move.
    moves: ClassVar[dict[str, MoveRule]] = {}
    #: The Idempotency-Key of the request while it is processed.
    idempotency_key: IdempotencyKey | None = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer the request; with ``dry_run=true`` roll back what was written (decision 008).

        With an ``Idempotency-Key`` a change and its answer are written in one transaction; a rejection writes nothing.
        """
        needs_transaction = is_dry_run(request) or idempotency.HEADER in request.headers
        if request.method in SAFE_METHODS or not needs_transaction:
            return super().dispatch(request, *args, **kwargs)
        with transaction.atomic():
            response = super().dispatch(request, *args, **kwargs)
            if isinstance(response, Response):
                response.render()
            if self.idempotency_key and isinstance(response, Response) and response.status_code < 300:
                idempotency.store_answer(self.idempotency_key, response)
            else:
                transaction.set_rollback(True)
        return response

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Reject unknown parameters of a writing request, and note its Idempotency-Key, after authentication."""
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
        if key and not is_dry_run(request._request):
            self.idempotency_key = idempotency.begin(request, cast("User", request.user), key, self.now())

    def perform_authentication(self, request: Request) -> None:
        """Authenticate the user, and count the request.

        Missing and invalid credentials count for the address; after too many of them, none are checked. A request with
        valid credentials counts even if the user lacks the permission for it.
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
        """Do nothing: :meth:`perform_authentication` has counted the request."""

    def permission_denied(self, request: Request, *args: Any, **kwargs: Any) -> NoReturn:
        """Reject the request, and count missing credentials for the address."""
        if not request.user.is_authenticated:
            count_refusal(request._request)
        super().permission_denied(request, *args, **kwargs)

    def handle_exception(self, exc: Exception) -> Any:
        """Answer an exception; a repeated request gets its stored answer."""
        return exc.answer() if isinstance(exc, idempotency.Repeated) else super().handle_exception(exc)

    def finalize_response(self, request: Any, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Forbid caches to store the answer, errors included."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        answer["Cache-Control"] = "private, no-store"
        patch_vary_headers(answer, ["Authorization", "Cookie"])
        return answer

    def required_scope(self) -> Scope:
        """Return the scope that a token needs for the request: that of its move, if it makes one."""
        if self.request.method in SAFE_METHODS:
            return Scope.READ
        rule = self.moves.get(self.kwargs.get("move", ""))
        return scope_of(rule) if rule else Scope.DRAFT

    def operation_for(self, method: str) -> DeskOperation | None:
        """Return the operation of a method."""
        return self.operations.get(method)

    def now(self) -> datetime:
        """Return the instant at which the request is answered."""
        return timezone.now()

    def make(self, move: Callable[..., Any], *arguments: Any, reason: str, **options: Any) -> Any:
        """Make a move as the user of the request, now, from their address."""
        act = Act(self.now(), cast("User", self.request.user), reason, address_of(self.request))
        return move(*arguments, act, **options)

    def type_named(self, plural: str) -> RecordType:
        """Return the type of the records in a collection. Raises NotFound, or :class:`NotPermitted` to read it."""
        if plural not in BY_PLURAL:
            raise NotFound(f"No collection has the name {plural!r}. Collections: {', '.join(BY_PLURAL)}.")
        record_type = BY_PLURAL[plural]
        if not may_read(self.request.user, record_type.model):
            raise NotPermitted(f"{self.request.user} may not read unpublished {plural}.")
        return record_type

    def record(self, plural: str, slug: str) -> Record:
        """Return a record in any state. Raises NotFound."""
        record_type = self.type_named(plural)
        record: Record | None = record_type.model._default_manager.filter(slug=slug).defer("rendering").first()
        if record is None:
            raise NotFound(f"No {record_type.name} has the slug {slug!r}.")
        return record


def is_dry_run(request: HttpRequest) -> bool:
    """Whether the request is to be rolled back."""
    return request.GET.get(DRY_RUN) == "true"


def answer(body: dict[str, Any], stamp: str, status: int = 200) -> Response:
    """Return an answer with the ETag that the next writing request has to send."""
    headers = {"ETag": etag(stamp)} if stamp else {}
    if status == 201:
        headers["Location"] = body["url"]
    return Response(body, status=status, headers=headers)
