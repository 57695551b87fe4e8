"""The admin allows what the table says."""

from __future__ import annotations

from typing import Any, Final

import pytest
from django.contrib.auth.models import AnonymousUser, User
from django.test import Client

from sanctions.editorial.proposals import record_of, seal_now
from sanctions.models import Record, Redirect, Remark
from sanctions.vocabulary import Move
from tests.admin.conftest import FormReader
from tests.editorial.permission_matrix.table import (
    BEGIN,
    TRIED,
    TRIED_AT_THE_DESK,
    TRIED_WITH_PROPOSALS,
    TRIED_WITH_TWO,
    account,
    allowed,
    discussed,
    outcome,
    paired,
    prepared,
    proposed,
    sampled,
)

pytestmark = pytest.mark.django_db

#: Move → the address below the record's in the admin.
ADDRESSES: Final = {
    Move.SAVED: "change",
    Move.SUBMITTED: "submit",
    Move.RETURNED: "return",
    Move.PUBLISHED: "publish",
    Move.RETRACTED: "retract",
    Move.RESTORED: "restore",
    Move.DELETED: "delete",
    Move.PROPOSED: "change",
}
#: Move → the address below the proposal's in the admin.
WITH_PROPOSALS: Final = {
    Move.SUBMITTED: "submit",
    Move.RETURNED: "return",
    Move.WITHDRAWN: "withdraw",
    Move.PUBLISHED: "publish",
}
#: Move → the whole address of a move of two records.
WITH_TWO: Final = {
    Move.COMPARED: "/admin/sanctions/likeness/compare/?noun={noun}&one={slug}&other={slug}-twin",
    Move.MERGED: "/admin/sanctions/likeness/merge/?noun={noun}&kept={slug}-twin&dropped={slug}",
    Move.UNMERGED: "/admin/sanctions/redirect/{redirect}/change/",
}
AT_THE_DESK: Final = {
    Move.ASSIGNED: "assign",
    Move.UNASSIGNED: "unassign",
    Move.RESOLVED: "resolve",
    Move.CONFIRMED: "confirm",
}
#: What is tried here. One form saves what is not public and proposes changes to what is: which, no request chooses.
TRIED_HERE: Final = [tried for tried in TRIED if tried not in ("propose to a draft", "propose in review")]


def post(client: Client, record: Record, move: Move) -> Any:
    """Post what a browser would, whether the page offers it or not."""
    address = f"/admin/sanctions/{record._meta.model_name}/{record.pk}/{ADDRESSES[move]}/"
    if move not in (Move.SAVED, Move.PROPOSED):
        return client.post(address, {"reason": "Because.", "post": "yes"})
    reader = FormReader()
    reader.feed(client.get(address).content.decode())
    values = {name: reader.values.getlist(name) for name in reader.values if "__prefix__" not in name}
    values.pop("csrfmiddlewaretoken", None)
    why = {"change_kind": "update", "change_reason": "Because."} if move == Move.PROPOSED else {}
    return client.post(address, {**values, **why, "note": "Changed."})


def signed_in(user: User | AnonymousUser) -> Client:
    """Return the browser of the user."""
    client = Client()
    if isinstance(user, User):
        client.force_login(user)
    return client


@pytest.mark.parametrize(("record_type", "tried", "role"), sampled(TRIED_HERE))
def test_the_admin_allows_what_the_table_says(record_type: str, tried: str, role: str) -> None:
    move, state = TRIED[tried]
    user = account(role)
    record = prepared(record_type, state, user, role)
    before = outcome(record)
    answer = post(signed_in(user), record, move)
    if allowed(role, tried):
        assert answer.status_code == 302
        assert outcome(record)[-1] == move
    else:
        assert answer.status_code in (200, 302, 403)
        assert answer.status_code != 302 or role == "anonymous"
        assert outcome(record) == before


@pytest.mark.parametrize(("record_type", "tried", "role"), sampled(TRIED_WITH_PROPOSALS))
def test_the_admin_allows_what_the_table_says_of_proposals(record_type: str, tried: str, role: str) -> None:
    move, state = TRIED_WITH_PROPOSALS[tried]
    user = account(role)
    proposal = proposed(record_type, state, user, role)
    before = outcome(proposal)
    values = {"reason": "Because.", "seen": seal_now(proposal, record_of(proposal))}
    answer = signed_in(user).post(f"/admin/sanctions/proposal/{proposal.number}/{WITH_PROPOSALS[move]}/", values)
    if allowed(role, tried):
        assert answer.status_code == 302
        assert outcome(proposal)[-1] == move
    else:
        assert answer.status_code == {"anonymous": 302, "nobody": 403}.get(role, 200)
        assert outcome(proposal) == before


@pytest.mark.parametrize(("record_type", "tried", "role"), sampled([BEGIN]))
def test_the_admin_opens_an_empty_form_to_whom_the_table_says(record_type: str, tried: str, role: str) -> None:
    answer = signed_in(account(role)).get(f"/admin/sanctions/{record_type}/add/")
    assert answer.status_code == (200 if allowed(role, tried) else 302 if role == "anonymous" else 403)


@pytest.mark.parametrize(("record_type", "tried", "role"), sampled(TRIED_AT_THE_DESK))
def test_the_admin_allows_what_the_table_says_of_the_desk(record_type: str, tried: str, role: str) -> None:
    move, state = TRIED_AT_THE_DESK[tried]
    user = account(role)
    record = discussed(record_type, state, user, role)
    before = outcome(record)
    asked = {"assignee": User.objects.get(username="second reader").pk, "remark": Remark.objects.get().pk}
    address = f"/admin/sanctions/{record_type}/{record.pk}/{AT_THE_DESK[move]}/"
    answer = signed_in(user).post(address, {"reason": "Because.", **asked})
    if allowed(role, tried):
        assert answer.status_code == 302
        assert outcome(record)[-1] == move
    else:
        assert answer.status_code == {"anonymous": 302, "nobody": 403}.get(role, 200)
        assert outcome(record) == before


@pytest.mark.parametrize(("record_type", "tried", "role"), sampled(TRIED_WITH_TWO))
def test_the_admin_allows_what_the_table_says_of_two(record_type: str, tried: str, role: str) -> None:
    move, _ = TRIED_WITH_TWO[tried]
    user = account(role)
    record = paired(record_type, tried, user, role)
    before = outcome(record)
    redirect = Redirect.objects.filter(old=record.slug).values_list("pk", flat=True).first()
    address = WITH_TWO[move].format(noun=record_type, slug=record.slug, redirect=redirect)
    answer = signed_in(user).post(address, {"reason": "Because.", "decision": "same"})
    if allowed(role, tried):
        assert answer.status_code == 302
        assert outcome(record)[-1] == move
    else:
        assert answer.status_code in (200, 302, 403)
        assert answer.status_code != 302 or role == "anonymous"
        assert outcome(record) == before
