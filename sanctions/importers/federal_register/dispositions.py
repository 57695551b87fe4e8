"""The disposition notes of the Federal Register: what each order does to others, and what is done to it.

A note is a list of labels, each with the documents that it concerns::

    Amends: EO 12345, May 6, 1980; EO 12346, May 7, 1980 (in part)
    Revoked by: EO 12399, June 1, 1983

The notes are written by hand. Every spelling of a label that means something is in :data:`LABELS`, every word for a
kind of document in :data:`KINDS`. What is in neither is not read: it is returned as text, with the reason.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final

from sanctions.importers.strict import clean


class Relation(StrEnum):
    """What one document does to another. ``see`` says only that they are related."""

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
    """Who does it: the document that bears the note, the one that the note names, or nobody."""

    ACTIVE = "active"
    PASSIVE = "passive"
    NEITHER = "neither"


class Kind(StrEnum):
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
NUMBERED: Final = frozenset({Kind.EXECUTIVE_ORDER, Kind.PROCLAMATION, Kind.DETERMINATION, Kind.PUBLIC_LAW})


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a label means."""

    relation: Relation
    direction: Direction
    in_part: bool = False


@dataclass(frozen=True, slots=True)
class Target:
    """A document that a note names: its number, empty if it is known by its day only; its day (ISO), empty if none."""

    kind: Kind
    number: str = ""
    date: str = ""

    def __str__(self) -> str:
        kind = self.kind.title() if self.kind in NUMBERED else self.kind.capitalize()
        name = " ".join(filter(None, (kind, self.number)))
        return f"{name} of {self.date}" if self.date else name


@dataclass(frozen=True, slots=True)
class Clause:
    """One statement of a note about one document.

    ``label`` is as written. ``effective_on`` is the day (ISO) from which the note says that it holds, empty if it says
    none. ``note`` has what else the note says of the target, such as where it is printed.
    """

    label: str
    relation: Relation
    direction: Direction
    target: Target
    in_part: bool = False
    effective_on: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Remark:
    """A statement of a note about its own document, in words."""

    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Unread:
    """A piece of a note that was not understood, and why."""

    text: str
    reason: str


@dataclass(slots=True)
class Disposition:
    """What was read of a note: statements about documents, remarks, and the pieces that were not understood."""

    clauses: list[Clause] = field(default_factory=list)
    remarks: list[Remark] = field(default_factory=list)
    unread: list[Unread] = field(default_factory=list)


def _both(relation: Relation, active: str, passive: str, *, in_part: bool = False) -> dict[str, tuple[Meaning, ...]]:
    return {
        active: (Meaning(relation, Direction.ACTIVE, in_part),),
        passive: (Meaning(relation, Direction.PASSIVE, in_part),),
    }


#: Every spelling of a label, in lower case, and what it means; two meanings where it says two things at once.
LABELS: Final[dict[str, tuple[Meaning, ...]]] = {
    **_both(Relation.AMENDS, "amends", "amended by"),
    **_both(Relation.AMENDS, "amends in part", "amended in part by", in_part=True),
    "amend by": (Meaning(Relation.AMENDS, Direction.PASSIVE),),
    **_both(Relation.SUPPLEMENTS, "supplements", "supplemented by"),
    **_both(Relation.CONTINUES, "continues", "continued by"),
    # The order continues a body that the other has made, not the other order.
    "continues certain committee established by": (Meaning(Relation.CONTINUES, Direction.ACTIVE, in_part=True),),
    **_both(Relation.SUSPENDS, "suspends", "suspended by"),
    **_both(Relation.SUSPENDS, "suspends in part", "suspended in part by", in_part=True),
    **_both(Relation.REINSTATES, "reinstates", "reinstated by"),
    **_both(Relation.SUPERSEDES, "supersedes", "superseded by"),
    **_both(Relation.SUPERSEDES, "supersedes in part", "superseded in part by", in_part=True),
    **_both(Relation.SUPERSEDES, "supersedes (in part)", "superseded (in part) by", in_part=True),
    **_both(Relation.SUPERSEDES, "partially supersedes", "partially superseded by", in_part=True),
    "suspersedes": (Meaning(Relation.SUPERSEDES, Direction.ACTIVE),),
    **_both(Relation.REVOKES, "revokes", "revoked by"),
    **_both(Relation.REVOKES, "revokes in part", "revoked in part by", in_part=True),
    **_both(Relation.REVOKES, "revokes (in part)", "revoked (in part) by", in_part=True),
    **_both(Relation.REVOKES, "partially revokes", "partially revoked by", in_part=True),
    **_both(Relation.RESCINDS, "rescinds", "rescinded by"),
    **_both(Relation.TERMINATES, "terminates", "terminated by"),
    **_both(Relation.SUPERSEDES_OR_REVOKES, "supersedes or revokes", "superseded or revoked by"),
    "revokes in part and supplements": (
        Meaning(Relation.REVOKES, Direction.ACTIVE, in_part=True),
        Meaning(Relation.SUPPLEMENTS, Direction.ACTIVE),
    ),
    "revoked in part and supplemented by": (
        Meaning(Relation.REVOKES, Direction.PASSIVE, in_part=True),
        Meaning(Relation.SUPPLEMENTS, Direction.PASSIVE),
    ),
    "see": (Meaning(Relation.SEE, Direction.NEITHER),),
}

#: Labels of statements about the document itself.
REMARKS: Final = frozenset({"note", "federal register page and date", "federal register correction page and date"})

