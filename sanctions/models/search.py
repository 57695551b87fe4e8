"""Search entries: the words of every public record, derived from its rendering."""

from __future__ import annotations

from django.db import models

from sanctions.models.fields import LineField, ProseField, SlugField, validate_text


class SearchEntry(models.Model):
    """The texts by which a public record or a served part is found. Derived: ``manage.py render`` rebuilds it.

    :func:`sanctions.projections.plain_words.words` splits texts into words. The search indexes of the databases
    (:mod:`sanctions.database.search_indexes`) cover the two columns of words.
    """

    noun = SlugField(max_length=20, unique=False, help_text="Noun of the record, such as order.")
    slug = SlugField(unique=False, help_text="Slug of the record.")
    names = models.JSONField(help_text="Its names as they are written; the first is its title.")
    identifiers = models.JSONField(blank=True, default=list, help_text="Its identifiers as they are written.")
    texts = models.JSONField(blank=True, default=list, help_text="All its other texts, as they are written.")
    name_words = ProseField(
        max_length=None,
        blank=True,
        default="",
        help_text="The words of its names in order, a 0 between two names; then skeletons and identifiers, marked.",
    )
    text_words = ProseField(
        max_length=None, blank=True, default="", help_text="The words of the other texts, in order."
    )

    class Meta:
        ordering = ["pk"]
        default_permissions = ()
        verbose_name_plural = "search entries"
        constraints = [
            models.UniqueConstraint(
                fields=["noun", "slug"],
                name="searchentry_once",
                violation_error_message="A record has one search entry.",
            )
        ]

    def __str__(self) -> str:
        return f"{self.noun} {self.slug}"


class SearchWord(models.Model):
    """A word that occurs in names, to compare misspelt words with. It may remain after its last name has changed."""

    word = LineField(max_length=60, unique=True, help_text="The word, in Latin letters.")
    padded = models.CharField(
        max_length=63,
        validators=[validate_text],
        help_text="The word between spaces, for trigrams that include its beginning and end.",
    )

    class Meta:
        ordering = ["pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return self.word
