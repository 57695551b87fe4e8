"""The chart of spans: every span of the fold is one bar, placed by its days, with a text that describes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from sanctions.admin.spans import MOST_TICKS, Axis, Bar, Chart, Strand, chart_of
from sanctions.admin.standings import COLOURS
from sanctions.standing import TABLE, spans_of
from sanctions.vocabulary import Subject
from tests.factories.actors import make_actor
from tests.factories.agreements import make_agreement
from tests.factories.events import Entry, entry, make_effect
from tests.factories.orders import make_measure, make_order

TODAY = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class TitledEntry(Entry):
    """An effect with the texts by which the chart names it."""

    party: str = ""

    @property
    def event(self) -> Any:
        """The event, which has a title."""
        return SimpleNamespace(title=f"the event of {self.effective_latest.isoformat()}")


def titled(verb: str, effective_on: str, *, until: str = "", party: str = "") -> TitledEntry:
    plain = entry(verb, effective_on, until=until)
    return TitledEntry(
        verb=plain.verb,
        effective_earliest=plain.effective_earliest,
        effective_latest=plain.effective_latest,
        until_earliest=plain.until_earliest,
        until_latest=plain.until_latest,
        party=party,
    )


def chart(*effects: TitledEntry, subject: Subject = Subject.ORDER, day: date = TODAY) -> Chart:
    """Return the chart of one subject; there must be one."""
    drawn = chart_of([("", [Strand.of("It", effects, subject)])], day)
    assert drawn is not None
    return drawn


def bars(*effects: TitledEntry, subject: Subject = Subject.ORDER) -> tuple[Bar, ...]:
    return chart(*effects, subject=subject).groups[0].lines[0].bars


# --- Bars ---------------------------------------------------------------------------------------


def test_a_bar_begins_and_ends_where_its_days_are() -> None:
    before, during, after = bars(titled("took_effect", "2013-07-01"), titled("revoked", "2016-01-16"))
    axis = Axis.over([date(2013, 7, 1), TODAY])
    assert (before.left, during.left, after.left) == (0.0, axis.at(date(2013, 7, 1)), axis.at(date(2016, 1, 16)))
    assert [bar.code for bar in (before, during, after)] == ["not_yet_in_force", "in_force", "ended"]
    assert after.left + after.width == pytest.approx(100)


def test_a_bar_describes_what_it_shows() -> None:
    before, during, after = bars(titled("took_effect", "2013-07-01"), titled("revoked", "2016-01-16"))
    assert before.text == "not yet in force until 1 July 2013"
    assert during.text == "in force from 1 July 2013 until 16 January 2016, by the event of 2013-07-01"
    assert after.text == "ended from 16 January 2016 on, by the event of 2016-01-16"


def test_open_ends_fade() -> None:
    before, during, after = bars(titled("took_effect", "2013-07-01"), titled("revoked", "2016-01-16"))
    assert (before.fade, during.fade, after.fade) == ("start", "", "end")


def test_an_uncertain_span_is_marked_and_names_what_else_the_dates_allow() -> None:
    found = chart(titled("took_effect", "2013"))
    certain = [(bar.uncertain, bar.also) for bar in found.groups[0].lines[0].bars]
    assert certain == [(False, ()), (True, ("in force",)), (False, ())]
    assert found.uncertain
    assert "uncertain, the dates also allow: in force" in found.groups[0].lines[0].bars[1].text


def test_a_disputed_claim_names_who_contests_it() -> None:
    effects = (titled("alleged", "2015-06-01", party="Iran"), titled("denied", "2015-07-01", party="Israel"))
    last = bars(*effects, subject=Subject.VIOLATION)[-1]
    assert (last.code, last.colour) == ("disputed", "warning")
    assert last.text.endswith(", contested by Israel")


def test_who_contests_a_claim_later_is_named_too() -> None:
    denials = [titled("denied", day, party=party) for day, party in (("2015-07-01", "Iran"), ("2015-08-01", "Russia"))]
    last = bars(titled("alleged", "2015-06-01", party="E3"), *denials, subject=Subject.VIOLATION)[-1]
    assert last.start == date(2015, 7, 1)
    assert last.text.endswith(", contested by Iran, Russia")


def test_a_label_is_in_a_bar_only_where_it_fits() -> None:
    short, long = titled("took_effect", "2013-07-01"), titled("suspended", "2013-08-01")
    _, narrow, wide = bars(short, long)
    assert (narrow.room, wide.room) == ("", "narrow")


# --- The axis and the legend --------------------------------------------------------------------


def test_what_nothing_has_changed_has_no_chart() -> None:
    assert chart_of([("", [Strand("It", spans_of([], Subject.ORDER))])], TODAY) is None


def test_all_subjects_share_one_axis() -> None:
    one, other = titled("took_effect", "1990-01-01"), titled("took_effect", "2010-01-01")
    strands = [Strand("One", spans_of([one], Subject.ORDER)), Strand("Other", spans_of([other], Subject.ORDER))]
    found = chart_of([("", strands[:1]), ("Rest", strands[1:]), ("Nothing", [])], TODAY)
    assert found is not None
    assert [group.title for group in found.groups] == ["", "Rest"]
    first, second = (group.lines[0].bars[1].left for group in found.groups)
    assert first < second < found.today


def test_today_is_on_the_axis_even_if_all_else_lies_ahead() -> None:
    assert 0 < chart(titled("took_effect", "2190-01-01")).today < 10


def test_the_legend_has_the_colours_that_occur_with_their_standings() -> None:
    found = chart(titled("took_effect", "2013-07-01"), titled("revoked", "2016-01-16"))
    assert [(key.colour, key.labels) for key in found.legend] == [
        ("success", ("in force",)),
        ("default", ("not yet in force", "ended")),
    ]


def test_bars_of_each_colour_have_a_look_of_their_own() -> None:
    every = [titled(verb, "2013-07-01") for verb in TABLE[Subject.PARTY]]
    charts = [chart(effect, subject=Subject.PARTY) for effect in every if TABLE[Subject.PARTY][effect.verb].gives]  # type: ignore[index]
    looks = {key.colour: key.look for drawn in charts for key in drawn.legend}
    assert set(looks) == set(COLOURS.values())
    assert len(set(looks.values())) == len(looks)


days = st.dates(date(1, 1, 1), date(9999, 12, 31))


@given(st.lists(days, min_size=1, max_size=5))
def test_an_axis_has_few_years_apart_and_holds_every_day(drawn_days: list[date]) -> None:
    axis = Axis.over(drawn_days)
    ticks = axis.ticks()
    assert 1 <= len(ticks) <= MOST_TICKS
    assert all(one.at < other.at and one.year < other.year for one, other in pairwise(ticks))
    assert all(0 < place < 100 for place in map(axis.at, drawn_days))


@st.composite
def histories(draw: st.DrawFn) -> tuple[Subject, list[TitledEntry]]:
    subject = draw(st.sampled_from(Subject))
    dates = st.dates(date(1900, 1, 1), date(2100, 1, 1))
    effects: list[TitledEntry] = []
    for _ in range(draw(st.integers(1, 5))):
        first = draw(dates)
        last = first + timedelta(days=draw(st.integers(0, 400)))
        effects.append(TitledEntry(draw(st.sampled_from(list(TABLE[subject]))), first, last, tie=str(len(effects))))
    return subject, effects


@given(histories(), days)
def test_every_span_is_a_bar_and_bars_fill_the_line_without_gaps(
    history: tuple[Subject, Sequence[TitledEntry]], today: date
) -> None:
    subject, effects = history
    spans = spans_of(effects, subject)
    found = chart_of([("", [Strand("It", spans)])], today)
    if found is None:
        assert len(spans) == 1
        return
    drawn = found.groups[0].lines[0].bars
    assert [(bar.start, bar.end, bar.code) for bar in drawn] == [
        (span.start, span.end, str(span.answer.code)) for span in spans
    ]
    assert drawn[0].left == 0
    assert all(bar.width >= 0 for bar in drawn)
    assert all(one.left + one.width == pytest.approx(other.left, abs=0.002) for one, other in pairwise(drawn))
    assert drawn[-1].left + drawn[-1].width == pytest.approx(100)


# --- On the page --------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_page_of_an_order_draws_it_and_its_measures(admin_client: Client) -> None:
    order = make_order("us-eo-1")
    make_measure(order, "us-eo-1-ban", title="Ban on carpets")
    make_effect("took_effect", "2013-07-01", order=order)
    make_effect("revoked", "2016-01-16", order=order)
    page = admin_client.get(f"/admin/sanctions/order/{order.pk}/change/")
    found = page.context["dossier"].chart
    assert [(group.title, [line.name for line in group.lines]) for group in found.groups] == [
        ("", ["The order"]),
        ("Measures", ["Ban on carpets"]),
    ]
    # The order's own bar and the measure's: what the order undergoes, its measures do.
    assert page.content.decode().count("<title>in force from 1 July 2013 until 16 January 2016, by ") == 2


@pytest.mark.django_db
def test_the_page_of_an_agreement_draws_each_party(admin_client: Client) -> None:
    agreement = make_agreement("pact")
    for slug in ("iran", "china"):
        make_effect("joined", "2015-07-14", agreement=agreement, party=make_actor(slug, name=slug.title()))
    page = admin_client.get(f"/admin/sanctions/agreement/{agreement.pk}/change/")
    found = page.context["dossier"].chart
    assert [(group.title, [line.name for line in group.lines]) for group in found.groups] == [
        ("", ["The agreement"]),
        ("Parties", ["China", "Iran"]),
    ]


@pytest.mark.django_db
def test_an_effect_that_does_not_count_is_not_drawn(admin_client: Client) -> None:
    order = make_order()
    effect = make_effect("took_effect", "2013-07-01", order=order)
    effect.event.modality = "cancelled"
    effect.event.save()
    page = admin_client.get(f"/admin/sanctions/order/{order.pk}/change/")
    assert page.context["dossier"].chart is None
    assert b"Standing over time" not in page.content


@pytest.mark.django_db
def test_the_table_has_the_spans_that_are_drawn(admin_client: Client) -> None:
    order = make_order()
    make_effect("took_effect", "2013-07-01", order=order)
    page = admin_client.get(f"/admin/sanctions/order/{order.pk}/change/").content.decode()
    table = page[page.index("The same as a table") :]
    for words in ("the beginning", "1 July 2013", "no end known"):
        assert words in table[: table.index("</table>")]