#: Every word for a kind of document, in lower case. "EEO", "EP" and "EO EO" are slips of the pen.
KINDS: Final[dict[str, Kind]] = {
    **dict.fromkeys(("eo", "eeo", "ep", "eo eo", "executive order", "executive order no."), Kind.EXECUTIVE_ORDER),
    **dict.fromkeys(("proclamation", "proc.", "proc"), Kind.PROCLAMATION),
    **dict.fromkeys(
        ("presidential determination", "pres. determination no.", "pd no.", "presidential determination no."),
        Kind.DETERMINATION,
    ),
    "public law": Kind.PUBLIC_LAW,
    **dict.fromkeys(("memorandum", "memoranda", "memo.", "memo"), Kind.MEMORANDUM),
    "notice": Kind.NOTICE,
    "order": Kind.ORDER,
    "military order": Kind.MILITARY_ORDER,
    **dict.fromkeys(("final rule", "food and drug administration rule"), Kind.AGENCY_RULE),
    **dict.fromkeys(("department of defense notice", "department of justice notice"), Kind.AGENCY_NOTICE),
}

_MONTHS: Final = (
    *("january", "february", "march", "april", "may", "june"),
    *("july", "august", "september", "october", "november", "december"),
)


def _any_of(words: frozenset[str] | dict[str, tuple[Meaning, ...]] | dict[str, Kind]) -> str:
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


def read(text: str) -> Disposition:
    """Return what a note says. Nothing is lost: what is not understood is in ``unread``."""
    found = Disposition()
    text = _NEW_LINE.sub("\n", _SPACES.sub(" ", text))
    if heading := _HEADING.search(text):
        reason = "This begins the entry of another order, and is not about this one."
        found.unread.append(Unread(clean(text[heading.end() :]), reason))
        text = text[: heading.start()]
    for label, body in _labelled(text):
        _section(label, body, found)
    return found


def _labelled(text: str) -> Iterator[tuple[str, str]]:
    """Yield each label as written with the text up to the next; the label is empty where a text begins without one."""
    starts = {match.start(): match for match in _OTHER_LABEL.finditer(text)}
    known = list(_KNOWN_LABEL.finditer(text))
    # A known label may stand in the middle of what looks like an unknown one.
    for match in known:
        starts = {at: other for at, other in starts.items() if other.end() <= match.start() or at >= match.end()}
    matches = sorted([*known, *starts.values()], key=lambda match: match.start())
    first = matches[0].start() if matches else len(text)
    if text[:first].strip(" ;\n"):
        yield "", text[:first]
    ends = [*(match.start() for match in matches[1:]), len(text)]
    for match, end in zip(matches, ends, strict=False):
        yield clean(next(filter(None, match.groupdict().values()))), text[match.end() : end]


def _section(label: str, body: str, found: Disposition) -> None:
    """Read what follows one label."""
    name = label.lower()
    if name in REMARKS:
        found.remarks.append(Remark(label, clean(body).strip(" ;")))
        return
    meanings = LABELS.get(name)
    if meanings is None:
        reason = f"The label {label!r} is not known." if label else "It has no label."
        found.unread.append(Unread(clean(f"{label}: {body}" if label else body).strip(" ;"), reason))
        return
    kind: Kind | None = None
    for piece in filter(None, map(clean, body.split(";"))):
        targets = _targets(piece, kind)
        if targets is None:
            found.unread.append(Unread(f"{label}: {piece}", "No document is recognised in it."))
            continue
        kind = targets[-1].target.kind
        for one in targets:
            found.clauses += [_clause(label, meaning, one) for meaning in meanings]


@dataclass(frozen=True, slots=True)
class _Named:
    target: Target
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


def _targets(piece: str, kind: Kind | None) -> list[_Named] | None:
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
        one, at = _additions(piece, match.end(), _Named(target))
        if one is None:
            return None
        named.append(one)
        at = _skip(piece, at)
    return _shared(named) or None


def _skip(piece: str, at: int) -> int:
    between = _BETWEEN.match(piece, at)
    return between.end() if between else at


def _target(match: re.Match[str], inherited: Kind | None) -> Target | None:
    """Return the document that was matched; ``None`` if it has no kind, no name or an impossible day."""
    word, number = clean(match["kind"]).lower(), (match["number"] or "").upper()
    day = iso(match["date"] or "")
    kind = KINDS[word] if word else inherited
    if kind is None or day is None:
        return None
    if not (number if kind in NUMBERED else day and not number):
        return None
    return Target(kind, number, day)


def _additions(piece: str, at: int, named: _Named) -> tuple[_Named | None, int]:
    """Return a document with what is said of it after its name, and where that ends."""
    while match := _ADDITION.match(piece, at):
        at = match.end()
        if match["part"] or clean(match["brackets"]).lower() == "in part":
            named = replace(named, in_part=True)
        elif match["effective"]:
            day = iso(match["effective"])
            if not day:
                return None, at
            named = replace(named, effective_on=day)
        else:
            told = clean(match["brackets"] or match["cite"] or match["conjunction"])
            named = replace(named, note="; ".join(filter(None, (named.note, told))))
    return named, at


def _shared(named: list[_Named]) -> list[_Named]:
    """Give what is read in conjunction with another order to all documents of the piece: it stands after the last."""
    if named and named[-1].note.startswith("read in conjunction"):
        return [replace(one, note=named[-1].note) for one in named]
    return named


def iso(text: str) -> str | None:
    """Return a day as the notes write it, such as "May 6, 1995" or "5/6/1995", in ISO form.

    Empty for an empty text, ``None`` if there is no such day.
    """
    if not text:
        return ""
    words = re.findall(r"[^\W\d]+|\d+", text.lower())
    try:
        month = _MONTHS.index(words[0]) + 1 if words[0] in _MONTHS else int(words[0])
        return date(int(words[2]), month, int(words[1])).isoformat()
    except (ValueError, IndexError):
        return None
