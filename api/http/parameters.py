"""How a query parameter is read: one class for each kind of value, each refusal with what is allowed.

Each knows its own JSON Schema, so that the documentation says what is accepted.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cached_property
from typing import Any, ClassVar, Final

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.http import QueryDict

from api.http.errors import Fault
from sanctions import edtf
from sanctions.exceptions import InvalidDate
from sanctions.models import Release
from sanctions.models.by_slug import BySlug
from sanctions.models.fields import validate_text
from sanctions.records.redirects import replaced_by
from sanctions.records.registry import BY_NAME
from sanctions.vocabulary import IdentifierScheme

#: Characters that the value of a parameter may have, unless its field says otherwise.
LONGEST: Final = 200
#: Values that a list in one parameter may have.
MOST: Final = 100
#: Words that a search may have.
MOST_WORDS: Final = 10
#: Records whose slugs are compared with one that does not exist, to suggest what was meant.
_COMPARED: Final = 500
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
#: RFC 3339, section 5.6; the sign of an offset may have become a space on the way, as it does in addresses.
_INSTANT: Final = re.compile(
    r"(\d{4}-\d{2}-\d{2})[Tt ](\d{2}:\d{2}:\d{2})(\.\d{1,9})?([Zz]|[+ -]\d{2}:\d{2})", re.ASCII
)


class Refusal(ValidationError):
    """A value that is not taken, with what is."""

    def __init__(self, message: str, code: str, *, allowed: Iterable[str] = (), did_you_mean: str = "") -> None:
        super().__init__(message, code)
        self.allowed = list(allowed)
        self.did_you_mean = did_you_mean


def closest(word: str, words: Iterable[str]) -> str:
    """Return which of the words was probably meant, empty if none is near."""
    return next(iter(difflib.get_close_matches(word[:LONGEST], list(words), n=1)), "")


def sentence(beginning: str, *, allowed: Iterable[str] = (), did_you_mean: str = "") -> str:
    """Return a refusal in words: what is wrong, what was perhaps meant, what is allowed."""
    guess = f" Did you mean {did_you_mean!r}?" if did_you_mean else ""
    listed = ", ".join(allowed)
    return f"{beginning}{guess}" + (f" Allowed: {listed}." if listed else "")


class Parameter:
    """What all parameters share: a value must be given, of limited length, without control characters."""

    longest: ClassVar[int] = LONGEST
    #: Whether the parameter may stand in the query more than once.
    repeatable: ClassVar[bool] = False

    def __init__(self, help_text: str) -> None:
        self.help_text = help_text

    def clean(self, value: Any) -> Any:
        """Return the value read, ``None`` if the parameter was not given."""
        return None if value is None else self.read(self.tidy(value))

    def tidy(self, value: str) -> str:
        """Return a value that is not empty, not too long and free of control characters."""
        if not value:
            raise Refusal("The value is empty: give one, or leave the parameter out.", "empty")
        if len(value) > self.longest:
            message = f"At most {self.longest} characters are allowed, these are {len(value)}."
            raise Refusal(message, "too_long")
        try:
            validate_text(value)
        except ValidationError as error:
            raise Refusal(" ".join(error.messages), "invalid_text") from error
        return value

    def read(self, value: str) -> Any:
        """Return what the text stands for; raise :class:`Refusal` if it stands for nothing."""
        return value

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the value."""
        return {"type": "string", "minLength": 1, "maxLength": self.longest}


class Text(Parameter):
    """Any text of one line."""


class Words(Parameter):
    """Words, each of which narrows the answer."""

    def read(self, value: str) -> list[str]:
        """Return the words."""
        words = value.split()
        if not words:
            raise Refusal("There is no word in it: give one, or leave the parameter out.", "empty")
        if len(words) > MOST_WORDS:
            raise Refusal(f"At most {MOST_WORDS} words are allowed, these are {len(words)}.", "too_many")
        return words


class Code(Parameter):
    """One code of a vocabulary."""

    def __init__(self, help_text: str, vocabulary: Iterable[str]) -> None:
        super().__init__(help_text)
        self.codes = [str(code) for code in vocabulary]

    def read(self, value: str) -> str:
        """Return a code of the vocabulary."""
        if value in self.codes:
            return value
        guess = closest(value, self.codes)
        message = sentence("This is not one of the codes.", allowed=self.codes, did_you_mean=guess)
        raise Refusal(message, "unknown_code", allowed=self.codes, did_you_mean=guess)

    def schema(self) -> dict[str, Any]:
        """Return the codes."""
        return {"type": "string", "enum": self.codes}


