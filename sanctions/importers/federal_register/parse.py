"""The presidential documents of the Federal Register as its site exports them: CSV, or the JSON of its interface.

Both have the same columns under the same names. Each is taken, or left for the reason in :data:`LEFT`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, TypeAlias

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import Fault, RawFile
from sanctions.importers.strict import BadEntry, Fields, clean
from sanctions.importers.tables import demand_whole, rows
from sanctions.vocabulary import OrderKind

#: Bytes that a file may have: a thousand documents with all that the interface tells of them have three million.
LARGEST: Final = 64 * 1024 * 1024

#: The subtypes that are read. Others of the Federal Register (proclamations, notices) have other columns.
SUBTYPES: Final = {"Executive Order": OrderKind.EXECUTIVE_ORDER}

#: Columns without which it is another file.
NEEDED: Final = (
    *("document_number", "type", "subtype", "title", "publication_date", "signing_date"),
    "executive_order_number",
)
#: Columns whose value is a whole number in JSON.
WHOLE: Final = frozenset({"start_page", "end_page", "executive_order_number"})
#: Columns whose value is a text in JSON.
TEXTS: Final = frozenset(
    {
        *(*NEEDED, "citation", "html_url", "pdf_url", "disposition_notes", "executive_order_notes"),
        # Taken only to be checked: a document that corrects another one is no order of its own.
        "correction_of",
    }
) - {"executive_order_number"}

_MISJOINED: Final = "The few presidential documents that have it bear that of a rule of an agency, printed beside them."
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

_KNOWN: Final = TEXTS | WHOLE | LEFT.keys() | {"president"}
_HEAD: Final = frozenset({"count", "description", "total_pages", "results", "next_page_url", "previous_page_url"})
_DOCUMENT_NUMBER: Final = re.compile(r"[A-Z0-9]{1,10}(?:-[A-Z0-9]{1,10}){1,3}")
_ORDER_NUMBER: Final = re.compile(r"[1-9][0-9]{0,4}(?:-[A-Z])?")
_CITATION: Final = re.compile(r"[1-9][0-9]{0,3} FR [1-9][0-9]{0,6}")
_ADDRESS: Final = re.compile(r"https://[a-z0-9.-]+/\S{1,500}")
_AMERICAN_DAY: Final = re.compile(r"([0-9]{2})/([0-9]{2})/([0-9]{4})")
_ISO_DAY: Final = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
#: What no text of the database may hold: control characters, lone surrogates, no characters.
_UNSTORABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
#: Characters that a title may have: that of an order on a dispute between railroads names them all, in 700.
LONGEST_TITLE: Final = 5_000
#: Characters that a note may have: the longest seen has a tenth of it.
LONGEST_NOTE: Final = 20_000


@dataclass(frozen=True, slots=True)
class President:
    """Who signed a document: how the Federal Register calls him in addresses, and his name."""

    identifier: str
    name: str


@dataclass(frozen=True, slots=True)
class PresidentialDocument:
    """One executive order as the Federal Register lists it.

    ``signed_on`` is ``None`` where it gives no possible day, the pages where it gives none. ``place`` tells where it
    stands in the files.
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


@dataclass(slots=True)
class Documents:
    """The documents of some files in their order, and what in them was not understood."""

    documents: list[PresidentialDocument] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unread: int = 0


#: What yields the fields of each document of a file, and its president where it names one.
_FieldsOf: TypeAlias = Callable[[RawFile, list[Fault]], Iterator[tuple[Fields, President | None]]]


def read_csv(files: Sequence[RawFile]) -> Documents:
    """Return the documents of CSV files; raise :class:`UnreadableList`."""
    return _read(files, _csv_fields)


def read_json(files: Sequence[RawFile]) -> Documents:
    """Return the documents of JSON files: each an answer with ``results``, or a list; raise :class:`UnreadableList`."""
    return _read(files, _json_fields)


def _read(files: Sequence[RawFile], fields_of: _FieldsOf) -> Documents:
    found = Documents()
    seen: dict[str, str] = {}
    for file in files:
        if file.size > LARGEST:
            raise UnreadableList(f"{file.name}: {file.size:,} bytes are more than the {LARGEST:,} that are read.")
        for fields, president in fields_of(file, found.faults):
            try:
                document = _document(fields, president)
                _demand_new(document, fields, seen)
            except BadEntry:
                found.unread += 1
                continue
            found.documents.append(document)
    return found


