"""Importing the Federal Register: orders, signatures and effects, without duplicating what curators have recorded."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final

import pytest
from django.contrib.auth.models import User

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import RawFile
from sanctions.importers.plan.items import Fate
from sanctions.importers.registry import SOURCES
from sanctions.importers.running import PreparedImport, carry_out, prepare
from sanctions.importers.write import Consent
from sanctions.ledger.versions import Act, verify_chain
from sanctions.models import Effect, Event, Order, Source
from sanctions.vocabulary import State
from tests.factories.actors import make_actor
from tests.factories.events import make_event
from tests.factories.orders import make_order
from tests.factories.sources import cite
from tests.factories.users import make_user
from tests.importers.federal_register_files import COLUMNS

pytestmark = pytest.mark.django_db
AT: Final = datetime(2025, 3, 7, 12, tzinfo=UTC)
DAY: Final = date(2025, 2, 1)
REGISTER: Final = SOURCES["federal-register"]


def row(number: int, signed: str, notes: str = "") -> dict[str, str]:
    year, month, day = signed.split("-")
    return {
        "citation": f"89 FR {number}",
        "document_number": f"2024-{number}",
        "end_page": "",
        "html_url": f"https://example.org/{number}",
        "pdf_url": "",
        "type": "Presidential Document",
        "subtype": "Executive Order",
        "publication_date": f"{month}/{day}/{year}",
        "signing_date": signed,
        "start_page": "",
        "title": f"Order {number}",
        "disposition_notes": notes,
        "executive_order_number": str(number),
    }


def csv(*rows: dict[str, str]) -> RawFile:
    lines = [",".join(COLUMNS), *(",".join(f'"{found[name]}"' for name in COLUMNS) for found in rows)]
    return RawFile.of_bytes("orders.csv", "\n".join(lines).encode())


@pytest.fixture
def reviewer() -> User:
    return make_user("reviewer", name="bo")


def imported(by: User, *files: RawFile, day: date = DAY) -> PreparedImport:
    found = prepare(REGISTER, list(files), as_of=day, is_public=True)
    carry_out(found, Consent(Act(AT, by, f"Import of {day}."), is_public=True))
    return found


def effects(**where: Any) -> list[tuple[str | None, ...]]:
    rows = Effect.objects.filter(**where).order_by("order__slug", "effective_on", "verb")
    return [tuple(row) for row in rows.values_list("order__slug", "verb", "effective_on", "by_order__slug")]


PAIR: Final = (
    row(99902, "2024-03-01", "Revokes: EO 99901, January 2, 2024"),
    row(99901, "2024-01-02", "Revoked by: EO 99902, March 1, 2024"),
)


def test_an_order_is_issued_published_and_revoked_by_the_next(reviewer: User) -> None:
    imported(reviewer, csv(*PAIR))
    assert effects(order__slug="us-eo-99901") == [
        ("us-eo-99901", "issued", "2024-01-02", None),
        ("us-eo-99901", "published", "2024-01-02", None),
        ("us-eo-99901", "revoked", "2024-03-01", "us-eo-99902"),
    ]
    assert Order.objects.with_standing(date(2024, 3, 1)).get(slug="us-eo-99901").standing == "ended"
    verify_chain()


def test_an_order_that_only_a_note_names_is_a_stub(reviewer: User) -> None:
    imported(reviewer, csv(row(99902, "2024-03-01", "Amends: EO 99900, May 5, 2020")))
    stub = Order.objects.get(slug="us-eo-99900")
    assert stub.title == "Executive Order 99900"
    assert "its title is not known" in stub.note
    assert ("us-eo-99900", "amended", "2024-03-01", "us-eo-99902") in effects()


def test_a_stub_is_filled_in_once_its_document_comes(reviewer: User) -> None:
    imported(reviewer, csv(PAIR[0]))
    imported(reviewer, csv(*PAIR), day=date(2025, 3, 1))
    assert Order.objects.get(slug="us-eo-99901").title == "Order 99901"
    assert Event.objects.filter(slug="us-eo-99901-signed").count() == 1


def test_the_same_file_again_changes_nothing(reviewer: User) -> None:
    imported(reviewer, csv(*PAIR))
    again = imported(reviewer, csv(*PAIR))
    assert {item.fate for item in again.plan.items} == {Fate.UNCHANGED}


def test_every_record_cites_the_file_and_its_line(reviewer: User) -> None:
    file = csv(*PAIR)
    imported(reviewer, file)
    assert Source.objects.get().content_hash == file.sha256
    citation = Order.objects.get(slug="us-eo-99902").citations.get()
    assert citation.pinpoint == "orders.csv, line 2, document 2024-99902"


def test_a_text_that_cannot_be_read_stays_with_the_order_and_in_the_report(reviewer: User) -> None:
    found = imported(reviewer, csv(row(99902, "2024-03-01", "Amends: EO 99900, August 34, 2020; See: 59 FR 51066")))
    assert "59 FR 51066" in Order.objects.get(slug="us-eo-99902").note
    assert found.report.more["share_of_clauses"] < 1
    assert found.report.faults


def curated() -> Event:
    """An order, and its signature as a curator recorded it, with a section and another day."""
    order = make_order("us-eo-99901", title="Blocking Property", state=State.PUBLISHED)
    order.identifiers.create(scheme="us-eo", value="99901", ordinal=0)
    event = make_event("us-eo-99901-signed", state=State.PUBLISHED)
    for place, verb in enumerate(("issued", "took_effect")):
        event.effects.create(order=order, verb=verb, effective_on="2024-01-02", ordinal=place)
    for record in (order, event):
        cite(record)
    return event


def test_what_a_curated_event_tells_is_not_told_again(reviewer: User) -> None:
    event = curated()
    found = imported(reviewer, csv(*PAIR))
    assert effects(verb="issued", order__slug="us-eo-99901") == [("us-eo-99901", "issued", "2024-01-02", None)]
    assert list(event.effects.values_list("verb", flat=True)) == ["issued", "took_effect"]
    (proposed,) = [item for item in found.plan.of(Fate.PROPOSED) if item.slug == event.slug]
    assert [effect["verb"] for effect in proposed.document["effects"]] == ["issued", "took_effect", "published"]


def test_a_curated_participation_with_more_in_it_is_the_same_participation(reviewer: User) -> None:
    event, president = curated(), make_actor("us-president", name="The President", state=State.PUBLISHED)
    event.participations.create(actor=president, role="issuer", note="In person.", ordinal=0)
    found = imported(reviewer, csv(*PAIR))
    (proposed,) = [item for item in found.plan.of(Fate.PROPOSED) if item.slug == event.slug]
    assert proposed.document["participations"] == [{"actor": "us-president", "role": "issuer", "note": "In person."}]
    assert [one.path for one in proposed.conflicts] == ["title", "happened_on"]
    assert all("as the record has it" in one for one in proposed.disputes)


def test_a_curated_order_keeps_its_title_and_reach(reviewer: User) -> None:
    curated()
    found = imported(reviewer, csv(*PAIR))
    (proposed,) = [item for item in found.plan.of(Fate.PROPOSED) if item.slug == "us-eo-99901"]
    assert (proposed.document["title"], proposed.document["geographic_scope"]) == ("Blocking Property", "country")
    assert {row["scheme"] for row in proposed.document["identifiers"]} == {"us-eo", "fr-citation", "fr-document"}


def test_a_curated_president_stays(reviewer: User) -> None:
    make_actor("us-president", name="The President", state=State.PUBLISHED)
    imported(reviewer, csv(*PAIR))
    assert Order.objects.get(slug="us-eo-99902").issuer.name == "The President"


def test_its_day_must_be_given_and_editions_come_in_their_order(reviewer: User) -> None:
    with pytest.raises(UnreadableList, match="Give it with --as-of"):
        prepare(REGISTER, [csv(*PAIR)])
    imported(reviewer, csv(*PAIR))
    with pytest.raises(UnreadableList, match="in the order of their days"):
        prepare(REGISTER, [csv(*PAIR)], as_of=date(2024, 1, 1))


def test_other_files_are_refused() -> None:
    with pytest.raises(UnreadableList, match="Allowed: CSV"):
        prepare(REGISTER, [RawFile.of_bytes("orders.txt", b"")], as_of=DAY)
