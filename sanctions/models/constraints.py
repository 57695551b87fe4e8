"""Named constraints that several models share, each with a message for people."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import reduce
from operator import and_

from django.core.exceptions import ValidationError
from django.db import DEFAULT_DB_ALIAS
from django.db.models import CheckConstraint, F, Model, Q, UniqueConstraint


class AllConditions(CheckConstraint):
    """Validates all conditions of a row in one query; if it fails, each condition by itself, for the messages.

    Django runs a query for each condition of each row: 50 for an event with six effects.
    """

    def __init__(self, parts: Sequence[CheckConstraint]) -> None:
        super().__init__(condition=reduce(and_, (Q(part.condition) for part in parts), Q()), name="all_conditions")
        self.parts = parts

    def validate(
        self,
        model: type[Model],
        instance: Model,
        exclude: Collection[str] | None = None,
        using: str = DEFAULT_DB_ALIAS,
    ) -> None:
        """Raise ``ValidationError`` with the message of every condition that does not hold.

        As in Django, a condition on an excluded field is not validated.
        """
        excluded = set(exclude or ())
        parts = [part for part in self.parts if excluded.isdisjoint(Q(part.condition).referenced_base_fields)]
        if parts and not _holds(AllConditions(parts), model, instance, exclude, using):
            failed = [part for part in parts if not _holds(part, model, instance, exclude, using)]
            raise ValidationError([part.get_violation_error_message() for part in failed])


def _holds(
    constraint: CheckConstraint, model: type[Model], instance: Model, exclude: Collection[str] | None, using: str
) -> bool:
    try:
        CheckConstraint.validate(constraint, model, instance, set(exclude or ()), using)
    except ValidationError:
        return False
    return True


def exactly_one(*fields: str, name: str) -> CheckConstraint:
    """Demand that exactly one of the (nullable) fields is set."""
    condition = Q()
    for chosen in fields:
        condition |= Q(**{f"{field}__isnull": field != chosen for field in fields})
    listed = ", ".join(fields[:-1]) + f" or {fields[-1]}"
    return CheckConstraint(
        condition=condition,
        name=name,
        violation_error_message=f"Exactly one of {listed} must be given.",
    )


def dated(field: str, *, earliest: str, latest: str, name: str) -> CheckConstraint:
    """Demand both bounds of a date, in order, if its text is given, and neither if it is empty."""
    return CheckConstraint(
        condition=Q(**{field: "", f"{earliest}__isnull": True, f"{latest}__isnull": True})
        | (
            ~Q(**{field: ""})
            & Q(**{f"{earliest}__isnull": False, f"{latest}__isnull": False})
            & Q(**{f"{earliest}__lte": F(latest)})
        ),
        name=name,
        violation_error_message=f"{field} must be a valid date, or empty.",
    )


def one_of(field: str, codes: Iterable[str], *, name: str) -> CheckConstraint:
    """Demand that a coded field holds one of its codes."""
    codes = [str(code) for code in codes]
    return CheckConstraint(
        condition=Q(**{f"{field}__in": codes}),
        name=name,
        violation_error_message=f"{field} must be one of: {', '.join(code or '(empty)' for code in codes)}.",
    )


def ordinal(*parents: str, name: str) -> list[UniqueConstraint]:
    """Demand that the parts of one parent have different ordinals."""
    many = len(parents) > 1
    return [
        UniqueConstraint(
            fields=[parent, "ordinal"],
            name=f"{name}_{parent}" if many else name,
            violation_error_message="Two rows of one record have the same place (ordinal).",
        )
        for parent in parents
    ]