class Many(Parameter):
    """A list of values separated by commas, each read by the field given."""

    longest = 4000
    #: Values that it may have, doubles counted.
    most: int = MOST

    def __init__(self, item: Parameter) -> None:
        super().__init__(str(item.help_text).rstrip(".") + ": any of these, separated by commas.")
        self.item = item

    def read(self, value: str) -> list[Any]:
        """Return the values."""
        return [self.item.read(part) for part in self.parts(value)]

    def parts(self, value: str) -> list[str]:
        """Return the texts between the commas."""
        parts = value.split(",")
        if len(parts) > self.most:
            raise Refusal(f"At most {self.most} values are allowed, these are {len(parts)}.", "too_many")
        return [self.item.tidy(part) for part in dict.fromkeys(parts)]

    def schema(self) -> dict[str, Any]:
        """Return the list of what the one value may be."""
        return {"type": "array", "items": self.item.schema(), "minItems": 1, "maxItems": self.most}


class Few(Many):
    """A list of a few values separated by commas: at most ``most``."""

    def __init__(self, item: Parameter, most: int) -> None:
        super().__init__(item)
        self.most = most
        self.help_text = f"{self.help_text} At most {most}."


class Slug(Parameter):
    """A published record, named by its slug. What is not public is unknown here too."""

    longest = 150

    def __init__(self, help_text: str, model: type[models.Model]) -> None:
        super().__init__(help_text)
        self.model = model

    @property
    def noun(self) -> str:
        """What the record is, in words."""
        return str(self.model._meta.verbose_name)

    def published(self) -> models.QuerySet[Any]:
        """Return what may be named."""
        found: models.QuerySet[Any] = self.model._default_manager.all().published()  # type: ignore[attr-defined]
        return found

    def read(self, value: str) -> models.Model:
        """Return the record, of which the key and the slug are known."""
        found: models.Model | None = None
        if _SLUG.fullmatch(value):
            found = self.named(value)
            if found is None and (new := self.replaced_by(value)):
                found = self.named(new)
        if found is None:
            raise self.unknown(value)
        return found

    def named(self, slug: str) -> models.Model | None:
        """Return the record with a slug."""
        found: models.Model | None = self._by_slug.find(slug)
        return found

    @cached_property
    def _by_slug(self) -> BySlug:
        return BySlug(self.published(), "slug")

    def replaced_by(self, value: str) -> str | None:
        """Return the slug of the record into which another was merged: the old slug asks for it."""
        found = BY_NAME.get(str(self.model._meta.model_name))
        return None if found is None else replaced_by(found, value)

    def unknown(self, value: str) -> Refusal:
        """Return the refusal of a slug that names nothing, with the nearest one there is."""
        words = [word for word in re.split(r"[^a-z0-9]+", value.lower()) if len(word) > 1][:5]
        alike = Q(slug__startswith=value[:3].lower())
        for word in words:
            alike |= Q(slug__contains=word)
        guess = closest(value.lower(), self.published().filter(alike).values_list("slug", flat=True)[:_COMPARED])
        message = sentence(f"There is no {self.noun} with the slug {value!r}.", did_you_mean=guess)
        return Refusal(message, "unknown_slug", did_you_mean=guess)

    def schema(self) -> dict[str, Any]:
        """Return the form of a slug."""
        return {"type": "string", "pattern": f"^{_SLUG.pattern}$", "maxLength": self.longest}


class Slugs(Many):
    """Published records, named by their slugs."""

    item: Slug

    def read(self, value: str) -> list[models.Model]:
        """Return the records, asked for in one query."""
        parts = self.parts(value)
        named = [part for part in parts if _SLUG.fullmatch(part)]
        found = {row.slug: row for row in self.item.published().filter(slug__in=named).only("slug")}
        for part in parts:
            if part not in found:
                row = self.item.read(part)
                found[row.slug] = row  # type: ignore[attr-defined]
        return list(found.values())


class Day(Parameter):
    """One calendar day."""

    longest = 10

    def read(self, value: str) -> date:
        """Return the day."""
        try:
            if _DAY.fullmatch(value):
                return date.fromisoformat(value)
        except ValueError as error:
            raise Refusal(f"There is no such day: {error}.", "invalid_date") from error
        raise Refusal("A day is written with the year first: 2015-07-14.", "invalid_date")

    def schema(self) -> dict[str, Any]:
        """Return the form of a day."""
        return {"type": "string", "format": "date"}


class Instant(Parameter):
    """One instant with its offset from UTC (RFC 3339), to the microsecond."""

    longest = 35

    def read(self, value: str) -> datetime:
        """Return the instant in UTC."""
        if (found := _INSTANT.fullmatch(value)) is None:
            message = "An instant is written with its offset (RFC 3339): 2025-03-01T12:00:00Z, or +01:00 in place of Z."
            raise Refusal(message, "invalid_instant")
        day, time, fraction, offset = found.groups(default="")
        offset = "+00:00" if offset in "Zz" else offset.replace(" ", "+")
        try:
            return datetime.fromisoformat(f"{day}T{time}{fraction[:7]}{offset}").astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise Refusal(f"There is no such instant: {error}.", "invalid_instant") from error

    def schema(self) -> dict[str, Any]:
        """Return the form of an instant."""
        return {"type": "string", "format": "date-time"}


