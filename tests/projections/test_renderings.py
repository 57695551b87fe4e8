"""Stored renderings: whatever is edited, they are what a full rebuild would store."""

from typing import Any

import orjson
import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sanctions.loading.documents import Incoming, save_documents
from sanctions.models import Actor, Agreement, Commitment, Event, Measure, Order, Record, Rendered, Violation
from sanctions.projections.rendered_documents import render
from sanctions.projections.renderings import render_everything, render_with_dependents
from sanctions.records.registry import BY_NAME, RECORD_TYPES
from sanctions.vocabulary import Modality, State
from tests.effort import examples
from tests.factories.acts import ACT
from tests.factories.documents import incoming, refer, world
from tests.undo import undone

SERVED: list[type[Rendered]] = [*(record_type.model for record_type in RECORD_TYPES), Measure, Commitment]


@pytest.fixture(autouse=True)
def stored_world(db: None) -> None:
    save_documents(world(), ACT)


def save(*documents: dict[str, Any], state: State = State.PUBLISHED) -> None:
    save_documents([Incoming(BY_NAME[item["slug"].partition("-")[0]], item, state) for item in documents], ACT)


def renderings() -> dict[str, Any]:
    """Everything that is derived and stored: model and slug → rendering and date."""
    renderings: dict[str, Any] = {}
    for model in SERVED:
        columns = ["rendering", *(["dated_on"] if model in (Order, Agreement) else [])]
        for slug, *values in model._default_manager.order_by("slug").values_list("slug", *columns):
            renderings[f"{model.__name__} {slug}"] = values
    return renderings


def assert_as_rebuilt() -> None:
    stored = renderings()
    render_everything()
    assert stored == renderings()


def rendering(row: Rendered) -> dict[str, Any]:
    row.refresh_from_db(fields=["rendering"])
    found: dict[str, Any] = orjson.loads(row.rendering)
    return found


def distinct(items: list[Incoming]) -> list[Incoming]:
    return list({item.slug: item for item in items}.values())


edits = st.lists(
    st.sampled_from([*BY_NAME, "event", "event", "actor", "order"]).flatmap(incoming), min_size=1, max_size=3
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow], max_examples=examples(40))
@given(steps=st.lists(edits.map(distinct), min_size=1, max_size=3))
def test_renderings_are_what_a_rebuild_would_store(steps: list[list[Incoming]]) -> None:
    with undone():
        for step in steps:
            save_documents(step, ACT)
        assert_as_rebuilt()


# --- Who shows whom -----------------------------------------------------------------------------


def an_event(**changes: Any) -> dict[str, Any]:
    effects = [
        {"measure": "measure-1", "verb": "took_effect", "effective_on": "2016-01-16", "by_order": "order-2"},
        {"agreement": "agreement-1", "party": "actor-2", "verb": "joined", "effective_on": "2015-07-14"},
        {"commitment": "commitment-1", "verb": "breached", "effective_on": "2019-07-01", "party": "actor-2"},
    ]
    return {**refer("event-1"), "effects": effects, **changes}


@pytest.mark.parametrize(
    ("model", "slug"),
    [
        (Event, "event-1"),
        (Measure, "measure-1"),
        (Order, "order-1"),
        (Agreement, "agreement-1"),
        (Commitment, "commitment-1"),
    ],
)
def test_a_new_name_is_shown_by_all_who_show_it(model: type[Rendered], slug: str) -> None:
    save(an_event(), {**refer("order-2"), "measures": [refer("measure-3")]})
    actor = Actor.objects.get(slug="actor-2")
    actor.name = "Islamic Republic of Iran"
    actor.save()
    order = Order.objects.get(slug="order-2")
    order.title = "Another title"
    order.save()
    render_with_dependents([actor, order], ACT.at)
    text = model._default_manager.get(slug=slug).rendering
    assert ("Islamic Republic of Iran" in text) == (slug not in ("measure-1", "order-1"))
    assert ("Another title" in text) == (slug in ("event-1", "measure-1", "order-1"))
    assert_as_rebuilt()


def test_a_new_title_of_an_office_is_shown_by_the_events_in_which_its_holder_took_part() -> None:
    participation = {"actor": "actor-1", "role": "speaker", "capacity": "tenure-1"}
    save({**refer("event-1"), "participations": [participation]})
    save({**refer("actor-1"), "tenures": [{**refer("tenure-1"), "title": "Supreme Leader"}]})
    shown = rendering(Event.objects.get(slug="event-1"))["participations"][0]
    assert shown["capacity"] == {"slug": "tenure-1", "name": "Supreme Leader"}
    assert_as_rebuilt()


