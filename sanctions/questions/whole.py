"""What is published of records, whole: their stored renderings, by slug."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db import models


def documents(model: type[models.Model], slugs: Collection[str]) -> dict[str, str]:
    """Return the renderings of those of the records that are public: slug → JSON. One query."""
    rows: Any = model._default_manager.all()
    return dict(rows.published().filter(slug__in=slugs).order_by().values_list("slug", "rendering")) if slugs else {}
