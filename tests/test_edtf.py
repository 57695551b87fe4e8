"""Dates with precision. Valid forms are the examples of the Library of Congress specification and ours."""

import pickle
from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from sanctions.edtf import LONGEST, OPEN_END, OPEN_START, Extent, humanise, overlaps, parse, precision
from sanctions.exceptions import InvalidDate

# text, earliest, latest, precision, in words
CERTAIN = [
    # "Date", level 0
    ("1985-04-12", "1985-04-12", "1985-04-12", "day", "12 April 1985"),
    ("2015-07-14", "2015-07-14", "2015-07-14", "day", "14 July 2015"),
    ("2016-02-29", "2016-02-29", "2016-02-29", "day", "29 February 2016"),
    ("0001-01-01", "0001-01-01", "0001-01-01", "day", "1 January AD 1"),
    ("9999-12-31", "9999-12-31", "9999-12-31", "day", "31 December 9999"),
    ("1985-04", "1985-04-01", "1985-04-30", "month", "April 1985"),
    ("2024-06", "2024-06-01", "2024-06-30", "month", "June 2024"),
    ("2015-02", "2015-02-01", "2015-02-28", "month", "February 2015"),
    ("2000-02", "2000-02-01", "2000-02-29", "month", "February 2000"),
    ("1900-02", "1900-02-01", "1900-02-28", "month", "February 1900"),
    ("1985", "1985-01-01", "1985-12-31", "year", "1985"),
    # "Seasons", level 1
    ("2001-21", "2001-03-01", "2001-05-31", "season", "spring 2001"),
    ("2001-22", "2001-06-01", "2001-08-31", "season", "summer 2001"),
    ("2001-23", "2001-09-01", "2001-11-30", "season", "autumn 2001"),
    ("2001-24", "2001-12-01", "2002-02-28", "season", "winter 2001"),
    ("2003-24", "2003-12-01", "2004-02-29", "season", "winter 2003"),
    ("9999-24", "9999-12-01", "9999-12-31", "season", "winter 9999"),
    # "Unspecified digit(s) from the right", level 1
    ("201X", "2010-01-01", "2019-12-31", "decade", "the 2010s"),
    ("20XX", "2000-01-01", "2099-12-31", "century", "the years 2000-2099"),
    ("99XX", "9900-01-01", "9999-12-31", "century", "the years 9900-9999"),
    ("001X", "0010-01-01", "0019-12-31", "decade", "the AD 10s"),
    ("2004-XX", "2004-01-01", "2004-12-31", "year", "a month of 2004"),
    ("1985-04-XX", "1985-04-01", "1985-04-30", "month", "a day in April 1985"),
    ("1985-XX-XX", "1985-01-01", "1985-12-31", "year", "a day in 1985"),
    # "Time Interval", level 0
    ("1964/2008", "1964-01-01", "2008-12-31", "interval", "1964 to 2008"),
    ("2004-06/2006-08", "2004-06-01", "2006-08-31", "interval", "June 2004 to August 2006"),
    ("2004-02-01/2005-02-08", "2004-02-01", "2005-02-08", "interval", "1 February 2004 to 8 February 2005"),
    ("2004-02-01/2005-02", "2004-02-01", "2005-02-28", "interval", "1 February 2004 to February 2005"),
    ("2004-02-01/2005", "2004-02-01", "2005-12-31", "interval", "1 February 2004 to 2005"),
    ("2005/2006-02", "2005-01-01", "2006-02-28", "interval", "2005 to February 2006"),
    ("2018-05/2018-11", "2018-05-01", "2018-11-30", "interval", "May to November 2018"),
    ("2015-07-14/2015-07-16", "2015-07-14", "2015-07-16", "interval", "14 to 16 July 2015"),
    ("2015-07-14/2015-08-14", "2015-07-14", "2015-08-14", "interval", "14 July to 14 August 2015"),
    ("2015-07-14/2016-07-14", "2015-07-14", "2016-07-14", "interval", "14 July 2015 to 14 July 2016"),
    ("2001-21/2001-23", "2001-03-01", "2001-11-30", "interval", "spring to autumn 2001"),
    ("2003/2003", "2003-01-01", "2003-12-31", "interval", "2003"),
    ("2015-07-14/2015-07-14", "2015-07-14", "2015-07-14", "interval", "14 July 2015"),
    ("2015-06/2015", "2015-06-01", "2015-12-31", "interval", "June 2015 to 2015"),
    ("201X/202X", "2010-01-01", "2029-12-31", "interval", "the 2010s to the 2020s"),
    (
        "1985-04-XX/1985-04-XX",
        "1985-04-01",
        "1985-04-30",
        "interval",
        "a day in April 1985 to a day in April 1985",
    ),
    # "Extended Interval (L1)"
    ("2004/..", "2004-01-01", "9999-12-31", "interval", "from 2004"),
    ("1985-04-12/..", "1985-04-12", "9999-12-31", "interval", "from 12 April 1985"),
    ("../2010", "0001-01-01", "2010-12-31", "interval", "until 2010"),
    ("2004/", "2004-01-01", "9999-12-31", "interval", "from 2004 to an unknown date"),
    ("/2010", "0001-01-01", "2010-12-31", "interval", "from an unknown date to 2010"),
]

