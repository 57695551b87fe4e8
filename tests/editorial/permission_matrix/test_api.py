"""The API allows what the table says."""

from __future__ import annotations

from typing import Any, Final

import orjson
import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.test import Client

from sanctions.editorial.procedure import fingerprint
from sanctions.editorial.proposals import record_of, seal_now
from sanctions.records.registry import BY_NAME, type_of
from sanctions.vocabulary import Move
from tests.editorial.permission_matrix.table import (
    BEGIN,
    TRIED,
    TRIED_WITH_PROPOSALS,
    account,
    allowed,
    another,
    begun,
    changed,
    outcome,
    prepared,
    proposed,
    sampled,
)

pytestmark = pytest.mark.django_db

#: Move → the method, and the path below the record's.
ADDRESSES: Final = {
    Move.SAVED: ("put", ""),
    Move.SUBMITTED: ("post", "submit/"),
    Move.RETURNED: ("post", "return/"),
    Move.PUBLISHED: ("post", "publish/"),
    Move.RETRACTED: ("post", "retract/"),
    Move.RESTORED: ("post", "restore/"),
    Move.DELETED: ("delete", ""),
    Move.PROPOSED: ("post", "proposals/"),
}
#: Move → the path below the proposal's.
WITH_PROPOSALS: Final = {
    Move.SUBMITTED: "submit/",
    Move.RETURNED: "return/",
    Move.WITHDRAWN: "withdraw/",
    Move.PUBLISHED: "accept/",
}


def ask(user: User | AnonymousUser, method: str, path: str, body: Any, stamp: str) -> int:
    """Request a move of what has the stamp, and return the status of the response."""
    client = Client()
    if isinstance(user, User):
        client.force_login(user)
    answer = getattr(client, method)(
        f"/api/v1/desk/{path}",
        orjson.dumps(body),
        content_type="application/json",
        headers={"if-match": f'"{stamp}"'},
    )
    status: int = answer.status_code
    return status


def refused(role: str, status: int) -> bool:
    """Whether the status is one of a refusal: who is not known, who may not, and who may but not now."""
    return status == 401 if role == "anonymous" else status == 403 if role == "nobody" else status in (403, 409)


@pytest.mark.parametrize(("record_type", "tried", "role"), sampled(TRIED))
def test_the_api_allows_what_the_table_says_of_records(record_type: str, tried: str, role: str) -> None:
    move, state = TRIED[tried]
    user = account(role)
    record = prepared(record_type, state, user, role)
    before = outcome(record)
    method, address = ADDRESSES[move]
    body: dict[str, Any] = {"reason": "Because."}
    if move in (Move.SAVED, Move.PROPOSED):
        body["document"] = changed(record)
    path = f"{type_of(record).plural}/{record.slug}/{address}"
    status = ask(user, method, path, body, fingerprint(record))
    if allowed(role, tried):
        assert status in (200, 201, 204)
        assert outcome(record)[-1] == move
    else:
        assert refused(role, status), status
        assert outcome(record) == before


@pytest.mark.parametrize(("record_type", "tried", "role"), sampled(TRIED_WITH_PROPOSALS))
def test_the_api_allows_what_the_table_says_of_proposals(record_type: str, tried: str, role: str) -> None:
    move, state = TRIED_WITH_PROPOSALS[tried]
    user = account(role)
    proposal = proposed(record_type, state, user, role)
    before = outcome(proposal)
    stamp = seal_now(proposal, record_of(proposal))
    status = ask(user, "post", f"proposals/1/{WITH_PROPOSALS[move]}", {"reason": "Because."}, stamp)
    if allowed(role, tried):
        assert status == 200
        assert outcome(proposal)[-1] == move
    else:
        assert status == (401 if role == "anonymous" else 403)
        assert outcome(proposal) == before


@pytest.mark.parametrize(("record_type", "tried", "role"), sampled([BEGIN]))
def test_the_api_allows_what_the_table_says_of_new_drafts(record_type: str, tried: str, role: str) -> None:
    status = ask(account(role), "post", f"{BY_NAME[record_type].plural}/", {"document": another(record_type)}, "x")
    assert status == 201 if allowed(role, tried) else refused(role, status)
    assert begun() == ([Move.SAVED] if allowed(role, tried) else [])
