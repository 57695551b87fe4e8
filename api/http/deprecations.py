"""Deprecations of version 1. Answers, the schema and the documentation are all made from this list.

Answers have the headers `Deprecation` (RFC 9745) and `Sunset` (RFC 8594), with a link to the list. The schema has
`deprecated` and the extension `x-sunset`: the day from which the deprecated item may be removed.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final

from django.conf import settings
from django.http import HttpResponseBase
from django.utils.http import http_date

#: The address of the list.
PAGE: Final = f"{settings.API_ROOT}docs/deprecations/"
#: The shortest time between a deprecation and its sunset.
NOTICE: Final = timedelta(days=365)
#: The extension of the schema for the sunset, next to `deprecated`.
SUNSET: Final = "x-sunset"


@dataclass(frozen=True, slots=True)
class Use:
    """What a request uses: its operation, its parameters by name, and the components that its answer may have."""

    operation: str
    parameters: frozenset[str]
    components: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecated(ABC):
    """Something that is deprecated from the day ``since`` on, and may be removed from ``sunset`` on.

    ``instead`` is a sentence: what to use. A sunset less than a year after ``since`` raises :class:`ValueError`. Days
    begin at midnight UTC.
    """

    since: date
    sunset: date
    instead: str

    def __post_init__(self) -> None:
        if self.sunset - self.since < NOTICE:
            raise ValueError(f"The sunset {self.sunset} is less than {NOTICE.days} days after {self.since}.")

    @property
    @abstractmethod
    def what(self) -> str:
        """What is deprecated, in words."""

    @abstractmethod
    def is_in(self, use: Use) -> bool:
        """Return whether a request uses it."""

    def as_entry(self) -> dict[str, str]:
        """Return its entry in the list."""
        since, sunset = self.since.isoformat(), self.sunset.isoformat()
        return {"what": self.what, "since": since, "sunset": sunset, "instead": self.instead}

    def line(self) -> str:
        """Return its row in the table of docs/api.md."""
        return f"| {' | '.join(self.as_entry().values())} |"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeprecatedOperation(Deprecated):
    """An operation, by its operationId."""

    operation: str

    @property
    def what(self) -> str:
        """What is deprecated, in words."""
        return f"operation `{self.operation}`"

    def is_in(self, use: Use) -> bool:
        return use.operation == self.operation


@dataclass(frozen=True, slots=True, kw_only=True)
class DeprecatedParameter(Deprecated):
    """A parameter of the query of an operation."""

    operation: str
    parameter: str

    @property
    def what(self) -> str:
        """What is deprecated, in words."""
        return f"parameter `{self.parameter}` of `{self.operation}`"

    def is_in(self, use: Use) -> bool:
        return use.operation == self.operation and self.parameter in use.parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class DeprecatedField(Deprecated):
    """A field of a component. Every answer that may have the component uses it."""

    component: str
    field: str

    @property
    def what(self) -> str:
        """What is deprecated, in words."""
        return f"field `{self.field}` of `{self.component}`"

    def is_in(self, use: Use) -> bool:
        return self.component in use.components


_RENAMED_ON: Final = date(2026, 12, 1)
_RENAMED_UNTIL: Final = date(2028, 1, 1)
_LISTS_WITH_IMPRECISE_DATES: Final = (
    *("actors", "commitments", "designations", "events", "orders", "sources", "violations"),
)
#: Parameters that got a plainer name before version 1.0.0: operation, earlier name, current name.
_RENAMED: Final = (
    ("actors_list", "heads", "head_of"),
    ("violations_list", "under", "under_agreement"),
    ("changes", "document", "include_documents"),
    ("columns", "of", "collection"),
    ("stats", "of", "collection"),
    ("stats", "by", "group_by"),
    ("panel", "by", "frequency"),
    ("panel_columns", "by", "frequency"),
    *((f"{noun}_list", "possibly", "include_possible") for noun in _LISTS_WITH_IMPRECISE_DATES),
    ("timeline", "possibly", "include_possible"),
    *(("orders_list", f"reach{suffix}", f"geographic_scope{suffix}") for suffix in ("", "__not", "__in", "__in__not")),
)

#: All deprecations, oldest first. docs/api.md has a row for each.
DEPRECATIONS: Final[tuple[Deprecated, ...]] = tuple(
    DeprecatedParameter(
        operation=operation,
        parameter=earlier,
        since=_RENAMED_ON,
        sunset=_RENAMED_UNTIL,
        instead=f"Use `{current}`, its new name.",
    )
    for operation, earlier, current in _RENAMED
)


# --- In answers ---------------------------------------------------------------------------------


def add_headers(answer: HttpResponseBase, used: Sequence[Deprecated]) -> None:
    """Add the headers about the deprecations that a request uses; of several, those with the earliest days."""
    if not used:
        return
    answer["Deprecation"] = f"@{_second(min(deprecated.since for deprecated in used))}"
    answer["Sunset"] = http_date(_second(min(deprecated.sunset for deprecated in used)))
    link = f'<{PAGE}>; rel="deprecation"; type="text/html"'
    others = answer.get("Link", "")
    if link not in others:
        answer["Link"] = f"{others}, {link}" if others else link


def _second(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())


# --- In the schema ------------------------------------------------------------------------------


def mark_of_operation(name: str) -> dict[str, Any]:
    """Return the mark of an operation in the schema; empty unless it is deprecated."""
    return _mark(entry for entry in DEPRECATIONS if isinstance(entry, DeprecatedOperation) and entry.operation == name)


def mark_of_parameter(operation: str, name: str) -> dict[str, Any]:
    """Return the mark of a parameter in the schema; empty unless it is deprecated."""
    return _mark(
        entry
        for entry in DEPRECATIONS
        if isinstance(entry, DeprecatedParameter) and (entry.operation, entry.parameter) == (operation, name)
    )


def marked_component(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a component with its deprecated fields marked."""
    marks = {
        entry.field: _mark(iter([entry]))
        for entry in DEPRECATIONS
        if isinstance(entry, DeprecatedField) and entry.component == name
    }
    if not marks:
        return dict(schema)
    properties = {field: held | marks.get(field, {}) for field, held in schema["properties"].items()}
    return {**schema, "properties": properties}


def _mark(entries: Iterator[Deprecated]) -> dict[str, Any]:
    entry = next(entries, None)
    return {} if entry is None else {"deprecated": True, SUNSET: entry.sunset.isoformat()}
