"""Convert dates between OFAC's notation and EDTF."""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from sanctions import edtf
from sanctions.exceptions import InvalidDate

_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_DAY: Final = re.compile(r"(?:(?:(\d{1,2}) )?([A-Za-z]{3}) )?(\d{4})")
_SPAN: Final = re.compile(r"(.+?) to (.+)|(\d{4})-(\d{4})")
_CIRCA: Final = "circa "


def to_edtf(text: str) -> str:
    """Return a date such as ``12 Mar 1960``, ``circa 1960`` or ``1960 to 1965`` in EDTF; raise `InvalidDate`.

    OFAC's ``circa`` before a span applies to both its ends.
    """
    about, day = ("~", text[len(_CIRCA) :]) if text.startswith(_CIRCA) else ("", text)
    if span := _SPAN.fullmatch(day):
        text_in_edtf = "/".join(
            _edtf_of(end.removeprefix(_CIRCA), about or _about(end), text) for end in span.groups() if end
        )
    else:
        text_in_edtf = _edtf_of(day, about, text)
    return edtf.parse(text_in_edtf).text


def format_day(day: date) -> str:
    """Return a day as OFAC writes it: ``12 Mar 1960``."""
    return f"{day.day:02} {list(_MONTHS)[day.month - 1].capitalize()} {day.year}"


def _about(text: str) -> str:
    return "~" if text.startswith(_CIRCA) else ""


def _edtf_of(text: str, about: str, full_text: str) -> str:
    match = _DAY.fullmatch(text)
    if match is None or (match[2] and match[2].lower() not in _MONTHS):
        raise InvalidDate(full_text, "OFAC writes 12 Mar 1960, Mar 1960, 1960, circa 1960, 1960 to 1965")
    parts = [match[3]]
    if match[2]:
        parts.append(f"{_MONTHS[match[2].lower()]:02}")
    if match[1]:
        parts.append(f"{int(match[1]):02}")
    return "-".join(parts) + about