# text, approximate, uncertain, in words
QUALIFIED = [
    # "Qualification of a date (complete)", level 1
    ("1984?", False, True, "perhaps 1984"),
    ("2004-06~", True, False, "about June 2004"),
    ("2004-06-11%", True, True, "perhaps about 11 June 2004"),
    ("2019~", True, False, "about 2019"),
    ("201X~", True, False, "about the 2010s"),
    ("2001-22?", False, True, "perhaps summer 2001"),
    ("1984~/2004", True, False, "about 1984 to 2004"),
    ("1984/2004?", False, True, "1984 to perhaps 2004"),
    ("1984?/2004~", True, True, "perhaps 1984 to about 2004"),
    ("2018-05~/2018-11", True, False, "about May 2018 to November 2018"),
    ("2018~/2018~", True, False, "about 2018 to about 2018"),
    ("2004%/..", True, True, "from perhaps about 2004"),
    ("../2010~", True, False, "until about 2010"),
]

# text, words which the reason must hold
REFUSED = [
    # days and months which do not exist
    ("2015-02-29", "February 2015 has the days 01 to 28"),
    ("1900-02-29", "February 1900 has the days 01 to 28"),
    ("2015-04-31", "April 2015 has the days 01 to 30"),
    ("2015-01-00", "the day 00 does not exist"),
    ("2015-12-32", "December 2015 has the days 01 to 31"),
    ("2015-13", "the month 13 does not exist: months are 01 to 12, seasons are 21 to 24"),
    ("2015-00", "the month 00 does not exist"),
    ("2015-20-01", "the month 20 does not exist"),
    ("2015-99", "the month 99 does not exist"),
    ("2015-21-04", "the season 21 cannot have a day"),
    ("2015-21-XX", "the season 21 cannot have a day"),
    # intervals
    ("2010/2009", "the end 2009 is before the start 2010"),
    ("2015-07-14/2015-07-13", "is before the start"),
    ("2015-07/2015-06-30", "is before the start"),
    ("2010~/2009~", "is before the start"),
    ("2010-13/2011", "in the start 2010-13: the month 13"),
    ("2010/2011-02-29", "in the end 2011-02-29: the day 29"),
    ("../..", "needs a start or an end"),
    ("/", "needs a start or an end"),
    ("../", "needs a start or an end"),
    ("/..", "needs a start or an end"),
    ("14/07/2015", "the year first"),
    ("2001/2002/2003", "one slash"),
    ("2010 / 2012", "must not contain spaces"),
    ("2010/..~", "an open end cannot have a qualifier"),
    ("2004..", "with a slash"),
    ("..2010", "with a slash"),
    ("2004/open", "an open end is written .."),
    ("unknown/2010", "an unknown end is left empty"),
    # years that are not supported
    ("0000", "the year 0000 is not allowed"),
    ("0000-01-01", "the year 0000 is not allowed"),
    ("000X", "includes the year 0000"),
    ("00XX", "includes the year 0000"),
    ("10000", "only the years 0001 to 9999"),
    ("-1985", "negative years"),
    ("-0001-01-01", "negative years"),
    ("Y170000002", "letter Y"),
    ("Y-170000002", "letter Y"),
    # the time of day
    ("1985-04-12T23:20:30", "time of day is not supported"),
    ("1985-04-12T23:20:30Z", "time of day is not supported"),
    ("1985-04-12T23:20:30+04:30", "time of day is not supported"),
    ("1985-04-12t23", "time of day is not supported"),
    ("1985-04-12 23:20", "time of day is not supported"),
    # level 2
    ("Y-17E7", "only the years 0001 to 9999"),
    ("1950S2", "level 2"),
    ("2001-34", "the sub-year grouping 34 is EDTF level 2"),
    ("2001-25", "level 2"),
    ("2001-41", "level 2"),
    ("[1667,1668,1670..1672]", "a set of dates is EDTF level 2"),
    ("{1960,1961-12}", "a set of dates is EDTF level 2"),
    ("[..1983-12-03]", "a set of dates is EDTF level 2"),
    ("2004?-06-11", "on one part of a date it is EDTF level 2"),
    ("2004-06~-11", "level 2"),
    ("?2004-06-11", "level 2"),
    ("156X-12-25", "level 2"),
    ("15XX-12-25", "level 2"),
    ("XXXX-12-XX", "level 2"),
    ("1XXX-XX", "level 2"),
    ("1XXX", "level 2"),
    ("1XXX?", "level 2"),
    ("XXXX", "level 2"),
    ("1984-1X", "level 2"),
    ("1984-XX-05", "level 2"),
    ("1984-06-1X", "level 2"),
    ("20X5", "level 2"),
    # forms of other standards and of habit
    ("20150714", "hyphens are needed"),
    ("201507", "hyphens are needed"),
    ("2015-7-4", "two digits each"),
    ("2015-7", "two digits each"),
    ("15", "a year has four digits"),
    ("14-07-2015", "the year comes first"),
    ("14.07.2015", "the year comes first"),
    ("199u", "capital X"),
    ("201x", "capital X"),
    ("2004-xx", "capital X"),
    ("2004?~", "% is both"),
    ("2004~~", "one qualifier is enough"),
    ("~", "needs a date before it"),
    # junk
    ("", "it is empty"),
    ("   ", "it is empty"),
    ("c. 2015", "must not contain spaces"),
    ("July", "not a date of EDTF level 1"),
    ("x2015-07-14", "not a date of EDTF level 1"),
    ("2015-07-14x", "not a date of EDTF level 1"),
    ("2015-07-14.", "not a date of EDTF level 1"),
    ("2015-07-14Z", "not a date of EDTF level 1"),
    ("2015-", "not a date of EDTF level 1"),
    ("2015-W29", "not a date of EDTF level 1"),
    ("2015-07-14\n", "U+000A is not allowed"),
    ("\n2015", "U+000A is not allowed"),
    ("2015\t", "U+0009 is not allowed"),
    ("2015\x00", "U+0000 is not allowed"),
    ("\x7f2015", "U+007F is not allowed"),
    ("\u0662\u0660\u0661\u0665", "U+0662 is not allowed"),  # Arabic-Indic digits
    ("\uff12\uff10\uff11\uff15", "U+FF12 is not allowed"),  # full-width digits
    ("\u06f1\u06f3\u06f9\u06f4", "U+06F1 is not allowed"),  # Persian digits
    ("2015\u20132016", "U+2013 is not allowed"),  # en dash
    ("\ufeff2015", "U+FEFF is not allowed"),
    ("2015\u00a0", "U+00A0 is not allowed"),
    ("\ud800", "U+D800 is not allowed"),
    ("2015" + " " * 40, "it has 44 characters, and a date has at most 40"),
    ("9" * 1_000_000, "at most 40"),
]


