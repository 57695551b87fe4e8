"""Published records by their slugs, and releases by their numbers."""

from __future__ import annotations

import re
from functools import cached_property
from typing import Any, Final

from django.db import models
from django.db.models import Q

from api.http.parameters.base import InvalidValue, ListOf, Parameter, closest, rejection
from sanctions.models import Release
from sanctions.models.by_slug import BySlug
from sanctions.records.redirects import replaced_by
from sanctions.records.registry import BY_NAME

#: Records whose slugs are compared with an unknown one, to suggest the closest.
_COMPARED: Final = 500
_SLUG: Final = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_LAST_NUMBER: Final = 2**31 - 1


class Slug(Parameter):
    """A published record by its slug. Records that are not public are unknown here too."""

    longest = 150

    def __init__(self, help_text: str, model: type[models.Model]) -> None:
        super().__init__(help_text)
        self.model = model

    @property
    def noun(self) -> str:
        return str(self.model._meta.verbose_name)

    def published(self) -> models.QuerySet[Any]:
        """Return the records that may be named."""
        rows: models.QuerySet[Any] = self.model._default_manager.all().published()  # type: ignore[attr-defined]
        return rows

    def read(self, value: str) -> models.Model:
        """Return the record, loaded with its key and slug only; the slug of a merged record leads to the other one."""
        record: models.Model | None = None
        if _SLUG.fullmatch(value):
            record = self.find(value)
            if record is None and (new := self.replaced_by(value)):
                record = self.find(new)
        if record is None:
            raise self.unknown(value)
        return record

    def find(self, slug: str) -> models.Model | None:
        record: models.Model | None = self._by_slug.find(slug)
        return record

    @cached_property
    def _by_slug(self) -> BySlug:
        return BySlug(self.published(), "slug")

    def replaced_by(self, value: str) -> str | None:
        """Return the slug of the record into which this one was merged."""
        record_type = BY_NAME.get(str(self.model._meta.model_name))
        return None if record_type is None else replaced_by(record_type, value)

    def unknown(self, value: str) -> InvalidValue:
        """Return the error for an unknown slug, with the closest one that exists."""
        words = [word for word in re.split(r"[^a-z0-9]+", value.lower()) if len(word) > 1][:5]
        similar = Q(slug__startswith=value[:3].lower())
        for word in words:
            similar |= Q(slug__contains=word)
        guess = closest(value.lower(), self.published().filter(similar).values_list("slug", flat=True)[:_COMPARED])
        message = rejection(f"No {self.noun} has the slug {value!r}.", did_you_mean=guess)
        return InvalidValue(message, "unknown_slug", did_you_mean=guess)

    def schema(self) -> dict[str, Any]:
        return {"type": "string", "pattern": f"^{_SLUG.pattern}$", "maxLength": self.longest}


class Slugs(ListOf):
    """Published records by their slugs, read in one query."""

    item: Slug

    def read(self, value: str) -> list[models.Model]:
        parts = self.parts(value)
        valid = [part for part in parts if _SLUG.fullmatch(part)]
        records = {row.slug: row for row in self.item.published().filter(slug__in=valid).only("slug")}
        for part in parts:
            if part not in records:
                row = self.item.read(part)
                records[row.slug] = row  # type: ignore[attr-defined]
        return list(records.values())


class ReleaseNumber(Parameter):
    """A release by its number."""

    longest = 10

    def read(self, value: str) -> Release:
        release = None
        if value.isascii() and value.isdigit() and int(value) <= _LAST_NUMBER:
            release = Release.objects.filter(number=int(value)).first()
        if release is None:
            last = Release.objects.order_by("-number").values_list("number", flat=True).first()
            hint = f"The last is {last}." if last else "None has been made yet."
            raise InvalidValue(f"This release does not exist. {hint}", "unknown_release")
        return release

    def schema(self) -> dict[str, Any]:
        return {"type": "integer", "minimum": 1, "maximum": _LAST_NUMBER}