def _demand_new(document: PresidentialDocument, fields: Fields, seen: dict[str, str]) -> None:
    """Refuse what is there already: a document, or another document of the same order."""
    for name, number in (
        ("document_number", document.document_number),
        ("executive_order_number", f"EO {document.order_number}"),
    ):
        if number in seen:
            fields.refuse(name, number, f"It is there already: {seen[number]}.")
    seen |= dict.fromkeys((document.document_number, f"EO {document.order_number}"), document.place)


# --- The two forms ------------------------------------------------------------------------------


def _csv_fields(file: RawFile, faults: list[Fault]) -> Iterator[tuple[Fields, President | None]]:
    names: list[str] | None = None
    line, last = 0, list[str]()
    for line, row in rows(file, faults, encoding="utf-8", columns=None):
        place = f"{file.name}, line {line}"
        last = row
        if names is None:
            names = _columns(file, row, faults)
        elif len(row) != len(names):
            message = f"The row has {len(row)} cells and must have {len(names)}."
            faults.append(Fault(place, "", ", ".join(row)[:200], message))
        else:
            # An unknown column is told once, not in every row.
            yield (
                Fields({name: text for name, text in zip(names, row, strict=True) if name in _KNOWN}, place, faults),
                None,
            )
    if names is None:
        raise UnreadableList(f"{file.name}: The file is empty.")
    demand_whole(file, line, last, len(names))


def _columns(file: RawFile, row: list[str], faults: list[Fault]) -> list[str]:
    """Return the names of the columns; refuse a file that lacks one, or has one twice."""
    names = [clean(name) for name in row]
    if missing := [name for name in NEEDED if name not in names]:
        raise UnreadableList(f"{file.name}: There is no column {missing[0]!r}. Is it another list, or form?")
    if len(set(names)) != len(names):
        raise UnreadableList(f"{file.name}: A column is there twice.")
    _tell_unknown(names, _KNOWN - {"president"}, f"{file.name}, line 1", faults)
    return names


def _tell_unknown(names: Iterable[str], known: Iterable[str], place: str, faults: list[Fault]) -> None:
    known = set(known)
    faults += [
        Fault(place, _shown(name), "", "It is not known, and was not read.") for name in names if name not in known
    ]


def _json_fields(file: RawFile, faults: list[Fault]) -> Iterator[tuple[Fields, President | None]]:
    for number, result in enumerate(_results(file, faults), start=1):
        place = f"{file.name}, result {number}"
        if not isinstance(result, dict):
            faults.append(Fault(place, "", _shown(result), "It is no document."))
            continue
        yield _texts(result, place, faults), _president(result.get("president"), place, faults)


def _results(file: RawFile, faults: list[Fault]) -> list[Any]:
    """Return the documents of a JSON file, not yet looked at; raise :class:`UnreadableList`."""
    content = _loaded(file)
    if isinstance(content, list):
        return content
    results = content.get("results") if isinstance(content, dict) else None
    if not isinstance(results, list):
        raise UnreadableList(f"{file.name}: There is no list of results in it. Is it another answer of the interface?")
    _tell_unknown(content, _HEAD, file.name, faults)
    if (count := content.get("count", len(results))) != len(results):
        message = f"The file has {len(results):,} results. Are other pages of the answer missing?"
        faults.append(Fault(file.name, "count", _shown(count), message))
    return results


def _loaded(file: RawFile) -> Any:
    with file.open() as opened:
        content = opened.read()
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise UnreadableList(f"{file.name}: byte {error.start:,} is no UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise UnreadableList(
            f"{file.name}: It is no JSON ({error}). Is the file cut off, or another format?"
        ) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("an object has a key twice")
    return found


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is no number of JSON")


def _texts(result: Mapping[str, Any], place: str, faults: list[Fault]) -> Fields:
    """Return the fields of a JSON document as texts; those of another type than they must have are told, and left."""
    texts: dict[str, str] = {}
    for name in sorted(TEXTS | WHOLE):
        value = result.get(name)
        wanted, right = ("a whole number", int) if name in WHOLE else ("a text", str)
        if name == "executive_order_number" and isinstance(value, str):
            right = str  # An order of the nineteen-thirties can have a letter after its number.
        if isinstance(value, right) and not isinstance(value, bool):
            texts[name] = str(value)
        elif value is not None:
            faults.append(Fault(place, name, _shown(value), f"It must be {wanted}."))
    _tell_unknown(result, _KNOWN, place, faults)
    return _fields(texts, place, faults)


