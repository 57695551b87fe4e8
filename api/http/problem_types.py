"""The types of problem documents (RFC 9457) that this API returns. Each has a page that explains it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.conf import settings
from rest_framework import status

#: The address of the explanations. The URI of a type is this and its name.
PAGES: Final = f"{settings.API_ROOT}docs/problems/"


@dataclass(frozen=True, slots=True)
class ProblemType:
    """A kind of problem. Clients depend on ``name``: its meaning never changes."""

    name: str
    status: int
    title: str
    explanation: str

    @property
    def uri(self) -> str:
        """The stable identifier, which is also the address of the page that explains the type."""
        return f"{PAGES}{self.name}/"


PROBLEM_TYPES: Final[tuple[ProblemType, ...]] = (
    ProblemType(
        "invalid-parameters",
        status.HTTP_400_BAD_REQUEST,
        "A query parameter is unknown or has a value that is not allowed.",
        "`errors` has one entry for each fault: the parameter, its value as received, a code, a sentence for people, "
        "and the allowed values where they are few. The codes are unknown_parameter, repeated, empty, "
        "unknown_code, unknown_slug, unknown_field, invalid_date, invalid_instant, invalid_number, invalid_range, "
        "invalid_switch, invalid_identifier, invalid_text, too_long, too_many, invalid_cursor, missing, needs_another, "
        "contradiction, in_the_future, unknown_release.",
    ),
    ProblemType(
        "merged",
        status.HTTP_308_PERMANENT_REDIRECT,
        "The record was merged into another record about the same thing.",
        "Follow the Location header: it is the same address with the slug of the other record. The versions of the "
        "merged record keep their addresses, and with `known_at` before the merge its address answers as it did then.",
    ),
    ProblemType(
        "bad-request",
        status.HTTP_400_BAD_REQUEST,
        "The request cannot be read.",
        "The request is malformed, or larger than the server accepts.",
    ),
    ProblemType(
        "not-authenticated",
        status.HTTP_401_UNAUTHORIZED,
        "The request needs valid credentials.",
        "The credentials are missing, expired or not valid. Reading needs none.",
    ),
    ProblemType(
        "forbidden",
        status.HTTP_403_FORBIDDEN,
        "The credentials do not allow this.",
        "The account or token is known, but does not have the permission for this request.",
    ),
    ProblemType(
        "not-found",
        status.HTTP_404_NOT_FOUND,
        "No page at this address.",
        "The address is wrong, or the record is not published. Both get the same answer.",
    ),
    ProblemType(
        "method-not-allowed",
        status.HTTP_405_METHOD_NOT_ALLOWED,
        "This address does not accept this method.",
        "The Allow header lists the methods that it accepts.",
    ),
    ProblemType(
        "not-acceptable",
        status.HTTP_406_NOT_ACCEPTABLE,
        "This answer is not available in a format that the request accepts.",
        "The Accept header lists only formats that this address does not offer. Without the header the answer is JSON.",
    ),
    ProblemType(
        "move-refused",
        status.HTTP_409_CONFLICT,
        "The editorial rules do not allow this now.",
        "`detail` names the rule: the state of the record, a missing source, records that refer to it. The account may "
        "make such moves; if it may not, the type is forbidden.",
    ),
    ProblemType(
        "conflicting",
        status.HTTP_409_CONFLICT,
        "The proposal changes what another change has changed since.",
        "`paths` lists the fields that both changed. The author of the proposal decides on their values and proposes "
        "those.",
    ),
    ProblemType(
        "retracted",
        status.HTTP_410_GONE,
        "The record was retracted and is no longer public.",
        "`detail` has the day and the reason; `notice` is the address of its notice. The versions of the record stay "
        "listed, and with `known_at` before the retraction its address answers as it did then.",
    ),
    ProblemType(
        "stale",
        status.HTTP_412_PRECONDITION_FAILED,
        "Another user changed the record since it was read.",
        "Nothing was written. Read the record again, then send `etag` with If-Match. If the version that was read is "
        "known, `changes` lists what others have changed since; it is empty if only the state has changed.",
    ),
    ProblemType(
        "content-too-large",
        status.HTTP_413_REQUEST_ENTITY_TOO_LARGE,
        "The body is too large.",
        "`detail` has the largest size in bytes.",
    ),
    ProblemType(
        "uri-too-long",
        status.HTTP_414_REQUEST_URI_TOO_LONG,
        "The address is too long.",
        "`detail` has the number of characters that an address may have, the query included.",
    ),
    ProblemType(
        "unsupported-media-type",
        status.HTTP_415_UNSUPPORTED_MEDIA_TYPE,
        "This address does not accept bodies of this format.",
        "Send a format that the address accepts, and name it in the Content-Type header.",
    ),
    ProblemType(
        "invalid-body",
        status.HTTP_422_UNPROCESSABLE_ENTITY,
        "The body has values that are not allowed.",
        "`problems` has one entry for each fault, at most ten: its `path` in the body, such as "
        "document.effects[2].effective_on, and a `detail` for people. Nothing was written.",
    ),
    ProblemType(
        "idempotency-key-reused",
        status.HTTP_422_UNPROCESSABLE_ENTITY,
        "The Idempotency-Key was already used with a different request.",
        "A key belongs to one request of one account: its method, address, precondition and body. Nothing was written. "
        "Send a different request with a new key.",
    ),
    ProblemType(
        "precondition-required",
        status.HTTP_428_PRECONDITION_REQUIRED,
        "The request needs an If-Match header.",
        "Send the ETag of the state that you have read, unchanged, with If-Match: one strong ETag, and no asterisk.",
    ),
    ProblemType(
        "too-many-requests",
        status.HTTP_429_TOO_MANY_REQUESTS,
        "Too many requests.",
        "Wait for the number of seconds in the Retry-After header. RateLimit-Policy has the number of requests allowed "
        "and the seconds of the window. Readers are counted by address, editorial requests by token.",
    ),
    ProblemType(
        "clocks-disagree",
        status.HTTP_503_SERVICE_UNAVAILABLE,
        "Nothing is written while the clocks disagree.",
        "The change would have been recorded at a wrong instant, so nothing was written. Send it again after "
        "Retry-After. The operator of the service has to set the clock right.",
    ),
    ProblemType(
        "internal-error",
        status.HTTP_500_INTERNAL_SERVER_ERROR,
        "The server failed.",
        "This is a fault of the server. It has been logged; the details are not shown here.",
    ),
    ProblemType(
        "unavailable",
        status.HTTP_503_SERVICE_UNAVAILABLE,
        "The database cannot answer now.",
        "Nothing was written. Wait for the number of seconds in the Retry-After header. `reason` is busy if another "
        "request holds a lock for too long, gone if the database cannot be reached, and too_slow if the answer exceeds "
        "the time limit.",
    ),
)
PROBLEM_TYPES_BY_NAME: Final = {kind.name: kind for kind in PROBLEM_TYPES}
#: Types that only their own exception produces, never a status alone.
_WITH_OWN_EXCEPTION: Final = ("invalid-parameters", "conflicting", "idempotency-key-reused", "clocks-disagree")
_BY_STATUS: Final = {kind.status: kind for kind in PROBLEM_TYPES if kind.name not in _WITH_OWN_EXCEPTION}


def type_of_status(status_code: int) -> ProblemType:
    """Return the general type of a status; bad-request if the status has none."""
    return _BY_STATUS.get(status_code, PROBLEM_TYPES_BY_NAME["bad-request"])
