"""/api/v1/desk/bulk/: many moves in one request, each with its own result."""

from __future__ import annotations

import logging
from typing import Any, Final

from rest_framework.request import Request
from rest_framework.response import Response

from api.http import errors, idempotency
from api.http.bodies import body_of
from api.http.preconditions import stamp_of
from api.http.problem_types import PROBLEM_TYPES_BY_NAME
from api.http.problems import InvalidBody, typed_problem_document
from api.v1.schemas import desk_operations as described
from api.v1.schemas.bulk import KEYS, MOST_ITEMS
from api.v1.views.desk.base import DeskView, require_scope, scope_of
from api.v1.views.desk.records import answer_with, reporting_changes
from sanctions.editorial.move_rules import MoveTarget
from sanctions.editorial.move_table import CREATE, DELETE, PROPOSE, moves_of
from sanctions.editorial.proposals import ProposedChange
from sanctions.models import Record
from sanctions.records.registry import BY_NAME
from sanctions.server.problem_documents import shorten

logger = logging.getLogger(__name__)

#: The action of an item → the move.
_MOVES: Final = {rule.verb: rule for rule in moves_of(MoveTarget.RECORD)}
#: Keys that identify the record and the action of an item; all others are of its body.
_IDENTIFYING: Final = ("action", "type", "slug", "etag")


class ItemFailed(Exception):
    """The server failed on an item of a request with an Idempotency-Key; ``response`` is the answer to the item."""

    def __init__(self, place: int, response: Response) -> None:
        super().__init__(f"Item {place}")
        self.place = place
        self.response = response

    def answer(self) -> Response:
        """Return the answer to the request, whose transaction is rolled back with all items."""
        problem = self.response.data
        detail = (
            f"Item {self.place}: {problem['detail']} The request has an {idempotency.HEADER}, so none of its items was "
            "done. Send it again with the same key."
        )
        headers = {name: self.response[name] for name in ("Retry-After",) if name in self.response}
        body = problem | {"detail": detail, "item": self.place}
        response = Response(body, self.response.status_code, headers=headers)
        response.exception = True
        return response


class BulkView(DeskView):
    """Make many moves of records in one request, in their order, each in a transaction of its own.

    The answer has a result for each item, in the same order: the state of its record, or its problem. A problem does
    not affect the other items. With an `Idempotency-Key` all items share one transaction, which is rolled back if the
    server fails on any of them.
    """

    operations = {"POST": described.BULK}

    def post(self, request: Request) -> Response:
        items = _items(request.data)
        try:
            results = [self._result(place, item) for place, item in enumerate(items)]
        except ItemFailed as fault:
            return fault.answer()
        failed = sum("problem" in result for result in results)
        return Response({"results": results, "succeeded": len(results) - failed, "failed": failed})

    def _result(self, place: int, item: Any) -> dict[str, Any]:
        try:
            return {"item": place, **self._do(item)}
        except Exception as error:
            answer = errors.handle_exception(error, {"request": self.request})
            if answer is None:
                # Without a key the items before it are written, and the answer has to list their results.
                logger.exception("Item %s of a bulk request failed.", place)
                failure = PROBLEM_TYPES_BY_NAME["internal-error"]
                answer = Response(typed_problem_document(failure, "", self.request.path), 500)
            if self.idempotency_key and answer.status_code >= 500:
                raise ItemFailed(place, answer) from error
            return {"item": place, "status": answer.status_code, "problem": answer.data}

    def _do(self, item: Any) -> dict[str, Any]:
        action, noun = _action_and_noun(item)
        rule = _MOVES[action]
        require_scope(self.request, scope_of(rule))
        body = body_of({key: item[key] for key in item if key not in _IDENTIFYING}, "reason", *KEYS[action])
        record_type = self.type_named(BY_NAME[noun].plural)
        if rule is CREATE:
            return _state_of(self.make(rule.make, record_type, body.document, reason=body.reason), 201)
        record, read = self.record(record_type.plural, item["slug"]), stamp_of(item.get("etag", ""))
        content: list[Any] = [body.document] if "document" in rule.takes else []
        if rule is PROPOSE:
            content = [ProposedChange(body.document, body.kind)]
        with reporting_changes(record, read):
            proposal = self.make(rule.make, record, *content, reason=body.reason, expected=read)
        if rule is PROPOSE:
            return _state_of(record, 201) | {"proposal": proposal.number}
        if rule is DELETE:
            return {"status": 204, "type": noun, "slug": item["slug"]}
        return _state_of(record, 200)


def _state_of(record: Record, status: int) -> dict[str, Any]:
    answer = answer_with(record)
    state = {key: answer.data[key] for key in ("type", "slug", "url", "state")}
    return {"status": status, **state, "etag": answer.headers["ETag"]}


def _items(data: Any) -> list[Any]:
    """Return the items of a body. Raises :class:`InvalidBody` if it has none, or too many."""
    if not isinstance(data, dict) or list(data) != ["items"] or not isinstance(data["items"], list):
        raise InvalidBody([("", "The body must be an object with one key: items, a list.")])
    if not 1 <= len(data["items"]) <= MOST_ITEMS:
        raise InvalidBody([("items", f"1 to {MOST_ITEMS} items are allowed, these are {len(data['items'])}.")])
    return data["items"]


def _action_and_noun(item: Any) -> tuple[str, str]:
    """Return the action of an item and the type of its record. Raises :class:`InvalidBody` with all its faults."""
    if not isinstance(item, dict):
        raise InvalidBody([("", "An item must be an object.")])
    action, noun = item.get("action"), item.get("type")
    if not isinstance(action, str) or action not in KEYS:
        raise InvalidBody([("action", f"This is not one of the actions. Allowed: {', '.join(KEYS)}.")])
    if not isinstance(noun, str) or noun not in BY_NAME:
        raise InvalidBody([("type", f"This is not a type of record. Allowed: {', '.join(BY_NAME)}.")])
    allowed = ("action", "type", "reason", *KEYS[action])
    faults = [
        (shorten(key), f"An item to {action} does not have this key. Allowed: {', '.join(allowed)}.")
        for key in item
        if key not in allowed
    ]
    if "slug" in KEYS[action] and not isinstance(item.get("slug"), str):
        faults.insert(0, ("slug", f"An item to {action} needs this text."))
    if faults:
        raise InvalidBody(faults)
    return action, noun