# --- what is accepted ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "earliest", "latest", "known", "words"), CERTAIN)
def test_a_valid_date_has_its_first_and_last_day(text: str, earliest: str, latest: str, known: str, words: str) -> None:
    expected = Extent(text, date.fromisoformat(earliest), date.fromisoformat(latest), False, False)
    assert parse(text) == expected
    assert precision(parse(text)) == known
    assert humanise(text) == words


@pytest.mark.parametrize(("text", "approximate", "uncertain", "words"), QUALIFIED)
def test_a_qualifier_is_told_and_does_not_widen_the_bounds(
    text: str, approximate: bool, uncertain: bool, words: str
) -> None:
    extent = parse(text)
    bare = parse(text.replace("?", "").replace("~", "").replace("%", ""))
    assert (extent.approximate, extent.uncertain) == (approximate, uncertain)
    assert (extent.earliest, extent.latest) == (bare.earliest, bare.latest)
    assert precision(extent) == precision(bare)
    assert humanise(text) == words


def test_spaces_around_a_date_are_dropped_from_its_canonical_text() -> None:
    assert parse("  2015-07-14 ") == parse("2015-07-14")
    assert parse(" 2015 ").text == "2015"


def test_open_and_unknown_ends_have_the_outermost_days() -> None:
    assert parse("../2010").earliest == parse("/2010").earliest == OPEN_START == date.min
    assert parse("2004/..").latest == parse("2004/").latest == OPEN_END == date.max


