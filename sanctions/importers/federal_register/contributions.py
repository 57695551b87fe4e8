"""Read the Federal Register: its files, the records that they give, and the citations of the files."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields
from datetime import date
from typing import Any, Final

from sanctions.exceptions import UnreadableList
from sanctions.importers.base import (
    FIXED,
    Contribution,
    Files,
    GivenFiles,
    ImportSource,
    Progress,
    RawFile,
    SourceContent,
)
from sanctions.importers.federal_register.curated_effects import without_curated_effects
from sanctions.importers.federal_register.parse import ParsedDocuments
from sanctions.importers.federal_register.source import FEDERAL_REGISTER
from sanctions.importers.federal_register.statistics import Statistics, statistics_of
from sanctions.importers.federal_register.to_records import build_records
from sanctions.importers.snapshots.citations import FileCitations
from sanctions.importers.snapshots.published_lists import require_snapshot_order
from sanctions.models import Import
from sanctions.records.actors import ACTOR
from sanctions.records.base import CITATIONS


def _speak(given: GivenFiles, as_of: date | None, progress: Progress) -> SourceContent:
    if as_of is None:
        raise UnreadableList("The files do not state their day. Give it with --as-of.")
    require_snapshot_order(FEDERAL_REGISTER.name, as_of, Import.objects.last_of(FEDERAL_REGISTER.name))
    files = list(given.values()) if isinstance(given, Mapping) else list(given)
    read = _read(files)
    progress("Reading", len(read.documents), len(read.documents))
    loaded = build_records(read.documents)
    roles = {f"file {number}" if len(files) > 1 else "main": file for number, file in enumerate(files, start=1)}
    contributions = without_curated_effects(FEDERAL_REGISTER.name, loaded.contributions)
    return SourceContent(
        contributions=_cited(contributions, roles, as_of),
        files=roles,
        faults=[*read.faults, *loaded.faults],
        entries=len(read.documents),
        as_of=as_of,
        unread_entries=read.unread,
        more=_figures(statistics_of(read.documents)),
    )


def _read(files: list[RawFile]) -> ParsedDocuments:
    for form in FEDERAL_REGISTER.forms:
        if files and all(file.name.lower().endswith(form.endings) for file in files):
            return form.read(files)
    names = ", ".join(file.name for file in files) or "none"
    raise UnreadableList(f"These are not files of {FEDERAL_REGISTER.name}: {names}. Allowed: {_EXPECTED}.")


def _cited(contributions: Iterable[Contribution], files: Files, as_of: date) -> Iterator[Contribution]:
    """Yield the files as sources, the publisher, and the contributions with a citation of their file."""
    publisher = FEDERAL_REGISTER.publisher
    citing = FileCitations(FEDERAL_REGISTER.name, FEDERAL_REGISTER.title, str(publisher["name"]), files, as_of)
    yield from citing.contributions()
    yield Contribution(
        f"{FIXED}actor/{publisher['slug']}", ACTOR, {**publisher, CITATIONS.name: [citing.cite()]}, citing.main
    )
    # One name may begin with another: try the longest first.
    names = sorted(((file.name, role) for role, file in files.items()), key=lambda pair: -len(pair[0]))
    for contribution in contributions:
        role = next((role for name, role in names if contribution.place.startswith(name)), citing.main)
        document = {**contribution.document, CITATIONS.name: [citing.cite(role, pinpoint=contribution.place)]}
        yield Contribution(contribution.key, contribution.record_type, document, contribution.place)


def _figures(statistics: Statistics) -> dict[str, Any]:
    return {
        **{column.name: getattr(statistics, column.name) for column in fields(statistics)},
        "by_relation": dict(statistics.by_relation.most_common()),
        "share_of_notes": round(statistics.share_of_notes, 4),
        "share_of_clauses": round(statistics.share_of_clauses, 4),
    }


_EXPECTED: Final = "; or ".join(
    f"{form.name}: any number of files (*{form.endings[0]})" for form in FEDERAL_REGISTER.forms
)
FEDERAL_REGISTER_IMPORT: Final = ImportSource(FEDERAL_REGISTER.name, FEDERAL_REGISTER.title, _EXPECTED, _speak)