def test_what_is_not_public_is_named_without_a_link() -> None:
    save(an_event())
    save(refer("order-2") | {"measures": [refer("measure-3")]}, state=State.DRAFT)
    measure = Measure.objects.get(slug="measure-1")
    assert rendering(measure)["history"][0]["by_order"] == {"slug": "order-2", "name": "order-2"}
    save(refer("order-2") | {"measures": [refer("measure-3")]})
    assert rendering(measure)["history"][0]["by_order"]["url"] == "/api/v1/orders/order-2/"


def test_what_is_not_public_has_no_rendering() -> None:
    save(refer("order-2") | {"measures": [refer("measure-3")]}, state=State.DRAFT)
    assert Order.objects.get(slug="order-2").rendering == Measure.objects.get(slug="measure-3").rendering == ""


@pytest.mark.parametrize("state", [State.DRAFT, State.IN_REVIEW, State.RETRACTED])
def test_effects_of_an_event_that_is_no_longer_public_leave_the_histories(state: State) -> None:
    save(an_event())
    order, measure = Order.objects.get(slug="order-1"), Measure.objects.get(slug="measure-1")
    assert len(rendering(order)["history"]) == len(rendering(measure)["history"]) == 1
    save(an_event(), state=state)
    assert rendering(order)["history"] == rendering(measure)["history"] == []


def test_effects_of_a_cancelled_event_leave_the_histories() -> None:
    save(an_event())
    save(an_event(modality=Modality.CANCELLED))
    assert rendering(Agreement.objects.get(slug="agreement-1"))["history"] == []


def test_effects_that_are_removed_leave_the_histories() -> None:
    save(an_event())
    save(an_event(effects=[]))
    assert rendering(Agreement.objects.get(slug="agreement-1"))["history"] == []
    assert_as_rebuilt()


def test_histories_are_in_the_order_of_the_effects() -> None:
    effects = [
        {"order": "order-1", "verb": "revoked", "effective_on": "2018-08-07", "sequence": 1},
        {"order": "order-1", "verb": "reinstated", "effective_on": "2018-08-07"},
        {"order": "order-1", "verb": "took_effect", "effective_on": "2012"},
    ]
    save({**refer("event-2"), "effects": effects})
    history = rendering(Order.objects.get(slug="order-1"))["history"]
    assert [effect["verb"] for effect in history] == ["took_effect", "reinstated", "revoked"]


def test_an_order_is_dated_by_the_first_effect_by_which_it_came_about() -> None:
    effects = [
        {"order": "order-1", "verb": "took_effect", "effective_on": "2012-07"},
        {"order": "order-1", "verb": "issued", "effective_on": "2012-06-30"},
        {"order": "order-1", "verb": "amended", "effective_on": "2011"},
    ]
    save({**refer("event-2"), "effects": effects})
    order = Order.objects.get(slug="order-1")
    assert (str(order.dated_on), rendering(order)["dated_on"]) == ("2012-06-30", "2012-06-30")
    save(refer("event-2"))
    order.refresh_from_db()
    assert (order.dated_on, rendering(order)["dated_on"]) == (None, None)


# --- What a rendering has -----------------------------------------------------------------------


@pytest.mark.parametrize("record_type", RECORD_TYPES, ids=lambda record_type: record_type.name)
def test_every_rendering_of_a_type_has_every_key(record_type: Any) -> None:
    row: Record = record_type.model._default_manager.first()
    found = rendering(row)
    assert [key.name for key in record_type.keys if key.name not in found] == []
    assert (found["type"], found["url"]) == (record_type.name, f"/api/v1/{record_type.plural}/{row.slug}/")


def test_an_event_tells_its_class_and_its_date_in_words() -> None:
    save({**refer("event-1"), "kind": "threat", "happened_on": "2025-02"})
    found = rendering(Event.objects.get(slug="event-1"))
    assert (found["class"], found["happened"]) == ("threaten", "February 2025")


def test_a_measure_without_a_title_goes_by_its_kind() -> None:
    save(an_event())
    effect = rendering(Event.objects.get(slug="event-1"))["effects"][0]
    assert effect["measure"] == {"slug": "measure-1", "name": "waiver", "url": "/api/v1/measures/measure-1/"}


# --- The number of queries ----------------------------------------------------------------------


@pytest.mark.parametrize("model", [Order, Measure, Violation, Event])
def test_many_are_rendered_in_as_many_queries_as_few(model: type[Rendered]) -> None:
    for number in range(30):
        slug = f"{str(model._meta.model_name) if model is not Measure else 'order'}-many-{number}"
        parts = {"measures": [refer(f"measure-many-{number}")]} if model is Measure else {}
        save({**refer(slug), **parts})
    keys = list(model._default_manager.filter(slug__contains="many").values_list("pk", flat=True))
    counts = []
    for some in (keys[:3], keys):
        with CaptureQueriesContext(connection) as captured:
            assert len(render(model, some)) == len(some)
        counts.append(len(captured))
    assert counts[0] == counts[1]
