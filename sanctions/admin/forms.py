"""The forms of records and of their parts: what the database would refuse, they refuse first and in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.db import models
from django.utils.text import slugify
from unfold.forms import PaginationInlineFormSet

from sanctions.admin.fields import CodesField, RowField, RowsField
from sanctions.admin.widgets import RowSelect, RowsSelect
from sanctions.models import Part
from sanctions.models.fields import EDTFField
from sanctions.records.registry import type_of

_LONGEST_SLUG = 150


class _Form(forms.ModelForm):  # type: ignore[type-arg]
    """What forms of records and of parts share."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            if isinstance(field, CodesField):
                self.initial.setdefault(name, field.stored(self.instance))
                continue
            widget: Any = getattr(field.widget, "widget", field.widget)
            if isinstance(widget, RowSelect | RowsSelect):
                rows = self._rows_read(name)
                widget.known = {key: str(row) for key, row in rows.items()}
                if isinstance(field, RowField | RowsField):
                    field.known = rows

    def _rows_read(self, name: str) -> dict[str, models.Model]:
        """Return the chosen rows that were read together with this one, by their keys as they are submitted."""
        field = self._meta.model._meta.get_field(name)
        if isinstance(field, models.ManyToManyField):
            rows = getattr(self.instance, "_prefetched_objects_cache", {}).get(name, ())
        else:
            rows = [getattr(self.instance, name)] if field.is_cached(self.instance) else []
        return {str(row.pk): row for row in rows if row is not None}

    def _post_clean(self) -> None:
        """Validate what was changed: a row as it was stored has been validated."""
        if self.instance.pk is None or self.has_changed() or self.errors:
            super()._post_clean()  # type: ignore[misc]

    def _get_validation_exclusions(self) -> set[str]:
        """Check the constraints on the bounds of a date too, although they are no fields of the form."""
        excluded: set[str] = super()._get_validation_exclusions()  # type: ignore[misc]
        for field in self._meta.model._meta.fields:
            if isinstance(field, EDTFField) and field.name not in excluded:
                excluded -= {field.earliest, field.latest}
        return excluded

    def _save_m2m(self) -> None:
        super()._save_m2m()  # type: ignore[misc]
        for name, field in self.fields.items():
            if isinstance(field, CodesField) and name in self.changed_data:
                field.store(self.instance, self.cleaned_data[name])


class RecordForm(_Form):
    """A record's own fields. ``refusals`` are the reasons for which saving was refused after all forms were valid."""

    refusals: ClassVar[Sequence[str]] = ()

    def clean(self) -> dict[str, Any]:
        """Show why the record could not be saved."""
        for reason in self.refusals:
            self.add_error(None, reason)
        return super().clean() or self.cleaned_data

    def clean_absences(self) -> dict[str, str]:
        """Allow the fields that the record's document has, and no others."""
        absences: dict[str, str] = self.cleaned_data["absences"]
        names = [key.name for key in type_of(self._meta.model).keys if key.name not in ("slug", "absences")]
        unknown = [name for name in absences if name not in names]
        if unknown:
            listed = ", ".join(unknown)
            raise forms.ValidationError(f"Unknown field: {listed}. Allowed: {', '.join(names)}.")
        return absences


class PartForm(_Form):
    """A row of a record."""

    #: The record as its own form has it; set by the formset.
    record: models.Model

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            widget: Any = getattr(field.widget, "widget", field.widget)
            widget.attrs.setdefault("aria-label", str(field.label or name))

        if self.instance.pk is not None:
            # The theme reads the heading of a row's card from this name.
            self.instance.get_inline_title = self.heading(self.instance)

    def heading(self, row: Any) -> str:
        """Return the heading of the row."""
        return str(row)


