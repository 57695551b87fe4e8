"""Custom model fields: text that both databases can store, and dates with precision."""

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

#: Control characters, lone surrogates and noncharacters. PostgreSQL rejects NUL and surrogates; no text here needs the
#: others.
_UNSTORABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


def validate_text(value: str) -> None:
    """Reject characters that a database cannot store or that are invisible."""
    if match := _UNSTORABLE.search(value):
        raise ValidationError(
            "Character U+%(code)s at place %(place)s is not allowed. Allowed control characters are line breaks "
            "and tabs.",
            code="control_character",
            params={"code": f"{ord(match[0]):04X}", "place": match.start() + 1},
        )


def validate_line(value: str) -> None:
    """Reject line breaks, tabs and surrounding white space."""
    validate_text(value)
    if "\n" in value or "\r" in value or "\t" in value:
        raise ValidationError("Line breaks and tabs are not allowed in this field.", code="line_break")
    if value != value.strip():
        raise ValidationError("White space at the beginning or end is not allowed.", code="surrounding_space")


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
        """Check the length too: the text field of Django leaves that to forms."""
        cleaned = super().clean(value, model_instance)
        if self.max_length and cleaned and len(cleaned) > self.max_length:
            raise ValidationError(
                "At most %(limit)s characters are allowed; this text has %(length)s.",
                code="max_length",
                params={"limit": self.max_length, "length": len(cleaned)},
            )
        return cleaned


def longest(model: type[models.Model], column: str) -> int:
    """Return the maximum length of a text column; raise :class:`ValueError` if it has none."""
    field = model._meta.get_field(column)
    if not isinstance(field, models.Field) or field.max_length is None:
        raise ValueError(f"{model.__name__}.{column} has no maximum length.")
    return field.max_length


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
        """Return what a migration needs to build the field again; the default of ``unique`` is not that of Django."""
        name, path, args, kwargs = super().deconstruct()
        return name, path, args, {**kwargs, "unique": self.unique}


class EDTFAttribute(DeferredAttribute):
    """Sets the two bounds of a date whenever its text is assigned."""

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
                # Validation reports the reason. Without bounds, a constraint of the database rejects the row too.
                pass
            else:
                earliest, latest = extent.earliest, extent.latest
        values[self.field.earliest] = earliest
        values[self.field.latest] = latest


class EDTFField(_CharField):
    """A date with precision (:mod:`sanctions.edtf`), stored as its text.

    The model declares two :class:`BoundField` columns next to it, whose names are ``earliest`` and ``latest``. They are
    set whenever the text is assigned: to the first and last day that the text may mean, ``date.min`` and ``date.max``
    where it is open. The bounds of an empty text are null.
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
        """Reject a text that is not a date, with the reason."""
        super().validate(value, model_instance)
        if value:
            try:
                edtf.parse(value)
            except InvalidDate as error:
                raise ValidationError(str(error), code="invalid_date") from error


class BoundAttribute(DeferredAttribute):
    """Keeps a bound that the text has set; the stored bound is only used if the text is deferred."""

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
