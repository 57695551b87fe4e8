"""Django's ``loaddata``, which also renders what it loaded, and takes all of fixtures/ when nothing is named."""

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

#: Records that are named where loading is refused.
_MOST_NAMED: Final = 10


class Command(LedgerCommand, loaddata.Command):
    """Load fixtures, then render: the answers are the same as after ``load_seeds``, with no further step."""

    missing_args_message = ""
    help = "Install fixtures (all of fixtures/ if none is named) and render the records they bring."

    def add_arguments(self, parser: CommandParser) -> None:
        """Take Django's arguments, the fixtures being optional."""
        super().add_arguments(parser)
        labels = next(action for action in parser._actions if action.dest == "args")
        labels.nargs = "*"
        labels.default = []
        labels.help = "Fixture labels; default: every file in fixtures/, in the order of their names."

    def handle(self, *labels: str, **options: Any) -> None:
        """Load the labels, or the whole folder."""
        found = labels or sorted(str(path) for path in (settings.BASE_DIR / "fixtures").glob("*.json"))
        super().handle(*found, **options)

    def loaddata(self, fixture_labels: Sequence[str]) -> None:
        """Load, publish in the ledger what it does not have yet, render, and keep it all: in one transaction.

        Rows of fixtures are written over those that are there, so that records which would say something else by it,
        or lose who wrote and approved them, stop it.
        """
        before = _standing_records() if self.using == DEFAULT_DB_ALIAS else {}
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


def _standing_records() -> dict[RecordType, dict[int, tuple[str, str]]]:
    """Return of every record its slug, and what stands for all that a fixture could write over."""
    found: dict[RecordType, dict[int, tuple[str, str]]] = {}
    for record_type in RECORD_TYPES:
        rows = found[record_type] = {}
        ids = record_type.model._default_manager.order_by("pk").values_list("pk", flat=True)
        for some in chunks(list(ids)):
            documents = encode_many(record_type, some)
            signed = record_type.model._default_manager.filter(pk__keyed=some)
            for pk, slug, *columns in signed.values_list("pk", "slug", "state", "author", "approver"):
                rows[pk] = slug, json_digest([documents[pk], *columns])
    return found


def _refuse_overwriting(before: Mapping[RecordType, Mapping[int, tuple[str, str]]]) -> None:
    if not any(before.values()):
        return
    after = _standing_records()
    names = [
        f"{record_type.name} {slug}"
        for record_type, rows in before.items()
        for pk, (slug, digest) in rows.items()
        if after[record_type].get(pk) != (slug, digest)
    ]
    if names:
        shown = ", ".join(names[:_MOST_NAMED]) + (" …" if len(names) > _MOST_NAMED else "")
        raise CommandError(
            f"Nothing was loaded: the fixtures would write over {len(names)} of the records that are there, which say "
            f"something else or which people have written and approved: {shown}. Fixtures are for an empty database, "
            "or one that says the same. To bring in what the seeds say beside what people have written: "
            "manage.py load_seeds."
        )