class SluggedPartForm(PartForm):
    """A row with a slug of its own: left empty it is made from the record's slug and the row's words."""

    #: Names of the fields that make the slug; the first that has a value does.
    slug_from: ClassVar[tuple[str, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "slug" in self.fields:
            self.fields["slug"].required = False
            self.fields["slug"].help_text += " Made from the record's slug if left empty."

    def clean(self) -> dict[str, Any]:
        """Give the row a slug that is free."""
        cleaned = super().clean() or self.cleaned_data
        if "slug" in self.fields and not cleaned.get("slug") and "slug" not in self.errors:
            cleaned["slug"] = self._free_slug()
        return cleaned

    def _free_slug(self) -> str:
        words = next((str(self.cleaned_data[name]) for name in self.slug_from if self.cleaned_data.get(name)), "")
        stem = slugify(f"{getattr(self.record, 'slug', '')} {words.replace('_', ' ')}")
        stem = stem.replace("_", "-")[: _LONGEST_SLUG - 10].strip("-") or self._meta.model._meta.model_name
        taken = set(self._meta.model._default_manager.filter(slug__startswith=stem).values_list("slug", flat=True))
        taken |= self.slugs_given
        slug, number = str(stem), 2
        while slug in taken:
            slug, number = f"{stem}-{number}", number + 1
        self.slugs_given.add(slug)
        return slug

    #: Slugs made for earlier rows of the same formset; set by the formset.
    slugs_given: set[str]


class PartFormSet(PaginationInlineFormSet):
    """The rows of a record in their places: the curator never numbers them, and no number is left out."""

    def __init__(self, *args: Any, document_rows: Sequence[Any] | None = None, **kwargs: Any) -> None:
        """``document_rows`` are shown instead of the stored rows; what was submitted is matched with them by place."""
        self._slugs_given: set[str] = set()
        self._document_rows = document_rows
        super().__init__(*args, **kwargs)
        if self.instance.pk is not None:
            self.count = len(self.get_queryset())
        if document_rows is not None and self.is_bound:
            for place, row in enumerate(document_rows):
                name = f"{self.prefix}-{place}-id"
                if self.data.get(name):
                    self.data[name] = str(row.pk)

    def get_queryset(self) -> Any:
        """Return the rows, each knowing its record already."""
        if self._document_rows is not None:
            return self._document_rows
        known = hasattr(self, "_queryset")
        rows = super().get_queryset()
        if not known:
            for row in rows:
                self.fk.set_cached_value(row, self.instance)
        return rows

    def add_fields(self, form: Any, index: int | None) -> None:
        """Take the row that a form has by its key, without reading it once more."""
        super().add_fields(form, index)
        key, row = form.fields["id"], form.instance
        if row.pk is not None:
            form.fields["id"] = RowField(key.queryset, initial=key.initial, required=False, widget=key.widget)
            form.fields["id"].known = {str(row.pk): row}

    def _construct_form(self, i: int, **kwargs: Any) -> Any:
        form = super()._construct_form(i, **kwargs)
        form.record, form.slugs_given = self.instance, self._slugs_given
        return form

    def _rows(self) -> models.QuerySet[Any]:
        rows: models.QuerySet[Any] = self.model._default_manager.filter(**{self.fk.name: self.instance})
        return rows

    def save_new(self, form: Any, commit: bool = True) -> Any:
        """Put a new row behind all others."""
        last = self._rows().aggregate(last=models.Max("ordinal"))["last"]
        form.instance.ordinal = 0 if last is None else last + 1
        return super().save_new(form, commit)

    def save(self, commit: bool = True) -> Any:
        """Save the rows, then close the gaps that deleted ones have left."""
        saved = super().save(commit)
        if commit and issubclass(self.model, Part):
            self._close_gaps()
        return saved

    def _close_gaps(self) -> None:
        # Upwards from 0: a row only ever moves to a smaller number, which no other row has any more.
        for place, (pk, ordinal) in enumerate(self._rows().order_by("ordinal").values_list("pk", "ordinal")):
            if place != ordinal:
                self._rows().filter(pk=pk).update(ordinal=place)
