"""Actors in the admin, with their names, offices and relationships."""

from __future__ import annotations

from django.contrib import admin
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter, MultipleChoicesDropdownFilter

from sanctions.admin.base import REMARKS, RecordAdmin
from sanctions.admin.choosing import ChoiceAdmin
from sanctions.admin.filters import SourcedFilter
from sanctions.admin.forms import SluggedPartForm
from sanctions.admin.parts import CitationInline, IdentifierInline, NameInline, PartCards, PartTable
from sanctions.models import Actor, ActorName, Particular, Relationship, Tenure


class ActorNameInline(NameInline):
    """Aliases, former and native names."""

    model = ActorName


class TenureForm(SluggedPartForm):
    """An office held; its slug is made from the title."""

    slug_from = ("title",)


class TenureInline(PartCards):
    """Offices that the actor held."""

    model = Tenure
    form = TenureForm
    verbose_name = "office"
    verbose_name_plural = "offices"
    fieldsets = ((None, {"fields": (("title", "rank"), ("body", "slug"), ("held_from", "held_until"), "note")}),)


class ParticularInline(PartTable):
    """Dates and places of birth, addresses, and other details from lists."""

    model = Particular
    fields = ("kind", "text", "dated_on", "country", "note")


class RelationshipInline(PartTable):
    """What the actor is to others."""

    model = Relationship
    fields = ("kind", "to", "held_from", "held_until", "note")


@admin.register(Actor)
class ActorAdmin(RecordAdmin):
    """Who acts and is acted upon."""

    list_display = ("name", "kind", "slug", "editorial_state")
    list_filter = (
        ("kind", MultipleChoicesDropdownFilter),
        ("designations__program", AutocompleteSelectFilter),
        ("state", ChoicesDropdownFilter),
        SourcedFilter,
    )
    search_fields = ("name", "slug", "names__text", "identifiers__value")
    search_help_text = "Name, alias, identifier or slug"
    prepopulated_fields = {"slug": ("name",)}
    fieldsets = ((None, {"fields": ("name", "slug", "kind", "summary")}), REMARKS)
    inlines = (
        ActorNameInline,
        IdentifierInline,
        ParticularInline,
        TenureInline,
        RelationshipInline,
        CitationInline,
    )


@admin.register(Tenure)
class TenureChoice(ChoiceAdmin):
    """Offices, to be chosen as the capacity in which a person took part."""

    record = "actor"
    search_fields = ("title", "slug", "actor__name", "actor__names__text", "body__name")
    ordering = ("actor__name", "-from_latest", "pk")
