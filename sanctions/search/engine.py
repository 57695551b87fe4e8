"""What the databases do of a search: find the entries that can be meant, and words that are spelt like another.

PostgreSQL asks its full-text index and trigrams (``tsvector``, ``pg_trgm``), SQLite its FTS5 tables; both are asked the
same. Which of the entries come first is not theirs to say (:mod:`sanctions.search.ranking`).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from django.db import connection

from sanctions.database.search_indexes import ENTRIES, ENTRIES_FTS, VECTOR, WORDS, WORDS_FTS
from sanctions.models import SearchEntry


@dataclass(frozen=True, slots=True)
class Either:
    """Words of which one must be there: as they are, as beginnings, or in a row."""

    whole: tuple[str, ...] = ()
    beginnings: tuple[str, ...] = ()
    rows: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class Sought:
    """What an entry must have: one of each of ``every``, or else one of ``any_of``, which are identifiers."""

    every: tuple[Either, ...]
    any_of: tuple[str, ...] = ()


class Engine(Protocol):
    """What a database can be asked."""

    def found(self, sought: Sought, nouns: Collection[str], most: int, *, names_only: bool) -> list[int]:
        """Return the primary keys of entries of the nouns that have what is sought, lowest first, at most so many.

        With ``names_only`` it must stand in their names and identifiers.
        """

    def like(self, word: str, most: int) -> list[str]:
        """Return words of names that share the most trigrams with a word, at most so many."""


class PostgreSQL:
    """Asks ``tsvector`` and ``pg_trgm``."""

    def found(self, sought: Sought, nouns: Collection[str], most: int, *, names_only: bool) -> list[int]:
        """See :meth:`Engine.found`."""
        weight = "A" if names_only else ""
        every = " & ".join(_in_brackets(_lexemes(either, weight)) for either in sought.every)
        any_of = [_lexeme(word, weight) for word in sought.any_of]
        query = " | ".join([*([_in_brackets([every])] if every else []), *any_of])
        # The innermost has no order: an index finds the first of many sooner than it sorts them all.
        statement = (
            f"SELECT id FROM (SELECT id FROM {ENTRIES} WHERE {VECTOR} @@ to_tsquery('simple', %s) "  # noqa: S608 - names
            "AND noun = ANY(%s) LIMIT %s) AS few ORDER BY id"
        )
        return _column(statement, [query, list(nouns), most])

    def like(self, word: str, most: int) -> list[str]:
        """See :meth:`Engine.like`."""
        statement = f"SELECT word FROM {WORDS} WHERE word %% %s ORDER BY similarity(word, %s) DESC, word LIMIT %s"  # noqa: S608
        return _column(statement, [word, word, most])


class SQLite:
    """Asks FTS5."""

    def found(self, sought: Sought, nouns: Collection[str], most: int, *, names_only: bool) -> list[int]:
        """See :meth:`Engine.found`."""
        every = " AND ".join(_in_brackets(_phrases(either), " OR ") for either in sought.every)
        query = " OR ".join([*([_in_brackets([every])] if every else []), *(f'"{word}"' for word in sought.any_of)])
        if names_only:
            query = f"name_words : ({query})"
        places = ", ".join(["%s"] * len(nouns))
        statement = (
            f"SELECT entry.id FROM {ENTRIES_FTS} JOIN {ENTRIES} AS entry ON entry.id = {ENTRIES_FTS}.rowid "  # noqa: S608
            f"WHERE {ENTRIES_FTS} MATCH %s AND entry.noun IN ({places}) ORDER BY {ENTRIES_FTS}.rowid LIMIT %s"
        )
        return _column(statement, [query, *nouns, most])

    def like(self, word: str, most: int) -> list[str]:
        """See :meth:`Engine.like`."""
        padded = f"  {word} "
        trigrams = dict.fromkeys(padded[place : place + 3] for place in range(len(padded) - 2))
        statement = (
            f"SELECT word.word FROM {WORDS_FTS} JOIN {WORDS} AS word ON word.id = {WORDS_FTS}.rowid "  # noqa: S608
            f"WHERE {WORDS_FTS} MATCH %s ORDER BY {WORDS_FTS}.rank, word.word LIMIT %s"
        )
        return _column(statement, [" OR ".join(f'"{trigram}"' for trigram in trigrams), most])


_ENGINES: Final[dict[str, Engine]] = {"postgresql": PostgreSQL(), "sqlite": SQLite()}


def engine() -> Engine:
    """Return what the database can be asked by."""
    return _ENGINES[connection.vendor]


def entries(ids: Collection[int], *columns: str) -> list[SearchEntry]:
    """Return entries by their primary keys, with these columns only."""
    return list(SearchEntry.objects.filter(pk__in=ids).only(*columns).order_by("pk"))


def _lexemes(either: Either, weight: str) -> list[str]:
    return [
        *(_lexeme(word, weight) for word in either.whole),
        *(_lexeme(word, f"*{weight}") for word in either.beginnings),
        *(_in_brackets([" <-> ".join(_lexeme(word, weight) for word in row)]) for row in either.rows),
    ]


def _lexeme(word: str, mark: str) -> str:
    """Return a word in the language of tsquery; it has nothing but letters and digits."""
    return f"'{word}':{mark}" if mark else f"'{word}'"


def _phrases(either: Either) -> list[str]:
    """Return words in the language of FTS5; they have nothing but letters and digits."""
    return [
        *(f'"{word}"' for word in either.whole),
        *(f'"{word}"*' for word in either.beginnings),
        *(f'"{" ".join(row)}"' for row in either.rows),
    ]


def _in_brackets(parts: Sequence[str], between: str = " | ") -> str:
    return f"({between.join(parts)})"


def _column(statement: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]
