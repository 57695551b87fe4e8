"""Possible duplicates are suggested; a person decides, once, which records are the same."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any, Final

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from sanctions.editorial.duplicates import decide, find_duplicates, suggest
from sanctions.editorial.similarity import candidates, find_similar_names, normalize_name, score
from sanctions.exceptions import MoveRefused
from sanctions.ledger.versions import Act
from sanctions.models import Actor, Likeness, LogEntry, Record
from sanctions.records.registry import BY_NAME
from sanctions.vocabulary import Move, NameKind, Sameness, State
from tests.factories.actors import make_actor
from tests.factories.designations import make_designation
from tests.factories.events import make_event
from tests.factories.orders import make_order
from tests.factories.programs import make_program
from tests.factories.sources import make_source
from tests.factories.users import make_user

AT: Final = datetime(2025, 2, 7, 12, tzinfo=UTC)
WHY: Final = "The licence numbers differ."
_NAMES: Final = st.lists(
    st.tuples(
        st.sampled_from(["a", "b", "c", "d", "e"]),
        st.lists(
            st.sampled_from(["Bank", "Melli", "Melly", "Mellat", "Sepah", "Iran", "Ltd", "737", "747", "بانک", "Ü"]),
            min_size=1,
            max_size=4,
        ).map(" ".join)
        | st.text(max_size=12),
    ),
    max_size=12,
)


# --- Names --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bank Sepah", "SEPAH BANK"),
        ("Sepah Bank Co., Ltd.", "Bank Sepah"),
        ("U.S. Treasury", "US Treasury"),
        ("Al-Qa'ida", "al qaida"),
        ("Ejército", "Ejercito"),
        ("Россия", "Rossiya"),
        ("The Bank", "Bank"),
        ("۱۷۳۷", "1737"),
    ],
)
def test_names_that_differ_in_writing_only_are_the_same(one: str, other: str) -> None:
    assert score(one, other) == 100


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bank Melli", "Bank Mellat"),
        ("Qasem Soleimani", "Ghasem Soleimani"),
        ("Qassem Suleimani", "Qasem Soleimani"),
        ("Bank Melli Iran", "Bank Melly Iran"),
    ],
)
def test_names_that_differ_in_some_letters_are_alike_and_no_more(one: str, other: str) -> None:
    assert 80 <= score(one, other) < 100
    assert find_similar_names([("a", one), ("b", other)], 80).keys() == {("a", "b")}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Resolution 1737 on Iran", "Resolution 1747 on Iran"),
        ("NPT", "NPC"),
        ("Iran", "Iran Air"),
        ("Bank Sepah", "Petroleum Company"),
        ("", ""),
        ("***", "..."),
    ],
)
def test_names_of_different_things_are_not_alike(one: str, other: str) -> None:
    assert score(one, other) < 85
    assert not find_similar_names([("a", one), ("b", other)], 85)


def test_a_name_of_legal_forms_alone_keeps_them() -> None:
    assert normalize_name("Public Company Limited") == "company limited public"


@given(_NAMES, st.integers(50, 100), st.randoms(use_true_random=False))
def test_likeness_is_the_same_in_any_order(names: list[tuple[str, str]], least: int, chance: Any) -> None:
    matches = find_similar_names(names, least)
    shuffled = list(names)
    chance.shuffle(shuffled)
    assert find_similar_names(shuffled, least) == matches
    assert list(find_similar_names(names, least)) == list(matches)
    for (one, other), likeness in matches.items():
        assert one < other
        assert least <= likeness.score <= 100
        assert score(likeness.name, likeness.other_name) == score(likeness.other_name, likeness.name) == likeness.score
        assert {(one, likeness.name), (other, likeness.other_name)} <= set(names)


@given(st.text(max_size=20), st.text(max_size=20))
def test_likeness_is_the_same_in_both_directions(one: str, other: str) -> None:
    assert score(one, other) == score(other, one)


def test_fifty_thousand_names_are_compared_with_few_each() -> None:
    syllables = ["ba", "me", "li", "shah", "re", "tek", "nor", "sep", "gol", "far", "kar", "dan", "mo", "ja", "vi"]
    words = [one + two + three for one in syllables for two in syllables for three in syllables]
    names = [
        f"bank {words[n % len(words)]} {words[(n * 7 + n // len(words) * 131) % len(words)]} iran"
        for n in range(50_000)
    ]
    texts = sorted({normalize_name(name) for name in names})
    assert len(texts) > 40_000
    assert sum(len(choices) for _, choices in candidates(texts)) < 500 * len(texts)


def test_in_a_large_block_names_are_next_to_each_other_by_what_they_do_not_share() -> None:
    """``bonk`` has the consonants of ``bank``, but the alphabet has it behind all of the others."""
    texts = sorted([*(f"bank w{number:03}" for number in range(400)), "bonk w155b"])
    compared = {frozenset((text, choice)) for text, choices in candidates(texts) for choice in choices}
    neighbours = {next(iter(pair - {"bonk w155b"})) for pair in compared if "bonk w155b" in pair}
    by_the_rest = {f"bank w{number:03}" for number in range(126, 186)}
    by_the_whole = {f"bank w{number:03}" for number in range(370, 400)}
    assert neighbours == by_the_rest | by_the_whole


def test_a_crowd_of_one_name_is_told_pair_by_pair_and_not_each_with_each() -> None:
    assert len(find_similar_names([(f"a{n:03}", "Talks") for n in range(100)], 85)) == 99


# --- Records ------------------------------------------------------------------------------------


def matches(name: str, least: int = 85) -> dict[tuple[str, str], tuple[int, str]]:
    return {pair: (reason.score, reason.why) for pair, reason in find_duplicates(BY_NAME[name], least).items()}


@pytest.mark.django_db
def test_aliases_are_compared_and_the_reason_names_both() -> None:
    one = make_actor("a", name="Bank Sepah")
    make_actor("b", name="Quite another")
    other = make_actor("c", name="Pahlavi")
    one.names.create(kind=NameKind.FORMER, text="Bank Pahlavi Qashun", ordinal=0)
    other.names.create(kind=NameKind.ALIAS, text="Pahlavi Qashun Bank", ordinal=0)
    assert matches("actor") == {("a", "c"): (100, "Names: 'Bank Pahlavi Qashun' and 'Pahlavi Qashun Bank'.")}


@pytest.mark.django_db
def test_one_number_of_a_passport_is_likely_and_not_certain() -> None:
    for slug in ("a", "b"):
        make_actor(slug, name=slug * 9).identifiers.create(scheme="passport", value="A1", ordinal=0)
    assert matches("actor") == {("a", "b"): (95, "Both: identifier passport:a1.")}


@pytest.mark.django_db
def test_one_identifier_of_two_is_certain_and_named() -> None:
    for slug, value in (("a", "Q1"), ("b", "q1"), ("c", "Q2")):
        make_actor(slug, name=slug * 9).identifiers.create(scheme="wikidata", value=value, ordinal=0)
    make_order("a").identifiers.create(scheme="wikidata", value="Q1", ordinal=0)
    assert matches("actor") == {("a", "b"): (100, "Both: identifier wikidata:q1.")}
    assert matches("order") == {}


@pytest.mark.django_db
def test_titles_of_what_happened_on_other_days_are_not_compared() -> None:
    for slug, day in (("a", "2015-07-14"), ("b", "2015-07"), ("c", "2016")):
        make_event(slug, title="Talks in Vienna", happened_on=day)
    assert matches("event").keys() == {("a", "b")}


@pytest.mark.django_db
def test_sources_of_one_content_or_address_are_suggested() -> None:
    make_source("a", title="One", url="https://example.org/a/")
    make_source("b", title="Two", url="https://example.org/a", content_hash="0" * 64)
    make_source("c", title="Three", content_hash="0" * 64)
    assert matches("source") == {
        ("a", "b"): (95, "Both: address https://example.org/a."),
        ("b", "c"): (100, f"Both: content {'0' * 64}."),
    }


@pytest.mark.django_db
def test_listings_of_one_entry_are_suggested() -> None:
    program = make_program("us-iran")
    values = {"program": program, "list_name": "SDN"}
    actor = make_actor("bank")
    make_designation("a", actor=actor, entry_id="7", **values)
    make_designation("b", actor=make_actor(), entry_id="7", **values)
    make_designation("c", actor=actor, **values)
    assert matches("designation") == {
        ("a", "b"): (100, "Both: entry 7 of SDN."),
        ("a", "c"): (90, "Both: listing of bank under us-iran, SDN."),
    }


@pytest.mark.django_db
@pytest.mark.parametrize("state", [State.RETRACTED, State.MERGED])
def test_what_is_hidden_is_not_compared(state: State) -> None:
    make_actor("a", name="Bank Sepah")
    make_actor("b", name="Bank Sepah", state=state)
    assert matches("actor") == {}


@pytest.mark.django_db
def test_comparing_asks_as_often_for_many_as_for_one() -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            matches("actor")
        return len(captured)

    make_actor(name="Bank Sepah")
    few = queries()
    for number in range(50):
        make_actor(name=f"Bank Sepah {number}")
    assert queries() == few


# --- Suggesting ---------------------------------------------------------------------------------


@pytest.fixture
def banks(db: None) -> tuple[Actor, Actor]:
    return make_actor("melli", name="Bank Melli Iran"), make_actor("mellat", name="Bank Mellat Iran")


ACTOR: Final = BY_NAME["actor"]


def pairs() -> list[tuple[str, str, str]]:
    return list(Likeness.objects.values_list("first", "second", "decision"))


def test_a_machine_suggests_and_merges_nothing(banks: tuple[Actor, Actor]) -> None:
    report = suggest(ACTOR, AT)
    assert (report.new, pairs()) == (1, [("mellat", "melli", "undecided")])
    assert set(Actor.objects.values_list("state", flat=True)) == {State.PUBLISHED}
    again = suggest(ACTOR, AT)
    assert (again.new, again.waiting, len(pairs())) == (0, 1, 1)


@pytest.mark.parametrize("decision", [Sameness.DIFFERENT, Sameness.UNSURE, Sameness.SAME])
def test_what_was_decided_is_not_asked_again(banks: tuple[Actor, Actor], decision: Sameness) -> None:
    suggest(ACTOR, AT)
    decide(banks, decision, Act(AT, make_user("curator"), WHY))
    report = suggest(ACTOR, AT)
    assert (report.new, report.waiting, report.decided) == (0, 0, 1)
    Actor.objects.filter(slug="melli").update(name="Quite another")
    suggest(ACTOR, AT)
    assert pairs() == [("mellat", "melli", decision)]


def test_a_suggestion_that_no_longer_holds_goes(banks: tuple[Actor, Actor]) -> None:
    suggest(ACTOR, AT)
    Actor.objects.filter(slug="melli").update(name="Quite another")
    assert suggest(ACTOR, AT).removed == 1
    assert pairs() == []


def test_the_command_tells_what_it_found(banks: tuple[Actor, Actor]) -> None:
    out = io.StringIO()
    call_command("suggest_duplicates", "--noun", "actors", "--least", "80", stdout=out)
    assert out.getvalue() == "actors: 1 new, 0 waiting, 0 decided, 0 removed\n"
    call_command("suggest_duplicates", verbosity=0, stdout=out)
    call_command("suggest_duplicates", "--noun", "actors", "--least", "100", stdout=out)
    assert "1 removed" in out.getvalue()


@pytest.mark.django_db
@pytest.mark.parametrize("least", ["49", "101", "x", "-1", "9" * 5000, "8٥", ""])
def test_the_command_refuses_what_is_no_score(least: str) -> None:
    with pytest.raises(CommandError, match="is not a score: give a whole number from 50 to 100"):
        call_command("suggest_duplicates", f"--least={least}")


@pytest.mark.django_db
def test_the_command_refuses_what_is_no_noun() -> None:
    with pytest.raises(CommandError, match="invalid choice: 'planets'"):
        call_command("suggest_duplicates", "--noun", "planets")


# --- Deciding -----------------------------------------------------------------------------------


@pytest.fixture
def curator(db: None) -> User:
    return make_user("curator", name="ada")


def test_two_are_decided_in_whichever_order_they_are_named(banks: tuple[Actor, Actor], curator: User) -> None:
    one, other = banks
    for records in ((one, other), (other, one)):
        decide(records, Sameness.DIFFERENT, Act(AT, curator, WHY))
    pair = Likeness.objects.get()
    assert (pair.first, pair.second, pair.by, pair.at, pair.reason) == ("mellat", "melli", "ada", AT, WHY)
    assert list(LogEntry.objects.values_list("move", "slug", "reason")[:2]) == [
        (Move.COMPARED, "melli", f"different: mellat. {WHY}"),
        (Move.COMPARED, "mellat", f"different: melli. {WHY}"),
    ]


def refused(records: tuple[Record, Record], decision: Sameness, by: User, message: str, reason: str = WHY) -> None:
    with pytest.raises(MoveRefused, match=message):
        decide(records, decision, Act(AT, by, reason))
    assert not Likeness.objects.exists()
    assert not LogEntry.objects.exists()


def test_what_cannot_be_decided_is_refused(banks: tuple[Actor, Actor], curator: User) -> None:
    record, other = banks
    refused(banks, Sameness.UNDECIDED, curator, "Choose a decision")
    refused(banks, Sameness.SAME, make_user(), "may not decide whether")
    refused(banks, Sameness.SAME, curator, "Give a reason", reason=" ")
    refused((record, record), Sameness.SAME, curator, "Only two different records")
    refused((record, make_event()), Sameness.SAME, curator, "Only two different records")
    Actor.objects.filter(pk=other.pk).update(state=State.MERGED)
    refused(banks, Sameness.SAME, curator, "was merged into another")
