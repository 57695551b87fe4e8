"""The spans of a record as a chart: from the fold's spans to bars in percent of one axis of years.

Pure: the day is an argument, and what is drawn is decided here, so that the template only writes it down.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any, Final

from sanctions import edtf
from sanctions.admin.standings import COLOURS
from sanctions.standing import Span, spans_of, standing_on
from sanctions.vocabulary import Standing, Subject

#: No axis has more ticks than this, so that their years do not overlap on a narrow screen.
MOST_TICKS: Final = 8
_STEPS: Final = (1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000)
#: Days before the first change and after the last: at least a year, so that every axis has a tick …
_LEAST_MARGIN: Final = 366
#: … and this share of the time between them.
_MARGIN: Final = 0.04

#: How wide, in pixels, the axis is at least on a wide and on a narrow screen, and a character of a label.
_WIDE, _NARROW, _CHARACTER, _PADDING = 560, 280, 6.4, 12

_MEANINGS: Final = {
    "success": "solid edge",
    "info": "dotted edge",
    "warning": "striped edge",
    "danger": "crossed edge",
    "default": "hollow",
}


@dataclass(frozen=True)
class Strand:
    """One subject and the spans of its standing, oldest first."""

    name: str
    spans: Sequence[Span[Any]]

    @classmethod
    def of(cls, name: str, effects: Sequence[Any], subject: Subject) -> Strand:
        """Return what the effects on a subject have made of it, with all who contested it while a span lasted."""
        spans = spans_of(effects, subject)
        return cls(name, [_contested(span, effects, subject) if span.answer.contested_by else span for span in spans])


def _contested(span: Span[Any], effects: Sequence[Any], subject: Subject) -> Span[Any]:
    """Return a span with the denials of its whole time: the fold's answer for it is that of its first day."""
    # The day before the end; a date left open has not certainly come on any day that is drawn.
    last = (span.end or date.max) - timedelta(days=1)
    contested_by = standing_on(last, effects, subject).contested_by
    return replace(span, answer=replace(span.answer, contested_by=contested_by))


@dataclass(frozen=True)
class Bar:
    """One span, drawn: its place on the axis in percent, its look, and its texts.

    ``room`` is on which screens its label fits into it: ``narrow`` (on all), ``wide`` or nowhere (empty).
    ``text`` is all of it in words, without the subject.
    """

    left: float
    width: float
    code: str
    label: str
    colour: str
    start: date | None
    end: date | None
    uncertain: bool
    also: tuple[str, ...]
    decided_by: Any
    room: str
    text: str

    @property
    def fade(self) -> str:
        """Which ends are open: ``both``, ``start``, ``end`` or none of them (empty)."""
        if self.start is None:
            return "both" if self.end is None else "start"
        return "end" if self.end is None else ""


@dataclass(frozen=True)
class ChartLine:
    """The bars of one subject."""

    name: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True)
class Group:
    """Subjects that are shown together: the record itself, its measures, its parties, its commitments."""

    title: str
    lines: tuple[ChartLine, ...]


@dataclass(frozen=True)
class Tick:
    """The first day of a year on the axis."""

    at: float
    year: int


@dataclass(frozen=True)
class LegendEntry:
    """One kind of bar in the legend: its colour, its look without colour, and its standings."""

    colour: str
    look: str
    labels: tuple[str, ...]


@dataclass(frozen=True)
class Chart:
    """All that is drawn. ``today`` is in percent too."""

    groups: tuple[Group, ...]
    ticks: tuple[Tick, ...]
    today: float
    legend: tuple[LegendEntry, ...]
    uncertain: bool


