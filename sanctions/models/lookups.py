"""The lookup of many primary keys: ``pk__keyed=[3, 5, 8]``, on keys and on references."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import ForeignKey, IntegerField, Lookup


class Keyed(Lookup):
    """Is one of so many whole numbers, which stand in the statement itself.

    As parameters of ``__in`` they would be prepared, counted and put in place one by one, which takes longer than what
    the database does with them; and SQLite takes only so many.
    """

    lookup_name = "keyed"

    def get_prep_lookup(self) -> list[int]:
        """Return the numbers; nothing else can be among them."""
        values: Iterable[Any] = self.rhs
        return [int(value) for value in values]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition; of no numbers one that nothing meets."""
        column, parameters = self.process_lhs(compiler, connection)
        if not self.rhs:
            return "1 = 0", ()
        return f"{column} IN ({', '.join(map(str, self.rhs))})", tuple(parameters)


for kind in (IntegerField, ForeignKey):
    kind.register_lookup(Keyed)
