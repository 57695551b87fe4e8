"""The remarks of a row of OFAC's CSV files: labelled features, weak aliases, and what bears no label.

The data specification of 2023 puts identifiers, features and links into the remarks column, parted by semicolons.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from sanctions.importers.formats.strict import collapse_spaces
from sanctions.importers.ofac.labels import LABELS, LINKED_TO, straighten_apostrophes
from sanctions.importers.ofac.party import OfacAlias, OfacFeature

_PARTS: Final = re.compile(r";\s+")
_ALTERNATIVE: Final = "alt. "
_ABBREVIATED: Final = re.compile(r"(?:^|[\s(])(?:[^\W\d_]\.){2,}\Z")
#: A weak alias, in quotation marks: "a.k.a. 'ABU AL-FOUTOUH'".
_WEAK: Final = re.compile(r"([afn])\.k\.a\. '(.+)'")
#: How the XML files write a link: "(Linked To: HAMAS)".
_LINKED: Final = re.compile(rf"\(({re.escape(LINKED_TO)} .+)\)")
#: The longest first, so that a label is not taken for another that it begins with. After a colon the space may lack.
_LABELS: Final = re.compile(
    r"(" + "|".join(map(re.escape, sorted(LABELS, key=len, reverse=True))) + r")(?:(?: |(?<=:))(.+)|$)"
)
_DETAILS: Final = re.compile(
    r"(?P<text>.*?)"
    r"(?: \((?P<country>[^()]*)\))?"
    r"(?P<note>(?: issued [^;]+?)?(?: expires [^;]+?)?)"
)
#: A number of a document has a digit, or is a code in capitals; "is issued by the State" is none.
_NUMBER: Final = re.compile(r"(?!No\.:)(?=.*\d|[^a-z]+\Z)(?!issued |expires ).+")
#: Characters of a remark in which the parts of its text are sought: the column of remarks has as many.
_LONGEST: Final = 1_000
#: What looks like the number of some document although its label is not known.
_NUMBERED: Final = re.compile(r"[^\d,]*(?:\bNo\.|\bNumber\b|#|\bID\b|\bIdentification\b)[^,]* \S*\d{4}\S*(?: \(.*\))?")


@dataclass(slots=True)
class ParsedRemarks:
    """What the remarks of one entry say; ``unknown`` are those that look labelled and bear no label that is known."""

    features: list[OfacFeature] = field(default_factory=list)
    aliases: list[OfacAlias] = field(default_factory=list)
    free: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def read_remarks(text: str, *, is_cut: bool = False) -> ParsedRemarks:
    """Return what remarks say, in their order.

    The end of the last remark is unknown if they are cut off: half a number must not become a number.
    """
    full_text = collapse_spaces(text)
    # All remarks end with a full stop; where they end with an abbreviation, it is that of the abbreviation, too.
    full_text = full_text if _ABBREVIATED.search(full_text) else full_text.removesuffix(".")
    remarks = [remark for part in _PARTS.split(full_text) if (remark := collapse_spaces(part))]
    last = [remarks.pop()] if is_cut and remarks else []
    parsed = ParsedRemarks()
    for remark in remarks:
        _read(remark, parsed)
    parsed.free += last
    return parsed


def _read(remark: str, parsed: ParsedRemarks) -> None:
    plain = remark.removeprefix(_ALTERNATIVE)
    linked = _LINKED.fullmatch(plain)
    if weak := _WEAK.fullmatch(plain):
        parsed.aliases.append(OfacAlias(f"{weak[1]}ka", weak[2], is_weak=True))
    elif feature := read_labelled(linked[1] if linked else plain):
        parsed.features.append(feature)
    else:
        parsed.free.append(remark)
        if len(remark) <= _LONGEST and _NUMBERED.fullmatch(remark):
            parsed.unknown.append(remark)


def read_labelled(remark: str) -> OfacFeature | None:
    """Return a labelled remark with the parts of its text: number, issuing country, when issued and expiring.

    Only what is an identifier has such parts. ``None`` if it begins with no label that is known, or if what follows is
    nothing, or no number where the label is that of a number.
    """
    found = _LABELS.fullmatch(straighten_apostrophes(remark))
    if found is None:
        return None
    # What follows the label is kept as it is written.
    label, text = found[1], remark[found.start(2) :] if found[2] else ""
    meaning = LABELS[label]
    if meaning.scheme is None:
        return OfacFeature(label, text) if text or meaning.kind is None else None
    details = _DETAILS.fullmatch(text) if len(text) <= _LONGEST else None
    if details is None or not _NUMBER.fullmatch(details["text"]):
        return None
    return OfacFeature(label, details["text"], details["country"] or "", collapse_spaces(details["note"]))
