"""What is searched: the words of every public record, derived from its rendering."""

from __future__ import annotations

from django.db import models

from sanctions.models.fields import LineField, ProseField, SlugField, validate_text


class SearchEntry(models.Model):
    """What a public record or served part is found by. Derived: ``manage.py render`` makes it again.

    :func:`sanctions.projections.plain_words.words` makes the words. The engines' indexes
    (:mod:`sanctions.database.search_indexes`) cover these two columns.
    """

    noun = SlugField(max_length=20, unique=False, help_text="Noun of the record, such as order.")
    slug = SlugField(unique=False, help_text="Slug of the record.")
    names = models.JSONField(help_text="Its names as they are written, the first one its title.")
    identifiers = models.JSONField(blank=True, default=list, help_text="Its identifiers as they are written.")
    texts = models.JSONField(blank=True, default=list, help_text="Everything else that it says, as it is written.")
    name_words = ProseField(
        max_length=None,
        blank=True,
        default="",
        help_text="The words of its names in order, a 0 between two names; then skeletons and identifiers, marked.",
    )
    text_words = ProseField(
        max_length=None, blank=True, default="", help_text="The words of everything else, in order."
    )

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        verbose_name_plural = "search entries"
        constraints = [
            models.UniqueConstraint(
                fields=["noun", "slug"],
                name="searchentry_once",
                violation_error_message="A record is found by one entry.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.noun} {self.slug}"


class SearchWord(models.Model):
    """A word of names, which a misspelt one is compared with. Words that no name has any more find nothing."""

    word = LineField(max_length=60, unique=True, help_text="The word, in Latin letters.")
    padded = models.CharField(
        max_length=63,
        validators=[validate_text],
        help_text="The word between spaces, of which trigrams are made: so the beginning and the end of a word count.",
    )

    class Meta:
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.word
