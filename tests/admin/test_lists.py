"""Lists of the admin: what they find, what they filter, what they show."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.test import Client

from sanctions.models import ActorName, Effect, Identifier, Order, OrderTopic
from sanctions.projections.renderings import render_with_dependents
from tests.admin.world import NOUNS
from tests.factories.actors import make_actor
from tests.factories.acts import ACT
from tests.factories.agreements import make_agreement
from tests.factories.designations import make_designation
from tests.factories.events import make_effect, make_event
from tests.factories.orders import make_measure, make_order
from tests.factories.programs import make_program
from tests.factories.sources import cite, make_source
from tests.factories.violations import make_violation

pytestmark = pytest.mark.django_db


def listed(client: Client, noun: str, **parameters: str) -> list[str]:
    """Return the slugs that a list shows."""
    answer = client.get(f"/admin/sanctions/{noun}/", parameters)
    assert answer.status_code == 200, f"{answer.status_code} {answer.headers.get('Location')}"
    return [record.slug for record in answer.context["cl"].result_list]


def offered(client: Client, model: str, field: str, term: str) -> list[str]:
    """Return what a search offers where a row is chosen."""
    parameters = {"app_label": "sanctions", "model_name": model, "field_name": field, "term": term}
    answer = client.get("/admin/autocomplete/", parameters)
    assert answer.status_code == 200
    return [found["text"] for found in answer.json()["results"]]


# --- Search -------------------------------------------------------------------------------------


def test_an_actor_is_found_by_name_alias_identifier_and_slug(curator: Client) -> None:
    actor = make_actor("iran", name="Islamic Republic of Iran")
    make_actor("iraq", name="Iraq")
    ActorName.objects.create(actor=actor, kind="native", text="جمهوری اسلامی ایران")
    Identifier.objects.create(actor=actor, scheme="wikidata", value="Q794")
    for term in ("islamic rep", "اسلامی", "Q794", "iran"):
        assert listed(curator, "actor", q=term) == ["iran"], term


def test_what_is_found_twice_is_listed_once(curator: Client) -> None:
    actor = make_actor("iaea", name="Agency")
    for place in range(3):
        ActorName.objects.create(actor=actor, ordinal=place, kind="alias", text=f"Atomic Agency {place}")
    assert listed(curator, "actor", q="atomic agency") == ["iaea"]


def test_an_order_is_found_by_its_number(curator: Client) -> None:
    Identifier.objects.create(order=make_order("us-eo-13902"), scheme="us-eo", value="13902")
    make_order("us-eo-13846")
    assert listed(curator, "order", q="13902") == ["us-eo-13902"]


@pytest.mark.parametrize("noun", NOUNS)
def test_no_text_breaks_a_search(curator: Client, noun: str) -> None:
    for term in ("\0", "a\0b", "%_\\", "'\"", "x" * 5000, "\ud7ff\U0010ffff", "\ufdfa \u202e"):
        answer = curator.get(f"/admin/sanctions/{noun}/", {"q": term})
        assert answer.status_code in (200, 302)


@pytest.mark.parametrize("noun", NOUNS)
def test_no_parameter_breaks_a_list(curator: Client, noun: str) -> None:
    for parameters in (
        {"state__exact": "\0"},
        {"state__exact": "nonsense"},
        {"p": "99999999999999999999"},
        {"o": "99.-99"},
        {"e": "1"},
        {"unknown": "1"},
        {"sourced": "perhaps"},
        {"standing": "nonsense"},
    ):
        assert curator.get(f"/admin/sanctions/{noun}/", parameters).status_code in (200, 302)


@pytest.mark.parametrize("year", ["9999", "0", "10000", "99999999999999999999", "x"])
def test_no_year_breaks_the_calendar_of_a_list(curator: Client, year: str) -> None:
    make_event(happened_on="2019/..")
    assert curator.get("/admin/sanctions/event/", {"happened_latest__year": year}).status_code in (200, 302)


def test_rows_are_chosen_by_search(curator: Client) -> None:
    make_actor("us", name="United States")
    make_order("us-eo-1", title="An order")
    measure = make_measure(make_order("us-eo-2"), "us-eo-2-oil", title="No oil")
    assert offered(curator, "order", "issuer", "united") == ["United States"]
    assert offered(curator, "effect", "order", "us-eo-1") == ["us-eo-1: An order"]
    assert offered(curator, "effect", "measure", "oil") == [str(measure)]


@pytest.mark.parametrize("term", ["\0", "x" * 5000, "%", "'"])
def test_no_text_breaks_a_choice(curator: Client, term: str) -> None:
    assert offered(curator, "effect", "order", term) == []
    assert offered(curator, "effect", "measure", term) == []


# --- Filters ------------------------------------------------------------------------------------


def test_orders_are_filtered_by_their_standing_today(curator: Client) -> None:
    holding, ended, future = (make_order(slug) for slug in ("holding", "ended", "future"))
    make_order("silent")
    make_effect("took_effect", "2010-01-01", order=holding)
    make_effect("took_effect", "2010-01-01", order=ended)
    make_effect("revoked", "2016-01-16", order=ended)
    make_effect("took_effect", "2030-01-01", order=future)
    with time_machine.travel("2020-06-01"):
        assert listed(curator, "order", standing="in_force") == ["holding"]
        assert listed(curator, "order", standing="ended") == ["ended"]
        assert sorted(listed(curator, "order", standing="not_yet_in_force")) == ["future", "silent"]
    with time_machine.travel("2015-06-01"):
        assert sorted(listed(curator, "order", standing="in_force")) == ["ended", "holding"]


def test_agreements_and_violations_are_filtered_by_their_standing_today(curator: Client) -> None:
    make_effect("took_effect", "2016-01-16", agreement=make_agreement("jcpoa"))
    make_agreement("draft-treaty")
    violation, actor = make_violation("stockpile"), make_actor()
    make_effect("alleged", "2019-07-01", violation=violation, party=actor)
    make_effect("denied", "2019-07-02", violation=violation, party=make_actor())
    assert listed(curator, "agreement", standing="in_effect") == ["jcpoa"]
    assert listed(curator, "agreement", standing="pending") == ["draft-treaty"]
    assert listed(curator, "violation", standing="disputed") == ["stockpile"]


def test_orders_are_filtered_by_program_issuer_kind_topic_and_target(curator: Client) -> None:
    issuer, program, target = make_actor("us"), make_program("us-iran"), make_actor("iran")
    order = make_order("wanted", issuer=issuer, kind="statute")
    make_order("other")
    order.programs.add(program)
    OrderTopic.objects.create(order=order, topic="sanctions")
    make_measure(order).targets.add(target)
    make_measure(order).targets.add(target)
    for parameters in (
        {"programs__id__exact": str(program.pk)},
        {"issuer__id__exact": str(issuer.pk)},
        {"kind__exact": "statute"},
        {"topic": "sanctions"},
        {"measures__targets__id__exact": str(target.pk)},
    ):
        assert listed(curator, "order", **parameters) == ["wanted"], parameters


@pytest.mark.parametrize(
    ("noun", "column"),
    [("event", "happened_latest"), ("violation", "committed_latest"), ("source", "published_latest")],
)
def test_records_are_filtered_by_period(curator: Client, noun: str, column: str) -> None:
    make_event("e-2016", happened_on="2016-01-16")
    make_event("e-2018", happened_on="2018-05")
    make_violation("v-2018", committed_on="2018-05")
    make_violation("v-2016", committed_on="2016")
    make_source("s-2018", published_on="2018-05-08")
    make_source("s-2016", published_on="2016")
    period = {f"{column}_from": "2018-01-01", f"{column}_to": "2018-12-31"}
    assert listed(curator, noun, **period) == [f"{noun[0]}-2018"]
    assert listed(curator, noun, **{f"{column}__year": "2018"}) == [f"{noun[0]}-2018"]


def test_orders_are_filtered_by_their_date(curator: Client) -> None:
    order = make_order("dated")
    make_effect("issued", "2018-05-08", order=order)
    render_with_dependents([order], ACT.at)
    make_order("undated")
    assert Order.objects.get(slug="dated").dated_on == date(2018, 5, 8)
    assert listed(curator, "order", dated_on_from="2018-01-01", dated_on_to="2018-12-31") == ["dated"]
    assert listed(curator, "order", dated_on__year="2018", dated_on__month="5") == ["dated"]


def test_a_period_that_is_none_filters_nothing(curator: Client) -> None:
    make_event("e")
    assert listed(curator, "event", happened_latest_from="soon") == ["e"]


def test_designations_are_filtered_by_whether_they_are_in_force(curator: Client) -> None:
    make_designation("standing", list_name="SDN", listed_on="2010")
    make_designation("ended", list_name="SDN", listed_on="2010", delisted_on="2016-01-16")
    make_designation("unknown", list_name="SDN", listed_on="")
    assert listed(curator, "designation", listed="yes") == ["standing"]
    assert sorted(listed(curator, "designation", listed="no")) == ["ended", "unknown"]


def test_records_are_filtered_by_whether_they_have_a_source(curator: Client) -> None:
    cite(make_order("cited"))
    make_order("bare")
    assert listed(curator, "order", sourced="yes") == ["cited"]
    assert listed(curator, "order", sourced="no") == ["bare"]


# --- What a list shows --------------------------------------------------------------------------


def shown(client: Client, noun: str) -> str:
    return str(client.get(f"/admin/sanctions/{noun}/").content.decode())


def test_a_list_shows_the_standing_today_in_words(curator: Client) -> None:
    order = make_order("us-eo-13645")
    make_effect("took_effect", "2013-07-01", order=order)
    assert "in force" in shown(curator, "order")
    make_effect("suspended", "2014-01-20", order=order)
    assert "suspended" in shown(curator, "order")


def test_what_is_only_drafted_changes_no_standing(curator: Client) -> None:
    draft = make_event(state="draft")
    Effect.objects.create(event=draft, order=make_order(), verb="took_effect", effective_on="2013-07-01")
    assert "not yet in force" in shown(curator, "order")


def test_parts_have_no_list_of_their_own(admin_client: Client) -> None:
    for part in ("measure", "commitment", "tenure", "effect", "citation"):
        assert admin_client.get(f"/admin/sanctions/{part}/").status_code == 404


def test_the_sidebar_leads_to_every_noun_that_the_user_may_see(curator: Client, admin_client: Client) -> None:
    page, all_of_it = (str(client.get("/admin/").content) for client in (curator, admin_client))
    for noun in NOUNS:
        assert f'href="/admin/sanctions/{noun}/"' in page
    assert "/admin/auth/user/" not in page
    assert "/admin/auth/user/" in all_of_it