@pytest.mark.parametrize("text", ["2015-07-14", "2015-07-14/2015-07-14", "0001-01-01", "9999-12-31"])
def test_a_certain_calendar_day_is_a_day(text: str) -> None:
    assert parse(text).is_day


@pytest.mark.parametrize(
    "text",
    [
        "2015",
        "2015-07",
        "2015-07-XX",
        "2015-07-14~",
        "2015-07-14?",
        "2015-07-14%",
        "2015-07-14/2015-07-15",
        "2015-07-14/2015-07-14?",
        "../0001-01-01",
        "/0001-01-01",
        "9999-12-31/..",
        "9999-12-31/",
    ],
)
def test_a_date_open_wide_or_qualified_is_not_a_day(text: str) -> None:
    assert not parse(text).is_day


# --- what is refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("text", "words"), REFUSED, ids=lambda value: ascii(value)[:40])
def test_an_invalid_date_is_refused_with_the_reason(text: str, words: str) -> None:
    with pytest.raises(InvalidDate) as refusal:
        parse(text)
    assert refusal.value.value == text
    assert words in refusal.value.reason


def test_an_impossible_day_is_refused_with_the_reason() -> None:
    with pytest.raises(InvalidDate) as refusal:
        parse("2015-02-29")
    assert str(refusal.value) == (
        "'2015-02-29' is not a date: the day 29 does not exist: February 2015 has the days 01 to 28."
    )


@pytest.mark.parametrize("value", [2015, None, 20.15, date(2015, 7, 14), ["2015"], b"2015"])
def test_what_is_not_text_is_refused_as_a_date(value: object) -> None:
    with pytest.raises(InvalidDate, match="as text in quotation marks"):
        parse(value)  # type: ignore[arg-type]


def test_a_refusal_is_the_same_the_second_time() -> None:
    reasons = set()
    for _ in range(2):
        with pytest.raises(InvalidDate) as refusal:
            parse("2010/2009")
        reasons.add((refusal.value.value, refusal.value.reason))
    assert len(reasons) == 1


def test_a_refusal_shows_a_long_value_short_and_control_characters_escaped() -> None:
    with pytest.raises(InvalidDate) as refusal:
        parse("\x00" + "9" * 1000)
    assert len(str(refusal.value)) < 150
    assert "\x00" not in str(refusal.value)


def test_a_refusal_survives_pickling() -> None:
    error = pickle.loads(pickle.dumps(InvalidDate("2015-13", "no such month")))
    assert (error.value, error.reason) == ("2015-13", "no such month")


def test_humanise_refuses_as_parse_does() -> None:
    with pytest.raises(InvalidDate, match="the month 13 does not exist"):
        humanise("2015-13")


# --- overlaps -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        ("2015-07-14", "2015-07-14", "2015-07-15", True),
        ("2015-07-14", "2015-07-01", "2015-07-14", False),  # the end of a span is not in it
        ("2015-07-14", "2015-07-15", "2015-08-01", False),
        ("2015-07-14", "2015-07-14", "2015-07-14", False),  # an empty span
        ("2015-07-14", "2016-01-01", "2015-01-01", False),  # a span backwards
        ("2015-07", "2015-07-31", "2015-08-01", True),
        ("2015", "2015-12-31", "2016-12-31", True),
        ("2015", "2014-01-01", "2015-01-01", False),
        ("2004/..", "2200-01-01", "2200-01-02", True),
        ("2004/", "2003-01-01", "2004-01-01", False),
        ("../2010", "0001-01-01", "0001-01-02", True),
        ("/2010", "2011-01-01", "2012-01-01", False),
        ("2015~", "2016-01-01", "2017-01-01", False),
        ("9999-12-31", "2015-01-01", "9999-12-31", True),  # OPEN_END is a span without end
        ("9999-12-31", "9999-12-31", "9999-12-31", True),
        ("2015", "2016-01-01", "9999-12-31", False),
    ],
)
def test_a_date_overlaps_a_half_open_span_when_they_may_share_a_day(
    text: str, start: str, end: str, expected: bool
) -> None:
    assert overlaps(parse(text), date.fromisoformat(start), date.fromisoformat(end)) is expected


