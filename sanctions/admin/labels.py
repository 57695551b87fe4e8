"""Rows as people choose them: read with what their labels need, and without what is heavy."""

from __future__ import annotations

from typing import Any, Final

from django.db import models

from sanctions.models import Rendered

#: Model name → the references that its label shows.
_SHOWN: Final[dict[str, tuple[str, ...]]] = {
    "tenure": ("actor",),
    "designation": ("actor", "program", "order"),
}


def heavy_fields(model: type[models.Model], *relations: str) -> list[str]:
    """Return the paths of the stored responses of a model and of what it refers to: pages never need them."""
    paths = ["rendering"] if issubclass(model, Rendered) else []
    for relation in relations:
        related = model._meta.get_field(relation).related_model
        if isinstance(related, type) and issubclass(related, Rendered):
            paths.append(f"{relation}__rendering")
    return paths


def lean(rows: models.QuerySet[Any], *relations: str) -> models.QuerySet[Any]:
    """Join the relations (foreign keys of the model) to the rows, and leave every stored response unread."""
    if relations:
        rows = rows.select_related(*relations)
    return rows.defer(*heavy_fields(rows.model, *relations))


def named(model: type[models.Model]) -> models.QuerySet[Any]:
    """Return the rows of a model with all that their labels show."""
    return lean(model._default_manager.all(), *_SHOWN.get(str(model._meta.model_name), ()))
