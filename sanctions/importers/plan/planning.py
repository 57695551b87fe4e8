"""Plan an import: decide for each record whether it is new, changed, unchanged, proposed or left.

A source is compared with its own previous statement, and only its changes since then are merged into the record: a
three-way merge, as for two people who changed one document. So nothing that a curator wrote is overwritten.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any, Final

import orjson
from django.db import models

from sanctions.editorial.bulk import states_and_documents
from sanctions.editorial.procedure import json_digest
from sanctions.editorial.proposals import merge_into_public
from sanctions.importers.base import FIXED, REASON, Contribution, Fault
from sanctions.importers.memory import remembered_documents
from sanctions.importers.plan.alignment import align_with_record
from sanctions.importers.plan.disputes import describe_disputes
from sanctions.importers.plan.items import Fate, ImportItem, ImportPlan
from sanctions.importers.plan.matching import KnownRecord, known_records, match_records, rename_references
from sanctions.importers.plan.undone_records import retracted_by_undo
from sanctions.importers.registry import SOURCES
from sanctions.models import Imported, Proposal
from sanctions.records.base import CITATIONS, Document, RecordType
from sanctions.records.encode import chunks, normalise, refers_to
from sanctions.records.redirects import merged_slugs
from sanctions.records.registry import BY_NAME
from sanctions.records.row_identity import in_order_of
from sanctions.records.sources import SOURCE
from sanctions.records.three_way import merge
from sanctions.records.validate import validate
from sanctions.vocabulary import State

#: Titles of the sources, by name.
_TITLES: Final = {name: source.title for name, source in SOURCES.items()}
#: A record by its model and slug.
_Record = tuple[type[models.Model], str]


def without_citations(document: Document) -> Document:
    """Return a document without its citations: a later edition that states the same is not a change."""
    return {name: value for name, value in document.items() if name != CITATIONS.name}


def plan_import(
    source: str, contributions: Iterable[Contribution], faults: list[Fault], *, is_public: bool
) -> ImportPlan:
    """Return what importing the contributions of a source would do; nothing is written.

    With ``is_public`` everything is public at once; otherwise new records become drafts, and changes of public records
    proposals. Invalid documents are added to ``faults`` and left out.
    """
    known = known_records(source)
    digests: dict[str, str] = {}
    usable = _usable(contributions, known, digests, faults)
    matching = match_records(usable, known)
    slugs = matching.slugs
    plan = ImportPlan(matched=matching.matched, ambiguous=matching.ambiguous)
    renamed = _renamed_records(usable, slugs)
    usable.reverse()
    while usable:
        # Release each contribution once its item is built: there may be tens of thousands.
        contribution = usable.pop()
        key, record_type = contribution.key, contribution.record_type
        item = ImportItem(key, record_type, contribution.place, slugs[key], digests[key])
        plan.items.append(item)
        if _is_new_statement(known.get(key), item.digest):
            document = contribution.document
            document = rename_references(record_type, document, renamed) if renamed else document
            item.source_document = item.document = normalise(record_type, document)
    changed = [item for item in plan.items if item.is_new_statement]
    for record_type in dict.fromkeys(item.record_type for item in changed):
        _decide(record_type, [item for item in changed if item.record_type is record_type], source, is_public=is_public)
    if is_public:
        _publish_drafts([item for item in plan.items if not item.is_new_statement])
    return plan


# --- The contributions --------------------------------------------------------------------------


def _is_new_statement(known: KnownRecord | None, digest: str) -> bool:
    return known is None or known.digest != digest


def _usable(
    contributions: Iterable[Contribution],
    known: Mapping[str, KnownRecord],
    digests: dict[str, str],
    faults: list[Fault],
) -> list[Contribution]:
    """Return the contributions that can be written, and put the digest of each statement into ``digests``."""
    valid: list[Contribution] = []
    invalid: set[_Record] = set()
    for contribution in contributions:
        digest = json_digest(without_citations(contribution.document))
        if not _is_new_statement(known.get(contribution.key), digest) or _is_valid(contribution, faults):
            digests[contribution.key] = digest
            valid.append(contribution)
        else:
            invalid.add((contribution.record_type.model, str(contribution.document.get("slug"))))
    return list(_without_references(invalid, valid)) if invalid else valid


def _is_valid(contribution: Contribution, faults: list[Fault]) -> bool:
    problems = validate(contribution.record_type, contribution.document, contribution.place)
    faults += [
        Fault(contribution.place, problem.path, contribution.key, f"{problem.message} It was not read.")
        for problem in problems
    ]
    return not problems


def _without_references(invalid: set[_Record], contributions: Iterable[Contribution]) -> Iterator[Contribution]:
    """Yield the contributions without rows that refer to an invalid record; skip those that cannot do without it."""
    for contribution in contributions:
        document = {
            name: [row for row in value if not _refers_to(invalid, contribution.record_type, name, row)]
            if isinstance(value, list)
            else value
            for name, value in contribution.document.items()
        }
        references = refers_to(contribution.record_type, document)
        if not any((model, slug) in invalid for model, slugs in references.items() for slug in slugs):
            yield Contribution(contribution.key, contribution.record_type, document, contribution.place)


def _refers_to(records: set[_Record], record_type: RecordType, name: str, row: Any) -> bool:
    """Return whether a row of a document refers to one of the records."""
    references = refers_to(record_type, {name: [row]}) if isinstance(row, dict) else {}
    return any((model, slug) in records for model, slugs in references.items() for slug in slugs)


def _renamed_records(contributions: Iterable[Contribution], slugs: Mapping[str, str]) -> dict[_Record, str]:
    """Return the slug that each reference must have now: of merged records, and of those matched to another slug."""
    # The source's previous statements have the slugs from before a merge.
    renamed: dict[_Record, str] = {
        (BY_NAME[noun].model, old): new for noun, steps in merged_slugs().items() for old, new in steps.items()
    }
    for contribution in contributions:
        slug = slugs[contribution.key]
        if slug != contribution.document["slug"]:
            renamed[contribution.record_type.model, str(contribution.document["slug"])] = slug
    return renamed


# --- What becomes of a record -------------------------------------------------------------------


def _publish_drafts(items: Sequence[ImportItem]) -> None:
    """Publish the drafts that an import wrote and that no user has changed since."""
    for record_type in dict.fromkeys(item.record_type for item in items):
        by_slug = {item.slug: item for item in items if item.record_type is record_type}
        drafts: dict[int, str] = {}
        for chunk in chunks(by_slug):
            rows = record_type.model._default_manager.filter(slug__in=chunk, state__in=(State.DRAFT, State.IN_REVIEW))
            drafts.update(rows.values_list("pk", "slug"))
        untouched = _untouched(record_type, list(drafts.values()))
        for pk, (state, document) in states_and_documents(record_type, list(drafts)).items():
            if (drafts[pk], json_digest(document)) in untouched:
                item = by_slug[drafts[pk]]
                item.pk, item.state, item.before, item.document = pk, State(state), document, document
                item.fate = Fate.CHANGED


def _decide(record_type: RecordType, items: Sequence[ImportItem], source: str, *, is_public: bool) -> None:
    """Set the fate of records of one type whose statement is new."""
    ids: dict[str, int] = {}
    for chunk in chunks(item.slug for item in items):
        ids.update(record_type.model._default_manager.filter(slug__in=chunk).values_list("slug", "pk"))
    stored = states_and_documents(record_type, list(ids.values()))
    untouched = _untouched(record_type, list(ids))
    open_proposals = _open_proposals(record_type, list(ids))
    retracted = retracted_by_undo(record_type, list(ids))
    bases = remembered_documents(source, [item.key for item in items if item.slug in ids])
    statements = _statements_of_others(source, record_type, list(ids))
    files = _files_of(source) if statements else frozenset()
    for item in items:
        if item.slug not in ids:
            item.fate = Fate.NEW
            continue
        item.pk = ids[item.slug]
        state, before = stored[item.pk]
        item.state, item.before = State(state), before
        if item.slug in retracted:
            # The import treats it as missing: it gets the source's document, as a new record would.
            item.fate = Fate.NEW
            continue
        if item.key.startswith(FIXED):
            # The source needs the record and does not describe it: curators know better.
            item.document = before
            continue
        others = statements.get(item.slug, {})
        if (proposal := open_proposals.get(item.slug)) is not None:
            item.builds_on = proposal.number
        _merge(item, before, bases.get(item.key), proposal, others, files if others else ())
        if item.conflicts:
            item.disputes = tuple(describe_disputes(record_type.name, item.slug, item.conflicts, others, _TITLES))
        is_further_source = item.key not in bases and item.slug in statements
        if without_citations(item.document) != without_citations(before) or (
            is_further_source and item.document != before
        ):
            is_untouched = (item.slug, json_digest(before)) in untouched
            item.fate = _fate(item, is_untouched=is_untouched, is_public=is_public)


def _untouched(record_type: RecordType, slugs: Sequence[str]) -> set[tuple[str, str]]:
    """Return slug and digest of each document that an import wrote last: a record with that digest is untouched."""
    untouched: set[tuple[str, str]] = set()
    for chunk in chunks(slugs):
        rows = Imported.objects.filter(record_type=record_type.name, slug__in=chunk).exclude(written="")
        untouched.update(rows.values_list("slug", "written"))
    return untouched


def _open_proposals(record_type: RecordType, slugs: Sequence[str]) -> dict[str, Proposal]:
    """Return the open proposals of earlier imports, by the slug of their record: the next proposal builds on them."""
    proposals: dict[str, Proposal] = {}
    for chunk in chunks(slugs):
        rows = Proposal.objects.open().filter(record_type=record_type.name, slug__in=chunk, reason__startswith=REASON)
        proposals.update((row.slug, row) for row in rows)
    return proposals


def _statements_of_others(source: str, record_type: RecordType, slugs: Sequence[str]) -> dict[str, dict[str, Document]]:
    """Return the last statements of other sources: slug → source → document."""
    renamed = merged_slugs().get(record_type.name, {})
    wanted = set(slugs)
    names = [*slugs, *(old for old, new in renamed.items() if new in wanted)]
    statements: dict[str, dict[str, Document]] = defaultdict(dict)
    for chunk in chunks(names):
        rows = Imported.objects.filter(record_type=record_type.name, slug__in=chunk).exclude(source=source)
        # A record that a source needed and created is not a statement of that source.
        rows = rows.exclude(key__startswith=FIXED).order_by("source", "key")
        for name, slug, document in rows.values_list("source", "slug", "document"):
            statements[renamed.get(slug, slug)][name] = orjson.loads(document)
    return dict(statements)


def _files_of(source: str) -> frozenset[str]:
    """Return the slugs of a source's files, which records cite."""
    rows = Imported.objects.filter(source=source, record_type=SOURCE.name)
    return frozenset(rows.values_list("slug", flat=True))


