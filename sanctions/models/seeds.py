"""The last version of each record in the seeds."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models

from sanctions.models.constraints import one_of
from sanctions.models.fields import LineField, SlugField, validate_text
from sanctions.vocabulary import State

#: The states that a seed can have.
SEED_STATES: Final = (State.PUBLISHED, State.IN_REVIEW, State.DRAFT)


class SeedQuerySet(models.QuerySet["Seed"]):
    """Seeds, by their records."""

    def get_by_natural_key(self, record_type: str, slug: str) -> Seed:
        """Find a seed, for fixtures."""
        return self.get(record_type=record_type, slug=slug)


class Seed(models.Model):
    """The last version of one record in the seeds, whatever the record contains now.

    The next version in the seeds is compared with this, so that only changes to the seeds are applied.
    """

    record_type = SlugField(max_length=20, unique=False, help_text="Noun of the record, such as order.")
    slug = SlugField(unique=False, help_text="Slug of the record in the seeds.")
    state = models.CharField(max_length=12, choices=State.choices, help_text="Editorial state in the seeds.")
    digest = LineField(max_length=32, help_text="Digest of document and state, to recognise an unchanged seed quickly.")
    document = models.TextField(validators=[validate_text], help_text="The document in the seeds (JSON).")

    objects: ClassVar[models.Manager[Seed]] = SeedQuerySet.as_manager()

    class Meta:
        ordering = ["record_type", "slug"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["record_type", "slug"],
                name="seed_once",
                violation_error_message="The seeds have this record already.",
            ),
            one_of("state", SEED_STATES, name="seed_state_valid"),
        ]

    def __str__(self) -> str:
        return f"{self.record_type} {self.slug}"

    def natural_key(self) -> tuple[str, str]:
        """Return noun and slug, by which fixtures name the seed."""
        return (self.record_type, self.slug)
