"""What imports write, as public records, drafts and proposals, is what the ledger has."""

from __future__ import annotations

import pytest

from sanctions.editorial.authors import Authors, authors_of
from sanctions.models import Actor, Version
from sanctions.verification.checks import CHECKS
from tests.factories.users import make_user
from tests.importers.snapshots import ADA, BO, FIRST, SECOND, THIRD, csv, imported

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("first", [True, False])
@pytest.mark.parametrize("then", [True, False])
def test_nothing_differs_after_imports(first: bool, then: bool) -> None:
    reviewer = make_user("reviewer", name="bo")
    imported(reviewer, FIRST, csv({"1": ADA, "2": BO}), public=first)
    imported(reviewer, SECOND, csv({"1": (*ADA, "DOB 1970.")}), public=then)
    imported(reviewer, THIRD, csv({"1": ADA, "2": BO}), public=then)
    assert [str(mismatch) for check in CHECKS.values() for mismatch in check(lambda _: None)] == []


def test_who_imports_drafts_may_let_the_same_be_public_at_once_without_being_its_author() -> None:
    reviewer = make_user("reviewer", name="bo")
    imported(reviewer, FIRST, csv({"1": ADA}), public=False)
    assert not Version.objects.exists()
    imported(reviewer, SECOND, csv({"1": ADA}), public=True)
    assert {*Version.objects.values_list("author", "approver")} == {("", "bo")}
    assert authors_of(Actor.objects.get(name="TESTOV, Ada")) == Authors()
