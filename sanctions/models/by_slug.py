"""Public rows by their slugs, asked for by statements that are put together once."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

from django.db import models

#: Stands in the statement where the slug comes.
_PLACE: Final = "slug"


class BySlug:
    """Finds a row by its slug, with some of its columns.

    Nearly every request asks so, and putting the statement together takes longer than answering it. The rows must be
    the same whenever they are asked for: the past is seen by the same statement (:mod:`sanctions.database.past_views`).
    """

    def __init__(self, rows: models.QuerySet[Any], *columns: str) -> None:
        self.rows = rows.order_by().only(*columns)

    @cached_property
    def _statement(self) -> tuple[str, tuple[Any, ...]]:
        text, values = self.rows.filter(slug=_PLACE)[:1].query.sql_with_params()
        if values.count(_PLACE) != 1:
            raise ValueError(f"These rows are asked for by more than their slug: {values}.")
        return text, values

    def find(self, slug: str) -> Any:
        """Return the row, ``None`` if there is none."""
        text, values = self._statement
        found = self.rows.model._default_manager.raw(text, [slug if value == _PLACE else value for value in values])
        return next(iter(found), None)
