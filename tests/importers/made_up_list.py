"""A made-up list whose snapshots are JSON, and all that a database answers after some of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any, Final

import orjson
from django.contrib.auth.models import User

from sanctions.importers.base import (
    Cited,
    Entry,
    Files,
    Form,
    Importable,
    Listing,
    PublishedList,
    RawFile,
    Reading,
    Role,
)
from sanctions.importers.lists import importable
from sanctions.importers.running import Prepared, carry_out, prepare
from sanctions.importers.write import Consent
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


def _read(files: Files) -> Reading:
    with files["main"].open() as opened:
        rows = orjson.loads(opened.read())
    return Reading(
        Entry(
            key,
            {"kind": "person", "name": row["name"]}
            | ({"particulars": [{"kind": "birth_date", "text": row["birth"]}]} if row["birth"] else {}),
            tuple(Listing(program, row["listed_on"]) for program in row["programs"]),
            f"entry {key}",
            cited=(Cited("main", pinpoint=f"entry {key}"),),
        )
        for key, row in rows.items()
    )


def made_up(name: str = "made-up") -> Importable:
    """Return a list that says of which day it is only by ``as_of``."""
    publisher = {"slug": f"publisher-of-{name}", "kind": "state", "name": f"Publisher of {name}"}
    form = Form("json", (Role("main", (".json",)),), _read)
    return importable(PublishedList(name, f"The {name} list", name, publisher, IdentifierScheme.OFAC_PROGRAM, (form,)))


MADE_UP: Final = made_up()


def file_of(rows: Mapping[str, Row]) -> RawFile:
    """Return the file of a snapshot."""
    return RawFile.of_bytes("main.json", orjson.dumps(rows))


def import_rows(
    by: User, day: date, rows: Mapping[str, Row], *, public: bool = True, source: Importable = MADE_UP
) -> tuple[Import, Prepared]:
    """Import a snapshot; return what was kept of it, and what was prepared."""
    prepared = prepare(source, [file_of(rows)], as_of=day, is_public=public)
    return carry_out(prepared, Consent(by, AT, prepared.reason, is_public=public)), prepared


def public_state() -> dict[str, Any]:
    """Return all that the public is answered and that the desk and the sources have, but for the ledger and the log.

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
        "imports": list(Import.objects.standing().order_by("number").values_list("source", "as_of")),
        "proposals": sorted(
            Proposal.objects.open().values_list("record_type", "slug", "kind", "base", "document", "by", "state")
        ),
    }
