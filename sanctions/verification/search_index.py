"""The check of the search index: its entries and words must be those of the stored renderings."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import orjson
from django.db import DatabaseError, connection, transaction

from sanctions.database.search_indexes import ENTRIES_FTS, WORDS_FTS
from sanctions.models import Rendered, SearchEntry, SearchWord
from sanctions.projections.plain_words import words
from sanctions.projections.renderings import served
from sanctions.projections.search_entries import COLUMNS, make_entry
from sanctions.records.encode import chunks
from sanctions.verification.mismatches import Mismatch, Progress, format_value, ignore_progress


def verify_search_index(progress: Progress = ignore_progress) -> Iterator[Mismatch]:
    """Yield entries and words that are missing, left over, or differ from those of the stored rendering."""
    nouns = []
    for model in served():
        noun = str(model._meta.model_name)
        nouns.append(noun)
        for slugs in chunks(model._default_manager.order_by("slug").values_list("slug", flat=True).iterator()):
            yield from _verify_entries(model, noun, slugs)
            progress(len(slugs))
        entries = SearchEntry.objects.filter(noun=noun)
        orphans = entries.exclude(slug__in=model._default_manager.order_by().values("slug"))
        for slug in orphans.order_by("slug").values_list("slug", flat=True):
            yield Mismatch(f"{noun} {slug}", "it is in the search index, but does not exist.")
    unknown = SearchEntry.objects.exclude(noun__in=nouns).order_by("noun", "slug")
    for noun, slug in unknown.values_list("noun", "slug"):
        yield Mismatch(f"{noun} {slug}", f"it is in the search index, but {noun!r} is not a type of record.")
    if connection.vendor == "sqlite":
        yield from _verify_fts_tables()


def _verify_entries(model: type[Rendered], noun: str, slugs: Sequence[str]) -> Iterator[Mismatch]:
    renderings = dict(model._default_manager.filter(slug__in=slugs).values_list("slug", "rendering"))
    entries = {entry.slug: entry for entry in SearchEntry.objects.filter(noun=noun, slug__in=slugs)}
    places_by_word: dict[str, str] = {}
    for slug in slugs:
        where, stored = f"{noun} {slug}", entries.get(slug)
        if not renderings[slug]:
            if stored is not None:
                yield Mismatch(where, "it is in the search index, but not public.")
            continue
        try:
            expected = make_entry(noun, orjson.loads(renderings[slug]))
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError):
            # The rendering itself is damaged, which the check of renderings reports.
            continue
        if stored is None:
            yield Mismatch(where, "it is public, but missing from the search index.")
            continue
        yield from _compare_entries(where, stored, expected)
        places_by_word.update((word, where) for name in expected.names for word in words(name) if not word.isdigit())
    yield from _verify_words(places_by_word)


def _compare_entries(where: str, stored: SearchEntry, expected: SearchEntry) -> Iterator[Mismatch]:
    for column in COLUMNS:
        has, should = getattr(stored, column), getattr(expected, column)
        if has != should:
            yield Mismatch(
                f"{where}, search {column}", f"the entry has {format_value(has)} instead of {format_value(should)}."
            )


def _verify_words(places_by_word: dict[str, str]) -> Iterator[Mismatch]:
    known: set[str] = set()
    for some in chunks(sorted(places_by_word)):
        padded = [f"  {word} " for word in some]
        rows = SearchWord.objects.filter(word__in=some, padded__in=padded)
        known.update(rows.values_list("word", flat=True))
    for word in sorted(places_by_word.keys() - known):
        yield Mismatch(places_by_word[word], f"its word {word!r} is missing from the words used to correct spelling.")


def _verify_fts_tables() -> Iterator[Mismatch]:
    for index in (ENTRIES_FTS, WORDS_FTS):
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                # Rank 1 compares the index with its table as well (SQLite, FTS5, 6.5).
                cursor.execute(f"INSERT INTO {index}({index}, rank) VALUES ('integrity-check', 1)")  # noqa: S608 - names
        except DatabaseError:
            yield Mismatch(index, "the index does not match its table. Rebuild it with manage.py render.")
