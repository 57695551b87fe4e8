"""Citations of records, their versions and sources, as CSL-JSON and as BibTeX.

CSL-JSON follows the Citation Style Language 1.0.2 and its ``csl-data.json``. The BibTeX can be read by BibTeX and
biblatex: UTF-8, special characters of LaTeX escaped, titles and corporate authors in a second pair of braces, so that
no style changes their capitals or takes them for persons.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson

from sanctions import edtf
from sanctions.records.encode import label_text
from sanctions.vocabulary import WHOLE_OF, SourceKind

#: The container of every citation of a record.
DATABASE: Final = "Sanctions policy database"

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
#: Special characters of LaTeX. Braces are written by name, because BibTeX counts escaped ones too.
_LATEX: Final = str.maketrans(
    {
        "\\": r"\textbackslash{}",
        "{": r"\textbraceleft{}",
        "}": r"\textbraceright{}",
        "~": r"\textasciitilde{}",
        "^": r"\textasciicircum{}",
        "<": r"\textless{}",
        ">": r"\textgreater{}",
        "|": r"\textbar{}",
        **{sign: f"\\{sign}" for sign in "&%$#_"},
    }
)
#: In URLs only what would end the field or begin a command is escaped.
_URL_ESCAPES: Final = str.maketrans({"\\": "%5C", "{": "%7B", "}": "%7D"})
#: Kind of source → its type in CSL, its type in BibTeX, and BibTeX's field for the publisher.
_SOURCES: Final[dict[str, tuple[str, str, str]]] = {
    SourceKind.PRIMARY_LEGAL_TEXT: ("legislation", "misc", "howpublished"),
    SourceKind.OFFICIAL_REPORT: ("report", "techreport", "institution"),
    SourceKind.NEWS: ("article-newspaper", "article", "journal"),
    SourceKind.ACADEMIC: ("article", "misc", "howpublished"),
    SourceKind.REFERENCE: ("webpage", "misc", "howpublished"),
}


@dataclass(frozen=True, slots=True)
class CitationFields:
    """A citation before it is written in a format; what does not apply is empty.

    ``issued`` is a date of any precision (EDTF). ``type`` is that of CSL, ``entry`` that of BibTeX; ``published_in`` is
    BibTeX's field for publisher or container.
    """

    key: str
    type: str
    entry: str
    published_in: str
    title: str
    genre: str = ""
    author: str = ""
    publisher: str = ""
    container: str = ""
    version: str = ""
    issued: str = ""
    accessed: date | None = None
    url: str = ""
    archived_url: str = ""
    language: str = ""


def of_record(answer: Mapping[str, Any], version: Mapping[str, Any] | None, url: str, accessed: date) -> CitationFields:
    """Cite a version of a record, from its answer.

    ``url`` is the absolute URL of the version, or of the record if it has no version.
    """
    number = str(version["number"]) if version else ""
    kind = str(answer["type"])
    return CitationFields(
        key=f"{kind}-{answer['slug']}" + (f"-v{number}" if number else ""),
        type="dataset",
        entry="misc",
        published_in="howpublished",
        title=title_of(kind, answer),
        genre=f"{kind} record",
        container=DATABASE,
        version=number,
        issued=str(version["recorded_from"])[:10] if version else "",
        accessed=accessed,
        url=url,
        language="en",
    )


def of_source(answer: Mapping[str, Any]) -> CitationFields:
    """Cite the document that a source describes."""
    kind, entry, published_in = _SOURCES[answer["kind"]]
    publisher = answer["publisher"] or ""
    contained = kind in ("article-newspaper", "webpage")
    return CitationFields(
        key=f"source-{answer['slug']}",
        type=kind,
        entry=entry,
        published_in=published_in,
        title=answer["title"],
        author=publisher if kind == "report" else "",
        publisher="" if contained else publisher,
        container=publisher if contained else "",
        issued=answer["published_on"] or "",
        url=answer["source_url"] or "",
        archived_url=answer["archived_url"] or "",
        language=answer["language"] or "",
    )


def title_of(kind: str, answer: Mapping[str, Any]) -> str:
    """Return the title of a record, from its answer or its document.

    That of a measure or commitment includes its order or agreement, that of a designation the actor and the list.
    """
    if kind == "designation" and "actor" in answer:
        where = answer.get("list_name") or _name(answer.get("program") or answer.get("order"))
        return f"{_name(answer['actor'])}, listed: {where}"
    whole = answer.get(WHOLE_OF.get(kind, ""))
    own = label_text(kind, {key: value or "" for key, value in answer.items()})
    return f"{own}, in: {_name(whole)}" if whole else own


def _name(reference: Any) -> str:
    """Return the name in a reference; documents contain only the slug."""
    return str(reference["name"] if isinstance(reference, dict) else reference)


# --- CSL-JSON -----------------------------------------------------------------------------------


def csl_item(citation: CitationFields) -> dict[str, Any]:
    """Return an item of CSL-JSON without empty members."""
    item = {
        "id": citation.key,
        "type": citation.type,
        "title": citation.title,
        "genre": citation.genre,
        "author": [{"literal": citation.author}] if citation.author else [],
        "publisher": citation.publisher,
        "container-title": citation.container,
        "version": citation.version,
        "issued": csl_date(citation.issued) if citation.issued else {},
        "accessed": csl_date(citation.accessed.isoformat()) if citation.accessed else {},
        "URL": citation.url,
        "archive_location": citation.archived_url,
        "language": citation.language,
    }
    return {name: value for name, value in item.items() if value}


def csl(citation: CitationFields) -> bytes:
    """Return a file with one item."""
    return orjson.dumps([csl_item(citation)])


def csl_of(batches: Iterable[Sequence[CitationFields]]) -> Iterator[bytes]:
    """Yield a file with many items, a piece for each batch."""
    before = b"["
    for some in batches:
        if some:
            yield before + b",".join(orjson.dumps(csl_item(citation)) for citation in some)
            before = b","
    yield b"]" if before == b"," else b"[]"


def csl_date(text: str) -> dict[str, Any]:
    """Return a date in CSL, as precise as it is; one that CSL cannot represent becomes a literal text.

    Approximate and uncertain dates both become ``circa``, the only qualifier of CSL.
    """
    extent = edtf.parse(text)
    parts = [_date_parts(end) for end in extent.text.split("/")]
    seasons = [int(end[5:7]) - 20 for end in extent.text.split("/") if _precision(end) == "season"]
    if None in parts or (seasons and len(parts) > 1):
        return {"literal": edtf.humanise(text)}
    season = {"season": seasons[0]} if seasons else {}
    return {"date-parts": parts, **season} | ({"circa": True} if extent.approximate or extent.uncertain else {})


def _date_parts(end: str) -> list[int] | None:
    """Return year, month and day of a date as far as they are known; ``None`` without a year."""
    known = {"year": 1, "season": 1, "month": 2, "day": 3}.get(_precision(end))
    return None if known is None else [int(part) for part in end.rstrip("?~%").split("-")[:known]]


def _precision(end: str) -> str:
    return "" if end in ("", "..") else edtf.precision(edtf.parse(end))


# --- BibTeX -------------------------------------------------------------------------------------


def bibtex(citation: CitationFields) -> str:
    """Return an entry of BibTeX with a line break at its end."""
    fields = {
        "author": _double_braced(citation.author),
        "title": _double_braced(citation.title),
        citation.published_in: _braced(citation.container or citation.publisher),
        "type": _braced(citation.genre),
        "version": _braced(citation.version),
        **(_bibtex_date(citation.issued) if citation.issued else {}),
        "url": _braced_url(citation.url),
        "urldate": _braced(citation.accessed.isoformat() if citation.accessed else ""),
        "note": rf"{{Archived at \url{_braced_url(citation.archived_url)}}}" if citation.archived_url else "",
        "language": _braced(citation.language),
        # Styles sort by the key if an entry has no author.
        "key": "" if citation.author else _braced(citation.container or citation.publisher),
    }
    lines = "".join(f"  {name} = {value},\n" for name, value in fields.items() if value)
    return f"@{citation.entry}{{{citation.key},\n{lines}}}\n"


def bibtex_of(batches: Iterable[Sequence[CitationFields]]) -> Iterator[bytes]:
    """Yield a file with many entries, a piece for each batch."""
    return ("".join(map(bibtex, some)).encode() for some in batches)


def _bibtex_date(text: str) -> dict[str, str]:
    """Return the fields ``year`` and ``month``; a date that is not plain becomes a ``year`` in words."""
    issued = csl_date(text)
    is_plain = issued.keys() == {"date-parts"} and len(issued["date-parts"]) == 1
    if not is_plain:
        return {"year": _braced(edtf.humanise(text))}
    year, *rest = issued["date-parts"][0]
    return {"year": _braced(f"{year:04}")} | ({"month": _MONTHS[rest[0] - 1]} if rest else {})


def _braced(text: str) -> str:
    return f"{{{_escaped(text)}}}" if text else ""


def _double_braced(text: str) -> str:
    return f"{{{{{_escaped(text)}}}}}" if text else ""


def _escaped(text: str) -> str:
    return " ".join(text.split()).translate(_LATEX)


def _braced_url(url: str) -> str:
    return f"{{{url.translate(_URL_ESCAPES)}}}" if url else ""
