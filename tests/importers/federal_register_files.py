"""Writes what the reader of the Federal Register reads: notes of dispositions, and documents as CSV and JSON."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date
from itertools import groupby
from typing import Any, Final

from sanctions.importers.base import RawFile
from sanctions.importers.federal_register.disposition_notes import Clause, Instrument, InstrumentKind
from sanctions.importers.federal_register.presidential_document import PresidentialDocument

COLUMNS: Final = (
    *("citation", "document_number", "end_page", "html_url", "pdf_url", "type", "subtype", "publication_date"),
    *("signing_date", "start_page", "title", "disposition_notes", "executive_order_number"),
)
_WORDS: Final = {
    InstrumentKind.EXECUTIVE_ORDER: "EO",
    InstrumentKind.PROCLAMATION: "Proc.",
    InstrumentKind.DETERMINATION: "Presidential Determination",
    InstrumentKind.PUBLIC_LAW: "Public Law",
    InstrumentKind.MEMORANDUM: "Memorandum",
    InstrumentKind.NOTICE: "Notice",
    InstrumentKind.ORDER: "Order",
    InstrumentKind.MILITARY_ORDER: "Military order",
    InstrumentKind.AGENCY_RULE: "Final rule",
    InstrumentKind.AGENCY_NOTICE: "Department of Justice notice",
}


def american(day: str) -> str:
    """Write an ISO day as the notes have it."""
    found = date.fromisoformat(day)
    return f"{found:%B} {found.day}, {found.year:04}"


def target_text(target: Instrument) -> str:
    """Write the name of a document."""
    if not target.number:
        return f"{_WORDS[target.kind]} of {american(target.date)}"
    name = f"{_WORDS[target.kind]} {target.number}"
    return f"{name}, {american(target.date)}" if target.date else name


def clause_text(clause: Clause) -> str:
    """Write a clause without its label."""
    text = target_text(clause.target)
    if clause.effective_on:
        text += f" eff. {american(clause.effective_on)}"
    if clause.note:
        text += f" ({clause.note})"
    return text + (" (in part)" if clause.in_part else "")


def note_text(clauses: Sequence[Clause]) -> str:
    """Write a note: a line for each run of clauses with one label."""
    lines = (
        f"{label}: {'; '.join(map(clause_text, run))}" for label, run in groupby(clauses, key=lambda one: one.label)
    )
    return "\n".join(lines)


def row(document: PresidentialDocument) -> dict[str, Any]:
    """Return what both forms have of a document, as JSON has it."""
    return {
        "citation": document.citation or None,
        "document_number": document.document_number,
        "end_page": document.end_page or 0,
        "html_url": document.html_url or None,
        "pdf_url": document.pdf_url or None,
        "type": "Presidential Document",
        "subtype": "Executive Order",
        "publication_date": document.published_on.isoformat(),
        "signing_date": document.signed_on.isoformat() if document.signed_on else None,
        "start_page": document.start_page or 0,
        "title": document.title,
        "disposition_notes": document.notes or None,
        "executive_order_number": document.order_number,
    }


def csv_file(rows: Sequence[dict[str, Any]], columns: Sequence[str] = COLUMNS, name: str = "orders.csv") -> RawFile:
    """Write rows as the site exports them: American days of publication, a space before the document number."""
    written = io.StringIO()
    writer = csv.DictWriter(written, columns, lineterminator="\n")
    writer.writeheader()
    for one in rows:
        day = date.fromisoformat(one["publication_date"])
        number = f" {one['document_number']}"
        writer.writerow(one | {"publication_date": f"{day:%m/%d/}{day.year:04}", "document_number": number})
    return RawFile.of_bytes(name, written.getvalue().encode())


def json_file(rows: Sequence[Any], name: str = "orders.json", **head: Any) -> RawFile:
    """Write rows as the interface answers."""
    content = {"count": len(rows), "description": "Documents", "total_pages": 1, "results": list(rows)} | head
    return RawFile.of_bytes(name, json.dumps(content).encode())


def json_row(document: PresidentialDocument) -> dict[str, Any]:
    """Return a document as the interface gives it, with its president and with what is left."""
    result = row(document)
    if document.order_number.isdigit():
        result["executive_order_number"] = int(document.order_number)
    if document.president:
        result["president"] = {"name": document.president.name, "identifier": document.president.identifier}
    return result | {"abstract": None, "agencies": [{"id": 538}], "significant": False, "page_length": 3}
