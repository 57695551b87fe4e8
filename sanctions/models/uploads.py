"""Uploaded files that are not imported yet; they are kept for a day at most."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, ClassVar, Final, Self

from django.conf import settings
from django.db import models

from sanctions.models.fields import LineField, SlugField

#: How long a file is kept.
KEPT: Final = timedelta(days=1)


class UploadQuerySet(models.QuerySet["Upload"]):
    """Uploads, and those that are too old."""

    def outdated(self, at: datetime) -> Self:
        """Keep those that were not imported within a day."""
        return self.filter(made_at__lt=at - KEPT)

    def get_by_natural_key(self, token: str) -> Upload:
        """Find an upload, for fixtures."""
        return self.get(token=token)


class Upload(models.Model):
    """A spreadsheet, or the packed files of a source, between its preview and its import.

    The import reads the files from here, not from the browser.
    """

    token = LineField(max_length=64, unique=True, help_text="Random text in the address of its preview.")
    record_type = SlugField(
        max_length=20, unique=False, help_text="Noun of its records, such as order, or name of the source."
    )
    name = LineField(max_length=255, help_text="Name of the uploaded file; for a source, the options of the import.")
    content: models.BinaryField[Any, Any] = models.BinaryField(help_text="The file.")
    account = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        help_text="Account of who uploaded it; no other user sees it.",
    )
    made_at = models.DateTimeField(db_index=True, help_text="When it was uploaded.")

    objects: ClassVar[models.Manager[Upload]] = UploadQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.name

    def natural_key(self) -> tuple[str]:
        """Return the token, by which fixtures name the upload."""
        return (self.token,)
