"""From which version of a record a form was opened: every form says so, and saving is held to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.http import HttpRequest
from django.utils.dateparse import parse_datetime

from sanctions.database.past_views import known_at
from sanctions.editorial.procedure import fingerprint, json_digest
from sanctions.exceptions import MoveRefused
from sanctions.models import LedgerHead, Record
from sanctions.records.base import Document
from sanctions.records.encode import encode
from sanctions.records.registry import type_of
from sanctions.vocabulary import State

#: The name of the form's hidden input.
NAME = "opened"
_UNSAID = "The form did not say from which version of the record it was opened. Open it again."


@dataclass(frozen=True, slots=True)
class Opened:
    """The fingerprint of a record, and the instant of the ledger at which somebody read it."""

    fingerprint: str
    at: datetime

    @classmethod
    def now(cls, record: Record) -> Opened:
        """Return what a form says that is opened now. Asked before the form reads the record, never after."""
        at = LedgerHead.objects.values_list("recorded_at", flat=True).get(pk=1)
        return cls(fingerprint(record), at or datetime.min.replace(tzinfo=UTC))

    @classmethod
    def of(cls, request: HttpRequest) -> Opened:
        """Read what the submitted form says; :class:`MoveRefused` if it says nothing that can be read."""
        seen, _, at = request.POST.get(NAME, "").partition("@")
        try:
            instant = parse_datetime(at)
        except ValueError:
            instant = None
        if not seen or instant is None:
            raise MoveRefused(_UNSAID)
        return cls(seen, instant)

    def __str__(self) -> str:
        return f"{self.fingerprint}@{self.at.isoformat()}"

    def document(self, record: Record) -> Document:
        """Return what the record said then, as history has it; :class:`MoveRefused` if history has it not."""
        record_type = type_of(record)
        try:
            with known_at(self.at):
                document = encode(record_type, record.pk)
        except KeyError:
            # It, or a row that it names, has no history.
            document = {}
        # History tells what a record said, and its state only as of when that was written.
        if not any(json_digest({"state": state, "document": document}) == self.fingerprint for state in State.values):
            raise MoveRefused("What this form was opened from is not known any more. Open it again.")
        return document
