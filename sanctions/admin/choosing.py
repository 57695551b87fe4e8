"""Rows chosen by search, lists that no parameter breaks, and rows that have no pages of their own."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin import ModelAdmin as DjangoModelAdmin
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import models
from django.forms import Field
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern
from unfold.admin import ModelAdmin

from sanctions.admin.fields import AbsencesField, RowField, RowsField
from sanctions.admin.labels import lean, named
from sanctions.admin.widgets import DateWidget, ProseWidget, RowSelect, RowsSelect
from sanctions.models.fields import EDTFField, ProseField


class ChoosingMixin:
    """Form fields by which rows are chosen by search, dates are read back, and long texts have room."""

    formfield_overrides: ClassVar[dict[type[models.Field[Any, Any]], dict[str, Any]]] = {
        EDTFField: {"widget": DateWidget},
        ProseField: {"widget": ProseWidget},
        models.URLField: {"assume_scheme": "https"},
    }
    admin_site: Any

    def get_autocomplete_fields(self, request: HttpRequest) -> tuple[str, ...]:
        """Choose every row of another model by search: no list of a whole table anywhere."""
        relations = (*self.opts.fields, *self.opts.many_to_many)  # type: ignore[attr-defined]
        return tuple(field.name for field in relations if field.is_relation and field.editable)

    def get_field_queryset(self, db: str | None, db_field: Any, request: HttpRequest) -> models.QuerySet[Any]:
        """Read what is chosen without what is heavy."""
        return named(db_field.remote_field.model)

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Choose one row by search."""
        kwargs.setdefault("form_class", RowField)
        kwargs.setdefault("widget", RowSelect(db_field, self.admin_site))
        return super().formfield_for_foreignkey(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Choose several rows by search."""
        kwargs.setdefault("widget", RowsSelect(db_field, self.admin_site))
        kwargs.setdefault("form_class", RowsField)
        return super().formfield_for_manytomany(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Choose nothing for the curator: what has no default starts empty."""
        blank = db_field.blank or not db_field.has_default()
        kwargs.setdefault("choices", db_field.get_choices(include_blank=blank, blank_choice=[("", "Choose …")]))
        return super().formfield_for_choice_field(db_field, request, **kwargs)  # type: ignore[misc]

    def formfield_for_dbfield(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Field | None:
        """Edit typed absences as lines. Offer to add a related row only where it has a page, and never to delete it."""
        if isinstance(db_field, models.JSONField):
            return AbsencesField(
                required=False,
                help_text="Why a field has no value. One line for each: field name, colon, and unknown, not_public, "
                "not_applicable, not_coded or checked_and_none.",
            )
        field: Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            if isinstance(self.admin_site.get_model_admin(db_field.remote_field.model), ChoiceAdmin):
                field.widget = field.widget.widget
            else:
                field.widget.can_delete_related = False
                # The theme's own has twenty times the HTML, and no part of it can be reached by keyboard.
                field.widget.template_name = "admin/sanctions/widgets/related.html"
        return field


class SearchMixin:
    """A list and a search that no parameter breaks."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Refuse parameters that PostgreSQL cannot read."""
        if any("\0" in value for values in request.GET.lists() for value in (values[0], *values[1])):
            messages.error(request, "A parameter contains a NUL character. Remove it.")
            return HttpResponseRedirect(request.path)
        response: HttpResponse = super().changelist_view(request, extra_context)  # type: ignore[misc]
        return response

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Find nothing by a text that the database cannot hold."""
        if "\0" in search_term:
            return queryset.none(), False
        results: tuple[models.QuerySet[Any], bool] = super().get_search_results(request, queryset, search_term)  # type: ignore[misc]
        return results


class ReadOnlyMixin:
    """Rows that only editorial moves write: no form adds, changes or deletes them."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return ``False``: moves add rows."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return ``False``: moves change rows."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Return ``False``: rows are kept."""
        return False


class ChoiceAdmin(SearchMixin, ModelAdmin):
    """Lets other records choose a part of a record by search. It has no pages: a part is edited with its record."""

    #: Foreign key to the record that has the part.
    record: ClassVar[str]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Read the parts with what their labels show."""
        rows = super().get_queryset(request)
        return lean(rows, self.record)

    def get_urls(self) -> list[URLPattern]:
        """Return no addresses."""
        return []

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Return ``False``: no menu lists it."""
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Add parts with their record only."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Change parts with their record only."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow what deletes the part together with its record."""
        return bool(DjangoModelAdmin.has_delete_permission(self, request, obj))
