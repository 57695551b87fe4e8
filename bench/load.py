"""Fill a database with a world through our own loader: ``DATABASE_URL=… python -m bench.load SIZE``.

The database is empty or was filled so before: what is there is left alone, so that a load that was broken off goes on.
Every noun's rate is printed: records per second, with ledger, history, renderings and search.
"""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from itertools import islice
from time import perf_counter
from typing import Final

import django

#: Records of one transaction.
TOGETHER: Final = 10_000


def main() -> None:
    """Migrate, load noun by noun, and let the database count what it has."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("size", help="one of the sizes of bench.world")
    asked = parser.parse_args()
    set_up()
    # Django's own modules can be imported only now.
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.utils import timezone  # noqa: PLC0415
    from tqdm import tqdm  # noqa: PLC0415

    from bench.world import NOUNS, SIZES, documents  # noqa: PLC0415
    from sanctions.database.search_indexes import ENTRIES_FTS  # noqa: PLC0415
    from sanctions.ledger.versions import Act  # noqa: PLC0415
    from sanctions.loading.documents import Incoming, save_documents  # noqa: PLC0415
    from sanctions.records.registry import BY_NAME  # noqa: PLC0415

    def settle() -> None:
        """Let the database count what it has, as it does by itself where records come in slowly."""
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    size = SIZES[asked.size]
    call_command("migrate", verbosity=0)
    for noun in NOUNS:
        record_type = BY_NAME[noun]
        there = record_type.model._default_manager.count()
        told = documents(noun, size, there)
        if there > getattr(size, record_type.plural):
            sys.exit(f"There are {there} {record_type.plural} already: the database was filled with a larger world.")
        begun, written, counted = perf_counter(), 0, there
        bar = tqdm(desc=record_type.plural, unit=" records", initial=there, total=getattr(size, record_type.plural))
        while some := [Incoming(record_type, document) for document in islice(told, TOGETHER)]:
            save_documents(some, Act(at=timezone.now(), reason="Made up to measure with."))
            written += len(some)
            bar.update(len(some))
            if there + written >= 2 * counted:
                counted = there + written
                settle()
        bar.close()
        if written:
            seconds = perf_counter() - begun
            sys.stdout.write(f"{record_type.plural}: {written} in {seconds:.1f} s, {written / seconds:.0f}/s\n")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        if connection.vendor == "sqlite":
            # What it puts off while it is written is not counted to whoever writes next.
            cursor.execute(f"INSERT INTO {ENTRIES_FTS}({ENTRIES_FTS}) VALUES ('optimize')")


def set_up() -> None:
    """Set Django up as it runs in production, but for the key and the hosts."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanctions.settings")
    os.environ.setdefault("SANCTIONS_ENV", "development")
    os.environ["DEBUG"] = "off"
    django.setup()


if __name__ == "__main__":
    main()
