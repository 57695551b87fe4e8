"""Citations: how a record, a version of it or a source is cited, as CSL-JSON and as BibTeX.

CSL-JSON follows the Citation Style Language 1.0.2 and its ``csl-data.json``. BibTeX is written so that BibTeX and
biblatex both read it: UTF-8, what LaTeX gives a meaning to escaped, titles and bodies in a second pair of braces
so that no style changes their capitals or takes them for persons.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import orjson

from sanctions import edtf
from sanctions.records.encode import label_text
from sanctions.vocabulary import SourceKind

#: What our records are part of.
DATABASE: Final = "Sanctions policy database"

_MONTHS: Final = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
#: Characters that mean something to LaTeX. Braces are written by name, because BibTeX counts escaped ones too.
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
#: An address is taken as it stands; only what would end the field, or begin a command, is written otherwise.
_ADDRESS: Final = str.maketrans({"\\": "%5C", "{": "%7B", "}": "%7D"})
#: Kind of source → its type in CSL and in BibTeX, and the field of BibTeX for who published it.
_SOURCES: Final[dict[str, tuple[str, str, str]]] = {
    SourceKind.PRIMARY_LEGAL_TEXT: ("legislation", "misc", "howpublished"),
    SourceKind.OFFICIAL_REPORT: ("report", "techreport", "institution"),
    SourceKind.NEWS: ("article-newspaper", "article", "journal"),
    SourceKind.ACADEMIC: ("article", "misc", "howpublished"),
    SourceKind.REFERENCE: ("webpage", "misc", "howpublished"),
}


@dataclass(frozen=True, slots=True)
class Cited:
    """What a citation says, before it is written in a format.

    ``issued`` is a date of any precision (EDTF). ``publisher`` issued the whole, ``container`` contains it, and
    ``author`` is the body whose work it is; each empty where there is none. ``entry`` is the type in BibTeX,
    ``published_in`` its field for publisher or container.
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


