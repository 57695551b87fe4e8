"""From which version of a record a form was opened: every form contains it, and saving checks it."""

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
_MISSING = "The form does not contain the version from which it was opened. Open the record again."


@dataclass(frozen=True, slots=True)
class Opened:
    """The fingerprint of a record, and the instant of the ledger at which it was read."""

    fingerprint: str
    at: datetime

    @classmethod
    def now(cls, record: Record) -> Opened:
        """Return the version of a form that is opened now. Read it before the form reads the record, never after."""
        at = LedgerHead.objects.values_list("recorded_at", flat=True).get(pk=1)
        return cls(fingerprint(record), at or datetime.min.replace(tzinfo=UTC))

    @classmethod
    def of(cls, request: HttpRequest) -> Opened:
        """Return the version in a submitted form; :class:`MoveRefused` if it cannot be read."""
        seen, _, at = request.POST.get(NAME, "").partition("@")
        try:
            instant = parse_datetime(at)
        except ValueError:
            instant = None
        if not seen or instant is None:
            raise MoveRefused(_MISSING)
        return cls(seen, instant)

    def __str__(self) -> str:
        return f"{self.fingerprint}@{self.at.isoformat()}"

    def document(self, record: Record) -> Document:
        """Return the record's document of that instant from history; :class:`MoveRefused` if it has none."""
        record_type = type_of(record)
        try:
            with known_at(self.at):
                document = encode(record_type, record.pk)
        except KeyError:
            # The record, or a row that it names, has no history.
            document = {}
        # History has documents, but states only as of when the document was written.
        if not any(json_digest({"state": state, "document": document}) == self.fingerprint for state in State.values):
            raise MoveRefused("The version from which this form was opened is not kept. Open the record again.")
        return document
