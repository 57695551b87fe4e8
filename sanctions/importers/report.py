"""The report of an import, for people and for programs."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, Final

import orjson
from django.template.loader import render_to_string

from sanctions.importers.base import Fault, Files
from sanctions.importers.keys import is_first_listing
from sanctions.importers.plan.endings import Endings, EndingsOfKind
from sanctions.importers.plan.items import Fate, ImportItem, ImportPlan
from sanctions.records.designations import DESIGNATION
from sanctions.records.diff import changes

#: Existing records whose differences a report lists. New records are only counted.
MOST_RECORDS_LISTED: Final = 5_000


@dataclass(frozen=True, slots=True)
class ReportedRecord:
    """One existing record that the import changes, proposes to change or leaves, with the differences.

    ``conflicts`` are the paths at which the record keeps somebody else's value; ``disputes`` explain them.
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
class ImportReport:
    """What an import read, what it did or would do, and what it did not understand.

    ``listings`` counts those that began, began again, changed and ended; ``counts`` the records by noun and fate.
    ``unread_ids`` has the ids of entries that could not be read; ``more`` has figures that only this source has.
    ``batch`` is the number of the import's batch in the log.
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
    records: list[ReportedRecord] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    endings: list[EndingsOfKind] = field(default_factory=list)
    unread_entries: int = 0
    more: dict[str, Any] = field(default_factory=dict)
    unread_ids: list[str] = field(default_factory=list)
    batch: int | None = None

    @property
    def is_partial(self) -> bool:
        """Whether something was not read or not understood."""
        return bool(self.unread_entries or self.faults)

    @property
    def unread(self) -> str:
        """The number of entries and fields that were not read, in a sentence."""
        if not self.is_partial:
            return "Everything was read."
        entries, fields = self.unread_entries, len(self.faults)
        return (
            f"Not read, or not understood: {entries:,} {'entry' if entries == 1 else 'entries'}, "
            f"{fields:,} {'field' if fields == 1 else 'fields'}."
        )

    @property
    def figures(self) -> list[tuple[str, Any]]:
        """The figures that only this source has, with their names in words; a list is shown by its length."""
        return [
            (name.replace("_", " "), f"{len(value):,}" if isinstance(value, list) else value)
            for name, value in self.more.items()
            if not isinstance(value, dict)
        ]

    @property
    def fates(self) -> list[tuple[str, list[int]]]:
        """The number of records by noun and fate, in the order of :attr:`fate_names`."""
        return [(noun, [fates.get(str(fate), 0) for fate in Fate]) for noun, fates in self.counts.items()]

    @property
    def fate_names(self) -> list[str]:
        """The fates of records, in the order of columns."""
        return [str(fate) for fate in Fate]

    def as_json(self) -> dict[str, Any]:
        """Return the report as JSON values."""
        report: dict[str, Any] = orjson.loads(orjson.dumps(asdict(self)))
        return report

    @classmethod
    def from_json(cls, report: dict[str, Any]) -> ImportReport:
        """Return a report from the JSON of :meth:`as_json`."""
        as_of = date.fromisoformat(report["as_of"]) if report["as_of"] else None
        records = [ReportedRecord(**row) for row in report["records"]]
        faults = [Fault(**row) for row in report["faults"]]
        endings = [EndingsOfKind(**{**row, "named": tuple(row["named"])}) for row in report.get("endings", ())]
        return cls(**{**report, "as_of": as_of, "records": records, "faults": faults, "endings": endings})

    def as_page(self) -> str:
        """Return the report as a complete HTML page."""
        return render_to_string("imports/report.html", {"report": self})


def describe_files(files: Files) -> list[dict[str, Any]]:
    """Return role, name, size and SHA-256 of each file, for a report."""
    return [
        {"role": role, "name": file.name, "bytes": file.size, "sha256": file.sha256} for role, file in files.items()
    ]


def fill_report(report: ImportReport, plan: ImportPlan, endings: Endings) -> None:
    """Fill a report with what a plan would do and end."""
    report.endings = [kind for kind in endings.kinds if kind.ended]
    report.counts, report.matched, report.ambiguous = plan.counts, plan.matched, plan.ambiguous
    report.listings = _listings(plan)
    items = [*plan.of(Fate.LEFT, Fate.PROPOSED, Fate.CHANGED), *plan.disputed]
    report.records = [_reported(item) for item in items[:MOST_RECORDS_LISTED]]


def _listings(plan: ImportPlan) -> dict[str, int]:
    counts: Counter[str] = Counter()
    for item in plan.items:
        if item.record_type is not DESIGNATION or not item.is_new_statement or item.fate == Fate.LEFT:
            continue
        if "delisted_on" in item.source_document:
            counts["ended"] += 1
        elif item.fate == Fate.NEW:
            counts["began" if is_first_listing(item.key) else "began again"] += 1
        else:
            counts["told otherwise"] += 1
    return dict(sorted(counts.items()))


def _reported(item: ImportItem) -> ReportedRecord:
    different = changes(item.record_type, item.before, item.document) if item.before is not None else []
    return ReportedRecord(
        noun=item.record_type.name,
        slug=item.slug,
        fate=str(item.fate),
        place=item.place,
        why=item.why,
        changes=[{"path": one.path, "before": one.before, "after": one.after} for one in different],
        conflicts=[conflict.path for conflict in item.conflicts],
        disputes=list(item.disputes),
    )
