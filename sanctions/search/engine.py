"""The part of a search that the databases do: match entries, and find words that are spelt alike.

PostgreSQL uses its full-text index and trigrams (``tsvector``, ``pg_trgm``), SQLite its FTS5 tables; both match the
same entries. Their order is decided in :mod:`sanctions.search.ranking`, so that it is the same too.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

from django.db import connection

from sanctions.database.search_indexes import ENTRIES, ENTRIES_FTS, VECTOR, WORDS, WORDS_FTS
from sanctions.models import SearchEntry


@dataclass(frozen=True, slots=True)
class Alternatives:
    """Whole words, beginnings of words and phrases of which an entry must have at least one."""

    words: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class MatchCondition:
    """An entry matches if it has one alternative for each of ``terms``, or any of ``identifiers``."""

    terms: tuple[Alternatives, ...]
    identifiers: tuple[str, ...] = ()


class Engine(Protocol):
    """What every database must be able to do."""

    def match(self, condition: MatchCondition, nouns: Collection[str], most: int, *, names_only: bool) -> list[int]:
        """Return the primary keys of at most ``most`` matching entries of the nouns, lowest first.

        With ``names_only`` texts other than names and identifiers do not count.
        """

    def similar_words(self, word: str, most: int) -> list[str]:
        """Return at most ``most`` words of names, those with the most trigrams in common with a word first."""


class PostgreSQL:
    """Matches with ``tsvector`` and ``pg_trgm``."""

    def match(self, condition: MatchCondition, nouns: Collection[str], most: int, *, names_only: bool) -> list[int]:
        """See :meth:`Engine.match`."""
        weight = "A" if names_only else ""
        terms = " & ".join(_in_brackets(_lexemes(alternatives, weight)) for alternatives in condition.terms)
        identifiers = [_lexeme(form, weight) for form in condition.identifiers]
        query = " | ".join([*([_in_brackets([terms])] if terms else []), *identifiers])
        # The inner query has no order, so that it can stop at the limit instead of sorting all matches.
        statement = (
            f"SELECT id FROM (SELECT id FROM {ENTRIES} WHERE {VECTOR} @@ to_tsquery('simple', %s) "  # noqa: S608 - names
            "AND noun = ANY(%s) LIMIT %s) AS few ORDER BY id"
        )
        return _column(statement, [query, list(nouns), most])

    def similar_words(self, word: str, most: int) -> list[str]:
        """See :meth:`Engine.similar_words`."""
        statement = f"SELECT word FROM {WORDS} WHERE word %% %s ORDER BY similarity(word, %s) DESC, word LIMIT %s"  # noqa: S608
        return _column(statement, [word, word, most])


class SQLite:
    """Matches with FTS5."""

    def match(self, condition: MatchCondition, nouns: Collection[str], most: int, *, names_only: bool) -> list[int]:
        """See :meth:`Engine.match`."""
        terms = " AND ".join(_in_brackets(_fts_phrases(alternatives), " OR ") for alternatives in condition.terms)
        identifiers = [f'"{form}"' for form in condition.identifiers]
        query = " OR ".join([*([_in_brackets([terms])] if terms else []), *identifiers])
        if names_only:
            query = f"name_words : ({query})"
        places = ", ".join(["%s"] * len(nouns))
        statement = (
            f"SELECT entry.id FROM {ENTRIES_FTS} JOIN {ENTRIES} AS entry ON entry.id = {ENTRIES_FTS}.rowid "  # noqa: S608
            f"WHERE {ENTRIES_FTS} MATCH %s AND entry.noun IN ({places}) ORDER BY {ENTRIES_FTS}.rowid LIMIT %s"
        )
        return _column(statement, [query, *nouns, most])

    def similar_words(self, word: str, most: int) -> list[str]:
        """See :meth:`Engine.similar_words`."""
        padded = f"  {word} "
        trigrams = dict.fromkeys(padded[place : place + 3] for place in range(len(padded) - 2))
        statement = (
            f"SELECT word.word FROM {WORDS_FTS} JOIN {WORDS} AS word ON word.id = {WORDS_FTS}.rowid "  # noqa: S608
            f"WHERE {WORDS_FTS} MATCH %s ORDER BY {WORDS_FTS}.rank, word.word LIMIT %s"
        )
        return _column(statement, [" OR ".join(f'"{trigram}"' for trigram in trigrams), most])


_ENGINES: Final[dict[str, Engine]] = {"postgresql": PostgreSQL(), "sqlite": SQLite()}


def engine() -> Engine:
    """Return the engine of the default database."""
    return _ENGINES[connection.vendor]


def entries(ids: Collection[int], *columns: str) -> list[SearchEntry]:
    """Return entries by primary key, with only these columns loaded."""
    return list(SearchEntry.objects.filter(pk__in=ids).only(*columns).order_by("pk"))


def _lexemes(alternatives: Alternatives, weight: str) -> list[str]:
    return [
        *(_lexeme(word, weight) for word in alternatives.words),
        *(_lexeme(prefix, f"*{weight}") for prefix in alternatives.prefixes),
        *(_in_brackets([" <-> ".join(_lexeme(word, weight) for word in row)]) for row in alternatives.phrases),
    ]


def _lexeme(word: str, mark: str) -> str:
    """Return a word in tsquery syntax. It needs no escaping: words have only letters and digits."""
    return f"'{word}':{mark}" if mark else f"'{word}'"


def _fts_phrases(alternatives: Alternatives) -> list[str]:
    """Return words in FTS5 syntax. They need no escaping: words have only letters and digits."""
    return [
        *(f'"{word}"' for word in alternatives.words),
        *(f'"{prefix}"*' for prefix in alternatives.prefixes),
        *(f'"{" ".join(phrase)}"' for phrase in alternatives.phrases),
    ]


def _in_brackets(parts: Sequence[str], between: str = " | ") -> str:
    return f"({between.join(parts)})"


def _column(statement: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor.fetchall()]
