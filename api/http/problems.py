"""The exceptions that become problem documents, and the documents themselves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Final

from rest_framework import status
from rest_framework.exceptions import APIException

from api.http.problem_types import PROBLEM_TYPES_BY_NAME, ProblemType
from sanctions.database.unavailability import Unavailable
from sanctions.server.problem_documents import problem_document, shorten

#: Seconds for which a client may cache the redirect of a merged record.
REDIRECT_MAX_AGE: Final = 3600
#: Faults that one answer lists.
MOST_FAULTS: Final = 10


@dataclass(frozen=True, slots=True)
class ParameterFault:
    """What is wrong with one query parameter, and the values allowed instead."""

    parameter: str
    value: str
    code: str
    message: str
    allowed: Sequence[str] = ()
    did_you_mean: str = ""

    def as_entry(self) -> dict[str, Any]:
        """Return the fault as an entry of ``errors``."""
        entry: dict[str, Any] = {
            "parameter": shorten(self.parameter),
            "value": shorten(self.value),
            "code": self.code,
            "detail": self.message,
        }
        if self.did_you_mean:
            entry["did_you_mean"] = self.did_you_mean
        if self.allowed:
            entry["allowed"] = list(self.allowed)
        return entry


class ProblemException(APIException):
    """An error with a problem type of its own: ``name``. ``members`` are further members of its document."""

    name: ClassVar[str]

    def __init__(self, detail: str, **members: Any) -> None:
        super().__init__(detail)
        self.status_code = self.kind.status
        self.members = members

    @property
    def kind(self) -> ProblemType:
        """The problem type."""
        return PROBLEM_TYPES_BY_NAME[self.name]


class InvalidParameters(ProblemException):
    """Query parameters with faults: all of them are reported at once, up to :data:`MOST_FAULTS`."""

    name = "invalid-parameters"

    def __init__(self, faults: Sequence[ParameterFault]) -> None:
        self.faults = list(faults[:MOST_FAULTS])
        messages = [f"{shorten(fault.parameter)}: {fault.message}" for fault in self.faults]
        detail = " ".join(messages + _count_of_others(len(faults)))
        super().__init__(detail, errors=[fault.as_entry() for fault in self.faults])


class InvalidBody(ProblemException):
    """A body with faults, each a path in the body and a message."""

    name = "invalid-body"

    def __init__(self, faults: Sequence[tuple[str, str]]) -> None:
        listed = faults[:MOST_FAULTS]
        messages = [f"{path}: {message}" if path else message for path, message in listed]
        detail = " ".join(messages + _count_of_others(len(faults)))
        super().__init__(detail, problems=[{"path": path, "detail": message} for path, message in listed])


def _count_of_others(faults: int) -> list[str]:
    return [f"And {faults - MOST_FAULTS} more."] if faults > MOST_FAULTS else []


class RetractedRecord(ProblemException):
    """The record was public and is retracted."""

    name = "retracted"


class MoveNotAllowed(ProblemException):
    """The editorial rules do not allow the move now."""

    name = "move-refused"


class ConflictingProposal(ProblemException):
    """The proposal cannot be combined with what was published since."""

    name = "conflicting"


class StaleRequest(ProblemException):
    """The record has changed since the client read it."""

    name = "stale"


class PreconditionRequired(ProblemException):
    """The request lacks the ETag of the state that it changes."""

    name = "precondition-required"


class ContentTooLarge(ProblemException):
    """The body is larger than the server accepts."""

    name = "content-too-large"


class ClocksDisagreeProblem(ProblemException):
    """A write is rejected while the clocks disagree; ``wait`` becomes Retry-After."""

    name = "clocks-disagree"

    def __init__(self, detail: str, wait: int) -> None:
        super().__init__(detail)
        self.wait = wait


class IdempotencyKeyReused(ProblemException):
    """The Idempotency-Key belongs to a different request."""

    name = "idempotency-key-reused"


class DatabaseUnavailable(ProblemException):
    """The database cannot answer now; ``wait`` becomes Retry-After."""

    name = "unavailable"

    def __init__(self, cause: Unavailable) -> None:
        super().__init__(cause.message, reason=cause.reason)
        self.cause = cause
        self.wait = cause.retry_after


class MergedRecord(APIException):
    """The record was merged into another one of its collection, ``plural``: redirect to that.

    The redirect may be cached for :data:`REDIRECT_MAX_AGE` only, because a merge can be undone.
    """

    status_code = status.HTTP_308_PERMANENT_REDIRECT

    def __init__(self, plural: str, old: str, new: str, detail: str) -> None:
        super().__init__(detail)
        self.plural, self.old, self.new = plural, old, new

    def headers(self, address: str) -> dict[str, str]:
        """Return the headers of the redirect, which keeps the query of the address."""
        path, mark, query = address.partition("?")
        path = path.replace(f"/{self.plural}/{self.old}/", f"/{self.plural}/{self.new}/", 1)
        return {"Location": f"{path}{mark}{query}", "Cache-Control": f"max-age={REDIRECT_MAX_AGE}"}


def typed_problem_document(
    kind: ProblemType, detail: str, instance: str, *, status_code: int = 0, **members: Any
) -> dict[str, Any]:
    """Return the problem document of a type; without a detail it has the explanation of the type."""
    return problem_document(
        kind.uri,
        kind.title,
        status_code or kind.status,
        detail=detail or kind.explanation,
        instance=instance,
        **members,
    )
