"""The base class of parameters, lists and ranges of values, and the messages for rejected values."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any, ClassVar, Final

from django.core.exceptions import ValidationError

from sanctions.models.fields import validate_text

#: Characters of a value, unless its class sets another limit.
LONGEST: Final = 200
#: Values of a list in one parameter.
MOST: Final = 100


class InvalidValue(ValidationError):
    """A value that a parameter does not accept, with those that it does."""

    def __init__(self, message: str, code: str, *, allowed: Iterable[str] = (), did_you_mean: str = "") -> None:
        super().__init__(message, code)
        self.allowed = list(allowed)
        self.did_you_mean = did_you_mean


def closest(word: str, words: Iterable[str]) -> str:
    """Return the most similar of the words; empty if none is similar."""
    return next(iter(difflib.get_close_matches(word[:LONGEST], list(words), n=1)), "")


def rejection(beginning: str, *, allowed: Iterable[str] = (), did_you_mean: str = "") -> str:
    """Return a message: what is wrong, a suggestion, the allowed values."""
    guess = f" Did you mean {did_you_mean!r}?" if did_you_mean else ""
    listed = ", ".join(allowed)
    return f"{beginning}{guess}" + (f" Allowed: {listed}." if listed else "")


class Parameter:
    """A parameter with one value: not empty, of limited length, without control characters."""

    longest: ClassVar[int] = LONGEST
    #: Whether the parameter may be repeated in the query.
    repeatable: ClassVar[bool] = False

    def __init__(self, help_text: str) -> None:
        self.help_text = help_text

    def clean(self, value: Any) -> Any:
        """Return the value as a Python object, ``None`` if the parameter is missing. Raises :class:`InvalidValue`."""
        return None if value is None else self.read(self.tidy(value))

    def tidy(self, value: str) -> str:
        """Return the text if it is not empty, not too long, and free of control characters."""
        if not value:
            raise InvalidValue("The value is empty: give one, or leave the parameter out.", "empty")
        if len(value) > self.longest:
            message = f"At most {self.longest} characters are allowed, these are {len(value)}."
            raise InvalidValue(message, "too_long")
        try:
            validate_text(value)
        except ValidationError as error:
            raise InvalidValue(" ".join(error.messages), "invalid_text") from error
        return value

    def read(self, value: str) -> Any:
        return value

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the value."""
        return {"type": "string", "minLength": 1, "maxLength": self.longest}


class ListOf(Parameter):
    """Values separated by commas, each read by ``item``; at most ``most``, duplicates included."""

    longest = 4000

    def __init__(self, item: Parameter, most: int = MOST) -> None:
        limit = "" if most == MOST else f" At most {most}."
        super().__init__(f"{str(item.help_text).rstrip('.')}: any of these, separated by commas.{limit}")
        self.item, self.most = item, most

    def read(self, value: str) -> list[Any]:
        return [self.item.read(part) for part in self.parts(value)]

    def parts(self, value: str) -> list[str]:
        """Return the texts between the commas, without duplicates."""
        parts = value.split(",")
        if len(parts) > self.most:
            raise InvalidValue(f"At most {self.most} values are allowed, these are {len(parts)}.", "too_many")
        return [self.item.tidy(part) for part in dict.fromkeys(parts)]

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.item.schema(), "minItems": 1, "maxItems": self.most}


class Range(Parameter):
    """Two values separated by a comma, both included: the first is not above the second."""

    longest = 2 * LONGEST + 1

    def __init__(self, item: Parameter) -> None:
        super().__init__(str(item.help_text))
        self.item = item

    def read(self, value: str) -> tuple[Any, Any]:
        parts = value.split(",")
        if len(parts) != 2:
            raise InvalidValue("A range is two values separated by one comma.", "invalid_range")
        low, high = (self.item.read(self.item.tidy(part)) for part in parts)
        if self.lower_bound(low) > self.upper_bound(high):
            raise InvalidValue("The range ends before it begins.", "invalid_range")
        return low, high

    def lower_bound(self, value: Any) -> Any:
        """Return where a range that begins with the value begins."""
        return value

    def upper_bound(self, value: Any) -> Any:
        """Return where a range that ends with the value ends."""
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "array", "items": self.item.schema(), "minItems": 2, "maxItems": 2}
