"""Whole numbers and decimals."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from api.http.parameters.base import InvalidValue, Parameter


class Number(Parameter):
    """A whole number between two bounds, both allowed."""

    longest = 10

    def __init__(self, help_text: str, lowest: int, highest: int, default: int) -> None:
        super().__init__(help_text)
        self.lowest, self.highest, self.default = lowest, highest, default

    def read(self, value: str) -> int:
        if value.isascii() and value.isdigit() and self.lowest <= int(value) <= self.highest:
            return int(value)
        raise InvalidValue(f"This is a whole number from {self.lowest} to {self.highest}.", "invalid_number")

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": self.lowest, "maximum": self.highest, "default": self.default}


class Quantity(Parameter):
    """A decimal with at most as many digits before and after the point as the column that it is compared with."""

    longest = 32

    def __init__(self, help_text: str, digits: int, places: int) -> None:
        super().__init__(help_text)
        self.digits, self.places = digits, places
        fraction = rf"(\.[0-9]{{1,{places}}})?" if places else ""
        self.pattern = re.compile(rf"-?[0-9]{{1,{digits}}}{fraction}")

    def read(self, value: str) -> Decimal:
        if self.pattern.fullmatch(value):
            return Decimal(value)
        after = f" and at most {self.places} after it" if self.places else ", and none after it"
        message = f"This is a number with at most {self.digits} digits before the point{after}."
        raise InvalidValue(message, "invalid_number")

    def schema(self) -> dict[str, Any]:
        bound = 10**self.digits
        if self.places:
            return {"type": "number", "exclusiveMinimum": -bound, "exclusiveMaximum": bound}
        return {"type": "integer", "minimum": 1 - bound, "maximum": bound - 1}
