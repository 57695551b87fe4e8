"""Agreements in the admin, with their commitments."""

from __future__ import annotations

from django.contrib import admin
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter, MultipleChoicesDropdownFilter

from sanctions.admin.base import REMARKS, RecordAdmin
from sanctions.admin.choosing import ChoiceAdmin
from sanctions.admin.filters import AgreementStandingFilter, PeriodFilter, SourcedFilter
from sanctions.admin.forms import SluggedPartForm
from sanctions.admin.parts import CitationInline, IdentifierInline, NameInline, PartCards
from sanctions.models import Agreement, AgreementName, Commitment


class CommitmentForm(SluggedPartForm):
    """A promise; its slug is made from its metric or paragraph."""

    slug_from = ("metric", "paragraph")


class CommitmentInline(PartCards):
    """What was promised."""

    model = Commitment
    form = CommitmentForm
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "text",
                    ("obligors", "verifier"),
                    ("paragraph", "slug"),
                    ("metric", "comparator"),
                    ("limit", "unit"),
                    ("equivalent_limit", "equivalent_unit"),
                    ("starts_on", "sunset_on"),
                    ("duration", "in_return_for"),
                    "note",
                )
            },
        ),
    )


class AgreementNameInline(NameInline):
    """Short titles and acronyms."""

    model = AgreementName


@admin.register(Agreement)
class AgreementAdmin(RecordAdmin):
    """Treaties, plans of action, understandings."""

    list_display = ("title", "kind", "dated", "standing_today", "editorial_state")
    list_filter = (
        AgreementStandingFilter,
        ("effects__party", AutocompleteSelectFilter),
        ("kind", MultipleChoicesDropdownFilter),
        ("dated_on", PeriodFilter),
        ("state", ChoicesDropdownFilter),
        SourcedFilter,
    )
    date_hierarchy = "dated_on"
    search_fields = ("title", "slug", "names__text", "identifiers__value")
    search_help_text = "Title, short title, identifier or slug"
    prepopulated_fields = {"slug": ("title",)}
    fieldsets = ((None, {"fields": ("title", ("slug", "kind"), "summary")}), REMARKS)
    inlines = (CommitmentInline, AgreementNameInline, IdentifierInline, CitationInline)


@admin.register(Commitment)
class CommitmentChoice(ChoiceAdmin):
    """Commitments, to be chosen as the subject of effects, positions and violations."""

    record = "agreement"
    search_fields = ("slug", "text", "metric", "paragraph", "agreement__title")
    ordering = ("slug",)
