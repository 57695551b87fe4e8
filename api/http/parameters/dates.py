"""Days, instants, and dates of any precision."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from typing import Any, Final

from api.http.parameters.base import InvalidValue, Parameter, Range
from sanctions import edtf
from sanctions.exceptions import InvalidDate

_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
#: RFC 3339, section 5.6. In a query the plus sign of an offset is decoded to a space, so a space is accepted too.
_INSTANT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(\.\d{1,9})?([Zz]|[+ -]\d{2}:\d{2})", re.ASCII
)


class Day(Parameter):
    """One calendar day."""

    longest = 10

    def read(self, value: str) -> date:
        try:
            if _DAY.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError as error:
            raise InvalidValue(f"This day does not exist: {error}.", "invalid_date") from error
        raise InvalidValue("A day is written with the year first: 2015-07-14.", "invalid_date")

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date"}


class Instant(Parameter):
    """One instant with its offset from UTC (RFC 3339), to the microsecond."""

    longest = 35

    def read(self, value: str) -> datetime:
        """Return the instant in UTC."""
        if (match := _INSTANT.fullmatch(value)) is None:
            message = "An instant is written with its offset (RFC 3339): 2025-03-01T12:00:00Z, or +01:00 in place of Z."
            raise InvalidValue(message, "invalid_instant")
        day, time, fraction, offset = match.groups(default="")
        offset = "+00:00" if offset in "Zz" else offset.replace(" ", "+")
        try:
            return datetime.fromisoformat(f"{day}T{time}{fraction[:7]}{offset}").astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise InvalidValue(f"This instant does not exist: {error}.", "invalid_instant") from error

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "date-time"}


class Dates(Parameter):
    """A date of any precision (EDTF): its first day where a range begins, its last where one ends."""

    longest = edtf.LONGEST

    def read(self, value: str) -> edtf.Extent:
        try:
            return edtf.parse(value)
        except InvalidDate as error:
            raise InvalidValue(str(error), "invalid_date") from error

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "format": "edtf", "maxLength": self.longest}


class DateRange(Range):
    """Two dates of any precision (EDTF) separated by a comma, or one EDTF interval, which may be open at one end."""

    item: Dates

    def read(self, value: str) -> tuple[edtf.Extent, edtf.Extent]:
        """Return the dates of the first and the last day; an interval is both."""
        if "," in value:
            return super().read(value)
        interval: edtf.Extent = self.item.read(self.item.tidy(value))
        return interval, interval

    def lower_bound(self, value: edtf.Extent) -> date:
        return value.earliest

    def upper_bound(self, value: edtf.Extent) -> date:
        return value.latest

    def schema(self) -> dict[str, Any]:
        described = super().schema() | {"minItems": 1}
        # Swagger UI shows an error for list items of a format that it does not know.
        described["items"].pop("format")
        return described