def _fields(texts: Mapping[str, str], place: str, faults: list[Fault]) -> Fields:
    """Return fields; a value with characters that no text may hold is told and left out.

    The title and the note stay: a document without them as they are is not used.
    """
    good = {
        name: text
        for name, text in texts.items()
        if name in ("title", "disposition_notes", "executive_order_notes") or not _UNSTORABLE.search(text)
    }
    faults += [
        Fault(place, name, _shown(texts[name]), "It holds a character that no text may hold.")
        for name in texts
        if name not in good
    ]
    return Fields(good, place, faults)


def _shown(value: Any) -> str:
    """Return the beginning of a value as a fault can show it."""
    return _UNSTORABLE.sub("\ufffd", str(value)[:200])


def _president(value: Any, place: str, faults: list[Fault]) -> President | None:
    if value is None:
        return None
    if isinstance(value, dict) and value.keys() == {"name", "identifier"}:
        name, identifier = value["name"], value["identifier"]
        if isinstance(name, str) and isinstance(identifier, str) and _is_president(clean(name), identifier):
            return President(identifier, clean(name))
    faults.append(Fault(place, "president", _shown(value), "It must have a name and an identifier, and nothing else."))
    return None


def _is_president(name: str, identifier: str) -> bool:
    known = re.fullmatch(r"[a-z]+(?:-[a-z]+)*", identifier) and len(identifier) <= 80
    return bool(known and name and len(name) <= 200 and not _UNSTORABLE.search(name))


# --- One document -------------------------------------------------------------------------------


def _document(fields: Fields, president: President | None) -> PresidentialDocument:
    """Return a document; raise :class:`BadEntry` if it is none, with its faults told."""
    number = _matching(fields, "document_number", _DOCUMENT_NUMBER, needed=True)
    fields.place = place = f"{fields.place}, document {number}"
    fields.code("type", {"Presidential Document": None})
    kind = fields.code("subtype", SUBTYPES)
    if corrected := fields.take("correction_of"):
        fields.refuse("correction_of", corrected, "It corrects another document, and is no order of its own.")
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


def _matching(fields: Fields, name: str, pattern: re.Pattern[str], *, needed: bool = False) -> str:
    """Take a field of a known form. Another form is told; the document is used without it, unless it is needed."""
    text = fields.need(name) if needed else fields.take(name)
    if text and not pattern.fullmatch(text):
        message = "It has not the form that it must have."
        if needed:
            fields.refuse(name, text, message)
        fields.fault(name, text, message)
        return ""
    return text


def _day(fields: Fields, name: str) -> date | None:
    """Take a day, ISO or as Americans write it. That there is none, or an impossible one, is told: then ``None``."""
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
        fields.fault(name, text, "There is no such day.")
        return None


def _signed_on(fields: Fields, published_on: date) -> date | None:
    day = _day(fields, "signing_date")
    if day is not None and day > published_on:
        fields.fault(
            "signing_date", day.isoformat(), f"It was published before, on {published_on}: the day is not used."
        )
        return None
    return day


def _pages(fields: Fields) -> tuple[int | None, int | None]:
    """Take the pages. The interface gives 0 where it knows none."""
    start, end = (int(_matching(fields, name, re.compile(r"[0-9]{1,7}")) or 0) for name in ("start_page", "end_page"))
    if end < start:
        fields.fault("end_page", str(end), f"It begins on page {start}: the pages are not used.")
        return None, None
    return start or None, end or None


def _title(fields: Fields) -> str:
    title = _storable(fields, "title", fields.need("title"))
    if len(title) > LONGEST_TITLE:
        fields.fault("title", title, f"A title has at most {LONGEST_TITLE:,} characters: the rest was not read.")
        title = title[: LONGEST_TITLE - 1].rstrip() + "…"
    return title or fields.refuse("title", "", "It must have a value.")


def _storable(fields: Fields, name: str, text: str) -> str:
    """Return a text without the characters that no text may hold, with a fault."""
    if found := _UNSTORABLE.search(text):
        fields.fault(name, "", f"It holds the character U+{ord(found[0]):04X}: the text was read without it.")
    return _UNSTORABLE.sub("", text)


def _notes(fields: Fields) -> str:
    """Take the note, whose lines matter. An older interface names it otherwise."""
    new, old = (fields.raw(name).strip() for name in ("disposition_notes", "executive_order_notes"))
    if new and old and new != old:
        fields.fault("executive_order_notes", old, "The disposition notes say something else, and are used.")
    notes = new or old
    if len(notes) > LONGEST_NOTE:
        fields.fault("disposition_notes", notes, f"A note has at most {LONGEST_NOTE:,} characters. It was not read.")
        return ""
    return _storable(fields, "disposition_notes", notes)
