"""The remarks of a row of OFAC's CSV files: labelled features, weak aliases, and what bears no label.

The data specification of 2023 puts identifiers, features and links into the remarks column, parted by semicolons.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from sanctions.importers.ofac.labels import LABELS, LINKED_TO, straight
from sanctions.importers.ofac.party import Alias, Feature
from sanctions.importers.strict import clean

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
class Remarks:
    """What the remarks of one entry say; ``unknown`` are those that look labelled and bear no label that is known."""

    features: list[Feature] = field(default_factory=list)
    aliases: list[Alias] = field(default_factory=list)
    free: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def read_remarks(text: str, *, is_cut: bool = False) -> Remarks:
    """Return what remarks say, in their order.

    Of remarks that are cut off nobody knows how the last one ends: half a number is not taken for a number.
    """
    whole = clean(text)
    # All remarks end with a full stop; where they end with an abbreviation, it is that of the abbreviation, too.
    whole = whole if _ABBREVIATED.search(whole) else whole.removesuffix(".")
    remarks = [remark for part in _PARTS.split(whole) if (remark := clean(part))]
    last = [remarks.pop()] if is_cut and remarks else []
    found = Remarks()
    for remark in remarks:
        _read(remark, found)
    found.free += last
    return found


def _read(remark: str, found: Remarks) -> None:
    plain = remark.removeprefix(_ALTERNATIVE)
    linked = _LINKED.fullmatch(plain)
    if weak := _WEAK.fullmatch(plain):
        found.aliases.append(Alias(f"{weak[1]}ka", weak[2], is_weak=True))
    elif feature := labelled(linked[1] if linked else plain):
        found.features.append(feature)
    else:
        found.free.append(remark)
        if len(remark) <= _LONGEST and _NUMBERED.fullmatch(remark):
            found.unknown.append(remark)


def labelled(remark: str) -> Feature | None:
    """Return a labelled remark with the parts of its text: number, issuing country, when issued and expiring.

    Only what is an identifier has such parts. ``None`` if it begins with no label that is known, or if what follows is
    nothing, or no number where the label is that of a number.
    """
    found = _LABELS.fullmatch(straight(remark))
    if found is None:
        return None
    # What follows the label is kept as it is written.
    label, text = found[1], remark[found.start(2) :] if found[2] else ""
    meaning = LABELS[label]
    if meaning.scheme is None:
        return Feature(label, text) if text or meaning.kind is None else None
    details = _DETAILS.fullmatch(text) if len(text) <= _LONGEST else None
    if details is None or not _NUMBER.fullmatch(details["text"]):
        return None
    return Feature(label, details["text"], details["country"] or "", clean(details["note"]))
