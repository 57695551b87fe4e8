"""The base classes of all records and their parts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any, ClassVar, Self

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q

from sanctions.models import natural_keys
from sanctions.models.constraints import AllConditions, one_of
from sanctions.models.fields import EDTFField, ProseField, SlugField, with_bounds
from sanctions.vocabulary import Absence, State


class DatedQuerySet(models.QuerySet[Any]):
    """Rows whose dates are written together with their bounds, also in bulk."""

    def update(self, **values: Any) -> int:
        """Update columns, and the bounds of the dates among them."""
        columns = with_bounds(self.model, values)
        if len(columns) > len(values):
            dates = {column.name for column in self.model._meta.fields if isinstance(column, EDTFField)}
            row = self.model(**{name: value for name, value in values.items() if name in dates})
            values |= {name: getattr(row, name) for name in columns if name not in values}
        return super().update(**values)

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], batch_size: int | None = None) -> int:
        """Update columns of many rows, and the bounds of the dates among them."""
        return super().bulk_update(objs, with_bounds(self.model, fields), batch_size)


class Dated(models.Model):
    """A row whose dates are saved together with their bounds."""

    #: Whether the row was built from a document, only to validate it: its primary key is not that of a stored row.
    is_unstored = False

    class Meta:
        abstract = True

    def get_constraints(self) -> list[tuple[type[models.Model], Sequence[models.BaseConstraint]]]:
        """Return the constraints to validate, all conditions combined into one.

        Unstored rows are not compared with stored rows: uniqueness within a record is checked in its document.
        """
        constraints = type(self)._meta.constraints
        conditions = [constraint for constraint in constraints if isinstance(constraint, models.CheckConstraint)]
        others = [constraint for constraint in constraints if not isinstance(constraint, models.CheckConstraint)]
        return [(type(self), [AllConditions(conditions), *([] if self.is_unstored else others)])]

    def validate_unique(self, exclude: Collection[str] | None = None) -> None:
        """Check unique fields against stored rows, unless the row is unstored."""
        if not self.is_unstored:
            super().validate_unique(exclude)

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Save the row; ``update_fields`` includes the bounds of its dates."""
        if kwargs.get("update_fields") is not None:
            kwargs["update_fields"] = with_bounds(type(self), kwargs["update_fields"])
        super().save(*args, **kwargs)


class RecordQuerySet(DatedQuerySet):
    """Records of one noun."""

    def published(self) -> Self:
        """Keep published records."""
        return self.filter(state=State.PUBLISHED)

    def get_by_natural_key(self, slug: str) -> Any:
        """Find a row by its slug, for fixtures."""
        return natural_keys.by_slug(self, slug)


RecordManager = models.Manager.from_queryset(RecordQuerySet)


class Rendered(models.Model):
    """Something that the API serves by slug, with its stored response.

    ``rendering`` is derived: the JSON text of the API's response without the members that depend on the request.
    ``manage.py render`` rebuilds it.
    """

    slug = SlugField(help_text="Stable public name in lower-case words with hyphens, such as us-eo-13902.")
    rendering = models.TextField(default="", blank=True, editable=False, serialize=False, help_text="Derived.")

    class Meta:
        abstract = True

    def natural_key(self) -> tuple[str]:
        """Return the slug, by which fixtures name the row."""
        return (self.slug,)


class Record(Rendered, Dated):
    """What a curator edits on one page: one document (see :mod:`sanctions.records`)."""

    state = models.CharField(
        max_length=12,
        choices=State.choices,
        default=State.DRAFT,
        db_index=True,
        help_text="Editorial state. Only published records are public.",
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Who first wrote the current content; further authors are listed separately.",
    )
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Who approved it; never one of its authors.",
    )
    note = ProseField(blank=True, default="", help_text="Doubts and remarks of the curators; public.")
    absences = models.JSONField(
        default=dict,
        blank=True,
        help_text="Why a field has no value: field name to unknown, not_public, not_applicable, not_coded or "
        "checked_and_none.",
    )

    objects: ClassVar[RecordManager[Any]] = RecordManager()

    class Meta:
        abstract = True
        default_permissions = ("add", "change", "delete", "view", "publish")
        constraints: ClassVar[list[models.BaseConstraint]] = [
            one_of("state", State.values, name="%(class)s_state_valid"),
            models.CheckConstraint(
                condition=Q(author__isnull=True) | Q(approver__isnull=True) | ~Q(author=F("approver")),
                name="%(class)s_four_eyes",
                violation_error_message="Authors cannot approve their own work.",
            ),
        ]

    def clean(self) -> None:
        """Check that ``absences`` maps names of fields to codes of :class:`~sanctions.vocabulary.Absence`."""
        super().clean()
        if not isinstance(self.absences, dict):
            raise ValidationError({"absences": "Absences must be an object: field name to code."})
        for field, code in self.absences.items():
            if not str(field).isidentifier():
                raise ValidationError({"absences": f"{field!r} is not the name of a field."})
            if code not in Absence.values:
                raise ValidationError(
                    {"absences": f"{field}: {code!r} is not allowed. Allowed reasons: {', '.join(Absence.values)}."}
                )

    @property
    def is_published(self) -> bool:
        """Whether the public sees the record."""
        return self.state == State.PUBLISHED


class PartQuerySet(DatedQuerySet):
    """Rows that belong to a record."""

    def get_by_natural_key(self, *key: Any) -> Any:
        """Find a row by the natural key of its record and its ordinal, for fixtures."""
        parents = self.model.parents
        if len(parents) > 1:
            parent, *rest = key
        else:
            (parent,), rest = parents, list(key)
        field = self.model._meta.get_field(parent)
        return self.get(
            **{parent: field.related_model._default_manager.get_by_natural_key(*rest[:-1])}, ordinal=rest[-1]
        )


PartManager = models.Manager.from_queryset(PartQuerySet)


class Part(Dated):
    """A row that belongs to a record, at a place among its siblings.

    ``parents`` names the foreign keys to possible owners; if there are several, exactly one is set.
    """

    parents: ClassVar[tuple[str, ...]] = ()

    ordinal = models.PositiveIntegerField(default=0, help_text="Place among the rows of the record, from 0.")

    objects: ClassVar[PartManager[Any]] = PartManager()

    class Meta:
        abstract = True

    def natural_key(self) -> tuple[Any, ...]:
        """Return the natural key of the record and the ordinal, by which fixtures name the row."""
        for parent in self.parents:
            if (owner := natural_keys.owner(self, parent)) is not None:
                key = (*owner.natural_key(), self.ordinal)
                return (parent, *key) if len(self.parents) > 1 else key
        raise ValueError(f"{type(self).__name__} {self.pk} does not belong to a record")
