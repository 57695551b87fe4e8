"""Duplicates: pairs of records that look alike, decisions about them, and merges."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar, Final, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from sanctions.models.constraints import one_of
from sanctions.models.fields import LineField, ProseField, SlugField, validate_text
from sanctions.models.log import LONGEST_REASON
from sanctions.vocabulary import Sameness, State

#: The score of two records that share an identifier.
CERTAIN: Final = 100


class LikenessQuerySet(models.QuerySet["Likeness"]):
    """Pairs of records."""

    def of(self, record_type: str, one: str, other: str) -> Self:
        """Keep the pair of the two slugs, in any order."""
        first, second = sorted((one, other))
        return self.filter(record_type=record_type, first=first, second=second)

    def get_by_natural_key(self, record_type: str, first: str, second: str) -> Likeness:
        """Find a pair, for fixtures."""
        return self.get(record_type=record_type, first=first, second=second)


class Likeness(models.Model):
    """Two records of one noun that may be the same thing. A machine suggests it, a person decides it.

    The slug that comes first in the alphabet is ``first``, so that each pair is stored once.
    """

    record_type = SlugField(max_length=20, unique=False, help_text="Noun of both records, such as actor.")
    first = SlugField(unique=False, help_text="The slug that comes first in the alphabet.")
    second = SlugField(unique=False, db_index=True, help_text="The other slug.")
    score = models.PositiveSmallIntegerField(
        help_text="How alike they are, 0 to 100; 100 if they share an identifier or a name."
    )
    why = ProseField(blank=True, default="", help_text="What they share: similar names, or an identifier.")
    decision = models.CharField(
        max_length=12,
        choices=Sameness.choices,
        default=Sameness.UNDECIDED,
        db_index=True,
        help_text="What a person decided.",
    )
    reason = ProseField(max_length=LONGEST_REASON, blank=True, default="", help_text="Why it was decided so.")
    decider = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        editable=False,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Account of who decided it.",
    )
    by = LineField(max_length=150, blank=True, default="", help_text="Name of who decided it.")
    at = models.DateTimeField(null=True, blank=True, help_text="When it was decided.")

    objects: ClassVar[models.Manager[Likeness]] = LikenessQuerySet.as_manager()

    class Meta:
        ordering = ["-score", "record_type", "first", "second"]
        default_permissions = ("view",)
        verbose_name = "pair of records alike"
        verbose_name_plural = "duplicates"
        constraints = [
            one_of("decision", Sameness.values, name="likeness_decision_valid"),
            models.UniqueConstraint(
                fields=["record_type", "first", "second"],
                name="likeness_once",
                violation_error_message="This pair of records is stored already.",
            ),
            models.CheckConstraint(
                # The order of the slugs is not a constraint, because databases differ in how they sort text.
                condition=~Q(first=F("second")),
                name="likeness_of_two",
                violation_error_message="A pair has two records.",
            ),
            models.CheckConstraint(
                condition=Q(score__lte=CERTAIN),
                name="likeness_score",
                violation_error_message="A score is 0 to 100.",
            ),
        ]
        indexes = [models.Index(fields=["decision", "-score"], name="likeness_decision_score")]

    def __str__(self) -> str:
        return f"{self.record_type} {self.first} and {self.second}"

    def natural_key(self) -> tuple[str, str, str]:
        """Return the noun and the slugs, by which fixtures name the pair."""
        return (self.record_type, self.first, self.second)


class RedirectQuerySet(models.QuerySet["Redirect"]):
    """Merges, and those in effect."""

    def in_effect(self, instant: datetime | None = None) -> Self:
        """Keep those that are not undone, now or by an instant."""
        if instant is None:
            return self.filter(undone_at__isnull=True)
        return self.filter(Q(undone_at__isnull=True) | Q(undone_at__gt=instant), at__lte=instant)

    def get_by_natural_key(self, number: int) -> Redirect:
        """Find a merge, for fixtures."""
        return self.get(number=number)


class Redirect(models.Model):
    """One merge: requests for the old slug are redirected to the new one, until the merge is undone.

    People are named by text, so that the row outlives their accounts.
    """

    number = models.PositiveBigIntegerField(unique=True, help_text="Number among all merges, from 1.")
    record_type = SlugField(max_length=20, unique=False, help_text="Noun of both records, such as actor.")
    old = SlugField(unique=False, help_text="Slug of the record that was merged into the other.")
    new = SlugField(unique=False, db_index=True, help_text="Slug of the record that was kept.")
    public = models.BooleanField(help_text="Whether the old record was public: only then is its address redirected.")
    by = LineField(max_length=150, help_text="Name of who merged them.")
    at = models.DateTimeField(help_text="When they were merged.")
    reason = ProseField(max_length=LONGEST_REASON, help_text="Why they are the same; public.")
    undone_by = LineField(max_length=150, blank=True, default="", help_text="Name of who undid it.")
    undone_at = models.DateTimeField(
        null=True, blank=True, help_text="When it was undone; empty while the merge is in effect."
    )
    undone_reason = ProseField(max_length=LONGEST_REASON, blank=True, default="", help_text="Why it was undone.")

    objects: ClassVar[models.Manager[Redirect]] = RedirectQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        default_permissions = ("view",)
        verbose_name = "merge"
        constraints = [
            models.UniqueConstraint(
                fields=["record_type", "old"],
                condition=Q(undone_at__isnull=True),
                name="redirect_one_standing",
                violation_error_message="The record is merged into another already.",
            ),
            models.CheckConstraint(
                condition=~Q(old=F("new")),
                name="redirect_not_to_itself",
                violation_error_message="A record is not merged into itself.",
            ),
        ]

    def __str__(self) -> str:
        return f"merge {self.number}: {self.record_type} {self.old} into {self.new}"

    def natural_key(self) -> tuple[int]:
        """Return the number, by which fixtures name the merge."""
        return (self.number,)


class Touched(models.Model):
    """A record that a merge changed, with its document before and after, so that the merge can be undone."""

    redirect = models.ForeignKey(
        Redirect, on_delete=models.CASCADE, related_name="touched", help_text="The merge that changed it."
    )
    record_type = SlugField(max_length=20, unique=False, help_text="Noun of the record, such as event.")
    slug = SlugField(unique=False, help_text="Slug of the record.")
    state = models.CharField(max_length=12, choices=State.choices, help_text="Its editorial state before the merge.")
    before = models.TextField(validators=[validate_text], help_text="Its document before, in canonical JSON.")
    after = models.TextField(validators=[validate_text], help_text="Its document after, in canonical JSON.")

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        constraints = [
            one_of("state", State.values, name="touched_state_valid"),
            models.UniqueConstraint(
                fields=["redirect", "record_type", "slug"],
                name="touched_once",
                violation_error_message="A merge changes each record once.",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_type} {self.slug} in {self.redirect_id}"
