"""The operations of the editorial API: bodies, preconditions, answers and errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from drf_spectacular.plumbing import ResolvedComponent
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

from api.http.idempotency import PATTERN
from api.v1.schemas.description import Description
from api.v1.schemas.records import Schema, ref
from sanctions.editorial.move_rules import MoveTarget
from sanctions.editorial.move_table import transitions_of
from sanctions.records.registry import BY_PLURAL
from sanctions.records.schema import SLUG_PATTERN
from sanctions.server.problem_documents import MEDIA_TYPE

_IN_PATH: Final[dict[str, tuple[Schema, str]]] = {
    "plural": ({"type": "string", "enum": list(BY_PLURAL)}, "The collection."),
    "slug": ({"type": "string", "pattern": SLUG_PATTERN, "maxLength": 150}, "Its stable name."),
    "number": ({"type": "integer", "minimum": 1, "maximum": 9223372036854775807}, "Its number, from 1."),
}
_ERRORS: Final = {
    "400": "The request cannot be read.",
    "401": "The request has no session, or its token is not valid.",
    "403": "The account may not do this, the scope of the token does not include it, or the CSRF token is missing.",
    "404": "The record or proposal does not exist.",
    "409": "The editorial rules do not allow it now, or another change has changed the same fields since.",
    "412": "Another user has changed it since it was read.",
    "413": "The body is too large.",
    "414": "The address is too long.",
    "415": "The body is not JSON.",
    "422": "The body has values that are not allowed; all faults are listed.",
    "428": "If-Match is missing.",
    "429": "Too many requests: wait for the seconds in Retry-After.",
    "503": "The clocks of the service disagree, so nothing is written: wait for the seconds in Retry-After.",
}
_ALWAYS: Final = ("400", "401", "403", "404", "414", "429")


@dataclass(frozen=True, slots=True)
class DeskOperation:
    """An operation of the editorial API in the schema.

    ``moves`` are the values of the last step of the path, if it is a move. ``conditional`` operations need If-Match.
    """

    name: str
    summary: str
    answer: Schema | None
    status: str = "200"
    body: str = ""
    in_path: tuple[str, ...] = ()
    moves: tuple[str, ...] = ()
    conditional: bool = False
    tag: str = "desk"

    def errors(self) -> list[str]:
        """Return the statuses of its errors."""
        writing = ["409", "413", "415", "422", "503"] if self.body else []
        return sorted([*_ALWAYS, *writing, *(["412", "428"] if self.conditional else [])])


_ONE: Final = ("plural", "slug")
ROOT: Final = DeskOperation("desk", "The account and its addresses", ref("Desk"))
CREATE: Final = DeskOperation("desk_create", "Create a draft", ref("DeskRecord"), "201", "DocumentBody", ("plural",))
READ: Final = DeskOperation("desk_read", "A record in any state", ref("DeskRecord"), in_path=_ONE)
REPLACE: Final = DeskOperation(
    "desk_replace",
    "Replace a record that is not public",
    ref("DeskRecord"),
    "200",
    "DocumentBody",
    _ONE,
    conditional=True,
)
DELETE: Final = DeskOperation(
    "desk_delete", "Delete a record that was never public", None, "204", "ReasonBody", _ONE, conditional=True
)
MOVE: Final = DeskOperation(
    "desk_move",
    "Make a move of a record",
    ref("DeskRecord"),
    body="ReasonBody",
    in_path=_ONE,
    moves=tuple(transitions_of(MoveTarget.RECORD)),
    conditional=True,
)
PROPOSE: Final = DeskOperation(
    "desk_propose", "Propose a change", ref("Proposal"), "201", "ProposalBody", _ONE, conditional=True
)
LIST_PROPOSALS: Final = DeskOperation("desk_proposals", "The proposals", ref("ProposalSummaryPage"))
READ_PROPOSAL: Final = DeskOperation("desk_proposal", "One of the proposals", ref("Proposal"), in_path=("number",))
MOVE_PROPOSAL: Final = DeskOperation(
    "desk_proposal_move",
    "Make a move of a proposal",
    ref("Proposal"),
    body="ReasonBody",
    in_path=("number",),
    moves=tuple(transitions_of(MoveTarget.PROPOSAL)),
    conditional=True,
)
BULK: Final = DeskOperation("desk_bulk", "Make many moves", ref("BulkResults"), body="BulkBody")


class DeskDescription(Description):
    """Describe views of the editorial API: each method by its :class:`DeskOperation`."""

    @property
    def _operation(self) -> Any:
        view: Any = self.view
        return view.operations[self.method]

    def get_response_serializers(self) -> Any:
        """Return the answer and the errors."""
        self.register_components()
        operation: DeskOperation = self._operation
        if operation.answer is None:
            answers: dict[Any, Any] = {operation.status: OpenApiResponse(description="Done.")}
        else:
            answers = {
                (operation.status, "application/json"): OpenApiResponse(
                    operation.answer, "The state after the request."
                )
            }
        for status in operation.errors():
            answers[status, MEDIA_TYPE] = OpenApiResponse(ref("Problem"), _ERRORS[status])
        return answers

    def get_override_parameters(self) -> list[Any]:
        """Return the parameters of the path, the precondition, `dry_run` and the idempotency key."""
        operation: DeskOperation = self._operation
        known = _IN_PATH | {"move": ({"type": "string", "enum": list(operation.moves)}, "The move.")}
        names = [*operation.in_path, *(["move"] if operation.moves else [])]
        parameters = [
            OpenApiParameter(name, schema, OpenApiParameter.PATH, required=True, description=description)
            for name in names
            for schema, description in [known[name]]
        ]
        if operation.conditional:
            parameters.append(
                OpenApiParameter(
                    "If-Match",
                    {"type": "string"},
                    OpenApiParameter.HEADER,
                    required=True,
                    description="The ETag of the state that was read.",
                )
            )
        if self.method != "GET":
            dry_run = "Roll back the request: the answer is the same, and nothing is written."
            parameters.append(OpenApiParameter("dry_run", {"type": "boolean", "default": False}, description=dry_run))
            repeatable = (
                "A key for this request: within a day a repeated request gets the same answer and changes nothing."
            )
            key: Schema = {"type": "string", "pattern": f'^("{PATTERN}"|{PATTERN})$'}
            parameters.append(OpenApiParameter("Idempotency-Key", key, OpenApiParameter.HEADER, description=repeatable))
        return parameters

    def _get_request_body(self, direction: str = "request") -> Schema | None:
        """Return the body; drf-spectacular would leave out that of a deletion."""
        body: str = self._operation.body
        if not body:
            return None
        return {"content": {"application/json": {"schema": ref(body)}}, "required": True}

    def get_auth(self) -> list[dict[str, Any]]:
        """Return the authentication schemes: a token, or the session of the admin."""
        schemes = {
            "token": {"type": "http", "scheme": "bearer", "description": "A token, made in the admin."},
            "session": {"type": "apiKey", "in": "cookie", "name": "sessionid"},
        }
        for name, scheme in schemes.items():
            component = ResolvedComponent(  # type: ignore[no-untyped-call]
                name=name, type=ResolvedComponent.SECURITY_SCHEMA, schema=scheme, object=name
            )
            self.registry.register_on_missing(component)
        return [{name: []} for name in schemes]

    def _get_format_parameters(self) -> list[Schema]:
        return []
