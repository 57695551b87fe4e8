"""When a listing began: on the day that the list states, unless its own snapshots prove another."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
from django.contrib.auth.models import User
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from sanctions import edtf
from sanctions.importers.registry import SOURCES
from sanctions.importers.running import PreparedImport, carry_out, prepare
from sanctions.importers.snapshots.listing_days import SnapshotEvidence
from sanctions.importers.un_consolidated.entry import UnEntry
from sanctions.importers.write import Consent
from sanctions.ledger.versions import Act, verify_chain
from sanctions.models import Designation
from tests.effort import examples
from tests.factories.users import make_user
from tests.importers.un_files import un_file

AT: Final = datetime(2025, 2, 7, 12, tzinfo=UTC)
DAYS: Final = (date(2020, 1, 1), date(2022, 1, 1), date(2024, 1, 1), date(2025, 1, 1))
UN: Final = SOURCES["un-consolidated"]


@pytest.fixture
def reviewer() -> User:
    return make_user("reviewer", name="bo")


def entry(number: str, listed_on: str = "2006-12-23", **more: Any) -> UnEntry:
    values = {"names": (f"COMPANY {number}",), "un_list_type": "Test", "list_types": ("UN List",), **more}
    return UnEntry(is_person=False, reference_number=number, listed_on=listed_on, **values)


STEADY: Final = entry("TXe.001", "2006-01-01")
BACK: Final = entry("TXe.002")


def imported(by: User, day: date, *entries: UnEntry, unread: str = "") -> PreparedImport:
    file = un_file(*entries, generated=f"{day}T00:00:00.000Z")
    if unread:
        # An entity without a name cannot be read.
        broken = f"<INDIVIDUAL><REFERENCE_NUMBER>{unread}</REFERENCE_NUMBER></INDIVIDUAL>"
        with file.open() as opened:
            text = opened.read().decode().replace("<INDIVIDUALS />", f"<INDIVIDUALS>{broken}</INDIVIDUALS>")
        file = type(file).of_bytes("list.xml", text.encode())
    prepared = prepare(UN, [file], is_public=True)
    carry_out(prepared, Consent(Act(AT, by, f"Import of {day}."), is_public=True))
    return prepared


def spells(number: str = "TXe.002") -> list[tuple[str, str, str]]:
    rows = Designation.objects.filter(entry_id=number).order_by("slug")
    return [(row.listed_on, row.delisted_on, row.remarks) for row in rows]


def listed_on(day: date) -> set[str]:
    return set(Designation.objects.listed(day).values_list("entry_id", flat=True))


STATED: Final = "The list states 2006-12-23 as the day of listing."


@pytest.mark.django_db
class TestBeginning:
    def test_a_listing_that_began_again_begins_after_the_last_snapshot_without_it(self, reviewer: User) -> None:
        imported(reviewer, DAYS[0], STEADY, BACK)
        imported(reviewer, DAYS[1], STEADY)
        imported(reviewer, DAYS[2], STEADY, BACK)
        assert spells() == [
            ("2006-12-23", "2020-01-02/2022-01-01", ""),
            ("2022-01-02/2024-01-01", "", STATED),
        ]
        assert spells("TXe.001") == [("2006-01-01", "", "")]
        assert [listed_on(day) for day in DAYS[:3]] == [{"TXe.001", "TXe.002"}, {"TXe.001"}, {"TXe.001", "TXe.002"}]
        verify_chain()

    def test_a_day_that_the_list_states_and_the_snapshots_allow_is_taken(self, reviewer: User) -> None:
        imported(reviewer, DAYS[0], STEADY, BACK)
        imported(reviewer, DAYS[1], STEADY)
        imported(reviewer, DAYS[2], STEADY, entry("TXe.002", "2023-06-30"))
        assert spells()[1] == ("2023-06-30", "", "")

    def test_the_first_snapshot_of_all_proves_nothing_against_the_day_that_it_states(self, reviewer: User) -> None:
        imported(reviewer, DAYS[0], BACK)
        assert spells() == [("2006-12-23", "", "")]

    def test_who_is_on_the_list_was_listed_by_then_whatever_day_it_states(self, reviewer: User) -> None:
        imported(reviewer, DAYS[0], entry("TXe.002", "2206-12-23"))
        assert spells() == [("../2020-01-01", "", "The list states 2206-12-23 as the day of listing.")]

    def test_an_entry_that_a_later_snapshot_is_the_first_to_have_was_not_listed_before(self, reviewer: User) -> None:
        imported(reviewer, DAYS[0], STEADY)
        imported(reviewer, DAYS[1], STEADY, BACK)
        assert spells() == [("2020-01-02/2022-01-01", "", STATED)]

    def test_a_day_on_which_a_snapshot_lacks_the_entry_is_not_the_day_of_its_listing(self, reviewer: User) -> None:
        imported(reviewer, DAYS[0], STEADY)
        imported(reviewer, DAYS[1], STEADY, entry("TXe.002", DAYS[0].isoformat()))
        assert spells()[0][0] == "2020-01-02/2022-01-01"

    def test_another_program_of_an_entry_begins_by_itself(self, reviewer: User) -> None:
        imported(reviewer, DAYS[0], BACK)
        imported(reviewer, DAYS[1], entry("TXe.002", un_list_type="Other"))
        rows = Designation.objects.order_by("program__name").values_list("program__name", "listed_on", "delisted_on")
        assert list(rows) == [
            ("Other", "2020-01-02/2022-01-01", ""),
            ("Test", "2006-12-23", "2020-01-02/2022-01-01"),
        ]


@pytest.mark.django_db
class TestGoingOn:
    def test_the_next_snapshot_says_the_same(self, reviewer: User) -> None:
        for day, entries in zip(DAYS[:3], ((STEADY, BACK), (STEADY,), (STEADY, BACK)), strict=True):
            imported(reviewer, day, *entries)
        last = imported(reviewer, DAYS[3], STEADY, BACK)
        assert {str(item.fate) for item in last.plan.items if item.record_type.name != "source"} == {"unchanged"}
        assert spells()[1] == ("2022-01-02/2024-01-01", "", STATED)

    def test_a_day_that_the_list_corrects_is_taken_where_the_snapshots_allow_it(self, reviewer: User) -> None:
        imported(reviewer, DAYS[0], STEADY, BACK)
        imported(reviewer, DAYS[1], STEADY, entry("TXe.002", "2007-01-01"))
        assert spells() == [("2007-01-01", "", "")]
        imported(reviewer, DAYS[2], STEADY, entry("TXe.002", "2021-01-01"))
        assert spells() == [("../2020-01-01", "", "The list states 2021-01-01 as the day of listing.")]

    def test_of_a_listing_that_began_again_a_corrected_day_is_held_against_its_own_first_snapshot(
        self, reviewer: User
    ) -> None:
        imported(reviewer, DAYS[0], STEADY, BACK)
        imported(reviewer, DAYS[1], STEADY)
        imported(reviewer, DAYS[2], STEADY, BACK)
        imported(reviewer, DAYS[3], STEADY, entry("TXe.002", "2023-01-01"))
        assert spells()[1] == ("2023-01-01", "", "")
        imported(reviewer, DAYS[3] + timedelta(days=1), STEADY, entry("TXe.002", "2024-06-01"))
        assert spells()[1] == (
            "2022-01-02/2024-01-01",
            "",
            "The list states 2024-06-01 as the day of listing.",
        )

    def test_what_else_the_list_remarks_stays_beside_the_day(self, reviewer: User) -> None:
        imported(reviewer, DAYS[0], STEADY)
        imported(reviewer, DAYS[1], STEADY, entry("TXe.002", submitted_by="A state"))
        assert spells()[0][2] == f"{STATED}\nSubmitted by A state."


@pytest.mark.django_db
class TestUnread:
    def test_an_entry_that_could_not_be_read_was_not_lacking(self, reviewer: User) -> None:
        imported(reviewer, DAYS[0], STEADY)
        imported(reviewer, DAYS[1], STEADY, unread="TXe.002")
        imported(reviewer, DAYS[2], STEADY, BACK)
        assert spells() == [("2020-01-02/2024-01-01", "", STATED)]

    def test_an_entry_that_came_back_unread_came_back_after_the_snapshot_that_lacked_it(self, reviewer: User) -> None:
        imported(reviewer, DAYS[0], STEADY, BACK)
        imported(reviewer, DAYS[1], STEADY)
        imported(reviewer, DAYS[2], STEADY, unread="TXe.002")
        imported(reviewer, DAYS[3], STEADY, BACK)
        assert spells() == [
            ("2006-12-23", "2020-01-02/2022-01-01", ""),
            ("2022-01-02/2025-01-01", "", STATED),
        ]

    def test_an_entry_that_was_unread_in_every_snapshot_before_may_always_have_been_listed(
        self, reviewer: User
    ) -> None:
        imported(reviewer, DAYS[0], STEADY, unread="TXe.002")
        imported(reviewer, DAYS[1], STEADY, unread="TXe.002")
        imported(reviewer, DAYS[2], STEADY, BACK)
        assert spells() == [("2006-12-23", "", "")]

    def test_a_listing_ended_after_the_last_snapshot_in_which_it_was_read(self, reviewer: User) -> None:
        imported(reviewer, DAYS[0], STEADY, BACK)
        imported(reviewer, DAYS[1], STEADY, unread="TXe.002")
        imported(reviewer, DAYS[2], STEADY)
        assert spells() == [("2006-12-23", "2020-01-02/2024-01-01", "")]


def test_a_date_that_only_partly_fits_is_not_taken() -> None:
    evidence = SnapshotEvidence(date(2022, 6, 1), date(2023, 6, 1))
    assert evidence.text == "2022-06-02/2023-06-01"
    assert [evidence.allows(text) for text in ("2022-07", "2022", "2022-06-02/2023-06-01", "../2023", "soon")] == [
        *(True, False, True),
        *(False, False),
    ]


STANDING: Final = st.lists(
    st.dictionaries(
        st.sampled_from(["TXe.001", "TXe.002", "TXe.003"]),
        st.sampled_from(["", "1999-01-01", "2020-01-01", "2020-01-04", "2020-01-06", "2030-01-01"]),
        min_size=1,
    ),
    min_size=2,
    max_size=5,
)


class TestAnyHistory(TestCase):
    @settings(max_examples=examples(25), deadline=None)
    @given(STANDING)
    def test_on_the_day_of_a_snapshot_exactly_those_are_listed_that_it_has(self, history: list[dict[str, str]]) -> None:
        by = make_user("reviewer")
        for place, rows in enumerate(history):
            day = date(2020, 1, 1) + timedelta(days=2 * place)
            imported(by, day, *(entry(number, stated) for number, stated in rows.items()))
        for place, rows in enumerate(history):
            assert listed_on(date(2020, 1, 1) + timedelta(days=2 * place)) == set(rows)
        for row in Designation.objects.exclude(listed_on=""):
            assert not row.delisted_on or edtf.parse(row.listed_on).latest < edtf.parse(row.delisted_on).earliest
        verify_chain()
