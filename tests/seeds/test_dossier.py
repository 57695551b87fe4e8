"""The chart of a record over the real record: who stood where in the nuclear agreement, and measures of orders."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import AnonymousUser

from sanctions.admin.editorial.dossier import dossier
from sanctions.admin.spans import Bar
from sanctions.models import Agreement, Order, Record

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("seeded")]

DAY = date(2025, 12, 1)


def lines(record: Record, title: str) -> dict[str, tuple[Bar, ...]]:
    """Return the lines of one group of a record's chart."""
    chart = dossier(record, AnonymousUser(), DAY).chart
    assert chart is not None
    return {line.name: line.bars for group in chart.groups if group.title == title for line in group.lines}


def test_each_party_of_the_jcpoa_has_its_own_line() -> None:
    parties = lines(Agreement.objects.get(slug="jcpoa"), "Parties")
    assert list(parties) == [
        "China",
        "European Union",
        "France",
        "Germany",
        "Iran",
        "Russia",
        "United Kingdom",
        "United States",
    ]
    assert parties["United States"][-1].text.startswith("withdrawn from 8 May 2018 on, by ")
    assert [bar.code for bar in parties["France"]] == ["no_party", "signatory", "party"]
    assert (parties["Iran"][-1].code, parties["Iran"][-1].start) == ("considers_ended", date(2025, 10, 18))


def test_executive_order_13645_was_in_force_until_implementation_day() -> None:
    (bars,) = lines(Order.objects.get(slug="us-eo-13645"), "").values()
    assert [(bar.code, bar.start, bar.end) for bar in bars] == [
        ("not_yet_in_force", None, date(2013, 7, 1)),
        ("in_force", date(2013, 7, 1), date(2016, 1, 16)),
        ("ended", date(2016, 1, 16), None),
    ]


def test_the_measures_of_an_order_stand_on_lines_of_their_own() -> None:
    measures = lines(Order.objects.get(slug="eu-reg-267-2012"), "Measures")
    assert measures["Ban on imports of oil"][-1].text.startswith("in force from 30 September 2025 on")
    assert len(measures) == 6
