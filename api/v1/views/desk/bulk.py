"""/api/v1/desk/bulk/: many moves in one request, each for itself: what is refused is told, and the others are made."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, Final

from rest_framework.request import Request
from rest_framework.response import Response

from api.http import errors, idempotency
from api.http.bodies import body_of
from api.http.errors import InvalidBody
from api.http.preconditions import stamp_of
from api.v1.schemas import desk_operations as described
from api.v1.schemas.bulk import KEYS, MOST_ITEMS
from api.v1.views.desk.base import DECIDING, DeskView, demand_scope
from api.v1.views.desk.records import MOVES, shown, telling
from sanctions.editorial import moves
from sanctions.editorial.proposals import Change, propose
from sanctions.models import Record
from sanctions.records.registry import BY_NAME
from sanctions.server.problem_documents import shorten
from sanctions.vocabulary import Scope

logger = logging.getLogger(__name__)

#: Keys of an item that say of what it is, and not what.
_NAMING: Final = ("do", "type", "slug", "etag")


class ItemFailed(Exception):
    """An item of a request that has a key met a fault of the server: ``response`` is the answer to the item alone."""

    def __init__(self, place: int, response: Response) -> None:
        super().__init__(f"Item {place}")
        self.place = place
        self.response = response

    def answer(self) -> Response:
        """Return the answer to the whole request: its transaction is rolled back, so no item is done."""
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


class Bulk(DeskView):
    """Many moves of records in one request, in their order, each in a transaction of its own.

    The answer has a result for each item, in the same order: what has become of its record, or the problem that it met;
    the other items are not touched by that. With an `Idempotency-Key` all are in one transaction, which is undone where
    the server fails on any of them.
    """

    operations = {"POST": described.BULK}

    def post(self, request: Request) -> Response:
        """Make the moves."""
        items = _items(request.data)
        try:
            results = [self._result(place, item) for place, item in enumerate(items)]
        except ItemFailed as fault:
            return fault.answer()
        failed = sum("problem" in result for result in results)
        return Response({"results": results, "done": len(results) - failed, "failed": failed})

    def _result(self, place: int, item: Any) -> dict[str, Any]:
        """Return what has become of an item."""
        try:
            return {"item": place, **self._done(item)}
        except Exception as error:
            answer = errors.handle(error, {"request": self.request})
            if answer is None:
                # Without a key the items before it are written: the client has to learn that.
                logger.exception("Item %s of a bulk request failed.", place)
                answer = Response(errors.problem(errors.BY_NAME["internal-error"], "", self.request.path), 500)
            if self.noted and answer.status_code >= 500:
                raise ItemFailed(place, answer) from error
            return {"item": place, "status": answer.status_code, "problem": answer.data}

    def _done(self, item: Any) -> dict[str, Any]:
        do, kind = _read(item)
        demand_scope(self.request, Scope.REVIEW if do in DECIDING else Scope.DRAFT)
        body = body_of({key: item[key] for key in item if key not in _NAMING}, "reason", *KEYS[do])
        record_type = self.type_named(BY_NAME[kind].plural)
        if do == "create":
            return _told(self.make(moves.create, record_type, body.document, reason=body.reason), 201)
        record, read = self.record(record_type.plural, item["slug"]), stamp_of(item.get("etag", ""))
        with telling(record, read):
            if do == "replace":
                self.make(moves.rewrite, record, body.document, reason=body.reason, expected=read)
            elif do == "propose":
                change = Change(body.document, body.kind)
                made = self.make(propose, record, change, reason=body.reason, expected=read)
                return _told(record, 201) | {"proposal": made.number}
            else:
                move: Callable[..., None] = moves.delete if do == "delete" else MOVES[do]
                self.make(move, record, reason=body.reason, expected=read)
        return {"status": 204, "type": kind, "slug": item["slug"]} if do == "delete" else _told(record, 200)


def _told(record: Record, status: int) -> dict[str, Any]:
    """Return where a record stands now."""
    answer = shown(record)
    told = {key: answer.data[key] for key in ("type", "slug", "url", "state")}
    return {"status": status, **told, "etag": answer.headers["ETag"]}


def _items(data: Any) -> list[Any]:
    """Return the items of a body; a problem of type invalid-body if it has none, or too many."""
    if not isinstance(data, dict) or list(data) != ["items"] or not isinstance(data["items"], list):
        raise InvalidBody([("", "The body is an object with one key: items, a list.")])
    if not 1 <= len(data["items"]) <= MOST_ITEMS:
        raise InvalidBody([("items", f"There are 1 to {MOST_ITEMS} items, these are {len(data['items'])}.")])
    return data["items"]


def _read(item: Any) -> tuple[str, str]:
    """Return what is to be done with an item, and the noun of its record; a problem names what is wrong with it."""
    if not isinstance(item, dict):
        raise InvalidBody([("", "An item is an object.")])
    do, kind = item.get("do"), item.get("type")
    if not isinstance(do, str) or do not in KEYS:
        raise InvalidBody([("do", f"This is none of the moves. Allowed: {', '.join(KEYS)}.")])
    if not isinstance(kind, str) or kind not in BY_NAME:
        raise InvalidBody([("type", f"This is no kind of record. Allowed: {', '.join(BY_NAME)}.")])
    faults = [
        (key, f"This must be given for {do}, as a text.")
        for key in ("slug",)
        if key in KEYS[do] and not isinstance(item.get(key), str)
    ]
    allowed = ("do", "type", "reason", *KEYS[do])
    faults += [
        (shorten(key), f"There is no such key here. Allowed: {', '.join(allowed)}.")
        for key in item
        if key not in allowed
    ]
    if faults:
        raise InvalidBody(faults)
    return do, kind
