"""Find public rows by slug, with SQL that is built once."""

from __future__ import annotations

from functools import cached_property
from typing import Any, Final

from django.db import models

#: Placeholder of the slug in the parameters of the statement.
_PLACEHOLDER: Final = "slug"


class BySlug:
    """Finds a row by its slug, with some of its columns.

    Nearly every request needs this, and building the statement takes longer than running it. The queryset must not
    depend on the request; past views run the same statement (:mod:`sanctions.database.past_views`).
    """

    def __init__(self, rows: models.QuerySet[Any], *columns: str) -> None:
        self.rows = rows.order_by().only(*columns)

    @cached_property
    def _statement(self) -> tuple[str, tuple[Any, ...]]:
        text, values = self.rows.filter(slug=_PLACEHOLDER)[:1].query.sql_with_params()
        if values.count(_PLACEHOLDER) != 1:
            raise ValueError(f"The parameters must contain the slug exactly once: {values}.")
        return text, values

    def find(self, slug: str) -> Any:
        """Return the row, or ``None``."""
        text, values = self._statement
        rows = self.rows.model._default_manager.raw(
            text, [slug if value == _PLACEHOLDER else value for value in values]
        )
        return next(iter(rows), None)
