"""Designations."""

from typing import Any

from sanctions.models import Designation
from sanctions.vocabulary import State
from tests.factories.actors import make_actor
from tests.factories.slugs import unused


def make_designation(slug: str = "", **values: Any) -> Designation:
    """Create a published designation of an actor on a list."""
    if "actor" not in values:
        values["actor"] = make_actor()
    defaults = {"list_name": "SDN List", "listed_on": "2018-11-05", "state": State.PUBLISHED}
    return Designation.objects.create(slug=slug or unused("designation"), **defaults | values)
