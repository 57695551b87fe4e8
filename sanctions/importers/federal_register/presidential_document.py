"""Read one presidential document from its fields. Each column is taken, or left for the reason in :data:`LEFT`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sanctions.importers.formats.strict import BadEntry, StrictFields
from sanctions.vocabulary import OrderKind

#: The subtypes that are read. Others of the Federal Register (proclamations, notices) have other columns.
SUBTYPES: Final = {"Executive Order": OrderKind.EXECUTIVE_ORDER}
_MISJOINED: Final = "The few presidential documents that have it have that of an agency's rule, printed next to them."
_OTHER_FORM: Final = "Another form of the same text."
_ALWAYS: Final = "The same for every presidential document, or for none."
_DERIVED: Final = "It follows from what is taken."
_CONTENTS: Final = "How the table of contents of the day's issue names it."

#: The columns that are left, and why.
LEFT: Final[Mapping[str, str]] = {
    **dict.fromkeys(("abstract", "action", "dates", "effective_on", "comments_close_on", "excerpts"), _MISJOINED),
    **dict.fromkeys(("cfr_references", "docket_id", "docket_ids"), _MISJOINED),
    **dict.fromkeys(("body_html_url", "full_text_xml_url", "json_url", "mods_url", "raw_text_url"), _OTHER_FORM),
    "public_inspection_pdf_url": _OTHER_FORM,
    **dict.fromkeys(("agencies", "agency_names", "significant", "topics", "comment_url"), _ALWAYS),
    **dict.fromkeys(("regulation_id_number_info", "regulation_id_numbers"), _ALWAYS),
    **dict.fromkeys(("regulations_dot_gov_info", "regulations_dot_gov_url"), _ALWAYS),
    **dict.fromkeys(("volume", "page_length"), _DERIVED),
    **dict.fromkeys(("toc_doc", "toc_subject"), _CONTENTS),
    "images": "Pictures of signatures and charts.",
    "corrections": "Each is a document of its own.",
}

_DOCUMENT_NUMBER: Final = re.compile(r"[A-Z0-9]{1,10}(?:-[A-Z0-9]{1,10}){1,3}")
_ORDER_NUMBER: Final = re.compile(r"[1-9][0-9]{0,4}(?:-[A-Z])?")
_CITATION: Final = re.compile(r"[1-9][0-9]{0,3} FR [1-9][0-9]{0,6}")
_ADDRESS: Final = re.compile(r"https://[a-z0-9.-]+/\S{1,500}")
_AMERICAN_DAY: Final = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_ISO_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
#: Characters that no text of the database may have: control characters, lone surrogates, noncharacters.
UNSTORABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: The most characters of a title. An order on a dispute between railroads names them all, in 700.
LONGEST_TITLE: Final = 5_000
#: The most characters of a note: ten times the longest seen.
LONGEST_NOTE: Final = 20_000


@dataclass(frozen=True, slots=True)
class President:
    """The president who signed a document: the Federal Register's identifier, and the name."""

    identifier: str
    name: str


@dataclass(frozen=True, slots=True)
class PresidentialDocument:
    """One executive order as the Federal Register lists it.

    ``signed_on`` is ``None`` if it gives no possible day, the pages if it gives none. ``place`` is its place in the
    files.
    """

    document_number: str
    order_number: str
    kind: OrderKind
    title: str
    published_on: date
    signed_on: date | None = None
    citation: str = ""
    start_page: int | None = None
    end_page: int | None = None
    html_url: str = ""
    pdf_url: str = ""
    president: President | None = None
    notes: str = ""
    place: str = field(default="", compare=False)


