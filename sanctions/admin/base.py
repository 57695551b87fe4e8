"""The list and the form of the records of each noun.

They save through the editorial rules, make as many queries for a hundred rows as for one, and number rows by their
places.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, ClassVar

from django.contrib import messages
from django.contrib.admin import ShowFacets
from django.contrib.admin.options import IncorrectLookupParameters
from django.contrib.admin.utils import flatten_fieldsets
from django.db import DataError, IntegrityError, models, transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, reverse
from django.utils import timezone
from unfold.admin import ModelAdmin
from unfold.decorators import display
from unfold.views import ChangeList

from sanctions.admin.acts import act_of
from sanctions.admin.choosing import ChoosingMixin, SearchMixin
from sanctions.admin.editorial.bulk import BulkPages
from sanctions.admin.editorial.document_forms import record_with_document
from sanctions.admin.editorial.dossier import dossier
from sanctions.admin.editorial.draft_merging import DraftMergePages
from sanctions.admin.editorial.opened_version import Opened
from sanctions.admin.editorial.presence import PresencePages
from sanctions.admin.editorial.proposing import RecordFormPages
from sanctions.admin.editorial.record_page import MovePages
from sanctions.admin.editorial.reviews import ReviewPages
from sanctions.admin.editorial.versions import VersionPages
from sanctions.admin.forms import PartFormSet, RecordForm
from sanctions.admin.incoming.sheets import SheetPages
from sanctions.admin.labels import lean, named
from sanctions.admin.pages import RecordPages
from sanctions.admin.record_actions import RecordActions
from sanctions.admin.refusals import reasons
from sanctions.admin.standings import COLOURS, STATE_COLOURS, coloured, standings_on
from sanctions.editorial import moves, reviews
from sanctions.editorial.permissions import may_delete, may_edit, may_propose
from sanctions.exceptions import InvalidDocument, MoveRefused
from sanctions.models import SUBJECT_OF, Record
from sanctions.models.log import LONGEST_REASON
from sanctions.projections.urls import record_url
from sanctions.records.encode import encode
from sanctions.records.registry import type_of
from sanctions.records.validate import validate
from sanctions.vocabulary import State

#: The fields that every record has besides its own.
REMARKS = ("Remarks", {"fields": ("note", "absences")})


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


class RecordAdmin(RecordActions, ChoosingMixin, SearchMixin, ModelAdmin):
    """The list of the records of one noun, and the form of each with its parts in tabs."""

    #: What there is besides Django's own pages. Each adds its addresses, and what the templates around the form need.
    page_classes: ClassVar[tuple[type[RecordPages], ...]] = (
        DraftMergePages,
        PresencePages,
        ReviewPages,
        VersionPages,
        MovePages,
        BulkPages,
        SheetPages,
    )

    form = RecordForm
    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = True
    show_facets = ShowFacets.NEVER
    warn_unsaved_form = True
    compressed_fields = True
    change_form_outer_before_template = "admin/sanctions/dossier.html"
    change_form_before_template = "admin/sanctions/opened.html"
    change_form_after_template = "admin/sanctions/proposing.html"
    delete_confirmation_template = "admin/sanctions/delete.html"
    delete_selected_confirmation_template = "admin/sanctions/delete_selected.html"
    #: Foreign keys that the list shows.
    list_related: ClassVar[tuple[str, ...]] = ()

    def __init__(self, model: type[Record], admin_site: Any) -> None:
        super().__init__(model, admin_site)
        self.pages = {page_class: page_class(self) for page_class in self.page_classes}
        self.form_pages = RecordFormPages(self)

    def get_urls(self) -> list[URLPattern]:
        """Put our addresses before Django's, the last of which takes every path."""
        return [*(url for pages in self.pages.values() for url in pages.urls()), *super().get_urls()]

    # --- Lists

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[Any]:
        """Read records with what the list shows, and without their stored responses."""
        return lean(super().get_queryset(request), *self.list_related)

    def get_search_results(
        self, request: HttpRequest, queryset: models.QuerySet[Any], search_term: str
    ) -> tuple[models.QuerySet[Any], bool]:
        """Do not offer a record that was merged into another: other records refer to the one that was kept."""
        if request.path == reverse(f"{self.admin_site.name}:autocomplete"):
            queryset = queryset.exclude(state=State.MERGED)
        results: tuple[models.QuerySet[Any], bool] = super().get_search_results(request, queryset, search_term)
        return results

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

    def get_bare_object(self, request: HttpRequest, object_id: str) -> Record | None:
        """Read a record's own row only."""
        record: Record | None = super().get_object(request, object_id)
        return record

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Record | None:
        """Read a record with the rows it names; with the values of the document that its form is to show, if any."""
        record: Record | None = super().get_object(request, object_id, from_field)
        if record is None:
            return None
        document = getattr(request, "form_document", None)
        if document is not None:
            try:
                return record_with_document(record, document)
            except MoveRefused as refusal:
                messages.error(request, str(refusal))
        named_rows = (
            models.Prefetch(field.name, queryset=named(field.remote_field.model))
            for field in self.model._meta.many_to_many
        )
        models.prefetch_related_objects([record], *named_rows)
        return record

    def get_formset_kwargs(self, request: HttpRequest, obj: Any, inline: Any, prefix: str) -> dict[str, Any]:
        """Show the rows of the document that the form shows, if it shows one."""
        kwargs: dict[str, Any] = super().get_formset_kwargs(request, obj, inline, prefix)
        rows = getattr(obj, "document_rows", None)
        return kwargs if rows is None else {**kwargs, "document_rows": rows[prefix]}

    def submitted_forms(self, request: HttpRequest, record: Record) -> tuple[RecordForm, list[PartFormSet]]:
        """Return the submitted forms of a record and of its rows, as Django's own view makes them."""
        fields = flatten_fieldsets(self.get_fieldsets(request, record))
        form = self.get_form(request, record, change=True, fields=fields)(request.POST, request.FILES, instance=record)
        formsets, _ = self._create_formsets(request, form.instance, change=True)
        return form, formsets

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
        """Show the dossier, the review and other users above the form."""
        if obj is not None and obj.pk is not None:
            for pages in self.pages.values():
                context |= pages.form_context(request, obj)
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
        """Save everything or nothing. After a refusal the form is shown again as it was typed, with the reasons."""
        own_view: Callable[..., HttpResponse] = super().changeform_view

        def show(context: dict[str, Any]) -> HttpResponse:
            return own_view(request, object_id, form_url, context)

        def answer() -> HttpResponse:
            context = dict(extra_context or {})
            return show(context) if object_id is None else self.form_pages.form_view(request, object_id, context, show)

        try:
            return answer()
        except (MoveRefused, InvalidDocument, IntegrityError, DataError) as error:
            request.refusals = reasons(error)  # type: ignore[attr-defined]
        return answer()

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """Save a draft, if it is still the version from which the form was opened."""
        opened: Opened | None = getattr(request, "opened", None)
        if change and opened is not None:
            moves.lock_unchanged(obj, timezone.now(), opened.fingerprint)
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Save the rows of a draft, validate its document, and log the move."""
        super().save_related(request, form, formsets, change)
        record, record_type = form.instance, type_of(form.instance)
        if problems := validate(record_type, encode(record_type, record.pk)):
            raise InvalidDocument(problems)
        moves.record_saved(record, act_of(request, ""))
        former_slug = form.initial.get("slug")
        if change and former_slug and former_slug != record.slug:
            reviews.move_to_slug(record_type.name, former_slug, record.slug)

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
        """Apply the action to all chosen records, or to none, and show why."""
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
            messages.error(request, "It was not deleted: another record refers to it. Remove the reference first.")
            return HttpResponseRedirect(request.path)
        return response
