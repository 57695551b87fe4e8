"""Who appears in which public event, beside what events are asked for by most."""

from __future__ import annotations

from django.db import models

from sanctions.models.actors import Actor
from sanctions.models.events import Event
from sanctions.models.fields import LineField, SlugField


class Appearance(models.Model):
    """An actor's part in a public event, once for each of the two. Derived: ``manage.py render`` makes it again.

    An index of one table cannot order what a condition on another finds: of an actor in very many events the newest of
    a kind would be sought among all of them. Here they stand in order.
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
