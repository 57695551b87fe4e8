"""How many queries a change of a public event with six effects makes, from its form to the public."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from sanctions.ledger.history import keep_all_history
from sanctions.ledger.versions import Act, append_missing_versions
from sanctions.models import Event, Proposal
from tests.admin.conftest import form_values
from tests.factories.events import make_effect, make_event
from tests.factories.orders import make_order
from tests.factories.sources import cite

pytestmark = pytest.mark.django_db
AT: Final = datetime(2025, 2, 7, 12, tzinfo=UTC)
EFFECTS: Final = 6


@pytest.fixture
def event() -> Event:
    event = make_event("withdrawal", title="Withdrawal", happened_on="2018-05-08")
    for number in range(EFFECTS):
        make_effect("revoked", "2018-05-08", event, order=make_order(f"us-eo-{number}"))
    cite(event)
    append_missing_versions(Act(AT))
    keep_all_history(AT)
    return event


def counted(client: Client, path: str, values: dict[str, Any] | None = None) -> tuple[int, Any]:
    """Return how many queries a request makes, and its response."""
    with CaptureQueriesContext(connection) as captured:
        answer = client.get(path) if values is None else client.post(path, values)
    return len(captured), answer


def test_the_queries_of_a_change_of_an_event(curator: Client, reviewer: Client, event: Event) -> None:
    form = f"/admin/sanctions/event/{event.pk}/change/"
    curator.get(form)
    reviewer.get(form)
    made: dict[str, int] = {}
    made["form"], answer = counted(curator, form)
    assert answer.content.decode().count("2018-05-08") > EFFECTS
    values = form_values(answer.content.decode())
    change = {"effects-0-effective_on": "2018-05-09", "change_reason": "Read again.", "change_kind": "update"}
    made["submit"], answer = counted(curator, form, {**values, **change, "_submit": "1"})
    proposal = Proposal.objects.get()
    assert (answer.status_code, proposal.state) == (302, "in_review")
    made["own form"], answer = counted(curator, f"{form}?proposal={proposal.number}")
    assert 'value="2018-05-09"' in answer.content.decode()
    page = f"/admin/sanctions/proposal/{proposal.number}/"
    reviewer.get(f"{page}change/")
    made["review"], answer = counted(reviewer, f"{page}change/")
    seen = answer.context["seal"]
    made["question"], answer = counted(reviewer, f"{page}publish/?seen={seen}")
    made["accept"], answer = counted(reviewer, f"{page}publish/", {"reason": "Good.", "seen": seen})
    assert answer.status_code == 302
    assert str(event.effects.order_by("ordinal")[0].effective_on) == "2018-05-09"
    assert made == {"form": 57, "submit": 55, "own form": 53, "review": 101, "question": 8, "accept": 184}
