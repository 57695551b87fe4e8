"""Forms of the admin: what the database would reject is rejected with a reason, and rows are numbered automatically."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError
from django.test import Client

from sanctions.admin.refusals import reasons
from sanctions.editorial import moves
from sanctions.exceptions import InvalidDocument, MoveRefused, Problem
from sanctions.models import Directive, Effect, Event, Measure, Order, OrderName, Tenure
from sanctions.records.encode import encode
from sanctions.records.registry import type_of
from tests.admin.conftest import Fill
from tests.admin.world import NOUNS, World
from tests.factories.actors import make_actor
from tests.factories.agreements import make_agreement
from tests.factories.events import make_event
from tests.factories.orders import make_measure, make_order

pytestmark = pytest.mark.django_db

ADD = "/admin/sanctions/{}/add/"


def page(record: Any) -> str:
    return f"/admin/sanctions/{record._meta.model_name}/{record.pk}/change/"


def errors(answer: Any) -> str:
    """Return all that a form complains of, its rows included."""
    assert answer.status_code == 200, "The form was taken."
    found = [str(answer.context["adminform"].form.errors)]
    for inline in answer.context["inline_admin_formsets"]:
        found += [str(inline.formset.errors), str(inline.formset.non_form_errors())]
    return " ".join(found)


def order_values(**changes: Any) -> dict[str, Any]:
    values = {"title": "An order", "slug": "us-eo-9", "kind": "executive_order", "geographic_scope": "country"}
    return {**values, "issuer": str(make_actor().pk), **changes}


def event_values(**changes: Any) -> dict[str, Any]:
    return {"title": "It happens", "slug": "it-happens", "kind": "legal_act", "happened_on": "2018-05-08", **changes}


def rows(prefix: str, *given: dict[str, Any], first: int = 0) -> dict[str, Any]:
    """Return what the browser sends for new rows of an inline, numbered from ``first``."""
    values: dict[str, Any] = {f"{prefix}-TOTAL_FORMS": str(first + len(given))}
    for place, row in enumerate(given, start=first):
        values |= {f"{prefix}-{place}-{name}": value for name, value in row.items()}
    return values


# --- Saving -------------------------------------------------------------------------------------


def test_an_order_is_created_with_all_its_parts(curator: Client, fill: Fill) -> None:
    iran, treasury = make_actor("iran"), make_actor("us-treasury")
    measure = {
        "kind": "asset_freeze",
        "direction": "imposes",
        "title": "Blocks property",
        "sectors": ["construction", "mining"],
        "targets": [str(iran.pk)],
    }
    answer = fill(
        curator,
        ADD.format("order"),
        order_values(topics=["sanctions", "terrorism"])
        | rows("measures", measure, {"kind": "sectoral_sanctions", "direction": "imposes"})
        | rows("directives", {"addressee": str(treasury.pk), "text": "Report.", "due_on": "2020-06"}),
    )
    assert answer.status_code == 302
    order = Order.objects.get()
    assert (order.state, str(order.author)) == ("draft", "curator")
    assert sorted(order.topics.values_list("topic", flat=True)) == ["sanctions", "terrorism"]
    first, second = order.measures.all()
    assert (first.slug, first.ordinal) == ("us-eo-9-blocks-property", 0)
    assert sorted(first.sectors.values_list("sector", flat=True)) == ["construction", "mining"]
    assert list(first.targets.all()) == [iran]
    assert (second.slug, second.ordinal) == ("us-eo-9-sectoral-sanctions", 1)
    assert order.directives.get().due_on == "2020-06"


def test_codes_are_changed_as_tags(curator: Client, fill: Fill) -> None:
    order = make_order(state="draft")
    for topics in (["sanctions"], ["sanctions", "immigration"], ["terrorism"], []):
        fill(curator, page(order), {"topics": topics})
        assert sorted(order.topics.values_list("topic", flat=True)) == sorted(topics)


@pytest.mark.parametrize("noun", NOUNS)
def test_saving_unchanged_changes_nothing(admin_client: Client, fill: Fill, noun: str) -> None:
    record = World(3).first[noun]
    before = encode(type_of(record), record.pk)
    answer = fill(admin_client, page(record), {})
    assert answer.status_code == 302, errors(answer)
    assert encode(type_of(record), record.pk) == before


# --- Places -------------------------------------------------------------------------------------


def test_rows_are_numbered_from_zero_without_gaps(curator: Client, fill: Fill) -> None:
    order = make_order(state="draft")
    for n in range(4):
        make_measure(order, f"m-{n}")
    new = {"kind": "asset_freeze", "direction": "imposes", "slug": "m-new"}
    fill(curator, page(order), {"measures-0-DELETE": "on", "measures-2-DELETE": "on"} | rows("measures", new, first=4))
    assert list(order.measures.values_list("slug", "ordinal")) == [("m-1", 0), ("m-3", 1), ("m-new", 2)]


def test_rows_saved_elsewhere_since_stay_before_the_new_one(curator: Client, fill: Fill) -> None:
    order = make_order(state="draft")
    Directive.objects.create(order=order, ordinal=7, addressee=make_actor(), text="Seventh of nothing")
    fill(curator, page(order), rows("directives", {"addressee": str(make_actor().pk), "text": "New"}, first=1))
    assert list(order.directives.values_list("text", "ordinal")) == [("Seventh of nothing", 0), ("New", 1)]


def test_the_place_is_no_field_of_the_form(curator: Client, fill: Fill) -> None:
    order = make_order(state="draft")
    fill(curator, page(order), rows("names", {"kind": "short_title", "text": "Short", "ordinal": "41"}))
    assert OrderName.objects.get().ordinal == 0


def test_slugs_made_for_rows_are_free(curator: Client, fill: Fill) -> None:
    make_measure(make_order(), "us-eo-9-asset-freeze")
    freeze = {"kind": "asset_freeze", "direction": "imposes"}
    fill(curator, ADD.format("order"), order_values() | rows("measures", freeze, freeze))
    made = list(Order.objects.get(slug="us-eo-9").measures.values_list("slug", flat=True))
    assert made == ["us-eo-9-asset-freeze-2", "us-eo-9-asset-freeze-3"]


def test_an_office_is_named_for_its_holder(curator: Client, fill: Fill) -> None:
    body = make_actor("iaea")
    office = {"title": "Director General", "rank": "head", "body": str(body.pk), "held_from": "2019-12-03"}
    values = {"name": "Rafael Grossi", "slug": "rafael-grossi", "kind": "person"}
    fill(curator, ADD.format("actor"), values | rows("tenures", office))
    assert Tenure.objects.get().slug == "rafael-grossi-director-general"


# --- Dates --------------------------------------------------------------------------------------


def test_a_date_is_read_back_in_english(curator: Client) -> None:
    text = curator.get(page(make_event(happened_on="2024-06", state="draft"))).content.decode()
    assert "June 2024" in text


@pytest.mark.parametrize("text", ["yesterday", "2015-02-30", "2015-13", "2015/2014", "14.7.2015", "9" * 41])
def test_what_is_no_date_is_refused_with_the_reason(curator: Client, fill: Fill, text: str) -> None:
    complaint = errors(fill(curator, ADD.format("event"), event_values(happened_on=text)))
    assert "happened_on" in complaint
    assert not Event.objects.exists()


def test_an_end_before_its_beginning_is_refused(curator: Client, fill: Fill) -> None:
    values = {"actor": str(make_actor().pk), "slug": "d", "list_name": "SDN"}
    answer = fill(curator, ADD.format("designation"), values | {"listed_on": "2020", "delisted_on": "2010"})
    assert "A designation cannot end before it begins." in errors(answer)


# --- Effects ------------------------------------------------------------------------------------


def effect(**values: Any) -> dict[str, Any]:
    return rows("effects", {"verb": "took_effect", "effective_on": "2018-05-08", "sequence": "0", **values})


def test_a_verb_that_cannot_happen_to_its_subject_is_refused_in_words(curator: Client, fill: Fill) -> None:
    order = str(make_order().pk)
    answer = fill(curator, ADD.format("event"), event_values() | effect(order=order, verb="withdrew"))
    assert "This verb is not allowed for this subject" in errors(answer)


def test_an_effect_has_exactly_one_subject(curator: Client, fill: Fill) -> None:
    order, agreement = str(make_order().pk), str(make_agreement().pk)
    for subjects in ({}, {"order": order, "agreement": agreement}):
        answer = fill(curator, ADD.format("event"), event_values() | effect(**subjects))
        assert "Exactly one of" in errors(answer)


def test_an_effect_cannot_end_before_it_begins(curator: Client, fill: Fill) -> None:
    answer = fill(curator, ADD.format("event"), event_values() | effect(order=str(make_order().pk), until="2001"))
    assert "An effect cannot end before it begins." in errors(answer)


def test_the_same_part_twice_is_refused(curator: Client, fill: Fill) -> None:
    part = {"actor": str(make_actor().pk), "role": "speaker"}
    answer = fill(curator, ADD.format("event"), event_values() | rows("participations", part, part))
    assert "duplicate" in errors(answer)


def test_a_slug_in_use_is_refused(curator: Client, fill: Fill) -> None:
    make_order("us-eo-9")
    assert "already exists" in errors(fill(curator, ADD.format("order"), order_values()))


# --- Odd input ----------------------------------------------------------------------------------

ODD = {
    "nul": "a\0b",
    "control": "a\x07b",
    "too long": "x" * 30_000,
    "noncharacter": "a\uffffb",
}


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
@pytest.mark.parametrize("noun", NOUNS)
def test_no_text_is_an_error_of_the_server(admin_client: Client, fill: Fill, noun: str, odd: str) -> None:
    record = World(1).first[noun]
    complaint = errors(fill(admin_client, page(record), dict.fromkeys(("note", "slug", "absences"), odd)))
    for field in ("note", "slug", "absences"):
        assert f"<li>{field}<" in complaint
    record.refresh_from_db()
    assert record.note == ""


@pytest.mark.parametrize("odd", ODD.values(), ids=ODD)
def test_no_text_in_a_row_is_an_error_of_the_server(admin_client: Client, fill: Fill, odd: str) -> None:
    record = World(1).first["event"]
    names = ("effects-0-provision", "effects-0-effective_on", "effects-0-note", "positions-0-quote")
    complaint = errors(fill(admin_client, page(record), dict.fromkeys(names, odd)))
    for name in ("provision", "effective_on", "note", "quote"):
        assert f"'{name}'" in complaint, name


@pytest.mark.parametrize("key", ["x", "-1", "0", "99999999999999999999999999"])
def test_no_key_is_an_error_of_the_server(curator: Client, fill: Fill, key: str) -> None:
    order = make_order(state="draft")
    make_measure(order, "m")
    for values in ({"issuer": key}, {"programs": [key]}, {"measures-0-targets": [key]}):
        assert "Select a valid choice" in errors(fill(curator, page(order), values)), values


@pytest.mark.parametrize("number", ["x", "NaN", "Infinity", "1e400", "-1e400", "9" * 40, "0." + "1" * 40])
def test_no_number_is_an_error_of_the_server(admin_client: Client, fill: Fill, number: str) -> None:
    record = World(1).first["event"]
    names = ("measurements-0-value", "penalties-0-amount", "votes-0-votes_for", "effects-0-sequence")
    complaint = errors(fill(admin_client, page(record), dict.fromkeys(names, number)))
    for name in ("value", "amount", "votes_for", "sequence"):
        assert f"'{name}'" in complaint, name


def test_words_in_any_script_are_taken_as_they_are(curator: Client, fill: Fill) -> None:
    title = "فرمان اجرایی ‎13902 — 制裁 🛢️"
    fill(curator, ADD.format("order"), order_values(title=title))
    assert Order.objects.get().title == title


def test_a_required_choice_is_never_made_for_the_curator(curator: Client, fill: Fill) -> None:
    values = order_values()
    values["kind"] = ""
    assert "kind" in errors(fill(curator, ADD.format("order"), values))


# --- Absences -----------------------------------------------------------------------------------


def test_absences_are_lines(curator: Client, fill: Fill) -> None:
    order = make_order(state="draft")
    fill(curator, page(order), {"absences": "summary: not_public\nsignatory: unknown\n"})
    order.refresh_from_db()
    assert order.absences == {"summary": "not_public", "signatory": "unknown"}
    assert "summary: not_public" in curator.get(page(order)).content.decode()


@pytest.mark.parametrize(
    ("lines", "complaint"),
    [
        ("summary", "a colon and a reason"),
        ("summary: perhaps", "is not a reason"),
        ("colour: unknown", "Unknown field: colour. Allowed: kind"),
        ("title: unknown", "so it cannot be absent"),
    ],
)
def test_absences_that_make_no_sense_are_refused(curator: Client, fill: Fill, lines: str, complaint: str) -> None:
    order = make_order(state="draft")
    assert complaint in errors(fill(curator, page(order), {"absences": lines}))
    order.refresh_from_db()
    assert order.absences == {}


# --- Refused after all --------------------------------------------------------------------------


def test_a_refusal_of_the_database_keeps_what_was_typed(
    curator: Client, fill: Fill, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise IntegrityError('new row violates check constraint "effect_one_subject"')

    monkeypatch.setattr(moves, "record_saved", refuse)
    answer = fill(curator, ADD.format("order"), order_values(title="Typed with care"))
    assert "Exactly one of order, measure, agreement, commitment or violation must be given." in errors(answer)
    assert "Typed with care" in answer.content.decode()
    assert not Order.objects.exists()


def test_a_refused_move_keeps_what_was_typed(curator: Client, fill: Fill, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any, **__: Any) -> None:
        raise MoveRefused("Not today.")

    monkeypatch.setattr(moves, "record_saved", refuse)
    order = make_order(state="draft", title="Before")
    answer = fill(curator, page(order), {"title": "After"} | rows("names", {"kind": "short_title", "text": "S"}))
    assert "Not today." in errors(answer)
    order.refresh_from_db()
    assert order.title == "Before"
    assert not OrderName.objects.exists()


def test_a_reason_that_occurs_twice_is_shown_once() -> None:
    problem = Problem("agreement jcpoa", "commitments", "a cannot be removed: event b refers to it.")
    assert reasons(InvalidDocument([problem, problem])) == ["commitments: a cannot be removed: event b refers to it."]


def test_an_unknown_refusal_is_shown_too() -> None:
    assert reasons(IntegrityError("UNIQUE constraint failed: sanctions_order.slug")) == [
        "The database rejected this record. Another user may have saved a conflicting one. Open it again."
    ]


def test_a_measure_that_is_referred_to_does_not_go(curator: Client, fill: Fill) -> None:
    order = make_order(state="draft")
    measure = make_measure(order)
    Effect.objects.create(event=make_event(), measure=measure, verb="took_effect", effective_on="2001")
    answer = fill(curator, page(order), {"measures-0-DELETE": "on"})
    assert "protected" in errors(answer)
    assert Measure.objects.exists()