def of_record(answer: Mapping[str, Any], version: Mapping[str, Any] | None, url: str, accessed: date) -> Cited:
    """Return the citation of one of our records, as its answer says it, in the version given.

    ``url`` is the absolute address of the version; of the record, if it has no version.
    """
    number = str(version["number"]) if version else ""
    kind = str(answer["type"])
    return Cited(
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


def of_source(answer: Mapping[str, Any]) -> Cited:
    """Return the citation of a source: of the document itself, not of what we say of it."""
    kind, entry, published_in = _SOURCES[answer["kind"]]
    publisher = answer["publisher"] or ""
    contained = kind in ("article-newspaper", "webpage")
    return Cited(
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
    """Return the title of a record, of its answer or of its document.

    A part of a record has the record's in it, a designation who was listed where.
    """
    if kind == "designation" and "actor" in answer:
        where = answer.get("list_name") or _name(answer.get("program") or answer.get("order"))
        return f"{_name(answer['actor'])}, listed: {where}"
    whole = answer.get({"measure": "order", "commitment": "agreement"}.get(kind, ""))
    own = label_text(kind, {key: value or "" for key, value in answer.items()})
    return f"{own}, in: {_name(whole)}" if whole else own


def _name(reference: Any) -> str:
    """Return the name of another record; in a document, which has no names, its slug."""
    return str(reference["name"] if isinstance(reference, dict) else reference)


# --- CSL-JSON -----------------------------------------------------------------------------------


def csl_item(cited: Cited) -> dict[str, Any]:
    """Return the item of CSL-JSON; what is empty is left out."""
    item = {
        "id": cited.key,
        "type": cited.type,
        "title": cited.title,
        "genre": cited.genre,
        "author": [{"literal": cited.author}] if cited.author else [],
        "publisher": cited.publisher,
        "container-title": cited.container,
        "version": cited.version,
        "issued": csl_date(cited.issued) if cited.issued else {},
        "accessed": csl_date(cited.accessed.isoformat()) if cited.accessed else {},
        "URL": cited.url,
        "archive_location": cited.archived_url,
        "language": cited.language,
    }
    return {name: value for name, value in item.items() if value}


def csl(cited: Cited) -> bytes:
    """Return the file: a list of one item."""
    return orjson.dumps([csl_item(cited)])


def csl_of(batches: Iterable[Sequence[Cited]]) -> Iterator[bytes]:
    """Yield a file of many items, a piece for each batch."""
    before = b"["
    for some in batches:
        if some:
            yield before + b",".join(orjson.dumps(csl_item(cited)) for cited in some)
            before = b","
    yield b"]" if before == b"," else b"[]"


def csl_date(text: str) -> dict[str, Any]:
    """Return a date as CSL writes it: only what its precision says, and in words what CSL has no form for.

    CSL has one word for every doubt, ``circa``: it stands for approximate and for uncertain dates.
    """
    extent = edtf.parse(text)
    parts = [_date_parts(end) for end in extent.text.split("/")]
    seasons = [int(end[5:7]) - 20 for end in extent.text.split("/") if _precision(end) == "season"]
    if None in parts or (seasons and len(parts) > 1):
        return {"literal": edtf.humanise(text)}
    season = {"season": seasons[0]} if seasons else {}
    return {"date-parts": parts, **season} | ({"circa": True} if extent.approximate or extent.uncertain else {})


def _date_parts(end: str) -> list[int] | None:
    """Return year, month and day of one date as far as they are known; ``None`` if not even the year is."""
    known = {"year": 1, "season": 1, "month": 2, "day": 3}.get(_precision(end))
    return None if known is None else [int(part) for part in end.rstrip("?~%").split("-")[:known]]


def _precision(end: str) -> str:
    return "" if end in ("", "..") else edtf.precision(edtf.parse(end))


# --- BibTeX -------------------------------------------------------------------------------------


def bibtex(cited: Cited) -> str:
    """Return the entry of BibTeX, and a line break."""
    fields = {
        "author": _twice(cited.author),
        "title": _twice(cited.title),
        cited.published_in: _once(cited.container or cited.publisher),
        "type": _once(cited.genre),
        "version": _once(cited.version),
        **(_bibtex_date(cited.issued) if cited.issued else {}),
        "url": _address(cited.url),
        "urldate": _once(cited.accessed.isoformat() if cited.accessed else ""),
        "note": rf"{{Archived at \url{_address(cited.archived_url)}}}" if cited.archived_url else "",
        "language": _once(cited.language),
        # What a style sorts by that finds no author.
        "key": "" if cited.author else _once(cited.container or cited.publisher),
    }
    lines = "".join(f"  {name} = {value},\n" for name, value in fields.items() if value)
    return f"@{cited.entry}{{{cited.key},\n{lines}}}\n"


def bibtex_of(batches: Iterable[Sequence[Cited]]) -> Iterator[bytes]:
    """Yield a file of many entries, a piece for each batch."""
    return ("".join(map(bibtex, some)).encode() for some in batches)


def _bibtex_date(text: str) -> dict[str, str]:
    """Return the year, and the month where it is known; what is no plain date stands as the year, in words."""
    found = csl_date(text)
    plain = found.keys() == {"date-parts"} and len(found["date-parts"]) == 1
    if not plain:
        return {"year": _once(edtf.humanise(text))}
    year, *rest = found["date-parts"][0]
    return {"year": _once(f"{year:04}")} | ({"month": _MONTHS[rest[0] - 1]} if rest else {})


def _once(text: str) -> str:
    return f"{{{_escaped(text)}}}" if text else ""


def _twice(text: str) -> str:
    return f"{{{{{_escaped(text)}}}}}" if text else ""


def _escaped(text: str) -> str:
    return " ".join(text.split()).translate(_LATEX)


def _address(url: str) -> str:
    return f"{{{url.translate(_ADDRESS)}}}" if url else ""
