"""The lookup of many primary keys."""

from __future__ import annotations

import pytest

from sanctions.models import Event, Order, Participation, past_of
from tests.factories.events import make_event
from tests.factories.orders import make_order

pytestmark = pytest.mark.django_db


def test_it_finds_what_in_finds_by_key_and_by_reference() -> None:
    orders = [make_order() for _ in range(3)]
    keys = [orders[0].pk, orders[2].pk, 10**12]
    assert set(Order.objects.filter(pk__keyed=keys)) == set(Order.objects.filter(pk__in=keys))
    issuers = [orders[1].issuer_id]
    assert set(Order.objects.filter(issuer__keyed=issuers)) == set(Order.objects.filter(issuer__in=issuers))
    assert set(Order.objects.filter(issuer_id__keyed=set(issuers))) == {orders[1]}
    assert not past_of(Order).filter(id__keyed=keys).exists()


def test_it_goes_on_through_other_tables() -> None:
    event = make_event()
    assert not Participation.objects.filter(event__participations__actor__keyed=[event.pk]).exists()


def test_of_no_keys_there_is_nothing() -> None:
    make_event()
    assert list(Event.objects.filter(pk__keyed=[])) == []
    assert list(Event.objects.filter(pk__keyed=iter(()))) == []


def test_any_number_of_keys_can_be_asked_for() -> None:
    event = make_event()
    assert list(Event.objects.filter(pk__keyed=range(event.pk, event.pk + 100_000))) == [event]


@pytest.mark.parametrize("value", ["1); DROP TABLE x; --", "a", None])
def test_what_is_no_number_is_refused(value: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        list(Event.objects.filter(pk__keyed=[value]))
