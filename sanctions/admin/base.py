"""What the pages of all records share.

They save through the editorial rules, make as many queries for a hundred rows as for one, and let nobody number
rows by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, ClassVar

from django.apps import apps
from django.contrib import messages
from django.contrib.admin import ModelAdmin as DjangoModelAdmin
from django.contrib.admin import ShowFacets
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.db import DataError, IntegrityError, models, transaction
from django.forms import Field
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin, StackedInline, TabularInline
from unfold.decorators import display
from unfold.views import ChangeList

from sanctions.admin.acts import act_of
from sanctions.admin.editorial.bulk import BULK_ACTIONS, BulkMixin
from sanctions.admin.editorial.dossier import dossier
from sanctions.admin.editorial.presence import PresenceMixin
from sanctions.admin.editorial.proposing import ProposingMixin
from sanctions.admin.editorial.record_page import DeskMixin
from sanctions.admin.editorial.reviews import ReviewMixin
from sanctions.admin.editorial.versions import VersionsMixin
from sanctions.admin.fields import AbsencesField, CodesField, RowsField
from sanctions.admin.forms import PartForm, PartFormSet, RecordForm
from sanctions.admin.incoming.sheets import SheetsMixin
from sanctions.admin.labels import lean, named
from sanctions.admin.standings import COLOURS, STATE_COLOURS, coloured, standings_on
from sanctions.admin.widgets import DateWidget, ProseWidget, RowSelect, RowsSelect
from sanctions.editorial import moves
from sanctions.editorial.permissions import may_delete, may_edit, may_propose
from sanctions.exceptions import InvalidDocument, MoveRefused
from sanctions.models import SUBJECT_OF, Part, Record
from sanctions.models.fields import EDTFField, ProseField
from sanctions.models.log import LONGEST_REASON
from sanctions.projections.urls import record_url
from sanctions.records.registry import type_of
from sanctions.vocabulary import State

#: The fields that every record has besides its own.
REMARKS = ("Remarks", {"fields": ("note", "absences")})
_UNEXPLAINED = "The database refused this record. Somebody may have saved a conflicting one meanwhile: look again."


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
        """Edit the typed absences as lines; offer no page where there is none, and no deleting on the way."""
        if isinstance(db_field, models.JSONField):
            return AbsencesField(
                required=False,
                help_text="Why a field has no value. One line for each: field name, colon, and unknown, not_public, "
                "not_applicable, not_coded or checked_and_none.",
            )
        found: Field | None = super().formfield_for_dbfield(db_field, request, **kwargs)  # type: ignore[misc]
        if found is not None and isinstance(found.widget, RelatedFieldWidgetWrapper):
            if isinstance(self.admin_site.get_model_admin(db_field.remote_field.model), ChoiceAdmin):
                found.widget = found.widget.widget
            else:
                found.widget.can_delete_related = False
                # The theme's own has twenty times the HTML, and no part of it can be reached by keyboard.
                found.widget.template_name = "admin/sanctions/widgets/related.html"
        return found


class SearchMixin:
    """A list that no parameter breaks, and a search that no text does."""

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Refuse parameters that PostgreSQL cannot read."""
        if any("\0" in value for values in request.GET.lists() for value in (values[0], *values[1])):
            messages.error(request, "A parameter held a character that no text can hold.")
            return HttpResponseRedirect(request.path)
        response: HttpResponse = super().changelist_view(request, extra_context)  # type: ignore[misc]
        return response

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Find nothing by a text that no text can hold."""
        if "\0" in search_term:
            return queryset.none(), False
        found: tuple[models.QuerySet[Any], bool] = super().get_search_results(request, queryset, search_term)  # type: ignore[misc]
        return found


class ReadOnlyMixin:
    """Rows that only the moves of the desk write: nobody adds, changes or deletes any by hand."""

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody adds any."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody changes any."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Nobody deletes any."""
        return False


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


