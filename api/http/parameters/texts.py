"""Texts, words, codes and identifiers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from api.http.parameters.base import MOST, InvalidValue, Parameter, closest, rejection
from sanctions.vocabulary import IdentifierScheme

#: Words of one search.
MOST_WORDS: Final = 10


class Text(Parameter):
    """Any text of one line."""


class Words(Parameter):
    """Words separated by spaces: a row must match each of them."""

    def read(self, value: str) -> list[str]:
        words = value.split()
        if not words:
            raise InvalidValue("The value has no word: give one, or leave the parameter out.", "empty")
        if len(words) > MOST_WORDS:
            raise InvalidValue(f"At most {MOST_WORDS} words are allowed, these are {len(words)}.", "too_many")
        return words


class Code(Parameter):
    """One code of a vocabulary."""

    def __init__(self, help_text: str, vocabulary: Iterable[str]) -> None:
        super().__init__(help_text)
        self.codes = [str(code) for code in vocabulary]

    def read(self, value: str) -> str:
        if value not in self.codes:
            raise unknown_code("This is not one of the codes.", value, self.codes)
        return value

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "enum": self.codes}


class Switch(Parameter):
    """True or false."""

    longest = 5

    def read(self, value: str) -> bool:
        if value not in ("true", "false"):
            raise InvalidValue("This is true or false.", "invalid_switch", allowed=["true", "false"])
        return value == "true"

    def schema(self) -> dict[str, Any]:
        return {"type": "boolean"}


class Identifiers(Parameter):
    """Identifiers that others issued, each as ``scheme:value``; the parameter may be repeated."""

    repeatable = True

    def clean(self, value: Any) -> list[tuple[str, str]] | None:
        if not value:
            return None
        if len(value) > MOST:
            raise InvalidValue(f"At most {MOST} values are allowed, these are {len(value)}.", "too_many")
        return [self.read(self.tidy(item)) for item in value]

    def read(self, value: str) -> tuple[str, str]:
        """Return the scheme and the value."""
        scheme, colon, name = value.partition(":")
        if not (colon and name):
            raise InvalidValue("An identifier is written scheme:value, such as us-eo:13902.", "invalid_identifier")
        if scheme not in IdentifierScheme.values:
            raise unknown_code("This is not one of the schemes.", scheme, IdentifierScheme.values)
        return scheme, name

    def schema(self) -> dict[str, Any]:
        schemes = "|".join(IdentifierScheme.values)
        item = {"type": "string", "pattern": f"^({schemes}):.+$", "maxLength": self.longest}
        return {"type": "array", "items": item, "maxItems": MOST}


def unknown_code(beginning: str, value: str, codes: list[str]) -> InvalidValue:
    """Return the error for a code that the vocabulary does not have, with all codes and the closest one."""
    guess = closest(value, codes)
    message = rejection(beginning, allowed=codes, did_you_mean=guess)
    return InvalidValue(message, "unknown_code", allowed=codes, did_you_mean=guess)
