"""Programs."""

from typing import Any

from sanctions.models import Program
from sanctions.vocabulary import State
from tests.factories.actors import make_actor
from tests.factories.slugs import unused


def make_program(slug: str = "", **values: Any) -> Program:
    """Create a published program."""
    slug = slug or unused("program")
    if "issuer" not in values:
        values["issuer"] = make_actor()
    return Program.objects.create(slug=slug, **{"name": slug, "state": State.PUBLISHED} | values)
