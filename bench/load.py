"""Fill a database with generated records by our own loader: ``DATABASE_URL=… python -m bench.load SIZE``.

The database must be empty or filled by this module: an interrupted load continues where it stopped. The rate of each
noun is printed in records per second; it includes ledger, history, renderings and search.
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
BATCH: Final = 10_000


def main() -> None:
    """Migrate, load noun by noun, and update the database's statistics."""
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("size", help="one of the sizes of bench.world")
    options = parser.parse_args()
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

    def analyze() -> None:
        """Update the statistics, as the database does by itself when records come in slowly."""
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")

    size = SIZES[options.size]
    call_command("migrate", verbosity=0)
    for noun in NOUNS:
        record_type = BY_NAME[noun]
        existing = record_type.model._default_manager.count()
        new_documents = documents(noun, size, existing)
        if existing > getattr(size, record_type.plural):
            sys.exit(f"The database has {existing} {record_type.plural} already: it was filled with a larger size.")
        begun, written, counted = perf_counter(), 0, existing
        bar = tqdm(desc=record_type.plural, unit=" records", initial=existing, total=getattr(size, record_type.plural))
        while batch := [Incoming(record_type, document) for document in islice(new_documents, BATCH)]:
            save_documents(batch, Act(at=timezone.now(), reason="Generated for the benchmark."))
            written += len(batch)
            bar.update(len(batch))
            if existing + written >= 2 * counted:
                counted = existing + written
                analyze()
        bar.close()
        if written:
            seconds = perf_counter() - begun
            sys.stdout.write(f"{record_type.plural}: {written} in {seconds:.1f} s, {written / seconds:.0f}/s\n")
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE" if connection.vendor == "postgresql" else "ANALYZE")
        if connection.vendor == "sqlite":
            # FTS5 postpones merges while it is written: do them now, not while something is measured.
            cursor.execute(f"INSERT INTO {ENTRIES_FTS}({ENTRIES_FTS}) VALUES ('optimize')")


def set_up() -> None:
    """Set up Django as in production, except for the key and the hosts."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sanctions.settings")
    os.environ.setdefault("SANCTIONS_ENV", "development")
    os.environ["DEBUG"] = "off"
    django.setup()


if __name__ == "__main__":
    main()
