"""The remarks of a row of OFAC's CSV files: labelled features, weak aliases, and what bears no label.

The data specification of 2023 puts identifiers, features and links into the remarks column, parted by semicolons.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from sanctions.importers.ofac.labels import LABELS
from sanctions.importers.ofac.party import Alias, Feature
from sanctions.importers.strict import clean

_PARTS: Final = re.compile(r";\s+")
_ALTERNATIVE: Final = "alt. "
#: A weak alias, in quotation marks: "a.k.a. 'ABU AL-FOUTOUH'".
_WEAK: Final = re.compile(r"([afn])\.k\.a\. '(.+)'")
#: The longest first, so that a label is not taken for another that it begins with.
_LABELS: Final = re.compile(r"(" + "|".join(map(re.escape, sorted(LABELS, key=len, reverse=True))) + r")(?: (.+)|$)")
_DETAILS: Final = re.compile(
    r"(?P<text>.*?)"
    r"(?: \((?P<country>[^()]*)\))?"
    r"(?P<note>(?: issued [^;]+?)?(?: expires [^;]+?)?)"
)
#: What looks like the number of some document although its label is not known.
_NUMBERED: Final = re.compile(r"[^\d,]*(?:\bNo\.|\bNumber\b|#|\bID\b|\bIdentification\b)[^,]* \S*\d{4}\S*(?: \(.*\))?")


@dataclass(slots=True)
class Remarks:
    """What the remarks of one entry say; ``unknown`` are those that look labelled and bear no label that is known."""

    features: list[Feature] = field(default_factory=list)
    aliases: list[Alias] = field(default_factory=list)
    free: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


def read_remarks(text: str) -> Remarks:
    """Return what remarks say, in their order."""
    found = Remarks()
    for part in _PARTS.split(clean(text).removesuffix(".")):
        remark = clean(part)
        if not remark:
            continue
        plain = remark.removeprefix(_ALTERNATIVE)
        if weak := _WEAK.fullmatch(plain):
            found.aliases.append(Alias(f"{weak[1]}ka", weak[2], is_weak=True))
        elif feature := labelled(plain):
            found.features.append(feature)
        else:
            found.free.append(remark)
            if _NUMBERED.fullmatch(remark):
                found.unknown.append(remark)
    return found


def labelled(remark: str) -> Feature | None:
    """Return a labelled remark with the parts of its text: number, issuing country, when issued and expiring.

    Only what is an identifier has such parts. ``None`` if it begins with no label that is known.
    """
    found = _LABELS.fullmatch(remark)
    if found is None:
        return None
    label, text = found[1], found[2] or ""
    details = _DETAILS.fullmatch(text) if LABELS[label].scheme else None
    if details is None or not details["text"]:
        return Feature(label, text)
    return Feature(label, details["text"], details["country"] or "", clean(details["note"]))