# --- laws ---------------------------------------------------------------------------------------------------

years = st.integers(1, 9999).map("{:04d}".format)
months = st.integers(1, 12).map("{:02d}".format)
single = st.one_of(
    st.dates().map(date.isoformat),
    years,
    st.integers(1, 999).map("{:03d}X".format),
    st.integers(1, 99).map("{:02d}XX".format),
    st.tuples(years, months | st.sampled_from(["21", "22", "23", "24", "XX"])).map("-".join),
    st.tuples(years, months, st.just("XX")).map("-".join),
    years.map("{}-XX-XX".format),
)
qualified = st.tuples(single, st.sampled_from(["", "?", "~", "%"])).map("".join)
open_or_unknown = st.sampled_from(["", ".."])


@st.composite
def intervals(draw: st.DrawFn) -> str:
    start, end = sorted((draw(qualified), draw(qualified)), key=lambda text: parse(text).earliest)
    kept = draw(st.sampled_from(["both", "start", "end"]))
    if kept == "both":
        return f"{start}/{end}"
    return f"{start}/{draw(open_or_unknown)}" if kept == "start" else f"{draw(open_or_unknown)}/{end}"


valid = qualified | intervals()
near_dates = st.text(alphabet="0123456789-/.?~%XTYS[]{}u :\n\u0662", max_size=24)


@given(st.dates())
def test_every_calendar_day_is_itself(day: date) -> None:
    extent = parse(day.isoformat())
    assert (extent.earliest, extent.latest) == (day, day)
    assert extent.is_day
    assert humanise(day.isoformat()).startswith(f"{day.day} ")


@given(st.dates())
def test_every_day_lies_in_its_month_year_decade_and_century(day: date) -> None:
    assume(day.year >= 100)
    text = day.isoformat()
    extents = [parse(t) for t in (text, text[:7], text[:4], text[:3] + "X", text[:2] + "XX")]
    for inner, outer in pairwise(extents):
        assert outer.earliest <= inner.earliest <= inner.latest <= outer.latest


@given(st.dates(max_value=date(9999, 12, 30)))
def test_no_month_holds_a_day_of_the_next(day: date) -> None:
    following = day + timedelta(days=1)
    assert (parse(day.isoformat()[:7]).latest < following) == (day.month != following.month)


@given(valid)
def test_every_valid_date_begins_no_later_than_it_ends(text: str) -> None:
    extent = parse(text)
    assert extent.earliest <= extent.latest
    assert extent.text == text
    assert len(text) <= LONGEST


@given(st.dates(), st.dates())
def test_order_is_preserved(one: date, other: date) -> None:
    first, second = sorted((one, other))
    for length in (4, 7, 10):
        earlier, later = parse(first.isoformat()[:length]), parse(second.isoformat()[:length])
        assert earlier.earliest <= later.earliest
        assert earlier.latest <= later.latest
        assert (earlier.text < later.text) == (earlier.earliest < later.earliest)


@given(qualified, qualified)
def test_an_interval_is_valid_exactly_when_its_end_is_not_before_its_start(start: str, end: str) -> None:
    first, last = parse(start), parse(end)
    if last.latest < first.earliest:
        with pytest.raises(InvalidDate, match="is before the start"):
            parse(f"{start}/{end}")
    else:
        extent = parse(f"{start}/{end}")
        assert (extent.earliest, extent.latest) == (first.earliest, last.latest)
        assert extent.approximate == (first.approximate or last.approximate)
        assert extent.uncertain == (first.uncertain or last.uncertain)


@given(st.text() | near_dates)
def test_any_text_is_a_date_or_is_refused_with_a_reason(text: str) -> None:
    try:
        extent = parse(text)
    except InvalidDate as refusal:
        assert refusal.value == text
        assert refusal.reason
        assert str(refusal).isprintable()
    else:
        assert extent.text == text.strip(" ")


@given(valid)
def test_every_valid_date_has_words_and_a_precision(text: str) -> None:
    words = humanise(text)
    assert words == words.strip()
    assert "XX" not in words
    assert words.isprintable()
    assert (precision(parse(text)) == "interval") == ("/" in text)


@given(valid, st.dates())
def test_a_date_overlaps_a_single_day_exactly_when_the_day_is_within_its_bounds(text: str, day: date) -> None:
    assume(day < date(9999, 12, 30))
    extent = parse(text)
    assert overlaps(extent, day, day + timedelta(days=1)) == (extent.earliest <= day <= extent.latest)
