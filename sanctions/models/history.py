"""What the tables held before: for every table of records a second one with all its rows of all times.

A row of such a table is a row of its table as it stood for the half-open span [``recorded_from``, ``recorded_to``)
of our knowledge; ``recorded_to`` null means that it still stands so. SQL:2011 calls such tables system-versioned.
:mod:`sanctions.ledger.history` keeps them and asks them. They have the same columns, under the same names, and no
constraints: what is kept has passed those of its own table.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Final

from django.db import models

from sanctions.models.base import Part, Record
from sanctions.models.orders import MeasureSector, OrderTopic

_HELP: Final = "As in the row that this one keeps."


class Historic(models.Model):
    """A row as it stood for a span of our knowledge."""

    #: The table whose rows are kept.
    of: ClassVar[type[models.Model]]

    history_id = models.BigAutoField(primary_key=True, help_text="Its own key.")
    recorded_from = models.DateTimeField(help_text="From when it stood so.")
    recorded_to = models.DateTimeField(
        null=True, blank=True, help_text="When it was changed or removed; null while it stands."
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.of._meta.label} from {self.recorded_from} to {self.recorded_to}"


def _column(column: Any) -> models.Field[Any, Any]:
    """Return a column that holds the same values, without what constrains them."""
    kind = column.target_field.get_internal_type() if column.is_relation else column.get_internal_type()
    shared: dict[str, Any] = {"null": column.null, "blank": True, "help_text": _HELP}
    match kind:
        case "BigAutoField" | "AutoField" | "BigIntegerField":
            return models.BigIntegerField(**shared)
        case "PositiveSmallIntegerField" | "PositiveIntegerField" | "IntegerField":
            return models.IntegerField(**shared)
        case "CharField" | "URLField":
            return models.CharField(max_length=column.max_length, **shared)
        case "TextField":
            return models.TextField(**shared)
        case "DateField":
            return models.DateField(**shared)
        case "BooleanField":
            return models.BooleanField(**shared)
        case "JSONField":
            return models.JSONField(**shared)
        case "DecimalField" if isinstance(column, models.DecimalField):
            return models.DecimalField(max_digits=column.max_digits, decimal_places=column.decimal_places, **shared)
    raise TypeError(f"{column} holds a kind of value that history does not know: {kind}")


def _indexes(model: type[models.Model], name: str) -> list[models.Index]:
    """Return an index wherever the table has one, so that the past is found as fast as the present."""

    def columns(fields: Iterable[str]) -> tuple[str, ...]:
        return tuple(column_of(field).attname for field in fields)

    def column_of(field: str) -> models.Field[Any, Any]:
        found = model._meta.get_field(field)
        if not isinstance(found, models.Field):
            raise TypeError(f"{field} of {model._meta.label} is no column")
        return found

    own: list[Any] = [column for column in model._meta.concrete_fields if not column.primary_key]
    unique = [found for found in model._meta.constraints if isinstance(found, models.UniqueConstraint)]
    wanted = [
        ("id", "recorded_from"),
        *((column.attname,) for column in own if column.unique or column.db_index),
        *(columns(index.fields) for index in model._meta.indexes),
        *(columns(constraint.fields) for constraint in unique if constraint.fields),
    ]
    # One that is the beginning of another is served by that.
    needed = [
        fields
        for fields in dict.fromkeys(wanted)
        if not any(other[: len(fields)] == fields and other != fields for other in wanted)
    ]
    return [models.Index(fields=list(fields), name=f"h_{name[:22]}_{place}") for place, fields in enumerate(needed)]


def _historic(model: type[models.Model]) -> type[Historic]:
    """Return the model of the history of a table."""
    name = f"Historic{model._meta.object_name}"
    columns = {column.attname: _column(column) for column in model._meta.concrete_fields}
    meta = type(
        "Meta",
        (),
        {
            "app_label": model._meta.app_label,
            "ordering": ["history_id"],
            "default_permissions": (),
            "indexes": _indexes(model, str(model._meta.model_name)),
        },
    )
    return type(
        name,
        (Historic,),
        {
            **columns,
            "__module__": __name__,
            "__doc__": f"A row of {model._meta.label} as it stood for a span of our knowledge.",
            "Meta": meta,
            "of": model,
        },
    )


def _kept() -> list[type[models.Model]]:
    """Return every table that is part of a record: records, their parts, codes and many-to-many links."""

    def below(model: type[models.Model]) -> list[type[models.Model]]:
        return [found for child in model.__subclasses__() for found in (child, *below(child))]

    own: list[Any] = [*below(Record), *below(Part), OrderTopic, MeasureSector]
    concrete = [model for model in own if not model._meta.abstract]
    links: list[type[models.Model]] = [
        relation.remote_field.through for model in concrete for relation in model._meta.local_many_to_many
    ]
    return sorted({*concrete, *links}, key=_table)


def _table(model: type[models.Model]) -> str:
    return model._meta.db_table


#: Table → its history.
HISTORY: Final[dict[type[models.Model], type[Historic]]] = {model: _historic(model) for model in _kept()}


def past_of(model: type[models.Model]) -> models.QuerySet[Any]:
    """Return the rows of the history of a table, in no order."""
    past: models.QuerySet[Any] = HISTORY[model]._default_manager.order_by()
    return past
