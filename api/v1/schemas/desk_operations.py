"""What the methods of the desk are in the schema: bodies, preconditions, answers and errors of each operation."""

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
    "401": "Nobody has signed in, or the token is not taken.",
    "403": "Who asks may not do this, or their token is not for it; or the token against forgery is missing.",
    "404": "There is no such record or proposal.",
    "409": "The editorial rules do not allow it now; or the same was changed meanwhile in another way.",
    "412": "Somebody else has changed it since it was read.",
    "413": "The body is too large.",
    "414": "The address is too long.",
    "415": "The body is no JSON.",
    "422": "The body says what is not allowed; all faults are listed.",
    "428": "If-Match is missing.",
    "429": "Too many requests were made; Retry-After says when to ask again.",
    "503": "The clocks of the service disagree, so that nothing is written; Retry-After says when to ask again.",
}
_ALWAYS: Final = ("400", "401", "403", "404", "414", "429")


@dataclass(frozen=True, slots=True)
class DeskOperation:
    """What a method of an address of the desk is in the schema.

    ``moves`` names the moves that stand last in the path; ``conditional`` says that it needs If-Match.
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
        """Return the statuses of the errors that it has."""
        writing = ["409", "413", "415", "422", "503"] if self.body else []
        return sorted([*_ALWAYS, *writing, *(["412", "428"] if self.conditional else [])])


_ONE: Final = ("plural", "slug")
ROOT: Final = DeskOperation("desk", "Who asks, and what there is", ref("Desk"))
CREATE: Final = DeskOperation("desk_create", "Begin a draft", ref("DeskRecord"), "201", "DocumentBody", ("plural",))
READ: Final = DeskOperation("desk_read", "A record of any state", ref("DeskRecord"), in_path=_ONE)
REPLACE: Final = DeskOperation(
    "desk_replace", "Replace what is not public", ref("DeskRecord"), "200", "DocumentBody", _ONE, conditional=True
)
DELETE: Final = DeskOperation(
    "desk_delete", "Delete what was never public", None, "204", "ReasonBody", _ONE, conditional=True
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
    """Describes the desk: each method of an address by its :class:`DeskOperation`."""

    @property
    def _operation(self) -> Any:
        view: Any = self.view
        return view.operations[self.method]

    def get_response_serializers(self) -> Any:
        """Return the answer, and the errors."""
        self.learn_components()
        operation: DeskOperation = self._operation
        if operation.answer is None:
            answers: dict[Any, Any] = {operation.status: OpenApiResponse(description="It is done.")}
        else:
            answers = {(operation.status, "application/json"): OpenApiResponse(operation.answer, "As it is now.")}
        for status in operation.errors():
            answers[status, MEDIA_TYPE] = OpenApiResponse(ref("Problem"), _ERRORS[status])
        return answers

    def get_override_parameters(self) -> list[Any]:
        """Describe what stands in the path, and the precondition."""
        operation: DeskOperation = self._operation
        known = _IN_PATH | {"move": ({"type": "string", "enum": list(operation.moves)}, "The move.")}
        named = [*operation.in_path, *(["move"] if operation.moves else [])]
        found = [
            OpenApiParameter(name, schema, OpenApiParameter.PATH, required=True, description=description)
            for name in named
            for schema, description in [known[name]]
        ]
        if operation.conditional:
            told = "The ETag of what has been read."
            found.append(
                OpenApiParameter(
                    "If-Match", {"type": "string"}, OpenApiParameter.HEADER, required=True, description=told
                )
            )
        if self.method != "GET":
            told = "Whether it is only tried: the answer is as if it were done, and nothing is written."
            found.append(OpenApiParameter("dry_run", {"type": "boolean", "default": False}, description=told))
            told = "A name for this request, for a day: sent again, it is not done again, and gets the same answer."
            key: Schema = {"type": "string", "pattern": f'^("{PATTERN}"|{PATTERN})$'}
            found.append(OpenApiParameter("Idempotency-Key", key, OpenApiParameter.HEADER, description=told))
        return found

    def _get_request_body(self, direction: str = "request") -> Schema | None:
        """Describe the body, also of a deletion, which the framework takes to have none."""
        body: str = self._operation.body
        if not body:
            return None
        return {"content": {"application/json": {"schema": ref(body)}}, "required": True}

    def get_auth(self) -> list[dict[str, Any]]:
        """Say that the desk is for who sends a token or has signed in at the admin."""
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
