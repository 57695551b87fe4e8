"""Who wrote what an undo of an import brings back or takes away: the people who must not approve it."""

from __future__ import annotations

from datetime import date
from typing import Final

import pytest
from django.contrib.auth.models import User

from sanctions.editorial import moves, proposals
from sanctions.editorial.authors import authors_of
from sanctions.editorial.permissions import may_publish
from sanctions.exceptions import NotPermitted
from sanctions.importers.undo.undo_import import request_undo, undo_import, withdraw_undo_request
from sanctions.ledger.versions import Act
from sanctions.models import Actor, Authorship, Import, Version
from sanctions.records.actors import ACTOR
from sanctions.records.encode import encode
from tests.factories.users import make_user
from tests.importers.made_up_list import AT, Row, import_rows

pytestmark = pytest.mark.django_db

FIRST: Final = date(2024, 5, 1)
SECOND: Final = date(2024, 5, 3)
ADA: Final = Row("TESTOV, Ada")
ADA_SLUG: Final = "testov-ada-made-up-1"
WHY: Final = "It was another list."


@pytest.fixture
def bo() -> User:
    return make_user("reviewer", name="bo")


@pytest.fixture
def cy() -> User:
    return make_user("reviewer", name="cy")


@pytest.fixture
def dee() -> User:
    return make_user("reviewer", name="dee")


def ada() -> Actor:
    return Actor.objects.get(slug=ADA_SLUG)


def names() -> set[str]:
    return {author.name for author in authors_of(ada()).people}


def undo_public(made: Import, by: User, second: User) -> None:
    request_undo(made, Act(AT, by, WHY))
    undo_import(made, Act(AT, second))


def touch(by: User) -> None:
    """Let a user change a draft and change it back to what the import wrote."""
    document = encode(ACTOR, ada().pk)
    moves.rewrite(ada(), {**document, "name": "Other"}, Act(AT, by))
    moves.rewrite(ada(), document, Act(AT, by))


def test_a_draft_that_an_undo_brings_back_has_all_its_former_authors(bo: User, cy: User, dee: User) -> None:
    import_rows(bo, FIRST, {"1": ADA}, public=False)
    touch(cy)
    made, _ = import_rows(dee, SECOND, {"1": ADA}, public=True)
    assert names() == set()
    undo_public(made, bo, dee)
    assert ada().state == "draft"
    assert names() == {"bo", "cy"}
    moves.submit(ada(), Act(AT, bo, "Ready."))
    assert not may_publish(cy, ada())
    assert may_publish(dee, ada())


def test_what_an_undo_corrects_is_the_work_of_who_asked_for_it(bo: User, cy: User, dee: User) -> None:
    import_rows(bo, FIRST, {"1": ADA})
    made, _ = import_rows(bo, SECOND, {"1": Row("TESTOV, Ada", birth="1970")})
    undo_public(made, cy, dee)
    last = Version.objects.filter(record_type="actor", slug=ADA_SLUG).latest("number")
    assert (last.author, last.approver) == ("cy", "dee")
    cy.delete()
    assert names() == {"cy"}


def test_a_draft_that_an_undo_deletes_leaves_no_authors(bo: User, cy: User) -> None:
    made, _ = import_rows(bo, FIRST, {"1": ADA}, public=False)
    undo_import(made, Act(AT, bo, WHY))
    assert not Authorship.objects.exists()
    import_rows(cy, FIRST, {"1": ADA}, public=False)
    assert names() == {"cy"}


def test_a_request_of_who_has_no_account_any_more_does_not_lock_the_import(bo: User, cy: User, dee: User) -> None:
    import_rows(bo, FIRST, {"1": ADA})
    made, _ = import_rows(bo, SECOND, {"1": Row("TESTOV, Ada", birth="1970")})
    request_undo(made, Act(AT, cy, WHY))
    cy.delete()
    made.refresh_from_db()
    with pytest.raises(NotPermitted, match=r"cy, who asked .* has no account any more"):
        undo_import(made, Act(AT, dee))
    with pytest.raises(NotPermitted):
        withdraw_undo_request(made, Act(AT, make_user("curator", name="eve")))
    withdraw_undo_request(made, Act(AT, dee))
    undo_public(made, bo, dee)
    last = Version.objects.filter(record_type="actor", slug=ADA_SLUG).latest("number")
    assert (last.author, last.approver) == ("bo", "dee")


def test_who_wrote_what_an_undo_takes_away_may_approve_the_undo(bo: User, cy: User, dee: User) -> None:
    import_rows(bo, FIRST, {"1": ADA})
    made, _ = import_rows(bo, SECOND, {"1": Row("TESTOV, Ada", birth="1970")})
    document = encode(ACTOR, ada().pk)
    for changed in ({**document, "name": "Other"}, document):
        proposal = proposals.propose(ada(), proposals.ProposedChange(changed), Act(AT, cy, WHY))
        proposals.submit(proposal, Act(AT, cy))
        proposals.accept(proposal, Act(AT, bo), seen=proposals.seal_now(proposal, ada()))
    undo_public(made, dee, cy)
    last = Version.objects.filter(record_type="actor", slug=ADA_SLUG).latest("number")
    assert (last.author, last.approver) == ("dee", "cy")
