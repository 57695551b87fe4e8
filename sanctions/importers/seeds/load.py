"""Load the seeds as one source among others: only the changes of the seeds themselves are brought over.

A three-way merge of the previous seed (:class:`~sanctions.models.Seed`), the record and the current seed decides. A
record that no user has touched is overwritten. A record that a user has touched keeps its text, and the change of the
seeds becomes a proposal, or is listed if nothing can be proposed.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import nullcontext
from typing import Any

from django.db import transaction

from sanctions.database.bulk_writes import FEW, without_collecting
from sanctions.editorial.procedure import batch, json_digest
from sanctions.exceptions import InvalidDocument, Problem
from sanctions.importers.seeds.decisions import decide, previous_seeds
from sanctions.importers.seeds.items import HIDDEN, RecordKey, SeedItem, SeedOutcome, SeedsLoaded, key_of
from sanctions.importers.seeds.write import propose, remember, write_items
from sanctions.ledger.versions import Act, lock_head
from sanctions.loading.documents import Incoming
from sanctions.loading.incoming import apply_merges, repeated_slugs, slugs_of
from sanctions.models import Seed
from sanctions.projections.renderings import Progress
from sanctions.records.encode import chunks
from sanctions.records.redirects import iterate_references, merged_slugs
from sanctions.records.registry import RECORD_TYPES
from sanctions.records.validate import validate


def load_seeds(incoming: Sequence[Incoming], act: Act, progress: Progress = lambda _: None) -> SeedsLoaded:
    """Bring the changes of the seeds into the database, in one transaction.

    Raise :class:`InvalidDocument`, which lists every fault of the seeds. If no seed has changed, nothing is written.
    """
    loaded = SeedsLoaded(total=len(incoming))
    with without_collecting() if len(incoming) > FEW else nullcontext():
        digests = {key_of(item): json_digest([item.state, item.document]) for item in incoming}
        fresh = _fresh(incoming, digests)
        _refuse(problem for item in fresh for problem in validate(item.record_type, item.document, item.origin))
        _refuse(repeated_slugs(incoming))
        if fresh:
            with batch(), transaction.atomic():
                lock_head()
                # Another process may have loaded the same seeds before this one got the lock.
                _load(incoming, digests, _fresh(incoming, digests), act, loaded, progress)
        else:
            progress(len(incoming))
    loaded.standing = _standing(incoming)
    return loaded


def _fresh(incoming: Sequence[Incoming], digests: Mapping[RecordKey, str]) -> list[Incoming]:
    """Return the seeds that have changed since the last load."""
    rows = Seed.objects.order_by().values_list("record_type", "slug", "digest")
    known = {(noun, slug): digest for noun, slug, digest in rows}
    return [item for item in incoming if known.get(key_of(item)) != digests[key_of(item)]]


def _refuse(problems: Iterable[Problem]) -> None:
    if listed := list(problems):
        raise InvalidDocument(listed)


def _load(
    incoming: Sequence[Incoming],
    digests: Mapping[RecordKey, str],
    fresh: Sequence[Incoming],
    act: Act,
    loaded: SeedsLoaded,
    progress: Progress,
) -> None:
    merged, is_first = merged_slugs(), not Seed.objects.exists()
    keys = {key_of(item) for item in fresh}
    # The seed of a merged record changes the record that was kept.
    keys |= {(noun, merged[noun][slug]) for noun, slug in keys if slug in merged.get(noun, {})}
    after, merged_away = apply_merges(incoming) if merged else (incoming, {})
    todo = [SeedItem(item) for item in after if key_of(item) in keys]
    bases = previous_seeds(incoming if merged else fresh)
    if merged:
        bases = {key_of(item): item for item in apply_merges(list(bases.values()))[0]}
    _refuse(_dangling(incoming, [item.incoming for item in todo]))
    for record_type in RECORD_TYPES:
        same_type = [item for item in todo if item.incoming.record_type is record_type]
        if same_type:
            decide(record_type, same_type, bases, is_first=is_first)
    loaded.items = todo
    progress(len(incoming) - sum(item.outcome == SeedOutcome.WRITTEN for item in todo))
    loaded.report = write_items(todo, act, progress)
    for item in loaded.of(SeedOutcome.PROPOSED):
        propose(item, act)
    kept = {item.record_key for item in todo if not item.is_remembered}
    remember(
        [
            item
            for item in fresh
            if key_of(item) not in kept and (key_of(item)[0], merged_away.get(key_of(item), item.slug)) not in kept
        ],
        digests,
    )


def _dangling(incoming: Sequence[Incoming], fresh: Sequence[Incoming]) -> Iterable[Problem]:
    """Yield a problem for every reference to a record that neither the seeds nor the database have."""
    offered = {(model, slug) for item in incoming for model, slug, _ in slugs_of(item)}
    missing: dict[Any, dict[str, list[tuple[Incoming, str]]]] = defaultdict(lambda: defaultdict(list))
    for item in fresh:
        for path, model, slug in iterate_references(item.record_type.model, item.record_type.keys, item.document):
            if (model, slug) not in offered:
                missing[model][slug].append((item, path))
    for model, slugs in missing.items():
        existing: set[str] = set()
        for chunk in chunks(slugs):
            existing.update(model._default_manager.filter(slug__in=chunk).values_list("slug", flat=True))
        for slug in slugs.keys() - existing:
            noun = model._meta.verbose_name
            yield from (item.problem(path, f"There is no {noun} with the slug {slug!r}.") for item, path in slugs[slug])


def _standing(incoming: Sequence[Incoming]) -> list[str]:
    """Return a line for each record of the seeds that stays merged, deleted or retracted, as users have decided."""
    merged = merged_slugs()
    lines: list[str] = []
    for record_type in RECORD_TYPES:
        slugs = [item.slug for item in incoming if item.record_type is record_type]
        states: dict[str, str] = {}
        for chunk in chunks(slugs):
            states.update(record_type.model._default_manager.filter(slug__in=chunk).values_list("slug", "state"))
        for slug in slugs:
            name = f"{record_type.name} {slug}"
            if new := merged.get(record_type.name, {}).get(slug):
                lines.append(f"left merged: {name}, which is {new} now")
            elif slug not in states:
                lines.append(f"left deleted: {name}")
            elif states[slug] in HIDDEN:
                lines.append(f"left {states[slug]}: {name}")
    return lines