@dataclass(frozen=True)
class Axis:
    """The days from ``first`` to ``last``, as ordinals: beyond the calendar too, where there are no dates."""

    first: int
    last: int

    @classmethod
    def over(cls, days: Iterable[date]) -> Axis:
        """Return the axis that has all the days with a margin on either side."""
        ordinals = [day.toordinal() for day in days]
        first, last = min(ordinals), max(ordinals)
        margin = max(_LEAST_MARGIN, round((last - first) * _MARGIN))
        return cls(first - margin, last + margin)

    def at(self, day: date) -> float:
        """Return the place of a day, in percent."""
        return round((day.toordinal() - self.first) * 100 / (self.last - self.first), 3)

    def ticks(self) -> tuple[Tick, ...]:
        """Return the years to be marked: round ones, as many as do not overlap."""
        earliest = date.fromordinal(max(self.first, date.min.toordinal())).year
        latest = date.fromordinal(min(self.last, date.max.toordinal())).year
        years = [year for year in range(earliest, latest + 1) if date(year, 1, 1).toordinal() >= self.first]
        step = next(step for step in _STEPS if sum(year % step == 0 for year in years) <= MOST_TICKS)
        return tuple(Tick(self.at(date(year, 1, 1)), year) for year in years if year % step == 0)


def chart_of(groups: Iterable[tuple[str, Sequence[Strand]]], day: date) -> Chart | None:
    """Return the chart of titled groups of subjects on one axis, or ``None`` if nothing has ever changed any of them.

    ``day`` is marked as today, and is on the axis even if all else lies far from it.
    """
    groups = [(title, strands) for title, strands in groups if strands]
    days = {span.start for _, strands in groups for strand in strands for span in strand.spans if span.start}
    if not days:
        return None
    axis = Axis.over(days | {day})
    drawn = tuple(
        Group(title, tuple(ChartLine(strand.name, _bars(strand.spans, axis)) for strand in strands))
        for title, strands in groups
    )
    bars = [bar for group in drawn for line in group.lines for bar in line.bars]
    return Chart(
        groups=drawn,
        ticks=axis.ticks(),
        today=axis.at(day),
        legend=_legend(bars),
        uncertain=any(bar.uncertain for bar in bars),
    )


def _bars(spans: Sequence[Span[Any]], axis: Axis) -> tuple[Bar, ...]:
    return tuple(_bar(span, axis) for span in spans)


def _bar(span: Span[Any], axis: Axis) -> Bar:
    left = axis.at(span.start) if span.start else 0.0
    right = axis.at(span.end) if span.end else 100.0
    width = round(right - left, 3)
    answer = span.answer
    label = str(Standing(answer.code).label)
    also = tuple(str(Standing(code).label) for code in answer.possible if code != answer.code)
    return Bar(
        left=left,
        width=width,
        code=str(answer.code),
        label=label,
        colour=COLOURS[answer.code],
        start=span.start,
        end=span.end,
        uncertain=not answer.certain,
        also=also,
        decided_by=answer.decided_by,
        room=_room(width, label),
        text=_text(span, label, also),
    )


def _room(width: float, label: str) -> str:
    """Return on which screens a label fits into a bar of so many percent."""
    needed = len(label) * _CHARACTER + _PADDING
    for room, pixels in (("narrow", _NARROW), ("wide", _WIDE)):
        if width / 100 * pixels >= needed:
            return room
    return ""


def _text(span: Span[Any], label: str, also: Sequence[str]) -> str:
    """Return a span in words: "in force from 1 July 2013 until 16 January 2016, by EO 13645 signed"."""
    words = [label]
    if span.start:
        words.append(f"from {_day(span.start)}")
    if span.end:
        words.append(f"until {_day(span.end)}")
    elif span.start:
        words.append("on")
    else:
        words.append("throughout")
    text = " ".join(words)
    if span.answer.decided_by is not None:
        text += f", by {span.answer.decided_by.event.title}"
    contesting = dict.fromkeys(str(effect.party or effect.event.title) for effect in span.answer.contested_by)
    if contesting:
        text += f", contested by {', '.join(contesting)}"
    if also:
        text += f"; uncertain, the dates also allow: {', '.join(also)}"
    return text


def _day(day: date) -> str:
    return edtf.humanise(day.isoformat())


def _legend(bars: Iterable[Bar]) -> tuple[LegendEntry, ...]:
    """Return the kinds of bars that occur, each with its standings in the order of the vocabulary."""
    codes: dict[str, set[str]] = {}
    for bar in bars:
        codes.setdefault(bar.colour, set()).add(bar.code)
    return tuple(
        LegendEntry(
            colour,
            look,
            tuple(str(standing.label) for standing in Standing if standing.value in codes[colour]),
        )
        for colour, look in _MEANINGS.items()
        if colour in codes
    )
