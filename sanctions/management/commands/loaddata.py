"""Django's ``loaddata``, which also renders the loaded records, and loads all of fixtures/ by default."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from django.conf import settings
from django.core.management.base import CommandError, CommandParser
from django.core.management.commands import loaddata
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from sanctions.database.bulk_writes import update_statistics
from sanctions.editorial.procedure import json_digest
from sanctions.ledger.history import keep_all_history
from sanctions.ledger.versions import Act, append_missing_versions
from sanctions.management.ledger_command import LedgerCommand
from sanctions.models import Record, Rendered
from sanctions.models.natural_keys import remembering
from sanctions.projections.renderings import render_everything
from sanctions.records.base import RecordType
from sanctions.records.encode import chunks, encode_many
from sanctions.records.registry import RECORD_TYPES

#: Records that the error message names.
_MOST_NAMED: Final = 10


class Command(LedgerCommand, loaddata.Command):
    """Load fixtures and render the records, with the same result as ``load_seeds``."""

    missing_args_message = ""
    help = "Load fixtures (default: all of fixtures/) and render their records. Existing records are not overwritten."

    def add_arguments(self, parser: CommandParser) -> None:
        """Add the arguments of Django, with optional fixtures."""
        super().add_arguments(parser)
        labels = next(action for action in parser._actions if action.dest == "args")
        labels.nargs = "*"
        labels.default = []
        labels.help = "Fixture labels; default: every file in fixtures/, in the order of their names."

    def handle(self, *labels: str, **options: Any) -> None:
        """Load the labels, or the whole folder."""
        default = sorted(str(path) for path in (settings.BASE_DIR / "fixtures").glob("*.json"))
        super().handle(*(labels or default), **options)

    def loaddata(self, fixture_labels: Sequence[str]) -> None:
        """Load, append missing versions to the ledger, render, and start history, in one transaction.

        Fixtures overwrite existing rows. The command fails if that would change the content of a record, or its author
        and approver.
        """
        before = _record_digests() if self.using == DEFAULT_DB_ALIAS else {}
        with remembering():
            super().loaddata(fixture_labels)
        _refuse_overwriting(before)
        ours = any(issubclass(model, Record | Rendered) or hasattr(model, "parents") for model in self.models)
        if ours and self.using == DEFAULT_DB_ALIAS:
            update_statistics(self.loaded_object_count)
            now = timezone.now()
            append_missing_versions(Act(at=now, reason="Loaded from fixtures."))
            render_everything()
            keep_all_history(now)


def _record_digests() -> dict[RecordType, dict[int, tuple[str, str]]]:
    """Return the slug of each record, and a digest of everything that a fixture could overwrite."""
    digests: dict[RecordType, dict[int, tuple[str, str]]] = {}
    for record_type in RECORD_TYPES:
        rows = digests[record_type] = {}
        ids = record_type.model._default_manager.order_by("pk").values_list("pk", flat=True)
        for chunk in chunks(list(ids)):
            documents = encode_many(record_type, chunk)
            records = record_type.model._default_manager.filter(pk__keyed=chunk)
            for pk, slug, *columns in records.values_list("pk", "slug", "state", "author", "approver"):
                rows[pk] = slug, json_digest([documents[pk], *columns])
    return digests


def _refuse_overwriting(before: Mapping[RecordType, Mapping[int, tuple[str, str]]]) -> None:
    if not any(before.values()):
        return
    after = _record_digests()
    names = [
        f"{record_type.name} {slug}"
        for record_type, rows in before.items()
        for pk, (slug, digest) in rows.items()
        if after[record_type].get(pk) != (slug, digest)
    ]
    if names:
        shown = ", ".join(names[:_MOST_NAMED]) + (" …" if len(names) > _MOST_NAMED else "")
        raise CommandError(
            f"Nothing was loaded: the fixtures would overwrite {len(names)} existing records that differ or that "
            f"people have written and approved: {shown}. Fixtures are for an empty database, or one with the same "
            "content. To merge the seeds with what people have written: manage.py load_seeds."
        )
