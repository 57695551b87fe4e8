"""Parse the disposition notes of the Federal Register: what each order does to others, and what is done to it.

A note is a list of labels, each with the documents that it concerns::

    Amends: EO 12345, May 6, 1980; EO 12346, May 7, 1980 (in part)
    Revoked by: EO 12399, June 1, 1983

The notes are written by hand. Every spelling of a label that means something is in :data:`LABELS`, every word for a
kind of document in :data:`KINDS`. Anything else is not read: it is returned as text, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final

from sanctions.importers.formats.strict import collapse_spaces


class NoteRelation(StrEnum):
    """What one document does to another. ``see`` means only that they are related."""

    AMENDS = "amends"
    SUPPLEMENTS = "supplements"
    CONTINUES = "continues"
    SUSPENDS = "suspends"
    REINSTATES = "reinstates"
    SUPERSEDES = "supersedes"
    REVOKES = "revokes"
    RESCINDS = "rescinds"
    TERMINATES = "terminates"
    SUPERSEDES_OR_REVOKES = "supersedes or revokes"
    SEE = "see"


class Direction(StrEnum):
    """Which document acts: the one with the note, the one that the note names, or neither."""

    ACTIVE = "active"
    PASSIVE = "passive"
    NEITHER = "neither"


class InstrumentKind(StrEnum):
    """What kind of document a note names."""

    EXECUTIVE_ORDER = "executive order"
    PROCLAMATION = "proclamation"
    DETERMINATION = "presidential determination"
    PUBLIC_LAW = "public law"
    MEMORANDUM = "memorandum"
    NOTICE = "notice"
    ORDER = "order"
    MILITARY_ORDER = "military order"
    AGENCY_RULE = "rule of an agency"
    AGENCY_NOTICE = "notice of an agency"


#: The kinds that are named by a number; the others are named by their day only.
NUMBERED: Final = frozenset(
    {
        InstrumentKind.EXECUTIVE_ORDER,
        InstrumentKind.PROCLAMATION,
        InstrumentKind.DETERMINATION,
        InstrumentKind.PUBLIC_LAW,
    }
)


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a label means."""

    relation: NoteRelation
    direction: Direction
    in_part: bool = False


@dataclass(frozen=True, slots=True)
class Instrument:
    """A document that a note names: its number, empty if it is known by its day only; its day (ISO), empty if none."""

    kind: InstrumentKind
    number: str = ""
    date: str = ""

    def __str__(self) -> str:
        kind = self.kind.title() if self.kind in NUMBERED else self.kind.capitalize()
        name = " ".join(filter(None, (kind, self.number)))
        return f"{name} of {self.date}" if self.date else name


