"""Run the notebook in docs/ on the records of the database that the environment names, and keep what it shows."""

from __future__ import annotations

import os

import django

from tests.clients.notebook import executed, write
from tests.clients.serving import served


def main() -> None:
    """Serve the API, run the notebook against it, and write it."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanctions.settings")
    django.setup()
    with served() as address:
        write(executed(address))


if __name__ == "__main__":
    main()
