"""What will go from version 1: said once here, and told by answers, by the schema and by the documentation.

Answers say it in the headers `Deprecation` (RFC 9745) and `Sunset` (RFC 8594), with a link to the list of all; the
schema by `deprecated` and the extension `x-sunset`, after whose day what was promised may be gone.
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

#: Where all that is deprecated is listed.
PAGE: Final = f"{settings.API_ROOT}docs/deprecations/"
#: How long what is deprecated stays at least.
NOTICE: Final = timedelta(days=365)
#: Beside `deprecated` in the schema: the sunset.
SUNSET: Final = "x-sunset"


@dataclass(frozen=True, slots=True)
class Use:
    """What a request makes use of: an operation, parameters by name, and components that its answer may have."""

    operation: str
    parameters: frozenset[str]
    components: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Deprecated(ABC):
    """Something that nobody should begin to use from the day ``since`` on, and that may be gone from ``sunset`` on.

    ``instead`` says in a sentence what to do. A sunset that is less than a year after ``since`` is refused with
    :class:`ValueError`; days begin at midnight UTC.
    """

    since: date
    sunset: date
    instead: str

    def __post_init__(self) -> None:
        """Hold the sunset to the notice that was promised."""
        if self.sunset - self.since < NOTICE:
            raise ValueError(f"Between {self.since} and its sunset {self.sunset} lie less than {NOTICE.days} days.")

    @property
    @abstractmethod
    def what(self) -> str:
        """What it is, in words."""

    @abstractmethod
    def is_in(self, use: Use) -> bool:
        """Return whether a request makes use of it."""

    def shown(self) -> dict[str, str]:
        """Return it as the documentation lists it."""
        since, sunset = self.since.isoformat(), self.sunset.isoformat()
        return {"what": self.what, "since": since, "sunset": sunset, "instead": self.instead}

    def line(self) -> str:
        """Return its row in the table of docs/api.md."""
        return f"| {' | '.join(self.shown().values())} |"


@dataclass(frozen=True, slots=True, kw_only=True)
class DeprecatedOperation(Deprecated):
    """An operation, by its name in the schema."""

    operation: str

    @property
    def what(self) -> str:
        """What it is, in words."""
        return f"operation `{self.operation}`"

    def is_in(self, use: Use) -> bool:
        """Return whether it is asked."""
        return use.operation == self.operation


@dataclass(frozen=True, slots=True, kw_only=True)
class DeprecatedParameter(Deprecated):
    """A parameter of the query of an operation."""

    operation: str
    parameter: str

    @property
    def what(self) -> str:
        """What it is, in words."""
        return f"parameter `{self.parameter}` of `{self.operation}`"

    def is_in(self, use: Use) -> bool:
        """Return whether it is given."""
        return use.operation == self.operation and self.parameter in use.parameters


@dataclass(frozen=True, slots=True, kw_only=True)
class DeprecatedField(Deprecated):
    """A field of a component of answers. Every answer that may have the component makes use of it."""

    component: str
    field: str

    @property
    def what(self) -> str:
        """What it is, in words."""
        return f"field `{self.field}` of `{self.component}`"

    def is_in(self, use: Use) -> bool:
        """Return whether the answer may have it."""
        return self.component in use.components


#: All that is deprecated, in the order in which it was. docs/api.md has a row for each.
DEPRECATIONS: Final[tuple[Deprecated, ...]] = ()


# --- In answers ---------------------------------------------------------------------------------


def tell(answer: HttpResponseBase, found: Sequence[Deprecated]) -> None:
    """Say in the headers of an answer since when and until when: where it is about several things, the first days."""
    if not found:
        return
    answer["Deprecation"] = f"@{_second(min(one.since for one in found))}"
    answer["Sunset"] = http_date(_second(min(one.sunset for one in found)))
    link = f'<{PAGE}>; rel="deprecation"; type="text/html"'
    others = answer.get("Link", "")
    if link not in others:
        answer["Link"] = f"{others}, {link}" if others else link


def _second(day: date) -> int:
    return int(datetime.combine(day, time(), UTC).timestamp())


# --- In the schema ------------------------------------------------------------------------------


def mark_of_operation(name: str) -> dict[str, Any]:
    """Return what the schema says of an operation, nothing unless it is deprecated."""
    return _mark(one for one in DEPRECATIONS if isinstance(one, DeprecatedOperation) and one.operation == name)


def mark_of_parameter(operation: str, name: str) -> dict[str, Any]:
    """Return what the schema says of a parameter of an operation, likewise."""
    return _mark(
        one
        for one in DEPRECATIONS
        if isinstance(one, DeprecatedParameter) and (one.operation, one.parameter) == (operation, name)
    )


def marked_component(name: str, schema: Mapping[str, Any]) -> dict[str, Any]:
    """Return the schema of a component with its deprecated fields marked."""
    marks = {
        one.field: _mark(iter([one]))
        for one in DEPRECATIONS
        if isinstance(one, DeprecatedField) and one.component == name
    }
    if not marks:
        return dict(schema)
    properties = {field: held | marks.get(field, {}) for field, held in schema["properties"].items()}
    return {**schema, "properties": properties}


def _mark(found: Iterator[Deprecated]) -> dict[str, Any]:
    one = next(found, None)
    return {} if one is None else {"deprecated": True, SUNSET: one.sunset.isoformat()}
