"""Fields of our own: dates that keep their bounds, and texts that both databases can hold."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.core import serializers
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.db import models

from sanctions.models import Actor, Commitment, Event, Relationship, Source, Vote
from sanctions.models.fields import BoundField, EDTFField, with_bounds
from tests.factories.actors import make_actor, make_tenure
from tests.factories.events import make_event
from tests.models.rows import WRITTEN, valid

MODELS: list[type[models.Model]] = WRITTEN
MARCH = (date(2016, 3, 1), date(2016, 3, 31))
APRIL = (date(2016, 4, 1), date(2016, 4, 30))


def bounds(event: Event) -> tuple[date | None, date | None]:
    return event.happened_earliest, event.happened_latest


def stored(event: Event) -> tuple[str, date | None, date | None]:
    found: tuple[str, date | None, date | None] = Event.objects.values_list(
        "happened_on", "happened_earliest", "happened_latest"
    ).get(pk=event.pk)
    return found


# --- The bounds of a date ------------------------------------------------------------------------


def test_every_date_has_two_bounds_of_its_own() -> None:
    for model in MODELS:
        dates = [column for column in model._meta.fields if isinstance(column, EDTFField)]
        named = [bound for column in dates for bound in (column.earliest, column.latest)]
        assert sorted(named) == sorted(column.name for column in model._meta.fields if isinstance(column, BoundField))


def test_a_date_sets_its_bounds_when_it_is_assigned() -> None:
    event = Event(happened_on="2016-03")
    assert bounds(event) == MARCH
    event.happened_on = "2016-04"
    assert bounds(event) == APRIL


@pytest.mark.parametrize("text", ["", "yesterday", "2016-13"])
def test_what_is_no_date_has_no_bounds(text: str) -> None:
    event = Event(happened_on="2016-03")
    event.happened_on = text
    assert bounds(event) == (None, None)


def test_bounds_cannot_be_set_against_the_text() -> None:
    event = Event(happened_on="2016-03", happened_earliest=date(1, 1, 1))
    event.happened_latest = date(9999, 1, 1)
    assert bounds(event) == MARCH


def test_a_date_with_an_open_end_is_bounded_by_the_calendar() -> None:
    assert bounds(Event(happened_on="2016-03/..")) == (date(2016, 3, 1), date.max)
    assert bounds(Event(happened_on="../2016-03")) == (date.min, date(2016, 3, 31))


def test_created_rows_have_their_bounds(db: None) -> None:
    assert stored(make_event(happened_on="2016-03")) == ("2016-03", *MARCH)


def test_rows_created_in_bulk_have_their_bounds(db: None) -> None:
    (event,) = Event.objects.bulk_create([valid(Event, happened_on="2016-03")])
    assert stored(event) == ("2016-03", *MARCH)


def test_a_saved_row_has_its_bounds(db: None) -> None:
    event = make_event(happened_on="2016-03")
    event.happened_on = "2016-04"
    event.save()
    assert stored(event) == ("2016-04", *APRIL)


def test_a_date_saved_alone_takes_its_bounds_along(db: None) -> None:
    event = make_event(happened_on="2016-03")
    event.happened_on = "2016-04"
    event.title = "not saved"
    event.save(update_fields=["happened_on"])
    assert stored(event) == ("2016-04", *APRIL)
    assert Event.objects.get(pk=event.pk).title != "not saved"


def test_a_date_updated_in_sql_takes_its_bounds_along(db: None) -> None:
    event = make_event(happened_on="2016-03")
    assert Event.objects.filter(pk=event.pk).update(happened_on="2016-04", title="April") == 1
    assert stored(event) == ("2016-04", *APRIL)


def test_an_update_names_other_rows_as_django_does(db: None) -> None:
    tenure, other = make_tenure(make_actor(), make_actor()), make_actor()
    assert type(tenure).objects.filter(pk=tenure.pk).update(body=str(other.pk), held_until="2017") == 1
    tenure.refresh_from_db()
    assert (tenure.body, tenure.until_latest) == (other, date(2017, 12, 31))


def test_an_update_of_parts_takes_the_bounds_along(db: None) -> None:
    tenure = make_tenure(make_actor(), make_actor(), held_from="2016-03")
    type(tenure).objects.filter(pk=tenure.pk).update(held_until="2017", ordinal=models.F("ordinal") + 1)
    tenure.refresh_from_db()
    assert (tenure.until_earliest, tenure.until_latest) == (date(2017, 1, 1), date(2017, 12, 31))
    assert (tenure.from_earliest, tenure.ordinal) == (date(2016, 3, 1), 1)


def test_rows_updated_in_bulk_have_their_bounds(db: None) -> None:
    event = make_event(happened_on="2016-03")
    event.happened_on = "2016-04"
    Event.objects.bulk_update([event], ["happened_on"])
    assert stored(event) == ("2016-04", *APRIL)


def test_update_or_create_takes_the_bounds_along(db: None) -> None:
    event = make_event(happened_on="2016-03")
    Event.objects.update_or_create(slug=event.slug, defaults={"happened_on": "2016-04"})
    assert stored(event) == ("2016-04", *APRIL)


def test_a_loaded_fixture_has_its_bounds(db: None, tmp_path: Path) -> None:
    fields = {"slug": "an-event", "kind": "report", "title": "A report", "happened_on": "2016-03"}
    fixture = tmp_path / "event.json"
    fixture.write_text(json.dumps([{"model": "sanctions.event", "fields": fields}]))
    call_command("loaddata", str(fixture), verbosity=0)
    assert stored(Event.objects.get(slug="an-event")) == ("2016-03", *MARCH)


def test_a_fixture_does_not_write_bounds() -> None:
    (written,) = serializers.serialize("python", [Event(happened_on="2016-03")])
    assert {"happened_on"} == {name for name in written["fields"] if name.startswith("happened")}


def test_a_refreshed_row_has_the_bounds_of_its_new_text(db: None) -> None:
    event = make_event(happened_on="2016-03")
    Event.objects.filter(pk=event.pk).update(happened_on="2016-04")
    event.refresh_from_db()
    assert (event.happened_on, *bounds(event)) == ("2016-04", *APRIL)


@pytest.mark.parametrize("deferred", ["happened_on", "happened_earliest", "happened_latest"])
def test_a_deferred_column_is_read_when_it_is_asked_for(db: None, deferred: str) -> None:
    pk = make_event(happened_on="2016-03").pk
    event = Event.objects.defer(deferred).get(pk=pk)
    assert (event.happened_on, *bounds(event)) == ("2016-03", *MARCH)


@pytest.mark.parametrize("only", ["slug", "happened_on", "happened_latest"])
def test_bounds_are_right_whatever_else_is_deferred(db: None, only: str) -> None:
    pk = make_event(happened_on="2016-03").pk
    event = Event.objects.only(only).get(pk=pk)
    assert (*bounds(event), event.happened_on) == (*MARCH, "2016-03")


def test_only_dates_bring_columns_along() -> None:
    assert with_bounds(Commitment, ["text", "starts_on"]) == ["text", "starts_on", "starts_earliest", "starts_latest"]
    assert with_bounds(Relationship, ["note"]) == ["note"]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("2016-13", "the month 13 does not exist"),
        ("14 July 2015", "a date must not contain spaces"),
        ("2015/2016/2017", "an interval has one slash"),
        ("x" * 41, "it has 41 characters"),
    ],
)
def test_an_invalid_date_is_refused_with_the_reason(db: None, text: str, reason: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        valid(Event, happened_on=text).full_clean()
    assert reason in " ".join(refusal.value.message_dict["happened_on"])


# --- Texts --------------------------------------------------------------------------------------


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("character", ["\x00", "\x1b", "\x85", "\ud800", "\ufffe"])
def test_no_text_takes_a_character_that_a_database_cannot_store(
    db: None, model: type[models.Model], character: str
) -> None:
    row = valid(model)
    texts = [
        column.name
        for column in model._meta.fields
        if isinstance(column, models.CharField | models.TextField) and column.name != "rendering"
    ]
    for name in texts:
        start = "https://example.org/" if name in ("url", "archived_url") else "a"
        setattr(row, name, start + character + "a")
    with pytest.raises(ValidationError) as refusal:
        row.full_clean()
    assert set(texts) <= refusal.value.message_dict.keys()


@pytest.mark.parametrize("absences", [{"su\x00mmary": "unknown"}, {"": "unknown"}, {"a b": "unknown"}])
def test_an_absence_names_a_field(db: None, absences: dict[str, str]) -> None:
    with pytest.raises(ValidationError, match="is not the name of a field"):
        valid(Actor, absences=absences).full_clean()


@pytest.mark.parametrize("absences", [{"summary": "lost"}, {"summary": "\x00"}, {"summary": ["unknown"]}, ["unknown"]])
def test_an_absence_has_one_of_the_reasons(db: None, absences: Any) -> None:
    with pytest.raises(ValidationError, match="absence"):
        valid(Actor, absences=absences).full_clean()


@pytest.mark.parametrize("text", ["two\nlines", "a\ttab", " leading", "trailing ", "\u00a0"])
def test_a_line_is_one_line_without_white_space_around_it(db: None, text: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        valid(Event, title=text).full_clean()
    assert "title" in refusal.value.message_dict


def test_prose_has_lines_and_tabs(db: None) -> None:
    valid(Event, summary="One.\n\n\tTwo.\r\n").full_clean()


def test_prose_is_at_most_twenty_thousand_characters(db: None) -> None:
    valid(Event, summary="x" * 20_000).full_clean()
    with pytest.raises(ValidationError, match="At most 20000 characters are allowed; this text has 20001"):
        valid(Event, summary="x" * 20_001).full_clean()


@pytest.mark.parametrize("text", ["ماژول", "Хаменеи", "伊朗", "é", "👍", "\u200c", "'\"<&;--"])
def test_any_script_is_stored_as_it_was_given(db: None, text: str) -> None:
    event = valid(Event, title=text, summary=text)
    event.full_clean()
    event.save()
    event.refresh_from_db()
    assert (event.title, event.summary) == (text, text)


@pytest.mark.parametrize("slug", ["Iran", "iran_", "-iran", "iran-", "a--b", "a b", "irán", "", "a\n", "x" * 151])
def test_a_slug_is_lower_case_words_with_hyphens(db: None, slug: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        valid(Actor, slug=slug).full_clean()
    assert "slug" in refusal.value.message_dict


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "example.org", "https://", "https://a b.org", "https://x.org\n"]
)
def test_a_link_is_an_address(db: None, url: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        valid(Source, url=url).full_clean()
    assert "url" in refusal.value.message_dict


@pytest.mark.parametrize("count", [-1, 32_768, 10**30])
def test_a_count_fits_every_database(db: None, count: int) -> None:
    with pytest.raises(ValidationError) as refusal:
        valid(Vote, votes_for=count).full_clean()
    assert "votes_for" in refusal.value.message_dict
