"""Read the presidential documents of the Federal Register from CSV, or from the JSON of its API.

Both have the same columns with the same names.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import Fault, RawFile
from sanctions.importers.federal_register.presidential_document import (
    LEFT,
    UNSTORABLE,
    President,
    PresidentialDocument,
    read_document,
)
from sanctions.importers.formats.csv_rows import read_rows, require_whole_row, wrong_width
from sanctions.importers.formats.strict import BadEntry, StrictFields, collapse_spaces

#: The largest file, in bytes. A thousand documents with all columns of the API have three million.
LARGEST: Final = 64 * 1024 * 1024

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
        # Taken only as a check: a document that corrects another is not an order of its own.
        "correction_of",
    }
) - {"executive_order_number"}


_KNOWN: Final = TEXTS | WHOLE | LEFT.keys() | {"president"}
_HEAD: Final = frozenset({"count", "description", "total_pages", "results", "next_page_url", "previous_page_url"})


@dataclass(slots=True)
class ParsedDocuments:
    """The documents of the files in their order, and the faults."""

    documents: list[PresidentialDocument] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    unread: int = 0


#: A function that yields the fields of each document of a file, and its president if it names one.
_FieldsOf: TypeAlias = Callable[[RawFile, list[Fault]], Iterator[tuple[StrictFields, President | None]]]


def read_csv(files: Sequence[RawFile]) -> ParsedDocuments:
    """Return the documents of CSV files. Raise :class:`UnreadableList`."""
    return _read(files, _csv_fields)


def read_json(files: Sequence[RawFile]) -> ParsedDocuments:
    """Return the documents of JSON files: API responses with ``results``, or lists. Raise :class:`UnreadableList`."""
    return _read(files, _json_fields)


def _read(files: Sequence[RawFile], fields_of: _FieldsOf) -> ParsedDocuments:
    parsed = ParsedDocuments()
    seen: dict[str, str] = {}
    for file in files:
        if file.size > LARGEST:
            raise UnreadableList(f"{file.name}: it has {file.size:,} bytes. At most {LARGEST:,} are read.")
        for fields, president in fields_of(file, parsed.faults):
            try:
                document = read_document(fields, president)
                _require_new(document, fields, seen)
            except BadEntry:
                parsed.unread += 1
                continue
            parsed.documents.append(document)
    return parsed


def _require_new(document: PresidentialDocument, fields: StrictFields, seen: dict[str, str]) -> None:
    """Refuse a document that was read before, or another one of the same order."""
    for name, number in (
        ("document_number", document.document_number),
        ("executive_order_number", f"EO {document.order_number}"),
    ):
        if number in seen:
            fields.refuse(name, number, f"It occurs twice: first in {seen[number]}.")
    seen |= dict.fromkeys((document.document_number, f"EO {document.order_number}"), document.place)


# --- The two forms ------------------------------------------------------------------------------


def _csv_fields(file: RawFile, faults: list[Fault]) -> Iterator[tuple[StrictFields, President | None]]:
    names: list[str] | None = None
    line, last = 0, list[str]()
    for line, row in read_rows(file, faults, encoding="utf-8", columns=None):
        place = f"{file.name}, line {line}"
        last = row
        if names is None:
            names = _columns(file, row, faults)
        elif len(row) != len(names):
            faults.append(wrong_width(place, row, len(names)))
        else:
            # An unknown column is reported once, not in every row.
            yield (
                StrictFields(
                    {name: text for name, text in zip(names, row, strict=True) if name in _KNOWN}, place, faults
                ),
                None,
            )
    if names is None:
        raise UnreadableList(f"{file.name}: the file is empty.")
    require_whole_row(file, line, last, len(names))


def _columns(file: RawFile, row: list[str], faults: list[Fault]) -> list[str]:
    """Return the names of the columns. Raise :class:`UnreadableList` if one is missing or occurs twice."""
    names = [collapse_spaces(name) for name in row]
    if missing := [name for name in NEEDED if name not in names]:
        raise UnreadableList(f"{file.name}: the column {missing[0]!r} is missing. Is it another list, or form?")
    if len(set(names)) != len(names):
        raise UnreadableList(f"{file.name}: a column occurs twice.")
    _report_unknown(names, _KNOWN - {"president"}, f"{file.name}, line 1", faults)
    return names


def _report_unknown(names: Iterable[str], known: Iterable[str], place: str, faults: list[Fault]) -> None:
    known = set(known)
    faults += [
        Fault(place, _shown(name), "", "It is not known, and was not read.") for name in names if name not in known
    ]


def _json_fields(file: RawFile, faults: list[Fault]) -> Iterator[tuple[StrictFields, President | None]]:
    for number, result in enumerate(_results(file, faults), start=1):
        place = f"{file.name}, result {number}"
        if not isinstance(result, dict):
            faults.append(Fault(place, "", _shown(result), "It is not a document."))
            continue
        yield _texts(result, place, faults), _president(result.get("president"), place, faults)


def _results(file: RawFile, faults: list[Fault]) -> list[Any]:
    """Return the documents of a JSON file, still unchecked. Raise :class:`UnreadableList`."""
    content = _loaded(file)
    if isinstance(content, list):
        return content
    results = content.get("results") if isinstance(content, dict) else None
    if not isinstance(results, list):
        raise UnreadableList(f"{file.name}: it has no list of results. Is it another response of the API?")
    _report_unknown(content, _HEAD, file.name, faults)
    if (count := content.get("count", len(results))) != len(results):
        message = f"The file has {len(results):,} results. Are other pages of the response missing?"
        faults.append(Fault(file.name, "count", _shown(count), message))
    return results


def _loaded(file: RawFile) -> Any:
    with file.open() as opened:
        content = opened.read()
    try:
        return json.loads(content.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_no_number)
    except UnicodeDecodeError as error:
        raise UnreadableList(f"{file.name}: byte {error.start:,} is not UTF-8.") from error
    except (ValueError, RecursionError) as error:
        raise UnreadableList(
            f"{file.name}: it is not JSON ({error}). Is the file cut off, or another format?"
        ) from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise ValueError("an object has a key twice")
    return members


def _no_number(text: str) -> None:
    raise ValueError(f"{text} is not a number of JSON")


def _texts(result: Mapping[str, Any], place: str, faults: list[Fault]) -> StrictFields:
    """Return the fields of a JSON document as texts; report and leave out those of a wrong type."""
    texts: dict[str, str] = {}
    for name in sorted(TEXTS | WHOLE):
        value = result.get(name)
        wanted, right = ("a whole number", int) if name in WHOLE else ("a text", str)
        if name == "executive_order_number" and isinstance(value, str):
            right = str  # Orders of the 1930s may have a letter after their number.
        if isinstance(value, right) and not isinstance(value, bool):
            texts[name] = str(value)
        elif value is not None:
            faults.append(Fault(place, name, _shown(value), f"It must be {wanted}."))
    _report_unknown(result, _KNOWN, place, faults)
    return _fields(texts, place, faults)


def _fields(texts: Mapping[str, str], place: str, faults: list[Fault]) -> StrictFields:
    """Return the fields; report and leave out values with characters that no text may have.

    The title and the note are kept, because a document is not used without them: they lose those characters later.
    """
    good = {
        name: text
        for name, text in texts.items()
        if name in ("title", "disposition_notes", "executive_order_notes") or not UNSTORABLE.search(text)
    }
    faults += [
        Fault(place, name, _shown(texts[name]), "It holds a character that no text may hold.")
        for name in texts
        if name not in good
    ]
    return StrictFields(good, place, faults)


def _shown(value: Any) -> str:
    """Return the beginning of a value, for a fault."""
    return UNSTORABLE.sub("\ufffd", str(value)[:200])


def _president(value: Any, place: str, faults: list[Fault]) -> President | None:
    if value is None:
        return None
    if isinstance(value, dict) and value.keys() == {"name", "identifier"}:
        name, identifier = value["name"], value["identifier"]
        if isinstance(name, str) and isinstance(identifier, str) and _is_president(collapse_spaces(name), identifier):
            return President(identifier, collapse_spaces(name))
    faults.append(Fault(place, "president", _shown(value), "It must have a name and an identifier, and nothing else."))
    return None


def _is_president(name: str, identifier: str) -> bool:
    known = re.fullmatch(r"[a-z]+(?:-[a-z]+)*", identifier) and len(identifier) <= 80
    return bool(known and name and len(name) <= 200 and not UNSTORABLE.search(name))
