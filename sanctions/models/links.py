"""The results of checking the links of sources."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q

from sanctions.models.fields import LineField, LinkField
from sanctions.models.sources import Source
from sanctions.vocabulary import State


class LinkCheckQuerySet(models.QuerySet["LinkCheck"]):
    """Results of link checks."""

    def of_current_links(self) -> Self:
        """Keep results of links that their sources still have; retracted sources are left out."""
        linked = Q(url=F("source__url")) | Q(url=F("source__archived_url"))
        return self.filter(linked).exclude(source__state=State.RETRACTED)

    def broken(self) -> Self:
        """Keep results of links whose last check failed."""
        return self.filter(failures__gt=0)


class LinkCheck(models.Model):
    """The last result of checking one link of a source. Derived: ``manage.py check_links --online`` writes it."""

    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="link_checks", help_text="The source that has the link."
    )
    url = LinkField(max_length=2000, help_text="The link as it was requested.")
    checked_at = models.DateTimeField(help_text="When it was requested.")
    status = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="HTTP status of the response; empty if there was none."
    )
    final_url = LineField(
        max_length=2000, blank=True, default="", help_text="Address after redirects; empty if there were none."
    )
    error = LineField(max_length=300, blank=True, default="", help_text="Why it counts as broken, in words.")
    failures = models.PositiveIntegerField(default=0, help_text="How many checks in a row failed.")

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["source", "url"],
                name="linkcheck_once",
                violation_error_message="Only the last result of each link is stored.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.url}: {self.error or self.status}"