@dataclass(frozen=True, slots=True)
class Clause:
    """One statement of a note about one document.

    ``label`` is as written. ``effective_on`` is the day (ISO) from which it is effective, empty if the note has none.
    ``note`` has further details of the target, such as where it is printed.
    """

    label: str
    relation: NoteRelation
    direction: Direction
    target: Instrument
    in_part: bool = False
    effective_on: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class NoteRemark:
    """A statement of a note about its own document, in words."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class UnreadPiece:
    """A piece of a note that was not understood, and why."""

    text: str
    reason: str


@dataclass(slots=True)
class Disposition:
    """What was read of a note: statements about documents, remarks, and the pieces that were not understood."""

    clauses: list[Clause] = field(default_factory=list)
    remarks: list[NoteRemark] = field(default_factory=list)
    unread: list[UnreadPiece] = field(default_factory=list)


def _both(
    relation: NoteRelation, active: str, passive: str, *, in_part: bool = False
) -> dict[str, tuple[Meaning, ...]]:
    return {
        active: (Meaning(relation, Direction.ACTIVE, in_part),),
        passive: (Meaning(relation, Direction.PASSIVE, in_part),),
    }


#: Every spelling of a label, in lower case, with its meanings: usually one, sometimes two.
LABELS: Final[dict[str, tuple[Meaning, ...]]] = {
    **_both(NoteRelation.AMENDS, "amends", "amended by"),
    **_both(NoteRelation.AMENDS, "amends in part", "amended in part by", in_part=True),
    "amend by": (Meaning(NoteRelation.AMENDS, Direction.PASSIVE),),
    **_both(NoteRelation.SUPPLEMENTS, "supplements", "supplemented by"),
    **_both(NoteRelation.CONTINUES, "continues", "continued by"),
    # The order continues a body that the other has made, not the other order.
    "continues certain committee established by": (Meaning(NoteRelation.CONTINUES, Direction.ACTIVE, in_part=True),),
    **_both(NoteRelation.SUSPENDS, "suspends", "suspended by"),
    **_both(NoteRelation.SUSPENDS, "suspends in part", "suspended in part by", in_part=True),
    **_both(NoteRelation.REINSTATES, "reinstates", "reinstated by"),
    **_both(NoteRelation.SUPERSEDES, "supersedes", "superseded by"),
    **_both(NoteRelation.SUPERSEDES, "supersedes in part", "superseded in part by", in_part=True),
    **_both(NoteRelation.SUPERSEDES, "supersedes (in part)", "superseded (in part) by", in_part=True),
    **_both(NoteRelation.SUPERSEDES, "partially supersedes", "partially superseded by", in_part=True),
    "suspersedes": (Meaning(NoteRelation.SUPERSEDES, Direction.ACTIVE),),
    **_both(NoteRelation.REVOKES, "revokes", "revoked by"),
    **_both(NoteRelation.REVOKES, "revokes in part", "revoked in part by", in_part=True),
    **_both(NoteRelation.REVOKES, "revokes (in part)", "revoked (in part) by", in_part=True),
    **_both(NoteRelation.REVOKES, "partially revokes", "partially revoked by", in_part=True),
    **_both(NoteRelation.RESCINDS, "rescinds", "rescinded by"),
    **_both(NoteRelation.TERMINATES, "terminates", "terminated by"),
    **_both(NoteRelation.SUPERSEDES_OR_REVOKES, "supersedes or revokes", "superseded or revoked by"),
    "revokes in part and supplements": (
        Meaning(NoteRelation.REVOKES, Direction.ACTIVE, in_part=True),
        Meaning(NoteRelation.SUPPLEMENTS, Direction.ACTIVE),
    ),
    "revoked in part and supplemented by": (
        Meaning(NoteRelation.REVOKES, Direction.PASSIVE, in_part=True),
        Meaning(NoteRelation.SUPPLEMENTS, Direction.PASSIVE),
    ),
    "see": (Meaning(NoteRelation.SEE, Direction.NEITHER),),
}

#: Labels of statements about the document itself.
REMARKS: Final = frozenset({"note", "federal register page and date", "federal register correction page and date"})

#: Every word for a kind of document, in lower case. "EEO", "EP" and "EO EO" are slips of the pen.
KINDS: Final[dict[str, InstrumentKind]] = {
    **dict.fromkeys(
        ("eo", "eeo", "ep", "eo eo", "executive order", "executive order no."), InstrumentKind.EXECUTIVE_ORDER
    ),
    **dict.fromkeys(("proclamation", "proc.", "proc"), InstrumentKind.PROCLAMATION),
    **dict.fromkeys(
        ("presidential determination", "pres. determination no.", "pd no.", "presidential determination no."),
        InstrumentKind.DETERMINATION,
    ),
    "public law": InstrumentKind.PUBLIC_LAW,
    **dict.fromkeys(("memorandum", "memoranda", "memo.", "memo"), InstrumentKind.MEMORANDUM),
    "notice": InstrumentKind.NOTICE,
    "order": InstrumentKind.ORDER,
    "military order": InstrumentKind.MILITARY_ORDER,
    **dict.fromkeys(("final rule", "food and drug administration rule"), InstrumentKind.AGENCY_RULE),
    **dict.fromkeys(("department of defense notice", "department of justice notice"), InstrumentKind.AGENCY_NOTICE),
}

_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


def _any_of(words: frozenset[str] | dict[str, tuple[Meaning, ...]] | dict[str, InstrumentKind]) -> str:
    """Return a pattern for one of the words, the longest first, with any white space in it."""
    longest_first = sorted(words, key=lambda word: (-len(word), word))
    return "|".join(re.escape(word).replace(r"\ ", r"\s+") for word in longest_first)


#: Runs of white space are shortened before anything is looked for, so that no search takes long.
_SPACES: Final = re.compile(r"[^\S\n]+")
_NEW_LINE: Final = re.compile(r" ?(?:\n ?)+")
_DATE: Final = rf"(?:(?:{'|'.join(_MONTHS)}),?\s+\d{{1,2}},?\s*\d{{4}}|\d{{1,2}}/\d{{1,2}}/\s*\d{{4}})(?!\d)"
_NUMBER: Final = r"\d{1,4}-\d{1,4}|\d{1,5}(?:-[a-z])?"
_CITE: Final = r"\d+\s+(?:FR|Stat\.)\s+\d+"
_KNOWN_LABEL: Final = re.compile(
    # A label is followed by a colon; where the writer forgot it, only at the beginning of a piece.
    rf"(?<![\w(])(?P<label>{_any_of(LABELS)}|{_any_of(REMARKS)})\s*:"
    rf"|(?:^|(?<=[;\n]))\s*(?P<bare>{_any_of(LABELS)})\s*(?=;|\n|\bEO\s+\d)",
    re.IGNORECASE,
)
_OTHER_LABEL: Final = re.compile(r"(?:^|(?<=[;\n]))\s*(?P<other>[^\W\d][^;:\n\d]{0,80}?)\s*:")
#: An order that is named in full and without a day begins the entry of that order, copied along by mistake.
_HEADING: Final = re.compile(
    r"(?:^|[;\n])\s*(?=Executive\s+Order\s+\d+\s*(?:[;\n]|$)|Amendment\s+to\s+Executive\s+Order|Signed\s*:)",
    re.IGNORECASE,
)
_TARGET: Final = re.compile(
    rf"(?:(?P<kind>{_any_of(KINDS)})(?![a-z]),?\s*(?:of\s+)?)?(?:(?P<number>{_NUMBER})(?![\d/-]|\s*FR\b))?"
    rf"(?:\s*[,.]?\s*(?:of\s+)?(?P<date>{_DATE}))?",
    re.IGNORECASE,
)
_BETWEEN: Final = re.compile(r"(?:\s|,|\band\b)*", re.IGNORECASE)
_ADDITION: Final = re.compile(
    rf"\s*,?\s*(?:(?P<part>\(?in\s+part\)?)|\((?P<brackets>[^()]*)\)|eff\.\s*(?P<effective>{_DATE})|(?P<cite>{_CITE})"
    rf"|(?P<conjunction>read\s+in\s+conjunction\s+with\s+EO\s+\d+,\s+{_DATE}))",
    re.IGNORECASE,
)


def read_note(text: str) -> Disposition:
    """Parse a note. Nothing is lost: what is not understood is in ``unread``."""
    disposition = Disposition()
    text = _NEW_LINE.sub("\n", _SPACES.sub(" ", text))
    if heading := _HEADING.search(text):
        reason = "This begins the entry of another order, and is not about this one."
        disposition.unread.append(UnreadPiece(collapse_spaces(text[heading.end() :]), reason))
        text = text[: heading.start()]
    for label, body in _labelled(text):
        _section(label, body, disposition)
    return disposition


def _labelled(text: str) -> Iterator[tuple[str, str]]:
    """Yield each label as written with the text up to the next; the label is empty where a text begins without one."""
    starts = {match.start(): match for match in _OTHER_LABEL.finditer(text)}
    known = list(_KNOWN_LABEL.finditer(text))
    # What looks like an unknown label may contain a known one.
    for match in known:
        starts = {at: other for at, other in starts.items() if other.end() <= match.start() or at >= match.end()}
    matches = sorted([*known, *starts.values()], key=lambda match: match.start())
    first = matches[0].start() if matches else len(text)
    if text[:first].strip(" ;\n"):
        yield "", text[:first]
    ends = [*(match.start() for match in matches[1:]), len(text)]
    for match, end in zip(matches, ends, strict=False):
        yield collapse_spaces(next(filter(None, match.groupdict().values()))), text[match.end() : end]


def _section(label: str, body: str, disposition: Disposition) -> None:
    """Read what follows one label."""
    name = label.lower()
    if name in REMARKS:
        disposition.remarks.append(NoteRemark(label, collapse_spaces(body).strip(" ;")))
        return
    meanings = LABELS.get(name)
    if meanings is None:
        reason = f"The label {label!r} is not known." if label else "It has no label."
        disposition.unread.append(
            UnreadPiece(collapse_spaces(f"{label}: {body}" if label else body).strip(" ;"), reason)
        )
        return
    kind: InstrumentKind | None = None
    for piece in filter(None, map(collapse_spaces, body.split(";"))):
        targets = _targets(piece, kind)
        if targets is None:
            disposition.unread.append(UnreadPiece(f"{label}: {piece}", "No document is recognised in it."))
            continue
        kind = targets[-1].target.kind
        for target in targets:
            disposition.clauses += [_clause(label, meaning, target) for meaning in meanings]


@dataclass(frozen=True, slots=True)
class _Named:
    target: Instrument
    in_part: bool = False
    effective_on: str = ""
    note: str = ""


def _clause(label: str, meaning: Meaning, named: _Named) -> Clause:
    return Clause(
        label,
        meaning.relation,
        meaning.direction,
        named.target,
        meaning.in_part or named.in_part,
        named.effective_on,
        named.note,
    )


def _targets(piece: str, kind: InstrumentKind | None) -> list[_Named] | None:
    """Return the documents that a piece names, ``None`` if it is not wholly understood.

    ``kind`` is what a number or a day without a word for a kind is of: what was named before it, if anything was.
    """
    named: list[_Named] = []
    piece = piece.rstrip(".")
    at = _skip(piece, 0)
    while at < len(piece):
        match = _TARGET.match(piece, at)
        target = _target(match, kind) if match and match.end() > at else None
        if match is None or target is None:
            return None
        kind = target.kind
        named_target, at = _additions(piece, match.end(), _Named(target))
        if named_target is None:
            return None
        named.append(named_target)
        at = _skip(piece, at)
    return _shared(named) or None


def _skip(piece: str, at: int) -> int:
    between = _BETWEEN.match(piece, at)
    return between.end() if between else at


def _target(match: re.Match[str], inherited: InstrumentKind | None) -> Instrument | None:
    """Return the document that was matched; ``None`` if it has no kind, no name or an impossible day."""
    word, number = collapse_spaces(match["kind"]).lower(), (match["number"] or "").upper()
    day = iso(match["date"] or "")
    kind = KINDS[word] if word else inherited
    if kind is None or day is None:
        return None
    if not (number if kind in NUMBERED else day and not number):
        return None
    return Instrument(kind, number, day)


def _additions(piece: str, at: int, named: _Named) -> tuple[_Named | None, int]:
    """Return a document with the additions after its name, and the place where they end."""
    while match := _ADDITION.match(piece, at):
        at = match.end()
        if match["part"] or collapse_spaces(match["brackets"]).lower() == "in part":
            named = replace(named, in_part=True)
        elif match["effective"]:
            day = iso(match["effective"])
            if not day:
                return None, at
            named = replace(named, effective_on=day)
        else:
            addition = collapse_spaces(match["brackets"] or match["cite"] or match["conjunction"])
            named = replace(named, note="; ".join(filter(None, (named.note, addition))))
    return named, at


def _shared(named: list[_Named]) -> list[_Named]:
    """Copy the note "read in conjunction with", which follows the last document of a piece, to all of them."""
    if named and named[-1].note.startswith("read in conjunction"):
        return [replace(one, note=named[-1].note) for one in named]
    return named


def iso(text: str) -> str | None:
    """Return a day as the notes write it, such as "May 6, 1995" or "5/6/1995", in ISO form.

    Empty for an empty text, ``None`` if no such day exists.
    """
    if not text:
        return ""
    words = re.findall(r"[^\W\d]+|\d+", text.lower())
    try:
        month = _MONTHS.index(words[0]) + 1 if words[0] in _MONTHS else int(words[0])
        return date(int(words[2]), month, int(words[1])).isoformat()
    except (ValueError, IndexError):
        return None
