"""Write what a load of the seeds has decided: documents, proposals, and the memory of the seeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from django.db import transaction

from sanctions.database.bulk_writes import insert
from sanctions.editorial import proposals
from sanctions.editorial.authors import replace_authors
from sanctions.exceptions import InvalidDocument, MoveRefused
from sanctions.importers.seeds.items import SEEDS, RecordKey, SeedItem, SeedOutcome, key_of
from sanctions.ledger.versions import Act, canonical_json
from sanctions.loading.documents import Incoming, SaveReport, find_obstacles, save_documents
from sanctions.models import Record, Seed
from sanctions.projections.renderings import Progress
from sanctions.records.encode import chunks, normalise
from sanctions.records.registry import RECORD_TYPES
from sanctions.vocabulary import VersionKind


def write_items(items: Sequence[SeedItem], act: Act, progress: Progress) -> SaveReport:
    """Write the records that no user has touched; leave those that changes of other records make invalid."""
    while True:
        ready = {item.record_key: item for item in items if item.outcome == SeedOutcome.WRITTEN}
        incoming = [item.incoming for item in ready.values()]
        try:
            with transaction.atomic():
                _clear_authors(incoming, act)
                return save_documents(incoming, act, progress)
        except InvalidDocument:
            # The seeds alone are valid: a record that they need, or one that needs what they drop, was kept as it is.
            stopped = {problem.record: problem for problem in find_obstacles(incoming)}
            if not stopped:
                raise
        for key, item in ready.items():
            if problem := stopped.get(" ".join(key)):
                item.leave(f"It cannot be written as the database is: {problem.path}: {problem.message}")


def _clear_authors(incoming: Sequence[Incoming], act: Act) -> None:
    """Remove the authors of the records to be written: their text is now the seeds'."""
    for record_type in RECORD_TYPES:
        slugs = [item.slug for item in incoming if item.record_type is record_type]
        replace_authors(record_type.name, dict.fromkeys(slugs, ()), act.at)
        for chunk in chunks(slugs):
            record_type.model._default_manager.filter(slug__in=chunk).update(author=None, approver=None)


def propose(item: SeedItem, act: Act) -> None:
    """Propose a change of the seeds, or withdraw one that they have dropped; leave what cannot be proposed."""
    record_type = item.incoming.record_type
    record: Record = record_type.model._default_manager.defer("rendering").get(slug=item.incoming.slug)
    waiting = proposals.open_for_source(record, SEEDS)
    if waiting is not None and not item.paths:
        proposals.withdraw_for_source(waiting, record, replace(act, by=SEEDS, reason="The seeds no longer contain it."))
        item.leave(f"{waiting} is withdrawn: the seeds no longer contain it.".capitalize(), remember=True)
        return
    kind = VersionKind.CORRECTION if act.kind == VersionKind.CORRECTION else VersionKind.UPDATE
    change = proposals.ProposedChange(item.proposed, kind)
    try:
        with transaction.atomic():
            proposal = proposals.propose_for_source(record, change, replace(act, by=SEEDS))
    except (InvalidDocument, MoveRefused) as error:
        item.leave(f"It cannot be proposed: {error}")
    else:
        item.number = proposal.number


def remember(seeds: Sequence[Incoming], digests: Mapping[RecordKey, str]) -> None:
    """Remember the seeds, for the next load."""
    known = {(noun, slug): pk for noun, slug, pk in Seed.objects.order_by().values_list("record_type", "slug", "pk")}
    new: list[Seed] = []
    changed: list[Seed] = []
    for item in seeds:
        key = key_of(item)
        row = Seed(
            pk=known.get(key),
            record_type=item.record_type.name,
            slug=item.slug,
            state=item.state,
            digest=digests[key],
            document=canonical_json(normalise(item.record_type, item.document)).decode(),
        )
        (changed if key in known else new).append(row)
    insert(new)
    Seed.objects.bulk_update(changed, ["state", "digest", "document"], batch_size=200)
