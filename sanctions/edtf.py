"""Dates with precision: a text as the source writes it, and the first and last day that it may mean.

The form is level 1 of the Library of Congress *Extended Date/Time Format (EDTF) Specification* of
4 February 2019 (https://www.loc.gov/standards/datetime/), which profiles ISO 8601-2:2019. Section
names in quotation marks below are headings of that page.

Three parts of level 1 are not supported; each is rejected with its reason:

- "Date and Time" (level 0): a time of day;
- "Letter-prefixed calendar year" and "Negative calendar year" (level 1): years are 0001 to 9999, the range of
  dates in Python and SQL;
- an interval without any end, which contains no information.

One extension is supported: a season or a date with unspecified digits may have a qualifier and may be an end of
an interval, because sources write "about summer 2001".

Pure: no Django, no clock.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Final, Literal

from sanctions.exceptions import InvalidDate

__all__ = [
    "LONGEST",
    "OPEN_END",
    "OPEN_START",
    "Extent",
    "InvalidDate",
    "Precision",
    "humanise",
    "overlaps",
    "parse",
    "precision",
]

Precision = Literal["day", "month", "season", "year", "decade", "century", "interval"]

OPEN_START: Final = date.min
"""The earliest day of an interval whose start is open or unknown."""

OPEN_END: Final = date.max
"""The latest day of an interval whose end is open or unknown."""

LONGEST: Final = 40
"""The maximum number of characters; the longest valid date has 23."""

# Not calendar.month_name, which depends on the locale of the process.
_MONTHS: Final = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_SEASONS: Final = {"21": "spring", "22": "summer", "23": "autumn", "24": "winter"}
_SEASON_STARTS: Final = {"21": 3, "22": 6, "23": 9, "24": 12}


@dataclass(frozen=True, slots=True)
class Extent:
    """The meaning of a date: its text, the first and last day that it may mean, and its qualifiers.

    The qualifiers do not widen the bounds. "Qualification of a date (complete)" gives `?` and `~` a meaning
    (uncertain, approximate) but no width, and any width would be a fact that no source stated: `2019~` is between
    1 January and 31 December 2019, and approximate.
    """

    text: str
    """The text as given, without surrounding spaces."""
    earliest: date
    """The first possible day; `OPEN_START` if the start is open or unknown."""
    latest: date
    """The last possible day (inclusive); `OPEN_END` if the end is open or unknown."""
    approximate: bool
    """Whether the date, or an end of the interval, has the qualifier `~` or `%`."""
    uncertain: bool
    """Whether the date, or an end of the interval, has the qualifier `?` or `%`."""

    @property
    def is_day(self) -> bool:
        """Whether this is one certain calendar day: one possible day, unqualified, no end left open."""
        bounded = self.text[0] not in "./" and self.text[-1] not in "./"
        return bounded and self.earliest == self.latest and not (self.approximate or self.uncertain)


@dataclass(frozen=True, slots=True)
class _Part:
    """One date: a whole string, or one end of an interval."""

    year: str
    month: str
    day: str
    qualifier: str
    precision: Precision
    earliest: date
    latest: date


# --- Parsing ------------------------------------------------------------------------------------------------


def parse(text: str) -> Extent:
    """Parse an EDTF level 1 text; raise `InvalidDate`, and nothing else, for any other text.

    Spaces around the date are removed; other white space is rejected (a trailing newline too). Results are cached.
    """
    if not isinstance(text, str):  # A YAML or JSON document may contain a number or a date here.
        raise InvalidDate(str(text), "a date is given as text in quotation marks, such as '2015-07-14'")
    try:
        _reject_characters(text)
        return _extent(text.strip(" "))
    except InvalidDate as refusal:
        raise InvalidDate(text, refusal.reason) from None


def precision(extent: Extent) -> Precision:
    """Return the precision of the date; "interval" for anything with two ends, also open ones.

    A date with unspecified parts is as precise as its specified parts: `1985-04-XX` is known to the month and
    `1985-XX-XX` to the year. ("Unspecified digit(s) from the right" calls these *day precision*, since each
    means one day; here the precision is that of the source's knowledge.)
    """
    return "interval" if "/" in extent.text else _part(extent.text).precision


def overlaps(extent: Extent, start: date, end: date) -> bool:
    """Whether the date may share a day with the half-open span [start, end).

    `end=OPEN_END` means a span without end. A span whose end is not after its start contains no day, so nothing
    overlaps it.
    """
    if end == OPEN_END:
        return extent.latest >= start
    return start < end and extent.earliest < end and extent.latest >= start


def _reject_characters(text: str) -> None:
    if len(text) > LONGEST:
        raise InvalidDate(text, f"it has {len(text)} characters, and a date has at most {LONGEST}")
    for character in text:
        if not " " <= character <= "~":
            raise InvalidDate(
                text,
                f"the character U+{ord(character):04X} is not allowed: "
                "a date is written with the plain digits 0-9 and the signs - / . ? ~ % X",
            )


@lru_cache(maxsize=16_384)
def _extent(text: str) -> Extent:
    if not text:
        raise InvalidDate(text, "it is empty: write at least a year, such as 2015")
    if "/" in text:
        return _interval(text)
    part = _part(text)
    return Extent(text, part.earliest, part.latest, part.qualifier in {"~", "%"}, part.qualifier in {"?", "%"})


def _interval(text: str) -> Extent:
    """Parse two dates of any precision ("Time Interval", level 0), or one and an open or unknown end.

    "Extended Interval (L1)" writes an open end as `..` and an unknown end as an empty text. Their bounds are the same;
    only the text distinguishes them. An end may be less precise than the start (`2004-02-01/2005`), so an interval is
    backwards only if its last possible day is before its first.
    """
    if text.count("/") > 1:
        raise InvalidDate(
            text,
            "an interval has one slash, between its start and its end; "
            "a day is written with hyphens, the year first: 2015-07-14",
        )
    start, end = text.split("/")
    if start in {"", ".."} and end in {"", ".."}:
        raise InvalidDate(text, "an interval needs a start or an end: give at least one")
    first, last = _end(start, "start"), _end(end, "end")
    if first and last and last.latest < first.earliest:
        raise InvalidDate(text, f"the end {end} is before the start {start}")
    qualifiers = {part.qualifier for part in (first, last) if part}
    return Extent(
        text,
        first.earliest if first else OPEN_START,
        last.latest if last else OPEN_END,
        not qualifiers.isdisjoint("~%"),
        not qualifiers.isdisjoint("?%"),
    )


def _end(text: str, name: str) -> _Part | None:
    if text in {"", ".."}:
        return None
    try:
        return _part(text)
    except InvalidDate as refusal:
        raise InvalidDate(text, f"in the {name} {text}: {refusal.reason}") from None


# "Date" (level 0); "Seasons", "Qualification of a date (complete)" and "Unspecified digit(s) from the right"
# (level 1). Combinations that the pattern matches but level 1 does not allow are rejected by `_reject_combination`.
_DATE: Final = re.compile(
    r"(?P<year>[0-9]{4}|[0-9]{3}X|[0-9]{2}XX)"
    r"(?:-(?P<month>[0-9]{2}|XX)(?:-(?P<day>[0-9]{2}|XX))?)?"
    r"(?P<qualifier>[?~%]?)"
)


@lru_cache(maxsize=16_384)
def _part(text: str) -> _Part:
    match = _DATE.fullmatch(text)
    if match is None:
        raise InvalidDate(text, _reason(text))
    year, month, day, qualifier = match.groups(default="")
    _reject_combination(text, year, month, day)
    known, earliest, latest = _bounds(year, month, day)
    return _Part(year, month, day, qualifier, known, earliest, latest)


def _bounds(year: str, month: str, day: str) -> tuple[Precision, date, date]:
    """Return the precision, and the first and last possible day; unspecified digits may have any value."""
    if month in _SEASONS:
        return "season", *_season(int(year), month)
    if month in {"", "XX"}:
        known: Precision = "century" if year.endswith("XX") else "decade" if year.endswith("X") else "year"
        first, last = int(year.replace("X", "0")), int(year.replace("X", "9"))
        return known, date(first, 1, 1), date(last, 12, 31)
    number, days = int(month), monthrange(int(year), int(month))[1]
    if day in {"", "XX"}:
        return "month", date(int(year), number, 1), date(int(year), number, days)
    if not 1 <= int(day) <= days:
        raise InvalidDate(
            f"{year}-{month}-{day}",
            f"the day {day} does not exist: {_MONTHS[number - 1]} {year} has the days 01 to {days}",
        )
    exact = date(int(year), number, int(day))
    return "day", exact, exact


def _season(year: int, code: str) -> tuple[date, date]:
    """Return the first and last day of a meteorological season of the northern hemisphere.

    Winter extends into February of the next year. "Seasons" (level 1) gives the codes 21 to 24 names but no days. The
    days are a convention of this project, because queries need days and the sources write in the north.
    """
    start = date(year, _SEASON_STARTS[code], 1)
    if code != "24":
        last_month = start.month + 2
        return start, date(year, last_month, monthrange(year, last_month)[1])
    if year == OPEN_END.year:
        return start, OPEN_END
    return start, date(year + 1, 2, monthrange(year + 1, 2)[1])


# --- Reasons of rejection
# -----------------------------------------------------------------------------------------------

_YEARS = "only the years 0001 to 9999 are supported"
_LEVEL = "is EDTF level 2, and only level 1 is supported"
_MISPLACED_X = (
    "X may replace the last one or two digits of a year alone (201X, 20XX), the day (1985-04-XX), "
    f"the month (2004-XX) or both (1985-XX-XX); X in any other place {_LEVEL}"
)

# Why a text does not match `_DATE`: the first pattern that matches gives the reason, so specific ones come first.
_REASONS: Final = tuple(
    (re.compile(pattern), reason)
    for pattern, reason in (
        (r"[\[\]{}]", f"a set of dates {_LEVEL}: give one date, or an interval such as 2015/2016"),
        (
            r"[0-9] ?[Tt][0-9]|[0-9]:[0-9]",
            "a time of day is not supported: give only the date, such as 2015-07-14",
        ),
        (r"^[Yy][-+]?[0-9]", f"{_YEARS}, without the letter Y"),
        (r"^-[0-9]", f"{_YEARS}, no negative years"),
        (r"[0-9]S[0-9]", f"a year with significant digits (S) {_LEVEL}"),
        (
            r"^([0-9]{6}|[0-9]{8})[?~%]?$",
            "hyphens are needed between year, month and day: 2015-07-14; " + _YEARS,
        ),
        (r"^[0-9]{5,}", _YEARS),
        (r"[?~%]{2,}$", "one qualifier is enough: ? is uncertain, ~ is approximate, % is both"),
        (
            r"^\.\.[?~%]",
            "an open end cannot have a qualifier: write only ..",
        ),
        (r"[?~%].", f"a qualifier must be at the end of a date; on one part of a date it {_LEVEL}"),
        (r"^[?~%]$", "the qualifier needs a date before it"),
        (r"\.\.", "an open end is written with a slash, as in 2004/.. or ../2010"),
        (r"(?i)^(open|unknown)$", "an open end is written .. and an unknown end is left empty"),
        (r"^[0-9]+[ux]|-[ux]", "an unspecified digit is written with a capital X"),
        (r"^[0-9X]{4}(-[0-9X]{2}){0,2}[?~%]?$", _MISPLACED_X),
        (
            r"^[0-9]{4}-[0-9]{1,2}(-[0-9]{1,2})?[?~%]?$",
            "month and day have two digits each, as in 2015-07-04",
        ),
        (r"^[0-9]{1,3}[?~%]?$", "a year has four digits, as in 2015"),
        (r"^[0-9]{1,2}[-. ][0-9]{1,2}[-. ][0-9]{4}$", "the year comes first, then month and day: 2015-07-14"),
        (r" ", "a date must not contain spaces"),
    )
)
_UNREADABLE = (
    "it is not a date of EDTF level 1: write a year (2015), a month (2015-07), a day (2015-07-14), "
    "a season (2015-22), or an interval of two of these (2015/2016)"
)


def _reason(text: str) -> str:
    return next((reason for pattern, reason in _REASONS if pattern.search(text)), _UNREADABLE)


def _reject_combination(text: str, year: str, month: str, day: str) -> None:
    if ("X" in year and month) or (month == "XX" and day.isdigit()):
        raise InvalidDate(text, _MISPLACED_X)
    if year == "0000":
        raise InvalidDate(text, f"the year 0000 is not allowed: {_YEARS}")
    if year in {"000X", "00XX"}:
        raise InvalidDate(text, f"{year} includes the year 0000: {_YEARS}")
    if month.isdigit() and "25" <= month <= "41":
        raise InvalidDate(text, f"the sub-year grouping {month} {_LEVEL}: seasons are 21 to 24")
    if month.isdigit() and not ("01" <= month <= "12" or month in _SEASONS):
        raise InvalidDate(text, f"the month {month} does not exist: months are 01 to 12, seasons are 21 to 24")
    if month in _SEASONS and day:
        raise InvalidDate(text, f"the season {month} cannot have a day: months are 01 to 12")


# --- English text --------------------------------------------------------------------------------------------------

_QUALIFIED: Final = {"": "", "~": "about ", "?": "perhaps ", "%": "perhaps about "}


def humanise(text: str) -> str:
    """Return the date in English: "14 July 2015", "about 2019", "May to November 2018", "until 2010".

    An open end and an unknown end differ ("Extended Interval (L1)"): `2004/..` is "from 2004", `2004/` is
    "from 2004 to an unknown date". Raises `InvalidDate` as `parse` does.
    """
    canonical = parse(text).text
    if "/" not in canonical:
        return _phrase(_part(canonical))
    start, end = canonical.split("/")
    if start == "..":
        return f"until {_phrase(_part(end))}"
    if start == "":
        return f"from an unknown date to {_phrase(_part(end))}"
    if end == "..":
        return f"from {_phrase(_part(start))}"
    if end == "":
        return f"from {_phrase(_part(start))} to an unknown date"
    return _span(_part(start), _part(end))


def _span(first: _Part, last: _Part) -> str:
    """Return two dates without repeating what they share: "14 to 16 July 2015", "May to November 2018"."""
    if not (_is_plain(first) and _is_plain(last) and first.precision == last.precision):
        return f"{_phrase(first)} to {_phrase(last)}"
    words, ending = _words(first), _words(last)
    while words and ending and words[-1] == ending[-1]:
        words, ending = words[:-1], ending[:-1]
    return " ".join([*words, "to", *_words(last)]) if words else _phrase(last)


def _is_plain(part: _Part) -> bool:
    return not part.qualifier and "X" not in part.year + part.month + part.day


def _phrase(part: _Part) -> str:
    return _QUALIFIED[part.qualifier] + " ".join(_words(part))


def _words(part: _Part) -> list[str]:
    """Return the words from the smallest part to the year."""
    if part.precision == "century":
        return [f"the years {_year(part.earliest)}-{_year(part.latest)}"]
    if part.precision == "decade":
        return [f"the {_year(part.earliest)}s"]
    year = _year(part.earliest)
    if part.precision == "season":
        return [_SEASONS[part.month], year]
    unspecified = ["a day in"] if part.day == "XX" else ["a month of"] if part.month == "XX" else []
    if part.precision == "year":
        return [*unspecified, year]
    month = _MONTHS[part.earliest.month - 1]
    return [str(part.earliest.day), month, year] if part.precision == "day" else [*unspecified, month, year]


def _year(day: date) -> str:
    return str(day.year) if day.year >= 1000 else f"AD {day.year}"
