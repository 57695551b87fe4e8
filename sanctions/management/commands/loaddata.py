"""Django's ``loaddata``, which also renders what it loaded, and takes all of fixtures/ when nothing is named."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.core.management.commands import loaddata
from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from sanctions.management.refusals import LedgerCommand
from sanctions.models import Record, Rendered
from sanctions.models.natural_keys import remembering
from sanctions.records.bulk import update_statistics
from sanctions.records.history import keep_everything
from sanctions.records.ledger import Act, catch_up
from sanctions.records.render import render_everything


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
        """Load, publish in the ledger what it does not have yet, render, and keep it all: in one transaction."""
        with remembering():
            super().loaddata(fixture_labels)
        ours = any(issubclass(model, Record | Rendered) or hasattr(model, "parents") for model in self.models)
        if ours and self.using == DEFAULT_DB_ALIAS:
            update_statistics(self.loaded_object_count)
            now = timezone.now()
            catch_up(Act(at=now, reason="Loaded from fixtures."))
            render_everything()
            keep_everything(now)
