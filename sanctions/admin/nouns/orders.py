"""Orders in the admin, with their measures, directives and relations."""

from __future__ import annotations

from django.contrib import admin
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import AutocompleteSelectFilter, ChoicesDropdownFilter, MultipleChoicesDropdownFilter

from sanctions.admin.base import REMARKS, RecordAdmin
from sanctions.admin.choosing import ChoiceAdmin
from sanctions.admin.fields import CodesField
from sanctions.admin.filters import OrderStandingFilter, PeriodFilter, SourcedFilter, TopicFilter
from sanctions.admin.forms import RecordForm, SluggedPartForm
from sanctions.admin.parts import CitationInline, IdentifierInline, NameInline, PartCards, PartTable
from sanctions.models import Directive, Measure, Order, OrderName, Relation
from sanctions.vocabulary import Sector, Topic


class OrderForm(RecordForm):
    """An order with its topics."""

    topics = CodesField(Topic, relation="topics", column="topic", help_text="What it is about.")


class MeasureForm(SluggedPartForm):
    """A measure with its sectors; its slug is made from its title or kind."""

    slug_from = ("title", "kind")
    sectors = CodesField(Sector, relation="sectors", column="sector", help_text="The sectors it reaches.")


class MeasureInline(PartCards):
    """What the order imposes or gives back."""

    model = Measure
    form = MeasureForm
    fieldsets = (
        (
            None,
            {
                "fields": (
                    ("kind", "direction"),
                    ("title", "section"),
                    ("sectors", "targets"),
                    ("territories", "slug"),
                    "scope",
                    "exemptions",
                )
            },
        ),
    )

    def sectors(self, measure: Measure) -> str:
        """Show the sectors to those who may only read."""
        return ", ".join(str(row) for row in measure.sectors.all())


class DirectiveInline(PartCards):
    """What the order directs an addressee to do."""

    model = Directive
    fieldsets = ((None, {"fields": (("addressee", "section"), "text", "due_on")}),)


class RelationInline(PartTable):
    """What the order is to other instruments by its own text."""

    model = Relation
    fields = ("kind", "to_order", "to_agreement", "in_part", "note")


class OrderNameInline(NameInline):
    """Short titles."""

    model = OrderName


@admin.register(Order)
class OrderAdmin(RecordAdmin):
    """The legal instruments."""

    form = OrderForm
    list_display = ("slug", "title", "kind", "issuer", "dated", "standing_today", "editorial_state")
    list_related = ("issuer",)
    list_filter = (
        OrderStandingFilter,
        ("programs", AutocompleteSelectFilter),
        ("issuer", AutocompleteSelectFilter),
        ("kind", MultipleChoicesDropdownFilter),
        TopicFilter,
        ("measures__targets", AutocompleteSelectFilter),
        ("dated_on", PeriodFilter),
        ("state", ChoicesDropdownFilter),
        SourcedFilter,
    )
    date_hierarchy = "dated_on"
    search_fields = ("slug", "title", "names__text", "identifiers__value")
    search_help_text = "Title, short title, identifier or slug"
    prepopulated_fields = {"slug": ("title",)}
    fieldsets = (
        (
            None,
            {
                "fields": (
                    "title",
                    ("slug", "kind"),
                    ("issuer", "signatory"),
                    ("geographic_scope", "topics"),
                    "programs",
                    "summary",
                )
            },
        ),
        REMARKS,
    )
    inlines = (MeasureInline, DirectiveInline, OrderNameInline, IdentifierInline, RelationInline, CitationInline)

    def topics(self, order: Order) -> str | SafeString:
        """Show the topics to those who may only read."""
        return ", ".join(str(row) for row in order.topics.all())


@admin.register(Measure)
class MeasureChoice(ChoiceAdmin):
    """Measures, to be chosen as the subject of effects and positions."""

    record = "order"
    search_fields = ("slug", "title", "kind", "order__title")
    ordering = ("slug",)