class RecordChangeList(ChangeList):
    """A page of records, with the standings of all of them read at once."""

    def get_filters(self, request: HttpRequest) -> Any:
        """Refuse a period beyond the calendar as any other wrong parameter."""
        try:
            return super().get_filters(request)
        except (OverflowError, ValueError) as error:
            raise IncorrectLookupParameters(error) from error

    def get_results(self, request: HttpRequest) -> None:
        """Read the page, then the standings today of its records, where they have any."""
        super().get_results(request)
        if subject := SUBJECT_OF.get(self.model):
            rows = self.result_list = list(self.result_list)  # type: ignore[has-type]
            answers = standings_on(timezone.localdate(), subject, rows)
            for row in rows:
                row.answer_today = answers[row.pk]


class RecordAdmin(
    PresenceMixin,
    ProposingMixin,
    SheetsMixin,
    BulkMixin,
    ReviewMixin,
    VersionsMixin,
    DeskMixin,
    ChoosingMixin,
    SearchMixin,
    ModelAdmin,
):
    """The page of one record with its parts in tabs, and the list of all of them."""

    form = RecordForm
    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = True
    actions = (*BULK_ACTIONS, "export_xlsx", "export_csv")
    show_facets = ShowFacets.NEVER
    warn_unsaved_form = True
    compressed_fields = True
    change_form_outer_before_template = "admin/sanctions/dossier.html"
    delete_confirmation_template = "admin/sanctions/delete.html"
    delete_selected_confirmation_template = "admin/sanctions/delete_selected.html"
    #: Foreign keys that the list shows.
    list_related: ClassVar[tuple[str, ...]] = ()

    # --- Lists

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Read records with what the list shows, and without their stored responses."""
        return lean(super().get_queryset(request), *self.list_related)

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Offer nothing to other records that was merged into another: that one is what they mean."""
        if request.path == reverse(f"{self.admin_site.name}:autocomplete"):
            queryset = queryset.exclude(state=State.MERGED)
        found: tuple[models.QuerySet[Any], bool] = super().get_search_results(request, queryset, search_term)
        return found

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """Show the standings."""
        return RecordChangeList

    @display(description="Standing today", label=COLOURS)
    def standing_today(self, record: Record) -> tuple[str, str]:
        """Return the standing that the page has read."""
        return coloured(record.answer_today.code)  # type: ignore[attr-defined]

    @display(description="Dated", ordering="dated_on")
    def dated(self, record: Any) -> str:
        """Return the derived date as other dates are written."""
        return record.dated_on.isoformat() if record.dated_on else ""

    @display(description="State", ordering="state", label=STATE_COLOURS)
    def editorial_state(self, record: Record) -> tuple[str, str]:
        """Return the editorial state."""
        return record.state, record.get_state_display()

    # --- The page of one record

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Record | None:
        """Read a record with the rows it names."""
        found: Record | None = super().get_object(request, object_id, from_field)
        if found is not None:
            named_rows = (
                models.Prefetch(field.name, queryset=named(field.remote_field.model))
                for field in self.model._meta.many_to_many
            )
            models.prefetch_related_objects([found], *named_rows)
        return found

    def get_readonly_fields(self, request: HttpRequest, obj: Record | None = None) -> Sequence[str]:
        """Keep the name by which the public knows a record."""
        fields: Sequence[str] = super().get_readonly_fields(request, obj)
        return (*fields, "slug") if obj is not None and obj.is_published else fields

    def get_prepopulated_fields(self, request: HttpRequest, obj: Record | None = None) -> dict[str, Sequence[str]]:
        """Suggest a slug for new records only."""
        fields: dict[str, Sequence[str]] = super().get_prepopulated_fields(request, obj)
        return {} if obj is not None else fields

    def view_on_site(self, record: Record) -> str | None:
        """Return the public link, once there is one."""
        return record_url(type_of(record).name, record.slug) if record.is_published else None

    def render_change_form(
        self,
        request: HttpRequest,
        context: dict[str, Any],
        add: bool = False,
        change: bool = False,
        form_url: str = "",
        obj: Record | None = None,
    ) -> HttpResponse:
        """Show the dossier above the form."""
        if obj is not None and obj.pk is not None:
            context["dossier"] = dossier(obj, request.user, timezone.localdate())
        response: HttpResponse = super().render_change_form(request, context, add, change, form_url, obj)
        return response

    # --- Permissions

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Ask the editorial rules: what is retracted is read-only; changes to what is public are proposals."""
        if not super().has_change_permission(request):
            return False
        return not isinstance(obj, Record) or may_edit(request.user, obj) or may_propose(request.user, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Never delete what the public has seen."""
        if not super().has_delete_permission(request, obj):
            return False
        return not isinstance(obj, Record) or may_delete(request.user, obj)

    # --- Saving

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> type[RecordForm]:
        """Return the form, which shows why an earlier try to save was refused."""
        form: type[RecordForm] = super().get_form(request, obj, change, **kwargs)
        form.refusals = getattr(request, "refusals", ())
        return form

    def changeform_view(
        self,
        request: HttpRequest,
        object_id: str | None = None,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        """Save all or nothing; whatever refuses it is shown above the form, with everything as it was typed."""
        show: Callable[..., HttpResponse] = super().changeform_view
        try:
            return show(request, object_id, form_url, dict(extra_context or {}))
        except (MoveRefused, InvalidDocument, IntegrityError, DataError) as error:
            request.refusals = reasons(error)  # type: ignore[attr-defined]
        return show(request, object_id, form_url, dict(extra_context or {}))

    # --- Deleting

    def delete_model(self, request: HttpRequest, obj: Record) -> None:
        """Delete a record by the editorial rules."""
        moves.delete(obj, act_of(request))

    def delete_queryset(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> None:
        """Delete all of the chosen records by the editorial rules, or none."""
        with transaction.atomic():
            for record in queryset:
                self.delete_model(request, record)

    def response_action(self, request: HttpRequest, queryset: models.QuerySet[Any]) -> HttpResponse | None:
        """Do what was chosen with all the records, or nothing, and tell why."""
        try:
            with transaction.atomic():
                response: HttpResponse | None = super().response_action(request, queryset)
                if isinstance(response, TemplateResponse) and response.context_data is not None:
                    # Only the question whether to delete is a page of its own.
                    response.context_data["longest_reason"] = LONGEST_REASON
        except (MoveRefused, IntegrityError) as error:
            messages.error(request, f"Nothing was done. {' '.join(reasons(error))}")
            return HttpResponseRedirect(request.get_full_path())
        return response

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Delete a record that nothing refers to."""
        context = {**(extra_context or {}), "longest_reason": LONGEST_REASON}
        try:
            response: HttpResponse = super().delete_view(request, object_id, context)
        except MoveRefused as refusal:
            messages.error(request, str(refusal))
            return HttpResponseRedirect(request.path)
        except IntegrityError:
            messages.error(request, "It was not deleted: another record refers to it.")
            return HttpResponseRedirect(request.path)
        return response


def reasons(error: Exception) -> list[str]:
    """Return, in words, why saving was refused."""
    if isinstance(error, InvalidDocument):
        return [f"{problem.path}: {problem.message}" if problem.path else problem.message for problem in error.problems]
    if isinstance(error, MoveRefused):
        return [str(error)]
    for model in apps.get_app_config("sanctions").get_models():
        for constraint in model._meta.constraints:
            if constraint.name in str(error):
                return [str(constraint.violation_error_message or _UNEXPLAINED)]
    return [_UNEXPLAINED]


class ChoiceAdmin(SearchMixin, ModelAdmin):
    """Makes parts of records findable where other records refer to them.

    It has no pages: a part is edited with its record.
    """

    #: Foreign key to the record that has the part.
    record: ClassVar[str]

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Read the parts with what their labels show."""
        rows = super().get_queryset(request)
        return lean(rows, self.record)

    def get_urls(self) -> list[URLPattern]:
        """Serve nothing."""
        return []

    def has_module_permission(self, request: HttpRequest) -> bool:
        """Stay out of every menu."""
        return False

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Add parts with their record only."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Change parts with their record only."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Let a part go with its record, where that may be deleted."""
        return bool(DjangoModelAdmin.has_delete_permission(self, request, obj))
