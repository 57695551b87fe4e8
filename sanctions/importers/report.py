"""What an import has read and done, for people and for programs."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final

import orjson
from django.template.loader import render_to_string

from sanctions.importers.base import Fault, Files
from sanctions.importers.endings import Endings, EndingsOfKind
from sanctions.importers.plan import Fate, Item, Plan
from sanctions.records.designations import DESIGNATION
from sanctions.records.diff import changes

#: Records of which a report tells what would be different; those that are new need no telling.
MOST_TOLD: Final = 5_000


@dataclass(frozen=True, slots=True)
class Told:
    """One record that is changed, proposed to be, or left: which, how, and what is different in it.

    ``conflicts`` are the paths at which somebody else said something different, ``disputes`` who, and what stands.
    """

    noun: str
    slug: str
    fate: str
    place: str
    why: str
    changes: list[dict[str, Any]]
    conflicts: list[str]
    disputes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Report:
    """What was read, what became of it, what was not understood.

    ``listings`` counts those that began, began again and ended; ``counts`` the records by noun and fate. ``unread_ids``
    has the ids of entries that could not be read; ``more`` is what only some sources tell. ``batch`` is the number
    under which all of it stands in the log.
    """

    source: str
    title: str
    as_of: date | None
    is_dry: bool
    is_public: bool
    files: list[dict[str, Any]] = field(default_factory=list)
    entries: int = 0
    counts: dict[str, dict[str, int]] = field(default_factory=dict)
    listings: dict[str, int] = field(default_factory=dict)
    matched: dict[str, str] = field(default_factory=dict)
    ambiguous: dict[str, list[str]] = field(default_factory=dict)
    records: list[Told] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    endings: list[EndingsOfKind] = field(default_factory=list)
    unread_entries: int = 0
    more: dict[str, Any] = field(default_factory=dict)
    unread_ids: list[str] = field(default_factory=list)
    batch: int | None = None

    @property
    def is_partial(self) -> bool:
        """Whether anything was not read."""
        return bool(self.unread_entries or self.faults)

    @property
    def unread(self) -> str:
        """What was not read, counted, in a sentence."""
        if not self.is_partial:
            return "Everything was read."
        entries, fields = self.unread_entries, len(self.faults)
        return (
            f"Not read, or not understood: {entries:,} {'entry' if entries == 1 else 'entries'}, "
            f"{fields:,} {'field' if fields == 1 else 'fields'}."
        )

    @property
    def figures(self) -> list[tuple[str, Any]]:
        """The figures that only this source has, with their names in words; lists by how many they have."""
        return [
            (name.replace("_", " "), f"{len(value):,}" if isinstance(value, list) else value)
            for name, value in self.more.items()
            if not isinstance(value, dict)
        ]

    @property
    def fates(self) -> list[tuple[str, list[int]]]:
        """How many records of each noun become what, in the order of :class:`~sanctions.importers.plan.Fate`."""
        return [(noun, [found.get(str(fate), 0) for fate in Fate]) for noun, found in self.counts.items()]

    @property
    def fate_names(self) -> list[str]:
        """What may become of a record, in the same order."""
        return [str(fate) for fate in Fate]

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON has it."""
        found: dict[str, Any] = orjson.loads(orjson.dumps(asdict(self)))
        return found

    @classmethod
    def from_json(cls, kept: dict[str, Any]) -> Report:
        """Return a report from what :meth:`as_json` gave."""
        as_of = date.fromisoformat(kept["as_of"]) if kept["as_of"] else None
        told = [Told(**one) for one in kept["records"]]
        faults = [Fault(**one) for one in kept["faults"]]
        endings = [EndingsOfKind(**{**one, "named": tuple(one["named"])}) for one in kept.get("endings", ())]
        return cls(**{**kept, "as_of": as_of, "records": told, "faults": faults, "endings": endings})

    def as_page(self) -> str:
        """Return the report as an HTML page that stands by itself."""
        return render_to_string("imports/report.html", {"report": self})


def files_told(files: Files) -> list[dict[str, Any]]:
    """Return what a report says of the files of a snapshot."""
    return [
        {"role": role, "name": file.name, "bytes": file.size, "sha256": file.sha256} for role, file in files.items()
    ]


def tell(report: Report, plan: Plan, endings: Endings) -> None:
    """Put into a report what a plan would do, and what would end by it."""
    report.endings = [one for one in endings.kinds if one.ended]
    report.counts, report.matched, report.ambiguous = plan.counts, plan.matched, plan.ambiguous
    report.listings = _listings(plan)
    told = [*plan.of(Fate.LEFT, Fate.PROPOSED, Fate.CHANGED), *plan.disputed]
    report.records = [_told(item) for item in told[:MOST_TOLD]]


def _listings(plan: Plan) -> dict[str, int]:
    found: Counter[str] = Counter()
    for item in plan.items:
        if item.record_type is not DESIGNATION or not item.is_said_anew or item.fate == Fate.LEFT:
            continue
        if "delisted_on" in item.said:
            found["ended"] += 1
        elif item.fate == Fate.NEW:
            found["began" if item.key.endswith("#1") else "began again"] += 1
        else:
            found["told otherwise"] += 1
    return dict(sorted(found.items()))


def _told(item: Item) -> Told:
    different = changes(item.record_type, item.before, item.document) if item.before is not None else []
    return Told(
        noun=item.record_type.name,
        slug=item.slug,
        fate=str(item.fate),
        place=item.place,
        why=item.why,
        changes=[{"path": one.path, "before": one.before, "after": one.after} for one in different],
        conflicts=[conflict.path for conflict in item.conflicts],
        disputes=list(item.disputes),
    )
