"""The lookup of many primary keys: ``pk__keyed=[3, 5, 8]``, on keys and on references.

The keys are written into the statement. As parameters of ``__in`` they would be prepared, counted and inserted one by
one, which takes longer than the query itself; and SQLite limits the number of parameters.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import ForeignKey, IntegerField, Lookup


def sql_list(keys: Iterable[int]) -> str:
    """Return keys as SQL has them between the parentheses of ``IN ()``. ``int`` rejects everything else."""
    return ", ".join(str(int(key)) for key in keys)


class Keyed(Lookup):
    """``IN`` for integers, without parameters."""

    lookup_name = "keyed"

    def get_prep_lookup(self) -> list[int]:
        """Return the numbers; raise ``ValueError`` if a value is not a number."""
        values: Iterable[Any] = self.rhs
        return [int(value) for value in values]

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        """Return the condition. Without numbers it is one that no row meets, since ``IN ()`` is not SQL."""
        column, parameters = self.process_lhs(compiler, connection)
        if not self.rhs:
            return "1 = 0", ()
        return f"{column} IN ({sql_list(self.rhs)})", tuple(parameters)


for kind in (IntegerField, ForeignKey):
    kind.register_lookup(Keyed)
