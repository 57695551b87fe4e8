"""Rows of several tables as one query."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet


def union_all(querysets: Sequence[QuerySet[Any]]) -> QuerySet[Any]:
    """Return the rows of all querysets; ``ValueError`` if none is given.

    They are united side by side: joined one by one they would nest, and SQLite's parser refuses about twenty levels.
    """
    first, *others = querysets
    return first.union(*others, all=True) if others else first
