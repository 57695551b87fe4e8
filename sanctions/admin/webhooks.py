"""Webhooks in the admin: which changes are sent to which address, and the log of the messages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.contrib.admin import ShowFacets
from django.db.models import OuterRef, QuerySet, Subquery
from django.http import HttpRequest
from django.utils import timezone
from unfold.admin import ModelAdmin, TabularInline
from unfold.decorators import action, display
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from sanctions.accounts.permissions import may_change_webhooks
from sanctions.admin.choosing import ReadOnlyMixin, SearchMixin
from sanctions.links.form import refusal
from sanctions.models import Attempt, Delivery, Webhook
from sanctions.questions.feed import KINDS
from sanctions.records.registry import BY_NAME
from sanctions.webhooks import queue


class WebhookForm(forms.ModelForm):  # type: ignore[type-arg]
    """A webhook and its filters, which are those of the changes feed."""

    nouns = forms.MultipleChoiceField(
        choices=[(name, name) for name in BY_NAME],
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        label="Kinds of records",
        help_text=Webhook._meta.get_field("nouns").help_text,
    )
    words = forms.MultipleChoiceField(
        choices=[(word, word) for word in KINDS],
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        label="Kinds of changes",
        help_text=Webhook._meta.get_field("words").help_text,
    )

    class Meta:
        model = Webhook
        fields = ["name", "url", "nouns", "words", "documents"]
        labels = {"url": "Address"}
        widgets = {"url": UnfoldAdminTextInputWidget, "documents": UnfoldBooleanSwitchWidget}

    def clean_url(self) -> str:
        """Reject an address that is never called."""
        url: str = self.cleaned_data["url"]
        if complaint := refusal(url):
            raise forms.ValidationError(complaint)
        return url


@admin.register(Webhook)
class WebhookAdmin(SearchMixin, ModelAdmin):
    """Webhooks. The secret is shown to users who may change the webhook."""

    form = WebhookForm
    list_display = ("name", "url", "sent_changes", "after", "standing")
    search_fields = ("name", "url")
    actions = ("disable", "enable")
    show_facets = ShowFacets.NEVER

    def get_fieldsets(self, request: HttpRequest, obj: Webhook | None = None) -> list[tuple[str | None, Any]]:
        """Show the values that the server has set, once the webhook is saved."""
        given: list[tuple[str | None, Any]] = [(None, {"fields": ["name", "url", "nouns", "words", "documents"]})]
        if obj is None:
            return given
        seen = ["after", "created_at", "disabled_at", "disabled_because"]
        if self.has_change_permission(request, obj):
            seen.insert(0, "secret")
        return [*given, ("Set by the server", {"fields": seen})]

    def get_readonly_fields(self, request: HttpRequest, obj: Webhook | None = None) -> tuple[str, ...]:
        """Return the fields that only the server sets."""
        return ("secret", "after", "created_at", "disabled_at", "disabled_because")

    def save_model(self, request: HttpRequest, obj: Webhook, form: Any, change: bool) -> None:
        """Give a new webhook its secret, and send it changes from now on."""
        if not change:
            queue.begin(obj, timezone.now())
            messages.info(request, "The secret is on the page of the webhook. Changes are sent from now on.")
        super().save_model(request, obj, form, change)

    @display(description="Sent changes")
    def sent_changes(self, webhook: Webhook) -> str:
        """Return which changes are sent, in a line."""
        return f"{', '.join(webhook.nouns) or 'every record'}: {', '.join(webhook.words) or 'every change'}"

    @display(description="State", ordering="disabled_at")
    def standing(self, webhook: Webhook) -> str:
        """Return whether changes are sent."""
        return "disabled" if webhook.disabled_at else "enabled"

    @action(description="Disable", permissions=["change"])
    def disable(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        """Stop sending. Changes are kept, and sent when the webhook is enabled again."""
        because = f"{request.user.get_username()} disabled it."
        messages.success(request, f"{queue.disable(queryset, because, timezone.now())} disabled.")

    @action(description="Enable", permissions=["change"])
    def enable(self, request: HttpRequest, queryset: QuerySet[Webhook]) -> None:
        """Send changes again, including those that were made while the webhook was disabled."""
        messages.success(request, f"{queue.enable(queryset)} enabled.")


class AttemptInline(ReadOnlyMixin, TabularInline):
    """Each time that a message was sent."""

    model = Attempt
    extra = 0
    can_delete = False
    fields = ("at", "status", "error", "milliseconds")
    readonly_fields = fields


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyMixin, SearchMixin, ModelAdmin):
    """The messages that were sent, and their answers; the newest first."""

    list_display = ("sequence", "webhook", "standing", "attempts", "last_answer", "created_at", "due_at")
    list_filter = ("webhook",)
    list_select_related = ("webhook",)
    list_per_page = 100
    ordering = ("-pk",)
    search_fields = ("identifier",)
    search_help_text = "Identifier of the message"
    show_facets = ShowFacets.NEVER
    show_full_result_count = False
    inlines = (AttemptInline,)
    actions = ("send_again",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Delivery]:
        """Read the last answer to each message, too."""
        last = Attempt.objects.filter(delivery=OuterRef("pk")).order_by("-pk")
        deliveries: QuerySet[Delivery] = super().get_queryset(request)
        return deliveries.annotate(
            last_status=Subquery(last.values("status")[:1]), last_error=Subquery(last.values("error")[:1])
        )

    def has_send_permission(self, request: HttpRequest) -> bool:
        """Return whether the user may change webhooks, and so send messages again."""
        return may_change_webhooks(request.user)

    @display(description="State")
    def standing(self, delivery: Delivery) -> str:
        """Return whether the message arrived, waits or is given up."""
        if delivery.delivered_at:
            return "arrived"
        return "waits" if delivery.due_at else "given up"

    @display(description="Last answer")
    def last_answer(self, delivery: Any) -> str:
        """Return the answer or the error of the last attempt."""
        return delivery.last_error or (str(delivery.last_status) if delivery.last_status else "")

    @action(description="Send again", permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: QuerySet[Delivery]) -> None:
        """Put messages in the queue again; they keep their identifiers."""
        messages.success(request, f"{queue.send_again(queryset, timezone.now())} in the queue again.")
