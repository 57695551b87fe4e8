"""The seeds as they are loaded are what the ledger has."""

from __future__ import annotations

import pytest
from django.core.management import call_command

pytestmark = pytest.mark.django_db


@pytest.mark.usefixtures("seeded")
def test_nothing_differs_after_the_seeds_are_loaded() -> None:
    call_command("verify_ledger", verbosity=0)
