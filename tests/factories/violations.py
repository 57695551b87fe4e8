"""Violations."""

from typing import Any

from sanctions.models import Violation
from sanctions.vocabulary import State
from tests.factories.slugs import unused


def make_violation(slug: str = "", **values: Any) -> Violation:
    """Create a published violation."""
    slug = slug or unused("violation")
    return Violation.objects.create(slug=slug, **{"title": slug, "state": State.PUBLISHED} | values)
