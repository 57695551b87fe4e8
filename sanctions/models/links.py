"""What came of asking for the pages that sources link to."""

from __future__ import annotations

from typing import Self

from django.db import models
from django.db.models import F, Q

from sanctions.models.fields import LineField, LinkField
from sanctions.models.sources import Source
from sanctions.vocabulary import State


class LinkCheckQuerySet(models.QuerySet["LinkCheck"]):
    """Results, and those that tell of a link that is there and is broken."""

    def standing(self) -> Self:
        """Keep the results of links that their sources still have; what is retracted needs no link."""
        linked = Q(url=F("source__url")) | Q(url=F("source__archived_url"))
        return self.filter(linked).exclude(source__state=State.RETRACTED)

    def broken(self) -> Self:
        """Keep those that failed when they were last asked for."""
        return self.filter(failures__gt=0)


class LinkCheck(models.Model):
    """The last result of asking for one link of a source. Derived: ``manage.py check_links --online`` writes it."""

    source = models.ForeignKey(
        Source, on_delete=models.CASCADE, related_name="link_checks", help_text="The source that has the link."
    )
    url = LinkField(max_length=2000, help_text="The link as it was asked for.")
    checked_at = models.DateTimeField(help_text="When it was asked for.")
    status = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text="HTTP status of the answer; empty if none came."
    )
    final_url = LineField(
        max_length=2000, blank=True, default="", help_text="Where redirects have led; empty if there were none."
    )
    error = LineField(max_length=300, blank=True, default="", help_text="Why it counts as broken, in words.")
    failures = models.PositiveIntegerField(default=0, help_text="How many times in a row it was found broken.")

    objects = LinkCheckQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["source", "url"],
                name="linkcheck_once",
                violation_error_message="A link of a source has one result: the last.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.url}: {self.error or self.status}"
