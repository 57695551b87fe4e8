"""Explain conflicts that an import leaves as they are: whose value the record keeps, and which value is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import orjson

from sanctions.importers.base import REASON
from sanctions.models import LogEntry, Version
from sanctions.records.base import Document
from sanctions.records.three_way import Conflict
from sanctions.vocabulary import Move

#: The first key of a path.
_KEY: Final = re.compile(r"\A\w+")
#: Characters of a value that a message shows.
_SHOWN: Final = 80


def describe_disputes(
    noun: str, slug: str, conflicts: tuple[Conflict, ...], others: Mapping[str, Document], titles: Mapping[str, str]
) -> Iterator[str]:
    """Yield a sentence for each conflict: the value that the record keeps, who wrote it, and the value left out.

    ``others`` has the last statements of other sources, ``titles`` the titles of sources by name.
    """
    for conflict in conflicts:
        sources = [titles.get(name, name) for name, document in others.items() if _contains(document, conflict)]
        who = " and ".join(sources) or _writer(noun, slug, conflict)
        kept = "it stays away" if conflict.current is None else f"{_shown(conflict.current)} stays"
        left = "what was removed" if conflict.proposed is None else _shown(conflict.proposed)
        yield f"{conflict.path}: {kept}, as {who} has it; {left} is left out."


def _contains(document: Document, conflict: Conflict) -> bool:
    """Return whether a source's statement contains the value that the record keeps."""
    value, theirs = document.get(_key(conflict)), conflict.current
    if theirs is None or value is None:
        return False
    if not isinstance(value, list):
        return bool(value == theirs)
    return any(theirs == row or (isinstance(row, dict) and theirs in row.values()) for row in value)


def _writer(noun: str, slug: str, conflict: Conflict) -> str:
    """Return who wrote the value that the record keeps, by the ledger, or by the log if it was never public."""
    key, before, writer = _key(conflict), None, ""
    rows = Version.objects.filter(record_type=noun, slug=slug).order_by("number")
    for author, reason, document in rows.values_list("author", "reason", "document"):
        value = orjson.loads(document).get(key)
        if value != before or not writer:
            before, writer = value, _named(author, reason)
    if writer:
        return writer
    saved = LogEntry.objects.filter(record_type=noun, slug=slug, move=Move.SAVED).order_by("-number")
    last = saved.values_list("by", "reason").first()
    return _named(*last) if last else "the record"


def _named(author: str, reason: str) -> str:
    if reason.startswith(REASON):
        return f"the import of {reason.removeprefix(REASON).rstrip('.')}"
    return f"a curator ({author})" if author else "the record as it was first loaded"


def _key(conflict: Conflict) -> str:
    match = _KEY.match(conflict.path)
    return match[0] if match else conflict.path


def _shown(value: Any) -> str:
    text = value if isinstance(value, str) else orjson.dumps(value).decode()
    return repr(text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…")