def _merge(
    item: ImportItem,
    before: Document,
    base: Document | None,
    proposal: Proposal | None,
    others: Mapping[str, Document],
    files: Collection[str],
) -> None:
    """Merge the source's changes into the record, or into the record as an open proposal would change it.

    The record includes what was published since that proposal: the next proposal must not revert it.
    """
    theirs = merge_into_public(proposal, before).document if proposal else before
    if base is not None and without_citations(base) == without_citations(theirs):
        # Only the source has written the record.
        item.document = in_order_of(item.record_type, item.source_document, before)
        return
    aligned = align_with_record(base, item.source_document, theirs, others, files)
    result = merge(
        item.record_type, {**aligned.base, "slug": item.slug}, theirs, {**aligned.current, "slug": item.slug}
    )
    item.document = in_order_of(item.record_type, result.document, before)
    item.conflicts = result.conflicts


def _fate(item: ImportItem, *, is_untouched: bool, is_public: bool) -> Fate:
    if item.state == State.PUBLISHED:
        return Fate.CHANGED if is_untouched and is_public else Fate.PROPOSED
    if item.state in (State.DRAFT, State.IN_REVIEW):
        if is_untouched:
            return Fate.CHANGED
        item.why = "A curator is working on this draft. Only public records can get a proposal."
    else:
        item.why = f"It is {State(item.state).label if item.state else 'gone'}."
    return Fate.LEFT
