"""A made-up list whose snapshots are JSON, and all that a database answers after some of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

import orjson
from django.contrib.auth.models import User

from sanctions.importers.base import (
    EntryCitation,
    EntryListing,
    FileRole,
    Files,
    Form,
    ImportSource,
    ListEntry,
    ParsedList,
    PublishedList,
    RawFile,
)
from sanctions.importers.running import PreparedImport, carry_out, prepare
from sanctions.importers.snapshots.published_lists import as_import_source
from sanctions.importers.write import Consent
from sanctions.ledger.versions import Act
from sanctions.models import Import, Imported, Proposal, SearchEntry
from sanctions.records.encode import encode_many
from sanctions.records.registry import RECORD_TYPES
from sanctions.vocabulary import IdentifierScheme, State

AT: Final = datetime(2025, 2, 7, 12, tzinfo=UTC)


@dataclass(frozen=True)
class Row:
    """One entry of the made-up list."""

    name: str
    programs: tuple[str, ...] = ("SYRIA",)
    listed_on: str = ""
    birth: str = ""


def _read(files: Files) -> ParsedList:
    with files["main"].open() as opened:
        rows = orjson.loads(opened.read())
    return ParsedList(
        ListEntry(
            key,
            {"kind": "person", "name": row["name"]}
            | ({"particulars": [{"kind": "birth_date", "text": row["birth"]}]} if row["birth"] else {}),
            tuple(EntryListing(program, row["listed_on"]) for program in row["programs"]),
            f"entry {key}",
            cited=(EntryCitation("main", pinpoint=f"entry {key}"),),
        )
        for key, row in rows.items()
    )


def made_up(name: str = "made-up") -> ImportSource:
    """Return a list whose files do not state its day, only ``as_of`` does."""
    publisher = {"slug": f"publisher-of-{name}", "kind": "state", "name": f"Publisher of {name}"}
    form = Form("json", (FileRole("main", (".json",)),), _read)
    return as_import_source(
        PublishedList(name, f"The {name} list", name, publisher, IdentifierScheme.OFAC_PROGRAM, (form,))
    )


MADE_UP: Final = made_up()


def file_of(rows: Mapping[str, Row]) -> RawFile:
    """Return the file of a snapshot."""
    return RawFile.of_bytes("main.json", orjson.dumps(rows))


def import_rows(
    by: User, day: date, rows: Mapping[str, Row], *, public: bool = True, source: ImportSource = MADE_UP
) -> tuple[Import, PreparedImport]:
    """Import a snapshot; return what was kept of it, and what was prepared."""
    prepared = prepare(source, [file_of(rows)], as_of=day, is_public=public)
    return carry_out(prepared, Consent(Act(AT, by, prepared.reason), is_public=public)), prepared


def public_state() -> dict[str, Any]:
    """Return everything public, editorial and of sources, except the ledger and the log.

    Retracted records are left out: without ``known_at`` they do not exist.
    """
    records: dict[str, Any] = {}
    for record_type in RECORD_TYPES:
        rows = record_type.model._default_manager.exclude(state=State.RETRACTED).values_list("pk", "state", "rendering")
        known = {pk: (state, rendering) for pk, state, rendering in rows}
        for pk, document in encode_many(record_type, list(known)).items():
            state, rendering = known[pk]
            answer = orjson.loads(rendering) if rendering else {}
            answer.pop("version", None)
            records[f"{record_type.name}/{document['slug']}"] = (state, document, answer)
    return {
        "records": records,
        "search": sorted(SearchEntry.objects.values_list("noun", "slug", "name_words", "text_words")),
        "sources": sorted(
            Imported.objects.values_list("source", "key", "record_type", "slug", "digest", "document", "written")
        ),
        "imports": list(Import.objects.not_undone().order_by("number").values_list("source", "as_of")),
        "proposals": sorted(
            Proposal.objects.open().values_list("record_type", "slug", "kind", "base", "document", "by", "state")
        ),
    }
