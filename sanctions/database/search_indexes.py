"""The databases' indexes of search entries: FTS5 tables on SQLite, GIN indexes on PostgreSQL.

They are installed after every migration, because SQLite loses a table's triggers when a migration rewrites it.
"""

from __future__ import annotations

from typing import Any, Final

from django.db import connections

from sanctions.models import SearchEntry, SearchWord

ENTRIES: Final = SearchEntry._meta.db_table
WORDS: Final = SearchWord._meta.db_table
#: FTS5 tables: of the words of entries by their columns, and of the trigrams of words.
ENTRIES_FTS: Final = f"{ENTRIES}_fts"
WORDS_FTS: Final = f"{WORDS}_fts"
#: PostgreSQL's column of the words of entries: names have the weight A, all else D, so that names can be searched
#: alone. It is stored, because the planner reads few rows without the index and would parse each of them.
VECTOR: Final = "vector"
#: The words are normalized already; the configuration ``simple`` does not change them.
_WORDS_OF: Final = (
    "setweight(to_tsvector('simple'::regconfig, name_words), 'A') "
    "|| setweight(to_tsvector('simple'::regconfig, text_words), 'D')"
)


def _sync_triggers(table: str, index: str, *columns: str) -> tuple[str, ...]:
    """Return the triggers that keep an FTS5 table in sync with its content table (SQLite, FTS5, 4.4.3)."""
    listed = ", ".join(columns)
    old, new = (", ".join(f"{row}.{column}" for column in columns) for row in ("old", "new"))
    # S608: only names of tables and columns are formatted into the text.
    remove = f"INSERT INTO {index}({index}, rowid, {listed}) VALUES ('delete', old.id, {old});"  # noqa: S608
    add = f"INSERT INTO {index}(rowid, {listed}) VALUES (new.id, {new});"  # noqa: S608
    events = {"insert": add, "delete": remove, "update": remove + add}
    return tuple(
        f"CREATE TRIGGER IF NOT EXISTS {index}_{event} AFTER {event.upper()} ON {table} BEGIN {body} END"
        for event, body in events.items()
    )


_INSTALL: Final = {
    "sqlite": (
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {ENTRIES_FTS} USING fts5(name_words, text_words, "
        f"content='{ENTRIES}', content_rowid='id', tokenize='ascii', prefix='2 3 4')",
        f"CREATE VIRTUAL TABLE IF NOT EXISTS {WORDS_FTS} USING fts5(padded, "
        f"content='{WORDS}', content_rowid='id', tokenize='trigram')",
        *_sync_triggers(ENTRIES, ENTRIES_FTS, "name_words", "text_words"),
        *_sync_triggers(WORDS, WORDS_FTS, "padded"),
    ),
    "postgresql": (
        "CREATE EXTENSION IF NOT EXISTS pg_trgm",
        f"ALTER TABLE {ENTRIES} ADD COLUMN IF NOT EXISTS {VECTOR} tsvector GENERATED ALWAYS AS ({_WORDS_OF}) STORED",
        f"CREATE INDEX IF NOT EXISTS {ENTRIES}_words ON {ENTRIES} USING gin ({VECTOR})",
        f"CREATE INDEX IF NOT EXISTS {WORDS}_trigrams ON {WORDS} USING gin (word gin_trgm_ops)",
    ),
}


def install(using: str, **_: Any) -> None:
    """Create the missing indexes of a database, once it has the tables."""
    connection = connections[using]
    if {ENTRIES, WORDS} <= set(connection.introspection.table_names()):
        with connection.cursor() as cursor:
            for statement in _INSTALL[connection.vendor]:
                cursor.execute(statement)
