"""The appearances of actors are those in public events, whatever is done to these."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from sanctions.loading.documents import Incoming, save_documents
from sanctions.models import Appearance
from sanctions.projections.renderings import render_everything
from sanctions.records.actors import ACTOR
from sanctions.records.events import EVENT
from sanctions.vocabulary import State
from tests.factories.acts import ACT

pytestmark = pytest.mark.django_db


def save(*, state: State = State.PUBLISHED, **values: Any) -> None:
    """Write an event of two actors, one of them in two roles."""
    parts = [{"actor": "iran", "role": "speaker"}, {"actor": "iran", "role": "host"}]
    parts.append({"actor": "france", "role": "audience"})
    document = {
        "slug": "talks",
        "kind": "statement",
        "title": "Talks",
        "happened_on": "2015-07",
        "participations": parts,
    }
    save_documents([Incoming(EVENT, document | values, state)], ACT)


@pytest.fixture
def actors() -> None:
    """Two actors."""
    actors = [{"slug": slug, "kind": "state", "name": slug.capitalize()} for slug in ("iran", "france")]
    save_documents([Incoming(ACTOR, document) for document in actors], ACT)


def appearances() -> list[tuple[str, ...]]:
    """Return who appears in which event, of which kind and when."""
    columns = ("actor__slug", "event__slug", "slug", "kind", "happened_earliest", "happened_latest")
    rows = Appearance.objects.order_by("actor__slug", "slug").values_list(*columns)
    return [tuple(map(str, row)) for row in rows]


TALKS = ("talks", "talks", "statement", "2015-07-01", "2015-07-31")


@pytest.mark.usefixtures("actors")
def test_an_actor_appears_once_in_an_event_in_any_number_of_roles() -> None:
    save()
    assert appearances() == [("france", *TALKS), ("iran", *TALKS)]


@pytest.mark.usefixtures("actors")
def test_nobody_appears_in_what_is_not_public() -> None:
    save(state=State.DRAFT)
    assert appearances() == []
    save()
    save(state=State.RETRACTED)
    assert appearances() == []


@pytest.mark.usefixtures("actors")
def test_an_appearance_follows_its_event() -> None:
    save()
    save(kind="claim", happened_on="2016-01-16", participations=[{"actor": "iran", "role": "speaker"}])
    assert appearances() == [("iran", "talks", "talks", "claim", "2016-01-16", "2016-01-16")]


@pytest.mark.usefixtures("actors")
def test_rendering_everything_makes_the_appearances_anew() -> None:
    save()
    expected = appearances()
    Appearance.objects.filter(actor__slug="iran").delete()
    Appearance.objects.update(kind="claim")
    render_everything()
    assert appearances() == expected


@pytest.mark.usefixtures("actors")
def test_the_past_is_asked_of_the_tables_of_the_past(client: Client) -> None:
    save()
    Appearance.objects.all().delete()
    known = client.get("/api/v1/events/", {"actor": "iran", "known_at": ACT.at.isoformat()}).json()
    assert [row["slug"] for row in known["results"]] == ["talks"]
