"""Retracted records answer 410 with the day and the reason; unpublished ones stay 404."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import yaml
from django.contrib.auth.models import User
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanctions.editorial.moves import restore, retract
from sanctions.ledger.versions import Act
from sanctions.models import Agreement, Measure, Order
from sanctions.records.registry import RECORD_TYPES
from tests.api.v1.answer_schema import faults
from tests.api.v1.many import load_many
from tests.factories.users import make_user

pytestmark = pytest.mark.django_db

Ask = Callable[..., Any]
AT = datetime(2025, 3, 1, 12, tzinfo=UTC)
BEFORE = "2025-03-01T11:59:59Z"
REASON = "It was never signed."


@pytest.fixture
def reviewer() -> User:
    return make_user("reviewer", name="reviewer")


@pytest.fixture
def order(world: None, reviewer: User) -> Order:
    """An order with measures, retracted."""
    found: Order = Order.objects.published().filter(measures__isnull=False).order_by("slug")[0]
    retract(found, Act(AT, reviewer, REASON))
    return found


@pytest.fixture
def agreement(world: None, reviewer: User) -> Agreement:
    """An agreement with commitments, retracted."""
    found: Agreement = Agreement.objects.published().filter(commitments__isnull=False).order_by("slug")[0]
    retract(found, Act(AT, reviewer, REASON))
    return found


def assert_retracted(ask: Ask, path: str, message: str) -> None:
    problem = ask(path, status=410)
    assert faults("Problem", problem) == []
    assert problem["type"] == "/api/v1/docs/problems/retracted/"
    assert problem["detail"] == f"{message} on 2025-03-01. {REASON}"


@pytest.mark.parametrize("question", ["", "standing/", "lineage/", "versions/1/", "versions/2/"])
def test_a_retracted_order_is_gone_with_its_questions(ask: Ask, order: Order, question: str) -> None:
    assert_retracted(ask, f"orders/{order.slug}/{question}", f"The order {order.slug!r} was retracted")
    assert ask(f"orders/{order.slug}/{question.replace('2', '1')}", known_at=BEFORE)


@pytest.mark.parametrize("question", ["", "standing/", "compliance/", "versions/1/"])
def test_a_retracted_agreement_is_gone_with_its_questions(ask: Ask, agreement: Agreement, question: str) -> None:
    assert_retracted(ask, f"agreements/{agreement.slug}/{question}", f"The agreement {agreement.slug!r} was retracted")
    assert ask(f"agreements/{agreement.slug}/{question}", known_at=BEFORE)


@pytest.mark.parametrize("question", ["", "standing/"])
def test_a_measure_is_gone_with_its_order(ask: Ask, order: Order, question: str) -> None:
    measures = list(order.measures.all())
    assert measures
    for measure in measures:
        told = f"The measure {measure.slug!r} was retracted with the order {order.slug!r}"
        assert_retracted(ask, f"measures/{measure.slug}/{question}", told)
        assert ask(f"measures/{measure.slug}/{question}", known_at=BEFORE)


@pytest.mark.parametrize("question", ["", "standing/"])
def test_a_commitment_is_gone_with_its_agreement(ask: Ask, agreement: Agreement, question: str) -> None:
    for commitment in agreement.commitments.all():
        told = f"The commitment {commitment.slug!r} was retracted with the agreement {agreement.slug!r}"
        assert_retracted(ask, f"commitments/{commitment.slug}/{question}", told)


def test_a_measure_that_was_never_public_is_not_found(ask: Ask, order: Order) -> None:
    Measure.objects.create(order=order, slug="added-later", kind="waiver", direction="relieves", ordinal=99)
    ask("measures/added-later/", status=404)


def test_lists_leave_out_what_is_retracted_and_its_versions_stay_listed(ask: Ask, order: Order) -> None:
    slugs = [row["slug"] for row in ask("orders/")["results"]]
    assert slugs
    assert order.slug not in slugs
    assert order.slug in [row["slug"] for row in ask("orders/", known_at=BEFORE)["results"]]
    newest = ask(f"orders/{order.slug}/versions/")["versions"][0]
    assert (newest["kind"], newest["reason"]) == ("retraction", REASON)


def test_what_is_restored_answers_again(ask: Ask, order: Order) -> None:
    from_then = "2025-03-01T12:00:00Z"
    restore(order, Act(datetime(2025, 3, 2, tzinfo=UTC), make_user("reviewer", name="other"), "It was signed."))
    assert ask(f"orders/{order.slug}/")["version"]["kind"] == "restoration"
    ask(f"orders/{order.slug}/", known_at=from_then, status=410)


def test_every_noun_that_is_a_record_is_gone_when_it_is_retracted(ask: Ask, reviewer: User) -> None:
    load_many(1)
    for record_type in RECORD_TYPES:
        record = record_type.model._default_manager.get(slug=f"{record_type.name}-0")
        retract(record, Act(AT, reviewer, REASON))
        ask(f"{record_type.plural}/{record.slug}/", status=410)
        ask(f"{record_type.plural}/{record.slug}/versions/1/", status=410)
        assert ask(f"{record_type.plural}/{record.slug}/versions/")["public"] is False


@pytest.mark.usefixtures("world")
def test_a_draft_is_not_found(ask: Ask) -> None:
    drafts = Order.objects.filter(state="draft")
    assert drafts
    for draft in drafts:
        ask(f"orders/{draft.slug}/", status=404)


def test_the_answer_is_a_problem_in_every_format(client: Client, order: Order) -> None:
    for wanted in ("", "bibtex", "html"):
        answer = client.get(f"/api/v1/orders/{order.slug}/", {"format": wanted} if wanted else {})
        assert answer.status_code == 410, wanted


def test_the_reason_is_found_in_as_many_queries_for_any_number_of_versions(
    client: Client, order: Order, reviewer: User
) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert client.get(f"/api/v1/orders/{order.slug}/").status_code == 410
        return len(captured)

    few = queries()
    other = make_user("reviewer", name="other")
    for _ in range(3):
        restore(order, Act(AT, other, "Yes."))
        retract(order, Act(AT, reviewer, "No."))
    assert queries() == few == 4


def test_the_schema_describes_it_where_it_can_happen(client: Client) -> None:
    paths = yaml.safe_load(client.get("/api/v1/schema/").content)["paths"]
    described = {path for path, operations in paths.items() if "410" in operations.get("get", {}).get("responses", {})}
    expected = {path for path in paths if "{slug}" in path and not path.endswith("/versions/") and "/desk/" not in path}
    assert described == expected
