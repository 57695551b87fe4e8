"""History tables: for every table of records, a second one with all former and current values of its rows.

A row of a history table is a row of the original table as it was recorded during the half-open span
[``recorded_from``, ``recorded_to``); a null ``recorded_to`` means that it is current. SQL:2011 calls such tables
system-versioned. :mod:`sanctions.ledger.history` writes and queries them. They have the same columns with the same
names, but no constraints: their rows have passed those of the original table.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar, Final

from django.db import models

from sanctions.models.base import Part, Record
from sanctions.models.orders import MeasureSector, OrderTopic

_HELP: Final = "Value of the original row."


class Historic(models.Model):
    """A row as it was recorded during a span of time."""

    #: The model of the original table.
    of: ClassVar[type[models.Model]]

    history_id = models.BigAutoField(primary_key=True, help_text="Primary key of the history row.")
    recorded_from = models.DateTimeField(help_text="When the original row got these values.")
    recorded_to = models.DateTimeField(
        null=True, blank=True, help_text="When it was changed or removed; null while it is current."
    )

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.of._meta.label} from {self.recorded_from} to {self.recorded_to}"


def _column(column: Any) -> models.Field[Any, Any]:
    """Return a column for the same values, without constraints."""
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
    raise TypeError(f"History cannot store {column}: {kind} is not supported")


def _indexes(model: type[models.Model], name: str) -> list[models.Index]:
    """Return an index wherever the original table has one, so that the past is queried as fast as the present."""

    def columns(fields: Iterable[str]) -> tuple[str, ...]:
        return tuple(column_of(field).attname for field in fields)

    def column_of(field: str) -> models.Field[Any, Any]:
        column = model._meta.get_field(field)
        if not isinstance(column, models.Field):
            raise TypeError(f"{field} of {model._meta.label} is not a column")
        return column

    plain: list[Any] = [column for column in model._meta.concrete_fields if not column.primary_key]
    unique = [item for item in model._meta.constraints if isinstance(item, models.UniqueConstraint)]
    wanted = [
        ("id", "recorded_from"),
        *((column.attname,) for column in plain if column.unique or column.db_index),
        *(columns(index.fields) for index in model._meta.indexes),
        *(columns(constraint.fields) for constraint in unique if constraint.fields),
    ]
    # An index whose columns are the first columns of another one is redundant.
    needed = [
        fields
        for fields in dict.fromkeys(wanted)
        if not any(other[: len(fields)] == fields and other != fields for other in wanted)
    ]
    return [models.Index(fields=list(fields), name=f"h_{name[:22]}_{place}") for place, fields in enumerate(needed)]


def _historic(model: type[models.Model]) -> type[Historic]:
    """Return the model of the history table of a model."""
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
            "__doc__": f"A row of {model._meta.label} as it was recorded during a span of time.",
            "Meta": meta,
            "of": model,
        },
    )


def _tracked_models() -> list[type[models.Model]]:
    """Return the models whose rows are part of a record: records, their parts, codes and many-to-many links."""

    def below(model: type[models.Model]) -> list[type[models.Model]]:
        return [item for child in model.__subclasses__() for item in (child, *below(child))]

    declared: list[Any] = [*below(Record), *below(Part), OrderTopic, MeasureSector]
    concrete = [model for model in declared if not model._meta.abstract]
    links: list[type[models.Model]] = [
        relation.remote_field.through for model in concrete for relation in model._meta.local_many_to_many
    ]
    return sorted({*concrete, *links}, key=_table)


def _table(model: type[models.Model]) -> str:
    return model._meta.db_table


#: Model → the model of its history table.
HISTORY: Final[dict[type[models.Model], type[Historic]]] = {model: _historic(model) for model in _tracked_models()}


def past_of(model: type[models.Model]) -> models.QuerySet[Any]:
    """Return the rows of the history table of a model, unordered."""
    past: models.QuerySet[Any] = HISTORY[model]._default_manager.order_by()
    return past
