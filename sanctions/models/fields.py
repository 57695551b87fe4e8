"""Model fields of our own: text that both databases can hold, and dates with precision."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING, Any, Final

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, RegexValidator, URLValidator
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from sanctions import edtf
from sanctions.exceptions import InvalidDate

if TYPE_CHECKING:
    _CharField = models.CharField[str, str]
    _TextField = models.TextField[str, str]
    _URLField = models.URLField[str, str]
    _CountField = models.PositiveSmallIntegerField[Any, Any]
    _DateField = models.DateField[Any, Any]
else:
    _CharField, _TextField, _URLField = models.CharField, models.TextField, models.URLField
    _CountField, _DateField = models.PositiveSmallIntegerField, models.DateField

#: Control characters, lone surrogates, no characters: PostgreSQL refuses NUL and surrogates, and no text of ours needs
#: the rest.
_UNSTORABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def validate_text(value: str) -> None:
    """Refuse characters that one of the databases cannot store or no reader can see."""
    if found := _UNSTORABLE.search(value):
        raise ValidationError(
            "Character U+%(code)s at place %(place)s is not allowed: text may hold no control characters but "
            "line breaks and tabs.",
            code="control_character",
            params={"code": f"{ord(found[0]):04X}", "place": found.start() + 1},
        )


def validate_line(value: str) -> None:
    """Refuse line breaks and surrounding white space in a text of one line."""
    validate_text(value)
    if "\n" in value or "\r" in value or "\t" in value:
        raise ValidationError("This is a text of one line: no line breaks or tabs.", code="line_break")
    if value != value.strip():
        raise ValidationError("No white space at the beginning or end.", code="surrounding_space")


validate_slug = RegexValidator(
    r"\A[a-z0-9]+(-[a-z0-9]+)*\Z",
    "A slug has lower-case letters a–z, digits and single hyphens between them.",
    code="slug",
)

validate_sha256 = RegexValidator(r"\A[0-9a-f]{64}\Z", "A SHA-256 has 64 hexadecimal digits in lower case.")


class LineField(_CharField):
    """A text of one line."""

    default_validators = [validate_line]


class ProseField(_TextField):
    """A text of any number of lines, at most 20,000 characters."""

    default_validators = [validate_text]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 20_000)
        super().__init__(*args, **kwargs)

    def clean(self, value: Any, model_instance: models.Model | None) -> Any:
        """Check the length too: Django's own text field leaves that to forms."""
        cleaned = super().clean(value, model_instance)
        if self.max_length and cleaned and len(cleaned) > self.max_length:
            raise ValidationError(
                "At most %(limit)s characters are allowed, these are %(length)s.",
                code="max_length",
                params={"limit": self.max_length, "length": len(cleaned)},
            )
        return cleaned


def longest(model: type[models.Model], column: str) -> int:
    """Return how many characters a text in a column has at most; :class:`ValueError` if there is no bound."""
    found = model._meta.get_field(column)
    if not isinstance(found, models.Field) or found.max_length is None:
        raise ValueError(f"{model.__name__}.{column} has no longest text.")
    return found.max_length


class LinkField(_URLField):
    """The address of a page."""

    default_validators = [URLValidator(), validate_line]


class CountField(_CountField):
    """A number of things, at most as many as both databases can hold."""

    most: Final = 32_767
    default_validators = [MaxValueValidator(most)]


class SlugField(_CharField):
    """The stable public name of a record: lower-case ASCII words with hyphens."""

    default_validators = [validate_slug]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("max_length", 150)
        kwargs.setdefault("unique", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Return what a migration needs to build the field again: it is unique unless told otherwise."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "unique": self.unique}


class EDTFAttribute(DeferredAttribute):
    """Keeps the two bounds of a date in step with its text, whenever the text is assigned."""

    field: EDTFField

    def __set__(self, instance: models.Model, value: object) -> None:
        values = instance.__dict__
        values[self.field.attname] = value
        earliest: date | None = None
        latest: date | None = None
        if isinstance(value, str) and value:
            try:
                extent = edtf.parse(value)
            except InvalidDate:
                # validation names the reason; without bounds the database refuses the row as well
                pass
            else:
                earliest, latest = extent.earliest, extent.latest
        values[self.field.earliest] = earliest
        values[self.field.latest] = latest


class EDTFField(_CharField):
    """A date with precision (:mod:`sanctions.edtf`), stored as its text.

    The model declares two :class:`BoundField` columns beside it, named ``earliest`` and ``latest``, which
    follow the text whenever it is assigned: the first and last day the text may mean, ``date.min`` and
    ``date.max`` where it is open. An empty text is no date, and its bounds are null.
    """

    descriptor_class = EDTFAttribute

    def __init__(self, *args: Any, earliest: str = "", latest: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("max_length", edtf.LONGEST)
        super().__init__(*args, **kwargs)
        self.earliest = earliest
        self.latest = latest

    def deconstruct(self) -> Any:
        """Return what a migration needs to build the field again."""
        name, path, args, kwargs = super().deconstruct()
        kwargs.update(earliest=self.earliest, latest=self.latest)
        return name, path, args, kwargs

    def validate(self, value: Any, model_instance: models.Model | None) -> None:
        """Refuse what is no date, with the reason."""
        super().validate(value, model_instance)
        if value:
            try:
                edtf.parse(value)
            except InvalidDate as error:
                raise ValidationError(str(error), code="invalid_date") from error


class BoundAttribute(DeferredAttribute):
    """Leaves a bound alone that the text has set: only where the text is deferred is the stored bound taken."""

    def __set__(self, instance: models.Model, value: object) -> None:
        instance.__dict__.setdefault(self.field.attname, value)


class BoundField(_DateField):
    """The first or last day that an :class:`EDTFField` may mean. Derived: never edited, never serialised."""

    descriptor_class = BoundAttribute

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("editable", False)
        kwargs.setdefault("serialize", False)
        kwargs.setdefault("null", True)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """Return what a migration needs to build the field again."""
        name, path, args, kwargs = super().deconstruct()
        for key in ("editable", "serialize"):
            kwargs.pop(key, None)
        return name, path, args, kwargs


def with_bounds(model: type[models.Model], names: Iterable[str]) -> list[str]:
    """Return names of columns, and the bounds of the dates among them."""
    names = list(names)
    dates = [column for column in model._meta.fields if isinstance(column, EDTFField) and column.name in names]
    return names + [bound for column in dates for bound in (column.earliest, column.latest) if bound not in names]