def read_document(fields: StrictFields, president: President | None) -> PresidentialDocument:
    """Return a document. Raise :class:`BadEntry` if it cannot be used; its faults are reported."""
    number = _matching(fields, "document_number", _DOCUMENT_NUMBER, needed=True)
    fields.place = place = f"{fields.place}, document {number}"
    fields.code("type", {"Presidential Document": None})
    kind = fields.code("subtype", SUBTYPES)
    if corrected := fields.take("correction_of"):
        fields.refuse("correction_of", corrected, "It corrects another document, and is not an order of its own.")
    published_on = _day(fields, "publication_date")
    if published_on is None:
        raise BadEntry("It has no day of publication.")
    start_page, end_page = _pages(fields)
    document = PresidentialDocument(
        document_number=number,
        order_number=_matching(fields, "executive_order_number", _ORDER_NUMBER, needed=True),
        kind=kind,
        title=_title(fields),
        published_on=published_on,
        signed_on=_signed_on(fields, published_on),
        citation=_matching(fields, "citation", _CITATION),
        start_page=start_page,
        end_page=end_page,
        html_url=_matching(fields, "html_url", _ADDRESS),
        pdf_url=_matching(fields, "pdf_url", _ADDRESS),
        president=president,
        notes=_notes(fields),
        place=place,
    )
    fields.leave(LEFT)
    fields.finish()
    return document


def _matching(fields: StrictFields, name: str, pattern: re.Pattern[str], *, needed: bool = False) -> str:
    """Take a field of a known form. Report another form, and use the document without it unless it is needed."""
    text = fields.need(name) if needed else fields.take(name)
    if text and not pattern.fullmatch(text):
        message = "It does not have the form that it must have."
        if needed:
            fields.refuse(name, text, message)
        fields.fault(name, text, message)
        return ""
    return text


def _day(fields: StrictFields, name: str) -> date | None:
    """Take a day, ISO or American. Report a missing or impossible one, and return ``None``."""
    text = fields.take(name)
    if american := _AMERICAN_DAY.fullmatch(text):
        month, day, year = map(int, american.groups())
    elif international := _ISO_DAY.fullmatch(text):
        year, month, day = map(int, international.groups())
    else:
        fields.fault(name, text, "It must be a day: YYYY-MM-DD or MM/DD/YYYY.")
        return None
    try:
        return date(year, month, day)
    except ValueError:
        fields.fault(name, text, "No such day exists.")
        return None


def _signed_on(fields: StrictFields, published_on: date) -> date | None:
    day = _day(fields, "signing_date")
    if day is not None and day > published_on:
        fields.fault(
            "signing_date", day.isoformat(), f"It was published before, on {published_on}: the day is not used."
        )
        return None
    return day


def _pages(fields: StrictFields) -> tuple[int | None, int | None]:
    """Take the pages. The API gives 0 for unknown ones."""
    start, end = (int(_matching(fields, name, re.compile(r"[0-9]{1,7}")) or 0) for name in ("start_page", "end_page"))
    if end < start:
        fields.fault("end_page", str(end), f"It begins on page {start}: the pages are not used.")
        return None, None
    return start or None, end or None


def _title(fields: StrictFields) -> str:
    title = _storable(fields, "title", fields.need("title"))
    if len(title) > LONGEST_TITLE:
        fields.fault("title", title, f"A title has at most {LONGEST_TITLE:,} characters: the rest was not read.")
        title = title[: LONGEST_TITLE - 1].rstrip() + "…"
    return title or fields.refuse("title", "", "It must have a value.")


def _storable(fields: StrictFields, name: str, text: str) -> str:
    """Return a text without the characters that no text may have; report them."""
    if found := UNSTORABLE.search(text):
        fields.fault(name, "", f"It holds the character U+{ord(found[0]):04X}: the text was read without it.")
    return UNSTORABLE.sub("", text)


def _notes(fields: StrictFields) -> str:
    """Take the note with its lines. An older API has another name for it."""
    new, old = (fields.raw(name).strip() for name in ("disposition_notes", "executive_order_notes"))
    if new and old and new != old:
        fields.fault("executive_order_notes", old, "The disposition notes differ from it, and are used.")
    notes = new or old
    if len(notes) > LONGEST_NOTE:
        fields.fault("disposition_notes", notes, f"A note has at most {LONGEST_NOTE:,} characters. It was not read.")
        return ""
    return _storable(fields, "disposition_notes", notes)