class Dates(Parameter):
    """A date of any precision (EDTF): its first day where a range begins, its last where one ends."""

    longest = edtf.LONGEST

    def read(self, value: str) -> edtf.Extent:
        """Return the extent of the date."""
        try:
            return edtf.parse(value)
        except InvalidDate as error:
            raise Refusal(str(error), "invalid_date") from error

    def schema(self) -> dict[str, Any]:
        """Return that this is a date with precision."""
        return {"type": "string", "format": "edtf", "maxLength": self.longest}


class Switch(Parameter):
    """True or false."""

    longest = 5

    def read(self, value: str) -> bool:
        """Return which of the two."""
        if value not in ("true", "false"):
            raise Refusal("This is true or false.", "invalid_switch", allowed=["true", "false"])
        return value == "true"

    def schema(self) -> dict[str, Any]:
        """Return that there are two values."""
        return {"type": "boolean"}


class Identifiers(Parameter):
    """Identifiers that others issued, each as ``scheme:value``; the parameter may be repeated."""

    repeatable = True

    def clean(self, value: Any) -> list[tuple[str, str]] | None:
        """Return scheme and value of each."""
        if not value:
            return None
        if len(value) > MOST:
            raise Refusal(f"At most {MOST} values are allowed, these are {len(value)}.", "too_many")
        return [self.read(self.tidy(item)) for item in value]

    def read(self, value: str) -> tuple[str, str]:
        """Return scheme and value."""
        scheme, colon, name = value.partition(":")
        if not (colon and name):
            raise Refusal("An identifier is written scheme:value, such as us-eo:13902.", "invalid_identifier")
        codes = IdentifierScheme.values
        if scheme not in codes:
            guess = closest(scheme, codes)
            message = sentence("There is no such scheme.", allowed=codes, did_you_mean=guess)
            raise Refusal(message, "unknown_code", allowed=codes, did_you_mean=guess)
        return scheme, name

    def schema(self) -> dict[str, Any]:
        """Return the form of an identifier."""
        schemes = "|".join(IdentifierScheme.values)
        item = {"type": "string", "pattern": f"^({schemes}):.+$", "maxLength": self.longest}
        return {"type": "array", "items": item, "maxItems": MOST}


class Number(Parameter):
    """A whole number between two bounds, both allowed."""

    longest = 10

    def __init__(self, help_text: str, lowest: int, highest: int, default: int) -> None:
        super().__init__(help_text)
        self.lowest, self.highest, self.default = lowest, highest, default

    def read(self, value: str) -> int:
        """Return the number."""
        if value.isascii() and value.isdigit() and self.lowest <= int(value) <= self.highest:
            return int(value)
        raise Refusal(f"This is a whole number from {self.lowest} to {self.highest}.", "invalid_number")

    def schema(self) -> dict[str, Any]:
        """Return the bounds."""
        return {"type": "integer", "minimum": self.lowest, "maximum": self.highest, "default": self.default}


class Quantity(Parameter):
    """A number with so many digits before the point and after it, as the column that it is compared with has them."""

    longest = 32

    def __init__(self, help_text: str, digits: int, places: int) -> None:
        super().__init__(help_text)
        self.digits, self.places = digits, places
        fraction = rf"(\.[0-9]{{1,{places}}})?" if places else ""
        self.form = re.compile(rf"-?[0-9]{{1,{digits}}}{fraction}")

    def read(self, value: str) -> Decimal:
        """Return the number."""
        if self.form.fullmatch(value):
            return Decimal(value)
        after = f" and at most {self.places} after it" if self.places else ", and none after it"
        raise Refusal(f"This is a number with at most {self.digits} digits before the point{after}.", "invalid_number")

    def schema(self) -> dict[str, Any]:
        """Return the bounds."""
        bound = 10**self.digits
        if self.places:
            return {"type": "number", "exclusiveMinimum": -bound, "exclusiveMaximum": bound}
        return {"type": "integer", "minimum": 1 - bound, "maximum": bound - 1}


