"""Named constraints that several models share, each with a message for people."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import CheckConstraint, F, Q, UniqueConstraint


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
    """Demand that a date's text and bounds go together: both bounds with a text, in order, none without."""
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
    """Demand that the parts of one parent are numbered apart."""
    many = len(parents) > 1
    return [
        UniqueConstraint(
            fields=[parent, "ordinal"],
            name=f"{name}_{parent}" if many else name,
            violation_error_message="Two rows of one record have the same place (ordinal).",
        )
        for parent in parents
    ]
