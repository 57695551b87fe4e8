"""Rows of a record in tabs of its page, and those that records of several nouns have: names, identifiers, citations."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.http import HttpRequest
from unfold.admin import StackedInline, TabularInline

from sanctions.admin.choosing import ChoosingMixin
from sanctions.admin.fields import CodesField
from sanctions.admin.forms import PartForm, PartFormSet
from sanctions.admin.labels import lean, named
from sanctions.models import Citation, Identifier, Part


class PartMixin(ChoosingMixin):
    """Rows of a record in a tab of its page."""

    form = PartForm
    formset = PartFormSet
    extra = 0
    tab = True
    show_count = True
    ordering = ("ordinal", "pk")
    model: type[Part]

    def __init__(self, parent_model: type[models.Model], admin_site: Any) -> None:
        parents = self.model.parents
        self.fk_name = parents[0] if len(parents) == 1 else str(parent_model._meta.model_name)
        super().__init__(parent_model, admin_site)  # type: ignore[call-arg]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Read the rows with all that they show: as many queries for a hundred rows as for one."""
        rows = lean(super().get_queryset(request))  # type: ignore[misc]
        return rows.prefetch_related(*self._shown())

    def _shown(self) -> Iterable[models.Prefetch[Any] | str]:
        names = _flat([("", {"fields": self.fields or ()}), *(self.fieldsets or ())])  # type: ignore[attr-defined]
        for field in (*self.model._meta.fields, *self.model._meta.many_to_many):
            if field.is_relation and field.name in names and field.name != self.fk_name:
                yield models.Prefetch(field.name, queryset=named(field.remote_field.model))  # type: ignore[union-attr]
        for field_ in self.form.base_fields.values():
            if isinstance(field_, CodesField):
                yield field_.relation


def _flat(fieldsets: Iterable[Any]) -> set[str]:
    names: set[str] = set()
    for _, options in fieldsets:
        for line in options["fields"]:
            names |= {line} if isinstance(line, str) else set(line)
    return names


class PartTable(PartMixin, TabularInline):
    """Rows that fit into a line."""

    # The theme's releases for Python 3.11 and for newer ones name this differently.
    if hasattr(TabularInline, "hide_title"):
        hide_title = True
    else:
        show_title = False


class PartCards(PartMixin, StackedInline):
    """Rows with more fields than fit into a line."""

    collapsible = True
    # The theme shows no errors of a whole card, only those of its fields.
    template_before = "admin/sanctions/row_errors.html"


class NameInline(PartTable):
    """Other names; each noun has a model of its own for them."""

    verbose_name = "name"
    verbose_name_plural = "names"
    fields = ("kind", "text", "language", "script")


class IdentifierInline(PartTable):
    """Identifiers that others have issued."""

    model = Identifier
    fields = ("scheme", "value", "note")


class CitationInline(PartCards):
    """The sources of a record."""

    model = Citation
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("source", "pinpoint"),
                    ("field", "asserted_by"),
                    ("credibility", "quote"),
                    "note",
                )
            },
        ),
    )