class Range(Parameter):
    """Two values separated by a comma, both included: the first is not above the second."""

    longest = 2 * LONGEST + 1

    def __init__(self, item: Parameter) -> None:
        super().__init__(str(item.help_text))
        self.item = item

    def read(self, value: str) -> tuple[Any, Any]:
        """Return the two values."""
        parts = value.split(",")
        if len(parts) != 2:
            raise Refusal("A range is two values separated by one comma.", "invalid_range")
        low, high = (self.item.read(self.item.tidy(part)) for part in parts)
        if self.lowest(low) > self.highest(high):
            raise Refusal("The range ends before it begins.", "invalid_range")
        return low, high

    def lowest(self, value: Any) -> Any:
        """Return where a range that begins with the value begins."""
        return value

    def highest(self, value: Any) -> Any:
        """Return where a range that ends with the value ends."""
        return value

    def schema(self) -> dict[str, Any]:
        """Return the two values."""
        return {"type": "array", "items": self.item.schema(), "minItems": 2, "maxItems": 2}


class DateRange(Range):
    """Two dates of any precision (EDTF) separated by a comma, or one EDTF interval, which may be open at one end."""

    item: Dates

    def read(self, value: str) -> tuple[edtf.Extent, edtf.Extent]:
        """Return the date with which the period begins and that with which it ends."""
        if "," in value:
            return super().read(value)
        whole: edtf.Extent = self.item.read(self.item.tidy(value))
        return whole, whole

    def lowest(self, value: edtf.Extent) -> date:
        """Return the first day of a date."""
        return value.earliest

    def highest(self, value: edtf.Extent) -> date:
        """Return the last day of a date."""
        return value.latest

    def schema(self) -> dict[str, Any]:
        """Return the dates: two, or one interval."""
        described = super().schema() | {"minItems": 1}
        # The documentation's page has no field for items of a format that it does not know, and says so loudly.
        described["items"].pop("format")
        return described


class ReleaseNumber(Parameter):
    """A release, named by its number."""

    longest = 10

    def read(self, value: str) -> Release:
        """Return the release."""
        found = None
        if value.isascii() and value.isdigit() and int(value) <= 2**31 - 1:
            found = Release.objects.filter(number=int(value)).first()
        if found is None:
            last = Release.objects.order_by("-number").values_list("number", flat=True).first()
            there = f"The last is {last}." if last else "None was made yet."
            raise Refusal(f"There is no such release. {there}", "unknown_release")
        return found

    def schema(self) -> dict[str, Any]:
        """Return the form of the number."""
        return {"type": "integer", "minimum": 1, "maximum": 2**31 - 1}


def describe(name: str, field: Parameter) -> dict[str, Any]:
    """Return a parameter as OpenAPI describes it."""
    described: dict[str, Any] = {
        "name": name,
        "in": "query",
        "description": str(field.help_text),
        "schema": field.schema(),
    }
    if described["schema"].get("type") == "array":
        described |= {"style": "form", "explode": field.repeatable}
    return described


def unknown(query: QueryDict, known: Sequence[str]) -> list[Fault]:
    """Return a fault for each parameter that does not exist here; the first of them lists those that do."""
    faults: list[Fault] = []
    for name in query:
        if name not in known:
            guess = closest(name, known)
            allowed = () if faults else known
            message = sentence("There is no such parameter here.", allowed=allowed, did_you_mean=guess)
            faults.append(Fault(name, _last(query, name), "unknown_parameter", message, allowed, guess))
    return faults


def repeated(query: QueryDict, repeatable: Iterable[str] = ()) -> list[Fault]:
    """Return a fault for each parameter that stands more than once and may not."""
    allowed = set(repeatable)
    message = "This parameter can be given once only."
    return [
        Fault(name, ", ".join(values)[:LONGEST], "repeated", message)
        for name, values in query.lists()
        if len(values) > 1 and name not in allowed
    ]


def cleaned(
    query: QueryDict, parameters: Mapping[str, Parameter]
) -> tuple[dict[str, Any], dict[str, list[ValidationError]]]:
    """Return the values of parameters, ``None`` where they are not given, and why others have none: name → reasons."""
    values: dict[str, Any] = {}
    errors: dict[str, list[ValidationError]] = {}
    for name, parameter in parameters.items():
        try:
            values[name] = parameter.clean(query.getlist(name) if parameter.repeatable else query.get(name))
        except ValidationError as error:
            errors[name] = [error]
    return values, errors


def refused(query: QueryDict, errors: Mapping[str, Sequence[ValidationError]]) -> list[Fault]:
    """Return a fault for each value that its field refused."""
    return [
        Fault(
            name,
            _last(query, name),
            error.code or "invalid",
            " ".join(error.messages),
            getattr(error, "allowed", ()),
            getattr(error, "did_you_mean", ""),
        )
        for name, found in errors.items()
        for error in found
    ]


def _last(query: QueryDict, name: str) -> str:
    """Return the value of a parameter as it was given, the last if it was given more than once."""
    return "".join(query.getlist(name)[-1:])
