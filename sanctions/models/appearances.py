"""Who appears in which public event, together with the columns that events are filtered and ordered by."""

from __future__ import annotations

from django.db import models

from sanctions.models.actors import Actor
from sanctions.models.events import Event
from sanctions.models.fields import LineField, SlugField


class Appearance(models.Model):
    """An actor in a public event; one row per pair. Derived: ``manage.py render`` rebuilds it.

    No index spans two tables. Without this table, a query for the newest events of one actor would read all events of
    that actor, which may be very many; here one index has them in order.
    """

    event = models.ForeignKey(Event, on_delete=models.CASCADE, related_name="appearances", help_text="The event.")
    actor = models.ForeignKey(Actor, on_delete=models.CASCADE, related_name="appearances", help_text="Who took part.")
    kind = LineField(max_length=30, help_text="Kind of the event.")
    slug = SlugField(unique=False, db_index=False, help_text="Slug of the event.")
    happened_earliest = models.DateField(
        null=True, blank=True, help_text="First day that the date of the event may mean."
    )
    happened_latest = models.DateField(null=True, blank=True, help_text="Last day that the date of the event may mean.")

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["event", "actor"],
                name="appearance_once",
                violation_error_message="The actor appears in the event already.",
            )
        ]
        indexes = [
            models.Index(fields=["actor", "kind", "happened_latest", "slug"], name="appearance_kind_happened"),
            models.Index(fields=["actor", "happened_latest", "slug"], name="appearance_happened"),
        ]

    def __str__(self) -> str:
        return f"{self.actor} in {self.event}"
